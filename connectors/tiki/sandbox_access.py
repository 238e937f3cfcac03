"""Who may call the Tiki practice server: OAuth2 consent and tokens, scopes, content types, calls a second."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import SELLER_ID, Desk, Route, answer, refuse
from ocop_market.sandbox.faults import FaultKind
from ocop_market.sandbox.shelf import Record

BASIC: Literal["client_secret_basic"] = "client_secret_basic"
POST: Literal["client_secret_post"] = "client_secret_post"
SCOPES = ("offline", "openid", "product", "order", "inventory", "multichannel", "all")
TOKEN_LIFE_S = 3600
CODE_LIFE_S = 600  # unverified: open.tiki.vn does not say how long a code holds
SHORTEST_STATE = 8
CALLS_A_SECOND = 200

SCOPE_OF_AREA = {"orders": "order", "seller-inventories": "order", "products": "product", "requests": "product",
                 "tracking": "product", "categories": "product", "attributes": "product"}
OWN_BY_APP = frozenset({"queues", "webhooks"})
TOKEN_PLACE = "practice.tiki.token"


@dataclass(frozen=True)
class PracticeApp:
    """An app as registered: how it proves itself to the token endpoint was fixed then and does not change."""

    client_id: str
    client_secret: str
    in_house: bool
    authentication: Literal["client_secret_basic", "client_secret_post"] = BASIC
    redirect_uri: str = ""


IN_HOUSE = PracticeApp("practice-tiki-in-house", "practice-tiki-in-house-secret", in_house=True)
PUBLIC = PracticeApp("practice-tiki-public", "practice-tiki-public-secret", in_house=False, authentication=POST,
                     redirect_uri="http://127.0.0.1:8788/callback")


class OAuthRefusal(Exception):  # noqa: N818
    """A refusal of the token endpoint, which speaks OAuth2 errors and not the resource API's sentences."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(code)
        self.status, self.code, self.description = status, code, description


