"""Codes out of a list: the column that holds them is found by its heading, or named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.text import fold
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.sheet import Cell, Sheet
from ocop_market.sheets.values import is_blank, text_of

NO_COLUMN = N_("No column of {name} is called “{column}”. Give the heading of the column with the codes as it stands in the file.")
NOT_FOUND = N_("No column of {name} looks like codes. Name its heading with --column.")
NOT_READABLE = N_("{path} cannot be opened: {reason!t}. Check the name, and that no other program holds the file.")

_HEADINGS = ("ma truy xuat", "truy xuat nguon goc", "ma qr", "qr", "qr code", "noi dung qr", "ma vach", "ma so ma vach", "barcode",
             "gtin", "ean", "code")
"""What columns of codes are called, folded; the first that is there is taken."""
_SEARCHED_ROWS = 30


@dataclass(frozen=True)
class ListedCode:
    """A code and the row of the file in which it stands."""

    row: int
    text: str


def codes_of(path: Path, column: str = "") -> list[ListedCode]:
    """The filled cells below the heading, in every sheet that has it; a file of one column without a heading is taken whole.

    SettingsError when the file cannot be read or no such column is there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(NOT_READABLE, code="file-unreadable", path=str(path), reason=error.strerror or "?") from None
    sheets = read_sheets(path.name, content)
    wanted = (fold(column),) if column else _HEADINGS
    found = [code for sheet in sheets for code in _below_heading(sheet, wanted)]
    if not found and not column:
        found = [code for sheet in sheets if all(len(row) <= 1 for row in sheet.rows) for code in _cells(sheet, 0, 0)]
    if not found:
        raise SettingsError(NO_COLUMN if column else NOT_FOUND, code="column-missing", name=path.name, column=column)
    return found


def _below_heading(sheet: Sheet, wanted: Sequence[str]) -> Iterator[ListedCode]:
    for top, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        headings = [fold(cell) if isinstance(cell, str) else "" for cell in row]
        for heading in wanted:
            if heading in headings:
                yield from _cells(sheet, top + 1, headings.index(heading))
                return


def _cells(sheet: Sheet, top: int, column: int) -> Iterator[ListedCode]:
    for position in range(top, len(sheet.rows)):
        row = sheet.rows[position]
        cell = row[column] if column < len(row) else None
        if not is_blank(cell):
            yield ListedCode(sheet.number(position), _written(cell))


def _written(cell: Cell) -> str:
    """Text exactly as it stands: white space may be a separator of the code."""
    if isinstance(cell, str):
        return cell
    return str(int(cell)) if isinstance(cell, Decimal) and cell == int(cell) else text_of(cell)
