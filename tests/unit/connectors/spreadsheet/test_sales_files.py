# ruff: noqa: DTZ001  (cells hold naive times)
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from connectors.spreadsheet.documents import Reading
from connectors.spreadsheet.sales_file import read_sales
from ocop_market.errors import SettingsError
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState, SalesOrder
from ocop_market.sandbox.buyers import CANARY_WORDS
from tests.unit.sheets.workbooks import workbook

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
SAMPLES = files("connectors.spreadsheet") / "samples"
NAMES = sorted(entry.name.removesuffix(".csv") for entry in SAMPLES.iterdir() if entry.name.endswith(".csv"))


def sample(name: str) -> str:
    return (SAMPLES / f"{name}.csv").read_text(encoding="utf-8")


def read(content: str | bytes, place: str = "") -> Reading:
    reading = read_sales("ban-hang.csv", content.encode() if isinstance(content, str) else content, default_place=place, now=NOW)
    assert reading.rows == reading.used + len(reading.refused_rows)
    assert len(set(reading.refused_rows)) == len(reading.refused_rows)
    return reading


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def only(reading: Reading) -> SalesOrder:
    assert reading.refused == []
    assert len(reading.orders) == 1
    return reading.orders[0]


def codes(reading: Reading) -> list[tuple[str, str]]:
    return [(refusal.order_id, refusal.problem.code) for refusal in reading.refused]


@pytest.mark.parametrize("name", NAMES)
def test_samples_are_read_as_their_pages_say(name: str) -> None:
    about = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    reading = read(sample(name))
    lines = [line for order in reading.orders for line in order.lines]
    sums = {"list_amount": sum(line.list_amount for line in lines),
        "seller_discount": sum(line.seller_discount for line in lines),
            "refund": sum(line.refund for line in lines), "returned_quantity": str(sum(line.returned_quantity for line in lines))}
    found = {"form": reading.form, "rows": reading.rows, "used": reading.used, "orders": len(reading.orders),
             "refused": [refusal.order_id for refusal in reading.refused], **sums}
    assert {key: found[key] for key in about["expect"]} == about["expect"]
    assert ", 2026-" in about["source"]


@pytest.mark.parametrize("name", NAMES)
def test_no_buyer_comes_through(name: str) -> None:
    assert any(word in sample(name) for word in CANARY_WORDS) or name == "plain_sales"
    assert not any(word in repr(read(sample(name))) for word in CANARY_WORDS)


@pytest.mark.parametrize("name", NAMES)
def test_marks_apart_and_another_container_change_nothing(name: str) -> None:
    text = sample(name)
    delimiter = ";" if text.count(";") > text.count(",") else ","
    rows = [line.split(delimiter) for line in text.splitlines()]
    whole = read(text)
    assert read(unicodedata.normalize("NFD", text)).orders == whole.orders
    assert read(workbook(rows)).orders == whole.orders


def kiotviet(changes: Mapping[str, object], *, lines: Sequence[Mapping[str, object]] = ({},)) -> bytes:
    """One invoice as an .xlsx, correct but for the changes; keys with a dot are the line's."""
    good: dict[str, object] = {
        "Chi nhánh": "Quầy chợ", "Mã hóa đơn": "HD1", "Thời gian": datetime(2026, 5, 21, 15, 58, 5), "Tên khách hàng": "CANARY",
        "Kênh bán": "Bán trực tiếp", "Tổng tiền hàng": 100_000 * len(lines), "Giảm giá": 0, "VAT": 0, "Thu khác": 0,
        "Khách cần trả": 100_000 * len(lines), "Khách đã trả": 100_000 * len(lines), "Tiền mặt": 100_000 * len(lines), "Thẻ": 0,
        "Ví": 0,
        "Chuyển khoản": 0, "Trạng thái": "Hoàn thành", "Mã hàng": "A1", "Tên hàng": "Mật", "Ghi chú.": "", "Số lượng": 2,
        "Đơn giá": 50_000, "Giảm giá %": 0, "Giảm giá.": 0, "Giá bán": 50_000, "Thành tiền": 100_000, "Trạng thái.": "Mới"}
    rows = [{**good, **changes, **line} for line in lines]
    return workbook([[key.rstrip(".") for key in good], *[[row[key] for key in good] for row in rows]])


