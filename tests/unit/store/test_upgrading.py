"""A market of an older version is upgraded in place with a copy kept; two versions of the program on one market refuse each other."""

import sqlite3
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from ocop_market.cli.frame import Exit, exit_code
from ocop_market.market import new_market, open_market
from ocop_market.store import upgrading
from ocop_market.store.engine import HEAD, Store
from ocop_market.store.leases import holding
from ocop_market.store.migrate import upgrade
from ocop_market.store.tables.work import run
from ocop_market.store.trouble import StoreBusy, StoreError
from tests.conftest import START

RUN = "INSERT INTO run (job, account, started_at, outcome, counts) VALUES ('pull-sales', 'shop', 0, 'done', '{}')"
COPY = "before-upgrade-0005-20261101-120000.db"


def market_of(version, folder):
    """A market file as the program of that version left it, with a line in its run log."""
    store = Store(folder / "market.db")
    upgrade(store.engine, None, version)
    store.close()
    with closing(sqlite3.connect(folder / "market.db")) as raw:
        raw.execute(RUN)
        raw.commit()
    return folder / "market.db"


def told(path):
    """The version of a market file and how many runs are in its log."""
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT version_num, (SELECT count(*) FROM run) FROM alembic_version").fetchone()


def set_version(store, version):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


@pytest.fixture
def old(tmp_path):
    return market_of("0005", tmp_path)


@pytest.mark.parametrize("version", ["0001", "0005", "0009"])
def test_an_older_market_is_upgraded_and_a_copy_kept_under_the_day(tmp_path, version, caplog):
    path = market_of(version, tmp_path)
    store = Store(path)
    store.migrate(START)
    store.close()
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name == COPY.replace("0005", version) and str(copy) in caplog.text
    assert (told(path), told(copy)) == ((HEAD, 1), (version, 1))


def test_opening_a_market_upgrades_it_and_the_copy_is_a_market_again(tmp_path, clock):
    new_market(tmp_path / "m")
    market_of("0005", tmp_path / "m")
    with open_market(tmp_path / "m", clock=clock) as opened, opened.store.reading() as connection:
        assert len(connection.execute(select(run)).all()) == 1
    new_market(tmp_path / "back")
    (tmp_path / "m" / "backups" / COPY).replace(tmp_path / "back" / "market.db")
    with open_market(tmp_path / "back", clock=clock) as opened, opened.store.reading() as connection:
        assert len(connection.execute(select(run)).all()) == 1


def test_a_market_of_this_version_is_not_copied(tmp_path, clock):
    new_market(tmp_path / "m")
    for _ in range(2):
        open_market(tmp_path / "m", clock=clock).close()
    assert not (tmp_path / "m" / "backups").exists()


def test_what_is_not_yet_in_the_file_itself_is_in_the_copy(old):
    with closing(sqlite3.connect(old)) as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        other.execute(RUN)
        other.commit()
        assert old.with_name("market.db-wal").stat().st_size > 0
        store = Store(old)
        store.migrate(START)
        store.close()
    assert told(old.parent / "backups" / COPY) == ("0005", 2)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for the length of files is to be had there")
def test_without_room_for_the_copy_nothing_is_done(old):
    import resource

    with closing(sqlite3.connect(old)) as raw:
        raw.execute("CREATE TABLE filler (text)")
        raw.execute("INSERT INTO filler VALUES (zeroblob(2000000))")
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, store, limits = old.read_bytes(), Store(old), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(StoreError) as refused:
            store.migrate(START)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    store.close()
    assert refused.value.code == "no-room-for-copy" and exit_code(refused.value) is Exit.INPUT
    assert old.read_bytes() == before and list((old.parent / "backups").iterdir()) == []
    store.migrate(START)
    assert told(old) == (HEAD, 1)


def test_an_upgrade_that_fails_leaves_all_as_it_was(old, monkeypatch):
    def fail(connection, found, head):
        connection.execute(text("DROP TABLE run"))
        raise ValueError

    monkeypatch.setattr(upgrading, "upgrade_on", fail)
    store = Store(old)
    with pytest.raises(ValueError, match=r"^$"):
        store.migrate(START)
    store.close()
    assert told(old) == ("0005", 1) and list((old.parent / "backups").iterdir()) == []


def test_nothing_is_upgraded_under_an_older_version_at_work(old):
    with closing(sqlite3.connect(old)) as raw:
        ends = int((START + timedelta(seconds=40) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
        raw.execute("INSERT INTO lease (name, holder, expires_at) VALUES ('account:shop', '1-old', ?)", (ends,))
        raw.commit()
    store = Store(old)
    with pytest.raises(StoreBusy) as refused:
        store.migrate(START)
    assert (refused.value.code, exit_code(refused.value)) == ("market-at-work", Exit.LATER)
    assert "'shop'" in refused.value.sentence("en") and "40 seconds" in refused.value.sentence("en")
    assert told(old) == ("0005", 1) and not (old.parent / "backups").exists()
    store.migrate(START + timedelta(seconds=40))
    assert told(old) == (HEAD, 1)
    store.close()


def test_a_copy_that_nobody_uses_is_upgraded_without_another(old):
    store = Store(old)
    store.migrate(START, alone=True)
    store.close()
    assert told(old) == (HEAD, 1) and not (old.parent / "backups").exists()


def test_of_many_that_open_it_at_once_one_upgrades(old):
    faults = []

    def opens():
        store = Store(old)
        try:
            store.migrate(START)
        except Exception as error:
            faults.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=opens) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and told(old) == (HEAD, 1)
    assert [copy.name for copy in (old.parent / "backups").iterdir()] == [COPY]


def test_an_older_program_refuses_a_newer_market_and_touches_nothing(tmp_path, clock):
    new_market(tmp_path / "m")
    with open_market(tmp_path / "m", clock=clock) as opened:
        set_version(opened.store, "9999")
    before = (tmp_path / "m" / "market.db").read_bytes()
    with pytest.raises(StoreError) as refused:
        open_market(tmp_path / "m", clock=clock)
    assert refused.value.code == "market-too-new" and "Update the program" in refused.value.sentence("en")
    assert (tmp_path / "m" / "market.db").read_bytes() == before and not (tmp_path / "m" / "backups").exists()


def test_a_program_that_still_runs_writes_nothing_into_an_upgraded_market(store):
    set_version(store, "9999")
    try:
        with pytest.raises(StoreBusy) as refused, store.writing() as connection:
            connection.execute(insert(run).values(job="j", account="a", started_at=START, outcome="done", counts={}))
        with pytest.raises(StoreBusy):
            store.refuse_other_version()
    finally:
        set_version(store, HEAD)
    assert (refused.value.code, exit_code(refused.value)) == ("market-upgraded", Exit.LATER)
    with store.reading() as connection:
        assert connection.execute(select(run)).all() == []
    store.refuse_other_version()


def test_one_that_held_a_turn_meanwhile_ends_with_the_same_sentence(store, clock):
    try:
        with pytest.raises(StoreBusy) as refused, holding(store, "account:shop", clock):
            set_version(store, "9999")
            with store.writing():
                pass
    finally:
        set_version(store, HEAD)
    assert refused.value.code == "market-upgraded"


def test_a_read_that_the_upgrade_broke_is_told_as_one(tmp_path, clock):
    new_market(tmp_path / "m")
    with open_market(tmp_path / "m", clock=clock) as opened:
        with opened.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE run RENAME TO journal"))
        set_version(opened.store, "9999")
        with pytest.raises(StoreBusy) as refused, opened.store.reading() as connection:
            connection.execute(select(run))
    assert refused.value.code == "market-upgraded"
