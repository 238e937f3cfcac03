"""`ocop-market move-to`: what it tells, and what it never does with a password."""

from __future__ import annotations

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.settings import read_settings

WORD = "secret-word"


@pytest.fixture
def empty(new_database):
    return new_database()


def with_word(address: str) -> str:
    return address.replace("postgres@", f"postgres:{WORD}@")


def test_it_tells_what_was_compared_and_where_the_market_is(run, market, empty):
    ran = run("move-to", empty, "--market", market)
    assert ran.code == Exit.DONE
    assert empty in ran.out and "market.db" in ran.out and "0 days" in ran.out
    assert run("status", "--market", market).code == Exit.DONE
    assert run("move-to", "sqlite:///back.db", "--market", market, "--json").json["database"] == "back.db"


def test_a_password_is_written_and_shown_nowhere(run, market, empty, monkeypatch):
    ran = run("move-to", with_word(empty), "--market", market)
    assert ran.code == Exit.DONE and "env:OCOP_MARKET_DATABASE" in ran.out
    assert WORD not in ran.out + ran.err + (market / "market.toml").read_text(encoding="utf-8")
    missing = run("status", "--market", market)
    assert missing.code == Exit.INPUT and "OCOP_MARKET_DATABASE" in missing.err
    monkeypatch.setenv("OCOP_MARKET_DATABASE", with_word(empty))
    assert run("status", "--market", market).code == Exit.DONE
    assert WORD not in run("move-to", with_word(empty), "--market", market).err


def test_an_address_in_the_environment_is_named_in_the_settings(run, market, empty, monkeypatch):
    monkeypatch.setenv("OFFICE", with_word(empty))
    ran = run("move-to", "env:OFFICE", "--market", market)
    assert ran.code == Exit.DONE and WORD not in ran.out
    assert read_settings(market).database == "env:OFFICE"


@pytest.mark.parametrize(("address", "code", "exit_code"), [
    ("mysql://u:secret-word@x/y", "database-address", Exit.INPUT), ("postgresql:/x", "database-address", Exit.INPUT),
    ("env:NOT_SET_AT_ALL", "environment-missing", Exit.INPUT), ("sqlite:///market.db", "target-same", Exit.INPUT),
    ("postgresql://postgres:secret-word@127.0.0.1:1/x", "market-unreachable", Exit.LATER)])
def test_what_cannot_be_moved_to_is_a_sentence_and_nothing_changes(run, market, postgresql_server, address, code, exit_code):
    before = (market / "market.toml").read_bytes()
    ran = run("move-to", address, "--market", market)
    assert ran.code == exit_code and f"[{code}]" in ran.err.replace("\n", "") and WORD not in ran.err
    assert (market / "market.toml").read_bytes() == before


def test_a_password_that_was_asked_for_is_shown_nowhere_and_no_command_line_had_it(run, market, empty, monkeypatch):
    asked = []
    monkeypatch.setattr("click.prompt", lambda text, **how: asked.append(how) or WORD)
    ran = run("move-to", empty, "--ask-password", "--market", market)
    assert ran.code == Exit.DONE and asked == [{"hide_input": True, "err": True}]
    assert read_settings(market).database == "env:OCOP_MARKET_DATABASE" and "--ask-password" not in ran.out
    assert WORD not in ran.out + ran.err + (market / "market.toml").read_text(encoding="utf-8")
    monkeypatch.setenv("OCOP_MARKET_DATABASE", with_word(empty))
    assert run("status", "--market", market).code == Exit.DONE


@pytest.mark.parametrize("address", ["postgresql://u:secret-word@x/y", "sqlite:///other.db"])
def test_no_password_is_asked_for_where_none_belongs(run, market, monkeypatch, address):
    monkeypatch.setattr("click.prompt", lambda *_, **__: pytest.fail("asked"))
    ran = run("move-to", address, "--ask-password", "--market", market)
    assert ran.code == Exit.INPUT and "no-password-there" in ran.err and WORD not in ran.err
