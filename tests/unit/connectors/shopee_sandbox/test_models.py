"""Variations, prices and stock."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Caller


def _new_form(*options: str, name: str = "Quy cách", pictures: tuple[str, ...] = ()) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"variation_option_id": 0, "variation_option_name": option} for option in options]
    for row, picture in zip(rows, pictures, strict=False):
        row["image_id"] = picture
    return {"variation_id": 0, "variation_group_id": 0, "variation_name": name, "variation_option_list": rows}


def _model(*index: int, price: float = 100_000, **more: Any) -> dict[str, Any]:
    return {"tier_index": list(index), "original_price": price, "seller_stock": [{"stock": 5}]} | more


def _init(caller: Caller, item_id: int, tiers: list[dict[str, Any]], *models: dict[str, Any]) -> dict[str, Any]:
    return caller.post("product/init_tier_variation", {
        "item_id": item_id, "standardise_tier_variation": tiers, "model": list(models)})


def _prices(caller: Caller, item_id: int) -> list[int]:
    models = caller.get("product/get_model_list", item_id=item_id)["response"]["model"]
    return [model["price_info"][0]["original_price"] for model in models]


def test_both_forms_of_variations_read_back_in_both_forms(caller: Caller) -> None:
    newer, older = caller.add(), caller.add()
    _init(caller, newer, [_new_form("100 g", "200 g")], _model(0), _model(1))
    caller.post("product/init_tier_variation", {
        "item_id": older, "tier_variation": [{"name": "Quy cách", "option_list": [{"option": "100 g"}, {"option": "200 g"}]}],
        "model": [_model(0), _model(1)]})
    shown = [caller.get("product/get_model_list", item_id=item_id)["response"] for item_id in (newer, older)]
    assert shown[0]["tier_variation"] == shown[1]["tier_variation"]
    assert shown[0]["standardise_tier_variation"] == shown[1]["standardise_tier_variation"]
    assert [model["tier_index"] for model in shown[0]["model"]] == [[0], [1]]


def test_models_read_back_with_text_weights_and_listed_prices(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000, 185_000)
    shown = caller.get("product/get_model_list", item_id=item_id)["response"]["model"][0]
    assert (shown["model_id"], shown["model_sku"], shown["weight"]) == (models[0], "TRA-0", "0.25")
    assert (shown["has_promotion"], shown["model_status"]) == (False, "MODEL_NORMAL")
    assert shown["stock_info_v2"]["summary_info"]["total_available_stock"] == 5


def test_an_item_with_models_shows_no_price_of_its_own(caller: Caller) -> None:
    shown = caller.base_info(caller.with_models(99_000, 185_000)[0])
    assert (shown["has_model"], "price_info" in shown) == (True, False)


TWO = _new_form("100 g", "200 g")


@pytest.mark.parametrize(("tiers", "models", "code"), [
    ([], [_model(0)], "product.error_param"),
    ([TWO], [], "product.error_param"),
    ([_new_form("1", name=name) for name in "ABC"], [_model(0, 0, 0)], "error_param"),
    ([_new_form("A", "A")], [_model(0)], "error_model_duplicate_name"),
    ([_new_form("A"), _new_form("B")], [_model(0, 0)], "error_model_duplicate_name"),
    ([_new_form(*map(str, range(21)))], [_model(0)], "error_tier_opt_too_many"),
    ([_new_form("A", name="x" * 15)], [_model(0)], "error_tier_var_name_too_long"),
    ([_new_form("A", name="")], [_model(0)], "error_nil_name_new_item_model"),
    ([_new_form("x" * 21)], [_model(0)], "error_tier_opt_val_too_long"),
    ([TWO], [_model(2)], "error_model_tier_index_bound"),
    ([TWO], [_model(0, 0)], "error_param"),
    ([TWO], [_model()], "error_model_nonempty_itemtier_empty_index"),
    ([TWO], [_model(0), _model(0)], "error_model_duplicate_tier_variation_index"),
    ([TWO], [_model(0, price=100_000), _model(1, price=500_001)], "error_param"),
    ([TWO], [_model(0, price=100_000.5)], "error_invalid_price"),
    ([TWO], [_model(0, seller_stock=[])], "product.error_param"),
    ([TWO], [_model(0, gtin_code="123")], "error_param_validate"),
    ([TWO], [_model(0, model_sku="x" * 101)], "error_param"),
    ([_new_form("A", "B", pictures=("unknown",))], [_model(0)], "error_tier_img_partial"),
    ([_new_form("A", pictures=("unknown",))], [_model(0)], "error_param"),
    ([TWO, _new_form("A", name="Vị", pictures=("unknown",))], [_model(0, 0)], "error_param"),
])
def test_faulty_variations_are_refused(
        caller: Caller, tiers: list[dict[str, Any]], models: list[dict[str, Any]], code: str) -> None:
    item_id = caller.add()
    assert _init(caller, item_id, tiers, *models)["error"] == code
    assert caller.base_info(item_id)["has_model"] is False


def test_prices_may_spread_five_times(caller: Caller) -> None:
    assert _init(caller, caller.add(), [TWO], _model(0, price=100_000), _model(1, price=500_000))["error"] == ""


def test_fifty_models_fit_and_one_more_does_not(caller: Caller) -> None:
    item_id = caller.add()
    tiers = [_new_form(*map(str, range(20))), _new_form("A", "B", "C", name="Vị")]
    places = [(first, second) for first in range(20) for second in range(3)]
    assert _init(caller, item_id, tiers, *[_model(*place) for place in places[:51]])["error"] == "error_model_count_over_limit"
    assert _init(caller, item_id, tiers, *[_model(*place) for place in places[:50]])["error"] == ""
    added = caller.post("product/add_model", {"item_id": item_id, "model_list": [_model(*places[50])]})
    assert added["error"] == "error_model_count_over_limit"


def test_another_number_of_tiers_drops_the_former_models(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000)
    assert caller.init_models(item_id, 99_000)["message"] == "The level of tier-variation not change."
    made = _init(caller, item_id, [TWO, _new_form("A", name="Vị")], _model(0, 0))["response"]["model"]
    assert made[0]["model_id"] not in models


def test_models_are_added_changed_and_deleted(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000)
    added = caller.post("product/add_model", {"item_id": item_id, "model_list": [_model(1, model_sku="TRA-MOI")]})
    new_id = added["response"]["model"][0]["model_id"]
    caller.post("product/update_model", {"item_id": item_id, "model": [{"model_id": new_id, "model_sku": "TRA-DOI"}]})
    caller.post("product/delete_model", {"item_id": item_id, "model_id": models[0]})
    left = caller.get("product/get_model_list", item_id=item_id)["response"]["model"]
    assert [(model["model_id"], model["model_sku"]) for model in left] == [(new_id, "TRA-DOI")]


@pytest.mark.parametrize(("api", "body", "code"), [
    ("add_model", {"model_list": [_model(0)]}, "error_model_duplicate_tier_variation_index"),
    ("add_model", {"model_list": []}, "product.error_param"),
    ("update_model", {"model": [{"model_id": 5, "model_sku": "A"}]}, "error_model_invalid_model_id"),
    ("delete_model", {"model_id": 5}, "error_model_invalid_model_id"),
    ("update_price", {"price_list": [{"original_price": 9_000}]}, "error_edit_item_price_for_item_has_model"),
    ("update_price", {"price_list": [{"model_id": 0, "original_price": 9_000}]}, "error_edit_item_price_for_item_has_model"),
    ("update_price", {"price_list": [{"model_id": 5, "original_price": 9_000}]}, "error_param"),
    ("update_price", {"price_list": [{"model_id": 5, "original_price": 9_000}] * 2}, "error_param"),
    ("update_price", {"price_list": []}, "product.error_param"),
    ("update_stock", {"stock_list": [{"seller_stock": [{"stock": 1}]}]}, "error_edit_item_stock_for_item_has_model"),
    ("update_stock", {"stock_list": [{"model_id": 5, "seller_stock": [{"stock": 1}]}]}, "error_param"),
])
def test_faulty_changes_to_an_item_with_models_are_refused(
        caller: Caller, api: str, body: dict[str, Any], code: str) -> None:
    item_id, _ = caller.with_models(99_000)
    assert caller.post(f"product/{api}", {"item_id": item_id} | body)["error"] == code


def test_the_last_model_stays(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000)
    answer = caller.post("product/delete_model", {"item_id": item_id, "model_id": models[0]})
    assert answer["error"] == "error_busi_cannot_delete_all_model"


def test_an_item_without_models_is_named_by_0_or_not_at_all(caller: Caller) -> None:
    item_id = caller.add()
    for number, price in enumerate(({"original_price": 90_000}, {"model_id": 0, "original_price": 91_000})):
        answer = caller.post("product/update_price", {"item_id": item_id, "price_list": [price]})
        assert answer["response"]["success_list"] == [{"model_id": 0, "original_price": 90_000 + 1_000 * number}]
    assert caller.base_info(item_id)["price_info"][0]["current_price"] == 91_000
    wrong = caller.post("product/update_price", {"item_id": item_id, "price_list": [{"model_id": 5, "original_price": 9_000}]})
    assert wrong["message"] == "Wrong model_id."


@pytest.mark.parametrize(("price", "code"), [
    (90_000.5, "error_invalid_price"), (999, "error_price_exceed_min_limitt"), (120_000_001, "error_price_exceed_max_limitt"),
    ("90000", "product.error_param")])
def test_a_single_faulty_price_brings_up_its_code(caller: Caller, price: Any, code: str) -> None:
    item_id = caller.add()
    assert caller.post("product/update_price", {"item_id": item_id, "price_list": [{"original_price": price}]})["error"] == code


def test_a_faulty_price_among_good_ones_fails_alone(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000, 185_000)
    answer = caller.post("product/update_price", {"item_id": item_id, "price_list": [
        {"model_id": models[0], "original_price": 98_000}, {"model_id": models[1], "original_price": 1}]})
    assert (answer["error"], [row["model_id"] for row in answer["response"]["failure_list"]]) == ("", [models[1]])
    assert _prices(caller, item_id) == [98_000, 185_000]


def test_prices_must_stay_within_the_spread(caller: Caller) -> None:
    item_id, models = caller.with_models(100_000, 200_000)
    answer = caller.post("product/update_price", {"item_id": item_id, "price_list": [
        {"model_id": models[0], "original_price": 39_999}]})
    assert answer["error"] == "error_price_out_of_range"
    assert _prices(caller, item_id) == [100_000, 200_000]


def test_51_prices_are_too_many(caller: Caller) -> None:
    wishes = [{"model_id": n, "original_price": 9_000} for n in range(51)]
    assert caller.post("product/update_price", {"item_id": caller.add(), "price_list": wishes})["error"] == "product.error_param"


def test_stock_is_absolute(caller: Caller) -> None:
    item_id = caller.add()
    for stock in (7, 7, 0):
        answer = caller.post("product/update_stock", {"item_id": item_id, "stock_list": [{"seller_stock": [{"stock": stock}]}]})
        assert answer["response"]["success_list"] == [{"model_id": 0, "location_id": "", "stock": stock}]
    assert caller.base_info(item_id)["stock_info_v2"]["seller_stock"][0]["stock"] == 0


def test_stock_does_not_fall_under_what_is_reserved(caller: Caller) -> None:
    item_id, models = caller.with_models(99_000, 185_000)
    caller.sandbox.items.reserve(item_id, 3, models[0])
    answer = caller.post("product/update_stock", {"item_id": item_id, "stock_list": [
        {"model_id": models[0], "seller_stock": [{"stock": 2}]}, {"model_id": models[1], "seller_stock": [{"stock": 2}]}]})
    assert answer["error"] == "error_busi_update_stock_failed"
    assert answer["response"]["failure_list"] == [
        {"model_id": models[0], "failed_reason": "Stock should be larger than reserved stock."}]
    shown = caller.get("product/get_model_list", item_id=item_id)["response"]["model"]
    assert [model["stock_info_v2"]["seller_stock"][0]["stock"] for model in shown] == [5, 2]
    assert shown[0]["stock_info_v2"]["summary_info"] == {"total_reserved_stock": 3, "total_available_stock": 2}


def test_stock_equal_to_what_is_reserved_is_taken(caller: Caller) -> None:
    item_id = caller.add()
    caller.sandbox.items.reserve(item_id, 3)
    answer = caller.post("product/update_stock", {"item_id": item_id, "stock_list": [{"seller_stock": [{"stock": 3}]}]})
    assert answer["error"] == ""
    assert caller.base_info(item_id)["stock_info_v2"]["summary_info"]["total_reserved_stock"] == 3


@pytest.mark.parametrize("api", [
    "add_model", "update_model", "delete_model", "update_price", "update_stock", "init_tier_variation"])
def test_an_unknown_item_is_not_found(caller: Caller, api: str) -> None:
    body = {"item_id": 5, "model_id": 1, "price_list": [{"original_price": 9_000}], "standardise_tier_variation": [TWO]}
    assert caller.post(f"product/{api}", body)["error"] == "error_item_not_found"


def test_models_of_an_unknown_item_are_not_found(caller: Caller) -> None:
    assert caller.get("product/get_model_list", item_id=5)["error"] == "error_item_not_found"
