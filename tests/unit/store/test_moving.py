"""A market moves whole or not at all, and works on where it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import JSON, Boolean, Date, insert, select, text

from ocop_market.errors import SettingsError
from ocop_market.market import new_market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.settings import add_account, read_settings
from ocop_market.store import moving
from ocop_market.store.engine import Store, StoreError
from ocop_market.store.leases import LeaseError
from ocop_market.store.ledger import save_orders
from ocop_market.store.moving import TABLES, move
from ocop_market.store.runs import start_run
from ocop_market.store.tables import metadata
from ocop_market.store.tables.columns import Thousandths, UtcTime
from ocop_market.store.tables.ledger import sales_line

AT = datetime(2026, 9, 5, 9, tzinfo=VIETNAM)


def a_value(column, n: int):
    if column.nullable and n == 0:
        return None
    if isinstance(column.type, JSON):
        return [{"tên": f"Trà {n}", "none": None, "n": [1.5, n]}, "x\0y"]
    if isinstance(column.type, UtcTime):
        return AT + timedelta(days=n, microseconds=7)
    if isinstance(column.type, Thousandths):
        return Decimal(n) / 8
    if isinstance(column.type, Boolean):
        return n % 2 == 1
    if isinstance(column.type, Date):
        return date(2026, 1, 1) + timedelta(days=n)
    return f"{'Áđ' * n}{n}\n\t\\N\"'" if column.type.python_type is str else n


def fill(store: Store, rows: int = 5) -> None:
    """Rows in every table, with every kind of value; numbers are given by the database where it gives them."""
    with store.writing() as connection:
        for table in TABLES:
            made = [{column.name: a_value(column, n) for column in table.c if column is not table.autoincrement_column}
                    for n in range(rows)]
            connection.execute(insert(table), made)


def everything(store: Store) -> dict[str, list[tuple]]:
    with store.reading() as connection:
        return {table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in metadata.sorted_tables}


@pytest.fixture
def market(tmp_path, clock, sqlite_file):
    """A market on SQLite with rows in every table and a sealed secret."""
    new_market(tmp_path / "m")
    shutil.copyfile(sqlite_file, tmp_path / "m" / "market.db")
    add_account(tmp_path / "m", "till", "spreadsheet", {})
    with open_market(tmp_path / "m", clock=clock) as opened:
        fill(opened.store)
        opened.vault.put("till", "settings", {"key": "hush-hush"}, clock())
        yield opened


@pytest.mark.parametrize("size", [1, 2000])
def test_everything_is_the_same_afterwards_and_settings_name_the_new_place(market, clock, new_database, monkeypatch, size):
    monkeypatch.setattr(moving, "BATCH", size)
    address, before, seen = new_database(), everything(market.store), []
    moved = market.move_to(address, lambda *progress: seen.append(progress))
    assert moved.rows == {table.name: len(before[table.name]) for table in TABLES}
    assert seen[-1] == (2 * sum(moved.rows.values()),) * 2
    with open_market(market.folder, clock=clock) as there:
        assert there.store.address == address
        assert everything(there.store) == before
        assert there.vault.get("till", "settings") == {"key": "hush-hush"}
        assert there.settings.accounts.keys() == {"till"}
    assert everything(market.store) == before


def test_it_comes_back_to_a_file_the_same(market, clock, new_database):
    before = everything(market.store)
    market.move_to(new_database())
    with open_market(market.folder, clock=clock) as there:
        there.move_to("sqlite:///back.db")
    with open_market(market.folder, clock=clock) as back:
        assert back.store.is_sqlite and everything(back.store) == before


def test_a_nul_character_does_not_keep_a_market_from_moving(market, clock, new_database):
    with market.store.writing() as connection:
        connection.execute(sales_line.update().values(name="Trà\0 xanh"))
    market.move_to(new_database())
    with open_market(market.folder, clock=clock) as there, there.store.reading() as connection:
        assert set(connection.execute(select(sales_line.c.name)).scalars()) == {"Trà xanh"}


def test_numbers_go_on_after_those_that_were_copied(market, clock, new_database):
    market.move_to(new_database())
    with open_market(market.folder, clock=clock) as there, there.store.writing() as connection:
        assert start_run(connection, "pull-sales", "till", clock()) == 6


def test_what_was_moved_is_told_with_its_sums(market, clock, new_database):
    with market.store.writing() as connection:
        for table in TABLES:
            connection.execute(table.delete())
        save_orders(connection, "till", [SalesOrder(f"A{n}", AT + timedelta(days=n % 2), AT, OrderState.DELIVERED, "done", (
            SalesLine("1", "A", "a", Decimal(1), 1000 + n),)) for n in range(4)])
    moved = market.move_to(new_database())
    assert (moved.days, moved.amount, moved.rows["sales_line"]) == (2, 4006, 4)


@pytest.mark.parametrize("stop_at", [1, 60, 170])
def test_stopped_on_the_way_nothing_has_moved_and_it_can_be_done_again(market, clock, new_database, stop_at):
    def watch(done: int, _total: int) -> None:
        if done >= stop_at:
            raise KeyboardInterrupt

    address, before = new_database(), everything(market.store)
    with pytest.raises(KeyboardInterrupt):
        market.move_to(address, watch)
    with open_market(market.folder, clock=clock) as same:
        assert same.store.is_sqlite and everything(same.store) == before
        same.move_to(address)


KILLED = """
import os, sys
from pathlib import Path
from ocop_market.market import open_market
from ocop_market.store import moving
moving.BATCH = 1
open_market(Path(sys.argv[1])).move_to(sys.argv[2], lambda done, total: os._exit(9) if done >= 2 * total // 3 else None)
"""


def test_killed_on_the_way_nothing_has_moved_and_it_can_be_done_again(market, clock, new_database):
    address, before = new_database(), everything(market.store)
    market.close()
    assert subprocess.run([sys.executable, "-c", KILLED, market.folder, address], check=False).returncode == 9
    with open_market(market.folder, clock=clock) as same:
        assert same.store.is_sqlite and everything(same.store) == before
        assert not same.move_to(address).found_there
    with open_market(market.folder, clock=clock) as there:
        assert everything(there.store) == before


def test_stopped_before_the_settings_were_changed_it_is_only_compared_again(market, clock, new_database, monkeypatch):
    address = new_database()
    with monkeypatch.context() as patch:
        patch.setattr("ocop_market.market.base.change_database", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            market.move_to(address)
    assert read_settings(market.folder).database == "market.db"
    assert market.move_to(address).found_there
    assert read_settings(market.folder).database == address


def test_a_target_with_another_market_is_left_alone(market, clock, new_database):
    other = Store(new_database())
    other.migrate()
    fill(other, rows=3)
    before = everything(other)
    with pytest.raises(StoreError, match="target-taken"):
        market.move_to(other.address)
    assert everything(other) == before
    other.close()
    assert read_settings(market.folder).database == "market.db"


def test_a_target_with_a_table_of_another_program_is_left_alone(market, new_database):
    other = Store(new_database())
    with other.writing() as connection:
        connection.execute(text("CREATE TABLE product (x int)"))
    with pytest.raises(StoreError, match="target-foreign"):
        market.move_to(other.address)
    other.close()


def test_an_empty_market_of_an_older_version_is_a_good_target(market, clock, new_database):
    from ocop_market.store.migrate import upgrade

    older = Store(new_database())
    upgrade(older.engine, None, "0001")
    market.move_to(older.address)
    assert everything(older) == everything(market.store)
    older.close()


def test_to_where_it_is_already_nothing_moves(market):
    with pytest.raises(StoreError, match="target-same"):
        market.move_to("sqlite:///market.db")


def test_a_copy_that_came_out_differently_does_not_count(market, new_database, monkeypatch):
    def careless(connection, table, rows):
        insert_rows(connection, table, rows[1:] if table is sales_line else rows)

    insert_rows = moving.insert_rows
    monkeypatch.setattr(moving, "insert_rows", careless)
    with pytest.raises(StoreError, match="copy-differs") as told:
        market.move_to(new_database())
    assert "sales_line" in told.value.sentence("en")
    assert read_settings(market.folder).database == "market.db"


def test_no_market_moves_while_a_run_is_at_work(market, new_database):
    address = new_database()
    with market.turn("till"), pytest.raises(LeaseError, match="busy"):
        market.move_to(address)
    market.move_to(address)


def test_a_program_that_was_running_meanwhile_works_no_more_with_the_old_file(market, clock, new_database):
    with open_market(market.folder, clock=clock) as running:
        market.move_to(new_database())
        with pytest.raises(SettingsError, match="market-moved"), running.turn("till"):
            pass


def test_nobody_writes_to_the_old_database_while_it_moves(market, new_database, monkeypatch):
    refused = []

    def watch(done: int, _total: int) -> None:
        if done == 1:
            other = Store(market.store.address, wait_seconds=0.01)
            with pytest.raises(StoreError, match="market-locked") as told, other.writing():
                pass
            refused.append(told.value.code)

    monkeypatch.setattr(moving, "BATCH", 1)
    market.move_to(new_database(), watch)
    assert refused == ["market-locked"]


def test_a_market_may_move_from_file_to_file(tmp_path, sqlite_file, clock):
    """The same code, without any server."""
    source, target = Store(tmp_path / "a.db"), Store(tmp_path / "b.db")
    source.migrate()
    fill(source)
    settled = []
    assert sum(move(source, target, clock, lambda: settled.append(True)).rows.values()) == 5 * len(TABLES)
    assert everything(target) == everything(source) and settled == [True]
    source.close()
    target.close()
    assert Path(source.address).exists()
