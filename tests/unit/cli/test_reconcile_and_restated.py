"""`reconcile`, `restated`, `doubts` and the unknown states of `growth`, as a user meets them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from ocop_market.channels.api import SalesPage
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM, utc_now
from ocop_market.model.sales import Fee, FeeKind, OrderState, Payout, SalesLine, SalesOrder
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.settings import add_account

AT = datetime(2026, 3, 5, 9, tzinfo=VIETNAM)
DAYS = ("--from", "2026-03-01", "--to", "2026-03-31")


def sale(number: str, *, total: int | None = 90_000, state: OrderState = OrderState.DELIVERED, word: str = "COMPLETED", version: int = 0,
         ) -> SalesOrder:
    line = SalesLine("1", "TRA", "Trà", Decimal(1), 100_000, charged=(Fee(FeeKind.COMMISSION, 10_000),))
    return SalesOrder(number, AT, AT + timedelta(hours=version), state, word, (line,), f"No {number}", platform_total=total)


@pytest.fixture
def shop(market):
    add_account(market, "shop", "shopee", {"partner_id": 1, "partner_key": "x", "shop_id": 2, "seller_kind": "household"})

    def keep(*orders: SalesOrder) -> None:
        with open_market(market) as opened:
            keep_page(opened.store, "shop", SalesPage(orders, {}, payouts=[Payout("A1", AT + timedelta(days=9), 90_000)]), utc_now())
            with opened.turn("shop") as turn:
                roll_up(opened.store, "shop", turn)

    return keep


def test_reconcile_names_the_basis_and_each_order_that_differs(run, market, shop):
    shop(sale("A1"), sale("A2", total=80_000), sale("A3", total=None))
    ran = run("reconcile", "shop", "--market", market)
    assert ran.code == Exit.PARTLY
    assert "what the seller receives" in ran.out and "No A2" in ran.out and "-10.000" in ran.out
    body = run("reconcile", "--market", market, "--json").json
    account, = body["accounts"]
    assert (body["basis"], account["ours"], account["platform"], account["difference"]) == ("in-hand", 180_000, 170_000, -10_000)
    assert account["waiting"] == {"orders": 1, "amount": 90_000} and account["paid_out"] == {"orders": 1, "amount": 90_000}
    assert {(one["order"], one["why"]) for one in account["differences"]} == {("A2", "lines"), ("A1", "tax"), ("A2", "tax")}
    assert account["tax"] == {"seller": "household", "stated": 0, "expected": 3_000}


def test_what_agrees_ends_well(run, market, shop):
    shop(sale("A1"))
    assert run("reconcile", "shop", "--from", "2026-04-01", "--market", market).code == Exit.DONE
    assert run("reconcile", "nobody", "--market", market).code == Exit.INPUT


def test_restated_lists_what_a_report_no_longer_shows(run, market, shop):
    assert run("restated", "--market", market, "--json").json["error"]["code"] == "no-report"
    shop(sale("A1"), sale("A2"))
    written = run("report", *DAYS, "--market", market, "--json").json
    assert written["basis"] == "net"
    assert "no reported day has changed" in run("restated", "--market", market).out
    shop(sale("A2", state=OrderState.CANCELLED, version=1))
    ran = run("restated", "--market", market)
    assert ran.code == Exit.DONE and "No A2" in ran.out and "cancelled" in ran.out and "after the seller's discounts" in ran.out
    body = run("restated", "--since", "2026-01-01", "--basis", "in-hand", "--market", market, "--json").json
    assert body["basis"] == "in-hand"
    assert [(one["day"], one["order"], one["before"], one["after"], one["why"]) for one in body["orders"]] == [
        ("2026-03-05", "A2", 90_000, 0, "cancelled")]


def test_an_unknown_state_is_counted_and_valued_beside_revenue(run, market, shop):
    shop(sale("A1"), sale("A2", state=OrderState.UNKNOWN, word="TELEPORTED"))
    body = run("growth", *DAYS, "--by", "channel", "--market", market, "--json").json
    assert body["tables"]["channel"]["total"]["now"] == 100_000
    assert body["unknown_states"]["now"] == [{"account": "shop", "word": "TELEPORTED", "orders": 1, "amount": 100_000}]
    assert "TELEPORTED × 1" in run("growth", *DAYS, "--market", market).out
    written = run("report", *DAYS, "--market", market, "--json").json
    assert "TELEPORTED × 1" in (market / "reports" / "report.html").read_text(encoding="utf-8")
    assert written["unknown_states"]["now"][0]["orders"] == 1


def test_doubts_are_listed_with_their_sentences(run, market, shop):
    assert run("doubts", "--market", market).code == Exit.DONE
    shop(SalesOrder("A9", AT, AT, OrderState.DELIVERED, "x", (), "No A9"))
    ran = run("doubts", "shop", "--market", market)
    assert ran.code == Exit.PARTLY and "No A9 has no lines" in ran.out
    assert [one["code"] for one in run("doubts", "--market", market, "--json").json] == ["no-lines"]
