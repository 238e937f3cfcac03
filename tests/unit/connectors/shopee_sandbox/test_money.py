"""Settlements, payouts and returns agree with what the buyers really did."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.shopee.sandbox import ShopeeSandbox
from connectors.shopee.sandbox_order_book import order_sn
from ocop_market.sandbox.buyers import CANARY_WORDS, STATE_OF, History, SimOrder, Step

from .conftest import START, Caller, FakeClock

DAY = 86_400
NONE = {Step.PLACED, Step.CANCELLED}


def _orders(history: History) -> list[SimOrder]:
    return list(history.orders(START))


def _settled(history: History) -> list[SimOrder]:
    return [order for order in _orders(history) if order.state(START) not in NONE]


def _incomes(caller: Caller, orders: list[SimOrder]) -> dict[str, dict[str, Any]]:
    found = {}
    for start in range(0, len(orders), 50):
        numbers = ",".join(order_sn(order.number) for order in orders[start:start + 50])
        for entry in caller.get("payment/get_escrow_detail_batch", order_sn_list=numbers)["response"]:
            found[entry["escrow_detail"]["order_sn"]] = entry["escrow_detail"]["order_income"]
    return found


def _net(i: dict[str, Any]) -> int:
    """The published formula, written out once more."""
    return int(
        i["original_cost_of_goods_sold"] - i["original_shopee_discount"] + i["seller_return_refund"] + i["shopee_discount"]
        - i["voucher_from_seller"] - i["seller_coin_cash_back"] + i["buyer_paid_shipping_fee"] - i["actual_shipping_fee"]
        + i["shopee_shipping_rebate"] + i["shipping_fee_discount_from_3pl"] - i["reverse_shipping_fee"]
        + i["rsf_seller_protection_fee_claim_amount"] - i["final_return_to_seller_shipping_fee"] - i["commission_fee"]
        - i["service_fee"] - i["seller_transaction_fee"] - i["campaign_fee"] - i["order_ams_commission_fee"]
        - i["seller_order_processing_fee"] - i["fbs_fee"] - i["ads_escrow_top_up_fee_or_technical_support_fee"]
        - i["shipping_seller_protection_fee_amount"] - i["delivery_seller_protection_fee_premium_amount"] - i["escrow_tax"]
        - i["final_escrow_product_gst"] - i["sales_tax_on_lvg"] - i["reverse_shipping_fee_sst"] - i["shipping_fee_sst"]
        - i["withholding_tax"] - i["withholding_vat_tax"] - i["withholding_pit_tax"] - i["withholding_cit_tax"]
        - i["vat_on_imported_goods"] - i["overseas_return_service_fee"] - i["th_import_duty"] + i["buyer_paid_packaging_fee"]
        - i["trade_in_bonus_by_seller"])


def test_every_settlement_reconciles_to_the_published_formula(seller: Caller, history: History) -> None:
    incomes = _incomes(seller, _settled(history))
    assert len(incomes) == len(_settled(history))
    assert all(income["escrow_amount"] == _net(income) for income in incomes.values())


def test_a_settlement_is_goods_less_fees_taxes_and_refunds(seller: Caller, history: History) -> None:
    incomes = _incomes(seller, _settled(history))
    for order in _settled(history):
        goods = sum(line.seller_amount for line in order.lines)
        refunds = sum(back.refund for back in order.returns_by(START))
        assert incomes[order_sn(order.number)]["escrow_amount"] == goods - refunds - sum(order.charges(START).values())


def test_every_charge_has_its_own_field(seller: Caller, history: History) -> None:
    order = next(order for order in _settled(history) if order.state(START) is Step.COMPLETED)
    income, charges = _incomes(seller, [order])[order_sn(order.number)], order.charges(START)
    fields = ("commission_fee", "seller_transaction_fee", "service_fee", "seller_order_processing_fee", "withholding_vat_tax",
              "withholding_pit_tax")
    kinds = ("commission", "payment", "service", "per_order", "vat", "income_tax")
    assert [income[name] for name in fields] == [charges[kind] for kind in kinds]
    assert all(charges.values())


def test_the_sums_over_all_lines_are_the_truth(seller: Caller, history: History) -> None:
    delivered = [order for order in _settled(history) if STATE_OF[order.state(START)] == "delivered"]
    incomes = _incomes(seller, delivered)
    truth = [row for row in history.truth(START) if row.state == "delivered"]
    items = [item for income in incomes.values() for item in income["items"]]
    for name, expected in (("original_price", "list_amount"), ("seller_discount", "seller_discount"),
                           ("discount_from_voucher_shopee", "platform_discount"), ("quantity_purchased", "quantity")):
        assert sum(item[name] for item in items) == sum(getattr(row, expected) for row in truth)
    assert -sum(income["seller_return_refund"] for income in incomes.values()) == sum(row.refund for row in truth)
    assert all(item["discounted_price"] == item["original_price"] - item["seller_discount"] for item in items)


def test_vouchers_of_the_platform_do_not_cost_the_seller(seller: Caller, history: History) -> None:
    order = next(order for order in _settled(history) if any(line.platform_discount for line in order.lines))
    income = _incomes(seller, [order])[order_sn(order.number)]
    assert income["voucher_from_shopee"] == sum(line.platform_discount for line in order.lines)
    assert income["original_cost_of_goods_sold"] == sum(line.seller_amount for line in order.lines)
    assert income["buyer_total_amount"] == (
        income["original_cost_of_goods_sold"] - income["voucher_from_shopee"] + income["buyer_paid_shipping_fee"])


def test_one_settlement_and_a_batch_say_the_same(seller: Caller, history: History) -> None:
    number = order_sn(_settled(history)[0].number)
    single = seller.get("payment/get_escrow_detail", order_sn=number)["response"]
    assert seller.post("payment/get_escrow_detail_batch", {"order_sn_list": [number]})["response"] == [{"escrow_detail": single}]
    for encoded in ([number], number, f"['{number}']"):
        batch = seller.get("payment/get_escrow_detail_batch", query={"order_sn_list": encoded})
        assert batch["response"][0]["escrow_detail"] == single


def test_unpaid_and_cancelled_orders_have_no_settlement(seller: Caller, history: History) -> None:
    cancelled = next(order for order in _orders(history) if order.state(START) is Step.CANCELLED)
    assert seller.get("payment/get_escrow_detail", order_sn=order_sn(cancelled.number))["error"] == "order_not_found"


def test_an_unknown_order_in_a_batch_fails_alone(seller: Caller, history: History) -> None:
    number = order_sn(_settled(history)[0].number)
    entries = seller.get("payment/get_escrow_detail_batch", order_sn_list=f"{number},NONE")["response"]
    assert [entry.get("fail_error", "") for entry in entries] == ["", "order_not_found"]
    refused = seller.get("payment/get_escrow_detail_batch", order_sn_list="NONE")
    assert refused["error"] == "order_not_found"


@pytest.mark.parametrize(("api", "query", "code", "message"), [
    ("get_escrow_detail", {}, "error_param", "order_sn is required"),
    ("get_escrow_detail_batch", {}, "error_param", "order_sn_list is required, format should be string[]"),
    ("get_escrow_detail_batch", {"order_sn_list": ",".join(map(str, range(51)))}, "exceed_max_limit",
     "Your request exceeds the max limit of 50 orders."),
    ("get_escrow_list", {"release_time_to": 5}, "error_param", "release_time_from is required"),
    ("get_escrow_list", {"release_time_from": "x", "release_time_to": 5}, "error_param",
     "release_time_from: Invalid type. Expected: integer, given: string"),
    ("get_wallet_transaction_list", {"page_no": 0, "page_size": 10, "create_time_from": 0, "create_time_to": 15 * DAY + 1},
     "time_period_too_large", "The param error: time period too large."),
    ("get_wallet_transaction_list", {"page_no": 0, "page_size": 10, "create_time_from": 9, "create_time_to": 8}, "time_invalid",
     "The param error: create_time_from bigger than create_time_to."),
])
def test_money_is_refused_in_the_words_of_its_family(
        seller: Caller, api: str, query: dict[str, Any], code: str, message: str) -> None:
    answer = seller.get(f"payment/{api}", query=query)
    assert (answer["error"], answer["message"]) == (code, message)


@pytest.mark.parametrize("changes", [{"page_size": 101}, {"page_no": 0}, {"page_size": 0}, {"release_time_from": 9_999_999_999}])
def test_a_faulty_payout_list_is_refused(seller: Caller, clock: FakeClock, changes: dict[str, int]) -> None:
    query = {"release_time_from": 0, "release_time_to": clock.seconds} | changes
    assert seller.get("payment/get_escrow_list", query=query)["error"] == "error_param"


def test_payouts_are_listed_by_the_time_of_completion(seller: Caller, history: History, clock: FakeClock) -> None:
    since = clock.seconds - 40 * DAY
    expected = {order_sn(order.number): int(done.timestamp()) for order in _orders(history)
                if (done := order.reached(Step.COMPLETED, START)) and done.timestamp() >= since}
    found: dict[str, int] = {}
    page, more = 1, True
    while more:
        answer = seller.get("payment/get_escrow_list", release_time_from=since, release_time_to=clock.seconds, page_no=page)
        rows = answer["response"]["escrow_list"]
        assert len(rows) <= 40
        found |= {row["order_sn"]: row["escrow_release_time"] for row in rows}
        page, more = page + 1, answer["response"]["more"]
    assert found == expected


def test_the_wallet_moves_what_was_settled(seller: Caller, history: History, clock: FakeClock) -> None:
    moved, page, more = 0, 0, True
    while more:
        answer = seller.get("payment/get_wallet_transaction_list", page_no=page, page_size=40,
                            create_time_from=clock.seconds - 15 * DAY, create_time_to=clock.seconds)["response"]
        moved += sum(row["amount"] for row in answer["transaction_list"])
        page, more = page + 1, answer["more"]
    since = clock.seconds - 15 * DAY
    released = [order for order in _orders(history)
                if (done := order.reached(Step.COMPLETED, START)) and done.timestamp() >= since]
    paid = sum(sum(line.seller_amount for line in order.lines) - sum(order.charges(START).values()) for order in released)
    backs = [back for order in _orders(history) for back in order.returns_by(START) if back.at.timestamp() >= since]
    assert moved == paid - sum(back.refund for back in backs)


def _returns(caller: Caller, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page, more = 0, True
    while more:
        answer = caller.get("returns/get_return_list", page_no=page, page_size=3, **query)["response"]
        found += answer["return"]
        page, more = page + 1, answer["more"]
    return found


def test_returns_are_what_was_brought_back(seller: Caller, history: History) -> None:
    expected = sorted(
        (order_sn(order.number), order.lines[back.line].good.sku, int(back.quantity), back.refund, int(back.at.timestamp()))
        for order in _orders(history) for back in order.returns_by(START))
    found = [(row["order_sn"], row["item"][0]["item_sku"], row["item"][0]["amount"], row["refund_amount"], row["create_time"])
             for row in _returns(seller)]
    assert sorted(found) == expected
    assert expected


def test_a_return_reads_alone_and_is_named_by_its_settlement(seller: Caller) -> None:
    row = _returns(seller)[0]
    detail = seller.get("returns/get_return_detail", return_sn=row["return_sn"])["response"]
    assert (detail["order_sn"], detail["refund_amount"], detail["status"]) == (row["order_sn"], row["refund_amount"], "ACCEPTED")
    settlement = seller.get("payment/get_escrow_detail", order_sn=row["order_sn"])["response"]
    assert row["return_sn"] in settlement["return_order_sn_list"]
    shown = seller.get("order/get_order_detail", order_sn_list=row["order_sn"], response_optional_fields="item_list")
    assert sum(line["returned_qty"] for line in shown["response"]["order_list"][0]["item_list"]) >= row["item"][0]["amount"]


def test_returns_can_be_limited_to_15_days(seller: Caller, clock: FakeClock) -> None:
    since = clock.seconds - 15 * DAY
    rows = _returns(seller, update_time_from=since, update_time_to=clock.seconds)
    assert [row["return_sn"] for row in rows] == [row["return_sn"] for row in _returns(seller) if row["update_time"] >= since]


@pytest.mark.parametrize(("query", "code"), [
    ({"page_size": 101}, "error_param"), ({"page_size": ""}, "error_param"), ({"page_no": ""}, "error_param"),
    ({"create_time_from": 0, "create_time_to": 15 * DAY + 1}, "error_param"), ({"create_time_from": 5}, "error_param"),
    ({"update_time_from": 9, "update_time_to": 8}, "error_param"), ({"status": "LOST"}, "error_param"),
    ({"create_time_from": 9, "create_time_to": 10, "update_time_from": 8, "update_time_to": 10}, "error_param")])
def test_faulty_lists_of_returns_are_refused(seller: Caller, query: dict[str, Any], code: str) -> None:
    assert seller.get("returns/get_return_list", query={"page_no": 0, "page_size": 40} | query)["error"] == code


def test_returns_in_another_state_do_not_exist(seller: Caller) -> None:
    assert _returns(seller, status="REQUESTED") == []
    assert len(_returns(seller, status="ACCEPTED")) == len(_returns(seller))


def test_an_unknown_return_does_not_exist(seller: Caller) -> None:
    answer = seller.get("returns/get_return_detail", return_sn="NONE")
    assert (answer["error"], answer["message"]) == ("error_data", "The return you queried doesn't exist.")


def test_buyers_are_masked_in_money_too(history: History, clock: FakeClock) -> None:
    caller = Caller(ShopeeSandbox(clock=clock, history=history), clock)
    caller.log_in()
    row = _returns(caller)[0]
    answers = (row, caller.get("returns/get_return_detail", return_sn=row["return_sn"]),
               caller.get("payment/get_escrow_detail", order_sn=row["order_sn"]),
               caller.get("payment/get_wallet_transaction_list", page_no=0, page_size=100))
    assert not any(word in str(answers) for word in CANARY_WORDS)
    assert "******" in str(answers)
