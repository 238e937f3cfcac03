"""PostgreSQL made to keep the promises that SQLite gives: one writer at a time, texts of any length, one order of sorting.

Imported when a market lies on PostgreSQL; psycopg is an extra.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from sqlalchemy import Column, Connection, Dialect, Engine, Table, create_engine, event
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.types import String

OLDEST = 15
"""The oldest version that is tried."""
WRITER = int.from_bytes(b"ocop", "big")
"""The number of the lock that a writer holds: two writers, each of which reads before it writes, would undo one another's work."""


def make_engine(address: str, wait_seconds: float) -> Engine:
    """An engine for a `postgresql://` address; ArgumentError or ValueError when it is none."""
    engine = create_engine(
        address.replace("postgresql://", "postgresql+psycopg://", 1), pool_pre_ping=True, use_native_hstore=False,
        connect_args={"connect_timeout": 10, "application_name": "ocop-market", "client_encoding": "utf8"})
    engine.dialect.type_compiler_instance = TextsAsOnSqlite(engine.dialect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _Begin(wait_seconds))
    return engine


class TextsAsOnSqlite(PGTypeCompiler):
    """Text columns take texts of any length and sort by code point, whatever the database's own language is."""

    def visit_VARCHAR(self, type_: String, **kw: Any) -> str:  # noqa: N802  (SQLAlchemy's name)
        """A text that on SQLite has a length, which nothing there enforces."""
        return self._text("VARCHAR", **kw)

    def visit_TEXT(self, type_: String, **kw: Any) -> str:  # noqa: N802  (SQLAlchemy's name)
        """A text."""
        return self._text("TEXT", **kw)

    def _text(self, name: str, *, type_expression: TypeEngine[Any] | Column[Any] | None = None, **_: Any) -> str:
        return f'{name} COLLATE "C"' if isinstance(type_expression, Column) else name


class WithoutNul(Dumper):
    """Texts without the character NUL, which PostgreSQL cannot keep and nobody can read."""

    def dump(self, obj: str) -> bytes:
        """The text in UTF-8, the encoding of our connections."""
        text = obj.encode()
        return text.replace(b"\0", b"") if b"\0" in text else text


class WholeNumber(Loader):
    """Sums of whole numbers, which PostgreSQL gives as decimal numbers; their quotients are cut as SQLite cuts them."""

    def load(self, data: Buffer) -> int:
        """The number."""
        return int(bytes(data).partition(b".")[0])


def copy_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, replace: bool = False) -> None:
    """Writes many rows of plain values for all columns of the table; with `replace`, over those with the same primary key."""
    given = connection.connection.driver_connection
    assert isinstance(given, psycopg.Connection)  # noqa: S101  (the one driver that `make_engine` names)
    copy, forget = _copy_texts(connection.dialect, table)
    try:
        with given.cursor() as cursor:
            if replace:
                places = [list(table.c.keys()).index(column.name) for column in table.primary_key]
                cursor.execute(forget, [[row[place] for row in rows] for place in places])
            if (text := _as_copied(rows)) is not None:
                with cursor.copy(copy + b" (NULL 'None')") as stream:
                    stream.write(text)
            else:
                with cursor.copy(copy) as stream:
                    for row in rows:
                        stream.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=connection.dialect) from None


@lru_cache(maxsize=64)
def _copy_texts(dialect: Dialect, table: Table) -> tuple[bytes, bytes]:
    names, keys = (", ".join(f'"{column.name}"' for column in columns) for columns in (table.c, table.primary_key))
    arrays = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in table.primary_key)
    copy = f'COPY "{table.name}" ({names}) FROM STDIN'
    forget = f'DELETE FROM "{table.name}" WHERE ({keys}) IN (SELECT * FROM unnest({arrays}))'  # noqa: S608  (names of our own tables)
    return copy.encode(), forget.encode()


def _as_copied(rows: Sequence[tuple[Any, ...]]) -> str | None:
    """The rows as COPY takes them, written by Python's own formatting, a fifth of the work; None where a text has to be escaped."""
    line = "\t".join(["%s"] * len(rows[0])) + "\n"
    text = "".join([line % row for row in rows]).replace("\0", "")
    whole = text.count("\t") == len(rows) * (len(rows[0]) - 1) and text.count("\n") == len(rows)
    nothing = text.count("None") == sum(row.count(None) for row in rows)
    return text if whole and nothing and "\\" not in text and "\r" not in text else None


def rows_found(connection: Connection, columns: Sequence[Column[Any]], account: str, key: Column[Any], values: Sequence[str],
               ) -> Iterator[tuple[Any, ...]]:
    """The rows of an account whose `key` is one of `values`, each looked up by itself.

    As a list of values, PostgreSQL reads the whole account for them as long as it has not counted its rows anew, which it
    does a minute behind a first load at best.
    """
    names = ", ".join(f'"{column.name}"' for column in columns)
    asked: str | list[str] = "\x1f".join(values)  # one text is handed over at a tenth of what a list of them costs
    keys = "string_to_array(%s, chr(31))" if asked.count("\x1f") == len(values) - 1 else "%s::text[]"
    query = (f"SELECT found.* FROM unnest({keys}) AS wanted (key) CROSS JOIN LATERAL (SELECT {names} FROM "  # noqa: S608  (names of our own tables)
             f'"{key.table}" WHERE account = %s AND "{key.name}" = wanted.key OFFSET 0) AS found')
    if keys.startswith("%s"):
        asked = list(values)
    yield from map(tuple, connection.exec_driver_sql(query, (asked, account)))


def _prepare(connection: psycopg.Connection[Any], _record: object) -> None:
    connection.adapters.register_dumper(str, WithoutNul)
    connection.adapters.register_loader("numeric", WholeNumber)


class _Begin:
    """At the begin of a transaction that writes: the lock, and how long its end waits for the disk."""

    def __init__(self, wait_seconds: float) -> None:
        self._wait = f"{max(1, round(wait_seconds * 1000))}ms"

    def __call__(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes", False):
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = '{self._wait}'; "
                f"SET LOCAL synchronous_commit = {'on' if options.get('durable', False) else 'off'}; "
                f"SELECT pg_advisory_xact_lock({WRITER})")
