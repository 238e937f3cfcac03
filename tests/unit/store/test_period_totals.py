"""Sums over any days, read from months where they are whole, are what a plain count of the days finds."""

import sqlite3
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from ocop_market.growth.basis import Basis, revenue_in
from ocop_market.store.code_spans import CodeSpan
from ocop_market.store.engine import Store
from ocop_market.store.migrate import upgrade
from ocop_market.store.month_totals import last_of, month_of
from ocop_market.store.period_totals import divided, divided_shortly, first_sales, rows_between, summed, sums_of_spans
from ocop_market.store.tables.totals import sales_day, sales_month
from tests.databases import ON_BOTH
from tests.examples import examples
from tests.totals import put_days

FIRST, LAST = date(2025, 11, 1), date(2026, 4, 30)
NOTHING = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
days = st.dates(FIRST, LAST)


def row(account: str, day: date, sku: str, location: str, amount: int) -> dict[str, object]:
    return {"account": account, "day": day, "sku": sku, "location": location, "state": "delivered", "quantity": Decimal(1),
            "list_amount": amount, "returned_quantity": Decimal(0), **NOTHING}


ledgers = st.lists(st.tuples(st.sampled_from(["shop", "till"]), days, st.sampled_from(["A", "B", "C"]), st.sampled_from(["", "1"]),
                             st.integers(-5, 10**9)), unique_by=lambda one: one[:4], max_size=30)


def fill(store: Store, ledger: list[tuple[str, date, str, str, int]]) -> None:
    with store.writing() as connection:
        for table in (sales_day, sales_month):
            connection.execute(delete(table))
        if ledger:
            put_days(connection, [row(*one) for one in ledger])


@ON_BOTH
@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers, days, days, st.sampled_from([(), ("account",), ("sku", "location"), ("month", "account")]))
def test_sums_over_any_days_are_those_of_a_plain_count(store, ledger, one, other, keys):
    fill(store, ledger)
    start, end = min(one, other), max(one, other)
    expected: Counter[tuple[object, ...]] = Counter()
    for account, day, sku, location, amount in ledger:
        if start <= day <= end:
            told = {"account": account, "sku": sku, "location": location, "month": day.replace(day=1)}
            expected[tuple(told[key] for key in keys)] += amount
    with store.reading() as connection:
        found = {tuple(parts): amount for *parts, amount in connection.execute(summed(start, end, keys, revenue_in(Basis.NET)))}
        first = first_sales(connection)
    assert {key: amount for key, amount in found.items() if amount or keys} == {key: amount for key, amount in expected.items() if amount}
    assert first == {key: min(day for account, day, _, place, _ in ledger if (account, place) == key)
                     for key in {(account, place) for account, _, _, place, _ in ledger}}


@ON_BOTH
@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledgers, st.dictionaries(st.sampled_from(["A", "B"]), st.tuples(days, days, days), min_size=1))
def test_sums_by_what_counts_on_the_day_are_those_of_a_plain_count(store, ledger, turns):
    fill(store, ledger)
    spans = []
    for code, dates in turns.items():
        start, turn, end = sorted(dates)
        spans += [CodeSpan(code, start, turn, "3"), *([CodeSpan(code, turn + timedelta(days=1), end, "4")] if turn < end else [])]
    expected = Counter({(span.code, span.key): amount for span in spans for amount in [sum(
        amount for _, day, sku, _, amount in ledger if sku == span.code and span.first <= day <= span.last)]})
    with store.reading() as connection:
        found = sums_of_spans(connection, spans, revenue_in(Basis.NET))
    assert {key: amount for key, amount in found.items() if amount} == {key: amount for key, amount in expected.items() if amount}


def spans(*written: str) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(one[:10]), date.fromisoformat(one[-10:])) for one in written)


@pytest.mark.parametrize(("start", "end", "months", "others"), [
    ("2026-01-01", "2026-03-31", ["2026-01-01 2026-03-01"], []),
    ("2026-01-02", "2026-03-30", ["2026-02-01 2026-02-01"], ["2026-01-02 2026-01-31", "2026-03-01 2026-03-30"]),
    ("2025-12-15", "2026-01-10", [], ["2025-12-15 2025-12-31", "2026-01-01 2026-01-10"]),
    ("2026-02-03", "2026-02-28", [], ["2026-02-03 2026-02-28"]),
    ("2026-02-01", "2026-02-28", ["2026-02-01 2026-02-01"], [])])
