"""Invoices, returns and orders: shapes, filters, paging, and the sums against the simulated buyers' truth."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import CANARY_WORDS, Good, History, Step
from ocop_market.sandbox.faults import Fault, FaultKind

LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}0")


def _money(value: float) -> Decimal:
    return Decimal(str(value))


def _local(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M:%S")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text[:26]).replace(tzinfo=VIETNAM).astimezone(UTC)


def _touched(row: dict[str, Any]) -> datetime:
    return _time(row.get("modifiedDate") or row["createdDate"])


def _lines(row: dict[str, Any]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """Code, quantity, list amount and the line's own discount."""
    return [(line["productCode"], _money(line["quantity"]), _money(line["quantity"]) * _money(line["price"]),
             _money(line["quantity"]) * _money(line["discount"])) for line in row["invoiceDetails"]]


def test_every_invoice_keeps_the_identity_of_its_total(shop: Any) -> None:
    rows = list(shop.rows("/invoices"))
    assert len(rows) > 1_000
    for row in rows:
        goods = sum(amount - discount for _, _, amount, discount in _lines(row))
        surcharges = sum(_money(one["price"]) for one in row["invoiceOrderSurcharges"])
        assert goods - _money(row["discount"]) + surcharges == _money(row["total"])
        assert sum(_money(line["subTotal"]) for line in row["invoiceDetails"]) == goods
        told = [_money(line["allocationDiscount"]) for line in row["invoiceDetails"] if "allocationDiscount" in line]
        assert sum(told) == _money(row["discount"]) or not told


def test_the_forms_that_make_reading_hard_all_occur(shop: Any) -> None:
    rows = list(shop.rows("/invoices", includePayment="true", includeInvoiceDelivery="true", SaleChannel="true"))
    lines = [line for row in rows for line in row["invoiceDetails"]]
    assert any(line["quantity"] % 1 for line in lines)
    assert all(isinstance(line["quantity"], float) for line in lines)
    assert any(line["discount"] for line in lines)
    assert any(line.get("allocationDiscount") for line in lines)
    assert any("allocationDiscount" not in line for line in lines)
    assert any(row["discount"] and any(line["discount"] for line in row["invoiceDetails"]) for row in rows)
    assert any(row["invoiceOrderSurcharges"] for row in rows)
    assert any(row["totalPayment"] == 0 < row["total"] for row in rows)
    assert {row["status"] for row in rows} == {1, 2}
    assert {("modifiedDate" in row) for row in rows} == {True, False}
    assert {("customerId" in row) for row in rows} == {True, False}
    assert {row["SaleChannel"]["Name"] for row in rows if "SaleChannel" in row} == {"Facebook", "Zalo"}
    assert any("orderCode" in row for row in rows)
    assert {row["branchId"] for row in rows} == {301, 302, 303}


def test_sums_over_invoices_and_returns_are_the_truth(shop: Any, clock: Any, history: History) -> None:
    found: Counter[tuple[str, str]] = Counter()
    states: dict[int, OrderState] = {}
    days: dict[int, date] = {}
    for row in shop.rows("/invoices"):
        state = {1: OrderState.DELIVERED, 2: OrderState.CANCELLED}[row["status"]]
        day = _time(row["purchaseDate"]).astimezone(VIETNAM).date()
        states[row["id"]], days[row["id"]] = state, day
        for line, (code, quantity, amount, own) in zip(row["invoiceDetails"], _lines(row), strict=True):
            shared = _money(line.get("allocationDiscount", row["discount"]))
            for name, value in (("quantity", quantity), ("list", amount), ("discount", own + shared)):
                found[f"{day} {code} {state}", name] += value  # type: ignore[assignment]
    for slip in shop.rows("/returns"):
        for line in slip["returnDetails"]:
            key = f"{days[slip['invoiceId']]} {line['productCode']} {states[slip['invoiceId']]}"
            found[key, "refund"] += line["subTotal"]
            found[key, "back"] += _money(line["quantity"])  # type: ignore[assignment]
    truth = history.truth(clock.now)
    assert len(truth) > 500
    for fact in truth:
        key = f"{fact.day} {fact.sku} {fact.state}"
        assert found[key, "quantity"] == fact.quantity
        assert found[key, "list"] == fact.list_amount
        assert found[key, "discount"] == fact.seller_discount
        assert found[key, "refund"] == fact.refund
        assert found[key, "back"] == fact.returned_quantity
    assert {key for key, _ in found} == {f"{fact.day} {fact.sku} {fact.state}" for fact in truth}


