"""The market's key in a file, in a keyring and on its way between them."""

import os
import sys

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.errors import SettingsError
from ocop_market.market import new_market, open_market
from ocop_market.store import market_key
from ocop_market.store.market_key import KEY_FILE, SERVICE, KeyPlace, MarketKey

keyring = pytest.importorskip("keyring")
from keyring.backends import fail, null  # noqa: E402  (only where there is the extra)
from keyring.errors import PasswordDeleteError  # noqa: E402

from tests.unit.cli.keyring_in_memory import InMemory  # noqa: E402

KEPT = {"partner_key": "hush"}


@pytest.fixture(autouse=True)
def _no_key_in_the_environment(monkeypatch):
    monkeypatch.delenv("OCOP_MARKET_KEY", raising=False)


@pytest.fixture
def folder(tmp_path):
    """A market with a sealed secret, its key in the file."""
    new_market(tmp_path / "m")
    with open_market(tmp_path / "m") as opened:
        opened.vault.put("shop", "settings", KEPT, opened.clock())
    return tmp_path / "m"


def opens(folder):
    with open_market(folder) as opened:
        return opened.vault.get("shop", "settings") == KEPT


def test_a_key_goes_into_the_keyring_and_back_and_opens_the_same(folder, ring):
    key = (folder / KEY_FILE).read_bytes()
    with open_market(folder) as opened:
        opened.vault.move_key(KeyPlace.KEYRING)
    assert list(ring.kept.values()) == [key.decode()] and {service for service, _ in ring.kept} == {SERVICE}
    assert key not in (folder / KEY_FILE).read_bytes() and opens(folder)
    with open_market(folder) as opened:
        opened.vault.move_key(KeyPlace.FILE)
    assert (folder / KEY_FILE).read_bytes() == key and ring.kept == {} and opens(folder)


def test_two_markets_of_a_user_keep_their_keys_apart(tmp_path, ring):
    for name in ("a", "b"):
        new_market(tmp_path / name)
        MarketKey(tmp_path / name).make_in_keyring()
    assert len(set(ring.kept.values())) == 2 and MarketKey(tmp_path / "a").read() != MarketKey(tmp_path / "b").read()


def test_moving_to_where_it_is_changes_nothing(folder, ring):
    key = (folder / KEY_FILE).read_bytes()
    MarketKey(folder).move(KeyPlace.FILE)
    assert ((folder / KEY_FILE).read_bytes(), ring.kept) == (key, {})


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_server_without_a_keyring_is_told_so_and_the_key_stays(folder, ring, backend):
    keyring.set_keyring(backend())
    key = (folder / KEY_FILE).read_bytes()
    with pytest.raises(SettingsError) as refused:
        MarketKey(folder).move(KeyPlace.KEYRING)
    assert refused.value.code == "no-keyring" and "init" in refused.value.sentence("en")
    assert (folder / KEY_FILE).read_bytes() == key


def test_a_locked_keyring_is_a_sentence_without_its_words(folder, ring):
    MarketKey(folder).move(KeyPlace.KEYRING)
    ring.locked = True
    with pytest.raises(SettingsError) as refused:
        opens(folder)
    assert refused.value.code == "no-keyring" and "KeyringLocked" in str(refused.value) and "hush" not in str(refused.value)
    ring.locked = False
    assert opens(folder)


def test_the_folder_on_another_computer_says_where_its_key_is(folder, ring):
    MarketKey(folder).move(KeyPlace.KEYRING)
    keyring.set_keyring(InMemory())
    with pytest.raises(SettingsError) as refused:
        opens(folder)
    assert refused.value.code == "key-not-in-keyring" and KEY_FILE in refused.value.sentence("en")


def test_without_the_extra_it_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SettingsError) as refused:
        MarketKey(folder).move(KeyPlace.KEYRING)
    assert refused.value.code == "needs-extra-keyring" and opens(folder)


@pytest.mark.parametrize("to", [KeyPlace.KEYRING, KeyPlace.FILE])
def test_a_power_cut_while_moving_leaves_a_key_that_opens(folder, ring, monkeypatch, to):
    if to is KeyPlace.FILE:
        MarketKey(folder).move(KeyPlace.KEYRING)
    replace = market_key.Path.replace

    def cut(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(market_key.Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        MarketKey(folder).move(to)
    assert opens(folder)
    monkeypatch.setattr(market_key.Path, "replace", replace)
    MarketKey(folder).move(to)
    assert MarketKey(folder).place is to and opens(folder)


def test_a_keyring_that_keeps_an_old_key_does_not_stop_the_move(folder, ring, monkeypatch):
    MarketKey(folder).move(KeyPlace.KEYRING)
    monkeypatch.setattr(InMemory, "delete_password", lambda *_: (_ for _ in ()).throw(PasswordDeleteError))
    MarketKey(folder).move(KeyPlace.FILE)
    assert opens(folder)


def test_a_key_in_the_environment_is_not_moved(folder, ring, monkeypatch):
    monkeypatch.setenv("OCOP_MARKET_KEY", (folder / KEY_FILE).read_text(encoding="utf-8"))
    with open_market(folder) as opened, pytest.raises(SettingsError) as refused:
        opened.vault.move_key(KeyPlace.KEYRING)
    assert refused.value.code == "key-in-environment" and ring.kept == {}


def test_a_damaged_key_is_not_moved(folder, ring):
    (folder / KEY_FILE).write_bytes(b"half a key")
    with open_market(folder) as opened, pytest.raises(SettingsError) as refused:
        opened.vault.move_key(KeyPlace.KEYRING)
    assert refused.value.code == "bad-key" and ring.kept == {}


@pytest.mark.skipif(os.name != "posix", reason="Windows gives a file the rights of its folder")
def test_the_file_belongs_to_its_owner_alone_and_a_wider_right_is_told(folder, ring, caplog):
    assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0
    for place in (KeyPlace.KEYRING, KeyPlace.FILE):
        MarketKey(folder).move(place)
        assert (folder / KEY_FILE).stat().st_mode & 0o077 == 0
    assert not caplog.messages
    (folder / KEY_FILE).chmod(0o644)
    assert opens(folder) and "chmod o-r" in caplog.text


def test_a_new_market_may_have_its_key_in_the_keyring_from_the_start(run, tmp_path, ring):
    assert run("init", tmp_path / "new", "--key", "keyring").code == Exit.DONE
    [key] = ring.kept.values()
    said = run("accounts", "key", "--market", tmp_path / "new", "--json")
    assert said.json == {"key": "keyring"}
    moved = run("accounts", "key", "file", "--market", tmp_path / "new")
    assert moved.code == Exit.DONE and "market.key" in moved.out and ring.kept == {}
    assert key not in said.out + said.err + moved.out + moved.err
    assert (tmp_path / "new" / KEY_FILE).read_text(encoding="utf-8") == key


def test_without_a_keyring_no_market_is_made_half(run, tmp_path, ring):
    keyring.set_keyring(fail.Keyring())
    ran = run("init", tmp_path / "new", "--key", "keyring")
    assert ran.code == Exit.INPUT and "no-keyring" in ran.err and not (tmp_path / "new").exists()
    assert run("init", tmp_path / "new").code == Exit.DONE
