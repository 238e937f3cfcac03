"""What is read from KiotViet, whatever way it is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from connectors.kiotviet.wire import READS, InvoiceIn, Page, ProductIn, ReturnIn, read
from ocop_market.model.clock import VIETNAM

BUYER_WORDS = ("customer", "name_of_buyer", "phone", "contact", "address", "email", "sold_by", "description", "note", "receiver")


def read_invoice(body: dict[str, object]) -> InvoiceIn:
    return read(InvoiceIn, json.dumps(body).encode())


def test_keys_are_read_in_any_case() -> None:
    invoice = read_invoice({"ID": 7, "Code": "HD7", "BRANCHID": 3, "InvoiceDetails": [{"Quantity": 1, "PRICE": 5}]})
    assert (invoice.id, invoice.code, invoice.branch_id) == ("7", "HD7", "3")
    assert invoice.invoice_details[0].price == Decimal(5)


@pytest.mark.parametrize("spell", [str.lower, str.upper, lambda key: key.replace("Id", "_id").replace("Date", "_date")])
def test_a_list_in_an_unusual_spelling_is_read_whole(spell: Callable[[str], str]) -> None:
    rows = [{"id": n, "branchId": 3, "purchaseDate": "2025-11-17T23:10:25"} for n in range(300)]
    body = json.dumps({"total": 300, "data": [{spell(key): value for key, value in row.items()} for row in rows]})
    page = read(Page[InvoiceIn], body.encode())
    assert {(one.branch_id, one.purchase_date is None) for one in page.data} == {("3", False)}


def test_null_is_the_same_as_absent_and_gives_way_to_another_spelling() -> None:
    invoice = read_invoice({"id": 7, "code": None, "saleChannel": None, "SaleChannel": {"Name": "Facebook"}})
    assert invoice.code == ""
    assert invoice.sale_channel.name == "Facebook"


def test_lines_may_be_drawn_as_one_object() -> None:
    invoice = read_invoice({"id": 7, "invoiceDetails": {"productId": 1, "quantity": 2, "price": 10}})
    assert [line.product_id for line in invoice.invoice_details] == ["1"]


def test_seven_digit_local_time_becomes_aware_viet_nam_time() -> None:
    invoice = read_invoice({"id": 7, "purchaseDate": "2025-11-17T23:10:25.1670000"})
    assert invoice.purchase_date == datetime(2025, 11, 17, 23, 10, 25, 167_000, tzinfo=VIETNAM)


def test_a_time_with_an_offset_keeps_it() -> None:
    invoice = read_invoice({"id": 7, "purchaseDate": "2025-11-17T16:10:25Z"})
    assert invoice.purchase_date is not None
    assert invoice.purchase_date.utcoffset() == timedelta(0)


def test_an_empty_dotnet_time_is_no_time() -> None:
    assert read_invoice({"id": 7, "modifiedDate": "0001-01-01T00:00:00.0000000"}).modified_date is None


def test_amounts_never_pass_through_a_float() -> None:
    product = read(ProductIn, b'{"id": 1, "basePrice": 12345678901234567.89}')
    assert product.base_price == Decimal("12345678901234567.89")


@pytest.mark.parametrize("body", [b"{}", b'{"responseStatus": {"errorCode": "X"}}', b'{"total": 3}', b"<html>", b"[1]"])
def test_an_answer_that_is_no_list_is_never_taken_for_an_empty_one(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"data|expected|dictionary|Expecting"):
        read(Page[InvoiceIn], body)


def test_an_empty_list_may_leave_out_its_rows() -> None:
    assert read(Page[InvoiceIn], b'{"total": 0, "pageSize": 20}').data == []


def test_one_odd_row_is_read_like_the_even_ones_beside_it() -> None:
    even = {"id": 7, "code": "HD7", "invoiceDetails": [{"productId": 1, "productCode": "A", "quantity": 2.5, "price": 10}]}
    odd = {"Id": 8, "Code": None, "invoice_details": {"ProductId": 2, "ProductCode": "B", "Quantity": 1, "Price": 12.25}}
    alone, beside = read(Page[InvoiceIn], json.dumps({"data": [even]}).encode()), read(
        Page[InvoiceIn], json.dumps({"Data": [even, odd]}).encode())
    assert beside.data[0] == alone.data[0]
    assert (beside.data[1].id, beside.data[1].code, beside.data[1].invoice_details[0].price) == ("8", "", Decimal("12.25"))


def test_a_return_slip_names_its_allocated_discount_in_either_case() -> None:
    def slip(key: str) -> bytes:
        return json.dumps({"id": 1, "returnDetails": [{"quantity": 1, "price": 5, key: 2}]}).encode()

    for key in ("AllocationDiscount", "allocationDiscount", "allocation_discount"):
        assert read(ReturnIn, slip(key)).return_details[0].allocation_discount == 2


def test_no_model_declares_a_buyer_or_a_clerk() -> None:
    models, declared = list(READS.values()), set()
    while models:
        model = models.pop()
        for name, field in model.model_fields.items():
            if (model, name) != (ProductIn, "description"):  # what an article is, not what a clerk notes of a sale
                declared.add(name)
            models += [part for part in _parts(field.annotation) if part not in READS.values()]
    assert not [name for name in declared if any(word in name for word in BUYER_WORDS)]


def _parts(annotation: object) -> list[type]:
    from pydantic import BaseModel

    found = [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    for inner in getattr(annotation, "__args__", ()):
        found += _parts(inner)
    return found