def test_an_invoice_with_all_its_parts() -> None:
    order = only(read(kiotviet({})))
    assert (order.order_id, order.document, order.location, order.source) == ("Quầy chợ:HD1", "HD1", "Quầy chợ", "Bán trực tiếp")
    assert order.placed_at == order.updated_at == datetime(2026, 5, 21, 15, 58, 5, tzinfo=VIETNAM)
    assert (order.state, order.remote_state, order.returns) == (OrderState.DELIVERED, "Hoàn thành", None)
    assert [(line.line, line.sku, line.name, line.quantity, line.list_amount) for line in order.lines] == [
        ("1", "A1", "Mật", Decimal(2), 100_000)]


def test_equal_headings_left_and_right_of_the_code_are_not_mixed() -> None:
    content = kiotviet({"Giảm giá": 10_000, "Khách cần trả": 70_000, "Khách đã trả": 70_000, "Tiền mặt": 70_000,
        "Tổng tiền hàng": 80_000,
                        "Giảm giá.": 10_000, "Giá bán": 40_000, "Thành tiền": 80_000})
    line = only(read(content)).lines[0]
    assert (line.list_amount, line.seller_discount) == (100_000, 30_000)


def test_discount_of_an_invoice_is_spread_to_the_last_dong() -> None:
    parts = [{"Mã hàng": sku} for sku in "ABC"]
    order = only(read(kiotviet({"Giảm giá": 10_000, "Khách cần trả": 290_000, "Khách đã trả": 290_000, "Tiền mặt": 290_000},
        lines=parts)))
    assert [line.seller_discount for line in order.lines] == [3334, 3333, 3333]


def test_same_article_twice_in_one_invoice_is_two_lines() -> None:
    assert [line.line for line in only(read(kiotviet({}, lines=[{}, {}]))).lines] == ["1", "2"]


def test_cancelled_invoices_are_kept_as_cancelled() -> None:
    assert only(read(kiotviet({"Trạng thái": "Đã huỷ"}))).state is OrderState.CANCELLED


def test_unknown_status_is_kept_as_unknown() -> None:
    assert only(read(kiotviet({"Trạng thái": "Chờ trăng lên"}))).state is OrderState.UNKNOWN


@pytest.mark.parametrize(("changes", "code"), [
    ({"Tổng tiền hàng": 100_001, "Khách cần trả": 100_001, "Khách đã trả": 100_001, "Tiền mặt": 100_001}, "document-sum"),
    ({"Khách cần trả": 99_000}, "document-due"), ({"VAT": 8_000}, "document-due"), ({"Giảm giá": 1_000}, "document-due"),
    ({"Khách đã trả": 50_000}, "document-paid"), ({"Ví": 1_000}, "document-paid"),
    ({"Giá bán": 40_000}, "line-sum"), ({"Giảm giá.": 1_000}, "line-sum"), ({"Số lượng": 3}, "line-sum"),
    ({"Số lượng": -2, "Thành tiền": -100_000}, "negative"), ({"Số lượng": None}, "cells-unreadable"),
    ({"Thành tiền": "chưa rõ"}, "cells-unreadable"), ({"Mã hàng": "8.93E+12"}, "cells-unreadable"),
    ({"Thời gian": None}, "no-time"),
    ({"Thời gian": "hôm qua"}, "cells-unreadable"), ({"Thời gian": datetime(2027, 5, 1)}, "time-odd"),
    ({"Thời gian": datetime(1999, 5, 1)}, "time-odd")])
def test_an_invoice_that_does_not_hold_is_refused(changes: Mapping[str, object], code: str) -> None:
    reading = read(kiotviet(changes))
    assert codes(reading) == [("Quầy chợ:HD1", code)]
    assert "HD1" in reading.refused[0].problem.sentence("en")
    assert "2" in reading.refused[0].problem.sentence("en")
    assert "CANARY" not in reading.refused[0].problem.sentence("en")


def test_rows_of_an_invoice_must_agree_on_its_totals() -> None:
    assert codes(read(kiotviet({}, lines=[{}, {"VAT": 5}]))) == [("Quầy chợ:HD1", "rows-differ")]


