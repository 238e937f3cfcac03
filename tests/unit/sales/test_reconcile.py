"""What orders leave the seller, against what platforms say: every difference by order, nothing hidden, no tax invented."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.model.product import Place, ProducerKind, Product
from ocop_market.model.sales import Fee, FeeKind, OrderState, Payout, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page
from ocop_market.sales.reconcile import Reconciliation, Why, kind_of_seller, reconcile
from tests.databases import ON_BOTH

NOON = datetime(2026, 3, 1, 5, tzinfo=UTC)
BEFORE_THE_RULES = datetime(2025, 6, 30, 5, tzinfo=UTC)


def sale(number: str = "A1", *, at: datetime = NOON, state: OrderState = OrderState.DELIVERED, total: int | None = 85_000, refund: int = 0,
         tax: int = 1_500, extra: tuple[Fee, ...] = (), returns: str | None = None) -> SalesOrder:
    """100,000 đ of goods less 10,000 of fees, 3,500 of carriage and 1,500 of tax: 85,000 in hand."""
    line = SalesLine("1", "TRA", "Trà", Decimal(1), 100_000, charged=(Fee(FeeKind.COMMISSION, 10_000, "commission_fee"), *extra),
                     tax_withheld=tax, refund=refund, seller_shipping=3_500)
    return SalesOrder(number, at, at, state, state.value, (line,), document=f"No {number}", platform_total=total, returns=returns)


@pytest.fixture
def compared(store, clock):
    def reconciled(*orders: SalesOrder, payouts: tuple[Payout, ...] = (), seller: ProducerKind | None = None,
                   **days: date) -> Reconciliation:
        keep_page(store, "shop", SalesPage(orders, {}, payouts=payouts), clock())
        with store.reading() as connection:
            return reconcile(connection, "shop", seller=seller, **days)

    return reconciled


@ON_BOTH
def test_an_order_that_leaves_what_the_platform_says_is_no_difference(compared):
    found = compared(sale())
    assert (found.orders, found.ours, found.platform, found.difference, found.differences) == (1, 85_000, 85_000, 0, ())


def test_lines_that_do_not_come_to_the_platforms_total_are_named(compared):
    found = compared(sale(), sale("A2", total=80_000))
    assert [(one.order_id, one.document, one.day, one.why, one.amount) for one in found.differences] == [
        ("A2", "No A2", date(2026, 3, 1), Why.LINES, -5_000)]
    assert found.difference == -5_000


def test_what_is_only_found_to_be_missing_explains_nothing(compared):
    found = compared(sale(total=83_000, extra=(Fee(FeeKind.UNEXPLAINED, 2_000),)))
    assert [(one.why, one.ours, one.platform) for one in found.differences] == [(Why.UNEXPLAINED, 85_000, 83_000)]


def test_an_adjustment_after_the_payout_is_a_term_like_others(compared):
    paid = Payout("A1", NOON + timedelta(days=9), 85_000)
    found = compared(sale(total=81_500, extra=(Fee(FeeKind.ADJUSTMENT, 3_500, "order_adjustment"),)), payouts=(paid,))
    assert (found.differences, found.paid_orders, found.paid_out) == ((), 1, 85_000)


def test_a_payout_of_another_amount_is_named(compared):
    found = compared(sale(), payouts=(Payout("A1", NOON + timedelta(days=9), 84_000),))
    assert [(one.why, one.amount) for one in found.differences] == [(Why.PAYOUT, -1_000)]


def test_goods_that_came_back_after_the_payout_do_not_make_it_wrong(compared):
    found = compared(sale(total=45_000, refund=40_000), payouts=(Payout("A1", NOON + timedelta(days=9), 85_000),))
    assert found.differences == ()


def test_the_same_payout_read_twice_is_one(compared):
    paid = Payout("A1", NOON + timedelta(days=9), 85_000)
    compared(sale(), payouts=(paid,))
    assert compared(sale(), payouts=(paid,)).paid_out == 85_000


def test_orders_without_a_final_total_wait_and_are_not_compared(compared):
    found = compared(sale(total=None))
    assert (found.orders, found.waiting, found.waiting_amount, found.difference) == (0, 1, 85_000, 0)


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.UNKNOWN, OrderState.PLACED])
def test_what_is_not_sold_is_not_compared(compared, state):
    found = compared(sale(state=state))
    assert (found.orders, found.waiting) == (0, 0)


def test_only_the_days_asked_for_are_compared(compared):
    orders = sale("A1"), sale("A2", at=NOON + timedelta(days=1)), sale("A3", at=NOON + timedelta(days=2))
    assert compared(*orders, first=date(2026, 3, 2), last=date(2026, 3, 2)).orders == 1


@pytest.mark.parametrize(("seller", "at", "tax", "expected", "differs"), [
    (ProducerKind.HOUSEHOLD, NOON, 1_500, 1_500, False), (ProducerKind.HOUSEHOLD, NOON, 0, 1_500, True),
    (ProducerKind.COOPERATIVE, NOON, 1_500, 0, True), (ProducerKind.COMPANY, NOON, 0, 0, False),
    (ProducerKind.HOUSEHOLD, BEFORE_THE_RULES, 0, 0, False), (ProducerKind.HOUSEHOLD, NOON, 1_498, 1_500, False)])
def test_tax_is_checked_with_the_rules_of_the_day_and_booked_nowhere(compared, seller, at, tax, expected, differs):
    found = compared(sale(at=at, tax=tax, total=86_500 - tax), seller=seller)
    assert (found.tax.stated, found.tax.expected) == (tax, expected)
    assert [one.why for one in found.differences] == ([Why.TAX] if differs else [])
    assert found.ours == found.platform == 86_500 - tax


@pytest.mark.parametrize("tax", [1_500, 900])
def test_tax_may_be_reckoned_before_or_after_goods_came_back(compared, tax):
    found = compared(sale(tax=tax, refund=40_000, total=46_500 - tax), seller=ProducerKind.HOUSEHOLD)
    assert found.differences == ()


def test_without_a_known_kind_of_seller_no_tax_is_reckoned(compared):
    assert compared(sale()).tax is None


def _product(sku: str, kind: ProducerKind, owner: str = "") -> Product:
    return Product(sku, "Trà", place=Place("Lào Cai"), producer_kind=kind, owner=owner)


def test_the_seller_is_what_the_settings_say_else_what_all_producers_are():
    household, company = _product("A", ProducerKind.HOUSEHOLD, "one"), _product("B", ProducerKind.COMPANY, "other")
    assert kind_of_seller(ProducerKind.COOPERATIVE, "", [household]) is ProducerKind.COOPERATIVE
    assert kind_of_seller(ProducerKind.UNKNOWN, "one", [household, company]) is ProducerKind.HOUSEHOLD
    assert kind_of_seller(ProducerKind.UNKNOWN, "", [household, company]) is None
    assert kind_of_seller(ProducerKind.UNKNOWN, "", [_product("C", ProducerKind.UNKNOWN)]) is None
