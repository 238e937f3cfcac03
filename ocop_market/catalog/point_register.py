"""The register of points of sale: which point a row means, what it changes, and tills that are linked to a point."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Any

from ocop_market.catalog.point_list import ListedPoint, PointList
from ocop_market.catalog.shelf import RowNote
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.point import PointKind, PointOfSale, Tier
from ocop_market.model.text import fold
from ocop_market.places.names import read_name
from ocop_market.places.points import resolve_point
from ocop_market.places.units import Geography, Level

PREFIX = "DB-"
_GIVEN = re.compile(rf"{PREFIX}(\d+)")
TWICE = N_("“{name}” stands in row {row} already. If these are two points of sale, give each a code of its own.")
CODE_TWICE = N_("Row {row} has the code {code} already. Give each point of sale a code of its own.")
SEVERAL = N_("The register has several points of sale “{name}” there: {codes}. Write the code of the one that is meant.")
KNOWN_AS = N_("“{name}” is in the register already as {code}. Write that code, or leave the code empty.")
CLOSED_FIRST = N_("“{name}” would close on {closed}, before it opened ({opened}). Put one of the days right.")
NO_ACCOUNT = N_("The market has no account '{account}', so the point is not linked to it. Known: {known}.")
TILL_TAKEN = N_("{till} belongs to the point of sale {point} already, so it was not linked to a second one.")
LINKED_ALREADY = N_("The point of sale is linked to {till} already. First take that back: ocop-market points link {point} --forget")
NO_SALES_YET = N_("Nothing was sold under {till} up to now. Branches of that account that sold: {known}.")
NO_OPENING = N_("It is not told since when the point is open, so no day counts it. Give the day, or that of the list with --listed-on.")
BOTH_TIMES = N_("“{text}” is a province before and after 1/7/2025 with different land, so its units of 30/6/2025 cannot be told. Give the "
                "day of the list with --listed-on, or the district.")
BRANCH_ONLY = N_("A branch is told but no account, so the point is not linked.")
NO_POINT = N_("The register has no point of sale with the code {point}. See: ocop-market points list")


@dataclass(frozen=True)
class Tills:
    """The market's accounts, and those of them that sold with their branches."""

    accounts: Collection[str]
    sold: Collection[tuple[str, str]]

    def problem(self, point: PointOfSale, till: tuple[str, str], register: Mapping[str, PointOfSale]) -> Problem | None:
        """Why a till cannot be linked to a point; None when it can."""
        account, location = till
        taken = next((other for other in register.values() if other.till == till and other.code != point.code), None)
        if account not in self.accounts:
            return Problem("unknown-account", NO_ACCOUNT, "account", {"account": account, "known": ", ".join(sorted(self.accounts)) or "–"})
        if taken:
            return Problem("till-taken", TILL_TAKEN, "account", {"till": till_text(account, location), "point": taken.code})
        if point.till not in (None, till):
            values = {"till": till_text(point.account, point.location), "point": point.code}
            return Problem("point-linked", LINKED_ALREADY, "account", values)
        return None

    def remark(self, till: tuple[str, str]) -> Problem | None:
        """What may be wrong with a till that can be linked: that nothing was sold there yet."""
        if till in self.sold:
            return None
        known = sorted(location or "–" for account, location in self.sold if account == till[0])
        return Problem("till-without-sales", NO_SALES_YET, "account", {"till": till_text(*till), "known": ", ".join(known) or "–"})


@dataclass(frozen=True)
class PointIntake:
    """What a list brought: `rows` = accepted and refused; `points` are those of the rows accepted, as they are kept now."""

    rows: int
    points: tuple[PointOfSale, ...]
    notes: tuple[RowNote, ...]
    columns: Mapping[str, str]

    @property
    def refused(self) -> int:
        """How many rows were left out."""
        return len({note.row for note in self.notes if note.refused})

    @property
    def accepted(self) -> int:
        """How many rows were taken."""
        return self.rows - self.refused


