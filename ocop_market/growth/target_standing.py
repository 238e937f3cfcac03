"""How targets stand on a day: what was counted, what was needed, where a straight line would be, in words with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import Connection

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.standing import CertificateRecord, Standing, Term
from ocop_market.catalog.subjects import matching_name
from ocop_market.errors import Problem
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.growth.coverage import known_since
from ocop_market.growth.panel import first_days
from ocop_market.growth.periods import Against, pair
from ocop_market.growth.point_targets import OF_POINTS, count_points
from ocop_market.growth.sold import read_sold
from ocop_market.growth.targets import Measure, Target
from ocop_market.growth.years import compound
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.places.counting import row_of_product
from ocop_market.places.units import Level
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.points import load_points

STRAIGHT = N_("{reached} of {needed}; on {day} a straight line from {base} ({begins}) to {needed} ({ends}) is at {expected}.")
OVER = N_("{reached} of {needed}; the time ended on {ends}.")
RATE = N_("{rate} % a year from {first} đ ({base_days}) to {last} đ ({days}), {years} years, at {outlets} points of sale known all the "
          "time; {needed} % is needed.")
BY_HAND = N_("Not counted by the program. Enter what was counted as `counted` and the day as `counted_on`.")
NOT_BEGUN = N_("The time begins on {begins}.")
NO_POINTS = N_("The register has no points of sale, so nothing can be told. Put the list in with: ocop-market points import FILE")
NO_PRODUCTS = N_("The catalog has no product there that counts, so nothing can be told.")
MAY_BE = N_("With those left out it might be as it should, so no verdict is given.")
NO_BASE = N_("No revenue is known for {days}, the base of the growth, so that it cannot be told.")
NOT_ALL = N_("Left out: {undated} products whose certificates have no dates, {unplaced} whose province cannot be told.")

_SHARES = frozenset({Measure.PRODUCT_SHARE, Measure.SUBJECT_SHARE})


class Course(StrEnum):
    """How a target stands."""

    REACHED = "reached"
    ON_COURSE = "on-course"
    BEHIND = "behind"
    NOT_BEGUN = "not-begun"
    NOT_KNOWN = "not-known"


Counted = tuple[Product, Term]


@dataclass(frozen=True)
class TargetStanding:
    """A target on a day; `reached` and `expected` are None where they cannot be told. `arithmetic` says why, in sentences."""

    target: Target
    on: date
    course: Course
    reached: Decimal | None
    expected: Decimal | None
    arithmetic: tuple[Problem, ...]
    of_units: Decimal | None = None
    """How many units there are, of targets that want something of each."""

    @property
    def needed(self) -> Decimal:
        """What is to be reached in the end."""
        return self.target.at_least if self.of_units is None else self.of_units


@dataclass(frozen=True)
class _Scope:
    """The products of a target's place, each with its certificates, and how many could not be counted."""

    records: Sequence[tuple[Product, CertificateRecord]]
    undated: int
    unplaced: int


def stand(connection: Connection, products: Mapping[str, Product], targets: Iterable[Target], on: date, last: date, *,
          basis: Basis = Basis.NET) -> list[TargetStanding]:
    """Measures targets as of a day by the catalog as it is now and by the daily totals up to `last`.

    A product or subject counts in the place that it has in the target's own geography, so that a merger of provinces changes
    nothing.
    """
    return [_one(connection, products, target, on, last, basis) for target in targets]


def _one(connection: Connection, products: Mapping[str, Product], target: Target, on: date, last: date, basis: Basis) -> TargetStanding:
    if on < target.begins:
        because = _because("target-not-begun", NOT_BEGUN, begins=_day(target.begins))
        return TargetStanding(target, on, Course.NOT_BEGUN, None, None, (because,))
    day = min(on, target.ends)
    if target.measure is Measure.BY_HAND:
        return _by_hand(target, day)
    if target.measure in OF_POINTS:
        return _points(connection, target, day)
    scope = _scope(products, target)
    left_out = (_because("target-left-out", NOT_ALL, undated=scope.undated, unplaced=scope.unplaced),) \
        if scope.undated or scope.unplaced else ()
    if target.measure is Measure.REVENUE_GROWTH:
        return _growth(connection, products, target, scope, min(day, last), basis, left_out)
    reached = _count(target, scope, day) if scope.records else None
    if reached is None:
        return TargetStanding(target, day, Course.NOT_KNOWN, None, None, (_because("target-no-products", NO_PRODUCTS), *left_out))
    base = target.base if target.base is not None else _count(target, scope, target.begins - timedelta(days=1)) or Decimal(0)
    found = _on_a_line(target, day, reached, base, target.at_least, left_out)
    return _unless_more(found, scope.undated + scope.unplaced)


