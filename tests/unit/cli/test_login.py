"""The consent of a shop as a person gives it, with practice servers of Shopee and Tiki behind real sockets."""

import io
import os
import sys
import threading
import webbrowser
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.shopee.sandbox import ShopeeSandbox
from connectors.tiki.sandbox import TikiSandbox
from connectors.tiki.sandbox_access import PracticeApp
from ocop_market.accounts import keep_secrets
from ocop_market.cli import login
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.sandbox.server import serving
from ocop_market.settings import add_account
from tests.unit.channels.test_consent import free_port

TIKI_SECRET = "practice-tiki-public-secret"


class Keyboard(io.StringIO):
    """Somebody is there, who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def window(monkeypatch):
    """A computer with windows; the browser goes where it is sent, as a thread."""
    visited, threads = [], []

    def opened(link):
        def follow():
            visited.append(requests.get(link, timeout=10))

        threads.append(threading.Thread(target=follow))
        threads[-1].start()
        return True

    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", opened)
    monkeypatch.setattr(sys, "stdin", Keyboard())
    yield visited
    for thread in threads:
        thread.join(timeout=10)


@pytest.fixture
def redirect():
    return f"http://127.0.0.1:{free_port()}/ve-lai"


@pytest.fixture
def shopee(market, redirect):
    """The market's account `shop`, whose consent is still to be given; the practice shop behind it."""
    shop = ShopeeSandbox()
    with serving(shop) as url:
        settings = shop.settings(url) | {"redirect_url": redirect}
        key = settings.pop("partner_key")
        add_account(market, "shop", "shopee", settings | {"practice": True})
        with open_market(market) as opened:
            keep_secrets(opened.vault, "shop", {"partner_key": key}, opened.clock())
        yield shop


def tiki_shop(redirect, **options):
    return TikiSandbox(apps=(PracticeApp("practice-tiki-public", TIKI_SECRET, in_house=False, authentication="client_secret_post",
                                         redirect_uri=redirect),), **options)


def add_tiki(market, url, redirect):
    add_account(market, "shop", "tiki", {"client_id": "practice-tiki-public", "grant": "authorization_code", "client_auth": "post",
                                         "base_url": url, "redirect_url": redirect, "practice": True})
    with open_market(market) as opened:
        keep_secrets(opened.vault, "shop", {"client_secret": TIKI_SECRET}, opened.clock())


def tokens_of(market):
    with open_market(market) as opened:
        return opened.vault.get("shop", "tokens")


def answer_to(link):
    """The address that the browser comes back to, on which nothing answers."""
    return requests.get(link, timeout=10, allow_redirects=False).headers["Location"]


@pytest.mark.parametrize("form", ["page", "signed"])
def test_a_shopee_shop_consents_in_the_browser_and_works_at_once(run, market, shopee, window, form):
    text = (market / "market.toml").read_text(encoding="utf-8")
    (market / "market.toml").write_text(text + f'consent_form = "{form}"\n', encoding="utf-8", newline="\n")
    ran = run("accounts", "login", "shop", "--market", market)
    assert ran.code == Exit.DONE, ran.err
    assert "works (Gian hàng tập OCOP)" in ran.out and "answer has arrived" in window[0].text
    assert tokens_of(market)["access"]
    assert run("accounts", "check", "shop", "--market", market).code == Exit.DONE


def test_a_tiki_shop_consents_in_the_browser_and_works_at_once(run, market, window, redirect):
    with serving(tiki_shop(redirect)) as url:
        add_tiki(market, url, redirect)
        body = run("accounts", "login", "shop", "--market", market, "--json").json
        assert body["account"] == "shop" and body["shop"]
        assert tokens_of(market)["refresh"]


def test_a_tiki_shop_that_does_not_agree_needs_a_login_still(run, market, window, redirect):
    with serving(tiki_shop(redirect, seller_consents=False)) as url:
        add_tiki(market, url, redirect)
        ran = run("accounts", "login", "shop", "--market", market)
    assert (ran.code, tokens_of(market)) == (Exit.LOGIN, None)
    assert "consent-denied" in ran.err and "did not agree" in window[0].text


@pytest.mark.parametrize("reason", ["paste", "ssh", "headless", "port"])
def test_where_no_page_can_stand_the_address_is_pasted(run, market, shopee, window, monkeypatch, redirect, reason):
    prompted = []
    monkeypatch.setattr(webbrowser, "open", lambda link: pytest.fail("a browser was opened"))
    monkeypatch.setattr(sys, "platform", "linux")
    if reason == "ssh":
        monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    if reason == "headless":
        for name in os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
            monkeypatch.delenv(name)
    if reason == "port":
        def taken(redirect, state):
            raise login.SettingsError(code="no-local-page")

        monkeypatch.setattr(login, "LocalPage", taken)
    link = []
    monkeypatch.setattr(login.click, "echo", lambda text, **_: link.append(text))
    monkeypatch.setattr(login.click, "prompt", lambda text, **_: prompted.append(text) or answer_to(link[0].split()[-1]))
    ran = run("accounts", "login", "shop", "--market", market, *(["--paste"] if reason == "paste" else []))
    assert ran.code == Exit.DONE, ran.err
    assert len(prompted) == 1 and tokens_of(market)["access"]


