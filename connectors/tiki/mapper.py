"""Between our words and Tiki's: drafts into bodies, orders into sales. Pure, no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any
from unicodedata import normalize

from connectors.tiki import facts
from connectors.tiki.bodies import ContentUpdate, OfferUpdate, ProductRequest, Variant, WarehouseQuantity, WarehouseStock
from connectors.tiki.wire import AttributeRow, Item, Order, Product
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import RemoteListing
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.money import vnd, whole_dong
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.model.text import fold, tidy

TITLE_MISSING = N_("{sku} has no title. Give it one.")
TITLE_TOO_LONG = N_("The title of {sku} has {length} characters; Tiki takes {limit}. Shorten it.")
DESCRIPTION_MISSING = N_("{sku} has no description. Tiki asks for one.")
CATEGORY_MISSING = N_("{sku} has no Tiki category (a number). Choose one that takes products.")
PRICE_TOO_LOW = N_("The price of {sku} is {price}; Tiki takes {limit} and more.")
PRICE_FAR_BELOW = N_("The price of {sku} ({price}) is less than {share} % of its market price ({market}). Lower market_price.")
WEIGHT_MISSING = N_("{sku} has no parcel weight. Give it in grams.")
PARCEL_TOO_HEAVY = N_("The parcel of {sku} counts as {weight} kg (its size counts too); Tiki carries {limit} kg.")
ATTRIBUTE_MISSING = N_("Tiki asks for '{name}' of {sku} in this category. Give it under attributes, as {code}.")
PICTURE_MISSING = N_("{sku} has no picture. Tiki wants at least one of {side} × {side} pixels.")
PICTURE_WITHOUT_LINK = N_("Picture {position} of {sku} is only a file. Tiki fetches pictures itself: put it on a public address "
                          "and give the link.")
EXTRA_NOT_A_GROUP = N_("'{name}' of {sku} must hold names and values. Correct it under channel_extra.")

OWN_ATTRIBUTES = frozenset({facts.BRAND_ATTRIBUTE, facts.WEIGHT_ATTRIBUTE, *facts.MEASURES})
"""Attributes that are filled from the draft's own fields."""

_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)

STATES = {
    **dict.fromkeys(facts.ORDERS_NOT_ACCEPTED, OrderState.PLACED),
    **dict.fromkeys(facts.ORDERS_UNDER_WAY, OrderState.ACCEPTED),
    **dict.fromkeys(facts.ORDERS_DELIVERED, OrderState.DELIVERED),
    facts.ORDER_RETURNED: OrderState.DELIVERED,
    facts.ORDER_CANCELLED: OrderState.CANCELLED,
}
"""`queueing` counts as accepted: the order page names it the first state of an order that Tiki has accepted."""

FEE_WORDS = {
    FeeKind.AFFILIATE: frozenset({"affiliate"}),
    FeeKind.ADVERTISING: frozenset({"ad", "ads", "advertising", "marketing", "campaign"}),
    FeeKind.PAYMENT: frozenset({"payment", "transaction"}),
    FeeKind.SHIPPING: frozenset({"shipping", "delivery", "logistics"}),
    FeeKind.FULFILMENT: frozenset({"storage", "fulfillment", "warehouse"}),
    FeeKind.PROCESSING: frozenset({"processing", "handling", "pick", "pack"}),
    FeeKind.COMMISSION: frozenset({"commission", "sales", "percent"}),
    FeeKind.SERVICE: frozenset({"service"}),
}
"""Words of a `fee_type_key`, the first kind that has one of them; percent_per_item_sales_value is the one key that a page
prints (API order v2, 2026-09), so the others are read by their words (unverified). What has none stays `other` under its key."""


# --- listings

def problems(draft: ListingDraft) -> list[Problem]:
    """What Tiki cannot carry of a draft. A GTIN has no place there and stays in the catalog; that stops nothing."""
    return [*_text_problems(draft), *_price_problems(draft), *_parcel_problems(draft), *_picture_problems(draft)]


