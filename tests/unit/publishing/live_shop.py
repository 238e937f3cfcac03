"""A shop in memory whose listings can be read back, and edited by somebody in the seller centre."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ocop_market.channels.api import ChangesOffersTogether, Connector, Progress, PublishOneByOne, ReadsListings
from ocop_market.channels.profile import ChannelProfile
from ocop_market.errors import Problem, Refused
from ocop_market.model.change import Change, LiveListing, Outcome, RemoteListing, Result
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Product
from ocop_market.model.stock import Held
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.desk import Desk
from ocop_market.publishing.plan import Wanted, Withheld
from ocop_market.settings import AccountSettings
from ocop_market.store.leases import holding


class LiveShop(Connector, PublishOneByOne, ChangesOffersTogether, ReadsListings):
    """Keeps every listing as the groups of its draft; `calls` names what was called."""

    profile = ChannelProfile("live", "Live", (), offer_batch=3, picture_by="upload")
    Settings = BaseModel

    def __init__(self) -> None:
        self.account = "shop"
        self.listings: dict[str, dict[str, dict[str, Any]]] = {}
        self.skus: dict[str, str] = {}
        self.banned: dict[str, Problem] = {}
        self.reserved: dict[str, int] = {}
        self.calls: list[str] = []
        self.made = 0
        self.garbles: dict[str, Any] = {}
        self.refuses: dict[str, FieldGroup] = {}

    # --- what the platform's own page can do

    def id_of(self, sku: str) -> str:
        return next(number for number, known in self.skus.items() if known == sku)

    def edit(self, sku: str, name: str, value: Any) -> None:
        for fields in self.listings[self.id_of(sku)].values():
            if name in fields:
                fields[name] = value

    def shows(self, sku: str, name: str) -> Any:
        return next(fields[name] for fields in self.listings[self.id_of(sku)].values() if name in fields)

    def delete(self, sku: str) -> None:
        number = self.id_of(sku)
        del self.listings[number], self.skus[number]

    # --- the connector

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        self.calls.append(f"create {draft.sku}")
        self.made += 1
        number = str(self.made)
        self.skus[number] = draft.sku
        self.listings[number] = {group.value: copy.deepcopy(fields) for group, fields in draft.groups().items()}
        self.listings[number]["content"].update(self.garbles)
        return Result(draft.sku, Outcome.LIVE, RemoteListing(number, draft.sku))

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        self.calls.append(f"update {draft.sku} {' '.join(sorted(groups))}")
        return self._put(draft, remote, groups)

    def _put(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup]) -> Result:
        refused = self.refuses.get(draft.sku)
        for group in groups - {refused}:
            self.listings[remote.remote_id][group.value] = copy.deepcopy(draft.groups()[group])
        if refused in groups:
            return Result(draft.sku, Outcome.REJECTED, remote, problems=(Problem("no", "The platform says no.", refused or ""),),
                          taken=groups - {refused})
        return Result(draft.sku, Outcome.LIVE, remote)

    def change_offers(self, changes: Sequence[Change]) -> Iterator[Result]:
        self.calls.append("offers " + " ".join(change.sku for change in changes))
        for change in changes:
            if change.draft is None or change.remote is None:
                raise Refused([Problem("nothing", "Nothing to send.")])
            yield self._put(change.draft, change.remote, change.groups)

    def withdraw(self, remote: RemoteListing) -> Result:
        self.calls.append(f"withdraw {remote.sku}")
        if remote.remote_id in self.listings:
            self.listings[remote.remote_id]["visibility"]["visible"] = False
        return Result(remote.sku, Outcome.WITHDRAWN, remote)

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        return next((RemoteListing(number, sku) for number, known in self.skus.items() if known == sku), None)

    def read_listings(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        for remote in listings:
            if remote.remote_id in self.listings:
                banned = self.banned.get(remote.sku)
                yield LiveListing(remote, copy.deepcopy(self.listings[remote.remote_id]), self.reserved, (banned,) if banned else ())

    def shop_listings(self) -> Iterator[RemoteListing]:
        return (RemoteListing(number, sku) for number, sku in self.skus.items())


@dataclass
class Stall:
    """An account on a live shop, with what it should show."""

    desk: Desk
    shop: LiveShop
    drafts: dict[str, ListingDraft]
    products: dict[str, Product]
    withheld: list[Withheld] = field(default_factory=list)

    def publish(self, *approved: str, **options: Any) -> Applied:
        return self.desk.apply(self.desk.plan(**options), approved=approved)


def open_stall(store: Any, clock: Any, folder: Path, *drafts: ListingDraft) -> Stall:
    """A shop that is empty yet, and a desk that wants these listings."""
    shop = LiveShop()
    wanted = {draft.sku: draft for draft in drafts}
    products = {draft.sku: Product(draft.sku, draft.title) for draft in drafts}
    withheld: list[Withheld] = []

    @contextmanager
    def turn() -> Iterator[Any]:
        with holding(store, "account:shop", clock) as lease:
            yield lease

    def want(_held: Mapping[tuple[str, str], Held]) -> Wanted:
        return Wanted(dict(wanted), list(withheld))

    desk = Desk(store, "shop", shop, AccountSettings(channel="live"), clock, folder, turn, want, lambda: products)
    return Stall(desk, shop, wanted, products, withheld)
