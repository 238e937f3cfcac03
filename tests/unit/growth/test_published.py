"""Tables for everybody: rows of one or two producers are blank, in every table together with what would give them away."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.growth.compare import By, Period, compare
from ocop_market.growth.published import published
from ocop_market.model.product import Group, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.leases import holding

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
GROUPS = {"A": Group.FOOD, "B": Group.FOOD, "C": Group.FOOD, "D": Group.DRINKS, "E": Group.DRINKS, "F": Group.DRINKS, "G": Group.MEDICINAL}
PRODUCTS = {who: Product(who, f"Hàng {who}", f"HTX {who}", group=group) for who, group in GROUPS.items()}


def keep(store, clock, account, sold):
    orders = []
    for year in (2025, 2026):
        at = datetime(year, 3, 1, 5, tzinfo=UTC)
        orders += [SalesOrder(f"{sku}{year}", at, at, OrderState.DELIVERED, "x", (SalesLine("1", sku, sku, Decimal(1), amount * year),))
                   for sku, amount in sold.items()]
    keep_page(store, account, SalesPage(orders, {}), clock())
    with holding(store, account, clock) as turn:
        roll_up(store, account, turn)


@pytest.fixture
def tables(store, clock):
    keep(store, clock, "shop", dict.fromkeys("ABCDEFG", 10))
    keep(store, clock, "till", {"A": 1, "B": 2, "LẠ": 3})
    with store.reading() as connection:
        compared = [compare(connection, PRODUCTS, YEAR, by=by) for by in (By.CHANNEL, By.GROUP, By.PRODUCER)]
        yield {one.comparison.by: one for one in published(connection, PRODUCTS, compared)}


def test_rows_of_too_few_producers_are_blank_with_another_of_their_table(tables):
    groups = tables[By.GROUP]
    assert {"medicinal", "not-attributed"} <= groups.blank
    assert {row.key for row in groups.rows} | groups.blank == {"food", "drinks", "medicinal", "not-attributed"}
    assert len(groups.blank) >= 3
    assert tables[By.PRODUCER].rows == ()


def test_goods_of_nobody_count_as_one_subject(tables):
    assert tables[By.CHANNEL].blank == frozenset()
    assert {row.key for row in tables[By.CHANNEL].rows} == {"shop", "till"}


def test_what_is_shown_is_what_the_comparison_says(tables):
    for one in tables.values():
        assert set(one.rows) <= set(one.comparison.rows)
        assert one.total == one.comparison.total
