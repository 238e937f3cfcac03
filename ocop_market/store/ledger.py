"""Order lines in the database: kept once, older versions ignored, days touched noted, cursor in the same transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, literal_column, select, update

from ocop_market.channels.api import SalesRefusal
from ocop_market.model.clock import business_day
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.model.text import cut
from ocop_market.store.as_json import problem_from_json, problem_to_json
from ocop_market.store.engine import CHUNK, insert_missing, insert_rows, rows_listed, upsert
from ocop_market.store.order_lines import COUNTED_CODE, counted_elsewhere, lines_of_orders
from ocop_market.store.restatements import note_before
from ocop_market.store.tables import (
    AMOUNTS,
    microseconds,
    sales_day,
    sales_fee,
    sales_fee_day,
    sales_line,
    sales_order,
    sales_refusal,
    sync_cursor,
    thousandths,
    touched_day,
)

DAY = timedelta(days=1)
FEE_WORD = 64


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
    c = sales_order.c
    columns = (c.order_id, c.remote_updated_at, c.settled, c.digest)
    known = {row[0]: _Known(*row[1:]) for row in rows_listed(connection, columns, account, c.order_id, list(incoming))}
    fresh: list[_Rows] = []
    for order_id, order in incoming.items():
        rows = _rows(account, order)
        before = known.get(order_id)
        if before is None:
            saved.new += 1
        elif rows.supersedes(before):
            saved.changed += 1
        else:
            saved.unchanged += 1
            continue
        fresh.append(rows)
    saved.unchanged += len(orders) - len(incoming)
    if fresh:
        _forget_refusals(connection, account, [rows.order.order_id for rows in fresh])
        _write(connection, account, fresh, [rows.order.order_id for rows in fresh if rows.order.order_id in known], now)
    return saved


def _newest(orders: Iterable[SalesOrder]) -> dict[str, SalesOrder]:
    newest: dict[str, SalesOrder] = {}
    for order in orders:
        kept = newest.get(order.order_id)
        if kept is None or (order.updated_at, order.settled) >= (kept.updated_at, kept.settled):
            newest[order.order_id] = order
    return newest


class _Known(NamedTuple):
    """What tells a new version of an order from the one that is kept; the time in microseconds."""

    updated_at: int
    settled: bool
    digest: str


class _Rows(NamedTuple):
    """An order as rows of plain values: the columns before its days, those behind them, those behind its digest, and its lines."""

    order: SalesOrder
    own_day: date
    head: tuple[Any, ...]
    state: tuple[Any, ...]
    behind: tuple[Any, ...]
    lines: list[tuple[Any, ...]]
    fees: list[tuple[Any, ...]]
    digest: str

    def supersedes(self, kept: _Known) -> bool:
        """A later version always does; of two with the same time, one that is final, or the one that came last."""
        if self.digest == kept.digest:
            return False
        updated_at = microseconds(self.order.updated_at)
        if updated_at != kept.updated_at:
            return updated_at > kept.updated_at
        return self.order.settled or not kept.settled


def _rows(account: str, order: SalesOrder) -> _Rows:
    order_id, placed_at = order.order_id, microseconds(order.placed_at)
    updated_at = placed_at if order.updated_at is order.placed_at else microseconds(order.updated_at)
    head = (account, order_id, order.document, placed_at, updated_at)
    state = (order.state.value, order.remote_state, order.location, order.source, order.province, order.returns, order.settled)
    behind = (order.source_code, order.platform_total)
    apart = _told_apart(order.lines)
    lines = [(
        account, order_id, line.line, line.sku, line.name, line.remote_id, thousandths(line.quantity), line.list_amount,
        line.seller_discount, line.platform_discount, line.fees if line.charged else 0, line.tax_withheld, line.refund,
        thousandths(line.returned_quantity), line.seller_shipping) for line in apart]
    fees = [row for line in apart if line.charged for row in _fee_rows(account, order_id, line)]
    digest = hashlib.blake2b(repr((head, state, behind, lines, fees)).encode(), digest_size=8).hexdigest()
    return _Rows(order, business_day(order.placed_at), head, state, behind, lines, fees, digest)


def _fee_rows(account: str, order_id: str, line: SalesLine) -> list[tuple[Any, ...]]:
    """The fees of a line by kind and word; what a platform charges twice under one name is one sum."""
    sums: dict[tuple[str, str], int] = {}
    for fee in line.charged:
        key = fee.kind.value, cut(fee.word, FEE_WORD)
        sums[key] = sums.get(key, 0) + fee.amount
    return [(account, order_id, line.line, kind, word, amount) for (kind, word), amount in sums.items() if amount]


def _told_apart(lines: Sequence[SalesLine]) -> Sequence[SalesLine]:
    """Lines of which no two have the same id: what a platform calls alike a second time is kept under its occurrence."""
    if len(lines) < 2 or len({line.line for line in lines}) == len(lines):
        return lines
    taken: set[str] = set()
    apart = []
    for line in lines:
        name, times = line.line, 1
        while name in taken:
            times += 1
            name = f"{line.line}#{times}"
        taken.add(name)
        apart.append(replace(line, line=name))
    return apart


def _write(connection: Connection, account: str, fresh: Sequence[_Rows], changed: Sequence[str], now: datetime | None) -> None:
    own_days = {rows.order.order_id: rows.own_day for rows in fresh}
    sale_days = _days_of_sales(connection, account, [rows.order for rows in fresh if rows.order.returns], own_days)
    days = {rows.order.order_id: sale_days.get(rows.order.returns or "", rows.own_day) for rows in fresh}
    if now is not None:
        known = set(changed)
        note_before(connection, account, changed, now, new={key: day for key, day in days.items() if key not in known})
    touched = _leave_days(connection, account, changed) | set(days.values())
    insert_rows(connection, sales_order, [
        (*rows.head, rows.own_day.isoformat(), days[rows.order.order_id].isoformat(), *rows.state, rows.digest, *rows.behind)
        for rows in fresh], replace=bool(changed))
    insert_rows(connection, sales_line, [line for rows in fresh for line in rows.lines])
    insert_rows(connection, sales_fee, [fee for rows in fresh for fee in rows.fees])
    touched |= _move_slips(connection, account, {
        rows.order.order_id: rows.own_day for rows in fresh if rows.order.returns is None}, now)
    insert_missing(connection, touched_day, [{"account": account, "day": day} for day in sorted(touched)])


def _leave_days(connection: Connection, account: str, changed: Sequence[str]) -> set[date]:
    """Takes the lines of changed orders out; the days on which they stood."""
    days: set[date] = set()
    for start in range(0, len(changed), CHUNK):
        some = changed[start:start + CHUNK]
        days.update(connection.execute(select(sales_order.c.day).where(
            sales_order.c.account == account, sales_order.c.order_id.in_(some))).scalars())
        for table in (sales_line, sales_fee):
            connection.execute(delete(table).where(table.c.account == account, table.c.order_id.in_(some)))
    return days


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


def _move_slips(connection: Connection, account: str, sale_days: Mapping[str, date], now: datetime | None) -> set[date]:
    """Return slips that came before their sale, or whose sale changed its day, move to the day of the sale."""
    touched: set[date] = set()
    moved: list[dict[str, object]] = []
    c = sales_order.c
    returned = sorted({sale for sale, in rows_listed(connection, (c.returns,), account, c.returns, sorted(sale_days))})
    for start in range(0, len(returned), CHUNK):
        query = select(c.order_id, c.returns, c.day).where(c.account == account, c.returns.in_(returned[start:start + CHUNK]))
        for slip in connection.execute(query):
            if slip.day != sale_days[slip.returns]:
                touched |= {slip.day, sale_days[slip.returns]}
                moved.append({"slip": slip.order_id, "to": sale_days[slip.returns]})
    if moved:
        if now is not None:
            note_before(connection, account, [str(slip["slip"]) for slip in moved], now)
        connection.execute(update(sales_order).where(c.account == account, c.order_id == bindparam("slip")).values(
            day=bindparam("to")), moved)
    return touched


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


def load_cursor(connection: Connection, account: str, stream: str) -> dict[str, Any] | None:
    """Where a stream stands, or None before its first page."""
    c = sync_cursor.c
    body: dict[str, Any] | None = connection.execute(select(c.body).where(c.account == account, c.stream == stream)).scalar()
    return body or None


def load_cursors(connection: Connection, stream: str) -> dict[str, dict[str, Any]]:
    """Where a stream of each account stands; accounts without a page of it are missing."""
    c = sync_cursor.c
    return {account: body for account, body in connection.execute(select(c.account, c.body).where(c.stream == stream)) if body}


def complete_to(connection: Connection, account: str | None = None) -> dict[str, datetime]:
    """Up to when the sales of each account (or of one) are complete; accounts never pulled to the end are missing."""
    query = select(sync_cursor.c.account, func.max(sync_cursor.c.complete_to)).group_by(sync_cursor.c.account)
    if account is not None:
        query = query.where(sync_cursor.c.account == account)
    return {account: at for account, at in connection.execute(query) if at is not None}


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
        literal_column("sales_order.state") == literal_column(f"'{OrderState.UNKNOWN.value}'"), o.day.between(first, last),
        ~counted_elsewhere()).group_by(o.account, o.remote_state).order_by(amount.desc(), o.account, o.remote_state)
    return [UnknownState(account, word, orders, int(worth)) for account, word, orders, worth in connection.execute(query)]


def save_cursor(connection: Connection, account: str, stream: str, body: Mapping[str, Any], now: datetime,
                complete_to: datetime | None) -> None:
    """Keeps where a stream stands; `complete_to` is set when a pull has come to its end."""
    row: dict[str, Any] = {"account": account, "stream": stream, "body": dict(body), "updated_at": now}
    if complete_to is not None:
        row["complete_to"] = complete_to
    upsert(connection, sync_cursor, [row])


def accounts_with_touched_days(connection: Connection) -> set[str]:
    """The accounts of which some day's totals are to be made again."""
    return set(connection.execute(select(touched_day.c.account).distinct()).scalars())