def test_days_are_divided_into_whole_months_and_the_rest(start, end, months, others):
    assert divided(date.fromisoformat(start), date.fromisoformat(end)) == ((*spans(*months), None)[0], spans(*others), ())


@pytest.mark.parametrize(("start", "end", "months", "beside", "outside"), [
    ("2026-01-02", "2026-03-01", ["2026-01-01 2026-02-01"], ["2026-03-01 2026-03-01"], ["2026-01-01 2026-01-01"]),
    ("2026-01-30", "2026-03-30", ["2026-02-01 2026-03-01"], ["2026-01-30 2026-01-31"], ["2026-03-31 2026-03-31"]),
    ("2025-12-10", "2026-01-25", ["2025-12-01 2026-01-01"], [], ["2025-12-01 2025-12-09", "2026-01-26 2026-01-31"]),
    ("2026-02-03", "2026-02-27", ["2026-02-01 2026-02-01"], [], ["2026-02-01 2026-02-02", "2026-02-28 2026-02-28"]),
    ("2026-02-03", "2026-02-16", [], ["2026-02-03 2026-02-16"], []),
    ("2026-01-20", "2026-02-09", [], ["2026-01-20 2026-01-31", "2026-02-01 2026-02-09"], [])])
def test_a_month_of_which_little_is_missing_is_read_as_a_whole_less_the_other_days(start, end, months, beside, outside):
    found = divided_shortly(date.fromisoformat(start), date.fromisoformat(end))
    assert found == ((*spans(*months), None)[0], spans(*beside), spans(*outside))


@given(days, days)
def test_however_days_are_divided_each_is_counted_once(one, other):
    start, end = min(one, other), max(one, other)
    for division in (divided(start, end), divided_shortly(start, end)):
        counted: Counter[date] = Counter()
        whole = [(division.months[0], last_of(division.months[1]))] if division.months else []
        for (first, last), times in [*((span, 1) for span in (*whole, *division.beside)), *((span, -1) for span in division.outside)]:
            counted.update({first + timedelta(days=n): times for n in range((last - first).days + 1)})
        assert {day: times for day, times in counted.items() if times} == {
            start + timedelta(days=n): 1 for n in range((end - start).days + 1)}
        for first, last in (*division.beside, *division.outside):
            assert month_of(first) == month_of(last)


@ON_BOTH
def test_what_comes_to_nothing_in_the_period_is_left_out(store):
    fill(store, [("shop", date(2026, 3, 1), "A", "", 5), ("shop", date(2026, 3, 2), "B", "", 6), ("till", date(2026, 4, 1), "C", "", 0)])
    with store.reading() as connection:
        assert connection.execute(summed(date(2026, 3, 2), date(2026, 4, 30), ("sku",), revenue_in(Basis.NET))).all() == [("B", 6)]
        nothing = summed(date(2026, 3, 3), date(2026, 3, 31), (), revenue_in(Basis.NET))
        assert connection.execute(nothing).scalar_one() == 0


@ON_BOTH
def test_all_that_totals_tell_comes_as_text_and_shows_every_change(store):
    def told() -> list[str]:
        with store.reading() as connection:
            return [text for some in rows_between(connection, date(2025, 11, 1), date(2025, 12, 10)) for text in some]

    rows = [("shop", date(2025, 11, 3), "A", "", 5), ("shop", date(2025, 12, 3), "A", "", 6), ("shop", date(2025, 12, 11), "A", "", 7)]
    fill(store, rows)
    before = told()
    assert len(before) == 2 and "2025-11-01" in before[0] and "2025-12-03" in before[1]
    fill(store, [rows[0], ("shop", date(2025, 12, 3), "A", "", 8), rows[2]])
    assert told()[0] == before[0] and told()[1] != before[1]


def test_an_older_market_has_its_months_from_its_days(tmp_path):
    store = Store(tmp_path / "market.db")
    upgrade(store.engine, None, "0012")
    with sqlite3.connect(tmp_path / "market.db") as raw:
        for day, amount in (("2026-02-28", 1), ("2026-03-01", 2), ("2026-03-31", 4)):
            raw.execute("INSERT INTO sales_day VALUES ('shop', ?, 'TRA', '', 'delivered', 1000, ?, 0, 0, 0, 0, 0, 0, 0)", (day, amount))
    store.migrate()
    with store.reading() as connection:
        found = connection.execute(select(sales_month.c.month, sales_month.c.list_amount, sales_month.c.quantity)).all()
    assert found == [(date(2026, 2, 1), 1, 1), (date(2026, 3, 1), 6, 2)]
    store.close()
