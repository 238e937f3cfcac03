"""KiotViet's access tokens: fetched with the shop's own key, good for a day, no consent and no refresh token."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import requests
from pydantic import BaseModel, Field, SecretStr

from connectors.kiotviet import facts
from connectors.kiotviet.errors import classify_token
from connectors.kiotviet.wire import TokenAnswer
from connectors.kiotviet.wire_base import read
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import NeedsLogin, UnexpectedAnswer, Where
from ocop_market.model.clock import Clock


class Settings(BaseModel):
    """What a KiotViet account needs."""

    retailer: str = Field(min_length=1, description="Name of the shop: what stands before .kiotviet.vn in its address")
    client_id: str = Field(min_length=1, description="Client ID, from the shop's page «Thiết lập kết nối API» (admin account)")
    client_secret: SecretStr = Field(description="Security code (Mã bảo mật) from the same page")
    writes: bool = Field(
        False, description="True: price, description and weight of articles are written into the shop; never names or stock")
    webhook_secret: SecretStr | None = Field(
        None, description="Secret with which webhooks were registered, base64 as it was sent; without one they are not signed")
    webhook_refusals: Literal["accept", "refuse"] = Field(
        "accept", description="How a webhook with a wrong signature is answered: accept (200, it is dropped all the same) or refuse "
        "(401, after which KiotViet stops sending to that address for good)")
    api_url: str = Field(facts.API_URL, description="Address of the API; another one for the food-and-drink edition")
    id_url: str = Field(facts.ID_URL, description="Address of the login service")


@dataclass(frozen=True)
class KeyLogin:
    """Fetches tokens for one account with its key."""

    account: str
    settings: Settings
    http: Http
    clock: Clock

    def fetch(self, old: Tokens | None = None) -> Tokens:
        """A fresh token; the old one is of no use. Raises NeedsLogin when the key is refused."""
        try:
            return self._ask(with_scope=False)
        except NeedsLogin as refusal:
            if refusal.where.platform_code != facts.CODE_SCOPE:
                raise
        return self._ask(with_scope=True)

    def _ask(self, *, with_scope: bool) -> Tokens:
        where = Where(facts.KEY, self.account, f"POST {facts.TOKEN}")
        asked_at = self.clock()
        response = self.http.call(lambda: self._request(with_scope), endpoint=where.endpoint,
                                  classify=lambda answer: classify_token(answer, where))
        try:
            answer = read(TokenAnswer, response.content)
        except ValueError:
            raise UnexpectedAnswer(["access_token"], where=where) from None
        life = timedelta(seconds=answer.expires_in) if answer.expires_in else facts.TOKEN_LIFE_UNTOLD
        return Tokens(answer.access_token, access_until=asked_at + life)

    def _request(self, with_scope: bool) -> requests.Request:
        form = {
            "scopes": facts.SCOPES, "grant_type": facts.GRANT_TYPE,
            "client_id": self.settings.client_id, "client_secret": self.settings.client_secret.get_secret_value(),
        }
        if with_scope:  # the documents' own key is the plural; the standard's is sent beside it only when that is refused
            form["scope"] = facts.SCOPES
        return requests.Request("POST", self.settings.id_url.rstrip("/") + facts.TOKEN, data=form)


def retailer_of(token: str) -> str:
    """The shop that a token was given for, read from its claims; empty when the token does not tell."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return ""
    name = claims.get(facts.CLAIM_RETAILER) if isinstance(claims, dict) else None
    return name if isinstance(name, str) else ""
