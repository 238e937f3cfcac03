"""Signatures, consent, codes and tokens."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.shopee.sandbox_gateway import expected_sign
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.testing.samples import load_signatures

from .conftest import PNG, Caller, FakeClock, read

INFO = "shop/get_shop_info"
VECTORS = load_signatures("shopee").get("calls", ())


def _ask(caller: Caller, api: str = INFO, **changes: Any) -> dict[str, Any]:
    """A signed call with common parameters changed after signing; a change to None leaves one out."""
    values = caller.common(api) | changes
    sent = {name: value for name, value in values.items() if value is not None}
    return read(caller.client.get(f"/api/v2/{api}", query_string=sent))


@pytest.mark.parametrize(("parts", "sign"), [
    (("1000123", "/api/v2/shop/auth_partner", "1700000000"),
     "3ef077a0966f07c8b600efc7c0a437a6caf34c944abaa64e5e62b076f725e88e"),
    (("1000123", "/api/v2/auth/token/get", "1700000000"),
     "22ce0917e46f648a94919d9a26aba56846eab1ce705d82949a87415dec1f9a4a"),
    (("1000123", "/api/v2/product/get_item_list", "1700000000", "tok0000000000000000000000000000ab", "55501234"),
     "b3d7b0ebcf089567170d47cb7589a7636fbfe04d566072887da10aa95cb93c4e"),
    (("1000123", "/api/v2/global_product/get_category", "1700000000", "tok0000000000000000000000000000ab", "900077"),
     "ccb62c64e1d8c7a838c7e8eb65c8ff3d6c1ed49d7b8346b1c184d3c67c8d8e15"),
])
def test_the_verifier_agrees_with_the_worked_examples(parts: tuple[str, ...], sign: str) -> None:
    assert expected_sign("dossier-example-key-not-a-secret", *parts) == sign


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["path"])
def test_the_verifier_agrees_with_the_recorded_signatures(vector: dict[str, Any]) -> None:
    assert expected_sign(vector["key"], vector["text"]) == vector["sign"]


def test_a_signed_call_with_a_good_token_is_answered(caller: Caller) -> None:
    answer = caller.get(INFO)
    assert (answer["error"], answer["region"]) == ("", "VN")
    assert "response" not in answer


@pytest.mark.parametrize(("changes", "code", "message"), [
    ({"partner_id": None}, "error_param", "There is no partner_id in query."),
    ({"timestamp": None}, "error_param", "no timestamp"),
    ({"sign": None}, "error_param", "There is no sign in query."),
    ({"partner_id": "abc"}, "error_param", "Partner_id is invalid, should be an integer between 0 and 4294967295."),
    ({"timestamp": "soon"}, "error_param", "Timestamp is invalid, should be an integer between 0 and 4294967295."),
    ({"timestamp": 4294967296}, "error_param", "Timestamp is invalid, should be an integer between 0 and 4294967295."),
    ({"timestamp": 1}, "error_param", "Timestamp is expired."),
    ({"partner_id": 77}, "invalid_partner_id", "Invalid partner_id, please have a check."),
    ({"sign": "0" * 64}, "error_sign", "Wrong sign."),
    ({"access_token": "other"}, "error_sign", "Wrong sign."),
    ({"sign": "0", "timestamp": 1}, "error_param", "Timestamp is expired."),
    ({"sign": "0", "partner_id": 77}, "invalid_partner_id", "Invalid partner_id, please have a check."),
])
def test_the_gateway_refuses_with_its_own_codes(caller: Caller, changes: dict[str, Any], code: str, message: str) -> None:
    answer = _ask(caller, **changes)
    assert (answer["error"], answer["message"]) == (code, message)


def test_a_sign_in_capitals_is_wrong(caller: Caller) -> None:
    assert _ask(caller, sign=caller.common(INFO)["sign"].upper())["error"] == "error_sign"


@pytest.mark.parametrize(("drift", "error"), [(300, ""), (-300, ""), (301, "error_param"), (-301, "error_param")])
def test_the_timestamp_may_be_five_minutes_off_either_way(caller: Caller, clock: FakeClock, drift: int, error: str) -> None:
    values = caller.common(INFO)
    clock.forward(seconds=drift)
    assert read(caller.client.get(f"/api/v2/{INFO}", query_string=values))["error"] == error


@pytest.mark.parametrize("missing", ["access_token", "shop_id"])
def test_a_shop_call_needs_token_and_shop(caller: Caller, missing: str) -> None:
    if missing == "access_token":
        caller.token = ""
    values = caller.common(INFO)
    if missing == "shop_id":
        text = f"{caller.partner_id}/api/v2/{INFO}{caller.clock.seconds}{caller.token}"
        values |= {"shop_id": "", "sign": caller.sign(text)}
    answer = read(caller.client.get(f"/api/v2/{INFO}", query_string=values))
    assert (answer["error"], answer["message"]) == ("error_param", f"There is no {missing} in query.")


def test_an_unknown_token_is_refused_with_the_misspelt_code_and_403(caller: Caller) -> None:
    caller.token = "f" * 32
    response = caller.get_raw(INFO)
    assert (response.status_code, json.loads(response.data)["error"]) == (403, "invalid_acceess_token")


def test_another_shop_is_not_linked(caller: Caller) -> None:
    caller.shop_id += 1
    assert caller.get(INFO)["error"] == "partner_shop_no_link"


def test_a_withdrawn_consent_unlinks_the_shop(caller: Caller) -> None:
    caller.sandbox.gateway.withdraw_consent()
    assert caller.get(INFO)["error"] == "shop_no_linked"
    assert caller.refresh()["error"] == "shop_no_linked"


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "product/no_such_thing"), ("POST", INFO), ("GET", "product/add_item"), ("GET", f"{INFO}/")])
def test_an_unknown_path_or_method_is_refused(caller: Caller, method: str, path: str) -> None:
    response = caller.client.open(f"/api/v2/{path}", method=method, query_string=caller.common(path), json={})
    answer = read(response)
    assert answer["error"] == "error_param"
    assert answer["message"].startswith("Permission denied.")


def test_a_path_outside_the_api_answers_in_the_envelope(caller: Caller) -> None:
    response = caller.client.get("/elsewhere")
    assert (response.status_code, read(response)["error"]) == (404, "error_not_found")


def test_tokens_come_without_a_wrapper(caller: Caller) -> None:
    answer = caller.exchange(caller.sandbox.grant()["code"])
    assert answer["expire_in"] == 14400
    assert "response" not in answer


def test_a_code_is_good_once(caller: Caller) -> None:
    code = caller.sandbox.grant()["code"]
    assert caller.exchange(code)["error"] == ""
    assert caller.exchange(code)["error"] == "invalid_code"


def test_a_code_dies_after_ten_minutes(caller: Caller, clock: FakeClock) -> None:
    code = caller.sandbox.grant()["code"]
    clock.forward(minutes=10)
    assert caller.exchange(code)["error"] == "invalid_code"


def test_a_new_consent_ends_the_tokens_of_the_old_one(caller: Caller) -> None:
    old = caller.token
    caller.log_in()
    caller.token = old
    assert caller.get(INFO)["error"] == "invalid_acceess_token"


@pytest.mark.parametrize(("changes", "code"), [
    ({"shop_id": None}, "error_param"), ({"main_account_id": 5}, "error_param"),
    ({"shop_id": None, "main_account_id": 5}, "invalid_main_acount_id"), ({"shop_id": 1}, "invalid_shop_id"),
    ({"code": None}, "error_param"), ({"partner_id": None}, "error_param"), ({"partner_id": 5}, "error_param"),
    ({"shop_id": "900555001"}, "error_param"),
])
def test_a_code_needs_exactly_the_right_ids(caller: Caller, changes: dict[str, Any], code: str) -> None:
    body = {"code": caller.sandbox.grant()["code"], "partner_id": caller.partner_id, "shop_id": caller.shop_id} | changes
    sent = {name: value for name, value in body.items() if value is not None}
    assert caller.post("auth/token/get", sent, shop=False)["error"] == code


def test_an_access_token_dies_after_four_hours(caller: Caller, clock: FakeClock) -> None:
    clock.forward(hours=4)
    assert caller.get(INFO)["error"] == "invalid_acceess_token"


def test_a_refresh_token_is_good_once(caller: Caller) -> None:
    used = caller.refresh_token
    fresh = caller.refresh()
    assert fresh["shop_id"] == caller.shop_id
    assert fresh["refresh_token"] != used
    assert caller.refresh(used)["error"] == "error_shop_refresh_token"


def test_the_former_access_token_lives_for_five_minutes_after_a_refresh(caller: Caller, clock: FakeClock) -> None:
    caller.refresh()
    clock.forward(seconds=299)
    assert caller.get(INFO)["error"] == ""
    clock.forward(seconds=1)
    assert caller.get(INFO)["error"] == "invalid_acceess_token"


def test_a_refresh_does_not_lengthen_the_life_of_the_former_token(caller: Caller, clock: FakeClock) -> None:
    clock.forward(hours=3, minutes=58)
    caller.refresh()
    clock.forward(minutes=2)
    assert caller.get(INFO)["error"] == "invalid_acceess_token"


def test_a_refresh_token_dies_after_thirty_days(caller: Caller, clock: FakeClock) -> None:
    clock.forward(days=30)
    assert caller.refresh()["error"] == "refresh_token_expired"


def test_a_chain_of_refreshes_ends_with_the_consent(caller: Caller, clock: FakeClock) -> None:
    for _ in range(13):
        clock.forward(days=29)
        answer = caller.refresh()
        if answer["error"]:
            break
        caller.take_tokens(answer)
    assert answer["error"] == "shop_access_expired"


def test_the_consent_link_sends_the_seller_back_with_code_shop_and_state(caller: Caller) -> None:
    response = caller.client.get("/auth", query_string={
        "partner_id": caller.partner_id, "auth_type": "seller", "response_type": "code",
        "redirect_uri": "http://127.0.0.1:8080/ve-lai?ai=toi", "state": "abc"})
    back = parse_qs(urlsplit(response.headers["Location"]).query)
    assert response.status_code == 302
    assert (back["ai"], back["state"], back["shop_id"]) == (["toi"], ["abc"], [str(caller.shop_id)])
    assert caller.exchange(back["code"][0])["error"] == ""


@pytest.mark.parametrize("changes", [
    {"redirect_uri": "https://elsewhere.example/"}, {"partner_id": 5}, {"response_type": "token"}, {"redirect_uri": ""}])
def test_the_consent_link_is_refused_in_its_own_envelope(caller: Caller, changes: dict[str, Any]) -> None:
    query = {"partner_id": caller.partner_id, "auth_type": "seller", "response_type": "code", "redirect_uri": "http://127.0.0.1/x"}
    answer = read(caller.client.get("/auth", query_string=query | changes))
    assert (answer["code"], answer["error"]) == (1, "error_param")
    assert "msg" in answer


def test_the_older_consent_link_is_signed(caller: Caller) -> None:
    values = caller.common("shop/auth_partner", shop=False) | {"redirect": "http://127.0.0.1/ve-lai"}
    response = caller.client.get("/api/v2/shop/auth_partner", query_string=values)
    back = parse_qs(urlsplit(response.headers["Location"]).query)
    assert caller.exchange(back["code"][0])["error"] == ""
    refused = read(caller.client.get("/api/v2/shop/auth_partner", query_string=values | {"sign": "0"}))
    assert refused["error"] == "error_sign"


def test_the_older_consent_link_dies_after_five_minutes(caller: Caller, clock: FakeClock) -> None:
    values = caller.common("shop/auth_partner", shop=False) | {"redirect": "http://127.0.0.1/ve-lai"}
    clock.forward(seconds=301)
    assert read(caller.client.get("/api/v2/shop/auth_partner", query_string=values))["message"] == "Timestamp is expired."


@pytest.mark.parametrize("shop", [True, False])
def test_pictures_may_be_signed_for_the_shop_or_publicly(caller: Caller, shop: bool) -> None:
    assert caller.upload(PNG, shop=shop)["error"] == ""


def test_empty_tokens_beside_a_public_signature_do_not_matter(caller: Caller) -> None:
    values = caller.common("public/get_shopee_ip_ranges", shop=False) | {"access_token": "", "shop_id": "", "principal_id": ""}
    assert read(caller.client.get("/api/v2/public/get_shopee_ip_ranges", query_string=values))["error"] == ""
    values = caller.common("media_space/upload_image", shop=False) | {"access_token": "", "shop_id": ""}
    answer = caller.client.post("/api/v2/media_space/upload_image", query_string=values,
                                data={"image": (io.BytesIO(PNG), "a.png"), "scene": "", "ratio": ""})
    assert read(answer)["error"] == ""


def test_a_picture_signed_for_the_shop_needs_a_good_token(caller: Caller) -> None:
    caller.token = "f" * 32
    assert caller.upload(PNG, shop=True)["error"] == "invalid_acceess_token"


def test_public_lists_come_without_a_wrapper(caller: Caller) -> None:
    shops = caller.get("public/get_shops_by_partner", shop=False)
    assert [shop["shop_id"] for shop in shops["authed_shop_list"]] == [caller.shop_id]
    assert caller.get("public/get_shopee_ip_ranges", shop=False)["ip_list"]
    assert caller.get("public/get_shops_by_partner", shop=False, page_size=101)["error"] == "error_param"


def test_the_profile_has_a_wrapper(caller: Caller) -> None:
    assert caller.get("shop/get_profile")["response"]["shop_name"] == caller.get(INFO)["shop_name"]


def test_the_shop_has_no_warehouses(caller: Caller) -> None:
    answer = caller.get("shop/get_warehouse_detail")
    assert (answer["error"], answer["response"]) == ("warehouse.error_not_in_whitelist", None)


def test_a_good_token_can_be_refused_as_expired_on_a_bad_day(caller: Caller) -> None:
    caller.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
    assert [caller.get(INFO)["error"] for _ in range(2)] == ["invalid_acceess_token", ""]


@pytest.mark.parametrize(("kind", "status", "code"), [
    (FaultKind.RATE_LIMIT, 429, "error_rate_limit"), (FaultKind.ERROR_BEFORE, 500, "error_server")])
def test_bad_days_speak_in_the_envelope(caller: Caller, kind: FaultKind, status: int, code: str) -> None:
    caller.sandbox.faults.add(Fault(kind, times=1))
    response = caller.get_raw(INFO)
    assert (response.status_code, read(response)["error"]) == (status, code)


@pytest.mark.parametrize(("api", "body", "code", "message"), [
    ("product/add_item", b"", "product.error_param", "EOF"),
    ("product/add_item", b"{", "product.error_param", "parameter invalid"),
    ("product/add_item", b"[]", "product.error_param", "parameter invalid"),
    ("auth/token/get", b"{", "error_data", "parse data failed"),
    ("auth/token/get", b"", "error_param", "parameter invalid"),
    ("payment/get_escrow_detail_batch", b"", "error_param", "The request body is not a valid json format")])
def test_a_body_that_is_no_object_is_refused_in_the_words_of_its_family(
        caller: Caller, api: str, body: bytes, code: str, message: str) -> None:
    values = caller.common(api, shop=not api.startswith("auth/"))
    answer = read(caller.client.post(f"/api/v2/{api}", query_string=values, data=body, content_type="application/json"))
    assert (answer["error"], answer["message"]) == (code, message)
