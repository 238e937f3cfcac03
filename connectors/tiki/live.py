"""Tiki's products as listings: which products stand for a listing, and what they show in the form of a draft. Pure.

A listing with variants is as many products on Tiki. `RemoteListing.data["variants"]` holds their product ids by SKU; its
`remote_id` is the lowest of them, which stays the same in whatever order they are read. A listing without variants is one
product, whose id is the `remote_id` and whose SKU is the listing's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from html import unescape

from connectors.tiki import facts
from connectors.tiki.mapper import OWN_ATTRIBUTES, brand_text
from connectors.tiki.wire import Inventory, Product
from ocop_market.model.change import LiveListing, RemoteListing
from ocop_market.model.listing import FieldGroup, JsonObject
from ocop_market.model.money import whole_dong
from ocop_market.model.text import tidy

VARIANTS = "variants"
ACTIVE, INACTIVE = "active", "inactive"

_PARAGRAPHS = re.compile(r"(?:<p>([^<]*)</p>\s*)+")
_PARAGRAPH = re.compile(r"<p>([^<]*)</p>")


def product_numbers(remote: RemoteListing) -> dict[str, str]:
    """The product ids of a listing by SKU; empty while its request is under review."""
    variants = remote.data.get(VARIANTS)
    if isinstance(variants, Mapping):
        return {str(sku): str(number) for sku, number in variants.items()}
    return {remote.sku: remote.remote_id} if remote.remote_id else {}


def to_remote(sku: str, products: Mapping[str, Product]) -> RemoteListing:
    """A listing as the engine remembers it, from its products by SKU. It counts as visible while any of them is on sale."""
    on_sale = any(product.active == 1 for product in products.values())
    state = ACTIVE if on_sale else INACTIVE
    if products.keys() == {sku}:
        return RemoteListing(products[sku].product_id, sku, state, on_sale, {"tiki_sku": products[sku].sku})
    return with_numbers(RemoteListing("", sku, state, on_sale), {sku: product.product_id for sku, product in products.items()})


def with_numbers(remote: RemoteListing, numbers: Mapping[str, str]) -> RemoteListing:
    """A listing with these products."""
    if numbers.keys() == {remote.sku}:
        kept = {name: value for name, value in remote.data.items() if name != VARIANTS}
        return RemoteListing(numbers[remote.sku], remote.sku, remote.remote_state, remote.visible, kept)
    lowest = min(numbers.values(), key=int, default="")
    return RemoteListing(lowest, remote.sku, remote.remote_state, remote.visible, {**remote.data, VARIANTS: dict(numbers)})


def to_live(remote: RemoteListing, products: Mapping[str, Product], warehouse_id: int) -> LiveListing:
    """What the products of a listing show; `fields` say visible only when all of them are on sale.

    Stock is that of the warehouse which we fill; what lies in others is the seller's own business. Options and their values
    are not told by Tiki.
    """
    shown = list(products.values())
    several = products.keys() != {remote.sku}
    fields: dict[str, JsonObject] = {
        FieldGroup.CONTENT.value: _content(shown, several=several),
        FieldGroup.PRICE.value: _prices(products, several=several),
        FieldGroup.STOCK.value: _stocks(products, warehouse_id, several=several),
        FieldGroup.VISIBILITY.value: {"visible": all(product.active == 1 for product in shown)},
    }
    if all(product.images is not None for product in shown):
        links = [image.url for product in shown for image in product.images or () if image.url]
        fields[FieldGroup.MEDIA.value] = {"pictures": list(dict.fromkeys(links))}
    return LiveListing(to_remote(remote.sku, products), {group: values for group, values in fields.items() if values},
                       ordered={sku: held for sku, product in products.items() if (held := _held(product.inventory, warehouse_id)[1])})


def _content(products: Sequence[Product], *, several: bool) -> JsonObject:
    """Texts and attributes. Where the products of one listing differ, the odd one out tells, so that an edit of one is seen."""
    versions = [product.version for product in products]
    found: JsonObject = {}
    if name := _odd_one([tidy(product.name) for product in products], versions):
        found["title"] = name
    if category := _odd_one([_category(product) for product in products], versions):
        found["category"] = category
    if any(product.attributes is None for product in products):
        return found
    given = [product.attributes or {} for product in products]
    codes = dict.fromkeys(code for one in given for code in one)
    values = {code: _odd_one([one.get(code, "") for one in given], versions) for code in codes}
    if facts.DESCRIPTION_ATTRIBUTE in values:
        found["description"] = to_plain(values[facts.DESCRIPTION_ATTRIBUTE])
    found["attributes"] = {code: values[code] for code in sorted(values)
                           if code not in OWN_ATTRIBUTES | {facts.DESCRIPTION_ATTRIBUTE} and values[code]}
    if facts.BRAND_ATTRIBUTE in values:
        brand = values[facts.BRAND_ATTRIBUTE]
        found["brand"] = "" if brand_text(brand) == facts.UNBRANDED else brand
    weight = _number(values.get(facts.WEIGHT_ATTRIBUTE, ""))
    if weight is not None and not several:
        found["weight_g"] = int(weight * 1000)
    measures = [_number(values.get(name, "")) for name in facts.MEASURES]
    if all(measure is not None for measure in measures):
        found["parcel_cm"] = [_whole(measure) for measure in measures if measure is not None]
    return found


def _prices(products: Mapping[str, Product], *, several: bool) -> JsonObject:
    prices = {sku: whole_dong(product.price) for sku, product in products.items() if product.price is not None}
    if not prices:
        return {}
    return {"price": min(prices.values())} | ({"variant_prices": prices} if several else {})


def _stocks(products: Mapping[str, Product], warehouse_id: int, *, several: bool) -> JsonObject:
    stocks = {sku: _held(product.inventory, warehouse_id)[0] for sku, product in products.items() if product.inventory is not None}
    if len(stocks) < len(products):
        return {}
    return {"stock": sum(stocks.values())} | ({"variant_stock": stocks} if several else {})


def _held(inventory: Inventory | None, warehouse_id: int) -> tuple[int, int]:
    """What is available (the figure that we set) and what of it is reserved, in our warehouse where warehouses are told."""
    if inventory is None:
        return 0, 0
    rows = [row for row in inventory.warehouse_stocks if row.warehouse_id == str(warehouse_id)]
    if not inventory.warehouse_stocks:
        return inventory.quantity_available, inventory.quantity_reserved
    return sum(row.quantity_available for row in rows), sum(row.quantity_reserved for row in rows)


def _category(product: Product) -> str:
    rows = product.categories or []
    return next((row.id for row in rows if row.is_primary), rows[0].id if rows else "")


def to_plain(html: str) -> str:
    """A description as a draft has it: bare paragraphs become lines, other HTML stays as it is."""
    if not _PARAGRAPHS.fullmatch(html.strip()):
        return html
    return "\n".join(unescape(line) for line in _PARAGRAPH.findall(html))


def _odd_one(values: Sequence[str], versions: Sequence[int]) -> str:
    """The value that fewest products have, of several such the one changed most often: never one that no product has."""
    counts = Counter(values)
    return min(zip(values, versions, strict=True), key=lambda one: (counts[one[0]], -one[1]))[0]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)
