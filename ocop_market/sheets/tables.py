"""The rows under the headings: data, and everything that only looks like it (totals, section lines, signatures)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.headings import Column, Headings
from ocop_market.sheets.sheet import Cell, Sheet
from ocop_market.sheets.values import is_blank, text_of

QUOTES = N_("The quotes in this row do not match, so its cells cannot be told apart. Put the row right in the file.")
TOO_WIDE = N_("The row has more cells than there are headings, so its cells are out of place. Put quotes around a text that "
               "holds the separator.")
CUT_SHORT = N_("The row has fewer cells than the others, so it seems cut off. Put the row right in the file.")

_TOTAL = re.compile(r"(tong|cong|total|grand total|sub ?total|tong cong|tong so|tong so san pham)( \d+.*)?|"
                    r"(tong cong|tong so|cong (nhom|huyen|trang|xa|tinh)|luy ke)\b.*")
_CLOSING = re.compile(r"(nguoi (lap|ky|tong hop|ban)|noi nhan|tm|kt|t m|k t|ke toan|thu truong|ky ten|xac nhan cua|ghi chu|luu y)\b|"
                      r".*\bngay \d* ?thang \d* ?nam\b")
_COUNTING = re.compile(r"[a-z]|\d{1,2}( \d{1,2})*")
_SECTION = re.compile(r"(?:(?:[ivxl]+|[a-h]|\d{1,2})\s*[.)\-–:]?\s+)?"
                      r"(huyện|thị xã|thành phố|tx\.?|tp\.?|tỉnh|nhóm|ngành|lĩnh vực|đợt|sản phẩm nhóm)\s+\S")
_NUMERAL = re.compile(r"[IVXL]{1,6}|[A-H]")
_WIDEST_HABIT = 8
_LONGEST_HEADING = 100


@dataclass(frozen=True)
class Row:
    """One row of data. `number` is the row of the file; `section` the section lines above it, nearest last.

    `trouble` is set when the row's cells cannot be trusted at all.
    """

    number: int
    cells: tuple[Cell, ...]
    section: tuple[str, ...] = ()
    trouble: Problem | None = None

    def at(self, position: int | None) -> Cell:
        """The cell of a column; None beyond the row's end or without a column."""
        return self.cells[position] if position is not None and position < len(self.cells) else None


@dataclass(frozen=True)
class Body:
    """Rows of data, and how many others were passed over, by reason (`blank`, `total`, `section`, `heading`, `closing`)."""

    rows: tuple[Row, ...]
    passed: Mapping[str, int] = field(default_factory=dict)


def read_body(sheet: Sheet, headings: Headings, *, fill_down: Collection[str] = (), sections: bool = False,
              marked: str = "") -> Body:
    """Everything below the headings.

    Cells merged downwards in columns of the `fill_down` targets hold their value in each row. `sections` recognises
    lines such as `I. Huyện Cầu Kè` between the rows. What stands in a column of the `marked` target is a row of data, whatever
    it looks like.
    """
    filled = _merged_values(sheet, [column.position for column in headings.columns if column.target in fill_down])
    troubles = _troubles(sheet, headings)
    passed: Counter[str] = Counter()
    rows: list[Row] = []
    lines: tuple[str, ...] = ()
    closed = False
    mark = headings.of(marked)
    for position in range(headings.bottom + 1, len(sheet.rows)):
        cells = _with_merged(sheet.rows[position], filled.get(position, {}))
        trouble = troubles.get(position)
        kind = "data"
        if not trouble and not (mark and mark.position < len(cells) and not is_blank(cells[mark.position])):
            kind = _kind(sheet.rows[position], cells, headings, first=not rows, sections=sections, closed=closed)
        if kind == "data":
            rows.append(Row(sheet.number(position), cells, lines, trouble))
            continue
        passed[kind] += 1
        closed = closed or kind == "closing"
        if kind == "section":
            lines = (*lines[-2:], " ".join(text_of(cell) for cell in cells if not is_blank(cell)))
    return Body(tuple(rows), dict(passed))


