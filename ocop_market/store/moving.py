"""A market taken from one database to another: everything or nothing, and compared row by row before it counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Row,
    Table,
    Text,
    TypeDecorator,
    cast,
    func,
    inspect,
    select,
    text,
    type_coerce,
)

from ocop_market.language import N_
from ocop_market.model.clock import Clock
from ocop_market.store.engine import HEAD, Store, insert_rows
from ocop_market.store.leases import BUSY, LIFE, LeaseError
from ocop_market.store.migrate import upgrade_on
from ocop_market.store.tables import metadata
from ocop_market.store.tables.columns import AMOUNTS
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day
from ocop_market.store.tables.work import lease
from ocop_market.store.trouble import StoreError

BATCH = 2000
TABLES = tuple(table for table in metadata.sorted_tables if table is not lease)
"""What moves: all but the turns of runs, of which there are none while a market moves."""
THERE_ALREADY = N_("The market is in {path} already. Nothing was changed.")
TAKEN = N_("There is a market in {path} already, and it is another one. Name an empty database; nothing was changed.")
FOREIGN = N_("The database {path} has a table '{table}' of another program. Name an empty database; nothing was changed.")
DIFFERS = N_("The copy of {table} in {path} came out differently. Nothing was changed: the market goes on where it is. Run the "
             "command again; if it happens again, tell the developers.")

Watch = Callable[[int, int], None]
"""Told of rows done and of how many there are to do; each row is written once and read again once."""
Sums = Mapping[tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True)
class Moved:
    """What was moved and found equal: rows by table, days on which an account sold, the sum of all lines in đồng."""

    rows: Mapping[str, int]
    days: int
    amount: int
    found_there: bool = False
    """A run before this one had copied everything, and was stopped before the settings were changed."""


@dataclass(frozen=True)
class _Contents:
    """One state of a market: the number of rows and a digest for each table, the sums for each account and day."""

    rows: dict[str, int]
    digests: dict[str, str]
    sums: dict[str, Sums]

    def first_difference(self, other: _Contents) -> str | None:
        """A table that is not the same in both."""
        return next((table.name for table in TABLES if any(mine.get(table.name) != others.get(table.name) for mine, others in (
            (self.rows, other.rows), (self.digests, other.digests), (self.sums, other.sums)))), None)


def move(source: Store, target: Store, clock: Clock, settle: Callable[[], None], watch: Watch | None = None) -> Moved:
    """Copies a market into an empty database, compares the two, and calls `settle`; nobody can write meanwhile.

    The copy is one transaction: stopped at any time before its end, the target is as it was. A target that holds this very
    market already, from a run that was stopped later, is settled. LeaseError while a run is at work; StoreError for a target
    that holds anything else, or where the comparison fails.
    """
    if source.address == target.address:
        raise StoreError(THERE_ALREADY, code="target-same", path=target.shown)
    with source.writing() as old:
        _refuse_while_at_work(old, clock())
        with target.writing(durable=True) as new:
            target.refuse_unfit(new)
            _make_tables(new, target)
            _days_as_written(old)
            _days_as_written(new)
            moved = _moved(old, new, target, watch or (lambda _done, _total: None))
        settle()
    return moved


def _moved(old: Connection, new: Connection, target: Store, watch: Watch) -> Moved:
    total = sum(_count(old, table) for table in TABLES)
    found_there = any(_count(new, table) for table in TABLES)
    progress = _Progress(watch, 2 * total)
    before = _contents(old, progress, None if found_there else new)
    if not found_there and not target.is_sqlite:
        _go_on_counting(new)
        new.execute(text("ANALYZE"))
    after = _contents(new, progress)
    differing = before.first_difference(after)
    if differing is not None:
        raise StoreError(TAKEN if found_there else DIFFERS, code="target-taken" if found_there else "copy-differs",
                         path=target.shown, table=differing)
    sums = before.sums[sales_line.name].values()
    return Moved(before.rows, len(sums), sum(one[AMOUNTS.index("list_amount")] for one in sums), found_there)


def _refuse_while_at_work(connection: Connection, now: datetime) -> None:
    for row in connection.execute(select(lease.c.name, lease.c.expires_at).where(lease.c.holder != "")):
        left: timedelta = row.expires_at - now
        if timedelta() < left <= 2 * LIFE:
            raise LeaseError(BUSY, code="busy", name=row.name, after=left.total_seconds())


def _make_tables(connection: Connection, target: Store) -> None:
    """The tables of this version of the program, where there are none or those of an older one."""
    there = set(inspect(connection).get_table_names())
    found = None
    if "alembic_version" in there:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    elif foreign := sorted(there & metadata.tables.keys()):
        raise StoreError(FOREIGN, code="target-foreign", path=target.shown, table=foreign[0])
    if found != HEAD and not upgrade_on(connection, found, HEAD):
        raise StoreError(TAKEN, code="target-taken", path=target.shown)


def _days_as_written(connection: Connection) -> None:
    """A server may be set to write days in another way; on SQLite they are texts."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL datestyle = 'ISO'"))


