"""Categories, attributes, brands, limits, channels and pictures."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.shopee.sandbox_tree import CATEGORIES, attributes_of, leaf, recommend
from ocop_market.model.text import fold

from .conftest import JPEG, PNG, Caller


def _tree(caller: Caller, category: int, **query: Any) -> dict[str, dict[str, Any]]:
    answer = caller.get("product/get_attribute_tree", category_id_list=category, **query)
    return {node["name"]: node for node in answer["response"]["list"][0]["attribute_tree"]}


def test_only_categories_without_children_are_leaves(caller: Caller) -> None:
    rows = caller.get("product/get_category")["response"]["category_list"]
    parents = {row["parent_category_id"] for row in rows}
    assert all(row["has_children"] == (row["category_id"] in parents) for row in rows)
    assert all(row["parent_category_id"] in {0, *(other["category_id"] for other in rows)} for row in rows)


@pytest.mark.parametrize(("language", "name"), [({}, "Tea"), ({"language": "en"}, "Tea"), ({"language": "vi"}, "Trà")])
def test_category_names_follow_the_language(caller: Caller, language: dict[str, str], name: str) -> None:
    rows = caller.get("product/get_category", **language)["response"]["category_list"]
    assert {row["display_category_name"] for row in rows if row["category_id"] == 900111} == {name}


@pytest.mark.parametrize("api", ["product/get_category", "product/get_attribute_tree"])
def test_an_unknown_language_is_refused(caller: Caller, api: str) -> None:
    assert caller.get(api, language="fr", category_id_list=900111)["error"] == "product.error_invalid_language"


@pytest.mark.parametrize(("title", "best"), [
    ("Trà Shan tuyết Tà Xùa", 900111), ("CÀ PHÊ BỘT Buôn Ma Thuột 500g", 900112), ("Mật ong bạc hà Mèo Vạc", 900121),
    ("Nước mắm nhĩ cá cơm", 900151), ("Gạo ST25 túi 5kg", 900131), ("Miến dong Bình Liêu", 900132),
    ("Rượu nếp cái hoa vàng", 900211),
    ("Khăn thổ cẩm", 900413), ("Nấm linh chi đỏ", 900311), ("Thịt trâu gác bếp", 900171), ("Điện thoại", None)])
def test_a_title_finds_its_category_by_its_words(caller: Caller, title: str, best: int | None) -> None:
    found = caller.get("product/category_recommend", item_name=title)["response"]["category_id"]
    assert (found[0] if found else None) == best


def test_recommended_categories_are_leaves_that_can_hold_items() -> None:
    assert all(leaf(number) for category in CATEGORIES for number in recommend(fold(category.words)))


def test_a_recommendation_needs_a_title_and_a_known_picture(caller: Caller) -> None:
    assert caller.get("product/category_recommend")["message"] == "invalid field ItemName: value must  Not Null"
    answer = caller.get("product/category_recommend", item_name="Trà", product_cover_image="no-such-picture")
    assert answer["error"] == "error_image_unavailable"


def test_food_needs_weight_origin_and_shelf_life(caller: Caller) -> None:
    tree = _tree(caller, 900111)
    assert {name for name, node in tree.items() if node["mandatory"]} == {"Net weight", "Origin", "Shelf life"}
    assert tree["Net weight"]["attribute_info"]["format_type"] == 2
    assert tree["Net weight"]["attribute_info"]["attribute_unit_list"] == ["g", "kg", "ml", "l"]
    assert "Việt Nam" in {value["name"] for value in tree["Origin"]["attribute_value_list"]}


def test_handicraft_has_no_shelf_life(caller: Caller) -> None:
    assert "Shelf life" not in _tree(caller, 900412)


@pytest.mark.parametrize("language", ["vi", "vn"])
def test_the_tree_takes_both_words_for_vietnamese(caller: Caller, language: str) -> None:
    assert "Trọng lượng tịnh" in _tree(caller, 900111, language=language)


def test_a_child_hangs_under_its_value(caller: Caller) -> None:
    values = _tree(caller, 900111)["Packaging"]["attribute_value_list"]
    assert [child["name"] for child in values[0]["child_attribute_list"]] == ["Box material"]
    assert all(child.number != 910006 for child in attributes_of(leaf(900111)))


@pytest.mark.parametrize("encoded", ["900111,900112", "[900111, 900112]", ["900111", "900112"]])
def test_id_lists_come_in_three_encodings(caller: Caller, encoded: Any) -> None:
    answer = caller.get("product/get_attribute_tree", query={"category_id_list": encoded})
    assert [entry["category_id"] for entry in answer["response"]["list"]] == [900111, 900112]


@pytest.mark.parametrize(("ids", "code"), [
    ("900110", "error_invalid_category"), ("1", "error_invalid_category"), ("900990", "error_category_is_block"),
    (",".join(["900111"] * 21), "product.error_param"), ("tea", "product.error_param"), ("", "product.error_param")])
def test_attributes_are_told_of_up_to_20_leaves(caller: Caller, ids: str, code: str) -> None:
    assert caller.get("product/get_attribute_tree", category_id_list=ids)["error"] == code


def test_brands_are_paged_by_the_next_offset(caller: Caller) -> None:
    query = {"page_size": 2, "category_id": 900111, "status": 1}
    first = caller.get("product/get_brand_list", query=query, offset=0)["response"]
    rest = caller.get("product/get_brand_list", query=query, offset=first["next_offset"])["response"]
    assert (len(first["brand_list"]), first["has_next_page"]) == (2, True)
    assert (len(rest["brand_list"]), rest["has_next_page"]) == (1, False)


@pytest.mark.parametrize(("changes", "code"), [
    ({"page_size": 101}, "product.error_param"), ({"status": 3}, "error_param"),
    ({"category_id": 900110}, "error_invalid_category")])
def test_brands_are_refused(caller: Caller, changes: dict[str, int], code: str) -> None:
    query = {"offset": 0, "page_size": 100, "category_id": 900111, "status": 1} | changes
    assert caller.get("product/get_brand_list", query=query)["error"] == code


def test_the_gtin_rule_stands_beside_the_response(caller: Caller) -> None:
    answer = caller.get("product/get_item_limit", category_id=900111)
    assert answer["gtin_limit"]["gtin_validation_rule"] == "Optional"
    assert answer["response"]["item_name_length_limit"] == {"min_limit": 5, "max_limit": 100}


def test_some_channels_are_off_or_hang_under_a_mask(caller: Caller) -> None:
    channels = caller.get("logistics/get_channel_list")["response"]["logistics_channel_list"]
    usable = {channel["logistics_channel_id"] for channel in channels if channel["enabled"] and not channel["mask_channel_id"]}
    assert usable == {90010, 90020, 90050}
    assert len(channels) > len(usable)


def test_every_upload_gets_its_own_picture_id(caller: Caller) -> None:
    entries = caller.upload(PNG, JPEG, PNG)["response"]["image_info_list"]
    assert len({entry["image_info"]["image_id"] for entry in entries}) == 3
    assert entries[0]["image_info"]["image_url_list"][0]["image_url"].startswith("https://cf.shopee.vn/file/")


@pytest.mark.parametrize("contents", [(b"GIF89a",), (PNG + b"\0" * 10 * 1024 * 1024,), (b"",), ()])
def test_what_is_no_small_jpg_or_png_is_refused(caller: Caller, contents: tuple[bytes, ...]) -> None:
    assert caller.upload(*contents)["error"] == "error_param"


def test_a_bad_picture_among_good_ones_fails_alone(caller: Caller) -> None:
    answer = caller.upload(PNG, b"GIF89a")
    assert answer["error"] == ""
    assert [entry["error"] for entry in answer["response"]["image_info_list"]] == ["", "error_param"]


def test_ten_pictures_or_an_odd_scene_are_refused(caller: Caller) -> None:
    assert caller.upload(*[PNG] * 9)["error"] == ""
    assert caller.upload(*[PNG] * 10)["error"] == "error_param"
    assert caller.upload(PNG, scene="poster")["error"] == "error_param"
    assert caller.upload(PNG, ratio="16:9")["error"] == "error_param"
