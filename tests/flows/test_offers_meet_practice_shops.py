"""Stock shared by practice shops of Shopee, Tiki and KiotViet: what is for sale on the servers and sold stays within what was counted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.kiotviet.sandbox import KiotVietSandbox
from connectors.shopee.sandbox import ShopeeSandbox
from connectors.tiki.sandbox import TikiSandbox
from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.catalog.intake import read_products
from ocop_market.catalog.ocop_checks import withheld_because
from ocop_market.catalog.practice import with_practice_values
from ocop_market.channels.registry import load_connector
from ocop_market.demo.shops import SHOPS, goods_of
from ocop_market.demo.stage import LIST, demo_list
from ocop_market.market import Market, new_market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import Product
from ocop_market.model.sales import OrderState
from ocop_market.model.stock import Held
from ocop_market.sandbox.buyers import STATE_OF, History
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import PublishingSettings, add_account
from ocop_market.store.catalog import save_products

NOW = datetime(2026, 9, 20, 20, 0, tzinfo=VIETNAM)
COUNTED = 60
SHARING = ("shopee", "tiki", "kiotviet")


class Town:
    """A market with its practice shops, all mounted in this process, and one clock for all."""

    def __init__(self, folder: Any, goods: list[Product]) -> None:
        self.now, self.goods = NOW, goods
        self.histories = {channel: History(goods_of(goods, SHOPS[channel]), seed=channel, first_day=NOW.date(), per_day=6.0,
                                           partial_returns=False, till=SHOPS[channel].till) for channel in SHARING}
        self.sandboxes = {name: kind(clock=lambda: self.now, history=self.histories[name], sleep=lambda _: None, **more)
                          for name, kind, more in (("shopee", ShopeeSandbox, {}), ("tiki", TikiSandbox, {"review_minutes": 0}),
                                                   ("kiotviet", KiotVietSandbox, {}))}
        new_market(folder)
        with open_market(folder, clock=lambda: self.now) as market:
            for name, sandbox in self.sandboxes.items():
                settings = sandbox.settings(f"https://{name}.example")
                hidden = secret_names(load_connector(name))
                add_account(folder, name, name, {"practice": True, "start": date(2026, 9, 20), **{
                    key: value for key, value in settings.items() if key not in hidden}})
                keep_secrets(market.vault, name, {key: settings[key] for key in hidden & settings.keys()}, self.now)
        self.folder = folder
        self.open()
        self.market.keep_tokens("shopee", self.market.connector("shopee").exchange(self.sandboxes["shopee"].grant()))
        with self.market.store.writing() as connection:
            save_products(connection, goods, self.now, origin="test")

    def open(self) -> None:
        """Opens the market; again after a change of its settings."""
        self.market: Market = open_market(self.folder, clock=lambda: self.now, sleep=lambda _: None,
                                          adapter=lambda name: WsgiAdapter(self.sandboxes[name]))

    def publish(self, account: str) -> None:
        self.market.apply(self.market.plan(account))
        self.market.follow_up(account)

    def for_sale(self, sku: str) -> dict[str, int]:
        """What buyers could take now, as the servers show it."""
        number = int(self.market.connector("shopee").find(sku).remote_id)
        item = self.sandboxes["shopee"].items.find(number, int(self.now.timestamp()))
        (product,) = self.sandboxes["tiki"]._products_with(sku)
        return {"shopee": item["stock"], "tiki": sum(product["stocks"].values())}

    def sold(self, sku: str, *accounts: str) -> Decimal:
        """What was really sold since the count, and not cancelled."""
        return sum((line.quantity for account in accounts for order in self.histories[account].orders(self.now)
                    if order.placed_at >= NOW and STATE_OF[order.state(self.now)] is not OrderState.CANCELLED
                    for line in order.lines if line.good.sku == sku), Decimal(0))


@pytest.fixture(scope="module")
def goods(tmp_path_factory) -> list[Product]:
    """Two products that both marketplaces take and have a category for."""
    listed = read_products(LIST, demo_list(), today=NOW.date()).products
    folder = tmp_path_factory.mktemp("pictures")
    ready = with_practice_values(listed[:12], picture_url=lambda name: f"https://pictures.example/{name}", folder=folder)
    profiles = [load_connector(name).profile for name in ("shopee", "tiki")]
    taken = [product for product in ready if not any(
        withheld_because(product, profile, PublishingSettings(), NOW.date(), practice=True) for profile in profiles)]
    return [replace(product, stock=COUNTED) for product in taken if product.name != "Cam sành"][:2]


@pytest.fixture
def town(tmp_path, goods) -> Iterator[Town]:
    made = Town(tmp_path / "m", goods)
    yield made
    made.market.close()


def test_two_marketplaces_share_the_stock_until_it_is_gone_and_nothing_is_offered_twice(town):
    skus = [product.sku for product in town.goods]
    for account in ("shopee", "tiki"):
        town.publish(account)
    assert [town.for_sale(sku) for sku in skus] == [{"shopee": 30, "tiki": 30}] * 2
    for _ in range(6):
        town.now += timedelta(hours=40)
        for account in SHARING:
            town.market.pull_sales(account)
        for account in ("tiki", "shopee"):
            town.publish(account)
        for sku in skus:
            there = max(0, COUNTED - math.ceil(town.sold(sku, *SHARING)))
            assert sum(town.for_sale(sku).values()) <= there
    assert min(town.sold(sku, *SHARING) for sku in skus) > COUNTED, "practice buyers go on when nothing is there"
    assert [town.for_sale(sku) for sku in skus] == [{"shopee": 0, "tiki": 0}] * 2
    assert all(town.market.plan(account).changes == () for account in ("shopee", "tiki"))


def test_the_tills_own_count_is_shared_and_what_a_campaign_has_locked_stays(town):
    with (town.folder / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[stock]\nsources = ["kiotviet"]\n[accounts.kiotviet.stock]\nbranches = ["chi nhánh trung tâm"]\n'
                   '[accounts.tiki.stock]\nrule = "fixed"\nfixed = 5\n')
    town.open()
    good, *_ = town.market.products()
    assert town.market.read_stock() == []
    counted = {one.sku: one for one in town.market.connector("kiotviet").goods()}[good].stock["301"]
    offers = town.market.offers(practice=True)
    assert offers.there[good].there == int(counted)
    assert (offers.offer(good, "tiki").stock, offers.offer(good, "shopee").stock) == (5, int(counted) - 5)
    locked = town.market.offers(practice=True, held={("tiki", good): Held(campaign=9)})
    assert (locked.offer(good, "tiki").stock, locked.offer(good, "shopee").stock) == (9, int(counted) - 9)
