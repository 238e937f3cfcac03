"""What an answer of Shopee means for us: the codes in the body first, the HTTP status second."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import requests

from connectors.shopee import facts
from ocop_market.channels.http import retry_after
from ocop_market.errors import (
    MarketError,
    NeedsLogin,
    Problem,
    Refused,
    RetryLater,
    SettingsError,
    TokenRejected,
    Uncertain,
    UnexpectedAnswer,
    Where,
)
from ocop_market.language import N_
from ocop_market.model.clock import Clock

BUSY = N_("Shopee is busy at the moment. The work goes on by itself at the next run.")
LIMITED = N_("Shopee limits the number of calls. The work goes on by itself after a pause.")
DAY_USED_UP = N_("The app has used up Shopee's calls of this day. The work goes on after midnight (UTC+8).")
APP_WRONG = N_("Shopee does not accept this app ({platform_code}). Check partner_id, partner_key, base_url and the app's "
               "permissions in the Shopee Open Platform console.")
CLOCK_WRONG = N_("Shopee refused the time of this computer. Set its clock by the internet, then run the command again.")
SHOP_CLOSED = N_("Shopee has closed or not yet verified this shop ({platform_code}). Settle it in Shopee Seller Centre first.")
CODE_USED = N_("The code from the consent page is used up or too old. Run: ocop-market accounts login {account}")
NOT_KNOWN = N_("Shopee broke off while the listing of {sku} was made. The next run looks whether it is there before it repeats.")

_PROMOTION = N_("{sku} is part of a promotion on Shopee that locks this. Wait until it ends, or take the product out of it.")
_CATEGORY = N_("Shopee does not take {sku} in its category ({platform_code}). Choose another category at the lowest level.")
_ATTRIBUTE = N_("An attribute of {sku} is missing or wrong ({platform_code}). Compare the category map with what the "
                "category asks for.")
_BRAND = N_("Shopee does not take the brand of {sku} ({platform_code}). Use a brand from Shopee's list, or none.")
_TITLE = N_("Shopee does not take the title of {sku} ({platform_code}). Change its length or its characters.")
_DESCRIPTION = N_("Shopee does not take the description of {sku} ({platform_code}). Change its length or its hashtags.")
_PRICE = N_("Shopee does not take the price of {sku} ({platform_code}). Change the price.")
_STOCK = N_("Shopee does not take the stock of {sku} ({platform_code}). It must not be below what buyers have reserved; "
            "shops with several warehouses are not supported.")
_PICTURE = N_("Shopee does not take a picture of {sku} ({platform_code}). Use JPG or PNG files up to 10 MB.")
_SHIPPING = N_("No carrier of the shop fits {sku} ({platform_code}). Check weight and parcel size, and the carriers in "
               "Shopee Seller Centre.")
_GTIN = N_("Shopee does not take the barcode of {sku} ({platform_code}). Correct the GTIN or leave it out.")
_DUPLICATE = N_("Shopee says that a product like {sku} is already in the shop. Look for it in Shopee Seller Centre.")
_FULL = N_("The shop has as many listings as Shopee allows, so {sku} was not added. Delete old listings first.")
_HOLIDAY = N_("The shop is in vacation mode, so {sku} was not changed. Switch it off in Shopee Seller Centre.")
_PENALTY = N_("The shop is under a penalty, so {sku} was not changed. See Shopee Seller Centre.")
_GONE = N_("The listing of {sku} is not in the shop any more. Publish it again.")
_VARIATIONS = N_("The listing of {sku} has variations, which are not supported. Remove them in Shopee Seller Centre.")
_REVIEW = N_("Shopee is reviewing {sku} or has banned it, so it cannot be changed now. Try again after the review.")
_OTHER = N_("Shopee refused {sku} ({platform_code}). Correct the product, or look the code up in the Shopee connector's page.")
_REQUEST = N_("Shopee refused a request ({platform_code}). Update the program, or report the code shown.")

_Refusal = tuple[str, str, str]
_REFUSALS: dict[_Refusal, tuple[str, ...]] = {
    ("title-refused", _TITLE, "title"): (
        "error_item_name_empty", "error_item_name_is_too_short", "error_title_exceeds_max_length", "error_name_length_limit",
        "error_title_character_forbidden", "error_nil_name_new_item"),
    ("description-refused", _DESCRIPTION, "description"): (
        "error_desc_length_min_limit", "error_desc_hash_tag_over_limit", "error_desc_image_no_pass"),
    ("price-refused", _PRICE, "price"): (
        "error_invalid_price", "error_price_exceed_min_limitt", "error_price_exceed_max_limitt", "error_price_out_of_range",
        "error_update_price_fail"),
    ("stock-refused", _STOCK, "stock"): ("error_busi_update_stock_failed", "error_wms_shop_block_upate_stock"),
    ("category-refused", _CATEGORY, "category"): (
        "error_invalid_category", "error_incalid_category", "error category", "error_category_is_block",
        "error_forbidden_category"),
    ("attribute-refused", _ATTRIBUTE, "attributes"): (
        "error_invalid_attribute", "error_less_required_attribute", "error_invalid_attribute_value", "error attribute",
        "error_invalid_category_attribute", "error_value_id_must_equal_zero", "error_value_name_required",
        "error_attribute_fda_error", "error_busi_attribute_error", "error_wrong_attrsnapshot"),
    ("brand-refused", _BRAND, "brand"): (
        "error_invalid_brand", "error_incalid_brand", "error brand", "error_less_required_brand", "error_brand_forbidden",
        "error_duplicated_brand"),
    ("picture-refused", _PICTURE, "pictures"): ("error_image_num_min", "error_image_unavailable"),
    ("no-carrier", _SHIPPING, "weight_g"): ("error_invalid_logistic_info", "error_invalid_price_for_logistic"),
    ("gtin-refused", _GTIN, "gtin"): ("error_param_validate",),
    ("duplicate-listing", _DUPLICATE, ""): ("error_repeated_mtsku",),
    ("shop-full", _FULL, ""): ("error_reach_shop_item_limit",),
    ("shop-on-holiday", _HOLIDAY, ""): ("error_holiday_on_add_item", "error_holiday_mode_change_stock"),
    ("shop-under-penalty", _PENALTY, ""): ("error_seller_under_penalty",),
    ("listing-gone", _GONE, ""): ("error_item_not_found", "error_item_or_variation_not_found", "error_item_not_belong_shop"),
    ("listing-has-variations", _VARIATIONS, ""): (
        "error_edit_item_price_for_item_has_model", "error_edit_item_stock_for_item_has_model"),
    ("listing-under-review", _REVIEW, ""): (
        "error_busi_cannot_delist_reviewing_or_banned_item", "error_item_uneditable"),
}
_BY_CODE = {code: refusal for refusal, codes in _REFUSALS.items() for code in codes}


@dataclass(frozen=True)
class Answered:
    """The envelope of an answer: the code's last dotted segment, the platform's text, and whether it was JSON at all."""

    code: str = ""
    text: str = ""
    request_id: str = ""
    readable: bool = True

    @classmethod
    def of(cls, response: requests.Response) -> Answered:
        """Reads what is there of an envelope; `msg` stands for `message` on some pages (REF, 2026-08)."""
        try:
            body = json.loads(response.content)
        except ValueError:
            return cls(readable=False)
        if not isinstance(body, dict):
            return cls(readable=False)
        code = str(body.get("error") or "").strip()
        return cls(code.rpartition(".")[2], str(body.get("message") or body.get("msg") or ""), str(body.get("request_id") or ""))


class Classifier:
    """Makes errors of answers for one account; its methods fit `Http.call`."""

    def __init__(self, account: str, clock: Clock) -> None:
        self._account, self._clock = account, clock

    def reading(self, endpoint: str, sku: str = "") -> Callable[[requests.Response], MarketError | None]:
        """For reads, and for writes that may be repeated; `sku` names the item in sentences."""
        def classify(response: requests.Response) -> MarketError | None:
            return self._error(response, self._where(endpoint), sku)
        return classify

    def creating(self, endpoint: str, sku: str) -> Callable[[requests.Response], MarketError | None]:
        """For writes that must not happen twice: a failure inside Shopee leaves open whether it was done."""
        def classify(response: requests.Response) -> MarketError | None:
            answered = Answered.of(response)
            unclear = answered.code in facts.CODES_BUSY or answered.code in facts.CODES_ADD_FAILED
            if unclear or (response.ok and not answered.readable):
                where = _seen(self._where(endpoint), answered)
                return Uncertain(NOT_KNOWN, where=where, sku=sku)
            return self._error(response, self._where(endpoint), sku)
        return classify

    def giving_tokens(self, endpoint: str) -> Callable[[requests.Response], MarketError | None]:
        """For token calls: what is not busy and not the app's fault needs a person."""
        def classify(response: requests.Response) -> MarketError | None:
            error = self._error(response, self._where(endpoint), "")
            if not isinstance(error, Refused | NeedsLogin):
                return error
            if endpoint == facts.TOKEN_GET:
                return NeedsLogin(CODE_USED, code="consent-code", where=error.where)
            return NeedsLogin(where=error.where)
        return classify

    def _where(self, endpoint: str) -> Where:
        return Where(channel=facts.KEY, account=self._account, endpoint=endpoint)

    def _error(self, response: requests.Response, where: Where, sku: str) -> MarketError | None:
        answered = Answered.of(response)
        where = _seen(where, answered)
        if answered.code:
            return self._by_code(answered, response, where, sku)
        status = response.status_code
        if status == 429:
            return RetryLater(LIMITED, after=retry_after(response), code="limited", where=where)
        if status >= 500:
            return RetryLater(BUSY, after=retry_after(response), code="busy", where=where)
        if status >= 300:
            return UnexpectedAnswer(["body"], code=f"http-{status}", where=where)
        return None if answered.readable else UnexpectedAnswer(["body"], where=where)

    def _by_code(self, answered: Answered, response: requests.Response, where: Where, sku: str) -> MarketError:
        code = answered.code
        if code in facts.CODE_TOKEN:
            return TokenRejected(where=where)
        if code in facts.CODES_CONSENT_GONE:
            return NeedsLogin(where=where)
        if code == facts.CODE_DAILY_LIMIT:
            return RetryLater(DAY_USED_UP, after=_until_next_quota(self._clock()), code="day-used-up", where=where)
        if code == facts.CODE_RATE_LIMIT or response.status_code == 429:
            return RetryLater(LIMITED, after=retry_after(response), code="limited", where=where)
        if code in facts.CODES_BUSY:
            return RetryLater(BUSY, after=retry_after(response), code="busy", where=where)
        if code in facts.CODES_SHOP:
            return SettingsError(SHOP_CLOSED, code="shop-closed", where=where, platform_code=code)
        if code in facts.CODES_APP:
            return SettingsError(APP_WRONG, code="app-refused", where=where, platform_code=code)
        if code == facts.CODE_AUTH:
            return _authorization(answered, where, sku)
        if code == facts.CODE_PARAM and "timestamp" in answered.text.lower():
            return SettingsError(CLOCK_WRONG, code="clock", where=where)
        return Refused([refusal(code, sku, answered.text)], code=code, where=where)


