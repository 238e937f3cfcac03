"""Tiki's refusals put into our words: HTTP answers into errors, reasons of a product request into problems."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import requests

from connectors.tiki import facts
from ocop_market.channels.http import retry_after
from ocop_market.channels.redact import redact
from ocop_market.errors import MarketError, NeedsLogin, Problem, Refused, RetryLater, SettingsError, TokenRejected, Where
from ocop_market.language import N_
from ocop_market.model.text import cut

REASON_LENGTH = 200
SKU_TAKEN_CODE = "sku-taken"
BUSY = frozenset({429, 500, 502, 503, 504})

TOKEN_REFUSED = N_("Tiki does not accept the app for the shop {account}. Check client_id and client_secret, and that the app is "
                   "linked to the shop.")
CLIENT_REFUSED = N_("Tiki does not accept the app's credentials. Check client_id, client_secret and client_auth (basic or post, "
                    "as registered).")
SCOPE_REFUSED = N_("Tiki does not let this app do that for the shop {account}: a permission is missing or the shop is not "
                   "active. Check both in Seller Center.")
REFUSED = N_("Tiki refuses this: {reason}. Correct it and try again.")
NO_REASON = N_("Tiki refuses this without giving a reason. Look at the product request in Seller Center.")
NOT_FOUND = N_("Tiki does not know what was asked for ({reason}). Look in Seller Center whether it was deleted.")
SKU_TAKEN = N_("Another product of the shop already has this SKU on Tiki. Give one of them another SKU, or delete the other one.")
REFUSED_OF = N_("Tiki refuses this of {sku}: {reason}. Correct it and try again.")
PICTURES_UNFIT = N_("Tiki could not fetch the pictures or found them too small. Check that their links open for everybody and that "
                    "they have at least {side} × {side} pixels.")
PRICE_FAR_BELOW = N_("The price is less than {share} % of the market price on Tiki. Raise the price, or lower market_price.")
WAREHOUSE_UNKNOWN = N_("Tiki does not know the warehouse that stock was sent to. Set warehouse_id to one of the shop's active "
                       "warehouses.")
OPTIONS_MISMATCH = N_("The values of the variants do not fit their options on Tiki ({reason}). Each variant needs one value per option.")
LOCKED = N_("Tiki has locked this product request after several refusals. Correct what it complained about and ask Tiki's seller "
            "support to unlock it, or give the product another SKU.")
DOCUMENT_MISSING = N_("Tiki wants the document '{document}' (number {number}) for this category. Add a link to its picture "
                      "under certificate_files.")
NOT_OURS = N_("Tiki lets only its creator change this product. Change it in Seller Center.")

_DOCUMENT = re.compile(r"document_id\s*=\s*(?P<number>\d+)\s*(?::\s*(?P<name>[^,;\]\"]+))?", re.IGNORECASE)
_SKU_TAKEN = re.compile(r"code\b.*\bis not unique", re.IGNORECASE)
_KNOWN = (
    (re.compile(r"product media is empty", re.IGNORECASE), "pictures-unfit", PICTURES_UNFIT, "pictures"),
    (re.compile(r"ten percent", re.IGNORECASE), "price-far-below-market-price", PRICE_FAR_BELOW, "price"),
    (re.compile(r"warehouse\b.*not found", re.IGNORECASE), "warehouse-unknown", WAREHOUSE_UNKNOWN, "stock"),
    (re.compile(r"don'?t match with option_attributes", re.IGNORECASE), "options-mismatch", OPTIONS_MISMATCH, "options"),
    (re.compile(r"request is locked", re.IGNORECASE), "request-locked", LOCKED, ""),
)
"""Refusals whose words are known, in our own; each sentence says what to do."""
_NOT_OURS = re.compile(r"permission to update this product|not (the )?creat", re.IGNORECASE)
_FIELDS = (
    (re.compile(r"legal document|certificate", re.IGNORECASE), "certificate"),
    (re.compile(r"\bprice\b", re.IGNORECASE), "price"),
    (re.compile(r"warehouse|\bqty|quantity|inventory", re.IGNORECASE), "stock"),
    (re.compile(r"\bbrand\b", re.IGNORECASE), "brand"),
    (re.compile(r"\bimages?\b|\bmedia\b|picture", re.IGNORECASE), "pictures"),
    (re.compile(r"categor", re.IGNORECASE), "category"),
    (re.compile(r"attribute|\boption", re.IGNORECASE), "attributes"),
    (re.compile(r"description", re.IGNORECASE), "description"),
    (re.compile(r"\bsku\b", re.IGNORECASE), "sku"),
    (re.compile(r"\bname\b|\btitle\b", re.IGNORECASE), "title"),
)


@dataclass(frozen=True)
class Told:
    """What a failed answer says in any of Tiki's three forms: its texts, a code, the id of the request."""

    texts: tuple[str, ...] = ()
    code: str = ""
    request_id: str = ""


