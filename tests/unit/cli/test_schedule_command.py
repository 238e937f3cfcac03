"""`schedule`: shown, set, paused and resumed from the command line."""

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.settings import add_account

SHOP = {"partner_id": 1, "shop_id": 2, "partner_key": "x"}


@pytest.fixture
def shop(market):
    add_account(market, "shop", "shopee", SHOP)
    return market


def test_the_schedule_shows_each_job_with_how_often_and_when(run, shop):
    said = run("schedule", "show", "--market", shop)
    assert said.code == Exit.DONE
    rows = [[cell.strip() for cell in line.split("│")] for line in said.out.splitlines()]
    assert [row[2:4] for row in rows if row[1:2] == ["pull sales"]] == [["15m", "now"]]
    found = {one["job"]: one for one in run("schedule", "show", "--market", shop, "--json").json["jobs"]}
    assert found["publish"]["next_due"] is None and found["pull-sales"]["often"] == "15m"


def test_with_many_accounts_one_line_a_job_is_shown(run, shop):
    for n in range(20):
        add_account(shop, f"shop-{n}", "shopee", SHOP)
    run("schedule", "set", "pull-sales", "1h", "--account", "shop-3", "--market", shop)
    rows = [[cell.strip() for cell in line.split("│")] for line in run("schedule", "show", "--market", shop).out.splitlines()]
    assert [row[1:3] for row in rows if row[0] == "pull sales"] == [["15m", "20"], ["1h", "1"]]


def test_what_is_set_is_kept_and_shown(run, shop):
    changed = run("schedule", "set", "publish", "monthly", "last", "06:30", "--jitter", "5", "--market", shop, "--json").json
    assert [(one["account"], one["often"], one["jitter_minutes"]) for one in changed] == [("shop", "monthly last 06:30", 5)]
    assert "monthly last 06:30" in run("schedule", "show", "--account", "shop", "--market", shop).out
    assert run("schedule", "set", "publish", "off", "--market", shop, "--json").json[0]["next_due"] is None


def test_what_is_paused_is_not_run_until_it_is_resumed(run, shop, monkeypatch):
    run("schedule", "pause", "--all", "--market", shop)
    assert run("schedule", "run", "--once", "--market", shop, "--json").json == []
    assert "paused" in run("schedule", "show", "--market", shop).out
    resumed = run("schedule", "resume", "pull-sales", "--market", shop, "--json").json
    assert resumed == [{"account": "shop", "job": "pull-sales", "paused": False}]
    assert run("schedule", "show", "--market", shop, "--json").json["due"] == [{"account": "shop", "job": "pull-sales"}]


@pytest.mark.parametrize(("arguments", "code"), [
    (["set", "pull-sales"], Exit.USAGE), (["pause"], Exit.USAGE), (["resume"], Exit.USAGE), (["set", "pull-sales", "often"], Exit.INPUT),
    (["set", "pull", "15m"], Exit.INPUT), (["pause", "pull-sales", "--account", "nobody"], Exit.INPUT),
    (["show", "--account", "nobody"], Exit.INPUT)])
def test_a_wrong_word_is_refused(run, shop, arguments, code):
    assert run("schedule", *arguments, "--market", shop).code == code
