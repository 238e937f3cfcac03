"""Dates and times in cells. Times without a zone are Viet Nam time and stay naive here.

Like numbers, the order of day and month belongs to a column: one `5/21/2026` proves it for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.values import is_blank, shown

UNREADABLE = N_("“{text}” cannot be read as a date. Write day/month/year, for example 21/05/2026.")
NO_SUCH_DAY = N_("“{text}” is no day of the calendar. Write day/month/year, for example 21/05/2026.")
YEAR_ONLY = N_("“{text}” is a year only. Write the whole date, for example 21/05/2026.")
BOTH_ORDERS = N_("The dates are written day first in some rows and month first in others. Write all of them day/month/year.")
SWAPPED = N_("Some dates are real dates and others are text, which happens when Excel swaps day and month on opening a file. "
             "Export the file again and read it without opening it in Excel.")

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_PARTS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_WORDS = re.compile(r"(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", re.IGNORECASE)
_TIME = re.compile(r"(?<![\d:])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(SA|CH|AM|PM)?(?!\d)", re.IGNORECASE)
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_EMPTY_WORDS = {"", "t", "luc", "ngay", "vao", "hoi", "thu hai", "thu ba", "thu tu", "thu nam", "thu sau", "thu bay", "chu nhat"}
_SERIALS = range(20_000, 80_000)
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  (Excel's own calendar has no zone)


class DayOrder(StrEnum):
    """Which of the two small numbers of a date comes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


def day_order(cells: Iterable[Cell]) -> DayOrder | Problem:
    """The order that a column proves; day first when nothing proves the other.

    A Problem (`dates-both-orders`, `dates-swapped`) when the column cannot be trusted as a whole.
    """
    cells = list(cells)
    firsts = [(int(m.group(1)), int(m.group(3))) for cell in cells if isinstance(cell, str) and (m := _PARTS.search(cell))]
    day_first = any(first > 12 for first, _ in firsts)
    month_first = any(second > 12 for _, second in firsts)
    if day_first and month_first:
        return Problem("dates-both-orders", BOTH_ORDERS)
    real = [cell for cell in cells if isinstance(cell, date)]
    if real and (day_first or month_first) and len(real) + len(firsts) > 2 and all(day.day <= 12 for day in real):
        return Problem("dates-swapped", SWAPPED)
    return DayOrder.MONTH_FIRST if month_first else DayOrder.DAY_FIRST


def order_is_proved(cells: Iterable[Cell]) -> bool:
    """Whether any text of the column could not be read the other way round, or none depends on the order."""
    pairs = [(int(m.group(1)), int(m.group(3))) for cell in cells if isinstance(cell, str) and (m := _PARTS.search(cell))]
    return not pairs or any(max(pair) > 12 for pair in pairs) or all(first == second for first, second in pairs)


@lru_cache(maxsize=4096, typed=True)
def read_moment(cell: Cell, order: DayOrder = DayOrder.DAY_FIRST) -> datetime | Problem | None:
    """A naive time in Viet Nam, to the second; midnight where only a day is given. None for an empty cell."""
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return _to_the_second(cell)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return _serial(Decimal(cell), cell)
    return _from_text(cell, order) if isinstance(cell, str) else _problem("date-unreadable", UNREADABLE, cell)


def read_day(cell: Cell, order: DayOrder = DayOrder.DAY_FIRST) -> date | Problem | None:
    """The day alone."""
    moment = read_moment(cell, order)
    return moment.date() if isinstance(moment, datetime) else moment


def _from_text(text: str, order: DayOrder) -> datetime | Problem:
    text = tidy(text).lstrip("'")
    if re.fullmatch(r"(?:20|19)\d{2}", text):
        return _problem("date-year-only", YEAR_ONLY, text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _serial(Decimal(text), text)
    if compact := re.fullmatch(r"(20\d{2})(\d{2})(\d{2})", text):
        return _day(text, *map(int, compact.groups()))
    rest, numbers = _take_day(text, order)
    if numbers is None:
        return _problem("date-unreadable", UNREADABLE, text)
    clock = _TIME.search(rest)
    zone = ""
    if clock:
        rest = rest[:clock.start()] + " " + rest[clock.end():]
        if offset := _ZONE.search(rest.strip()):
            zone, rest = offset.group(), rest.strip()[:offset.start()]
    if fold(rest) not in _EMPTY_WORDS:
        return _problem("date-unreadable", UNREADABLE, text)
    day = _day(text, *numbers)
    if isinstance(day, Problem) or not clock:
        return day
    return _with_time(text, day, clock, zone)


def _take_day(text: str, order: DayOrder) -> tuple[str, tuple[int, int, int] | None]:
    """The rest of the text, and year, month, day as written."""
    if found := _ISO.search(text):
        numbers = (int(found.group(1)), int(found.group(2)), int(found.group(3)))
    elif found := _PARTS.search(text):
        first, second, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
        day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
        numbers = (year + 2000 if year < 100 else year, month, day)
    elif found := _WORDS.search(text):
        numbers = (int(found.group(3)), int(found.group(2)), int(found.group(1)))
    else:
        return text, None
    return text[:found.start()] + " " + text[found.end():], numbers


def _day(text: str, year: int, month: int, day: int) -> datetime | Problem:
    try:
        return datetime(year, month, day)  # noqa: DTZ001  (naive on purpose, see above)
    except ValueError:
        return _problem("date-unreadable", NO_SUCH_DAY, text)


def _with_time(text: str, day: datetime, clock: re.Match[str], zone: str) -> datetime | Problem:
    hour, minute, second = int(clock.group(1)), int(clock.group(2)), int(clock.group(3) or 0)
    half = (clock.group(4) or "").upper()
    if half in ("CH", "PM") and hour < 12:
        hour += 12
    elif half in ("SA", "AM") and hour == 12:
        hour = 0
    try:
        moment = day.replace(hour=hour, minute=minute, second=second)
    except ValueError:
        return _problem("date-unreadable", UNREADABLE, text)
    if not zone:
        return moment
    aware = datetime.fromisoformat(moment.isoformat() + ("+00:00" if zone == "Z" else zone))
    return aware.astimezone(VIETNAM).replace(tzinfo=None)


def _serial(number: Decimal, cell: Cell) -> datetime | Problem:
    if int(number) not in _SERIALS:
        year_only = number == int(number) and 1900 <= number <= 2100
        return _problem("date-year-only" if year_only else "date-unreadable", YEAR_ONLY if year_only else UNREADABLE, cell)
    seconds = int((number * 86_400).to_integral_value())
    return _EXCEL_DAY_0 + timedelta(seconds=seconds)


def _to_the_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None)


def _problem(code: str, message: str, cell: Cell) -> Problem:
    return Problem(code, message, values={"text": shown(cell)})
