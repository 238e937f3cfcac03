"""The producer's side: a key, bundles made with it, and notices that take them back."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.sharing.bundle import Bundle, Level, SharedAccount, write_bundle
from ocop_market.sharing.fingerprint import spoken_code
from ocop_market.sharing.gather import shared_products, sold_lines
from ocop_market.sharing.notice import revoked, write_notice
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.engine import Store
from ocop_market.store.vault import Vault

SIGNING = ":share"
"""Where the key is sealed in the vault; no account can have this name."""
NOT_OURS = N_("{name} was not signed with this market's key, so it cannot be taken back here. Use the market that made it.")


@dataclass(frozen=True)
class Asked:
    """What a bundle is to tell: days inside on both ends, and until when an office may use it."""

    first_day: date
    last_day: date
    valid_until: date
    level: Level
    accounts: tuple[SharedAccount, ...]
    name: str
    practice: bool


class Sharer:
    """Makes bundles in the name of one market."""

    def __init__(self, store: Store, vault: Vault, now: datetime) -> None:
        self._store, self._vault, self._now = store, vault, now

    @property
    def code(self) -> str:
        """The market's code, to be read out over the telephone."""
        return spoken_code(self._key().public_key().public_bytes_raw())

    def make(self, asked: Asked, products: Mapping[str, Product]) -> bytes:
        """A bundle of the sales as the ledger tells them now."""
        order_key, name_key = self._vault.key_for("share-orders"), self._vault.key_for("pseudonym")
        names: Collection[str] = [account.name for account in asked.accounts]
        with self._store.reading() as connection:
            lines = list(sold_lines(connection, names, asked.first_day, asked.last_day, asked.level, order_key))
            told = shared_products(products, load_former_codes(connection), {line.sku for line in lines}, name_key)
        return write_bundle(
            self._key(), lines, told, name=asked.name, made_at=self._now, first_day=asked.first_day, last_day=asked.last_day,
            valid_until=asked.valid_until, level=asked.level, practice=asked.practice, accounts=asked.accounts)

    def revoke(self, name: str, bundle: Bundle) -> bytes:
        """A notice that the bundle no longer holds; SettingsError (`not-our-bundle`) for one that another market signed."""
        key = self._key()
        if bundle.public_key != key.public_key().public_bytes_raw():
            raise SettingsError(NOT_OURS, code="not-our-bundle", name=name)
        return write_notice(key, (revoked(bundle),), self._now)

    def _key(self) -> Ed25519PrivateKey:
        kept = self._vault.get(SIGNING, "signing")
        if kept is None:
            private = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
            self._vault.replace(SIGNING, "signing", None, {"private": private}, self._now)  # of two processes, the first one's counts
            kept = self._vault.get(SIGNING, "signing")
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode((kept or {})["private"]))
