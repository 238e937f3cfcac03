"""What changed of reported days: by order, on the day of sale, with its reason."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from ocop_market.channels.api import SalesPage
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period, compare
from ocop_market.growth.restated import Reason, mark_reported, restated
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.goods import NOT_OURS, forget_link, save_link, sold_goods
from ocop_market.store.leases import holding
from ocop_market.store.mirrors import Mirror, decide, keep_mirrors
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import report_mark, restatement, sales_day, sales_month, touched_cell, touched_day
from tests.databases import ON_BOTH
from tests.examples import examples

SOLD = datetime(2026, 3, 1, 5, tzinfo=UTC)
REPORTED = datetime(2026, 4, 1, 5, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def order(number: str = "A1", *, amount: int = 50_000, refund: int = 0, fee: int = 0, state: OrderState = OrderState.DELIVERED,
          version: int = 0, day: int = 0, returns: str | None = None) -> SalesOrder:
    line = SalesLine("1", "TRA", "Trà", Decimal(0 if returns is not None else 1), amount, refund=refund,
                     charged=(Fee(FeeKind.COMMISSION, fee),) if fee else ())
    at = SOLD + timedelta(days=day)
    return SalesOrder(number, at, at + timedelta(hours=version), state, state.value, (line,), returns=returns)


@pytest.fixture
def books(store):
    def keep(*orders: SalesOrder, at: datetime = REPORTED + timedelta(days=1)) -> None:
        keep_page(store, "shop", SalesPage(orders, {}), at)

    def report(at: datetime = REPORTED, basis: Basis = Basis.NET) -> None:
        with store.writing() as connection:
            mark_reported(connection, MARCH, basis, at)

    def found(**how):
        with store.reading() as connection:
            return restated(connection, **how)

    def rows(**how):
        return [(row.day, row.order_id, row.before, row.after, row.reason) for row in found(**how).orders]

    def noted() -> int:
        with store.reading() as connection:
            return connection.execute(select(func.count()).select_from(restatement)).scalar_one()

    return SimpleNamespace(store=store, keep=keep, report=report, rows=rows, found=found, noted=noted)


def test_before_the_first_report_nothing_is_noted_and_a_sentence_says_so(books):
    books.keep(order())
    books.keep(order(version=1, amount=60_000))
    assert books.noted() == 0
    with pytest.raises(SettingsError) as refused:
        books.found()
    assert refused.value.code == "no-report"


@pytest.mark.parametrize(("later", "after", "reason"), [
    (order(version=1, state=OrderState.CANCELLED), 0, Reason.CANCELLED), (order(version=1, refund=20_000), 30_000, Reason.RETURNED),
    (order(version=1, amount=55_000), 55_000, Reason.CHANGED), (order(version=1, state=OrderState.UNKNOWN), 0, Reason.OTHER_STATE)])
def test_a_reported_order_that_changes_is_listed_on_its_day_of_sale(books, later, after, reason):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(later)
    assert books.rows() == [(date(2026, 3, 1), "A1", 50_000, after, reason)]


@ON_BOTH
def test_an_order_that_comes_late_was_not_there_before(books):
    books.report()
    books.keep(order())
    assert books.rows() == [(date(2026, 3, 1), "A1", 0, 50_000, Reason.CAME_LATE)]


def test_a_return_slip_restates_the_day_of_sale(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(order("R1", amount=0, refund=20_000, day=40, returns="A1"))
    assert books.rows() == [(date(2026, 3, 1), "R1", 0, -20_000, Reason.RETURNED)]


def test_an_order_that_moves_to_another_day_is_listed_on_both(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    moved = order(day=1, version=5)
    books.keep(moved)
    assert [row[:4] for row in books.rows()] == [(date(2026, 3, 1), "A1", 50_000, 0), (date(2026, 3, 2), "A1", 0, 50_000)]


@ON_BOTH
def test_days_that_no_report_has_shown_cost_nothing(books):
    books.report()
    books.keep(order(day=60))
    books.keep(order(day=60, version=1, amount=1))
    assert (books.rows(), books.noted()) == ([], 0)


def test_an_unchanged_order_leaves_no_note(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(order())
    assert books.noted() == 0


def test_the_basis_of_the_report_decides_unless_another_is_asked_for(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(order(version=1, fee=4_000))
    assert books.rows() == []
    assert books.rows(basis=Basis.IN_HAND) == [(date(2026, 3, 1), "A1", 50_000, 46_000, Reason.FEES)]


def test_a_second_report_begins_anew_and_an_earlier_day_can_still_be_asked_for(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(order(version=1, amount=60_000))
    books.report(REPORTED + timedelta(days=10))
    assert books.rows() == []
    books.keep(order(version=2, amount=70_000), at=REPORTED + timedelta(days=11))
    assert [row[2:4] for row in books.rows()] == [(60_000, 70_000)]
    assert [row[2:4] for row in books.rows(since=REPORTED)] == [(50_000, 70_000)]


def test_what_changed_and_changed_back_is_not_listed(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    books.keep(order(version=1, state=OrderState.CANCELLED))
    books.keep(order(version=2))
    assert (books.rows(), books.noted()) == ([], 2)


@ON_BOTH
def test_a_sale_that_turns_out_to_be_a_marketplaces_leaves_the_day(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    with books.store.writing() as connection:
        keep_mirrors(connection, [Mirror("shop", "A1", "same", "shopee", "X")], REPORTED + timedelta(days=1))
    assert books.rows() == [(date(2026, 3, 1), "A1", 50_000, 0, Reason.COUNTED_ELSEWHERE)]
    with books.store.writing() as connection:
        decide(connection, "shop", ["A1"], "own", REPORTED + timedelta(days=2))
    assert books.rows() == []


@ON_BOTH
def test_an_article_that_counts_for_another_product_is_listed_beside(books):
    books.keep(order(), at=REPORTED - timedelta(days=1))
    books.report()
    with books.store.writing() as connection:
        good = sold_goods(connection)[0]
        save_link(connection, good, "CHE-01", REPORTED + timedelta(days=1))
    moved, = books.found().moved
    assert (moved.account, moved.sku, moved.before, moved.after, moved.orders, moved.amount) == ("shop", "TRA", None, "CHE-01", 1, 50_000)
    with books.store.writing() as connection:
        forget_link(connection, good, REPORTED + timedelta(days=2))
    assert books.found().moved == ()
    with books.store.writing() as connection:
        save_link(connection, good, NOT_OURS, REPORTED + timedelta(days=3))
    assert [one.after for one in books.found().moved] == [NOT_OURS]


versions = st.lists(st.builds(
    order, st.sampled_from(["A1", "A2", "A3"]), amount=st.integers(0, 9), refund=st.integers(0, 9), version=st.integers(0, 9),
    state=st.sampled_from(OrderState), day=st.integers(0, 3)), max_size=6)


@examples(20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=versions, after=versions, basis=st.sampled_from(Basis))
def test_reported_figure_and_restatements_together_are_the_figure_of_today(store, clock, before, after, basis):
    with store.writing() as connection:
        for each in (goods_link, report_mark, restatement, sales_day, sales_month, sales_line, sales_order, touched_cell, touched_day):
            connection.execute(delete(each))

    def total() -> int:
        with holding(store, "test", clock) as turn:
            roll_up(store, "shop", turn)
        with store.reading() as connection:
            return compare(connection, {}, MARCH, basis=basis).total.now

    for one in before:
        keep_page(store, "shop", SalesPage([one], {}), REPORTED - timedelta(days=1))
    reported = total()
    with store.writing() as connection:
        mark_reported(connection, MARCH, basis, REPORTED)
    for one in after:
        keep_page(store, "shop", SalesPage([one], {}), REPORTED + timedelta(days=1))
    with store.reading() as connection:
        changes = restated(connection).orders
    assert reported + sum(row.change for row in changes) == total()