def test_one_bad_invoice_does_not_stop_the_others() -> None:
    reading = read(kiotviet({"Tổng tiền hàng": 100_000, "Khách cần trả": 100_000, "Khách đã trả": 100_000, "Tiền mặt": 100_000},
                            lines=[{}, {"Mã hóa đơn": "HD2", "Thành tiền": 1}, {"Mã hóa đơn": "HD3"}]))
    assert [order.document for order in reading.orders] == ["HD1", "HD3"]
    assert reading.refused_rows == [3]


def test_row_without_number_is_refused_by_its_row() -> None:
    assert codes(read(kiotviet({"Mã hóa đơn": "--"}))) == [("ban-hang.csv#2", "no-document")]


def test_last_change_is_taken_from_the_file_and_is_never_before_the_sale() -> None:
    text = sample("kiotviet_invoices")
    cancelled = read(text).orders[1]
    assert cancelled.updated_at == datetime(2026, 5, 22, 8, 10, tzinfo=VIETNAM)
    earlier = read(text.replace("22/05/2026 08:10:00", "01/05/2026 08:10:00")).orders[1]
    assert earlier.updated_at == earlier.placed_at


RETURN = "Chi nhánh;Mã trả hàng;Mã hóa đơn;Thời gian;Tổng tiền hàng trả;Giảm giá phiếu trả;Phí trả hàng;VAT hoàn lại;Thu khác hoàn lại;" \
         "Cần trả khách;Trạng thái;Mã hàng;Tên hàng;Số lượng;Giá nhập lại"


def test_return_slip_names_its_invoice_and_keeps_the_fee_apart() -> None:
    order = only(read(table(RETURN, "Quầy;TH1;HD1;25/05/2026 11:20;100.000;10.000;5.000;0;0;85.000;Đã trả;A1;Mật;2;50.000")))
    assert (order.order_id, order.returns, order.state) == ("Quầy:TH1", "Quầy:HD1", OrderState.DELIVERED)
    line = order.lines[0]
    assert (line.quantity, line.list_amount, line.refund, line.returned_quantity) == (0, 0, 90_000, 2)


@pytest.mark.parametrize(("row", "code"), [
    ("Quầy;TH1;;25/05/2026;99.999;0;0;0;0;99.999;Đã trả;A1;Mật;2;50.000", "document-sum"),
    ("Quầy;TH1;;25/05/2026;100.000;0;0;0;0;90.000;Đã trả;A1;Mật;2;50.000", "document-due"),
    ("Quầy;TH1;;25/05/2026;100.000;0;0;0;0;100.000;Đã trả;A1;Mật;-2;50.000", "negative")])
def test_a_slip_that_does_not_hold_is_refused(row: str, code: str) -> None:
    assert codes(read(table(RETURN, row))) == [("Quầy:TH1", code)]


def test_voided_slip_is_cancelled() -> None:
    row = "Quầy;TH1;HD1;25/05/2026;100.000;0;0;0;0;100.000;Đã hủy;A1;Mật;2;50.000"
    assert only(read(table(RETURN, row))).state is OrderState.CANCELLED


PROFIT = ("Thời gian;Tổng tiền hàng (Theo thời gian);Giảm giá (Theo thời gian);Doanh thu (Theo thời gian);Mã giao dịch;Chi nhánh;"
          "Khách hàng;Thời gian (Theo giao dịch);Tổng tiền hàng (Theo giao dịch);Giảm giá (Theo giao dịch);"
          "Doanh thu (Theo giao dịch);Mã hàng;Tên hàng;SL;Giá bán/SP;Giá vốn/SP")


def profit(document: str, total: int, discount: int, due: int, *lines: str) -> list[str]:
    return [f"11/2026;900000;0;900000;{document};Bến xe;CANARY;13/11/2026 08:15:02;{total};{discount};{due};{line};20000"
            for line in lines]


def test_profit_report_of_kiotviet_tells_sales_and_slips_by_their_signs() -> None:
    reading = read(table(PROFIT, *profit("HD7", 150_000, 15_000, 135_000, "A1;Mật;2;50000", "B;Chè;1;50000"),
                         *profit("TH7", -50_000, -5_000, -45_000, "A1;Mật;-1;50000")))
    sale, slip = reading.orders
    assert (reading.form, reading.refused, sale.order_id, sale.returns) == ("kiotviet-profit", [], "Bến xe:HD7", None)
    assert sale.placed_at == datetime(2026, 11, 13, 8, 15, 2, tzinfo=VIETNAM)
    assert [(line.sku, line.quantity, line.list_amount, line.seller_discount) for line in sale.lines] == [
        ("A1", 2, 100_000, 10_000), ("B", 1, 50_000, 5_000)]
    assert (slip.order_id, slip.returns, slip.lines[0].quantity) == ("Bến xe:TH7", "", 0)
    assert (slip.lines[0].refund, slip.lines[0].returned_quantity) == (45_000, 1)
    assert "CANARY" not in repr(reading)


