"""Sales in: page after page into the ledger, some with the cursor behind them in one transaction, then the touched days anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import groupby

from sqlalchemy import Connection

from ocop_market.channels.api import PullsSales, RecognisesOrders, SalesPage
from ocop_market.channels.known import Kept, Known
from ocop_market.model.clock import Clock, business_day
from ocop_market.sales.doubts import ODD_TIMES, doubtful_prices, doubts
from ocop_market.store.day_totals import rebuild_touched, runs
from ocop_market.store.engine import Store, tell_sizes
from ocop_market.store.leases import Lease
from ocop_market.store.ledger import Saved, has_orders, load_cursor, recognised, save_cursor, save_orders, save_refusals
from ocop_market.store.mirrors import keep_counted
from ocop_market.store.month_totals import month_of
from ocop_market.store.prices import PriceSpans
from ocop_market.store.settlements import save_payouts
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day, sales_month
from ocop_market.store.touched import touched_days

STREAM = "sales"
DAYS_TOGETHER = 60
ORDERS_A_TRANSACTION = 2000
MANY = 2000
"""New orders of one pull after which a database may think its tables far smaller than they are."""
LONGEST_HELD = 2.0
"""Seconds for which pages that were read wait for others, so that a slow platform's are kept one by one; empty ones wait for the end."""

CountOnce = Callable[[Connection, Sequence[date]], set[str]]
"""Finds what two accounts have of the same sales, given the days touched; the accounts of which days are to be made again."""
Watch = Callable[[int, int, int], None]
"""Told after each page: orders so far, done and expected in the connector's own unit (0: unknown)."""


@dataclass
class Pulled:
    """What a pull brought: orders by what became of them, days whose totals were made again, and how far it reaches."""

    orders: Saved
    days: int = 0
    complete_to: datetime | None = None
    others: set[str] = field(default_factory=set)
    """Accounts of which days are to be made again as well: sales of theirs are counted elsewhere from now on, or no more."""

    @property
    def nothing_new(self) -> bool:
        """True when not one figure changed."""
        return not (self.orders.new or self.orders.changed)


def pull(store: Store, account: str, connector: PullsSales, clock: Clock, turn: Lease, *, start: datetime,
         watch: Watch | None = None, key: bytes | None = None, count_once: CountOnce | None = None) -> Pulled:
    """Reads all that changed since the last pull, or since `start` the first time.

    Stopped anywhere, it goes on behind the last page that was kept. The cursor of the last page is kept with the time
    up to which the account is then complete. With `key`, orders are told by digests (`channels.known`) where the connector can.
    """
    with store.reading() as connection:
        cursor = load_cursor(connection, account, STREAM)
        kept_before = has_orders(connection, account)
    until = clock()
    spans = PriceSpans(first=not kept_before)
    pulled, kept = Pulled(Saved()), time.monotonic()
    if isinstance(connector, RecognisesOrders) and key is not None:
        known = Known(key, _kept_in(store, account) if kept_before else None)
        pages = connector.pull_sales(cursor, start=start, until=until, known=known)
    else:
        pages = connector.pull_sales(cursor, start=start, until=until)

    def keep(together: list[SalesPage]) -> Saved:
        nonlocal kept
        turn.check()
        if not _has_rows(together) and time.monotonic() - kept <= LONGEST_HELD:
            return Saved(unchanged=sum(page.unchanged for page in together))
        saved = keep_pages(store, account, together, clock())
        spans.add(line for page in together for order in page.orders for line in order.lines)
        kept = time.monotonic()
        pulled.days += _roll_up_left_behind(store, account, turn, together, spans)
        return saved

    for together, saved in _one_behind(keep, _together(pages)):
        pulled.orders += saved
        cursor = dict(together[-1].cursor)
        if watch is not None:
            orders = pulled.orders
            watch(orders.new + orders.changed + orders.unchanged, together[-1].done, together[-1].expected)
    with store.writing() as connection:
        save_cursor(connection, account, STREAM, cursor or {}, clock(), complete_to=until)
        days, pulled.others = _to_be_made_again(connection, account, count_once)
    _roll_up(store, account, turn, days, spans)
    pulled.complete_to = until
    pulled.days += len(days)
    if pulled.orders.new >= MANY:
        with store.writing() as connection:
            tell_sizes(connection, (sales_order, sales_line, sales_day, sales_month))
    return pulled


def take(store: Store, account: str, page: SalesPage, clock: Clock, turn: Lease, count_once: CountOnce) -> Pulled:
    """Keeps a page that came by itself, as from a file, and makes the days that it touched anew."""
    pulled = Pulled(keep_page(store, account, page, clock()))
    with store.writing() as connection:
        days, pulled.others = _to_be_made_again(connection, account, count_once)
    _roll_up(store, account, turn, days)
    pulled.days = len(days)
    return pulled


def _to_be_made_again(connection: Connection, account: str, count_once: CountOnce | None) -> tuple[list[date], set[str]]:
    """The days of the account, and the other accounts with such days. Asked before they are made: what is touched is not forgotten."""
    days = touched_days(connection, account)
    if not days or count_once is None:
        return days, set()
    others = count_once(connection, days)
    return touched_days(connection, account), others - {account}


