"""How pages come into the ledger: some together, with the cursor behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from ocop_market.channels.api import Cursor, PullsSales, RecognisesOrders, SalesPage
from ocop_market.channels.known import Known
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import ORDERS_A_TRANSACTION, Pulled, pull
from ocop_market.store.engine import Store, StoreError
from ocop_market.store.leases import LeaseError, holding
from ocop_market.store.ledger import count_orders, load_cursor
from ocop_market.store.tables.totals import sales_day
from ocop_market.store.tables.work import lease
from ocop_market.store.touched import touched_days
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

AT = datetime(2026, 9, 5, 9, tzinfo=UTC)
PAGE = 100


class Shop(PullsSales):
    """Gives `pages` pages of orders behind its cursor, and breaks off before page `breaks_at`."""

    def __init__(self, pages: int, breaks_at: int | None = None) -> None:
        self.pages, self.breaks_at = pages, breaks_at
        self.read: list[int] = []

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        for page in range(cursor["page"] if cursor else 0, self.pages):
            if page == self.breaks_at:
                raise ConnectionError("broken off")
            self.read.append(page)
            yield SalesPage([order(page * PAGE + n) for n in range(PAGE)], {"page": page + 1}, done=page + 1, expected=self.pages)


def order(number: int) -> SalesOrder:
    return SalesOrder(str(number), AT, AT, OrderState.DELIVERED, "done", (SalesLine("1", "TRA", "Trà", Decimal(1), 50_000),))


@pytest.fixture
def pulled(store: Store, clock: Callable[[], datetime]) -> Callable[..., Pulled]:
    def run(shop: Shop, watch: Callable[[int, int, int], None] | None = None) -> Pulled:
        with holding(store, "test", clock) as turn:
            return pull(store, "shop", shop, clock, turn, start=AT, watch=watch, key=b"key")

    return run


def kept(store: Store) -> tuple[int, Cursor | None]:
    with store.reading() as connection:
        return count_orders(connection).get("shop", 0), load_cursor(connection, "shop", "sales")


def test_pages_that_come_fast_are_kept_together(pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_market.sales.pull.LONGEST_HELD", float("inf"))
    seen: list[tuple[int, int, int]] = []
    pulled(Shop(45), watch=lambda *figures: seen.append(figures))
    assert seen == [(ORDERS_A_TRANSACTION, 20, 45), (2 * ORDERS_A_TRANSACTION, 40, 45), (4500, 45, 45)]


def test_pages_that_come_slowly_are_kept_one_by_one(pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_market.sales.pull.LONGEST_HELD", -1.0)
    seen: list[int] = []
    pulled(Shop(3), watch=lambda orders, *_: seen.append(orders))
    assert seen == [100, 200, 300]


def test_what_was_read_before_a_failure_is_kept_and_not_read_again(store: Store, pulled: Callable[..., Pulled]) -> None:
    with pytest.raises(ConnectionError):
        pulled(Shop(25, breaks_at=13))
    assert kept(store) == (1300, {"page": 13})
    rest = Shop(25)
    assert pulled(rest).orders.new == 1200
    assert rest.read == list(range(13, 25))
    assert kept(store) == (2500, {"page": 25})


class Recognising(RecognisesOrders):
    """A shop of one order a day for `days` days, told by digests."""

    def __init__(self, days: int, digest: str = "as it is") -> None:
        self.days, self.digest = days, digest
        self.mapped: list[str] = []

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime, known: Known | None = None,
                   ) -> Iterator[SalesPage]:
        for first in range(0, self.days, 10):
            orders = [order(n).but(placed_at=AT + timedelta(n), digest=self.digest) for n in range(first, first + 10)]
            found = known.among({one.order_id: one.digest for one in orders}) if known is not None else ()
            fresh = [one for one in orders if one.order_id not in found]
            self.mapped += [one.order_id for one in fresh]
            yield SalesPage(fresh, {"behind": first}, unchanged=len(orders) - len(fresh))


def test_orders_that_are_kept_as_they_are_count_without_being_mapped(pulled: Callable[..., Pulled]) -> None:
    assert pulled(Recognising(30)).orders.new == 30
    again = Recognising(30)
    orders = pulled(again).orders
    assert (orders.new, orders.changed, orders.unchanged, again.mapped) == (0, 0, 30, [])
    assert pulled(other := Recognising(30, "mapped otherwise")).orders.unchanged == len(other.mapped) == 30


def test_days_that_a_long_pull_has_left_behind_are_made_while_it_goes_on(
        store: Store, pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocop_market.sales.pull.LONGEST_HELD", -1.0)
    left: list[int] = []

    def watch(*_: int) -> None:
        with store.reading() as connection:
            left.append(len(touched_days(connection, "shop")))

    assert pulled(Recognising(200), watch).days == 200
    assert max(left) < 100
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(sales_day)).scalar() == 200


def test_a_database_that_fails_ends_the_pull_with_its_own_error(pulled: Callable[..., Pulled], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full", code="disk-full")

    monkeypatch.setattr("ocop_market.sales.pull.save_orders", full)
    with pytest.raises(StoreError, match="disk-full"):
        pulled(Shop(45, breaks_at=44))


def test_what_is_kept_meanwhile_is_kept_only_in_turn(store: Store, clock: Callable[[], datetime]) -> None:
    with pytest.raises(LeaseError), holding(store, "test", clock) as turn:
        with store.writing(guarded=False) as connection:
            connection.execute(lease.update().values(fence=lease.c.fence + 1, holder="another"))
        pull(store, "shop", Shop(3), clock, turn, start=AT)
    assert kept(store) == (0, None)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(("pages", "counted"), [(20, True), (19, False)])
def test_a_server_is_told_at_once_of_tables_that_a_pull_has_filled(
        store: Store, pulled: Callable[..., Pulled], pages: int, counted: bool) -> None:
    pulled(Shop(pages))
    with store.reading() as connection:
        told = connection.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'sales_order'")).scalar_one()
    assert (told == pages * PAGE) is counted
