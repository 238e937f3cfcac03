"""Tokens that a platform takes once, with a practice Shopee: renewed once by however many, kept whatever happens meanwhile."""

import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.accounts import keep_secrets, secret_names
from ocop_market.channels.registry import load_connector
from ocop_market.channels.tokens import Tokens, consent_notice
from ocop_market.cli.status import gather
from ocop_market.market import new_market, open_market
from ocop_market.model.clock import utc_now
from ocop_market.sandbox.server import serving
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store.tables.work import lease
from sync_jobs.runner import RunOutcome, run
from tests.conftest import START

PROCESSES = 10
CHECK = """
    import sys
    from ocop_market.errors import MarketError
    from ocop_market.market import open_market

    with open_market(sys.argv[1]) as market:
        connector = market.connector("shop")
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            print(connector.check(), flush=True)
        except MarketError as error:
            print(error, flush=True)
"""


class Counted:
    """A practice shop that counts how often it gave new tokens for old ones."""

    def __init__(self, clock):
        self.shop, self.refreshed, self.answered = ShopeeSandbox(clock=clock), 0, lambda: None

    def __call__(self, environ, start_response):
        answer = list(self.shop(environ, start_response))
        if environ["PATH_INFO"].endswith("/auth/access_token/get"):
            self.refreshed += 1
            self.answered()
        return answer


def shop_in(folder, shop, url):
    kind = load_connector("shopee")
    settings, hidden = shop.settings(url), secret_names(kind)
    new_market(folder)
    add_account(folder, "shop", "shopee", {k: v for k, v in settings.items() if k not in hidden} | {"practice": True})
    return {k: settings[k] for k in hidden if k in settings}


def log_in(market, shop, secrets):
    """A first pair, whose access token is over already as far as we know."""
    keep_secrets(market.vault, "shop", secrets, market.clock())
    connector = market.connector("shop")
    pair = replace(connector.exchange(shop.grant()), access_until=market.clock() - timedelta(minutes=1))
    market.keep_tokens("shop", pair)
    market.forget_connector("shop")
    return pair


@pytest.fixture
def counted(clock):
    return Counted(clock)


@pytest.fixture
def market(tmp_path, clock, counted):
    folder = tmp_path / "m"
    secrets = shop_in(folder, counted.shop, "http://practice.invalid")
    with open_market(folder, clock=clock, adapter=lambda account: WsgiAdapter(counted), sleep=lambda seconds: None) as opened:
        log_in(opened, counted.shop, secrets)
        yield opened


@pytest.mark.long
def test_several_processes_at_once_renew_once(tmp_path):
    counted = Counted(utc_now)
    with serving(counted) as url:
        secrets = shop_in(tmp_path / "m", counted.shop, url)
        with open_market(tmp_path / "m") as market:
            log_in(market, counted.shop, secrets)
        started = [subprocess.Popen([sys.executable, "-c", textwrap.dedent(CHECK), tmp_path / "m"], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True, encoding="utf-8") for _ in range(PROCESSES)]
        try:
            assert [process.stdout.readline() for process in started] == ["ready\n"] * PROCESSES
            for process in started:
                process.stdin.write("\n")
                process.stdin.flush()
            said = {process.communicate(timeout=60)[0].strip() for process in started}
        finally:
            for process in started:
                process.kill()
                process.wait()
    assert (said, counted.refreshed) == ({"Gian hàng tập OCOP"}, 1)


def test_a_new_pair_is_kept_though_the_turn_on_the_account_was_lost_meanwhile(market, counted):
    def another_takes_over():
        with market.store.writing(guarded=False) as connection:
            connection.execute(lease.update().where(lease.c.name == "account:shop").values(holder="another"))

    counted.answered = another_takes_over
    with market.turn("shop"):
        market.connector("shop").check()
    market.forget_connector("shop")
    market.connector("shop").check()
    assert counted.refreshed == 1


def test_a_process_that_slept_while_it_renewed_does_not_overwrite_a_newer_pair(market, counted):
    newer = Tokens("newer", "newer-refresh")

    def another_renews():
        with open_market(market.folder, clock=market.clock) as elsewhere:
            elsewhere.vault.put("shop", "tokens", {"access": "newer", "refresh": "newer-refresh", "access_until": None,
                                                   "refresh_until": None, "extra": {}}, market.clock())

    counted.answered = another_renews
    connector = market.connector("shop")
    assert connector.tokens.current(lambda old: connector._api.renewed_tokens(old)) == newer
    assert market.vault.get("shop", "tokens")["access"] == "newer"


def test_a_login_takes_the_place_of_any_pair(market):
    market.keep_tokens("shop", Tokens("by-consent", "r"))
    market.forget_connector("shop")
    market.keep_tokens("shop", Tokens("by-another-consent", "r"))
    assert market.vault.get("shop", "tokens")["access"] == "by-another-consent"


def test_the_daily_job_renews_and_learns_when_the_consent_ends(market, counted, clock):
    assert run(market, "refresh-tokens", "shop").outcome is RunOutcome.DONE
    assert counted.refreshed == 1
    status = gather(market)["accounts"]["shop"]
    assert (status["consent_until"], status["consent_notice"]) == (clock() + timedelta(days=365), None)
    clock.forward(days=340)
    assert gather(market)["accounts"]["shop"]["consent_notice"] == 30


@pytest.mark.parametrize(("days", "notice"), [(31, None), (30, 30), (8, 30), (7, 7), (1.5, 7), (1, 1), (0.1, 1), (0, 0), (-3, 0)])
def test_a_shop_is_told_a_month_a_week_and_a_day_before_its_consent_ends(days, notice):
    assert consent_notice(START + timedelta(days=days), START) == notice


def test_no_known_end_is_no_notice():
    assert consent_notice(None, START) is None
