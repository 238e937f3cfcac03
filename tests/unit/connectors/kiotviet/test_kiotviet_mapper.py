"""KiotViet's documents as sales, to the đồng."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.kiotviet.documents import InvoiceIn, ReturnIn, read_document
from connectors.kiotviet.mapper import to_good, to_return, to_sale
from connectors.kiotviet.paging import Malformed
from connectors.kiotviet.wire import ProductIn
from ocop_market.errors import Refused
from ocop_market.model.clock import business_day
from ocop_market.model.sales import OrderState


def line(product: int = 1, quantity: float | str = 1, price: float | str = 100_000, **more: Any) -> dict[str, Any]:
    return {"productId": product, "productCode": f"SP{product}", "productName": "Mật ong", "quantity": quantity, "price": price,
            **more}


def invoice(*lines: dict[str, Any], **fields: Any) -> InvoiceIn:
    read = read_document(InvoiceIn, json.dumps({
        "id": 11, "code": "HD011", "purchaseDate": "2026-09-18T23:30:00.0000000", "branchId": 3, "status": 1,
        "invoiceDetails": list(lines), **fields}).encode())
    assert not isinstance(read, Malformed)
    return read


def slip(*lines: dict[str, Any], **fields: Any) -> ReturnIn:
    read = read_document(ReturnIn, json.dumps({
        "id": 21, "code": "TH021", "returnDate": "2026-09-19T08:00:00", "branchId": 3, "invoiceId": 11, "statusValue": "Đã trả",
        "returnDetails": list(lines), **fields}).encode())
    assert not isinstance(read, Malformed)
    return read


def test_an_invoice_becomes_a_sale_of_its_branch_and_day() -> None:
    order = to_sale(invoice(line(quantity=2), total=200_000, SaleChannel={"Name": "Facebook"})).order
    assert (order.order_id, order.document, order.location, order.source) == ("invoice:11", "HD011", "3", "Facebook")
    assert business_day(order.placed_at).isoformat() == "2026-09-18"
    assert (order.returns, order.province) == (None, "")


def test_half_kilos_keep_their_quantity_and_give_whole_dong() -> None:
    sold = to_sale(invoice(line(quantity=0.35, price=45_500), total=15_925)).order.lines[0]
    assert (sold.quantity, sold.list_amount) == (Decimal("0.35"), 15_925)


def test_a_unit_discount_counts_for_every_unit() -> None:
    sale = to_sale(invoice(line(quantity=3, discount=5_000), total=285_000))
    assert (sale.order.lines[0].seller_discount, sale.problem) == (15_000, None)


def test_a_discount_given_as_a_percentage_only_counts() -> None:
    sale = to_sale(invoice(line(quantity=2, discountRatio=10), total=180_000))
    assert (sale.order.lines[0].seller_discount, sale.problem) == (20_000, None)


def test_an_invoice_discount_follows_its_shares_on_the_lines() -> None:
    sale = to_sale(invoice(line(1, allocationDiscount=9_000), line(2, allocationDiscount=1_000), discount=10_000, total=190_000))
    assert [sold.seller_discount for sold in sale.order.lines] == [9_000, 1_000]
    assert sale.problem is None


def test_an_invoice_discount_without_shares_is_spread_by_amount_to_the_dong() -> None:
    sale = to_sale(invoice(line(1), line(2), line(3), discount=10_000, total=290_000))
    assert [sold.seller_discount for sold in sale.order.lines] == [3_334, 3_333, 3_333]


def test_fractional_shares_still_add_up_to_the_discount() -> None:
    shares = [line(n, allocationDiscount="3333.3333") for n in (1, 2, 3)]
    sale = to_sale(invoice(*shares, discount=10_000, total=290_000))
    assert sum(sold.seller_discount for sold in sale.order.lines) == 10_000


def test_shares_that_contradict_the_discount_are_not_followed() -> None:
    sale = to_sale(invoice(line(1, quantity=2, allocationDiscount=5_000), line(2), discount=10_000, total=290_000))
    assert sum(sold.seller_discount for sold in sale.order.lines) == 10_000
    assert sale.problem is None


def test_a_percentage_on_the_whole_invoice_comes_after_the_line_discounts() -> None:
    sale = to_sale(invoice(line(discount=20_000), discountRatio=10, total=72_000))
    assert (sale.order.lines[0].seller_discount, sale.problem) == (28_000, None)


def test_a_price_raised_at_the_counter_is_no_negative_discount() -> None:
    sold = to_sale(invoice(line(quantity=2, discount=-5_000), total=210_000)).order.lines[0]
    assert (sold.list_amount, sold.seller_discount) == (210_000, 0)


def test_the_same_article_on_two_lines_keeps_two_keys() -> None:
    keys = [sold.line for sold in to_sale(invoice(line(1), line(2), line(1), total=300_000)).order.lines]
    assert keys == ["1:1", "2:1", "1:2"]


@pytest.mark.parametrize(("status", "state"), [
    (1, OrderState.DELIVERED), (2, OrderState.CANCELLED), (3, OrderState.ACCEPTED), (5, OrderState.CANCELLED),
    (4, OrderState.UNKNOWN),
])
def test_status_numbers_are_those_of_the_webhook_chapter(status: int, state: OrderState) -> None:
    assert to_sale(invoice(line(), status=status)).order.state is state


def test_words_count_only_without_a_number() -> None:
    assert to_sale(invoice(line(), status=None, statusValue="Đã huỷ")).order.state is OrderState.CANCELLED
    assert to_sale(invoice(line(), status=8, statusValue="Hoàn thành")).order.state is OrderState.UNKNOWN


def test_an_unknown_status_keeps_its_raw_number_and_word() -> None:
    assert to_sale(invoice(line(), status=9, statusValue="Lạ")).order.remote_state == "9 Lạ"


def test_money_paid_so_far_is_no_revenue() -> None:
    sale = to_sale(invoice(line(), total=100_000, totalPayment=20_000))
    assert (sale.order.lines[0].list_amount, sale.problem) == (100_000, None)


def test_surcharges_explain_a_total_but_belong_to_no_line() -> None:
    sale = to_sale(invoice(line(), invoiceOrderSurcharges=[{"price": 15_000, "surValue": 99}], total=115_000))
    assert (sale.order.lines[0].list_amount, sale.problem) == (100_000, None)


@pytest.mark.parametrize("mode", [0, 1])
def test_tax_added_by_the_pricing_mode_explains_a_total(mode: int) -> None:
    assert to_sale(invoice(line(), pricingMode=mode, totalTax=8_000, total=108_000)).problem is None


def test_tax_of_the_direct_method_is_inside_the_prices() -> None:
    assert to_sale(invoice(line(), totalTax=1_000, total=100_000)).problem is None


def test_an_invoice_that_does_not_add_up_is_flagged_and_still_a_sale() -> None:
    sale = to_sale(invoice(line(), total=90_000))
    assert sale.problem is not None
    assert sale.problem.code == "sum-mismatch"
    assert "HD011" in sale.problem.sentence("en")
    assert sale.order.lines[0].list_amount == 100_000


def test_one_dong_of_rounding_is_no_mismatch() -> None:
    assert to_sale(invoice(line(quantity="0.333", price=100_001), total=33_300)).problem is None


def test_many_roundings_are_no_mismatch() -> None:
    lines = [line(n, quantity="0.5", price=10_001) for n in range(8)]
    assert to_sale(invoice(*lines, total="40004")).problem is None


def test_a_cancelled_invoice_is_not_flagged() -> None:
    assert to_sale(invoice(line(), status=2, total=0)).problem is None


def test_the_day_falls_back_to_the_creation_and_an_invoice_without_any_is_refused() -> None:
    assert to_sale(invoice(line(), purchaseDate=None, createdDate="2026-09-17T10:00:00")).order.placed_at.day == 17
    with pytest.raises(Refused) as caught:
        to_sale(invoice(line(), purchaseDate=None))
    assert caught.value.problems[0].code == "no-date"


def test_the_last_change_falls_back_to_the_creation() -> None:
    order = to_sale(invoice(line(), createdDate="2026-09-18T23:31:00")).order
    assert (order.updated_at.hour, order.updated_at.minute) == (23, 31)


amounts = some.integers(min_value=0, max_value=5_000_000)


@given(some.lists(some.tuples(some.integers(1, 40), amounts), min_size=1, max_size=8), some.data())
def test_lines_less_discounts_always_give_the_total(bought: list[tuple[int, int]], data: some.DataObject) -> None:
    gross = sum(quantity * price for quantity, price in bought)
    discount = data.draw(some.integers(0, gross))
    rows = [line(n, quantity=quantity, price=price) for n, (quantity, price) in enumerate(bought)]
    sale = to_sale(invoice(*rows, discount=discount, total=gross - discount))
    assert sum(sold.list_amount - sold.seller_discount for sold in sale.order.lines) == gross - discount
    assert sale.problem is None


def test_a_return_slip_carries_refunds_and_no_quantity_of_its_own() -> None:
    sale = to_return(slip(line(quantity=2, subTotal=200_000), returnTotal=200_000))
    back = sale.order.lines[0]
    assert (sale.order.order_id, sale.order.returns, sale.order.state) == ("return:21", "invoice:11", OrderState.DELIVERED)
    assert (back.quantity, back.list_amount) == (Decimal(0), 0)
    assert (back.refund, back.returned_quantity) == (200_000, Decimal(2))


@pytest.mark.parametrize("missing", [None, 0])
def test_a_quick_return_names_no_sale(missing: int | None) -> None:
    assert to_return(slip(line(), returnTotal=100_000, invoiceId=missing)).order.returns == ""


@pytest.mark.parametrize(("total", "refund"), [(240_000, 220_000), (220_000, 220_000), (235_000, 235_000), (215_000, 215_000)])
def test_the_lines_tell_whether_the_total_is_before_or_after_discount_and_fee(total: int, refund: int) -> None:
    sale = to_return(slip(line(price=240_000, subTotal=240_000), returnTotal=total, returnDiscount=20_000, returnFee=5_000))
    assert (sale.order.lines[0].refund, sale.problem) == (refund, None)


def test_a_discount_already_inside_the_lines_is_not_taken_off_twice() -> None:
    row = line(price=240_000, subTotal=220_000, AllocationDiscount=20_000)
    sale = to_return(slip(row, returnTotal=220_000, returnDiscount=20_000))
    assert (sale.order.lines[0].refund, sale.problem) == (220_000, None)


def test_a_slip_that_does_not_add_up_is_flagged_and_refunds_its_total() -> None:
    sale = to_return(slip(line(subTotal=100_000), returnTotal=70_000))
    assert sale.problem is not None
    assert sale.problem.code == "sum-mismatch"
    assert sale.order.lines[0].refund == 70_000


def test_a_refund_is_shared_over_the_lines_to_the_dong() -> None:
    rows = [line(n, subTotal=100_000) for n in (1, 2, 3)]
    sale = to_return(slip(*rows, returnTotal=300_000, returnDiscount=100_000))
    assert [back.refund for back in sale.order.lines] == [66_667, 66_667, 66_666]


def test_tax_given_back_is_left_out_as_it_is_in_sales() -> None:
    sale = to_return(slip(line(subTotal=100_000), pricingMode=0, totalTax=8_000, returnTotal=108_000))
    assert (sale.order.lines[0].refund, sale.problem) == (100_000, None)


@pytest.mark.parametrize("word", ["Đã hủy", "Đã huỷ", "ĐÃ HỦY"])
def test_a_voided_slip_is_cancelled_in_either_spelling(word: str) -> None:
    assert to_return(slip(line(), returnTotal=100_000, statusValue=word)).order.state is OrderState.CANCELLED


def test_stock_is_what_is_on_hand_less_what_is_promised() -> None:
    good = to_good(ProductIn.model_validate({
        "id": 5, "code": "SP5", "name": "Trà", "fullName": "Trà (Hộp)", "barCode": "893", "basePrice": 150000.0, "unit": "Hộp",
        "inventories": [{"branchId": 1, "onHand": 10.5, "reserved": 2, "cost": 90_000}]}))
    assert (good.remote_id, good.sku, good.name, good.price) == ("5", "SP5", "Trà (Hộp)", 150_000)
    assert good.stock == {"1": Decimal("8.5")}


def test_the_total_to_compare_is_that_of_the_goods() -> None:
    sale = to_sale(invoice(line(), invoiceOrderSurcharges=[{"price": 15_000}], pricingMode=0, totalTax=8_000, total=123_000)).order
    assert sale.platform_total == sale.in_hand == 100_000


def test_a_total_that_the_lines_do_not_make_stays_to_be_compared() -> None:
    sale = to_sale(invoice(line(), total=90_000)).order
    assert (sale.platform_total, sale.in_hand) == (90_000, 100_000)


@pytest.mark.parametrize("fields", [{"status": 2, "total": 100_000}, {}])
def test_a_cancelled_invoice_and_one_without_a_total_have_none_to_compare(fields: dict[str, Any]) -> None:
    assert to_sale(invoice(line(), **fields)).order.platform_total is None


def test_a_slip_takes_off_what_it_gave_back() -> None:
    sale = to_return(slip(line(subTotal=100_000), returnTotal=100_000, returnFee=5_000)).order
    assert sale.platform_total == sale.in_hand == -100_000
