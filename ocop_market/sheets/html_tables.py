"""Web pages, tables copied out of Word, and SpreadsheetML saved as .xls, which many small programs write."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser

from ocop_market.errors import SettingsError
from ocop_market.model.text import tidy
from ocop_market.sheets.sheet import BROKEN, DEFAULT_LIMITS, Cell, Limits, Merged, Sheet, refuse_extent
from ocop_market.sheets.writing import without_guard

_CLIPBOARD = r"(?:Version:[\d.]+\s+(?:\w+:[^\n]*\n)+)?"
_START = re.compile(rf"\s*{_CLIPBOARD}\s*(?>(?><!--.*?-->|<!\[[^>]*>)\s*)*"
                    r"<(!doctype html|html|body|table|meta|head|style|div|span|p|o:p|\?xml|(\w+:)?workbook)\b", re.IGNORECASE | re.DOTALL)
_WIDEST_SPAN = 300
RefuseExtent = Callable[[int, int], None]
"""Given the rows and cells of a table so far, refuses the file when they are too many."""

_BREAKS = {"br", "p", "div", "li"}


def looks_like_html(text: str) -> bool:
    """Whether the text begins like a web page or an XML workbook."""
    return _START.match(text[:4000]) is not None


def pages_of_mail(content: bytes) -> list[bytes]:
    """The pages with tables inside a “single file web page” (.mht, which Excel also saves as .xls)."""
    parts = email.message_from_bytes(content).walk()
    pages = [part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/html"]
    return [page for page in pages if isinstance(page, bytes) and b"<table" in page.lower()]


def read_html(name: str, text: str, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """One sheet per table, in the order in which they begin; a spanned cell holds its value once, in its first place."""
    parser = _TableReader(lambda rows, cells: refuse_extent(name, limits, rows=rows, cells=cells))
    try:
        parser.feed(text)
        parser.close()
    except AssertionError:
        raise SettingsError(BROKEN, code="file-damaged", name=name) from None  # the parser's word for broken declarations
    return [table.sheet(f"{i}") for i, table in enumerate(parser.tables, 1)]


class _Table:
    def __init__(self, refuse_extent: RefuseExtent) -> None:
        self.rows: list[dict[int, Cell]] = []
        self.merged: list[Merged] = []
        self._refuse_extent, self._covered = refuse_extent, 0
        self._taken_until: dict[int, int] = {}
        self.text: list[str] | None = None
        self.is_number = False
        self._place = (0, 0)

    def begin_row(self, index: int) -> None:
        self.end_cell()
        self._refuse_extent(max(index, len(self.rows)), 0)
        self.rows.extend({} for _ in range(max(index - len(self.rows), 1)))
        self._column = 0

    def begin_cell(self, index: int, across: int, down: int) -> None:
        self.end_cell()
        if not self.rows:
            self.begin_row(0)
        line = len(self.rows) - 1
        column = index - 1 if index else self._column
        while self._taken_until.get(column, -1) >= line:
            column += 1
        if across > 1 or down > 1:
            self._covered += across * down
            self._refuse_extent(0, self._covered)
            self._taken_until |= dict.fromkeys(range(column, column + across), line + down - 1)
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
        self._refuse_extent(len(self.rows), len(self.rows) * width)
        return Sheet(name, tuple(tuple(row.get(c) for c in range(width)) for row in self.rows), merged=tuple(self.merged))


class _TableReader(HTMLParser):
    def __init__(self, refuse_extent: RefuseExtent) -> None:
        super().__init__(convert_charrefs=True)
        self._refuse_extent = refuse_extent
        self.tables: list[_Table] = []
        self._open: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name.removeprefix("ss:"): value or "" for name, value in attrs}
        tag = tag.removeprefix("ss:")
        if tag == "table":
            self._open.append(_Table(self._refuse_extent))
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
    return without_guard(text)
