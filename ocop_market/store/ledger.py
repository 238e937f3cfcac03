"""Order lines in the database: kept once, older versions ignored, days touched noted, cursor in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, update

from ocop_market.channels.api import SalesRefusal
from ocop_market.model.sales import OrderState, SalesOrder
from ocop_market.store.as_json import problem_from_json, problem_to_json
from ocop_market.store.engine import CHUNK, insert_rows, rows_listed, upsert
from ocop_market.store.order_lines import counted_elsewhere
from ocop_market.store.order_rows import OrderRows, kept_versions, order_rows, stored_rows
from ocop_market.store.restatements import note_before
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_order, sales_refusal, sync_cursor
from ocop_market.store.touched import touch_days, touch_orders

FEW = 20
"""So many new orders touch the cells in which they count; more of them touch their days, which is noted faster."""


@dataclass
class Saved:
    """What became of the orders handed in: new + changed + unchanged (older versions and repeats are unchanged)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def __iadd__(self, other: Saved) -> Saved:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused += other.refused
        return self


def save_orders(connection: Connection, account: str, orders: Sequence[SalesOrder], *, now: datetime | None = None) -> Saved:
    """Keeps the newest version of each order, replaces the lines of those that changed, and notes the days touched.

    With `now`, what stood before of days that a report has shown is noted as well; see `store.restatements`.
    """
    saved = Saved()
    incoming = _newest(orders)
    known = kept_versions(connection, account, list(incoming))
    fresh: list[OrderRows] = []
    later: list[OrderRows] = []
    for order_id, order in incoming.items():
        before = known.get(order_id)
        if before is not None and order.digest == before.digest:
            continue
        rows = order_rows(account, order)
        if before is None:
            fresh.append(rows)
        elif rows.digest != before.digest and rows.may_supersede(before):
            later.append(rows)
    saved.new = len(fresh)
    changed = _really_changed(connection, account, later)
    saved.changed = len(changed)
    saved.unchanged = len(orders) - saved.new - saved.changed
    if fresh or changed:
        fresh += changed
        _forget_refusals(connection, account, [rows.order.order_id for rows in fresh])
        _write(connection, account, fresh, [rows.order.order_id for rows in changed], now)
    return saved


def _really_changed(connection: Connection, account: str, later: Sequence[OrderRows]) -> list[OrderRows]:
    """Those whose rows differ from what is kept; a digest may differ alone, as one made by an older version of this program."""
    if not later:
        return []
    stored = stored_rows(connection, account, [rows.order.order_id for rows in later])
    changed = [rows for rows in later if not rows.is_as(stored[rows.order.order_id])]
    if len(changed) < len(later):
        same = {rows.order.order_id: rows.digest for rows in later}
        for rows in changed:
            del same[rows.order.order_id]
        connection.execute(update(sales_order).where(
            sales_order.c.account == account, sales_order.c.order_id == bindparam("known")).values(digest=bindparam("as")),
            [{"known": order_id, "as": digest} for order_id, digest in same.items()])
    return changed


def recognised(connection: Connection, account: str, digests: Mapping[str, str]) -> set[str]:
    """Of these digests by order id the orders whose kept version has the same."""
    c = sales_order.c
    kept = rows_listed(connection, (c.order_id, c.digest), account, c.order_id, list(digests))
    return {order_id for order_id, digest in kept if digest == digests[order_id]}


def _newest(orders: Iterable[SalesOrder]) -> dict[str, SalesOrder]:
    newest: dict[str, SalesOrder] = {}
    for order in orders:
        kept = newest.get(order.order_id)
        if kept is None or (order.updated_at, order.settled) >= (kept.updated_at, kept.settled):
            newest[order.order_id] = order
    return newest


