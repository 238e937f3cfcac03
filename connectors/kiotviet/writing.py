"""Writing into a KiotViet shop, only where its account says so: price, description and weight of articles that are there.

Stock is never written, for that makes a stock-take document in the shop (DOC "Hàng hóa", 2026-03); nor are names and pictures, by
which clerks know their goods. No article is made: its category, unit and taxes are the shop's to choose. A packing is an article
of its own, known by its code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.kiotviet.connector import KiotVietConnector
from connectors.kiotviet.wire import ProductIn
from ocop_market.channels.api import Progress, PublishOneByOne, ReadsListings
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import LiveListing, Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft, VariantDraft
from ocop_market.model.money import whole_dong
from ocop_market.model.text import tidy

NO_PRICE = N_("{sku} has no price above zero. Enter the selling price in đồng.")
ARTICLE_MISSING = N_("The shop has no article with the code {sku}. Make it in KiotViet under this code; price and description are kept "
                     "up to date from then on.")
STAYS = N_("KiotViet keeps name, category, pictures and stock of {sku} as the shop has them; price, description and weight are written.")
NOT_AS_WRITTEN = N_("KiotViet took the change of {sku} but shows another {field!t}. Look at the article in KiotViet.")

SINGLE_READS = 5
"""So many articles are read singly; for more, the list is read once."""
UNWRITTEN = frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA, FieldGroup.STOCK})
FIELDS = {"basePrice": "price", "description": "description", "weight": "weight_g", "isActive": "visible"}


class WritingKiotViet(KiotVietConnector, PublishOneByOne, ReadsListings):
    """One KiotViet shop whose articles are kept up to date."""

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """Every article needs its price."""
        return [Problem("price-missing", NO_PRICE, "price", {"sku": one.sku}) for one in _sold(draft) if one.price <= 0]

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Refused: articles are made in the shop."""
        raise Refused([Problem("article-missing", ARTICLE_MISSING, "sku", {"sku": sku}) for sku in draft.sold_skus])

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """Writes what changed of each article and compares the article that comes back."""
        known = _numbers(remote)
        problems: list[Problem] = self.problems(draft) if FieldGroup.PRICE in groups else []
        numbers: dict[str, str] = {}
        for one in _sold(draft):
            if (number := known.get(one.sku) or self._number_of(one.sku)) is None:
                problems.append(Problem("article-missing", ARTICLE_MISSING, "sku", {"sku": one.sku}))
                continue
            numbers[one.sku] = number
            body = _body(draft, one, groups)
            if body and one.price > 0:
                problems += self._written(one.sku, number, body)
        kept = _remote(draft.sku, numbers, draft.visible if FieldGroup.VISIBILITY in groups else remote.visible)
        remarks = (Problem("kept-by-the-shop", STAYS, values={"sku": draft.sku}),) if groups & UNWRITTEN else ()
        if problems:
            return Result(draft.sku, Outcome.REJECTED, kept, problems=tuple(problems), remarks=remarks)
        return Result(draft.sku, Outcome.LIVE, kept, remarks=remarks)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Ends the sale of the articles in the shop (ngừng kinh doanh); none is deleted."""
        problems = [problem for sku, number in _numbers(remote).items() for problem in self._written(sku, number, {"isActive": False})]
        if problems:
            return Result(remote.sku, Outcome.REJECTED, problems=tuple(problems))
        return Result(remote.sku, Outcome.WITHDRAWN, _remote(remote.sku, _numbers(remote), visible=False))

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The articles whose codes are our SKUs."""
        found = {code: product for code in variants or (sku,) if (product := self._api.product_by_code(code)) is not None}
        numbers = {code: product.id for code, product in found.items()}
        return _remote(sku, numbers, any(product.is_active for product in found.values())) if found else None

    def read_listings(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        """Price, description, weight and whether they are sold; stock and names are the shop's own and not told."""
        wanted = {number for listing in listings for number in _numbers(listing).values()}
        if len(wanted) <= SINGLE_READS:
            read = {number: product for number in wanted if (product := self._api.product(number)) is not None}
        else:
            read = {product.id: product for product in self._api.products() if product.id in wanted}
        for listing in listings:
            found = {sku: read[number] for sku, number in _numbers(listing).items() if number in read}
            if found:
                yield _live(listing, found)

    def shop_listings(self) -> Iterator[RemoteListing]:
        """Every article with a code; all of them have one."""
        for product in self._api.products():
            if product.code:
                yield _remote(product.code, {product.code: product.id}, product.is_active)

    def _number_of(self, sku: str) -> str | None:
        product = self._api.product_by_code(sku)
        return None if product is None else product.id

    def _written(self, sku: str, number: str, body: Mapping[str, Any]) -> list[Problem]:
        try:
            shown = self._api.update_product(number, body)
        except Refused as error:
            return list(error.problems)
        now = {"basePrice": shown.base_price, "description": shown.description, "weight": shown.weight, "isActive": shown.is_active}
        return [Problem("not-as-written", NOT_AS_WRITTEN, FIELDS[name], {"sku": sku, "field": FIELDS[name]})
                for name, value in body.items() if now[name] is not None and now[name] != value]


def _sold(draft: ListingDraft) -> tuple[VariantDraft, ...]:
    return draft.variants or (VariantDraft(draft.sku, (), draft.price, draft.stock, draft.weight_g, draft.gtin),)


def _body(draft: ListingDraft, one: VariantDraft, groups: frozenset[FieldGroup]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if FieldGroup.PRICE in groups:
        body["basePrice"] = one.price
    if FieldGroup.CONTENT in groups:
        body["description"] = draft.description
    if groups & {FieldGroup.CONTENT, FieldGroup.VARIANTS} and one.weight_g:
        body["weight"] = one.weight_g
    if FieldGroup.VISIBILITY in groups:
        body["isActive"] = draft.visible
    return body


def _numbers(remote: RemoteListing) -> dict[str, str]:
    """Ids of the articles by code: `data["variants"]`, or the one article of a listing without packings."""
    return dict(remote.data.get("variants") or ({remote.sku: remote.remote_id} if remote.remote_id else {}))


def _remote(sku: str, numbers: Mapping[str, str], visible: bool | None) -> RemoteListing:
    if numbers.keys() <= {sku}:
        return RemoteListing(numbers.get(sku, ""), sku, "", visible)
    return RemoteListing(min(numbers.values(), key=int), sku, "", visible, {"variants": dict(numbers)})


def _live(listing: RemoteListing, found: Mapping[str, ProductIn]) -> LiveListing:
    products = list(found.values())
    prices = {sku: whole_dong(product.base_price) for sku, product in found.items() if product.base_price is not None}
    content: JsonObject = {}
    if texts := list(dict.fromkeys(product.description for product in products if product.description is not None)):
        content["description"] = texts[0] if len(texts) == 1 else " / ".join(map(tidy, texts))
    several = found.keys() != {listing.sku}
    if not several and products[0].weight is not None:
        content["weight_g"] = int(products[0].weight)
    price: JsonObject = {"price": min(prices.values(), default=0)} | ({"variant_prices": prices} if several else {})
    fields = {FieldGroup.CONTENT.value: content, FieldGroup.PRICE.value: price if prices else {},
              FieldGroup.VISIBILITY.value: {"visible": all(product.is_active for product in products)}}
    numbers = {sku: product.id for sku, product in found.items()}
    return LiveListing(_remote(listing.sku, numbers, any(product.is_active for product in products)),
                       {group: values for group, values in fields.items() if values})