@pytest.mark.parametrize(("rows", "code"), [
    (profit("HD7", 100_001, 0, 100_001, "A1;Mật;2;50000"), "document-sum"),
    (profit("HD7", 100_000, 5_000, 100_000, "A1;Mật;2;50000"), "document-due"),
    (profit("HD7", 50_000, 0, 50_000, "A1;Mật;2;50000", "B;Chè;-1;50000"), "negative"),
    (profit("TH7", -50_000, 5_000, -55_000, "A1;Mật;-1;50000"), "negative"),
    ([*profit("HD7", 100_000, 0, 100_000, "A1;Mật;1;50000"), *profit("HD7", 90_000, 0, 90_000, "B;Chè;1;50000")], "rows-differ")])
def test_document_of_a_profit_report_that_does_not_hold_is_refused(rows: Sequence[str], code: str) -> None:
    reading = read(table(PROFIT, *profit("HD6", 20_000, 0, 20_000, "C;Trà;1;20000"), *rows))
    assert [found for _, found in codes(reading)] == [code]
    assert [order.document for order in reading.orders] == ["HD6"]


def test_voided_receipt_and_refund_of_loyverse() -> None:
    sale, refund, voided = read(sample("loyverse_items")).orders
    assert (sale.returns, refund.returns, voided.state) == (None, "", OrderState.CANCELLED)
    assert (refund.lines[0].refund, refund.lines[0].returned_quantity) == (80_000, 1)


def test_american_dates_are_read_when_one_proves_them_and_refused_when_none_does() -> None:
    text = sample("loyverse_items")
    american = text.replace("31/12/2025 14:05", "12/31/25 2:05 PM").replace("31/12/2025 15:30", "1/2/26 3:30 PM") \
        .replace("31/12/2025 16:10", "1/3/26 4:10 PM")
    assert [order.placed_at.isoformat()[:16] for order in read(american).orders] == [
        "2025-12-31T14:05", "2026-01-02T15:30", "2026-01-03T16:10"]
    with pytest.raises(SettingsError) as caught:
        read(american.replace("12/31/25", "12/11/25"))
    assert caught.value.code == "dates-unsure"


def test_day_first_is_taken_and_told_when_nothing_proves_it() -> None:
    reading = read(table("Ngày bán;Mã hàng;SL;Đơn giá", "05/06/2026;A1;1;50.000"))
    assert only(reading).placed_at.month == 6
    assert [decision.code for decision in reading.decisions] == ["dates-day-first"]


def test_file_opened_in_excel_before_is_refused() -> None:
    rows = [["Ngày bán", "Mã hàng", "SL", "Đơn giá"], [datetime(2026, 12, 5), "A", 1, 5], ["13/05/2026", "A", 1, 5],
            [datetime(2026, 6, 5), "A", 1, 5]]
    with pytest.raises(SettingsError) as caught:
        read(workbook(rows))
    assert caught.value.code == "dates-unsure"


def test_sapo_order_that_does_not_add_up_is_refused_whole() -> None:
    assert codes(read(sample("sapo_orders").replace("240.000", "240.001"))) == [("Kho chính:SON00021", "document-sum")]


PLAIN = "Ngày bán;Số phiếu;Mã hàng;Tên hàng;Số lượng;Đơn giá;Giảm giá;Thành tiền"


@pytest.mark.parametrize(("row", "listed", "discount"), [
    ("13/5/2026;P1;A1;Mật;2;50.000;;100.000", 100_000, 0), ("13/5/2026;P1;A1;Mật;2;50.000;10.000;90.000", 100_000, 10_000),
    ("13/5/2026;P1;A1;Mật;2;50.000;10.000;80.000", 100_000, 20_000), ("13/5/2026;P1;A1;Mật;2;;10.000;90.000", 100_000, 10_000),
    ("13/5/2026;P1;;Mật;1,5;90.000;;135.000", 135_000, 0), ("13/5/2026;P1;A1;Mật;1;50.000;5.000;", 50_000, 5_000),
    ("13/5/2026;P1;A1;Mật;0,5;33.333;;16.667", 16_667, 0)])
