"""Where points of sale lie, in the units of 30/6/2025 and of today."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from ocop_market.model.point import PointOfSale
from ocop_market.model.product import Place
from ocop_market.places.counting import row_of
from ocop_market.places.resolution import resolve
from ocop_market.places.units import OLD_TO, PRESENT_FROM, Geography, Level, Resolved


def named_on(point: PointOfSale) -> date | None:
    """A day whose units the point's place names: that of its list, else one on which it can only have been named in one way."""
    if point.listed_on is not None:
        return point.listed_on
    if point.opened_on is not None and point.opened_on >= PRESENT_FROM:
        return point.opened_on
    return point.closed_on if point.closed_on is not None and point.closed_on <= OLD_TO else None


def resolve_point(point: PointOfSale) -> Resolved:
    """The point's place in both geographies."""
    return _kept(point.place, named_on(point))


def row_of_point(point: PointOfSale, geography: Geography, level: Level) -> str:
    """The row that a point counts in, as `places.counting.row_of` names it; SettingsError for districts of today."""
    return row_of(resolve_point(point), geography, level)


@lru_cache(maxsize=10_000)
def _kept(place: Place, on: date | None) -> Resolved:
    return resolve(place, on)
