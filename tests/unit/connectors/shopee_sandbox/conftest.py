"""A practice shop, a clock that tests move, and a caller that signs in its own way."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import Client, TestResponse

from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.sandbox.buyers import Fees, Good, History

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 32
START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Time that stands still until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())


@dataclass
class Caller:
    """Signs and sends; `shop` calls carry the token and the shop."""

    sandbox: ShopeeSandbox
    clock: FakeClock
    partner_id: int = 0
    key: str = ""
    shop_id: int = 0
    token: str = ""
    refresh_token: str = ""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.sandbox)
        settings = self.sandbox.settings("http://127.0.0.1")
        self.partner_id, self.key, self.shop_id = settings["partner_id"], settings["partner_key"], settings["shop_id"]

    def sign(self, text: str) -> str:
        return hmac.new(self.key.encode(), text.encode(), hashlib.sha256).hexdigest()

    def common(self, api: str, *, shop: bool = True) -> dict[str, Any]:
        path, now = f"/api/v2/{api}", self.clock.seconds
        values: dict[str, Any] = {"partner_id": self.partner_id, "timestamp": now}
        text = f"{self.partner_id}{path}{now}"
        if shop:
            values |= {"access_token": self.token, "shop_id": self.shop_id}
            text += f"{self.token}{self.shop_id}"
        return values | {"sign": self.sign(text)}

    def get_raw(self, api: str, *, shop: bool = True, query: Any = None, **parameters: Any) -> TestResponse:
        values = MultiDict(self.common(api, shop=shop))
        values.update(query or {})
        values.update(parameters)
        return self.client.get(f"/api/v2/{api}", query_string=values)

    def get(self, api: str, *, shop: bool = True, query: Any = None, **parameters: Any) -> dict[str, Any]:
        return read(self.get_raw(api, shop=shop, query=query, **parameters))

    def post(self, api: str, body: Any, *, shop: bool = True, **parameters: Any) -> dict[str, Any]:
        return read(self.client.post(f"/api/v2/{api}", query_string=self.common(api, shop=shop) | parameters, json=body))

    def upload(self, *contents: bytes, shop: bool = False, **form: str) -> dict[str, Any]:
        api = "media_space/upload_image"
        files = [(io.BytesIO(content), f"{position}.png") for position, content in enumerate(contents)]
        return read(self.client.post(f"/api/v2/{api}", query_string=self.common(api, shop=shop), data={"image": files, **form}))

    def log_in(self) -> None:
        self.take_tokens(self.exchange(self.sandbox.grant()["code"]))

    def exchange(self, code: str) -> dict[str, Any]:
        body = {"code": code, "partner_id": self.partner_id, "shop_id": self.shop_id}
        return self.post("auth/token/get", body, shop=False)

    def refresh(self, token: str | None = None) -> dict[str, Any]:
        body = {"refresh_token": token or self.refresh_token, "partner_id": self.partner_id, "shop_id": self.shop_id}
        return self.post("auth/access_token/get", body, shop=False)

    def take_tokens(self, answer: dict[str, Any]) -> None:
        self.token, self.refresh_token = answer["access_token"], answer["refresh_token"]

    def picture(self) -> str:
        return str(self.upload(PNG)["response"]["image_info"]["image_id"])

    def item(self, **changes: Any) -> dict[str, Any]:
        """A body for add_item that passes; a change to None leaves the field out."""
        body = {
            "item_name": "Trà shan tuyết Hà Giang hộp 100 g", "description": "Trà hái từ cây cổ thụ, sao tay.",
            "original_price": 185000, "weight": 0.25, "category_id": 900111, "image": {"image_id_list": [self.picture()]},
            "logistic_info": [{"logistic_id": 90010, "enabled": True}], "seller_stock": [{"stock": 24}],
            "brand": {"brand_id": 0, "original_brand_name": "No Brand"}, "item_sku": "TRA-SHAN-100",
            "dimension": {"package_length": 15, "package_width": 10, "package_height": 6},
            "attribute_list": [
                {"attribute_id": 910001, "attribute_value_list": [
                    {"value_id": 0, "original_value_name": "100", "value_unit": "g"}]},
                {"attribute_id": 910002, "attribute_value_list": [{"value_id": 920001}]},
                {"attribute_id": 910003, "attribute_value_list": [{"value_id": 0, "original_value_name": "24 tháng"}]}]}
        return {name: value for name, value in (body | changes).items() if value is not None}

    def add(self, **changes: Any) -> int:
        answer = self.post("product/add_item", self.item(**changes))
        assert answer["error"] == "", answer
        return int(answer["response"]["item_id"])

    def with_models(self, *prices: int) -> tuple[int, list[int]]:
        """An item with one tier and a model a price: its id and theirs."""
        item_id = self.add()
        answer = self.init_models(item_id, *prices)
        assert answer["error"] == "", answer
        return item_id, [model["model_id"] for model in answer["response"]["model"]]

    def init_models(self, item_id: int, *prices: int) -> dict[str, Any]:
        """One tier with an option more than there are prices."""
        return self.post("product/init_tier_variation", {
            "item_id": item_id, "standardise_tier_variation": [{
                "variation_id": 0, "variation_name": "Quy cách", "variation_option_list": [
                    {"variation_option_id": 0, "variation_option_name": f"Loại {n}"} for n in range(len(prices) + 1)]}],
            "model": [{"tier_index": [n], "original_price": price, "seller_stock": [{"stock": 5}], "model_sku": f"TRA-{n}"}
                      for n, price in enumerate(prices)]})

    def base_info(self, item_id: int) -> dict[str, Any]:
        return dict(self.get("product/get_item_base_info", item_id_list=item_id)["response"]["item_list"][0])


def read(response: TestResponse) -> dict[str, Any]:
    answer = json.loads(response.data)
    assert isinstance(answer, dict)
    return answer


GOODS = (Good("TRA-SHAN-100", "Trà shan tuyết hộp 100 g", 185_000, 250),
         Good("MAT-ONG-500", "Mật ong bạc hà 500 ml", 320_000, 800),
         Good("MIEN-DONG", "Miến dong 1 kg", 95_000, 1_000))
FEES = Fees(commission=40, payment=49, service=30, per_order=3_000, vat=10, income_tax=5)


@cache
def make_history(per_day: float = 6.0, first_day: date = date(2026, 7, 1)) -> History:
    """Drawn once: a history only tells, and nobody changes it."""
    return History(GOODS, seed="shopee-sandbox-tests", first_day=first_day, per_day=per_day, fees=FEES)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def caller(clock: FakeClock) -> Caller:
    """A caller that is logged in to a shop without buyers."""
    caller = Caller(ShopeeSandbox(clock=clock), clock)
    caller.log_in()
    return caller


@pytest.fixture(scope="module")
def history() -> History:
    return make_history()


@pytest.fixture
def seller(clock: FakeClock, history: History) -> Caller:
    """A caller that is logged in to a shop with buyers, whose names come in clear."""
    caller = Caller(ShopeeSandbox(clock=clock, history=history, masked=False), clock)
    caller.log_in()
    return caller


@pytest.fixture
def shop_file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"
