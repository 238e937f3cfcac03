"""Counts of goods in the database, and what the ledger and the listings say beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, bindparam, case, delete, func, or_, select, update

from ocop_market.model.change import ChangeKind, Outcome
from ocop_market.model.clock import business_day
from ocop_market.model.listing import FieldGroup
from ocop_market.model.sales import OrderState
from ocop_market.model.stock import Count, Sold
from ocop_market.store.engine import upsert
from ocop_market.store.outbox import OPEN_STATES
from ocop_market.store.tables.catalog import goods_link, stock_count
from ocop_market.store.tables.ledger import sales_line, sales_mirror, sales_order
from ocop_market.store.tables.listings import outbox, publication

LIST = ""
"""The source of counts that stand in the product list."""
KEPT = 3
"""Counts of one place that are kept, the newest included."""
_OPEN = (OrderState.PLACED.value, OrderState.ACCEPTED.value, OrderState.UNKNOWN.value)
Units = Mapping[str, Mapping[str, Decimal]]
"""By account and article's code: how many sales units one unit of the article is; one where nothing is said."""


def keep_counts(connection: Connection, counts: Sequence[Count]) -> None:
    """Keeps counts beside the last ones of the same place; one that found the same number only moves its time."""
    if not counts:
        return
    c = stock_count.c
    earlier: dict[tuple[str, str, str], list[Any]] = {}
    query = select(stock_count).where(c.source.in_({count.source for count in counts})).order_by(c.counted_at.desc())
    for row in connection.execute(query):
        earlier.setdefault((row.sku, row.source, row.location), []).append(row)
    gone = []
    for count in counts:
        rows = earlier.get((count.sku, count.source, count.location), [])
        same = rows and (rows[0].quantity, rows[0].agreed_at) == (count.quantity, count.agreed_at)
        gone += rows[:1] if same else rows[KEPT - 1:]
    for row in gone:
        connection.execute(delete(stock_count).where(
            c.sku == row.sku, c.source == row.source, c.location == row.location, c.counted_at == row.counted_at))
    upsert(connection, stock_count, [
        {"sku": one.sku, "source": one.source, "location": one.location, "counted_at": one.counted_at,
         "agreed_at": one.agreed_at, "quantity": one.quantity} for one in counts])


def forget_counts(connection: Connection, skus: Iterable[str], source: str) -> None:
    """Takes the counts of a source back: nobody says any more how many there are."""
    for sku in skus:
        connection.execute(delete(stock_count).where(stock_count.c.sku == sku, stock_count.c.source == source))


def rename_counts(connection: Connection, renamed: Mapping[str, str]) -> None:
    """Counts of a product follow it to its new SKU; `renamed` maps new SKUs to those that they replace."""
    for new, old in renamed.items():
        connection.execute(delete(stock_count).where(stock_count.c.sku == new))
        connection.execute(update(stock_count).where(stock_count.c.sku == old).values(sku=new))


def load_counts(connection: Connection) -> dict[tuple[str, str], list[Count]]:
    """By SKU and source the last count of each place that was counted then."""
    last = _last_counts()
    query = select(stock_count).join(last, (last.c.sku == stock_count.c.sku) & (last.c.source == stock_count.c.source) & (
        last.c.counted_at == stock_count.c.counted_at)).order_by(stock_count.c.sku, stock_count.c.source, stock_count.c.location)
    found: dict[tuple[str, str], list[Count]] = {}
    for row in connection.execute(query):
        found.setdefault((row.sku, row.source), []).append(
            Count(row.sku, row.quantity, row.counted_at, row.agreed_at, row.source, row.location))
    return found


def load_sold(connection: Connection, units: Units) -> list[Sold]:
    """What each account sold of each product since its last counts, by the source of the count.

    Everything placed and not cancelled counts, goods brought back too: they are counted again before they are sold again.
    A till's copy of a marketplace's order is the marketplace's; where the till counts, its own books tell which of them it
    has taken off.
    """
    oldest: datetime | None = connection.execute(select(func.min(stock_count.c.agreed_at))).scalar()
    if oldest is None:  # nothing was ever counted
        return []
    sold: dict[tuple[str, str, str], Sold] = {}
    for row in connection.execute(_sold_query(), {"first_day": business_day(oldest)}):
        key, unit = (row.sku, row.source, row.account), units.get(row.account, {}).get(row.code, Decimal(1))
        before = sold.get(key, Sold(*key, Decimal(0)))
        sold[key] = Sold(*key, before.quantity + row.quantity * unit, before.open + row.open * unit)
    for key, recorded in _recorded(connection, units).items():
        if key in sold:
            one = sold[key]
            sold[key] = Sold(*key, one.quantity, one.open, min(recorded, one.quantity))
    return list(sold.values())


def _recorded(connection: Connection, units: Units) -> dict[tuple[str, str, str], Decimal]:
    """By SKU, till and marketplace's account: what of the marketplace's orders the till had entered before it counted."""
    found: dict[tuple[str, str, str], Decimal] = {}
    for row in connection.execute(_recorded_query()):
        key = (row.sku, row.source, row.of_account)
        found[key] = found.get(key, Decimal(0)) + row.quantity * units.get(row.account, {}).get(row.code, Decimal(1))
    return found


