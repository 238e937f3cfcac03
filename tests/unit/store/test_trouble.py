"""A database that cannot be used is a sentence with a stable code, and half of nothing is kept."""

import logging
import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import DatabaseError, OperationalError

from ocop_market.errors import SettingsError
from ocop_market.store import engine
from ocop_market.store.engine import Store, StoreBusy, StoreError
from ocop_market.store.leases import LIFE, Lease, LeaseError, holding
from ocop_market.store.market_key import KEY_FILE
from ocop_market.store.vault import Vault
from tests.databases import ON_BOTH, ON_SQLITE

pytestmark = ON_BOTH


def refusing(name: str, text: str) -> OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return OperationalError("INSERT INTO x", {"sku": "Nguyễn Văn A"}, error)


@ON_SQLITE
@pytest.mark.parametrize(("name", "text", "code"), [
    ("SQLITE_FULL", "database or disk is full", "market-unusable"),
    ("SQLITE_READONLY_DIRECTORY", "attempt to write a readonly database", "market-unusable"),
    ("SQLITE_CANTOPEN", "unable to open database file", "market-unusable"),
    ("SQLITE_IOERR_WRITE", "disk I/O error", "market-unusable"),
    ("SQLITE_BUSY", "database is locked", "market-locked"),
    ("SQLITE_BUSY_SNAPSHOT", "database is locked", "market-locked"),
    ("SQLITE_CORRUPT", "database disk image is malformed", "not-a-market"),
])
def test_what_sqlite_refuses_is_a_sentence(store, name, text, code):
    with pytest.raises(StoreError) as told, store.writing():
        raise refusing(name, text)
    assert told.value.code == code
    assert "Nguyễn" not in str(told.value) and str(store.address) in told.value.sentence("en")


def test_a_fault_in_our_own_sql_stays_a_fault(store):
    with pytest.raises(DatabaseError), store.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(StoreError, match="market-unusable"):
        Store(tmp_path / "nowhere" / "market.db").migrate()


@pytest.mark.parametrize("address", [
    "postgresql://htx:hush-hush@db.example/market", "postgresql://htx@db.example/market?sslmode=require&password=hush-hush"])
def test_a_password_of_the_database_is_in_no_message(address):
    store = Store.__new__(Store)
    store.address, store.is_sqlite = address, False
    with pytest.raises(StoreBusy) as told, store._sentences():
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))
    assert told.value.code == "market-unreachable"
    assert "hush" not in told.value.sentence("en") and "db.example" in told.value.sentence("en")


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://[::bad"])
def test_an_address_that_is_none_is_a_wrong_setting(address):
    with pytest.raises(SettingsError, match="database-address"):
        Store(address)


@pytest.mark.parametrize("attempt", range(10))
def test_many_may_open_a_new_file_at_once(tmp_path, attempt):
    ready = threading.Barrier(8)

    def look(_: int) -> None:
        made = Store(tmp_path / f"{attempt}.db", wait_seconds=10.0)
        ready.wait()
        with made.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS x (y)")
        made.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look, range(8)))


def test_what_must_survive_a_power_cut_is_written_through(synced, store):
    asked, through, later = ("PRAGMA synchronous", 2, 1) if store.is_sqlite else ("SHOW synchronous_commit", "on", "off")
    with store.writing(durable=True) as connection:
        assert connection.exec_driver_sql(asked).scalar() == through
    with store.writing() as connection:
        assert connection.exec_driver_sql(asked).scalar() == later


# --- turns


def test_a_turn_left_by_a_killed_run_says_how_long_to_wait_and_names_the_account(store, clock):
    Lease(store, "account:shop", clock, LIFE).take()
    clock.forward(seconds=59.5)
    with pytest.raises(LeaseError) as busy:
        Lease(store, "account:shop", clock, LIFE).take()
    sentence = busy.value.sentence("en")
    assert "'shop'" in sentence and "at most 1 seconds" in sentence
    clock.forward(seconds=1)
    Lease(store, "account:shop", clock, LIFE).take()


def test_a_turn_from_before_the_clock_was_set_back_does_not_last_for_ever(store, clock):
    Lease(store, "account:shop", clock, LIFE).take()
    clock.forward(days=-30)
    Lease(store, "account:shop", clock, LIFE).take()


def test_a_heartbeat_that_fails_once_goes_on(store, clock, caplog):
    turn = Lease(store, "account:shop", clock, timedelta(milliseconds=30))
    turn.take()
    beats: list[str] = []

    def renew() -> bool:
        beats.append("x")
        if len(beats) == 1:
            raise StoreError(engine.LOCKED, code="market-locked", path="market.db")
        stop.set()
        return True

    stop = threading.Event()
    turn.renew = renew
    with caplog.at_level(logging.WARNING):
        turn.beat(stop)
    assert len(beats) == 2
    assert "market-locked" in caplog.text


def test_a_turn_that_cannot_be_given_back_does_not_hide_what_happened(store, clock, monkeypatch):
    def locked(self):
        raise StoreError(engine.LOCKED, code="market-locked", path="market.db")

    monkeypatch.setattr(Lease, "_end", locked)
    with pytest.raises(ZeroDivisionError), holding(store, "account:shop", clock):
        raise ZeroDivisionError
    with holding(store, "account:other", clock):
        pass


# --- keys


def test_a_key_in_the_environment_that_is_none_is_a_sentence(store, tmp_path, clock, monkeypatch):
    monkeypatch.setenv("OCOP_MARKET_KEY", "hush-hush")
    with pytest.raises(SettingsError, match="bad-key") as told:
        Vault(store, tmp_path).put("shop", "settings", {"a": "b"}, clock())
    assert "hush" not in told.value.sentence("en") and "OCOP_MARKET_KEY" in told.value.sentence("en")


@pytest.mark.parametrize("content", [b"", b"cut"])
def test_a_damaged_key_file_is_a_sentence_and_stays_as_it_is(store, tmp_path, clock, content):
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(SettingsError, match="bad-key"):
        Vault(store, tmp_path).put("shop", "settings", {"a": "b"}, clock())
    assert (tmp_path / KEY_FILE).read_bytes() == content


def test_a_key_that_went_through_a_text_editor_still_opens(store, tmp_path, clock):
    Vault(store, tmp_path).put("shop", "settings", {"a": "b"}, clock())
    key = tmp_path / KEY_FILE
    key.write_bytes(b"\xef\xbb\xbf" + key.read_bytes() + b"\r\n")
    assert Vault(store, tmp_path).get("shop", "settings") == {"a": "b"}


def test_two_that_need_the_first_key_at_once_use_one(store, tmp_path, clock):
    def keep(n: int) -> None:
        Vault(store, tmp_path).put(f"shop-{n}", "settings", {"n": n}, clock())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(keep, range(12)))
    assert [Vault(store, tmp_path).get(f"shop-{n}", "settings") for n in range(12)] == [{"n": n} for n in range(12)]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="whoever may do everything is refused nothing")
def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m").chmod(0o500)
    with pytest.raises(StoreError, match="market-unusable"):
        Store(tmp_path / "m" / "market.db").migrate()