class Access(Desk):
    """Consent, tokens, and the checks before every call."""

    apps: Sequence[PracticeApp]
    seller_consents: bool
    calls_a_second: int | None
    stopwatch: Callable[[], float] = staticmethod(time.monotonic)

    def routes(self) -> Sequence[Route]:
        """Adds the OAuth2 endpoints."""
        return (*super().routes(), ("GET", "/sc/oauth2/auth", "authorize"), ("POST", "/sc/oauth2/token", "issue_token"))

    def open(self) -> None:
        """Adds the shelves of codes and tokens."""
        super().open()
        self._codes = self.shelf("oauth-codes")
        self._tokens = self.shelf("access-tokens")
        self._refresh_tokens = self.shelf("refresh-tokens")
        self._recent: deque[float] = deque()

    # --- consent

    def authorize(self, request: Request) -> Response:
        """The page on which the seller consents; the practice seller does so at once."""
        asked = request.args
        app = self._app(asked.get("client_id", ""))
        if app is None or app.in_house:
            return _oauth_error(401, "invalid_client", "The requested OAuth 2.0 Client does not exist or takes no consent.")
        if asked.get("redirect_uri") != app.redirect_uri:
            return _oauth_error(400, "invalid_request", "The redirect_uri does not match the registered one.")
        state, scopes = asked.get("state", ""), asked.get("scope", "").split()
        if len(state) < SHORTEST_STATE:
            return self._sent_back(app, {"error": "invalid_state", "error_code": "400", "state": state,
                                         "error_hint": f"The state must have at least {SHORTEST_STATE} characters."})
        if asked.get("response_type") != "code":
            return self._sent_back(app, {"error": "unsupported_response_type", "error_code": "400", "state": state,
                                         "error_hint": "Only response_type code is supported."})
        if not set(scopes) <= set(SCOPES):
            return self._sent_back(app, {"error": "invalid_scope", "error_code": "400", "state": state,
                                         "error_hint": "A requested scope is unknown."})
        if not self.seller_consents:
            return self._sent_back(app, {"error": "access_denied", "error_code": "403", "state": state,
                                         "error_hint": "The seller denied the request."})
        code = secrets.token_urlsafe(24)
        self._codes[code] = {"app": app.client_id, "scope": " ".join(scopes), "until": self._now() + CODE_LIFE_S}
        return self._sent_back(app, {"code": code, "scope": " ".join(scopes), "state": state})

    def _sent_back(self, app: PracticeApp, values: dict[str, str]) -> Response:
        return redirect(f"{app.redirect_uri}?{urlencode(values)}", 302, Response)

    # --- tokens

    def issue_token(self, request: Request) -> Response:
        """The token endpoint: form body only, the registered way of authentication only."""
        try:
            if request.mimetype != "application/x-www-form-urlencoded":
                raise OAuthRefusal(400, "invalid_request", "The body must be application/x-www-form-urlencoded.")
            app = self._authenticated(request)
            grants = {"client_credentials": self._own_token, "authorization_code": self._token_for_code,
                      "refresh_token": self._renewed_token}
            grant = grants.get(request.form.get("grant_type", ""))
            if grant is None:
                raise OAuthRefusal(400, "unsupported_grant_type", "The grant type is not supported.")
            issued = answer(grant(app, request))
        except OAuthRefusal as refusal:
            return _oauth_error(refusal.status, refusal.code, refusal.description)
        issued.headers["Cache-Control"] = "no-store"
        return issued

    def _authenticated(self, request: Request) -> PracticeApp:
        basic = request.authorization
        if basic is not None and basic.type == "basic":
            way: str = BASIC
            client_id, secret = basic.username or "", basic.password or ""
            if "client_secret" in request.form:
                raise OAuthRefusal(400, "invalid_request", "More than one way of client authentication was used.")
        else:
            way, client_id, secret = POST, request.form.get("client_id", ""), request.form.get("client_secret", "")
        app = self._app(client_id)
        if app is None or app.authentication != way or not secrets.compare_digest(
                app.client_secret.encode(), secret.encode()):
            raise OAuthRefusal(401, "invalid_client", "Client authentication failed.")
        return app

    def _own_token(self, app: PracticeApp, request: Request) -> Record:
        scopes = request.form.get("scope", "").split()  # may be empty: then the token has all that the app has
        if not set(scopes) <= set(SCOPES):
            raise OAuthRefusal(400, "invalid_scope", "A requested scope is unknown.")
        return self._issue(app, " ".join(scopes), seller=app.in_house)

    def _token_for_code(self, app: PracticeApp, request: Request) -> Record:
        if app.in_house:
            raise OAuthRefusal(400, "unauthorized_client", "An in-house app uses client_credentials only.")
        kept = self._codes.pop(request.form.get("code", ""), None)
        if kept is None or kept["app"] != app.client_id or kept["until"] < self._now():
            raise OAuthRefusal(400, "invalid_grant", "The authorization code is unknown, used or expired.")
        if request.form.get("redirect_uri") != app.redirect_uri:
            raise OAuthRefusal(400, "invalid_grant", "The redirect_uri differs from the one of the consent.")
        return self._issue(app, kept["scope"], seller=True, renewable=True)

    def _renewed_token(self, app: PracticeApp, request: Request) -> Record:
        # A refresh kills the old pair at once (open-api-docs OAuth pages); a second use of it is an error.
        kept = self._refresh_tokens.pop(request.form.get("refresh_token", ""), None)
        if kept is None or kept["app"] != app.client_id:
            raise OAuthRefusal(400, "invalid_grant", "The refresh token is unknown or was used.")
        self._tokens.pop(kept["access_token"], None)
        return self._issue(app, kept["scope"], seller=True, renewable=True)

    def _issue(self, app: PracticeApp, scope: str, *, seller: bool, renewable: bool = False) -> Record:
        token = secrets.token_urlsafe(32)
        self._tokens[token] = {"app": app.client_id, "in_house": app.in_house, "seller": seller, "scope": scope,
                               "until": self._now() + TOKEN_LIFE_S}
        issued: Record = {"access_token": token, "expires_in": TOKEN_LIFE_S, "scope": scope, "token_type": "bearer"}
        if renewable and "offline" in scope.split():
            issued["refresh_token"] = secrets.token_urlsafe(32)
            self._refresh_tokens[issued["refresh_token"]] = {"app": app.client_id, "scope": scope, "access_token": token}
        if renewable and "openid" in scope.split():
            issued["id_token"] = _identity({"sub": str(SELLER_ID), "aud": [app.client_id],
                                            "exp": int(self._now()) + TOKEN_LIFE_S})
        return issued

    def _app(self, client_id: str) -> PracticeApp | None:
        return next((app for app in self.apps if app.client_id == client_id), None)

    def _now(self) -> float:
        return self.clock().timestamp()

    # --- before every call

    def guard(self, request: Request) -> Response | None:
        """Bearer token, seller, scope, content type and calls a second."""
        if not request.path.startswith("/integration/"):
            return None
        area = request.path.split("/")[3]
        bearer = request.authorization
        token = self._tokens.get(bearer.token or "") if bearer is not None and bearer.type == "bearer" else None
        if token is None:
            deprecated = "tiki-api" in request.headers
            return refuse(401, ["The tiki-api header is no longer supported, use OAuth 2.0" if deprecated
                                else "Access token is missing or invalid"])
        if token["until"] <= self._now() or self.faults.take(FaultKind.EXPIRED_TOKEN, request.path):
            return refuse(401, ["Access token is expired"])
        if not token["seller"] and area not in OWN_BY_APP:
            return refuse(401, ["Access token is not linked to any seller"])
        needed, granted = SCOPE_OF_AREA.get(area), token["scope"].split()
        if needed is not None and granted and needed not in granted and "all" not in granted:
            return refuse(403, [f"Scope {needed} is not granted"])
        if request.method in {"POST", "PUT"} and request.content_length and request.mimetype != "application/json":
            return refuse(406, ["Content-Type must be application/json"])
        if self._too_fast(request):
            return self.rate_limited(1)
        request.environ[TOKEN_PLACE] = token
        return None

    def _too_fast(self, request: Request) -> bool:
        # Counted in real seconds, and behind a socket only: an in-process caller makes its calls in no time.
        if self.calls_a_second is None or not request.is_multithread:
            return False
        now = self.stopwatch()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.calls_a_second:
            return True
        self._recent.append(now)
        return False


def _oauth_error(status: int, code: str, description: str) -> Response:
    response = answer({"error": code, "error_description": description}, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Basic"
    return response


def _identity(claims: dict[str, Any]) -> str:
    """An unsigned identity token: the practice server has no key to sign one with."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
