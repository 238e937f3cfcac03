"""A market: one folder with its settings, its database and its accounts. Delegates; holds no rule of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ocop_market.accounts import open_connector
from ocop_market.catalog.forms import Columns, KnownForms
from ocop_market.catalog.intake import AskHeading, Intake, not_understood, read_list
from ocop_market.catalog.questions import Answers, Kept, answered, read_reviews, reviewed, write_reviews
from ocop_market.catalog.review import bring_in
from ocop_market.catalog.row_facts import Beside
from ocop_market.catalog.subjects import shown_outside
from ocop_market.channels.api import (
    Connector,
    ListsOrders,
    PublishesListings,
    PublishSnapshot,
    PullsSales,
    ReadsSalesFiles,
    SalesPage,
)
from ocop_market.channels.registry import load_connector
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import MarketError, NotSupported, Problem, SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By, Comparison, Period, compare
from ocop_market.growth.coverage import Coverage, coverage
from ocop_market.growth.quantities import Quantity, quantities
from ocop_market.growth.restated import Restatements, restated
from ocop_market.language import N_
from ocop_market.mapping.badges import read_badges
from ocop_market.mapping.channel_map import ChannelMap, map_path
from ocop_market.model.clock import VIETNAM, Clock, business_day, utc_now
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Product
from ocop_market.model.stock import Held
from ocop_market.offers.counting import count_by_hand, counted_again, read_source
from ocop_market.offers.offers import Offers
from ocop_market.offers.reading import load_offers
from ocop_market.pictures.album import Album
from ocop_market.pictures.beside import found_beside
from ocop_market.places.units import Geography
from ocop_market.publishing.apply import Applied
from ocop_market.publishing.apply import Watch as ApplyWatch
from ocop_market.publishing.desk import Desk
from ocop_market.publishing.plan import Plan, Wanted
from ocop_market.publishing.wanted import want
from ocop_market.sales.beginning import begin_again_where_needed, first_day
from ocop_market.sales.mirror import MirrorState, direct_accounts, find_mirrors
from ocop_market.sales.pull import Pulled, keep_page, pull, roll_up
from ocop_market.sales.pull import Watch as PullWatch
from ocop_market.sales.reconcile import Reconciliation, kind_of_seller, reconcile
from ocop_market.sales.unknown import UnknownGood, unknown_goods
from ocop_market.sales.verify import Watch as VerifyWatch
from ocop_market.sales.verify import due_again, months, verify
from ocop_market.settings import (
    Drifting,
    change_database,
    database_address,
    from_environment,
    read_settings,
    write_new_market,
)
from ocop_market.sheets.container import file_content, read_sheets
from ocop_market.store import ledger
from ocop_market.store.catalog import ProductChange, load_former_codes, load_history, load_products, save_products
from ocop_market.store.checks import Check, load_checks
from ocop_market.store.engine import Store
from ocop_market.store.goods import SoldGood, forget_link, load_links, save_link, sold_goods
from ocop_market.store.leases import Lease, LeaseError, holding
from ocop_market.store.mirrors import MirrorShown, decide, show_mirrors
from ocop_market.store.moving import Moved, move
from ocop_market.store.moving import Watch as MoveWatch
from ocop_market.store.outbox import PublishRun, load_runs
from ocop_market.store.vault import Vault

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

FIRST_SALES = timedelta(days=365)
"""How far back the first pull reaches when the account names no `start`."""

CANNOT_PUBLISH = N_("The channel {channel} of account '{account}' takes no listings.")
CANNOT_PULL = N_("The channel {channel} of account '{account}' reports no sales. Read a file with: "
                 "ocop-market pull {account} --file FILE")
CANNOT_VERIFY = N_("The channel {channel} of account '{account}' cannot list its orders again, so its sales cannot be compared.")
PULL_FIRST = N_("The sales of account '{account}' were never pulled to the end. Run first: ocop-market pull {account}")
CANNOT_READ = N_("The channel {channel} of account '{account}' reads no files; its sales are pulled: ocop-market pull {account}")
HAND_BACK_THERE = N_("There is a file {path} already. It was not touched; give another name.")
NOT_READABLE = N_("{path} cannot be opened: {reason!t}. Check the name, and that no other program holds the file.")
MOVED_AWAY = N_("The market was moved to another database while this program was running. Start it again.")
Adapter = Callable[[str], "BaseAdapter | None"]


class Market:
    """One market. Made by `open_market`; use it in a `with` block, or call `close`."""

    def __init__(self, folder: Path, *, clock: Clock = utc_now, adapter: Adapter | None = None,
                 sleep: Callable[[float], None] = time.sleep) -> None:
        self.folder = folder
        self.settings = read_settings(folder)
        self.clock = clock
        database = from_environment({"database": self.settings.database})["database"]
        self.store = self._store_at(database)
        self.store.migrate()
        self.vault = Vault(self.store, folder)
        self.album = Album(folder / "pictures")
        self._adapter = adapter or (lambda _account: None)
        self._sleep = sleep
        self._connectors: dict[str, Connector] = {}

    def __enter__(self) -> Market:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the database."""
        self.store.close()

    @property
    def today(self) -> date:
        """The business day."""
        return business_day(self.clock())

    def import_catalog(self, path: str | Path, *, adjust: Callable[[tuple[Product, ...]], Iterable[Product]] | None = None,
                       beside: Beside | None = None, columns: Columns | None = None, ask_heading: AskHeading | None = None,
                       ) -> tuple[Intake, int, int]:
        """Reads a product list into the catalog: what was read, how many products are new, how many changed.

        What the list does not tell of a known product stays as it is. `adjust` may complete the products before they are
        kept; `beside` tells what counts for the whole list, `columns` what single headings mean. Questions are kept in
        `reviews.toml`, what was said of columns in `lists.toml`. SettingsError when the file is no list at all.
        """
        name = Path(path).name
        sheets = read_sheets(name, self._content(path))
        forms, reviews = KnownForms(self.folder), read_reviews(self.folder)
        answers = Answers({one.key: one.answer for one in reviews if one.answer})
        read = read_list(name, sheets, today=self.today, beside=beside or Beside(), answers=answers, ask_heading=ask_heading,
                         columns={**forms.columns_of(sheets), **(columns or {})})
        listed = tuple(found_beside(product, Path(path).parent) for product in read.products)
        read = replace(read, products=listed if adjust is None else tuple(adjust(listed)))
        with self.store.writing() as connection:
            judged, together = bring_in(read, load_products(connection), answers)
            new, changed = save_products(connection, together.products, self.clock(), origin=name,
                                         renamed=together.renamed, joined=together.joined)
        after = reviewed(reviews, name, answers.asked)
        if after != reviews:
            write_reviews(self.folder, after)
        forms.keep(name, read.heading_row, read.told_columns)
        return not_understood(judged, answers), new, changed

    def hand_back(self, path: str | Path, read: Intake, to: str | Path) -> None:
        """Writes the list that was imported to a new workbook, with what became of each row; see `catalog.hand_back`.

        SettingsError (`hand-back-there`) when there is a file of that name already: no file is ever overwritten.
        """
        from ocop_market.catalog.hand_back import handed_back  # openpyxl is large and seldom needed

        self.refuse_to_overwrite(to)
        producers = {product.producer for product in self.products().values()}
        content = handed_back(Path(path).name, self._content(path), read, producers)
        with Path(to).open("xb") as file:
            file.write(content)

    def refuse_to_overwrite(self, path: str | Path | None) -> None:
        """Raises SettingsError (`hand-back-there`) where a file is to be written that is there already."""
        if path is not None and Path(path).exists():
            raise SettingsError(HAND_BACK_THERE, code="hand-back-there", path=str(path))

    def reviews(self) -> list[Kept]:
        """The questions about imported lists with the answers that were given."""
        return read_reviews(self.folder)

    def answer_reviews(self, answers: Mapping[str, str]) -> None:
        """Keeps answers by key of their questions; they count at the next import. SettingsError for one that is not offered."""
        write_reviews(self.folder, answered(read_reviews(self.folder), answers))

    def products(self) -> dict[str, Product]:
        """The catalog by SKU."""
        with self.store.reading() as connection:
            return {product.sku: product for product in load_products(connection)}

    def shown_products(self) -> dict[str, Product]:
        """The catalog by SKU as it may leave this market: households of other owners under a pseudonym, the same each time."""
        products, viewer = self.products(), self.settings.owner
        if all(product.owner == viewer for product in products.values()):
            return products
        key = self.vault.key_for("pseudonym")
        return {sku: shown_outside(product, viewer, key) for sku, product in products.items()}

    def history(self, sku: str) -> list[ProductChange]:
        """What changed of a product, the first change first; empty when it is not known."""
        with self.store.reading() as connection:
            return load_history(connection, sku)

    def connector(self, account: str) -> Connector:
        """The account's connector, ready to call; SettingsError when a setting or key is missing."""
        if account not in self._connectors:
            self._connectors[account] = open_connector(account, self.settings.account(account), self.vault, self.clock,
                                                       adapter=self._adapter(account), sleep=self._sleep)
        return self._connectors[account]

    def channel_map(self, account: str) -> ChannelMap:
        """What a person and the program wrote of categories, attributes and texts on an account; SettingsError when it cannot be read."""
        return ChannelMap(map_path(self.folder, account))

    @contextmanager
    def turn(self, account: str) -> Iterator[Lease]:
        """The account's lease, for a `with` block: one runner at a time.

        SettingsError when the market was moved to another database since it was opened.
        """
        with holding(self.store, f"account:{account}", self.clock) as turn:
            if read_settings(self.folder).database != self.settings.database:
                raise SettingsError(MOVED_AWAY, code="market-moved")
            yield turn

    def move_to(self, address: str, watch: MoveWatch | None = None) -> Moved:
        """Moves the market to another database (`postgresql://…`, `sqlite:///file`, `env:NAME`); open it again afterwards.

        An address with a password is not written into the settings: they then name the variable OCOP_MARKET_DATABASE, which
        has to hold it. SettingsError, LeaseError and StoreError as in `store.moving.move`, with nothing changed.
        """
        found, setting = database_address(address)
        target = self._store_at(found)
        try:
            return move(self.store, target, self.clock, lambda: change_database(self.folder, setting), watch)
        finally:
            target.close()

    def _store_at(self, database: str) -> Store:
        return Store(database if "://" in database else self.folder / database)

    def offers(self, *, practice: bool = False, held: Mapping[tuple[str, str], Held] | None = None) -> Offers:
        """What the accounts (the practice ones or the others) offer of each product, and why; see `ocop_market.offers`.

        `held` is what platforms report as set aside, by account and SKU.
        """
        products = self.products()
        with self.store.reading() as connection:
            return load_offers(connection, self.settings, self.folder, products, practice=practice, held=held)

    def read_stock(self) -> list[Problem]:
        """Reads the stock of the points of sale that count the goods; what could not be counted."""
        problems: list[Problem] = []
        for account in self.settings.stock.sources:
            with self.turn(account):
                problems += read_source(self.store, self.connector(account), account, self.settings, self.clock).problems
        return problems

    def count_stock(self, counted: Mapping[str, int] | None = None) -> None:
        """Keeps what a person counted just now, by SKU; without any, all figures as they stand are right again as of now."""
        products = self.products()
        with self.store.writing() as connection:
            if counted is None:
                counted_again(connection, products, self.clock())
            else:
                count_by_hand(connection, products, counted, self.clock())

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

    def pull_sales(self, account: str, watch: PullWatch | None = None) -> Pulled:
        """Brings in what was sold since the last pull."""
        connector = self.connector(account)
        if not isinstance(connector, PullsSales):
            raise NotSupported(CANNOT_PULL, code="no-sales", channel=connector.profile.title, account=account)
        start = self.settings.account(account).start
        since = datetime(start.year, start.month, start.day, tzinfo=VIETNAM) if start else self.clock() - FIRST_SALES
        with self.turn(account) as turn:
            with self.store.writing() as connection:
                begin_again_where_needed(connection, account, since, start, self.clock())
            pulled = pull(self.store, account, connector, self.clock, turn, start=since, watch=watch)
        if not pulled.nothing_new:
            self._count_once()
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
                reached = ledger.complete_to(connection).get(account)
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
            saved = keep_page(self.store, account, page, self.clock())
            pulled = Pulled(saved, roll_up(self.store, account, turn))
        if not pulled.nothing_new:
            self._count_once()
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

    def _count_once(self) -> None:
        """Finds till sales that a marketplace's account has as well; totals of a till that is busy are made by its own run."""
        channels: dict[str, tuple[str, str]] = {}
        for account, settings in self.settings.accounts.items():
            with suppress(MarketError):  # a channel that cannot be loaded reports no sales either
                profile = load_connector(settings.channel).profile
                if not profile.point_of_sale:
                    channels[account] = profile.key, profile.title
        with self.store.writing() as connection:
            touched = find_mirrors(connection, direct_accounts(connection, channels), self.clock())
        for account in sorted(touched):
            with suppress(LeaseError), self.turn(account) as turn:
                roll_up(self.store, account, turn)

    def growth(self, period: Period | None = None, *, by: By = By.CHANNEL, basis: Basis = Basis.NET,
               geography: Geography = Geography.PRESENT) -> Comparison:
        """Revenue against the same period a year before; without a period, the twelve months up to yesterday."""
        chosen = period or Period.twelve_months_to(self.today - timedelta(days=1))
        with self.store.reading() as connection:
            products = {} if by is By.CHANNEL else {p.sku: p for p in load_products(connection)}
            return compare(connection, products, chosen, by=by, basis=basis, geography=geography)

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

    def coverage(self, period: Period) -> Coverage:
        """What is missing in the ledger for a comparison of this period with the one a year before."""
        with self.store.reading() as connection:
            return coverage(connection, period, list(self.settings.accounts))

    def complete_to(self) -> Mapping[str, datetime]:
        """Up to when each account's sales are complete."""
        with self.store.reading() as connection:
            return ledger.complete_to(connection)

    def keep_tokens(self, account: str, tokens: Tokens) -> None:
        """Keeps the pair of tokens that a consent brought."""
        self.connector(account).tokens.put(tokens)

    def _content(self, path: str | Path) -> bytes:
        try:
            return file_content(Path(path))
        except OSError as error:
            raise SettingsError(NOT_READABLE, code="file-unreadable", path=str(path), reason=error.strerror or "?") from None

    def _desk(self, account: str) -> Desk:
        connector, settings = self.connector(account), self.settings.account(account)
        if not isinstance(connector, PublishesListings | PublishSnapshot):
            raise NotSupported(CANNOT_PUBLISH, code="no-listings", channel=connector.profile.title, account=account)

        def products() -> dict[str, Product]:
            return {sku: product for sku, product in self.products().items() if settings.owner in ("", product.owner)}

        def wanted(held: Mapping[tuple[str, str], Held]) -> Wanted:
            badges = read_badges(self.folder, self.settings.publishing.badges)
            offers = self.offers(practice=settings.practice, held=held)
            return want(products().values(), connector, settings, self.settings.publishing, self.channel_map(account), self.today,
                        self.album, badges, offer=lambda sku: offers.offer(sku, account))

        return Desk(self.store, account, connector, settings, self.clock, self.folder, partial(self.turn, account), wanted, products)


def open_market(folder: str | Path = ".", *, clock: Clock = utc_now, adapter: Adapter | None = None,
                sleep: Callable[[float], None] = time.sleep) -> Market:
    """Opens the market in a folder; SettingsError with a sentence when there is none.

    `adapter` gives, by account, a requests adapter that replaces the network (a sandbox mounted in-process).
    """
    return Market(Path(folder), clock=clock, adapter=adapter, sleep=sleep)


def new_market(folder: str | Path, name: str = "OCOP", *, database: str = "") -> Path:
    """Makes an empty market in a folder and returns the path of its settings; FileExistsError when there is one.

    `database` is a file in the folder, a `postgresql://` address, or `env:NAME`; without it, `market.db`.
    """
    return write_new_market(Path(folder), name, database)
