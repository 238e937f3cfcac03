"""Secrets are planted and every command is run, against platforms that repeat whatever they were sent, and with crashes in the middle.

Nothing of them may come out: neither on a screen, nor in JSON, in the log at its most talkative, or in a file.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import click
import pytest
import requests
from requests.adapters import BaseAdapter
from rich.console import Console
from rich.traceback import Traceback
from werkzeug.wrappers import Request, Response

from ocop_market.accounts import keep_secrets
from ocop_market.channels.redact import traceback_of
from ocop_market.channels.tokens import Tokens
from ocop_market.cli.logs import start_logging
from ocop_market.cli.main import main, root
from ocop_market.errors import MarketError
from ocop_market.health.alerts import send_news
from ocop_market.market import new_market, open_market
from ocop_market.market.base import MarketBase
from ocop_market.model.clock import utc_now
from ocop_market.sandbox.server import serving
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from tests.unit.health.test_alerts import trouble

CANARY = "bi-mat-hush-"
KEYS = {
    "shopee": {"partner_key": CANARY + "partner-key"}, "tiki": {"client_secret": CANARY + "client-secret"},
    "kiotviet": {"client_secret": CANARY + "till-secret"},
}
PLAIN = {
    "shopee": {"partner_id": 1, "shop_id": 2, "redirect_url": "http://127.0.0.1:1/"}, "tiki": {"client_id": "app"},
    "kiotviet": {"retailer": "htx", "client_id": "app"},
}
BLOCKING = {("sandbox",), ("demo",), ("webhooks", "serve"), ("queue", "work")}
"""Commands that end only when they are stopped, or that make a market of their own."""
ARGUMENTS = {"account": "shopee", "file": "list.csv", "product": "SP-1", "sku": "SP-1", "target": "shopee", "name": "new-name",
             "address": "sqlite:///other.db", "channel": "shopee", "job": "pull-sales", "often": "1h", "code": "8934563138165"}
OPTIONS = {"channel": "shopee", "out": "out.svg", "kind": "annual", "as_of": "31/10/2026", "code": "0000 0000 0000 0000 0000 0000"}


class Parrot:
    """A platform that answers with everything it was sent, in all the places where platforms put words."""

    def __init__(self, status: int) -> None:
        self.status = status

    def __call__(self, environ, start_response):
        request = Request(environ)
        said = f"{request.url} {dict(request.headers)} {request.get_data(as_text=True)}"
        body = {"error": "error_param", "message": said, "msg": said, "errors": [said], "error_description": said, "request_id": said,
                "responseStatus": {"errorCode": "KvValidateException", "message": said}}
        return Response(json.dumps(body), self.status, {"Retry-After": "1"}, mimetype="application/json")(environ, start_response)


class Crashes(BaseAdapter):
    """A library that fails with the whole request in its words."""

    def __init__(self, kind: type[Exception]) -> None:
        super().__init__()
        self.kind = kind

    def send(self, request, **_):
        raise self.kind(f"no route for {request.method} {request.url} {request.headers} {request.body}")

    def close(self) -> None:
        """Nothing is open."""


def commands(command: click.Command = root, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from commands(command.get_command(click.Context(command), name), (*path, name))
    else:
        yield path, command


def call_of(path: tuple[str, ...], command: click.Command) -> list[str]:
    """The command with something for everything that it wants."""
    values = [ARGUMENTS.get(one.name, "x") for one in command.params if isinstance(one, click.Argument) and one.required]
    options = [part for one in command.params if isinstance(one, click.Option) and one.required
               for part in (one.opts[0], OPTIONS[one.name])]
    return [*path, *options, *values, *(["--once"] if path == ("schedule", "run") else [])]


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Path:
    """A market with secrets and tokens that can be found again."""
    folder = tmp_path_factory.mktemp("planted") / "m"
    new_market(folder)
    for channel, plain in PLAIN.items():
        add_account(folder, channel, channel, plain | {"practice": True, "base_url": "http://parrot.invalid"} | (
            {} if channel != "kiotviet" else {"token_url": "http://parrot.invalid/connect/token"}))
    with open_market(folder) as market:
        for channel, secrets in KEYS.items():
            keep_secrets(market.vault, channel, secrets, market.clock())
            market.keep_tokens(channel, Tokens(CANARY + "access", CANARY + "refresh", utc_now() + timedelta(hours=1)))
        market.vault.key_for("anything")
    return folder


@pytest.fixture
def market(planted, tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OCOP_MARKET_DEBUG", "1")
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    (tmp_path / "list.csv").write_text("Tên sản phẩm;Giá\nMật ong;1000\n", encoding="utf-8")
    return Path(shutil.copytree(planted, tmp_path / "m"))


@pytest.fixture
def network(monkeypatch):
    """What stands in the place of the network, and no waiting."""
    def replaced(adapter: BaseAdapter) -> None:
        made = MarketBase.__init__
        monkeypatch.setattr(MarketBase, "__init__", lambda self, folder, *, clock=utc_now, adapter=None, sleep=None: made(
            self, folder, clock=clock, adapter=lambda _: given, sleep=lambda _: None))
        given = adapter

    return replaced


def leaks(folder: Path) -> list[str]:
    """All forms in which a planted secret could be met."""
    key = (folder / "market.key").read_text(encoding="utf-8")
    found = [CANARY, key, base64.urlsafe_b64encode(CANARY.encode()).decode()[:14]]
    for secrets in KEYS.values():
        for value in secrets.values():
            found.append(base64.b64encode(f"app:{value}".encode()).decode())
    return found


def ran(capfd, *arguments: str) -> str:
    """All that a command says, in the log too."""
    with pytest.raises(SystemExit):
        main(["--lang", "en", *arguments])
    return "".join(capfd.readouterr())


def in_files(folder: Path) -> str:
    return "".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file() and path.name != "market.key")


@pytest.mark.long
@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_tells_a_secret_whatever_platforms_say(market, network, capfd, as_json):
    network(WsgiAdapter(Parrot(400)))
    called = 0
    for path, command in commands():
        if path in BLOCKING:
            continue
        said = ran(capfd, *call_of(path, command), "--market", str(market), *(["--json"] if as_json else []))
        assert not [leak for leak in leaks(market) if leak in said], path
        called += 1
    assert called > 40
    assert not [leak for leak in leaks(market) if leak in in_files(market.parent)]


CALLING = (("accounts", "check"), ("pull",), ("verify", "shopee"), ("categories", "tiki"), ("schedule", "run", "--once"), ("stock",))


@pytest.mark.long
@pytest.mark.parametrize("answers", [WsgiAdapter(Parrot(200)), WsgiAdapter(Parrot(401)), WsgiAdapter(Parrot(429)), WsgiAdapter(Parrot(500)),
                                     Crashes(RuntimeError), Crashes(requests.ConnectionError), Crashes(requests.RequestException),
                                     Crashes(KeyboardInterrupt)],
                         ids=["answer", "401", "429", "500", "crash", "unreachable", "library", "stop"])
def test_no_way_in_which_a_call_can_end_tells_a_secret(market, network, capfd, answers):
    network(answers)
    for command in CALLING:
        said = ran(capfd, *command, "--market", str(market))
        assert said
        assert not [leak for leak in leaks(market) if leak in said], command
    assert not [leak for leak in leaks(market) if leak in in_files(market)]


def test_the_log_of_a_real_connection_tells_none(market, capfd):
    with serving(Parrot(401)) as url:
        text = (market / "market.toml").read_text(encoding="utf-8").replace("http://parrot.invalid", url)
        (market / "market.toml").write_text(text, encoding="utf-8")
        said = ran(capfd, "accounts", "check", "--market", str(market))
    assert "GET /api/v2/shop/get_shop_info?" in said, "urllib3 writes whole addresses, and that is what is looked at here"
    assert not [leak for leak in leaks(market) if leak in said]


def test_the_address_of_a_chat_is_in_no_log_of_its_calls(market, capfd):
    with serving(Parrot(500)) as url:
        with (market / "market.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[alerts]\nwebhook = "{url}/services/{CANARY}room?key={CANARY}key"\n')
        start_logging()
        with open_market(market) as opened:
            send_news(opened, [trouble()])
    said = capfd.readouterr().err
    assert "POST /***" in said and "alert-not-sent" in said and CANARY not in said


@pytest.mark.parametrize("channel", KEYS)
def test_settings_clients_and_tokens_can_be_printed(market, channel):
    with open_market(market, adapter=lambda _: WsgiAdapter(Parrot(400))) as opened:
        connector = opened.connector(channel)
        shown = [connector, connector.settings, connector.http, connector.tokens, connector.tokens._load(), opened.vault, opened.settings,
                 opened, vars(connector), opened.store.engine]
        said = "".join(f"{one!r}{one!s}" for one in shown)
    assert not [leak for leak in leaks(market) if leak in said]


def test_a_secret_that_was_written_into_the_settings_by_hand_is_not_printed_with_them(market):
    with (market / "market.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accounts.by-hand]\nchannel = "shopee"\npartner_key = "bi-mat-hush-by-hand"\n'
                   '\n[alerts]\nsmtp_password = "bi-mat-hush-mail"\nwebhook = "https://chat.example/bi-mat-hush-room"\n')
    with open_market(market) as opened:
        assert CANARY not in f"{opened.settings!r}{opened.settings!s}{opened.settings.accounts['by-hand']!s}"
        assert opened.settings.accounts["by-hand"].own["partner_key"] == CANARY + "by-hand"


def everything_told(error: BaseException | None) -> Iterator[BaseException]:
    """An error with all that it came from, also what is not shown by default."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("kind", [requests.ConnectionError, requests.Timeout, requests.exceptions.InvalidURL, requests.RequestException,
                                  requests.exceptions.ProxyError])