def to_request(draft: ListingDraft, warehouse_id: int, asked: Sequence[AttributeRow] = ()) -> JsonObject:
    """The request for a new product with one variant; `channel_extra` is merged last, its `attributes` one by one.

    Of what the category asks for (`asked`), required attributes that the draft lacks get the platform's own default.
    """
    pictures = tuple(picture.url for picture in draft.pictures)
    market_price = _market_price(draft)
    stock = WarehouseStock(warehouse_id=warehouse_id, available=draft.stock)
    variant = Variant(sku=draft.sku, price=draft.price, market_price=market_price, seller_warehouse=str(warehouse_id),
                      warehouse_stocks=(stock,))
    body = ProductRequest(
        category_id=int(draft.category), name=tidy(draft.title), description=to_html(draft.description),
        market_price=market_price, attributes=_with_defaults(_attributes(draft), asked), image=pictures[0],
        images=pictures[1:], variants=(variant,), meta_data={"is_auto_turn_on": draft.visible},
    ).body()
    extra = {name: value for name, value in draft.channel_extra.items() if name != "attributes"}
    return {**body, **extra}


def to_offer(draft: ListingDraft, groups: frozenset[FieldGroup], product_id: int, warehouse_id: int) -> OfferUpdate:
    """Price, stock and visibility, as far as their groups changed."""
    stock = (WarehouseQuantity(warehouse_id=warehouse_id, qty_available=draft.stock),)
    return OfferUpdate(
        product_id=product_id,
        price=draft.price if FieldGroup.PRICE in groups else None,
        active=int(draft.visible) if FieldGroup.VISIBILITY in groups else None,
        warehouse_quantities=stock if FieldGroup.STOCK in groups else None,
    )


def to_content(draft: ListingDraft, groups: frozenset[FieldGroup], product_id: int) -> ContentUpdate:
    """Attributes and pictures, as far as their groups changed.

    The body has no place of its own for title and description; they go among the attributes (unverified).
    """
    pictures = tuple(picture.url for picture in draft.pictures) if FieldGroup.MEDIA in groups else ()
    attributes: dict[str, Any] = {}
    if FieldGroup.CONTENT in groups:
        attributes = {**_attributes(draft), "name": tidy(draft.title), "description": to_html(draft.description)}
    return ContentUpdate(product_id=product_id, attributes=attributes, image=pictures[0] if pictures else None,
                         images=pictures[1:] if pictures else None)


def to_remote(product: Product, sku: str) -> RemoteListing:
    """A product as the engine remembers it."""
    on_sale = product.active == 1
    return RemoteListing(product.product_id, sku, "active" if on_sale else "inactive", on_sale, {"tiki_sku": product.sku})


def _attributes(draft: ListingDraft) -> dict[str, Any]:
    length, width, height = draft.parcel_cm
    own = {
        facts.BRAND_ATTRIBUTE: brand_text(draft.brand),
        facts.WEIGHT_ATTRIBUTE: draft.weight_g / 1000,
        **dict(zip(facts.MEASURES, (length, width, height), strict=True)),
    }
    given = {**own, **draft.attributes, **(draft.channel_extra.get("attributes") or {})}
    return {name: _sent(name, value) for name, value in given.items()}


def _with_defaults(given: dict[str, Any], asked: Sequence[AttributeRow]) -> dict[str, Any]:
    defaults = {row.code: _sent(row.code, row.default_value) for row in asked if row.is_required and row.default_value}
    return {**defaults, **given}


def _sent(name: str, value: Any) -> Any:
    if name in facts.SWITCHES and value in ("0", "1"):
        return int(value)
    return normalize("NFC", value) if isinstance(value, str) else value


def missing_attributes(draft: ListingDraft, asked: Sequence[AttributeRow]) -> list[Problem]:
    """Required attributes that neither the draft nor the platform's defaults fill."""
    given = _attributes(draft)
    return [Problem("attribute-missing", ATTRIBUTE_MISSING, "attributes",
                    {"sku": draft.sku, "name": row.display_name or row.code, "code": row.code})
            for row in asked if row.is_required and not row.default_value and given.get(row.code) in (None, "")]


