"""Lines behind a figure as a file: .xlsx, or .csv for other programs; however many, only a few are in memory at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import xlsxwriter

from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.sheets.writing import safe_text

NOT_THAT = N_("{path} can be written as .xlsx or .csv only. Give the file one of these endings.")
MOST_ROWS = 1_000_000
"""Rows of a sheet; Excel holds 1,048,576. What is more goes on in another sheet."""
Value = str | int | float | Decimal | date | None


def write_lines(path: Path, about: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Writes the lines; a workbook has `about` on a sheet of its own, a .csv has headings and lines alone.

    An older file of the name is replaced once the new one is whole. SettingsError (`out-format`) for any other ending.
    """
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise SettingsError(NOT_THAT, code="out-format", path=str(path))
    part = path.with_name(path.name + ".part")
    try:
        if kind == ".csv":
            _csv(part, headings, rows)
        else:
            _xlsx(part, about, headings, rows)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows([safe_text(value) if isinstance(value, str) else value for value in row] for row in rows)


def _xlsx(path: Path, about: Sequence[str], headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet(translate(N_("Explanation")))
        sheet.set_column(0, 0, 120)
        for number, line in enumerate(about):
            sheet.write_string(number, 0, safe_text(line))
        for number, some in enumerate(_sheets(rows), start=1):
            sheet = book.add_worksheet(say(N_("Lines {number}"), number=number))
            sheet.set_column(0, len(headings) - 1, 16)
            for position, heading in enumerate(headings):
                sheet.write_string(0, position, heading, bold)
            for row_number, row in enumerate(some, start=1):
                for position, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write(row_number, position, value, day)
                    elif isinstance(value, int | float | Decimal):
                        sheet.write_number(row_number, position, value)
                    else:
                        sheet.write_string(row_number, position, safe_text(value or ""))
            sheet.freeze_panes(1, 0)


def _sheets(rows: Iterable[Sequence[Value]]) -> Iterator[Iterator[Sequence[Value]]]:
    """The rows in runs that a sheet can hold; one run without any where there are none."""
    rest, number = iter(rows), 0
    while (first := next(rest, None)) is not None or not number:
        yield iter(()) if first is None else _with(first, islice(rest, MOST_ROWS - 1))
        number += 1


def _with(first: Sequence[Value], others: Iterator[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield first
    yield from others