@pytest.mark.parametrize("channel", KEYS)
def test_an_error_of_a_call_keeps_no_address_in_what_it_came_from(market, channel, kind):
    with open_market(market, adapter=lambda _: Crashes(kind), sleep=lambda _: None) as opened, pytest.raises(MarketError) as raised:
        opened.connector(channel).check()
    for error in everything_told(raised.value):
        assert not isinstance(error, requests.RequestException)
        assert CANARY not in f"{error!r}{error!s}{vars(error)}"
    out = StringIO()
    Console(file=out, width=200).print(Traceback.from_exception(raised.type, raised.value, raised.tb, show_locals=False))
    assert CANARY not in out.getvalue() + traceback_of(raised.value)


def test_a_thread_that_dies_says_where_and_not_what(market):
    code = (
        "import sys, threading\nfrom ocop_market.cli import main as program, status\n"
        "def fail(*_): raise ValueError('bi-mat-hush-thread')\n"
        "def gather(market):\n    t = threading.Thread(target=fail); t.start(); t.join(); return {'products': 0, 'accounts': {}}\n"
        "status.gather = gather\nsys.argv[1:] = ['status', '--lang', 'en', '--market', sys.argv[1]]\nprogram.main()\n")
    done = subprocess.run([sys.executable, "-c", code, market], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert "ValueError" in done.stderr and "fail" in done.stderr and CANARY not in done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of another kind is needed to look at")
def test_a_secret_that_is_typed_does_not_appear_on_the_screen(market):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ocop_market.cli.main", "accounts", "add", "typed", "--channel", "shopee", "--set", "partner_id=1",
               "--set", "shop_id=2", "--lang", "en", "--market", market]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        screen = read_until(ours, "Partner key")
        os.write(ours, f"{CANARY}typed\n".encode())
        screen += read_until(ours, "Do that now?")
        os.write(ours, b"n\n")
        screen += read_until(ours, "accounts login typed")
        assert process.wait(timeout=30) == 0
    os.close(ours)
    assert CANARY not in screen
    with open_market(market) as opened:
        assert opened.vault.get("typed", "settings") == {"partner_key": CANARY + "typed"}


def read_until(terminal: int, words: str) -> str:
    """What the screen shows up to some words; fails when they do not come."""
    seen, give_up = "", time.monotonic() + 60
    while words not in seen and time.monotonic() < give_up:
        seen += os.read(terminal, 4096).decode()
    assert words in seen
    return seen
