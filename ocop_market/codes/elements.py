"""Data elements of GS1: an identifier (AI) with its value, and the days that a value names."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Element:
    """One data element, as in `(10)L5`: identifier `10`, value `L5`."""

    ai: str
    value: str


@dataclass(frozen=True)
class Days:
    """From the first to the last day that a value names: one day, a whole month (day 00), or the days of a harvest."""

    first: date
    last: date


def shown(text: str, limit: int = 60) -> str:
    """The start of a text for a sentence or a screen: on one line, and without signs that would steer the screen."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text.replace("\x1d", "␝"))
    return plain if len(plain) <= limit else plain[:limit] + "…"


def value_of(elements: Iterable[Element], ai: str) -> str:
    """The value of an identifier, `""` when it is not there."""
    return next((element.value for element in elements if element.ai == ai), "")


def read_days(value: str, today: date) -> Days | None:
    """`260531`, `260500` (all of May) or `260501260531` as days; None when there is no such day.

    Two digits of a year mean the year between 49 before and 50 after that of `today` (GS1 General Specifications 7.12).
    """
    parts = [_one(value[start:start + 6], today) for start in range(0, len(value), 6)]
    known = [part for part in parts if part]
    return Days(known[0].first, known[-1].last) if known and len(known) == len(parts) else None


def _one(text: str, today: date) -> Days | None:
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year += today.year - today.year % 100
    if year - today.year > 50:
        year -= 100
    elif today.year - year > 49:
        year += 100
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return None
    return Days(date(year, month, day), date(year, month, day)) if day else Days(date(year, month, 1), date(year, month, last))
