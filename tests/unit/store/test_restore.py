"""A backup takes the place of the market file in one step, or nothing happens."""

import sqlite3

import pytest

from ocop_market.accounts import keep_secrets, load_tokens
from ocop_market.channels.tokens import Tokens
from ocop_market.cli.frame import Exit
from ocop_market.market import new_market, open_market
from ocop_market.settings import add_account
from ocop_market.store import restore as restoring
from ocop_market.store.backup import FOLDER, backups, make_backup
from ocop_market.store.engine import Store, StoreBusy, StoreError
from ocop_market.store.restore import restore
from ocop_market.store.runs import latest_runs, start_run
from tests.unit.cli.conftest import run as run  # noqa: F401  (the fixture)


@pytest.fixture
def folder(tmp_path, clock):
    """A market that was saved after its first run; since then it renewed its login and ran once more."""
    made = tmp_path / "m"
    new_market(made)
    add_account(made, "shop", "shopee", {"partner_id": 1, "shop_id": 2})
    with open_market(made, clock=clock) as market:
        keep_secrets(market.vault, "shop", {"partner_key": "x"}, clock())
        market.keep_tokens("shop", Tokens("a", "first", None, None))
        note_run(market)
        clock.forward(minutes=1)
        make_backup(market.store, made / FOLDER, clock())
        clock.forward(minutes=1)
        market.keep_tokens("shop", Tokens("b", "second", None, None))
        note_run(market)
    return made


def note_run(market):
    with market.store.writing() as connection:
        start_run(connection, f"job-{market.clock():%H%M}", "shop", market.clock())


def runs(path):
    store = Store(path)
    try:
        with store.reading() as connection:
            return len(latest_runs(connection))
    finally:
        store.close()


def saved(folder):
    return backups(folder / FOLDER)[-1]


def test_the_market_is_as_it_was_saved_and_the_former_file_is_kept(folder, clock):
    done = restore(folder / "market.db", saved(folder), folder / FOLDER, clock())
    assert runs(folder / "market.db") == 1
    assert runs(done.former) == 2 and done.former.parent == folder / FOLDER
    assert saved(folder) not in (None, done.former), "what was replaced does not pass for a backup"
    assert not list(folder.glob("*.restoring*"))


def test_newer_logins_are_taken_over_because_a_shop_takes_each_refresh_token_once(folder, clock):
    assert restore(folder / "market.db", saved(folder), folder / FOLDER, clock()).keys == 1
    with open_market(folder, clock=clock) as market:
        assert load_tokens(market.vault, "shop").refresh == "second"
        assert market.vault.get("shop", "settings") == {"partner_key": "x"}


def test_a_damaged_market_file_is_replaced_and_kept_as_it_was(folder, clock):
    path = folder / "market.db"
    whole = path.read_bytes()
    path.write_bytes(b"no database at all" + whole[18:])
    done = restore(path, saved(folder), folder / FOLDER, clock())
    assert runs(path) == 1 and done.keys == 0
    assert done.former.read_bytes().startswith(b"no database at all")


def test_a_market_file_that_is_gone_is_put_back(folder, clock):
    (folder / "market.db").unlink()
    assert restore(folder / "market.db", saved(folder), folder / FOLDER, clock()).former is None
    assert runs(folder / "market.db") == 1


def test_nothing_is_replaced_while_another_program_has_the_market_open(folder, clock):
    with open_market(folder, clock=clock) as market:
        with market.store.reading() as connection:
            latest_runs(connection)
        with pytest.raises(StoreBusy, match="market-in-use"):
            restore(folder / "market.db", saved(folder), folder / FOLDER, clock())
        with market.store.reading() as connection:
            assert len(latest_runs(connection)) == 2
    assert not list(folder.glob("*.restoring*")) and not list((folder / FOLDER).glob("replaced-*"))


def test_a_damaged_backup_changes_nothing(folder, clock):
    saved(folder).write_bytes(saved(folder).read_bytes()[:5000])
    with pytest.raises(StoreError, match="backup-unreadable"):
        restore(folder / "market.db", saved(folder), folder / FOLDER, clock())
    assert runs(folder / "market.db") == 2


def test_a_backup_of_a_newer_program_changes_nothing(folder, clock):
    with sqlite3.connect(saved(folder)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="market-too-new"):
        restore(folder / "market.db", saved(folder), folder / FOLDER, clock())
    assert runs(folder / "market.db") == 2 and not list(folder.glob("*.restoring*"))


@pytest.mark.parametrize("step", ["_bring_up_to_date", "_put_aside"])
def test_a_program_that_dies_half_way_leaves_the_market_as_it_was(folder, clock, monkeypatch, step):
    def dies(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, step, dies)
    with pytest.raises(OSError, match="No space"):
        restore(folder / "market.db", saved(folder), folder / FOLDER, clock())
    assert runs(folder / "market.db") == 2 and not list(folder.glob("*.restoring*"))


def test_the_command_takes_the_newest_backup_and_says_what_there_is_now(run, folder):  # noqa: F811
    ran = run("restore", "--yes", "--market", folder)
    assert ran.code == Exit.DONE and "0 products, 0 orders" in ran.out and "ocop-market pull" in ran.out
    assert "1 newer keys" in ran.out and runs(folder / "market.db") == 1


def test_the_command_asks_first_and_does_nothing_on_a_no(run, folder, monkeypatch):  # noqa: F811
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert run("restore", saved(folder), "--market", folder).code == Exit.DONE
    assert runs(folder / "market.db") == 2


def test_without_a_backup_the_command_says_so(run, folder):  # noqa: F811
    saved(folder).unlink()
    ran = run("restore", "--yes", "--market", folder)
    assert ran.code == Exit.INPUT and "There is no backup" in ran.err
