"""What goes out to KiotViet, and what its refusals become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from connectors.kiotviet.auth import retailer_of
from ocop_market.errors import MarketError, NeedsLogin, Refused, RetryLater, SettingsError, TokenRejected, UnexpectedAnswer

if TYPE_CHECKING:
    from conftest import Shop

BODY_WORDS = "Hàng hóa của chị Người Mua đã hết"
TOKEN_OF_OCOPMAU = "e30.eyJjbGllbnRfUmV0YWlsZXJDb2RlIjogIm9jb3BtYXUifQ.c2ln"


def error(code: str) -> dict[str, Any]:
    return {"responseStatus": {"errorCode": code, "message": BODY_WORDS, "errors": []}}


def test_the_token_is_asked_for_with_the_plural_scopes(shop: Shop) -> None:
    shop.connector().locations()
    form = parse_qs(shop.asked("/connect/token")[0].body)
    assert form == {"scopes": ["PublicApi.Access"], "grant_type": ["client_credentials"], "client_id": ["khach"],
                    "client_secret": ["bi-mat"]}


def test_the_standard_key_is_sent_too_only_when_the_plural_alone_is_refused(shop: Shop) -> None:
    shop.answers["/connect/token"] = lambda call: (
        (200, {"access_token": "t", "expires_in": 60_000}) if "scope=" in call.body else (400, {"error": "invalid_scope"}))
    shop.connector().locations()
    assert ["scope=" in call.body for call in shop.asked("/connect/token")] == [False, True]


def test_every_call_names_the_shop_and_carries_the_token(shop: Shop) -> None:
    shop.connector().locations()
    headers = shop.asked("/branches")[0].headers
    assert (headers["Retailer"], headers["Authorization"]) == ("ocopmau", "Bearer token-1")
    assert "Partner" not in headers


def test_hosts_are_settings(shop: Shop) -> None:
    seen: list[str] = []
    send = shop.send
    shop.send = lambda request, *a, **k: (seen.append(request.url), send(request))[1]  # type: ignore[method-assign, func-returns-value]
    shop.connector(api_url="http://127.0.0.1:8/", id_url="http://127.0.0.1:9").locations()
    assert seen[0] == "http://127.0.0.1:9/connect/token"
    assert seen[1].startswith("http://127.0.0.1:8/branches?")


def test_a_token_serves_until_shortly_before_its_end(shop: Shop) -> None:
    connector = shop.connector()
    connector.locations()
    shop.later(hours=23)
    connector.locations()
    assert len(shop.asked("/connect/token")) == 1
    shop.later(minutes=56)
    connector.locations()
    assert len(shop.asked("/connect/token")) == 2


def test_a_token_of_unknown_length_is_taken_to_last_an_hour(shop: Shop) -> None:
    shop.answers["/connect/token"] = lambda call: (200, {"access_token": "t"})
    connector = shop.connector()
    connector.locations()
    shop.later(minutes=56)
    connector.locations()
    assert len(shop.asked("/connect/token")) == 2


def test_a_refused_token_is_renewed_once_and_the_call_made_once_more(shop: Shop) -> None:
    shop.answers["/branches"] = lambda call: (
        (401, error("TokenException")) if call.headers["Authorization"].endswith("-1") else (200, {"total": 0}))
    assert shop.connector().locations() == []
    assert len(shop.asked("/branches")) == 2


def test_a_token_refused_twice_stops_the_account(shop: Shop) -> None:
    shop.answers["/branches"] = lambda call: (401, error("TokenException"))
    with pytest.raises(TokenRejected):
        shop.connector().locations()
    assert (len(shop.asked("/branches")), len(shop.asked("/connect/token"))) == (2, 2)


def test_a_wrong_key_needs_a_person(shop: Shop) -> None:
    shop.answers["/connect/token"] = lambda call: (400, {"error": "invalid_client"})
    with pytest.raises(NeedsLogin) as caught:
        shop.connector().locations()
    assert (caught.value.code, caught.value.where.platform_code) == ("key-refused", "invalid_client")
    assert "bi-mat" not in str(caught.value)


def test_too_many_calls_wait_as_long_as_they_are_told(shop: Shop) -> None:
    answers: list[tuple[int, Any]] = [(429, ({}, {"Retry-After": "7"})), (200, {"total": 0})]
    shop.answers["/branches"] = lambda call: answers.pop(0)
    assert shop.connector().locations() == []
    assert shop.waits == [7.0]


def test_the_hourly_limit_gives_up_with_the_time_to_wait(shop: Shop) -> None:
    shop.answers["/branches"] = lambda call: (429, ({}, {"Retry-After": "1800"}))
    with pytest.raises(RetryLater) as caught:
        shop.connector().locations()
    assert (caught.value.after, shop.waits) == (1800.0, [])


@pytest.mark.parametrize(("status", "body", "kind", "code"), [
    (420, error("KvValidateException"), Refused, "KvValidateException"),
    (420, {"ResponseStatus": {"ErrorCode": "KvException", "Message": BODY_WORDS}}, Refused, "KvException"),
    (400, error("ArgumentException"), Refused, "ArgumentException"),
    (400, BODY_WORDS.encode(), UnexpectedAnswer, ""),
    (404, b"<html>not here</html>", UnexpectedAnswer, ""),
    (403, error("Forbidden"), NeedsLogin, "Forbidden"),
    (301, b"", UnexpectedAnswer, ""),
    (500, error("Boom"), RetryLater, "Boom"),
])
def test_refusals_are_sorted_by_what_to_do_next(shop: Shop, status: int, body: Any, kind: type[MarketError], code: str) -> None:
    shop.answers["/branches"] = lambda call: (status, body)
    with pytest.raises(kind) as caught:
        shop.connector().locations()
    assert caught.value.where.platform_code == code
    assert caught.value.where.endpoint == "GET /branches"


@pytest.mark.parametrize("status", [400, 401, 403, 420, 429, 500])
def test_no_text_of_the_platform_reaches_a_message(shop: Shop, status: int) -> None:
    shop.answers["/branches"] = lambda call: (status, error(BODY_WORDS))
    with pytest.raises(MarketError) as caught:
        shop.connector().locations()
    shown = str(caught.value) + caught.value.sentence("vi")
    assert "Người Mua" not in shown
    assert "token-1" not in shown


def test_a_page_of_the_login_wall_is_not_an_empty_list(shop: Shop) -> None:
    shop.answers["/branches"] = lambda call: (200, b"<html>xin moi dang nhap</html>")
    with pytest.raises(UnexpectedAnswer) as caught:
        shop.connector().locations()
    assert caught.value.fields == ("body",)


def test_an_unreadable_branch_is_told_by_its_field_never_by_its_value(shop: Shop) -> None:
    shop.answers["/branches"] = lambda call: (200, {"total": 1, "data": [{"branchName": BODY_WORDS}]})
    with pytest.raises(UnexpectedAnswer) as caught:
        shop.connector().locations()
    assert caught.value.fields == ("data.0.id",)


def test_check_names_the_shop(shop: Shop) -> None:
    shop.answers["/connect/token"] = lambda call: (200, {"access_token": TOKEN_OF_OCOPMAU, "expires_in": 86400})
    assert shop.connector(retailer="OcopMau").check() == "OcopMau"
    assert len(shop.asked("/branches")) == 1


def test_check_refuses_a_key_made_in_another_shop(shop: Shop) -> None:
    shop.answers["/connect/token"] = lambda call: (200, {"access_token": TOKEN_OF_OCOPMAU, "expires_in": 86400})
    with pytest.raises(SettingsError) as caught:
        shop.connector(retailer="quanhac").check()
    assert caught.value.code == "other-shop"
    assert "ocopmau" in str(caught.value)
    assert shop.asked("/branches") == []


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "e30.W10.x", "....", "e30.eyJjbGllbnRfUmV0YWlsZXJDb2RlIjogNX0.x"])
def test_a_token_that_tells_no_shop_is_no_reason_to_refuse(token: str) -> None:
    assert retailer_of(token) == ""


def test_branches_are_locations(shop: Shop) -> None:
    shop.lists("/branches", [{"id": n, "branchName": f"Điểm  bán {n}", "address": "CANARY"} for n in range(250)])
    places = shop.connector().locations()
    assert (len(places), places[3].id, places[3].name) == (250, "3", "Điểm bán 3")
    assert [call.query["currentItem"] for call in shop.asked("/branches")] == ["0", "100", "200"]


def test_articles_come_with_their_stock(shop: Shop) -> None:
    shop.lists("/products", [{"id": n, "code": f"SP{n}", "isActive": n != 2} for n in range(1, 4)])
    goods = list(shop.connector().goods())
    assert [(good.sku, good.active) for good in goods] == [("SP1", True), ("SP2", False), ("SP3", True)]
    assert shop.asked("/products")[0].query["includeInventory"] == "true"
