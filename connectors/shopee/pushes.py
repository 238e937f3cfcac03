"""Shopee's pushes: verified by their bytes, then read for what they are about. GUIDE Push-Mechanism, 2026-08."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.shopee import facts
from ocop_market.channels.webhooks import ForgedCall, Hint, HintKind, MalformedCall, Notice, WebhookCall, same
from ocop_market.errors import Where

ABOUT: Mapping[int, tuple[HintKind, tuple[str, ...]]] = {
    1: (HintKind.CONSENT, ()), 2: (HintKind.CONSENT, ()), 12: (HintKind.CONSENT, ()),
    3: (HintKind.ORDERS, ("ordersn",)), 4: (HintKind.ORDERS, ("ordersn",)), 15: (HintKind.ORDERS, ("ordersn",)),
    29: (HintKind.ORDERS, ("order_sn",)), 30: (HintKind.ORDERS, ("ordersn",)),
    7: (HintKind.STOCK, ("item_id", "variation_id")), 8: (HintKind.STOCK, ("item_id", "variation_id")),
    6: (HintKind.LISTINGS, ("item_id",)), 16: (HintKind.LISTINGS, ("item_id",)), 22: (HintKind.LISTINGS, ("item_id",)),
    27: (HintKind.LISTINGS, ("item_id",)),
}
"""By code: what a push is about, and where its id stands. Any other code is taken and leads to nothing."""


def read_push(call: WebhookCall, key: str, account: str) -> Notice:
    """What a push tells, once its signature holds: HMAC-SHA256 over the registered address, a bar, and the bytes as they came.

    Raises ForgedCall and MalformedCall.
    """
    where = Where(facts.KEY, account)
    expected = hmac.new(key.encode(), call.url.encode() + b"|" + call.body, hashlib.sha256).hexdigest()
    if not same(expected, call.headers.get("authorization", "")):
        raise ForgedCall(where=where, account=account)
    try:
        envelope: dict[str, Any] = json.loads(call.body)
        code, data = int(envelope["code"]), envelope.get("data")
        sent_at = datetime.fromtimestamp(int(envelope["timestamp"]), UTC)
        shop = str(envelope.get("shop_id") or "")
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        raise MalformedCall(where=where, account=account) from None
    return Notice(_delivery(envelope, call.body), _hints(code, data if isinstance(data, dict) else {}), sent_at, shop)


def _hints(code: int, data: Mapping[str, Any]) -> tuple[Hint, ...]:
    if code not in ABOUT:
        return ()
    kind, places = ABOUT[code]
    subject = "/".join(str(data[place]) for place in places if isinstance(data.get(place), int | str))
    return (Hint(kind, subject),)


def _delivery(envelope: Mapping[str, Any], body: bytes) -> str:
    """`msg_id`, which live bodies carry although no page names it (unverified); else the bytes themselves."""
    message = envelope.get("msg_id")
    told = f"{envelope.get('shop_id')}:{message}".encode() if isinstance(message, int | str) and message else body
    return hashlib.sha256(told).hexdigest()
