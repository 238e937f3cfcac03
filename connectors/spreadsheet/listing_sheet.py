"""The listing sheet: one row a listing, safe to open, the same bytes for the same listings."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from ocop_market.model.listing import ListingDraft
from ocop_market.sheets.writing import safe_text

TITLE = "Sản phẩm"
COLUMNS = ("Mã SKU", "Tên sản phẩm", "Mô tả", "Danh mục", "Thương hiệu", "Giá bán (đồng)", "Tồn kho", "Khối lượng (g)",
           "Dài (cm)", "Rộng (cm)", "Cao (cm)", "Mã vạch", "Hình ảnh", "Hiển thị")
_CODES = frozenset({"Mã SKU", "Mã vạch", "Danh mục"})
_WIDE = {"Tên sản phẩm": 45, "Mô tả": 60, "Hình ảnh": 40}
_WRITTEN_ON = datetime(2026, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties keeps the bytes the same)

Cell = str | int


def render_listings(drafts: Sequence[ListingDraft]) -> bytes:
    """An .xlsx of all drafts in the given order; attributes and extras get columns of their own behind the common ones."""
    attributes = sorted({name for draft in drafts for name in draft.attributes})
    extras = sorted({name for draft in drafts for name in draft.channel_extra} - set(COLUMNS))
    headings = [*COLUMNS, *(f"Thuộc tính: {name}" for name in attributes), *extras]
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                             "strings_to_numbers": False})
    workbook.set_properties({"created": _WRITTEN_ON})
    sheet: Any = workbook.add_worksheet(TITLE)
    head, text, amount = (workbook.add_format(form) for form in (
        {"bold": True, "bg_color": "#E2EFDA", "border": 1}, {"num_format": "@"}, {"num_format": "#,##0"}))
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, _WIDE.get(heading, 16), text if heading in _CODES else None)
        sheet.write_string(0, column, heading, head)
    sheet.freeze_panes(1, 2)
    for line, draft in enumerate(drafts, 1):
        values = _values(draft, attributes)
        for column, heading in enumerate(headings):
            value = values.get(heading, "")
            if value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(line, column, safe_text(value), text if heading in _CODES else None)
            else:
                sheet.write_number(line, column, value, amount)
    workbook.close()
    return content.getvalue()


def _values(draft: ListingDraft, attributes: Sequence[str]) -> Mapping[str, Cell]:
    length, width, height = draft.parcel_cm
    common: tuple[Cell, ...] = (
        draft.sku, draft.title, draft.description, draft.category, draft.brand, draft.price, draft.stock, draft.weight_g, length,
        width, height, draft.gtin, "\n".join(picture.url or picture.path for picture in draft.pictures),
        "Có" if draft.visible else "Không")
    extra = {name: value if isinstance(value, int) and not isinstance(value, bool) else str(value)
             for name, value in draft.channel_extra.items()}
    return {**dict(zip(COLUMNS, common, strict=True)),
            **{f"Thuộc tính: {name}": draft.attributes.get(name, "") for name in attributes}, **extra}
