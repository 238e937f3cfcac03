"""What many tests need: a clock that stands still, an empty database of each kind."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect

from ocop_market.store import migrate
from ocop_market.store.engine import HEAD, Store

pytest_plugins = ["tests.databases"]

START = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)


class FakeClock:
    """Tells the time it was set to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


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
