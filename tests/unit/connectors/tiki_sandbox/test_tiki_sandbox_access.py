"""Entering the Tiki practice server: consent, tokens, scopes, content types, calls a second, faults."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from connectors.tiki.sandbox import TikiSandbox
from connectors.tiki.sandbox_access import IN_HOUSE, PUBLIC, PracticeApp
from ocop_market.sandbox.faults import Fault, FaultKind
from tests.unit.connectors.tiki_sandbox.conftest import Caller, SetClock

CONSENT = {"response_type": "code", "client_id": PUBLIC.client_id, "redirect_uri": PUBLIC.redirect_uri,
           "scope": "offline product order", "state": "state-0001"}


def consent(client: Client, **changes: str) -> dict[str, str]:
    answer = client.get("/sc/oauth2/auth", query_string=CONSENT | changes)
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def token(client: Client, app: PracticeApp = PUBLIC, **form: str) -> TestResponse:
    if app.authentication == "client_secret_basic":
        return client.post("/sc/oauth2/token", data=form, auth=(app.client_id, app.client_secret))
    return client.post("/sc/oauth2/token", data=form | {"client_id": app.client_id, "client_secret": app.client_secret})


def exchanged(client: Client, **changes: str) -> dict[str, str]:
    code = consent(client, **changes)["code"]
    answer = token(client, grant_type="authorization_code", code=code, redirect_uri=PUBLIC.redirect_uri)
    found: dict[str, str] = answer.get_json()
    return found


def test_the_seller_consents_at_once_with_code_scope_and_state(shop: Caller) -> None:
    sent_back = consent(shop.client)
    assert set(sent_back) == {"code", "scope", "state"}
    assert (sent_back["scope"], sent_back["state"]) == ("offline product order", "state-0001")


def test_a_short_state_is_refused_in_the_redirect(shop: Caller) -> None:
    assert consent(shop.client, state="short")["error"] == "invalid_state"


def test_another_redirect_uri_is_refused_without_a_redirect(shop: Caller) -> None:
    answer = shop.client.get("/sc/oauth2/auth", query_string=CONSENT | {"redirect_uri": f"{PUBLIC.redirect_uri}/"})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_a_seller_who_declines_sends_access_denied_back(opened: Callable[..., Caller]) -> None:
    sent_back = consent(opened(seller_consents=False).client)
    assert (sent_back["error"], sent_back["error_code"], sent_back["state"]) == ("access_denied", "403", "state-0001")


def test_a_code_gives_tokens_once(shop: Caller) -> None:
    code = consent(shop.client)["code"]
    first, second = (token(shop.client, grant_type="authorization_code", code=code, redirect_uri=PUBLIC.redirect_uri)
                     for _ in range(2))
    assert first.get_json()["token_type"] == "bearer"
    assert first.get_json()["expires_in"] == 3600
    assert (second.status_code, second.get_json()["error"]) == (400, "invalid_grant")


def test_a_code_lasts_ten_minutes(shop: Caller, clock: SetClock) -> None:
    code = consent(shop.client)["code"]
    clock.forward(minutes=10, seconds=1)
    answer = token(shop.client, grant_type="authorization_code", code=code, redirect_uri=PUBLIC.redirect_uri)
    assert answer.get_json()["error"] == "invalid_grant"


def test_a_refresh_token_comes_only_with_the_scope_offline_and_an_id_token_only_with_openid(shop: Caller) -> None:
    assert "refresh_token" not in exchanged(shop.client, scope="product")
    issued = exchanged(shop.client, scope="offline openid")
    assert "refresh_token" in issued
    assert issued["id_token"].count(".") == 2


def test_refreshing_gives_a_new_pair_and_kills_the_old_one(shop: Caller) -> None:
    first = exchanged(shop.client)
    second = token(shop.client, grant_type="refresh_token", refresh_token=first["refresh_token"]).get_json()
    again = token(shop.client, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    statuses = []
    for pair in (first, second):
        shop.headers = {"Authorization": f"Bearer {pair['access_token']}"}
        statuses.append(shop.get("/v2/sellers/me").status_code)
    assert statuses == [401, 200]


@pytest.mark.parametrize(("app", "registered"), [
    (PracticeApp("a", "s", in_house=True), "client_secret_basic"),
    (PracticeApp("a", "s", in_house=True, authentication="client_secret_post"), "client_secret_post"),
])
def test_only_the_registered_way_of_client_authentication_is_taken(
        opened: Callable[..., Caller], clock: SetClock, app: PracticeApp, registered: str) -> None:
    client = Client(TikiSandbox(clock=clock, apps=[app]))
    form = {"grant_type": "client_credentials", "scope": ""}
    answers = {"client_secret_basic": client.post("/sc/oauth2/token", data=form, auth=("a", "s")),
               "client_secret_post": client.post("/sc/oauth2/token", data=form | {"client_id": "a", "client_secret": "s"})}
    assert {way: answer.status_code for way, answer in answers.items()} == {
        way: 200 if way == registered else 401 for way in answers}


def test_the_basic_header_is_read_as_the_platform_prints_it() -> None:
    app = PracticeApp("e5edc0e43g3zb6c3", "xNTZVvEn5WwA_esLe_laIWlXyISGjTfO", in_house=True)
    header = "ZTVlZGMwZTQzZzN6YjZjMzp4TlRaVnZFbjVXd0FfZXNMZV9sYUlXbFh5SVNHalRmTw=="
    assert base64.b64decode(header).decode() == f"{app.client_id}:{app.client_secret}"
    answer = Client(TikiSandbox(apps=[app])).post(
        "/sc/oauth2/token", data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {header}"})
    assert answer.status_code == 200


def test_the_token_endpoint_takes_forms_only(shop: Caller) -> None:
    answer = shop.client.post("/sc/oauth2/token", json={"grant_type": "client_credentials"}, auth=(
        IN_HOUSE.client_id, IN_HOUSE.client_secret))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(("grant", "scope", "error"), [
    ("password", "", "unsupported_grant_type"), ("authorization_code", "", "unauthorized_client"),
    ("client_credentials", "everything", "invalid_scope"),
])
def test_other_grants_and_scopes_are_refused_to_the_in_house_app(shop: Caller, grant: str, scope: str, error: str) -> None:
    answer = token(shop.client, IN_HOUSE, grant_type=grant, scope=scope)
    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}, {"tiki-api": "55f438d1"}])
def test_without_a_good_bearer_token_the_answer_is_401(shop: Caller, headers: dict[str, str]) -> None:
    answer = shop.client.get("/integration/v2/orders", headers=headers)
    assert answer.status_code == 401
    assert len(answer.get_json()["errors"]) == 1


def test_a_token_ends_after_expires_in(shop: Caller, clock: SetClock) -> None:
    clock.forward(seconds=3599)
    assert shop.get("/v2/sellers/me").status_code == 200
    clock.forward(seconds=1)
    assert shop.get("/v2/sellers/me").status_code == 401


def test_the_own_token_of_a_public_app_is_linked_to_no_seller(shop: Caller) -> None:
    shop.headers = {"Authorization": f"Bearer {token(shop.client, grant_type='client_credentials').get_json()['access_token']}"}
    assert shop.get("/v2/sellers/me").status_code == 401
    assert shop.get("/v1/queues").get_json() == []


def test_a_scope_that_was_not_granted_is_403(shop: Caller) -> None:
    shop.enter(scope="order")
    assert shop.get("/v2/orders").status_code == 200
    assert shop.get("/v2.1/products").status_code == 403


def test_a_body_that_is_not_json_is_406(shop: Caller) -> None:
    answer = shop.client.post("/integration/v2.1/requests", data={"name": "Trà"}, headers=shop.headers)
    assert (answer.status_code, answer.get_json()) == (406, {"errors": ["Content-Type must be application/json"]})


def test_broken_json_is_400_and_unknown_paths_and_methods_are_404_and_405(shop: Caller) -> None:
    broken = shop.client.post("/integration/v2.1/requests", data="{", headers=shop.headers | {"Content-Type": "application/json"})
    assert broken.status_code == 400
    assert shop.get("/v2/nothing").status_code == 404
    assert shop.send("DELETE", "/v2/orders").status_code == 405
    assert shop.get("/v2/nothing").get_json() == {"errors": ["Not Found"]}


def test_more_than_200_calls_in_a_second_behind_a_socket_are_429(opened: Callable[..., Caller]) -> None:
    shop, watch = opened(), [10.0]
    shop.sandbox.stopwatch = lambda: watch[0]

    def call() -> int:
        return shop.client.get("/integration/v2/sellers/me", headers=shop.headers, multithread=True).status_code

    assert [call() for _ in range(201)] == [200] * 200 + [429]
    watch[0] += 1
    assert call() == 200


def test_calls_in_process_are_never_too_fast(shop: Caller) -> None:
    assert {shop.get("/v2/sellers/me").status_code for _ in range(250)} == {200}


def test_faults_speak_the_platforms_form(shop: Caller) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, times=1, seconds=7))
    limited = shop.get("/v2/orders")
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, times=1))
    failed = shop.get("/v2/orders")
    shop.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))
    expired = shop.get("/v2/orders")
    assert [answer.status_code for answer in (limited, failed, expired)] == [429, 500, 401]
    assert limited.headers["Retry-After"] == "7"
    assert all(isinstance(answer.get_json()["errors"][0], str) for answer in (limited, failed, expired))


def test_tokens_survive_a_restart(opened: Callable[..., Caller], tmp_path: Path) -> None:
    first = opened(path=tmp_path / "shop.db")
    headers = dict(first.headers)
    first.sandbox.close()
    again = opened(path=tmp_path / "shop.db")
    again.headers = headers
    assert again.get("/v2/sellers/me").status_code == 200
