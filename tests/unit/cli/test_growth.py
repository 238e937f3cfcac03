"""`ocop-market growth` and `targets`: the parts add up in print and in JSON, wrong calls are sentences."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.growth.targets import EXAMPLES
from ocop_market.market import open_market
from ocop_market.model.clock import utc_now
from ocop_market.model.product import Certificate, Place, Product
from ocop_market.store.catalog import save_products
from tests.totals import put_days

TEA = Product("TEA", "Trà hoa vàng", "HTX A", place=Place("Bắc Giang"), certificates=(
    Certificate(3, "1/QĐ", date(2023, 1, 1), date(2026, 1, 1)),))
HONEY = Product("HONEY", "Mật ong", "HTX B", place=Place("Bắc Kạn"), certificates=(
    Certificate(4, "2/QĐ", date(2025, 2, 1), date(2028, 2, 1)),))
SALES = (("shop", "2023-06-01", "TEA", 10, 1), ("shop", "2024-03-01", "TEA", 100_000, 2), ("shop", "2025-03-01", "TEA", 150_000, 2),
         ("shop", "2025-03-02", "HONEY", 70_000, 1), ("new", "2025-03-02", "TEA", 30_000, 1), ("shop", "2025-01-05", "?", 5_000, 1))


@pytest.fixture
def sold(market):
    nothing = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
    with open_market(market) as opened, opened.store.writing() as connection:
        save_products(connection, [TEA, HONEY], utc_now(), origin="test")
        put_days(connection, [
            {"account": account, "day": date.fromisoformat(day), "sku": sku, "location": "", "state": "delivered",
             "quantity": Decimal(quantity), "list_amount": amount, "returned_quantity": Decimal(0), **nothing}
            for account, day, sku, amount, quantity in SALES])
    return market


def test_the_change_is_told_in_parts_that_add_up(run, sold):
    body = run("growth", "--period", "2025-H1", "--by", "product", "--market", sold, "--json").json
    assert (body["period"], body["before"]) == (["2025-01-01", "2025-06-30"], ["2024-01-01", "2024-06-30"])
    assert {name: part["change"] for name, part in body["parts"].items()} == {"same": 80_000, "entry": 70_000, "exit": 0, "outside": 5_000}
    sellers, effects = body["same_sellers"], body["effects"]
    assert (sellers["same"]["change"], sellers["added"]["outlets"], sellers["added"]["change"]) == (125_000, ["new"], 30_000)
    assert (effects["price"], effects["volume"], effects["mix"], effects["new"]) == (30_000, 50_000, 0, 75_000)
    assert sum(effects[name] for name in ("price", "volume", "mix", "new", "dropped", "unmeasured")) == body["change"]["change"] == 155_000
    assert {row["label"]: row["now"] for row in body["tables"]["product"]["rows"]}["Trà hoa vàng"] == 180_000
    printed = run("growth", "--period", "2025-H1", "--by", "product", "--market", sold).out
    assert "newly recognised" in printed and "Trà hoa vàng" in printed and "50.000" in printed


def test_years_prices_and_what_came_after_recognition_are_told_when_asked(run, sold, tmp_path):
    prices = tmp_path / "cpi.csv"
    prices.write_text("2024-03,100\n2025-01,110\n2025-03,110\n2025-06,110\n", encoding="utf-8")
    body = run("growth", "--period", "2025-H1", "--years", "3", "--prices", prices, "--before-after", "recognition", "--months", "3",
               "--market", sold, "--json").json
    assert (body["real"]["now"], body["real"]["before"]) == (255_000, 110_000)
    assert [one["amount"] for one in body["years"]["periods"]] == [10, 100_000, 255_000]
    assert body["before_after"]["left_out"] == {"no-history": 1, "no-sales": 1}
    printed = run("growth", "--period", "2025-H1", "--years", "3", "--prices", prices, "--before-after", "upgrade", "--market", sold).out
    assert "At the prices of 06/2025" in printed and "Six products" in printed and "a year." in printed


def test_tet_is_aligned_when_asked_and_spoken_of_when_not(run, sold):
    body = run("growth", "--period", "2026-Q1", "--against", "tet", "--market", sold, "--json").json
    assert body["before"] == ["2024-12-13", "2025-03-12"] and body["notes"] == []
    assert "--against tet" in run("growth", "--period", "2026-01", "--market", sold).out


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("--period", "2026-Q7"), Exit.INPUT, "no-period"), (("--period", "2090"), Exit.INPUT, "period-not-begun"),
    (("--period", "2025", "--span", "month"), Exit.USAGE, "one way"), (("--period", "2025", "--to", "2025-05-01"), Exit.USAGE, "one way"),
    (("--period", "2025-08", "--against", "tet"), Exit.INPUT, "no-tet-near"), (("--prices", "none.csv"), Exit.INPUT, "file-unreadable")])
def test_a_wrong_call_is_a_sentence(run, sold, arguments, code, words):
    ran = run("growth", *arguments, "--market", sold)
    assert ran.code == code and words in ran.err


def test_targets_of_the_market_stand_with_their_arithmetic(run, sold):
    (sold / "targets.toml").write_text(
        '[[target]]\nname = "Mới"\nmeasure = "new-products"\nat_least = 1\nprovince = "Bắc Kạn"\ngeography = "old"\n'
        'begins = 2025-01-01\nends = 2025-12-31\nsource = "9/KH-UBND"\n', encoding="utf-8")
    body = run("targets", "--as-of", "2025-06-30", "--market", sold, "--json").json
    assert [(one["course"], one["reached"], one["target"]["province"]) for one in body] == [("reached", "1", "Bắc Kạn")]
    assert "9/KH-UBND" in run("targets", "--market", sold).out


def test_the_examples_need_no_file_and_a_market_without_targets_is_sent_to_them(run, sold):
    ran = run("targets", "--examples", "--market", sold, "--json")
    assert ran.code == Exit.DONE and len(ran.json) == EXAMPLES.read_text(encoding="utf-8").count("[[target]]")
    assert str(EXAMPLES.name) in run("targets", "--examples", "--market", sold).out
    assert "--examples" in run("targets", "--market", sold).err


def test_the_picture_leads_from_one_total_to_the_other(run, sold, tmp_path):
    chart = tmp_path / "parts.svg"
    assert run("growth", "--period", "2025-H1", "--chart", chart, "--market", sold).code == Exit.DONE
    picture = ElementTree.fromstring(chart.read_text(encoding="utf-8"))  # noqa: S314  (our own picture)
    bars = [(float(bar.get("x")), float(bar.get("width"))) for bar in picture.iter("{http://www.w3.org/2000/svg}rect")]
    texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[1] == "100\u00a0ng" and texts[-1] == "255\u00a0ng" and "+80\u00a0ng" in texts
    for (x, width), (following, _) in pairwise(bars[:-1]):
        assert following == pytest.approx(x + width, abs=0.11), "each part begins where the one before it ends"
    assert bars[-1][1] == pytest.approx(bars[0][1] * 2.55, abs=0.5)
