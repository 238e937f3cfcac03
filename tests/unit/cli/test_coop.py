"""`report coop` and `costs` on a market with one shop: what is shown in the terminal, as a page, on paper and for scripts."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import openpyxl
import pytest
from pypdf import PdfReader

from ocop_market.cli import coop, explain
from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.change import RemoteListing
from ocop_market.model.product import Product
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from ocop_market.store.publications import Publication, save_publication

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SOLD = datetime(2026, 11, 10, 3, tzinfo=UTC)
NAME = "Trà <b>Tân Cương"


@pytest.fixture
def shop(run, market, monkeypatch, clock):
    clock.now = NOW
    monkeypatch.setattr(coop, "open_market", partial(open_market, clock=clock))
    (market / "market.toml").write_text('name = "HTX Một"\n[accounts.san]\nchannel = "shopee"\npractice = true\n', encoding="utf-8")
    line = SalesLine("1", "TRA", NAME, Decimal(10), 1_000_000, seller_discount=100_000, charged=(
        Fee(FeeKind.COMMISSION, 90_000), Fee(FeeKind.PROCESSING, 20_000)))
    with open_market(market, clock=clock) as opened:
        with opened.store.writing() as connection:
            save_products(connection, [Product("TRA", NAME, price=100_000), Product("GAO", "Gạo", price=30_000)], NOW, origin="test")
            save_orders(connection, "san", [SalesOrder("1", SOLD, SOLD, OrderState.ACCEPTED, "x", (line,))])
            for sku, price, stock in (("TRA", 100_000, 0), ("GAO", 30_000, 5)):
                save_publication(connection, Publication("san", sku, "live", RemoteListing("9", sku), {
                    "price": {"price": price, "variant_prices": {}}, "stock": {"stock": stock}}), NOW)
        with holding(opened.store, "test", clock) as turn:
            roll_up(opened.store, "san", turn)
    return market


def test_a_page_tells_what_is_left_and_which_listing_loses_below_which_price(run, shop, tmp_path, monkeypatch):
    assert run("costs", "--form", tmp_path / "form.xlsx", "--market", shop).code == Exit.DONE
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["GAO", "TRA"]
    book.active["E3"] = 81_000
    book.save(tmp_path / "form.xlsx")
    assert run("costs", tmp_path / "form.xlsx", "--market", shop).code == Exit.DONE
    found = run("report", "coop", "--market", shop, "--json").json
    assert [(one["account"], one["revenue"], one["in_hand"], round(one["in_hand_percent"], 1)) for one in found["channels"]] == [
        ("san", 900_000, 790_000, 87.8)]
    price = found["prices"][0]
    # (81.000 + 2.000) ÷ (90 % × 90 %) = 102.469,1…
    assert (price["sku"], price["loses_below"], price["left_of_one"], price["loses"]) == ("TRA", 102_470, -2_000, True)
    monkeypatch.setattr(explain, "open_market", partial(open_market, clock=lambda: NOW))
    for measure, value in (("break-even", 102_470), ("left-of-one", -2_000)):
        told = run("explain", f"{measure}/account=san/by=product/TRA/2026-11-01..2026-11-21", "--market", shop, "--json").json
        assert (f"{measure}/account=san/by=product/TRA/2026-11-01..2026-11-21" in found["figures"], told["value"]) == (True, value)
        assert price["arithmetic"] in told["arithmetic"]
        assert run("explain", told["lines"][1]["address"], "--market", shop, "--json").json["value"] == 100_000
    assert price["arithmetic"] == "(81.000\u00a0₫ + 2.000\u00a0₫) ÷ (90,0\u00a0% × 90,0\u00a0%)"
    assert found["no_cost"] == ["GAO"]
    assert [one["code"] for one in found["to_do"]] == ["orders-wait", "loses-money", "no-stock", "no-cost"]


def test_the_terminal_shows_the_same_and_names_each_command(run, shop):
    shown = run("report", "coop", "--market", shop).out
    for words in ("To do this week", "ocop-market stock", "ocop-market costs --form", "900.000", "87,8"):
        assert words in shown.replace("\u00a0", " ")


def test_the_page_for_phones_needs_nothing_else_and_escapes_names(run, shop, tmp_path):
    for _ in range(2):
        assert run("report", "coop", "--market", shop, "--out", tmp_path / "p.html").code == Exit.DONE
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "Trà &lt;b&gt;Tân Cương" in page
    assert "<script" not in page
    assert "http" not in page


def test_the_printed_page_is_one_page_and_the_same_bytes_twice(run, shop, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        assert run("report", "coop", "--market", shop, "--out", tmp_path / name).code == Exit.DONE
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    pages = PdfReader(tmp_path / "a.pdf").pages
    assert len(pages) == 1
    assert "900.000" in pages[0].extract_text()


def test_a_market_without_sales_gives_a_page_without_figures(run, market):
    found = run("report", "coop", "--market", market, "--json").json
    assert (found["total"]["now"], found["total"]["growth"], found["channels"], found["prices"]) == (0, None, [], [])
    assert "Nothing was sold in this period." in found["doubts"]


def test_costs_that_cannot_be_read_are_told_and_the_rest_is_kept(run, shop, tmp_path):
    (tmp_path / "c.csv").write_text("SKU;Giá vốn\nTRA;50000\nGAO;miễn phí\n", encoding="utf-8")
    ended = run("costs", tmp_path / "c.csv", "--market", shop, "--json")
    assert ended.code == Exit.PARTLY
    assert ended.json["costs"] == {"TRA": 50_000}
    assert [one["code"] for one in ended.json["problems"]] == ["cost-unreadable"]
    assert "50.000" in run("costs", "--market", shop).out