def brand_text(brand: str) -> str:
    """The brand as Tiki's list spells it: goods without one are OEM, "No brand" is not in the list."""
    return facts.UNBRANDED if fold(brand) in ("", "no brand", "khong thuong hieu", "oem") else tidy(brand)


def to_html(text: str) -> str:
    """A description as HTML: text without tags becomes paragraphs, HTML stays as it is."""
    if _TAG.search(text):
        return normalize("NFC", text)
    return "".join(f"<p>{escape(line)}</p>" for line in map(tidy, text.splitlines()) if line)


def _market_price(draft: ListingDraft) -> int:
    named = draft.channel_extra.get("market_price")
    return named if isinstance(named, int) and named > 0 else draft.price


def _text_problems(draft: ListingDraft) -> list[Problem]:
    found = []
    title = tidy(draft.title)
    if not title:
        found.append(Problem("title-missing", TITLE_MISSING, "title", {"sku": draft.sku}))
    if len(title) > facts.TITLE_LIMIT:
        found.append(Problem("title-too-long", TITLE_TOO_LONG, "title",
                             {"sku": draft.sku, "length": len(title), "limit": facts.TITLE_LIMIT}))
    if not tidy(draft.description):
        found.append(Problem("description-missing", DESCRIPTION_MISSING, "description", {"sku": draft.sku}))
    if not draft.category.isdecimal():
        found.append(Problem("category-missing", CATEGORY_MISSING, "category", {"sku": draft.sku}))
    if not isinstance(draft.channel_extra.get("attributes") or {}, dict):
        found.append(Problem("extra-wrong", EXTRA_NOT_A_GROUP, "channel_extra", {"sku": draft.sku, "name": "attributes"}))
    return found


def _price_problems(draft: ListingDraft) -> list[Problem]:
    if draft.price < facts.PRICE_MINIMUM:
        return [Problem("price-too-low", PRICE_TOO_LOW, "price",
                        {"sku": draft.sku, "price": vnd(draft.price), "limit": vnd(facts.PRICE_MINIMUM)})]
    market = _market_price(draft)
    if draft.price * 100 < market * facts.LOWEST_PRICE_SHARE:
        return [Problem("price-far-below-market-price", PRICE_FAR_BELOW, "price",
                        {"sku": draft.sku, "price": vnd(draft.price), "share": facts.LOWEST_PRICE_SHARE, "market": vnd(market)})]
    return []


def _parcel_problems(draft: ListingDraft) -> list[Problem]:
    if draft.weight_g <= 0:
        return [Problem("weight-missing", WEIGHT_MISSING, "weight_g", {"sku": draft.sku})]
    length, width, height = draft.parcel_cm
    weight = max(Decimal(draft.weight_g) / 1000, Decimal(length * width * height) / facts.PARCEL_DIVISOR)
    if weight > facts.CHARGEABLE_KG_MAXIMUM:
        return [Problem("parcel-too-heavy", PARCEL_TOO_HEAVY, "weight_g",
                        {"sku": draft.sku, "weight": f"{weight:.1f}", "limit": facts.CHARGEABLE_KG_MAXIMUM})]
    return []


def _picture_problems(draft: ListingDraft) -> list[Problem]:
    if not draft.pictures:
        return [Problem("picture-missing", PICTURE_MISSING, "pictures", {"sku": draft.sku, "side": facts.PICTURE_SIDE_MINIMUM})]
    return [Problem("picture-without-link", PICTURE_WITHOUT_LINK, "pictures", {"sku": draft.sku, "position": position})
            for position, picture in enumerate(draft.pictures, 1) if not picture.url.startswith(("https://", "http://"))]


# --- sales

def is_sale(order: Order) -> bool:
    """False for the cart that an order was split from, and for goods sent again in place of others (RMA).

    A cart repeats what its orders hold. A replacement brings no money: the sale is the order that it replaces, and what
    was given back shows there as `returned`.
    """
    return not (order.is_parent or order.is_rma)