def load_standing(connection: Connection) -> dict[tuple[str, str], int]:
    """By account and SKU: how many units may still be sold under the offers that stand there, or are on their way.

    What the account sold since its listing was last written is off it already; variants count as if nothing had been sold.
    """
    sold, listed, on_the_way = _standing_queries()
    gone = {(row.account, row.sku): row.quantity for row in connection.execute(sold)}
    standing: dict[tuple[str, str], int] = {}
    for row in connection.execute(listed):
        if row.visible is not False:
            told = row.stock or {}
            for sku, units in (told.get("variant_stock") or {row.sku: told.get("stock") or 0}).items():
                standing[row.account, sku] = max(0, units - int(gone.get((row.account, sku), 0)))
    for row in connection.execute(on_the_way):
        if FieldGroup.STOCK.value in row.field_groups:
            for sku, units in ({v["sku"]: v["stock"] for v in row.variants or ()} or {row.sku: row.stock or 0}).items():
                standing[row.account, sku] = max(standing.get((row.account, sku), 0), units)
    return standing


@cache
def _standing_queries() -> tuple[Select[Any], Select[Any], Select[Any]]:
    """What was sold since each listing was written, what the listings offer, and the offers on their way."""
    p, o, line, c = publication.c, sales_order.c, sales_line.c, outbox.c
    sold = select(line.account, line.sku, func.sum(line.quantity).label("quantity")).select_from(
        sales_line.join(sales_order, (o.account == line.account) & (o.order_id == line.order_id)).join(
            publication, (p.account == line.account) & (p.sku == line.sku))).where(
        o.state != OrderState.CANCELLED.value, o.returns.is_(None), o.placed_at >= p.updated_at).group_by(line.account, line.sku)
    listed = select(p.account, p.sku, p.applied[FieldGroup.STOCK.value].label("stock"),
                    p.applied[FieldGroup.VISIBILITY.value]["visible"].as_boolean().label("visible")).where(
        or_(p.remote_id != "", p.status == Outcome.PENDING.value))
    on_the_way = select(c.account, c.sku, c.field_groups, c.draft["stock"].as_integer().label("stock"),
                        c.draft["variants"].label("variants")).where(c.state.in_(OPEN_STATES), c.kind != ChangeKind.WITHDRAW.value)
    return sold, listed, on_the_way


@cache
def _sold_query() -> Select[Any]:
    """From `first_day` on: by account and code what was sold since the last counts, and how much of it is still open."""
    o, line, last = sales_order.c, sales_line.c, _last_counts()
    since = case((last.c.source == o.account, last.c.counted_at), else_=last.c.agreed_at)
    opened = case((o.state.in_(_OPEN), line.quantity), else_=0)
    mirror = sales_mirror.c
    copied = select(mirror.order_id).where(
        mirror.account == o.account, mirror.order_id == o.order_id, mirror.state == "same").exists()
    return select(last.c.sku, last.c.source, o.account, line.sku.label("code"), func.sum(line.quantity).label("quantity"),
                  func.sum(opened, type_=line.quantity.type).label("open")).select_from(
        _linked_lines().join(last, last.c.sku == _product_sku())).where(
        o.state != OrderState.CANCELLED.value, o.returns.is_(None), o.placed_at >= since, ~copied,
        o.day >= bindparam("first_day")).group_by(last.c.sku, last.c.source, o.account, line.sku)


@cache
def _recorded_query() -> Select[Any]:
    """By account and code the till's copies of orders that were placed since the counts agreed, and entered before them."""
    o, line, mirror, last, order = sales_order.c, sales_line.c, sales_mirror.c, _last_counts(), sales_order.alias()
    copies = _linked_lines().join(sales_mirror, (mirror.account == o.account) & (mirror.order_id == o.order_id)).join(
        last, (last.c.sku == _product_sku()) & (last.c.source == o.account)).outerjoin(
        order, (order.c.account == mirror.of_account) & (order.c.order_id == mirror.of_order))
    return select(last.c.sku, last.c.source, mirror.of_account, o.account, line.sku.label("code"),
                  func.sum(line.quantity).label("quantity")).select_from(copies).where(
        mirror.state == "same", o.state != OrderState.CANCELLED.value, o.returns.is_(None), o.placed_at < last.c.counted_at,
        func.coalesce(order.c.placed_at, o.placed_at) >= last.c.agreed_at,
        or_(order.c.state.is_(None), order.c.state != OrderState.CANCELLED.value)).group_by(
        last.c.sku, last.c.source, mirror.of_account, o.account, line.sku)


def _last_counts() -> Any:
    c = stock_count.c
    return select(c.sku, c.source, func.max(c.counted_at).label("counted_at"), func.max(c.agreed_at).label("agreed_at")).group_by(
        c.sku, c.source).subquery()


def _linked_lines() -> FromClause:
    o, line, link = sales_order.c, sales_line.c, goods_link.c
    number = case((line.sku == "", line.remote_id), else_="")
    return sales_order.join(sales_line, (o.account == line.account) & (o.order_id == line.order_id)).outerjoin(
        goods_link, and_(link.account == line.account, link.sku == line.sku, link.remote_id == number))


def _product_sku() -> ColumnElement[str]:
    return func.coalesce(func.nullif(goods_link.c.product_sku, ""), sales_line.c.sku)


__all__ = ["KEPT", "LIST", "Units", "forget_counts", "keep_counts", "load_counts", "load_sold", "load_standing", "rename_counts"]
