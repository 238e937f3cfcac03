"""Orders into sales: amounts to the đồng, states, times, and nothing of the buyer but the region."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.tiki.mapper import fee_kind, is_sale, to_sale
from connectors.tiki.wire import READS
from connectors.tiki.wire_orders import Order, OrderPage, Unread
from ocop_market.model.sales import FeeKind, OrderState


def item(**changes: Any) -> dict[str, Any]:
    invoice = {"price": 100_000, "quantity": 2, "subtotal": 200_000, "row_total": 185_000, "discount_amount": 15_000,
               "discount_coupon": 5_000, "is_seller_discount_coupon": False, "seller_fee": 0, "seller_income": 200_000,
               "fees": []}
    invoice |= changes.pop("invoice", {})
    return {"id": 9001, "qty": 2, "price": 100_000, "invoice": invoice,
            "product": {"id": 55, "sku": "8930000000001", "name": "Mật  ong thử", "seller_product_code": "MAT-01"}, **changes}


def order(**changes: Any) -> dict[str, Any]:
    return {"id": 1, "code": "700100", "status": "complete", "created_at": "2026-08-01 23:30:00",
            "updated_at": "2026-08-05 08:00:00", "items": [item()], **changes}


def fee(key: str, amount: int) -> dict[str, Any]:
    return {"id": 1, "fee_type_key": key, "final_amount": amount, "total_amount": amount}


def read(**changes: Any) -> Order:
    return Order.model_validate_json(json.dumps(order(**changes)))


def test_times_without_offset_are_those_of_viet_nam() -> None:
    sale = to_sale(read())
    assert sale.placed_at == datetime(2026, 8, 1, 16, 30, tzinfo=UTC)
    assert sale.updated_at == datetime(2026, 8, 5, 1, 0, tzinfo=UTC)


def test_epoch_seconds_in_text_are_read_as_well() -> None:
    assert to_sale(read(created_at="1785601800", updated_at=None)).updated_at == datetime(2026, 8, 1, 16, 30, tzinfo=UTC)


def test_order_is_known_by_its_code_and_never_by_its_internal_id() -> None:
    sale = to_sale(read())
    assert (sale.order_id, sale.document) == ("700100", "700100")


def test_platform_pays_for_its_own_discounts() -> None:
    line = to_sale(read()).lines[0]
    assert (line.list_amount, line.seller_discount, line.platform_discount) == (200_000, 0, 15_000)


def test_sellers_own_coupon_is_the_sellers_discount() -> None:
    line = to_sale(read(items=[item(invoice={"is_seller_discount_coupon": True})])).lines[0]
    assert (line.seller_discount, line.platform_discount) == (5_000, 10_000)


def test_discount_is_what_the_row_total_lacks_when_it_is_not_told() -> None:
    line = to_sale(read(items=[item(invoice={"discount_amount": None})])).lines[0]
    assert line.platform_discount == 15_000


def test_fees_are_positive_and_taxes_are_kept_apart() -> None:
    fees = [fee("commission_fee", -20_000), fee("payment_fee", -4_000), fee("vat_withholding", -2_000), fee("PIT", -1_000)]
    line = to_sale(read(items=[item(invoice={"fees": fees, "seller_fee": -27_000})])).lines[0]
    assert (line.fees, line.tax_withheld) == (24_000, 3_000)


def test_word_that_only_contains_a_tax_is_a_fee() -> None:
    fees = [fee("hospitality_fee", -1_000), fee("private_label_fee", -500)]
    line = to_sale(read(items=[item(invoice={"fees": fees, "seller_fee": -1_500})])).lines[0]
    assert (line.fees, line.tax_withheld) == (1_500, 0)


def test_seller_fee_counts_when_the_single_fees_do_not_add_up_to_it() -> None:
    line = to_sale(read(items=[item(invoice={"fees": [fee("vat", -2_000)], "seller_fee": -9_000})])).lines[0]
    assert (line.fees, line.tax_withheld) == (9_000, 0)


def test_single_fees_count_when_seller_fee_is_absent() -> None:
    line = to_sale(read(items=[item(invoice={"fees": [fee("commission", -7_000)], "seller_fee": None})])).lines[0]
    assert line.fees == 7_000


def test_income_of_a_completed_order_is_that_of_its_lines() -> None:
    items = [item(invoice={"seller_fee": -24_000, "fees": [fee("commission", -24_000)]}),
             item(id=9002, invoice={"is_seller_discount_coupon": True, "seller_fee": -23_400})]
    agrees = to_sale(read(status="complete", items=items, invoice={"total_seller_income": 176_000 + 171_600}))
    assert (agrees.platform_total, agrees.in_hand) == (347_600, 347_600)
    differs = to_sale(read(status="complete", items=items, invoice={"total_seller_income": 347_000}))
    assert (differs.platform_total, differs.in_hand) == (347_000, 347_600)


def test_income_of_an_order_under_way_is_not_compared() -> None:
    assert to_sale(read(status="shipping", invoice={"total_seller_income": 200_000})).platform_total is None


@pytest.mark.parametrize("stated", [200_000, 0])
def test_income_of_a_returned_order_may_be_from_before_or_after_the_return(stated: int) -> None:
    sale = to_sale(read(status="returned", invoice={"total_seller_income": stated}))
    assert sale.platform_total == sale.in_hand == 0


@pytest.mark.parametrize(("key", "kind"), [
    ("percent_per_item_sales_value", FeeKind.COMMISSION), ("payment_processing_fee", FeeKind.PAYMENT),
    ("pick_pack_processing_fee", FeeKind.PROCESSING), ("affiliate_commission", FeeKind.AFFILIATE),
    ("seller_shipping_fee", FeeKind.SHIPPING), ("storage_fee", FeeKind.FULFILMENT), ("freeship_plus", FeeKind.SERVICE),
    ("moon_fee", FeeKind.OTHER), ("withholding_vat_tax", None)])
def test_a_fee_is_told_by_the_words_of_its_key(key: str, kind: FeeKind | None) -> None:
    assert fee_kind(key) is kind


def test_a_fee_without_a_word_of_ours_keeps_tikis() -> None:
    line = to_sale(read(items=[item(invoice={"fees": [fee("moon_fee", -700)], "seller_fee": -700})])).lines[0]
    assert [(one.kind, one.word, one.amount) for one in line.charged] == [(FeeKind.OTHER, "moon_fee", 700)]


def test_returned_order_gives_back_what_the_seller_got() -> None:
    sale = to_sale(read(status="returned", items=[item(invoice={"is_seller_discount_coupon": True})]))
    assert sale.state is OrderState.DELIVERED
    assert (sale.lines[0].refund, sale.lines[0].returned_quantity) == (195_000, Decimal(2))


@pytest.mark.parametrize(("words", "state"), [
    ("processing waiting_payment payment_review holded", OrderState.PLACED),
    ("queueing paid picking packaging finished_packing ready_to_ship handover_to_partner shipping", OrderState.ACCEPTED),
    ("successful_delivery delivered complete closed returned", OrderState.DELIVERED),
    ("canceled", OrderState.CANCELLED), ("teleported", OrderState.UNKNOWN),
])
def test_every_word_of_the_platform_has_a_state(words: str, state: OrderState) -> None:
    assert {to_sale(read(status=word)).state for word in words.split()} == {state}


@pytest.mark.parametrize(("status", "settled"), [
    ("complete", True), ("closed", True), ("successful_delivery", False), ("returned", False),
])
def test_amounts_are_final_once_the_order_is_complete(status: str, settled: bool) -> None:
    assert to_sale(read(status=status)).settled is settled


def test_carts_and_replacements_are_no_sales() -> None:
    assert [is_sale(read()), is_sale(read(is_parent=True)), is_sale(read(is_rma=1))] == [True, False, False]


def test_line_is_known_by_its_item_and_carries_the_sellers_code() -> None:
    line = to_sale(read()).lines[0]
    assert (line.line, line.sku, line.remote_id, line.name) == ("9001", "MAT-01", "55", "Mật ong thử")


@pytest.mark.parametrize("product", [
    {"id": 55, "sku": "8930000000001", "seller_product_code": None},
    {"id": 55, "sku": "8930000000001", "seller_product_code": ""},
    {"product_id": "55", "name": None},
])
def test_goods_without_a_code_of_the_seller_have_none_and_keep_tikis_number(product: dict[str, Any]) -> None:
    line = to_sale(read(items=[item(product=product)])).lines[0]
    assert (line.sku, line.remote_id) == ("", "55")


def test_numbers_may_come_as_text_and_objects_as_null() -> None:
    odd = item(qty="2", invoice={"subtotal": "200000", "discount_amount": "15000.0", "fees": None, "seller_fee": "",
                                 "seller_income": None})
    line = to_sale(read(items=[odd], shipping=None, invoice=None, is_rma=None, is_parent=0, code=700100)).lines[0]
    assert (line.quantity, line.list_amount, line.platform_discount) == (Decimal(2), 200_000, 15_000)


def test_quantity_and_subtotal_may_be_read_from_their_twins() -> None:
    line = to_sale(read(items=[item(qty=None, invoice={"subtotal": None, "quantity": 3})])).lines[0]
    assert (line.quantity, line.list_amount) == (Decimal(3), 300_000)


def test_of_the_address_the_region_alone_is_read() -> None:
    address = {"full_name": "CANARY Người Mua", "street": "CANARY", "phone": "0999000111", "email": "x@nguoi-mua-gia.example",
               "ward": "CANARY", "district": "CANARY", "region": "Đà Nẵng", "region_tiki_code": "VN000"}
    read_order = read(shipping={"address": address}, customer={"id": 1, "full_name": "CANARY"}, billing_address=address)
    assert "CANARY" not in read_order.model_dump_json() + repr(to_sale(read_order))
    assert "0999000" not in read_order.model_dump_json()
    assert to_sale(read_order).province == "Đà Nẵng"


@pytest.mark.parametrize(("broken", "path"), [
    ({"code": ""}, "code"), ({"status": None}, "status"), ({"created_at": "hôm qua"}, "created_at"),
    ({"items": [item(id=None)]}, "items.0.id"), ({"items": [item(qty="hai")]}, "items.0.qty"),
    ({"items": [item(price=None, invoice={"subtotal": None, "price": None})]}, "items.0.invoice.subtotal"),
])
def test_missing_amounts_and_keys_are_named(broken: dict[str, Any], path: str) -> None:
    page = OrderPage.model_validate_json(json.dumps({"data": [order(**broken), order(code="700101")]}))
    unread, good = page.rows()
    assert isinstance(unread, Unread)
    assert unread.fields == (path,)
    assert isinstance(good, Order)


def test_strict_model_of_the_list_refuses_what_the_pull_sets_aside() -> None:
    with pytest.raises(ValidationError):
        READS["GET /integration/v2/orders"].model_validate({"data": [order(status=None)]})
