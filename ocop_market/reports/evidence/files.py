"""The evidence as .docx, from a form that can be changed, and as .xlsx with native charts; the same bytes for the same figures."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from ocop_market.reports.evidence.figures import Evidence
from ocop_market.reports.numbers import day
from ocop_market.reports.official.figures import NUMBERS, Cell, Table, Value
from ocop_market.reports.official.letterhead import EVIDENCE, Letterhead, form, form_path
from ocop_market.reports.official.printed import MOTTO, NONE
from ocop_market.reports.official.word import to_docx as fill_in
from ocop_market.reports.official.workbook import COVER, MOST_UPRIGHT, height_of
from ocop_market.sheets.writing import safe_text

_FORMATS = {Cell.COUNT: "#,##0", Cell.DONG: '#,##0" ₫"', Cell.SHARE: '0.0" %"', Cell.GROWTH: '+0.0" %";-0.0" %";0.0" %"',
            Cell.DAY: "dd/mm/yyyy"}
_FIRST_ROW = 3
_COLOURS, _PATTERNS = ("#0072B2", "#E69F00"), (None, "wide_upward_diagonal")


def places(evidence: Evidence, letterhead: Letterhead) -> dict[str, Any]:
    """All named places of the form with their texts."""
    return {
        **letterhead.model_dump(mode="json"), "quoc_hieu": MOTTO[0], "tieu_ngu": MOTTO[1], "nam": str(evidence.as_of.year),
        "ten_van_ban": evidence.title, "doi_tuong": evidence.subject, "tu_ngay": day(evidence.start), "den_ngay": day(evidence.as_of),
        "cau": list(evidence.sentences), "luu_y": list(evidence.doubts), "dieu_kien": list(evidence.conditions),
        "ma_so_lieu": evidence.digest[:16], "phan": {},
        "bang": {table.key: _printed(number, table) for number, table in enumerate(evidence.tables, 1)}}


def to_docx(market: Path, evidence: Evidence, letterhead: Letterhead) -> bytes:
    """The filled form; SettingsError without the extra `reports`, for a broken form, and for a place that there is none of."""
    return fill_in(form(market, EVIDENCE), form_path(market, EVIDENCE), places(evidence, letterhead))


def to_xlsx(evidence: Evidence) -> bytes:
    """A sheet a table; no text becomes a formula or a link, whatever it begins with."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": evidence.title, "created": datetime(2026, 1, 1, tzinfo=UTC)})
        looks = {cell: book.add_format({"border": 1, "valign": "top", "text_wrap": cell is Cell.TEXT, **(
            {"num_format": _FORMATS[cell]} if cell in _FORMATS else {})}) for cell in Cell}
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
        cover = book.add_worksheet("Bìa")
        cover.set_column(0, 0, COVER, wrap)
        lines = [evidence.title, evidence.subject, f"Số liệu đến hết ngày {day(evidence.as_of)}", *evidence.sentences, *evidence.doubts,
                 *evidence.conditions]
        for row, line in enumerate(lines):
            cover.write_string(row, 0, safe_text(line), bold if row == 0 else wrap)
            cover.set_row(row, height_of([line], [COVER]))
        cover.set_paper(9)
        cover.fit_to_pages(1, 0)
        for number, table in enumerate(evidence.tables, 1):
            _sheet(book, number, table, looks, head, bold)
    return buffer.getvalue()


def _printed(number: int, table: Table) -> dict[str, Any]:
    names = [column.key for column in table.columns]
    rows = [dict(zip(names, table.shown(row), strict=True)) for row in table.rows]
    return {"tieu_de": f"Biểu {number}. {table.title}", "dong_tong": table.has_total,
            "dong": rows or [{**dict.fromkeys(names, ""), names[0]: NONE}]}


def _sheet(book: Any, number: int, table: Table, looks: dict[Cell, Any], head: Any, bold: Any) -> None:
    name = f"{number}. {table.key.replace('_', ' ')}"
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, f"Biểu {number}. {table.title}", bold)
    widths = [max(11, column.width * 6) for column in table.columns]
    sheet.set_row(_FIRST_ROW - 1, height_of([column.heading for column in table.columns], widths))
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, widths[position])
        sheet.write_string(_FIRST_ROW - 1, position, column.heading, head)
    for row_number, row in enumerate(table.rows, _FIRST_ROW):
        sheet.set_row(row_number, height_of(row, widths))
        for position, value in enumerate(row):
            cell = table.cell(row, position)
            _write(sheet, row_number, position, value, cell, looks[cell])
    sheet.freeze_panes(_FIRST_ROW, 1)
    if len(table.columns) > MOST_UPRIGHT:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if table.chart and table.rows:
        _chart(book, sheet, name, table, _FIRST_ROW + len(table.rows) + 1)


def _write(sheet: Any, row: int, position: int, value: Value, cell: Cell, look: Any) -> None:
    if value is None or value == "":
        sheet.write_string(row, position, "–" if cell in NUMBERS else "", look)
    elif cell is Cell.DAY:
        sheet.write(row, position, date.fromisoformat(str(value)), look)
    elif isinstance(value, str):
        sheet.write_string(row, position, safe_text(value), look)
    else:
        sheet.write_number(row, position, value, look)


def _chart(book: Any, sheet: Any, name: str, table: Table, row: int) -> None:
    """Below the table, so that the printed sheet stays large enough to be read."""
    bars, last = table.chart, _FIRST_ROW + len(table.rows) - 1
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for series, position in enumerate(bars.values if bars else ()):
        fill: dict[str, Any] = {"fill": {"color": _COLOURS[series]}}
        if _PATTERNS[series]:
            fill = {"pattern": {"pattern": _PATTERNS[series], "fg_color": _COLOURS[series], "bg_color": "white"}}
        chart.add_series({"name": table.columns[position].heading, "categories": [name, _FIRST_ROW, 0, last, 0],
                          "values": [name, _FIRST_ROW, position, last, position], "border": {"color": _COLOURS[series]}, **fill})
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_size({"width": 720, "height": 360})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": "#,##0"})
    if table.columns[0].cell is Cell.DAY:
        chart.set_x_axis({"num_format": _FORMATS[Cell.DAY], "text_axis": True})
    sheet.insert_chart(row, 0, chart)
