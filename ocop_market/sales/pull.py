"""Sales in: page after page into the ledger, some with the cursor behind them in one transaction, then the touched days anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ocop_market.channels.api import PullsSales, SalesPage
from ocop_market.model.clock import Clock
from ocop_market.sales.doubts import doubtful_prices, doubts
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease
from ocop_market.store.ledger import (
    Saved,
    load_cursor,
    rebuild_days,
    runs,
    save_cursor,
    save_orders,
    save_refusals,
    touched_days,
)
from ocop_market.store.settlements import save_payouts

STREAM = "sales"
DAYS_A_TRANSACTION = 60
ORDERS_A_TRANSACTION = 1000
LONGEST_HELD = 2.0
"""Seconds for which pages that were read wait for others, so that a slow platform's are kept one by one; empty ones wait for the end."""

Watch = Callable[[int, int, int], None]
"""Told after each page: orders so far, done and expected in the connector's own unit (0: unknown)."""


@dataclass
class Pulled:
    """What a pull brought: orders by what became of them, days whose totals were made again, and how far it reaches."""

    orders: Saved
    days: int = 0
    complete_to: datetime | None = None

    @property
    def nothing_new(self) -> bool:
        """True when not one figure changed."""
        return not (self.orders.new or self.orders.changed)


def pull(store: Store, account: str, connector: PullsSales, clock: Clock, turn: Lease, *, start: datetime,
         watch: Watch | None = None) -> Pulled:
    """Reads all that changed since the last pull, or since `start` the first time.

    Stopped anywhere, it goes on behind the last page that was kept. The cursor of the last page is kept with the time
    up to which the account is then complete.
    """
    with store.reading() as connection:
        cursor = load_cursor(connection, account, STREAM)
    until = clock()
    pulled, kept = Pulled(Saved()), time.monotonic()
    for pages in _together(connector.pull_sales(cursor, start=start, until=until)):
        turn.check()
        cursor = dict(pages[-1].cursor)
        if any(page.orders or page.refused or page.payouts for page in pages) or time.monotonic() - kept > LONGEST_HELD:
            pulled.orders += keep_pages(store, account, pages, clock())
            kept = time.monotonic()
        if watch is not None:
            saved = pulled.orders
            watch(saved.new + saved.changed + saved.unchanged, pages[-1].done, pages[-1].expected)
    with store.writing() as connection:
        save_cursor(connection, account, STREAM, cursor or {}, clock(), complete_to=until)
    pulled.complete_to = until
    pulled.days = roll_up(store, account, turn)
    return pulled


def _together(pages: Iterator[SalesPage]) -> Iterator[list[SalesPage]]:
    """Pages that are kept in one transaction: what comes within a moment, but never many; a failure comes behind what was read."""
    held: list[SalesPage] = []
    since = time.monotonic()
    try:
        for page in pages:
            held.append(page)
            if sum(len(one.orders) for one in held) >= ORDERS_A_TRANSACTION or time.monotonic() - since > LONGEST_HELD:
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
    saved.refused = len(refused)
    return saved


def roll_up(store: Store, account: str, turn: Lease) -> int:
    """Makes the totals of all touched days anew, some at a time, and looks at their prices; returns how many days those were."""
    with store.reading() as connection:
        days = touched_days(connection, account)
    for first in range(0, len(days), DAYS_A_TRANSACTION):
        turn.check()
        some = days[first:first + DAYS_A_TRANSACTION]
        with store.writing() as connection:
            rebuild_days(connection, account, some)
            for since, until in runs(some):
                save_refusals(connection, account, doubtful_prices(connection, account, since, until), turn.now())
    return len(days)
