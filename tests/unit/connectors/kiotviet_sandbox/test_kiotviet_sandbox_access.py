"""Tokens, headers, the hourly budget and bad days, each refused in the platform's own words."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from werkzeug.test import Client

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.sandbox.faults import Fault, FaultKind


def _form(sandbox: KiotVietSandbox, **changes: str | None) -> dict[str, str]:
    words = sandbox.settings("http://kiotviet.test")
    form = {"scopes": "PublicApi.Access", "grant_type": "client_credentials", "client_id": words["client_id"],
            "client_secret": words["client_secret"], **changes}
    return {name: value for name, value in form.items() if value is not None}


def test_a_token_lives_a_day_and_names_the_shop_inside(sandbox: KiotVietSandbox, clock: Any) -> None:
    token = Client(sandbox).post("/connect/token", data=_form(sandbox)).get_json()
    assert (token["expires_in"], token["token_type"]) == (86_400, "Bearer")
    body = token["access_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims["client_RetailerCode"] == sandbox.settings("")["retailer"]
    assert claims["exp"] == int(clock.now.timestamp()) + 86_400


@pytest.mark.parametrize(("changes", "error"), [
    ({"client_secret": "wrong"}, "invalid_client"), ({"client_id": "wrong"}, "invalid_client"),
    ({"scopes": None}, "invalid_scope"), ({"scopes": None, "scope": "PublicApi.Access"}, "invalid_scope"),
    ({"scopes": "Everything"}, "invalid_scope"), ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": None}, "invalid_request"),
])
def test_a_token_is_refused_in_oauth_words(sandbox: KiotVietSandbox, changes: dict[str, str | None], error: str) -> None:
    answer = Client(sandbox).post("/connect/token", data=_form(sandbox, **changes))
    assert (answer.status_code, answer.get_json()) == (400, {"error": error})


def test_credentials_sent_as_json_are_not_read(sandbox: KiotVietSandbox) -> None:
    answer = Client(sandbox).post("/connect/token", json=_form(sandbox))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("headers", [
    {"Authorization": ""}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic abc"}, {"Retailer": "another-shop"},
    {"Retailer": ""},
])
def test_a_call_without_the_right_headers_is_refused(shop: Any, headers: dict[str, str]) -> None:
    shop.headers |= headers
    assert shop.error("GET", "/branches") == (401, "TokenException")


def test_a_token_ends_after_a_day(shop: Any, clock: Any) -> None:
    clock.forward(seconds=86_399)
    assert shop.get("/branches")["total"] == 3
    clock.forward(seconds=1)
    assert shop.error("GET", "/branches") == (401, "TokenException")


def test_a_token_taken_back_stays_refused_and_a_new_one_works(shop: Any, sandbox: KiotVietSandbox) -> None:
    sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
    assert shop.error("GET", "/branches") == (401, "TokenException")
    assert shop.error("GET", "/branches") == (401, "TokenException")
    shop.enter(sandbox)
    assert shop.get("/branches")["total"] == 3


def test_reads_are_counted_by_the_hour_and_writes_are_not(clock: Any, history: Any, admit: Any) -> None:
    caller = admit(KiotVietSandbox(clock=clock, history=history, hourly_limit=2))
    clock.forward(minutes=1)
    caller.get("/branches")
    clock.forward(minutes=20)
    caller.get("/settings")
    refused = caller.call("GET", "/branches")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2400")
    assert caller.call("DELETE", "/products/1000001").status_code == 200
    clock.forward(minutes=40)
    assert caller.get("/branches")["total"] == 3


def test_the_documents_budget_is_in_force_unless_another_is_given(sandbox: KiotVietSandbox) -> None:
    assert sandbox.hourly_limit == 5_000


def test_bad_days_speak_the_platforms_dialect(shop: Any, sandbox: KiotVietSandbox) -> None:
    sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, times=1, seconds=7))
    limited = shop.call("GET", "/branches")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert set(limited.get_json()["responseStatus"]) == {"errorCode", "message", "errors"}
    sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, times=1))
    assert shop.error("GET", "/branches") == (500, "Exception")


def test_unknown_paths_and_methods_are_told_apart(shop: Any) -> None:
    assert shop.error("GET", "/nowhere") == (404, "NotFound")
    assert shop.error("DELETE", "/branches") == (405, "MethodNotAllowed")


def test_a_failure_after_the_effect_leaves_the_effect(shop: Any, sandbox: KiotVietSandbox) -> None:
    sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, times=1))
    assert shop.error("POST", "/products", {"name": "Cốm", "categoryId": 201, "code": "COM"}) == (500, "Exception")
    assert shop.get("/products/code/COM")["name"] == "Cốm"
