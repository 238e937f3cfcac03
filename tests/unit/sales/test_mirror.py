"""A marketplace's order that a till shows as well is counted once, and a doubtful one is asked about."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.beginning import begin_again_where_needed
from ocop_market.sales.mirror import MirrorState, direct_accounts, find_mirrors
from ocop_market.sales.pull import roll_up
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_cursor, save_orders
from ocop_market.store.mirrors import decide, load_mirrors, show_mirrors
from ocop_market.store.tables.totals import sales_day
from ocop_market.store.touched import touched_days

AT = datetime(2026, 9, 5, 9, tzinfo=VIETNAM)
CHANNELS = {"shop": ("shopee", "Shopee"), "second": ("tiki", "Tiki")}


def sale(number: str, amount: int = 100, *, source: str = "", code: str = "", days: int = 0) -> SalesOrder:
    at = AT + timedelta(days=days)
    return SalesOrder(number, at, at, OrderState.DELIVERED, "done", (SalesLine("1", "A", "a", Decimal(1), amount),),
                      document=f"HD{number}", source=source, source_code=code)


def slip(number: str, of: str, refund: int) -> SalesOrder:
    line = SalesLine("1", "A", "a", Decimal(0), 0, refund=refund, returned_quantity=Decimal(1))
    return sale(number).but(lines=(line,), returns=of)


@pytest.fixture
def books(store, clock):
    """A Shopee account read directly since 1 September, and a till; gives a function that keeps orders and counts once."""
    begin_again_where_needed(store, "shop", AT, (AT - timedelta(days=4)).date(), AT)
    with store.writing() as connection:
        save_cursor(connection, "shop", "sales", {"to": 1}, AT, complete_to=AT + timedelta(days=10))

    def keep(**orders: list[SalesOrder]) -> set[str]:
        with store.writing() as connection:
            for account, some in orders.items():
                save_orders(connection, account, some)
            return find_mirrors(connection, direct_accounts(connection, CHANNELS))

    return keep


def revenue(store, clock, account: str = "till") -> int:
    with holding(store, "test", clock) as turn:
        roll_up(store, account, turn)
    with store.reading() as connection:
        return connection.execute(select(func.coalesce(func.sum(sales_day.c.list_amount - sales_day.c.refund), 0)).where(
            sales_day.c.account == account)).scalar()


def states(store) -> dict[str, str]:
    with store.reading() as connection:
        return {one.order_id: one.state for one in load_mirrors(connection)}


def test_an_order_that_the_till_names_by_its_code_is_counted_at_the_marketplace(books, store, clock):
    books(shop=[sale("240905ABCDEF")], till=[sale("1", source="Shopee", code="240905ABCDEF"), sale("2", 30)])
    assert states(store) == {"1": MirrorState.SAME}
    assert (revenue(store, clock), revenue(store, clock, "shop")) == (30, 100)


def test_a_code_behind_a_prefix_is_found(books, store):
    books(shop=[sale("240905ABCDEF")], till=[sale("1", source="KVSync - Shopee", code="DHSPE_240905ABCDEF")])
    assert states(store) == {"1": MirrorState.SAME}


def test_without_a_code_it_is_doubtful_and_not_counted_twice(books, store, clock):
    books(shop=[sale("240905ABCDEF")], till=[sale("1", source="Shopee")])
    assert states(store) == {"1": MirrorState.DOUBTFUL}
    assert revenue(store, clock) == 0
    with store.reading() as connection:
        (shown,) = show_mirrors(connection)
    assert (shown.document, shown.amount, shown.source, shown.mirror.of_account) == ("HD1", 100, "Shopee", "shop")


@pytest.mark.parametrize("source", ["Facebook", "", "Bán trực tiếp", "Tiki"])
def test_a_source_that_no_account_reads_is_the_tills_own(books, store, clock, source):
    books(till=[sale("1", source=source)])
    assert states(store) == {}
    assert revenue(store, clock) == 100


@pytest.mark.parametrize("days", [-5, 11])
def test_a_sale_outside_the_days_that_the_marketplace_account_covers_is_counted(books, store, clock, days):
    books(till=[sale("1", source="Shopee", days=days)])
    assert states(store) == {}
    assert revenue(store, clock) == 100


def test_the_marketplace_order_may_come_later(books, store, clock):
    books(till=[sale("1", source="Shopee", code="240905ABCDEF", days=11)])
    assert revenue(store, clock) == 100
    assert books(shop=[sale("240905ABCDEF", days=11)]) == {"till"}
    assert (states(store), revenue(store, clock)) == ({"1": MirrorState.SAME}, 0)


def test_goods_brought_back_go_with_their_sale(books, store, clock):
    books(shop=[sale("240905ABCDEF")], till=[sale("1", source="Shopee", code="240905ABCDEF"), slip("r1", "1", 40), sale("2", 30)])
    assert states(store) == {"1": MirrorState.SAME, "r1": MirrorState.SAME}
    assert revenue(store, clock) == 30


def test_what_a_person_decides_is_counted_and_stays(books, store, clock):
    books(till=[sale("1", source="Shopee"), slip("r1", "1", 40), sale("2", source="Shopee")])
    assert revenue(store, clock) == 0
    with store.writing() as connection:
        assert sorted(decide(connection, "till", ["1"], MirrorState.OWN, AT)) == ["1", "r1"]
    assert revenue(store, clock) == 60
    books(till=[sale("3", source="Shopee")])
    assert states(store) == {"1": "own", "r1": "own", "2": "doubtful", "3": "doubtful"}


def test_looking_again_touches_no_day(books, store, clock):
    books(shop=[sale("240905ABCDEF")], till=[sale("1", source="Shopee", code="240905ABCDEF"), sale("2", source="Shopee")])
    revenue(store, clock)
    revenue(store, clock, "shop")
    assert books() == set()
    with store.reading() as connection:
        assert touched_days(connection, "till") == []


def test_a_till_is_no_marketplace_for_itself(books, store):
    books(till=[sale("1", source="till"), sale("2", source="Shopee", code="1")], shop=[])
    assert states(store) == {"2": MirrorState.DOUBTFUL}
