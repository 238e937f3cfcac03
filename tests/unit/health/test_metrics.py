"""Figures for those who watch over many markets: in Prometheus' format, and as JSON."""

import json
import logging
import re
from datetime import timedelta

import pytest
from werkzeug.test import Client

from ocop_market.cli.logs import NAME, start_logging
from ocop_market.health.checks import find_troubles
from ocop_market.health.metrics import HealthApp, as_metrics
from ocop_market.market import new_market, open_market
from ocop_market.settings import add_account
from ocop_market.store.ledger import save_cursor
from tests.unit.cli.conftest import run as run  # noqa: F401  (the fixture)
from tests.unit.health.test_checks import MARKET, WELL, replace

LINE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? -?[0-9.e+]+')


@pytest.fixture
def market(tmp_path, clock):
    new_market(tmp_path / "m")
    add_account(tmp_path / "m", "shop", "shopee", {"partner_id": 1, "shop_id": 2})
    with open_market(tmp_path / "m", clock=clock) as opened:
        yield opened


def test_every_figure_is_a_line_of_the_format_after_its_help_and_type():
    accounts = (WELL, replace(WELL, name='a "b" \\ c\nd', unknown_goods=2, complete_to=None))
    told = as_metrics(replace(MARKET, accounts=accounts), find_troubles(replace(MARKET, accounts=accounts)))
    named = set()
    for line in told.splitlines():
        if line.startswith("# "):
            named.add(line.split()[2])
        else:
            assert LINE.fullmatch(line) and re.split(r"[{ ]", line)[0] in named, line
    assert 'ocop_market_unknown_goods{account="a \\"b\\" \\\\ c\\nd"} 2' in told
    assert f'ocop_market_sales_complete_timestamp_seconds{{account="shop"}} {WELL.complete_to.timestamp():.0f}' in told
    assert 'ocop_market_trouble{account="a \\"b\\" \\\\ c\\nd",code="unknown-goods",severity="warns"} 1' in told


def test_what_is_not_known_is_no_figure():
    told = as_metrics(replace(MARKET, disk_free=None, last_backup=None), [])
    assert "disk_free" not in told and "last_backup" not in told and "trouble" not in told
    assert "ocop_market_products 3" in told


def test_health_is_503_while_something_does_not_work(market, clock):
    client = Client(HealthApp(market))
    assert client.get("/health").json["healthy"] is True
    with market.store.writing() as connection:
        save_cursor(connection, "shop", "sales", {}, clock(), complete_to=clock() - timedelta(hours=9))
    assert client.get("/health").status_code == 200, "the figures are fifteen seconds old at most"
    clock.forward(seconds=15)
    answer = client.get("/health")
    assert (answer.status_code, answer.json["healthy"]) == (503, False)
    assert {one["code"] for one in answer.json["troubles"]} >= {"silent-shop"}
    assert b'code="silent-shop"' in client.get("/metrics").data
    assert client.get("/metrics").content_type.startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("POST", "/metrics", 405), ("GET", "/metrics/x", 404)])
def test_nothing_else_is_answered(market, method, path, status):
    assert Client(HealthApp(market)).open(path, method=method).status_code == status


def test_the_command_prints_figures_or_json(run, market):  # noqa: F811
    assert "# TYPE ocop_market_products gauge" in run("metrics", "--market", market.folder).out
    assert "accounts" in run("metrics", "--market", market.folder, "--json").json


def test_a_log_of_json_lines_lets_no_secret_through(monkeypatch, capsys):
    monkeypatch.setenv("OCOP_MARKET_LOG", "json")
    start_logging()
    try:
        try:
            raise ValueError("access_token=abcdef123")
        except ValueError:
            logging.getLogger("ocop_market.test").exception("refresh_token=%s của cửa hàng", "xyz789")
    finally:
        root = logging.getLogger()
        for handler in [one for one in root.handlers if one.get_name() == NAME]:
            root.removeHandler(handler)
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert "xyz789" not in line and "abcdef123" not in line
    assert told["level"] == "ERROR" and told["message"].endswith("của cửa hàng") and "ValueError" in told["traceback"]
    assert told["at"].endswith("+00:00")