def test_plain_rows(row: str, listed: int, discount: int) -> None:
    order = only(read(table(PLAIN, row), place="Cửa hàng OCOP"))
    assert order.order_id == "Cửa hàng OCOP:P1"
    assert (order.lines[0].list_amount, order.lines[0].seller_discount, order.state) == (listed, discount, OrderState.DELIVERED)


@pytest.mark.parametrize(("row", "code"), [
    ("13/5/2026;P1;A1;Mật;2;50.000;;90.000", "line-sum"), ("13/5/2026;P1;A1;Mật;2;50.000;5.000;", "discount-unclear"),
    ("13/5/2026;P1;A1;Mật;2;;;", "no-amount"), ("13/5/2026;P1;;;2;50.000;;100.000", "no-goods"),
    ("13/5/2026;P1;A1;Mật;-2;50.000;;100.000", "mixed-signs"), ("13/5/2026;;A1;Mật;2;50.000;;100.000", "no-document"),
    ("13/5/2026;P1;A1;Mật;hai;50.000;;100.000", "cells-unreadable"), (";P1;A1;Mật;2;50.000;;100.000", "no-time"),
    ("13/5/2026;P1;A1", "row-cut-short")])
def test_plain_rows_that_cannot_be_taken(row: str, code: str) -> None:
    good = "13/5/2026;P0;A1;Mật;1;50.000;;50.000"
    reading = read(table(PLAIN, good, row))
    assert [found for _, found in codes(reading)] == [code]
    assert [order.document for order in reading.orders] == ["P0"]


@pytest.mark.parametrize("headings", [
    "Số HĐ;Ngày giờ;Mã SP;Tên SP;SL;Đơn giá;Thành tiền", "Mã HĐ;Ngày;Mã SP;Tên SP;SL;Giá bán (đ);Thành tiền (đ)",
    "Mã đơn hàng;Ngày đặt hàng;Mã sản phẩm;Tên sản phẩm;Số lượng;Giá bán;Thành tiền"])
def test_headings_of_small_programs(headings: str) -> None:
    order = only(read(table(headings, "P1;21/09/2026;A1;Mật;2;45.000;90.000")))
    assert (order.document, order.placed_at.date().isoformat(), order.lines[0].list_amount) == ("P1", "2026-09-21", 90_000)


def test_status_of_a_marketplace_order_decides_whether_it_counts() -> None:
    order = only(read(table("Mã đơn hàng;Ngày đặt hàng;Trạng thái đơn hàng;Tên sản phẩm;Số lượng;Thành tiền",
                            "P1;21/09/2026;Đã hủy;Mật;2;90.000")))
    assert order.state is OrderState.CANCELLED


def test_rows_of_goods_without_number_and_date_belong_to_the_order_above() -> None:
    reading = read(table(PLAIN, "13/5/2026;P1;A1;Mật;2;50.000;;100.000", ";;B;Chè;1;20.000;;20.000", ";;;;3;;;120.000",
                         "14/5/2026;P2;A1;Mật;1;50.000;;50.000"))
    assert [(order.document, [line.sku for line in order.lines]) for order in reading.orders] == [("P1", ["A1", "B"]), ("P2", ["A1"])]
    assert codes(reading) == [("ban-hang.csv#4", "no-document")]


SAPO = "Mã đơn hàng;Ngày bán;Nguồn bán hàng;Mã SKU;Tên sản phẩm;Số lượng;Đơn giá"


@pytest.mark.parametrize("headings", [SAPO, PLAIN])
def test_rows_below_an_unreadable_first_row_are_not_put_to_the_order_before_it(headings: str) -> None:
    cells = {"Số phiếu": "S{}", "Mã đơn hàng": "S{}", "Ngày bán": "13/5/2026", "Mã hàng": "A1", "Mã SKU": "A1", "Tên hàng": "Mật",
             "Tên sản phẩm": "Mật", "Số lượng": "1", "Đơn giá": "50000"}
    first = ";".join(cells.get(heading, "") for heading in headings.split(";"))
    follower = ";".join(cells.get(heading, "") if heading in {"Mã hàng", "Mã SKU", "Số lượng", "Đơn giá"} else ""
                        for heading in headings.split(";"))
    reading = read(table(headings, first.format(1), first.format(2) + ";thừa", follower))
    assert [(order.document, len(order.lines)) for order in reading.orders] == [("S1", 1)]
    assert [code for _, code in codes(reading)] == ["row-too-wide", "no-document"]


