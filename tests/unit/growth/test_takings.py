"""What accounts leave in hand, and the price below which goods lose money there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ocop_market.channels.api import SalesPage
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period, compare
from ocop_market.growth.takings import Rates, Takings, rates_of, takings
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.leases import holding

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def sale(number, state, **line):
    return SalesOrder(number, NOON, NOON, state, "x", (SalesLine("1", "TRA", "Trà", Decimal(2), 200_000, **line),))


def test_what_an_account_leaves_in_hand_is_the_basis_of_that_name(store, clock):
    fees = (Fee(FeeKind.COMMISSION, 8_000), Fee(FeeKind.PROCESSING, 1_650))
    keep_page(store, "shop", SalesPage([
        sale("A1", OrderState.DELIVERED, seller_discount=20_000, charged=fees, tax_withheld=2_700, seller_shipping=3_000),
        sale("A2", OrderState.DELIVERED, refund=100_000, returned_quantity=Decimal(1)),
        sale("A3", OrderState.CANCELLED, charged=fees)], {}), clock())
    with holding(store, "test", clock) as turn:
        roll_up(store, "shop", turn)
    with store.reading() as connection:
        found, in_hand = takings(connection, MARCH), compare(connection, {}, MARCH, basis=Basis.IN_HAND).total.now
    assert found == {"shop": Takings(Decimal(3), 400_000, 20_000, 100_000, 9_650, 1_650, 3_000, 2_700)}
    assert found["shop"].in_hand == in_hand == 264_650
    rates = rates_of(found["shop"])
    assert rates == Rates(Fraction(1, 20), Fraction(10_700, 280_000), Fraction(4_650, 3))


def test_a_channel_that_sold_nothing_has_no_rates():
    assert rates_of(Takings(Decimal(0), 0, 0, 0, 0, 0, 0, 0)) is None
    assert rates_of(Takings(Decimal(1), 100, 100, 0, 0, 0, 0, 0)) is None


def test_no_price_pays_for_fees_that_take_all():
    assert Rates(Fraction(0), Fraction(1), Fraction(0)).break_even(1) is None


@given(st.integers(1, 10_000_000), st.integers(0, 90), st.integers(0, 90), st.integers(0, 50_000))
def test_the_lowest_price_leaves_the_cost_and_one_dong_less_does_not(cost, discount, by_value, by_unit):
    rates = Rates(Fraction(discount, 100), Fraction(by_value, 100), Fraction(by_unit))
    lowest = rates.break_even(cost)
    assert rates.left_of(lowest) >= cost > rates.left_of(lowest - 1)
