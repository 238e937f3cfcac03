"""Shopee: one shop in all its roles. Listings are made in `writing` and read in `reading`; sales are walked in `orders`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.shopee import attributes, checks, facts
from connectors.shopee.api import Settings
from connectors.shopee.auth import consent_page_link, signed_consent_link
from connectors.shopee.catalogue import Catalogue
from connectors.shopee.listing_api import ListingApi
from connectors.shopee.orders import SalesReader
from connectors.shopee.pushes import read_push
from connectors.shopee.reading import ListingReader
from connectors.shopee.reviews import Reviews
from connectors.shopee.writing import ListingWriter
from ocop_market.channels.api import (
    AnswersLater,
    AsksConsent,
    Attribute,
    Category,
    ChangesOffersTogether,
    Connector,
    Cursor,
    HasCategories,
    ListedOrder,
    ListsOrders,
    Notice,
    Progress,
    PublishOneByOne,
    ReadsListings,
    ReceivesWebhooks,
    SalesPage,
    WebhookCall,
    WithdrawsTogether,
)
from ocop_market.channels.http import Http
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin, Problem, SettingsError, Where
from ocop_market.language import N_
from ocop_market.model.change import Change, LiveListing, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.text import tidy

OTHER_MARKET = N_("Shop {shop} belongs to Shopee's market {region}, not to Viet Nam. Check shop_id.")
SHOP_STOPPED = N_("Shopee has stopped shop {shop} ({state}). Settle it in Shopee Seller Centre first.")
OTHER_SHOP = N_("The consent was given for another shop than shop_id names. Log in to Shopee with the right shop, or "
                "correct shop_id.")
NO_RETURN = N_("Shopee needs an address to come back to after the consent. Write redirect_url into the account's settings, with the domain "
               "declared for the app.")
NO_CODE = N_("Shopee came back without a code: the consent was not given. Run: ocop-market accounts login {account}")


class ShopeeConnector(Connector, PublishOneByOne, ChangesOffersTogether, WithdrawsTogether, ReadsListings, AnswersLater, ListsOrders,
                      HasCategories, AsksConsent, ReceivesWebhooks):
    """One shop on Shopee Viet Nam."""

    profile: ClassVar[ChannelProfile] = facts.PROFILE
    deadline = facts.PUSH_DEADLINE
    Settings: ClassVar[type[BaseModel]] = Settings

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._settings = Settings.model_validate(settings, from_attributes=True)
        self._api = ListingApi(account, self._settings, http, tokens, clock)
        self._catalogue = Catalogue(self._api, clock)
        self._reviews = Reviews(self._api, clock)
        self._reader = ListingReader(self._api, self._catalogue, self._reviews, http)
        self._writer = ListingWriter(self._api, self._catalogue, self._reader, self._reviews, account=account, clock=clock,
                                     pause=http.pause, pause_after_add=self._settings.variation_pause)
        self._sales = SalesReader(self._api, http)

    # --- consent and proof

    def consent_link(self, redirect: str, state: str) -> str:
        """The consent page; the older signed form, when chosen, carries the state inside the return address."""
        settings, back = self._settings, redirect or self._settings.redirect_url
        if not back:
            raise SettingsError(NO_RETURN, code="no-return-address", where=Where(channel=facts.KEY, account=self.account))
        if settings.consent_form == "signed":
            return signed_consent_link(settings.base_url.rstrip("/"), settings.partner_id,
                                       settings.partner_key.get_secret_value(), back, state, self.clock())
        return consent_page_link(settings.consent_url, settings.partner_id, back, state)

    def consent_ends(self) -> datetime | None:
        """The end that the seller chose on the consent page: at most a year. REF Authorization and Authentication, 2026-08."""
        ends = self._api.shop_info().expire_time
        return datetime.fromtimestamp(ends, UTC) if ends else None

    def exchange(self, answer: Mapping[str, str]) -> Tokens:
        """The first tokens. Raises NeedsLogin without a good code, SettingsError when another shop consented."""
        where = Where(channel=facts.KEY, account=self.account)
        if not answer.get("code"):
            raise NeedsLogin(NO_CODE, code="consent-code", where=where)
        if (main := answer.get("main_account_id", "")).isdigit():
            return self._api.first_tokens(answer["code"], {"main_account_id": int(main)})
        shop = self._settings.shop_id
        if answer.get("shop_id", str(shop)) != str(shop):
            raise SettingsError(OTHER_SHOP, code="other-shop", where=where)
        return self._api.first_tokens(answer["code"], {"shop_id": shop})

    def check(self) -> str:
        """The shop's name, once it is sure that it sells in Viet Nam."""
        shop = self._api.shop_info()
        where = Where(channel=facts.KEY, account=self.account, endpoint=facts.SHOP_INFO)
        if shop.region != facts.REGION:
            raise SettingsError(OTHER_MARKET, code="other-market", where=where, shop=shop.shop_name, region=shop.region)
        if shop.status != facts.SHOP_NORMAL:
            raise SettingsError(SHOP_STOPPED, code="shop-stopped", where=where, shop=shop.shop_name, state=shop.status)
        return shop.shop_name

    # --- catalogue data

    def categories(self) -> list[Category]:
        """The whole tree as this shop sees it; only leaves take listings."""
        return [
            Category(id=str(node.category_id), name=tidy(node.display_category_name or node.original_category_name),
                     parent=str(node.parent_category_id or ""), leaf=not node.has_children, open_to_us=not node.has_children)
            for node in self._catalogue.categories()
        ]

    def attributes(self, category: str) -> list[Attribute]:
        """What a category asks for at the top of its tree; nothing where the number is none (`problems` says so then)."""
        if not category.isdecimal():
            return []
        return attributes.to_attributes(self._catalogue.attributes(int(category)))

    def suggest(self, title: str) -> list[str]:
        """Category ids that Shopee recommends for a title, best first."""
        return [str(number) for number in self._api.recommended_categories(title)]

    # --- publishing

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """By the category's limits when they are known, else by the published samples."""
        return checks.find_problems(draft, self._catalogue.known_limits(draft.category) or checks.SAMPLE_LIMITS)

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """One item; with variants it goes on sale when all of them are in."""
        return self._writer.create(draft, progress)

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """The named groups; Refused when Shopee took none of them, else what it refused stands in the result."""
        return self._writer.update(draft, remote, groups, progress)

    def change_offers(self, changes: Sequence[Change]) -> Iterator[Result]:
        """Shopee takes what goes on or off sale of 50 items at once; price and stock are an item a call."""
        return self._writer.change_offers(changes)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes the item off sale."""
        return self._writer.withdraw(remote)

    def withdraw_together(self, listings: Sequence[RemoteListing]) -> Iterator[Result]:
        """Takes up to 50 items off sale in one call."""
        return self._writer.withdraw_together(listings)

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The item with exactly this SKU, else the one with a model of these SKUs."""
        return self._reader.find(sku, variants)

    def read_listings(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        """50 items a call, and one call more for each with variants."""
        return self._reader.read(listings)

    def shop_listings(self) -> Iterator[RemoteListing]:
        """Every item with a SKU of its own that is not deleted."""
        return self._reader.shop()

    def check_tickets(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """A ticket's number is the item's id; a reviewed item is on sale, banned with reasons, or gone."""
        return self._reviews.check(tickets)

    # --- sales

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Pages of at most 100 orders, window by window of 15 days."""
        return self._sales.pages(cursor, start=start, until=until)

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        """The numbers of all orders by time of placing; Shopee's list has no amounts."""
        return map(ListedOrder, self._sales.placed(since, until))

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        """These orders with their money and returns as they are now."""
        return self._sales.read(order_ids)

    # --- pushes

    def read_webhook(self, call: WebhookCall) -> Notice:
        """A push of the app; one about another of its shops names it."""
        key = self._settings.push_key or self._settings.partner_key
        notice = read_push(call, key.get_secret_value(), self.account)
        return replace(notice, shop="") if notice.shop == str(self._settings.shop_id) else notice

    @classmethod
    def shop_in(cls, settings: Mapping[str, Any]) -> str:
        """The number of the shop: all shops of an app share one address."""
        return str(settings.get("shop_id") or "")
