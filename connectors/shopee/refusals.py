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
_RESERVED = N_("Open orders or a promotion on Shopee hold more of {sku} than its new stock. Leave the stock at what they hold, or "
               "take the product out of the promotion.")
_VARIANT_GONE = N_("A variant of {sku} is not in its listing on Shopee any more. Plan again: the plan puts it back.")
_PICTURE_LOST = N_("Shopee does not know a picture of {sku} any more. It is uploaded again at the next run.")
_WHOLESALE = N_("Shopee does not take the wholesale prices of {sku} ({platform_code}). Each must be below the price and not too far "
                "below it; variants with wholesale prices must all cost the same.")
_DAYS = N_("Shopee does not take the days to ship of {sku} ({platform_code}). Use a number that its category allows, or leave "
           "them out.")
_VARIANTS = N_("Shopee does not take the variants of {sku} ({platform_code}). Check the names of options and values, how many there "
               "are, and that the dearest costs at most five times the cheapest.")
_PICTURE = N_("Shopee does not take a picture of {sku} ({platform_code}). Use JPG or PNG files up to 10 MB.")
_SHIPPING = N_("No carrier of the shop fits {sku} ({platform_code}). Check weight and parcel size, and the carriers in "
               "Shopee Seller Centre.")
_GTIN = N_("Shopee does not take the barcode of {sku} ({platform_code}). Correct the GTIN or leave it out.")
_DUPLICATE = N_("Shopee says that a product like {sku} is already in the shop. Look for it in Shopee Seller Centre.")
_FULL = N_("The shop has as many listings as Shopee allows, so {sku} was not added. Delete old listings first.")
_HOLIDAY = N_("The shop is in vacation mode, so {sku} was not changed. Switch it off in Shopee Seller Centre.")
_PENALTY = N_("The shop is under a penalty, so {sku} was not changed. See Shopee Seller Centre.")
_GONE = N_("The listing of {sku} is not in the shop any more. Publish it again.")
_VARIATIONS = N_("The listing of {sku} has variants on Shopee, but the product has none. Give the product the same variants, or remove "
                "those of the listing in Shopee Seller Centre.")
_REVIEW = N_("Shopee is reviewing {sku}, or has banned or deleted it, so it cannot be changed now. Look at it in Shopee Seller Centre, "
             "or try again after the review.")
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
    ("picture-unknown", _PICTURE_LOST, "pictures"): ("error_image_unavailable",),
    ("picture-refused", _PICTURE, "pictures"): ("error_image_num_min",),
    ("wholesale-refused", _WHOLESALE, "wholesale"): (
        "error_price_should_be_same_for_wholesales", "error_busi_price_lower_then_wholesale_price",
        "error_whole_sale_price_setting_incorrect", "error_wholesale_price_less_than_ratio_limit",
        "error_whole_sale_min_count_incorrect"),
    ("days-to-ship-refused", _DAYS, "days_to_ship"): (
        "error_invalid_days_to_ship", "error_param_dts_exceeds_max_limit", "error_category_dts",
        "error_param_category_not_support_pre_order", "error_estimated_days_limit"),
    ("variants-refused", _VARIANTS, "variants"): (
        "error_model_count_over_limit", "error_model_duplicate_name", "error_model_duplicate_tier_variation_index",
        "error_model_tier_index_bound", "error_model_nonempty_itemtier_empty_index", "error_tier_opt_too_many",
        "error_tier_opt_val_too_long", "error_tier_var_name_too_long", "error_tier_var_too_many", "error_tier_var_level_not_same",
        "error_tier_img_partial", "error_tier_img_not_allower", "error_tier_index", "error_nil_name_new_item_model",
        "error_busi_cannot_delete_all_model", "error_busi_cannot_delete_default_model"),
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

    def writing_each(self, endpoint: str, sku: str) -> Callable[[requests.Response], MarketError | None]:
        """For writes of several entries, repeatable: an answer that tells which entries failed is read, whatever its code."""
        def classify(response: requests.Response) -> MarketError | None:
            error = self._error(response, self._where(endpoint), sku)
            return None if isinstance(error, Refused) and _names_entries(response) else error
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
    return replace(_by_text(text.lower(), code) or Problem("refused-by-platform", _OTHER), values=values)


def _by_text(text: str, code: str) -> Problem | None:
    if "promotion" in code or "slash_price" in code or "flash_sale" in code or "promotion" in text:
        return Problem("in-promotion", _PROMOTION)
    if "reserve" in text:
        return Problem("stock-reserved", _RESERVED, "stock")
    if "stock" in text or "location" in text:
        return Problem("stock-refused", _STOCK, "stock")
    if text.startswith("image not exist"):
        return Problem("picture-unknown", _PICTURE_LOST, "pictures")
    if text.startswith("image"):
        return Problem("picture-refused", _PICTURE, "pictures")
    if text in ("product not found", "item_id is not found."):
        return Problem("listing-gone", _GONE)
    if "cannot be delisted" in text:
        return Problem("listing-under-review", _REVIEW)
    if "model_id" in text or code == "error_model_invalid_model_id":
        return Problem("variant-gone", _VARIANT_GONE, "variants")
    if "gtin" in text:
        return Problem("gtin-refused", _GTIN, "gtin")
    if "wholesale" in text:
        return Problem("wholesale-refused", _WHOLESALE, "wholesale")
    if "tier-variation" in text or "tier_variation" in text or "tier_index" in text:
        return Problem("variants-refused", _VARIANTS, "variants")
    return None


def failure(code: str, reason: str, sku: str) -> Problem | None:
    """The problem behind an entry that failed inside a success; None where its text says nothing that is known."""
    problem = _by_text(reason.lower(), code) or (Problem(*_BY_CODE[code]) if code in _BY_CODE else None)
    return replace(problem, values={"sku": sku, "platform_code": code or "—"}) if problem else None


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


def _names_entries(response: requests.Response) -> bool:
    body = json.loads(response.content).get("response")
    return isinstance(body, dict) and bool(body.get("failure_list") or body.get("success_list"))


def _seen(where: Where, answered: Answered) -> Where:
    return replace(where, platform_code=answered.code, request_id=answered.request_id)


def _until_next_quota(now: datetime) -> float:
    here = now.astimezone(facts.QUOTA_ZONE)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - here).total_seconds()
