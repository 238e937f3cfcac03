"""Orders, money and returns as sales."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors import shopee
from connectors.shopee import settlement
from connectors.shopee.mapper import STATES, to_sale
from connectors.shopee.settlement import escrow_difference, fees, seller_shipping, taxes
from connectors.shopee.wire_sales import Escrow, EscrowAnswer, Order, OrderIncome, Return
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesOrder

SAMPLES = Path(shopee.__file__).parent / "samples"
PLACED, CHANGED = 1_788_000_000, 1_788_100_000
TEA: dict[str, Any] = {
    "item_id": 71, "item_name": "Trà  Shan tuyết", "item_sku": "OCOP-TEA", "model_id": 0, "order_item_id": 901,
    "model_quantity_purchased": 2, "model_original_price": 120000, "model_discounted_price": 110000,
}
HONEY: dict[str, Any] = {
    "item_id": 72, "item_name": "Mật ong", "item_sku": "OCOP-HONEY", "model_id": 5, "model_name": "500 ml",
    "model_sku": "OCOP-HONEY-500",
    "order_item_id": 902, "model_quantity_purchased": 1, "model_original_price": 200000, "model_discounted_price": 200000,
}
TEA_MONEY: dict[str, Any] = {
    "item_id": 71, "model_id": 0, "original_price": 240000, "seller_discount": 20000, "discount_from_voucher_seller": 5000,
    "shopee_discount": 3000, "discount_from_coin": 2000, "discount_from_voucher_shopee": 1000,
}
HONEY_MONEY: dict[str, Any] = {"item_id": 72, "model_id": 5, "original_price": 200000}


def order(*items: dict[str, Any], status: str = "COMPLETED") -> Order:
    return Order.model_validate({
        "order_sn": "260901AAAA0001", "order_status": status, "currency": "VND", "create_time": PLACED,
        "update_time": CHANGED, "item_list": list(items) or [TEA],
    })


def escrow(*items: dict[str, Any], **income: Any) -> Escrow:
    return Escrow.model_validate({
        "order_sn": "260901AAAA0001", "order_income": {"escrow_amount": 0, "items": list(items) or [TEA_MONEY], **income}})


def a_return(item: dict[str, Any], status: str = "ACCEPTED", **more: Any) -> Return:
    return Return.model_validate({
        "return_sn": "2609", "order_sn": "260901AAAA0001", "status": status, "update_time": CHANGED + 500,
        "item": [item], **more})


def sale(found: Order, money: Escrow | None = None, *returns: Return) -> SalesOrder:
    return to_sale(found, money, returns)


@pytest.mark.parametrize(("word", "state"), [
    ("UNPAID", OrderState.PLACED), ("PENDING", OrderState.PLACED), ("IN_CANCEL", OrderState.ACCEPTED),
    ("RETRY_SHIP", OrderState.ACCEPTED), ("TO_CONFIRM_RECEIVE", OrderState.DELIVERED), ("TO_RETURN", OrderState.DELIVERED),
    ("CANCELLED", OrderState.CANCELLED), ("SENT_TO_THE_MOON", OrderState.UNKNOWN),
])
def test_states_are_translated_and_unknown_words_kept(word: str, state: OrderState) -> None:
    found = sale(order(status=word))

    assert (found.state, found.remote_state) == (state, word)


def test_every_documented_state_is_known() -> None:
    assert len(STATES) == 12


def test_a_line_is_told_in_the_escrows_subtotals() -> None:
    line = sale(order(TEA), escrow(TEA_MONEY)).lines[0]

    assert (line.line, line.sku, line.name, line.remote_id) == ("901", "OCOP-TEA", "Trà Shan tuyết", "71")
    assert (line.quantity, line.list_amount) == (Decimal(2), 240000)
    assert (line.seller_discount, line.platform_discount) == (25000, 6000)


def test_before_there_is_money_the_orders_own_prices_count() -> None:
    line = sale(order(TEA, status="UNPAID")).lines[0]

    assert (line.list_amount, line.seller_discount, line.platform_discount) == (240000, 20000, 0)


def test_a_bundle_price_of_zero_is_no_discount() -> None:
    assert sale(order({**TEA, "model_discounted_price": 0}, status="UNPAID")).lines[0].seller_discount == 0


@pytest.mark.parametrize(("line", "discount"), [
    ({"add_on_deal": True, "main_item": False}, 240000),
    ({"add_on_deal": True, "main_item": False, "model_discounted_price": None}, 0),
    ({"add_on_deal": True, "main_item": True}, 0),
])
def test_what_comes_free_with_an_add_on_deal_brings_nothing(line: dict[str, Any], discount: int) -> None:
    assert sale(order({**TEA, "model_discounted_price": 0, **line}, status="UNPAID")).lines[0].seller_discount == discount


def test_the_models_sku_goes_before_the_items() -> None:
    assert sale(order(HONEY)).lines[0].sku == "OCOP-HONEY-500"


def test_escrow_lines_meet_order_lines_in_any_order() -> None:
    lines = sale(order(TEA, HONEY), escrow(HONEY_MONEY, TEA_MONEY)).lines

    assert [line.list_amount for line in lines] == [240000, 200000]


def test_coins_given_back_are_a_sellers_discount_shared_over_the_lines() -> None:
    lines = sale(order(TEA, HONEY), escrow(TEA_MONEY, HONEY_MONEY, seller_coin_cash_back=4401)).lines

    assert [line.seller_discount for line in lines] == [25000 + 2401, 2000]


def test_fees_and_taxes_are_shared_by_what_lines_brought_and_lose_nothing() -> None:
    lines = sale(order(TEA, HONEY, status="SHIPPED"), escrow(
        {**TEA_MONEY, "discount_from_voucher_seller": 0, "seller_discount": 40000}, HONEY_MONEY,
        commission_fee=10001, seller_order_processing_fee=3000, withholding_vat_tax=2, withholding_pit_tax=1)).lines

    assert [[fee.amount for fee in line.charged] for line in lines] == [[5001, 1500], [5000, 1500]]
    assert sum(line.tax_withheld for line in lines) == 3


def test_carriage_counts_only_when_it_costs_the_seller_until_the_order_is_complete() -> None:
    dear = OrderIncome(escrow_amount=Decimal(0), actual_shipping_fee=Decimal(30000), buyer_paid_shipping_fee=Decimal(20000),
                       shopee_shipping_rebate=Decimal(6000))
    not_confirmed = dear.model_copy(update={"actual_shipping_fee": Decimal(0)})

    assert [seller_shipping(income, final=False) for income in (dear, not_confirmed)] == [4000, 0]


def test_a_partial_return_falls_on_its_own_line() -> None:
    back = a_return({"item_id": 72, "model_id": 5, "amount": 1, "item_price": 200000})

    lines = sale(order(TEA, HONEY), escrow(TEA_MONEY, HONEY_MONEY, seller_return_refund=-200000), back).lines

    assert [(line.refund, line.returned_quantity) for line in lines] == [(0, 0), (200000, 1)]


def test_a_refund_without_a_known_return_is_shared_out_exactly() -> None:
    lines = sale(order(TEA, HONEY), escrow(TEA_MONEY, HONEY_MONEY, seller_return_refund=-100001)).lines

    assert sum(line.refund for line in lines) == 100001
    assert [line.returned_quantity for line in lines] == [0, 0]


def test_a_refund_below_the_goods_value_keeps_the_proportion() -> None:
    back = a_return({"item_id": 71, "model_id": 0, "amount": 1, "item_price": 110000})

    lines = sale(order(TEA, HONEY), escrow(TEA_MONEY, HONEY_MONEY, seller_return_refund=-50000), back).lines

    assert [line.refund for line in lines] == [50000, 0]


@pytest.mark.parametrize("status", ["REQUESTED", "JUDGING", "CANCELLED", "SELLER_DISPUTE", "SOMETHING_NEW"])
def test_an_open_or_dropped_return_brings_no_goods_back(status: str) -> None:
    back = a_return({"item_id": 71, "model_id": 0, "amount": 2, "item_price": 110000}, status)

    assert sale(order(TEA), escrow(seller_return_refund=-1), back).lines[0].returned_quantity == 0


def test_a_refund_without_goods_brings_none_back() -> None:
    back = a_return({"item_id": 71, "model_id": 0, "amount": 2, "item_price": 110000}, return_solution=1)

    line = sale(order(TEA), escrow(seller_return_refund=-220000), back).lines[0]

    assert (line.refund, line.returned_quantity) == (220000, 0)


def test_goods_on_two_lines_come_back_from_the_first_that_has_some_left() -> None:
    twin = {**TEA, "order_item_id": 903, "model_quantity_purchased": 1}
    back = a_return({"item_id": 71, "model_id": 0, "amount": 3, "item_price": 100})

    lines = sale(order(TEA, twin), escrow(TEA_MONEY, TEA_MONEY, seller_return_refund=-300), back).lines

    assert [(line.returned_quantity, line.refund) for line in lines] == [(2, 200), (1, 100)]


def test_lines_of_a_bundle_get_keys_of_their_own() -> None:
    first, second = {**TEA, "order_item_id": 900}, {**HONEY, "order_item_id": 900}

    assert [line.line for line in sale(order(first, second)).lines] == ["71:0:0", "72:5:0"]
    assert [line.line for line in sale(order(second, first)).lines] == ["72:5:0", "71:0:0"]


def test_an_order_is_as_new_as_the_last_thing_that_happened_to_it() -> None:
    back = a_return({"item_id": 71, "amount": 1})
    paid_out = datetime.fromtimestamp(CHANGED + 900, UTC)

    assert sale(order(TEA), None, back).updated_at == datetime.fromtimestamp(CHANGED + 500, UTC)
    assert to_sale(order(TEA), None, [back], paid_out).updated_at == paid_out


def test_only_a_payout_makes_the_amounts_final() -> None:
    assert not sale(order(TEA), escrow()).settled
    assert to_sale(order(TEA), escrow(), [], datetime.fromtimestamp(CHANGED, UTC)).settled


def test_nothing_of_a_buyer_is_kept() -> None:
    row = {**order(TEA).model_dump(), "buyer_username": "CANARY", "recipient_address": {"state": "CANARY"}, "note": "CANARY"}

    assert "CANARY" not in repr(to_sale(Order.model_validate(row), None, []))


INCOME: dict[str, Any] = {
    "escrow_amount": 387_497, "original_cost_of_goods_sold": 440_000, "original_shopee_discount": 6_000, "shopee_discount": 6_000,
    "voucher_from_seller": 5_000, "seller_coin_cash_back": 1_000, "buyer_paid_shipping_fee": 20_000,
    "actual_shipping_fee": 32_000, "shopee_shipping_rebate": 12_000, "commission_fee": 22_000, "service_fee": 8_000,
    "seller_transaction_fee": 11_000, "seller_order_processing_fee": 3_000, "withholding_vat_tax": 2_000,
    "withholding_pit_tax": 503, "seller_return_refund": 0,
}


def test_the_formula_of_the_reference_explains_the_net() -> None:
    assert escrow_difference(OrderIncome.model_validate(INCOME)) == 0


def test_an_unknown_term_shows_as_the_difference() -> None:
    assert escrow_difference(OrderIncome.model_validate({**INCOME, "escrow_amount": 380_000, "fee_of_tomorrow": 7_497})) == -7_497


@pytest.mark.parametrize(("term", "sign"), [
    ("seller_return_refund", 1), ("shopee_discount", 1), ("original_cost_of_goods_sold", 1), ("buyer_paid_packaging_fee", 1),
    ("shipping_fee_discount_from_3pl", 1), ("shipping_fee_discount_from_pl", 1), ("rsf_seller_protection_fee_claim_amount", 1),
    ("reverse_shipping_fee", -1), ("final_return_to_seller_shipping_fee", -1), ("campaign_fee", -1), ("fbs_fee", -1),
    ("order_ams_commission_fee", -1), ("escrow_tax", -1), ("withholding_cit_tax", -1), ("trade_in_bonus_by_seller", -1),
    ("trade_in_bonus_seller", -1), ("th_import_duty", -1), ("overseas_return_service_fee", -1), ("vat_on_imported_goods", -1),
    ("ads_escrow_top_up_fee_or_technical_support_fee", -1), ("shipping_seller_protection_fee_amount", -1),
    ("delivery_seller_protection_fee_premium_amount", -1), ("final_escrow_product_gst", -1), ("sales_tax_on_lvg", -1),
])
def test_every_term_has_its_sign(term: str, sign: int) -> None:
    with_term = OrderIncome.model_validate({**INCOME, term: INCOME.get(term, 0) + 10, "escrow_amount": 387_497 + 10 * sign})

    assert escrow_difference(with_term) == 0


def test_taxes_are_not_fees() -> None:
    income = OrderIncome.model_validate(INCOME)

    assert (sum(fee.amount for fee in fees(income)), taxes(income)) == (44_000, 2_503)


@pytest.mark.parametrize(("status", "net", "kept"), [
    ("COMPLETED", 387_497 - 1_500, 45_500), ("COMPLETED", 387_497 + 1_500, 42_500), ("SHIPPED", 387_497 - 1_500, 44_000),
])
def test_what_no_document_names_counts_as_unexplained_at_the_end(status: str, net: int, kept: int) -> None:
    lines = sale(order(TEA, HONEY, status=status), escrow(TEA_MONEY, HONEY_MONEY, **{**INCOME, "escrow_amount": net})).lines

    assert sum(line.fees for line in lines) == kept


def test_the_samples_net_follows_from_the_formula() -> None:
    found = {}
    for name in ("get_escrow_detail", "get_escrow_detail_refund_and_adjustment", "get_escrow_detail_new_fee_term"):
        sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
        income = EscrowAnswer.model_validate(sample["response"]["body"]).response.order_income
        found[name] = escrow_difference(income)

    assert list(found.values()) == [0, 0, -1500]


def test_null_is_the_same_as_absent() -> None:
    assert fees(OrderIncome.model_validate({"escrow_amount": 0, "commission_fee": None})) == []


def settled(name: str) -> SalesOrder:
    """A sample's settlement on one line of goods at its list price."""
    sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    found = EscrowAnswer.model_validate(sample["response"]["body"]).response
    return to_sale(order(TEA), found, [])


