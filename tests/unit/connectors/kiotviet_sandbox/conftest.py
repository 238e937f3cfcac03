"""A practice shop with almost a year of sales, a clock that tests set, and a caller that may enter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.sandbox.buyers import Good, History

GOODS = (Good("MO-500", "Mật ong hoa nhãn 500 g", 120_000), Good("TRA-100", "Trà Shan tuyết 100 g", 250_000),
         Good("BUOI", "Bưởi Diễn", 45_000, loose=True), Good("MANG", "Măng khô", 180_000, weight_g=300))


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Caller:
    """Calls the shop with its token and name; `headers` can be spoilt by a test."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def enter(self, sandbox: KiotVietSandbox) -> None:
        words = sandbox.settings("http://kiotviet.test")
        answer = self.client.post("/connect/token", data={
            "scopes": "PublicApi.Access", "grant_type": "client_credentials", "client_id": words["client_id"],
            "client_secret": words["client_secret"]})
        self.headers = {"Retailer": words["retailer"], "Authorization": f"Bearer {answer.get_json()['access_token']}"}

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> TestResponse:
        return self.client.open(path, method=method, json=body, query_string=query, headers=self.headers)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found = answer.get_json()
        assert isinstance(found, dict)
        return found

    def error(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str]:
        answer = self.call(method, path, body, **query)
        return answer.status_code, answer.get_json()["responseStatus"]["errorCode"]

    def rows(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            page = self.get(path, currentItem=offset, **({"pageSize": 100} | query))
            yield from page["data"]
            offset += len(page["data"])
            if not page["data"] or offset >= page["total"]:
                return


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2025, 11, 20, 5, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def history() -> History:
    return History(GOODS, seed="kiotviet", first_day=date(2025, 1, 1), per_day=4, till=True, branches=3)


@pytest.fixture
def sandbox(clock: SetClock, history: History) -> KiotVietSandbox:
    return KiotVietSandbox(clock=clock, history=history)


@pytest.fixture
def admit() -> Callable[[KiotVietSandbox], Caller]:
    """Makes a caller with a token of its own."""
    def make(sandbox: KiotVietSandbox) -> Caller:
        caller = Caller(Client(sandbox))
        caller.enter(sandbox)
        return caller
    return make


@pytest.fixture
def shop(sandbox: KiotVietSandbox, admit: Callable[[KiotVietSandbox], Caller]) -> Caller:
    return admit(sandbox)
