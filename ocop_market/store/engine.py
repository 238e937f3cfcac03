"""The database of a market: SQLite in WAL mode, or PostgreSQL by its address.

Two kinds of connection: `writing` takes the write lock at once (a transaction that reads before it writes would
otherwise fail with "database is locked" however long it may wait), `reading` sees one consistent state and blocks
nobody. No network call may happen inside either.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    Dialect,
    Engine,
    Insert,
    PoolProxiedConnection,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.clock import utc_now
from ocop_market.store.trouble import LOCKED as LOCKED
from ocop_market.store.trouble import StoreBusy as StoreBusy
from ocop_market.store.trouble import StoreError as StoreError
from ocop_market.store.trouble import told_by_postgresql, told_by_sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

CHUNK = 500
"""Values in one list of a statement."""
CACHE_KB = 8192
"""Memory for pages of SQLite by connection; with its own 2 MB, looking orders up by the hundred reads most pages anew."""
ROWS_A_STATEMENT = 200
"""Rows that SQLite takes at once: each statement costs a third of a row, and lets other threads of Python in only behind it."""
BEGIN = "begin"
"""Under this name a connection is told how its next transaction begins."""
SYNCHRONOUS = {True: "FULL", False: "NORMAL"}
"""How SQLite writes what has to be `durable`, and everything else."""
HEAD = "0015"
"""The migration that this version of the program works with."""

UPGRADED = N_("The market {path} was upgraded by a newer version of this program while this one was running. Nothing was half written. "
              "Start this program again; if it refuses then, it is older than the market and has to be updated.")
TOO_OLD = N_("The database {path} is PostgreSQL {found}; {needed} or newer is needed. Use a newer server.")
NOT_UTF8 = N_("The database {path} keeps its texts as {found}, which cannot hold Vietnamese letters. Make one with: CREATE DATABASE name "
              "TEMPLATE template0 ENCODING 'UTF8'")
NO_DRIVER = N_("PostgreSQL needs one more package. Install it with: pip install 'ocop-market[postgres]'")
NO_ADDRESS = N_("The setting database is neither a file nor a postgresql:// address. Put it right in market.toml.")


Guard = Callable[[Connection], None]
"""Asked at the beginning of a writing transaction, inside it; raises when nothing may be written any more."""
_GUARDS: ContextVar[tuple[tuple[Store, Guard], ...]] = ContextVar("guards", default=())


class Store:
    """One market's database. `address` is a path for SQLite or a `postgresql://` address."""

    def __init__(self, address: str | Path, *, wait_seconds: float = 30.0) -> None:
        self.address = str(address)
        self.is_sqlite = "://" not in self.address
        self._fits = False
        """Whether the tables were found to be those of this version, so that they are to stay so."""
        self.engine = self._make_engine(wait_seconds)
        self._reader = self.engine if self.is_sqlite else self.engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def shown(self) -> str:
        """The address for people: without a password, and without its options, one of which may be a password."""
        return self.address if self.is_sqlite else make_url(self.address).set(query={}).render_as_string(hide_password=True)

    def _make_engine(self, wait_seconds: float) -> Engine:
        if not self.is_sqlite:
            if not self.address.startswith("postgresql://"):
                raise SettingsError(NO_ADDRESS, code="database-address")
            try:
                from ocop_market.store import postgresql as on_postgres

                return on_postgres.make_engine(self.address, wait_seconds)
            except ModuleNotFoundError:
                raise SettingsError(NO_DRIVER, code="needs-extra-postgres") from None
            except (ArgumentError, ValueError):
                raise SettingsError(NO_ADDRESS, code="database-address") from None
        engine = create_engine(f"sqlite:///{self.address}", connect_args={"timeout": wait_seconds, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        engine.dialect.do_begin = _begin_sqlite  # type: ignore[method-assign, assignment]  # an event would cost a tenth of every statement
        return engine

    @contextmanager
    def writing(self, *, durable: bool = False, guarded: bool = True) -> Iterator[Connection]:
        """A transaction that may write: all of it is kept, or nothing. It begins with the guards of `guarded_by`, if there are any.

        `durable` waits until it is on the disk itself, so that a power cut does not undo it; the others are then lost
        at most from the end, never in between.
        """
        with self._sentences(), begun_to_write(self.engine, durable=durable) as connection:
            if self._fits and _version(connection) != HEAD:
                raise self._upgraded()
            for store, guard in _GUARDS.get() if guarded else ():
                if store is self:
                    guard(connection)
            yield connection

    @contextmanager
    def guarded_by(self, guard: Guard) -> Iterator[None]:
        """Inside the `with` block every writing transaction of this thread asks `guard` first, under the lock that it writes with."""
        token = _GUARDS.set((*_GUARDS.get(), (self, guard)))
        try:
            yield
        finally:
            _GUARDS.reset(token)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._sentences(), self._reader.begin() as connection:
            yield connection

    def migrate(self, now: datetime | None = None, *, alone: bool = False) -> None:
        """Brings the tables to this version of the program; does nothing when they are.

        A file of an older version is copied first, and left as it is while that version works on it; not so with `alone`: a copy
        that nobody else uses.
        From now on nothing is written once a newer version has upgraded the market: StoreBusy (`market-upgraded`) instead.
        """
        with self._sentences(), self.engine.connect() as connection:
            self.refuse_unfit(connection)
            found = _version(connection) if inspect(connection).has_table("alembic_version") else None
        with self._sentences():
            if found is None:
                from ocop_market.store.migrate import upgrade

                upgrade(self.engine, None, HEAD)
            elif found != HEAD:
                from ocop_market.store.upgrading import upgrade_in_place

                upgrade_in_place(self, HEAD, now or utc_now(), alone=alone)
        self._fits = True

    def refuse_other_version(self) -> None:
        """Raises StoreBusy (`market-upgraded`) when a newer version of the program has upgraded the market since it was opened."""
        with self.reading() as connection:
            if _version(connection) != HEAD:
                raise self._upgraded()

    def _upgraded(self) -> StoreBusy:
        return StoreBusy(UPGRADED, code="market-upgraded", path=self.shown)

    def refuse_unfit(self, connection: Connection) -> None:
        """Raises StoreError for a server that is too old, or whose texts cannot hold Vietnamese letters."""
        if self.is_sqlite:
            return
        from ocop_market.store.postgresql import OLDEST

        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
        if version < OLDEST:
            raise StoreError(TOO_OLD, code="database-too-old", path=self.shown, found=version, needed=OLDEST)
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise StoreError(NOT_UTF8, code="database-not-utf8", path=self.shown, found=encoding)

    def close(self) -> None:
        """Lets go of all connections."""
        self.engine.dispose()

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            tell = told_by_sqlite if self.is_sqlite else told_by_postgresql
            if (told := tell(error, self.shown)) is not None:
                raise told from None
            if self._fits and self._has_other_version():
                raise self._upgraded() from None
            raise

    def _has_other_version(self) -> bool:
        """Asked when a statement failed that does well with the tables of this version."""
        try:
            with self.engine.connect() as connection:
                return _version(connection) != HEAD
        except SQLAlchemyError:
            return False


@contextmanager
def begun_to_write(engine: Engine, *, durable: bool = False) -> Iterator[Connection]:
    """A transaction of its own that holds the write lock from its beginning."""
    with engine.connect() as connection:
        connection.execution_options(writes=True, durable=durable)
        connection.connection.info[BEGIN] = (f"PRAGMA synchronous={SYNCHRONOUS[durable]}", "BEGIN IMMEDIATE")
        with connection.begin():
            yield connection


def _version(connection: Connection) -> str | None:
    """Asked in every writing transaction, so past SQLAlchemy, which would cost several times the question."""
    found = connection.connection.cursor()
    try:
        found.execute("SELECT version_num FROM alembic_version")
        row = found.fetchone()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(None, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect) from None
    finally:
        found.close()
    return str(row[0]) if row else None


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows, or replaces all other columns where the primary key is there already."""
    if rows:
        connection.execute(_upsert_statement(connection.dialect.name, table, tuple(rows[0])), [dict(row) for row in rows])


def tell_sizes(connection: Connection, tables: Sequence[Table]) -> None:
    """Lets PostgreSQL count tables that have just been filled: until it does by itself, a minute later, it plans as for empty ones."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts the rows whose primary key is not there yet."""
    if rows:
        connection.execute(_insert_of(connection.dialect.name)(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, replace: bool = False) -> None:
    """Inserts many rows: tuples of plain values (text, whole numbers, truth values) for all columns of the table in turn.

    With `replace`, as `upsert`. No column type converts anything here: SQLAlchemy's handling of single values would cost
    several times the work of the database.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        together = len(rows) - len(rows) % ROWS_A_STATEMENT
        if together:
            many = _insert_text(connection.dialect, table, replace, ROWS_A_STATEMENT)
            connection.exec_driver_sql(many, [
                tuple(chain.from_iterable(rows[i:i + ROWS_A_STATEMENT])) for i in range(0, together, ROWS_A_STATEMENT)])
        if together < len(rows):
            connection.exec_driver_sql(_insert_text(connection.dialect, table, replace, 1), list(rows[together:]))
    else:
        from ocop_market.store.postgresql import copy_rows

        copy_rows(connection, table, rows, replace=replace)


def rows_listed(connection: Connection, columns: Sequence[Column[Any]], account: str, key: Column[Any], values: Sequence[str],
                ) -> Iterator[tuple[Any, ...]]:
    """The rows of an account whose `key` is one of `values`, as plain values; SQLAlchemy's lists cost more than the search."""
    if connection.dialect.name == "postgresql":
        from ocop_market.store.postgresql import rows_found

        yield from rows_found(connection, columns, account, key, values)
        return
    names = ", ".join(column.name for column in columns)
    for start in range(0, len(values), CHUNK):
        some = values[start:start + CHUNK]
        query = f"SELECT {names} FROM {key.table} WHERE account = ? AND {key.name} IN ({', '.join('?' * len(some))})"  # noqa: S608  (names of our own tables)
        yield from map(tuple, connection.exec_driver_sql(query, (account, *some)))


@lru_cache(maxsize=16)
def _insert_text(dialect: Dialect, table: Table, replace: bool, rows: int) -> str:
    columns = tuple(table.c.keys())
    statement = _upsert_statement(dialect.name, table, columns) if replace else insert(table)
    text, row = str(statement.compile(dialect=dialect, column_keys=list(columns))), f"({', '.join('?' * len(columns))})"
    return text.replace(row, ", ".join([row] * rows), 1)


@lru_cache(maxsize=64)
def _upsert_statement(dialect: str, table: Table, columns: tuple[str, ...]) -> Insert:
    keys = [column.name for column in table.primary_key]
    others = [name for name in columns if name not in keys]
    made = _insert_of(dialect)(table)
    return made.on_conflict_do_update(index_elements=keys, set_={name: made.excluded[name] for name in others})


def _insert_of(dialect: str) -> type[sqlite.Insert] | type[postgresql.Insert]:
    if dialect == "sqlite":
        return sqlite.Insert
    from sqlalchemy.dialects import postgresql

    return postgresql.Insert


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    _use_wal(connection)
    connection.execute(f"PRAGMA synchronous={SYNCHRONOUS[False]}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KB}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Two that turn WAL on at once in a new file are told "locked" without waiting, so the waiting is done here."""
    for attempt in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if attempt == 99 or not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: PoolProxiedConnection) -> None:
    cursor = connection.cursor()
    try:
        for statement in connection.info.pop(BEGIN, ("BEGIN",)):
            cursor.execute(statement)
    finally:
        cursor.close()
