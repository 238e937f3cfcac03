"""The same part of several years, and what it grew by a year."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy import Connection

from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.growth.sold import Change, read_sold


@dataclass(frozen=True)
class Years:
    """Sales of like periods a year apart, the oldest first; in each `Change` only the side of now is filled."""

    periods: tuple[tuple[Period, Change], ...]

    @property
    def compound(self) -> float | None:
        """The rate in per cent a year that leads from the first to the last; None where one of the two has no revenue."""
        return compound(self.periods[0][1].now, self.periods[-1][1].now, len(self.periods) - 1)


def years(connection: Connection, period: Period, count: int, basis: Basis = Basis.NET) -> Years:
    """Reads a period and the same days of the years before it, `count` in all."""
    periods = [period]
    while len(periods) < count:
        periods.append(periods[-1].a_year_before())
    found = []
    for one in reversed(periods):
        sold = read_sold(connection, one, basis)
        found.append((one, Change(now=sum(row.amount for row in sold), units_now=sum((row.quantity for row in sold), Change().units_now))))
    return Years(tuple(found))


def compound(first: int, last: int, years_between: int) -> float | None:
    """Growth in per cent a year over so many years, compounded; None where it cannot be told."""
    if first <= 0 or last <= 0 or years_between < 1:
        return None
    return 100.0 * (math.pow(last / first, 1 / years_between) - 1)
