"""A new key for secrets: all are sealed with it or none, whenever the program is killed, and whoever else is at work meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.errors import SettingsError
from ocop_market.market import new_market, open_market
from ocop_market.store import market_key, vault
from ocop_market.store.backup import make_backup
from ocop_market.store.engine import begun_to_write
from ocop_market.store.market_key import COMING_FILE, KEY_FILE, KeyPlace
from ocop_market.store.restore import restore
from ocop_market.store.tables.work import secret

KEPT = {("shop", "settings"): {"partner_key": "hush"}, ("shop", "tokens"): {"access": "a", "refresh": "b"},
        ("till", "settings"): {"client_secret": "c"}}


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch):
    monkeypatch.delenv("OCOP_MARKET_KEY", raising=False)


@pytest.fixture
def folder(tmp_path):
    return made(tmp_path / "m")


def made(folder: Path) -> Path:
    new_market(folder)
    with open_market(folder) as market:
        for (account, kind), values in KEPT.items():
            market.vault.put(account, kind, values, market.clock())
    return folder


def opened(folder: Path) -> dict[tuple[str, str], object]:
    with open_market(folder) as market:
        return {key: market.vault.get(*key) for key in KEPT}


def change(folder: Path) -> None:
    with open_market(folder) as market:
        assert market.vault.change_key(market.clock()) == len(KEPT)


def test_everything_opens_with_the_new_key_and_nothing_with_the_old_one(folder):
    old = (folder / KEY_FILE).read_bytes()
    change(folder)
    assert opened(folder) == KEPT and (folder / KEY_FILE).read_bytes() != old and not (folder / COMING_FILE).exists()
    (folder / KEY_FILE).write_bytes(old)
    with pytest.raises(SettingsError) as caught:
        opened(folder)
    assert caught.value.code == "wrong-key"


def test_addresses_and_pseudonyms_stay_however_often_the_key_is_changed(folder):
    with open_market(folder) as market:
        before = market.vault.key_for("webhooks")
    for _ in range(2):
        change(folder)
        with open_market(folder) as market:
            assert market.vault.key_for("webhooks") == before != market.vault.key_for("pseudonym")


def test_a_program_that_was_running_goes_on_reading_and_writing(folder):
    with open_market(folder) as running:
        assert running.vault.get("shop", "tokens") == KEPT["shop", "tokens"]
        change(folder)
        assert running.vault.get("shop", "settings") == KEPT["shop", "settings"]
    with open_market(folder) as running:
        assert running.vault.get("shop", "tokens") == KEPT["shop", "tokens"]
        change(folder)
        running.vault.put("shop", "tokens", {"access": "renewed"}, running.clock())
    with open_market(folder) as market:
        assert market.vault.get("shop", "tokens") == {"access": "renewed"}


def test_tokens_renewed_before_the_new_key_has_taken_its_place_are_sealed_with_it(folder, monkeypatch):
    with open_market(folder) as running, open_market(folder) as market:
        old = running.vault.get("shop", "tokens")
        take = market.vault.key.take_coming
        monkeypatch.setattr(market.vault.key, "take_coming", lambda: (
            running.vault.replace("shop", "tokens", old, {"access": "renewed"}, running.clock()), take()))
        market.vault.change_key(market.clock())
    with open_market(folder) as later:
        assert later.vault.get("shop", "tokens") == {"access": "renewed"}


def killed_at(moment: int, folder: Path, monkeypatch) -> bool:
    """Changes the key, and ends at a moment: before or after a write to the disk, the database, the keyring. False: all was done."""
    passed = 0

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == moment:
            raise Killed

    def between(work):
        def done(*arguments, **named):
            step()
            answer = work(*arguments, **named)
            step()
            return answer

        return done

    with monkeypatch.context() as patch, open_market(folder) as market:
        for owner, name in ((market_key, "_write_new"), (market_key, "_into_keyring"), (market_key, "_out_of_keyring"), (vault, "upsert"),
                            (Path, "replace"), (market.store.engine.dialect, "do_commit")):
            patch.setattr(owner, name, between(getattr(owner, name)))
        try:
            market.vault.change_key(market.clock())
        except Killed:
            return True
    return False


@pytest.mark.parametrize("place", [KeyPlace.FILE, KeyPlace.KEYRING])
def test_killed_at_any_write_everything_opens_and_the_next_change_succeeds(tmp_path, monkeypatch, ring, place):
    for moment in range(1, 60):
        folder = made(tmp_path / str(moment))
        if place is KeyPlace.KEYRING:
            with open_market(folder) as market:
                market.vault.move_key(place)
        killed = killed_at(moment, folder, monkeypatch)
        assert opened(folder) == KEPT, f"killed at moment {moment}"
        change(folder)
        assert opened(folder) == KEPT and not (folder / COMING_FILE).exists()
        if not killed:
            break
    assert not killed and moment > 10
    with open_market(folder) as market:
        assert market.vault.key.place is place


def test_where_one_secret_cannot_be_opened_nothing_changes(folder):
    with open_market(folder) as market, begun_to_write(market.store.engine) as connection:
        connection.execute(secret.update().where(secret.c.account == "till").values(sealed="damaged"))
    before = (folder / KEY_FILE).read_bytes()
    with pytest.raises(SettingsError) as caught:
        change(folder)
    assert caught.value.code == "wrong-key" and "till" in str(caught.value)
    assert (folder / KEY_FILE).read_bytes() == before and not (folder / COMING_FILE).exists()


def test_a_backup_from_before_does_not_bring_the_old_key_back(folder, tmp_path):
    with open_market(folder) as market:
        copy, now = make_backup(market.store, tmp_path / "backups", market.clock()), market.clock()
    change(folder)
    restore(folder / "market.db", copy, tmp_path / "backups", now)
    assert opened(folder) == KEPT


def test_the_command_tells_what_is_left_to_do(run, folder):
    ran = run("accounts", "rekey", "--market", folder)
    assert ran.code == Exit.DONE and "3 secrets" in ran.out and "market.key" in ran.out
    assert run("accounts", "rekey", "--market", folder, "--json").json == {"secrets": 3, "key": "file"}
    assert opened(folder) == KEPT


def test_a_key_in_the_environment_is_not_the_programs_to_change(run, folder, monkeypatch):
    monkeypatch.setenv("OCOP_MARKET_KEY", (folder / KEY_FILE).read_text("utf-8"))
    ran = run("accounts", "rekey", "--market", folder)
    assert ran.code == Exit.INPUT and "key-in-environment" in ran.err
