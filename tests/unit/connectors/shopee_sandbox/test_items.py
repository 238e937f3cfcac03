"""Making, changing, finding and withdrawing items."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.shopee.sandbox import ShopeeSandbox

from .conftest import Caller, FakeClock


@pytest.fixture
def reviewed(clock: FakeClock) -> Caller:
    """A caller in a shop whose new items are reviewed first."""
    caller = Caller(ShopeeSandbox(clock=clock, reviewing=True), clock)
    caller.log_in()
    return caller


def _attribute(number: int, value_id: int = 0, text: str = "", unit: str = "") -> dict[str, Any]:
    return {"attribute_id": number, "attribute_value_list": [
        {"value_id": value_id, "original_value_name": text, "value_unit": unit}]}


WEIGHT, ORIGIN, LIFE = _attribute(910001, 0, "100", "g"), _attribute(910002, 920001), _attribute(910003, 0, "24 tháng")


def test_a_new_item_reads_back_as_it_was_sent(caller: Caller) -> None:
    answer = caller.post("product/add_item", caller.item())["response"]
    assert answer["price_info"] == {"current_price": 185000, "original_price": 185000}
    assert answer["attribute"][0]["attribute_id"] == 910001
    shown = caller.base_info(answer["item_id"])
    assert shown["price_info"][0]["original_price"] == 185000
    assert (shown["weight"], shown["item_sku"], shown["item_status"]) == ("0.25", "TRA-SHAN-100", "NORMAL")
    assert shown["stock_info_v2"]["seller_stock"][0]["stock"] == 24
    assert shown["has_promotion"] is False
    assert shown["image"]["image_id_list"] == answer["images"]["image_id_list"]


@pytest.mark.parametrize("name", ["item_name", "description", "original_price", "weight", "category_id", "image", "logistic_info",
                                  "seller_stock"])
def test_a_required_field_that_is_missing_is_named_in_camel_case(caller: Caller, name: str) -> None:
    answer = caller.post("product/add_item", caller.item(**{name: None}))
    camel = "".join(part.capitalize() for part in name.split("_"))
    assert (answer["error"], answer["message"]) == ("product.error_param", f"invalid field {camel}: value must  Not Null")


@pytest.mark.parametrize(("changes", "code"), [
    ({"item_name": ""}, "error_item_name_empty"),
    ({"item_name": "Trà"}, "error_item_name_is_too_short"),
    ({"item_name": "x" * 101}, "error_title_exceeds_max_length"),
    ({"item_name": "Trà\tshan tuyết"}, "error_title_character_forbidden"),
    ({"description": "Ngắn"}, "error_desc_length_min_limit"),
    ({"description": "x" * 2001}, "error_param"),
    ({"description": " ".join(f"#trà{n}" for n in range(19))}, "error_desc_hash_tag_over_limit"),
    ({"description_type": "extended"}, "error_param"),
    ({"original_price": 185000.5}, "error_invalid_price"),
    ({"original_price": 999}, "error_price_exceed_min_limitt"),
    ({"original_price": 120_000_001}, "error_price_exceed_max_limitt"),
    ({"original_price": "185000"}, "product.error_param"),
    ({"original_price": True}, "product.error_param"),
    ({"weight": 0}, "error_param"),
    ({"weight": "0.25"}, "product.error_param"),
    ({"weight": 60}, "error_invalid_logistic_info"),
    ({"category_id": 900110}, "error_invalid_category"),
    ({"category_id": 12345}, "error_invalid_category"),
    ({"category_id": 900990}, "error_category_is_block"),
    ({"category_id": "900111"}, "product.error_param"),
    ({"image": {"image_id_list": []}}, "error_image_num_min"),
    ({"image": {"image_id_list": ["unknown"]}}, "error_param"),
    ({"image": {"image_id_list": ["unknown"] * 10}}, "error_param"),
    ({"seller_stock": []}, "product.error_param"),
    ({"seller_stock": [{"stock": 1.5}]}, "product.error_param"),
    ({"seller_stock": [{"stock": 1, "location_id": "VN1Z"}]}, "error_inner"),
    ({"logistic_info": [{"logistic_id": 90010, "enabled": False}]}, "error_invalid_logistic_info"),
    ({"logistic_info": [{"logistic_id": 90011, "enabled": True}]}, "error_invalid_logistic_info"),
    ({"logistic_info": [{"logistic_id": 90030, "enabled": True}]}, "error_invalid_logistic_info"),
    ({"logistic_info": [{"logistic_id": 5, "enabled": True}]}, "error_invalid_logistic_info"),
    ({"logistic_info": [{"logistic_id": 90020, "enabled": True}], "dimension": None}, "error_param"),
    ({"dimension": {"package_length": 10}}, "product.error_param"),
    ({"brand": None}, "error_less_required_brand"),
    ({"brand": {"original_brand_name": "No Brand"}}, "error_invalid_brand"),
    ({"brand": {"brand_id": 0}}, "error_invalid_brand"),
    ({"brand": {"brand_id": 0, "original_brand_name": "Nhãn Lạ"}}, "error_invalid_brand"),
    ({"brand": {"brand_id": 930001, "original_brand_name": "No Brand"}}, "error_invalid_brand"),
    ({"condition": "OLD"}, "error_param"),
    ({"item_status": "BANNED"}, "error_param"),
    ({"gtin_code": "8938500200303"}, "error_param_validate"),
    ({"pre_order": {"is_pre_order": True, "days_to_ship": 16}}, "error_param_dts_exceeds_max_limit"),
    ({"pre_order": {"is_pre_order": True, "days_to_ship": 3}}, "error_invalid_days_to_ship"),
    ({"pre_order": {"is_pre_order": False, "days_to_ship": 5}}, "error_invalid_days_to_ship"),
    ({"wholesale": [{"min_count": 2, "max_count": 5, "unit_price": 190_000}]}, "error_whole_sale_price_setting_incorrect"),
    ({"wholesale": [{"min_count": 2, "max_count": 5, "unit_price": 50_000}]}, "error_wholesale_price_less_than_ratio_limit"),
    ({"wholesale": [{"min_count": 5, "max_count": 2, "unit_price": 100_000}]}, "error_param"),
])
def test_a_faulty_item_is_refused_with_the_platforms_code(caller: Caller, changes: dict[str, Any], code: str) -> None:
    assert caller.post("product/add_item", caller.item(**changes))["error"] == code


@pytest.mark.parametrize(("attributes", "code"), [
    ([], "error_less_required_attribute"),
    ([WEIGHT, ORIGIN], "error_less_required_attribute"),
    ([WEIGHT, ORIGIN, LIFE, {"attribute_id": 910001, "attribute_value_list": []}], "error_less_required_attribute"),
    ([WEIGHT, ORIGIN, LIFE, _attribute(999999, 0, "x")], "error_invalid_category_attribute"),
    ([WEIGHT, ORIGIN, LIFE, _attribute(910010, 920061)], "error_invalid_category_attribute"),
    ([WEIGHT, ORIGIN, LIFE, _attribute(910006, 920041)], "error_invalid_category_attribute"),
    ([WEIGHT, _attribute(910002, 0, "Việt Nam"), LIFE], "error_invalid_attribute_value"),
    ([WEIGHT, _attribute(910002, 5), LIFE], "error_invalid_attribute_value"),
    ([_attribute(910001, 0, "100", "pound"), ORIGIN, LIFE], "error_invalid_attribute_value"),
    ([_attribute(910001, 0, "100"), ORIGIN, LIFE], "error_invalid_attribute_value"),
    ([_attribute(910001, 0, "một trăm", "g"), ORIGIN, LIFE], "error_invalid_attribute_value"),
    ([_attribute(910001, 7, "100", "g"), ORIGIN, LIFE], "error_value_id_must_equal_zero"),
    ([WEIGHT, ORIGIN, _attribute(910003)], "error_value_name_required"),
    ([WEIGHT, ORIGIN, LIFE, _attribute(910008, 0, "31/12/2027")], "error_invalid_attribute_value"),
    ([WEIGHT, ORIGIN, LIFE, {"attribute_id": 910007, "attribute_value_list": [
        {"value_id": number} for number in (920051, 920052, 920053)]}], "error_invalid_attribute_value"),
])
def test_faulty_attributes_are_refused(caller: Caller, attributes: list[dict[str, Any]], code: str) -> None:
    assert caller.post("product/add_item", caller.item(attribute_list=attributes))["error"] == code


def test_values_children_and_dates_read_back_with_names(caller: Caller) -> None:
    attributes = [WEIGHT, ORIGIN, LIFE, _attribute(910005, 920031), _attribute(910006, 0, "Gỗ"),
                  _attribute(910008, 0, "1819731600")]
    shown = {entry["attribute_id"]: entry["attribute_value_list"][0]
             for entry in caller.base_info(caller.add(attribute_list=attributes))["attribute_list"]}
    assert shown[910002]["original_value_name"] == "Việt Nam"
    assert shown[910006]["original_value_name"] == "Gỗ"
    assert shown[910008]["original_value_name"] == "31/08/2027"


@pytest.mark.parametrize("changes", [
    {"item_name": "x" * 5}, {"item_name": "x" * 100}, {"original_price": 1000}, {"original_price": 1000.0},
    {"original_price": 120_000_000}, {"seller_stock": [{"stock": 0}]}, {"gtin_code": "8938500200304"}, {"gtin_code": "00"},
    {"brand": {"brand_id": 930001, "original_brand_name": "Nhãn Tập Một"}}, {"tax_info": {"ncm": "1"}, "item_dangerous": 0},
    {"pre_order": {"is_pre_order": True, "days_to_ship": 7}}, {"item_status": "UNLIST"},
    {"wholesale": [{"min_count": 2, "max_count": 5, "unit_price": 150_000},
                   {"min_count": 6, "max_count": 9, "unit_price": 140_000}]},
    {"logistic_info": [{"logistic_id": 90010, "enabled": True}, {"logistic_id": 90020, "enabled": True}]}])
def test_boundary_values_and_foreign_options_are_taken(caller: Caller, changes: dict[str, Any]) -> None:
    assert caller.post("product/add_item", caller.item(**changes))["error"] == ""


def test_a_repeated_add_makes_a_second_item(caller: Caller) -> None:
    assert caller.add() != caller.add()


def test_a_full_shop_takes_no_more_items(caller: Caller) -> None:
    caller.sandbox.items.most = 1
    caller.add()
    assert caller.post("product/add_item", caller.item())["error"] == "error_reach_shop_item_limit"


def test_an_update_changes_only_what_it_names(caller: Caller, clock: FakeClock) -> None:
    item_id = caller.add()
    before = caller.base_info(item_id)
    clock.forward(minutes=1)
    answer = caller.post("product/update_item", {
        "item_id": item_id, "item_name": "Trà mới hái", "item_sku": "", "original_price": 9})
    assert answer["response"]["item_name"] == "Trà mới hái"
    after = caller.base_info(item_id)
    assert {name for name in after if after[name] != before[name]} == {"item_name", "item_sku", "update_time"}


@pytest.mark.parametrize(("changes", "code"), [
    ({"attribute_list": []}, "error_less_required_attribute"), ({"item_name": "x" * 101}, "error_title_exceeds_max_length"),
    ({"category_id": 900110}, "error_invalid_category"), ({"image": {"image_id_list": ["unknown"]}}, "error_param"),
    ({"item_status": "BANNED"}, "error_busi_item_status_invalid"), ({"item_id": 5}, "error_item_not_found"),
    ({"item_id": "5"}, "product.error_param")])
def test_a_faulty_update_is_refused_and_changes_nothing(caller: Caller, changes: dict[str, Any], code: str) -> None:
    item_id = caller.add()
    before = caller.base_info(item_id)
    assert caller.post("product/update_item", {"item_id": item_id, "weight": 1} | changes)["error"] == code
    assert caller.base_info(item_id) == before


def test_an_update_can_take_an_item_off_sale(caller: Caller) -> None:
    item_id = caller.add()
    caller.post("product/update_item", {"item_id": item_id, "item_status": "UNLIST"})
    assert caller.base_info(item_id)["item_status"] == "UNLIST"


def test_unlisting_and_relisting(caller: Caller) -> None:
    item_id = caller.add()
    states = []
    for unlist in (True, True, False):
        answer = caller.post("product/unlist_item", {"item_list": [{"item_id": item_id, "unlist": unlist}]})
        assert answer["response"]["success_list"] == [{"item_id": item_id, "unlist": unlist}]
        states.append(caller.base_info(item_id)["item_status"])
    assert states == ["UNLIST", "UNLIST", "NORMAL"]


def test_unlisting_fails_in_part_inside_a_success(caller: Caller) -> None:
    item_id = caller.add()
    answer = caller.post("product/unlist_item", {"item_list": [
        {"item_id": item_id, "unlist": True}, {"item_id": 5, "unlist": True}]})
    assert answer["error"] == ""
    assert answer["response"]["failure_list"] == [{"item_id": 5, "failed_reason": "Product not found"}]


def test_an_item_under_review_cannot_be_unlisted(reviewed: Caller) -> None:
    answer = reviewed.post("product/unlist_item", {"item_list": [{"item_id": reviewed.add(), "unlist": True}]})
    assert answer["error"] == "error_busi_cannot_delist_reviewing_or_banned_item"
    assert len(answer["response"]["failure_list"]) == 1


def test_unlisting_takes_up_to_50_items(caller: Caller) -> None:
    wishes = [{"item_id": 5, "unlist": True}] * 51
    assert caller.post("product/unlist_item", {"item_list": wishes})["error"] == "product.error_param"


def test_a_new_item_is_reviewed_for_ten_minutes(reviewed: Caller, clock: FakeClock) -> None:
    item_id = reviewed.add()
    seen = [reviewed.base_info(item_id)["item_status"]]
    clock.forward(minutes=10)
    shown = reviewed.base_info(item_id)
    assert [*seen, shown["item_status"]] == ["REVIEWING", "NORMAL"]
    assert shown["update_time"] == clock.seconds


def test_an_item_made_unlisted_is_unlisted_after_its_review(reviewed: Caller, clock: FakeClock) -> None:
    item_id = reviewed.add(item_status="UNLIST")
    clock.forward(minutes=11)
    assert reviewed.base_info(item_id)["item_status"] == "UNLIST"


def test_the_practice_word_gets_an_item_banned_and_told_why(reviewed: Caller, clock: FakeClock) -> None:
    item_id = reviewed.add(item_name="Rượu quê cấm thử 500 ml")
    clock.forward(minutes=11)
    told = reviewed.get("product/get_item_violation_info", item_id_list=f"{item_id},5")
    assert told["message"] is None
    banned, unknown = told["response"]["item_list"]
    assert (banned["item_status"], banned["item_status_details"][0]["violation_type"]) == ("BANNED", "Prohibited Listing")
    assert unknown["fail_error"] == "error_param"


def test_a_banned_item_that_is_corrected_is_reviewed_again(reviewed: Caller, clock: FakeClock) -> None:
    item_id = reviewed.add(item_name="Trà CẤM THỬ loại một")
    clock.forward(minutes=11)
    reviewed.post("product/update_item", {"item_id": item_id, "item_name": "Trà loại một"})
    seen = [reviewed.base_info(item_id)["item_status"]]
    clock.forward(minutes=11)
    assert [*seen, reviewed.base_info(item_id)["item_status"]] == ["REVIEWING", "NORMAL"]


def test_an_item_without_fault_has_no_violations(caller: Caller) -> None:
    row = caller.get("product/get_item_violation_info", item_id_list=caller.add())["response"]["item_list"][0]
    assert (row["item_status_details"], row["fail_error"]) == ([], "")


def test_a_deleted_item_is_readable_for_90_days_and_closed_to_changes(caller: Caller, clock: FakeClock) -> None:
    item_id = caller.add()
    answer = caller.post("product/delete_item", {"item_id": item_id})
    assert (answer["error"], "response" in answer) == ("", False)
    assert caller.base_info(item_id)["item_status"] == "SELLER_DELETE"
    assert caller.post("product/delete_item", {"item_id": item_id})["error"] == "error_item_not_found"
    assert caller.post("product/update_item", {"item_id": item_id, "item_name": "Trà khác"})["error"] == "error_item_uneditable"
    clock.forward(days=91)
    caller.log_in()
    assert caller.get("product/get_item_base_info", item_id_list=item_id)["response"]["item_list"] == []


def test_the_list_is_paged_by_the_next_offset(caller: Caller) -> None:
    made = [caller.add(item_sku=f"S-{n}") for n in range(5)]
    found: list[int] = []
    offset, more = 0, True
    while more:
        page = caller.get("product/get_item_list", offset=offset, page_size=2, item_status="NORMAL")["response"]
        found += [item["item_id"] for item in page["item"]]
        offset, more = page["next_offset"], page["has_next_page"]
    assert found == made
    assert page["total_count"] == 5


@pytest.mark.parametrize("statuses", [["UNLIST", "SELLER_DELETE"], "UNLIST,SELLER_DELETE", "['UNLIST', 'SELLER_DELETE']"])
def test_the_list_takes_several_states_in_three_encodings(caller: Caller, statuses: Any) -> None:
    caller.add()
    hidden, gone = caller.add(item_status="UNLIST"), caller.add()
    caller.post("product/delete_item", {"item_id": gone})
    rows = caller.get("product/get_item_list", query={"item_status": statuses}, offset=0, page_size=100)["response"]["item"]
    assert [row["item_id"] for row in rows] == [hidden, gone]


def test_the_list_can_be_limited_to_a_time_of_change(caller: Caller, clock: FakeClock) -> None:
    caller.add()
    clock.forward(hours=1)
    late = caller.add()
    rows = caller.get("product/get_item_list", offset=0, page_size=100, item_status="NORMAL",
                      update_time_from=clock.seconds, update_time_to=clock.seconds)["response"]["item"]
    assert [row["item_id"] for row in rows] == [late]


@pytest.mark.parametrize(("changes", "code"), [
    ({"page_size": 101}, "product.error_param"), ({"page_size": 0}, "product.error_param"),
    ({"page_size": "ten"}, "product.error_param"), ({"offset": ""}, "product.error_param"),
    ({"item_status": ""}, "product.error_param"), ({"item_status": "LIVE"}, "error_param_item_status"),
    ({"update_time_from": 2, "update_time_to": 1}, "error_update_time_range")])
def test_a_faulty_list_is_refused(caller: Caller, changes: dict[str, Any], code: str) -> None:
    query = {"offset": 0, "page_size": 100, "item_status": "NORMAL"} | changes
    assert caller.get("product/get_item_list", query=query)["error"] == code


def test_50_ids_are_read_and_51_are_refused(caller: Caller) -> None:
    ids = [str(n) for n in range(51)]
    for api in ("product/get_item_base_info", "product/get_item_extra_info"):
        assert caller.get(api, item_id_list=",".join(ids[:50]))["error"] == ""
        assert caller.get(api, item_id_list=",".join(ids))["error"] == "error_query_over_itemid_size"
    assert caller.get("product/get_item_violation_info", item_id_list=",".join(ids))["error"] == "error_param"


def test_unknown_ids_are_left_out(caller: Caller) -> None:
    item_id = caller.add()
    rows = caller.get("product/get_item_extra_info", item_id_list=f"5,{item_id}")["response"]["item_list"]
    assert [row["item_id"] for row in rows] == [item_id]


def test_search_finds_by_a_part_of_the_sku_or_name(caller: Caller) -> None:
    first, second = caller.add(item_sku="MIT-SAY-1"), caller.add(item_sku="MIT-SAY-2", item_name="Mít sấy giòn")
    found = caller.get("product/search_item", item_sku="mit-say", page_size=1)["response"]
    rest = caller.get("product/search_item", item_sku="mit-say", page_size=1, offset=found["next_offset"])["response"]
    assert (found["item_id_list"], rest["item_id_list"], rest["next_offset"]) == ([first], [second], "")
    assert caller.get("product/search_item", item_name="Mít", page_size=10)["response"]["item_id_list"] == [second]


def test_search_needs_something_to_search_for(caller: Caller) -> None:
    assert caller.get("product/search_item", page_size=10)["message"] == "request must set one of [item_name,attribute_status]"
    assert caller.get("product/search_item", item_sku="A", page_size=101)["error"] == "product.error_param"
