"""Counts of goods, what was sold since, what a platform has set aside, and the offer that follows from all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ocop_market.language import say


@dataclass(frozen=True, slots=True)
class Count:
    """How many sales units of a product were at a place.

    `source` is the account of the point of sale that counted, empty for the product list; `location` its branch. Sales of
    the source itself lower its next count, so they are subtracted from `counted_at` on. `agreed_at` is when count and
    shelf were last known to agree: sales elsewhere are subtracted from then on, unless the source recorded them itself.
    """

    sku: str
    quantity: Decimal
    counted_at: datetime
    agreed_at: datetime
    source: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """What an account sold of a product since a count of `source`, in sales units; `open` of it is not delivered yet.

    `recorded` is the part that the source had entered in its own books when it counted, and had taken off its count.
    """

    sku: str
    source: str
    account: str
    quantity: Decimal
    open: Decimal = Decimal(0)
    recorded: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Held:
    """Units of a listing that its platform has set aside: for a campaign (not sold yet), and for orders that are placed."""

    campaign: int = 0
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """One step that led to a figure: an English template marked with `N_`, and its values."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str | None = None) -> str:
        """The step in the language in use or the one named."""
        return say(self.message, language, **self.values)


@dataclass(frozen=True, slots=True)
class Offer:
    """What an account should ask for a product, in đồng (None: the catalog has no price), and how many it may sell.

    `stock` is the absolute number for the platform. `short` is how many units a campaign has locked beyond what is there:
    no offer can take them back.
    """

    sku: str
    account: str
    price: int | None
    stock: int
    short: int = 0


__all__ = ["Count", "Held", "Offer", "Reason", "Sold"]
