"""A market with two shops of one Shopee app, a till and a Tiki shop, and platforms that call it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from ocop_market.accounts import keep_secrets
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.app import WebhookApp
from ocop_market.market import Market, new_market, open_market
from ocop_market.settings import add_account
from ocop_market.store.hints import calls_since
from ocop_market.store.tables.work import hint, webhook_count, webhook_seen

PUBLIC = "https://htx.example.vn/hooks"
PARTNER_KEY, PASSWORD, SECRET = "shpk-practice", "mat-khau", base64.b64encode(b"bi mat thu nghiem").decode()


@dataclass
class Platforms:
    """What platforms send, signed as they sign; `client` is the network."""

    market: Market
    app: WebhookApp
    client: Client

    def post(self, account: str, body: bytes, headers: dict[str, str]) -> Any:
        return self.client.post(paths(self.market)[account], data=body, headers=headers)

    def shopee(self, data: dict[str, Any] | None = None, *, code: int = 3, shop: int = 11, key: str = PARTNER_KEY, age: float = 0,
               called: str = "shop-1", **envelope: Any) -> Any:
        sent = int(self.market.clock().timestamp() - age)
        body = json.dumps({"code": code, "shop_id": shop, "timestamp": sent, "data": data or {"ordersn": "261101AAAA0001"},
                           **envelope}).encode()
        text = f"{PUBLIC}{paths(self.market)[called]}|".encode() + body
        return self.post(called, body, {"Authorization": hmac.new(key.encode(), text, hashlib.sha256).hexdigest()})

    def kiotviet(self, *notices: dict[str, Any], key: str = SECRET, attempt: int = 1, label: str = "sha1=") -> Any:
        body = json.dumps({"Id": "n-1", "Attempt": attempt, "Notifications": notices}).encode()
        sign = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        return self.post("till", body, {"X-Hub-Signature": label + sign})

    def tiki(self, event: str, payload: dict[str, Any], password: str = PASSWORD) -> Any:
        proof = base64.b64encode(f"htx:{password}".encode()).decode()
        return self.post("tiki", json.dumps({"id": "w-1", "event": event, "payload": payload}).encode(),
                         {"Authorization": f"Basic {proof}"})

    def hints(self) -> set[tuple[str, str, str]]:
        with self.market.store.reading() as connection:
            return {tuple(row) for row in connection.execute(select(hint.c.account, hint.c.kind, hint.c.subject))}

    def counted(self) -> dict[tuple[str, str], int]:
        self.app.tally.write()
        with self.market.store.reading() as connection:
            return calls_since(connection, self.market.today)

    def rows(self) -> int:
        with self.market.store.reading() as connection:
            return sum(connection.execute(select(func.count()).select_from(table)).scalar_one()
                       for table in (hint, webhook_seen, webhook_count))


@pytest.fixture
def market(tmp_path, clock, database) -> Iterator[Market]:
    folder = tmp_path / "m"
    new_market(folder, database=database)
    for name, shop in (("shop-1", 11), ("shop-2", 22)):
        add_account(folder, name, "shopee", {"partner_id": 1, "shop_id": shop})
    add_account(folder, "till", "kiotviet", {"retailer": "htx", "client_id": "c"})
    add_account(folder, "tiki", "tiki", {"client_id": "c", "webhook_name": "htx"})
    add_account(folder, "file", "spreadsheet", {})
    with open_market(folder, clock=clock) as opened:
        for name in ("shop-1", "shop-2"):
            keep_secrets(opened.vault, name, {"partner_key": PARTNER_KEY}, clock())
        keep_secrets(opened.vault, "till", {"client_secret": "x", "webhook_secret": SECRET}, clock())
        keep_secrets(opened.vault, "tiki", {"client_secret": "x", "webhook_password": PASSWORD}, clock())
        yield opened


@pytest.fixture
def platforms(market) -> Iterator[Platforms]:
    app = WebhookApp(market, PUBLIC)
    yield Platforms(market, app, Client(app))
    app.close()