def touched_days(connection: Connection, account: str) -> list[date]:
    """Days whose totals are to be made again, oldest first."""
    query = select(touched_day.c.day).where(touched_day.c.account == account).order_by(touched_day.c.day)
    return list(connection.execute(query).scalars())


def rebuild_days(connection: Connection, account: str, days: Iterable[date]) -> None:
    """Makes the totals of these days anew from the lines and takes the days off the list; never adds up differences."""
    o, line = sales_order.c, sales_line.c
    keys = (o.account, o.day, COUNTED_CODE, o.location, o.state)
    fee = sales_fee.c
    fee_keys = (o.account, o.day, o.state, fee.kind, fee.word)
    fees = sales_order.join(sales_fee, (o.account == fee.account) & (o.order_id == fee.order_id))
    charges = connection.execute(select(fee.account).where(fee.account == account).limit(1)).first() is not None
    for first, last in runs(days):
        connection.execute(delete(sales_day).where(sales_day.c.account == account, sales_day.c.day.between(first, last)))
        totals = select(*keys, *(func.sum(line[name]) for name in AMOUNTS)).select_from(lines_of_orders()).where(
            o.account == account, o.day.between(first, last), ~counted_elsewhere()).group_by(*keys)
        connection.execute(insert(sales_day).from_select(["account", "day", "sku", "location", "state", *AMOUNTS], totals))
        connection.execute(delete(sales_fee_day).where(sales_fee_day.c.account == account, sales_fee_day.c.day.between(first, last)))
        if charges:
            kinds = select(*fee_keys, func.sum(fee.amount)).select_from(fees).where(
                o.account == account, o.day.between(first, last), ~counted_elsewhere()).group_by(*fee_keys)
            connection.execute(insert(sales_fee_day).from_select(["account", "day", "state", "kind", "word", "amount"], kinds))
        connection.execute(delete(touched_day).where(touched_day.c.account == account, touched_day.c.day.between(first, last)))


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of each unbroken run of days; asked for a long list of days, SQLite reads all lines of the account."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs
