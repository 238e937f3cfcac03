"""What a category asks for: filled from facts and the map, in the platform's choices and units; the rest named with what to do."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.mapping.attributes import fill_attributes, fitting
from ocop_market.mapping.channel_map import ChannelMap, Mapped
from ocop_market.mapping.facts import facts_of
from ocop_market.mapping.quantities import in_units, same_quantity
from ocop_market.model.product import LabelField, Variant

from .shelf import TEA, attribute

RICH = replace(TEA, parcel_cm=(30, 20, 10), alcohol_percent=Decimal("12.5"), label={
    LabelField.INGREDIENTS: "Búp chè", LabelField.NUTRITION: "Năng lượng 3 kcal", LabelField.STORAGE: "Nơi khô",
    LabelField.USE: "Pha nước sôi",
    LabelField.WARNING: "Không có", LabelField.MATERIAL: "Tre", LabelField.ADDRESS: "Xã Tân Cương",
    LabelField.NET_CONTENT: "10 gói x 20 g"})


def filled(asked, mapped=None, product=TEA):
    return fill_attributes(product, facts_of(product, product.parcel_cm), asked, mapped or Mapped(place="sets.11", path="maps/shop.toml"))


def mapped(tmp_path, text, product=TEA):
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return ChannelMap(path).mapped(product)


@pytest.mark.parametrize(("name", "value"), [
    ("Khối lượng tịnh", "200 g"), ("Trọng lượng", "200 g"), ("Hạn sử dụng", "12 tháng"), ("Thời hạn sử dụng", "12 tháng"),
    ("Xuất xứ", "Việt Nam"),
    ("Xuất xứ (Quốc gia)", "Việt Nam"), ("Tên tổ chức chịu trách nhiệm sản xuất", "HTX Chè Xanh"), ("Tỉnh thành", "Thái Nguyên"),
    ("Thành phần", "Búp chè"), ("Thành phần dinh dưỡng", "Năng lượng 3 kcal"), ("Hướng dẫn sử dụng", "Pha nước sôi"),
    ("Hướng dẫn bảo quản", "Nơi khô"), ("Cảnh báo", "Không có"), ("Chất liệu", "Tre"), ("Nồng độ cồn", "12,5%"),
    ("Dung tích", "10 gói x 20 g"),
    ("Địa chỉ tổ chức chịu trách nhiệm sản xuất", "Xã Tân Cương"), ("product_weight_kg", "0.2"), ("product_length", "30"), ("bulky", "0"),
    ("require_expiry_date", "1"), ("Màu sắc", None), ("Bảo hành", "0"), ("Aboriginal", None)])
def test_an_attribute_is_filled_by_the_words_of_its_name(name, value):
    assert filled([attribute(name)], product=RICH) == ({name: value} if value else {}, [])


def test_brand_is_left_to_the_connector_and_missing_mandatory_attributes_are_named():
    values, problems = filled([attribute("Thương hiệu", required=True), attribute("Thành phần", required=True), attribute("Màu sắc")])
    assert (values, [(p.code, p.values["attribute"]) for p in problems]) == ({}, [("attribute-missing", "Thành phần")])
    assert "[sets.11.attributes]" in problems[0].sentence("en") and "maps/shop.toml" in problems[0].sentence("vi")


def test_a_missing_choice_is_named_with_the_first_of_those_allowed():
    choices = {str(n): f"Loại {n}" for n in range(12)}
    _, [problem] = filled([attribute("Loại trà", required=True, choices=choices, free_text=False)])
    assert "Loại 0; Loại 1;" in problem.sentence("en") and "Loại 7; …" in problem.sentence("en") and "Loại 8" not in problem.sentence("en")


@pytest.mark.parametrize(("text", "asked", "value"), [
    ("viet nam", {"choices": {"1": "Việt Nam"}, "free_text": False}, "Việt Nam"),
    ("7", {"choices": {"7": "Lào"}, "free_text": False}, "Lào"),
    ("200 g", {"choices": {"1": "200g", "2": "500g"}, "free_text": False}, "200g"),
    ("0,5 kg", {"choices": {"2": "500g"}, "free_text": False}, "500g"),
    ("12 tháng", {"choices": {"2": "1 năm"}, "free_text": False}, "1 năm"),
    ("Mây; tre", {"choices": {"1": "Tre", "2": "Mây"}, "free_text": False}, "Mây; Tre"),
    ("Mây; đá", {"choices": {"1": "Tre", "2": "Mây"}, "free_text": False}, ""), ("Nhựa", {"choices": {"1": "Tre"}, "free_text": False}, ""),
    ("Nhựa", {"choices": {"1": "Tre"}}, "Nhựa"), ("200 g", {"units": ("g", "kg")}, "200 g"), ("200 g", {"units": ("kg",)}, "0,2 kg"),
    ("200", {"units": ("g",)}, "200 g"), ("200", {"units": ("g", "kg")}, ""), ("12 tháng", {"units": ("Ngày",)}, "360 Ngày"),
    ("200 g", {"units": ("ml",)}, ""), ("hai lạng", {"units": ("g",)}, ""), ("Tra\u0300", {}, "Trà"), ("  ", {}, "")])
def test_values_are_brought_into_the_platform_s_choices_and_units(text, asked, value):
    assert fitting(text, attribute("x", **asked)) == value


@pytest.mark.parametrize(("one", "other", "same"), [
    ("0,5 kg", "500g", True), ("500 g", "500 ml", False), ("1 lít", "1000 ml", True), ("500", "500g", True), ("500 g", "500", False),
    ("", "1 g", False)])
def test_quantities_are_the_same_whatever_their_units(one, other, same):
    assert same_quantity(one, other) is same


@given(st.integers(1, 99_999))
def test_grams_survive_the_way_to_kilograms_and_back(grams):
    assert in_units(in_units(f"{grams} g", ["kg"]), ["g"]) == f"{grams} g"


@pytest.mark.parametrize("text", ["1.500 g", "g", "1-2 kg", "", "12 tháng 5 ngày"])
def test_what_is_no_plain_quantity_is_not_guessed(text):
    assert in_units(text, ["kg", "ngày"]) == ""


def test_the_map_goes_before_facts_the_sku_before_its_set_and_names_may_be_ids(tmp_path):
    given = mapped(tmp_path, ('[attributes]\norigin = "Lào"\n[sets.11.attributes]\n"xuất xứ" = "Thái Lan"\n"Khối lượng tịnh" = 0.3\n'
                              '[skus."OC-1".attributes]\n"XUẤT XỨ" = "Campuchia"\n"Có" = true\n"Màu" = ["đỏ", "xanh"]\n'))
    asked = [attribute("Xuất xứ", id="origin"), attribute("Khối lượng tịnh", units=("kg",)), attribute("Có"), attribute("Màu")]
    assert filled(asked, given) == ({"origin": "Campuchia", "Khối lượng tịnh": "0,3 kg", "Có": "1", "Màu": "đỏ; xanh"}, [])


def test_an_attribute_of_the_map_that_the_category_lacks_is_told_with_those_that_look_alike(tmp_path):
    given = mapped(tmp_path, '[sets.11.attributes]\n"Thành phần chính" = "Búp chè"\n')
    values, [problem] = filled([attribute("Màu"), attribute("Thành phần sản phẩm")], given)
    assert (values, problem.code) == ({}, "attribute-not-asked")
    sentence = problem.sentence("en")
    assert "'Thành phần chính'" in sentence and "[sets.11.attributes]" in sentence
    assert sentence.index("Thành phần sản phẩm") < sentence.index("Màu")


def test_an_attribute_for_the_whole_account_counts_only_where_it_is_asked_for(tmp_path):
    given = mapped(tmp_path, '[attributes]\n"Màu" = "đỏ"\n')
    assert filled([attribute("Vị")], given) == ({}, [])


def test_a_set_s_attributes_do_not_trouble_a_sku_that_goes_to_another_category(tmp_path):
    text = '[sets.11]\ncategory = "3"\n[sets.11.attributes]\n"Màu" = "đỏ"\n[skus."OC-1"]\ncategory = "2"\n'
    assert filled([attribute("Vị")], mapped(tmp_path, text)) == ({}, [])
    assert [p.code for p in filled([attribute("Vị")], mapped(tmp_path, text, replace(TEA, sku="OC-2")))[1]] == ["attribute-not-asked"]


def test_a_number_for_an_attribute_below_a_chosen_value_is_passed_on(tmp_path):
    assert filled([attribute("Vị")], mapped(tmp_path, '[sets.11.attributes]\n100999 = "Đắng"\n')) == ({"100999": "Đắng"}, [])


@pytest.mark.parametrize(("text", "asked", "code", "told"), [
    ('"Loại" = "Đỏ"', {"choices": {"1": "Xanh", "2": "Đen"}, "free_text": False}, "attribute-not-a-choice", "Xanh; Đen"),
    ('"Loại" = "5 quả"', {"units": ("g", "kg")}, "attribute-without-unit", "g, kg")])
def test_a_value_of_the_map_that_does_not_fit_is_told_and_not_replaced_by_a_guess(tmp_path, text, asked, code, told):
    values, [problem] = filled([attribute("Loại", **asked)], mapped(tmp_path, f"[skus.\"OC-1\".attributes]\n{text}\n"))
    assert (values, problem.code) == ({}, code)
    assert told in problem.sentence("en") and 'skus."OC-1".attributes' in problem.sentence("en")


def test_a_product_in_packings_tells_the_weight_of_the_lightest():
    packed = replace(TEA, weight_g=None, options=("Khối lượng",), variants=(
        Variant("A", ("1 kg",), weight_g=1000), Variant("B", ("500 g",), weight_g=500)))
    assert filled([attribute("Khối lượng tịnh")], product=packed) == ({"Khối lượng tịnh": "500 g"}, [])
