"""Tiki: product requests that are reviewed, offers that count at once, orders with their fees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import ClassVar, TypeVar

from pydantic import BaseModel

from connectors.tiki import events, facts, limits, live, mapper, offers, reading, reviews, sales
from connectors.tiki.api import TikiApi
from connectors.tiki.auth import Settings, TikiAuth
from connectors.tiki.bodies import ContentUpdate, OfferUpdate
from connectors.tiki.reviews import Receipt, Wish
from connectors.tiki.updates import Update, Updates
from connectors.tiki.webhooks import read_webhook
from connectors.tiki.wire import AttributeRow, CategoryRow, DocumentRow, Track
from ocop_market.channels.api import (
    AnnouncesChanges,
    AnswersLater,
    AsksConsent,
    Attribute,
    Category,
    ChangesOffersTogether,
    Connector,
    Cursor,
    EventPage,
    HasCategories,
    HasLocations,
    ListedOrder,
    ListsOrders,
    Location,
    Notice,
    Progress,
    PublishOneByOne,
    ReadsListings,
    ReceivesWebhooks,
    SalesPage,
    SalesRefusal,
    WebhookCall,
    WithdrawsTogether,
)
from ocop_market.channels.http import Http
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.errors import NeedsLogin, Problem, Refused, SettingsError, UnexpectedAnswer, Where
from ocop_market.language import N_
from ocop_market.model.change import Change, LiveListing, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.listing import OFFER, FieldGroup, JsonObject, ListingDraft
from ocop_market.model.sales import SalesOrder

Row = TypeVar("Row")

SELLER_BLOCKED = N_("The shop {shop} may not list products on Tiki at the moment: it is not active or may not change products. "
                    "Look in Seller Center.")
NO_WAREHOUSE = N_("The shop has no active warehouse on Tiki. Add one in Seller Center, or set warehouse_id.")

NO_CREDENTIALS = N_("Account {account} has no name and password for webhooks. Set webhook_name, and the password with: "
                    "ocop-market accounts keys {account}")
REVIEWED = frozenset(FieldGroup) - OFFER
TREE_KEPT_FOR = timedelta(days=1)


class TikiConnector(Connector, PublishOneByOne, ChangesOffersTogether, WithdrawsTogether, ReadsListings, AnswersLater, ListsOrders,
                    HasCategories, HasLocations, AsksConsent, AnnouncesChanges, ReceivesWebhooks):
    """One shop on Tiki."""

    profile: ClassVar[ChannelProfile] = facts.PROFILE
    Settings: ClassVar[type[BaseModel]] = Settings

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        super().__init__(account, settings, http=http, tokens=tokens, clock=clock)
        self._own = settings if isinstance(settings, Settings) else Settings.model_validate(settings.model_dump())
        self._auth = TikiAuth(account, self._own, http, clock)
        self._api = TikiApi(account, self._own, self._auth, http, tokens)
        self._seller_is_allowed = False
        self._tree: tuple[datetime, list[CategoryRow]] | None = None
        self._asked: dict[str, list[AttributeRow]] = {}
        self._documents: dict[str, list[DocumentRow]] = {}
        self._choices: dict[str, dict[str, str]] = {}

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """What Tiki cannot carry of a draft."""
        return limits.problems(draft)

    def check(self) -> str:
        """The shop's name on Tiki."""
        return self._api.seller().name or self.account

    # --- publishing

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Asks for a new product with all its variants; it is reviewed for some hours before it goes on sale."""
        self._must_fit(draft)
        self._seller_must_be_allowed()
        asked, known = self._asked_for(draft.category), self._option_labels(draft)
        wanted = self._documents_of(draft.category)
        if missing := [*limits.missing_attributes(draft, asked), *limits.missing_documents(draft, wanted),
                       *limits.unknown_options(draft, known)]:
            raise Refused(missing)
        body = mapper.to_request(draft, self._warehouse_id, asked, limits.option_labels(draft, known))
        receipt = progress.once("request", lambda: self._receipt(self._api.request_product(body)))
        remote = RemoteListing("", draft.sku, reviews.REQUESTED, False, {"track_id": receipt["track_id"]})
        wish = Wish.SHOW if draft.visible else Wish.HIDE
        ticket = Receipt((receipt["track_id"],), wish, _variant_skus(draft)).ticket(datetime.fromisoformat(receipt["asked_at"]))
        return Result(draft.sku, Outcome.PENDING, remote, ticket, note=receipt["state"],
                      remarks=limits.left_out(draft, frozenset(FieldGroup)))

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """Price, stock and visibility count at once; content and pictures are reviewed first, for each variant by itself.

        A variant that is dropped goes off sale. Tiki takes no new one into a product: one that was added in Seller Center under
        its SKU is found and taken over, another is refused by name while the rest of the offers count.
        """
        if not remote.remote_id:
            return Result(draft.sku, Outcome.LATER, remote, note="in-review")
        if groups & (REVIEWED | {FieldGroup.PRICE}):
            self._must_fit(draft)
        update = self._updates.taken_apart(draft, remote, groups)
        [offered] = self._updates.offer([update])
        if offered.outcome is not Outcome.LIVE or not groups & REVIEWED:
            return offered
        receipts = [progress.once("content" if sku == draft.sku else f"content {sku}",
                                  partial(self._content_receipt, content)) for sku, content in _contents(update)]
        if not receipts:
            return offered
        receipt = Receipt(tuple(receipt["track_id"] for receipt in receipts), Wish.CONTENT, _variant_skus(draft))
        ticket = receipt.ticket(min(datetime.fromisoformat(receipt["asked_at"]) for receipt in receipts))
        return replace(offered, outcome=Outcome.PENDING, ticket=ticket, note=receipts[0]["state"])

    def change_offers(self, changes: Sequence[Change]) -> Iterator[Result]:
        """Price, stock and visibility of many listings, as many products a call as the setting `offer_batch` allows."""
        updates = []
        for change in changes:
            if change.draft is None or change.remote is None:
                raise ValueError("an update carries its draft and names the listing")
            if not change.remote.remote_id:
                yield Result(change.sku, Outcome.LATER, change.remote, note="in-review")
            elif FieldGroup.PRICE in change.groups and (found := self.problems(change.draft)):
                yield Result(change.sku, Outcome.REJECTED, problems=tuple(found))
            else:
                updates.append(self._updates.taken_apart(change.draft, change.remote, change.groups))
        yield from self._updates.offer(updates)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes all products of the listing off sale (Tiki deletes none); a request still under review is deleted."""
        numbers = live.product_numbers(remote) if remote.remote_id else self._delete_request(remote)
        refused = offers.send(self._api, _off_sale(numbers), self._own.offer_batch)
        return _withdrawn(remote, numbers, refused)

    def withdraw_together(self, listings: Sequence[RemoteListing]) -> Iterator[Result]:
        """Takes the products of these listings off sale, as many a call as the setting `offer_batch` allows."""
        numbers = [live.product_numbers(listing) for listing in listings]
        for places in offers.in_calls([len(own) for own in numbers], self._own.offer_batch):
            together = [update for place in places for update in _off_sale(numbers[place])]
            refused = offers.send(self._api, together, self._own.offer_batch)
            yield from (_withdrawn(listings[place], numbers[place], refused) for place in places)

    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The products with our SKU or those of its variants, or else a request for them that is under review.

        Such a request has no product yet: `remote_id` is empty, the state `requested`, and its ticket leads on. A request
        sent a moment ago may not be listed yet; when it is sent again, Tiki refuses the second (it takes an SKU once)
        and `check_tickets` goes on with the first.
        """
        products = reading.products_with(self._api, self.http, variants or (sku,))
        return live.to_remote(sku, products) if products else self._desk.open_request(sku, variants)

    def read_listings(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        """These listings as they are now, by pages of the shop's list or singly, whichever takes fewer calls.

        Pictures are named by Tiki's own addresses. Requests under review show nothing.
        """
        numbers = [live.product_numbers(listing) for listing in listings]
        found = reading.products_by_number(self._api, self.http, [number for own in numbers for number in own.values()])
        for listing, own in zip(listings, numbers, strict=True):
            products = {sku: found[number] for sku, number in own.items() if number in found}
            if products:
                yield live.to_live(listing, products, self._warehouse_id)

    def shop_listings(self) -> Iterator[RemoteListing]:
        """Every product with an SKU of the seller's; Tiki does not tell which are variants of one listing, so each stands alone."""
        for product in reading.all_products(self._api):
            if product.original_sku and product.entity_type == facts.ENTITY_SELLER_SIMPLE:
                yield live.to_remote(product.original_sku, {product.original_sku: product})

    def check_tickets(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """Where each product request stands; approved products are put on sale. Unknown states count as pending."""
        desk = self._desk
        for sku, ticket in tickets.items():
            try:
                yield desk.settle(sku, ticket)
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

    def pull_events(self, cursor: Cursor | None) -> EventPage:
        """The next batch of the event queue: orders worth a look. The cursor handed in is acknowledged."""
        return events.pull(self._api, self.account, cursor)

    def read_webhook(self, call: WebhookCall) -> Notice:
        """What became of a product request. Raises SettingsError when no credentials were set for webhooks."""
        if not self._own.webhook_name or self._own.webhook_password is None:
            raise SettingsError(NO_CREDENTIALS, code="no-webhook-key", where=Where(facts.KEY, self.account), account=self.account)
        return read_webhook(call, self._own.webhook_name, self._own.webhook_password.get_secret_value(), self.account)

    # --- categories and warehouses

    def categories(self) -> list[Category]:
        """The whole tree, read once a day; only primary categories take products."""
        if self._tree is None or self.clock() - self._tree[0] >= TREE_KEPT_FOR:
            self._tree = self.clock(), self._api.categories()
        return [self._category(row) for row in self._tree[1]]

    def attributes(self, category: str) -> list[Attribute]:
        """What a category asks for, by the platform's codes.

        What every draft brings (brand, weight, measures) is left out; what has a default of the platform is not required.
        """
        rows = [row for row in self._asked_for(category)
                if row.code not in mapper.OWN_ATTRIBUTES and row.id != facts.BRAND_ATTRIBUTE_ID]
        return list(self.http.map(self._attribute, rows))

    def required_documents(self, category: str) -> list[DocumentRow]:
        """The legal documents without which a product request in this category is refused."""
        return [row for row in self._documents_of(category) if row.is_required]

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

    def _documents_of(self, category: str) -> list[DocumentRow]:
        if category not in self._documents:
            self._documents[category] = _told(lambda: self._api.documents(category))
        return self._documents[category]

    def _option_labels(self, draft: ListingDraft) -> list[str]:
        return [row.label for row in _told(lambda: self._api.option_labels(draft.category))] if draft.options else []

    @cached_property
    def _updates(self) -> Updates:
        return Updates(self._api, self.http, self._own.offer_batch, lambda: self._warehouse_id)

    @property
    def _desk(self) -> reviews.Desk:
        return reviews.Desk(self._api, self.http, self._own.offer_batch, self.clock())

    def _receipt(self, track: Track) -> JsonObject:
        return {"track_id": track.track_id, "state": track.state, "asked_at": self.clock().isoformat()}

    def _content_receipt(self, content: ContentUpdate) -> JsonObject:
        return self._receipt(self._api.update_content(content))

    def _delete_request(self, remote: RemoteListing) -> dict[str, str]:
        """Takes a request back; the products by SKU that it has led to, where it was approved meanwhile."""
        numbers = {name: str(remote.data.get(name) or "") for name in ("request_id", "track_id")}
        if not any(numbers.values()):
            return {}
        try:
            self._api.delete_request(**numbers)
        except Refused as error:
            if error.code == "not-found":
                return {}
            made = self._desk.made_by(remote)
            if made is None:
                raise
            return {sku: product.product_id for sku, product in made.items()}
        return {}

    def _category(self, row: CategoryRow) -> Category:
        open_to_us = row.is_primary and row.is_product_listing_enabled and (
            row.no_license_seller_enabled or self._own.licensed_seller)
        return Category(row.id, row.name, "" if row.parent_id == "0" else row.parent_id, row.is_primary, open_to_us)

    def _attribute(self, row: AttributeRow) -> Attribute:
        chosen = row.input_type in (facts.INPUT_SELECT, facts.INPUT_MULTISELECT)
        choices = self._choices_of(row.id) if chosen else {}
        required = row.is_required and not row.default_value
        return Attribute(row.code, row.display_name or row.code, required, choices, free_text=not chosen)

    def _choices_of(self, attribute_id: str) -> dict[str, str]:
        """Values by their ids; the categories share their attributes, so each list is asked for once."""
        if attribute_id not in self._choices:
            self._choices[attribute_id] = {value.id: value.value for value in self._api.attribute_values(attribute_id)}
        return self._choices[attribute_id]


def _off_sale(numbers: Mapping[str, str]) -> list[OfferUpdate]:
    return [OfferUpdate(product_id=int(number), active=0) for number in numbers.values()]


def _withdrawn(remote: RemoteListing, numbers: Mapping[str, str], refused: offers.Refusals) -> Result:
    """What the withdrawal of a listing has come to; products that are gone are off sale."""
    problems = offers.problems_by_sku(refused, numbers, remote.sku)
    if left := [problem for problem in problems if problem.code != "not-found"]:
        return Result(remote.sku, Outcome.REJECTED, problems=tuple(left))
    if not numbers:
        return Result(remote.sku, Outcome.WITHDRAWN, remote)
    off_sale = RemoteListing(remote.remote_id, remote.sku, live.INACTIVE, False, remote.data)
    return Result(remote.sku, Outcome.WITHDRAWN, live.with_numbers(off_sale, numbers))


def _contents(update: Update) -> Iterator[tuple[str, ContentUpdate]]:
    """What is sent for review of each product, by SKU."""
    for one in mapper.sold(update.draft):
        if one.sku in update.numbers and (content := mapper.to_content(update.draft, one, update.groups, update.numbers[one.sku])):
            yield one.sku, content


def _told(ask: Callable[[], list[Row]]) -> list[Row]:
    """The rows of a list whose path or form is on no page; none where it is not as we take it to be."""
    try:
        return ask()
    except (Refused, UnexpectedAnswer):
        return []
    except NeedsLogin as error:
        if error.code != "not-allowed":
            raise
        return []


def _variant_skus(draft: ListingDraft) -> tuple[str, ...]:
    return tuple(variant.sku for variant in draft.variants)