def _write(connection: Connection, account: str, fresh: Sequence[OrderRows], changed: Sequence[str], now: datetime | None) -> None:
    own_days = {rows.order.order_id: rows.own_day for rows in fresh}
    sale_days = _days_of_sales(connection, account, [rows.order for rows in fresh if rows.order.returns], own_days)
    days = own_days if not sale_days else {
        rows.order.order_id: sale_days.get(rows.order.returns or "", rows.own_day) for rows in fresh}
    known = set(changed)
    if now is not None:
        note_before(connection, account, changed, now, new={key: day for key, day in days.items() if key not in known})
    touch_orders(connection, account, changed)
    _take_lines_out(connection, account, changed)
    insert_rows(connection, sales_order, [rows.order_row(days[rows.order.order_id]) for rows in fresh], replace=bool(changed))
    insert_rows(connection, sales_line, [line for rows in fresh for line in rows.lines])
    insert_rows(connection, sales_fee, [fee for rows in fresh for fee in rows.fees])
    new = [order_id for order_id in days if order_id not in known]
    if len(new) > FEW:
        touch_days(connection, account, {days[order_id] for order_id in new})
        new = []
    touch_orders(connection, account, [*changed, *new])
    _move_slips(connection, account, {rows.order.order_id: rows.own_day for rows in fresh if rows.order.returns is None}, now)


def _take_lines_out(connection: Connection, account: str, changed: Sequence[str]) -> None:
    for start in range(0, len(changed), CHUNK):
        some = changed[start:start + CHUNK]
        for table in (sales_line, sales_fee):
            connection.execute(delete(table).where(table.c.account == account, table.c.order_id.in_(some)))


def _days_of_sales(connection: Connection, account: str, slips: list[SalesOrder], own_days: Mapping[str, date],
                   ) -> dict[str, date]:
    """Days of the sales that slips refer to: goods brought back restate the day on which they were sold."""
    wanted = {slip.returns for slip in slips if slip.returns}
    days = {order_id: own_days[order_id] for order_id in wanted & own_days.keys()}
    missing = sorted(wanted - days.keys())
    c = sales_order.c
    for start in range(0, len(missing), CHUNK):
        query = select(c.order_id, c.own_day).where(c.account == account, c.order_id.in_(missing[start:start + CHUNK]))
        days.update({row.order_id: row.own_day for row in connection.execute(query)})
    return days


def _move_slips(connection: Connection, account: str, sale_days: Mapping[str, date], now: datetime | None) -> None:
    """Return slips that came before their sale, or whose sale changed its day, move to the day of the sale."""
    moved: list[dict[str, object]] = []
    c = sales_order.c
    returned = sorted({sale for sale, in rows_listed(connection, (c.returns,), account, c.returns, sorted(sale_days))})
    for start in range(0, len(returned), CHUNK):
        query = select(c.order_id, c.returns, c.day).where(c.account == account, c.returns.in_(returned[start:start + CHUNK]))
        moved += [{"slip": slip.order_id, "to": sale_days[slip.returns]} for slip in connection.execute(query)
                  if slip.day != sale_days[slip.returns]]
    if moved:
        slips = [str(slip["slip"]) for slip in moved]
        if now is not None:
            note_before(connection, account, slips, now)
        touch_orders(connection, account, slips)
        connection.execute(update(sales_order).where(c.account == account, c.order_id == bindparam("slip")).values(
            day=bindparam("to")), moved)
        touch_orders(connection, account, slips)


def _forget_refusals(connection: Connection, account: str, order_ids: Sequence[str]) -> None:
    """What was wrong with an older version is settled by a new one, unless that has it again."""
    c = sales_refusal.c
    if connection.exec_driver_sql("SELECT 1 FROM sales_refusal LIMIT 1").first() is None:
        return
    for start in range(0, len(order_ids), CHUNK):
        connection.execute(delete(sales_refusal).where(c.account == account, c.order_id.in_(order_ids[start:start + CHUNK])))


def save_refusals(connection: Connection, account: str, refused: Sequence[SalesRefusal], now: datetime) -> None:
    """Keeps what could not be read, by order and code, for a person to look at."""
    upsert(connection, sales_refusal, [{
        "account": account, "order_id": r.order_id, "code": r.problem.code, "seen_at": now,
        "problem": problem_to_json(r.problem)} for r in refused])


_CURSOR = select(sync_cursor.c.body).where(
    sync_cursor.c.account == bindparam("of_account"), sync_cursor.c.stream == bindparam("of_stream"))
