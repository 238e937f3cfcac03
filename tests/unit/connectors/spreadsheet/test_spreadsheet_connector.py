import io
import logging
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest

from connectors.spreadsheet.connector import SpreadsheetConnector, SpreadsheetSettings
from connectors.spreadsheet.facts import CELL_CHARACTERS
from ocop_market.catalog.intake import read_products
from ocop_market.channels.api import PublishSnapshot, PullsSales, ReadsSalesFiles
from ocop_market.errors import SettingsError
from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
DRAFT = ListingDraft(sku="007", title="Mật ong hoa nhãn", description="Ngọt\nthơm", category="", price=120_000, stock=12,
    weight_g=500,
                     attributes={"Xuất xứ": "Lào Cai"}, pictures=(Picture("https://anh.example/1.jpg"),), gtin="0893600372177")


@pytest.fixture
def connector(tmp_path: Path) -> SpreadsheetConnector:
    return SpreadsheetConnector("quay", SpreadsheetSettings(folder=tmp_path, default_place="Cửa hàng OCOP"), http=Mock(),
        tokens=Mock(),
                                clock=lambda: NOW)


def cells(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_roles_are_files_in_and_out(connector: SpreadsheetConnector) -> None:
    assert isinstance(connector, PublishSnapshot)
    assert isinstance(connector, ReadsSalesFiles)
    assert not isinstance(connector, PullsSales)
    assert connector.check() == "quay"


def test_listing_sheet_has_vietnamese_headings_and_codes_as_text(connector: SpreadsheetConnector) -> None:
    headings, row = cells(connector.render([DRAFT]))
    assert dict(zip(headings, row, strict=True)) == {
        "Mã SKU": "007", "Tên sản phẩm": "Mật ong hoa nhãn", "Mô tả": "Ngọt\nthơm", "Danh mục": None, "Thương hiệu": None,
        "Giá bán (đồng)": 120_000, "Tồn kho": 12, "Khối lượng (g)": 500, "Dài (cm)": 20, "Rộng (cm)": 15, "Cao (cm)": 10,
        "Mã vạch": "0893600372177", "Hình ảnh": "https://anh.example/1.jpg", "Hiển thị": "Có", "Thuộc tính: Xuất xứ": "Lào Cai"}


PACKED = replace(DRAFT, options=("Khối lượng",), days_to_ship=3, variants=(
    VariantDraft("007-500", ("500 g",), 120_000, 7, 650),
    VariantDraft("007-1K", ("1 kg",), 230_000, 5, 1_150, picture=Picture("https://anh.example/kg.jpg")),
), wholesale=(WholesalePrice(10, 110_000), WholesalePrice(50, 99_000)))


def test_each_variant_has_a_row_with_its_product(connector: SpreadsheetConnector) -> None:
    headings, first, second, simple = cells(connector.render([PACKED, DRAFT]))
    rows = [dict(zip(headings, row, strict=True)) for row in (first, second, simple)]
    names = ("Mã sản phẩm cha", "Mã SKU", "Tên nhóm phân loại 1", "Phân loại 1", "Giá bán (đồng)", "Tồn kho", "Khối lượng (g)")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("007", "007-500", "Khối lượng", "500 g", 120_000, 7, 650), ("007", "007-1K", "Khối lượng", "1 kg", 230_000, 5, 1_150),
        (None, "007", None, None, 120_000, 12, 500)]
    assert [row["Hình ảnh"] for row in rows[:2]] == ["https://anh.example/1.jpg", "https://anh.example/kg.jpg\nhttps://anh.example/1.jpg"]
    assert {(row["Giá sỉ"], row["Thời gian chuẩn bị hàng (ngày)"]) for row in rows[:2]} == {("từ 10: 110.000; từ 50: 99.000", 3)}


def test_variant_without_a_price_is_named(connector: SpreadsheetConnector) -> None:
    free = replace(PACKED, variants=(replace(PACKED.variants[0], price=0), PACKED.variants[1]))
    assert [(problem.code, problem.values["sku"]) for problem in connector.problems(free)] == [("price-missing", "007-500")]


