"""Changes left over from an earlier day, as they may be made today: a certificate may have ended, a product be gone, goods be sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.ocop_checks import OFF_SALE
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import text_findings
from ocop_market.errors import Problem
from ocop_market.mapping.badges import allowed_under
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.product import Product
from ocop_market.publishing.plan import Wanted
from ocop_market.store.outbox import OutboxRow
from ocop_market.store.publications import Publication


@dataclass(frozen=True)
class Today:
    """What decides on `day` whether a change may be made, and with which words and how much stock."""

    wanted: Wanted
    products: Mapping[str, Product]
    day: date

    def allows(self, row: OutboxRow) -> OutboxRow | None:
        """The change as it may be made today; None when it may not.

        Words that may not stand there today give way to those of today, so that no star outlives its certificate; pictures are
        those of today, and no more stock is offered than is there. A create that was begun becomes a withdrawal when its product
        must stay back: it may have been made.
        """
        change, draft = row.change, row.change.draft
        if draft is None:
            return row
        today = self.wanted.drafts.get(change.sku)
        if today is None and (row.undoes is None or self._must_stay_back(change.sku)):
            if change.kind is ChangeKind.CREATE and row.attempts:
                return replace(row, change=Change(ChangeKind.WITHDRAW, change.sku, groups=frozenset({FieldGroup.VISIBILITY})))
            return None
        if list(_forbidden_in(change.sku, draft.groups()[FieldGroup.CONTENT], self.products.get(change.sku), self.day)):
            if today is None:
                return None
            draft = replace(draft, title=today.title, description=today.description, attributes=today.attributes)
        draft = self._allowed_pictures(draft) if row.undoes is not None or today is None else _with_pictures_of(draft, today)
        return replace(row, change=replace(change, draft=_no_more_than(draft, today)))

    def _must_stay_back(self, sku: str) -> bool:
        return any(problem.code in OFF_SALE for item in self.wanted.withheld if item.sku == sku for problem in item.problems)

    def _allowed_pictures(self, draft: ListingDraft) -> ListingDraft:
        """Without pictures that show a mark which the certificate does not allow today."""
        claim = star_claim(self.products.get(draft.sku) or Product(draft.sku, draft.title), self.day)
        return replace(draft, pictures=tuple(picture for picture in draft.pictures if allowed_under(picture, claim)))


def _with_pictures_of(draft: ListingDraft, today: ListingDraft) -> ListingDraft:
    of_today = {variant.sku: variant.picture for variant in today.variants}
    return replace(draft, pictures=today.pictures, variants=tuple(
        replace(variant, picture=of_today.get(variant.sku)) for variant in draft.variants))


def _no_more_than(draft: ListingDraft, today: ListingDraft | None) -> ListingDraft:
    """With at most the stock that may be offered today."""
    if today is None:
        return draft
    offered = {variant.sku: variant.stock for variant in today.variants}
    variants = tuple(replace(variant, stock=min(variant.stock, offered.get(variant.sku, variant.stock))) for variant in draft.variants)
    return replace(draft, stock=min(draft.stock, today.stock), variants=variants)


def untrue_stars(published: Iterable[Publication], products: Mapping[str, Product], day: date) -> list[str]:
    """SKUs of listings on sale that name OCOP or a star which the product's certificate does not allow on `day`."""
    return [sku for sku, problems in forbidden_texts(published, products, day).items() if any(p.code == "star-in-text" for p in problems)]


def forbidden_texts(published: Iterable[Publication], products: Mapping[str, Product], day: date) -> dict[str, list[Problem]]:
    """Listings on sale whose words may not stand there on `day`, by SKU: what they say, whatever the catalog says by now."""
    found = {}
    for listing in published:
        content = listing.applied.get(FieldGroup.CONTENT.value, {})
        if listing.on_sale and (problems := list(_forbidden_in(listing.sku, content, products.get(listing.sku), day))):
            found[listing.sku] = problems
    return found


def _forbidden_in(sku: str, content: JsonObject, product: Product | None, day: date) -> Iterable[Problem]:
    attributes = content.get("attributes") or {}
    shown = Product(sku, str(content.get("title", "")), description="\n".join(
        [str(content.get("description", "")), *(str(value) for value in attributes.values())]))
    kind = goods_kind(product or shown)
    claim = star_claim(product or shown, day)
    strength = product.alcohol_percent if product else None
    return (found.problem for found in text_findings(replace(shown, alcohol_percent=strength), kind, claim, day) if found.withholds)
