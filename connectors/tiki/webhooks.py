"""Tiki's older webhooks about product requests: proved by a name and a password, not signed. GUIDE Webhook, 2026-09."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from connectors.tiki import facts
from ocop_market.channels.webhooks import ForgedCall, Hint, HintKind, MalformedCall, Notice, WebhookCall, same
from ocop_market.errors import Where

REVIEWED = "product:request:"


def read_webhook(call: WebhookCall, name: str, password: str, account: str) -> Notice:
    """What a call tells, once its HTTP Basic credentials are ours. Raises ForgedCall and MalformedCall."""
    where = Where(facts.KEY, account)
    expected = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
    if not same(expected, call.headers.get("authorization", "")):
        raise ForgedCall(where=where, account=account)
    try:
        body: dict[str, Any] = json.loads(call.body)
        event, payload = str(body["event"]), body.get("payload") or {}
        subject = str(payload.get("request_id") or "")
        told = f"{event}:{body['id']}".encode() if body.get("id") else call.body
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedCall(where=where, account=account) from None
    hints = (Hint(HintKind.LISTINGS, subject),) if event.startswith(REVIEWED) else ()
    return Notice(hashlib.sha256(told).hexdigest(), hints)
