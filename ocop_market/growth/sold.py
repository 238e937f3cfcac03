"""What was sold under each code at each point of sale in a period: read once, for all that explains a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection

from ocop_market.growth.basis import Basis, revenue_in, units
from ocop_market.growth.compare import Period, outlet
from ocop_market.store.period_totals import summed


@dataclass(frozen=True, slots=True)
class Sold:
    """Revenue in đồng and goods in sales units of one code at one point of sale."""

    account: str
    location: str
    sku: str
    amount: int
    quantity: Decimal

    @property
    def outlet(self) -> str:
        """The key of the point of sale."""
        return outlet(self.account, self.location)


Both = tuple[Sequence[Sold], Sequence[Sold]]
"""What was sold in a period and in the one before."""


@dataclass(frozen=True)
class Change:
    """Revenue in đồng and goods in sales units, now and before."""

    now: int = 0
    before: int = 0
    units_now: Decimal = Decimal(0)
    units_before: Decimal = Decimal(0)

    def __add__(self, other: Change) -> Change:
        return Change(self.now + other.now, self.before + other.before, self.units_now + other.units_now,
                      self.units_before + other.units_before)

    @property
    def amount(self) -> int:
        """Now less before, in đồng."""
        return self.now - self.before

    @property
    def growth(self) -> float | None:
        """Change in per cent of before; None when there was nothing before."""
        return None if self.before <= 0 else 100.0 * self.amount / self.before


def total_of(changes: Iterable[Change]) -> Change:
    """The sum of changes."""
    return sum(changes, Change())


def read_both(connection: Connection, period: Period, basis: Basis) -> Both:
    """What was sold in a period and in the same one a year before."""
    return read_sold(connection, period, basis), read_sold(connection, period.a_year_before(), basis)


def read_sold(connection: Connection, period: Period, basis: Basis) -> tuple[Sold, ...]:
    """Sums the totals of a period; codes that come to nothing are left out."""
    query = summed(period.start, period.end, ("account", "location", "sku"), revenue_in(basis), lambda c: units(basis, c, c.state))
    return tuple(Sold(account, location, sku, int(amount), quantity)
                 for account, location, sku, amount, quantity in connection.execute(query))
