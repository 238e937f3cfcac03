"""Shopee: which calls make a listing, change it and take it down; sales are walked in `orders`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel

from connectors.shopee import attributes, facts, listing
from connectors.shopee.api import Settings, ShopeeApi
from connectors.shopee.auth import consent_page_link, signed_consent_link
from connectors.shopee.catalogue import Catalogue
from connectors.shopee.orders import SalesReader
from connectors.shopee.refusals import refusal
from connectors.shopee.wire_items import Failure, Item
from ocop_market.channels.api import (
    AnswersLater,
    AsksConsent,
    Attribute,
    Category,
    Connector,
    Cursor,
    HasCategories,
    ListedOrder,
    ListsOrders,
    Progress,
    PublishOneByOne,
    SalesPage,
)
from ocop_market.channels.http import Http
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin, Problem, Refused, SettingsError, UnexpectedAnswer, Where
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.product import Picture
from ocop_market.model.text import tidy

OTHER_MARKET = N_("Shop {shop} belongs to Shopee's market {region}, not to Viet Nam. Check shop_id.")
SHOP_STOPPED = N_("Shopee has stopped shop {shop} ({state}). Settle it in Shopee Seller Centre first.")
OTHER_SHOP = N_("The consent was given for another shop than shop_id names. Log in to Shopee with the right shop, or "
                "correct shop_id.")
NO_CODE = N_("Shopee came back without a code: the consent was not given. Run: ocop-market accounts login {account}")
UNKNOWN_BRAND = N_("Shopee does not have the brand {brand} of {sku} in its category. Use a brand from its list, or none.")
NOT_DONE = N_("Shopee did not take this change of {sku}: {reason}")
BANNED = N_("Shopee has taken {sku} down: {reason}")
GONE = N_("The listing of {sku} is not in the shop any more. Publish it again.")
REASON_LIMIT = 300


class ShopeeConnector(Connector, PublishOneByOne, AnswersLater, ListsOrders, HasCategories, AsksConsent):
    """One shop on Shopee Viet Nam."""

    profile: ClassVar[ChannelProfile] = facts.PROFILE
    Settings: ClassVar[type[BaseModel]] = Settings

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._settings = Settings.model_validate(settings, from_attributes=True)
        self._api = ShopeeApi(account, self._settings, http, tokens, clock)
        self._catalogue = Catalogue(self._api, clock)
        self._sales = SalesReader(self._api, http)

    # --- consent and proof

    def consent_link(self, redirect: str, state: str) -> str:
        """The consent page; the older signed form, when chosen, carries the state inside the return address."""
        settings, back = self._settings, redirect or self._settings.redirect_url
        if settings.consent_form == "signed":
            return signed_consent_link(settings.base_url.rstrip("/"), settings.partner_id,
                                       settings.partner_key.get_secret_value(), back, state, self.clock())
        return consent_page_link(settings.consent_url, settings.partner_id, back, state)

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
            for node in self._api.categories()
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
        return listing.find_problems(draft, self._catalogue.known_limits(draft.category) or listing.SAMPLE_LIMITS)

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Pictures, then the item; nothing is sent before all that can be known is right."""
        content = self._content(draft, frozenset(FieldGroup))
        carriers = listing.fitting_carriers(draft, self._catalogue.carriers())
        if not carriers:
            raise Refused([listing.no_carrier(draft)])
        body = listing.to_new_item(draft, content, self._picture_ids(draft, progress), carriers)

        def add() -> JsonObject:
            added = self._api.add_item(body, draft.sku)
            return {"item_id": added.item_id, "item_status": added.item_status or body["item_status"]}

        item = progress.once("item", add)
        return self._result(item["item_id"], draft.sku, item["item_status"])

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """The named groups; all that can be checked first is. Every figure is absolute, so repeating changes nothing."""
        item_id, state = int(remote.remote_id), remote.remote_state
        changed: JsonObject = {}
        if FieldGroup.CONTENT in groups:
            changed = listing.to_changed_content(draft, self._content(draft, groups))
        elif problems := listing.only_of(groups, self.problems(draft)):
            raise Refused(problems)
        if FieldGroup.MEDIA in groups:
            changed["image"] = {"image_id_list": self._picture_ids(draft, progress)}
        if changed:
            state = self._api.update_item({**changed, "item_id": item_id}, draft.sku).item_status or state
        if FieldGroup.PRICE in groups:
            _refuse_failures(self._api.update_price(item_id, draft.price, draft.sku), draft.sku, "price")
        if FieldGroup.STOCK in groups:
            _refuse_failures(self._api.update_stock(item_id, draft.stock, draft.sku), draft.sku, "stock")
        if FieldGroup.VISIBILITY in groups:
            _refuse_failures(self._api.unlist_item(item_id, not draft.visible, draft.sku), draft.sku, "")
            if not draft.visible:
                state = facts.ITEM_UNLISTED
            elif state in ("", facts.ITEM_UNLISTED):
                state = facts.ITEM_NORMAL
        return self._result(item_id, draft.sku, state)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes the item off sale; one that is off sale already, for whatever reason, counts as done."""
        item_id = int(remote.remote_id)
        try:
            _refuse_failures(self._api.unlist_item(item_id, True, remote.sku), remote.sku, "")
        except Refused:
            item = next(iter(self._api.items([item_id])), None)
            if item and item.item_status in (facts.ITEM_NORMAL, facts.ITEM_REVIEWING):
                raise
            state = item.item_status if item else ""
        else:
            state = facts.ITEM_UNLISTED
        return Result(remote.sku, Outcome.WITHDRAWN, remote=_remote(item_id, remote.sku, state))

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The item with exactly this SKU; the oldest one on sale, should there be several."""
        offset, found = "", []
        while True:
            page = self._api.search_items(sku, offset)
            for first in range(0, len(page.item_id_list), facts.ITEM_BATCH):
                items = self._api.items(page.item_id_list[first: first + facts.ITEM_BATCH])
                found += [item for item in items if item.item_sku == sku and item.item_status not in facts.ITEM_GONE]
            if not page.item_id_list or page.next_offset in ("", offset):
                break
            offset = page.next_offset
        if not found:
            return None
        best = min(found, key=lambda item: (item.item_status != facts.ITEM_NORMAL, item.item_id))
        return _remote(best.item_id, sku, best.item_status)

    def check_tickets(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """A ticket's number is the item's id; a reviewed item is on sale, banned with reasons, or gone."""
        skus = {int(ticket.number): sku for sku, ticket in tickets.items()}
        numbers = sorted(skus)
        for first in range(0, len(numbers), facts.ITEM_BATCH):
            batch = numbers[first: first + facts.ITEM_BATCH]
            items: dict[int, Item] = {item.item_id: item for item in self._api.items(batch)}
            for number in batch:
                item = items.get(number)
                if item is None or item.item_status in facts.ITEM_GONE:
                    problem = Problem("listing-gone", GONE, "", {"sku": skus[number]})
                    yield Result(skus[number], Outcome.REJECTED, problems=(problem,))
                else:
                    yield self._result(number, skus[number], item.item_status)

    # --- sales

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Pages of at most 100 orders, window by window of 15 days."""
        return self._sales.pages(cursor, start=start, until=until)

    # --- parts of publishing

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        """The numbers of all orders by time of placing; Shopee's list has no amounts."""
        return map(ListedOrder, self._sales.placed(since, until))

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        """These orders with their money and returns as they are now."""
        return self._sales.read(order_ids)

    def _content(self, draft: ListingDraft, groups: frozenset[FieldGroup]) -> JsonObject:
        """The item's content. Raises Refused with all that is wrong in these groups, before anything is sent."""
        if not draft.category.isdigit():
            raise Refused(self.problems(draft))
        category = int(draft.category)
        problems = listing.only_of(groups, listing.find_problems(draft, self._catalogue.limits(category)))
        rows, wrong = attributes.to_attribute_list(self._catalogue.attributes(category), draft.attributes, draft.sku)
        brand: tuple[int, str] | None = (facts.NO_BRAND_ID, facts.NO_BRAND_NAME)
        if draft.brand:
            brand = self._catalogue.brand(category, draft.brand)
        if brand is None:
            wrong.append(Problem("brand-unknown", UNKNOWN_BRAND, "brand", {"sku": draft.sku, "brand": draft.brand}))
        if problems or wrong or brand is None:
            raise Refused([*problems, *wrong])
        return listing.to_content(draft, rows, brand)

    def _picture_ids(self, draft: ListingDraft, progress: Progress) -> list[str]:
        return [self._picture_id(draft.sku, picture, progress) for picture in draft.pictures]

    def _picture_id(self, sku: str, picture: Picture, progress: Progress) -> str:
        content = Path(picture.path).read_bytes()
        suffix = Path(picture.path).suffix.lower()
        digest = hashlib.sha256(content).hexdigest()
        return str(progress.once(f"picture:{digest}", lambda: self._upload(content, suffix, sku)))

    def _upload(self, content: bytes, suffix: str, sku: str) -> str:
        answer = self._api.upload_image(content, suffix, sku)
        for entry in answer.image_info_list:
            if entry.error:
                raise Refused([refusal(entry.error.rpartition(".")[2], sku, "Image")], code=entry.error)
        info = answer.image_info or next((entry.image_info for entry in answer.image_info_list if entry.image_info), None)
        if info is None or not info.image_id:
            where = Where(channel=facts.KEY, account=self.account, endpoint=facts.UPLOAD_IMAGE)
            raise UnexpectedAnswer(["response.image_info.image_id"], where=where)
        return info.image_id

    def _result(self, item_id: int, sku: str, state: str) -> Result:
        remote = _remote(item_id, sku, state)
        if state == facts.ITEM_REVIEWING:
            ticket = Ticket(str(item_id), self.clock() + facts.REVIEW_PATIENCE)
            return Result(sku, Outcome.PENDING, remote=remote, ticket=ticket)
        if state == facts.ITEM_BANNED:
            return Result(sku, Outcome.REJECTED, remote=remote, problems=self._ban_reasons(item_id, sku))
        return Result(sku, Outcome.LIVE, remote=remote)

    def _ban_reasons(self, item_id: int, sku: str) -> tuple[Problem, ...]:
        details = [detail for item in self._api.violations([item_id]) for detail in item.item_status_details]
        reasons = [". ".join(filter(None, (d.violation_type, d.violation_reason, d.suggestion))) for d in details] or [""]
        return tuple(Problem("listing-banned", BANNED, "", {"sku": sku, "reason": _short(reason)}) for reason in reasons)


def _remote(item_id: int, sku: str, state: str) -> RemoteListing:
    return RemoteListing(str(item_id), sku, remote_state=state, visible=state == facts.ITEM_NORMAL)


def _refuse_failures(failures: Sequence[Failure], sku: str, field: str) -> None:
    """Raises Refused for entries that failed inside a success."""
    if failures:
        raise Refused([Problem("change-not-taken", NOT_DONE, field, {"sku": sku, "reason": _short(failure.failed_reason)})
                       for failure in failures], code="change-not-taken")


def _short(reason: str) -> str:
    return tidy(reason)[:REASON_LIMIT] or "—"