def test_negative_rows_become_a_return_slip_of_their_document() -> None:
    sale, slip = read(table(PLAIN, "13/5/2026;P1;A1;Mật;2;50.000;;100.000", "13/5/2026;P1;B;Chè;-1;20.000;;-20.000")).orders
    assert (sale.order_id, slip.order_id, slip.returns) == (":P1", ":P1:return", ":P1")
    assert (slip.lines[0].refund, slip.lines[0].returned_quantity, slip.lines[0].quantity) == (20_000, 1, 0)


def test_negative_rows_alone_are_a_slip_without_a_sale() -> None:
    assert only(read(table(PLAIN, "13/5/2026;P1;B;Chè;-1;20.000;;-20.000"))).returns == ""


def test_quantities_are_settled_by_arithmetic_when_their_writing_is_ambiguous() -> None:
    thousand = read(table(PLAIN, "13/5/2026;P1;A1;Mật;1.250;100;;125.000"))
    kilos = read(table(PLAIN, "13/5/2026;P1;A1;Mật;1.250;100.000;;125.000"))
    assert (only(thousand).lines[0].quantity, only(kilos).lines[0].quantity) == (1250, Decimal("1.25"))
    assert codes(read(table("Ngày bán;Số phiếu;Mã hàng;Số lượng;Đơn giá", "13/5/2026;P1;A1;1.250;100.000"))) == [(":P1",
        "cells-unreadable")]


def test_amounts_in_thousands_are_scaled_and_told() -> None:
    reading = read(table("SỔ BÁN HÀNG", "Đơn vị tính: 1.000 đồng", "Ngày bán;Mã hàng;Số lượng;Thành tiền", "13/5/2026;A1;2;100"))
    assert only(reading).lines[0].list_amount == 100_000
    assert [decision.code for decision in reading.decisions] == ["amounts-in-thousands"]


def test_reading_twice_gives_the_same_documents() -> None:
    assert read(sample("plain_sales")).orders == read(sample("plain_sales")).orders


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file-empty"), (b"%PDF-1.4", "file-is-pdf"), ("Không phải bảng bán hàng".encode(), "headings-missing"),
    ("Mã nhập hàng;Thời gian;Mã hàng;Tên hàng;Số lượng;Đơn giá;Thành tiền\nPN1;13/5/2026;A;Mật;1;5;5\n".encode(), "not-sales"),
    ("Mã đặt hàng;Thời gian;Mã hàng;Tên hàng;Số lượng;Đơn giá;Thành tiền\nDH1;13/5/2026;A;Mật;1;5;5\n".encode(), "not-sales"),
    ("Mã hóa đơn;Thời gian;Tổng tiền hàng;Giảm giá;Khách cần trả;Khách đã trả\nHD1;13/5/2026;5;0;5;5\n".encode(), "no-goods"),
    ("Ngày, tháng ghi sổ;Chứng từ;Diễn giải;Số tiền\n13/5/2026;1;Bán hàng;5\n".encode(), "no-goods"),
    (b"Date,Receipt number,Receipt type,Gross sales,Discounts,Net sales,Payment type,Total collected\n1/1/2026,1,Sale,5,0,5,Cash,5\n",
     "no-goods"),
    ("Ngày bán;Mã hàng;SL;Đơn giá;Đơn giá\n13/5/2026;A;1;5;5\n".encode(), "headings-double")])
def test_what_is_no_sales_file_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(content)
    assert caught.value.code == code
    assert "ban-hang.csv" in caught.value.sentence("en")


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("kiotviet", "sapo"))])
def test_documents_with_a_total_of_their_own_come_to_it(name: str) -> None:
    orders = read(sample(name)).orders
    assert any(order.platform_total is not None for order in orders)
    assert [order.order_id for order in orders if order.platform_total not in (None, order.in_hand)] == []
