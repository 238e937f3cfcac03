"""Web pages and SpreadsheetML saved as .xls, which many small programs write."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from ocop_market.model.text import tidy
from ocop_market.sheets.sheet import Cell, Merged, Sheet

_START = re.compile(r"\s*(<!--.*?-->\s*)*<(!doctype html|html|table|meta|head|style|div|\?xml|(\w+:)?workbook)\b",
                    re.IGNORECASE | re.DOTALL)
_WIDEST_SPAN = 300
_BREAKS = {"br", "p", "div", "li"}


def looks_like_html(text: str) -> bool:
    """Whether the text begins like a web page or an XML workbook."""
    return _START.match(text[:4000]) is not None


def read_html(text: str) -> list[Sheet]:
    """One sheet per table, in the order in which they begin; a spanned cell holds its value once, in its first place."""
    parser = _TableReader()
    parser.feed(text)
    parser.close()
    return [table.sheet(f"{i}") for i, table in enumerate(parser.tables, 1)]


class _Table:
    def __init__(self) -> None:
        self.rows: list[dict[int, Cell]] = []
        self.merged: list[Merged] = []
        self._taken: set[tuple[int, int]] = set()
        self.text: list[str] | None = None
        self.is_number = False
        self._place = (0, 0)

    def begin_row(self, index: int) -> None:
        self.end_cell()
        self.rows.extend({} for _ in range(max(index - len(self.rows), 1)))
        self._column = 0

    def begin_cell(self, index: int, across: int, down: int) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row(0)
        line = len(self.rows) - 1
        column = index - 1 if index else self._column
        while (line, column) in self._taken:
            column += 1
        if across > 1 or down > 1:
            self._taken.update((line + r, column + c) for r in range(down) for c in range(across))
            self.merged.append(Merged(line, column, line + down - 1, column + across - 1))
        self._place, self._column = (line, column), column + across
        self.text, self.is_number = [], False

    def end_cell(self) -> None:
        if self.text is None:
            return
        line, column = self._place
        self.rows[line][column] = _value(tidy("".join(self.text)), self.is_number)
        self.text = None

    def sheet(self, name: str) -> Sheet:
        self.end_cell()
        width = 1 + max((column for row in self.rows for column in row), default=-1)
        return Sheet(name, tuple(tuple(row.get(c) for c in range(width)) for row in self.rows), merged=tuple(self.merged))


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name.removeprefix("ss:"): value or "" for name, value in attrs}
        tag = tag.removeprefix("ss:")
        if tag == "table":
            self._open.append(_Table())
            self.tables.append(self._open[-1])
        elif not self._open:
            return
        elif tag in ("tr", "row"):
            self._open[-1].begin_row(_count(told.get("index"), 0, limit=1_000_000))
        elif tag in ("td", "th", "cell"):
            self._open[-1].begin_cell(_count(told.get("index"), 0), _span(told, "colspan", "mergeacross"),
                                      _span(told, "rowspan", "mergedown"))
        elif tag == "data":
            self._open[-1].is_number = told.get("type") == "Number"
        elif tag in _BREAKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        tag = tag.removeprefix("ss:")
        if not self._open:
            return
        if tag in ("td", "th", "cell", "tr", "row"):
            self._open[-1].end_cell()
        elif tag == "table":
            self._open.pop().end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and (text := self._open[-1].text) is not None:
            text.append(data)


def _count(text: str | None, default: int, limit: int = _WIDEST_SPAN) -> int:
    return min(int(text), limit) if text and text.isascii() and text.isdigit() else default


def _span(told: dict[str, str], html: str, spreadsheet_ml: str) -> int:
    """Cells covered: HTML counts them all, SpreadsheetML only the further ones."""
    return max(1, _count(told.get(html), 1), 1 + _count(told.get(spreadsheet_ml), 0))


def _value(text: str, is_number: bool) -> Cell:
    if not text:
        return None
    if is_number:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return int(number) if number == number.to_integral_value() and abs(number) < 10**18 else number
    return text
