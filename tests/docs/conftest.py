"""The stage for examples: a folder with the sample list and a market whose shop is a practice shop inside the test."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from shutil import copy

import pytest

from ocop_market import market as market_module
from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.api import AsksConsent
from ocop_market.channels.registry import load_connector, load_sandbox
from ocop_market.market import new_market, open_market
from ocop_market.pictures.practice import draw_stripes
from ocop_market.sandbox.buyers import Fees, Good, History
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from tests.docs.pages import DOCS

NOW = datetime(2026, 11, 1, 5, tzinfo=UTC)
GOODS = [Good("MX-MATONG-500", "Mật ong hoa cà phê", 185_000), Good("MX-BUNKHO-500", "Bún khô gạo lứt", 45_000)]


def the_time() -> datetime:
    return NOW


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that examples run in: `danh-sach-mau.xlsx` with its pictures, and the market `my-market` with `my-shop`."""
    monkeypatch.chdir(tmp_path)
    copy(DOCS / "start" / "danh-sach-mau.xlsx", tmp_path)
    for name in ("mat-ong", "bun-kho", "hat-dieu"):
        (tmp_path / f"{name}.jpg").write_bytes(draw_stripes(name))
    history = History(GOODS, seed="docs", first_day=date(2026, 7, 1), per_day=0.5, fees=Fees(commission=40))
    shop = load_sandbox("shopee")(clock=the_time, history=history)
    settings = shop.settings("https://practice.example")
    hidden = secret_names(load_connector("shopee"))
    new_market("my-market")
    add_account(Path("my-market"), "my-shop", "shopee", {
        "practice": True, "start": date(2026, 7, 1), **{name: value for name, value in settings.items() if name not in hidden}})
    in_process = partial(open_market, clock=the_time, adapter=lambda _account: WsgiAdapter(shop), sleep=lambda _seconds: None)
    with in_process("my-market") as market:
        keep_secrets(market.vault, "my-shop", {name: settings[name] for name in hidden if name in settings}, NOW)
        connector = market.connector("my-shop")
        assert isinstance(connector, AsksConsent)
        market.keep_tokens("my-shop", connector.exchange(shop.grant()))
    monkeypatch.setattr(market_module, "open_market", in_process)
    yield tmp_path
    shop.close()

