"""Changes left over from an earlier day, as they may be made today: a certificate may have ended, a product be gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from ocop_market.catalog.ocop_checks import stars_named, withheld_because
from ocop_market.catalog.standing import star_claim
from ocop_market.channels.profile import ChannelProfile
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
    """SKUs of listings on sale that name another star than the product's certificate allows on `day`."""
    found = []
    for listing in published:
        content = listing.applied.get(FieldGroup.CONTENT.value, {})
        named = stars_named(f"{content.get('title', '')}\n{content.get('description', '')}")
        product = products.get(listing.sku)
        allowed = star_claim(product, day).stars if product else None
        if listing.on_sale and named - {0, allowed}:
            found.append(listing.sku)
    return found