def _kept_in(store: Store, account: str) -> Kept:
    def kept(digests: Mapping[str, str]) -> Collection[str]:
        with store.reading() as connection:
            return recognised(connection, account, digests)

    return kept


def _has_rows(pages: Sequence[SalesPage]) -> bool:
    return any(page.orders or page.refused or page.payouts for page in pages)


def _one_behind(keep: Callable[[list[SalesPage]], Saved], batches: Iterator[list[SalesPage]],
                ) -> Iterator[tuple[list[SalesPage], Saved]]:
    """Each batch with what became of it: kept on a thread of its own, one after the other, while the next one is read.

    However reading ends, what was read before is kept first; the database leaves the interpreter free while it works.
    """
    under_way: tuple[list[SalesPage], Callable[[], Saved]] | None = None
    with ThreadPoolExecutor(1, "keep") as thread:
        try:
            for batch in batches:
                if under_way is not None:
                    yield under_way[0], under_way[1]()
                # without rows there is nothing to wait for, and no thread is begun: so it is with most pulls
                under_way = batch, thread.submit(copy_context().run, keep, batch).result if _has_rows(batch) else partial(keep, batch)
        except Exception:
            if under_way is not None:
                under_way[1]()
            raise
        if under_way is not None:
            yield under_way[0], under_way[1]()


def _together(pages: Iterator[SalesPage]) -> Iterator[list[SalesPage]]:
    """Pages that are kept in one transaction: what comes within a moment, but never many; a failure comes behind what was read."""
    held: list[SalesPage] = []
    since = time.monotonic()
    try:
        for page in pages:
            held.append(page)
            if sum(len(one.orders) + one.unchanged for one in held) >= ORDERS_A_TRANSACTION or time.monotonic() - since > LONGEST_HELD:
                yield held
                held, since = [], time.monotonic()
    except Exception:
        if held:
            yield held
        raise
    if held:
        yield held


def keep_page(store: Store, account: str, page: SalesPage, now: datetime, stream: str = STREAM) -> Saved:
    """Keeps one page: its orders, what could not be read or can hardly be so, its payouts and its cursor, all or nothing."""
    return keep_pages(store, account, [page], now, stream)


def keep_pages(store: Store, account: str, pages: Sequence[SalesPage], now: datetime, stream: str = STREAM) -> Saved:
    """Keeps pages that follow one another, with the cursor of the last, all or nothing."""
    orders = [order for page in pages for order in page.orders]
    refused = [*(refusal for page in pages for refusal in page.refused), *doubts(orders, now)]
    with store.writing() as connection:
        saved = save_orders(connection, account, orders, now=now)
        save_refusals(connection, account, refused, now)
        save_payouts(connection, account, [payout for page in pages for payout in page.payouts])
        if pages[-1].cursor:
            save_cursor(connection, account, stream, pages[-1].cursor, now, complete_to=None)
    saved.unchanged += sum(page.unchanged for page in pages)
    saved.refused = len(refused)
    return saved


def roll_up(store: Store, account: str, turn: Lease, spans: PriceSpans | None = None) -> int:
    """Makes all totals that were touched anew and looks at the prices behind them; returns of how many days those were."""
    with store.reading() as connection:
        days = touched_days(connection, account)
    _roll_up(store, account, turn, days, spans)
    return len(days)


def _roll_up_left_behind(store: Store, account: str, turn: Lease, pages: Sequence[SalesPage], spans: PriceSpans) -> int:
    """The same, while a long pull goes on, for months that the last pages had nothing of, as soon as they have many days.

    Should one of them be touched again, it is made again: the list of touched days tells.
    """
    with store.reading() as connection:
        days = touched_days(connection, account)
    if len(days) < DAYS_TOGETHER:
        return 0
    going_on = {month_of(business_day(order.placed_at)) for page in pages for order in page.orders}
    days = [day for day in days if month_of(day) not in going_on]
    if len(days) < DAYS_TOGETHER:
        return 0
    with store.writing() as connection:
        keep_counted(connection, account, None, turn.now())  # the days are forgotten before anybody compared them
    _roll_up(store, account, turn, days, spans)
    return len(days)


def _roll_up(store: Store, account: str, turn: Lease, days: Sequence[date], spans: PriceSpans | None = None) -> None:
    for some in _of_whole_months(days):
        turn.check()
        with store.writing() as connection:
            rebuild_touched(connection, account, some)
            apart = None if spans is None else spans.apart(connection, account, some[0], some[-1], ODD_TIMES)
            for since, until in runs(some):
                save_refusals(connection, account, doubtful_prices(connection, account, since, until, apart), turn.now())


def _of_whole_months(days: Sequence[date]) -> Iterator[list[date]]:
    """What is made in one transaction: all days of a month, for its totals are made from them, and of more months where days are few."""
    some: list[date] = []
    for _, of_month in groupby(days, month_of):
        some += of_month
        if len(some) >= DAYS_TOGETHER:
            yield some
            some = []
    if some:
        yield some
