"""The database: made once, locked politely, read as written."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from ocop_market.channels.tokens import Tokens
from ocop_market.errors import SettingsError
from ocop_market.store.engine import HEAD, Store, StoreError
from ocop_market.store.leases import LeaseError, holding
from ocop_market.store.migrate import config
from ocop_market.store.tables import metadata
from ocop_market.store.tables.work import run
from ocop_market.store.vault import Vault
from tests.databases import ON_BOTH

pytestmark = ON_BOTH


def test_the_migrations_make_exactly_the_tables_of_the_program(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [d for d in compare_metadata(context, metadata) if "alembic_version" not in str(d)] == []


def test_the_program_works_with_the_newest_migration():
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


def test_migrating_again_changes_nothing(store):
    with store.writing() as connection:
        connection.execute(insert(run).values(job="j", account="a", started_at=datetime.now(UTC), outcome="done", counts={}))
    store.migrate()
    with store.reading() as connection:
        assert len(connection.execute(select(run)).all()) == 1


def test_a_market_of_a_newer_program_is_refused_with_a_sentence(store):
    version = "UPDATE alembic_version SET version_num = '{}'"
    with store.engine.begin() as connection:
        connection.exec_driver_sql(version.format("9999"))
    try:
        with pytest.raises(StoreError) as refusal:
            store.migrate()
    finally:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(version.format(HEAD))
    assert refusal.value.code == "market-too-new"


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "market.db"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StoreError) as refusal:
        Store(path).migrate()
    assert refusal.value.code == "not-a-market"
    assert path.read_bytes().startswith(b"this is not")


def test_a_locked_database_is_a_sentence_and_nothing_is_half_written(tmp_path):
    path = tmp_path / "market.db"
    store = Store(path, wait_seconds=0.1)
    store.migrate()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as refusal, store.writing():
        pass
    assert refusal.value.code == "market-locked"
    other.execute("ROLLBACK")
    other.close()
    with store.writing():
        pass
    store.close()


def test_a_failed_unit_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.writing() as connection:
        connection.execute(insert(run).values(job="j", account="a", started_at=datetime.now(UTC), outcome="done", counts={}))
        raise RuntimeError
    with store.reading() as connection:
        assert connection.execute(select(run)).all() == []


def test_a_time_without_its_zone_is_refused(store):
    with pytest.raises(Exception, match="zone"), store.writing() as connection:
        connection.execute(insert(run).values(job="j", account="a", started_at=datetime(2026, 1, 1), outcome="x",  # noqa: DTZ001
                                              counts={}))


def test_times_come_back_to_the_microsecond(store):
    moment = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    with store.writing() as connection:
        connection.execute(insert(run).values(job="j", account="a", started_at=moment, outcome="x", counts={}))
    with store.reading() as connection:
        assert connection.execute(select(run.c.started_at)).scalar() == moment


def test_only_one_runner_has_a_turn(store, clock):
    with holding(store, "account:shop", clock), pytest.raises(LeaseError), holding(store, "account:shop", clock):
        pass


def test_two_accounts_have_turns_side_by_side(store, clock):
    with holding(store, "account:a", clock), holding(store, "account:b", clock):
        pass


def test_a_turn_that_ended_is_taken_over_and_its_owner_may_write_no_more(store, clock):
    with holding(store, "account:shop", clock) as slept:
        clock.forward(minutes=5)
        with holding(store, "account:shop", clock):
            with pytest.raises(LeaseError) as lost:
                slept.check()
            assert lost.value.code == "lease-lost"


def test_a_turn_is_given_back_even_after_an_error(store, clock):
    with pytest.raises(RuntimeError), holding(store, "x", clock):
        raise RuntimeError
    with holding(store, "x", clock) as again:
        assert again.fence == 2


def test_many_threads_asking_at_once_get_one_turn(store, clock):
    barrier, got = threading.Barrier(6), []

    def ask() -> None:
        barrier.wait()
        try:
            with holding(store, "x", clock):
                got.append("turn")
                release.wait(5)
        except LeaseError:
            got.append("busy")
            if got.count("busy") == 5:
                release.set()

    release = threading.Event()
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["busy"] * 5 + ["turn"]


def test_secrets_are_sealed_and_open_again(store, tmp_path, clock):
    Vault(store, tmp_path).put("shop", "tokens", {"access": "very-secret-token"}, clock())
    assert Vault(store, tmp_path).get("shop", "tokens") == {"access": "very-secret-token"}
    for file in tmp_path.iterdir():
        assert b"very-secret-token" not in file.read_bytes()


def test_a_secret_copied_to_another_account_is_refused(store, tmp_path, clock):
    vault = Vault(store, tmp_path)
    vault.put("shop", "tokens", {"access": "t"}, clock())
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO secret SELECT 'other', kind, sealed, updated_at FROM secret")
    with pytest.raises(SettingsError) as refusal:
        vault.get("other", "tokens")
    assert refusal.value.code == "wrong-key"


def test_secrets_under_a_lost_key_are_a_sentence(store, tmp_path, clock):
    Vault(store, tmp_path).put("shop", "tokens", {"access": "t"}, clock())
    (tmp_path / "market.key").unlink()
    with pytest.raises(SettingsError) as refusal:
        Vault(store, tmp_path).get("shop", "tokens")
    assert refusal.value.code == "wrong-key"


def test_a_pair_of_tokens_shows_no_secret_when_printed():
    assert "hush" not in repr(Tokens("hush", "hush-too", extra={"k": "hush"}, access_until=datetime.now(UTC) + timedelta(1)))