def _contents(connection: Connection, progress: _Progress, copy_to: Connection | None = None) -> _Contents:
    """Reads everything once, writing it to another connection on the way."""
    contents = _Contents({}, {}, {})
    for table in TABLES:
        digest, count = hashlib.blake2b(digest_size=16), 0
        for rows in _batches(connection, table):
            for row in rows:
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
            if copy_to is not None:
                insert_rows(copy_to, table, rows)
            count += len(rows)
            progress.forward(len(rows))
        contents.rows[table.name], contents.digests[table.name] = count, digest.hexdigest()
    contents.sums[sales_line.name] = _sums(
        connection, sales_order.c.account, sales_order.c.day, sales_line,
        sales_line.join(sales_order, (sales_order.c.account == sales_line.c.account) & (sales_order.c.order_id == sales_line.c.order_id)))
    contents.sums[sales_day.name] = _sums(connection, sales_day.c.account, sales_day.c.day, sales_day, sales_day)
    return contents


def _sums(connection: Connection, account: Any, day: Any, amounts: Table, source: Any) -> Sums:
    query = select(account, day, *(func.sum(amounts.c[name]) for name in AMOUNTS)).select_from(source).group_by(account, day)
    return {tuple(row[:2]): tuple(row[2:]) for row in connection.execute(query)}


def _batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    """All rows as plain values, the same ones from each kind of database, in the order of the primary key."""
    query = select(*map(_plain, table.c)).order_by(*table.primary_key)
    for rows in connection.execution_options(yield_per=BATCH).execute(query).partitions():
        yield [_without_nul(row) for row in rows]


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as text or whole number; JSON as it was written."""
    kind = column.type
    if isinstance(kind, JSON | Date):
        return cast(column, Text)
    if isinstance(kind, Boolean):
        return cast(column, Integer)
    return type_coerce(column, BigInteger) if isinstance(kind, TypeDecorator) else column


def _without_nul(row: Row[Any]) -> tuple[Any, ...]:
    """PostgreSQL cannot keep the character NUL, and nobody can read it."""
    return tuple(value.replace("\0", "") if isinstance(value, str) else value for value in row)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _go_on_counting(connection: Connection) -> None:
    """Numbers that PostgreSQL gives go on after the ones that were copied."""
    for table in TABLES:
        if (column := table.autoincrement_column) is not None:
            highest = connection.execute(select(func.max(column))).scalar()
            if highest is not None:
                connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, column.name), highest)))


class _Progress:
    def __init__(self, watch: Watch, total: int) -> None:
        self._watch, self._total, self._done = watch, total, 0

    def forward(self, rows: int) -> None:
        self._done += rows
        self._watch(self._done, self._total)
