"""Growth of the same sellers: a shop that was added, or one that closed, is no growth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ocop_market.growth.compare import Period, outlet
from ocop_market.growth.coverage import known_since
from ocop_market.growth.sold import Change, Sold, total_of
from ocop_market.store.period_totals import first_sales


@dataclass(frozen=True)
class Panel:
    """Points of sale that sold in both periods and are known from the beginning of the earlier one; and all others.

    `same` is the growth that counts; `added` and `gone` make up the rest of the change.
    """

    outlets: tuple[str, ...]
    same: Change
    added_outlets: tuple[str, ...]
    added: Change
    gone_outlets: tuple[str, ...]
    gone: Change

    @property
    def total(self) -> Change:
        """The change of all sales."""
        return self.same + self.added + self.gone


def first_days(connection: Connection) -> dict[str, date]:
    """The first day with a sale by point of sale."""
    return {outlet(account, location): day for (account, location), day in first_sales(connection).items()}


def panel(now: Iterable[Sold], before: Iterable[Sold], earlier: Period, first: Mapping[str, date]) -> Panel:
    """Divides two periods' sales by point of sale; `first` as of `first_days`."""
    changes: dict[str, Change] = {}
    sold_now: set[str] = set()
    sold_before: set[str] = set()
    for row in now:
        changes[row.outlet] = changes.get(row.outlet, Change()) + Change(now=row.amount, units_now=row.quantity)
        sold_now.add(row.outlet)
    for row in before:
        changes[row.outlet] = changes.get(row.outlet, Change()) + Change(before=row.amount, units_before=row.quantity)
        sold_before.add(row.outlet)
    limit = known_since(earlier)
    same = {key for key in sold_now & sold_before if first.get(key, date.max) <= limit}
    gone = sold_before - sold_now
    added = changes.keys() - same - gone
    whole = {name: (tuple(sorted(keys)), total_of(changes[key] for key in keys)) for name, keys in (
        ("same", same), ("added", added), ("gone", gone))}
    return Panel(*whole["same"], *whole["added"], *whole["gone"])
