"""Counts and sums by place, in either geography: every item lands in one row, so the rows always add up to the total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.product import Place, Product
from ocop_market.places.gazetteer import small_gazetteer
from ocop_market.places.resolution import published_on, resolve, resolve_product
from ocop_market.places.units import Confidence, Geography, Level, Resolved

PLACE_UNKNOWN = "place-unknown"
PLACE_DIVIDED = "place-divided"
"""Rows of what cannot be told, or lies in one of several units."""

NO_DISTRICTS = N_("There are no districts since 1/7/2025. Ask for the units of 30/6/2025 (--geography old), or for communes.")


def row_of(resolved: Resolved, geography: Geography, level: Level) -> str:
    """The row that a place counts in: its unit's label, `place-divided` or `place-unknown`.

    SettingsError for districts of today.
    """
    refuse_districts_of_today(geography, level)
    unit = resolved.unit(geography)
    part = unit.at(level)
    if part.code:
        return unit.label(level)
    return PLACE_DIVIDED if part.confidence is Confidence.SPLIT else PLACE_UNKNOWN


def row_of_product(product: Product, geography: Geography, level: Level, *, imported_on: date | None = None) -> str:
    """The row that a product counts in; its place is read with the day of its newest certificate, else of the import."""
    if geography is Geography.PRESENT and level is Level.PROVINCE:
        return _province_of_today(product.place.province, published_on(product) or imported_on)
    return row_of(resolve_product(product, imported_on), geography, level)


@lru_cache(maxsize=4_096)
def _province_of_today(province: str, on: date | None) -> str:
    """It follows from the published province alone, so the list of all communes is not read for it."""
    return row_of(resolve(Place(province), on, units=small_gazetteer()), Geography.PRESENT, Level.PROVINCE)


def totals(amounts: Iterable[tuple[Resolved, int]], geography: Geography, level: Level = Level.PROVINCE) -> dict[str, int]:
    """The sums of amounts by row."""
    refuse_districts_of_today(geography, level)
    sums: dict[str, int] = {}
    for resolved, amount in amounts:
        row = row_of(resolved, geography, level)
        sums[row] = sums.get(row, 0) + amount
    return sums


def by_confidence(places: Iterable[Resolved], geography: Geography) -> dict[Confidence, int]:
    """How many places were found how, the surest first; all five are there."""
    counts = Counter(place.confidence(geography) for place in places)
    return {confidence: counts[confidence] for confidence in Confidence}


def refuse_districts_of_today(geography: Geography, level: Level) -> None:
    """SettingsError for a level that the geography does not have."""
    if geography is Geography.PRESENT and level is Level.DISTRICT:
        raise SettingsError(NO_DISTRICTS, code="no-districts-today")
