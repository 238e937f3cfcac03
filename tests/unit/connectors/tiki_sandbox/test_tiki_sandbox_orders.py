"""Orders of the Tiki practice server: the simulated buyers as the order API prints them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from ocop_market.sandbox.buyers import CANARY_WORDS, History, SimOrder, Step
from ocop_market.sandbox.faults import Fault, FaultKind
from tests.unit.connectors.tiki_sandbox.conftest import FEES, GOODS, Caller, SetClock

ALL = "status_histories,item.fees,item.confirmation_histories"


@pytest.fixture
def selling(opened: Callable[..., Caller], history: History) -> Caller:
    return opened(history=history)


def pages(shop: Caller, **query: Any) -> Iterator[list[dict[str, Any]]]:
    page, last = 1, 1
    while page <= last:
        answer = shop.get("/v2/orders", page=page, **query).get_json()
        yield answer["data"]
        page, last = page + 1, answer["paging"]["last_page"]


def orders(shop: Caller, **query: Any) -> list[dict[str, Any]]:
    return [order for rows in pages(shop, **({"limit": 50} | query)) for order in rows]


def drawn(shop: Caller, history: History) -> dict[str, SimOrder]:
    return {str(order.number): order for order in history.orders(shop.sandbox.clock())}


def test_every_simulated_order_is_listed_once(selling: Caller, history: History) -> None:
    assert Counter(order["code"] for order in orders(selling)) == Counter(list(drawn(selling, history)))


def test_orders_come_newest_first_and_oldest_first_when_asked(selling: Caller) -> None:
    newest = [order["code"] for order in orders(selling)]
    assert [order["code"] for order in orders(selling, order_by="created_at|asc")] == newest[::-1]
    assert selling.get("/v2/orders", order_by="code|asc").status_code == 400


def test_some_pages_are_short_although_others_follow(selling: Caller, opened: Callable[..., Caller], history: History) -> None:
    lengths = [len(rows) for rows in pages(selling, limit=20)]
    assert any(length < 20 for length in lengths[:-1])
    assert any(length == 20 for length in lengths)
    full = [len(rows) for rows in pages(opened(history=history, short_pages=False), limit=20)]
    assert set(full[:-1]) == {20}
    assert sum(full) == sum(lengths)


def test_the_page_is_20_by_default_and_50_at_most(selling: Caller) -> None:
    assert selling.get("/v2/orders").get_json()["paging"]["per_page"] == 20
    assert selling.get("/v2/orders", limit=50).status_code == 200
    refused = selling.get("/v2/orders", limit=51)
    assert (refused.status_code, refused.get_json()) == (400, {"errors": ["limit must not exceed 50"]})
    assert selling.get("/v2/orders", page=0).status_code == 400


def test_statuses_tell_the_steps_of_the_buyers(selling: Caller, history: History) -> None:
    words = {Step.PLACED: {"processing", "waiting_payment"}, Step.READY: {"queueing", "picking"}, Step.SHIPPED: {"shipping"},
             Step.DELIVERED: {"successful_delivery"}, Step.COMPLETED: {"complete", "returned"}, Step.CANCELLED: {"canceled"}}
    now, buyers, seen = selling.sandbox.clock(), drawn(selling, history), set()
    for order in orders(selling):
        simulated = buyers[order["code"]]
        assert order["status"] in words[simulated.state(now)]
        assert (order["status"] == "returned") == bool(simulated.returns_by(now))
        assert (order["cancel_info"] is not None) == (order["status"] == "canceled")
        seen.add(order["status"])
    assert {"complete", "returned", "canceled", "shipping"} <= seen


def test_times_are_viet_nam_local_text(selling: Caller, history: History) -> None:
    order = orders(selling)[0]
    simulated = drawn(selling, history)[order["code"]]
    assert datetime.fromisoformat(f"{order['created_at']}+07:00") == simulated.placed_at
    assert datetime.fromisoformat(f"{order['updated_at']}+07:00") == simulated.updated_at(selling.sandbox.clock())


def test_amounts_of_every_item_and_order_add_up(selling: Caller) -> None:
    for order in orders(selling, include=ALL):
        lines, invoice = [item["invoice"] for item in order["items"]], order["invoice"]
        for item, line in zip(order["items"], lines, strict=True):
            assert line["subtotal"] == item["price"] * item["qty"]
            assert line["row_total"] == line["subtotal"] - line["discount_amount"]
            assert line["discount_amount"] == sum(line[f"discount_{kind}"] for kind in (
                "tikixu", "promotion", "percent", "coupon", "other"))
            assert line["seller_fee"] == sum(fee["final_amount"] for fee in line["fees"]) <= 0
            coupon = line["discount_coupon"] if line["is_seller_discount_coupon"] else 0
            assert line["seller_income"] == line["subtotal"] + line["seller_fee"] - coupon
        assert invoice["subtotal"] == sum(line["subtotal"] for line in lines)
        assert invoice["discount_amount"] == sum(line["discount_amount"] for line in lines)
        assert invoice["total_seller_fee"] == sum(line["seller_fee"] for line in lines)
        assert invoice["total_seller_income"] == sum(line["seller_income"] for line in lines)
        assert invoice["grand_total"] == (
            invoice["subtotal"] - invoice["discount_amount"] + invoice["shipping_amount_after_discount"]
            + invoice["handling_fee"] + invoice["other_fee"])
        assert (invoice["items_count"], invoice["items_quantity"]) == (len(lines), sum(line["quantity"] for line in lines))


def test_fees_come_only_when_asked_for_and_only_of_complete_orders(selling: Caller) -> None:
    assert not any("fees" in item["invoice"] for order in orders(selling) for item in order["items"])
    with_fees = {order["status"] for order in orders(selling, include="item.fees")
                 for item in order["items"] if item["invoice"]["fees"]}
    assert with_fees == {"complete", "returned"}


def test_sums_equal_the_truth_of_the_history(selling: Caller, history: History) -> None:
    now, found = selling.sandbox.clock(), orders(selling, include="item.fees")
    truth = history.truth(now)
    lines = [item["invoice"] for order in found for item in order["items"]]
    assert sum(line["subtotal"] for line in lines) == sum(row.list_amount for row in truth)
    assert sum(line["quantity"] for line in lines) == sum(row.quantity for row in truth)
    assert sum(line["discount_coupon"] for line in lines) == sum(row.seller_discount for row in truth)
    assert sum(line["discount_promotion"] for line in lines) == sum(row.platform_discount for row in truth)
    assert -sum(line["seller_fee"] for line in lines) == history.charged(now)
    returned = [item["invoice"] for order in found if order["status"] == "returned" for item in order["items"]]
    assert sum(line["subtotal"] - line["discount_coupon"] for line in returned) == sum(row.refund for row in truth)


def test_every_kind_of_charge_has_its_own_fee(selling: Caller, history: History) -> None:
    order = orders(selling, status="complete", include="item.fees")[0]
    fees = [fee for item in order["items"] for fee in item["invoice"]["fees"]]
    by_key = Counter[str]()
    for fee in fees:
        by_key[fee["fee_type_key"]] -= fee["final_amount"]
    charges = drawn(selling, history)[order["code"]].charges(selling.sandbox.clock())
    assert sorted(by_key.values()) == sorted(charges.values())
    assert {"percent_per_item_sales_value", "payment_processing_fee", "withholding_vat_tax", "withholding_pit_tax"} <= set(by_key)


def test_the_other_income_basis_holds_the_shipping(selling: Caller) -> None:
    for order in orders(selling, limit=20, filter_date_by="last30days"):
        details = [item["seller_income_detail"] for item in order["items"]]
        assert all(row["sub_total"] == row["item_price"] * row["item_qty"] + row["shipping_fee"] for row in details)
        assert sum(row["shipping_fee"] for row in details) == order["invoice"]["shipping_amount_after_discount"]


def test_both_income_bases_of_a_complete_line_come_to_the_same_income(selling: Caller) -> None:
    items = [item for order in orders(selling, status="complete", limit=20) for item in order["items"]]
    assert items
    assert all(item["seller_income_detail"]["seller_income"] == item["invoice"]["seller_income"] for item in items)
    assert {fee["fee_type_key"] for fee in items[0]["seller_income_detail"]["seller_fees"]} > {"shipping_fee"}
    assert all(item["seller_income_detail"]["discount"]["discount_coupon"]["seller_discount"] == item["invoice"]["discount_coupon"]
               for item in items)


def test_histories_come_only_when_asked_for(selling: Caller) -> None:
    plain, told = orders(selling, status="complete")[0], orders(selling, status="complete", include=ALL)[0]
    assert "status_histories" not in plain
    assert "histories" not in plain["items"][0]["confirmation"]
    assert told["status_histories"][-1]["status"] == "complete"
    assert told["items"][0]["confirmation"]["histories"]


def test_ids_are_whole_numbers_and_stay(selling: Caller, clock: SetClock) -> None:
    def ids() -> dict[str, list[int]]:
        return {order["code"]: [order["id"], *(item["id"] for item in order["items"]),
                                *(item["product"]["id"] for item in order["items"])] for order in orders(selling)}

    before = ids()
    clock.forward(days=10)
    selling.enter()
    after = ids()
    assert {code: after[code] for code in before} == before
    assert all(isinstance(number, int) and number < 2 ** 31 for numbers in before.values() for number in numbers)
    assert all(code.isdecimal() for code in before)


def test_one_order_is_shown_by_its_code(selling: Caller) -> None:
    listed = orders(selling, include=ALL)[5]
    assert selling.get(f"/v2/orders/{listed['code']}", include=ALL).get_json() == listed
    unknown = selling.get("/v2/orders/123456789")
    assert (unknown.status_code, unknown.get_json()) == (404, {"errors": ["Order not found"]})


def test_an_order_is_not_there_before_it_was_placed(selling: Caller, history: History, clock: SetClock) -> None:
    coming = next(order for order in history.orders(clock.now + timedelta(days=5)) if order.placed_at > clock.now)
    assert selling.get(f"/v2/orders/{coming.number}").status_code == 404
    clock.now = coming.placed_at
    assert selling.enter().get(f"/v2/orders/{coming.number}").status_code == 200


@pytest.mark.parametrize(("expression", "wanted"), [
    ("complete", {"complete"}), ("complete,returned", {"complete", "returned"}),
    ("in|complete,shipping", {"complete", "shipping"})])
def test_statuses_can_be_asked_for(selling: Caller, expression: str, wanted: set[str]) -> None:
    assert {order["status"] for order in orders(selling, status=expression)} == wanted


def test_statuses_can_be_left_out_with_an_encoded_bar(selling: Caller) -> None:
    every = orders(selling)
    path = f"/integration/v2/orders?limit=50&status=nin{quote('|')}processing,waiting_payment,canceled"
    left = selling.client.get(path, headers=selling.headers).get_json()["data"]
    wanted = [order for order in every if order["status"] not in ("processing", "waiting_payment", "canceled")]
    assert left == wanted[:len(left)]
    assert len(left) > 40
    assert selling.get("/v2/orders", status="not|complete").status_code == 400


@pytest.mark.parametrize("column", ["created", "updated"])
def test_times_from_and_to_are_inclusive(selling: Caller, column: str) -> None:
    every = sorted(order[f"{column}_at"] for order in orders(selling))
    first, last = every[40], every[80]
    found = orders(selling, **{f"{column}_from_date": first, f"{column}_to_date": last})
    assert sorted(order[f"{column}_at"] for order in found) == [at for at in every if first <= at <= last]


def test_a_bare_date_means_the_whole_day(selling: Caller) -> None:
    found = orders(selling, created_from_date="2026-09-20", created_to_date="2026-09-20")
    assert {order["created_at"][:10] for order in found} == {"2026-09-20"}
    assert selling.get("/v2/orders", created_from_date="20/09/2026").status_code == 400


def test_last_seven_days_include_today(selling: Caller) -> None:
    assert all(order["created_at"] >= "2026-09-19" for order in orders(selling, filter_date_by="last7days"))
    assert {order["created_at"][:10] for order in orders(selling, filter_date_by="today")} <= {"2026-09-25"}
    assert selling.get("/v2/orders", filter_date_by="lastyear").status_code == 400


def test_codes_skus_and_fulfilment_can_be_asked_for(selling: Caller) -> None:
    every = orders(selling)
    codes = [order["code"] for order in every[:3]]
    sku = every[0]["items"][0]["product"]["sku"]
    assert [order["code"] for order in orders(selling, code=",".join(codes))] == codes
    assert all(sku in {item["product"]["sku"] for item in order["items"]} for order in orders(selling, sku=sku))
    assert {order["fulfillment_type"] for order in orders(selling, fulfillment_type="seller_delivery")} == {"seller_delivery"}
    confirmed = orders(selling, item_confirmation_status="seller_confirmed")
    assert {item["confirmation"]["status"] for order in confirmed for item in order["items"]} == {"seller_confirmed"}
    assert len(orders(selling, is_rma="false")) == len(every)
    assert orders(selling, is_rma="true") == []


def test_names_and_streets_are_shown_but_telephones_only_for_seller_delivery(selling: Caller, history: History) -> None:
    buyers = drawn(selling, history)
    for order in orders(selling):
        buyer, address = buyers[order["code"]].buyer, order["shipping"]["address"]
        assert (order["customer"]["full_name"], address["full_name"], address["street"]) == (buyer.name, buyer.name, buyer.street)
        assert CANARY_WORDS[0] in address["ward"]
        assert address["region"] == buyer.province
        assert address["region_tiki_code"].startswith("VN")
        shown = (buyer.phone, buyer.email) if order["fulfillment_type"] == "seller_delivery" else ("", "")
        assert (address["phone"], address["email"]) == shown


def test_a_fault_repeats_rows_of_the_page_before(selling: Caller) -> None:
    first, second = (selling.get("/v2/orders", page=page).get_json()["data"] for page in (1, 2))
    selling.sandbox.faults.add(Fault(FaultKind.DUPLICATE_PAGE, times=1))
    assert selling.get("/v2/orders", page=2).get_json()["data"] == first + second


def test_a_fault_turns_rows_round(selling: Caller) -> None:
    rows = selling.get("/v2/orders").get_json()["data"]
    selling.sandbox.faults.add(Fault(FaultKind.OUT_OF_ORDER, times=1))
    assert selling.get("/v2/orders").get_json()["data"] == rows[::-1]


def test_a_shop_that_never_sold_has_no_page(opened: Callable[..., Caller]) -> None:
    assert opened().get("/v2/orders").get_json() == {
        "data": [], "paging": {"total": 0, "current_page": 1, "from": 0, "to": 0, "per_page": 20, "last_page": 0}}


@pytest.mark.long
def test_changes_among_ten_thousand_orders_are_found_without_looking_at_all(
        opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(history=History(GOODS, seed="many", first_day=date(2024, 1, 1), per_day=7, fees=FEES))
    assert shop.get("/v2/orders", limit=1).get_json()["paging"]["total"] > 9_000
    started = time.process_time()
    for _ in range(20):
        clock.forward(seconds=1)
        shop.get("/v2/orders", limit=50, updated_from_date="2026-09-24 10:00:00")
    assert time.process_time() - started < 5


def test_a_clock_that_is_set_back_hides_what_has_not_happened_yet(selling: Caller, clock: SetClock, history: History) -> None:
    orders(selling)
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    assert {order["code"] for order in orders(selling.enter())} == set(drawn(selling, history))
