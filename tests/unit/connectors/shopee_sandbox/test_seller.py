"""What the practice platform refuses while people work on items without the interface, and what it shows of that."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.shopee.sandbox import ShopeeSandbox

from .conftest import Caller, FakeClock, make_history


def _tiers(*options: str) -> list[dict[str, Any]]:
    return [{"variation_id": 0, "variation_group_id": 0, "variation_name": "Quy cách", "variation_option_list": [
        {"variation_option_id": 0, "variation_option_name": option} for option in options]}]


def _retier(caller: Caller, item_id: int, options: tuple[str, ...], *places: tuple[int, list[int]]) -> dict[str, Any]:
    return caller.post("product/update_tier_variation", {
        "item_id": item_id, "standardise_tier_variation": _tiers(*options),
        "model_list": [{"model_id": number, "tier_index": place} for number, place in places]})


def _models(caller: Caller, item_id: int) -> list[tuple[str, list[int]]]:
    found = caller.get("product/get_model_list", item_id=item_id)["response"]["model"]
    return [(model["model_sku"], model["tier_index"]) for model in found]


def test_models_that_are_not_named_go_and_places_are_positions(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000, 185_000, 200_000)
    assert _retier(caller, item_id, ("200 g", "100 g"), (models[0], [1]), (models[1], [0]))["error"] == ""
    assert _models(caller, item_id) == [("TRA-0", [1]), ("TRA-1", [0])]


@pytest.mark.parametrize(("options", "places", "code"), [
    (("A", "B"), [], "error_busi_cannot_delete_all_model"),
    (("A", "B"), [(5, [0])], "error_wrong_modelid"),
    (("A", "B"), [(0, [2])], "error_tier_index"),
    (("A", "B"), [(0, [0, 0])], "error_model_tier_index_level_mismatch_var_level"),
    (("A", "B"), [(0, [0]), (0, [1])], "error_duplicate_modelid"),
    (("A", "B"), [(0, [0]), (1, [0])], "error_model_duplicate_tier_variation_index"),
    (("A", "A"), [(0, [0])], "error_model_duplicate_name"),
])
def test_faulty_new_tiers_are_refused_and_change_nothing(
        caller: Caller, options: tuple[str, ...], places: list[tuple[int, list[int]]], code: str) -> None:
    item_id, models = caller.with_models(99_000, 185_000)
    named = [(models[number] if number < len(models) else number, place) for number, place in places]
    assert _retier(caller, item_id, options, *named)["error"] == code
    assert _models(caller, item_id) == [("TRA-0", [0]), ("TRA-1", [1])]


def test_the_number_of_tiers_is_not_changed_so(caller: Caller) -> None:
    assert _retier(caller, caller.add(), ("A",), (1, [0]))["error"] == "error_tier_var_level_not_same"


def test_a_new_item_takes_variations_after_its_time(clock: FakeClock) -> None:
    caller = Caller(ShopeeSandbox(clock=clock, settling=5), clock)
    caller.log_in()
    item_id = caller.add()
    assert caller.init_models(item_id, 99_000)["error"] == "error_item_not_found"
    clock.forward(seconds=5)
    assert caller.init_models(item_id, 99_000)["error"] == ""


@pytest.mark.parametrize(("api", "body", "code"), [
    ("update_item", {"item_name": "Trà đổi tên khác hẳn"}, "error_cannt_edit_name_in_promotion"),
    ("update_item", {"description": "Mô tả khác hẳn trước"}, "error_cannt_edit_description_in_promotion"),
    ("update_item", {"category_id": 900112}, "error_item_in_promotion"),
    ("update_item", {"item_status": "UNLIST"}, "error_cannt_unlisted_in_promotion"),
    ("update_item", {"pre_order": {"is_pre_order": True, "days_to_ship": 9}}, "error_cannt_edit_pre_order_in_promotion"),
    ("update_price", {"price_list": [{"original_price": 90_000}]}, "error_cannt_edit_price_in_promotion"),
    ("unlist_item", {}, "error_cannt_unlisted_in_promotion"),
    ("delete_item", {}, "error_cannt_delete_in_promotion"),
    ("init_tier_variation", {"standardise_tier_variation": _tiers("A")}, "error_cannt_init_tier_in_promotion"),
])
def test_a_promotion_locks_the_item(caller: Caller, api: str, body: dict[str, Any], code: str) -> None:
    item_id = caller.add()
    caller.sandbox.seller.join_promotion("TRA-SHAN-100")
    before = caller.base_info(item_id)
    wish = {"item_id": item_id, "item_list": [{"item_id": item_id, "unlist": True}]} | body
    assert caller.post(f"product/{api}", wish)["error"] == code
    assert caller.base_info(item_id) == before
    assert before["has_promotion"] is True
    caller.sandbox.seller.leave_promotion("TRA-SHAN-100")
    if api != "init_tier_variation":
        assert caller.post(f"product/{api}", wish)["error"] == ""


@pytest.mark.parametrize(("api", "body", "code"), [
    ("update_price", {"price_list": [{"original_price": 90_000}]}, "error_cannot_update_price_in_promotion"),
    ("delete_model", {}, "error_model_remove_model_in_promotion"),
    ("update_tier_variation", {"standardise_tier_variation": _tiers("A", "B")}, "error_cannt_change_tier_variation_in_promotion"),
])
def test_a_promotion_locks_models(caller: Caller, api: str, body: dict[str, Any], code: str) -> None:
    item_id, models = caller.with_models(99_000, 185_000)
    caller.sandbox.seller.join_promotion("TRA-0")
    rows = [{**row, "model_id": models[0]} for row in body.get("price_list", [])]
    wish = {"item_id": item_id, "model_id": models[0], **body, **({"price_list": rows} if rows else {})}
    assert caller.post(f"product/{api}", wish)["error"] == code


def test_the_same_content_again_is_no_change_in_a_promotion(caller: Caller) -> None:
    item_id = caller.add()
    caller.sandbox.seller.join_promotion("TRA-SHAN-100")
    same = {"item_id": item_id, "item_name": caller.base_info(item_id)["item_name"], "weight": 0.3}
    assert caller.post("product/update_item", same)["error"] == ""


STEPS = [{"min_count": 5, "max_count": 9, "unit_price": 150_000}, {"min_count": 10, "max_count": 99, "unit_price": 140_000}]


@pytest.mark.parametrize(("price", "code"), [
    (150_000, "error_busi_price_lower_then_wholesale_price"), (500_001, "error_wholesale_price_less_than_ratio_limit"), (160_000, "")])
def test_a_price_fits_the_wholesale_prices(caller: Caller, price: int, code: str) -> None:
    item_id = caller.add(wholesale=STEPS)
    answer = caller.post("product/update_price", {"item_id": item_id, "price_list": [{"original_price": price}]})
    assert answer["error"] == code


def test_models_with_wholesale_prices_all_cost_the_same(caller: Caller) -> None:
    item_id = caller.add(wholesale=STEPS)
    assert caller.init_models(item_id, 185_000, 190_000)["error"] == "error_price_should_be_same_for_wholesales"
    assert caller.init_models(item_id, 185_000, 185_000)["error"] == ""
    differing, _ = caller.with_models(99_000, 185_000)
    assert caller.post("product/update_item", {"item_id": differing, "wholesale": STEPS})["message"] == "Invalid wholesale setting."


def test_a_sized_carrier_wants_one_of_its_sizes(caller: Caller) -> None:
    assert caller.post("product/add_item", caller.item(logistic_info=[{"logistic_id": 90050, "enabled": True}]))["error"] \
        == "error_invalid_logistic_info"
    assert caller.add(logistic_info=[{"logistic_id": 90050, "enabled": True, "size_id": 2}])


def test_forgotten_pictures_stay_on_items_and_are_refused_in_new_uses(caller: Caller) -> None:
    picture = caller.picture()
    item_id = caller.add(image={"image_id_list": [picture]})
    caller.sandbox.seller.forget_images()
    assert caller.post("product/update_item", {"item_id": item_id, "weight": 0.3})["error"] == ""
    again = caller.post("product/update_item", {"item_id": item_id, "image": {"image_id_list": [picture]}})
    assert (again["error"], again["message"]) == ("error_param", "Image not exist.")


def test_an_item_that_the_platform_deleted_says_so(caller: Caller) -> None:
    item_id = caller.add()
    caller.sandbox.seller.remove("TRA-SHAN-100")
    assert caller.base_info(item_id)["item_status"] == "SHOPEE_DELETE"


def test_a_ban_is_told_and_lifted_by_a_correction(caller: Caller) -> None:
    item_id = caller.add()
    caller.sandbox.seller.ban("TRA-SHAN-100", "Spam", "Lặp từ", "Bỏ từ lặp")
    row = caller.get("product/get_item_violation_info", item_id_list=item_id)["response"]["item_list"][0]
    assert (row["item_status"], row["item_status_details"][0]["violation_type"]) == ("BANNED", "Spam")
    caller.post("product/update_item", {"item_id": item_id, "item_name": "Trà shan tuyết đã sửa tên"})
    assert caller.base_info(item_id)["item_status"] == "NORMAL"


def test_edits_by_hand_reach_items_and_models(caller: Caller) -> None:
    caller.with_models(99_000, 185_000)
    seller = caller.sandbox.seller
    seller.set_price("TRA-1", 190_000)
    seller.set_stock("TRA-1", 8)
    seller.delete_model("TRA-0")
    assert [(model["original_price"], model["stock"]) for model in seller.show("TRA-SHAN-100")["models"]] == [(190_000, 8)]
    with pytest.raises(LookupError):
        seller.delete("KHONG-CO")


def test_buyers_order_models_by_their_sku(clock: FakeClock) -> None:
    caller = Caller(ShopeeSandbox(clock=clock, history=make_history()), clock)
    clock.forward(days=-120)
    caller.log_in()
    item_id = caller.add(item_sku="TRA")
    caller.post("product/init_tier_variation", {"item_id": item_id, "standardise_tier_variation": _tiers("Hộp 100 g"), "model": [
        {"tier_index": [0], "original_price": 185_000, "seller_stock": [{"stock": 5}], "model_sku": "TRA-SHAN-100"}]})
    clock.forward(days=120)
    caller.log_in()
    window = {"time_from": clock.seconds - 14 * 86_400, "time_to": clock.seconds}
    rows = caller.get("order/get_order_list", time_range_field="create_time", page_size=50, **window)["response"]["order_list"]
    orders = caller.get("order/get_order_detail", order_sn_list=",".join(row["order_sn"] for row in rows),
                        response_optional_fields="item_list")["response"]["order_list"]
    lines = {(line["item_sku"], line["model_sku"], line["model_name"]) for order in orders for line in order["item_list"]
             if line["item_id"] == item_id}
    assert lines == {("TRA", "TRA-SHAN-100", "Hộp 100 g")}
