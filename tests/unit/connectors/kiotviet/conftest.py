"""A shop that answers from a list of prepared answers, and a connector that calls it with a fake clock."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from connectors.kiotviet.connector import KiotVietConnector
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.clock import VIETNAM

Answer = Callable[["Call"], tuple[int, Any]]
NOW = datetime(2026, 9, 20, 12, 0, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Call:
    """One request as it went out."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: str


@dataclass
class Shop(BaseAdapter):
    """The platform: `answers` by path, each called with the request; all calls are kept."""

    answers: dict[str, Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    now: datetime = NOW
    kept: list[Tokens] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers["/connect/token"] = lambda call: (200, {"access_token": f"token-{len(self.kept) + 1}", "expires_in": 86400})

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The prepared answer for the request's path."""
        address = urlsplit(request.url or "")
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        call = Call(request.method or "", address.path, dict(parse_qsl(address.query)), request.headers, body)
        self.calls.append(call)
        status, answer = self.answers[address.path](call)
        response = requests.Response()
        response.status_code = status
        response.url = request.url or ""
        response.request = request
        if isinstance(answer, tuple):
            answer, headers = answer
            response.headers.update(headers)
        response.raw = io.BytesIO(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
        return response

    def close(self) -> None:
        """Nothing is open."""

    def lists(self, path: str, rows: list[dict[str, Any]], size: int = 100) -> None:
        """Answers `path` with these rows, `size` at most at a time."""
        def page(call: Call) -> tuple[int, Any]:
            offset = int(call.query["currentItem"])
            return 200, {"total": len(rows), "pageSize": size, "data": rows[offset:offset + size]}
        self.answers[path] = page

    def asked(self, path: str) -> list[Call]:
        """The calls made to `path`."""
        return [call for call in self.calls if call.path == path]

    def connector(self, **settings: str) -> KiotVietConnector:
        """A connector of this shop, without any token yet."""
        http = Http("kiotviet", "quay-ocop", adapter=self, sleep=self.waits.append)
        tokens = TokenKeeper("quay-ocop", "kiotviet", load=lambda: self.kept[-1] if self.kept else None,
                             save=self.kept.append, clock=lambda: self.now)
        filled = {"retailer": "ocopmau", "client_id": "khach", "client_secret": "bi-mat", **settings}
        return KiotVietConnector("quay-ocop", KiotVietConnector.Settings.model_validate(filled),
                                 http=http, tokens=tokens, clock=lambda: self.now)

    def later(self, **span: float) -> None:
        """Moves the clock on."""
        self.now += timedelta(**span)


@pytest.fixture
def shop() -> Shop:
    """An empty shop."""
    made = Shop()
    for path in ("/invoices", "/returns", "/branches", "/products"):
        made.lists(path, [])
    return made
