"""What stood in the ledger before days that a report has shown were changed: noted by order, in proportion to what changed.

A written report is a mark in time. From then on, an order of its days that changes leaves a note of how it stood before;
what it is now is read from the ledger itself, so that any two moments can be compared on any basis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, insert, literal, or_, select

from ocop_market.store.engine import CHUNK
from ocop_market.store.order_lines import counted_elsewhere
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.columns import UtcTime
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import reattribution, report_mark, restatement

NOT_THERE = ""
"""The state of an order that the ledger did not have, or did not count, before."""
SUMS = ("list_amount", "seller_discount", "fees", "tax_withheld", "refund", "seller_shipping")


@dataclass(frozen=True)
class Mark:
    """A report that was written: when, on which basis, and the days of both of its periods, ends inside."""

    made_at: datetime
    basis: str
    first_day: date
    last_day: date
    before_first_day: date
    before_last_day: date


@dataclass(frozen=True)
class Standing:
    """Where an order stood: its day, its state (NOT_THERE: not counted) and its sums in đồng by the names in SUMS."""

    day: date
    state: str
    sums: Mapping[str, int]


@dataclass(frozen=True)
class Change:
    """An order of reported days as it stood at a moment, and as it stands now; `is_slip` for goods brought back."""

    account: str
    order_id: str
    document: str
    before: Standing
    after: Standing
    is_slip: bool
    mirrored: bool


@dataclass(frozen=True)
class Moved:
    """An article that counts for another product than it did (None: for none that is known), and what was sold of it.

    `amount` is list price less discounts and refunds in đồng over `orders` orders.
    """

    account: str
    sku: str
    remote_id: str
    name: str
    before: str | None
    after: str | None
    first_day: date
    last_day: date
    orders: int
    amount: int


def save_mark(connection: Connection, mark: Mark) -> None:
    """Notes that a report of these days is being written."""
    connection.execute(insert(report_mark).values(
        made_at=mark.made_at, basis=mark.basis, first_day=mark.first_day, last_day=mark.last_day,
        before_first_day=mark.before_first_day, before_last_day=mark.before_last_day))


def last_mark(connection: Connection) -> Mark | None:
    """The report that was written last, if any was."""
    row = connection.execute(select(report_mark).order_by(report_mark.c.id.desc()).limit(1)).first()
    return None if row is None else Mark(row.made_at, row.basis, row.first_day, row.last_day, row.before_first_day, row.before_last_day)


def note_before(connection: Connection, account: str, order_ids: Sequence[str], now: datetime,
                new: Mapping[str, date] | None = None) -> None:
    """Notes how these orders stand, before they change, and that the `new` ones, by day, were not there; reported days only."""
    span = _reported(connection)
    if span is None:
        return
    o, (first, last) = sales_order.c, span
    for start in range(0, len(order_ids), CHUNK):
        standing = _standing().where(o.account == account, o.order_id.in_(order_ids[start:start + CHUNK]), o.day.between(first, last))
        noted = standing.with_only_columns(literal(now, UtcTime()), *standing.selected_columns, maintain_column_froms=True)
        connection.execute(insert(restatement).from_select(["at", "account", "order_id", "day", "state", *SUMS], noted))
    rows = [{"at": now, "account": account, "order_id": order_id, "day": day, "state": NOT_THERE, **dict.fromkeys(SUMS, 0)}
            for order_id, day in (new or {}).items() if first <= day <= last]
    if rows:
        connection.execute(insert(restatement), rows)


def changes_since(connection: Connection, since: datetime) -> list[Change]:
    """Orders of reported days that changed from `since` on: as each stood then, and as it stands now; oldest day first."""
    r, o = restatement.c, sales_order.c
    oldest = select(func.min(r.id)).where(r.at >= since).group_by(r.account, r.order_id)
    noted = connection.execute(select(restatement).where(r.id.in_(oldest)).order_by(r.day, r.account, r.order_id)).all()
    by_account: dict[str, list[str]] = {}
    for row in noted:
        by_account.setdefault(row.account, []).append(row.order_id)
    shown = _standing().add_columns(o.document, o.returns, counted_elsewhere().label("mirrored"))
    now = {(row.account, row.order_id): row for account, ids in by_account.items() for start in range(0, len(ids), CHUNK)
           for row in connection.execute(shown.where(o.account == account, o.order_id.in_(ids[start:start + CHUNK])))}
    return [Change(row.account, row.order_id, after.document, _as_standing(row), _as_standing(after), after.returns is not None,
                   bool(after.mirrored))
            for row in noted if (after := now.get((row.account, row.order_id))) is not None]


def note_attribution(connection: Connection, account: str, sku: str, remote_id: str, now: datetime, after: str | None) -> None:
    """Notes for which product an article counted, before it counts for `after`; only once a report was written."""
    if _reported(connection) is None:
        return
    c = goods_link.c
    before = connection.execute(select(c.product_sku).where(
        c.account == account, c.sku == sku, c.remote_id == remote_id)).scalar()
    connection.execute(insert(reattribution).values(
        at=now, account=account, sku=sku, remote_id=remote_id, before=before, after=after))


def moved_since(connection: Connection, since: datetime) -> list[Moved]:
    """Articles that count for another product than at `since`, with what was sold of them on reported days."""
    span = _reported(connection)
    c = reattribution.c
    rows = connection.execute(select(reattribution).where(c.at >= since).order_by(c.id)).all()
    if span is None or not rows:
        return []
    first_note = {(row.account, row.sku, row.remote_id): row for row in reversed(rows)}
    last_note = {(row.account, row.sku, row.remote_id): row for row in rows}
    return [moved for key, row in sorted(first_note.items()) if row.before != last_note[key].after
            and (moved := _moved(connection, key, row.before, last_note[key].after, span)) is not None]


def _moved(connection: Connection, key: tuple[str, str, str], before: str | None, after: str | None, span: tuple[date, date],
           ) -> Moved | None:
    account, sku, remote_id = key
    o, line = sales_order.c, sales_line.c
    amount = func.sum(line.list_amount - line.seller_discount - line.refund)
    query = select(func.max(line.name), func.min(o.day), func.max(o.day), func.count(o.order_id.distinct()), amount).select_from(
        sales_line.join(sales_order, and_(o.account == line.account, o.order_id == line.order_id))).where(
        line.account == account, line.sku == sku, o.day.between(*span), or_(line.sku != "", line.remote_id == remote_id))
    name, first, last, orders, sold = connection.execute(query).one()
    return Moved(account, sku, remote_id, name, before, after, first, last, orders, int(sold)) if orders else None


def _reported(connection: Connection) -> tuple[date, date] | None:
    """First and last day that any report has shown; asked for every page of a pull, so the common case comes first."""
    if connection.exec_driver_sql("SELECT 1 FROM report_mark LIMIT 1").first() is None:
        return None
    c = report_mark.c
    first, before_first, last = connection.execute(
        select(func.min(c.first_day), func.min(c.before_first_day), func.max(c.last_day))).one()
    return None if last is None else (min(first, before_first), last)


def _standing() -> Select[Any]:
    """Orders as they stand now: keys, day, state (NOT_THERE where another account counts them) and sums over their lines."""
    o, line = sales_order.c, sales_line.c
    state = case((counted_elsewhere(), NOT_THERE), else_=o.state).label("state")
    joined = sales_order.outerjoin(sales_line, and_(line.account == o.account, line.order_id == o.order_id))
    return select(o.account, o.order_id, o.day, state, *(func.coalesce(func.sum(line[name]), 0).label(name) for name in SUMS),
                  ).select_from(joined).group_by(o.account, o.order_id)


def _as_standing(row: Row[Any]) -> Standing:
    return Standing(row.day, row.state, {name: int(getattr(row, name)) for name in SUMS})
