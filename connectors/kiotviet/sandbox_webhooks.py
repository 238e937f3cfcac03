"""Webhooks of the practice KiotViet: registered (PascalCase in, camelCase out), then called."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from connectors.kiotviet.sandbox_dialect import broken_rule, fields_of, local_text, without_gaps
from connectors.kiotviet.sandbox_shop import RETAILER_ID
from ocop_market.model.clock import Clock
from ocop_market.sandbox.deliveries import Deliveries, Delivery, Post, Taken
from ocop_market.sandbox.shelf import Record, Shelf

TYPES = frozenset({
    "customer.update", "customer.delete", "product.update", "product.delete", "stock.update", "order.update", "invoice.update",
    "category.update", "category.delete", "branch.update", "branch.delete", "pricebook.update", "pricebook.delete",
    "pricebookdetail.update", "pricebookdetail.delete"})
"""Kinds of event, webhook chapter 2026-03; there is none for returns."""

SHORTEST_SECRET = 8
IN_TIME = 5.0
ENDS = frozenset({400, 401, 403, 404, 405})
"""Answers after which KiotViet never calls that address again, webhook chapter 2026-03."""
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""Waits before it tries again; the documents tell none (unverified)."""
FIRST_ID = 900_001


class Webhooks:
    """The registered addresses; the secret is kept and never shown."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf, self._clock = shelf, clock
        self.on_the_way = Deliveries(AGAIN, lambda answer: answer.status == 200 and answer.seconds <= IN_TIME, self._hear)

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

    def announce(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts a call about these rows (PascalCase) on its way to whoever registered for it; nothing where nobody did."""
        hook = next((one for one in self._shelf.values() if one["type"] == kind and one["isActive"]), None)
        if hook is None or not rows:
            return
        told = {"Id": str(uuid.uuid4()), "Notifications": [{"Action": f"{kind}.{RETAILER_ID}", "Data": list(rows)}]}
        secret = hook.get("secret")

        def write(attempt: int) -> tuple[bytes, Mapping[str, str]]:
            body = json.dumps({**told, "Attempt": attempt}, ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json"}
            if secret:  # the label is wrong at the platform as well: the digest is SHA-256 (two receivers, unverified)
                headers["X-Hub-Signature"] = f"sha1={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
            return body, headers

        self.on_the_way.waiting.append(Delivery(hook["url"], write, self._clock()))

    def deliver(self, post: Post) -> int:
        """Makes the calls that are due; how many were taken."""
        return self.on_the_way.send(post, self._clock())

    def _hear(self, delivery: Delivery, answer: Taken, _good: bool) -> None:
        if answer.status not in ENDS:
            return
        for key, record in list(self._shelf.items()):
            if record["url"] == delivery.url:
                self._shelf[key] = {**record, "isActive": False}
        delivery.attempt = len(AGAIN) + 1

    @staticmethod
    def _shown(record: Record) -> Record:
        return {name: record[name] for name in ("id", "type", "url", "isActive", "retailerId", "description")}


def _well_made(secret: object) -> bool:
    try:
        return isinstance(secret, str) and len(base64.b64decode(secret, validate=True)) >= SHORTEST_SECRET
    except (binascii.Error, ValueError):
        return False
