"""Revenue of a period against another one, by channel, product, star, subject or place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from ocop_market.catalog.lookup import Find, finder
from ocop_market.catalog.standing import CertificateRecord, Standing, StarClaim, star_claim
from ocop_market.catalog.subjects import matching_name
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis, revenue_in
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Group, ProducerKind, Product
from ocop_market.model.text import fold
from ocop_market.places.counting import refuse_districts_of_today, row_of_product
from ocop_market.places.units import Geography, Level
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.code_spans import CodeSpan
from ocop_market.store.ledger import UnknownState, unknown_states
from ocop_market.store.month_totals import month_of
from ocop_market.store.period_totals import summed, sums_of_spans
from ocop_market.store.points import names_of_tills
from ocop_market.store.tables.totals import sales_day, sales_month

if TYPE_CHECKING:
    from ocop_market.growth.sold import Both, Sold

UPSIDE_DOWN = N_("The period ends ({end}) before it begins ({start}). Turn the two days round.")

NOT_ATTRIBUTED = "not-attributed"
NO_STAR = "no-star"
UNDATED = "undated"
NOT_TOLD = "not-told"
"""Keys of rows that are no value of their own; reports put words to them."""


class By(StrEnum):
    """What the rows of a comparison stand for."""

    CHANNEL = "channel"
    LOCATION = "location"
    """Point of sale: a branch of an account."""
    PRODUCT = "product"
    PRODUCER = "producer"
    KIND = "kind"
    """Kind of subject."""
    GROUP = "group"
    SET = "set"
    """Scoring set of the programme."""
    STAR = "star"
    CERTIFICATE = "certificate"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


REPORTED = (By.CHANNEL, By.STAR, By.PROVINCE)
"""The tables of a report; the others are asked for by name."""

BY_DAY = frozenset({By.STAR, By.CERTIFICATE})
"""What is told by the certificate in force on the day of sale."""

_LEVELS = {By.PROVINCE: Level.PROVINCE, By.DISTRICT: Level.DISTRICT, By.COMMUNE: Level.COMMUNE}


@dataclass(frozen=True)
class Period:
    """Whole business days of Viet Nam, both ends inside."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise SettingsError(UPSIDE_DOWN, code="period-upside-down", start=f"{self.start:%d/%m/%Y}", end=f"{self.end:%d/%m/%Y}")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one."""
        return self.start.day == 1 and (self.end + timedelta(days=1)).day == 1

    def a_year_before(self) -> Period:
        """The same days of the year before: whole months for whole months, else 29 February becomes 28 February."""
        before = Period(_year_before(self.start), _year_before(self.end))
        if self.is_whole_months and not before.is_whole_months:
            return Period(before.start, before.end + timedelta(days=1))  # February of a leap year
        return before

    @classmethod
    def twelve_months_to(cls, end: date) -> Period:
        """The twelve months that end with `end`."""
        start = _year_before(end) + timedelta(days=1)
        return cls(start + timedelta(days=1) if (start.month, start.day) == (2, 29) else start, end)


