from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ocop_market.codes.label import FACT_WORDS, LabelFact, LabelRequirement, check_label
from ocop_market.language import say
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import LabelField, Product
from ocop_market.rules.dated import NoRule, rules

TODAY = date(2026, 11, 22)
BARE = Product("T1", "Trà Shan tuyết Suối Thử", producer="HTX Suối Thử")
NOTICE = "Sản phẩm này không phải là thuốc và không có tác dụng thay thế thuốc chữa bệnh."
FOOD_LABEL = {
    LabelField.ADDRESS: "Xã Thử, huyện Nghiệm, tỉnh Yên Bái", LabelField.ORIGIN: "Việt Nam", LabelField.INGREDIENTS: "Trà Shan 100 %",
    LabelField.MADE_ON: "in trên bao bì", LabelField.USE: "Pha với nước 95 °C", LabelField.STORAGE: "Nơi khô mát"}
TEA = replace(BARE, weight_g=200, shelf_life_days=360, label=FOOD_LABEL)


def missing(product: Product, kind: GoodsKind, **how: object) -> set[str]:
    return set(check_label(product, kind, TODAY, **how).missing)


def test_every_label_names_goods_producer_address_and_origin():
    for kind in GoodsKind:
        if kind is not GoodsKind.TOURISM:
            assert {"name", "producer", "address", "origin"} <= set(check_label(BARE, kind, TODAY).required)
    assert {"name", "producer", "address", "origin"} <= missing(Product("T1", ""), GoodsKind.CRAFT)


@pytest.mark.parametrize(("kind", "asked"), [
    (GoodsKind.PROCESSED_FOOD, {"net-content", "made-on", "expiry", "ingredients", "use", "storage"}),
    (GoodsKind.RAW_FOOD, {"net-content", "made-on", "expiry", "ingredients", "use", "storage"}),
    (GoodsKind.FRESH_FOOD, {"net-content", "made-on", "expiry", "use", "storage"}),
    (GoodsKind.HEALTH_FOOD, {"net-content", "made-on", "expiry", "ingredients", "use", "storage", "health-food-words", "not-medicine"}),
    (GoodsKind.ALCOHOL, {"net-content", "alcohol-percent", "warning", "lot"}),
    (GoodsKind.COSMETIC, {"ingredients", "lot", "made-on", "expiry", "use"}),
    (GoodsKind.CRAFT, set()), (GoodsKind.PLANT, set()), (GoodsKind.ANIMAL, set()), (GoodsKind.MEDICINE, set()), (GoodsKind.UNKNOWN, set())])
def test_each_kind_of_goods_is_asked_for_its_own(kind, asked):
    assert missing(BARE, kind) == asked | {"address", "origin"}


def test_full_label_is_complete_though_its_address_names_a_province_that_is_gone():
    check = check_label(TEA, GoodsKind.PROCESSED_FOOD, TODAY)
    assert (check.missing, check.problems, check.complete) == ((), (), 1.0)
    assert {problem.code for problem in check.advice} == {"label-warning", "label-nutrition"}
    assert check.sources == ("Decree 37/2026/NĐ-CP",)


def test_half_of_a_label_is_half_complete():
    check = check_label(BARE, GoodsKind.CRAFT, TODAY)
    assert (len(check.required), check.complete) == (4, 0.5)
    assert [problem.sentence("en").split(".")[0] for problem in check.problems] == [
        "The label must say: address of the producer", "The label must say: origin"]


@pytest.mark.parametrize(("change", "fact"), [
    ({"weight_g": None, "label": {LabelField.NET_CONTENT: "500 ml"}}, LabelFact.NET_CONTENT),
    ({"shelf_life_days": None, "label": {LabelField.EXPIRY: "24 tháng"}}, LabelFact.EXPIRY), ({"weight_g": 200}, LabelFact.NET_CONTENT),
    ({"shelf_life_days": 60}, LabelFact.EXPIRY)])
def test_content_and_shelf_life_count_from_the_label_or_from_the_product(change, fact):
    assert fact not in missing(replace(BARE, **change), GoodsKind.PROCESSED_FOOD)
    assert fact in missing(BARE, GoodsKind.PROCESSED_FOOD)


def test_blank_text_says_nothing():
    assert "origin" in missing(replace(TEA, label={**FOOD_LABEL, LabelField.ORIGIN: "  "}), GoodsKind.PROCESSED_FOOD)


