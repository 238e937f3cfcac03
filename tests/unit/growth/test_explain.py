"""Every figure leads to its lines: they come to it to the đồng, whatever the figure is one of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from ocop_market.errors import SettingsError
from ocop_market.growth.account_of_change import account_of_change
from ocop_market.growth.address import Address, Measure, Sellers, Slice, parse, period_text
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By, Period, compare
from ocop_market.growth.explain import LeftOut, explain, lines
from ocop_market.growth.movement import PART_OF, Part
from ocop_market.growth.periods import Against, named, pair
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.places.units import Geography
from ocop_market.sales.pull import roll_up
from ocop_market.store.goods import SoldGood, save_link
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_mirror, sales_order
from ocop_market.store.tables.totals import sales_day, sales_fee_day, sales_month, touched_cell, touched_day
from tests.unit.growth.test_simulated_province import PRODUCTS

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
YEAR = Period(date(2026, 1, 1), LAST)
PAIR = pair(YEAR, Against.YEAR_BEFORE, LAST)
CODES = [*PRODUCTS, "?", ""]
TABLES = (sales_day, sales_month, sales_fee_day, sales_line, sales_fee, sales_order, sales_mirror, touched_day, touched_cell, goods_link)


def order(number: int, day: date, state: OrderState, location: str, sold: list[tuple[str, int, int, int]], returns: str | None = None,
          ) -> SalesOrder:
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    made = tuple(SalesLine(str(i), sku, sku or "không mã", Decimal(1), amount, "7" if not sku else "", seller_discount=discount,
                           refund=refund, charged=(Fee(FeeKind.COMMISSION, amount // 20),))
                 for i, (sku, amount, discount, refund) in enumerate(sold))
    return SalesOrder(f"N{number}", at, at, state, state.value, made, location=location, returns=returns)


sold = st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1,
                max_size=3)
orders = st.lists(st.tuples(st.sampled_from(["shop", "till"]), st.integers(0, (LAST - FIRST).days), st.sampled_from(list(OrderState)),
                            st.sampled_from(["", "1"]), sold), min_size=1, max_size=25)


def fill(store, clock, drawn) -> None:
    with store.writing() as connection:
        for table in TABLES:
            connection.execute(delete(table))
        save_link(connection, SoldGood("shop", "", "7", "", 0, Decimal(0), 0, FIRST), "P1", clock())
        for account in ("shop", "till"):
            save_orders(connection, account, [order(n, FIRST + timedelta(days=offset), state, place if account == "till" else "", made)
                                              for n, (name, offset, state, place, made) in enumerate(drawn) if name == account])
    for account in ("shop", "till"):
        with holding(store, "t", clock) as turn:
            roll_up(store, account, turn)


def comes_to(connection, address: Address) -> int:
    """What the lines of a figure come to, which is what the explanation says of itself."""
    found = explain(connection, PRODUCTS, parse(str(address)))
    listed = list(lines(connection, PRODUCTS, found))
    assert found.agrees
    assert len(listed) == found.lines
    assert sum(line.amount for line in listed) == found.lines_amount
    return found.lines_amount


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(orders, st.sampled_from(list(Basis)), st.sampled_from(list(By)))
def test_the_lines_of_every_figure_come_to_it(store, clock, drawn, basis, by):
    fill(store, clock, drawn)
    geography = Geography.OLD
    with store.reading() as connection:
        compared = compare(connection, PRODUCTS, YEAR, by=by, basis=basis, geography=geography)
        for row in compared.rows:
            for measure, amount in ((Measure.REVENUE, row.now), (Measure.BEFORE, row.before), (Measure.CHANGE, row.change)):
                address = Address(measure, YEAR, Slice.BY, by, row.key, basis, geography)
                assert parse(str(address)) == address
                assert comes_to(connection, address) == amount, str(address)
        assert comes_to(connection, Address(Measure.REVENUE, YEAR, basis=basis)) == compared.total.now


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(orders, st.sampled_from(list(Basis)))
def test_the_lines_of_every_part_of_a_change_come_to_it(store, clock, drawn, basis):
    fill(store, clock, drawn)
    with store.reading() as connection:
        change = account_of_change(connection, PRODUCTS, PAIR, basis)
        parts = {(Slice.PART, part.value): change.movement.part(part) for part in Part}
        parts |= {(Slice.REASON, one.reason.value): one.change for one in change.movement.moved}
        parts |= {(Slice.SELLERS, name.value): getattr(change.panel, name.value) for name in Sellers}
        for (within, key), part in parts.items():
            for measure, amount in ((Measure.REVENUE, part.now), (Measure.BEFORE, part.before), (Measure.CHANGE, part.amount)):
                assert comes_to(connection, Address(measure, YEAR, within, key=key, basis=basis)) == amount, (within, key, measure)
        assert {PART_OF[one.reason] for one in change.movement.moved} <= set(Part)


def test_what_does_not_count_is_told_with_the_reason(store, clock):
    fill(store, clock, [("shop", 400, state, "", [("P0", 1_000, 100, 0)]) for state in OrderState])
    with store.writing() as connection:
        connection.execute(sales_mirror.insert(), [
            {"account": "shop", "order_id": "N2", "state": "same", "of_account": "till", "of_order": "x"}])
        connection.execute(touched_day.insert(), [{"account": "shop", "day": FIRST + timedelta(days=400)}])
    with holding(store, "t", clock) as turn:
        roll_up(store, "shop", turn)
    with store.reading() as connection:
        side, = explain(connection, PRODUCTS, parse("revenue/by=product/P0/2026")).sides
    assert (side.found.lines, side.found.amount, side.in_totals) == (1, 900, 900)
    assert {reason: (one.lines, one.amount) for reason, one in side.left_out.items()} == dict.fromkeys(
        (LeftOut.PLACED, LeftOut.CANCELLED, LeftOut.UNKNOWN, LeftOut.ELSEWHERE), (1, 900))


def test_growth_and_shares_are_told_with_what_they_are_reckoned_from(store, clock):
    fill(store, clock, [("shop", 10, OrderState.DELIVERED, "", [("P0", 200, 0, 0)]), ("shop", 400, OrderState.DELIVERED, "", [
        ("P0", 300, 0, 0)]), ("till", 400, OrderState.DELIVERED, "1", [("?", 900, 0, 0)])])
    with store.reading() as connection:
        growth, share, kinds, nothing = (explain(connection, PRODUCTS, parse(text)) for text in (
            "growth/by=product/P0/2026", "share/accounts=shop/2026", "products-sold/2026", "growth/by=product/P3/2026"))
    assert (growth.value, growth.lines, growth.lines_amount) == (50.0, 2, 100)
    assert (share.value, share.whole) == (25.0, 1_200)
    assert (kinds.value, kinds.accounts) == (1, ("shop", "till"))
    assert (nothing.value, nothing.lines) == (None, 0)


def test_pages_follow_one_another_over_both_periods(store, clock):
    fill(store, clock, [("shop", offset, OrderState.DELIVERED, "", [("P0", offset, 0, 0)]) for offset in range(360, 372)])
    with store.reading() as connection:
        found = explain(connection, PRODUCTS, parse("change/2026"))
        whole = list(lines(connection, PRODUCTS, found))
        pages = [list(lines(connection, PRODUCTS, found, start=start, count=5)) for start in (0, 5, 10, 15)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    assert [line for page in pages for line in page] == whole


def test_lines_that_wait_for_their_totals_are_seen(store, clock):
    fill(store, clock, [("shop", 400, OrderState.DELIVERED, "", [("P0", 5, 0, 0)])])
    with store.writing() as connection:
        save_orders(connection, "shop", [order(9, FIRST + timedelta(days=400), OrderState.DELIVERED, "", [("P0", 7, 0, 0)])])
    with store.reading() as connection:
        found = explain(connection, PRODUCTS, parse("revenue/2026"))
    assert (found.value, found.lines_amount, found.agrees) == (5, 12, False)


@pytest.mark.parametrize(("text", "address"), [
    ("revenue/by=location/till / Chợ 1/2/2026-Q1", Address(Measure.REVENUE, named("2026-Q1"), Slice.BY, By.LOCATION, "till / Chợ 1/2")),
    ("change/part=entry/2026-Q1/against=2025-Q4", Address(Measure.CHANGE, named("2026-Q1"), Slice.PART, key="entry",
                                                          against=named("2025-Q4"))),
    ("in-force/geography=old/stars=4/by=district/Huyện A, B/2026-11-20", Address(
        Measure.IN_FORCE, Period(date(2026, 11, 20), date(2026, 11, 20)), Slice.BY, By.DISTRICT, "Huyện A, B", geography=Geography.OLD,
        stars=4))])
def test_an_address_is_read_as_it_is_written(text, address):
    assert parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize(("days", "text"), [
    ((date(2026, 1, 1), date(2026, 12, 31)), "2026"), ((date(2026, 7, 1), date(2026, 12, 31)), "2026-H2"),
    ((date(2026, 4, 1), date(2026, 6, 30)), "2026-Q2"), ((date(2026, 2, 1), date(2026, 2, 28)), "2026-02"),
    ((date(2026, 2, 3), date(2026, 2, 3)), "2026-02-03"), ((date(2026, 1, 1), date(2026, 11, 20)), "2026-01-01..2026-11-20")])
def test_a_period_is_written_as_short_as_it_can_be(days, text):
    assert period_text(Period(*days)) == text


@pytest.mark.parametrize("text", [
    "", "turnover/2026", "revenue", "revenue/by=province/2026", "revenue/by=moon/x/2026", "revenue/2026-13", "revenue/stars=4/2026",
    "revenue/basis=gross/basis=net/2026", "in-force/part=entry/2026-11-20", "listed/2026", "revenue/part=more/2026", "revenue/2026-02-30",
    "subjects/by=province/X/2026-11-20", "revenue/nothing/2026"])
def test_what_is_no_address_is_refused_with_what_is_wrong(text):
    with pytest.raises(SettingsError) as refused:
        parse(text)
    assert refused.value.code == "no-address"
