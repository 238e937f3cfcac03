"""The practice server answers in the shapes of the samples, which were written apart from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocop_market.testing.samples import Sample, differences_in_shape, load_samples

from .conftest import JPEG, PNG, Caller

DAY = 86_400
Asked = Callable[[Caller], dict[str, Any]]


def _window(caller: Caller, name: str, days: int = 15) -> dict[str, int]:
    return {f"{name}_from": caller.clock.seconds - days * DAY, f"{name}_to": caller.clock.seconds}


def _orders(caller: Caller, **parameters: Any) -> dict[str, Any]:
    return caller.get("order/get_order_list", time_range_field="create_time", page_size=5,
                      **_window(caller, "time"), **parameters)


def _completed(caller: Caller) -> str:
    rows = caller.get("payment/get_escrow_list", **_window(caller, "release_time"))["response"]["escrow_list"]
    return str(rows[0]["order_sn"])


def _detail(caller: Caller) -> dict[str, Any]:
    fields = "item_list,recipient_address,buyer_username,total_amount,pay_time,package_list,payment_method,shipping_carrier," \
             "actual_shipping_fee,estimated_shipping_fee,actual_shipping_fee_confirmed,cancel_by,cancel_reason,note," \
             "fulfillment_flag,buyer_user_id,goods_to_declare,split_up,buyer_cancel_reason,pickup_done_time,note_update_time," \
             "dropshipper,dropshipper_phone"
    return caller.get("order/get_order_detail", order_sn_list=_completed(caller), response_optional_fields=fields)


def _item(caller: Caller) -> dict[str, Any]:
    return caller.post("product/add_item", caller.item())


def _item_id(caller: Caller) -> int:
    return int(_item(caller)["response"]["item_id"])


def _modelled(caller: Caller) -> int:
    return caller.with_models(99_000, 185_000)[0]


def _base_info(caller: Caller, item_id: int) -> dict[str, Any]:
    return caller.get("product/get_item_base_info", item_id_list=item_id)


def _returns(caller: Caller) -> dict[str, Any]:
    return caller.get("returns/get_return_list", page_no=0, page_size=40)


def _banned(caller: Caller) -> dict[str, Any]:
    return caller.get("product/get_item_violation_info", item_id_list=caller.add(item_name="Trà CẤM THỬ để tập"))


def _one_fails(caller: Caller, api: str, list_name: str, good: dict[str, Any], bad: dict[str, Any]) -> dict[str, Any]:
    item_id, models = caller.with_models(99_000, 185_000)
    return caller.post(api, {"item_id": item_id, list_name: [{"model_id": models[0], **bad}, {"model_id": models[1], **good}]})


def _new_models(caller: Caller) -> dict[str, Any]:
    return caller.init_models(caller.add(), 99_000, 185_000)


def _change_model(caller: Caller, api: str) -> dict[str, Any]:
    item_id, models = caller.with_models(99_000, 185_000)
    body = {"item_id": item_id, "model_id": models[0], "model": [{"model_id": models[0], "model_sku": "TRA-KHAC"}]}
    return caller.post(f"product/{api}", body)


def _rename_option(caller: Caller) -> dict[str, Any]:
    item_id, models = caller.with_models(99_000, 185_000)
    return caller.post("product/update_tier_variation", {
        "item_id": item_id, "model_list": [{"model_id": number, "tier_index": [place]} for place, number in enumerate(models)],
        "standardise_tier_variation": [{"variation_id": 0, "variation_name": "Cỡ", "variation_option_list": [
            {"variation_option_id": 0, "variation_option_name": name} for name in ("Nhỏ", "Lớn")]}]})


def _locked_prices(caller: Caller) -> dict[str, Any]:
    item_id, models = caller.with_models(99_000, 185_000)
    caller.sandbox.seller.join_promotion("TRA-0")
    return caller.post("product/update_price", {"item_id": item_id, "price_list": [
        {"model_id": number, "original_price": 95_000} for number in models]})


def _locked_visibility(caller: Caller) -> dict[str, Any]:
    item_id, other = caller.add(item_sku="KHUYEN-MAI"), caller.add()
    caller.sandbox.seller.join_promotion("KHUYEN-MAI")
    return caller.post("product/unlist_item", {"item_list": [{"item_id": number, "unlist": True} for number in (item_id, other)]})


ASKED: dict[str, Asked] = {
    "get_shop_info": lambda c: c.get("shop/get_shop_info"),
    "get_shops_by_partner": lambda c: c.get("public/get_shops_by_partner", shop=False),
    "access_token_get": lambda c: c.refresh(),
    "upload_image": lambda c: c.upload(PNG),
    "upload_image_one_failed": lambda c: c.upload(JPEG, b"GIF89a"),
    "get_category": lambda c: c.get("product/get_category", language="vi"),
    "category_recommend": lambda c: c.get("product/category_recommend", item_name="Trà shan tuyết"),
    "get_attribute_tree": lambda c: c.get("product/get_attribute_tree", category_id_list=900111, language="vn"),
    "get_brand_list": lambda c: c.get("product/get_brand_list", offset=0, page_size=2, category_id=900111, status=1),
    "get_item_limit": lambda c: c.get("product/get_item_limit"),
    "get_channel_list": lambda c: c.get("logistics/get_channel_list"),
    "add_item": _item,
    "update_item": lambda c: c.post("product/update_item", {"item_id": _item_id(c), "item_name": "Trà shan tuyết cổ thụ"}),
    "get_item_base_info": lambda c: _base_info(c, _item_id(c)),
    "get_item_base_info_with_models": lambda c: _base_info(c, _modelled(c)),
    "get_item_list": lambda c: c.get("product/get_item_list", offset=0, page_size=1, item_status="NORMAL") if _item_id(c) else {},
    "get_item_violation_info": _banned,
    "search_item": lambda c: c.get("product/search_item", item_sku="TRA", page_size=50) if _item_id(c) else {},
    "get_model_list": lambda c: c.get("product/get_model_list", item_id=_modelled(c)),
    "update_price": lambda c: c.post("product/update_price", {"item_id": _item_id(c), "price_list": [{"original_price": 9_000}]}),
    "update_price_partly_failed": lambda c: _one_fails(
        c, "product/update_price", "price_list", {"original_price": 190_000}, {"original_price": 95_000.5}),
    "update_stock": lambda c: c.post("product/update_stock", {
        "item_id": _item_id(c), "stock_list": [{"model_id": 0, "seller_stock": [{"stock": 3}]}]}),
    "update_stock_failed_with_lists": lambda c: _one_fails(
        c, "product/update_stock", "stock_list", {"seller_stock": [{"stock": 3}]}, {"seller_stock": [{"stock": -1}]}),
    "unlist_item": lambda c: c.post("product/unlist_item", {"item_list": [{"item_id": _item_id(c), "unlist": True}]}),
    "init_tier_variation": _new_models,
    "add_model": lambda c: c.post("product/add_model", {"item_id": _modelled(c), "model_list": [
        {"tier_index": [2], "original_price": 120_000, "seller_stock": [{"stock": 3}]}]}),
    "update_model": lambda c: _change_model(c, "update_model"),
    "update_tier_variation": _rename_option,
    "image_not_exist": lambda c: c.post("product/add_item", c.item(image={"image_id_list": ["vn-11134207-quen"]})),
    "update_price_failed_in_promotion": _locked_prices,
    "unlist_item_failed_in_promotion": _locked_visibility,
    "delete_model": lambda c: _change_model(c, "delete_model"),
    "token_get": lambda c: c.exchange(c.sandbox.grant()["code"]),
    "delete_item": lambda c: c.post("product/delete_item", {"item_id": _item_id(c)}),
    "get_order_list": lambda c: _orders(c, response_optional_fields="order_status"),
    "get_order_list_without_states": _orders,
    "get_order_detail": _detail,
    "get_order_detail_cod_masked_buyer": _detail,
    "get_escrow_detail": lambda c: c.get("payment/get_escrow_detail", order_sn=_completed(c)),
    "get_escrow_detail_batch": lambda c: c.get("payment/get_escrow_detail_batch", order_sn_list=_completed(c)),
    "get_escrow_list": lambda c: c.get("payment/get_escrow_list", **_window(c, "release_time")),
    "get_wallet_transaction_list": lambda c: c.get("payment/get_wallet_transaction_list", page_no=0, page_size=40),
    "get_return_list": _returns,
    "get_return_detail": lambda c: c.get(
        "returns/get_return_detail", return_sn=_returns(c)["response"]["return"][0]["return_sn"]),
}
SAMPLES = {sample.name: sample for sample in load_samples("shopee")}
NOT_SHOPEE = ("loyalty_pool",)
"""Keys that samples hold only to show that unknown ones do not disturb."""


@pytest.mark.parametrize("name", sorted(ASKED.keys() & SAMPLES.keys()))
def test_the_answer_has_the_shape_of_the_sample(seller: Caller, name: str) -> None:
    sample: Sample = SAMPLES[name]
    differences = differences_in_shape(sample.body, ASKED[name](seller))
    assert [line for line in differences if not any(key in line for key in NOT_SHOPEE)] == []
