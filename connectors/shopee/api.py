"""Shopee's endpoints, one method each: what goes out, what is read of the answer. No decisions.

Those of items are in `listing_api`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar

import requests
from pydantic import BaseModel, Field, SecretStr

from connectors.shopee import facts
from connectors.shopee.answers import Faulty, read, read_rows
from connectors.shopee.auth import Signed
from connectors.shopee.refusals import Classifier
from connectors.shopee.wire_base import ShopInfoAnswer, TokenAnswer
from connectors.shopee.wire_items import (
    AttributeTree,
    AttributeTreeAnswer,
    BrandAnswer,
    BrandResponse,
    CategoryAnswer,
    CategoryNode,
    ChannelAnswer,
    ItemLimitAnswer,
    ItemLimits,
    LogisticsChannel,
    RecommendAnswer,
)
from connectors.shopee.wire_sales import (
    Escrow,
    EscrowAnswer,
    EscrowBatchAnswer,
    Order,
    OrderListAnswer,
    OrderListResponse,
    OrdersAnswer,
    ReleaseAnswer,
    ReleaseResponse,
    Return,
    ReturnAnswer,
    ReturnListAnswer,
    ReturnListResponse,
    WalletAnswer,
    WalletResponse,
)
from ocop_market.channels.http import Classify, Http
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.channels.windows import Window
from ocop_market.errors import NeedsLogin, UnexpectedAnswer, Where
from ocop_market.model.clock import Clock

Answer = TypeVar("Answer", bound=BaseModel)


class Settings(BaseModel):
    """What an account of Shopee needs."""

    partner_id: int = Field(description="Partner id of the app, from the Shopee Open Platform console")
    partner_key: SecretStr = Field(description="Partner key of the app, taken whole, from the same page")
    shop_id: int = Field(description="Number of the shop that gives its consent")
    base_url: str = Field(facts.PRODUCTION_URL, description="Address of the interface; change it only for practice")
    consent_url: str = Field(facts.CONSENT_URL, description="Address of the consent page; change it only for practice")
    redirect_url: str = Field(
        "", description="Return address after the consent; its domain must be the one declared for the app")
    consent_form: Literal["page", "signed"] = Field(
        "page", description="page: the current consent link; signed: the older one, good for five minutes")
    variation_pause: int = Field(
        facts.PAUSE_AFTER_ADD, ge=0, description="Seconds between making a listing and giving it variants; Shopee asks for five")
    upload_level: Literal["public", "shop"] = Field(
        "public", description="How picture uploads are signed; shop, if Shopee answers that an access token is missing")
    push_key: SecretStr | None = Field(
        None, description="Push partner key, if the console shows one of its own for pushes; otherwise the partner key signs them")
    language: Literal["vi", "en"] = Field("vi", description="Language of categories and attributes")


class ShopeeApi:
    """Calls of one shop."""

    def __init__(self, account: str, settings: Settings, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self._account, self._settings, self._http, self._tokens, self._clock = account, settings, http, tokens, clock
        self._classifier = Classifier(account, clock)
        self._base = settings.base_url.rstrip("/")

    # --- tokens and shop

    def first_tokens(self, code: str, owner: Mapping[str, int]) -> Tokens:
        """The pair for a consent's code; `owner` is the shop_id or main_account_id that came with it.

        Raises NeedsLogin when the code is used up, or the main account does not hold our shop.
        """
        answer = self._tokens_for(facts.TOKEN_GET, {"code": code, **owner})
        if answer.shop_id_list and self._settings.shop_id not in answer.shop_id_list:
            raise NeedsLogin(where=self._where(facts.TOKEN_GET))
        return self._pair(answer)

    def renewed_tokens(self, old: Tokens | None) -> Tokens:
        """The next pair; Shopee takes a refresh token once. Raises NeedsLogin when only the seller can help."""
        if old is None or not old.refresh:
            raise NeedsLogin(where=self._where(facts.TOKEN_REFRESH))
        return self._pair(self._tokens_for(facts.TOKEN_REFRESH,
                                           {"refresh_token": old.refresh, "shop_id": self._settings.shop_id}))

    def shop_info(self) -> ShopInfoAnswer:
        """The shop's name, market and state."""
        return self._get(facts.SHOP_INFO, {}, ShopInfoAnswer)

    # --- catalogue data

    def categories(self) -> tuple[CategoryNode, ...]:
        """The whole tree as this shop sees it."""
        return self._get(facts.GET_CATEGORY, {"language": self._settings.language}, CategoryAnswer).response.category_list

    def recommended_categories(self, title: str) -> tuple[int, ...]:
        """Category ids for a title, best first."""
        return self._get(facts.CATEGORY_RECOMMEND, {"item_name": title}, RecommendAnswer).response.category_id

    def attribute_trees(self, category: int) -> tuple[AttributeTree, ...]:
        """The attributes of a category, with their values and what hangs under these."""
        # REF get_attribute_tree, 2026-08: this page calls Vietnamese `vn`, the others `vi` (unverified).
        language = "vn" if self._settings.language == "vi" else self._settings.language
        query = {"category_id_list": category, "language": language}
        return self._get(facts.GET_ATTRIBUTE_TREE, query, AttributeTreeAnswer).response.list

    def brands(self, category: int, offset: int) -> BrandResponse:
        """A page of the approved brands of a category."""
        query = {"offset": offset, "page_size": facts.PAGE_SIZE, "category_id": category, "status": 1,
                 "language": self._settings.language}
        return self._get(facts.GET_BRAND_LIST, query, BrandAnswer).response

    def item_limits(self, category: int) -> ItemLimits:
        """What a category takes."""
        return self._get(facts.GET_ITEM_LIMIT, {"category_id": category}, ItemLimitAnswer).limits

    def logistics_channels(self) -> tuple[LogisticsChannel, ...]:
        """All carriers of the shop."""
        return self._get(facts.GET_CHANNEL_LIST, {}, ChannelAnswer).response.logistics_channel_list

    # --- sales

    def order_list(self, window: Window, cursor: str, *, by: Literal["update_time", "create_time"] = "update_time",
                   ) -> OrderListResponse:
        """A page of orders that changed, or were placed, in a window of at most 15 days."""
        query = {"time_range_field": by, "time_from": _unix(window.start), "time_to": _unix(window.end),
                 "page_size": facts.PAGE_SIZE, "cursor": cursor, "request_order_status_pending": "true"}
        return self._get(facts.GET_ORDER_LIST, query, OrderListAnswer).response

    def orders(self, order_sns: Sequence[str]) -> tuple[list[Order], list[Faulty]]:
        """At most 50 orders, and those that cannot be read."""
        query = {"order_sn_list": comma(order_sns), "response_optional_fields": comma(facts.ORDER_OPTIONAL_FIELDS),
                 "request_order_status_pending": "true"}
        where = self._where(facts.GET_ORDER_DETAIL)
        answer, faulty = read_rows(OrdersAnswer, self._fetch(facts.GET_ORDER_DETAIL, query), where, ("response", "order_list"))
        return list(answer.response.order_list), faulty

    def escrows(self, order_sns: Sequence[str]) -> tuple[list[Escrow], list[Faulty]]:
        """The money of at most 50 orders, and those whose money cannot be read; orders without money are in neither."""
        query = {"order_sn_list": comma(order_sns)}
        where = self._where(facts.GET_ESCROW_DETAIL_BATCH)
        answer, faulty = read_rows(EscrowBatchAnswer, self._fetch(facts.GET_ESCROW_DETAIL_BATCH, query), where, ("response",))
        entries = answer.response or answer.escrow_detail_list
        return [entry.escrow_detail for entry in entries if entry.escrow_detail], faulty

    def escrow(self, order_sn: str) -> Escrow:
        """The money of one order, with every term."""
        return self._get(facts.GET_ESCROW_DETAIL, {"order_sn": order_sn}, EscrowAnswer).response

    def releases(self, window: Window, page: int) -> tuple[ReleaseResponse, list[Faulty]]:
        """A page of orders whose money was paid out in a window, and rows that cannot be read."""
        query = {"release_time_from": _unix(window.start), "release_time_to": _unix(window.end),
                 "page_size": facts.PAGE_SIZE, "page_no": page}
        where = self._where(facts.GET_ESCROW_LIST)
        answer, faulty = read_rows(ReleaseAnswer, self._fetch(facts.GET_ESCROW_LIST, query), where, ("response", "escrow_list"))
        return answer.response, _of_orders(faulty, where)

    def wallet(self, window: Window, page: int) -> WalletResponse:
        """A page of what moved in the seller's wallet in a window of at most 15 days; rows that cannot be read are left out."""
        query = {"create_time_from": _unix(window.start), "create_time_to": _unix(window.end),
                 "page_size": facts.PAGE_SIZE, "page_no": page}
        answer, _ = read_rows(WalletAnswer, self._fetch(facts.GET_WALLET, query), self._where(facts.GET_WALLET),
                              ("response", "transaction_list"))
        return answer.response

    def returns(self, window: Window, page: int) -> tuple[ReturnListResponse, list[Faulty]]:
        """A page of returns that changed in a window of at most 15 days, and those that cannot be read."""
        query = {"update_time_from": _unix(window.start), "update_time_to": _unix(window.end),
                 "page_size": facts.PAGE_SIZE, "page_no": page}
        where = self._where(facts.GET_RETURN_LIST)
        answer, faulty = read_rows(ReturnListAnswer, self._fetch(facts.GET_RETURN_LIST, query), where, ("response", "return"))
        return answer.response, _of_orders(faulty, where)

    def return_(self, return_sn: str) -> Return:
        """One return."""
        return self._get(facts.GET_RETURN_DETAIL, {"return_sn": return_sn}, ReturnAnswer).response

    # --- sending

    def _where(self, endpoint: str) -> Where:
        return Where(channel=facts.KEY, account=self._account, endpoint=endpoint)

    def _get(self, endpoint: str, query: Mapping[str, Any], model: type[Answer]) -> Answer:
        return read(model, self._fetch(endpoint, query), self._where(endpoint))

    def _fetch(self, endpoint: str, query: Mapping[str, Any]) -> requests.Response:
        def request() -> requests.Request:
            return requests.Request("GET", self._base + endpoint, params=dict(query))
        return self._at_shop(endpoint, request, self._classifier.reading(endpoint))

    def _post(self, endpoint: str, body: Mapping[str, Any]) -> Callable[[], requests.Request]:
        return lambda: requests.Request("POST", self._base + endpoint, json=body)

    def _at_shop(self, endpoint: str, request: Callable[[], requests.Request], classify: Classify, *,
                 repeatable: bool = True) -> requests.Response:
        used = ""

        def build() -> requests.Request:
            nonlocal used
            used = self._tokens.current(self.renewed_tokens).access
            signed = request()
            signed.auth = self._signed(used)
            return signed

        def renew() -> None:
            self._tokens.renew(used, self.renewed_tokens)

        return self._http.call(build, endpoint=endpoint, classify=classify, repeatable=repeatable, renew=renew)

    def _in_public(self, endpoint: str, request: Callable[[], requests.Request], classify: Classify) -> requests.Response:
        def build() -> requests.Request:
            signed = request()
            signed.auth = self._signed()
            return signed
        return self._http.call(build, endpoint=endpoint, classify=classify)

    def _signed(self, access_token: str = "") -> Signed:
        settings = self._settings
        return Signed(settings.partner_id, settings.partner_key.get_secret_value(), self._clock, access_token=access_token,
                      shop_id=settings.shop_id if access_token else None)

    def _tokens_for(self, endpoint: str, body: Mapping[str, Any]) -> TokenAnswer:
        # A lost answer is asked for again: if Shopee had taken the refresh token, only a new consent helps either way.
        request = self._post(endpoint, {**body, "partner_id": self._settings.partner_id})
        return read(TokenAnswer, self._in_public(endpoint, request, self._classifier.giving_tokens(endpoint)),
                     self._where(endpoint))

    def _pair(self, answer: TokenAnswer) -> Tokens:
        now = self._clock()
        until = datetime.fromtimestamp(answer.expire_in, UTC) if answer.expire_in > facts.ABSOLUTE_EXPIRY_ABOVE \
            else now + timedelta(seconds=answer.expire_in)
        return Tokens(answer.access_token, answer.refresh_token, access_until=until,
                      refresh_until=now + facts.REFRESH_TOKEN_LIFE)


def _of_orders(rows: list[Faulty], where: Where) -> list[Faulty]:
    """Raises UnexpectedAnswer for a row that does not even tell its order, for then no order can be kept for review."""
    nameless = next((row for row in rows if not row.number), None)
    if nameless:
        raise UnexpectedAnswer(nameless.fields, where=where)
    return rows


def comma(values: Sequence[int] | Sequence[str]) -> str:
    """Ids as one parameter of a query."""
    return ",".join(str(value) for value in values)


def _unix(moment: datetime) -> int:
    return int(moment.timestamp())