@pytest.mark.parametrize(("texts", "left"), [
    ({}, {"health-food-words", "not-medicine"}),
    ({LabelField.NOTICE: NOTICE}, {"health-food-words"}),
    ({LabelField.NOTICE: "Thực phẩm bảo vệ sức khoẻ. " + NOTICE}, set()),
    ({LabelField.WARNING: NOTICE.upper(), LabelField.NOTICE: "THỰC PHẨM BẢO VỆ SỨC KHỎE"}, set()),
    ({LabelField.NOTICE: "Thực phẩm bảo vệ sức khỏe. Sản phẩm này là thuốc."}, {"not-medicine"}),
    ({LabelField.NOTICE: "Thực phẩm bảo vệ sức khỏe. Không phải là thuốc."}, {"not-medicine"})])
def test_health_food_says_what_it_is_and_that_it_is_no_medicine(texts, left):
    assert missing(replace(TEA, label={**FOOD_LABEL, **texts}), GoodsKind.HEALTH_FOOD) == left


def test_alcohol_says_how_strong_it_is():
    wine = replace(BARE, weight_g=500, alcohol_percent=Decimal("29.5"), label={
        LabelField.ADDRESS: "Xã Thử", LabelField.ORIGIN: "Việt Nam", LabelField.WARNING: "Không bán cho người dưới 18 tuổi",
        LabelField.LOT: "L1"})
    assert missing(wine, GoodsKind.ALCOHOL) == set()
    assert missing(replace(wine, alcohol_percent=None), GoodsKind.ALCOHOL) == {"alcohol-percent"}
    assert missing(replace(wine, alcohol_percent=Decimal(0)), GoodsKind.ALCOHOL) == set()


def test_only_textiles_must_name_their_material():
    assert "material" in missing(replace(BARE, product_set=22), GoodsKind.CRAFT)
    assert "material" not in missing(replace(BARE, product_set=21), GoodsKind.CRAFT)


def test_fresh_food_sold_unpacked_by_its_producer_needs_no_label():
    assert check_label(BARE, GoodsKind.FRESH_FOOD, TODAY, sold_loose=True).exempt
    assert not check_label(BARE, GoodsKind.FRESH_FOOD, TODAY).exempt


def test_other_goods_sold_unpacked_still_need_one():
    check = check_label(BARE, GoodsKind.PROCESSED_FOOD, TODAY, sold_loose=True)
    assert check.missing
    assert "label-only-fresh" in {problem.code for problem in check.advice}


def test_services_have_no_label():
    assert check_label(BARE, GoodsKind.TOURISM, TODAY).exempt


def test_stock_labelled_before_the_decree_is_judged_by_the_older_one():
    for day, source in ((date(2026, 1, 22), "43/2017"), (date(2026, 1, 23), "37/2026")):
        check = check_label(TEA, GoodsKind.PROCESSED_FOOD, TODAY, labelled_on=day)
        assert source in check.sources[0]
        assert ("label-of-old-stock" in {problem.code for problem in check.advice}) == (day < date(2026, 1, 23))


def test_day_before_all_rules_is_refused_with_a_sentence():
    with pytest.raises(NoRule) as told:
        check_label(TEA, GoodsKind.PROCESSED_FOOD, TODAY, labelled_on=date(2017, 5, 31))
    assert "01/06/2017" in told.value.sentence("en")


def test_unknown_kind_and_medicine_are_told_to_be_checked_in_part_only():
    assert "label-kind-unknown" in {p.code for p in check_label(TEA, GoodsKind.UNKNOWN, TODAY).advice}
    assert "label-of-medicine" in {p.code for p in check_label(TEA, GoodsKind.MEDICINE, TODAY).advice}


def test_rows_of_both_decrees_follow_one_another_without_a_gap_and_each_fact_has_words():
    rows = rules("labels.requirement", LabelRequirement)
    assert {(row.valid_from, row.valid_to) for row in rows} == {
        (date(2017, 6, 1), date(2026, 1, 22)), (date(2026, 1, 23), None)}
    assert {fact for row in rows for fact in row.facts} == set(LabelFact) == set(FACT_WORDS)
    assert all(say("{what!t}", "en", what=words) == words for words in FACT_WORDS.values())
