"""Signatures and consent links of Shopee, as pure functions and as authentication of requests."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from connectors.shopee import facts
from ocop_market.model.clock import Clock


def base_string(partner_id: int, path: str, timestamp: int, access_token: str = "", owner_id: int | None = None) -> str:
    """The text that is signed; the shop (or merchant) level adds the token and the owner's id, the public level neither.

    Query and body are not part of it.
    """
    owner = "" if owner_id is None else str(owner_id)
    return f"{partner_id}{path}{timestamp}{access_token}{owner}"


def signature(partner_key: str, text: str) -> str:
    """HMAC-SHA256 in lower-case hex; the key is taken as text although it looks like hex."""
    return hmac.new(partner_key.encode(), text.encode(), hashlib.sha256).hexdigest()


class Signed(AuthBase):
    """Adds the common query to a request and signs it, at the shop level when a token is given, else at the public one."""

    def __init__(self, partner_id: int, partner_key: str, clock: Clock, *, access_token: str = "",
                 shop_id: int | None = None) -> None:
        self._partner_id, self._partner_key, self._clock = partner_id, partner_key, clock
        self._access_token, self._shop_id = access_token, shop_id

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        path = urlsplit(request.url or "").path
        timestamp = int(self._clock().timestamp())
        text = base_string(self._partner_id, path, timestamp, self._access_token, self._shop_id)
        common: dict[str, str | int] = {"partner_id": self._partner_id, "timestamp": timestamp,
                                        "sign": signature(self._partner_key, text)}
        if self._shop_id is not None:
            common |= {"access_token": self._access_token, "shop_id": self._shop_id}
        request.prepare_url(request.url, common)
        return request


def consent_page_link(consent_url: str, partner_id: int, redirect: str, state: str) -> str:
    """The current, unsigned link; the host of `redirect` must be the domain declared for the app."""
    query = {"partner_id": partner_id, "auth_type": "seller", "redirect_uri": redirect, "response_type": "code", "state": state}
    return f"{consent_url}?{urlencode(query)}"


def signed_consent_link(base_url: str, partner_id: int, partner_key: str, redirect: str, state: str, now: datetime) -> str:
    """The older link, good for five minutes; it has no `state`, so that goes into the return address."""
    timestamp = int(now.timestamp())
    sign = signature(partner_key, base_string(partner_id, facts.CONSENT_SIGNED, timestamp))
    query = {"partner_id": partner_id, "timestamp": timestamp, "sign": sign, "redirect": _with_state(redirect, state)}
    return f"{base_url}{facts.CONSENT_SIGNED}?{urlencode(query)}"


def _with_state(redirect: str, state: str) -> str:
    parts = urlsplit(redirect)
    query = "&".join(part for part in (parts.query, urlencode({"state": state})) if part)
    return urlunsplit(parts._replace(query=query))
