"""Sales in: page after page into the ledger, each with its cursor in one transaction, then the touched days anew."""

from __future__ import annotations

from collections.abc import Callable
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
    pulled = Pulled(Saved())
    for page in connector.pull_sales(cursor, start=start, until=until):
        turn.check()
        pulled.orders += keep_page(store, account, page, clock())
        cursor = dict(page.cursor)
        if watch is not None:
            saved = pulled.orders
            watch(saved.new + saved.changed + saved.unchanged, page.done, page.expected)
    with store.writing() as connection:
        save_cursor(connection, account, STREAM, cursor or {}, clock(), complete_to=until)
    pulled.complete_to = until
    pulled.days = roll_up(store, account, turn)
    return pulled


def keep_page(store: Store, account: str, page: SalesPage, now: datetime, stream: str = STREAM) -> Saved:
    """Keeps one page: its orders, what could not be read or can hardly be so, its payouts and its cursor, all or nothing."""
    refused = [*page.refused, *doubts(page.orders, now)]
    with store.writing() as connection:
        saved = save_orders(connection, account, page.orders, now=now)
        save_refusals(connection, account, refused, now)
        save_payouts(connection, account, page.payouts)
        if page.cursor:
            save_cursor(connection, account, stream, page.cursor, now, complete_to=None)
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
