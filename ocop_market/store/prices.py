"""At which prices articles were sold, read from the database day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal_column, select, type_coerce

from ocop_market.store.engine import CHUNK
from ocop_market.store.month_totals import month_of
from ocop_market.store.tables import product, sales_day, sales_line, sales_month, sales_order

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


def prices_seen(connection: Connection, account: str, first: date, last: date) -> Iterable[list[PriceSeen]]:
    """By article the prices of these days, with the average of the time before; articles without a code are left out."""
    o, line, day = sales_order.c, sales_line.c, sales_day.c
    price = _price(line.list_amount, line.quantity)
    sold = select(line.sku, price, func.count()).select_from(
        sales_order.join(sales_line, and_(o.account == line.account, o.order_id == line.order_id))).where(
        o.account == account, o.day.between(first, last), line.sku != "", line.quantity > 0, line.list_amount > 0).group_by(
        line.sku, price)
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


def prices_in(connection: Connection, account: str, first: date, last: date, orders: Collection[str]) -> Iterator[list[PriceSeen]]:
    """By article the prices in some orders of these days, with the average of all others since the months before, told by the piece."""
    line, month, ids = sales_line.c, sales_month.c, sorted(orders)
    found: dict[str, list[PriceSeen]] = {}
    own: dict[str, tuple[int, int]] = {}
    for start in range(0, len(ids), CHUNK):
        sold = select(line.sku, line.list_amount, type_coerce(line.quantity, BigInteger)).where(
            line.account == account, line.order_id.in_(ids[start:start + CHUNK]), line.sku != "", line.quantity > 0, line.list_amount > 0)
        for sku, amount, quantity in connection.execute(sold):
            found.setdefault(sku, []).append(PriceSeen(sku, amount * 1000 // quantity, 1, fresh=True))
            before = own.get(sku, (0, 0))
            own[sku] = before[0] + amount, before[1] + quantity
    wanted = sorted(found)
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start:start + CHUNK]
        others = select(month.sku, func.sum(month.list_amount), type_coerce(func.sum(month.quantity), BigInteger)).where(
            month.account == account, month.month.between(month_of(first - LOOKED_BACK), month_of(last)),
            month.sku.in_(some)).group_by(month.sku)
        for sku, amount, quantity in connection.execute(others):
            left, pieces = int(amount) - own[sku][0], int(quantity) - own[sku][1]
            if left > 0 and pieces >= 1000:
                found[sku].append(PriceSeen(sku, left * 1000 // pieces, pieces // 1000, fresh=False))
        for sku, amount in connection.execute(select(product.c.sku, product.c.price).where(product.c.sku.in_(some))):
            found[sku] = [PriceSeen(one.sku, one.price, one.times, one.fresh, amount) for one in found[sku]]
    yield from found.values()


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