def test_times_are_naive_local_with_seven_fraction_digits(shop: Any, history: History) -> None:
    row = shop.get("/invoices", pageSize=1)["data"][0]
    assert LOCAL.fullmatch(row["purchaseDate"])
    assert LOCAL.fullmatch(row["createdDate"])
    order = next(iter(history.orders(datetime(2025, 2, 1, tzinfo=UTC))))
    assert (row["id"], row["code"]) == (order.number, f"HD{order.number}")
    assert _time(row["purchaseDate"]) == order.placed_at


def test_pages_go_by_record_offset(shop: Any) -> None:
    first = shop.get("/invoices", pageSize=50, currentItem=0)["data"]
    second = shop.get("/invoices", pageSize=50, currentItem=50)["data"]
    across = shop.get("/invoices", pageSize=50, currentItem=25)["data"]
    assert [row["id"] for row in first + second][25:75] == [row["id"] for row in across]
    total = shop.get("/invoices")["total"]
    assert shop.get("/invoices", currentItem=total)["data"] == []


@pytest.mark.parametrize(("asked", "given"), [
    ({}, 20), ({"pageSize": 100}, 100), ({"pageSize": 200}, 100), ({"pageSize": 0}, 20),
])
def test_a_page_has_twenty_rows_and_never_more_than_a_hundred(shop: Any, asked: dict[str, int], given: int) -> None:
    page = shop.get("/invoices", **asked)
    assert (page["pageSize"], len(page["data"])) == (given, given)


@pytest.mark.parametrize("order", ["id", "createdDate", "purchaseDate", "PurchaseDate", "code"])
def test_lists_are_sorted_as_asked(shop: Any, order: str) -> None:
    key = order[0].lower() + order[1:]
    up = [row[key] for row in shop.rows("/invoices", orderBy=order, orderDirection="Asc")]
    down = [row[key] for row in shop.rows("/invoices", orderBy=order, orderDirection="Desc")]
    assert up == sorted(up)
    assert down == sorted(up, reverse=True)


def test_rows_never_stamped_come_first_when_sorted_by_modification(shop: Any) -> None:
    stamps = [row.get("modifiedDate", "") for row in shop.rows("/invoices", orderBy="modifiedDate")]
    assert stamps == sorted(stamps)
    assert stamps[0] == ""


def test_the_modification_window_is_bounded_on_both_sides(shop: Any, clock: Any) -> None:
    every = {row["id"]: _touched(row) for row in shop.rows("/invoices")}
    start, end = clock.now - timedelta(days=20), clock.now - timedelta(days=5)
    seen = {row["id"] for row in shop.rows("/invoices", lastModifiedFrom=_local(start), toDate=_local(end))}
    assert seen == {number for number, touched in every.items() if start <= touched <= end}
    assert 0 < len(seen) < len(every)


def test_to_date_bounds_modification_and_not_the_sale(shop: Any, clock: Any, history: History) -> None:
    order = next(one for one in history.orders(clock.now) if one.state(clock.now) is Step.CANCELLED)
    cancelled = order.reached(Step.CANCELLED, clock.now)
    assert cancelled is not None
    query = {"fromPurchaseDate": _local(order.placed_at), "toPurchaseDate": _local(order.placed_at)}
    between = _local(order.placed_at + (cancelled - order.placed_at) / 2)
    assert order.number in {row["id"] for row in shop.rows("/invoices", **query)}
    assert order.number not in {row["id"] for row in shop.rows("/invoices", toDate=between, **query)}
    assert order.number in {row["id"] for row in shop.rows("/invoices", toDate=_local(cancelled), **query)}


