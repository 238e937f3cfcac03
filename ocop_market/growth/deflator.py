"""Revenue at the prices of one month, by a series of prices that the user supplies; the program knows none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Connection

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period, monthly
from ocop_market.growth.sold import Change
from ocop_market.language import N_
from ocop_market.sheets.container import Cell, file_content, read_sheets

NO_SERIES = N_("{path} has no series of prices. Write a month (2026-07 or 07/2026) and its index (104.2) in two columns, a month a row.")
TWICE = N_("{path} has two figures for {month}. Leave one.")
MONTH_MISSING = N_("The series of prices in {path} has no figure for {month}. Add it, or choose another period.")
NOT_READABLE = N_("{path} cannot be opened: {reason!t}. Check the name, and that no other program holds the file.")
_MONTH = re.compile(r"(?P<year>20\d\d)[-/](?P<month>0?[1-9]|1[0-2])|(?P<month2>0?[1-9]|1[0-2])[-/](?P<year2>20\d\d)")


@dataclass(frozen=True)
class Deflator:
    """An index of prices by month (`2026-07`), any month being 100; `path` is where it was read."""

    index: Mapping[str, Decimal]
    path: str

    def of(self, month: str) -> Decimal:
        """The index of a month; SettingsError (`month-missing`) when the series has none."""
        if month not in self.index:
            raise SettingsError(MONTH_MISSING, code="month-missing", path=self.path, month=month)
        return self.index[month]


def read_deflator(path: Path) -> Deflator:
    """Reads a list of months and indices (.csv, .xlsx, …); rows of anything else are headings and remarks.

    SettingsError (`no-series`, `month-twice`, or the file's own) when there is none, or a month stands twice.
    """
    try:
        content = file_content(path)
    except OSError as error:
        raise SettingsError(NOT_READABLE, code="file-unreadable", path=str(path), reason=error.strerror or "?") from None
    index: dict[str, Decimal] = {}
    for sheet in read_sheets(path.name, content):
        for row in sheet.rows:
            cells = [cell for cell in row if cell is not None]
            month, value = (_month(cells[0]), _value(cells[1])) if len(cells) > 1 else ("", None)
            if not month or value is None:
                continue
            if month in index:
                raise SettingsError(TWICE, code="month-twice", path=str(path), month=month)
            index[month] = value
    if not index:
        raise SettingsError(NO_SERIES, code="no-series", path=str(path))
    return Deflator(index, str(path))


def real_change(connection: Connection, now: Period, before: Period, deflator: Deflator, basis: Basis = Basis.NET) -> Change:
    """Revenue of two periods at the prices of the last month of `now`, month by month; quantities are not filled."""
    base = deflator.of(f"{now.end:%Y-%m}")
    at_now, at_before = (_at_prices(monthly(connection, period, basis), deflator, base) for period in (now, before))
    return Change(at_now, at_before)


def _at_prices(months: Mapping[str, Mapping[str, int]], deflator: Deflator, base: Decimal) -> int:
    return sum(round(Fraction(sum(accounts.values())) * Fraction(base) / Fraction(deflator.of(month)))
               for month, accounts in months.items() if any(accounts.values()))


def _month(cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    found = _MONTH.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return f"{found['year'] or found['year2']}-{int(found['month'] or found['month2']):02}" if found else ""


def _value(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or not isinstance(cell, int | Decimal | str):
        return None
    try:
        value = Decimal(cell.strip().replace(",", ".") if isinstance(cell, str) else cell)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None