def test_listing_sheet_is_read_back_as_products(connector: SpreadsheetConnector) -> None:
    product = read_products("s.xlsx", connector.render([replace(DRAFT, gtin="08936003721777")]),
        today=date(2026, 11, 20)).products[0]
    assert (product.sku, product.name, product.price, product.stock, product.weight_g, product.gtin) == (
        "007", DRAFT.title, 120_000, 12, 500, "08936003721777")


def test_same_drafts_give_the_same_bytes(connector: SpreadsheetConnector) -> None:
    assert connector.render([DRAFT]) == connector.render([DRAFT])


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://xau.example")'])
def test_texts_that_look_like_formulas_are_escaped(connector: SpreadsheetConnector, text: str) -> None:
    content = connector.render([replace(DRAFT, title=text, channel_extra={"Ghi chú": text})])
    headings, row = cells(content)
    found = dict(zip(headings, row, strict=True))
    assert (found["Tên sản phẩm"], found["Ghi chú"]) == ("'" + text, "'" + text)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) or b"<hyperlink" in archive.read(name) for name in archive.namelist())


def test_extras_come_last_and_replace_common_values(connector: SpreadsheetConnector) -> None:
    headings, row = cells(connector.render([replace(DRAFT, channel_extra={"Kho": "Kho chính", "Tồn kho": 3})]))
    found = dict(zip(headings, row, strict=True))
    assert (headings[-1], found["Kho"], found["Tồn kho"]) == ("Kho", "Kho chính", 3)


@pytest.mark.parametrize(("change", "code"), [
    ({"title": " "}, "title-missing"), ({"price": 0}, "price-missing"),
    ({"description": "ư" * (CELL_CHARACTERS + 1)}, "text-too-long")])
def test_what_a_list_cannot_carry_is_told(connector: SpreadsheetConnector, change: dict[str, Any], code: str) -> None:
    assert [problem.code for problem in connector.problems(replace(DRAFT, **change))] == [code]
    assert connector.problems(DRAFT) == []


def test_longest_text_of_a_cell_is_written_whole(connector: SpreadsheetConnector) -> None:
    assert len(cells(connector.render([replace(DRAFT, description="ư" * CELL_CHARACTERS)]))[1][2]) == CELL_CHARACTERS


def test_page_counts_rows_and_keeps_no_cursor(connector: SpreadsheetConnector) -> None:
    page = connector.read_sales_file("so.csv",
        "Ngày bán;Số phiếu;Mã hàng;SL;Đơn giá\n13/5/2026;P1;A;1;5000\n13/5/2026;;A;1;5000\n".encode())
    assert (page.cursor, page.done, page.expected) == ({}, 1, 2)
    assert [(order.order_id, order.location) for order in page.orders] == [("Cửa hàng OCOP:P1", "Cửa hàng OCOP")]
    assert [refusal.order_id for refusal in page.refused] == ["so.csv#3"]


def test_decisions_for_a_whole_file_are_logged(connector: SpreadsheetConnector, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        connector.read_sales_file("so.csv", "Ngày bán;Mã hàng;SL;Đơn giá\n5/6/2026;A;1;5000\n".encode())
    assert "so.csv" in caplog.text


def test_what_is_no_table_raises(connector: SpreadsheetConnector) -> None:
    with pytest.raises(SettingsError):
        connector.read_sales_file("x.pdf", b"%PDF-1.4")


def test_sheet_with_variants_is_read_back_as_one_product_in_packings(connector: SpreadsheetConnector) -> None:
    [product] = read_products("s.xlsx", connector.render([PACKED]), today=date(2026, 11, 20)).products
    assert (product.sku, product.options, product.days_to_ship, product.wholesale) == ("007", ("Khối lượng",), 3, PACKED.wholesale)
    assert [(one.sku, one.values, one.price, one.stock) for one in product.variants] == [
        ("007-500", ("500 g",), 120_000, 7), ("007-1K", ("1 kg",), 230_000, 5)]
