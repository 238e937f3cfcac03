"""What codes and statuses of Shopee turn into."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import requests

from connectors.shopee.refusals import Classifier, failure, refusal
from ocop_market.errors import (
    MarketError,
    NeedsLogin,
    Refused,
    RetryLater,
    SettingsError,
    TokenRejected,
    Uncertain,
    UnexpectedAnswer,
)

CLASSIFIER = Classifier("shop", lambda: datetime(2026, 9, 1, 3, 0, tzinfo=UTC))


def answer(error: str = "", message: str | None = "", status: int = 200, content: bytes | None = None,
           headers: dict[str, str] | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    body = {"error": error, "message": message, "request_id": "r-1", "response": {"buyer": "CANARY"}}
    response._content = json.dumps(body).encode() if content is None else content
    return response


def read(response: requests.Response) -> MarketError | None:
    return CLASSIFIER.reading("/api/v2/x", "OCOP-1")(response)


@pytest.mark.parametrize(("error", "message", "expected"), [
    ("invalid_acceess_token", "Invalid access_token, please have a check.", TokenRejected),
    ("invalid_access_token", "", TokenRejected),
    ("error_auth", "Invalid access_token.", TokenRejected),
    ("common.error_auth", "Invalid partner_id or shopid.", NeedsLogin),
    ("error_auth", "No permission to current api.", SettingsError),
    ("error_auth", "System error, please try again later.", RetryLater),
    ("error_auth", "Stock should be larger than reserved stock.", Refused),
    ("shop_no_linked", None, NeedsLogin),
    ("partner_shop_no_link", "", NeedsLogin),
    ("error_sign", "Wrong sign.", SettingsError),
    ("source_ip_undeclared", "", SettingsError),
    ("shop_banned", "", SettingsError),
    ("error_param", "Timestamp is expired.", SettingsError),
    ("error_rate_limit", "", RetryLater),
    ("product.error_server", "", RetryLater),
    ("error_inner", "", RetryLater),
    ("error_network", "", RetryLater),
    ("error_system_busy", "", RetryLater),
    ("product.error_busi", "", Refused),
    ("something_never_seen", "", Refused),
])
def test_codes_tell_what_to_do_next(error: str, message: str | None, expected: type[MarketError]) -> None:
    found = read(answer(error, message))

    assert type(found) is expected
    assert found.where.platform_code == error.rpartition(".")[2]
    assert found.where.request_id == "r-1"


@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_code_counts_more_than_the_status(status: int) -> None:
    assert type(read(answer("invalid_acceess_token", status=status))) is TokenRejected


@pytest.mark.parametrize(("status", "expected"), [(429, RetryLater), (502, RetryLater), (404, UnexpectedAnswer)])
def test_the_status_counts_without_a_code(status: int, expected: type[MarketError]) -> None:
    assert type(read(answer(status=status, content=b"<html>"))) is expected


def test_success_is_an_empty_code() -> None:
    assert read(answer()) is None


def test_an_answer_that_is_no_json_is_unexpected() -> None:
    assert type(read(answer(content=b"hello"))) is UnexpectedAnswer


def test_rate_limit_names_the_seconds_to_wait() -> None:
    found = read(answer("error_rate_limit", status=429, headers={"Retry-After": "7"}))

    assert isinstance(found, RetryLater)
    assert found.after == 7


def test_daily_quota_waits_for_midnight_in_singapore() -> None:
    found = read(answer("error_limit"))

    assert isinstance(found, RetryLater)
    assert found.after == 13 * 3600  # 11:00 there


@pytest.mark.parametrize(("code", "field"), [
    ("error_title_exceeds_max_length", "title"), ("error_desc_length_min_limit", "description"),
    ("error_price_exceed_min_limitt", "price"), ("error_less_required_attribute", "attributes"),
    ("error_incalid_brand", "brand"), ("error_category_is_block", "category"), ("error_image_num_min", "pictures"),
    ("error_invalid_logistic_info", "weight_g"), ("error_param_validate", "gtin"),
    ("error_cannt_edit_price_in_promotion", ""), ("error_of_tomorrow", ""),
])
def test_item_codes_name_our_field_and_the_item(code: str, field: str) -> None:
    problem = refusal(code, "OCOP-1")

    assert problem.field == field
    assert "OCOP-1" in problem.sentence("en")


@pytest.mark.parametrize("code", ["error_server", "error_inner", "error_network", "error_system_busy", "error_unknown",
                                  "error_busi_add_item_failed"])
def test_a_failure_inside_while_adding_leaves_it_open(code: str) -> None:
    assert type(CLASSIFIER.creating("/api/v2/product/add_item", "OCOP-1")(answer(code))) is Uncertain


def test_an_unreadable_success_while_adding_leaves_it_open() -> None:
    assert type(CLASSIFIER.creating("/api/v2/product/add_item", "OCOP-1")(answer(content=b"<html>"))) is Uncertain


def test_a_throttled_addition_was_not_made() -> None:
    assert type(CLASSIFIER.creating("/api/v2/product/add_item", "OCOP-1")(answer("error_rate_limit"))) is RetryLater


@pytest.mark.parametrize("error", ["error_shop_refresh_token", "refresh_token_expired", "shop_access_expired", "error_param"])
def test_a_refused_refresh_needs_the_seller(error: str) -> None:
    found = CLASSIFIER.giving_tokens("/api/v2/auth/access_token/get")(answer(error))

    assert type(found) is NeedsLogin


@pytest.mark.parametrize(("error", "message"), [("invalid_code", ""), ("error_auth", "Invalid code")])
def test_a_used_code_asks_for_a_new_consent(error: str, message: str) -> None:
    found = CLASSIFIER.giving_tokens("/api/v2/auth/token/get")(answer(error, message))

    assert type(found) is NeedsLogin
    assert found.code == "consent-code"


@pytest.mark.parametrize("error", ["error_sign", "error_limit", "error_of_tomorrow", "invalid_acceess_token", "error_auth"])
def test_no_message_repeats_the_answer(error: str) -> None:
    found = read(answer(error, "CANARY said the buyer"))

    assert found is not None
    assert "CANARY" not in str(found)


@pytest.mark.parametrize(("code", "text", "problem", "field"), [
    ("error_image_unavailable", "", "picture-unknown", "pictures"),
    ("error_param", "Image not exist.", "picture-unknown", "pictures"),
    ("error_param", "Image is too small", "picture-refused", "pictures"),
    ("error_price_should_be_same_for_wholesales", "", "wholesale-refused", "wholesale"),
    ("error_param", "Invalid wholesale setting.", "wholesale-refused", "wholesale"),
    ("error_param_dts_exceeds_max_limit", "Days_to_ship exceeds max limit", "days-to-ship-refused", "days_to_ship"),
    ("error_param", "The level of tier-variation not change.", "variants-refused", "variants"),
    ("error_tier_opt_val_too_long", "", "variants-refused", "variants"),
    ("error_param", "Wrong model_id.", "variant-gone", "variants"),
    ("error_model_invalid_model_id", "Invalid model_id.", "variant-gone", "variants"),
    ("error_busi", "The GTIN code is mandatory, please check and upload again.", "gtin-refused", "gtin"),
    ("error_slash_price_not_lowest", "", "in-promotion", ""),
    ("error_flash_sale_days_to_ship_lock", "", "in-promotion", ""),
    ("error_item_uneditable", "Can't edit this item. item status can not support editing.", "listing-under-review", ""),
    ("error_of_tomorrow", "Something new", "refused-by-platform", ""),
])
def test_item_codes_and_texts_name_the_field(code: str, text: str, problem: str, field: str) -> None:
    found = refusal(code, "OCOP-1", text)

    assert (found.code, found.field) == (problem, field)
    assert "OCOP-1" in found.sentence("en")


@pytest.mark.parametrize(("code", "reason", "problem"), [
    ("", "Stock should be larger than reserved stock.", "stock-reserved"),
    ("error_busi_update_stock_failed", "Stock cannot be lower than the reserved stock.", "stock-reserved"),
    ("error_busi_update_stock_failed", "?", "stock-refused"),
    ("", "Item cannot be unlisted when item is under promotion.", "in-promotion"),
    ("", "Banned and Reviewing Products cannot be delisted", "listing-under-review"),
    ("", "Product not found", "listing-gone"),
])
def test_an_entry_that_failed_inside_a_success_has_its_reason(code: str, reason: str, problem: str) -> None:
    found = failure(code, reason, "V-1")

    assert found is not None
    assert (found.code, found.values["sku"]) == (problem, "V-1")
    assert "V-1" in found.sentence("en")


def test_an_entry_that_failed_for_no_known_reason_is_told_in_the_platforms_words() -> None:
    assert failure("", "hệ thống bận", "V-1") is None
