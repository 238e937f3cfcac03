"""Goods as accounts sell them, and the products that persons linked them to, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, case, delete, func, select

from ocop_market.store.engine import upsert
from ocop_market.store.restatements import note_attribution
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_month
from ocop_market.store.touched import touch_goods

NOT_OURS = ""
"""The product of goods that a person knows to be none of the catalog's."""


@dataclass(frozen=True)
class SoldGood:
    """An article as an account sells it: by the seller's code, or by the platform's number where there is no code.

    `amount` is what was sold of it in đồng (list price less discounts and refunds, over all states); `name` as it was last.
    """

    account: str
    sku: str
    remote_id: str
    name: str
    orders: int
    quantity: Decimal
    amount: int
    last_sold: date


def sold_goods(connection: Connection, account: str | None = None) -> list[SoldGood]:
    """All articles ever sold, the ones worth most first."""
    o, line = sales_order.c, sales_line.c
    number = case((line.sku == "", line.remote_id), else_="").label("number")
    amount = func.sum(line.list_amount - line.seller_discount - line.refund).label("amount")
    joined = sales_line.join(sales_order, (o.account == line.account) & (o.order_id == line.order_id))
    query = select(line.account, line.sku, number, func.max(line.name).label("name"), func.count(line.order_id.distinct()).label("orders"),
                   func.sum(line.quantity).label("quantity"), amount, func.max(o.day).label("last_sold")).select_from(joined)
    if account is not None:
        query = query.where(line.account == account)
    rows = connection.execute(query.group_by(line.account, line.sku, number).order_by(amount.desc(), line.account, line.sku, number))
    return [SoldGood(row.account, row.sku, row.number, row.name, row.orders, row.quantity, int(row.amount), row.last_sold)
            for row in rows]


def codes_sold(connection: Connection) -> dict[str, set[str]]:
    """By account the codes under which goods stand in the daily totals: those of products where they were linked."""
    found: dict[str, set[str]] = {}
    for account, sku in connection.execute(select(sales_month.c.account, sales_month.c.sku).distinct()):
        found.setdefault(account, set()).add(sku)
    return found


def load_links(connection: Connection) -> dict[tuple[str, str, str], str]:
    """By account, code and platform's number: the SKU of the product, or NOT_OURS."""
    return {(row.account, row.sku, row.remote_id): row.product_sku for row in connection.execute(select(goods_link))}


def save_link(connection: Connection, good: SoldGood, product_sku: str, now: datetime) -> None:
    """Keeps which product the article is; the totals in which it counted and counts are made anew."""
    note_attribution(connection, good.account, good.sku, good.remote_id, now, product_sku)
    touch_goods(connection, good.account, good.sku, good.remote_id)
    upsert(connection, goods_link, [{"account": good.account, "sku": good.sku, "remote_id": good.remote_id,
                                     "product_sku": product_sku, "decided_at": now}])
    touch_goods(connection, good.account, good.sku, good.remote_id)


def forget_link(connection: Connection, good: SoldGood, now: datetime) -> None:
    """Takes back what was said of the article."""
    note_attribution(connection, good.account, good.sku, good.remote_id, now, None)
    touch_goods(connection, good.account, good.sku, good.remote_id)
    c = goods_link.c
    connection.execute(delete(goods_link).where(c.account == good.account, c.sku == good.sku, c.remote_id == good.remote_id))
    touch_goods(connection, good.account, good.sku, good.remote_id)
