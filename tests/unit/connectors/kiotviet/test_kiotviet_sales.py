"""Pulling sales: windows, watermarks, interruptions, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.channels.known import Known
from ocop_market.errors import RetryLater
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState

if TYPE_CHECKING:
    from conftest import Call, Shop

START = datetime(2026, 9, 1, tzinfo=VIETNAM)
NOW = datetime(2026, 9, 20, 12, 0, tzinfo=VIETNAM)


def invoice(number: int, modified: str = "2026-09-10T10:00:00.5000000", **fields: Any) -> dict[str, Any]:
    return {"id": number, "code": f"HD{number}", "purchaseDate": "2026-09-10T09:00:00", "branchId": 1, "status": 1,
            "modifiedDate": modified, "customerName": "CANARY", "total": 1000,
            "invoiceDetails": [{"productId": 1, "quantity": 1, "price": 1000}], **fields}


def slip(number: int, modified: str = "2026-09-11T10:00:00", **fields: Any) -> dict[str, Any]:
    return {"id": number, "code": f"TH{number}", "returnDate": "2026-09-11T10:00:00", "invoiceId": 1, "statusValue": "Đã trả",
            "modifiedDate": modified, "returnTotal": 1000,
            "returnDetails": [{"productId": 1, "quantity": 1, "price": 1000, "subTotal": 1000}], **fields}


def pulled(shop: Shop, cursor: Any = None, until: datetime = NOW) -> list[SalesPage]:
    return list(shop.connector().pull_sales(cursor, start=START, until=until))


def ids(pages: list[SalesPage]) -> list[str]:
    return [order.order_id for page in pages for order in page.orders]


def test_the_first_pull_reads_from_the_start_in_local_time(shop: Shop) -> None:
    pulled(shop)
    assert shop.asked("/invoices")[0].query == {
        "lastModifiedFrom": "2026-09-01T00:00:00", "toDate": "2026-09-20T12:00:00", "SaleChannel": "true",
        "orderBy": "id", "orderDirection": "Asc", "pageSize": "100", "currentItem": "0"}
    assert shop.asked("/returns")[0].query["lastModifiedFrom"] == "2026-09-01T00:00:00"


def test_the_next_pull_goes_back_ten_minutes_behind_the_latest_change(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1), invoice(2, "2026-09-12T08:30:00.1230000"), invoice(3)])
    shop.lists("/returns", [slip(1)])
    shop.answers["/returns/1"] = lambda call: (200, slip(1))
    cursor = json.loads(json.dumps(pulled(shop)[-1].cursor))
    shop.calls.clear()
    pulled(shop, cursor)
    assert shop.asked("/invoices")[0].query["lastModifiedFrom"] == "2026-09-12T08:20:00"
    assert shop.asked("/returns")[0].query["lastModifiedFrom"] == "2026-09-11T09:50:00"


def test_a_pull_that_finds_nothing_new_keeps_its_place(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1)])
    first = pulled(shop)[-1].cursor
    shop.lists("/invoices", [])
    assert pulled(shop, first)[-1].cursor == first


def test_an_empty_shop_still_gives_a_cursor(shop: Shop) -> None:
    pages = pulled(shop)
    assert ids(pages) == []
    assert "run" not in pages[-1].cursor


def test_an_invoice_never_edited_counts_by_its_creation(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1, modified="", modifiedDate=None, createdDate="2026-09-10T09:01:00")])
    cursor = pulled(shop)[-1].cursor
    assert cursor["marks"]["invoices"] == "2026-09-10T09:01:00+07:00"


def test_slips_changed_behind_the_end_wait_for_the_next_pull(shop: Shop) -> None:
    shop.lists("/returns", [slip(1), slip(2, "2026-09-20T12:00:01")])
    shop.answers["/returns/1"] = lambda call: (200, slip(1))
    pages = pulled(shop)
    assert ids(pages) == ["return:1"]
    assert pages[-1].cursor["marks"]["returns"] == "2026-09-11T10:00:00+07:00"


def test_the_end_is_never_in_the_future(shop: Shop) -> None:
    pulled(shop, until=NOW + timedelta(days=2))
    assert shop.asked("/invoices")[0].query["toDate"] == "2026-09-20T12:00:00"


def test_every_page_can_be_gone_on_from(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(n) for n in range(1, 251)])
    shop.lists("/returns", [slip(n) for n in range(1, 121)])
    for n in range(1, 121):
        shop.answers[f"/returns/{n}"] = lambda call, n=n: (200, slip(n))  # type: ignore[misc]
    whole = pulled(shop)
    everything = ids(whole)
    for stop in range(1, len(whole)):
        rest = pulled(shop, json.loads(json.dumps(whole[stop - 1].cursor)))
        assert ids(whole[:stop]) + ids(rest) == everything
        assert rest[-1].cursor == whole[-1].cursor


def test_going_on_keeps_the_window_and_then_catches_up(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(n) for n in range(1, 151)])
    first = pulled(shop)[0].cursor
    shop.calls.clear()
    shop.later(days=1)
    pulled(shop, first, until=NOW + timedelta(days=1))
    windows = [(call.query["currentItem"], call.query["toDate"]) for call in shop.asked("/invoices")]
    assert windows[0] == ("100", "2026-09-20T12:00:00")
    assert windows[1] == ("0", "2026-09-21T12:00:00")


def test_a_failure_between_pages_leaves_the_page_before_usable(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(n) for n in range(1, 151)])
    whole = shop.answers["/invoices"]
    shop.answers["/invoices"] = lambda call: (500, {}) if call.query["currentItem"] == "100" else whole(call)
    pull = shop.connector().pull_sales(None, start=START, until=NOW)
    first = next(pull)
    with pytest.raises(RetryLater):
        next(pull)
    shop.answers["/invoices"] = whole
    assert len(set(ids([first, *pulled(shop, first.cursor)]))) == 150


def test_a_cancelled_invoice_comes_again_under_the_same_id(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1)])
    cursor = pulled(shop)[-1].cursor
    shop.lists("/invoices", [invoice(1, "2026-09-12T10:00:00", status=2)])
    again = pulled(shop, cursor)
    assert ids(again) == ["invoice:1"]
    assert again[0].orders[0].state is OrderState.CANCELLED


def test_discount_and_fee_of_a_slip_are_read_from_the_single_slip(shop: Shop) -> None:
    shop.lists("/returns", [slip(1)])
    shop.answers["/returns/1"] = lambda call: (200, slip(1, returnDiscount=200))
    assert pulled(shop)[-1].orders[0].lines[0].refund == 800


def test_a_slip_that_cannot_be_opened_counts_as_the_list_has_it(shop: Shop) -> None:
    shop.lists("/returns", [slip(1)])
    shop.answers["/returns/1"] = lambda call: (420, {"responseStatus": {"errorCode": "KvException"}})
    assert pulled(shop)[-1].orders[0].lines[0].refund == 1000


def test_a_discount_that_the_list_leaves_out_is_read_from_the_single_invoice(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1, total=900, SaleChannel={"Name": "Facebook"})])
    shop.answers["/invoices/1"] = lambda call: (200, invoice(1, total=900, discount=100))
    pages = pulled(shop)
    assert pages[0].orders[0].lines[0].seller_discount == 100
    assert pages[0].orders[0].source == "Facebook"
    assert pages[0].refused == []


def test_an_invoice_that_does_not_add_up_is_kept_and_flagged(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1, total=5, discount=0)])
    page = pulled(shop)[0]
    assert [order.order_id for order in page.orders] == ["invoice:1"]
    assert [(refusal.order_id, refusal.problem.code) for refusal in page.refused] == [("invoice:1", "sum-mismatch")]


def test_an_unreadable_invoice_is_set_aside_and_the_others_go_on(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1), invoice(2, invoiceDetails=[{"productId": 1}]), invoice(3)])
    page = pulled(shop)[0]
    assert [order.order_id for order in page.orders] == ["invoice:1", "invoice:3"]
    assert page.refused[0].order_id == "invoice:2"
    assert "quantity" in page.refused[0].problem.sentence("en")
    assert "CANARY" not in page.refused[0].problem.sentence("en")


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "1e999999", 10**30])
@pytest.mark.parametrize("at", ["price", "quantity", "discount", "total", "returned"])
def test_what_is_no_sum_of_money_is_set_aside_and_the_others_go_on(shop: Shop, at: str, odd: object) -> None:
    line = {"productId": 1, "quantity": 1, "price": 1000}
    broken = invoice(2, total=odd) if at == "total" else invoice(2, invoiceDetails=[{**line, at: odd}])
    shop.lists("/invoices", [invoice(1), invoice(3)] if at == "returned" else [invoice(1), broken, invoice(3)])
    shop.lists("/returns", [slip(4, returnDiscount=0, returnDetails=[{**line, "quantity": odd}])] if at == "returned" else [])
    pages = pulled(shop)
    assert ids(pages) == ["invoice:1", "invoice:3"]
    assert [(refusal.order_id, refusal.problem.code) for page in pages for refusal in page.refused] == [
        ("return:4" if at == "returned" else "invoice:2", "unreadable")]


def test_an_invoice_without_any_date_is_set_aside(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1, purchaseDate=None, modifiedDate=None), invoice(2)])
    page = pulled(shop)[0]
    assert [order.order_id for order in page.orders] == ["invoice:2"]
    assert page.refused[0].problem.code == "no-date"


def test_no_order_of_the_shop_is_ever_read(shop: Shop) -> None:
    pulled(shop)
    assert {call.path for call in shop.calls} == {"/connect/token", "/invoices", "/returns"}


def test_what_was_sold_in_a_time_is_listed_by_day_of_sale(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(n) for n in range(1, 121)])
    listed = list(shop.connector().orders_placed(NOW - timedelta(days=365), NOW))
    query = shop.asked("/invoices")[0].query
    assert (query["fromPurchaseDate"], query["toPurchaseDate"]) == ("2025-09-20T12:00:00", "2026-09-20T12:00:00")
    assert "lastModifiedFrom" not in query
    assert len(listed) == 120 and all(order.amount is not None for order in listed)


def test_progress_counts_records(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(n) for n in range(1, 151)])
    assert [(page.done, page.expected) for page in pulled(shop)[:2]] == [(100, 150), (150, 150)]


def test_rows_that_leave_while_paging_lose_no_other(shop: Shop) -> None:
    rows = [invoice(n) for n in range(1, 251)]

    def page(call: Call) -> tuple[int, Any]:
        offset = int(call.query["currentItem"])
        answer = 200, {"total": len(rows), "data": rows[offset:offset + 100]}
        if len(rows) == 250:
            del rows[4]
        return answer

    shop.answers["/invoices"] = page
    assert set(ids(pulled(shop))) == {f"invoice:{n}" for n in range(1, 251)}


def digests(shop: Shop, key: bytes = b"key") -> dict[str, str]:
    pages = shop.connector().pull_sales(None, start=START, until=NOW, known=Known(key))
    return {order.order_id: order.digest for page in pages for order in page.orders}


def pulled_knowing(shop: Shop, kept: dict[str, str]) -> list[SalesPage]:
    def among(read: Mapping[str, str]) -> set[str]:
        return {order_id for order_id, digest in read.items() if kept.get(order_id) == digest}

    return list(shop.connector().pull_sales(None, start=START, until=NOW, known=Known(b"key", among)))


def test_invoices_that_are_known_as_they_are_do_not_come_again(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1), invoice(2), invoice(3)])
    kept = digests(shop)
    shop.lists("/invoices", [invoice(1), invoice(2, status=2), invoice(3), invoice(4)])
    pages = pulled_knowing(shop, kept)
    assert ids(pages) == ["invoice:2", "invoice:4"]
    assert sum(page.unchanged for page in pages) == 2


def test_a_digest_tells_nothing_without_the_key_of_the_market(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1)])
    assert digests(shop, b"key") == digests(shop, b"key") != digests(shop, b"another")
    assert [order.digest for page in pulled(shop) for order in page.orders] == [""]


def test_rows_that_are_not_read_from_their_bytes_are_known_all_the_same(shop: Shop) -> None:
    rows = [invoice(1), {key.upper(): value for key, value in invoice(2).items()}, invoice(3, invoiceDetails=[{"productId": 1}])]
    shop.lists("/invoices", rows)
    kept = digests(shop)
    assert all(kept.values()) and len(kept) == 2
    pages = pulled_knowing(shop, kept)
    assert (ids(pages), [refusal.order_id for page in pages for refusal in page.refused]) == ([], ["invoice:3"])


def test_an_invoice_that_a_page_lists_twice_is_read(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1), invoice(2)])
    kept = digests(shop)
    shop.lists("/invoices", [invoice(1, status=2), invoice(1), invoice(2)])
    assert "invoice:1" in ids(pulled_knowing(shop, kept))


@pytest.mark.parametrize("change", [
    {"status": 2}, {"total": 1001}, {"modifiedDate": "2026-09-10T10:00:01"}, {"SaleChannel": {"name": "Shopee"}}, {"branchId": 2},
    {"invoiceDetails": [{"productId": 1, "quantity": 2, "price": 500}]}, {"invoiceOrderSurcharges": [{"price": 0}]}])
def test_whatever_is_read_of_an_invoice_makes_another_digest(shop: Shop, change: dict[str, Any]) -> None:
    shop.lists("/invoices", [invoice(1)])
    kept = digests(shop)
    shop.lists("/invoices", [{**invoice(1), **change}])
    assert ids(pulled_knowing(shop, kept)) == ["invoice:1"]


def test_another_way_of_mapping_maps_all_invoices_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.lists("/invoices", [invoice(1), invoice(2)])
    kept = digests(shop)
    monkeypatch.setattr("connectors.kiotviet.mapper.MAPPING", 99)
    assert ids(pulled_knowing(shop, kept)) == ["invoice:1", "invoice:2"]


def test_invoices_that_do_not_add_up_and_slips_are_read_every_time(shop: Shop) -> None:
    shop.lists("/invoices", [invoice(1, total=5_000, discount=0)])
    shop.lists("/returns", [slip(1)])
    shop.answers["/returns/1"] = lambda call: (200, slip(1))
    assert digests(shop) == {"invoice:1": "", "return:1": ""}
    assert [refusal.order_id for page in pulled_knowing(shop, digests(shop)) for refusal in page.refused] == ["invoice:1"]
