"""When Tết falls: the first day of the lunar year, which moves between January and February."""

from __future__ import annotations

from datetime import date, timedelta

TET = (
    date(2015, 2, 19), date(2016, 2, 8), date(2017, 1, 28), date(2018, 2, 16), date(2019, 2, 5),
    date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29),
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2), date(2031, 1, 23),
    date(2032, 2, 11), date(2033, 1, 31), date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28), date(2037, 2, 15),
    date(2038, 2, 4), date(2039, 1, 24), date(2040, 2, 12),
)
"""Viet Nam's calendar (UTC+7); one row a year, all as the library `holidays` 0.109 has them (compared 2026-11)."""

FOUR_WEEKS = timedelta(weeks=4)


def tet_months(start: date, end: date) -> list[str]:
    """Months (`2026-02`) between two days in which Tết falls."""
    return [f"{first:%Y-%m}" for first in TET if start <= first <= end]


def feast_days(start: date, end: date) -> int:
    """Days between two days on which people buy for Tết: the four weeks before the feast, and its first day."""
    return sum(max(0, (min(end, tet) - max(start, tet - FOUR_WEEKS)).days + 1) for tet in TET)
