"""Tiki answering from prepared functions, and a connector that calls it with a clock that stands still."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from connectors.tiki.auth import Settings
from connectors.tiki.connector import TikiConnector
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Picture

NOW = datetime(2026, 9, 20, 5, 0, tzinfo=UTC)
TRACK = "ab" * 16
SELLER = {"id": 77, "sid": "F00", "name": "Hợp tác xã Thử", "active": 1, "can_update_product": 1}
WAREHOUSES = {"data": [{"id": 501, "name": "Kho cũ", "status": 0}, {"id": 502, "name": "Kho chính", "status": 1}]}


@dataclass(frozen=True)
class Call:
    """One request as it went out; `body` is the JSON body or the form."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Platform(BaseAdapter):
    """Answers by `METHOD path`: a function of the call, `(status, body)`, or a body for status 200; keeps all calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.tokens_given = 0
        self.answers: dict[str, Any] = {
            "POST /sc/oauth2/token": self._give_token,
            "GET /integration/v2/sellers/me": SELLER,
            "GET /integration/v2/sellers/me/warehouses": WAREHOUSES,
        }

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        call = _read(request)
        self.calls.append(call)
        answer = self.answers[f"{call.method} {call.path}"]
        if callable(answer):
            answer = answer(call)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url or "", request
        response.raw = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return response

    def close(self) -> None:
        """Nothing is open."""

    def sent(self, endpoint: str) -> list[Call]:
        """The calls of one endpoint."""
        return [call for call in self.calls if f"{call.method} {call.path}" == endpoint]

    def _give_token(self, call: Call) -> dict[str, Any]:
        self.tokens_given += 1
        given = {"access_token": f"access-{self.tokens_given}", "expires_in": 3600, "token_type": "bearer", "scope": ""}
        if call.body["grant_type"] != "client_credentials":
            given["refresh_token"] = f"refresh-{self.tokens_given}"
        return given


def _read(request: requests.PreparedRequest) -> Call:
    address = urlsplit(request.url or "")
    raw = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
    is_json = "json" in request.headers.get("Content-Type", "")
    body = json.loads(raw) if is_json else dict(parse_qsl(raw, keep_blank_values=True))
    return Call(request.method or "", address.path, dict(parse_qsl(address.query)), dict(request.headers), body)


@dataclass
class Shop:
    """A connector with what stands around it: the platform, the kept tokens, the clock, the waits."""

    platform: Platform
    settings: Settings
    now: datetime = NOW
    kept: list[Tokens] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        http = Http("tiki", "tiki-1", adapter=self.platform, sleep=self.waits.append)
        keeper = TokenKeeper("tiki-1", "tiki", load=lambda: self.kept[-1] if self.kept else None, save=self.kept.append,
                             clock=lambda: self.now)
        self.connector = TikiConnector("tiki-1", self.settings, http=http, tokens=keeper, clock=lambda: self.now)

    def later(self, **span: float) -> None:
        """Moves the clock."""
        self.now += timedelta(**span)


class Remembered:
    """A progress kept in a dict."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        """The remembered answer, or the action's."""
        if key not in self.answers:
            self.answers[key] = json.loads(json.dumps(action()))
        return self.answers[key]

    shared = once

    def forget(self, key: str) -> None:
        """Drops an answer."""
        self.answers.pop(key, None)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def in_house() -> Settings:
    return Settings(client_id="app-1", client_secret="hidden-1")


@pytest.fixture
def public() -> Settings:
    return Settings(client_id="app-2", client_secret="hidden-2", grant="authorization_code", client_auth="post",
                    redirect_url="https://shop.example/back")


@pytest.fixture
def shop(platform: Platform, in_house: Settings) -> Shop:
    return Shop(platform, in_house)


@pytest.fixture
def public_shop(platform: Platform, public: Settings) -> Shop:
    return Shop(platform, public)


@pytest.fixture
def progress() -> Remembered:
    return Remembered()


@pytest.fixture
def make_progress() -> type[Remembered]:
    return Remembered


@pytest.fixture
def make_draft() -> Callable[..., ListingDraft]:
    def make(**changes: Any) -> ListingDraft:
        usual: dict[str, Any] = {
            "sku": "TRA-01", "title": "Trà xanh  thử nghiệm", "description": "Trà hái tay.\nHộp 200 g & túi giấy.",
            "category": "22998", "price": 120_000, "stock": 40, "weight_g": 350, "attributes": {"origin": "vn"},
            "parcel_cm": (20, 15, 10), "pictures": (Picture(url="https://anh.example/1.jpg"), Picture(url="https://anh.example/2.jpg")),
        }
        return ListingDraft(**{**usual, **changes})
    return make
