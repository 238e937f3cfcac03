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
from sqlalchemy import Connection, bindparam, delete, select

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.store.engine import Store, upsert
from ocop_market.store.market_key import KeyPlace, MarketKey
from ocop_market.store.tables.work import secret

WRONG_KEY = N_("The saved keys of account '{account}' cannot be opened with {key}. Restore the file {key} from a backup, or "
               "enter the keys again with: ocop-market accounts keys {account}")
BAD_KEY = N_("{key} holds no key, or a damaged one. Restore it from a backup; without one, remove it and enter the keys of every "
             "account again with: ocop-market accounts keys ACCOUNT")
_LOOK = select(secret.c.sealed).where(secret.c.account == bindparam("of_account"), secret.c.kind == bindparam("of_kind"))


ROOT, KEY_ID = "root", "key-id"
"""Kinds of what is kept for no account: the key from which others are derived, and by which key everything is sealed."""


class Vault:
    """Seals JSON objects per account and kind with the market's key (see `MarketKey`)."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.key = store, MarketKey(folder)
        self._fernet: Fernet | None = None
        self._raw = self._root = b""

    def put(self, account: str, kind: str, values: dict[str, Any], now: datetime) -> None:
        """Keeps `values` sealed; they are on disk when this returns."""
        with self.store.writing(durable=True) as connection:
            self._keep(connection, account, kind, values, now)

    def replace(self, account: str, kind: str, old: dict[str, Any] | None, new: dict[str, Any], now: datetime) -> bool:
        """Keeps `new` in the place of `old`; False, with nothing changed, when something else is kept by now.

        No turn is asked for: what is compared here says more than a turn could.
        """
        with self.store.writing(durable=True, guarded=False) as connection:
            if self._opened(connection, account, kind) != old:
                return False
            self._keep(connection, account, kind, new, now)
        return True

    def _keep(self, connection: Connection, account: str, kind: str, values: dict[str, Any], now: datetime) -> None:
        """Asked inside the transaction: meanwhile another process may have sealed everything with a new key."""
        wanted = _key_id_kept(connection)
        if self._fernet is None or wanted not in (None, _key_id(self._raw)):
            self._choose_key(wanted)
        upsert(connection, secret, [_sealed(self._key(connection), account, kind, values, now)])

    def get(self, account: str, kind: str) -> dict[str, Any] | None:
        """What was kept, or None; SettingsError when it was sealed with another key or for another account."""
        with self.store.reading() as connection:
            return self._opened(connection, account, kind)

    def _opened(self, connection: Connection, account: str, kind: str) -> dict[str, Any] | None:
        sealed = connection.execute(_LOOK, {"of_account": account, "of_kind": kind}).scalar()
        if sealed is None:
            return None
        try:
            content = self._key(connection).decrypt(sealed.encode())
        except InvalidToken:
            self._choose_key(_key_id_kept(connection))
            try:
                content = self._key(connection).decrypt(sealed.encode())
            except InvalidToken:
                content = b"{}"
        opened: dict[str, Any] = json.loads(content)
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
        self._end_change()
        with self.store.reading() as connection:
            self._key(connection)
        self.key.move(to)

    def change_key(self, now: datetime) -> int:
        """Makes a new key and seals everything with it in one transaction; how many secrets those are.

        The old key is there until that is on the disk. Killed at any moment, everything is open to the program as before. Keys for
        other purposes (`key_for`) stay the same. SettingsError, with nothing changed, where a secret cannot be opened, and as
        `MarketKey.make_coming`.
        """
        self._end_change()
        raw = self.key.make_coming()
        try:
            with self.store.writing(durable=True) as connection:
                secrets = self._seal_anew(connection, raw, now)
        except SettingsError:
            self.key.drop_coming()
            raise
        self._fernet, self._raw = Fernet(raw), raw
        self.key.take_coming()
        return secrets

    def _seal_anew(self, connection: Connection, raw: bytes, now: datetime) -> int:
        """A change counts as one of the secret, so that a backup from before, once it is restored, does not bring the old one back."""
        fernet = Fernet(raw)
        kept = [(row.account, row.kind) for row in connection.execute(select(secret.c.account, secret.c.kind))
                if row.kind not in (ROOT, KEY_ID)]
        rows = [_sealed(fernet, account, kind, self._opened(connection, account, kind) or {}, now) for account, kind in kept]
        root = {"key": base64.urlsafe_b64encode(self._root_of(connection)).decode()}
        upsert(connection, secret, [
            *rows, _sealed(fernet, "", ROOT, root, now), {"account": "", "kind": KEY_ID, "sealed": _key_id(raw), "updated_at": now}])
        return len(rows)

    def _end_change(self) -> None:
        """Ends the change of a run that was stopped: forwards where everything was sealed already, else back."""
        with self.store.reading() as connection:
            wanted = _key_id_kept(connection)
        coming = self.key.coming()
        if coming is not None and _key_id(coming) == wanted:
            self.key.take_coming()
        else:
            self.key.drop_coming()

    def key_for(self, purpose: str) -> bytes:
        """A key of 32 bytes for another purpose than sealing: the same one however often the market's key is changed."""
        if not self._root:
            with self.store.reading() as connection:
                self._root = self._root_of(connection)
        return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(self._root)

    def _root_of(self, connection: Connection) -> bytes:
        """What other keys are derived from: the market's first key."""
        kept = self._opened(connection, "", ROOT)
        self._key(connection)
        return base64.urlsafe_b64decode(self._raw if kept is None else kept["key"])

    def _key(self, connection: Connection) -> Fernet:
        if self._fernet is None:
            self._choose_key(_key_id_kept(connection))
        assert self._fernet is not None  # noqa: S101  (chosen just now)
        return self._fernet

    def _choose_key(self, wanted: str | None) -> None:
        """The key by which everything is sealed: the present one, or the new one of a change that was cut off before its end."""
        raw = self.key.read()
        if wanted is not None and _key_id(raw) != wanted and (coming := self.key.coming()) is not None and _key_id(coming) == wanted:
            raw = coming
        try:
            self._fernet = Fernet(raw)
        except ValueError:
            raise SettingsError(BAD_KEY, code="bad-key", key=self.key.shown) from None
        self._raw = raw


def _sealed(key: Fernet, account: str, kind: str, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    sealed = key.encrypt(json.dumps({"account": account, "kind": kind, "values": values}).encode()).decode()
    return {"account": account, "kind": kind, "sealed": sealed, "updated_at": now}


def _key_id(raw: bytes) -> str:
    """Tells one key from another, and nothing else of it."""
    return HKDF(hashes.SHA256(), 16, None, KEY_ID.encode()).derive(raw).hex()


def _key_id_kept(connection: Connection) -> str | None:
    """Of the key by which everything is sealed; None as long as it was never changed."""
    found: str | None = connection.execute(_LOOK, {"of_account": "", "of_kind": KEY_ID}).scalar()
    return found
