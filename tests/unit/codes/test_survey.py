"""Faults of real label lists, with invented values: repeated barcodes, prices with a digit too many, contents that differ."""

from decimal import Decimal

import pytest

from ocop_market.codes.oddities import content_problem, contents_in, price_problems
from ocop_market.codes.survey import survey
from ocop_market.model.product import LabelField, Product, Variant


def tea(sku: str, price: int | None = 85_000, name: str = "Trà Thử", **more: object) -> Product:
    return Product(sku, f"{name} {sku}", producer="Cơ sở Trà Thử", price=price, **more)


@pytest.mark.parametrize(("text", "contents"), [
    ("Mực xé, 290g, bịch", {("g", Decimal(290))}), ("Gạo 0,5 kg", {("g", Decimal(500))}), ("70 g", {("g", Decimal(70))}),
    ("120g (60 tép x 2g)", {("g", Decimal(120))}), ("hộp 12 gói x 20g", {("g", Decimal(240))}), ("6x330ml", {("ml", Decimal(1980))}),
    ("Nước mắm 1 lít", {("ml", Decimal(1000))}), ("Trà 1.5 KG", {("g", Decimal(1500))}), ("Trà", set()), ("5 gói", set()),
    ("Gà 9 món", set()), ("500gam", {("g", Decimal(500))}), ("", set())])
def test_contents_are_found_in_titles_and_labels(text, contents):
    assert contents_in(text) == contents


@pytest.mark.parametrize(("name", "label", "weight", "differs"), [
    ("Mực hấp, 290g", "100g", None, True), ("Mực hấp, 290g", "", 100, True), ("Mực hấp, 290g", "290 g", None, False),
    ("Mực hấp, 290g", "", 290, False), ("Mực hấp", "100g", 100, False), ("Mực hấp, 290g", "", None, False),
    ("Trà 60 tép", "120g (60 tép x 2g)", None, False), ("Mật ong 500 ml", "", 700, False), ("Mật ong 500 ml", "0,5 lít", 700, False),
    ("Mật ong 500 ml", "350 ml", 700, True)])
def test_content_said_twice_and_differently_is_found(name, label, weight, differs):
    product = Product("A", name, weight_g=weight, label={LabelField.NET_CONTENT: label})
    assert (content_problem(product) is not None) == differs


def test_sentence_about_contents_names_both():
    problem = content_problem(Product("A", "Mực hấp, 290g", weight_g=100))
    assert problem
    assert "290 g" in problem.sentence("en")
    assert "100 g" in problem.sentence("en")


def test_price_with_a_digit_too_many_or_too_few_stands_out():
    usual = [tea(f"T{i}", price) for i, price in enumerate((77_000, 85_000, 89_000, 119_000, 98_000))]
    found = price_problems([*usual, tea("HIGH", 1_317_000), tea("LOW", 8_900), tea("DEAR", 319_000), tea("NONE", None)])
    assert set(found) == {"HIGH", "LOW"}
    assert "1.317.000" in found["HIGH"].sentence("en")


def test_prices_are_compared_with_enough_of_the_same_producer_only():
    few = [tea(f"T{i}") for i in range(3)]
    assert price_problems([*few, tea("HIGH", 9_000_000)]) == {}
    others = [Product(f"O{i}", "Hàng", producer="Nơi khác", price=85_000) for i in range(6)]
    assert price_problems([*few, *others, tea("HIGH", 9_000_000)]) == {}


def test_survey_tells_every_fault_of_a_list_and_nothing_of_goods_without_fault():
    shelf = [
        tea("GOOD", gtin="8938512345673"), tea("NO-CODE"), tea("A", gtin="8938512340005"), tea("B", gtin="8938512340005"),
        tea("CUT", gtin="893851234567"), tea("EXCEL", gtin="8.94E+12"), tea("SHOP", gtin="2001234567893"), tea("DEAR", 1_787_000),
        tea("WEIGHT", name="Trà 290g", weight_g=100)]
    found = [(product.sku, problem.code) for product, problem in survey(shelf)]
    assert found == [
        ("GOOD", "gtin-repeated"), ("A", "gtin-repeated"), ("B", "gtin-repeated"), ("CUT", "gtin-lost-last-digit"),
        ("CUT", "gtin-repeated"), ("EXCEL", "gtin-rounded"), ("SHOP", "gtin-in-store"), ("DEAR", "price-stands-out"),
        ("WEIGHT", "contents-differ")]


def test_sentence_about_a_repeated_number_names_the_other_goods():
    [(_, problem), _] = survey([tea("A", gtin="8938512345673"), tea("B", gtin="8938512345673")])
    assert "Trà Thử B" in problem.sentence("en")
    assert "Trà Thử A" not in problem.sentence("en")


def test_catalog_of_goods_without_codes_is_without_fault():
    assert survey([tea(f"T{i}") for i in range(10)]) == []
    assert survey([]) == []


def test_barcodes_of_packings_are_looked_at_like_those_of_products():
    one, other = Variant("A-1", ("100 g",), gtin="08936000000011"), Variant("A-2", ("200 g",), gtin="8936000000012")
    found = survey([tea("A", variants=(one, other)), tea("B", gtin="8936000000011")])
    assert [(product.sku, problem.code) for product, problem in found] == [
        ("A", "gtin-check-digit"), ("A", "gtin-repeated"), ("B", "gtin-repeated")]
    same = survey([tea("A", variants=(one, Variant("A-2", ("200 g",), gtin="8936000000011")))])
    assert [problem.code for _, problem in same] == ["gtin-repeated"]


def test_a_content_in_the_name_may_be_that_of_one_packing():
    packed = Product("A", "Mực hấp 290g", options=("Khối lượng",), variants=(
        Variant("A-1", ("290 g",), weight_g=290), Variant("A-2", ("1 kg",), weight_g=1000)))
    assert content_problem(packed) is None