def to_sale(order: Order) -> SalesOrder:
    """An order as the ledger keeps it; amounts are those of the lines' invoices."""
    placed = aware(order.created_at)
    lines = tuple(_line(item, returned=order.status == facts.ORDER_RETURNED) for item in order.items)
    return SalesOrder(
        order_id=order.code, document=order.code, placed_at=placed,
        updated_at=aware(order.updated_at) if order.updated_at else placed,
        state=STATES.get(order.status, OrderState.UNKNOWN), remote_state=order.status,
        lines=lines, province=tidy(order.shipping.address.region), settled=order.status in facts.ORDERS_SETTLED,
        platform_total=_platform_total(order, lines),
    )


def aware(moment: datetime) -> datetime:
    """Tiki's times carry no offset and are those of Viet Nam."""
    return moment if moment.tzinfo else moment.replace(tzinfo=facts.LOCAL_ZONE)


def _platform_total(order: Order, lines: Sequence[SalesLine]) -> int | None:
    """What Tiki says that a completed order leaves the seller; before that its fees are not charged yet.

    API order v2, 2026-09: the order's income is the sum of its lines', and a line's is its subtotal less the seller's own
    coupon and the fees; what Tiki pays for (xu, its coupons, promotions) does not lower it. `seller_income_detail` counts on
    another basis and is not read. Whether the income of a returned order is from before or after the return is not said
    (unverified): the reading that fits is taken, else the one before it.
    """
    stated = order.invoice.total_seller_income
    if stated is None and all(item.invoice.seller_income is not None for item in order.items):
        stated = sum((item.invoice.seller_income or Decimal(0) for item in order.items), Decimal(0))
    if stated is None or order.status not in (*facts.ORDERS_SETTLED, facts.ORDER_RETURNED) or not order.items:
        return None
    total, refund = whole_dong(stated), sum(line.refund for line in lines)
    return total if total == sum(line.in_hand for line in lines) else total - refund


def _line(item: Item, *, returned: bool) -> SalesLine:
    invoice, product = item.invoice, item.product
    gross = whole_dong(invoice.subtotal)
    own_coupon = whole_dong(invoice.discount_coupon) if invoice.is_seller_discount_coupon else 0
    charged, tax = _kept_back(item)
    return SalesLine(
        line=item.id, sku=tidy(product.seller_product_code), name=tidy(product.name), quantity=item.qty,
        remote_id=product.id, list_amount=gross, seller_discount=own_coupon,
        platform_discount=max(0, _discount(item) - own_coupon), charged=charged, tax_withheld=tax,
        refund=gross - own_coupon if returned else 0, returned_quantity=item.qty if returned else Decimal(0),
    )


def _discount(item: Item) -> int:
    """Everything that the buyer does not pay: `discount_amount`, or what lies between subtotal and row total."""
    invoice = item.invoice
    if invoice.discount_amount is not None:
        return whole_dong(invoice.discount_amount)
    return 0 if invoice.row_total is None else whole_dong(invoice.subtotal - invoice.row_total)


def _kept_back(item: Item) -> tuple[tuple[Fee, ...], int]:
    """Fees by kind, and taxes, positive. `seller_fee` is what counts; single fees tell the kinds when they add up to it."""
    invoice = item.invoice
    listed = -sum((fee.final_amount for fee in invoice.fees), Decimal(0))
    whole = listed if invoice.seller_fee is None else -invoice.seller_fee
    if listed != whole:
        return ((Fee(FeeKind.OTHER, whole_dong(whole), "seller_fee"),) if whole else ()), 0
    fees = [(fee_kind(fee.fee_type_key), whole_dong(-fee.final_amount), fee.fee_type_key) for fee in invoice.fees]
    charged = tuple(Fee(kind, amount, word) for kind, amount, word in fees if kind is not None and amount)
    return charged, sum(amount for kind, amount, _ in fees if kind is None)


@lru_cache(maxsize=256)
def fee_kind(key: str) -> FeeKind | None:
    """What a fee is for, by the words of its key; None for a tax."""
    words = set(re.findall(r"[a-z]+", key.lower()))
    if words & facts.TAX_WORDS:
        return None
    return next((kind for kind, signs in FEE_WORDS.items() if words & signs), FeeKind.OTHER)
