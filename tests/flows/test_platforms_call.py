"""Practice platforms call our app: signed as their documents say, again after a failure, no more after too many."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
import requests
from werkzeug.test import Client

from connectors.kiotviet.sandbox import KiotVietSandbox
from connectors.shopee.sandbox import ShopeeSandbox
from connectors.shopee.sandbox_gateway import PARTNER_ID, PARTNER_KEY
from ocop_market.accounts import keep_secrets
from ocop_market.hooks.addresses import paths
from ocop_market.hooks.app import WebhookApp
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.deliveries import Taken
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store.hints import calls_since, due_hints
from sync_jobs.schedule import due
from sync_jobs.scheduler import see_what_is_due

PUBLIC = "https://htx.example.vn/hooks"
SHOPEE = "http://shopee.invalid"
SECRET = base64.b64encode(b"bi mat thu nghiem").decode()


class World:
    """A market, its app, and the practice platforms that call it; `broken` makes the app unreachable."""

    def __init__(self, folder, clock):
        self.clock, self.broken, self.app = clock, None, None
        goods = [Good("TRA", "Trà", 50_000)]
        first_day = (clock.now - timedelta(days=4)).date()
        self.shopee = ShopeeSandbox(clock=clock, history=History(goods, seed="calls", first_day=first_day, per_day=20), post=self.post)
        self.till = KiotVietSandbox(clock=clock, history=History(goods, seed="calls", first_day=first_day, per_day=20, till=True))
        new_market(folder)
        shop, till = self.shopee.settings(SHOPEE), self.till.settings("http://till.invalid")
        add_account(folder, "shop", "shopee", {"start": first_day, **{k: v for k, v in shop.items() if k != "partner_key"}})
        add_account(folder, "till", "kiotviet", {"start": first_day, **{k: v for k, v in till.items() if k != "client_secret"}})
        servers = {"shop": WsgiAdapter(self.shopee), "till": WsgiAdapter(self.till)}
        self.market = open_market(folder, clock=clock, adapter=servers.__getitem__, sleep=lambda seconds: None)
        keep_secrets(self.market.vault, "shop", {"partner_key": shop["partner_key"]}, clock())
        keep_secrets(self.market.vault, "till", {"client_secret": till["client_secret"], "webhook_secret": SECRET}, clock())
        self.market.keep_tokens("shop", self.market.connector("shop").exchange(self.shopee.grant()))
        self.app = WebhookApp(self.market, PUBLIC)

    def post(self, url, headers, body):
        if self.broken is not None:
            return self.broken
        answer = Client(self.app).post(url.removeprefix(PUBLIC), data=body, headers=dict(headers))
        return Taken(answer.status_code, answer.data, 0.01)

    def url(self, account):
        return PUBLIC + paths(self.market)[account]

    def register_at_shopee(self):
        path, now = "/api/v2/push/set_app_push_config", int(self.clock().timestamp())
        sign = hmac.new(PARTNER_KEY.encode(), f"{PARTNER_ID}{path}{now}".encode(), hashlib.sha256).hexdigest()
        web = requests.Session()
        web.mount(SHOPEE, WsgiAdapter(self.shopee))
        return web.post(SHOPEE + path, params={"partner_id": PARTNER_ID, "timestamp": now, "sign": sign},
                        json={"callback_url": self.url("shop")}).json()

    def told(self):
        with self.market.store.reading() as connection:
            return {kind.value: account for account, kind in due_hints(connection, self.clock())}

    def counted(self):
        self.app.tally.write()
        with self.market.store.reading() as connection:
            return calls_since(connection, self.market.today)


@pytest.fixture
def world(tmp_path, clock):
    made = World(tmp_path / "m", clock)
    yield made
    made.app.close()
    made.market.close()


def wait_for_an_order(world, most=240):
    for _ in range(most):
        world.clock.forward(minutes=1)
        if taken := world.shopee.pushes.deliver():
            return taken
    raise AssertionError("nobody bought anything")


def test_an_order_on_shopee_comes_in_at_the_next_tick(world):
    assert world.register_at_shopee()["error"] == ""
    see_what_is_due(world.market)
    wait_for_an_order(world)
    assert world.told() == {"orders": "shop"}
    assert ("shop", "pull-sales") in set(due(world.market, world.clock()))
    (pulled,) = [report for report in see_what_is_due(world.market) if (report.account, report.job) == ("shop", "pull-sales")]
    assert pulled.counts["new"] + pulled.counts["changed"] > 0 and world.told() == {}


def test_shopee_takes_no_address_that_does_not_answer_its_test(world):
    world.broken = Taken(200, b"ok")
    assert world.register_at_shopee()["error"] == "error_param"
    world.broken = Taken(200, b"", 3.1)
    assert world.register_at_shopee()["error"] == "error_param"
    world.broken = None
    assert world.register_at_shopee()["error"] == ""


def test_a_push_that_failed_comes_again_with_the_same_bytes_and_is_taken_once(world):
    world.register_at_shopee()
    world.broken = Taken(503)
    for _ in range(240):
        world.clock.forward(minutes=1)
        world.shopee.pushes.deliver()
        if world.shopee.pushes.on_the_way.waiting:
            break
    failed = len(world.shopee.pushes.on_the_way.waiting)
    assert failed and world.counted() == {("shop", "taken"): 1}, "only the test push came through"
    world.broken = None
    world.clock.forward(minutes=5)
    assert world.shopee.pushes.deliver() >= failed
    assert world.told() == {"orders": "shop"}


def test_shopee_switches_pushes_off_when_too_many_fail_and_sends_nothing_later(world):
    world.register_at_shopee()
    world.broken = Taken(0)
    pushes = world.shopee.pushes
    body, headers = pushes._write(world.url("shop"), 3, {})
    for _ in range(601):
        pushes._remember(None, Taken(0), False)
    assert pushes.status() == "Suspended"
    world.broken = None
    world.clock.forward(days=1)
    assert pushes.deliver() == 0 and world.told() == {}
    assert world.register_at_shopee()["error"] == "" and pushes.status() == "Normal"
    assert headers["Authorization"] != "" and json.loads(body)["code"] == 3


def register_till(world, secret=SECRET):
    world.till.webhooks.register({"Webhook": {"Type": "invoice.update", "Url": world.url("till"), "IsActive": True, "Secret": secret}})


def test_a_sale_at_the_till_is_told_with_our_secret(world):
    register_till(world)
    since = world.clock()
    world.clock.forward(hours=8)
    world.till.announce_sales(since)
    waiting = len(world.till.webhooks.on_the_way.waiting)
    assert waiting and world.till.webhooks.deliver(world.post) == waiting
    assert world.told() == {"orders": "till"}
    assert world.counted() == {("till", "taken"): waiting}


def test_the_till_goes_on_calling_although_our_secret_is_another(world):
    register_till(world, base64.b64encode(b"another secret").decode())
    world.till.webhooks.announce("invoice.update", [{"Id": 1}])
    assert world.till.webhooks.deliver(world.post) == 1
    assert world.told() == {} and world.counted() == {("till", "forged"): 1}
    assert world.till.webhooks.all()[0]["isActive"]


def test_the_till_never_calls_an_address_again_that_answered_401(world):
    register_till(world)
    world.broken = Taken(401)
    world.till.webhooks.announce("invoice.update", [{"Id": 1}])
    world.till.webhooks.deliver(world.post)
    assert not world.till.webhooks.all()[0]["isActive"] and not world.till.webhooks.on_the_way.waiting
    world.till.webhooks.announce("invoice.update", [{"Id": 2}])
    assert not world.till.webhooks.on_the_way.waiting


def test_the_till_tries_again_with_a_higher_attempt_and_gives_up_in_the_end(world):
    register_till(world)
    attempts = []

    def late(url, headers, body):
        attempts.append(json.loads(body)["Attempt"])
        return Taken(200, b"", 5.1)

    world.till.webhooks.announce("invoice.update", [{"Id": 1}])
    for _ in range(30):
        world.till.webhooks.deliver(late)
        world.clock.forward(minutes=1)
    assert attempts == [1, 2, 3, 4] and len(world.till.webhooks.on_the_way.given_up) == 1
