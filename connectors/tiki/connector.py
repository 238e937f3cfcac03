"""Tiki: product requests that are reviewed, offers that count at once, orders with their fees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from pydantic import BaseModel

from connectors.tiki import events, facts, mapper, reviews, sales
from connectors.tiki.api import TikiApi
from connectors.tiki.auth import Settings, TikiAuth
from connectors.tiki.bodies import OfferUpdate
from connectors.tiki.reviews import Receipt, Wish
from connectors.tiki.wire import AttributeRow, CategoryRow, DocumentRow, Track
from ocop_market.channels.api import (
    AnswersLater,
    AsksConsent,
    Attribute,
    Category,
    Connector,
    Cursor,
    HasCategories,
    HasLocations,
    ListedOrder,
    ListsOrders,
    Location,
    Progress,
    PublishOneByOne,
    SalesPage,
    SalesRefusal,
)
from ocop_market.channels.http import Http
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.sales import SalesOrder

SELLER_BLOCKED = N_("The shop {shop} may not list products on Tiki at the moment: it is not active or may not change products. "
                    "Look in Seller Center.")
NO_WAREHOUSE = N_("The shop has no active warehouse on Tiki. Add one in Seller Center, or set warehouse_id.")

OFFER = frozenset({FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY})
REVIEWED = frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA})


class TikiConnector(Connector, PublishOneByOne, AnswersLater, ListsOrders, HasCategories, HasLocations, AsksConsent):
    """One shop on Tiki."""

    profile: ClassVar[ChannelProfile] = facts.PROFILE
    Settings: ClassVar[type[BaseModel]] = Settings

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._own = settings if isinstance(settings, Settings) else Settings.model_validate(settings.model_dump())
        self._auth = TikiAuth(account, self._own, http, clock)
        self._api = TikiApi(account, self._own, self._auth, http, tokens)
        self._seller_is_allowed = False
        self._asked: dict[str, list[AttributeRow]] = {}

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """What Tiki cannot carry of a draft."""
        return mapper.problems(draft)

    def check(self) -> str:
        """The shop's name on Tiki."""
        return self._api.seller().name or self.account

    # --- publishing

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Asks for a new product; it is reviewed for some hours before it goes on sale."""
        self._must_fit(draft)
        self._seller_must_be_allowed()
        asked = self._asked_for(draft.category)
        if missing := mapper.missing_attributes(draft, asked):
            raise Refused(missing)
        body = mapper.to_request(draft, self._warehouse_id, asked)
        receipt = progress.once("request", lambda: self._receipt(self._api.request_product(body)))
        remote = RemoteListing("", draft.sku, reviews.REQUESTED, False, {"track_id": receipt["track_id"]})
        return self._pending(draft.sku, receipt, Wish.SHOW if draft.visible else Wish.HIDE, remote)

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """Price, stock and visibility count at once; content and pictures are reviewed first."""
        if not remote.remote_id:
            return Result(draft.sku, Outcome.LATER, remote, note="in-review")
        if groups & (REVIEWED | {FieldGroup.PRICE}):
            self._must_fit(draft)
        product_id = int(remote.remote_id)
        if offer := groups & OFFER:
            self._api.update_offer(mapper.to_offer(draft, offer, product_id, self._warehouse_id))
        visible = draft.visible if FieldGroup.VISIBILITY in groups else remote.visible
        remote = RemoteListing(remote.remote_id, draft.sku, remote.remote_state, visible, remote.data)
        if not groups & REVIEWED:
            return Result(draft.sku, Outcome.LIVE, remote)
        content = mapper.to_content(draft, groups, product_id)
        receipt = progress.once("content", lambda: self._receipt(self._api.update_content(content)))
        return self._pending(draft.sku, receipt, Wish.CONTENT, remote)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes the product off sale (Tiki deletes none); a request still under review is deleted."""
        if remote.remote_id:
            self._api.update_offer(OfferUpdate(product_id=int(remote.remote_id), active=0))
            off_sale = RemoteListing(remote.remote_id, remote.sku, "inactive", False, remote.data)
            return Result(remote.sku, Outcome.WITHDRAWN, off_sale)
        self._delete_request(remote)
        return Result(remote.sku, Outcome.WITHDRAWN, remote)

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The product with our SKU, or else a request for one that is under review.

        Such a request has no product yet: `remote_id` is empty, the state `requested`, and its ticket leads on. A request
        sent a moment ago may not be listed yet; when it is sent again, Tiki refuses the second (it takes an SKU once)
        and `check_tickets` goes on with the first.
        """
        product = reviews.product_with(self._api, sku)
        if product is None:
            return reviews.open_request_with(self._api, sku, self.clock())
        return mapper.to_remote(product, sku)

    def check_tickets(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """Where each product request stands; approved products are put on sale. Unknown states count as pending."""
        for sku, ticket in tickets.items():
            try:
                yield reviews.settle(self._api, sku, ticket)
            except Refused as error:
                yield Result(sku, Outcome.REJECTED, problems=error.problems)

    # --- sales

    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Orders that changed, by windows of their last change; goods sent in exchange are no sales and are left out."""
        return sales.pull(self._api, cursor, start=start, until=until)

    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        """All orders by time of placing, with their amounts."""
        return sales.placed(self._api, since, until)

    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        """These orders as they are now, asked for singly."""
        read = list(self.http.map(lambda code: sales.read_one(self._api, code), order_ids))
        return SalesPage([row for row in read if isinstance(row, SalesOrder)], {},
                         [row for row in read if isinstance(row, SalesRefusal)])

    def pull_events(self, cursor: Cursor | None) -> events.EventPage:
        """The next batch of the event queue: codes of orders worth a look. The cursor handed in is acknowledged."""
        return events.pull(self._api, self.account, cursor)

    # --- categories and warehouses

    def categories(self) -> list[Category]:
        """The whole tree; only primary categories take products."""
        return [self._category(row) for row in self._api.categories()]

    def attributes(self, category: str) -> list[Attribute]:
        """What a category asks for, by the platform's codes.

        What every draft brings (brand, weight, measures) is left out; what has a default of the platform is not required.
        """
        rows = [row for row in self._asked_for(category)
                if row.code not in mapper.OWN_ATTRIBUTES and row.id != facts.BRAND_ATTRIBUTE_ID]
        return list(self.http.map(self._attribute, rows))

    def required_documents(self, category: str) -> list[DocumentRow]:
        """The legal documents without which a product request in this category is refused."""
        return [row for row in self._api.documents(category) if row.is_required]

    def locations(self) -> list[Location]:
        """The shop's warehouses."""
        return [Location(str(row.id), row.name) for row in self._api.warehouses()]

    # --- consent

    @property
    def needs_consent(self) -> bool:
        """An in-house app acts for its one seller by its keys alone."""
        return self._auth.needs_consent

    def consent_link(self, redirect: str, state: str) -> str:
        """The consent page of a public app. Raises NotSupported for an in-house app, which needs none."""
        return self._auth.consent_link(redirect, state)

    def exchange(self, answer: Mapping[str, str]) -> Tokens:
        """The first pair of tokens; for an in-house app its token, whatever the answer."""
        return self._auth.exchange(answer)

    # --- parts

    def _seller_must_be_allowed(self) -> None:
        """Asked before the first new product; the answer holds for this run."""
        if self._seller_is_allowed:
            return
        seller = self._api.seller()
        if seller.active != 1 or seller.can_update_product != 1:
            raise Refused([Problem("seller-blocked", SELLER_BLOCKED, values={"shop": seller.name or self.account})])
        self._seller_is_allowed = True

    @cached_property
    def _warehouse_id(self) -> int:
        if self._own.warehouse_id:
            return int(self._own.warehouse_id)
        for row in self._api.warehouses():
            if row.status == facts.WAREHOUSE_ACTIVE:
                return row.id
        raise Refused([Problem("no-warehouse", NO_WAREHOUSE, "stock")])

    def _asked_for(self, category: str) -> list[AttributeRow]:
        if category not in self._asked:
            self._asked[category] = self._api.attributes(category)
        return self._asked[category]

    def _must_fit(self, draft: ListingDraft) -> None:
        if found := self.problems(draft):
            raise Refused(found)

    def _receipt(self, track: Track) -> JsonObject:
        return {"track_id": track.track_id, "state": track.state, "asked_at": self.clock().isoformat()}

    def _pending(self, sku: str, receipt: JsonObject, wish: Wish, remote: RemoteListing) -> Result:
        ticket = Receipt(receipt["track_id"], wish).ticket(datetime.fromisoformat(receipt["asked_at"]))
        return Result(sku, Outcome.PENDING, remote, ticket, note=receipt["state"])

    def _delete_request(self, remote: RemoteListing) -> None:
        numbers = {name: str(remote.data.get(name) or "") for name in ("request_id", "track_id")}
        if not any(numbers.values()):
            return
        try:
            self._api.delete_request(**numbers)
        except Refused as error:
            if error.code != "not-found":
                raise

    def _category(self, row: CategoryRow) -> Category:
        open_to_us = row.is_primary and row.is_product_listing_enabled and (
            row.no_license_seller_enabled or self._own.licensed_seller)
        return Category(row.id, row.name, "" if row.parent_id == "0" else row.parent_id, row.is_primary, open_to_us)

    def _attribute(self, row: AttributeRow) -> Attribute:
        chosen = row.input_type in (facts.INPUT_SELECT, facts.INPUT_MULTISELECT)
        choices = {value.id: value.value for value in self._api.attribute_values(row.id)} if chosen else {}
        required = row.is_required and not row.default_value
        return Attribute(row.code, row.display_name or row.code, required, choices, free_text=not chosen)
