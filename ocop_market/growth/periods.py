"""Which days are compared with which: named periods, the part that is over, and the like part of another time."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ocop_market.errors import SettingsError
from ocop_market.growth.compare import Period
from ocop_market.language import N_
from ocop_market.model.lunar import TET, feast_days

NO_PERIOD = N_("“{text}” is no period. Write a year (2026), a half (2026-H1), a quarter (2026-Q3) or a month (2026-07).")
NOT_BEGUN = N_("The period begins on {start}; sales are known up to {last}. Choose a period that has begun.")
NO_TET = N_("No Tết lies in {start} – {end} or within {days} days of it, so there is nothing to align. Compare with the year before.")
TOO_LONG_FOR_TET = N_("{start} – {end} is longer than {days} days; Tết is aligned in shorter periods only. Compare with the year before: "
                      "a whole calendar year has one Tết.")
NEAR = timedelta(days=45)
"""A period so near to Tết still sells for it, or lacks what was bought before it."""
LONGEST_ALIGNED = 184
"""Days; longer ones would meet the period that they are compared with, as lunar years have 354 days or more."""
UNLIKE_FEAST = 7
"""Days of the weeks before Tết by which two periods may differ before a word is said."""


class Span(StrEnum):
    """Lengths of periods."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    ROLLING = "rolling"
    """The twelve months up to a day."""
    TO_DATE = "year-to-date"


class Against(StrEnum):
    """What a period is compared with."""

    YEAR_BEFORE = "year-before"
    PERIOD_BEFORE = "period-before"
    TET = "tet"
    """The days that lie to the Tết of the year before as these do to theirs."""


MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12, Span.TO_DATE: 12, Span.ROLLING: 12}
_NAMED = re.compile(r"(?P<year>20\d\d)(?:-(?:(?P<letter>[HQ])(?P<part>[1-4])|(?P<month>0[1-9]|1[0-2])))?", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """Two periods that may be compared. `whole` is the period asked for, of which `now` is the part that is over.

    `feast_now` and `feast_before` are days in the weeks before Tết; see `model.lunar.feast_days`.
    """

    now: Period
    before: Period
    whole: Period
    against: Against

    @property
    def partial(self) -> bool:
        """Whether only a part of the period asked for is compared."""
        return self.now != self.whole

    @property
    def feast_now(self) -> int:
        """Days of the period on which people buy for Tết."""
        return feast_days(self.now.start, self.now.end)

    @property
    def feast_before(self) -> int:
        """The same of the period compared with."""
        return feast_days(self.before.start, self.before.end)

    @property
    def unlike_feast(self) -> bool:
        """Whether one of the two has so much more of the weeks before Tết that growth tells of the calendar."""
        return abs(self.feast_now - self.feast_before) >= UNLIKE_FEAST


def named(text: str) -> Period:
    """The period of `2026`, `2026-H1`, `2026-Q3` or `2026-07`; SettingsError (`no-period`) for anything else."""
    found = _NAMED.fullmatch(text.strip())
    if found is None or (found["letter"] and found["letter"].upper() == "H" and int(found["part"]) > 2):
        raise SettingsError(NO_PERIOD, code="no-period", text=text)
    year = int(found["year"])
    if found["month"]:
        return _months(date(year, int(found["month"]), 1), 1)
    if found["letter"]:
        length = MONTHS[Span.HALF if found["letter"].upper() == "H" else Span.QUARTER]
        return _months(date(year, (int(found["part"]) - 1) * length + 1, 1), length)
    return _months(date(year, 1, 1), 12)


def around(span: Span, day: date) -> Period:
    """The period of that length in which a day lies; for `rolling` the twelve months that end with it."""
    if span is Span.ROLLING:
        return Period.twelve_months_to(day)
    length = MONTHS[span]
    return _months(date(day.year, (day.month - 1) // length * length + 1, 1), length)


def pair(whole: Period, against: Against, last: date) -> Pair:
    """The part of a period up to `last` (the last day whose sales are known), and the like part of another time.

    Whole months are compared with whole months, a part of one with the same days of the other: 1 to 30 March is held against
    February as 1 to 28 March. SettingsError when the period has not begun, or Tết cannot be aligned.
    """
    if whole.start > last:
        raise SettingsError(NOT_BEGUN, code="period-not-begun", start=_shown(whole.start), last=_shown(last))
    now = Period(whole.start, min(whole.end, last))
    if against is Against.TET:
        return Pair(now, _aligned(now), whole, against)
    if not whole.is_whole_months:
        before = now.a_year_before() if against is Against.YEAR_BEFORE else _days_before(whole, now)
        return Pair(now, before, whole, against)
    back = 12 if against is Against.YEAR_BEFORE else months_of(whole)
    return Pair(*_like_parts(now, back), whole, against)


def months_of(period: Period) -> int:
    """How many months a period touches."""
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1


def month_shifted(first: date, months: int) -> date:
    """The first day of a month so many months later (earlier below zero)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _like_parts(now: Period, back: int) -> tuple[Period, Period]:
    """Both parts; the one of now is cut where the month compared with has no such day."""
    start = month_shifted(now.start, -back)
    month = month_shifted(now.end.replace(day=1), -back)
    length = monthrange(month.year, month.month)[1]
    if now.end.day == monthrange(now.end.year, now.end.month)[1]:
        return now, Period(start, month.replace(day=length))
    day = min(now.end.day, length)
    return Period(now.start, now.end.replace(day=day)), Period(start, month.replace(day=day))


def _days_before(whole: Period, now: Period) -> Period:
    start = whole.start - timedelta(days=whole.days)
    return Period(start, start + timedelta(days=now.days - 1))


def _aligned(now: Period) -> Period:
    """The same days as seen from the feast: that in the period, else the nearest one."""
    if now.days > LONGEST_ALIGNED:
        raise SettingsError(TOO_LONG_FOR_TET, code="period-too-long-for-tet", start=_shown(now.start), end=_shown(now.end),
                            days=LONGEST_ALIGNED)
    distance, tet = min((max(now.start - tet, tet - now.end, timedelta()), tet) for tet in TET)
    position = TET.index(tet)
    if distance > NEAR or position == 0:
        raise SettingsError(NO_TET, code="no-tet-near", start=_shown(now.start), end=_shown(now.end), days=NEAR.days)
    shift = tet - TET[position - 1]
    return Period(now.start - shift, now.end - shift)


def _months(first: date, count: int) -> Period:
    return Period(first, month_shifted(first, count) - timedelta(days=1))


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"
