"""The listing sheet: one row for each SKU that is sold, safe to open, the same bytes for the same listings.

A listing with variants has a row for each of them, held together by the column of the product's own SKU.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from ocop_market.model.listing import ListingDraft, VariantDraft
from ocop_market.sheets.writing import safe_text

TITLE = "Sản phẩm"
COLUMNS = ("Mã SKU", "Tên sản phẩm", "Mô tả", "Danh mục", "Thương hiệu", "Giá bán (đồng)", "Tồn kho", "Khối lượng (g)",
           "Dài (cm)", "Rộng (cm)", "Cao (cm)", "Mã vạch", "Hình ảnh", "Hiển thị")
PRODUCT, WHOLESALE, DAYS_TO_SHIP, ATTRIBUTE = "Mã sản phẩm cha", "Giá sỉ", "Thời gian chuẩn bị hàng (ngày)", "Thuộc tính: "
OPTIONS = (("Tên nhóm phân loại 1", "Phân loại 1"), ("Tên nhóm phân loại 2", "Phân loại 2"))
"""Headings of what only some listings have; a sheet has them when one of its listings does. Lists of products are read by the same."""
_CODES = frozenset({"Mã SKU", "Mã vạch", "Danh mục", PRODUCT})
_WIDE = {"Tên sản phẩm": 45, "Mô tả": 60, "Hình ảnh": 40}
_WRITTEN_ON = datetime(2026, 1, 1)  # noqa: DTZ001  (a fixed date in the file's properties keeps the bytes the same)

Cell = str | int


def render_listings(drafts: Sequence[ListingDraft]) -> bytes:
    """An .xlsx of all drafts in the given order; attributes and extras get columns of their own behind the common ones."""
    headings = [*COLUMNS, *_further_headings(drafts)]
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
    for line, values in enumerate((row for draft in drafts for row in _rows(draft)), 1):
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


def _further_headings(drafts: Sequence[ListingDraft]) -> list[str]:
    """Variants, wholesale prices and days to ship where a listing has them, attributes, extras."""
    options = max((len(draft.options) for draft in drafts), default=0)
    found = [PRODUCT, *(heading for pair in OPTIONS[:options] for heading in pair)] if options else []
    found += [WHOLESALE] if any(draft.wholesale for draft in drafts) else []
    found += [DAYS_TO_SHIP] if any(draft.days_to_ship is not None for draft in drafts) else []
    found += [f"{ATTRIBUTE}{name}" for name in sorted({name for draft in drafts for name in draft.attributes})]
    extras = {name for draft in drafts for name in draft.channel_extra}
    return found + sorted(extras - {*COLUMNS, *found})


def _rows(draft: ListingDraft) -> Iterator[Mapping[str, Cell]]:
    """A row of the listing, or one for each of its variants."""
    extra = {name: value if isinstance(value, int) and not isinstance(value, bool) else str(value)
             for name, value in draft.channel_extra.items()}
    common: dict[str, Cell] = {f"{ATTRIBUTE}{name}": value for name, value in draft.attributes.items()}
    if draft.wholesale:
        common[WHOLESALE] = "; ".join(f"từ {step.from_quantity}: {step.price:,}".replace(",", ".") for step in draft.wholesale)
    if draft.days_to_ship is not None:
        common[DAYS_TO_SHIP] = draft.days_to_ship
    if not draft.variants:
        yield {**_cells(draft, VariantDraft(draft.sku, (), draft.price, draft.stock, draft.weight_g, draft.gtin)), **common, **extra}
    for variant in draft.variants:
        options: dict[str, Cell] = {}
        for headings, name, value in zip(OPTIONS, draft.options, variant.values, strict=False):
            options |= dict(zip(headings, (name, value), strict=True))
        yield {**_cells(draft, variant), PRODUCT: draft.sku, **options, **common, **extra}


def _cells(draft: ListingDraft, sold: VariantDraft) -> dict[str, Cell]:
    length, width, height = draft.parcel_cm
    pictures = [picture.url or picture.path for picture in (*([sold.picture] if sold.picture else []), *draft.pictures)]
    cells: tuple[Cell, ...] = (
        sold.sku, draft.title, draft.description, draft.category, draft.brand, sold.price, sold.stock, sold.weight_g, length, width,
        height, sold.gtin, "\n".join(dict.fromkeys(pictures)), "Có" if draft.visible else "Không")
    return dict(zip(COLUMNS, cells, strict=True))
