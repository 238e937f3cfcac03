"""What a product sold before and after it was recognised, or got more stars: an observation, no proof of a cause."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import comb
from statistics import median

from sqlalchemy import Connection, select

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.standing import CertificateRecord, Term
from ocop_market.growth.basis import Basis, revenue
from ocop_market.growth.compare import Period, outlet
from ocop_market.growth.coverage import known_since
from ocop_market.growth.panel import first_days
from ocop_market.growth.periods import month_shifted
from ocop_market.growth.sold import Change, total_of
from ocop_market.model.product import Product
from ocop_market.rules.certificates import months_after
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.tables.totals import sales_day

CONFIDENCE = 0.95


class Event(StrEnum):
    """What happened to a product."""

    RECOGNITION = "recognition"
    UPGRADE = "upgrade"
    """A certificate with more stars while the one before was in force."""


class Left(StrEnum):
    """Why a product tells nothing."""

    TOO_RECENT = "too-recent"
    """The time after is not over."""
    NO_HISTORY = "no-history"
    """No point of sale is known from the beginning of the time before."""
    OTHER_CHANGE = "other-change"
    """Its certificate changed once more within the two times."""
    NO_SALES = "no-sales"
    """It sold nothing before, or nothing after."""


@dataclass(frozen=True)
class Told:
    """One product's sales in the two times, at points of sale that are known through both."""

    sku: str
    day: date
    change: Change

    @property
    def ratio(self) -> float:
        """After over before."""
        return self.change.now / self.change.before


@dataclass(frozen=True)
class Interval:
    """Bounds of the median of all such products, in per cent of growth, and the probability that they hold it."""

    low: float
    high: float
    confidence: float


@dataclass(frozen=True)
class BeforeAfter:
    """All products with an event: those that tell something, and how many do not, by reason; by what is known up to `last`.

    `interval` is None below six products: no bounds could be told with 95 %.
    """

    event: Event
    months: int
    last: date
    told: tuple[Told, ...]
    left: Mapping[Left, int] = field(default_factory=dict)

    @property
    def total(self) -> Change:
        """All their sales after (as now) and before."""
        return total_of(one.change for one in self.told)

    @property
    def median(self) -> float | None:
        """Growth in per cent of the product in the middle."""
        return 100.0 * (median(one.ratio for one in self.told) - 1) if self.told else None

    @property
    def interval(self) -> Interval | None:
        """Bounds of the median from the sign test: they suppose nothing of how growth is spread among products."""
        return median_interval([100.0 * (one.ratio - 1) for one in self.told])


def median_interval(values: Sequence[float]) -> Interval | None:
    """The narrowest pair of order statistics, as far from one end as from the other, that holds the median with 95 % or more."""
    ordered, count = sorted(values), len(values)
    best = None
    outside = 0
    for rank in range(count // 2):
        outside += 2 * comb(count, rank)
        confidence = 1 - outside / 2**count
        if confidence < CONFIDENCE:
            break
        best = Interval(ordered[rank], ordered[count - 1 - rank], confidence)
    return best


@dataclass(frozen=True)
class _Window:
    sku: str
    day: date
    before: Period
    after: Period


def before_after(connection: Connection, products: Mapping[str, Product], event: Event, last: date, *, months: int = 12,
                 basis: Basis = Basis.NET) -> BeforeAfter:
    """Compares so many months before and after the first recognition, or the first upgrade, of each product.

    `last` is the last day whose sales are known. Twelve months hold all seasons; shorter times tell of the season too.
    """
    left: dict[Left, int] = {}
    windows: dict[str, _Window] = {}
    for product in products.values():
        found = _window(CertificateRecord(product), event, months, last, product.sku)
        if isinstance(found, _Window):
            windows[product.sku] = found
        elif found is not None:
            left[found] = left.get(found, 0) + 1
    known = first_days(connection)
    changes = _changes(connection, products, windows, known, basis)
    told = []
    for sku, window in windows.items():
        change = changes.get(sku, Change())
        if change.now > 0 and change.before > 0:
            told.append(Told(sku, window.day, change))
        else:
            reason = Left.NO_SALES if _known(known.values(), window) else Left.NO_HISTORY
            left[reason] = left.get(reason, 0) + 1
    return BeforeAfter(event, months, last, tuple(sorted(told, key=lambda one: one.sku)),
                       {reason: left[reason] for reason in Left if reason in left})


def _window(record: CertificateRecord, event: Event, months: int, last: date, sku: str) -> _Window | Left | None:
    position = _position(record.terms, event)
    if position is None:
        return None
    term = record.terms[position]
    day = term.begins
    before, after = times(day, months)
    if after.end > last:
        return Left.TOO_RECENT
    started = record.terms[position - 1].begins if position else date.min
    if term.ends <= after.end or (position and started > before.start):
        return Left.OTHER_CHANGE
    return _Window(sku, day, before, after)


def times(day: date, months: int) -> tuple[Period, Period]:
    """So many months before a day, and from it on."""
    return (Period(_months_before(day, months), day - timedelta(days=1)),
            Period(day, months_after(day, months) - timedelta(days=1)))


def _position(terms: Sequence[Term], event: Event) -> int | None:
    """Where among the terms the event is: the first, or the first that has more stars than the one it takes over from."""
    if event is Event.RECOGNITION:
        return 0 if terms else None
    return next((i for i in range(1, len(terms)) if terms[i - 1].ends == terms[i].begins
                 and (terms[i].certificate.stars or 0) > (terms[i - 1].certificate.stars or 0)), None)


def _changes(connection: Connection, products: Mapping[str, Product], windows: Mapping[str, _Window], known: Mapping[str, date],
             basis: Basis) -> dict[str, Change]:
    if not windows:
        return {}
    find = finder(products, load_former_codes(connection))
    c = sales_day.c
    first, last = min(w.before.start for w in windows.values()), max(w.after.end for w in windows.values())
    codes = [sku for sku in connection.execute(select(c.sku).distinct()).scalars()
             if (product := find(sku)) is not None and product.sku in windows]
    query = select(c.sku, c.account, c.location, c.day, revenue(basis)).where(c.day.between(first, last))
    wanted = {sku: windows[product.sku] for sku in codes if (product := find(sku)) is not None}
    limits = {sku: known_since(window.before) for sku, window in windows.items()}
    since = {sku: {key for key, day in known.items() if day <= limits[window.sku]} for sku, window in wanted.items()}
    sums: dict[str, list[int]] = {sku: [0, 0] for sku in windows}
    for sku, account, location, day, amount in connection.execute(query):
        window = wanted.get(sku)
        if window is None or not window.before.start <= day <= window.after.end or outlet(account, location) not in since[sku]:
            continue
        sums[window.sku][day >= window.day] += amount
    return {sku: Change(now=after, before=before) for sku, (before, after) in sums.items()}


def _known(days: Iterable[date], window: _Window) -> bool:
    return any(day <= known_since(window.before) for day in days)


def _months_before(day: date, months: int) -> date:
    """The day from which `months` lead to `day`; the last of a shorter month where it has no such day."""
    first = month_shifted(day.replace(day=1), -months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))