def _unless_more(found: TargetStanding, missing: int) -> TargetStanding:
    """No verdict where a target that is behind might not be, with so many more that could not be counted."""
    enough = found.target.measure in _SHARES or (found.reached or 0) + missing >= (found.expected or 0)
    if found.course is Course.BEHIND and missing and enough:
        return replace(found, course=Course.NOT_KNOWN, arithmetic=(*found.arithmetic, _because("target-may-be", MAY_BE)))
    return found


def _points(connection: Connection, target: Target, day: date) -> TargetStanding:
    register = list(load_points(connection).values())
    if not register:
        return TargetStanding(target, day, Course.NOT_KNOWN, None, None, (_because("target-no-points", NO_POINTS),))
    now, before = (count_points(register, target, one) for one in (day, target.begins - timedelta(days=1)))
    base = before.reached if target.base is None else target.base
    found = _on_a_line(target, day, now.reached, base, now.needed, now.told)
    of_units = now.needed if target.measure is Measure.POINTS_PER_UNIT else None
    return _unless_more(replace(found, of_units=of_units), now.undated + now.unplaced)


def _by_hand(target: Target, day: date) -> TargetStanding:
    if target.counted is None:
        return TargetStanding(target, day, Course.NOT_KNOWN, None, None, (_because("target-by-hand", BY_HAND),))
    return _on_a_line(target, min(day, target.counted_on or day), target.counted, target.base or Decimal(0), target.at_least, ())


def _on_a_line(target: Target, day: date, reached: Decimal, base: Decimal, needed: Decimal,
               more: tuple[Problem, ...]) -> TargetStanding:
    """A straight line from the base on the day before the first one to what is needed on the last."""
    gone, whole = (day - target.begins).days + 1, target.period.days
    expected = base + (needed - base) * gone / whole
    words: dict[str, object] = {"reached": _number(reached), "needed": _number(needed), "ends": _day(target.ends)}
    if day >= target.ends:
        because = _because("target-over", OVER, **words)
        course = Course.REACHED if reached >= needed else Course.BEHIND
    else:
        because = _because("target-line", STRAIGHT, **words, day=_day(day), base=_number(base), begins=_day(target.begins),
                           expected=_number(expected))
        course = Course.REACHED if reached >= needed else Course.ON_COURSE if reached >= expected else Course.BEHIND
    return TargetStanding(target, day, course, reached, expected, (because, *more))


@dataclass(frozen=True)
class GrowthGround:
    """What a target of growth is reckoned from: like periods so many years apart, the products and points of sale that count in both."""

    now: Period
    base: Period
    years: int
    skus: frozenset[str]
    outlets: frozenset[str]


def growth_ground(connection: Connection, products: Mapping[str, Product], target: Target, last: date) -> GrowthGround:
    """The part of the latest year that is over, and the same part of the year before the target's period."""
    return _growth_ground(connection, target, _scope(products, target), last)


def _growth_ground(connection: Connection, target: Target, scope: _Scope, last: date) -> GrowthGround:
    year = Period(date(last.year, 1, 1), date(last.year, 12, 31))
    now = pair(year, Against.YEAR_BEFORE, last).now
    base, years = now, 0
    while base.start.year >= target.begins.year:
        base, years = base.a_year_before(), years + 1
    skus = frozenset(product.sku for product, record in scope.records
                     if any(term.begins <= now.end and base.start < term.ends for term in record.terms))
    outlets = frozenset(outlet for outlet, first in first_days(connection).items() if first <= known_since(base))
    return GrowthGround(now, base, years, skus, outlets)


def _growth(connection: Connection, products: Mapping[str, Product], target: Target, scope: _Scope, last: date, basis: Basis,
            more: tuple[Problem, ...]) -> TargetStanding:
    """The part of the latest year that is over against the same part of the year before the period, compounded."""
    ground = _growth_ground(connection, target, scope, last)
    now, base, years = ground.now, ground.base, ground.years
    find = finder(products, load_former_codes(connection))
    sums, outlets = [], set()
    for period in (base, now):
        rows = [row for row in read_sold(connection, period, basis)
                if row.outlet in ground.outlets and (product := find(row.sku)) is not None and product.sku in ground.skus]
        sums.append(sum(row.amount for row in rows))
        outlets |= {row.outlet for row in rows}
    rate = compound(sums[0], sums[1], years)
    days = f"{_day(base.start)} – {_day(base.end)}"
    if rate is None:
        return TargetStanding(target, last, Course.NOT_KNOWN, None, None, (_because("target-no-base", NO_BASE, days=days), *more))
    found = Decimal(f"{rate:.2f}")
    over = last >= target.ends
    course = Course.BEHIND if found < target.at_least else Course.REACHED if over else Course.ON_COURSE
    first_sum, last_sum = (f"{amount:,}".replace(",", ".") for amount in sums)
    now_days = f"{_day(now.start)} – {_day(now.end)}"
    because = _because("target-rate", RATE, rate=_number(found), first=first_sum, base_days=days, last=last_sum, days=now_days,
                       years=years, outlets=len(outlets), needed=_number(target.at_least))
    return TargetStanding(target, last, course, found, target.at_least, (because, *more))