def refusal(code: str, sku: str, text: str = "") -> Problem:
    """The problem behind an item code; texts are only looked at where one code stands for several faults."""
    values: dict[str, object] = {"sku": sku, "platform_code": code}
    if not sku:
        return Problem("request-refused", _REQUEST, "", values)
    if code in _BY_CODE:
        return Problem(*_BY_CODE[code], values)
    if "promotion" in code:
        return Problem("in-promotion", _PROMOTION, "", values)
    if "stock" in text.lower() or "location" in text.lower():
        return Problem("stock-refused", _STOCK, "stock", values)
    if text.startswith("Image"):
        return Problem("picture-refused", _PICTURE, "pictures", values)
    return Problem("refused-by-platform", _OTHER, "", values)


def _authorization(answered: Answered, where: Where, sku: str) -> MarketError:
    """REF, 2026-08: `error_auth` stands for a bad token, a lost consent, a fault inside, item faults and the app."""
    text = answered.text.lower()
    if "access_token" in text or "access token" in text:
        return TokenRejected(where=where)
    if "refresh_token" in text or "invalid code" in text or "shopid" in text or "shop_id" in text:
        return NeedsLogin(where=where)
    if "try again later" in text:
        return RetryLater(BUSY, code="busy", where=where)
    if "stock" in text or "location" in text:
        return Refused([refusal(answered.code, sku, answered.text)], code=answered.code, where=where)
    return SettingsError(APP_WRONG, code="app-refused", where=where, platform_code=answered.code)


def _seen(where: Where, answered: Answered) -> Where:
    return replace(where, platform_code=answered.code, request_id=answered.request_id)


def _until_next_quota(now: datetime) -> float:
    here = now.astimezone(facts.QUOTA_ZONE)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - here).total_seconds()