@dataclass(frozen=True)
class Row:
    """Revenue in đồng now and before. `growth` is None when there was none before: no growth can be told then."""

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

    `unknown_before` are those of the period before. `geography` tells whose units the rows of places are; `names` are words for
    keys that are codes.
    """

    by: By
    basis: Basis
    period: Period
    before: Period
    rows: tuple[Row, ...]
    unknown: tuple[UnknownState, ...] = ()
    unknown_before: tuple[UnknownState, ...] = ()
    geography: Geography = Geography.PRESENT
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Row:
        """The sum of the rows."""
        return Row("total", sum(r.now for r in self.rows), sum(r.before for r in self.rows))


def compare(connection: Connection, products: Mapping[str, Product], period: Period, *, by: By = By.CHANNEL,
            basis: Basis = Basis.NET, geography: Geography = Geography.PRESENT, before: Period | None = None,
            shown: Mapping[str, Product] | None = None, sold: Both | None = None) -> Comparison:
    """Sums the totals of both periods (`before`: the same period a year before, unless given); rows by falling revenue now.

    Packings count for their product, also under codes that they had before. Goods whose SKU the catalog does not know are a
    row of their own, and so are places that cannot be told. Stars and certificates are those in force on the day of sale; both
    periods are counted in the same geography. `shown` are the products as they may be shown, where producers bear a
    pseudonym; `sold` is what `read_both` found of both periods, where that was read already. SettingsError for districts of today.
    """
    then = before or period.a_year_before()
    names: dict[str, str] = {}
    totals = [_totals(connection, one, basis, _keys(by), sold and sold[side]) for side, one in enumerate((period, then))]
    if by in BY_DAY:
        find = finder(products, load_former_codes(connection))
        now_sums, then_sums = (_sums_by_day(connection, one, by, basis, find, of) for one, of in zip((period, then), totals, strict=True))
    else:
        name, names = namer(connection, products, by, geography, shown or products)
        now_sums, then_sums = (_sums(of, name) for of in totals)
    rows = [Row(key, now_sums.get(key, 0), then_sums.get(key, 0)) for key in now_sums.keys() | then_sums.keys()]
    return Comparison(by, basis, period, then, tuple(sorted(rows, key=lambda r: (-r.now, -r.before, r.key))),
                      tuple(unknown_states(connection, period.start, period.end)),
                      tuple(unknown_states(connection, then.start, then.end)), geography,
                      {row.key: names[row.key] for row in rows if row.key in names})


def monthly(connection: Connection, period: Period, basis: Basis) -> dict[str, dict[str, int]]:
    """Revenue by month (`2026-01`) and account; months are those of Viet Nam days."""
    months: dict[str, dict[str, int]] = {}
    for month, account, amount in connection.execute(summed(period.start, period.end, ("month", "account"), revenue_in(basis))):
        months.setdefault(f"{month:%Y-%m}", {})[account] = int(amount)
    return dict(sorted(months.items()))


def months_by_row(connection: Connection, products: Mapping[str, Product], period: Period, by: By, basis: Basis = Basis.NET, *,
                  geography: Geography = Geography.PRESENT, shown: Mapping[str, Product] | None = None) -> dict[str, dict[str, int]]:
    """Revenue by row of a comparison and month (`2026-01`); not for stars and certificates, which change with the day."""
    name, names = namer(connection, products, by, geography, shown or products)
    found: dict[str, dict[str, int]] = {}
    for *parts, first, amount in connection.execute(summed(period.start, period.end, (*_keys(by), "month"), revenue_in(basis))):
        key = name(*parts)
        months = found.setdefault(names.get(key, key), {})
        month = f"{first:%Y-%m}"
        months[month] = months.get(month, 0) + int(amount)
    return found


def last_day(connection: Connection) -> date | None:
    """The last day with a sale, or None."""
    return connection.execute(select(func.max(sales_day.c.day))).scalar()


def row_namer(connection: Connection, products: Mapping[str, Product], by: By, geography: Geography = Geography.PRESENT,
              ) -> Callable[..., str]:
    """What tells the row in which `compare` counts a sale: called with its SKU, or with SKU and day for what is told by the day."""
    if by not in BY_DAY:
        return namer(connection, products, by, geography, products)[0]
    find = finder(products, load_former_codes(connection))

    @cache
    def of_day(sku: str, day: date) -> str:
        product = find(sku)
        return _certificate_key(star_claim(product, day), by) if product else NOT_ATTRIBUTED

    return of_day


def outlet(account: str, location: str) -> str:
    """The key of a point of sale: the account, with the branch where it has branches."""
    return f"{account} / {location}" if location else account


def _keys(by: By) -> tuple[str, ...]:
    """The columns of totals that tell the row of a sale."""
    return {By.CHANNEL: ("account",), By.LOCATION: ("account", "location")}.get(by, ("sku",))


def _totals(connection: Connection, period: Period, basis: Basis, keys: Sequence[str], sold: Iterable[Sold] | None,
            ) -> dict[tuple[str, ...], int]:
    """The revenue of a period by columns of its totals."""
    if sold is None:
        return {tuple(parts): int(amount) for *parts, amount in connection.execute(
            summed(period.start, period.end, keys, revenue_in(basis)))}
    found: dict[tuple[str, ...], int] = {}
    for row in sold:
        parts = tuple(getattr(row, key) for key in keys)
        found[parts] = found.get(parts, 0) + row.amount
    return found


def _sums(totals: Mapping[tuple[str, ...], int], name: Callable[..., str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for parts, amount in totals.items():
        if amount:
            key = name(*parts)
            sums[key] = sums.get(key, 0) + amount
    return sums


def _sums_by_day(connection: Connection, period: Period, by: By, basis: Basis, find: Find, totals: Mapping[tuple[str, ...], int],
                 ) -> dict[str, int]:
    """Sums by the certificate of the day of sale; only codes whose certificate changed in the period are divided."""
    by_code = {code: amount for (code,), amount in totals.items()}
    spans = certificate_spans(find, by, by_code, period)
    whole = {one.code: one.key for one in spans if (one.first, one.last) == (period.start, period.end)}
    divided = sums_of_spans(connection, [one for one in spans if one.code not in whole], revenue_in(basis))
    sums: dict[str, int] = {}
    for key, amount in [*((key, by_code[code]) for code, key in whole.items()), *((key, amount) for (_, key), amount in divided.items())]:
        if amount:
            sums[key] = sums.get(key, 0) + amount
    return sums


def sold_codes(connection: Connection, period: Period) -> list[str]:
    """Every code that was sold in the months of a period; some perhaps on other days of them."""
    c = sales_month.c
    of_months = c.month.between(month_of(period.start), period.end)
    return list(connection.execute(select(c.sku).where(of_months).distinct().order_by(c.sku)).scalars())


def certificate_spans(find: Find, by: By, codes: Iterable[str], period: Period) -> list[CodeSpan]:
    """The days of a period divided, code by code, by the stars or the certificate that were in force on them."""
    spans: list[CodeSpan] = []
    for code in codes:
        product = find(code)
        if product is None:
            spans.append(CodeSpan(code, period.start, period.end, NOT_ATTRIBUTED))
            continue
        for first, last, claim in CertificateRecord(product).claims(period.start, period.end):
            key = _certificate_key(claim, by)
            if spans and spans[-1].code == code and spans[-1].key == key:
                spans[-1] = spans[-1]._replace(last=last)
            else:
                spans.append(CodeSpan(code, first, last, key))
    return spans


def namer(connection: Connection, products: Mapping[str, Product], by: By, geography: Geography, shown: Mapping[str, Product],
          ) -> tuple[Callable[..., str], dict[str, str]]:
    """What tells the row of a sum, and words for keys that are codes, filled as rows are named; not for stars and certificates."""
    if by is By.CHANNEL:
        return str, {}
    if by is By.LOCATION:
        return outlet, {outlet(*till): name for till, name in names_of_tills(connection).items()}
    find = finder(products, load_former_codes(connection))
    names: dict[str, str] = {}
    tell = _fact(by, geography, shown, names)

    @cache
    def of_product(sku: str) -> str:
        product = find(sku)
        return tell(product) if product else NOT_ATTRIBUTED

    return of_product, names


def _fact(by: By, geography: Geography, shown: Mapping[str, Product], names: dict[str, str]) -> Callable[[Product], str]:
    """What tells the row of a product."""
    if by in _LEVELS:
        refuse_districts_of_today(geography, _LEVELS[by])
        return lambda product: row_of_product(product, geography, _LEVELS[by])

    def name_product(product: Product) -> str:
        names[product.sku] = product.name
        return product.sku

    def producer(product: Product) -> str:
        written = shown.get(product.sku, product).producer
        key = f"{matching_name(written)} / {fold(product.place.province)}" if matching_name(written) else NOT_TOLD
        if key != NOT_TOLD:
            names[key] = min(names.get(key, written), written)
        return key

    return {
        By.PRODUCT: name_product, By.PRODUCER: producer,
        By.KIND: lambda product: NOT_TOLD if product.producer_kind is ProducerKind.UNKNOWN else product.producer_kind.value,
        By.GROUP: lambda product: NOT_TOLD if product.group is Group.UNKNOWN else product.group.value,
        By.SET: lambda product: str(product.product_set) if product.product_set else NOT_TOLD,
    }[by]


def _certificate_key(claim: StarClaim, by: By) -> str:
    if claim.stars and claim.certificate:
        return str(claim.stars) if by is By.STAR else _paper(claim.certificate)
    return UNDATED if claim.standing is Standing.UNDATED else NO_STAR


def _paper(certificate: Certificate) -> str:
    """A decision's number repeats between bodies and years; several products may stand in one."""
    issued = f"{certificate.issued_on:%d/%m/%Y}" if certificate.issued_on else ""
    return ", ".join(part for part in (certificate.decision, issued, certificate.body) if part)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