def test_a_cancellation_moves_the_invoice_into_the_next_window(history: History, clock: Any, admit: Any) -> None:
    order = next(one for one in history.orders(clock.now) if one.state(clock.now) is Step.CANCELLED)
    cancelled = order.reached(Step.CANCELLED, clock.now)
    assert cancelled is not None
    clock.now = cancelled - timedelta(minutes=1)
    caller = admit(KiotVietSandbox(clock=clock, history=history))
    assert caller.get(f"/invoices/{order.number}")["status"] == 1
    clock.now = cancelled
    again = [row for row in caller.rows("/invoices", lastModifiedFrom=_local(cancelled)) if row["id"] == order.number]
    assert [(row["status"], row["statusValue"]) for row in again] == [(2, "Đã hủy")]


def test_a_filter_in_utc_is_read_as_local_and_loses_seven_hours(shop: Any, clock: Any) -> None:
    start = clock.now - timedelta(days=3)
    right = shop.get("/invoices", lastModifiedFrom=_local(start))["total"]
    utc = shop.get("/invoices", lastModifiedFrom=start.strftime("%Y-%m-%dT%H:%M:%SZ"))["total"]
    shifted = shop.get("/invoices", lastModifiedFrom=_local(start - timedelta(hours=7)))["total"]
    assert utc == shifted > right


@pytest.mark.parametrize("text", ["2025-11-19", "2025-11-19T00:00:00", "2025-11-19 00:00:00.0000000"])
def test_times_may_be_given_in_the_usual_local_forms(shop: Any, text: str) -> None:
    rows = list(shop.rows("/invoices", fromPurchaseDate=text))
    assert rows
    assert all(row["purchaseDate"] >= "2025-11-19T00:00:00" for row in rows)


@pytest.mark.parametrize("query", [
    {"lastModifiedFrom": "yesterday"}, {"toDate": "2025-13-40"}, {"pageSize": "many"}, {"status": "done"}, {"orderBy": "weather"},
    {"orderDirection": "sideways"},
])
def test_a_parameter_that_cannot_be_read_is_http_400(shop: Any, query: dict[str, str]) -> None:
    assert shop.error("GET", "/invoices", **query) == (400, "SerializationException")


def test_lists_filter_by_state_and_branch_in_every_way_of_writing(shop: Any) -> None:
    every = list(shop.rows("/invoices"))
    two = {row["id"] for row in every if row["branchId"] in (301, 303)}
    for query in ({"branchIds": [301, 303]}, {"branchIds": "301,303"}, {"BRANCHIDS": "301,303"},
                  {"branchIds[0]": 301, "branchIds[1]": 303}):
        assert {row["id"] for row in shop.rows("/invoices", **query)} == two
    assert {row["id"] for row in shop.rows("/invoices", status=2)} == {row["id"] for row in every if row["status"] == 2}


def test_payment_delivery_and_channel_come_only_when_asked_and_always_in_a_single_invoice(shop: Any) -> None:
    plain = list(shop.rows("/invoices"))
    assert not [row for row in plain if {"payments", "invoiceDelivery", "SaleChannel"} & set(row)]
    full = {"includePayment": "true", "includeInvoiceDelivery": "true", "SaleChannel": "true"}
    row = next(row for row in shop.rows("/invoices", **full) if {"payments", "invoiceDelivery", "SaleChannel"} <= set(row))
    number = row["id"]
    single = shop.get(f"/invoices/{number}")
    assert single == row
    assert single == shop.get(f"/invoices/code/HD{number}")
    assert shop.error("GET", "/invoices/1") == (420, "KvValidateException")
    assert shop.error("GET", "/invoices/code/HD1") == (420, "KvValidateException")


