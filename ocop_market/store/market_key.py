"""Where the market's key is: in a file with its own rights, in the keyring of the operating system, or in the environment.

The file `market.key` holds the key, or the name under which the keyring has it, so that it always tells where the key is.
"""

from __future__ import annotations

import codecs
import logging
import os
import stat
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

from cryptography.fernet import Fernet

from ocop_market.errors import SettingsError
from ocop_market.language import N_

KEY_FILE = "market.key"
COMING_FILE = "market.key.new"
"""A new key before all secrets are sealed with it; it stays until it is known whether they are."""
KEY_VARIABLE = "OCOP_MARKET_KEY"
SERVICE = "ocop-market"
"""Under this name the keyring keeps the keys of all markets."""
POINTER = b"keyring:"

NO_PACKAGE = N_("The keyring of the operating system needs one more package. Install it with: pip install 'ocop-market[keyring]'; or keep "
                "the key in a file: ocop-market accounts key file")
NO_KEYRING = N_("The keyring of this computer does not answer ({kind}). A server without a desktop has none as a rule: keep the key in a "
                "file there (--key file with init). On a desktop, log in and unlock the keyring, then run the command again.")
NOT_THERE = N_("The key of this market is not in the keyring of this user on this computer. Where it is, run: ocop-market accounts key "
               "file; then copy the folder anew. If it is lost, remove the file {file} and enter the keys of every account again with: "
               "ocop-market accounts keys ACCOUNT")
IN_ENVIRONMENT = N_("The key is in the environment variable {variable}, which this program cannot change. Remove the variable first.")

log = logging.getLogger(__name__)


class KeyPlace(StrEnum):
    """Where a key is kept."""

    FILE = "file"
    KEYRING = "keyring"
    ENVIRONMENT = "environment"


class MarketKey:
    """The key of the market in a folder. Made on first use, in the file, where nobody chose another place before."""

    def __init__(self, folder: Path) -> None:
        self._path, self._coming = folder / KEY_FILE, folder / COMING_FILE

    @property
    def place(self) -> KeyPlace:
        """Where the key is, or would be made."""
        if os.environ.get(KEY_VARIABLE):
            return KeyPlace.ENVIRONMENT
        return KeyPlace.KEYRING if self._path.is_file() and self._path.read_bytes().startswith(POINTER) else KeyPlace.FILE

    @property
    def shown(self) -> str:
        """The place for people: the name of the variable or of the file."""
        return KEY_VARIABLE if self.place is KeyPlace.ENVIRONMENT else KEY_FILE

    def read(self) -> bytes:
        """The key, made now where there is none. SettingsError when it is in a keyring that does not give it."""
        if given := os.environ.get(KEY_VARIABLE):
            return given.encode()
        try:
            _write_new(self._path, key := Fernet.generate_key())
        except FileExistsError:
            return _pointed_at(self._in_file())
        return key

    def coming(self) -> bytes | None:
        """A new key that was made and has not taken the place of the other yet; None where there is none, or it cannot be had."""
        if self.place is KeyPlace.ENVIRONMENT:
            return None
        try:
            return _pointed_at(self._coming.read_bytes())
        except (OSError, SettingsError):
            return None

    def make_coming(self) -> bytes:
        """Makes a new key where the present one is, beside it. SettingsError where no program can change it, or none takes it."""
        if self.place is KeyPlace.ENVIRONMENT:
            raise SettingsError(IN_ENVIRONMENT, code="key-in-environment", variable=KEY_VARIABLE)
        key = Fernet.generate_key()
        content = key
        if self.place is KeyPlace.KEYRING:
            entry = uuid.uuid4().hex
            _into_keyring(entry, key)
            content = POINTER + entry.encode()
        self._coming.unlink(missing_ok=True)
        _write_new(self._coming, content)
        return key

    def take_coming(self) -> None:
        """Puts the new key in the place of the present one, which is gone then."""
        former = self._in_file()
        self._coming.replace(self._path)
        _forget(former)

    def drop_coming(self) -> None:
        """Forgets a new key that nothing was sealed with; nothing happens where there is none."""
        with suppress(OSError):
            content = self._coming.read_bytes()
            self._coming.unlink()
            _forget(content)

    def make_in_keyring(self) -> None:
        """Makes the key of a new market, which is never in a file. SettingsError where no keyring takes it; FileExistsError."""
        entry = uuid.uuid4().hex
        _into_keyring(entry, Fernet.generate_key())
        _write_new(self._path, POINTER + entry.encode())

    def move(self, to: KeyPlace) -> None:
        """Moves the key. At every moment it is where the file says; SettingsError, with the key where it was, when it cannot be done."""
        if KeyPlace.ENVIRONMENT in (self.place, to):
            raise SettingsError(IN_ENVIRONMENT, code="key-in-environment", variable=KEY_VARIABLE)
        key = self.read()
        if to is self.place:
            return
        if to is KeyPlace.KEYRING:
            entry = uuid.uuid4().hex
            _into_keyring(entry, key)
            self._replace(POINTER + entry.encode())
        else:
            former = self._in_file()
            self._replace(key)
            _forget(former)

    def _in_file(self) -> bytes:
        """What is in the file, or what another process is about to write; empty when there is nothing after a second."""
        if os.name == "posix" and self._path.stat().st_mode & stat.S_IROTH:
            log.warning("%s may be read by every user of this computer; take that right away with: chmod o-r", self._path)
        for _ in range(20):
            if kept := self._path.read_bytes().removeprefix(codecs.BOM_UTF8).strip():
                return kept
            time.sleep(0.05)
        return b""

    def _replace(self, content: bytes) -> None:
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _write_new(part, content)
        part.replace(self._path)


def refuse_without_keyring() -> None:
    """Raises SettingsError where no keyring keeps what it is given."""
    entry = f"try-{uuid.uuid4().hex}"
    _into_keyring(entry, b"try")
    _out_of_keyring(entry)


def _write_new(path: Path, content: bytes) -> None:
    """A file that only its owner may read (on Windows: whoever may read the folder), on the disk when this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _pointed_at(content: bytes) -> bytes:
    """The key that a file holds or names."""
    return _from_keyring(content.removeprefix(POINTER).decode()) if content.startswith(POINTER) else content


def _forget(content: bytes) -> None:
    """Takes a key that is used no more out of the keyring, if it was there."""
    if content.startswith(POINTER):
        _out_of_keyring(content.removeprefix(POINTER).decode())


def _from_keyring(entry: str) -> bytes:
    with _asking():
        import keyring

        found = keyring.get_password(SERVICE, entry)
    if found is None:
        raise SettingsError(NOT_THERE, code="key-not-in-keyring", file=KEY_FILE)
    return found.encode()


def _into_keyring(entry: str, key: bytes) -> None:
    with _asking():
        import keyring

        keyring.set_password(SERVICE, entry, key.decode())
        kept = keyring.get_password(SERVICE, entry)
    if kept != key.decode():  # some take everything and keep nothing
        raise SettingsError(NO_KEYRING, code="no-keyring", kind="–")


def _out_of_keyring(entry: str) -> None:
    """A key that stays there harms nobody."""
    with suppress(SettingsError), _asking():
        import keyring

        keyring.delete_password(SERVICE, entry)


@contextmanager
def _asking() -> Iterator[None]:
    """Faults of keyrings as sentences, whatever library is behind; their own words stay out."""
    try:
        yield
    except ModuleNotFoundError:
        raise SettingsError(NO_PACKAGE, code="needs-extra-keyring") from None
    except Exception as error:
        raise SettingsError(NO_KEYRING, code="no-keyring", kind=type(error).__name__) from None
