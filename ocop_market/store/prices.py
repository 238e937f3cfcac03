"""At which prices articles were sold, read from the database day by day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal_column, select, type_coerce

from ocop_market.model.sales import SalesLine
from ocop_market.store.engine import CHUNK
from ocop_market.store.tables.catalog import product
from ocop_market.store.tables.columns import thousandths
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day

LOOKED_BACK = timedelta(days=90)


@dataclass(frozen=True)
class PriceSeen:
    """One list price of an article in đồng a piece, and how many lines or days have it.

    `fresh` prices stand on the days asked about, the other is the average before; `listed` is the catalog's price.
    """

    sku: str
    price: int
    times: int
    fresh: bool
    listed: int | None = None


class PriceSpans:
    """The lowest and the highest list price of each article in what a pull brings, as it comes in.

    They tell which articles can have an odd price at all; reading the lines of all touched days for that costs as much as their totals.
    `first`: the account has sold nothing before, so that there is nothing else to compare with.
    """

    def __init__(self, *, first: bool) -> None:
        self._first = first
        self._spans: dict[str, tuple[int, int]] = {}
        self._listed: dict[str, int | None] = {}

    def add(self, lines: Iterable[SalesLine]) -> None:
        """Takes in lines; what was given away, or has no sensible quantity, counts as a price of 0."""
        spans = self._spans
        for line in lines:
            quantity = thousandths(line.quantity)
            if not quantity or not line.sku:
                continue
            price = line.list_amount * 1000 // quantity if quantity > 0 and line.list_amount > 0 else 0
            span = spans.get(line.sku)
            if span is None:
                spans[line.sku] = price, price
            elif not span[0] <= price <= span[1]:
                spans[line.sku] = min(price, span[0]), max(price, span[1])

    def apart(self, connection: Connection, account: str, first: date, last: date, times: int) -> list[str]:
        """Articles of which two prices are so many times apart, or more: that came, of these days and those before, of the catalog."""
        spans = self._spans
        new = sorted(spans.keys() - self._listed.keys())
        for start in range(0, len(new), CHUNK):
            some = new[start:start + CHUNK]
            found = connection.execute(select(product.c.sku, product.c.price).where(product.c.sku.in_(some)))
            self._listed.update(dict.fromkeys(some) | {row.sku: row.price for row in found})
        before = {} if self._first else _spans_of_days(connection, account, first, last)
        apart = []
        for sku, span in spans.items():
            known = [*span, *before.get(sku, ()), *filter(None, [self._listed[sku]])]
            if max(known) >= times * min(known):
                apart.append(sku)
        return apart


def _spans_of_days(connection: Connection, account: str, first: date, last: date) -> dict[str, tuple[int, int]]:
    """The lowest and the highest average price of articles in the totals of a day, of these and those before."""
    day = sales_day.c
    price = _price(day.list_amount, day.quantity)
    query = select(day.sku, func.min(price), func.max(price)).where(
        day.account == account, day.day.between(first - LOOKED_BACK, last), day.list_amount > 0, day.quantity > 0).group_by(day.sku)
    return {sku: (int(lowest), int(highest)) for sku, lowest, highest in connection.execute(query)}


def prices_seen(connection: Connection, account: str, first: date, last: date, only: Sequence[str] | None = None,
                ) -> Iterable[list[PriceSeen]]:
    """By article the prices of these days, with the average of the time before; articles without a code are left out.

    `only`: what is asked for, as far as a statement can hold it.
    """
    o, line, day = sales_order.c, sales_line.c, sales_day.c
    price = _price(line.list_amount, line.quantity)
    sold = select(line.sku, price, func.count()).select_from(
        sales_order.join(sales_line, and_(o.account == line.account, o.order_id == line.order_id))).where(
        o.account == account, o.day.between(first, last), line.sku != "", line.quantity > 0, line.list_amount > 0).group_by(
        line.sku, price)
    if only is not None and len(only) <= CHUNK:
        sold = sold.where(line.sku.in_(only))
    found: dict[str, list[PriceSeen]] = {}
    for sku, amount, times in connection.execute(sold):
        found.setdefault(sku, []).append(PriceSeen(sku, int(amount), times, fresh=True))
    wanted = sorted(found)
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start:start + CHUNK]
        before = select(day.sku, _price(func.sum(day.list_amount), func.sum(day.quantity)), func.count()).where(
            day.account == account, day.day.between(first - LOOKED_BACK, first - timedelta(days=1)), day.sku.in_(some),
            day.list_amount > 0, day.quantity > 0).group_by(day.sku)
        for sku, amount, times in connection.execute(before):
            found[sku].append(PriceSeen(sku, int(amount), times, fresh=False))
        for sku, amount in connection.execute(select(product.c.sku, product.c.price).where(product.c.sku.in_(some))):
            found[sku] = [PriceSeen(one.sku, one.price, one.times, one.fresh, amount) for one in found[sku]]
    return found.values()


def orders_at_price(connection: Connection, account: str, first: date, last: date, seen: PriceSeen) -> list[tuple[str, str]]:
    """Ids and numbers of the orders of these days that sold an article at a price."""
    o, line = sales_order.c, sales_line.c
    query = select(o.order_id, o.document).distinct().select_from(
        sales_order.join(sales_line, and_(o.account == line.account, o.order_id == line.order_id))).where(
        o.account == account, o.day.between(first, last), line.sku == seen.sku, line.quantity > 0, line.list_amount > 0,
        _price(line.list_amount, line.quantity) == seen.price).order_by(o.order_id)
    return [(order_id, document) for order_id, document in connection.execute(query)]


def _price(amount: ColumnElement[int], thousandths: ColumnElement[object]) -> ColumnElement[int]:
    # written out, not bound: PostgreSQL takes two placeholders in SELECT and GROUP BY for two different terms
    return amount * literal_column("1000", BigInteger) // type_coerce(thousandths, BigInteger)
