"""Changes left over from an earlier day, as they may be made today: a certificate may have ended, a product be gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ocop_market.catalog.goods import goods_kind
from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.catalog.standing import star_claim
from ocop_market.catalog.text_checks import text_findings
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Product
from ocop_market.settings import AccountSettings, PublishingSettings
from ocop_market.store.publications import OutboxRow, Publication


@dataclass(frozen=True)
class Today:
    """What decides on `day` whether a product may be listed on an account, and with which words."""

    products: Mapping[str, Product]
    profile: ChannelProfile
    account: AccountSettings
    policy: PublishingSettings
    day: date

    def allows(self, row: OutboxRow) -> OutboxRow | None:
        """The change as it may be made today; None when it may not.

        Title and description are those of today, so that no star outlives its certificate. A create that was begun
        becomes a withdrawal when its product must stay back: it may have been made.
        """
        draft = row.change.draft
        if draft is None:
            return row
        product = self.products.get(row.change.sku)
        if product is not None and not withheld_because(product, self.profile, self.policy, self.day, practice=self.account.practice):
            words, problems = draft_listing(product, category=draft.category, attributes=(), profile=self.profile, day=self.day)
            if not problems:
                told = replace(draft, title=words.title, description=words.description)
                return replace(row, change=replace(row.change, draft=told))
        if row.change.kind is ChangeKind.CREATE and row.attempts:
            return replace(row, change=Change(ChangeKind.WITHDRAW, row.change.sku, groups=frozenset({FieldGroup.VISIBILITY})))
        return None


def untrue_stars(published: Iterable[Publication], products: Mapping[str, Product], day: date) -> list[str]:
    """SKUs of listings on sale that name OCOP or a star which the product's certificate does not allow on `day`."""
    return [sku for sku, problems in forbidden_texts(published, products, day).items() if any(p.code == "star-in-text" for p in problems)]


def forbidden_texts(published: Iterable[Publication], products: Mapping[str, Product], day: date) -> dict[str, list[Problem]]:
    """Listings on sale whose words may not stand there on `day`, by SKU: what they say, whatever the catalog says by now."""
    found = {}
    for listing in published:
        if listing.on_sale and (problems := list(_forbidden_in(listing, products.get(listing.sku), day))):
            found[listing.sku] = problems
    return found


def _forbidden_in(listing: Publication, product: Product | None, day: date) -> Iterable[Problem]:
    content = listing.applied.get(FieldGroup.CONTENT.value, {})
    attributes = content.get("attributes") or {}
    shown = Product(listing.sku, str(content.get("title", "")), description="\n".join(
        [str(content.get("description", "")), *(str(value) for value in attributes.values())]))
    kind = goods_kind(product or shown)
    claim = star_claim(product or shown, day)
    strength = product.alcohol_percent if product else None
    return (found.problem for found in text_findings(replace(shown, alcohol_percent=strength), kind, claim, day) if found.withholds)
