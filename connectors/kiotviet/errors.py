"""What KiotViet's refusals mean for us. The text that comes with them is never shown: it may name a buyer."""

from __future__ import annotations

import re

import requests

from connectors.kiotviet import facts
from connectors.kiotviet.wire import ErrorAnswer
from connectors.kiotviet.wire_base import read
from ocop_market.channels.http import retry_after
from ocop_market.errors import MarketError, NeedsLogin, Problem, Refused, RetryLater, TokenRejected, UnexpectedAnswer, Where
from ocop_market.language import N_

KEY_REFUSED = N_("KiotViet refuses the key of account {account}. Compare client_id and client_secret with the shop's page "
                 "«Thiết lập kết nối API», or make a new key there.")
TOKEN_REFUSED = N_("KiotViet does not let account {account} in. Check that retailer is the shop's own name and that the key was "
                   "made in that shop.")
NOT_ALLOWED = N_("KiotViet does not allow account {account} to do this ({endpoint}). Make the key again as the shop's admin.")
BUSY = N_("KiotViet has had too many calls from this shop. The work goes on at the next run.")
DOWN = N_("KiotViet has trouble of its own at the moment. The work goes on at the next run.")
AGAINST_A_RULE = N_("KiotViet refuses this because of a rule or setting of the shop (code {code}). Look at the item in KiotViet.")
NOT_ACCEPTED = N_("KiotViet does not accept what was asked of it at {endpoint} (code {code}). Report this code.")

_CODE = re.compile(r"[\w.-]{1,60}")


def classify(response: requests.Response, where: Where) -> MarketError | None:
    """What an answer of the API means; None when it is good."""
    if response.status_code == requests.codes.ok:
        return None
    code = error_code(response)
    where = Where(where.channel, where.account, where.endpoint, code)
    match response.status_code:
        case 401:
            return TokenRejected(TOKEN_REFUSED, where=where)
        case 403:
            return NeedsLogin(NOT_ALLOWED, code="not-allowed", where=where, endpoint=where.endpoint)
        case facts.STATUS_BUSINESS_RULE:
            return Refused([Problem("business-rule", AGAINST_A_RULE, values={"code": code or "420"})], where=where)
        case 400 | 404 if code:
            problem = Problem("not-accepted", NOT_ACCEPTED, values={"code": code, "endpoint": where.endpoint})
            return Refused([problem], where=where)
    return _trouble(response, where)


def classify_token(response: requests.Response, where: Where) -> MarketError | None:
    """What an answer of the login service means; None when it is good."""
    if response.status_code == requests.codes.ok:
        return None
    where = Where(where.channel, where.account, where.endpoint, error_code(response))
    if response.status_code in (400, 401, 403):
        return NeedsLogin(KEY_REFUSED, code="key-refused", where=where)
    return _trouble(response, where)


def error_code(response: requests.Response) -> str:
    """KiotViet's own code for an error; empty when the body gives none that looks like a code."""
    try:
        answer = read(ErrorAnswer, response.content)
    except ValueError:
        return ""
    code = answer.response_status.error_code or answer.error
    return code if _CODE.fullmatch(code) else ""


def _trouble(response: requests.Response, where: Where) -> MarketError:
    if response.status_code == requests.codes.too_many_requests:
        return RetryLater(BUSY, after=retry_after(response), code="rate-limited", where=where)
    if response.status_code >= 500:
        return RetryLater(DOWN, after=retry_after(response), code="platform-down", where=where)
    return UnexpectedAnswer([f"HTTP {response.status_code}"], where=where)
