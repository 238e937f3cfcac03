"""Orders of the simulated buyers: windows, pages, details, and buyers' names."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from connectors.shopee.sandbox import ShopeeSandbox
from connectors.shopee.sandbox_order_book import order_sn
from ocop_market.sandbox.buyers import CANARY_WORDS, History, SimOrder, Step
from ocop_market.sandbox.faults import Fault, FaultKind

from .conftest import START, Caller, FakeClock, make_history

DAY = 86_400
WINDOW = 15 * DAY
STATUS = {Step.PLACED: {"UNPAID"}, Step.READY: {"READY_TO_SHIP", "PROCESSED"}, Step.SHIPPED: {"SHIPPED"},
          Step.DELIVERED: {"TO_CONFIRM_RECEIVE"}, Step.COMPLETED: {"COMPLETED"}, Step.CANCELLED: {"CANCELLED"}}


def _list(caller: Caller, **changes: Any) -> dict[str, Any]:
    now = caller.clock.seconds
    query: dict[str, Any] = {"time_range_field": "create_time", "time_from": now - WINDOW, "time_to": now, "page_size": 100,
                             "response_optional_fields": "order_status"}
    return caller.get("order/get_order_list", query=query | changes)


def _pages(caller: Caller, **changes: Any) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor, more = "", True
    while more:
        answer = _list(caller, cursor=cursor, **changes)["response"]
        pages.append([row["order_sn"] for row in answer["order_list"]])
        cursor, more = answer["next_cursor"], answer["more"]
    return pages


def _all(caller: Caller, **changes: Any) -> list[str]:
    return [number for page in _pages(caller, **changes) for number in page]


def _placed_between(history: History, since: int, until: int) -> set[str]:
    return {order_sn(order.number) for order in history.orders(START) if since <= order.placed_at.timestamp() <= until}


def _details(caller: Caller, numbers: list[str], fields: str = "") -> list[dict[str, Any]]:
    answer = caller.get("order/get_order_detail", order_sn_list=",".join(numbers), response_optional_fields=fields)
    return list(answer["response"]["order_list"])


def _by_number(history: History) -> dict[str, SimOrder]:
    return {order_sn(order.number): order for order in history.orders(START)}


def test_order_numbers_are_short_dated_and_unique(history: History) -> None:
    numbers = [order_sn(order.number) for order in history.orders(START)]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 14 and number[:6].isdecimal() for number in numbers)


def test_the_list_by_creation_holds_every_order_of_the_window(seller: Caller, history: History, clock: FakeClock) -> None:
    assert set(_all(seller)) == _placed_between(history, clock.seconds - WINDOW, clock.seconds)


def test_the_list_by_change_holds_the_orders_whose_last_change_is_in_the_window(
        seller: Caller, history: History, clock: FakeClock) -> None:
    expected = {number for number, order in _by_number(history).items()
                if clock.seconds - WINDOW <= order.updated_at(clock.now).timestamp() <= clock.seconds}
    assert set(_all(seller, time_range_field="update_time")) == expected


def test_walking_through_all_windows_finds_every_order_once(seller: Caller, history: History, clock: FakeClock) -> None:
    found: Counter[str] = Counter()
    since = int(clock.now.timestamp()) - 200 * DAY
    while since < clock.seconds:
        until = min(since + WINDOW, clock.seconds)
        found.update(_all(seller, time_range_field="update_time", time_from=since, time_to=until))
        since = until + 1
    assert found == Counter(dict.fromkeys(_by_number(history), 1))


def test_pages_follow_one_another_without_gap_or_repeat(seller: Caller) -> None:
    whole = _all(seller)
    pages = _pages(seller, page_size=7)
    assert [number for page in pages for number in page] == whole
    assert {len(page) for page in pages[:-1]} == {7}
    assert len(pages[-1]) <= 7


def test_without_the_optional_field_only_numbers_are_listed(seller: Caller) -> None:
    rows = _list(seller, response_optional_fields="")["response"]["order_list"]
    assert all("order_status" not in row for row in rows)


def test_an_order_is_listed_when_its_last_second_is_the_edge(seller: Caller, history: History, clock: FakeClock) -> None:
    order = next(iter(history.orders(START, since=date(2026, 10, 25))))
    placed = int(order.placed_at.timestamp())
    assert order_sn(order.number) in _all(seller, time_from=placed, time_to=placed + 1)
    assert order_sn(order.number) in _all(seller, time_from=placed - 1, time_to=placed)
    assert order_sn(order.number) not in _all(seller, time_from=placed + 1, time_to=placed + 2)


@pytest.mark.parametrize(("changes", "code"), [
    ({"time_to": int(START.timestamp()) + 1}, "order.order_list_invalid_time"),
    ({"time_from": int(START.timestamp())}, "order.order_list_invalid_time"),
    ({"page_size": 101}, "error_param"), ({"page_size": 0}, "error_param"), ({"page_size": ""}, "error_param"),
    ({"time_range_field": "pay_time"}, "error_param"), ({"time_range_field": ""}, "error_param"),
    ({"time_from": ""}, "error_param"),
    ({"order_status": "TO_CONFIRM_RECEIVE"}, "error_param"), ({"cursor": "nonsense"}, "error_param")])
def test_a_faulty_list_is_refused(seller: Caller, changes: dict[str, Any], code: str) -> None:
    assert _list(seller, **changes)["error"] == code


def test_missing_parameters_are_named_in_the_words_of_the_order_family(seller: Caller) -> None:
    answer = seller.get("order/get_order_list")
    assert answer["message"] == "Wrong parameters, detail: time_range_field is a required field."


@pytest.mark.parametrize("status", ["COMPLETED", "CANCELLED", "SHIPPED", "IN_CANCEL"])
def test_the_list_can_be_limited_to_one_state(seller: Caller, status: str) -> None:
    rows = _list(seller, order_status=status, time_range_field="update_time")["response"]["order_list"]
    assert {row["order_status"] for row in rows} <= {status}
    assert bool(rows) == (status != "IN_CANCEL")


def test_a_state_is_what_happened_up_to_now(seller: Caller, history: History, clock: FakeClock) -> None:
    order = next(order for order in history.orders(START, since=date(2026, 10, 1)) if order.steps[-1][1] is Step.COMPLETED)
    for (at, step), (following, _) in pairwise(order.steps):
        clock.now = at
        seller.log_in()
        shown = _details(seller, [order_sn(order.number)])[0]
        assert shown["order_status"] in STATUS[step]
        assert shown["update_time"] == int(at.timestamp())
        clock.now = following - timedelta(seconds=1)
        seller.log_in()
        assert _details(seller, [order_sn(order.number)])[0]["order_status"] in STATUS[step]


def test_a_parcel_is_arranged_four_hours_after_it_was_ready(seller: Caller, history: History, clock: FakeClock) -> None:
    order = next(order for order in history.orders(START, since=date(2026, 10, 1)) if order.steps[-1][1] is Step.COMPLETED)
    ready = next(at for at, step in order.steps if step is Step.READY)
    seen = []
    for hours in (0, 4):
        clock.now = ready + timedelta(hours=hours)
        seller.log_in()
        seen.append(_details(seller, [order_sn(order.number)])[0]["order_status"])
    assert seen == ["READY_TO_SHIP", "PROCESSED"]


def test_an_order_of_tomorrow_is_not_known_today(seller: Caller, history: History, clock: FakeClock) -> None:
    tomorrow = history.day(date(2026, 11, 3))[0]
    answer = seller.get("order/get_order_detail", order_sn_list=order_sn(tomorrow.number))
    assert answer["error"] == "error_not_found"


def test_details_hold_only_what_was_asked_for(seller: Caller) -> None:
    number = _all(seller)[0]
    always = _details(seller, [number])[0]
    assert "item_list" not in always
    assert "recipient_address" not in always
    more = _details(seller, [number], "item_list,total_amount")[0]
    assert set(more) - set(always) == {"item_list", "total_amount"}


@pytest.mark.parametrize("encoded", [["item_list", "note"], "item_list,note", "['item_list', 'note']"])
def test_optional_fields_come_in_three_encodings(seller: Caller, encoded: Any) -> None:
    answer = seller.get("order/get_order_detail", query={"response_optional_fields": encoded}, order_sn_list=_all(seller)[0])
    assert {"item_list", "note"} <= set(answer["response"]["order_list"][0])


def test_lines_hold_quantity_and_unit_prices(seller: Caller, history: History) -> None:
    known = _by_number(history)
    for shown in _details(seller, _all(seller)[:50], "item_list"):
        lines = known[shown["order_sn"]].lines
        for line, row in zip(lines, shown["item_list"], strict=True):
            assert (row["item_sku"], row["model_quantity_purchased"]) == (line.good.sku, line.quantity)
            assert row["model_original_price"] * row["model_quantity_purchased"] == line.list_amount
            assert row["model_discounted_price"] * row["model_quantity_purchased"] == line.seller_amount


def test_cash_on_delivery_is_paid_at_the_door(seller: Caller, history: History, clock: FakeClock) -> None:
    for shown in _details(seller, _all(seller)[:50], "pay_time,payment_method"):
        order = _by_number(history)[shown["order_sn"]]
        paid = order.reached(Step.DELIVERED if order.cod else Step.READY, clock.now)
        assert shown["pay_time"] == (int(paid.timestamp()) if paid else None)
        assert (shown["payment_method"] == "Cash on Delivery") == shown["cod"] == order.cod


def test_50_orders_are_read_and_51_are_refused(seller: Caller) -> None:
    numbers = _all(seller)[:51]
    assert len(numbers) == 51
    assert len(_details(seller, numbers[:50])) == 50
    assert seller.get("order/get_order_detail", order_sn_list=",".join(numbers))["error"] == "error_param"


def test_an_unknown_order_among_good_ones_is_named_in_the_warning(seller: Caller) -> None:
    number = _all(seller)[0]
    answer = seller.get("order/get_order_detail", order_sn_list=f"{number},260101XXXXXXXX")
    assert [order["order_sn"] for order in answer["response"]["order_list"]] == [number]
    assert answer["warning"] == ["260101XXXXXXXX is not found"]


def test_lines_point_to_a_listing_of_the_shop_once_it_has_the_sku(history: History, clock: FakeClock) -> None:
    clock.now = START - timedelta(days=5)
    caller = Caller(ShopeeSandbox(clock=clock, history=history), clock)
    caller.log_in()
    item_id = caller.add()
    clock.now = START
    caller.log_in()
    ids: dict[bool, set[int]] = {True: set(), False: set()}
    numbers = _all(caller)
    for start in range(0, len(numbers), 50):
        for shown in _details(caller, numbers[start:start + 50], "item_list"):
            later = shown["create_time"] >= (START - timedelta(days=5)).timestamp()
            ids[later] |= {row["item_id"] for row in shown["item_list"] if row["item_sku"] == "TRA-SHAN-100"}
    assert ids[True] == {item_id}
    assert len(ids[False]) == 1
    assert item_id not in ids[False]


BUYER_FIELDS = "recipient_address,buyer_username,buyer_user_id,item_list,package_list,payment_info,invoice_data,note"


def _words_beside_the_message(caller: Caller) -> str:
    orders = _details(caller, _all(caller)[:50], BUYER_FIELDS)
    return str([{name: value for name, value in order.items() if name != "message_to_seller"} for order in orders])


def test_buyers_are_masked_by_default_but_for_their_message(history: History, clock: FakeClock) -> None:
    caller = Caller(ShopeeSandbox(clock=clock, history=history), clock)
    caller.log_in()
    shown = _details(caller, [_all(caller)[0]], BUYER_FIELDS)[0]
    assert "CANARY" in shown["message_to_seller"]
    assert shown["recipient_address"]["name"].startswith("N******")
    assert shown["recipient_address"]["phone"].startswith("******")
    assert shown["recipient_address"]["state"]
    assert not any(word in _words_beside_the_message(caller) for word in CANARY_WORDS)


def test_buyers_come_in_clear_when_unmasked(seller: Caller) -> None:
    words = _words_beside_the_message(seller)
    assert "CANARY" in words
    assert "0999000" in words


def test_a_page_can_repeat_rows_of_the_page_before(seller: Caller) -> None:
    whole = _all(seller)
    seller.sandbox.faults.add(Fault(FaultKind.DUPLICATE_PAGE, path="get_order_list"))
    found = _all(seller, page_size=6)
    assert len(found) > len(set(found))
    assert list(dict.fromkeys(found)) == whole


def test_a_page_can_come_in_another_order(seller: Caller) -> None:
    whole = _all(seller)
    seller.sandbox.faults.add(Fault(FaultKind.OUT_OF_ORDER, path="/api/v2/order/get_order_list"))
    found = _all(seller, page_size=6)
    assert found != whole
    assert sorted(found) == sorted(whole)


def test_a_shop_without_buyers_has_no_orders(caller: Caller) -> None:
    assert _list(caller)["response"] == {"more": False, "next_cursor": "", "order_list": []}


@pytest.mark.long
def test_a_window_of_a_shop_with_ten_thousand_orders_lists_in_milliseconds(clock: FakeClock) -> None:
    crowd = make_history(per_day=27, first_day=date(2025, 12, 1))
    caller = Caller(ShopeeSandbox(clock=clock, history=crowd), clock)
    caller.log_in()
    assert sum(1 for _ in crowd.orders(START)) > 9_500
    _list(caller)
    started = time.process_time()
    for _ in range(20):
        _list(caller, time_range_field="update_time")
    assert (time.process_time() - started) / 20 < 0.05
