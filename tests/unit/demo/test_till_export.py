import io
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import Mock

import openpyxl
import pytest

from connectors.spreadsheet.connector import SpreadsheetConnector, SpreadsheetSettings
from ocop_market.channels.api import SalesPage
from ocop_market.demo.till_export import INVOICE_COLUMNS, RETURN_COLUMNS, write_till_export, write_till_returns
from ocop_market.model.clock import business_day
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import CANARY_WORDS, Good, History

NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
BRANCHES = ("Quầy chợ", "Bến xe")
GOODS = [Good("MAT-500", "Mật ong hoa nhãn 500 g", 120_000), Good("007", "Chè xanh 200 g", 85_500, weight=2),
         Good("NHAN", "Nhãn tươi", 45_000, loose=True, weight=3), Good("GAO", "Gạo nếp", 33_333, loose=True)]

Cell = tuple[date, str, OrderState]
Sums = tuple[Decimal, int, int, int, Decimal]


@pytest.fixture(scope="module")
def history() -> History:
    return History(GOODS, seed="quay", first_day=date(2025, 10, 1), per_day=8, till=True, branches=2)


@pytest.fixture(scope="module")
def exports(history: History) -> tuple[bytes, bytes]:
    return write_till_export(history, NOW, BRANCHES), write_till_returns(history, NOW, BRANCHES)


@pytest.fixture(scope="module")
def pages(exports: tuple[bytes, bytes]) -> tuple[SalesPage, SalesPage]:
    connector = SpreadsheetConnector("quay", SpreadsheetSettings(folder=Path()), http=Mock(), tokens=Mock(), clock=lambda: NOW)
    return connector.read_sales_file("ban.xlsx", exports[0]), connector.read_sales_file("tra.xlsx", exports[1])


def rows(content: bytes) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True))


def read_back(pages: tuple[SalesPage, SalesPage]) -> dict[Cell, Sums]:
    """What was sold by day, SKU and state; goods that came back count for the day of their invoice."""
    sums: dict[Cell, Sums] = defaultdict(lambda: (Decimal(0), 0, 0, 0, Decimal(0)))
    invoices = {order.order_id: order for order in pages[0].orders}
    for order in (*pages[0].orders, *pages[1].orders):
        sale = order if order.returns is None else invoices[order.returns]
        for line in order.lines:
            cell = (business_day(sale.placed_at), line.sku, sale.state)
            old = sums[cell]
            sums[cell] = (old[0] + line.quantity, old[1] + line.list_amount, old[2] + line.seller_discount, old[3] + line.refund,
                          old[4] + line.returned_quantity)
    return dict(sums)


def test_exports_read_back_are_the_truth_to_the_dong(history: History, pages: tuple[SalesPage, SalesPage]) -> None:
    truth = {(cell.day, cell.sku, cell.state): (cell.quantity, cell.list_amount, cell.seller_discount, cell.refund,
        cell.returned_quantity)
             for cell in history.truth(NOW)}
    assert len(truth) > 500
    assert any(refund for *_, refund, _ in truth.values())
    assert read_back(pages) == truth


def test_no_row_is_refused_and_all_are_used(pages: tuple[SalesPage, SalesPage]) -> None:
    assert [(page.refused, page.done == page.expected) for page in pages] == [([], True), ([], True)]


def test_orders_have_their_branch_time_and_number(history: History, pages: tuple[SalesPage, SalesPage]) -> None:
    simulated = {f"HD{order.number}": order for order in history.orders(NOW)}
    assert len(pages[0].orders) == len(simulated)
    for order in pages[0].orders:
        origin = simulated[order.document]
        assert (order.placed_at, order.updated_at, order.location) == (
            origin.placed_at, max(at for at,
            _ in origin.steps if at <= NOW) if not origin.returns_by(NOW) else origin.updated_at(NOW),
            BRANCHES[origin.branch])


def test_buyers_are_in_the_files_and_nowhere_behind_them(exports: tuple[bytes, bytes],
        pages: tuple[SalesPage, SalesPage]) -> None:
    written = repr([rows(content) for content in exports])
    assert all(word in written for word in CANARY_WORDS[:2])
    assert not any(word in repr(pages) for word in CANARY_WORDS)


def test_invoices_look_like_those_of_a_till(exports: tuple[bytes, bytes]) -> None:
    headings, *lines = rows(exports[0])
    assert headings == INVOICE_COLUMNS
    assert (headings.count("Giảm giá"), headings.count("Ghi chú")) == (2, 2)
    by_name = [dict(zip(reversed(headings), reversed(line), strict=True)) for line in lines]
    assert {line["Trạng thái"] for line in by_name} == {"Hoàn thành", "Đã hủy"}
    assert "Khách lẻ" in {line["Mã khách hàng"] for line in by_name}
    assert any(line["Số lượng"] == 0.5 for line in by_name)
    assert any(line["Giảm giá"] for line in by_name)  # the invoice's, which comes first


def test_return_slips_look_like_those_of_a_till(exports: tuple[bytes, bytes]) -> None:
    headings, *lines = rows(exports[1])
    assert headings == RETURN_COLUMNS
    assert lines


def test_export_has_the_same_bytes_every_time(history: History, exports: tuple[bytes, bytes]) -> None:
    assert (write_till_export(history, NOW, BRANCHES), write_till_returns(history, NOW, BRANCHES)) == exports


def test_shop_that_never_sold_exports_headings_only() -> None:
    empty = History([], seed="x", first_day=date(2026, 1, 1), till=True)
    assert rows(write_till_export(empty, NOW, BRANCHES)) == [INVOICE_COLUMNS]
