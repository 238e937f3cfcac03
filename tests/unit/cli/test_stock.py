"""`ocop-market stock`: what there is, what each account offers and why, on the screen and as JSON."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.clock import utc_now
from ocop_market.model.product import Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.settings import add_account
from ocop_market.store.catalog import save_products
from ocop_market.store.ledger import save_orders


def rules(market, text: str) -> None:
    with (market / "market.toml").open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.fixture
def shop(market):
    """A market with two live shops and one list for people; tea was counted an hour ago, and 14 were sold since."""
    now = utc_now()
    for account in ("shopee", "tiki"):
        add_account(market, account, "shopee", {"partner_id": 1, "shop_id": 2})
    add_account(market, "list", "spreadsheet", {})
    with open_market(market) as opened, opened.store.writing() as connection:
        save_products(connection, [Product("TRA-01", "Trà [xanh]", price=50_000, stock=120), Product("MAT-01", "Mật ong", price=90_000)],
                      now - timedelta(hours=1), origin="test")
        line = SalesLine("1", "TRA-01", "Trà", Decimal(14), 700_000)
        save_orders(connection, "shopee", [SalesOrder("1", now, now, OrderState.ACCEPTED, "x", (line,))])
    return market


def test_what_is_there_and_what_each_account_offers_is_one_table(run, shop):
    out = run("stock", "--market", shop).out
    assert "Trà [xanh]" in out and "106" in out and "▓ tiki: 53 · 50.000" in out
    assert "█" * 6 + "▓" * 6 in out, "half of the bar is each shop's"


def test_a_product_by_name_is_explained_step_by_step(run, shop):
    rules(shop, '[accounts.shopee.stock]\nrule = "percent"\npercent = 50\n[accounts.shopee.price]\npercent = 10\n')
    out = run("stock", "TRA-01", "--market", shop).out
    for step in ("120 in the product list", "14 sold since by shopee: 106 are there", "50 % of 106 = 53", "+10 % on it: 55.000"):
        assert step in out
    assert "MAT-01" not in out


def test_scripts_get_every_step(run, shop):
    tea = next(one for one in run("stock", "--json", "--market", shop).json["products"] if one["sku"] == "TRA-01")
    assert (tea["there"], tea["counted"], tea["sold"], tea["beyond"]) == (106, "120", {"shopee": "14"}, 0)
    assert [(one["account"], one["stock"], one["price"]) for one in tea["offers"]] == [
        ("shopee", 53, 50_000), ("tiki", 53, 50_000), ("list", 106, 50_000)]
    assert len(tea["offers"][0]["reasons"]) == 4


def test_a_count_by_hand_holds_from_now_on(run, shop):
    ran = run("stock", "--count", "TRA-01=100", "--count", "MAT-01=7", "--json", "--market", shop)
    assert {one["sku"]: one["there"] for one in ran.json["products"]} == {"TRA-01": 100, "MAT-01": 7}


def test_figures_that_still_hold_are_counted_anew_together(run, shop):
    ran = run("stock", "--recounted", "TRA-01", "--market", shop)
    assert ran.code == Exit.DONE and "sold since" not in ran.out and "120" in ran.out


@pytest.mark.parametrize(("arguments", "code", "told"), [
    (("--count", "TRA-01"), Exit.USAGE, "TRA-01=120"), (("--count", "TRA-01=2.5"), Exit.USAGE, "whole number"),
    (("--count", "KEINS=2"), Exit.INPUT, "KEINS"), (("KEINS",), Exit.INPUT, "KEINS"), (("--read",), Exit.INPUT, "sources")])
def test_what_cannot_be_done_is_a_sentence(run, shop, arguments, code, told):
    ran = run("stock", *arguments, "--market", shop)
    assert ran.code == code and told in ran.err


def test_accounts_that_may_sell_the_same_unit_are_warned_of(run, shop):
    assert "not exclusive" not in run("stock", "--market", shop).out, "a file for people sells nothing by itself"
    rules(shop, "[accounts.tiki.stock]\nexclusive = false\n")
    out = run("stock", "--market", shop).out
    assert "1 products are offered more often" in out and "106 units of TRA-01" in out


def test_a_market_without_goods_or_accounts_says_what_to_do(run, market, tmp_path):
    assert "ocop-market import" in run("stock", "--market", market).out
    with open_market(market) as opened, opened.store.writing() as connection:
        save_products(connection, [Product("TRA-01", "Trà", stock=1)], utc_now(), origin="test")
    assert "accounts add" in run("stock", "--market", market).out