def _scope(products: Mapping[str, Product], target: Target) -> _Scope:
    records, undated, unplaced = [], 0, 0
    for product in products.values():
        record = CertificateRecord(product)
        if target.province:
            row = row_of_product(product, target.geography, Level.PROVINCE)
            if row != target.province:
                unplaced += bool(record.terms) and row.startswith("place-")
                continue
        undated += not record.terms and record.claim(target.ends).standing is Standing.UNDATED
        records.append((product, record))
    return _Scope(records, undated, unplaced)


def counted(products: Mapping[str, Product], target: Target, day: date) -> list[Counted]:
    """The products, each with the certificate, that make up what is reached of a target of products or subjects on a day."""
    return _counted(target, _scope(products, target), day)


def _counted(target: Target, scope: _Scope, day: date) -> list[Counted]:
    match target.measure:
        case Measure.PRODUCTS_EVER:
            return [found[0] for product, record in scope.records
                    if (found := [(product, term) for term in record.terms if term.begins <= day and _meant(target, product, term)])]
        case Measure.NEW_PRODUCTS:
            return [(product, record.terms[0]) for product, record in scope.records
                    if record.terms and target.begins <= record.terms[0].begins <= day and _meant(target, product, record.terms[0])]
        case Measure.UPGRADED_PRODUCTS:
            return [found[0] for product, record in scope.records if (found := [
                (product, after) for before, after in pairwise(record.terms)
                if _meant(target, product, after) and target.begins <= after.begins <= day
                and (after.certificate.stars or 0) > (before.certificate.stars or 0)])]
        case Measure.NEW_SUBJECTS:
            firsts = _first_of_subjects(scope)
            return [one for subject, one in firsts.items() if subject and target.begins <= one[1].begins <= day]
        case Measure.SUBJECTS | Measure.SUBJECT_SHARE:
            meant = [one for one in _held(scope, day) if _subject(one[0]) and _meant(target, *one)]
            kinds = {_subject(product): product.producer_kind for product, _ in meant}
            return [one for one in meant if target.kind in (None, kinds[_subject(one[0])])]
    return [one for one in _held(scope, day) if _meant(target, *one)]


def _count(target: Target, scope: _Scope, day: date) -> Decimal | None:
    """What is reached on a day; None for a share of nothing."""
    found = _counted(target, scope, day)
    match target.measure:
        case Measure.PRODUCT_SHARE:
            return _share(len(found), len(_held(scope, day)))
        case Measure.SUBJECTS:
            return Decimal(len(_subjects(found)))
        case Measure.SUBJECT_SHARE:
            return _share(len(_subjects(found)), len(_subjects(one for one in _held(scope, day) if _meant(target, *one))))
    return Decimal(len(found))


def _held(scope: _Scope, day: date) -> list[Counted]:
    """Every product with the certificate that is in force on the day."""
    return [(product, term) for product, record in scope.records for term in record.terms if term.begins <= day < term.ends]


def _first_of_subjects(scope: _Scope) -> dict[str, Counted]:
    """The product with which each subject was recognised first."""
    firsts: dict[str, Counted] = {}
    for product, record in scope.records:
        if record.terms:
            subject = _subject(product)
            known = firsts.get(subject)
            if known is None or record.terms[0].begins < known[1].begins:
                firsts[subject] = (product, record.terms[0])
    return firsts


def _subjects(found: Iterable[Counted]) -> set[str]:
    return {subject for product, _ in found if (subject := _subject(product))}


def _meant(target: Target, product: Product, term: Term) -> bool:
    """Whether a product with this certificate is of the stars and the group that a target speaks of."""
    stars = term.certificate.stars or 0
    return target.stars in (None, stars) and stars >= (target.stars_from or 0) and target.group in (None, product.group)


def _subject(product: Product) -> str:
    """Subjects are told apart by name and province as published; empty for none."""
    name = matching_name(product.producer)
    return f"{name}\0{fold(product.place.province)}" if name else ""


def _share(some: int, whole: int) -> Decimal | None:
    return Decimal(100 * some) / whole if whole else None


def _because(code: str, message: str, **values: object) -> Problem:
    return Problem(code, message, "target", values)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _number(value: Decimal) -> str:
    """At most one decimal, with a comma."""
    text = f"{value:.1f}".removesuffix(".0")
    return text.replace(".", ",")
