"""What many tests need: a clock that stands still, an empty database of each kind."""

import gc
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from ocop_market.store import migrate
from ocop_market.store.engine import HEAD, Store

pytest_plugins = ["tests.databases", "tests.examples"]

START = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)


class FakeClock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The migrations make one SQLite market a session; every other new one gets its pages, in a hundredth of the time."""
    upgrade, made = migrate.upgrade, sqlite3.connect(":memory:", check_same_thread=False)
    first = Store(tmp_path_factory.mktemp("migrated") / "market.db")
    first.migrate()
    with first.engine.connect() as connection:
        connection.connection.driver_connection.backup(made)
    first.close()

    def copy(engine: Engine, found: str | None, head: str) -> bool:
        if found is not None or head != HEAD or engine.dialect.name != "sqlite" or inspect(engine).get_table_names():
            return upgrade(engine, found, head)
        with engine.connect() as connection:
            made.backup(connection.connection.driver_connection)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "upgrade", copy)
        yield
    made.close()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """SQLAlchemy compiles a statement once for each engine, of which a test opens several: here once for each kind of database."""
    make, kept = Store._make_engine, dict[object, object]()

    def made(store: Store, wait_seconds: float) -> Engine:
        engine = make(store, wait_seconds)
        engine._compiled_cache = kept  # type: ignore[assignment]
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "_make_engine", made)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # they are a part of the key
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield
