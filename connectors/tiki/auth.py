"""Tokens of Tiki: the app's own (client credentials) or a seller's (consent and refresh). GUIDE OAuth 2.0, 2026-09"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

import requests
from pydantic import BaseModel, Field, SecretStr

from connectors.tiki import facts
from connectors.tiki.refusals import token_refusal
from connectors.tiki.wire import TokenAnswer
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import NeedsLogin, NotSupported, SettingsError, UnexpectedAnswer, Where
from ocop_market.language import N_
from ocop_market.model.clock import Clock

IN_HOUSE_NEEDS_NO_CONSENT = N_("An in-house app of Tiki acts for its own shop, so there is no consent to give. Nothing to do.")
NO_RETURN = N_("Tiki needs the return address that was registered for the app. Write it into the account's settings as redirect_url.")
CONSENT_DENIED = N_("The shop did not give its consent on Tiki's page. Run: ocop-market accounts login {account}")


class Settings(BaseModel):
    """Settings of one Tiki account."""

    client_id: str = Field(min_length=1, description="Application id, from open.tiki.vn, My applications")
    client_secret: SecretStr = Field(description="Application secret, from the same page")
    grant: Literal["client_credentials", "authorization_code"] = Field(
        "client_credentials",
        description="client_credentials for an in-house app of one shop, authorization_code for a public app")
    client_auth: Literal["basic", "post"] = Field(
        "basic", description="How the app proves itself, as registered: basic (client_secret_basic) or post (client_secret_post)")
    scope: str = Field(" ".join(facts.SCOPES), description="Permissions that a public app asks for, separated by spaces")
    redirect_url: str = Field("", description="Return address of a public app, exactly as registered; empty for an in-house app")
    base_url: str = Field(
        facts.PRODUCTION_URL, description=f"Address of the platform; {facts.SANDBOX_URL} is Tiki's sandbox")
    warehouse_id: str = Field(
        "", pattern=r"^\d*$", description="Number of the warehouse that goods leave from; empty: the first active one")
    offer_batch: int = Field(
        facts.OFFER_BATCH, ge=1, le=facts.OFFER_BATCH_MAXIMUM,
        description="Products whose price, stock and visibility one call changes; Tiki publishes no maximum")
    webhook_name: str = Field("", description="Name that Tiki's webhooks carry, as told to it (webhooks/credentials)")
    webhook_password: SecretStr | None = Field(None, description="Password that belongs to webhook_name")
    licensed_seller: bool = Field(
        False, description="True for a company seller, which may also list in categories that need a licence")

    @property
    def in_house(self) -> bool:
        """Whether the app acts for its own shop without anybody's consent."""
        return self.grant == facts.GRANT_CLIENT


class TikiAuth:
    """Asks the token endpoint; keeps nothing but the app's own token of a public app, in memory."""

    def __init__(self, account: str, settings: Settings, http: Http, clock: Clock) -> None:
        self._settings, self._http, self._clock = settings, http, clock
        self._where = Where(facts.KEY, account, f"POST {facts.TOKEN}")
        self._app_token: Tokens | None = None
        self._redirect = settings.redirect_url

    @property
    def needs_consent(self) -> bool:
        """Whether a seller's consent stands before the first call."""
        return not self._settings.in_house

    def consent_link(self, redirect: str, state: str) -> str:
        """The consent page of a public app; the registered return address wins over `redirect`."""
        if self._settings.in_house:
            raise NotSupported(IN_HOUSE_NEEDS_NO_CONSENT, code="no-consent-needed", where=self._where)
        if len(state) < facts.STATE_MINIMUM:
            raise ValueError(f"Tiki wants a state of at least {facts.STATE_MINIMUM} characters")
        self._redirect = self._settings.redirect_url or redirect
        if not self._redirect:
            raise SettingsError(NO_RETURN, code="no-return-address", where=self._where)
        query = {"response_type": "code", "client_id": self._settings.client_id, "redirect_uri": self._redirect,
                 "scope": self._settings.scope, "state": state}
        return f"{self._settings.base_url.rstrip('/')}{facts.CONSENT}?{urlencode(query)}"

    def exchange(self, answer: Mapping[str, str]) -> Tokens:
        """The first pair of a public app; an in-house app gets its token without an answer."""
        if self._settings.in_house:
            return self._ask({"grant_type": facts.GRANT_CLIENT, "scope": ""})
        if not answer.get("code"):
            raise NeedsLogin(CONSENT_DENIED, code="consent-denied", where=self._where)
        return self._ask({"grant_type": facts.GRANT_CODE, "code": answer["code"], "redirect_uri": self._redirect})

    def refresh(self, old: Tokens | None) -> Tokens:
        """A fresh pair; the old refresh token is dead afterwards. Raises NeedsLogin when there is none to refresh."""
        if self._settings.in_house:
            return self._ask({"grant_type": facts.GRANT_CLIENT, "scope": ""})
        if old is None or not old.refresh:
            raise NeedsLogin(where=self._where)
        fresh = self._ask({"grant_type": facts.GRANT_REFRESH, "refresh_token": old.refresh})
        return fresh if fresh.refresh else Tokens(fresh.access, old.refresh, fresh.access_until, extra=fresh.extra)

    def app_token(self, seller_token: Callable[[], str], rejected: str = "") -> str:
        """The token that owns the app's event queues: an in-house app's only one, a public app's own."""
        if self._settings.in_house:
            return seller_token()
        kept = self._app_token
        if kept is None or kept.access == rejected or (kept.access_until is not None and kept.access_until <= self._clock()):
            kept = self._app_token = self._ask({"grant_type": facts.GRANT_CLIENT, "scope": ""})
        return kept.access

    def _ask(self, form: dict[str, str]) -> Tokens:
        response = self._http.call(lambda: token_request(self._settings, form), endpoint=self._where.endpoint,
                                   classify=lambda answer: token_refusal(answer, self._where))
        try:
            return to_tokens(TokenAnswer.model_validate_json(response.content), self._clock())
        except ValueError:
            raise UnexpectedAnswer(("access_token",), where=self._where) from None


def token_request(settings: Settings, form: Mapping[str, str]) -> requests.Request:
    """A call of the token endpoint, with the app proving itself in the way it was registered."""
    address = f"{settings.base_url.rstrip('/')}{facts.TOKEN}"
    secret = settings.client_secret.get_secret_value()
    if settings.client_auth == facts.AUTH_POST:
        return requests.Request("POST", address, data={**form, "client_id": settings.client_id, "client_secret": secret})
    return requests.Request("POST", address, data=dict(form), headers={"Authorization": basic(settings.client_id, secret)})


def basic(client_id: str, secret: str) -> str:
    """The header of client_secret_basic."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode("ascii")


def to_tokens(answer: TokenAnswer, now: datetime) -> Tokens:
    """The pair with its end, as `expires_in` tells."""
    until = now + timedelta(seconds=answer.expires_in) if answer.expires_in else None
    return Tokens(answer.access_token, answer.refresh_token, until, extra={"scope": answer.scope})
