"""The KiotViet client against the practice shop: two years of sales to the đồng, on good days and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from connectors.kiotviet.connector import KiotVietConnector
from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.channels.api import SalesPage
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import RetryLater, TokenRejected
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import CANARY_WORDS, Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter
from tests.flows.taken import Taken

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
FIRST_DAY = date(2024, 9, 20)
START = datetime(2024, 9, 1, tzinfo=VIETNAM)
GOODS = (
    Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 240_000), Good("TRA-SHAN-200", "Trà shan tuyết 200 g", 185_000, weight=2),
    Good("GAO-SENG-CU", "Gạo séng cù", 45_500, loose=True, weight=3), Good("MIEN-DONG", "Miến dong 500 g", 62_000),
    Good("CA-KHO", "Cá kho làng Vũ Đại", 450_000), Good("NAM-HUONG", "Nấm hương khô", 310_500, loose=True),
    Good("RUOU-CAN", "Rượu cần", 333_333), Good("TINH-DAU", "Tinh dầu quế", 99_000),
)

Figures = tuple[Decimal, int, int, int, Decimal]
Day = tuple[date, str, OrderState]


@dataclass
class Till(Taken):
    """A practice shop, a client that calls it in-process, and what the client has brought in so far."""

    history: History
    now: datetime = NOW
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    hourly_limit: int = 5_000

    def __post_init__(self) -> None:
        self.sandbox = KiotVietSandbox(clock=lambda: self.now, history=self.history, sleep=self.waits.append,
                                       hourly_limit=self.hourly_limit)

    def connector(self) -> KiotVietConnector:
        """A client as a new process would make it: nothing remembered but the kept tokens."""
        tokens = TokenKeeper("quay", "kiotviet", load=lambda: self.kept[-1] if self.kept else None, save=self.kept.append,
                             clock=lambda: self.now)
        settings = KiotVietConnector.Settings.model_validate(self.sandbox.settings("http://kiotviet.example"))
        return KiotVietConnector("quay", settings, tokens=tokens, clock=lambda: self.now,
                                 http=Http("kiotviet", "quay", adapter=WsgiAdapter(self.sandbox), sleep=self.waits.append))

    def pages(self) -> Iterator[SalesPage]:
        """A pull that goes on where the kept cursor stands."""
        return self.connector().pull_sales(self.cursor, start=START, until=self.now)

    def pull(self) -> int:
        """One whole pull; how many orders came."""
        return self.take(self.pages())

    def figures(self) -> dict[Day, Figures]:
        """What the ledger holds by day of sale, refunds on the day of the sale that they belong to."""
        found: dict[Day, list[Figures]] = {}
        for order in self.orders.values():
            if order.returns is None:
                sale = order
            elif order.state is OrderState.CANCELLED:
                continue
            else:
                sale = self.orders[order.returns]
            for line in order.lines:
                key = business_day(sale.placed_at), line.sku, sale.state
                found.setdefault(key, []).append((
                    line.quantity, line.list_amount, line.seller_discount, line.refund, line.returned_quantity))
        return {key: summed(parts) for key, parts in found.items()}

    def truth(self) -> dict[Day, Figures]:
        """What was really sold."""
        return {(t.day, t.sku, t.state): (t.quantity, t.list_amount, t.seller_discount, t.refund, t.returned_quantity)
                for t in self.history.truth(self.now)}


def summed(parts: list[Figures]) -> Figures:
    """The sums of all columns."""
    return (sum((p[0] for p in parts), Decimal(0)), sum(p[1] for p in parts), sum(p[2] for p in parts),
            sum(p[3] for p in parts), sum((p[4] for p in parts), Decimal(0)))


def short_history(seed: str = "thang") -> History:
    """Three months."""
    return History(GOODS, seed=seed, first_day=date(2026, 6, 20), per_day=4, till=True, branches=3)


@pytest.fixture(scope="module")
def two_years() -> History:
    """Two years of three counters."""
    return History(GOODS, seed="hai-nam", first_day=FIRST_DAY, per_day=2, till=True, branches=3)


@pytest.fixture
def till() -> Till:
    """A shop of three months, nothing pulled yet."""
    return Till(short_history())


def test_two_years_agree_to_the_dong_and_so_do_forty_days_more(two_years: History) -> None:
    till = Till(two_years)
    till.pull()
    assert till.refused == []
    assert till.figures() == till.truth()
    till.now += timedelta(days=40)
    came = till.pull()
    assert till.figures() == till.truth()
    assert came < len(till.orders) / 5


def test_the_truth_holds_returns_and_cancellations_at_all(two_years: History) -> None:
    truth = two_years.truth(NOW)
    assert sum(t.refund for t in truth) > 0
    assert {t.state for t in truth} == {OrderState.DELIVERED, OrderState.CANCELLED}
    assert any(t.quantity % 1 for t in truth)


def test_check_branches_and_articles(till: Till) -> None:
    connector = till.connector()
    assert connector.check() == till.sandbox.settings("x")["retailer"]
    places = {place.id for place in connector.locations()}
    goods = {good.sku: good for good in connector.goods()}
    assert len(places) == 3
    assert {sku: good.price for sku, good in goods.items()} == {good.sku: good.price for good in GOODS}
    assert all(set(good.stock) == places for good in goods.values())


def test_sales_stand_at_branches_that_are_known(till: Till) -> None:
    till.pull()
    places = {place.id for place in till.connector().locations()}
    assert {order.location for order in till.orders.values()} == places


def test_a_second_pull_changes_nothing(till: Till) -> None:
    till.pull()
    before = dict(till.orders)
    till.pull()
    assert till.orders == before


def test_an_invoice_cancelled_later_comes_again_under_its_id(till: Till) -> None:
    sold, cancelled = next((order.steps[0][0], order.steps[1][0]) for order in till.history.orders(NOW) if len(order.steps) > 1)
    till.now = sold + (cancelled - sold) / 2
    till.pull()
    standing = {number for number, order in till.orders.items() if order.state is OrderState.DELIVERED}
    till.now = cancelled + timedelta(minutes=1)
    till.pull()
    assert any(till.orders[number].state is OrderState.CANCELLED for number in standing)
    assert till.figures() == till.truth()


def test_an_invoice_cancelled_by_a_clerk_comes_with_the_next_pull(till: Till) -> None:
    till.pull()
    returned = {order.returns for order in till.orders.values()}
    number = next(number for number, order in till.orders.items()
                  if order.returns is None and order.state is OrderState.DELIVERED and number not in returned)
    till.now += timedelta(hours=2)
    http = Http("kiotviet", "clerk", adapter=WsgiAdapter(till.sandbox))
    settings = till.sandbox.settings("http://kiotviet.example")
    http.call(lambda: requests.Request(
        "DELETE", "http://kiotviet.example/invoices", json={"id": int(number.removeprefix("invoice:")), "isVoidPayment": True},
        headers={"Retailer": settings["retailer"], "Authorization": f"Bearer {till.kept[-1].access}"},
    ), endpoint="DELETE /invoices", classify=lambda response: None if response.ok else RetryLater())
    till.pull()
    assert till.orders[number].state is OrderState.CANCELLED


def test_a_token_that_expires_in_the_middle_is_renewed_once_and_unseen(till: Till) -> None:
    pages = till.pages()
    till.take([next(pages)])
    till.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
    till.take(pages)
    assert len(till.kept) == 2
    assert till.figures() == till.truth()


def test_a_shop_that_refuses_every_token_stops_the_account(till: Till) -> None:
    till.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN))
    with pytest.raises(TokenRejected):
        till.pull()


def test_too_many_calls_are_waited_out_as_told(till: Till) -> None:
    till.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, times=3, seconds=9, path="/invoices"))
    till.pull()
    assert till.waits == [9.0, 9.0, 9.0]
    assert till.figures() == till.truth()


def test_the_hourly_budget_interrupts_a_pull_and_the_next_hour_goes_on() -> None:
    till, interruptions = Till(short_history(), hourly_limit=12), 0
    while interruptions < 20:
        try:
            till.pull()
            break
        except RetryLater as error:
            interruptions += 1
            till.now += timedelta(seconds=error.after or 0)
    assert 0 < interruptions < 20
    assert till.figures() == till.truth()


@pytest.mark.parametrize("kind", [
    FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER, FaultKind.ERROR_BEFORE, FaultKind.ERROR_AFTER,
])
def test_bad_pages_change_no_figure(till: Till, kind: FaultKind) -> None:
    till.sandbox.faults.add(Fault(kind, chance=0.4, path="/(invoices|returns)$"))
    till.pull()
    assert till.sandbox.faults.happened[kind] > 0
    assert till.figures() == till.truth()


def test_all_bad_days_at_once_change_no_figure() -> None:
    till = Till(short_history("xau-troi"))
    for kind in (FaultKind.DUPLICATE_PAGE, FaultKind.OUT_OF_ORDER, FaultKind.ERROR_BEFORE, FaultKind.RATE_LIMIT):
        till.sandbox.faults.add(Fault(kind, chance=0.2))
    till.pull()
    assert till.figures() == till.truth()


def test_dying_behind_every_page_and_going_on_from_the_cursor_loses_nothing(till: Till) -> None:
    for _ in range(200):
        page = next(till.pages())
        till.take([page])
        if "run" not in page.cursor:
            break
    assert till.figures() == till.truth()


def test_dying_between_pages_while_the_shop_sells_on_loses_nothing() -> None:
    till = Till(History(GOODS, seed="ban-chay", first_day=date(2026, 7, 20), per_day=8, till=True, branches=3))
    for _ in range(40):
        page = next(till.pages(), None)
        till.take([page] if page else [])
        till.now += timedelta(hours=7)
    till.pull()
    assert till.figures() == till.truth()


def test_sales_made_while_a_pull_is_under_way_lose_no_other(till: Till) -> None:
    for page in till.pages():
        till.take([page])
        till.now += timedelta(hours=9)
    till.pull()
    assert till.figures() == till.truth()


def test_a_month_is_listed_again_by_day_of_sale_and_each_document_is_found_alone(till: Till) -> None:
    till.pull()
    since, until = till.now - timedelta(days=35), till.now - timedelta(days=5)
    placed = {order_id: order for order_id, order in till.orders.items() if since <= order.placed_at < until}
    listed = {order.order_id: order.amount for order in till.connector().orders_placed(since, until)}
    assert listed == {order_id: order.amount for order_id, order in placed.items()}
    some = sorted(placed)[::9]
    alone = till.connector().read_orders([*some, "invoice:1"])
    assert {order.order_id: order for order in alone.orders} == {order_id: placed[order_id] for order_id in some}


def test_no_buyer_reaches_an_order_a_cursor_or_a_refusal(till: Till) -> None:
    kept = "".join(repr((page.orders, page.refused, page.cursor)) for page in till.pages())
    kept += repr([*till.connector().goods(), *till.connector().locations()])
    assert not [word for word in CANARY_WORDS if word in kept]


def test_every_sale_keeps_its_moment_to_the_second(till: Till) -> None:
    till.pull()
    placed = {order.number: order.placed_at for order in till.history.orders(till.now)}
    sold = [order.placed_at.astimezone(UTC).replace(microsecond=0) for order in till.orders.values() if order.returns is None]
    assert sorted(sold) == sorted(moment.replace(microsecond=0) for moment in placed.values())
