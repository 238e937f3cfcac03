"""The report as .xlsx: a sheet a table with native charts, numbers as numbers, the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from ocop_market.reports.official.addresses import addressed
from ocop_market.reports.official.figures import NUMBERS, Cell, OfficialFigures, Table, Value, stem
from ocop_market.reports.official.letterhead import Letterhead
from ocop_market.reports.official.printed import HOW, MOST_BARS, conditions
from ocop_market.sheets.writing import safe_text

_FORMATS = {Cell.COUNT: "#,##0", Cell.DONG: '#,##0" ₫"', Cell.SHARE: '0.0" %"', Cell.GROWTH: '+0.0" %";-0.0" %";0.0" %"',
            Cell.DAY: "dd/mm/yyyy"}
_LONGEST_NAME = 31
"""Letters that Excel allows in the name of a sheet."""
_FIRST_ROW = 4
COVER = 75
"""Letters of a line of the cover: it fits an upright page in any font, so that nothing is cut."""
_LINE = 15
"""The height of a line in points."""
MOST_UPRIGHT = 6
"""Columns that fit an upright page, on which the chart then has its place below the table."""
_COLOURS = ("#0072B2", "#E69F00", "#009E73")
"""Okabe-Ito: told apart by colour-blind readers; patterns tell them apart in print."""
_PATTERNS = (None, "wide_upward_diagonal", "small_grid")


def to_xlsx(figures: OfficialFigures, letterhead: Letterhead) -> bytes:
    """The whole workbook. Text never becomes a formula or a link, whatever it begins with."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{figures.title} {figures.subtitle}", "created": datetime(2026, 1, 1, tzinfo=UTC)})
        sheet = _Looks(book)
        _cover(sheet, figures, letterhead)
        for number, table in enumerate(figures.tables, start=1):
            _table(sheet, number, table, figures)
        _explained(sheet, figures)
    return buffer.getvalue()


