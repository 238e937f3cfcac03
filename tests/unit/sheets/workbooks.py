"""Workbooks made in memory for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

Merge = tuple[int, int, int, int, str]


def workbook(*sheets: Sequence[Sequence[Any]], merged: Sequence[Merge] = (), hidden: Sequence[int] = ()) -> bytes:
    """An .xlsx with one sheet per table; `merged` areas belong to the first."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(f"Tờ {number + 1}")
        if number in hidden:
            sheet.hide()
        elif number - 1 in hidden:
            sheet.activate()
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(r, c, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(r, c, cell, day)
                elif cell is not None:
                    sheet.write(r, c, cell)
        for area in merged if number == 0 else ():
            sheet.merge_range(*area)
    book.close()
    return content.getvalue()


def with_formula(formula: str, value: str) -> bytes:
    """A product list whose price in row 2 is a formula with this cached value."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("A & B")
    sheet.write_row(0, 0, ["Tên sản phẩm", "Chủ thể", "Giá"])
    sheet.write_row(1, 0, ["Mật ong", "HTX A"])
    sheet.write_formula(1, 2, formula, None, value)
    book.close()
    return content.getvalue()


def open_document(rows: str) -> bytes:
    """An .ods around table rows given as XML."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    names = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in (
        ("office", "office"), ("table", "table"), ("text", "text")))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml",
                         '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                         f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>')
        archive.writestr("content.xml",
                         f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
                         f'<table:table table:name="S">{rows}</table:table>'
                         "</office:spreadsheet></office:body></office:document-content>")
    return content.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The members of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A zip file of these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()
