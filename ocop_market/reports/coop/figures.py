"""What the page of a co-operative says, as plain data; the terminal, the web page and the printed page draw it and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from ocop_market.growth.compare import Period, Row
from ocop_market.growth.takings import Rates, Takings
from ocop_market.reports.coop.this_week import Task


@dataclass(frozen=True)
class ChannelLine:
    """An account: its title, what it took, and its revenue (basis net) now and in the period before."""

    account: str
    title: str
    takings: Takings
    revenue: Row


@dataclass(frozen=True)
class ProductLine:
    """A product or an article without one: revenue (basis net) now and before, and the accounts that sold it, the best first."""

    sku: str
    name: str
    revenue: Row
    sold_on: tuple[tuple[str, int], ...]
    in_catalog: bool = True


@dataclass(frozen=True)
class PriceLine:
    """A listing that buyers see: its price, what a unit costs, and the price below which it loses money; all in đồng.

    `break_even` is None where no price would leave the cost; `rated` is the period whose rates are taken.
    """

    account: str
    title: str
    sku: str
    name: str
    price: int
    cost: int
    rates: Rates
    break_even: int | None
    rated: Period | None = None

    @property
    def left(self) -> Fraction:
        """What a unit leaves in hand at the present price, beyond its cost; below zero it is lost."""
        return self.rates.left_of(self.price) - self.cost

    @property
    def loses(self) -> bool:
        """Whether each unit sold at the present price loses money."""
        return self.left < 0


@dataclass(frozen=True)
class NotTold:
    """Listings of which no lowest price can be told: `no_cost` SKUs on sale without a cost, `no_sales` accounts that sold too little."""

    no_cost: tuple[str, ...] = ()
    no_sales: tuple[str, ...] = ()


@dataclass(frozen=True)
class CoopFigures:
    """The whole page. Channels by falling revenue, products likewise, prices with the greatest loss first, tasks by urgency."""

    name: str
    made_at: datetime
    today: date
    period: Period
    before: Period
    practice: bool
    total: Row
    channels: tuple[ChannelLine, ...]
    products: tuple[ProductLine, ...]
    product_count: int
    prices: tuple[PriceLine, ...]
    not_told: NotTold
    tasks: tuple[Task, ...]
    doubts: tuple[str, ...]

    @property
    def losing(self) -> tuple[PriceLine, ...]:
        """Listings that lose money at their present price."""
        return tuple(line for line in self.prices if line.loses)
