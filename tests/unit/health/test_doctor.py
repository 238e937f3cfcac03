"""`ocop-market doctor` and `backup` on a market, and the facts behind them."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from ocop_market.accounts import keep_secrets
from ocop_market.channels.tokens import Tokens
from ocop_market.cli.frame import Exit
from ocop_market.errors import RetryLater
from ocop_market.health.gather import gather
from ocop_market.market import new_market, open_market
from ocop_market.settings import add_account
from ocop_market.store.backup import backups, damage, last_backup, make_backup
from ocop_market.store.clock_offsets import load_clock_offsets
from ocop_market.store.engine import Store, StoreError
from ocop_market.store.hints import count_calls
from ocop_market.store.ledger import save_cursor
from ocop_market.store.runs import end_run, start_run
from tests.databases import ON_BOTH, ON_SQLITE
from tests.unit.cli.conftest import run as run  # noqa: F401  (the fixture)

pytestmark = ON_BOTH


@pytest.fixture
def market(tmp_path, clock, database):
    new_market(tmp_path / "m", database=database)
    add_account(tmp_path / "m", "shop", "shopee", {"partner_id": 1, "shop_id": 2})
    add_account(tmp_path / "m", "file", "spreadsheet", {})
    with open_market(tmp_path / "m", clock=clock) as opened:
        keep_secrets(opened.vault, "shop", {"partner_key": "x"}, clock())
        yield opened


def pulled(market, error=None, outcome="done"):
    with market.store.writing() as connection:
        number = start_run(connection, "pull-sales", "shop", market.clock())
        end_run(connection, number, market.clock(), outcome, {}, error)


def test_the_facts_of_an_account_are_gathered(market, clock):
    with market.store.writing() as connection:
        save_cursor(connection, "shop", "sales", {}, clock(), complete_to=clock() - timedelta(hours=4))
        count_calls(connection, market.today, {("shop", "forged"): 30, ("shop", "failed"): 1, ("shop", "no-key"): 2, ("shop", "taken"): 5})
    market.keep_tokens("shop", Tokens("a", "r", clock() + timedelta(hours=4), clock() + timedelta(days=30)))
    pulled(market, RetryLater(), "later")
    shop, file = gather(market).accounts
    assert (shop.name, shop.pulls, shop.complete_to) == ("shop", True, clock() - timedelta(hours=4))
    assert (shop.pull_outcome, shop.pull_started, shop.consent_until) == ("later", clock(), clock() + timedelta(days=30))
    assert shop.pull_reason == RetryLater().sentence()
    assert (shop.refused_calls, shop.lost_calls) == (30, 3)
    assert (file.pulls, file.complete_to, file.pull_outcome) == (False, None, "")


def test_only_a_market_on_this_computer_is_asked_about_disk_and_backup(market):
    facts = gather(market)
    assert facts.has_file == market.store.is_sqlite == (facts.disk_free is not None) == (facts.database_size is not None)
    assert facts.damage == ()


def test_keys_that_cannot_be_opened_do_not_stop_the_doctor(market):
    (market.folder / "market.key").unlink()
    with open_market(market.folder, clock=market.clock) as again:
        assert gather(again).accounts[0].consent_until is None


@ON_SQLITE
def test_the_doctor_tells_in_sentences_and_as_json(run, market):  # noqa: F811
    ran = run("doctor", "--market", market.folder)
    assert ran.code == Exit.DONE and "All is well." in ran.out
    with market.store.writing() as connection:
        save_cursor(connection, "shop", "sales", {}, market.clock(), complete_to=datetime.now(UTC) - timedelta(hours=5, minutes=1))
    ran = run("doctor", "--market", market.folder, "--quick")
    assert ran.code == Exit.PARTLY and "no sales for 5 hours" in ran.out and "ocop-market backup" in ran.out
    told = run("doctor", "--market", market.folder, "--json").json
    assert not told["healthy"]
    assert [(one["account"], one["code"], one["severity"]) for one in told["troubles"]] == [
        ("shop", "silent-shop", "stops"), ("", "backup-missing", "warns")]


@ON_SQLITE
def test_a_backup_is_one_file_with_all_that_was_written(run, market):  # noqa: F811
    pulled(market)
    path = run("backup", "--market", market.folder, "--json").json["path"]
    with sqlite3.connect(path) as copy:
        assert copy.execute("SELECT job, account FROM run").fetchall() == [("pull-sales", "shop")]
    assert [one.name for one in (market.folder / "backups").iterdir()] == [path.replace("\\", "/").rpartition("/")[2]]
    restored = market.folder.parent / "restored"
    restored.mkdir()
    for name, source in (("market.toml", market.folder / "market.toml"), ("market.key", market.folder / "market.key"), ("market.db", path)):
        shutil.copy(source, restored / name)
    with open_market(restored, clock=market.clock) as again:
        assert again.vault.get("shop", "settings") == {"partner_key": "x"}


@ON_SQLITE
def test_a_backup_is_whole_while_others_write(market, clock, monkeypatch):
    monkeypatch.setattr("ocop_market.store.backup.PAGES", 1)
    other = Store(market.store.address)
    with other.writing() as connection:
        start_run(connection, "pull-sales", "unfinished", clock())
        path = make_backup(market.store, market.folder / "backups", clock())
    with sqlite3.connect(path) as copy:
        assert copy.execute("SELECT count(*) FROM run").fetchone() == (0,)
    other.close()


@ON_SQLITE
def test_only_the_newest_backups_stay(market, clock):
    folder = market.folder / "backups"
    for _ in range(5):
        clock.forward(days=1)
        make_backup(market.store, folder, clock(), keep=3)
    assert len(backups(folder)) == 3
    assert last_backup(folder) == clock() and last_backup(market.folder) is None


@ON_SQLITE
def test_a_damaged_market_is_told_and_gives_no_backup(market, clock):
    pulled(market)
    with market.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema=ON")
        connection.exec_driver_sql("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'run_latest'")
        connection.commit()
    hurt = Store(market.store.address)
    with hurt.reading() as connection:
        assert damage(connection)
    with pytest.raises(StoreError) as told:
        make_backup(hurt, market.folder / "backups", clock())
    assert told.value.code == "backup-not-whole" and list((market.folder / "backups").iterdir()) == []
    hurt.close()


def test_a_run_keeps_how_far_the_clock_is_off(market, clock, monkeypatch):
    from sync_jobs.jobs import JOBS
    from sync_jobs.runner import run as run_job

    def work(opened, account, watch):
        http = opened.connector(account).http
        http.calls, http.clock_ahead = http.calls + 1, timedelta(minutes=-7)
        return {}

    monkeypatch.setitem(JOBS, "pull-sales", (work, JOBS["pull-sales"][1]))
    run_job(market, "pull-sales", "shop")
    assert gather(market).accounts[0].clock_ahead == timedelta(minutes=-7)
    with market.store.reading() as connection:
        assert load_clock_offsets(connection, clock() + timedelta(seconds=1)) == {}
