"""The account against scripted answers: check, tokens, consent, category words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scripted_shopee import Shop, failed, ok, open_shop, pair

from connectors.shopee import facts
from ocop_market.errors import NeedsLogin, RetryLater, SettingsError, UnexpectedAnswer


def test_check_gives_the_shops_name(shop: Shop) -> None:
    shop.platform.on(facts.SHOP_INFO, {"shop_name": "Quán OCOP", "region": "VN", "status": "NORMAL", "error": ""})

    assert shop.connector.check() == "Quán OCOP"


@pytest.mark.parametrize(("region", "status", "code"), [("SG", "NORMAL", "other-market"), ("VN", "FROZEN", "shop-stopped")])
def test_check_refuses_other_markets_and_stopped_shops(shop: Shop, region: str, status: str, code: str) -> None:
    shop.platform.on(facts.SHOP_INFO, {"shop_name": "Quán OCOP", "region": region, "status": status, "error": ""})

    with pytest.raises(SettingsError) as caught:
        shop.connector.check()

    assert caught.value.code == code


def test_an_answer_without_a_field_names_its_path_only(shop: Shop) -> None:
    shop.platform.on(facts.SHOP_INFO, {"shop_name": "CANARY", "region": {"a": "CANARY"}, "error": ""})

    with pytest.raises(UnexpectedAnswer) as caught:
        shop.connector.check()

    assert caught.value.fields == ("region", "status")
    assert "CANARY" not in str(caught.value)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(shop: Shop) -> None:
    good = {"shop_name": "Quán OCOP", "region": "VN", "status": "NORMAL", "error": ""}
    shop.platform.on(facts.SHOP_INFO, failed("invalid_acceess_token"), good)
    shop.platform.on(facts.TOKEN_REFRESH, pair("tok-second", "ref-second"))

    assert shop.connector.check() == "Quán OCOP"
    assert [call.query.get("access_token") for call in shop.platform.calls] == ["tok-first", None, "tok-second"]
    assert shop.platform.to(facts.TOKEN_REFRESH)[0].body == {
        "refresh_token": "ref-first", "shop_id": 55501234, "partner_id": 1000123}
    assert shop.kept[-1].access_until == shop.now + timedelta(hours=4)
    assert shop.kept[-1].refresh_until == shop.now + timedelta(days=30)


def test_an_old_token_is_renewed_before_it_is_used(shop: Shop) -> None:
    shop.now += timedelta(hours=3, minutes=58)
    shop.platform.on(facts.SHOP_INFO, {"shop_name": "Quán OCOP", "region": "VN", "status": "NORMAL", "error": ""})
    absolute = int((shop.now + timedelta(hours=4)).timestamp())
    shop.platform.on(facts.TOKEN_REFRESH, pair(expire_in=absolute))

    shop.connector.check()

    assert shop.platform.paths() == ["get", "get_shop_info"]
    assert shop.kept[-1].access_until == shop.now + timedelta(hours=4)


def test_a_lost_chain_of_tokens_needs_the_seller(shop: Shop) -> None:
    shop.platform.on(facts.SHOP_INFO, failed("invalid_acceess_token"))
    shop.platform.on(facts.TOKEN_REFRESH, failed("error_shop_refresh_token"))

    with pytest.raises(NeedsLogin) as caught:
        shop.connector.check()

    assert "ocop-market accounts login shop" in caught.value.sentence("en")


def test_without_tokens_the_seller_is_asked(shop: Shop) -> None:
    shop.kept.clear()

    with pytest.raises(NeedsLogin):
        shop.connector.check()


def test_every_attempt_is_signed_anew(shop: Shop) -> None:
    def busy(_: dict[str, str], __: Any) -> Any:
        shop.now += timedelta(minutes=6)
        return failed("error_system_busy")

    shop.platform.on(facts.SHOP_INFO, busy)

    with pytest.raises(RetryLater):
        shop.connector.check()

    stamps = [call.query["timestamp"] for call in shop.platform.calls]
    assert len(stamps) == len(set(stamps)) == 5


def test_a_consents_code_gives_tokens(shop: Shop) -> None:
    shop.platform.on(facts.TOKEN_GET, pair())

    tokens = shop.connector.exchange({"code": "c0de", "shop_id": "55501234", "state": "nonce"})

    assert (tokens.access, tokens.refresh) == ("t", "r")
    assert shop.platform.calls[0].body == {"code": "c0de", "shop_id": 55501234, "partner_id": 1000123}


def test_a_main_accounts_consent_must_hold_our_shop(shop: Shop) -> None:
    shop.platform.on(facts.TOKEN_GET, pair(shop_id_list=[1]))

    with pytest.raises(NeedsLogin):
        shop.connector.exchange({"code": "c0de", "main_account_id": "77"})

    assert shop.platform.calls[0].body["main_account_id"] == 77


def test_the_consent_of_another_shop_is_refused_before_its_code_is_used(shop: Shop) -> None:
    with pytest.raises(SettingsError):
        shop.connector.exchange({"code": "c0de", "shop_id": "1"})

    assert shop.platform.calls == []


def test_coming_back_without_a_code_asks_again(shop: Shop) -> None:
    with pytest.raises(NeedsLogin):
        shop.connector.exchange({"error": "denied"})


def test_the_consent_link_follows_the_setting() -> None:
    page = open_shop().connector.consent_link("https://ocop.example.vn/back", "nonce")
    signed = open_shop(consent_form="signed").connector.consent_link("https://ocop.example.vn/back", "nonce")

    assert page.startswith("https://open.shopee.com/auth?partner_id=1000123")
    assert signed.startswith("https://shopee.invalid/api/v2/shop/auth_partner?partner_id=1000123")


def test_categories_and_recommendations_are_told_as_text(shop: Shop) -> None:
    shop.platform.on(facts.GET_CATEGORY, ok({"category_list": [
        {"category_id": 900100, "parent_category_id": 0, "display_category_name": "Thực phẩm", "has_children": True},
        {"category_id": 900101, "parent_category_id": 900100, "display_category_name": "Trà", "has_children": False}]}))
    shop.platform.on(facts.CATEGORY_RECOMMEND, ok({"category_id": [900101]}))

    assert [(c.id, c.parent, c.leaf) for c in shop.connector.categories()] == [("900100", "", False), ("900101", "900100", True)]
    assert shop.connector.suggest("Trà Shan tuyết") == ["900101"]


def test_the_category_tree_is_read_once_a_day(shop: Shop) -> None:
    tea = {"category_id": 1, "parent_category_id": 0, "display_category_name": "Trà", "has_children": False}
    shop.platform.on(facts.GET_CATEGORY, ok({"category_list": [tea]}))
    shop.platform.on(facts.TOKEN_REFRESH, pair(expire_in=int((shop.now + timedelta(days=2)).timestamp())))

    told = [shop.connector.categories(), shop.connector.categories()]
    shop.now += timedelta(days=1)
    told.append(shop.connector.categories())

    assert [len(tree) for tree in told] == [1, 1, 1]
    assert shop.platform.paths().count("get_category") == 2


def test_secrets_do_not_show_in_settings() -> None:
    assert "not-a-secret" not in repr(open_shop().connector.settings)