class _Looks:
    """The workbook with its formats: one for each way of writing a value, plain and for sums."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold, self.wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        self.centre = book.add_format({"bold": True, "align": "center"})
        self.head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
        self.cells = {(cell, is_sum): self._cell(cell, is_sum=is_sum) for cell in Cell for is_sum in (False, True)}

    def _cell(self, cell: Cell, *, is_sum: bool) -> Any:
        look: dict[str, Any] = {"border": 1, "valign": "top", "bold": is_sum, "text_wrap": cell is Cell.TEXT}
        if cell in _FORMATS:
            look["num_format"] = _FORMATS[cell]
        return self.book.add_format(look)


def _cover(looks: _Looks, figures: OfficialFigures, letterhead: Letterhead) -> None:
    sheet = looks.book.add_worksheet("Bìa")
    sheet.set_column(0, 0, COVER, looks.wrap)
    lines = [letterhead.co_quan_cap_tren, letterhead.co_quan, "", f"{figures.title}. {figures.subtitle}", "",
             *(words for section in figures.sections for words in section.sentences), "", "Lưu ý về số liệu:", *figures.doubts, "",
             "Điều kiện tính số liệu:", *conditions(figures)]
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, safe_text(line), looks.bold if row < _FIRST_ROW else looks.wrap)
        sheet.set_row(row, height_of([line], [COVER]))
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _table(looks: _Looks, number: int, table: Table, figures: OfficialFigures) -> None:
    name = _sheet_name(number, table)
    sheet = looks.book.add_worksheet(name)
    sheet.write_string(0, 0, f"Biểu {number}. {table.title}", looks.bold)
    sheet.write_string(1, 0, safe_text(f"{figures.scope.market}; số liệu đến hết ngày {figures.scope.as_of:%d/%m/%Y}; "
                                       f"mã số liệu {figures.digest[:16]}"))
    widths = [max(11, column.width * 5) for column in table.columns]
    sheet.set_row(_FIRST_ROW - 1, height_of([column.heading for column in table.columns], widths))
    for position, column in enumerate(table.columns):
        sheet.set_column(position, position, widths[position])
        sheet.write_string(_FIRST_ROW - 1, position, column.heading, looks.head)
    for row_number, row in enumerate(table.rows):
        is_sum = table.has_total and row_number == len(table.rows) - 1
        sheet.set_row(_FIRST_ROW + row_number, height_of(row, widths))
        for position, value in enumerate(row):
            cell = table.cell(row, position)
            _write(sheet, _FIRST_ROW + row_number, position, value, cell, looks.cells[cell, is_sum])
    last = _FIRST_ROW + max(len(table.rows), 1)
    for extra, note in enumerate(table.notes):
        sheet.write_string(last + 1 + extra, 0, note)
    sheet.freeze_panes(_FIRST_ROW, 1)
    if len(table.columns) > MOST_UPRIGHT:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_FIRST_ROW - 1)
    if table.chart and table.rows:
        _chart(looks.book, sheet, name, table, last + len(table.notes) + 2)


def _explained(looks: _Looks, figures: OfficialFigures) -> None:
    """The sheet to which every figure leads: where it stands (a link), its address and what to type."""
    sheet = looks.book.add_worksheet("Giải thích")
    sheet.write_string(0, 0, HOW.format(name=f"{stem(figures)}.json"))
    for row, line in enumerate(conditions(figures), start=1):
        sheet.write_string(row, 0, safe_text(line))
    first = len(conditions(figures)) + 2
    for position, (heading, width) in enumerate((("Ô", 8), ("Biểu", 8), ("Dòng", 40), ("Cột", 24), ("Giá trị", 20), ("Địa chỉ", 60),
                                                 ("Lệnh", 80))):
        sheet.set_column(position, position, width)
        sheet.write_string(first, position, heading, looks.head)
    for row, one in enumerate(addressed(figures), start=first + 1):
        cell = xl_rowcol_to_cell(_FIRST_ROW + one.row, one.column)
        sheet.write_url(row, 0, f"internal:'{_sheet_name(one.table_number, one.table)}'!{cell}", string=cell)
        sheet.write_number(row, 1, one.table_number)
        for position, text in enumerate((one.row_name, one.heading, one.printed, str(one.address), one.command), start=2):
            sheet.write_string(row, position, safe_text(text))
    sheet.freeze_panes(first + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _sheet_name(number: int, table: Table) -> str:
    return f"{number}. {table.key.replace('_', ' ')}"[:_LONGEST_NAME]


def height_of(values: Sequence[Value], widths: Sequence[float]) -> float:
    """The height in points of a row of wrapped texts, which not every program finds by itself; `widths` are in letters."""
    lines = [ceil(1.15 * len(value) / width) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
    return _LINE * max([1, *lines])


def _write(sheet: Any, row: int, position: int, value: Value, cell: Cell, look: Any) -> None:
    if value is None or value == "":
        sheet.write_string(row, position, "–" if cell in NUMBERS else "", look)
    elif cell is Cell.DAY:
        sheet.write(row, position, date.fromisoformat(str(value)), look)
    elif cell in NUMBERS and not isinstance(value, str):
        sheet.write_number(row, position, value, look)
    else:
        sheet.write_string(row, position, safe_text(str(value)), look)


def _chart(book: Any, sheet: Any, name: str, table: Table, row: int) -> None:
    """Below the table: beside it, it would make the printed sheet too small to be read."""
    bars = table.chart
    if bars is None:
        return
    count = min(MOST_BARS, len(table.rows) - (1 if table.has_total else 0))
    if not count:
        return
    chart = book.add_chart({"type": "column"})
    span = (_FIRST_ROW, _FIRST_ROW + count - 1)
    for series, position in enumerate(bars.values):
        fill: dict[str, Any] = {"fill": {"color": _COLOURS[series]}}
        if _PATTERNS[series]:
            fill = {"pattern": {"pattern": _PATTERNS[series], "fg_color": _COLOURS[series], "bg_color": "white"}}
        chart.add_series({"name": table.columns[position].heading, "categories": [name, span[0], bars.names, span[1], bars.names],
                          "values": [name, span[0], position, span[1], position], "border": {"color": _COLOURS[series]}, **fill})
    chart.set_title({"name": bars.title, "name_font": {"size": 12}})
    chart.set_size({"width": 720, "height": 360})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": "#,##0"})
    sheet.insert_chart(row, 0, chart)
