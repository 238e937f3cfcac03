"""Targets of points of sale, counted from the register: how many are open, how many were opened, how many units have enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ocop_market.errors import Problem
from ocop_market.growth.targets import Measure, Target
from ocop_market.language import N_
from ocop_market.model.point import PointOfSale, PointState
from ocop_market.places.counting import PLACE_DIVIDED, PLACE_UNKNOWN
from ocop_market.places.gazetteer import gazetteer
from ocop_market.places.points import row_of_point
from ocop_market.places.provinces import Province, old_named, present_named
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography, Level

OF_POINTS = frozenset({Measure.POINTS, Measure.NEW_POINTS, Measure.POINTS_PER_UNIT})
UNIT_WORDS = {Level.PROVINCE: N_("province"), Level.DISTRICT: N_("district"), Level.COMMUNE: N_("commune")}
ALL_UNITS = N_("{reached} of {count} units of the level {unit!t} ({units!t}) have {least} points of sale or more; all have them.")
SOME_UNITS = N_("{reached} of {count} units of the level {unit!t} ({units!t}) have {least} points of sale or more; not yet: {names}.")
LEFT_OUT = N_("Left out: {undated} points of sale of which it is not known since when they are open, {unplaced} whose place cannot be "
             "told.")
MOST_NAMED = 10
_NOWHERE = frozenset({PLACE_UNKNOWN, PLACE_DIVIDED})


@dataclass(frozen=True)
class CountedPoints:
    """What the register tells of a target on a day. `needed` is what is to be reached; `told` says how it was counted, in sentences.

    `undated` and `unplaced` points might count as well, if more were known of them.
    """

    reached: Decimal
    needed: Decimal
    undated: int
    unplaced: int
    told: tuple[Problem, ...] = ()


def count_points(register: Iterable[PointOfSale], target: Target, day: date) -> CountedPoints:
    """Counts the points that a target speaks of as on a day, in the target's own geography."""
    meant = [point for point in register if target.tier in (None, point.tier) and target.place_kind in (None, point.kind)]
    counts, is_undated = _counting(target, day)
    inside, undated, unplaced = [], 0, 0
    for point in meant:
        if not (counts(point) or is_undated(point)):
            continue
        row = row_of_point(point, target.geography, Level.PROVINCE) if target.province else ""
        if row in _NOWHERE:
            unplaced += 1
        elif row != target.province:
            continue
        elif is_undated(point):
            undated += 1
        else:
            inside.append(point)
    if target.measure is Measure.POINTS_PER_UNIT and target.unit is not None:
        return _per_unit(inside, target, target.unit, undated, unplaced)
    return CountedPoints(Decimal(len(inside)), target.at_least, undated, unplaced, tuple(_left_out(undated, unplaced)))


def _counting(target: Target, day: date) -> tuple[Callable[[PointOfSale], bool], Callable[[PointOfSale], bool]]:
    """What tells that a point counts, and that nobody can tell whether it does."""
    if target.measure is not Measure.NEW_POINTS:
        return lambda point: point.state_on(day) is PointState.OPEN, lambda point: point.state_on(day) is PointState.UNDATED

    def is_new(point: PointOfSale) -> bool:
        return point.opened_on is not None and target.begins <= point.opened_on <= day

    def may_be_new(point: PointOfSale) -> bool:
        ended, seen = point.closed_on, point.listed_on
        return point.opened_on is None and (ended is None or ended >= target.begins) and (seen is None or seen >= target.begins)

    return is_new, may_be_new


def _per_unit(inside: Iterable[PointOfSale], target: Target, level: Level, undated: int, unplaced: int) -> CountedPoints:
    """How many units have as many points as the target wants in each."""
    rows = Counter(row_of_point(point, target.geography, level) for point in inside)
    unplaced += sum(rows.pop(key, 0) for key in _NOWHERE)
    enough = {row for row, count in rows.items() if count >= target.at_least}
    count, names = _units(target, level)
    lacking = [name.partition(",")[0] for name in names if name not in enough]
    values = {"reached": len(enough), "count": count, "unit": UNIT_WORDS[level], "units": GEOGRAPHY_WORDS[target.geography],
              "least": f"{target.at_least.normalize():f}".replace(".", ","),
              "names": ", ".join(lacking[:MOST_NAMED]) + (", …" if len(lacking) > MOST_NAMED else "") or "?"}
    told = Problem("target-units", ALL_UNITS if len(enough) >= count else SOME_UNITS, "target", values)
    return CountedPoints(Decimal(len(enough)), Decimal(count), undated, unplaced, (told, *_left_out(undated, unplaced)))


def _units(target: Target, level: Level) -> tuple[int, list[str]]:
    """How many units of a level the target's province has, and their labels as far as the lists of units are complete."""
    old, known = target.geography is Geography.OLD, gazetteer()
    province = (old_named if old else present_named)(target.province)
    if province is None or level is Level.PROVINCE:
        return 1, [target.province]
    if level is Level.DISTRICT:
        return province.districts, sorted(f"{one.name}, {province.name}" for one in known.districts_of(province.code))
    return province.communes, _communes(province, old=old) if known.complete else []


def _communes(province: Province, *, old: bool) -> list[str]:
    units = gazetteer()
    if not old:
        return sorted(f"{one.name}, {province.name}" for one in units.present_of(province.code))
    return sorted(f"{one.name}, {units.districts[one.district_code].name}, {province.name}"
                  for one in units.old_of(province.code) if one.name)


def _left_out(undated: int, unplaced: int) -> list[Problem]:
    if not (undated or unplaced):
        return []
    return [Problem("target-points-left-out", LEFT_OUT, "target", {"undated": undated, "unplaced": unplaced})]
