"""A list of all SKUs, to write beside each what one unit costs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import xlsxwriter

from ocop_market.language import N_, translate
from ocop_market.model.product import Product
from ocop_market.sheets.writing import safe_text

HEADINGS = ("SKU", "Tên sản phẩm", "Quy cách", "Giá bán", "Giá vốn")
"""Vietnamese whatever the language in use: the list is read again by these words."""
WIDTHS = (18, 40, 16, 14, 14)


def to_form(products: Iterable[Product], costs: Mapping[str, int]) -> bytes:
    """The workbook; costs that are known stand in it, the others are empty."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": translate(N_("What one unit costs")), "created": datetime(2026, 1, 1, tzinfo=UTC)})
        head, dong = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0"})
        open_cell = book.add_format({"num_format": "#,##0", "bg_color": "#FFF6DF", "border": 1})
        sheet = book.add_worksheet("Giá vốn")
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, head)
        for row, (sku, name, packing, price) in enumerate(_rows(products), start=1):
            for column, text in enumerate((sku, name, packing)):
                sheet.write_string(row, column, safe_text(text))
            if price is not None:
                sheet.write_number(row, 3, price, dong)
            if sku in costs:
                sheet.write_number(row, 4, costs[sku], open_cell)
            else:
                sheet.write_blank(row, 4, None, open_cell)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


def _rows(products: Iterable[Product]) -> Iterable[tuple[str, str, str, int | None]]:
    for product in sorted(products, key=lambda one: one.sku):
        for variant in product.variants:
            yield variant.sku, product.name, ", ".join(variant.values), variant.price
        if not product.variants:
            yield product.sku, product.name, "", product.price
