"""Which months are compared, when again, and what "complete" means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.channels.api import ListedOrder, ListsOrders, SalesPage
from ocop_market.channels.windows import Window
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page
from ocop_market.sales.verify import complete_as_of, due_again, months, verify
from ocop_market.store.checks import Check, load_checks
from ocop_market.store.leases import holding
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

NOW = datetime(2026, 11, 1, tzinfo=VIETNAM)
WINDOW = Window(datetime(2026, 9, 1, tzinfo=VIETNAM), datetime(2026, 10, 1, tzinfo=VIETNAM))


def check(first: int, last: int, *, missing: Sequence[str] = (), at: datetime = NOW) -> Check:
    start, end = datetime(2026, first, 1, tzinfo=VIETNAM), datetime(2026, last, 1, tzinfo=VIETNAM)
    return Check("shop", start, end, at, 1, 1, missing=tuple(missing))


def order(number: str, amount: int, *, day: int = 5, hour: int = 9) -> SalesOrder:
    at = datetime(2026, 9, day, hour, tzinfo=VIETNAM)
    return SalesOrder(number, at, at, OrderState.DELIVERED, "done", (SalesLine("1", "A", "a", Decimal(1), amount),))


class Platform(ListsOrders):
    """A shop with orders; `shy` ones are given when asked for but not listed, those in `broken` listed and never given."""

    def __init__(self, *orders: SalesOrder, shy: frozenset[str] = frozenset(), broken: frozenset[str] = frozenset()) -> None:
        self.orders = {order.order_id: order for order in orders}
        self.shy, self.broken = shy, broken
        self.asked: list[str] = []

    def pull_sales(self, cursor: object, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        yield SalesPage(list(self.orders.values()), {"all": True})

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        yield from (ListedOrder(one.order_id, one.amount) for one in self.orders.values()
                    if since <= one.placed_at < until and one.order_id not in self.shy)

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        self.asked += order_ids
        return SalesPage([self.orders[one] for one in order_ids if one in self.orders and one not in self.broken], {})


@pytest.fixture
def compared(store, clock):
    def go(platform: Platform, *kept: SalesOrder, repair: bool = True) -> Check:
        keep_page(store, "shop", SalesPage(kept, {"at": 1}), clock())
        with holding(store, "account:shop", clock) as turn:
            return verify(store, "shop", platform, clock, turn, [WINDOW], repair=repair)[0]

    return go


def test_the_same_orders_on_both_sides_agree(compared):
    found = compared(Platform(order("a", 10), order("b", 20)), order("a", 10), order("b", 20))
    assert found.agrees
    assert (found.listed, found.kept, found.repaired, found.difference) == (2, 2, 0, 0)


def test_a_missing_order_is_read_and_only_that_one(compared):
    platform = Platform(order("a", 10), order("b", 20))
    found = compared(platform, order("a", 10))
    assert found.agrees
    assert (found.repaired, platform.asked) == (1, ["b"])


def test_without_repair_the_missing_order_and_its_worth_are_told(compared):
    found = compared(Platform(order("a", 10), order("b", 20)), order("a", 10), repair=False)
    assert (found.missing, found.difference, found.agrees) == (("b",), -20, False)


def test_an_order_that_cannot_be_read_stays_missing(compared):
    assert compared(Platform(order("a", 10), broken=frozenset({"a"}))).missing == ("a",)


def test_an_order_that_is_only_ours_is_named_and_kept(compared):
    found = compared(Platform(), order("a", 10))
    assert (found.extra, found.kept, found.difference) == (("a",), 1, 10)


def test_an_order_that_the_platform_gives_but_no_longer_lists_is_no_difference(compared):
    assert compared(Platform(order("a", 10), shy=frozenset({"a"})), order("a", 10)).agrees


def test_an_older_version_with_another_amount_is_replaced(compared):
    newer = SalesOrder("a", order("a", 1).placed_at, NOW, OrderState.DELIVERED, "done", order("a", 15).lines)
    found = compared(Platform(newer), order("a", 10))
    assert (found.agrees, found.repaired, found.difference) == (True, 1, 0)


def test_how_a_window_came_out_is_kept(compared, store):
    found = compared(Platform(order("a", 10)), order("a", 10), order("x", 5))
    with store.reading() as connection:
        kept = load_checks(connection, "shop")
    assert kept == [found] and kept[0].extra == ("x",)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.integers(0, 900))
def test_months_follow_one_another_without_hole_or_overlap(first, days):
    last = first + timedelta(days=days)
    found = list(months(first, last))
    if not days:
        assert found == []
        return
    assert found[0].start.date() == first and found[-1].end.date() == last
    assert all(one.end == other.start and other.start.day == 1 for one, other in pairwise(found))


@pytest.mark.parametrize(("checked_days_after_end", "now_days_after_end", "due"), [
    (0, 6, False), (0, 7, True), (7, 29, False), (7, 30, True), (30, 89, False), (31, 90, True), (90, 400, False)])
def test_a_closed_month_is_compared_again_after_7_30_and_90_days(checked_days_after_end, now_days_after_end, due):
    end = WINDOW.end
    done = Check("shop", WINDOW.start, end, end + timedelta(days=checked_days_after_end), 1, 1)
    assert (due_again([WINDOW], [done], end + timedelta(days=now_days_after_end)) == [WINDOW]) is due


def test_a_month_that_has_grown_since_is_due():
    half = Check("shop", WINDOW.start, WINDOW.end - timedelta(days=9), NOW, 1, 1)
    assert due_again([WINDOW], [half], NOW) == [WINDOW]
    assert due_again([WINDOW], [], datetime(2026, 10, 2, tzinfo=UTC)) == [WINDOW]


def test_complete_ends_at_the_first_month_that_differs_or_is_not_compared():
    assert complete_as_of([]) is None
    assert complete_as_of([check(1, 2), check(2, 3)]) == datetime(2026, 3, 1, tzinfo=VIETNAM)
    assert complete_as_of([check(1, 2), check(2, 3, missing=["a"]), check(3, 4)]) == datetime(2026, 2, 1, tzinfo=VIETNAM)
    assert complete_as_of([check(1, 2), check(3, 4)]) == datetime(2026, 2, 1, tzinfo=VIETNAM)