_COMPLETE = select(sync_cursor.c.account, func.max(sync_cursor.c.complete_to)).group_by(sync_cursor.c.account)
_COMPLETE_ONE = _COMPLETE.where(sync_cursor.c.account == bindparam("of_account"))
_ANY_ORDER = select(sales_order.c.account).where(sales_order.c.account == bindparam("of_account")).limit(1)


def load_cursor(connection: Connection, account: str, stream: str) -> dict[str, Any] | None:
    """Where a stream stands, or None before its first page."""
    body: dict[str, Any] | None = connection.execute(_CURSOR, {"of_account": account, "of_stream": stream}).scalar()
    return body or None


def load_cursors(connection: Connection, stream: str) -> dict[str, dict[str, Any]]:
    """Where a stream of each account stands; accounts without a page of it are missing."""
    c = sync_cursor.c
    return {account: body for account, body in connection.execute(select(c.account, c.body).where(c.stream == stream)) if body}


def complete_to(connection: Connection, account: str | None = None) -> dict[str, datetime]:
    """Up to when the sales of each account (or of one) are complete; accounts never pulled to the end are missing."""
    found = connection.execute(_COMPLETE) if account is None else connection.execute(_COMPLETE_ONE, {"of_account": account})
    return {account: at for account, at in found if at is not None}


def has_orders(connection: Connection, account: str) -> bool:
    """Whether the ledger has anything of an account."""
    return connection.execute(_ANY_ORDER, {"of_account": account}).first() is not None


def count_orders(connection: Connection) -> dict[str, int]:
    """How many orders, invoices and slips each account has in the ledger."""
    query = select(sales_order.c.account, func.count()).group_by(sales_order.c.account)
    return dict(connection.execute(query).all())


def load_refusals(connection: Connection, account: str | None = None) -> list[tuple[str, SalesRefusal]]:
    """What is to be looked at, by account, the newest first."""
    c = sales_refusal.c
    query = select(sales_refusal).order_by(c.account, c.seen_at.desc(), c.order_id, c.code)
    return [(row.account, SalesRefusal(row.order_id, problem_from_json(row.problem)))
            for row in connection.execute(query if account is None else query.where(c.account == account))]


def count_refusals(connection: Connection) -> dict[str, int]:
    """How many orders of each account could not be read, or not without doubt."""
    query = select(sales_refusal.c.account, func.count()).group_by(sales_refusal.c.account)
    return dict(connection.execute(query).all())


@dataclass(frozen=True)
class UnknownState:
    """Orders of an account in a state that only the platform has a word for; `amount` is list price less own discounts, đồng."""

    account: str
    word: str
    orders: int
    amount: int


def unknown_states(connection: Connection, first: date, last: date) -> list[UnknownState]:
    """Orders of these days in unknown states, the worth most first; read through an index of such orders alone."""
    o, line = sales_order.c, sales_line.c
    amount = func.coalesce(func.sum(line.list_amount - line.seller_discount), 0).label("amount")
    query = select(o.account, o.remote_state, func.count(o.order_id.distinct()), amount).select_from(
        sales_order.outerjoin(sales_line, (o.account == line.account) & (o.order_id == line.order_id))).where(
        # written out, for SQLite takes the index only when it can see the word
        literal_column("sales_order.state") == literal_column(f"'{OrderState.UNKNOWN.value}'"),
        # in a function, for once it has counted its rows it takes the index of days of all orders instead
        func.coalesce(o.day, first).between(first, last),
        ~counted_elsewhere()).group_by(o.account, o.remote_state).order_by(amount.desc(), o.account, o.remote_state)
    return [UnknownState(account, word, orders, int(worth)) for account, word, orders, worth in connection.execute(query)]


def save_cursor(connection: Connection, account: str, stream: str, body: Mapping[str, Any], now: datetime,
                complete_to: datetime | None) -> None:
    """Keeps where a stream stands; `complete_to` is set when a pull has come to its end."""
    row: dict[str, Any] = {"account": account, "stream": stream, "body": dict(body), "updated_at": now}
    if complete_to is not None:
        row["complete_to"] = complete_to
    upsert(connection, sync_cursor, [row])
