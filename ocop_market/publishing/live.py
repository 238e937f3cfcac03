"""What the platform shows of an account's listings, in the form of a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ocop_market.channels.api import Connector, PublishesListings, ReadsListings
from ocop_market.model.change import LiveListing, Outcome, RemoteListing
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.stock import Held
from ocop_market.publishing.compare import overlaid
from ocop_market.store.engine import Store
from ocop_market.store.publications import REVIEWED, Publication, load_publications, save_seen
from ocop_market.store.steps import load_account_steps

PICTURE_STEP = "picture:"
"""Beginning of the account's steps that tell under which id a picture was uploaded."""
ONE_BY_ONE = 5
"""So few new listings are looked up singly; for more, the list of the shop is read once."""


@dataclass(frozen=True)
class Live:
    """The live side of a plan: by SKU what is there, which known listings are gone, which were found that we did not make.

    `told` is False where the platform cannot be asked; the other three are empty then.
    """

    listings: Mapping[str, LiveListing] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    found: Mapping[str, RemoteListing] = field(default_factory=dict)
    told: bool = False

    def held(self, account: str) -> dict[tuple[str, str], Held]:
        """What the platform has set aside of the stock, by account and SKU."""
        found: dict[tuple[str, str], Held] = {}
        for listing in self.listings.values():
            for sku in {*listing.reserved, *listing.ordered}:
                if listing.reserved.get(sku) or listing.ordered.get(sku):
                    found[account, sku] = Held(campaign=listing.reserved.get(sku, 0), ordered=listing.ordered.get(sku, 0))
        return found

    def fields(self, sku: str) -> Mapping[str, JsonObject]:
        """The live values of a listing; empty when nothing is told of it."""
        listing = self.listings.get(sku)
        return {} if listing is None else listing.fields


def read_live(store: Store, account: str, connector: Connector, published: Mapping[str, Publication],
              drafts: Mapping[str, ListingDraft], *, only: Collection[str] | None = None) -> Live:
    """Asks the platform about the listings that it has of us and about SKUs that we are about to create (only `only`, where given)."""
    if not isinstance(connector, ReadsListings):
        return Live()
    asked = {sku: known.remote for sku, known in published.items()
             if known.remote.remote_id and (sku in drafts or known.on_sale) and (only is None or sku in only)}
    new = {sku: draft for sku, draft in drafts.items() if (only is None or sku in only) and _unmade(published.get(sku))}
    found = _found(connector, new)
    pictures = named_pictures(store, account)
    read = {listing.remote.sku: with_named_pictures(listing, pictures)
            for listing in connector.read_listings([*asked.values(), *found.values()])}
    return Live(read, frozenset(asked.keys() - read.keys()), {sku: remote for sku, remote in found.items() if sku in read}, told=True)


def _unmade(known: Publication | None) -> bool:
    return known is None or (known.status == Outcome.REJECTED.value and not known.remote.remote_id)


def _found(connector: ReadsListings, new: Mapping[str, ListingDraft]) -> dict[str, RemoteListing]:
    """Listings that carry the SKU of one we are about to create: made by hand, by another program, or by us on another computer."""
    if not new:
        return {}
    if len(new) <= ONE_BY_ONE and isinstance(connector, PublishesListings):
        looked = ((sku, connector.find(sku, draft.sold_skus)) for sku, draft in new.items())
        return {sku: remote for sku, remote in looked if remote is not None and remote.remote_id}
    listings = {sold: sku for sku, draft in new.items() for sold in (sku, *draft.sold_skus)}
    there = {listings[remote.sku]: remote for remote in connector.shop_listings() if remote.sku in listings}
    if not isinstance(connector, PublishesListings):
        return {sku: remote for sku, remote in there.items() if remote.sku == sku}
    again = {sku: remote if remote.sku == sku else connector.find(sku, new[sku].sold_skus) for sku, remote in there.items()}
    return {sku: remote for sku, remote in again.items() if remote is not None and remote.remote_id}


def named_pictures(store: Store, account: str) -> dict[str, str]:
    """The names that drafts give to pictures, by the platform's ids, of all that this account has uploaded."""
    with store.reading() as connection:
        return {str(answer): step.removeprefix(PICTURE_STEP) for step, answer in load_account_steps(connection, account, PICTURE_STEP)}


def with_named_pictures(listing: LiveListing, pictures: Mapping[str, str]) -> LiveListing:
    """With pictures named as in a draft, as far as we uploaded them."""
    named: dict[str, JsonObject] = {}
    media, variants = (listing.fields.get(group.value, {}) for group in (FieldGroup.MEDIA, FieldGroup.VARIANTS))
    if "pictures" in media:
        named[FieldGroup.MEDIA.value] = {**media, "pictures": [pictures.get(str(name), name) for name in media["pictures"]]}
    if any("picture" in variant for variant in variants.get("variants", ())):
        named[FieldGroup.VARIANTS.value] = {**variants, "variants": [
            {**variant, "picture": pictures.get(str(variant.get("picture")), variant.get("picture"))} for variant in variants["variants"]]}
    return replace(listing, fields={**listing.fields, **named}) if named else listing


def remember_first_sight(store: Store, account: str, published: Mapping[str, Publication], live: Live) -> dict[str, Publication]:
    """Keeps what is live of groups that were not looked at since we changed them; what a platform still reviews is left out."""
    seen: dict[str, dict[str, Any]] = {}
    for sku, known in published.items():
        in_review = REVIEWED if known.status == Outcome.PENDING.value else frozenset()
        told = {group: value for group, value in live.fields(sku).items() if FieldGroup(group) not in in_review}
        if any(value.keys() - known.seen.get(group, {}).keys() for group, value in told.items()):
            seen[sku] = overlaid(told, known.seen)
    if seen:
        with store.writing() as connection:  # a publish may have changed a listing while its page was under way
            present = load_publications(connection, account)
            seen = {sku: fields for sku, fields in seen.items() if present.get(sku) == published[sku]}
            save_seen(connection, [(account, sku, fields) for sku, fields in seen.items()])
    return {sku: replace(known, seen=seen.get(sku, known.seen)) for sku, known in published.items()}


