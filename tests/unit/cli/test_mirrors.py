"""`ocop-market mirrors`: what is counted once is shown, what is doubtful is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.beginning import begin_again_where_needed
from ocop_market.sales.pull import roll_up
from ocop_market.settings import add_account, change_database
from ocop_market.store.ledger import save_cursor, save_orders
from tests.databases import ON_BOTH

AT = datetime(2026, 9, 5, 9, tzinfo=VIETNAM)


def sale(number: str, source: str = "", code: str = "") -> SalesOrder:
    line = SalesLine("1", "A", "a", Decimal(1), 125_000)
    return SalesOrder(number, AT, AT, OrderState.DELIVERED, "done", (line,), f"HD{number}", source=source, source_code=code)


@pytest.fixture
def mirrored(market, database):
    change_database(market, database)
    add_account(market, "shop", "shopee", {"partner_id": 1, "partner_key": "x", "shop_id": 2})
    add_account(market, "till", "spreadsheet", {})
    with open_market(market) as opened:
        begin_again_where_needed(opened.store, "shop", AT, AT.date(), AT)
        with opened.store.writing() as connection:
            save_cursor(connection, "shop", "sales", {"to": 1}, AT, complete_to=AT + timedelta(days=9))
            save_orders(connection, "shop", [sale("240905ABCDEF")])
            save_orders(connection, "till", [sale("1", "Shopee", "240905ABCDEF"), sale("2", "Shopee"), sale("3")])
            opened._count_once("till")(connection, [AT.date()])
    return market


def test_both_kinds_are_shown_with_their_worth(run, mirrored):
    ran = run("mirrors", "--market", mirrored)
    assert ran.code == Exit.PARTLY, "somebody has to decide"
    assert "HD2" in ran.out and "125.000" in ran.out and "HD1" not in ran.out.split("Source")[-1]
    assert {one["document"]: (one["state"], one["of_account"], one["of_order"]) for one in run(
        "mirrors", "--market", mirrored, "--json").json} == {
        "HD1": ("same", "shop", "240905ABCDEF"), "HD2": ("doubtful", "shop", "")}


def test_a_decision_is_kept_and_nothing_is_asked_again(run, mirrored):
    assert run("mirrors", "till", "--own", "HD2", "--market", mirrored).code == Exit.DONE
    rows = {one["document"]: one["state"] for one in run("mirrors", "--market", mirrored, "--json").json}
    assert rows == {"HD1": "same", "HD2": "own"}


@ON_BOTH
def test_a_document_that_is_not_in_question_is_a_sentence(run, mirrored):
    ran = run("mirrors", "till", "--own", "HD3", "--market", mirrored)
    assert ran.code == Exit.INPUT and "HD3" in ran.err


def test_a_decision_needs_the_till(run, mirrored):
    assert run("mirrors", "--own", "HD2", "--market", mirrored).code == Exit.USAGE


def test_a_market_without_any_says_so(run, market):
    ran = run("mirrors", "--market", market)
    assert ran.code == Exit.DONE and "twice" in ran.out


@ON_BOTH
def test_the_status_names_what_waits_for_a_person(run, mirrored):
    with open_market(mirrored) as opened, opened.turn("till") as turn:
        roll_up(opened.store, "till", turn)
    till = run("status", "--market", mirrored, "--json").json["accounts"]["till"]
    assert (till["doubtful_mirrors"], till["unknown_goods"]) == (1, 1)
    assert "ocop-market mirrors till" in run("status", "--market", mirrored).out
