"""The older webhooks of the Tiki practice server: about product requests, proved by HTTP Basic. GUIDE Webhook, 2026-09."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import Route, answer, read_object
from connectors.tiki.sandbox_queues import Queues
from connectors.tiki.sandbox_review import Review
from ocop_market.sandbox.deliveries import CallsOut, Deliveries, Delivery, Post, Taken
from ocop_market.sandbox.shelf import Record

EVENTS = ("product:request:approved", "product:request:rejected", "product:request:locked")
TOLD = {"approved": EVENTS[0], "update_product_approved": EVENTS[0], "rejected": EVENTS[1], "locked": EVENTS[2]}
"""By the state of a request; that an update is told of as well is unverified."""
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
"""Waits before a call comes again; the documents tell none (unverified)."""
NAME, PASSWORD = "practice", "practice-webhook-password"
CREDENTIALS = "credentials"


class Webhooks(Review, Queues, CallsOut):
    """One address for each event. `post` carries the calls."""

    post: Post

    def routes(self) -> Sequence[Route]:
        """Adds webhooks and their credentials, version 1."""
        return (
            *super().routes(),
            ("GET", "/integration/v1/webhooks", "list_webhooks"),
            ("POST", "/integration/v1/webhooks", "register_webhook"),
            ("PUT", "/integration/v1/webhooks/credentials", "keep_credentials"),
        )

    def open(self) -> None:
        """Adds the shelves of webhooks and of what proves them."""
        super().open()
        self._webhooks, self._proof = self.shelf("webhooks"), self.shelf("webhook credentials")
        self._told_to = self.clock()
        self.on_the_way = Deliveries(AGAIN, _taken)

    def list_webhooks(self, request: Request) -> Response:
        """The registered addresses, a bare array."""
        return answer(list(self._webhooks.values()))

    def register_webhook(self, request: Request) -> Response:
        """Registers one address for an event; a second one for the same event is refused."""
        body = read_object(request)
        uri, event = body.get("uri"), body.get("event")
        if not isinstance(uri, str) or not uri.startswith(("http://", "https://")) or event not in EVENTS:
            return _refusal(400, "bad_request", f"uri must be a URL and event one of {', '.join(EVENTS)}")
        if str(event) in self._webhooks:
            return _refusal(409, "conflict", f"webhook for event {event} is already registered")
        self._webhooks[str(event)] = {"uri": uri, "event": event}
        return answer(self._webhooks[str(event)])

    def keep_credentials(self, request: Request) -> Response:
        """What every call carries from now on; before that, calls carry nothing."""
        body = read_object(request)
        name, password = body.get("id"), body.get("secret")
        if not (isinstance(name, str) and name and isinstance(password, str) and password):
            return _refusal(400, "bad_request", "id and secret are required")
        self._proof[CREDENTIALS] = {"id": name, "secret": password}
        return answer({"id": name})

    def call_at(self, url: str, since: datetime) -> dict[str, str]:
        """One address for all events, in the place of older ones."""
        with self._lock:
            for event in EVENTS:
                self._webhooks[event] = {"uri": url, "event": event}
            self._proof[CREDENTIALS] = {"id": NAME, "secret": PASSWORD}
            self._told_to = since
        return {"webhook_name": NAME, "webhook_password": PASSWORD}

    def deliver(self) -> int:
        """Calls about requests that were decided."""
        with self._lock:
            self.review()
            now = self.clock()
            for kept in self._requests.values():
                event, at = TOLD.get(kept["state"], ""), datetime.fromisoformat(kept["changed"])
                if event in self._webhooks and self._told_to < at <= now:
                    write = partial(self._write, _told(kept, event, at))
                    self.on_the_way.waiting.append(Delivery(self._webhooks[event]["uri"], write, now))
            self._told_to = now
            return self.on_the_way.send(self.post, now)

    def _write(self, told: bytes, _attempt: int) -> tuple[bytes, Mapping[str, str]]:
        headers = {"Content-Type": "application/json"}
        if (proof := self._proof.get(CREDENTIALS)) is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{proof['id']}:{proof['secret']}".encode()).decode()
        return told, headers


def _told(kept: Record, event: str, at: datetime) -> bytes:
    """Numbers are texts here, unlike everywhere else (GUIDE Webhook, 2026-09)."""
    product = kept["products"][0] if kept["products"] else {}
    reasons = [{"reason_id": "", "reason_name": text, "reject_description": text, "reason_data": ""} for text in kept["reasons"]]
    payload = {"event": event, "event_time": int(at.timestamp() * 1000), "request_id": kept["request_id"], "state": kept["state"],
               "product_id": str(product.get("product_id", "")), "product_sku": str(product.get("sku", "")), "list_reasons": reasons,
               "reason": kept["reason"]}
    number = f"{kept['track_id']}-{int(at.timestamp())}"
    return json.dumps({"id": number, "event": event, "payload": payload}, ensure_ascii=False).encode()


def _taken(given: Taken) -> bool:
    return 200 <= given.status < 300


def _refusal(status: int, code: str, message: str) -> Response:
    """Webhook endpoints have an error form of their own (open-api-docs, webhook page)."""
    return answer({"error": {"id": code, "message": message}}, status)