def bring_in_points(listed: PointList, known: Mapping[str, PointOfSale], tills: Tills, origin: str) -> PointIntake:
    """Which points the rows of a list are, and what these are then; what the list does not tell of a known point stays.

    A row means the point of its code; without one, the point of that name in the same place, in whichever geography the place
    is named. `origin` is the source of points for which the list names none.
    """
    pages, notes = _Pages(known, (one.point.code for one in listed.points)), list(listed.notes)
    for one in listed.points:
        understood = _understood(one, pages, origin)
        if isinstance(understood, Problem):
            notes.append(RowNote(one.row, "", understood, refused=True))
            continue
        point, remarks = _linked(understood, one.point, pages.points, tills)
        notes += [RowNote(one.row, "", remark, refused=False) for remark in (*remarks, *_remarks(point))]
        pages.keep(point, one.row)
    in_order = tuple(sorted(notes, key=lambda note: note.row))
    return PointIntake(listed.rows, tuple(pages.points[code] for code in pages.rows), in_order, listed.columns)


def closing_problem(point: PointOfSale) -> Problem | None:
    """What is wrong with the days of a point: that it closes before it opens."""
    if point.opened_on is None or point.closed_on is None or point.closed_on >= point.opened_on:
        return None
    values = {"name": point.name, "closed": f"{point.closed_on:%d/%m/%Y}", "opened": f"{point.opened_on:%d/%m/%Y}"}
    return Problem("point-closed-before-opened", CLOSED_FIRST, "closed_on", values)


def closed(point: PointOfSale, on: date | None) -> PointOfSale:
    """The point with its first closed day, None for one that is open; SettingsError when it would close before it opened."""
    after = replace(point, closed_on=on)
    if problem := closing_problem(after):
        raise _error(problem)
    return after


def linked(point: PointOfSale, till: tuple[str, str], register: Mapping[str, PointOfSale], tills: Tills) -> PointOfSale:
    """The point with its till; SettingsError when the account is unknown, or either is linked to another."""
    if problem := tills.problem(point, till, register):
        raise _error(problem)
    return replace(point, account=till[0], location=till[1])


def unlinked(point: PointOfSale) -> PointOfSale:
    """The point without its till."""
    return replace(point, account="", location="")


def require_point(register: Mapping[str, PointOfSale], code: str) -> PointOfSale:
    """The point of a code; SettingsError (`point-unknown`) when there is none."""
    if code not in register:
        raise SettingsError(NO_POINT, code="point-unknown", point=code)
    return register[code]


def till_text(account: str, location: str) -> str:
    """A till as it is named in sentences and as the key of a row of sales."""
    return f"{account} / {location}" if location else account


class _Pages:
    """The register while a list is read: points by code and by name; by code the row that was taken, and the first that names it."""

    def __init__(self, known: Mapping[str, PointOfSale], told_codes: Iterable[str]) -> None:
        self.points, self.rows, self.told = dict(known), dict[str, int](), dict[str, int]()
        self._named: dict[str, set[str]] = {}
        self._last = max((int(given[1]) for code in (*known, *told_codes) if (given := _GIVEN.fullmatch(code))), default=0)
        for point in known.values():
            self._enter(point)

    def keep(self, point: PointOfSale, row: int) -> None:
        """Enters the point that a row told."""
        self.points[point.code], self.rows[point.code] = point, row
        self._enter(point)

    def alike(self, told: PointOfSale) -> list[str]:
        """Codes of the points that a row without a code may mean."""
        return sorted(code for code in self._named.get(fold(told.name), ()) if _may_be(self.points[code], told))

    def next_code(self) -> str:
        """A code that no point has, and no row of the list names."""
        self._last += 1
        return f"{PREFIX}{self._last}"

    def _enter(self, point: PointOfSale) -> None:
        self._named.setdefault(fold(point.name), set()).add(point.code)


def _understood(one: ListedPoint, pages: _Pages, origin: str) -> PointOfSale | Problem:
    """The point that a row means, with what the row tells of it; a Problem when the row has to be left out."""
    code = _code_of(one, pages)
    if isinstance(code, Problem):
        return code
    point = _merged(pages.points.get(code), one.point, code, origin)
    return closing_problem(point) or point