def told_by(content: bytes) -> Told:
    """Reads `{"errors":[…]}`, OAuth's `{"error":"…"}` or the webhooks' `{"error":{"id","message"}}`; else nothing."""
    try:
        body = json.loads(content)
    except ValueError:
        return Told()
    if not isinstance(body, dict):
        return Told()
    meta, error = body.get("meta"), body.get("error")
    request_id = str(meta.get("id") or "") if isinstance(meta, dict) else ""
    if isinstance(error, dict):
        return Told((str(error.get("message") or ""),), str(error.get("id") or ""), request_id)
    if isinstance(error, str):
        return Told((), error, request_id)
    errors = body.get("errors")
    texts = [errors] if isinstance(errors, str) else errors if isinstance(errors, list) else []
    return Told(tuple(str(text) for text in texts if text), "", request_id)


def refusal(response: requests.Response, where: Where, *, in_house: bool) -> MarketError | None:
    """The error that an answer of the resource API means, None for success. MIRROR Errors, 2026-09"""
    status = response.status_code
    if status < 400:
        return None
    told = told_by(response.content)
    where = _placed(where, told, status)
    if status in BUSY:
        return RetryLater(after=retry_after(response), code=f"http-{status}", where=where)
    if status == 401:
        if in_house:
            return TokenRejected(TOKEN_REFUSED, where=where)
        return TokenRejected(where=where)
    if status == 403 and not any(_NOT_OURS.search(text) for text in told.texts):
        return NeedsLogin(SCOPE_REFUSED, code="not-allowed", where=where)
    if status == 404:
        text = told.texts[0] if told.texts else "404"
        problem = Problem("not-found", NOT_FOUND, _field_of(text), {"reason": _shown(text)})
        return Refused([problem], code="not-found", where=where)
    return Refused([problem_for(text) for text in told.texts] or [Problem("platform-refused", NO_REASON)], where=where)


def token_refusal(response: requests.Response, where: Where) -> MarketError | None:
    """The error that an answer of the token endpoint means, None for success. GUIDE OAuth 2.0, 2026-09"""
    status = response.status_code
    if status < 400:
        return None
    told = told_by(response.content)
    where = _placed(where, told, status)
    if status in BUSY:
        return RetryLater(after=retry_after(response), code=f"http-{status}", where=where)
    if told.code in ("invalid_grant", "access_denied"):
        return NeedsLogin(code=told.code.replace("_", "-"), where=where)
    return SettingsError(CLIENT_REFUSED, code="client-refused", where=where)


def problems_in(reason: Any) -> tuple[Problem, ...]:
    """The problems in a product request's reason: plain text, a list, an object, or either as JSON inside a string."""
    return tuple(problem_for(text) for text in dict.fromkeys(texts_in(reason))) or (Problem("platform-refused", NO_REASON),)


def of_variant(problem: Problem, sku: str) -> Problem:
    """A refusal in Tiki's own words with the variant that it is about; one that we have words for stays as it is."""
    if problem.code not in ("platform-refused", "not-found") or "reason" not in problem.values:
        return problem
    return replace(problem, message=REFUSED_OF, values={**problem.values, "sku": sku})


def problem_for(text: str) -> Problem:
    """One refusal text as a problem, tied to our field where its words tell which."""
    if document := _DOCUMENT.search(text):
        name = (document["name"] or "").strip() or document["number"]
        values = {"document": _shown(name), "number": document["number"]}
        return Problem("document-missing", DOCUMENT_MISSING, "certificate", values)
    if _SKU_TAKEN.search(text):
        return Problem(SKU_TAKEN_CODE, SKU_TAKEN, "sku")
    if _NOT_OURS.search(text):
        return Problem("not-ours", NOT_OURS)
    for pattern, code, message, field in _KNOWN:
        if pattern.search(text):
            values = {"side": facts.PICTURE_SIDE_MINIMUM, "share": facts.LOWEST_PRICE_SHARE, "reason": _shown(text)}
            return Problem(code, message, field, values)
    return Problem("platform-refused", REFUSED, _field_of(text), {"reason": _shown(text)})


def _field_of(text: str) -> str:
    return next((name for pattern, name in _FIELDS if pattern.search(text)), "")


def texts_in(reason: Any) -> list[str]:
    """The texts of a reason, whatever form it comes in."""
    if isinstance(reason, str):
        reason = reason.strip()
        if reason.startswith(("{", "[")):
            try:
                return texts_in(json.loads(reason))
            except ValueError:
                return [reason]
        return [reason] if reason else []
    if isinstance(reason, list):
        return [text for part in reason for text in texts_in(part)]
    if not isinstance(reason, dict):
        return []
    if (inner := reason.get("errors") or reason.get("list_reasons")) is not None and (found := texts_in(inner)):
        return found
    if _SKU_TAKEN.search(str(reason.get("msg_eng") or "")):
        return [str(reason["msg_eng"])]
    for key in ("description", "reject_description", "msg_eng", "message", "reason_name"):
        if reason.get(key):
            return [str(reason[key])]
    return []


def _shown(text: str) -> str:
    """A reason as people may see it: one line, short, without anything that looks like a token."""
    return redact(cut(text, REASON_LENGTH)).rstrip(".")


def _placed(where: Where, told: Told, status: int) -> Where:
    return Where(where.channel, where.account, where.endpoint, told.code or str(status), told.request_id)
