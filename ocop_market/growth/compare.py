"""Revenue of a period against the same period a year before, by channel, star or place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import Connection, func, select

from ocop_market.catalog.lookup import Find, finder
from ocop_market.catalog.standing import CertificateRecord, Standing
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis, revenue
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.places.counting import refuse_districts_of_today, row_of_product
from ocop_market.places.units import Geography, Level
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.ledger import UnknownState, unknown_states
from ocop_market.store.tables import sales_day

UPSIDE_DOWN = N_("The period ends ({end}) before it begins ({start}). Turn the two days round.")

NOT_ATTRIBUTED = "not-attributed"
NO_STAR = "no-star"
UNDATED = "undated"
"""Keys of rows that are no value of their own; reports put words to them."""


class By(StrEnum):
    """What the rows of a comparison stand for."""

    CHANNEL = "channel"
    STAR = "star"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


REPORTED = (By.CHANNEL, By.STAR, By.PROVINCE)
"""The tables of a report; districts and communes are asked for by name."""

_LEVELS = {By.PROVINCE: Level.PROVINCE, By.DISTRICT: Level.DISTRICT, By.COMMUNE: Level.COMMUNE}


@dataclass(frozen=True)
class Period:
    """Whole business days of Viet Nam, both ends inside."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise SettingsError(UPSIDE_DOWN, code="period-upside-down", start=self.start.isoformat(), end=self.end.isoformat())

    def a_year_before(self) -> Period:
        """The same days of the year before; 29 February becomes 28 February."""
        return Period(_year_before(self.start), _year_before(self.end))

    @classmethod
    def twelve_months_to(cls, end: date) -> Period:
        """The twelve months that end with `end`."""
        start = _year_before(end) + timedelta(days=1)
        return cls(start + timedelta(days=1) if (start.month, start.day) == (2, 29) else start, end)


@dataclass(frozen=True)
class Row:
    """Revenue in đồng now and a year before. `growth` is None when there was none before: no growth can be told then."""

    key: str
    now: int
    before: int

    @property
    def change(self) -> int:
        """Now less before, in đồng."""
        return self.now - self.before

    @property
    def growth(self) -> float | None:
        """Change in per cent of before."""
        return None if self.before <= 0 else 100.0 * self.change / self.before


@dataclass(frozen=True)
class Comparison:
    """One table. `unknown` are orders in states that we do not know, by the platform's word: beside the total, never inside it.

    `unknown_before` are those of the year before. `geography` tells whose units the rows of places are.
    """

    by: By
    basis: Basis
    period: Period
    before: Period
    rows: tuple[Row, ...]
    unknown: tuple[UnknownState, ...] = ()
    unknown_before: tuple[UnknownState, ...] = ()
    geography: Geography = Geography.PRESENT

    @property
    def total(self) -> Row:
        """The sum of the rows."""
        return Row("total", sum(r.now for r in self.rows), sum(r.before for r in self.rows))


def compare(connection: Connection, products: Mapping[str, Product], period: Period, *, by: By = By.CHANNEL,
            basis: Basis = Basis.NET, geography: Geography = Geography.PRESENT) -> Comparison:
    """Sums the daily totals of both periods; rows by falling revenue now.

    Packings count for their product, also under codes that they had before. Goods whose SKU the catalog does not know are a
    row of their own, and so are places that cannot be told. Stars are those in force on the day of sale; both periods are
    counted in the same geography. SettingsError for districts of today.
    """
    before = period.a_year_before()
    name = _namer(finder(products, load_former_codes(connection)) if by is not By.CHANNEL else finder({}), by, geography)
    now_sums = _sums(connection, period, by, basis, name)
    then_sums = _sums(connection, before, by, basis, name)
    rows = [Row(key, now_sums.get(key, 0), then_sums.get(key, 0)) for key in now_sums.keys() | then_sums.keys()]
    return Comparison(by, basis, period, before, tuple(sorted(rows, key=lambda r: (-r.now, -r.before, r.key))),
                      tuple(unknown_states(connection, period.start, period.end)),
                      tuple(unknown_states(connection, before.start, before.end)), geography)


def monthly(connection: Connection, period: Period, basis: Basis) -> dict[str, dict[str, int]]:
    """Revenue by month (`2026-01`) and account; months are those of Viet Nam days."""
    c = sales_day.c
    query = select(c.day, c.account, func.sum(revenue(basis))).where(
        c.day.between(period.start, period.end)).group_by(c.day, c.account)
    months: dict[str, dict[str, int]] = {}
    for day, account, amount in connection.execute(query):
        month = months.setdefault(f"{day:%Y-%m}", {})
        month[account] = month.get(account, 0) + int(amount)
    return dict(sorted(months.items()))


def last_day(connection: Connection) -> date | None:
    """The last day with a sale, or None."""
    return connection.execute(select(func.max(sales_day.c.day))).scalar()


def _sums(connection: Connection, period: Period, by: By, basis: Basis, name: Callable[..., str]) -> dict[str, int]:
    c = sales_day.c
    keys = {By.CHANNEL: (c.account,), By.STAR: (c.sku, c.day)}.get(by, (c.sku,))
    query = select(*keys, func.sum(revenue(basis))).where(c.day.between(period.start, period.end)).group_by(*keys)
    sums: dict[str, int] = {}
    for *parts, amount in connection.execute(query):
        if amount:
            key = name(*parts)
            sums[key] = sums.get(key, 0) + int(amount)
    return sums


def _namer(find: Find, by: By, geography: Geography) -> Callable[..., str]:
    if by in _LEVELS:
        refuse_districts_of_today(geography, _LEVELS[by])

    def channel(account: str) -> str:
        return account

    def place(sku: str) -> str:
        product = find(sku)
        return row_of_product(product, geography, _LEVELS[by]) if product else NOT_ATTRIBUTED

    @cache
    def record(sku: str) -> CertificateRecord | None:
        product = find(sku)
        return CertificateRecord(product) if product else None

    def star(sku: str, day: date) -> str:
        certificates = record(sku)
        if certificates is None:
            return NOT_ATTRIBUTED
        claim = certificates.claim(day)
        if claim.stars:
            return str(claim.stars)
        return UNDATED if claim.standing is Standing.UNDATED else NO_STAR

    if by is By.CHANNEL:
        return channel
    return star if by is By.STAR else place


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
