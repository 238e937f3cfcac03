"""Publishing on one account: plan, apply, finish, follow up, take back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ocop_market.channels.api import AnswersLater, Connector, PublishesListings, PublishSnapshot
from ocop_market.model.change import Outcome
from ocop_market.model.clock import Clock, business_day
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Product
from ocop_market.model.stock import Held
from ocop_market.publishing.apply import Applied, Watch, work_off
from ocop_market.publishing.follow_up import follow_up
from ocop_market.publishing.live import Live, read_live, remember_first_sight
from ocop_market.publishing.plan import Plan, Wanted, moved_since, refuse_as_moved, refuse_if_braked
from ocop_market.publishing.planning import PlanRules, make_plan, rests_on
from ocop_market.publishing.snapshot import write_snapshot
from ocop_market.publishing.today import Today, forbidden_texts
from ocop_market.publishing.undo import Past, make_undo, pictures_by_name
from ocop_market.settings import AccountSettings, Drifting
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease
from ocop_market.store.outbox import can_go_on, drafts_of, enqueue, later_rows, open_rows, rows_of_run
from ocop_market.store.publications import Publication, load_publications, save_publication


@dataclass(frozen=True)
class Desk:
    """What publishing on one account needs: its connector and settings, its turn, and its part of the catalog.

    `want` gives the listings that the account should show today, considering what the platform has set aside of the stock (by
    account and SKU); `products` the catalog of the account by SKU; `forbidden_pictures` names pictures that a product's listing may not
    show on a day.
    """

    store: Store
    account: str
    connector: Connector
    settings: AccountSettings
    clock: Clock
    folder: Path
    turn: Callable[[], AbstractContextManager[Lease]]
    want: Callable[[Mapping[tuple[str, str], Held]], Wanted]
    products: Callable[[], Mapping[str, Product]]
    forbidden_pictures: Callable[[Product, date], Collection[str]] = lambda _product, _day: ()

    @property
    def _day(self) -> date:
        return business_day(self.clock())

    def plan(self, drifting: Mapping[FieldGroup, Drifting] | None = None) -> Plan:
        """What a publish would do; nothing is changed on the platform. `drifting` goes before the settings of the account."""
        published = self._published()
        wanted, live = self._wanted_and_live(published)
        published = remember_first_sight(self.store, self.account, published, live)
        return make_plan(self.account, self.connector.profile.key, wanted, published, self._rules(drifting), now=self.clock(), live=live)

    def undo(self, number: int) -> Plan:
        """The reverse of what publish `number` changed, as a plan. SettingsError when the account has no such publish."""
        published = self._published()
        with self.store.reading() as connection:
            rows = rows_of_run(connection, number, self.account)
            skus = [row.change.sku for row in rows]
            drafts, later = drafts_of(connection, self.account, skus), later_rows(connection, self.account, number)
        wanted, live = self._wanted_and_live(published, skus)
        past = Past(rows, later, {draft.sku: draft for draft in drafts}, pictures_by_name([*drafts, *wanted.drafts.values()]))
        return make_undo(self.account, self.connector.profile.key, number, past, wanted, published, self._rules(None), live,
                         now=self.clock())

    def apply(self, plan: Plan, watch: Watch | None = None, *, approved: Sequence[str] = ()) -> Applied:
        """Makes a plan's changes, after those left over from before; PlanError when it no longer fits, or a brake is on.

        A plan whose changes were begun goes on with those that are left.
        """
        refuse_if_braked(plan, approved)
        with self.turn() as turn:
            published = self._published()
            skus = [planned.change.sku for planned in plan.changes]
            wanted, live = self._wanted_and_live(published, skus)
            now = {sku: rests_on(self.account, wanted, published, live, sku) for sku in skus}
            moved = moved_since(plan, now) | ({"channel": []} if plan.channel != self.connector.profile.key else {})
            with self.store.writing() as connection:
                if not moved:
                    for planned in plan.changes:
                        if planned.found:
                            there = live.found[planned.change.sku]
                            save_publication(connection, Publication(self.account, there.sku, Outcome.LIVE.value, there, {}), self.clock())
                    enqueue(connection, self.account, plan.digest, [planned.entry for planned in plan.changes], self.clock(),
                            undoes=plan.undoes, approved=approved)
                elif not can_go_on(connection, self.account, plan.digest):
                    refuse_as_moved(moved)
            if isinstance(self.connector, PublishSnapshot):
                folder = self.folder / self.connector.folder
                return write_snapshot(self.store, self.account, self.connector, wanted.drafts, folder, self.clock)
            return self._work_off(wanted, turn, watch)

    def finish(self, watch: Watch | None = None) -> Applied:
        """Makes the changes that an earlier run left open; no plan is needed for them."""
        with self.turn() as turn:
            with self.store.reading() as connection:
                left = open_rows(connection, self.account)
            return self._work_off(self.want({}), turn, watch) if left else Applied()

    def follow_up(self) -> Applied:
        """Asks about listings that wait for review; nothing where the channel answers at once."""
        if not isinstance(self.connector, AnswersLater):
            return Applied()
        with self.turn() as turn:
            return follow_up(self.store, self.account, self.connector, self.clock, turn)

    def _work_off(self, wanted: Wanted, turn: Lease, watch: Watch | None) -> Applied:
        if not isinstance(self.connector, PublishesListings):
            return Applied()
        today = Today(wanted, self.products(), self._day)
        return work_off(self.store, self.account, self.connector, self.clock, turn, watch, today=today)

    def _published(self) -> dict[str, Publication]:
        with self.store.reading() as connection:
            return load_publications(connection, self.account)

    def _wanted_and_live(self, published: Mapping[str, Publication], skus: Collection[str] | None = None) -> tuple[Wanted, Live]:
        """Both sides of the account (the live one only of `skus`, where given); promotions and open orders count in the stock."""
        wanted = self.want({})
        live = read_live(self.store, self.account, self.connector, published, wanted.drafts, only=None if skus is None else frozenset(skus))
        held = live.held(self.account)
        return (self.want(held) if held else wanted), live

    def _rules(self, drifting: Mapping[FieldGroup, Drifting] | None) -> PlanRules:
        products, day = self.products(), self._day

        def unlawful(listing: Publication) -> bool:
            return bool(forbidden_texts([listing], products, day))

        def forbidden(sku: str) -> Collection[str]:
            return self.forbidden_pictures(products[sku], day) if sku in products else ()

        return PlanRules(day, {**self.settings.drift.by_group(), **(drifting or {})}, self.settings.brakes, products, unlawful, forbidden)