def test_buyers_stand_in_the_documents_with_their_canary(shop: Any) -> None:
    rows = list(shop.rows("/invoices", includeInvoiceDelivery="true"))
    named = [row for row in rows if "customerName" in row]
    assert all(CANARY_WORDS[0] in row["customerName"] and CANARY_WORDS[0] in row["customerCode"] for row in named)
    sent = [row["invoiceDelivery"] for row in rows if "invoiceDelivery" in row]
    assert all(CANARY_WORDS[0] in one["receiver"] and CANARY_WORDS[1] in one["contactNumber"] for one in sent)
    assert all(CANARY_WORDS[0] in one["address"] for one in sent)


def test_customers_are_a_filter(shop: Any) -> None:
    row = next(row for row in shop.rows("/invoices") if "customerCode" in row)
    assert [found["id"] for found in shop.rows("/invoices", customerCode=row["customerCode"])] == [row["id"]]
    assert row["id"] in [found["id"] for found in shop.rows("/invoices", customerIds=row["customerId"])]


def test_returns_are_positive_and_name_their_sale(shop: Any, clock: Any, history: History) -> None:
    slips = {row["id"]: row for row in shop.rows("/returns")}
    orders = [order for order in history.orders(clock.now) if order.returns_by(clock.now)]
    assert len(slips) == len(orders) > 10
    for order in orders:
        slip = slips[order.returns[0].number]
        refund = sum(back.refund for back in order.returns)
        assert (slip["invoiceId"], slip["code"]) == (order.number, f"TH{slip['id']}")
        assert slip["returnTotal"] == refund == sum(line["subTotal"] for line in slip["returnDetails"])
        assert _time(slip["returnDate"]) == order.returns[0].at
        assert all(line["quantity"] * line["price"] == line["subTotal"] > 0 for line in slip["returnDetails"])
        assert shop.get(f"/invoices/{order.number}")["status"] == 1


def test_what_was_kept_back_is_told_by_the_single_slip_only(shop: Any) -> None:
    listed = list(shop.rows("/returns"))
    assert not [row for row in listed if "returnFee" in row or "returnDiscount" in row]
    singles = [shop.get(f"/returns/{row['id']}") for row in listed]
    assert any(single["returnFee"] for single in singles)
    assert all(one["totalPayment"] == one["returnTotal"] - one["returnDiscount"] - one["returnFee"] for one in singles)
    assert shop.get(f"/returns/code/{listed[0]['code']}")["id"] == listed[0]["id"]
    assert shop.error("GET", "/returns/1") == (420, "KvValidateException")


def test_returns_know_no_filter_but_the_time_of_modification(shop: Any, clock: Any) -> None:
    every = shop.get("/returns")["total"]
    assert 0 < shop.get("/returns", lastModifiedFrom=_local(clock.now - timedelta(days=60)))["total"] < every
    assert shop.get("/returns", fromReturnDate=_local(clock.now), toDate="2020-01-01")["total"] == every


def test_a_return_comes_into_sight_at_its_time(history: History, clock: Any, admit: Any) -> None:
    order = next(one for one in history.orders(clock.now) if one.returns)
    clock.now = order.returns[0].at - timedelta(seconds=1)
    caller = admit(KiotVietSandbox(clock=clock, history=history))
    before = caller.get("/returns")["total"]
    clock.forward(seconds=1)
    assert caller.get("/returns")["total"] == before + 1


def test_a_sale_comes_into_sight_at_its_second(history: History, clock: Any, admit: Any) -> None:
    order = list(history.orders(clock.now))[-1]
    clock.now = order.placed_at - timedelta(seconds=1)
    caller = admit(KiotVietSandbox(clock=clock, history=history))
    assert caller.error("GET", f"/invoices/{order.number}")[0] == 420
    clock.forward(seconds=1)
    assert caller.get(f"/invoices/{order.number}")["id"] == order.number


