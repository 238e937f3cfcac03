"""A Shopee that answers from a script, and a connector that talks to it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

from connectors.shopee.connector import ShopeeConnector
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.change import RemoteListing

LIVE = RemoteListing("880011", "OCOP-1", remote_state="NORMAL", visible=True)
"""A listing that is on sale."""
NOW = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
Reply = dict[str, Any] | Callable[[dict[str, str], Any], Any]


@dataclass
class Call:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    body: Any


class ScriptedShopee(BaseAdapter):
    """Answers each path from its own list; the last answer stays."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, list[tuple[int, dict[str, str], Any]]] = {}
        self.calls: list[Call] = []

    def on(self, path: str, *bodies: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """Adds answers for a path: JSON, text, or a function of query and body."""
        self.replies.setdefault(path, []).extend((status, headers or {}, body) for body in bodies)

    def paths(self) -> list[str]:
        """Last parts of the paths called, in order."""
        return [call.path.rpartition("/")[2] for call in self.calls]

    def to(self, path: str) -> list[Call]:
        """The calls of one path."""
        return [call for call in self.calls if call.path == path]

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """The next answer."""
        address = urlsplit(str(request.url))
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        kind = request.headers.get("Content-Type", "")
        body = json.loads(request.body or "{}") if "json" in kind else request.body
        self.calls.append(Call(str(address.path), query, body))
        waiting = self.replies[str(address.path)]
        status, headers, answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer):
            answer = answer(query, body)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, response.request, response.url = status, request, str(request.url)
        response.headers.update(headers)
        response.raw = io.BytesIO(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
        return response

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Shop:
    """The scripted platform with a connector of its shop 55501234."""

    platform: ScriptedShopee
    connector: ShopeeConnector
    kept: list[Tokens]
    slept: list[float] = field(default_factory=list)
    now: datetime = NOW

    def clock(self) -> datetime:
        """The present of this shop."""
        return self.now


SETTINGS = {"partner_id": 1000123, "partner_key": "dossier-example-key-not-a-secret", "shop_id": 55501234,
            "base_url": "https://shopee.invalid"}


def open_shop(**settings: Any) -> Shop:
    """A shop whose tokens hold for four hours from now."""
    platform = ScriptedShopee()
    kept = [Tokens("tok-first", "ref-first", NOW + timedelta(hours=4), NOW + timedelta(days=30))]
    shop = Shop(platform, None, kept)  # type: ignore[arg-type]
    keeper = TokenKeeper("shop", "shopee", load=lambda: kept[-1] if kept else None, save=kept.append, clock=shop.clock)
    http = Http("shopee", "shop", adapter=platform, sleep=shop.slept.append, parallel=1)
    shop.connector = ShopeeConnector("shop", ShopeeConnector.Settings(**{**SETTINGS, **settings}), http=http, tokens=keeper,
                                     clock=shop.clock)
    return shop


class Memory:
    """A progress that remembers for as long as the test."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        """The remembered answer, or that of the action."""
        if key not in self.known:
            self.known[key] = action()
        return self.known[key]

    shared = once

    def forget(self, key: str) -> None:
        """Drops an answer."""
        self.known.pop(key, None)


def ok(response: Any = None, **more: Any) -> dict[str, Any]:
    """An answer that holds `response`."""
    return {"request_id": "r", "error": "", "message": "", "warning": "", "response": response, **more}


def pair(access: str = "t", refresh: str = "r", **more: Any) -> dict[str, Any]:
    """An answer of tokens."""
    return {"access_token": access, "refresh_token": refresh, "expire_in": 14400, "error": "", **more}


def failed(error: str, message: str = "") -> dict[str, Any]:
    """A refusal."""
    return {"request_id": "r", "error": error, "message": message}
