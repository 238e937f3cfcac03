"""Signatures against the published way of building them, and consent links."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.shopee.auth import Signed, base_string, consent_page_link, signature, signed_consent_link

KEY = "dossier-example-key-not-a-secret"
TOKEN = "tok0000000000000000000000000000ab"
AT = datetime.fromtimestamp(1700000000, UTC)


@pytest.mark.parametrize(("path", "token", "owner", "sign"), [
    ("/api/v2/shop/auth_partner", "", None, "3ef077a0966f07c8b600efc7c0a437a6caf34c944abaa64e5e62b076f725e88e"),
    ("/api/v2/auth/token/get", "", None, "22ce0917e46f648a94919d9a26aba56846eab1ce705d82949a87415dec1f9a4a"),
    ("/api/v2/product/get_item_list", TOKEN, 55501234, "b3d7b0ebcf089567170d47cb7589a7636fbfe04d566072887da10aa95cb93c4e"),
    ("/api/v2/global_product/get_category", TOKEN, 900077, "ccb62c64e1d8c7a838c7e8eb65c8ff3d6c1ed49d7b8346b1c184d3c67c8d8e15"),
])
def test_signature_examples_are_met(path: str, token: str, owner: int | None, sign: str) -> None:
    assert signature(KEY, base_string(1000123, path, 1700000000, token, owner)) == sign


def test_guide_example_has_the_printed_base_string() -> None:
    text = base_string(2001887, "/api/v2/shop/get_shop_info", 1655714431, "59777174636562737266615546704c6d", 14701711)

    assert text == "2001887/api/v2/shop/get_shop_info165571443159777174636562737266615546704c6d14701711"


def test_a_shop_request_carries_the_common_query_beside_its_own() -> None:
    signed = Signed(1000123, KEY, lambda: AT, access_token=TOKEN, shop_id=55501234)

    request = requests.Request("GET", "https://shopee.invalid/api/v2/product/get_item_list", params={"offset": 0},
                               auth=signed).prepare()

    query = parse_qs(urlsplit(str(request.url)).query)
    assert query == {
        "offset": ["0"], "partner_id": ["1000123"], "timestamp": ["1700000000"], "access_token": [TOKEN],
        "shop_id": ["55501234"], "sign": ["b3d7b0ebcf089567170d47cb7589a7636fbfe04d566072887da10aa95cb93c4e"],
    }


def test_a_public_request_names_neither_token_nor_shop() -> None:
    request = requests.Request("POST", "https://shopee.invalid/api/v2/auth/token/get", json={"code": "x"},
                               auth=Signed(1000123, KEY, lambda: AT)).prepare()

    query = parse_qs(urlsplit(str(request.url)).query)
    assert set(query) == {"partner_id", "timestamp", "sign"}
    assert query["sign"] == ["22ce0917e46f648a94919d9a26aba56846eab1ce705d82949a87415dec1f9a4a"]


def test_consent_page_link_carries_the_state() -> None:
    link = consent_page_link("https://open.shopee.com/auth", 1000123, "https://ocop.example.vn/back?a=1", "nonce")

    assert parse_qs(urlsplit(link).query) == {
        "partner_id": ["1000123"], "auth_type": ["seller"], "redirect_uri": ["https://ocop.example.vn/back?a=1"],
        "response_type": ["code"], "state": ["nonce"],
    }


def test_signed_consent_link_hides_the_state_in_the_return_address() -> None:
    link = signed_consent_link("https://shopee.invalid", 1000123, KEY, "https://ocop.example.vn/back?a=1", "nonce", AT)

    query = parse_qs(urlsplit(link).query)
    assert query["redirect"] == ["https://ocop.example.vn/back?a=1&state=nonce"]
    assert query["sign"] == ["3ef077a0966f07c8b600efc7c0a437a6caf34c944abaa64e5e62b076f725e88e"]
    assert "state" not in query
