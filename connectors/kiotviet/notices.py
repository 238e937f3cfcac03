"""KiotViet's webhooks: verified by their bytes, then read for what they are about. DOC "Webhook", 2026-03."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.kiotviet import facts
from ocop_market.channels.webhooks import ForgedCall, Hint, HintKind, MalformedCall, Notice, WebhookCall, same
from ocop_market.errors import Where

SIGNATURE_LENGTH = 64
"""Hex digits of SHA-256. A digest of 40 is none of ours, whatever it calls itself."""
ABOUT: Mapping[str, tuple[HintKind, str]] = {
    "invoice.update": (HintKind.ORDERS, "Id"), "order.update": (HintKind.ORDERS, "Id"),
    "stock.update": (HintKind.STOCK, "ProductId"),
    "product.update": (HintKind.LISTINGS, "Id"), "product.delete": (HintKind.LISTINGS, "Id"),
}
"""By the first two parts of an action (a third names the shop): what it is about, and where its id stands."""


def read_notice(call: WebhookCall, secret: str | None, account: str) -> Notice:
    """What a call tells; signed, where a secret is set, by HMAC-SHA256 of the bytes. Raises ForgedCall and MalformedCall.

    Without a secret KiotViet signs nothing; our address, which nobody can guess, is then all that keeps strangers out.
    """
    where = Where(facts.KEY, account)
    if secret is not None and not _signed(call, secret):
        raise ForgedCall(where=where, account=account)
    try:
        body: dict[str, Any] = json.loads(call.body)
        notices = list(body.get("Notifications") or [])
        hints = tuple(dict.fromkeys(hint for notice in notices for hint in _hints(notice)))
    except (ValueError, TypeError, AttributeError):
        raise MalformedCall(where=where, account=account) from None
    told = {name: value for name, value in body.items() if name != "Attempt"}  # it grows each time the same is sent again
    return Notice(hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest(), hints)


def _signed(call: WebhookCall, secret: str) -> bool:
    """By the secret as it was registered, or by what it encodes: the documents leave open which (unverified)."""
    given = call.headers.get("x-hub-signature", "").rpartition("=")[2].strip().lower()
    if len(given) != SIGNATURE_LENGTH:
        return False
    return any([same(hmac.new(key, call.body, hashlib.sha256).hexdigest(), given) for key in _keys(secret)])  # noqa: C419  (all, always)


def _keys(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    try:
        yield base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        return


def _hints(notice: Mapping[str, Any]) -> Iterator[Hint]:
    action = ".".join(str(notice.get("Action", "")).split(".")[:2])
    if action not in ABOUT:
        return
    kind, place = ABOUT[action]
    for row in notice.get("Data") or [{}]:
        number = row.get(place) if isinstance(row, dict) else None
        yield Hint(kind, str(number) if isinstance(number, int | str) else "")
