"""Writes the sample product list that the first steps hand to a co-operative: `python tools/sample_list.py`.

Products, producers, decisions and prices are made up. The columns of packings are there to be filled in where goods come in
several: one row for each, all with the same code under `Mã sản phẩm cha`. Cells are text, as people type them, so that Excel
changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "docs" / "start" / "danh-sach-mau.xlsx"

HEADINGS = ("Mã hàng", "Tên sản phẩm", "Chủ thể", "Nhóm sản phẩm", "Xã", "Tỉnh", "Hạng sao", "Số quyết định", "Ngày quyết định",
            "Giá bán (đồng)", "Tồn kho", "Khối lượng tịnh (g)", "Hạn sử dụng (ngày)", "Mô tả", "Hình ảnh", "Mã sản phẩm cha",
            "Phân loại", "Kích thước kiện (DxRxC, cm)", "Thời gian chuẩn bị hàng (ngày)", "Giá sỉ")
PRODUCER = ("Hợp tác xã Mẫu Xanh", "Thực phẩm", "Xã Mẫu", "Đắk Lắk")
ROWS = (
    ("MX-MATONG-500", "Mật ong hoa cà phê", *PRODUCER, "4", "001/QĐ-UBND", "15/05/2025", "185.000", "40", "500", "730",
     "Mật ong quay từ tổ đặt trong vườn cà phê, đóng chai thủy tinh 500 g.", "mat-ong.jpg", "", "",
     "12x12x20", "2", "10-49: 170.000; từ 50: 160.000"),
    ("MX-BUNKHO-500", "Bún khô gạo lứt", *PRODUCER, "3", "001/QĐ-UBND", "15/05/2025", "45.000", "120", "500", "180",
     "Bún khô từ gạo lứt trồng tại xã, không phẩm màu, gói 500 g.", "bun-kho.jpg", "", "", "30x20x8", "2", ""),
    ("MX-HATDIEU-300", "Hạt điều rang muối", *PRODUCER, "4", "002/QĐ-UBND", "20/10/2025", "139.000", "60", "300", "365",
     "Hạt điều nguyên vỏ lụa rang muối, hũ 300 g.", "hat-dieu.jpg", "", "", "10x10x15", "2", "từ 20: 129.000"),
)


def write(path: Path) -> None:
    """Writes the workbook: one sheet, headings in bold, every cell as text."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Danh sách sản phẩm mẫu", "created": datetime(2026, 1, 1, tzinfo=UTC)})
        sheet: Any = book.add_worksheet("Sản phẩm")
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(HEADINGS) - 1, 18, text)
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(ROWS, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, text)
        sheet.freeze_panes(1, 2)


if __name__ == "__main__":
    write(SAMPLE)
    click.echo(f"wrote {SAMPLE.relative_to(ROOT).as_posix()}")
