"""A practice server calls an address that it was told, signed as its platform signs, so that webhooks can be tried by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.test import Client

from connectors.kiotviet.sandbox import KiotVietSandbox
from connectors.shopee.sandbox import ShopeeSandbox
from connectors.tiki.sandbox import TikiSandbox
from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.registry import load_connector, sandbox_names
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.app import WebhookApp
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.deliveries import CallsOut, NotTaken, Taken
from ocop_market.settings import add_account
from ocop_market.store.hints import calls_since, due_hints
from tests.unit.connectors.tiki_sandbox.conftest import Caller

SHOPS = {"shopee": ShopeeSandbox, "kiotviet": KiotVietSandbox, "tiki": TikiSandbox}
ADDRESS = "http://127.0.0.1:8765"
OTHER = "bGEgbWF0IGtoYXU="
KIND = {"shopee": "orders", "kiotviet": "orders", "tiki": "listings"}


class Called:
    """A shop, the market that follows it, and the app that it calls; `wrong` settings are kept in place of the shop's own."""

    def __init__(self, folder, clock, channel):
        self.clock, self.app = clock, None
        day = (clock.now - timedelta(days=4)).date()
        history = History([Good("TRA", "Trà", 50_000)], seed="calls", first_day=day, per_day=20, till=channel == "kiotviet")
        self.shop = SHOPS[channel](clock=clock, history=history, post=self.post)
        self.secret = secret_names(load_connector(channel))
        self.keys = self.shop.settings("http://practice.invalid")
        new_market(folder)
        add_account(folder, "shop", channel, {"start": day, **{k: v for k, v in self.keys.items() if k not in self.secret}})
        self.market = open_market(folder, clock=clock)
        self.url = ADDRESS + paths(self.market)["shop"]

    def know(self, **keys):
        """Sets the account's secrets, the shop's and these, and opens the app with them."""
        plain = {name: value for name, value in keys.items() if name not in self.secret}
        if plain:
            file = self.market.folder / "market.toml"
            lines = "".join(f'{name} = "{value}"\n' for name, value in plain.items())
            file.write_text(file.read_text("utf-8").rstrip() + "\n" + lines, "utf-8")
            self.market.reread_settings()
        keep_secrets(self.market.vault, "shop", {k: v for k, v in {**self.keys, **keys}.items() if k in self.secret}, self.clock())
        self.market.forget_connector("shop")
        self.app = WebhookApp(self.market, ADDRESS)

    def post(self, url, headers, body):
        answer = Client(self.app).post(url.removeprefix(ADDRESS), data=body, headers=dict(headers))
        return Taken(answer.status_code, answer.data, 0.01)

    def happen(self):
        """Something changes: orders come by themselves, a listing of Tiki is handed in and judged."""
        if isinstance(self.shop, TikiSandbox):
            Caller(self.shop).enter().publish()
        self.clock.forward(hours=8)

    def told(self):
        with self.market.store.reading() as connection:
            return {kind.value for _, kind in due_hints(connection, self.clock())}

    def counted(self):
        self.app.tally.write()
        with self.market.store.reading() as connection:
            return {str(end) for _, end in calls_since(connection, self.market.today - timedelta(days=1))}


@pytest.fixture
def called(tmp_path, clock, request):
    made = Called(tmp_path / "m", clock, request.param)
    yield made
    if made.app is not None:
        made.app.close()
    made.market.close()


def test_every_practice_server_that_may_call_does():
    assert {name for name in sandbox_names() if issubclass(SHOPS[name], CallsOut)} == set(sandbox_names())


@pytest.mark.parametrize("called", SHOPS, indirect=True)
def test_what_changed_is_told_at_the_address(called):
    called.know()
    needed = called.shop.call_at(called.url, called.clock())
    called.app.close()
    called.know(**needed)
    called.happen()
    assert called.shop.deliver() > 0
    assert called.told() == {KIND[type(called.shop).key]}
    assert called.shop.deliver() == 0, "each is told once"


@pytest.mark.parametrize("called", SHOPS, indirect=True)
def test_calls_under_another_secret_are_refused(called):
    called.know()
    needed = called.shop.call_at(called.url, called.clock())
    called.app.close()
    others = {name: OTHER for name in needed if name in called.secret} or {"partner_key": OTHER}
    called.know(**{**needed, **others})
    called.happen()
    called.shop.deliver()
    assert called.told() == set()
    assert "forged" in called.counted()


@pytest.mark.parametrize("called", ["shopee"], indirect=True)
def test_shopee_takes_no_address_that_fails_its_test_call(called):
    called.know(partner_key="another key")
    with pytest.raises(NotTaken):
        called.shop.call_at(called.url, called.clock())
