"""Proof of completeness: the ledger against the platform's own list, window by window, and the repair of what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ocop_market.channels.api import ListedOrder, ListsOrders, SalesPage
from ocop_market.channels.windows import Window
from ocop_market.model.clock import VIETNAM, Clock
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.checks import Check, kept_amounts, save_check
from ocop_market.store.engine import Store
from ocop_market.store.leases import Lease

READ_TOGETHER = 50
AGAIN_AFTER = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
"""How long after its end a window is compared again: returns and late changes come in for that long."""

Watch = Callable[[int, int], None]
"""Told after each window: windows done, and how many there are."""


def months(first: date, last: date) -> Iterator[Window]:
    """The months of Viet Nam from a first day up to, not including, a last one, cut at both; each is one window."""
    while first < last:
        following = min((first.replace(day=1) + timedelta(days=32)).replace(day=1), last)
        yield Window(*(datetime.combine(day, time(), VIETNAM) for day in (first, following)))
        first = following


def due_again(windows: Iterable[Window], checks: Iterable[Check], now: datetime) -> list[Window]:
    """Of these windows those never compared as a whole, and those whose time to be compared again has come since."""
    latest = {check.since: check for check in checks}
    return [window for window in windows if _is_due(window, latest.get(window.start), now)]


def _is_due(window: Window, check: Check | None, now: datetime) -> bool:
    if check is None or check.until < window.end:
        return True
    return any(check.checked_at < window.end + after <= now for after in AGAIN_AFTER)


def verify(store: Store, account: str, connector: ListsOrders, clock: Clock, turn: Lease, windows: Sequence[Window], *,
           repair: bool = True, watch: Watch | None = None) -> list[Check]:
    """Compares each window with the platform's own list; what is missing or differs is read again and compared once more.

    Nothing is ever taken out of the ledger: an order that the list lacks but the platform still gives is no difference, any
    other is named as extra. How each window came out is kept.
    """
    checks = []
    for done, window in enumerate(windows, start=1):
        turn.check()
        checks.append(_Comparison(store, account, connector, clock, window).run(repair=repair))
        if watch is not None:
            watch(done, len(windows))
    roll_up(store, account, turn)
    return checks


@dataclass
class _Comparison:
    """One window of one account."""

    store: Store
    account: str
    connector: ListsOrders
    clock: Clock
    window: Window

    def run(self, *, repair: bool) -> Check:
        listed = {order.order_id: order for order in self.connector.orders_placed(self.window.start, self.window.end)}
        kept = self._kept()
        wanting = _wanting(listed, kept)
        repaired = 0
        if repair and wanting:
            listed, repaired = self._repair(listed, wanting)
            kept = self._kept()
        check = Check(
            self.account, self.window.start, self.window.end, self.clock(), len(listed), len(kept), repaired,
            missing=tuple(sorted(listed.keys() - kept.keys())), extra=tuple(sorted(kept.keys() - listed.keys())),
            differing=tuple(sorted(_differing(listed, kept))), difference=_difference(listed, kept))
        with self.store.writing() as connection:
            save_check(connection, check)
        return check

    def _kept(self) -> Mapping[str, int]:
        with self.store.reading() as connection:
            return kept_amounts(connection, self.account, self.window.start, self.window.end)

    def _repair(self, listed: Mapping[str, ListedOrder], wanting: Sequence[str]) -> tuple[dict[str, ListedOrder], int]:
        """Reads orders again; the list as it stands with what the platform gives of them, and how many changed the ledger."""
        now_listed, repaired = dict(listed), 0
        for first in range(0, len(wanting), READ_TOGETHER):
            page = self.connector.read_orders(wanting[first:first + READ_TOGETHER])
            saved = keep_page(self.store, self.account, SalesPage(page.orders, {}, page.refused), self.clock())
            repaired += saved.new + saved.changed
            for order in page.orders:
                if self.window.start <= order.placed_at < self.window.end:
                    now_listed[order.order_id] = ListedOrder(order.order_id, order.amount)
                else:  # platforms do not say whether a window's last second belongs to it
                    now_listed.pop(order.order_id, None)
        return now_listed, repaired


def _wanting(listed: Mapping[str, ListedOrder], kept: Mapping[str, int]) -> list[str]:
    return sorted((listed.keys() ^ kept.keys()) | _differing(listed, kept))


def _differing(listed: Mapping[str, ListedOrder], kept: Mapping[str, int]) -> set[str]:
    return {order_id for order_id, order in listed.items()
            if order.amount is not None and order_id in kept and kept[order_id] != order.amount}


def _difference(listed: Mapping[str, ListedOrder], kept: Mapping[str, int]) -> int | None:
    """The sum of the ledger less that of the platform; None unless every order of the list has its amount."""
    amounts = [order.amount for order in listed.values() if order.amount is not None]
    return sum(kept.values()) - sum(amounts) if len(amounts) == len(listed) else None


def complete_as_of(checks: Sequence[Check]) -> datetime | None:
    """Up to when an account is proved complete: the end of the first windows that agree and follow one another."""
    proved: datetime | None = None
    for check in checks:
        if not check.agrees or (proved is not None and check.since > proved):
            break
        proved = check.until
    return proved
