"""Secrets at rest: sealed with the market's key, bound to the account they belong to."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, select

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.store.engine import Store, upsert
from ocop_market.store.market_key import KeyPlace, MarketKey
from ocop_market.store.tables import secret

WRONG_KEY = N_("The saved keys of account '{account}' cannot be opened with {key}. Restore the file {key} from a backup, or "
               "enter the keys again with: ocop-market accounts keys {account}")
BAD_KEY = N_("{key} holds no key, or a damaged one. Restore it from a backup; without one, remove it and enter the keys of every "
             "account again with: ocop-market accounts keys ACCOUNT")


class Vault:
    """Seals JSON objects per account and kind with the market's key (see `MarketKey`)."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.key = store, MarketKey(folder)
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
            raise SettingsError(WRONG_KEY, code="wrong-key", account=account, key=self.key.shown) from None
        values: dict[str, Any] = opened["values"]
        return values

    def drop(self, account: str) -> None:
        """Forgets all secrets of an account: its keys and its tokens."""
        with self.store.writing() as connection:
            connection.execute(delete(secret).where(secret.c.account == account))

    def forget(self, account: str, kind: str) -> None:
        """Forgets one kind of an account's secrets; nothing happens when there is none."""
        with self.store.writing() as connection:
            connection.execute(delete(secret).where(secret.c.account == account, secret.c.kind == kind))

    def move_key(self, to: KeyPlace) -> None:
        """Moves the key, once it is known to be one; SettingsError as `MarketKey.move`."""
        self._key()
        self.key.move(to)

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose than sealing, derived from the market's: the same one as long as that is kept."""
        self._key()
        return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(base64.urlsafe_b64decode(self._raw))

    def _key(self) -> Fernet:
        if self._fernet is None:
            self._raw = self.key.read()
            try:
                self._fernet = Fernet(self._raw)
            except ValueError:
                raise SettingsError(BAD_KEY, code="bad-key", key=self.key.shown) from None
        return self._fernet
