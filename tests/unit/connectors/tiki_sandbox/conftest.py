"""A Tiki practice shop with a year of sales, a clock that tests set, and a caller that may enter."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from connectors.tiki.sandbox import TikiSandbox
from ocop_market.sandbox.buyers import Fees, Good, History

GOODS = (Good("MO-500", "Mật ong hoa nhãn 500 g", 120_000), Good("TRA-100", "Trà Shan tuyết 100 g", 250_000),
         Good("CF-250", "Cà phê rang xay 250 g", 95_000), Good("MAM-1L", "Nước mắm cốt 1 lít", 180_000))
FEES = Fees(commission=95, payment=20, service=7, per_order=3_000, vat=10, income_tax=5)
TEA, HERBS, PARENT, CLOSED, SPIRITS = 9900101, 9900501, 9900100, 9900603, 9900402

GOOD_REQUEST: dict[str, Any] = {
    "category_id": TEA, "name": "Trà Shan tuyết hộp 200 g", "description": "<p>Sao tay.</p>", "market_price": 195_000,
    "attributes": {"brand": "OEM", "origin": "Việt Nam", "bulky": 0, "product_height": 6, "product_width": "10",
                   "product_length": 15, "product_weight_kg": 0.25, "require_expiry_date": 1, "is_warranty_applied": 0},
    "image": "https://anh.example/1.jpg", "images": ["https://anh.example/1.jpg", "https://anh.example/2.jpg"],
    "option_attributes": [],
    "variants": [{"sku": "CHE-200", "price": 185_000, "inventory_type": "dropship", "seller_warehouse": "990001",
                  "warehouse_stocks": [{"warehouseId": 990001, "qtyAvailable": 24}]}],
}


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
    """Calls the shop with the in-house app's token; `headers` can be spoilt by a test."""

    sandbox: TikiSandbox
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = Client(self.sandbox)

    def enter(self, scope: str = "") -> Caller:
        shop = self.sandbox.settings("http://tiki.test")
        answer = self.client.post("/sc/oauth2/token", data={"grant_type": "client_credentials", "scope": scope},
                                  auth=(shop["client_id"], shop["client_secret"]))
        self.headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
        return self

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/integration{path}", query_string=query, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None) -> TestResponse:
        return self.client.open(f"/integration{path}", method=method, json=body, headers=self.headers)

    def post(self, path: str, body: Any = None) -> TestResponse:
        return self.send("POST", path, body)

    def put(self, path: str, body: Any = None) -> TestResponse:
        return self.send("PUT", path, body)

    def publish(self, body: dict[str, Any] | None = None) -> str:
        track: str = self.post("/v2.1/requests", body or GOOD_REQUEST).get_json()["track_id"]
        return track

    def tracking(self, track: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/v2/tracking/{track}").get_json()
        return found


def changed_request(**changes: Any) -> dict[str, Any]:
    """The good request with other values; keys of `variant` go to its first variant."""
    body = copy.deepcopy(GOOD_REQUEST)
    body["variants"][0] |= changes.pop("variant", {})
    return body | changes


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 9, 25, 3, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def history() -> History:
    """Drawn once: a history only tells, and nobody changes it."""
    return History(GOODS, seed="tiki", first_day=date(2026, 4, 1), per_day=2, partial_returns=False, fees=FEES)


@pytest.fixture
def opened(clock: SetClock) -> Iterator[Callable[..., Caller]]:
    """Opens practice shops with options; they are closed afterwards."""
    shops: list[TikiSandbox] = []

    def enter(**options: Any) -> Caller:
        shops.append(TikiSandbox(clock=clock, **options))
        return Caller(shops[-1]).enter()

    yield enter
    for shop in shops:
        shop.close()


@pytest.fixture
def shop(opened: Callable[..., Caller]) -> Caller:
    """A shop without sales whose requests are decided by the next call."""
    return opened(review_minutes=0)
