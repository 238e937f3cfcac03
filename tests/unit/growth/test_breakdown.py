"""From list price to the seller's hand: every đồng has a name, and the rest is the basis in-hand."""

from datetime import UTC, date, datetime
from decimal import Decimal

from ocop_market.channels.api import SalesPage
from ocop_market.growth.basis import Basis
from ocop_market.growth.breakdown import Step, breakdown
from ocop_market.growth.compare import Period, compare
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.reports.steps import WORDS, step_label
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.leases import holding
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def sale(number: str, state: OrderState, *fees: Fee) -> SalesOrder:
    return SalesOrder(number, NOON, NOON, state, "x", (SalesLine(
        "1", "TRA", "Trà", Decimal(1), 100_000, seller_discount=5_000, charged=fees, tax_withheld=1_500, refund=20_000,
        seller_shipping=3_000),))


def test_fees_are_told_by_kind_and_unknown_ones_by_the_platforms_word(store, clock):
    keep_page(store, "shop", SalesPage([
        sale("A1", OrderState.DELIVERED, Fee(FeeKind.COMMISSION, 4_000, "commission_fee"), Fee(FeeKind.OTHER, 700, "moon_fee")),
        sale("A2", OrderState.ACCEPTED, Fee(FeeKind.COMMISSION, 1_000, "percent_fee"), Fee(FeeKind.OTHER, 300, "sun_fee")),
        sale("A3", OrderState.CANCELLED, Fee(FeeKind.PAYMENT, 9_000)), sale("A4", OrderState.UNKNOWN, Fee(FeeKind.PAYMENT, 9_000))], {}),
        clock())
    with holding(store, "test", clock) as turn:
        roll_up(store, "shop", turn)
    with store.reading() as connection:
        found, in_hand = breakdown(connection, MARCH), compare(connection, {}, MARCH, basis=Basis.IN_HAND).total.now
    assert [(step.key, step.word, step.now) for step in found.steps] == [
        ("list_amount", "", 200_000), ("seller_discount", "", -10_000), ("refund", "", -40_000), ("fee:commission", "", -5_000),
        ("fee:other", "moon_fee", -700), ("fee:other", "sun_fee", -300), ("seller_shipping", "", -6_000), ("tax_withheld", "", -3_000)]
    assert found.in_hand.now == in_hand == 135_000


def test_a_day_that_is_made_anew_keeps_no_fee_of_before(store, clock):
    for fee in (4_000, 2_500):
        order = sale("A1", OrderState.DELIVERED, Fee(FeeKind.COMMISSION, fee))
        keep_page(store, "shop", SalesPage([order], {}), clock())
        with holding(store, "test", clock) as turn:
            roll_up(store, "shop", turn)
    with store.reading() as connection:
        assert [step.now for step in breakdown(connection, MARCH).steps if step.key == "fee:commission"] == [-2_500]


def test_every_kind_of_fee_has_words():
    assert {f"fee:{kind}" for kind in FeeKind} <= WORDS.keys()
    assert "moon_fee" in step_label(Step("fee:other", 1, 0, "moon_fee"))
