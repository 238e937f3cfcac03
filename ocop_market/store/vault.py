"""Secrets at rest: sealed with the market's key, bound to the account they belong to."""

from __future__ import annotations

import base64
import codecs
import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, func, select

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.store.engine import Store, upsert
from ocop_market.store.tables import secret

KEY_FILE = "market.key"
KEY_VARIABLE = "OCOP_MARKET_KEY"

WRONG_KEY = N_("The saved keys of account '{account}' cannot be opened with {key}. Restore the file {key} from a backup, or "
               "enter the keys again with: ocop-market accounts keys {account}")
BAD_KEY = N_("{key} holds no key, or a damaged one. Restore it from a backup; without one, remove it and enter the keys of every "
             "account again with: ocop-market accounts keys ACCOUNT")


class Vault:
    """Seals JSON objects per account and kind. The key is in OCOP_MARKET_KEY, or in a file beside the settings.

    The file is made on first use and readable by its owner only (on Windows: whoever may read the folder).
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self._path = store, folder / KEY_FILE
        self._fernet: Fernet | None = None
        self._raw = b""

    def put(self, account: str, kind: str, values: dict[str, Any], now: datetime) -> None:
        """Keeps `values` sealed; they are on disk when this returns."""
        row = self._row(account, kind, values, now)
        with self.store.writing(durable=True) as connection:
            upsert(connection, secret, [row])

    def replace(self, account: str, kind: str, old: dict[str, Any] | None, new: dict[str, Any], now: datetime) -> bool:
        """Keeps `new` in the place of `old`; False, with nothing changed, when something else is kept by now.

        No turn is asked for: what is compared here says more than a turn could.
        """
        row = self._row(account, kind, new, now)
        with self.store.writing(durable=True, guarded=False) as connection:
            if self._opened(connection, account, kind) != old:
                return False
            upsert(connection, secret, [row])
        return True

    def _row(self, account: str, kind: str, values: dict[str, Any], now: datetime) -> dict[str, Any]:
        sealed = self._key().encrypt(json.dumps({"account": account, "kind": kind, "values": values}).encode()).decode()
        return {"account": account, "kind": kind, "sealed": sealed, "updated_at": now}

    def get(self, account: str, kind: str) -> dict[str, Any] | None:
        """What was kept, or None; SettingsError when it was sealed with another key or for another account."""
        with self.store.reading() as connection:
            return self._opened(connection, account, kind)

    def _opened(self, connection: Connection, account: str, kind: str) -> dict[str, Any] | None:
        query = select(secret.c.sealed).where(secret.c.account == account, secret.c.kind == kind)
        sealed = connection.execute(query).scalar()
        if sealed is None:
            return None
        try:
            opened: dict[str, Any] = json.loads(self._key().decrypt(sealed.encode()))
        except InvalidToken:
            opened = {}
        if (opened.get("account"), opened.get("kind")) != (account, kind):
            raise SettingsError(WRONG_KEY, code="wrong-key", account=account, key=KEY_FILE) from None
        values: dict[str, Any] = opened["values"]
        return values

    def drop(self, account: str) -> None:
        """Forgets all secrets of an account: its keys and its tokens."""
        with self.store.writing() as connection:
            connection.execute(delete(secret).where(secret.c.account == account))

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose than sealing, derived from the market's: the same one as long as that is kept."""
        self._key()
        return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(base64.urlsafe_b64decode(self._raw))

    def _key(self) -> Fernet:
        if self._fernet is None:
            given = os.environ.get(KEY_VARIABLE)
            try:
                self._raw = given.encode() if given else self._key_from_file()
                self._fernet = Fernet(self._raw)
            except ValueError:
                raise SettingsError(BAD_KEY, code="bad-key", key=KEY_VARIABLE if given else KEY_FILE) from None
        return self._fernet

    def _key_from_file(self) -> bytes:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._key_in_file()
        with os.fdopen(descriptor, "wb") as file:
            file.write(key := Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        return key

    def _key_in_file(self) -> bytes:
        """The key that is there, or that another process is about to write; empty when there is none after a second."""
        for _ in range(20):
            if key := self._path.read_bytes().removeprefix(codecs.BOM_UTF8).strip():
                return key
            time.sleep(0.05)
        return b""


def last_sealed(connection: Connection) -> dict[str, datetime]:
    """When a secret or token of each account was last kept."""
    return dict(connection.execute(select(secret.c.account, func.max(secret.c.updated_at)).group_by(secret.c.account)).all())