def test_orders_are_no_revenue_and_mix_their_letter_cases(shop: Any) -> None:
    orders = list(shop.rows("/orders"))
    assert all(row["code"].startswith("DH") for row in orders)
    assert {row["statusValue"] for row in orders} == {"Phiếu tạm", "Hoàn thành", "Đã hủy"}
    assert {"SaleChannelId", "SaleChannelName", "PriceBookId", "orderDetails"} <= set(orders[0])
    made = next(row for row in orders if row["statusValue"] == "Hoàn thành")
    assert [row["orderCode"] for row in shop.rows("/invoices", orderId=made["id"])] == [made["code"]]
    assert shop.get(f"/orders/{made['id']}")["code"] == made["code"]
    assert shop.get(f"/orders/code/{made['code']}")["id"] == made["id"]
    assert shop.error("GET", "/orders/1") == (420, "KvValidateException")


def test_a_cancelled_invoice_stays_readable_with_its_payment(shop: Any, clock: Any) -> None:
    clock.forward(minutes=1)
    number = next(row["id"] for row in shop.rows("/invoices", status=1, orderDirection="Desc") if row["totalPayment"])
    answer = shop.call("DELETE", "/invoices", {"id": number}).get_json()
    assert (answer["status"], answer["statusValue"]) == (2, "Đã hủy")
    assert answer["modifiedDate"] == _local(clock.now) + ".0000000"
    assert [payment["statusValue"] for payment in answer["payments"]] == ["Đã thanh toán"]
    assert number in [row["id"] for row in shop.rows("/invoices", lastModifiedFrom=_local(clock.now))]
    assert shop.error("DELETE", "/invoices", {"id": number}) == (420, "KvValidateException")


def test_a_payment_is_voided_when_that_is_asked(shop: Any) -> None:
    number = next(row["id"] for row in shop.rows("/invoices", status=1, orderDirection="Desc") if row["totalPayment"])
    answer = shop.call("DELETE", "/invoices", {"id": number, "isVoidPayment": True}).get_json()
    assert [payment["statusValue"] for payment in answer["payments"]] == ["Đã hủy"]


def test_an_invoice_with_a_return_cannot_be_cancelled(shop: Any) -> None:
    number = shop.get("/returns", pageSize=1)["data"][0]["invoiceId"]
    assert shop.error("DELETE", "/invoices", {"id": number}) == (420, "KvValidateException")
    assert shop.error("DELETE", "/invoices", {"id": 5}) == (420, "KvValidateException")
    assert shop.error("DELETE", "/invoices", {}) == (400, "SerializationException")


@pytest.mark.parametrize("path", ["/invoices", "/returns"])
def test_pages_that_repeat_rows_lose_none(shop: Any, sandbox: KiotVietSandbox, path: str) -> None:
    calm = [row["id"] for row in shop.rows(path, pageSize=5)]
    sandbox.faults.add(Fault(FaultKind.DUPLICATE_PAGE, times=2))
    rough = [row["id"] for row in shop.rows(path, pageSize=5)]
    assert len(rough) == len(calm) + 10
    assert list(dict.fromkeys(rough)) == calm
    assert [row["id"] for row in shop.rows(path, pageSize=5)] == calm


@pytest.mark.parametrize("path", ["/invoices", "/returns"])
def test_pages_may_come_out_of_order(shop: Any, sandbox: KiotVietSandbox, path: str) -> None:
    calm = [row["id"] for row in shop.rows(path)]
    sandbox.faults.add(Fault(FaultKind.OUT_OF_ORDER, times=1))
    rough = [row["id"] for row in shop.rows(path)]
    assert rough != calm
    assert sorted(rough) == sorted(calm)


def test_ten_thousand_invoices_are_listed_in_a_moment(clock: Any, admit: Any) -> None:
    history = History([Good("MO", "Mật ong", 120_000)], seed="many", first_day=date(2025, 10, 1), per_day=200, till=True)
    caller = admit(KiotVietSandbox(clock=clock, history=history))
    assert caller.get("/invoices", pageSize=1)["total"] > 10_000
    started = time.perf_counter()
    for page in range(20):
        caller.get("/invoices", pageSize=100, currentItem=page * 500)
    assert time.perf_counter() - started < 5
