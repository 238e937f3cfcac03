"""The Shopee client against the practice shop: publishing through bad days, and two years of sales to the đồng."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

from connectors.shopee import facts
from connectors.shopee.connector import ShopeeConnector
from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.channels.api import SalesPage
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin, Refused, RetryLater, Uncertain
from ocop_market.model.change import Change, ChangeKind, Outcome
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sandbox.buyers import CANARY_WORDS, Fees, Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter
from tests.flows.kept_back import charged, kept_back, unreconciled

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
FIRST_DAY = date(2024, 9, 20)
START = datetime(2024, 9, 1, tzinfo=VIETNAM)
FEES = Fees(commission=55, payment=49, service=20, affiliate=13, per_order=3000, shipping=1700, adjustment=900, vat=10, income_tax=5)
GOODS = (
    Good("TRA-SHAN-200", "Trà shan tuyết 200 g", 185_000, weight=2), Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 240_000),
    Good("MIEN-DONG", "Miến dong 500 g", 62_000), Good("CA-KHO", "Cá kho làng Vũ Đại", 450_000),
    Good("TINH-DAU", "Tinh dầu quế", 99_000), Good("RUOU-CAN", "Rượu cần", 333_333),
)

Day = tuple[date, str, OrderState]
Figures = tuple[Decimal, int, int, int, Decimal]


@dataclass
class Shop:
    """A practice shop, a client that calls it in-process, and what the client has brought in so far."""

    history: History | None = None
    reviewing: bool = False
    path: Path | None = None
    now: datetime = NOW
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    orders: dict[str, SalesOrder] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    cursor: Any = None

    def __post_init__(self) -> None:
        self.sandbox = ShopeeSandbox(clock=lambda: self.now, history=self.history, reviewing=self.reviewing,
                                     path=self.path, sleep=self.waits.append)
        self.keeper = self._keeper()
        self.keeper.put(self.connector().exchange(self.sandbox.grant()))

    def connector(self) -> ShopeeConnector:
        """A client as a new process would make it: nothing remembered but the kept tokens."""
        settings = ShopeeConnector.Settings.model_validate(self.sandbox.settings("https://shopee.example"))
        http = Http("shopee", "gian-hang", adapter=WsgiAdapter(self.sandbox), sleep=self._wait)
        return ShopeeConnector("gian-hang", settings, http=http, tokens=self._keeper(), clock=lambda: self.now)

    def take(self, pages: Iterable[SalesPage]) -> int:
        """Takes pages over as a ledger does (by id, an older change never wins); how many orders came."""
        count = 0
        for page in pages:
            for order in page.orders:
                known = self.orders.get(order.order_id)
                if known is None or known.updated_at <= order.updated_at:
                    self.orders[order.order_id] = order
            self.refused += [refusal.order_id for refusal in page.refused]
            self.cursor = loads(dumps(page.cursor))
            count += len(page.orders)
        return count

    def pull(self) -> int:
        """A whole pull that goes on where the kept cursor stands."""
        return self.take(self.connector().pull_sales(self.cursor, start=START, until=self.now))

    def sold(self) -> dict[Day, Figures]:
        """What the client brought in, by day of sale, SKU and state."""
        found: dict[Day, list[SalesLine]] = defaultdict(list)
        for order in self.orders.values():
            for line in order.lines:
                found[business_day(order.placed_at), line.sku, order.state].append(line)
        return {day: (sum((line.quantity for line in lines), Decimal(0)), sum(line.list_amount for line in lines),
                      sum(line.seller_discount for line in lines), sum(line.refund for line in lines),
                      sum((line.returned_quantity for line in lines), Decimal(0))) for day, lines in found.items()}

    def _keeper(self) -> TokenKeeper:
        return TokenKeeper("gian-hang", "shopee", load=lambda: self.kept[-1] if self.kept else None, save=self.kept.append,
                           clock=lambda: self.now)

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


def truth(history: History, now: datetime) -> dict[Day, Figures]:
    return {(t.day, t.sku, t.state): (t.quantity, t.list_amount, t.seller_discount, t.refund, t.returned_quantity)
            for t in history.truth(now)}


def two_years(per_day: float = 2.0) -> History:
    return History(GOODS, seed="shopee", first_day=FIRST_DAY, per_day=per_day, fees=FEES)


class DiesError(Exception):
    """The process is gone."""


@dataclass
class Memory:
    """A durable progress; the process dies at a step, before it or after its effect but before it is remembered."""

    known: dict[str, Any] = field(default_factory=dict)
    dies_at: int = -1
    after_effect: bool = False
    steps: int = 0

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        if key in self.known:
            return self.known[key]
        self.steps += 1
        if self.steps - 1 == self.dies_at and not self.after_effect:
            raise DiesError
        answer = loads(dumps(action()))
        if self.steps - 1 == self.dies_at:
            raise DiesError
        self.known[key] = answer
        return answer

    shared = once

    def forget(self, key: str) -> None:
        self.known.pop(key, None)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(path=tmp_path / "shopee.db")
    yield opened
    opened.sandbox.close()


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0" + b"a" * 64)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"b" * 64)
    return ListingDraft(
        sku="OCOP-TRA-1", title="Trà Shan tuyết cổ thụ Suối Giàng", description="Trà xanh hái tay, sao chảo gang, hộp 200 g.",
        category="900111", price=185_000, stock=40, weight_g=350,
        attributes={"910001": "200 g", "910002": "Việt Nam", "910003": "24 tháng", "910008": "31/12/2027"},
        pictures=(Picture(path=str(tmp_path / "a.jpg")), Picture(path=str(tmp_path / "b.png"))))


def items_of(shop: Shop) -> list[str]:
    """SKUs of all items that the practice shop holds, read from its file."""
    return [str(record["item_sku"]) for record in shop.sandbox.shelf("items").values()]


def test_consent_leads_to_a_shop_in_viet_nam(shop: Shop) -> None:
    assert shop.connector().check()
    assert [category for category in shop.connector().categories() if category.open_to_us]


def test_a_code_is_good_once(shop: Shop) -> None:
    answer = shop.sandbox.grant()
    shop.connector().exchange(answer)

    with pytest.raises(NeedsLogin):
        shop.connector().exchange(answer)


def test_a_listing_is_made_changed_and_taken_down(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    made = connector.create(draft, Memory())
    assert (made.outcome, made.remote) == (Outcome.LIVE, connector.find(draft.sku))
    assert made.remote is not None

    changed = replace(draft, title="Trà Shan tuyết cổ thụ loại một", price=199_000, stock=7, visible=False,
                      pictures=draft.pictures[:1], gtin="8934567890120")
    result = connector.update(changed, made.remote, frozenset(FieldGroup), Memory())

    assert (result.outcome, result.remote) == (Outcome.LIVE, connector.find(draft.sku))
    assert result.remote is not None
    assert result.remote.visible is False
    shown = connector.update(replace(changed, visible=True), result.remote, frozenset({FieldGroup.VISIBILITY}), Memory())
    assert shown.remote is not None
    assert shown.remote.visible is True
    for _ in range(2):
        gone = connector.withdraw(shown.remote)
        assert gone.outcome is Outcome.WITHDRAWN
    assert connector.find(draft.sku) == gone.remote
    assert items_of(shop) == [draft.sku]


def test_what_the_platform_would_refuse_is_refused_before_anything_is_sent(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.record_calls = True

    with pytest.raises(Refused) as caught:
        shop.connector().create(replace(draft, attributes={"910001": "200"}, price=10), Memory())

    assert [problem.field for problem in caught.value.problems] == ["price", "attributes", "attributes", "attributes"]
    assert not any(call.method == "POST" for call in shop.sandbox.calls)


def test_a_similar_sku_is_not_found(shop: Shop, draft: ListingDraft) -> None:
    shop.connector().create(draft, Memory())

    assert shop.connector().find("OCOP-TRA") is None
    assert shop.connector().find("OCOP-TRA-11") is None


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_crash_at_any_step_leads_to_one_listing(shop: Shop, draft: ListingDraft, step: int, after_effect: bool) -> None:
    memory = Memory(dies_at=step, after_effect=after_effect)
    with pytest.raises(DiesError):
        shop.connector().create(draft, memory)

    again = shop.connector()
    if again.find(draft.sku) is None:
        again.create(draft, Memory(known=memory.known))

    assert items_of(shop) == [draft.sku]
    assert again.find(draft.sku) is not None


def test_a_lost_answer_of_adding_is_looked_up_not_repeated(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, path="add_item", times=1))
    change = Change(ChangeKind.CREATE, draft.sku, draft)

    results = list(shop.connector().apply([change], lambda _: Memory()))

    assert [result.outcome for result in results] == [Outcome.UNCERTAIN]
    assert shop.connector().find(draft.sku) is not None
    assert items_of(shop) == [draft.sku]


def test_a_failure_before_adding_is_uncertain_too_and_nothing_is_there(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, path="add_item", times=1))
    memory = Memory()

    with pytest.raises(Uncertain):
        shop.connector().create(draft, memory)

    assert shop.connector().find(draft.sku) is None
    assert shop.connector().create(draft, memory).outcome is Outcome.LIVE
    assert items_of(shop) == [draft.sku]


@pytest.mark.parametrize("path", ["upload_image", "update_item", "update_price", "update_stock", "unlist_item"])
def test_an_absolute_change_is_repeated_after_a_failure(shop: Shop, draft: ListingDraft, path: str) -> None:
    made = shop.connector().create(draft, Memory())
    assert made.remote is not None
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, path=path, times=1))

    result = shop.connector().update(replace(draft, price=190_000, stock=3, visible=False), made.remote, frozenset(FieldGroup),
                                     Memory())

    assert result.outcome is Outcome.LIVE
    assert shop.sandbox.faults.happened == {FaultKind.ERROR_AFTER: 1}


def test_a_rate_limit_is_waited_out(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, path="add_item", times=2, seconds=4))

    assert shop.connector().create(draft, Memory()).outcome is Outcome.LIVE
    assert shop.waits == [4.0, 4.0]
    assert items_of(shop) == [draft.sku]


def test_a_token_that_expires_on_the_way_is_renewed(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    made = connector.create(draft, Memory())
    shop.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))

    assert connector.find(draft.sku) == made.remote
    assert len(shop.kept) == 2
    shop.now += timedelta(hours=5)
    assert connector.find(draft.sku) == made.remote
    assert len(shop.kept) == 3


def test_after_a_month_of_silence_the_seller_is_asked(shop: Shop) -> None:
    shop.now += timedelta(days=31)

    with pytest.raises(NeedsLogin):
        shop.connector().check()


def test_a_listing_under_review_goes_live_later(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    made = shop.connector().create(draft, Memory())
    assert made.outcome is Outcome.PENDING
    assert made.ticket is not None

    first = list(shop.connector().check_tickets({draft.sku: made.ticket}))
    shop.now += timedelta(minutes=11)
    second = list(shop.connector().check_tickets({draft.sku: made.ticket}))

    assert [first[0].outcome, second[0].outcome] == [Outcome.PENDING, Outcome.LIVE]


def test_a_ban_comes_back_with_its_reason(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    banned = replace(draft, title="Trà Shan tuyết CẤM THỬ")
    made = shop.connector().create(banned, Memory())
    assert made.ticket is not None
    shop.now += timedelta(minutes=11)

    result = next(iter(shop.connector().check_tickets({draft.sku: made.ticket})))

    assert result.outcome is Outcome.REJECTED
    assert result.problems[0].code == "listing-banned"
    assert "—" not in result.problems[0].sentence("en")


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
    history = History(GOODS, seed="daily", first_day=date(2026, 8, 1), per_day=6, fees=FEES)
    shop = Shop(history, now=datetime(2026, 8, 2, 2, 0, tzinfo=VIETNAM))
    for _ in range(90):
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
    history = History(GOODS, seed="broken", first_day=date(2026, 6, 20), per_day=12, fees=FEES)
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
    history = History(GOODS, seed="moving", first_day=date(2026, 8, 20), per_day=15, fees=FEES)
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
    history = History(GOODS, seed="states", first_day=date(2026, 9, 1), per_day=40, fees=FEES)
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
