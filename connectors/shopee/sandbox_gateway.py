"""The practice Shopee's door: signatures, consent, codes and tokens.

One partner, one shop. Left out: consent of main accounts (tokens that fan out over many shops) and merchants.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from connectors.shopee.sandbox_wire import POST, Body, Call, Endpoint, Refusal, reply, seconds
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.faults import FaultKind

PARTNER_ID = 1900123
PARTNER_KEY = "khoa-thu-shopee-khong-phai-bi-mat"
SHOP_ID = 900555001
REDIRECT_URL = "http://127.0.0.1:8787/ve-lai"
DECLARED_HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Hosts to which the practice app may send a seller back; any port."""

STALE_AFTER = 300
"""Seconds by which a timestamp may differ, either way; that it is either way is unverified."""
CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(hours=4)
REFRESH_LIFE = timedelta(days=30)
GRACE = timedelta(minutes=5)
"""How long the access token before a refresh is still taken. REF Authorization and Authentication, 2026-08."""
CONSENT_LIFE = timedelta(days=365)

UINT32 = 4294967295


def expected_sign(key: str, *parts: object) -> str:
    """HMAC-SHA256 in lower-case hex over the parts joined without separators; the key is text, not hex."""
    return hmac.new(key.encode(), "".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


class Gateway:
    """Checks calls before their endpoint sees them, and gives out codes and tokens."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._codes = sandbox.shelf("codes")
        self._access = sandbox.shelf("access_tokens")
        self._refresh = sandbox.shelf("refresh_tokens")
        self._consent = sandbox.shelf("consent")

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {
            "auth/token/get": Endpoint(self.token_get, POST, "public"),
            "auth/access_token/get": Endpoint(self.access_token_get, POST, "public"),
            "public/get_shops_by_partner": Endpoint(self.get_shops_by_partner, level="public"),
            "public/get_shopee_ip_ranges": Endpoint(self.get_shopee_ip_ranges, level="public"),
            "shop/get_shop_info": Endpoint(self.get_shop_info),
            "shop/get_profile": Endpoint(self.get_profile),
            "shop/get_warehouse_detail": Endpoint(self.get_warehouse_detail),
        }

    # The order of the checks is ours: presence, types, time, partner, sign, token, link (unverified).
    def check(self, request: Request, level: str) -> None:
        """Refuses a call that is not signed, not in time, or without a good token where one is needed."""
        query = request.args
        self._check_signature(request, level)
        if not _signed_for_shop(query, level):
            return
        for name in ("access_token", "shop_id"):
            if not query.get(name):
                raise Refusal("error_param", f"There is no {name} in query.")
        if not _is_uint32(query["shop_id"]):
            raise Refusal("error_param", "shop_id is invalid, should be an integer between 0 and 4294967295.")
        self._check_token(query["access_token"], int(query["shop_id"]), request.path)

    def _check_signature(self, request: Request, level: str) -> None:
        query, now = request.args, seconds(self._sandbox.clock())
        for name in ("partner_id", "timestamp", "sign"):
            if not query.get(name):
                raise Refusal("error_param", "no timestamp" if name == "timestamp" else f"There is no {name} in query.")
        if not _is_uint32(query["partner_id"]):
            raise Refusal("error_param", "Partner_id is invalid, should be an integer between 0 and 4294967295.")
        if not _is_uint32(query["timestamp"]):
            raise Refusal("error_param", "Timestamp is invalid, should be an integer between 0 and 4294967295.")
        if abs(int(query["timestamp"]) - now) > STALE_AFTER:
            raise Refusal("error_param", "Timestamp is expired.")
        if int(query["partner_id"]) != PARTNER_ID:
            raise Refusal("invalid_partner_id", "Invalid partner_id, please have a check.")
        if not hmac.compare_digest(self._sign_of(request.path, query, level).encode(), query["sign"].encode()):
            raise Refusal("error_sign", "Wrong sign.")

    def _sign_of(self, path: str, query: MultiDict[str, str], level: str) -> str:
        parts = [query["partner_id"], path, query["timestamp"]]
        if _signed_for_shop(query, level):
            parts += [query.get("access_token", ""), query.get("shop_id", "")]
        return expected_sign(PARTNER_KEY, *parts)

    def _check_token(self, token: str, shop_id: int, path: str) -> None:
        now = seconds(self._sandbox.clock())
        record = self._access.get(token)
        if record is None or record["expires"] <= now or self._sandbox.faults.take(FaultKind.EXPIRED_TOKEN, path):
            raise Refusal("invalid_acceess_token", "Invalid access_token, please have a check.")
        if record["shop_id"] != shop_id:
            raise Refusal("partner_shop_no_link", "Invalid partner_id or shop_id, please have a check.")
        self._linked()

    def _linked(self) -> dict[str, int]:
        consent = self._consent.get(str(SHOP_ID))
        if consent is None or consent["expire_time"] <= seconds(self._sandbox.clock()):
            raise Refusal("shop_no_linked", "Partner and shop has no linked.")
        return consent

    def issue_code(self) -> str:
        """A new code, as after the practice seller consented just now."""
        now = self._sandbox.clock()
        self._consent[str(SHOP_ID)] = {"auth_time": seconds(now), "expire_time": seconds(now + CONSENT_LIFE)}
        code = secrets.token_hex(16)
        self._codes[code] = {"expires": seconds(now + CODE_LIFE)}
        return code

    def withdraw_consent(self) -> None:
        """The practice seller takes the consent back; tokens stay valid but the shop is no longer linked."""
        self._consent.pop(str(SHOP_ID), None)

    def consent_page(self, request: Request) -> Response:
        """Consent link of the current kind: unsigned, with `redirect_uri` and `state`."""
        query = request.args
        expected = {"partner_id": str(PARTNER_ID), "auth_type": "seller", "response_type": "code"}
        wrong = next((name for name, value in expected.items() if query.get(name) != value), None)
        target = query.get("redirect_uri", "")
        if wrong is None and urlsplit(target).hostname not in DECLARED_HOSTS:
            wrong = "redirect_uri"
        if wrong is not None:
            # The consent page answers in an envelope of its own, with `msg`. GUIDE Authorization and Authentication, 2026-08.
            return reply({"code": 1, "error": "error_param", "msg": f"{wrong} is invalid"})
        return self._send_back(target, {"state": query["state"]} if "state" in query else {})

    def signed_consent_page(self, request: Request) -> Response:
        """Consent link of the older kind: signed, with `redirect` and no state."""
        self._check_signature(request, "public")
        target = request.args.get("redirect", "")
        if urlsplit(target).hostname not in DECLARED_HOSTS:
            raise Refusal("error_param", "Wrong parameters, detail: redirect is invalid.")
        return self._send_back(target, {})

    def _send_back(self, target: str, beside: dict[str, str]) -> Response:
        added = urlencode({"code": self.issue_code(), "shop_id": SHOP_ID, **beside})
        parts = urlsplit(target)
        query = f"{parts.query}&{added}" if parts.query else added
        return Response("", 302, {"Location": urlunsplit(parts._replace(query=query))})

    def token_get(self, call: Call) -> Body:
        """First tokens for a code. Tokens from earlier consents die at once (unverified)."""
        code = call.body.need_text("code")
        self._check_ids(call, others=("main_account_id",), unknown="invalid_shop_id")
        record = self._codes.get(code)
        if record is None or record["expires"] <= seconds(call.now):
            raise Refusal("invalid_code", "The code is expired or used or invalid, please check the code.")
        del self._codes[code]
        self._access.clear()
        self._refresh.clear()
        return self._new_pair(call)

    def access_token_get(self, call: Call) -> Body:
        """New tokens for a refresh token, which is good for one use."""
        token = call.body.need_text("refresh_token")
        self._check_ids(call, others=("merchant_id", "supplier_id", "user_id", "principal_id"),
                        unknown="error_shop_refresh_token")
        record = self._refresh.get(token)
        if record is None or record["used"]:
            raise Refusal("error_shop_refresh_token", "")
        if record["expires"] <= seconds(call.now):
            raise Refusal("refresh_token_expired", "Your refresh_token expired.")
        consent = self._consent.get(str(SHOP_ID))
        if consent is not None and consent["expire_time"] <= seconds(call.now):
            raise Refusal("shop_access_expired", "Your access to shop has expired.")
        self._linked()
        self._refresh[token] = record | {"used": True}
        old = self._access.get(record["access_token"])
        if old is not None:
            self._access[record["access_token"]] = old | {"expires": min(old["expires"], seconds(call.now + GRACE))}
        return {"partner_id": PARTNER_ID, "shop_id": SHOP_ID, **self._new_pair(call)}

    def _check_ids(self, call: Call, others: tuple[str, ...], unknown: str) -> None:
        if call.body.need_integer("partner_id") != PARTNER_ID:
            raise Refusal("error_param", "Wrong parameters, detail: partner_id is not the same in query and body.")
        given = [name for name in ("shop_id", *others) if call.body.integer(name) is not None]
        if len(given) != 1:
            raise Refusal("error_param", "Wrong parameters, detail: exactly one id is needed.")
        if given == ["main_account_id"]:
            raise Refusal("invalid_main_acount_id", "")
        if given != ["shop_id"]:
            raise Refusal("merchant_no_linked", "Partner and merchant has no linked.")
        if call.body.integer("shop_id") != SHOP_ID:
            raise Refusal(unknown, "")

    def _new_pair(self, call: Call) -> Body:
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self._access[access] = {"shop_id": SHOP_ID, "expires": seconds(call.now + ACCESS_LIFE)}
        self._refresh[refresh] = {"access_token": access, "used": False, "expires": seconds(call.now + REFRESH_LIFE)}
        return {"access_token": access, "refresh_token": refresh, "expire_in": int(ACCESS_LIFE.total_seconds())}

    def get_shops_by_partner(self, call: Call) -> Body:
        """The shop, once it consented; the fields stand beside the envelope's."""
        call.query.within("page_size", call.query.integer("page_size") or 100, 1, 100)
        page = call.query.integer("page_no") or 1
        consent = self._consent.get(str(SHOP_ID))
        shops = [{"region": "VN", "shop_id": SHOP_ID, **consent, "sip_affi_shop_list": []}] if consent and page == 1 else []
        return {"authed_shop_list": shops, "more": False}

    def get_shopee_ip_ranges(self, call: Call) -> Body:
        """Addresses for documentation only."""
        return {"ip_list": ["192.0.2.0/24", "198.51.100.0/24"]}

    def get_shop_info(self, call: Call) -> Body:
        """The practice shop; the fields stand beside the envelope's."""
        return {"shop_name": "Gian hàng tập OCOP", "region": "VN", "status": "NORMAL", **self._linked(), "is_cb": False,
                "is_sip": False, "is_upgraded_cbsc": False, "shop_fulfillment_flag": "Others",
                "is_main_shop": False, "is_direct_shop": False, "linked_main_shop_id": 0, "sip_affi_shops": [],
                "linked_direct_shop_list": []}

    def get_profile(self, call: Call) -> Body:
        """What buyers see of the practice shop."""
        return {"response": {"shop_logo": "", "description": "Gian hàng để tập, không có thật",
                             "shop_name": "Gian hàng tập OCOP", "invoice_issuer": "Other"}}

    def get_warehouse_detail(self, call: Call) -> Body:
        """Refused: the practice shop keeps its stock in one place."""
        raise Refusal("warehouse.error_not_in_whitelist", "", response=None)


def _signed_for_shop(query: MultiDict[str, str], level: str) -> bool:
    # REF calls media uploads public, several SDKs sign them for the shop: taken as they come (2026-09).
    return level == "shop" or (level == "either" and bool(query.get("access_token") and query.get("shop_id")))


def _is_uint32(text: str) -> bool:
    return re.fullmatch(r"\d{1,10}", text) is not None and int(text) <= UINT32
