"""What is read from KiotViet, whatever way it is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from pydantic import BaseModel

from connectors.kiotviet.documents import InvoiceIn, Part, ReturnIn, Sheet, moment, read_document, read_sheet
from connectors.kiotviet.paging import Malformed
from connectors.kiotviet.wire import READS, ProductIn
from connectors.kiotviet.wire_base import read
from ocop_market.model.clock import VIETNAM

BUYER_WORDS = ("customer", "name_of_buyer", "phone", "contact", "address", "email", "sold_by", "description", "note", "receiver")


def read_invoice(body: dict[str, object]) -> InvoiceIn:
    found = read_document(InvoiceIn, json.dumps(body).encode())
    assert isinstance(found, InvoiceIn)
    return found


def rows_of(sheet: Sheet) -> list[InvoiceIn]:
    return [row for row in sheet.rows if isinstance(row, InvoiceIn)]


def one_row(body: dict[str, object]) -> InvoiceIn:
    """An invoice as it is read from a list."""
    return rows_of(read_sheet(InvoiceIn, json.dumps({"total": 1, "data": [body]}).encode()))[0]


def test_keys_are_read_in_any_case() -> None:
    invoice = read_invoice({"ID": 7, "Code": "HD7", "BRANCHID": 3, "InvoiceDetails": [{"Quantity": 1, "PRICE": 5}]})
    assert (invoice.id, invoice.code, invoice.branch_id) == (7, "HD7", 3)
    assert invoice.invoice_details[0].price == Decimal(5)


@pytest.mark.parametrize("spell", [str.lower, str.upper, lambda key: key.replace("Id", "_id").replace("Date", "_date")])
def test_a_list_in_an_unusual_spelling_is_read_whole(spell: Callable[[str], str]) -> None:
    rows = [{"id": n, "branchId": 3, "purchaseDate": "2025-11-17T23:10:25"} for n in range(300)]
    body = json.dumps({"total": 300, "data": [{spell(key): value for key, value in row.items()} for row in rows]})
    page = read_sheet(InvoiceIn, body.encode())
    assert {(one.branch_id, one.purchase_date is None) for one in rows_of(page)} == {(3, False)}


def test_null_is_the_same_as_absent_and_gives_way_to_another_spelling() -> None:
    invoice = read_invoice({"id": 7, "code": None, "saleChannel": None, "SaleChannel": {"Name": "Facebook"}})
    assert invoice.code == ""
    assert invoice.sale_channel is not None
    assert invoice.sale_channel.name == "Facebook"


def test_lines_may_be_drawn_as_one_object() -> None:
    invoice = read_invoice({"id": 7, "invoiceDetails": {"productId": 1, "quantity": 2, "price": 10}})
    assert [line.product_id for line in invoice.invoice_details] == [1]


def test_seven_digit_local_time_becomes_aware_viet_nam_time() -> None:
    invoice = read_invoice({"id": 7, "purchaseDate": "2025-11-17T23:10:25.1670000"})
    assert moment(invoice.purchase_date) == datetime(2025, 11, 17, 23, 10, 25, 167_000, tzinfo=VIETNAM)


def test_a_time_with_an_offset_keeps_it() -> None:
    invoice = read_invoice({"id": 7, "purchaseDate": "2025-11-17T16:10:25Z"})
    assert invoice.purchase_date is not None
    assert invoice.purchase_date.utcoffset() == timedelta(0)


def test_an_empty_dotnet_time_is_no_time() -> None:
    assert moment(read_invoice({"id": 7, "modifiedDate": "0001-01-01T00:00:00.0000000"}).modified_date) is None


def test_amounts_never_pass_through_a_float() -> None:
    product = read(ProductIn, b'{"id": 1, "basePrice": 12345678901234567.89}')
    assert product.base_price == Decimal("12345678901234567.89")


@pytest.mark.parametrize("body", [b"{}", b'{"responseStatus": {"errorCode": "X"}}', b'{"total": 3}', b"<html>", b"[1]"])
def test_an_answer_that_is_no_list_is_never_taken_for_an_empty_one(body: bytes) -> None:
    for kind in (InvoiceIn, ReturnIn):
        with pytest.raises(ValueError, match=r"data|expected|dictionary|Expecting"):
            read_sheet(kind, body)


def test_an_empty_list_may_leave_out_its_rows() -> None:
    assert read_sheet(InvoiceIn, b'{"total": 0, "pageSize": 20}').rows == []


def test_one_odd_row_is_read_like_the_even_ones_beside_it() -> None:
    even = {"id": 7, "code": "HD7", "invoiceDetails": [{"productId": 1, "productCode": "A", "quantity": 2.5, "price": 10}]}
    odd = {"Id": 8, "Code": None, "invoice_details": {"ProductId": 2, "ProductCode": "B", "Quantity": 1, "Price": 12.25}}
    alone, beside = (rows_of(read_sheet(InvoiceIn, json.dumps(body).encode())) for body in ({"data": [even]}, {"Data": [even, odd]}))
    assert beside[0] == alone[0]
    assert (beside[1].id, beside[1].code, beside[1].invoice_details[0].price) == (8, "", Decimal("12.25"))


def test_amounts_of_a_row_keep_their_digits_and_whole_ones_stay_ints() -> None:
    body = b'{"total": 1, "data": [{"id": 1, "total": 12345678901234567.89, "discount": "0.10", "discountRatio": 5}]}'
    row = rows_of(read_sheet(InvoiceIn, body))[0]
    assert (row.total, row.discount, row.discount_ratio) == (Decimal("12345678901234567.89"), Decimal("0.10"), 5)


@pytest.mark.parametrize("odd", [
    {"code": None}, {"purchaseDate": "2025-11-17"}, {"purchaseDate": "2025-11-17T23:10:25.1679999"},
    {"Code": "HD8"}, {"invoiceDetails": {"quantity": 1, "price": 2}},
    {"SaleChannel": "Facebook"}, {"saleChannel": {"name": "Facebook"}}, {"pricingMode": "1"}, {"status": 1.0}, {}])
def test_a_row_with_one_odd_field_is_read_with_patience(odd: dict[str, object]) -> None:
    assert one_row({"id": 7, "branchId": 3, **odd}) == read_invoice({"id": 7, "branchId": 3, **odd})


@pytest.mark.parametrize(("wrong", "fields"), [
    ({"id": None}, ("id",)), ({"invoiceDetails": [{"price": 1}]}, ("invoiceDetails[0].quantity",)), ({"total": "CANARY"}, ("total",)),
    ({"purchaseDate": "CANARY"}, ("purchaseDate",)), ({"status": True}, ("status",)),
    ({"invoiceDetails": "CANARY"}, ("invoiceDetails[0]",))])
def test_a_row_that_cannot_be_read_names_its_field_and_hides_no_other(wrong: dict[str, object], fields: tuple[str, ...]) -> None:
    body = json.dumps({"total": 3, "data": [{"id": 1}, {"id": 7, **wrong}, {"id": 3}]})
    sheet = read_sheet(InvoiceIn, body.encode())
    assert [row.id for row in rows_of(sheet)] == [1, 3]
    assert sheet.rows[1] == Malformed("" if fields == ("id",) else "7", fields)


@pytest.mark.parametrize("key", [
    "invoiceDetails", "purchaseDate", "branchId", "status", "total", "modifiedDate", "invoiceDetails.productId", "invoiceDetails.price"])
@pytest.mark.parametrize("spell", [str.upper, lambda key: key[0].upper() + key[1:]])
def test_a_row_far_behind_that_spells_a_key_otherwise_is_read_whole(key: str, spell: Callable[[str], str]) -> None:
    row = {"id": 7, "branchId": 3, "status": 1, "total": 5, "purchaseDate": "2025-11-17T23:10:25", "modifiedDate": "2025-11-18T23:10:25",
           "invoiceDetails": [{"productId": 1, "productCode": "A", "quantity": 1, "price": 5}]}
    odd: dict[str, object] = {**row, "id": 8}
    if "." in key:
        odd["invoiceDetails"] = [{spell(name) if name in key else name: value for name, value in row["invoiceDetails"][0].items()}]  # type: ignore[index]
    else:
        odd[spell(key)] = odd.pop(key)
    rows = rows_of(read_sheet(InvoiceIn, json.dumps({"total": 101, "data": [*[row] * 100, odd]}).encode()))
    assert msgspec.structs.replace(rows[-1], id=7) == rows[0] == read_invoice(row)


def test_a_row_that_is_no_text_is_set_aside() -> None:
    sheet = read_sheet(InvoiceIn, b'{"total": 2, "data": [{"id": 1, "code": "\xff"}, {"id": 2, "note": "\xff"}, 3, null]}')
    assert [row if isinstance(row, Malformed) else row.id for row in sheet.rows] == [
        Malformed("", ("body",)), 2, Malformed("", ("body",)), Malformed("", ("body",))]


def test_a_return_slip_names_its_allocated_discount_in_either_case() -> None:
    def slip(key: str) -> bytes:
        return json.dumps({"total": 1, "data": [{"id": 1, "returnDetails": [{"quantity": 1, "price": 5, key: 2}]}]}).encode()

    for key in ("AllocationDiscount", "allocationDiscount", "allocation_discount"):
        row = read_sheet(ReturnIn, slip(key)).rows[0]
        assert isinstance(row, ReturnIn)
        assert row.return_details[0].allocation_discount == 2


def test_no_model_declares_a_buyer_or_a_clerk() -> None:
    models, declared = list(READS.values()), set()
    while models:
        model = models.pop()
        for name, annotation in _fields(model):
            if (model, name) != (ProductIn, "description"):  # what an article is, not what a clerk notes of a sale
                declared.add(name)
            models += [part for part in _parts(annotation) if part not in READS.values()]
    assert {"sale_channel", "allocation_discount", "branch_name"} <= declared
    assert not [name for name in declared if any(word in name for word in BUYER_WORDS)]


def _fields(model: type) -> list[tuple[str, object]]:
    if issubclass(model, Part):
        return [(one.name, one.type) for one in msgspec.structs.fields(model)]
    assert issubclass(model, BaseModel)
    return [(name, field.annotation) for name, field in model.model_fields.items()]


def _parts(annotation: object) -> list[type]:
    found = [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel | Part) else []
    for inner in getattr(annotation, "__args__", ()):
        found += _parts(inner)
    return found
