"""Tokens: how the app proves itself, how pairs are renewed, who owns the event queues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.tiki.auth import basic
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import NeedsLogin, NotSupported, SettingsError, TokenRejected

TOKEN = "POST /sc/oauth2/token"
SELLER = "GET /integration/v2/sellers/me"


def test_basic_header_is_that_of_the_guides_own_example() -> None:
    header = basic("e5edc0e43g3zb6c3", "xNTZVvEn5WwA_esLe_laIWlXyISGjTfO")
    assert header == "Basic ZTVlZGMwZTQzZzN6YjZjMzp4TlRaVnZFbjVXd0FfZXNMZV9sYUlXbFh5SVNHalRmTw=="


def test_in_house_app_fetches_its_token_by_itself_and_keeps_it(shop: Any, platform: Any) -> None:
    assert shop.connector.check() == "Hợp tác xã Thử"
    assert platform.sent(TOKEN)[0].body == {"grant_type": "client_credentials", "scope": ""}
    assert platform.sent(TOKEN)[0].headers["Authorization"].startswith("Basic ")
    assert platform.sent(SELLER)[0].headers["Authorization"] == "Bearer access-1"
    assert shop.kept[-1].access_until == shop.now + timedelta(seconds=3600)


def test_secret_goes_into_the_form_when_the_app_was_registered_so(public_shop: Any, platform: Any) -> None:
    public_shop.connector.exchange({"code": "c-1", "state": "12345678"})
    call = platform.sent(TOKEN)[0]
    assert "Authorization" not in call.headers
    assert call.body == {"grant_type": "authorization_code", "code": "c-1", "redirect_uri": "https://shop.example/back",
                         "client_id": "app-2", "client_secret": "hidden-2"}


def test_refresh_sends_the_old_pair_and_keeps_the_new_one(public_shop: Any, platform: Any) -> None:
    public_shop.kept.append(Tokens("old", "old-refresh", public_shop.now - timedelta(minutes=1)))
    public_shop.connector.check()
    assert platform.sent(TOKEN)[0].body["refresh_token"] == "old-refresh"
    assert (public_shop.kept[-1].access, public_shop.kept[-1].refresh) == ("access-1", "refresh-1")


def test_public_app_without_consent_needs_a_login(public_shop: Any) -> None:
    with pytest.raises(NeedsLogin):
        public_shop.connector.check()


def test_used_refresh_token_needs_a_login(public_shop: Any, platform: Any) -> None:
    public_shop.kept.append(Tokens("old", "used", public_shop.now))
    platform.answers[TOKEN] = (400, {"error": "invalid_grant", "error_description": "hidden-2"})
    with pytest.raises(NeedsLogin) as caught:
        public_shop.connector.check()
    assert caught.value.where.platform_code == "invalid_grant"
    assert "hidden" not in str(caught.value)


def test_wrong_client_authentication_is_a_matter_of_settings(shop: Any, platform: Any) -> None:
    platform.answers[TOKEN] = (401, {"error": "invalid_client"})
    with pytest.raises(SettingsError) as caught:
        shop.connector.check()
    assert "hidden" not in str(caught.value)


def test_token_refused_in_mid_run_is_renewed_once_and_the_call_repeated(shop: Any, platform: Any) -> None:
    shop.connector.check()
    refused = [(401, {"errors": ["Unauthorized"]})]
    platform.answers[SELLER] = lambda call: refused.pop() if refused else {"id": 77, "name": "Lại được"}
    assert shop.connector.check() == "Lại được"
    assert platform.sent(SELLER)[-1].headers["Authorization"] == "Bearer access-2"


def test_token_that_stays_refused_stops_the_account(shop: Any, platform: Any) -> None:
    platform.answers[SELLER] = (401, {"errors": ["Unauthorized"]})
    with pytest.raises(TokenRejected):
        shop.connector.check()
    assert len(platform.sent(SELLER)) == 2


def test_consent_link_asks_for_a_code_at_the_registered_address(public_shop: Any) -> None:
    link = urlsplit(public_shop.connector.consent_link("http://127.0.0.1:8080/", "abcdefgh"))
    assert f"{link.scheme}://{link.netloc}{link.path}" == "https://api.tiki.vn/sc/oauth2/auth"
    query = parse_qs(link.query)
    assert (query["response_type"], query["state"]) == (["code"], ["abcdefgh"])
    assert query["redirect_uri"] == ["https://shop.example/back"]
    assert "offline" in query["scope"][0].split()


def test_consent_link_refuses_a_short_state(public_shop: Any) -> None:
    with pytest.raises(ValueError, match="8 characters"):
        public_shop.connector.consent_link("https://shop.example/back", "short")


def test_denied_consent_needs_a_login(public_shop: Any, platform: Any) -> None:
    with pytest.raises(NeedsLogin) as caught:
        public_shop.connector.exchange({"error": "access_denied", "error_code": "403", "state": "12345678"})
    assert caught.value.code == "consent-denied"
    assert platform.calls == []


def test_in_house_app_has_no_consent_to_give(shop: Any) -> None:
    with pytest.raises(NotSupported):
        shop.connector.consent_link("https://shop.example/back", "abcdefgh")
    assert shop.connector.exchange({}).access == "access-1"


def test_public_app_pulls_events_with_its_own_token_and_subscribes_with_the_sellers(public_shop: Any, platform: Any) -> None:
    public_shop.kept.append(Tokens("seller-token", "refresh", public_shop.now + timedelta(hours=1)))
    platform.answers |= {
        "GET /integration/v1/queues": [], "POST /integration/v1/queues": {"code": "q-1", "name": "x"},
        "GET /integration/v1/queues/q-1/subscriptions": [],
        "POST /integration/v1/queues/q-1/subscriptions": lambda call: {"event_type": call.body["event_type"]},
        "POST /integration/v1/queues/q-1/events/pull": {"events": [], "ack_id": "a-1"},
    }
    public_shop.connector.pull_events(None)
    bearer = {f"{call.method} {call.path}": call.headers["Authorization"] for call in platform.calls if "v1" in call.path}
    assert bearer["POST /integration/v1/queues"] == bearer["POST /integration/v1/queues/q-1/events/pull"] == "Bearer access-1"
    assert bearer["POST /integration/v1/queues/q-1/subscriptions"] == "Bearer seller-token"
    assert public_shop.kept[-1].access == "seller-token"
