"""`queue` and `schedule run --queue`: many workers from the command line."""

import sys

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.market import new_market
from ocop_market.settings import add_account


@pytest.fixture
def on_postgresql(tmp_path, new_database):
    folder = tmp_path / "office"
    new_market(folder, database=new_database())
    add_account(folder, "shop", "shopee", {"partner_id": 1})
    return folder


@pytest.mark.parametrize("command", [["queue", "prepare"], ["queue", "work"], ["queue", "show"], ["schedule", "run", "--queue"]])
def test_without_the_extra_a_sentence_names_it(run, market, monkeypatch, command):
    monkeypatch.delitem(sys.modules, "sync_jobs.queue", raising=False)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    said = run(*command, "--market", market)
    assert (said.code, "pip install 'ocop-market[queue]'" in said.err) == (Exit.INPUT, True)


def test_a_market_in_a_file_is_told_to_move_first(run, market):
    said = run("queue", "prepare", "--market", market)
    assert said.code == Exit.INPUT and "ocop-market move-to" in said.err


def test_before_the_queue_is_made_each_command_names_the_one_that_makes_it(run, on_postgresql):
    for command in (["queue", "work"], ["queue", "show"], ["schedule", "run", "--queue"]):
        said = run(*command, "--market", on_postgresql)
        assert (said.code, "ocop-market queue prepare" in said.err) == (Exit.INPUT, True)


def test_from_the_database_to_the_work_in_three_commands(run, on_postgresql):
    assert run("queue", "prepare", "--market", on_postgresql, "--json").json == {"made": True}
    assert run("queue", "prepare", "--market", on_postgresql, "--json").json == {"made": False}
    run("schedule", "pause", "--all", "--market", on_postgresql)
    run("schedule", "resume", "pull-sales", "--market", on_postgresql)
    assert run("schedule", "run", "--queue", "--once", "--market", on_postgresql, "--json").json == {"accounts": ["shop"]}
    assert run("queue", "show", "--market", on_postgresql, "--json").json == {"workers": 0, "waiting": 1, "at_work": 0}
    worked = run("queue", "work", "--until-empty", "--lanes", "2", "--market", on_postgresql)
    assert worked.code == Exit.DONE and "shop · pull sales · failed" in worked.err, "the account has no keys"
    assert "0 accounts wait" in run("queue", "show", "--market", on_postgresql).out
    assert run("schedule", "run", "--queue", "--once", "--market", on_postgresql, "--json").json == {"accounts": []}