def _code_of(one: ListedPoint, pages: _Pages) -> str | Problem:
    """The code of the point that a row means, a new one where it means none of the register; a Problem when that cannot be told."""
    told, alike = one.point, pages.alike(one.point)
    if told.code and pages.told.setdefault(told.code, one.row) != one.row:
        return Problem("point-twice", CODE_TWICE, values={"code": told.code, "row": pages.told[told.code]})
    if told.code and told.code not in pages.points:
        given = next((code for code in alike if _GIVEN.fullmatch(code)), None)
        return Problem("point-known", KNOWN_AS, values={"name": told.name, "code": given}) if given else told.code
    if not told.code and len(alike) > 1:
        return Problem("point-ambiguous", SEVERAL, values={"name": told.name, "codes": ", ".join(alike)})
    code = told.code or (alike[0] if alike else pages.next_code())
    if code in pages.rows:
        return Problem("point-twice", TWICE, values={"name": told.name, "row": pages.rows[code]})
    return code


def _may_be(point: PointOfSale, told: PointOfSale) -> bool:
    """Whether a row without a code can mean this point: name and place are the same, and it is not another time of the place."""
    if fold(point.name) != fold(told.name) or not _same_place(point, told):
        return False
    if told.opened_on is not None and told.opened_on == point.opened_on:
        return True
    opened_again = told.opened_on and point.closed_on and told.opened_on >= point.closed_on
    closed_before = told.closed_on and point.opened_on and point.opened_on >= told.closed_on
    return not (opened_again or closed_before)


def _same_place(one: PointOfSale, other: PointOfSale) -> bool:
    """Whether two places agree as far as both tell them, by the units of a geography in which both are known."""
    ours, theirs = one.place, other.place
    if ours.commune and theirs.commune:
        return [*map(fold, astuple(ours))] == [*map(fold, astuple(theirs))] or _same_unit(one, other, Level.COMMUNE)
    if ours.district and theirs.district and read_name(ours.district).bare != read_name(theirs.district).bare:
        return False
    told = bool(ours.province and theirs.province)
    return not told or fold(ours.province) == fold(theirs.province) or _same_unit(one, other, Level.PROVINCE)


def _same_unit(one: PointOfSale, other: PointOfSale, level: Level) -> bool:
    for geography in Geography:
        ours, theirs = (resolve_point(point).unit(geography).at(level).code for point in (one, other))
        if ours and theirs:
            return ours == theirs
    return False


def _merged(before: PointOfSale | None, told: PointOfSale, code: str, origin: str) -> PointOfSale:
    """The point with what a row tells of it; a place named otherwise but the same stays as it was published first."""
    if before is None:
        return replace(told, code=code, source=told.source or origin, account="", location="")
    place, listed_on = before.place, before.listed_on
    if not _same_place(before, told) or (told.place.commune and not place.commune):
        place, listed_on = told.place, told.listed_on
    elif told.place == place and told.listed_on is not None:
        listed_on = min(told.listed_on, listed_on or told.listed_on)
    return replace(
        before, name=told.name, place=place, address=told.address or before.address,
        kind=before.kind if told.kind is PointKind.UNKNOWN else told.kind, tier=before.tier if told.tier is Tier.UNKNOWN else told.tier,
        operator=told.operator or before.operator, opened_on=told.opened_on or before.opened_on,
        closed_on=told.closed_on or before.closed_on, decision=told.decision or before.decision, listed_on=listed_on,
        source=told.source or before.source)


def _linked(point: PointOfSale, told: PointOfSale, register: Mapping[str, PointOfSale], tills: Tills) -> tuple[PointOfSale, list[Problem]]:
    """The point with the till that its row names, where it can have it, and what is to be said of that."""
    if told.till is None:
        return point, [Problem("branch-without-account", BRANCH_ONLY, "location")] if told.location else []
    if problem := tills.problem(point, told.till, register):
        return point, [problem]
    remark = tills.remark(told.till)
    return replace(point, account=told.account, location=told.location), [remark] if remark else []


def _remarks(point: PointOfSale) -> Iterator[Problem]:
    """What keeps a point out of counts."""
    if point.opened_on is None and point.listed_on is None:
        yield Problem("point-undated", NO_OPENING, "opened_on")
    found = resolve_point(point)
    lost = point.place.commune and not (found.old.commune.code or found.present.commune.code)
    if lost or not (found.old.province.code and found.present.province.code):
        both = found.because.code == "place-of-both-times"
        yield Problem("place-of-both-times", BOTH_TIMES, "place", found.because.values) if both else found.because


def _error(problem: Problem) -> SettingsError:
    values: dict[str, Any] = dict(problem.values)
    return SettingsError(problem.message, code=problem.code, **values)
