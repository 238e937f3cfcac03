"""`places`, and `growth` in either geography."""

from datetime import UTC, date, datetime

import pytest

from ocop_market.cli.frame import Exit
from ocop_market.market import open_market
from ocop_market.model.product import Certificate, Place, Product
from ocop_market.places.package_tables import read_package
from ocop_market.store.catalog import save_products


@pytest.fixture
def filled(market):
    dated = (Certificate(4, "1/QĐ-UBND", date(2024, 6, 1), date(2027, 6, 1)),)
    products = [Product("A", "Trà", place=Place("Bắc Giang", "Huyện Yên Thế", "Xã Tam Tiến"), certificates=dated),
                Product("B", "Mật ong", place=Place("Bắc Ninh"), certificates=dated), Product("C", "Mít", place=Place("Ninh Bình")),
                Product("D", "Mì", place=Place("Ninh Bình")), Product("E", "Muối", place=Place("24"))]
    with open_market(market) as opened, opened.store.writing() as connection:
        save_products(connection, products, datetime(2026, 11, 1, tzinfo=UTC), origin="list.xlsx")
    return market


def test_places_shows_how_sure_they_are_and_the_doubtful_ones_least_sure_first(run, filled):
    ran = run("places", "--market", filled, "--json")
    assert ran.code == Exit.DONE
    assert ran.json["products"] == 5
    assert ran.json["confidence"] == {
        "old": {"exact": 2, "by-code": 0, "by-name": 0, "split": 0, "unknown": 3},
        "present": {"exact": 2, "by-code": 0, "by-name": 2, "split": 0, "unknown": 1}}
    assert [(doubt["published"]["province"], doubt["products"], doubt["code"]) for doubt in ran.json["doubtful"]] == [
        ("Ninh Bình", 2, "place-of-both-times"), ("24", 1, "code-without-date")]
    assert ran.json["all_communes"] == (read_package() is not None)


def test_places_for_people_has_bars_and_reasons(run, filled):
    ran = run("places", "--market", filled)
    assert ran.code == Exit.DONE
    assert "█" in ran.out and "30/06/2025" in ran.out and "Ninh Bình" in ran.out


def test_an_empty_catalog_is_told(run, market):
    ran = run("places", "--market", market)
    assert (ran.code, "empty" in ran.out) == (Exit.DONE, True)


def test_a_day_for_places_without_one_decides(run, filled):
    ran = run("places", "--market", filled, "--on", "01/01/2024", "--json")
    assert ran.json["confidence"]["old"]["unknown"] == 0
    assert ran.json["confidence"]["old"]["by-code"] == 1


@pytest.mark.parametrize(("geography", "rows"), [
    ("old", {"Bắc Giang": 1, "Bắc Ninh": 1, "place-unknown": 3}), ("present", {"Bắc Ninh": 2, "Ninh Bình": 2, "place-unknown": 1})])
def test_products_are_counted_in_either_geography(run, filled, geography, rows):
    ran = run("places", "--market", filled, "--by", "province", "--geography", geography, "--json")
    assert {row["key"]: row["products"] for row in ran.json["rows"]} == rows
    assert ran.json["total"] == 5
    shown = run("places", "--market", filled, "--by", "province", "--geography", geography)
    assert "place not known" in shown.out
    assert ("30/6/2025" in shown.out) == (geography == "old")


def test_districts_of_today_are_refused_with_a_sentence(run, filled):
    for command in (("places", "--by", "district"), ("growth", "--by", "district")):
        ran = run(*command, "--market", filled)
        assert ran.code == Exit.INPUT
        assert "--geography old" in ran.err


def test_a_place_is_looked_up_without_a_market(run):
    ran = run("places", "--check", "Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái", "--json")
    (found,) = ran.json
    assert ran.code == Exit.DONE
    assert found["old"]["commune"] == {"name": "Xã Tân Lĩnh", "code": "04336", "confidence": "exact"}
    assert found["present"]["province"]["name"] == "Lào Cai"


def test_a_code_is_looked_up_with_its_day_only(run):
    assert "1/7/2025" in run("places", "--check", "24").out.replace("\n", " ")
    assert run("places", "--check", "24").code == Exit.PARTLY
    ran = run("places", "--check", "24", "--on", "30/06/2025", "--json")
    assert (ran.code, ran.json[0]["old"]["province"]["name"]) == (Exit.DONE, "Bắc Giang")


def test_growth_names_its_geography(run, filled):
    ran = run("growth", "--market", filled, "--geography", "old", "--by", "province", "--json")
    assert (ran.json["geography"], ran.json["geography_text"]) == ("old", "units of 30/6/2025")
