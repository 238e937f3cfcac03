"""What many tests need: a clock that stands still, an empty database of each kind."""

import gc
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec

import pytest
from sqlalchemy import Dialect, Engine, create_engine, inspect

from ocop_market.store import engine, migrate
from ocop_market.store.engine import HEAD, SYNCHRONOUS, Store

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """What is collected stays to the end: the garbage collector need not look through it again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on there is something to throw away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


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

    def copy(new: Engine, found: str | None, head: str) -> bool:
        if found is not None or head != HEAD or new.dialect.name != "sqlite" or inspect(new).get_table_names():
            return upgrade(new, found, head)
        with new.connect() as connection:
            made.backup(connection.connection.driver_connection)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "upgrade", copy)
        yield
    made.close()


class Compiled(dict[tuple[object, ...], object]):
    """Statements that SQLAlchemy has compiled, for all engines of one kind of database; alone, each engine keeps its own."""

    def get(self, key: tuple[object, ...], default: object = None) -> object:
        return super().get(self._of_kind(key), default)

    def __setitem__(self, key: tuple[object, ...], compiled: object) -> None:
        super().__setitem__(self._of_kind(key), compiled)

    @staticmethod
    def _of_kind(key: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(type(part) if isinstance(part, Dialect) else part for part in key)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """A test opens several engines; what one of them compiled serves the others."""
    create = partial(create_engine, execution_options={"compiled_cache": Compiled()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "create_engine", create)
        if find_spec("psycopg"):
            patch.setattr("ocop_market.store.postgresql.create_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_synced() -> Iterator[None]:
    """No test cuts the power, so the disk is waited for in none; a process that a test starts, and kills, waits as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "SYNCHRONOUS", dict.fromkeys(engine.SYNCHRONOUS, "OFF"))
        yield


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of what is written through to the disk."""
    monkeypatch.setattr(engine, "SYNCHRONOUS", SYNCHRONOUS)