def test_a_correction_after_the_payout_is_a_fee_of_its_own_kind_and_in_the_total() -> None:
    found = settled("get_escrow_detail_refund_and_adjustment")

    assert found.platform_total == 139_660
    assert [(fee.kind, fee.amount) for line in found.lines for fee in line.charged if fee.kind is FeeKind.ADJUSTMENT] == [
        (FeeKind.ADJUSTMENT, 3_500)]
    assert sum(line.seller_shipping for line in found.lines) == 0


def test_a_new_fee_that_is_just_what_is_missing_keeps_shopees_name() -> None:
    fees_found = {(fee.kind, fee.word): fee.amount for line in settled("get_escrow_detail_new_fee_term").lines for fee in line.charged}

    assert fees_found[FeeKind.OTHER, "ocean_rescue_fee"] == 1_500
    assert FeeKind.UNEXPLAINED not in {kind for kind, _ in fees_found}


@pytest.mark.parametrize(("term", "kind"), sorted(settlement.FEES.items()))
def test_every_fee_has_its_kind_and_keeps_its_name(term: str, kind: FeeKind) -> None:
    assert fees(OrderIncome.model_validate({"escrow_amount": 0, term: 10})) == [Fee(kind, 10, term)]


def test_packaging_that_the_buyer_paid_comes_off_the_fees() -> None:
    assert [fee.amount for fee in fees(OrderIncome.model_validate({"escrow_amount": 0, "buyer_paid_packaging_fee": 10}))] == [-10]


def test_at_the_end_a_gain_on_carriage_counts_too() -> None:
    gain = OrderIncome.model_validate({"escrow_amount": 0, "buyer_paid_shipping_fee": 20_000, "actual_shipping_fee": 15_000})

    assert [seller_shipping(gain, final=final) for final in (False, True)] == [0, -5_000]


@pytest.mark.parametrize(("status", "total"), [("COMPLETED", 387_497), ("SHIPPED", None), ("TO_RETURN", None)])
def test_shopees_total_is_compared_once_the_order_is_complete(status: str, total: int | None) -> None:
    assert sale(order(TEA, HONEY, status=status), escrow(TEA_MONEY, HONEY_MONEY, **INCOME)).platform_total == total


def test_without_the_worth_of_the_goods_nothing_is_missing() -> None:
    found = sale(order(TEA), escrow(TEA_MONEY, escrow_amount=1))

    assert [fee for line in found.lines for fee in line.charged] == []
