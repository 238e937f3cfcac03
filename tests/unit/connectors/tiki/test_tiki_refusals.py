"""What Tiki's refusals become: kinds of error, problems tied to fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from connectors.tiki.refusals import problem_for, problems_in, refusal, told_by
from ocop_market.errors import MarketError, NeedsLogin, Refused, RetryLater, TokenRejected, Where

HERE = Where("tiki", "tiki-1", "GET /somewhere")


def judged(status: int, body: Any, headers: dict[str, str] | None = None) -> MarketError | None:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return refusal(response, HERE, in_house=True)


def test_success_is_no_error() -> None:
    assert judged(200, {"errors": []}) is None


@pytest.mark.parametrize(("status", "kind"), [
    (400, Refused), (401, TokenRejected), (403, NeedsLogin), (404, Refused), (406, Refused), (409, Refused), (422, Refused),
    (429, RetryLater), (500, RetryLater), (503, RetryLater),
])
def test_each_status_tells_what_to_do_next(status: int, kind: type[MarketError]) -> None:
    error = judged(status, {"errors": ["something"]})
    assert type(error) is kind
    assert error.where.platform_code == str(status)
    assert error.where.endpoint == "GET /somewhere"


def test_busy_answer_names_its_own_wait() -> None:
    error = judged(429, {"errors": ["Too many requests"]}, {"Retry-After": "7"})
    assert isinstance(error, RetryLater)
    assert error.after == 7


def test_product_of_another_creator_is_refused_and_does_not_stop_the_account() -> None:
    error = judged(403, {"errors": ["you do not have permission to update this product"]})
    assert isinstance(error, Refused)
    assert [problem.code for problem in error.problems] == ["not-ours"]


def test_every_text_of_a_422_is_a_problem_of_its_own() -> None:
    error = judged(422, {"errors": ["variants don't match with option_attributes => variants option2 missing",
                                    "variants should have price > 0"], "meta": {"source": "x", "id": "r-9"}})
    assert isinstance(error, Refused)
    assert [problem.field for problem in error.problems] == ["options", "price"]
    assert error.where.request_id == "r-9"


@pytest.mark.parametrize(("content", "texts", "code"), [
    (b'{"errors":["a","b"]}', ("a", "b"), ""),
    (b'{"errors":"a"}', ("a",), ""),
    (b'{"error":"invalid_grant","error_description":"x"}', (), "invalid_grant"),
    (b'{"error":{"id":"e-1","message":"already there"}}', ("already there",), "e-1"),
    (b"<html>", (), ""), (b"[]", (), ""), (b'{"errors":null}', (), ""),
])
def test_all_dialects_of_errors_are_read(content: bytes, texts: tuple[str, ...], code: str) -> None:
    told = told_by(content)
    assert (told.texts, told.code) == (texts, code)


@pytest.mark.parametrize(("text", "code", "field"), [
    ("Price is not valid because less than ten percent listing price", "price-far-below-market-price", "price"),
    ("update error [Warehouse '[15936811]' are not found]", "warehouse-unknown", "stock"),
    ("product request is locked", "request-locked", ""),
    ("Product code TRA-01 is not unique", "sku-taken", "sku"),
    ("Seller product code is not unique", "sku-taken", "sku"),
    ("product media is empty", "pictures-unfit", "pictures"),
    ("images must not be null", "platform-refused", "pictures"),
    ("brand value is not in the list", "platform-refused", "brand"),
    ("category is not primary", "platform-refused", "category"),
    ("Something new", "platform-refused", ""),
])
def test_a_reason_is_tied_to_our_field_where_its_words_tell(text: str, code: str, field: str) -> None:
    problem = problem_for(text)
    assert (problem.code, problem.field) == (code, field)


def test_missing_document_gives_its_number_and_name() -> None:
    problem = problem_for("Category legal document is missing document_id = 4711 : Giấy chứng nhận ATTP")
    assert problem.code == "document-missing"
    assert problem.values == {"document": "Giấy chứng nhận ATTP", "number": "4711"}
    assert "4711" in problem.sentence("en")


def test_missing_document_without_a_name_still_gives_its_number() -> None:
    assert problem_for("legal document is missing document_id=12").values == {"document": "12", "number": "12"}


@pytest.mark.parametrize("reason", [
    '{"errors":[{"code":420,"description":"Product code X is not unique","msg_eng":"Code is not unique"}],"message":"m"}',
    {"errors": [{"code": 420, "description": "Mã trùng", "msg_eng": "Seller product code is not unique"}]},
    ["Product code X is not unique", "Product code X is not unique"],
    "Product code X is not unique",
])
def test_reason_is_read_in_every_form_that_it_comes_in(reason: Any) -> None:
    assert [problem.code for problem in problems_in(reason)] == ["sku-taken"]


@pytest.mark.parametrize("reason", ["", None, {}, [], "{}"])
def test_rejection_without_a_reason_still_says_where_to_look(reason: Any) -> None:
    assert "Seller Center" in problems_in(reason)[0].sentence("en")


def test_broken_json_reason_is_shown_as_text() -> None:
    assert problems_in('{"errors": [')[0].values == {"reason": '{"errors": ['}


def test_webhook_reasons_are_read() -> None:
    reason = {"list_reasons": [{"reason_id": "1", "reason_name": "Ảnh", "reject_description": "image is blurred"}]}
    assert problems_in(reason)[0].values == {"reason": "image is blurred"}


def test_shown_reason_holds_no_token_and_no_long_text() -> None:
    shown = str(problem_for("bad access_token=abc123secret " + "x " * 400).values["reason"])
    assert "abc123secret" not in shown
    assert len(shown) <= 200
