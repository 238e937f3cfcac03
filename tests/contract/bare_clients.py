"""Calls to the practice servers by hand: each platform's token and signature, written again from its documents."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import requests

from ocop_market.sandbox.transport import WsgiAdapter

HOST = "http://practice.example"
Call = Callable[..., Any]


def session(app: Any) -> requests.Session:
    """A session whose every call goes into `app`."""
    made = requests.Session()
    made.mount("http://", WsgiAdapter(app))
    made.mount("https://", WsgiAdapter(app))
    return made


def kiotviet(app: Any, _: datetime) -> Call:
    """`call(method, path, body=None, **query)` as the shop that the practice server names."""
    shop, http = app.settings(HOST), session(app)
    form = {"scopes": "PublicApi.Access", "grant_type": "client_credentials", "client_id": shop["client_id"],
            "client_secret": shop["client_secret"]}
    token = http.post(f"{HOST}/connect/token", data=form).json()["access_token"]
    headers = {"Retailer": shop["retailer"], "Authorization": f"Bearer {token}"}

    def call(method: str, path: str, body: object = None, **query: Any) -> Any:
        return http.request(method, HOST + path, params=query, json=body, headers=headers).json()

    return call


def tiki(app: Any, _: datetime) -> Call:
    """`call(method, path, body=None, **query)` with a token of the client's own."""
    shop, http = app.settings(HOST), session(app)
    form = {"grant_type": "client_credentials", "scope": ""}
    own = (shop["client_id"], shop["client_secret"])
    token = http.post(f"{HOST}/sc/oauth2/token", data=form, auth=own).json()["access_token"]

    def call(method: str, path: str, body: object = None, **query: Any) -> Any:
        return http.request(method, HOST + path, params=query, json=body, headers={"Authorization": f"Bearer {token}"}).json()

    return call


def shopee(app: Any, now: datetime) -> Call:
    """`call(method, path, body=None, **query)`, signed for the shop that gave its consent."""
    shop, http, grant = app.settings(HOST), session(app), app.grant()
    exchange = "/api/v2/auth/token/get"
    tokens = http.post(HOST + exchange, params=shopee_sign(shop, now, exchange), json={
        "code": grant["code"], "partner_id": shop["partner_id"], "shop_id": int(grant["shop_id"])}).json()

    def call(method: str, path: str, body: object = None, **query: Any) -> Any:
        path = f"/api/v2/{path}"
        common = {**shopee_sign(shop, now, path, tokens["access_token"], grant["shop_id"]),
                  "access_token": tokens["access_token"], "shop_id": grant["shop_id"]}
        return http.request(method, HOST + path, params={**query, **common}, json=body).json()

    return call


def shopee_picture(app: Any, now: datetime, content: bytes) -> Any:
    """The answer to an upload of one PNG, signed as a public call."""
    path = "/api/v2/media_space/upload_image"
    return session(app).post(HOST + path, params=shopee_sign(app.settings(HOST), now, path),
                             files={"image": ("picture.png", content, "image/png")}).json()


def shopee_sign(shop: Mapping[str, Any], now: datetime, path: str, *more: str) -> dict[str, str]:
    partner, stamp = str(shop["partner_id"]), str(int(now.timestamp()))
    text = "".join((partner, path, stamp, *more))
    sign = hmac.new(str(shop["partner_key"]).encode(), text.encode(), "sha256").hexdigest()
    return {"partner_id": partner, "timestamp": stamp, "sign": sign}
