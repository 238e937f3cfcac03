"""The practice Shopee's pushes: signed, repeated, and switched off when too many fail. GUIDE Push-Mechanism, 2026-08.

Lost pushes that can be asked for afterwards are not imitated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from connectors.shopee.sandbox_gateway import PARTNER_KEY, SHOP_ID
from connectors.shopee.sandbox_order_book import OrderBook, status_of_order
from connectors.shopee.sandbox_wire import POST, Body, Call, Endpoint, Refusal, seconds
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.deliveries import Deliveries, Delivery, Post, Taken

AGAIN = (timedelta(seconds=300), timedelta(seconds=1_800), timedelta(seconds=10_800))
"""Waits before a push comes again (pages of the single pushes)."""
IN_TIME = 3.0
HEALTH_WINDOW, HEALTH_LEAST = timedelta(hours=6), 600
WARNED_BELOW, ENDED_BELOW = 0.7, 0.3
ORDER_STATUS = 3
TEST_PUSH = 0


class Pushes:
    """One callback for the app. What happens while pushes are switched off is not pushed later."""

    def __init__(self, sandbox: Sandbox, book: OrderBook, post: Post) -> None:
        self._sandbox, self._book, self._post = sandbox, book, post
        self._url = ""
        self._told_to: datetime | None = None
        self._attempts: list[tuple[datetime, bool]] = []
        self._number = 0
        self.suspended = False
        self.on_the_way = Deliveries(AGAIN, _taken, self._remember)

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {"push/set_app_push_config": Endpoint(self.configure, POST, "public"),
                "push/get_app_push_config": Endpoint(self.show, level="public")}

    def configure(self, call: Call) -> Body:
        """Takes the callback address, once a test push to it was answered as it should be; switches pushes on again."""
        url = call.body.need_text("callback_url")
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise Refusal("error_param", "callback_url must be a https address.")
        if not self.register(url, self._sandbox.clock()):
            raise Refusal("error_param", "The callback_url did not answer the test push as it should.")
        return {"response": {"result": "success"}}

    def register(self, url: str, since: datetime) -> bool:
        """Pushes to this address what changes from then on, if it answers a test push as it should."""
        body, headers = self._write(url, TEST_PUSH, {"verify_info": "practice"})
        if not _taken(self._post(url, headers, body)):
            return False
        self._url, self._told_to, self.suspended = url, since, False
        self._attempts.clear()
        return True

    def show(self, call: Call) -> Body:
        """The address and how pushes fare."""
        return {"response": {"callback_url": self._url, "live_push_status": self.status()}}

    def status(self) -> str:
        """Normal, Warning or Suspended."""
        if self.suspended:
            return "Suspended"
        share = self._share()
        return "Warning" if share is not None and share < WARNED_BELOW else "Normal"

    def deliver(self) -> int:
        """Pushes the orders that changed since the last time, and those that are due again; how many were taken."""
        if not self._url or self._told_to is None:
            return 0
        now = self._sandbox.clock()
        for row in self._book.updated_between(seconds(self._told_to) + 1, seconds(now), now):
            if not self.suspended:
                data = {"ordersn": row.number, "status": status_of_order(row.order, now), "completed_scenario": "", "items": [],
                        "update_time": row.at}
                sent = self._write(self._url, ORDER_STATUS, data)
                self.on_the_way.waiting.append(Delivery(self._url, partial(_unchanged, sent), now))
        self._told_to = now
        return self.on_the_way.send(self._post, now)

    def _write(self, url: str, code: int, data: Body) -> tuple[bytes, Mapping[str, str]]:
        """A repetition carries the same bytes, its time as well (unverified)."""
        self._number += 1
        envelope = {"msg_id": f"{self._number:032x}", "code": code, "shop_id": SHOP_ID,
                    "timestamp": seconds(self._sandbox.clock()), "data": data}
        body = json.dumps(envelope, separators=(",", ":")).encode()
        sign = hmac.new(PARTNER_KEY.encode(), f"{url}|".encode() + body, hashlib.sha256).hexdigest()
        return body, {"Authorization": sign, "Content-Type": "application/json"}

    def _remember(self, _delivery: Delivery, _answer: Taken, good: bool) -> None:
        now = self._sandbox.clock()
        self._attempts = [one for one in self._attempts if one[0] > now - HEALTH_WINDOW] + [(now, good)]
        share = self._share()
        if share is not None and share < ENDED_BELOW:
            self.suspended = True
            self.on_the_way.drop(self._url)

    def _share(self) -> float | None:
        """The share of pushes that were taken; None while there are too few to judge by."""
        if len(self._attempts) <= HEALTH_LEAST:
            return None
        return sum(good for _, good in self._attempts) / len(self._attempts)


def _unchanged(sent: tuple[bytes, Mapping[str, str]], _attempt: int) -> tuple[bytes, Mapping[str, str]]:
    return sent


def _taken(answer: Taken) -> bool:
    return 200 <= answer.status < 300 and not answer.body and answer.seconds <= IN_TIME
