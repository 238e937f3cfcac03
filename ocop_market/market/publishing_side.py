"""What an account should show, and how it comes there; see `publishing.desk.Desk`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial

from ocop_market.catalog.standing import star_claim
from ocop_market.channels.api import PublishesListings, PublishSnapshot
from ocop_market.errors import NotSupported
from ocop_market.language import N_
from ocop_market.mapping.badges import Badges, forbidden_pictures, read_badges
from ocop_market.market.catalog_side import CatalogSide
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Picture, Product
from ocop_market.model.stock import Held
from ocop_market.pictures.listing import names_there
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.apply import Watch as ApplyWatch
from ocop_market.publishing.desk import Desk
from ocop_market.publishing.plan import Plan, Wanted
from ocop_market.publishing.wanted import want
from ocop_market.settings import Drifting
from ocop_market.store.outbox import PublishRun, load_runs

CANNOT_PUBLISH = N_("The channel {channel} of account '{account}' takes no listings.")


class PublishingSide(CatalogSide):
    """The listings of a market."""

    def plan(self, account: str, *, drifting: Mapping[FieldGroup, Drifting] | None = None) -> Plan:
        """What a publish on this account would do; nothing is changed on the platform. See `publishing.desk.Desk`."""
        return self._desk(account).plan(drifting)

    def undo(self, account: str, number: int) -> Plan:
        """The reverse of what a publish changed, as a plan to be shown and applied like any other."""
        return self._desk(account).undo(number)

    def apply(self, plan: Plan, watch: ApplyWatch | None = None, *, approved: Sequence[str] = ()) -> Applied:
        """Makes a plan's changes; PlanError when it no longer fits, or a brake is on that was not `approved` by name."""
        return self._desk(plan.account).apply(plan, watch, approved=approved)

    def finish(self, account: str, watch: ApplyWatch | None = None) -> Applied:
        """Makes the changes that an earlier run left open; no plan is needed for them."""
        return self._desk(account).finish(watch)

    def follow_up(self, account: str) -> Applied:
        """Asks about listings that wait for review; nothing where the channel answers at once."""
        return self._desk(account).follow_up()

    def publishes(self, account: str | None = None) -> list[PublishRun]:
        """The last publishes, the newest first, with what became of their changes."""
        with self.store.reading() as connection:
            return load_runs(connection, account)

    def _desk(self, account: str) -> Desk:
        connector, settings = self.connector(account), self.settings.account(account)
        if not isinstance(connector, PublishesListings | PublishSnapshot):
            raise NotSupported(CANNOT_PUBLISH, code="no-listings", channel=connector.profile.title, account=account)

        whole_catalog = cache(self.products)  # read once for a plan or a publish, inside its turn

        def products() -> dict[str, Product]:
            return {sku: product for sku, product in whole_catalog().items() if settings.owner in ("", product.owner)}

        def wanted(held: Mapping[tuple[str, str], Held]) -> Wanted:
            badges = read_badges(self.folder, self.settings.publishing.badges)
            offers = self.offers(practice=settings.practice, held=held, products=whole_catalog())
            return want(products().values(), connector, settings, self.settings.publishing, self.channel_map(account), self.today,
                        self.album, badges, offer=lambda sku: offers.offer(sku, account))

        @cache
        def names_of(picture: Picture) -> set[str]:
            return names_there(picture, connector.profile, self.album)

        @cache
        def badges_there() -> Badges:
            return read_badges(self.folder, self.settings.publishing.badges)

        def forbidden(product: Product, day: date) -> set[str]:
            pictures = forbidden_pictures(product, star_claim(product, day), badges_there())
            return {name for picture in pictures for name in names_of(picture)}

        return Desk(self.store, account, connector, settings, self.clock, self.folder, partial(self.turn, account), wanted, products,
                    forbidden)
