"""Sales in, proved complete, counted once, and compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ocop_market.channels.api import ListsOrders, PullsSales, ReadsSalesFiles, SalesPage
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError, NotSupported, SettingsError
from ocop_market.growth.account_of_change import AccountOfChange, account_of_change
from ocop_market.growth.address import Address, parse
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import BeforeAfter, Event, before_after
from ocop_market.growth.compare import By, Comparison, Period, compare, months_by_row
from ocop_market.growth.coverage import Coverage, coverage
from ocop_market.growth.deflator import Deflator, real_change
from ocop_market.growth.explain import Explained, Line, explain, lines
from ocop_market.growth.periods import Pair
from ocop_market.growth.quantities import Quantity, quantities
from ocop_market.growth.restated import Restatements, restated
from ocop_market.growth.sold import Change
from ocop_market.growth.target_standing import TargetStanding, stand
from ocop_market.growth.targets import Target
from ocop_market.growth.years import Years, years
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.places.units import Geography
from ocop_market.reports.pictures import DRAWN, Drawn
from ocop_market.sales.beginning import begin_again_where_needed, first_day
from ocop_market.sales.mirror import MirrorState, direct_accounts, find_new_mirrors, may_be_mirrored
from ocop_market.sales.pull import CountOnce, Pulled, pull, roll_up, take
from ocop_market.sales.pull import Watch as PullWatch
from ocop_market.sales.reconcile import Reconciliation, kind_of_seller, reconcile
from ocop_market.sales.unknown import UnknownGood, unknown_goods
from ocop_market.sales.verify import Watch as VerifyWatch
from ocop_market.sales.verify import due_again, months, verify
from ocop_market.store import ledger
from ocop_market.store.catalog import load_former_codes, load_products
from ocop_market.store.checks import Check, load_checks
from ocop_market.store.goods import SoldGood, forget_link, load_links, save_link, sold_goods
from ocop_market.store.leases import LeaseError
from ocop_market.store.mirrors import MirrorShown, decide, show_mirrors
from ocop_market.store.shares import load_accounts

if TYPE_CHECKING:
    pass
from ocop_market.market.base import MarketBase

FIRST_SALES = timedelta(days=365)
"""How far back the first pull reaches when the account names no `start`."""
CANNOT_PULL = N_("The channel {channel} of account '{account}' reports no sales. Read a file with: "
                 "ocop-market pull {account} --file FILE")
CANNOT_VERIFY = N_("The channel {channel} of account '{account}' cannot list its orders again, so its sales cannot be compared.")
PULL_FIRST = N_("The sales of account '{account}' were never pulled to the end. Run first: ocop-market pull {account}")
CANNOT_READ = N_("The channel {channel} of account '{account}' reads no files; its sales are pulled: ocop-market pull {account}")


class SalesSide(MarketBase):
    """The ledger of a market, and the figures made of it."""

    def pull_sales(self, account: str, watch: PullWatch | None = None) -> Pulled:
        """Brings in what was sold since the last pull."""
        connector = self.connector(account)
        if not isinstance(connector, PullsSales):
            raise NotSupported(CANNOT_PULL, code="no-sales", channel=connector.profile.title, account=account)
        start = self.settings.account(account).start
        since = datetime(start.year, start.month, start.day, tzinfo=VIETNAM) if start else self.clock() - FIRST_SALES
        with self.turn(account) as turn:
            begin_again_where_needed(self.store, account, since, start, self.clock())
            pulled = pull(self.store, account, connector, self.clock, turn, start=since, watch=watch,
                          key=self.vault.key_for("order-digests"), count_once=self._count_once(account))
        self._roll_up(pulled.others)
        return pulled

    def verify(self, account: str, *, since: date | None = None, only_due: bool = False, repair: bool = True,
               watch: VerifyWatch | None = None) -> list[Check]:
        """Compares the ledger with the platform's own list, month by month up to yesterday, and reads again what differs.

        `since` is the first day (else the first day of sales); with `only_due` months that were compared lately are left out.
        """
        connector = self.connector(account)
        if not isinstance(connector, ListsOrders):
            raise NotSupported(CANNOT_VERIFY, code="no-order-list", channel=connector.profile.title, account=account)
        with self.turn(account) as turn:
            with self.store.reading() as connection:
                reached = ledger.complete_to(connection, account).get(account)
                first = since or first_day(connection, account) or self.settings.account(account).start
                checks = load_checks(connection, account)
            if reached is None or first is None:
                raise SettingsError(PULL_FIRST, code="nothing-pulled", account=account)
            windows = list(months(first, business_day(min(reached, self.clock()))))
            if only_due:
                windows = due_again(windows, checks, self.clock())
            return verify(self.store, account, connector, self.clock, turn, windows, repair=repair, watch=watch)

    def read_sales_file(self, account: str, path: str | Path) -> tuple[Pulled, SalesPage]:
        """Takes the sales of an exported file into the ledger; reading it again changes nothing."""
        connector = self.connector(account)
        if not isinstance(connector, ReadsSalesFiles):
            raise NotSupported(CANNOT_READ, code="no-sales-files", channel=connector.profile.title, account=account)
        page = connector.read_sales_file(Path(path).name, self._content(path))
        with self.turn(account) as turn:
            pulled = take(self.store, account, page, self.clock, turn, self._count_once(account))
        self._roll_up(pulled.others)
        return pulled, page

    def mirrors(self) -> list[MirrorShown]:
        """Sales of tills that a marketplace's account reports as well, or may; see `ocop_market.sales.mirror`."""
        with self.store.reading() as connection:
            return show_mirrors(connection)

    def decide_mirrors(self, account: str, order_ids: Collection[str], state: MirrorState) -> list[str]:
        """Keeps a person's word on what sales of a till are, and makes the totals anew; the documents that were in question."""
        self.settings.account(account)
        with self.turn(account) as turn:
            with self.store.writing() as connection:
                known = decide(connection, account, order_ids, state, self.clock())
            roll_up(self.store, account, turn)
        return known

    def unknown_goods(self, account: str | None = None) -> list[UnknownGood]:
        """Articles sold under a code that the catalog does not know, the ones worth most first, with suggestions."""
        owners = {name: settings.owner for name, settings in self.settings.accounts.items()}
        with self.store.reading() as connection:
            goods, links = sold_goods(connection, account), load_links(connection)
            products = {product.sku: product for product in load_products(connection)}
            former = load_former_codes(connection)
        return unknown_goods(goods, links, products, owners, former)

    def link_good(self, good: SoldGood, product_sku: str | None) -> None:
        """Says which product or packing an article is (`NOT_OURS`: none, None: nothing is known any more); its history follows."""
        with self.turn(good.account) as turn:
            with self.store.writing() as connection:
                if product_sku is None:
                    forget_link(connection, good, self.clock())
                else:
                    save_link(connection, good, product_sku, self.clock())
            roll_up(self.store, good.account, turn)

    def _count_once(self, account: str) -> CountOnce:
        """Finds till sales that a marketplace's account has as well, after an account was pulled."""
        def count_once(connection: Connection, days: Sequence[date]) -> set[str]:
            if not may_be_mirrored(connection):
                return set()
            return find_new_mirrors(connection, direct_accounts(connection, self._marketplaces()), account, days, self.clock())

        return count_once

    def _marketplaces(self) -> dict[str, tuple[str, str]]:
        """By account that sells at a marketplace, the names of that; a channel that cannot be loaded reports no sales either."""
        names: dict[str, tuple[str, str]] = {}
        for channel in {settings.channel for settings in self.settings.accounts.values()}:
            with suppress(MarketError):
                profile = load_connector(channel).profile
                if not profile.point_of_sale:
                    names[channel] = profile.key, profile.title
        return {account: names[settings.channel] for account, settings in self.settings.accounts.items() if settings.channel in names}

    def _roll_up(self, accounts: Iterable[str]) -> None:
        """Makes touched days anew; those of an account that is busy are made by its own run."""
        for account in sorted(accounts):
            with suppress(LeaseError), self.turn(account) as turn:
                roll_up(self.store, account, turn)

    def growth(self, period: Period | None = None, *, by: By = By.CHANNEL, basis: Basis = Basis.NET,
               geography: Geography = Geography.PRESENT, before: Period | None = None) -> Comparison:
        """Revenue against the same period a year before, or `before`; without a period, the twelve months up to yesterday."""
        chosen = period or Period.twelve_months_to(self.today - timedelta(days=1))
        shown = self.shown_products() if by is By.PRODUCER else None
        with self.store.reading() as connection:
            products = {} if by in (By.CHANNEL, By.LOCATION) else {p.sku: p for p in load_products(connection)}
            return compare(connection, products, chosen, by=by, basis=basis, geography=geography, before=before, shown=shown)

    def account_of_change(self, pair: Pair, basis: Basis = Basis.NET) -> AccountOfChange:
        """What the change between two periods is made of: same products, entries, exits; same sellers; price, volume, mix."""
        with self.store.reading() as connection:
            return account_of_change(connection, {p.sku: p for p in load_products(connection)}, pair, basis)

    def drawn(self, pair: Pair, basis: Basis = Basis.NET, geography: Geography = Geography.PRESENT) -> Drawn:
        """What the pictures of a change are drawn from; see `reports.pictures.pictures`."""
        shown = self.shown_products()
        with self.store.reading() as connection:
            products = {p.sku: p for p in load_products(connection)}
            compared = {by: compare(connection, products, pair.now, by=by, basis=basis, geography=geography, before=pair.before,
                                    shown=shown) for by in DRAWN}
            now, before = (months_by_row(connection, products, one, By.PRODUCER, basis, shown=shown) for one in (pair.now, pair.before))
            return Drawn(pair, compared, account_of_change(connection, products, pair, basis), now, before)

    def explain(self, address: str | Address, *, start: int = 0, count: int | None = None) -> tuple[Explained, list[Line]]:
        """What a figure of sales is made of, and `count` of its order lines (or all) from number `start` on.

        SettingsError (`no-address`) for a text that is no address.
        """
        figure, shown = parse(address) if isinstance(address, str) else address, self.shown_products()
        with self.store.reading() as connection:
            products = {p.sku: p for p in load_products(connection)}
            found = explain(connection, products, figure, shown=shown)
            return found, list(lines(connection, products, found, start=start, count=count))

    def years(self, period: Period, count: int, basis: Basis = Basis.NET) -> Years:
        """Sales of a period and of the same days of the years before it, `count` in all."""
        with self.store.reading() as connection:
            return years(connection, period, count, basis)

    def real_change(self, pair: Pair, deflator: Deflator, basis: Basis = Basis.NET) -> Change:
        """Revenue of both periods at the prices of the last month, by a series of prices that the user has."""
        with self.store.reading() as connection:
            return real_change(connection, pair.now, pair.before, deflator, basis)

    def before_after(self, event: Event, *, months: int = 12, basis: Basis = Basis.NET) -> BeforeAfter:
        """What products sold before and after their recognition or their upgrade, up to yesterday."""
        with self.store.reading() as connection:
            return before_after(connection, {p.sku: p for p in load_products(connection)}, event, self.today - timedelta(days=1),
                                months=months, basis=basis)

    def targets(self, rows: Iterable[Target], on: date, *, basis: Basis = Basis.NET) -> list[TargetStanding]:
        """How the targets of plans stand on a day; revenue counts up to yesterday."""
        with self.store.reading() as connection:
            products = {p.sku: p for p in load_products(connection)}
            return stand(connection, products, rows, on, self.today - timedelta(days=1), basis=basis)

    def quantities(self, period: Period, *, by_packing: bool = False) -> list[Quantity]:
        """How much of each product was sold in a period, or of each packing; most first."""
        with self.store.reading() as connection:
            return quantities(connection, {p.sku: p for p in load_products(connection)}, period, by_packing=by_packing)

    def restated(self, since: date | None = None, *, basis: Basis | None = None) -> Restatements:
        """What changed of reported days since the last report, or since a day; SettingsError when none was written."""
        with self.store.reading() as connection:
            return restated(connection, datetime.combine(since, time_of_day(), VIETNAM) if since else None, basis)

    def reconcile(self, account: str, first: date | None = None, last: date | None = None) -> Reconciliation:
        """What the sales of an account leave the seller, against the platform's own totals and payouts; no network."""
        settings = self.settings.account(account)
        with self.store.reading() as connection:
            seller = kind_of_seller(settings.seller_kind, settings.owner, load_products(connection))
            is_till = load_connector(settings.channel).profile.point_of_sale
            return reconcile(connection, account, first, last, seller=None if is_till else seller)

    def coverage(self, period: Period, before: Period | None = None) -> Coverage:
        """What is missing in the ledger for a comparison of this period with the one a year before, or with `before`."""
        with self.store.reading() as connection:
            return coverage(connection, period, [*self.settings.accounts, *load_accounts(connection)], before)

    def complete_to(self) -> Mapping[str, datetime]:
        """Up to when each account's sales are complete."""
        with self.store.reading() as connection:
            return ledger.complete_to(connection)
