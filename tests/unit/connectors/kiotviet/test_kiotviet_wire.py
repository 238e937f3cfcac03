"""What is read from KiotViet, whatever way it is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from connectors.kiotviet.wire import READS, InvoiceIn, Page, ProductIn, read
from ocop_market.model.clock import VIETNAM

BUYER_WORDS = ("customer", "name_of_buyer", "phone", "contact", "address", "email", "sold_by", "description", "note", "receiver")


def test_keys_are_read_in_any_case() -> None:
    invoice = InvoiceIn.model_validate({"ID": 7, "Code": "HD7", "BRANCHID": 3, "InvoiceDetails": [{"Quantity": 1, "PRICE": 5}]})
    assert (invoice.id, invoice.code, invoice.branch_id) == ("7", "HD7", "3")
    assert invoice.invoice_details[0].price == Decimal(5)


def test_null_is_the_same_as_absent_and_gives_way_to_another_spelling() -> None:
    invoice = InvoiceIn.model_validate({"id": 7, "code": None, "saleChannel": None, "SaleChannel": {"Name": "Facebook"}})
    assert invoice.code == ""
    assert invoice.sale_channel.name == "Facebook"


def test_lines_may_be_drawn_as_one_object() -> None:
    invoice = InvoiceIn.model_validate({"id": 7, "invoiceDetails": {"productId": 1, "quantity": 2, "price": 10}})
    assert [line.product_id for line in invoice.invoice_details] == ["1"]


def test_seven_digit_local_time_becomes_aware_viet_nam_time() -> None:
    invoice = InvoiceIn.model_validate({"id": 7, "purchaseDate": "2025-11-17T23:10:25.1670000"})
    assert invoice.purchase_date == datetime(2025, 11, 17, 23, 10, 25, 167_000, tzinfo=VIETNAM)


def test_a_time_with_an_offset_keeps_it() -> None:
    invoice = InvoiceIn.model_validate({"id": 7, "purchaseDate": "2025-11-17T16:10:25Z"})
    assert invoice.purchase_date is not None
    assert invoice.purchase_date.utcoffset() == timedelta(0)


def test_an_empty_dotnet_time_is_no_time() -> None:
    assert InvoiceIn.model_validate({"id": 7, "modifiedDate": "0001-01-01T00:00:00.0000000"}).modified_date is None


def test_amounts_never_pass_through_a_float() -> None:
    product = read(ProductIn, b'{"id": 1, "basePrice": 12345678901234567.89}')
    assert product.base_price == Decimal("12345678901234567.89")


@pytest.mark.parametrize("body", [b"{}", b'{"responseStatus": {"errorCode": "X"}}', b'{"total": 3}', b"<html>", b"[1]"])
def test_an_answer_that_is_no_list_is_never_taken_for_an_empty_one(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"data|expected|dictionary"):
        read(Page[InvoiceIn], body)


def test_an_empty_list_may_leave_out_its_rows() -> None:
    assert read(Page[InvoiceIn], b'{"total": 0, "pageSize": 20}').data == []


def test_no_model_declares_a_buyer_or_a_clerk() -> None:
    models, declared = list(READS.values()), set()
    while models:
        model = models.pop()
        for name, field in model.model_fields.items():
            declared.add(name)
            models += [part for part in _parts(field.annotation) if part not in READS.values()]
    assert not [name for name in declared if any(word in name for word in BUYER_WORDS)]


def _parts(annotation: object) -> list[type]:
    from pydantic import BaseModel

    found = [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []
    for inner in getattr(annotation, "__args__", ()):
        found += _parts(inner)
    return found