def _kind(raw: Sequence[Cell], cells: Sequence[Cell], headings: Headings, *, first: bool, sections: bool, closed: bool) -> str:
    filled = [cell for cell in raw if not is_blank(cell)]
    if not filled:
        return "blank"
    first_text = next((fold(cell) for cell in filled if isinstance(cell, str)), "")
    if _TOTAL.fullmatch(first_text):
        return "total"
    if first and len(filled) >= 3 and all(_COUNTING.fullmatch(fold(text_of(cell))) for cell in filled):
        return "heading"
    understood = [c for c in headings.columns if c.position < len(cells) and not is_blank(cells[c.position])]
    if not understood and len(filled) == 1 and text_of(filled[0]).rstrip(".)").isdigit():
        return "blank"  # a running number that was filled in beforehand
    if _repeats_headings(cells, understood):
        return "heading"
    if (closed and len(filled) <= 2 and len(understood) <= 1) or \
            (len(filled) <= 3 and len(understood) <= 2 and any(_closes(cell) for cell in filled)):
        return "closing"
    return "section" if sections and len(headings.columns) + len(headings.unused) >= 3 and _is_section(filled) else "data"


def _repeats_headings(cells: Sequence[Cell], understood: Sequence[Column]) -> bool:
    """A heading row in the middle, as printed lists have on every page."""
    texts = ((cell, column.heading) for column in understood if isinstance(cell := cells[column.position], str))
    repeated = sum(cell[:1].casefold() == heading[:1].casefold() and len(cell) < _LONGEST_HEADING and fold(cell) == fold(heading)
                   for cell, heading in texts)
    return repeated >= 2 and repeated * 2 >= len(understood)


def _closes(cell: Cell) -> bool:
    return isinstance(cell, str) and _CLOSING.match(fold(cell)) is not None


def _is_section(filled: Sequence[Cell]) -> bool:
    texts = [tidy(cell) for cell in filled if isinstance(cell, str)]
    if len(filled) > 2 or not texts:
        return False
    numbered = len(filled) == 2 and _NUMERAL.fullmatch(text_of(filled[0]).rstrip(".)")) is not None
    return numbered or (len(texts[-1]) < 120 and _SECTION.match(texts[-1].lower()) is not None)


def _troubles(sheet: Sheet, headings: Headings) -> dict[int, Problem]:
    """Rows of a delimited text whose width or quotes show that cells are out of place.

    Some programs leave out empty cells at the end of many rows; a few short rows among full ones are cut off.
    """
    if not sheet.delimited:
        return {}
    width = len(sheet.rows[headings.bottom])
    body = range(headings.bottom + 1, len(sheet.rows))
    found = {i: Problem("row-quotes", QUOTES) for i in body if i in sheet.broken}
    found |= {i: Problem("row-too-wide", TOO_WIDE) for i in body
              if i not in found and any(not is_blank(cell) for cell in sheet.rows[i][width:])}
    filled = [i for i in body if any(not is_blank(cell) for cell in sheet.rows[i])]
    last_headed = max(column.position for column in headings.columns) + 1
    short = [i for i in filled if len(sheet.rows[i]) < min(width, last_headed) and i not in found]
    if len(short) <= _WIDEST_HABIT and len(short) * 2 <= len(filled):
        found |= {i: Problem("row-cut-short", CUT_SHORT) for i in short if not _may_be_short(sheet.rows[i])}
    return found


def _may_be_short(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if not is_blank(cell)]
    return _is_section(filled) or any(_closes(cell) or _TOTAL.fullmatch(fold(text_of(cell))) for cell in filled)


def _merged_values(sheet: Sheet, positions: Collection[int]) -> dict[int, dict[int, Cell]]:
    found: dict[int, dict[int, Cell]] = {}
    for area in sheet.merged:
        if area.left in positions and area.bottom > area.top and area.top < len(sheet.rows):
            cells = sheet.rows[area.top]
            for line in range(area.top + 1, area.bottom + 1):
                found.setdefault(line, {})[area.left] = cells[area.left] if area.left < len(cells) else None
    return found


def _with_merged(cells: tuple[Cell, ...], values: Mapping[int, Cell]) -> tuple[Cell, ...]:
    if not values or all(is_blank(cell) for cell in cells):
        return cells
    wide = list(cells) + [None] * (max(values) + 1 - len(cells))
    for position, value in values.items():
        wide[position] = value if wide[position] is None else wide[position]
    return tuple(wide)


def cells_of(body: Body, position: int | None) -> Iterator[Cell]:
    """One column of the data rows, top to bottom."""
    return (row.at(position) for row in body.rows)
