"""What a sheet is once it is read, how much is read of one, and why a file is refused as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_

Cell = str | int | Decimal | bool | datetime | date | time | None
"""A cell as read: text in NFC, numbers exact (never float), naive times, None when empty."""

DAMAGED = "#DAMAGED!"
"""Stands in a cell whose formula failed; `values.is_damaged` recognises it."""
UNCALCULATED = "#UNCALCULATED!"
"""Stands in a cell whose formula was saved without a value, as programs other than Excel do."""

TOO_LARGE = N_("The file {name} is too large: {size} million bytes, at most {limit} are read. Split it, or remove pictures "
               "and unused sheets.")
TOO_MANY_CELLS = N_("The file {name} reaches over more than {limit} million cells. Delete the empty rows and columns around "
                    "the table and save it again.")
TOO_MANY_ROWS = N_("The file {name} reaches down to row {count}, at most {limit} rows are read. Delete the empty rows below the table, or "
                   "split it into several files.")
EMPTY = N_("The file {name} is empty. Export it again.")
IS_PDF = N_("The file {name} is a PDF, from which numbers cannot be read safely. Ask for the Excel or CSV file.")
IS_PICTURE = N_("The file {name} is a picture, from which nothing can be read safely. Ask for the Excel file that it shows, or "
                "type the table into Excel.")
IS_DOCUMENT = N_("The file {name} is a text document. Copy its table into an empty Excel sheet, or save the document as a web page "
                 "(.htm), and import that.")
IS_ARCHIVE = N_("The file {name} is an archive of several files. Unpack it and import the files one by one.")
TOO_OLD = N_("The file {name} was made by Excel before 1997. Open it in Excel or LibreOffice and save it as .xlsx.")
LOCKED = N_("The file {name} is protected by a password. Open it, remove the password, save it and try again.")
NOT_A_TABLE = N_("The file {name} is not a spreadsheet. Known kinds: .xlsx, .xls, .ods, .csv and tables saved as web pages.")
BROKEN = N_("The file {name} is damaged or cut off, so it cannot be opened. Export or download it again.")
NEWER_KIND = N_("The file {name} is an Excel binary workbook (.xlsb). Open it in Excel and save it as .xlsx.")


@dataclass(frozen=True)
class Limits:
    """How much is read of one file: bytes as sent, bytes once unpacked, rows of a sheet, cells of all its sheets' grids."""

    content_bytes: int = 60_000_000
    unpacked_bytes: int = 400_000_000
    rows: int = 200_000
    cells: int = 8_000_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Merged:
    """A merged area, counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows[0]` is row 1 of the file.

    `numbers` gives the file's own row (line) number of each row where it differs from the position, as in a CSV with
    quoted line breaks; `delimited` is True for CSV, where a row of another width than the headings is suspicious;
    `broken` holds the positions of rows whose quotes do not match; `notes` tell what was found or changed while reading.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    merged: tuple[Merged, ...] = ()
    numbers: tuple[int, ...] = ()
    delimited: bool = False
    broken: frozenset[int] = field(default_factory=frozenset)
    notes: tuple[Problem, ...] = ()

    def number(self, position: int) -> int:
        """The row number that a person sees, from 1."""
        return self.numbers[position] if self.numbers else position + 1


def too_large(name: str, size: int, limit: int) -> SettingsError:
    """The refusal of a file beyond a limit in bytes."""
    return SettingsError(TOO_LARGE, code="file-too-large", name=name, size=-(-size // 1_000_000), limit=limit // 1_000_000)


def refuse_extent(name: str, limits: Limits, *, rows: int, cells: int) -> None:
    """Raises SettingsError (`file-too-large`) when the longest sheet has too many rows, or all together too many cells."""
    if rows > limits.rows:
        raise SettingsError(TOO_MANY_ROWS, code="file-too-large", name=name, count=rows, limit=limits.rows)
    if cells > limits.cells:
        raise SettingsError(TOO_MANY_CELLS, code="file-too-large", name=name, limit=limits.cells // 1_000_000)