def test_an_office_sends_the_link_and_takes_the_answer_later(run, market, shopee, monkeypatch):
    link = run("accounts", "login", "shop", "--link", "--market", market, "--json").json["link"]
    address = answer_to(link)
    assert "state=" in address
    monkeypatch.setattr(sys, "stdin", io.StringIO(address + "\n"))
    ran = run("accounts", "login", "shop", "--answer", "-", "--market", market)
    assert (ran.code, ran.out.strip()) == (Exit.DONE, "shop: works (Gian hàng tập OCOP).")
    monkeypatch.setattr(sys, "stdin", io.StringIO(address + "\n"))
    again = run("accounts", "login", "shop", "--answer", "-", "--market", market)
    assert again.code == Exit.INPUT and "consent-mixed-up" in again.err


def test_an_answer_to_an_older_link_is_refused(run, market, shopee, monkeypatch):
    older = answer_to(run("accounts", "login", "shop", "--link", "--market", market, "--json").json["link"])
    run("accounts", "login", "shop", "--link", "--market", market)
    monkeypatch.setattr(sys, "stdin", io.StringIO(older))
    assert "consent-mixed-up" in run("accounts", "login", "shop", "--answer", "-", "--market", market).err
    assert tokens_of(market) is None


def test_a_practice_code_may_come_from_a_script(run, market, shopee, monkeypatch):
    granted = shopee.grant()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"?code={granted['code']}&shop_id={granted['shop_id']}\n"))
    assert run("accounts", "login", "shop", "--answer", "-", "--market", market).code == Exit.DONE


def test_a_code_on_the_command_line_is_refused_and_not_repeated(run, market, shopee):
    ran = run("accounts", "login", "shop", "--answer", "http://127.0.0.1/ve-lai?code=hush-hush&shop_id=1", "--market", market)
    assert ran.code == Exit.INPUT and "answer-in-arguments" in ran.err and "hush-hush" not in ran.out + ran.err


def test_nobody_is_waited_for_where_nobody_is(run, market, shopee, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setattr(login, "LocalPage", lambda *_: pytest.fail("waited"))
    ran = run("accounts", "login", "shop", "--market", market)
    assert ran.code == Exit.USAGE and "nobody-to-ask" in ran.err


def test_who_does_not_agree_in_time_is_told_to_begin_again(run, market, shopee, window, monkeypatch, redirect):
    monkeypatch.setattr(webbrowser, "open", lambda link: True)
    monkeypatch.setattr(login.LocalPage, "wait", lambda self, seconds: None if seconds == 600 else pytest.fail(str(seconds)))
    ran = run("accounts", "login", "shop", "--market", market)
    assert ran.code == Exit.INPUT and "no-answer-came" in ran.err
    with pytest.raises(requests.ConnectionError):
        requests.get(redirect, timeout=5)


def test_adding_an_account_goes_on_to_the_consent(run, market, window, redirect, monkeypatch):
    shop = ShopeeSandbox()
    with serving(shop) as url:
        settings = shop.settings(url) | {"redirect_url": redirect}
        monkeypatch.setattr("click.prompt", lambda text, **more: settings["partner_key"] if more["hide_input"] else pytest.fail(text))
        monkeypatch.setattr("click.confirm", lambda *_, **__: True)
        pairs = [part for name, value in settings.items() if name != "partner_key" for part in ("--set", f"{name}={value}")]
        ran = run("accounts", "add", "shop", "--channel", "shopee", "--practice", *pairs, "--market", market)
        assert ran.code == Exit.DONE and "works (Gian hàng tập OCOP)" in ran.out, ran.err
    assert parse_qs(urlsplit(window[0].url).query)["shop_id"] == [str(settings["shop_id"])]


def test_without_a_return_address_the_setting_is_named(run, market, shopee, redirect):
    text = (market / "market.toml").read_text(encoding="utf-8")
    (market / "market.toml").write_text(text.replace(redirect, ""), encoding="utf-8", newline="\n")
    ran = run("accounts", "login", "shop", "--link", "--market", market)
    assert ran.code == Exit.INPUT and "redirect_url" in ran.err and "no-return-address" in ran.err


def test_a_secret_among_the_arguments_is_refused_and_not_repeated(run, market):
    for pair in ("partner_key=hush-hush", "partner-key=hush-hush", "hush-hush"):
        ran = run("accounts", "add", "x", "--channel", "shopee", "--set", pair, "--market", market)
        assert ran.code == Exit.INPUT and "hush-hush" not in ran.out + ran.err


def test_a_secret_may_be_named_by_its_environment_variable(run, market, monkeypatch, shopee):
    monkeypatch.setenv("TEST_KEY", "hush-hush")
    monkeypatch.setattr("click.prompt", lambda *_, **__: pytest.fail("asked"))
    assert run("accounts", "add", "other", "--channel", "shopee", "--set", "partner_id=1", "--set", "shop_id=2", "--set",
               "partner_key=env:TEST_KEY", "--market", market).code == Exit.DONE
    assert 'partner_key = "env:TEST_KEY"' in (market / "market.toml").read_text(encoding="utf-8")
    with open_market(market) as opened:
        assert opened.connector("other").settings.partner_key.get_secret_value() == "hush-hush"
