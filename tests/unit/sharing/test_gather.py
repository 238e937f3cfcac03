"""What is read from the ledger for a bundle, on each kind of database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.model.sales import FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page
from ocop_market.sharing.bundle import Level
from ocop_market.sharing.gather import shop_digest, sold_lines
from ocop_market.store.goods import SoldGood, save_link
from tests.unit.sharing.conftest import sale

MARCH = date(2026, 3, 1), date(2026, 3, 31)


@pytest.fixture
def ledger(store, clock):
    back = SalesOrder("R1", datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC), OrderState.DELIVERED, "x", (
        SalesLine("1", "TRA", "Trà", Decimal(0), 0, refund=40_000, returned_quantity=Decimal("0.5")),), returns="A1")
    keep_page(store, "shop", SalesPage([
        sale("A1", date(2026, 3, 1)), sale("A2", date(2026, 3, 1)), sale("A3", date(2026, 3, 2), sku="OLD"), back,
        sale("A4", date(2026, 4, 1)), sale("A5", date(2026, 3, 3), state=OrderState.CANCELLED)], {}), clock())
    with store.writing() as connection:
        save_link(connection, SoldGood("shop", "OLD", "", "", 0, Decimal(0), 0, date(2026, 3, 2)), "NEW", clock())
    return store


def told(store, level):
    with store.reading() as connection:
        return list(sold_lines(connection, ["shop"], *MARCH, level, b"k" * 32))


def test_sums_of_a_day_hold_what_came_back_later_and_codes_as_they_count(ledger):
    tea, other = told(ledger, Level.DAYS)
    assert (tea.day, tea.sku, tea.order, tea.quantity, tea.list_amount, tea.refund, tea.returned_quantity) == (
        date(2026, 3, 1), "TRA", "", Decimal(4), 200_000, 40_000, Decimal("0.5"))
    assert dict(tea.fees) == {FeeKind.COMMISSION: 8_000, FeeKind.PROCESSING: 3_300}
    assert (other.sku, other.day) == ("NEW", date(2026, 3, 2))


def test_lines_stand_under_a_pseudonym_of_their_order_that_is_the_same_each_time(ledger):
    first, again = told(ledger, Level.LINES), told(ledger, Level.LINES)
    assert first == again
    assert len({line.order for line in first}) == len(first) == 4
    assert sum(line.list_amount for line in first) == 300_000
    assert all(line.order and not {"A1", "A2"} & {line.order} for line in first)


def test_the_same_shop_has_the_same_digest_and_one_without_a_number_none():
    assert shop_digest("shopee", {"shop_id": 7}) == shop_digest("shopee", {"shop_id": "7", "partner_id": 1}) != ""
    assert shop_digest("shopee", {"shop_id": 7}) != shop_digest("tiki", {"shop_id": 7})
    assert shop_digest("spreadsheet", {}) == ""
