"""Comparisons for everybody to read: rows that would tell of one or two subjects are blank, over all tables and both periods together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, func, select

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.subjects import matching_name
from ocop_market.growth.basis import Basis, revenue
from ocop_market.growth.compare import BY_DAY, By, Comparison, Period, Row, row_namer
from ocop_market.growth.suppression import Cell, Contribution, suppressed
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.tables.totals import sales_day

TOTAL = "total"
Sale = tuple[str, frozenset[Cell], int]
"""A sum with its subject, the rows that it is a part of, and its đồng."""


@dataclass(frozen=True)
class Published:
    """A comparison with its blank rows: `rows` as they may be shown, `blank` the keys of the others, `total` None where that is one."""

    comparison: Comparison
    rows: tuple[Row, ...]
    blank: frozenset[str]
    total: Row | None


def published(connection: Connection, products: Mapping[str, Product], comparisons: Sequence[Comparison]) -> list[Published]:
    """What may be shown of comparisons of the same two periods on one basis."""
    first = comparisons[0]
    sides = [_sales(connection, products, comparisons, period) for period in (first.period, first.before)]
    keys: set[Cell] = {TOTAL, *((one.by, row.key) for one in comparisons for row in one.rows)}
    blank = blank_rows(sides, keys)
    return [Published(one, tuple(row for row in one.rows if (one.by, row.key) not in blank),
                      frozenset(row.key for row in one.rows if (one.by, row.key) in blank), None if TOTAL in blank else one.total)
            for one in comparisons]


def blank_rows(sides: Sequence[Sequence[Sale]], keys: Collection[Cell]) -> frozenset[Cell]:
    """The rows that stay blank in all periods (`sides`), when what one of them hides must not be told by another."""
    told = [(list(dict.fromkeys(Contribution(subject, cells) for subject, cells, _ in sales)), _worth(sales, keys)) for sales in sides]
    blank: frozenset[Cell] = frozenset()
    while True:
        found = blank
        for contributions, worth in told:
            found |= suppressed(contributions, worth, kept_back=found)
        if found == blank:
            return blank
        blank = found


def subject_of(products: Mapping[str, Product], former: Mapping[str, str]) -> Callable[[str, str], str]:
    """Whose sale it is, by SKU and account: the producer's; goods that nobody is named for are one subject for each account."""
    find = finder(products, former)

    @cache
    def subject(sku: str, account: str) -> str:
        product = find(sku)
        name = matching_name(product.producer) if product else ""
        return f"{name} / {fold(product.place.province)}" if product and name else f"\0{account}"

    return subject


def _sales(connection: Connection, products: Mapping[str, Product], comparisons: Sequence[Comparison], period: Period) -> list[Sale]:
    c, basis = sales_day.c, comparisons[0].basis
    subject = subject_of(products, load_former_codes(connection))
    namers = [(one.by, row_namer(connection, products, one.by, one.geography)) for one in comparisons]
    query = select(c.account, c.location, c.sku, c.day, func.sum(revenue(Basis(basis)))).where(
        c.day.between(period.start, period.end)).group_by(c.account, c.location, c.sku, c.day)
    found: list[Sale] = []
    for account, location, sku, day, amount in connection.execute(query):
        if amount:
            parts = {By.CHANNEL: (account,), By.LOCATION: (account, location)}
            cells = {(by, name(*parts.get(by, (sku, day) if by in BY_DAY else (sku,)))) for by, name in namers}
            found.append((subject(sku, account), frozenset({TOTAL, *cells}), int(amount)))
    return found


def _worth(sales: Iterable[Sale], keys: Collection[Cell]) -> dict[Cell, int]:
    worth = dict.fromkeys(keys, 0)
    for _, cells, amount in sales:
        for cell in cells & worth.keys():
            worth[cell] += amount
    return worth
