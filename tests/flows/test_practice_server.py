"""A practice server as a person uses it: its own process, a real port, keys typed in, faults switched on."""

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.wrappers import Request, Response

from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.api import AsksConsent
from ocop_market.channels.registry import load_connector
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.server import serving
from ocop_market.settings import add_account

pytestmark = pytest.mark.long


@contextmanager
def practice_server(channel: str, *options: str) -> Iterator[dict]:
    process = subprocess.Popen([sys.executable, "-m", "ocop_market.cli.main", "sandbox", channel, "--months", "1", "--json", *options],
                               stdout=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        text = ""
        for line in process.stdout:
            text += line
            if line.rstrip() == "}":
                break
        yield json.loads(text)
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize("channel", ["shopee", "tiki", "kiotviet"])
def test_the_keys_it_prints_open_the_shop_and_its_sales(channel, tmp_path):
    with practice_server(channel, "--fault", "rate-limit:1", "--fault", "error-before:1") as shop:
        kind = load_connector(channel)
        hidden = secret_names(kind)
        new_market(tmp_path / "m")
        add_account(tmp_path / "m", "shop", channel, {k: v for k, v in shop["settings"].items() if k not in hidden} | {"practice": True})
        with open_market(tmp_path / "m") as market:
            keep_secrets(market.vault, "shop", {k: shop["settings"][k] for k in hidden if k in shop["settings"]}, market.clock())
            connector = market.connector("shop")
            if isinstance(connector, AsksConsent) and shop["consent"]:
                market.keep_tokens("shop", connector.exchange(shop["consent"]))
            assert connector.check()
            assert market.pull_sales("shop").orders.new > 20
            assert market.pull_sales("shop").nothing_new


def test_it_calls_an_address_on_this_computer_signed_with_the_secret_that_it_prints():
    called, came = [], threading.Event()

    @Request.application
    def receiver(request):
        called.append((request.get_data(), request.headers.get("X-Hub-Signature")))
        came.set()
        return Response(b"", 200)

    with serving(receiver) as address, practice_server("kiotviet", "--call", f"{address}/hook") as shop:
        assert came.wait(20)
        body, signature = called[0]
        secret = shop["settings"]["webhook_secret"].encode()
    assert signature == f"sha1={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
