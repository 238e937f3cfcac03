"""`ocop-market webhooks`: addresses to register, what came in, and a server that takes calls."""

import socket
import threading

import pytest
import requests
import waitress
import waitress.server

from ocop_market.cli.frame import Exit
from ocop_market.hooks.addresses import paths
from ocop_market.market import open_market
from ocop_market.settings import add_account
from ocop_market.store.hints import count_calls


@pytest.fixture
def shop(market):
    add_account(market, "shop", "shopee", {"partner_id": 1, "partner_key": "x", "shop_id": 2})
    return market


def test_without_an_account_that_is_called_there_is_nothing_to_register(run, market):
    ran = run("webhooks", "show", "--market", market)
    assert ran.code == Exit.DONE and "No account" in ran.out


def test_addresses_and_counts_of_the_week_are_shown(run, shop):
    with open_market(shop) as opened, opened.store.writing() as connection:
        count_calls(connection, opened.today, {("shop", "taken"): 1_234, ("shop", "forged"): 7, ("shop", "stale"): 1})
    ran = run("webhooks", "show", "--market", shop)
    assert "1.234" in ran.out and "8" in ran.out and "shop: /shopee/" in ran.out and "public_url" in ran.out
    with (shop / "market.toml").open("a", encoding="utf-8") as file:
        file.write('[webhooks]\npublic_url = "https://htx.example.vn/hooks/"\n')
    (told,) = run("webhooks", "show", "--market", shop, "--json").json
    assert told["address"].startswith("https://htx.example.vn/hooks/shopee/") and told["calls"]["forged"] == 7


def test_a_port_that_is_taken_is_told_in_a_sentence(run, shop):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("webhooks", "serve", "--market", shop, "--port", taken.getsockname()[1])
    assert ran.code == Exit.INPUT and "cannot be listened at" in ran.err


class ServerOfOneFlood:
    """The real server for the length of two calls, then a person's Ctrl-C."""

    def __init__(self, app, path, options):
        self._server = waitress.server.create_server(app, **{**options, "host": "127.0.0.1", "port": 0})
        self._url, self._most = f"http://127.0.0.1:{self._server.effective_port}{path}", options["max_request_body_size"]
        self.answers = []

    def run(self):
        threading.Thread(target=self._server.run, daemon=True).start()
        for body in (b"{}", b"x" * (self._most + 1)):
            self.answers.append(requests.post(self._url, data=body, headers={"Authorization": "0" * 64}, timeout=10))
        raise KeyboardInterrupt

    def close(self):
        self._server.task_dispatcher.shutdown()


def test_the_server_refuses_a_forged_call_and_counts_it_when_it_is_stopped(run, shop, monkeypatch):
    with open_market(shop) as opened:
        path = paths(opened)["shop"]
    made = []

    def create(app, **options):
        made.append(ServerOfOneFlood(app, path, options))
        return made[0]

    monkeypatch.setattr(waitress, "create_server", create)
    ran = run("webhooks", "serve", "--market", shop)
    assert ran.code == Exit.INTERRUPTED
    assert [answer.status_code for answer in made[0].answers] == [401, 413]
    assert made[0].answers[0].content == b"" and "Server" not in made[0].answers[0].headers
    assert run("webhooks", "show", "--market", shop, "--json").json[0]["calls"] == {"forged": 1}
