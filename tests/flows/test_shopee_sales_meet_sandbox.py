"""The Shopee client against the practice shop's buyers: two years of sales to the đồng."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from shopee_shop import START, Day, Figures, Shop

from connectors.shopee import facts
from ocop_market.errors import NeedsLogin, RetryLater
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import CANARY_WORDS, Fees, Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from tests.flows.kept_back import charged, kept_back, unreconciled

FIRST_DAY = date(2024, 9, 20)
FEES = Fees(commission=55, payment=49, service=20, affiliate=13, per_order=3000, shipping=1700, adjustment=900, vat=10, income_tax=5)
GOODS = (
    Good("TRA-SHAN-200", "Trà shan tuyết 200 g", 185_000, weight=2), Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 240_000),
    Good("MIEN-DONG", "Miến dong 500 g", 62_000), Good("CA-KHO", "Cá kho làng Vũ Đại", 450_000),
    Good("TINH-DAU", "Tinh dầu quế", 99_000), Good("RUOU-CAN", "Rượu cần", 333_333),
)


def truth(history: History, now: datetime) -> dict[Day, Figures]:
    return {(t.day, t.sku, t.state): (t.quantity, t.list_amount, t.seller_discount, t.refund, t.returned_quantity)
            for t in history.truth(now)}


def two_years(per_day: float = 1.0) -> History:
    return History(GOODS, seed="shopee", first_day=FIRST_DAY, per_day=per_day, fees=FEES)


@pytest.mark.long
def test_two_years_are_pulled_to_the_dong_and_stay_so_after_late_returns() -> None:
    history = two_years()
    shop = Shop(history)

    shop.pull()

    assert shop.refused == []
    assert shop.sold() == truth(history, shop.now)
    assert kept_back(shop.orders.values()) == charged(history, shop.now)
    assert unreconciled(shop.orders.values()) == []

    shop.now += timedelta(days=40)
    shop.keeper.put(shop.connector().exchange(shop.sandbox.grant()))
    shop.pull()

    assert shop.sold() == truth(history, shop.now)
    assert kept_back(shop.orders.values()) == charged(history, shop.now)
    assert unreconciled(shop.orders.values()) == []


@pytest.mark.long
def test_daily_pulls_arrive_where_one_long_pull_does() -> None:
    history = History(GOODS, seed="daily", first_day=date(2026, 8, 1), per_day=3, fees=FEES)
    shop = Shop(history, now=datetime(2026, 8, 2, 2, 0, tzinfo=VIETNAM))
    for _ in range(60):
        shop.pull()
        shop.now += timedelta(days=1)
    shop.pull()

    assert shop.sold() == truth(history, shop.now)
    assert kept_back(shop.orders.values()) == charged(history, shop.now)
    assert unreconciled(shop.orders.values()) == []
    assert any(order.settled for order in shop.orders.values())


def test_a_second_pull_changes_nothing() -> None:
    history = History(GOODS, seed="twice", first_day=date(2026, 7, 20), per_day=4, fees=FEES)
    shop = Shop(history)
    shop.pull()
    before = dict(shop.orders)

    shop.pull()

    assert shop.orders == before


def test_a_pull_that_breaks_off_goes_on() -> None:
    history = History(GOODS, seed="broken", first_day=date(2026, 6, 20), per_day=5, fees=FEES)
    shop = Shop(history)
    while True:
        pages = shop.connector().pull_sales(shop.cursor, start=START, until=shop.now)
        shop.take([next(pages)])
        if "window_to" not in shop.cursor and shop.cursor["updated_to"] >= int(shop.now.timestamp()):
            break

    assert shop.sold() == truth(history, shop.now)


def test_repeated_and_shuffled_pages_throttling_and_failures_change_no_figure() -> None:
    history = History(GOODS, seed="bad days", first_day=date(2026, 7, 1), per_day=8, fees=FEES)
    shop = Shop(history)
    for fault in (Fault(FaultKind.DUPLICATE_PAGE, chance=0.3), Fault(FaultKind.OUT_OF_ORDER, chance=0.5),
                  Fault(FaultKind.RATE_LIMIT, chance=0.05, seconds=2), Fault(FaultKind.ERROR_BEFORE, chance=0.05, path="order"),
                  Fault(FaultKind.EXPIRED_TOKEN, chance=0.02)):
        shop.sandbox.faults.add(fault)
    for _ in range(50):
        try:
            shop.pull()
            break
        except (RetryLater, NeedsLogin):
            continue

    assert shop.sold() == truth(history, shop.now)
    assert kept_back(shop.orders.values()) == charged(history, shop.now)
    assert unreconciled(shop.orders.values()) == []
    assert set(shop.sandbox.faults.happened) >= {FaultKind.OUT_OF_ORDER, FaultKind.RATE_LIMIT}


def test_the_order_book_changing_under_a_pull_loses_nothing() -> None:
    history = History(GOODS, seed="moving", first_day=date(2026, 8, 20), per_day=8, fees=FEES)
    shop = Shop(history)
    pages = shop.connector().pull_sales(None, start=START, until=shop.now)
    for page in pages:
        shop.take([page])
        shop.now += timedelta(minutes=40)
    shop.pull()

    assert shop.sold() == truth(history, shop.now)


def test_no_buyer_reaches_orders_cursor_or_tokens() -> None:
    history = History(GOODS, seed="canary", first_day=date(2026, 9, 1), per_day=6, fees=FEES)
    shop = Shop(history)
    shop.sandbox.masked = False

    shop.pull()

    seen = repr((shop.orders, shop.cursor, shop.refused, shop.kept))
    assert shop.orders
    assert not [word for word in CANARY_WORDS if word in seen]


def test_states_of_the_platform_are_all_known() -> None:
    history = History(GOODS, seed="states", first_day=date(2026, 9, 1), per_day=20, fees=FEES)
    shop = Shop(history)

    shop.pull()

    states = Counter(order.state for order in shop.orders.values())
    assert OrderState.UNKNOWN not in states
    assert set(states) == {OrderState.PLACED, OrderState.ACCEPTED, OrderState.DELIVERED, OrderState.CANCELLED}


def test_every_endpoint_called_is_one_that_the_wire_reads() -> None:
    from connectors.shopee.wire import READS

    shop = Shop(History(GOODS, seed="reads", first_day=date(2026, 9, 10), per_day=4, fees=FEES))
    shop.sandbox.record_calls = True
    shop.pull()

    assert {f"{call.method} {call.path}" for call in shop.sandbox.calls} <= set(READS)
    assert facts.GET_ESCROW_DETAIL_BATCH in {call.path for call in shop.sandbox.calls}
