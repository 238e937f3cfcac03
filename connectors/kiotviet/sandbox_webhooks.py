"""Registering webhooks at the practice KiotViet: PascalCase in, camelCase out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from connectors.kiotviet.sandbox_dialect import broken_rule, fields_of, local_text, without_gaps
from connectors.kiotviet.sandbox_shop import RETAILER_ID
from ocop_market.model.clock import Clock
from ocop_market.sandbox.shelf import Record, Shelf

TYPES = frozenset({
    "customer.update", "customer.delete", "product.update", "product.delete", "stock.update", "order.update", "invoice.update",
    "category.update", "category.delete", "branch.update", "branch.delete", "pricebook.update", "pricebook.delete",
    "pricebookdetail.update", "pricebookdetail.delete"})
"""Kinds of event, webhook chapter 2026-03; there is none for returns."""

SHORTEST_SECRET = 8
FIRST_ID = 900_001


class Webhooks:
    """The registered addresses; the secret is kept and never shown."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock

    def register(self, body: Mapping[str, Any]) -> Record:
        """Registers one address. Raises Refusal.

        A second one for the same kind of event is refused (unverified: it may also displace the first).
        """
        sent = fields_of(fields_of(body).get("webhook"))
        kind, url, secret = sent.get("type"), sent.get("url"), sent.get("secret")
        if kind not in TYPES:
            raise broken_rule("Kiểu sự kiện không hợp lệ")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise broken_rule("Địa chỉ đăng ký không hợp lệ")
        if secret is not None and not _well_made(secret):
            raise broken_rule("Mã bí mật phải có từ 8 ký tự và được mã hóa Base64")
        if any(record["type"] == kind for record in self._shelf.values()):
            raise broken_rule(f"Webhook {kind} đã được đăng ký")
        number = max((record["id"] for record in self._shelf.values()), default=FIRST_ID - 1) + 1
        record = without_gaps(id=number, type=kind, url=url, isActive=bool(sent.get("isactive", True)),
                              retailerId=RETAILER_ID, description=str(sent.get("description") or ""), secret=secret,
                              modifiedDate=local_text(self._clock()))
        self._shelf[str(number)] = record
        return self._shown(record)

    def all(self) -> list[Record]:
        """Every registered address."""
        return [self._shown(record) | {"modifiedDate": record["modifiedDate"]} for record in self._shelf.values()]

    def one(self, number: int) -> Record:
        """One registered address. Raises Refusal (420) when there is none."""
        record = self._shelf.get(str(number))
        if record is None:
            raise broken_rule("Webhook không tồn tại")
        return self._shown(record)

    def remove(self, number: int) -> None:
        """Forgets an address. Raises Refusal (420) when there is none."""
        self.one(number)
        del self._shelf[str(number)]

    @staticmethod
    def _shown(record: Record) -> Record:
        return {name: record[name] for name in ("id", "type", "url", "isActive", "retailerId", "description")}


def _well_made(secret: object) -> bool:
    try:
        return isinstance(secret, str) and len(base64.b64decode(secret, validate=True)) >= SHORTEST_SECRET
    except (binascii.Error, ValueError):
        return False
