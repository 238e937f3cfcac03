"""The ledger: kept once, whatever comes in whatever order."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select

from ocop_market.channels.api import SalesPage, SalesRefusal
from ocop_market.errors import Problem
from ocop_market.model.clock import business_day
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.engine import CHUNK, Store
from ocop_market.store.leases import holding
from ocop_market.store.ledger import count_refusals, load_cursor, save_orders
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day
from ocop_market.store.touched import touched_days
from tests.databases import ON_BOTH, empty
from tests.examples import examples

pytestmark = ON_BOTH

MORNING = datetime(2026, 3, 1, 2, tzinfo=UTC)


def order(number: str = "A1", *, version: int = 0, day: int = 0, amount: int = 50_000, state: OrderState = OrderState.DELIVERED,
          refund: int = 0, returns: str | None = None, settled: bool = False, sku: str = "TRA-01") -> SalesOrder:
    line = SalesLine("1", sku, "Trà", Decimal(0 if returns is not None else 1), amount, refund=refund)
    return SalesOrder(number, MORNING + timedelta(days=day), MORNING + timedelta(days=day, hours=version), state, state.value,
                      (line,), returns=returns, settled=settled)


def keep(store: Store, *orders: SalesOrder) -> None:
    with store.writing() as connection:
        save_orders(connection, "shop", orders)


def totals(store: Store, clock) -> dict[tuple[str, str], tuple[int, int]]:
    with holding(store, "test", clock) as turn:
        roll_up(store, "shop", turn)
    c = sales_day.c
    with store.reading() as connection:
        return {(row.day.isoformat(), row.state): (row.list_amount, row.refund) for row in connection.execute(
            select(c.day, c.state, c.list_amount, c.refund))}


def test_an_order_seen_twice_is_kept_once(store, clock):
    keep(store, order())
    with store.writing() as connection:
        saved = save_orders(connection, "shop", [order(), order()])
    assert (saved.new, saved.changed, saved.unchanged) == (0, 0, 2)
    assert totals(store, clock) == {("2026-03-01", "delivered"): (50_000, 0)}


def test_an_unchanged_order_touches_no_day(store, clock):
    keep(store, order())
    totals(store, clock)
    keep(store, order())
    with store.reading() as connection:
        assert touched_days(connection, "shop") == []


def test_an_older_version_is_ignored(store, clock):
    keep(store, order(version=5, amount=70_000))
    keep(store, order(version=4, amount=10_000))
    assert totals(store, clock) == {("2026-03-01", "delivered"): (70_000, 0)}


def test_of_two_versions_with_one_time_the_final_one_stays(store, clock):
    keep(store, order(amount=70_000, settled=True))
    keep(store, order(amount=60_000))
    assert totals(store, clock) == {("2026-03-01", "delivered"): (70_000, 0)}


def test_two_lines_that_a_platform_calls_alike_are_both_kept(store):
    twins = (SalesLine("1", "A", "a", Decimal(1), 10), SalesLine("1", "B", "b", Decimal(1), 20), SalesLine("1#2", "C", "c", Decimal(1), 30))
    keep(store, SalesOrder("A1", MORNING, MORNING, OrderState.DELIVERED, "x", twins))
    with store.writing() as connection:
        again = save_orders(connection, "shop", [SalesOrder("A1", MORNING, MORNING, OrderState.DELIVERED, "x", twins)])
        rows = connection.execute(select(sales_line.c.line, sales_line.c.list_amount).order_by(sales_line.c.list_amount)).all()
    assert rows == [("1", 10), ("1#2", 20), ("1#2#2", 30)]
    assert again.unchanged == 1


def test_lines_that_left_an_order_leave_the_ledger(store):
    two = SalesOrder("A1", MORNING, MORNING, OrderState.DELIVERED, "x", (
        SalesLine("1", "A", "a", Decimal(1), 10), SalesLine("2", "B", "b", Decimal(1), 20)))
    one = SalesOrder("A1", MORNING, MORNING + timedelta(hours=1), OrderState.DELIVERED, "x", (
        SalesLine("2", "B", "b", Decimal(1), 20),))
    keep(store, two)
    keep(store, one)
    with store.reading() as connection:
        assert [row.line for row in connection.execute(select(sales_line.c.line))] == ["2"]


def test_an_order_that_moves_to_another_day_leaves_nothing_on_the_old_one(store, clock):
    keep(store, order())
    totals(store, clock)
    keep(store, SalesOrder("A1", MORNING + timedelta(days=2), MORNING + timedelta(days=3), OrderState.DELIVERED, "x",
                           order().lines))
    assert totals(store, clock) == {("2026-03-03", "delivered"): (50_000, 0)}


@pytest.mark.parametrize("slip_first", [True, False])
def test_goods_brought_back_restate_the_day_of_sale(store, clock, slip_first):
    sale, slip = order(), order("R1", day=20, amount=0, refund=50_000, returns="A1")
    for document in (slip, sale) if slip_first else (sale, slip):
        keep(store, document)
        totals(store, clock)
    assert totals(store, clock) == {("2026-03-01", "delivered"): (50_000, 50_000)}


def test_a_slip_without_a_sale_counts_on_its_own_day(store, clock):
    keep(store, order("R1", day=20, amount=0, refund=50_000, returns=""))
    assert totals(store, clock) == {("2026-03-21", "delivered"): (0, 50_000)}


def test_half_kilos_are_kept_to_the_gram(store):
    half = SalesOrder("A1", MORNING, MORNING, OrderState.DELIVERED, "x", (SalesLine("1", "A", "a", Decimal("0.125"), 10),))
    keep(store, half)
    with store.reading() as connection:
        assert connection.execute(select(sales_line.c.quantity)).scalar() == Decimal("0.125")


def test_every_value_is_kept_in_its_own_column(store):
    line = SalesLine("l", "sku", "name", Decimal("1.5"), 2, "remote", 3, 4, (Fee(FeeKind.PAYMENT, 5, "pay_fee"),), 6, 7, Decimal("0.25"), 8)
    keep(store, SalesOrder("id", MORNING, MORNING + timedelta(days=1, microseconds=7), OrderState.ACCEPTED, "word", (line,),
                           "document", "branch", "source", "province", "", True, "code", 9))
    with store.reading() as connection:
        head = connection.execute(select(sales_order)).one()._asdict()
        row = connection.execute(select(sales_line)).one()._asdict()
    assert len(head.pop("digest")) == 16
    assert head == {
        "account": "shop", "order_id": "id", "document": "document", "placed_at": MORNING, "state": "accepted",
        "remote_updated_at": MORNING + timedelta(days=1, microseconds=7), "own_day": MORNING.date(), "day": MORNING.date(),
        "remote_state": "word", "location": "branch", "source": "source", "province": "province", "returns": "", "settled": True,
        "source_code": "code", "platform_total": 9}
    assert row == {
        "account": "shop", "order_id": "id", "line": "l", "sku": "sku", "name": "name", "quantity": Decimal("1.5"),
        "list_amount": 2, "remote_id": "remote", "seller_discount": 3, "platform_discount": 4, "fees": 5, "tax_withheld": 6,
        "refund": 7, "returned_quantity": Decimal("0.25"), "seller_shipping": 8}


def test_more_orders_than_one_list_of_a_statement_holds_are_known_again(store):
    many = [order(f"A{i}") for i in range(CHUNK + 3)]
    keep(store, *many)
    with store.writing() as connection:
        again = save_orders(connection, "shop", [*many, order("new")])
    assert (again.new, again.changed, again.unchanged) == (1, 0, CHUNK + 3)


def test_totals_are_made_anew_on_days_that_lie_apart(store, clock):
    keep(store, *(order(f"A{day}", day=day, amount=1000 + day) for day in (0, 1, 2, 9, 30)))
    totals(store, clock)
    keep(store, *(order(f"A{day}", day=day, amount=2000 + day, version=1) for day in (1, 2, 30)))
    assert {day: amount for (day, _), (amount, _) in totals(store, clock).items()} == {
        "2026-03-01": 1000, "2026-03-02": 2001, "2026-03-03": 2002, "2026-03-10": 1009, "2026-03-31": 2030}


def test_rows_and_cursor_are_kept_together_or_not_at_all(store, clock):
    broken = SalesOrder("A2", MORNING, MORNING, OrderState.DELIVERED, "x", (
        SalesLine("1", "A", "a", Decimal(1), 10), SalesLine("2", None, "b", Decimal(1), 20)))
    with pytest.raises(Exception, match=r"NOT NULL|not-null"):
        keep_page(store, "shop", SalesPage([order(), broken], {"page": 2}), clock())
    with store.reading() as connection:
        assert load_cursor(connection, "shop", "sales") is None
        assert connection.execute(select(sales_order)).all() == []


def test_an_unreadable_order_is_kept_for_review(store, clock):
    refusal = SalesRefusal("A9", Problem("sum-mismatch", "The sums of {order} differ.", "", {"order": "A9"}))
    keep_page(store, "shop", SalesPage([], {"page": 1}, [refusal]), clock())
    keep_page(store, "shop", SalesPage([], {"page": 1}, [refusal]), clock())
    with store.reading() as connection:
        assert count_refusals(connection) == {"shop": 1}


@st.composite
def histories(draw: st.DrawFn) -> list[SalesOrder]:
    """All versions of some orders and return slips, each version later than the one before."""
    versions = []
    for i in range(draw(st.integers(1, 5))):
        day = draw(st.integers(0, 3))
        for version in range(draw(st.integers(1, 4))):
            versions.append(order(f"A{i}", version=version, day=day, amount=draw(st.integers(0, 5)) * 1000,
                                  state=draw(st.sampled_from(list(OrderState)))))
        if draw(st.booleans()):
            versions.append(order(f"R{i}", day=draw(st.integers(0, 9)), amount=0, refund=1000, returns=f"A{i}"))
    return versions


@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=histories(), data=st.data())
def test_any_order_of_arrival_with_repeats_gives_the_same_totals(store, clock, versions, data):
    arrivals = data.draw(st.permutations(versions + data.draw(st.lists(st.sampled_from(versions), max_size=5))))
    empty(store)
    for start in range(0, len(arrivals), 3):
        keep(store, *arrivals[start:start + 3])
        if data.draw(st.booleans()):
            totals(store, clock)
    found = totals(store, clock)

    newest = {}
    for version in versions:
        kept = newest.get(version.order_id)
        newest[version.order_id] = version if kept is None or version.updated_at >= kept.updated_at else kept
    expected: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for document in newest.values():
        sale = newest.get(document.returns or "", document)
        key = (business_day(sale.placed_at).isoformat(), document.state.value)
        amount, refund = expected[key]
        expected[key] = (amount + document.lines[0].list_amount, refund + document.lines[0].refund)
    assert found == dict(expected)
