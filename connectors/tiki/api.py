"""One method for each endpoint of Tiki that is used: wire models in and out, no mapping. API reference, 2026-09"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import requests
from pydantic import ValidationError

from connectors.tiki import facts
from connectors.tiki.auth import Settings, TikiAuth
from connectors.tiki.bodies import ContentUpdate, OfferBatch, OfferUpdate
from connectors.tiki.refusals import problems_in, refusal
from connectors.tiki.wire import (
    AttributeRow,
    BatchState,
    CategoryRow,
    DocumentRow,
    EventBatch,
    OptionLabel,
    Product,
    Queue,
    RequestRow,
    Seller,
    State,
    Subscription,
    Track,
    Tracking,
    ValueRow,
    Warehouse,
)
from connectors.tiki.wire_base import Page, Wire, field_paths
from connectors.tiki.wire_orders import Order, OrderPage
from ocop_market.channels.http import Http
from ocop_market.channels.tokens import TokenKeeper
from ocop_market.errors import MarketError, Refused, Uncertain, UnexpectedAnswer, Where

Read = TypeVar("Read", bound=Wire)
Query = Mapping[str, str | int]


class TikiApi:
    """Calls of one account. Reads and absolute writes repeat freely; product requests are sent once."""

    def __init__(self, account: str, settings: Settings, auth: TikiAuth, http: Http, tokens: TokenKeeper) -> None:
        self._account, self._settings, self._auth, self._http, self._tokens = account, settings, auth, http, tokens
        self._base = settings.base_url.rstrip("/")

    # --- seller

    def seller(self) -> Seller:
        """The seller whom the token acts for."""
        return self._get(Seller, facts.SELLER)

    def warehouses(self) -> list[Warehouse]:
        """The seller's active pick-up warehouses."""
        query = {"status": facts.WAREHOUSE_ACTIVE, "type": facts.WAREHOUSE_PICK_UP, "limit": facts.WAREHOUSE_PAGE_SIZE}
        return list(self._rows(Page[Warehouse], facts.SELLER_WAREHOUSES, query))

    # --- categories

    def categories(self) -> list[CategoryRow]:
        """The whole tree."""
        return list(self._rows(Page[CategoryRow], facts.CATEGORIES, {}))

    def attributes(self, category_id: str) -> list[AttributeRow]:
        """What a category asks for."""
        return list(self._rows(Page[AttributeRow], facts.CATEGORY_ATTRIBUTES, {}, id=category_id))

    def attribute_values(self, attribute_id: str) -> list[ValueRow]:
        """The values that an attribute takes."""
        query = {"limit": facts.VALUES_PAGE_SIZE}
        return list(self._rows(Page[ValueRow], facts.ATTRIBUTE_VALUES, query, id=attribute_id))

    def documents(self, category_id: str) -> list[DocumentRow]:
        """The legal documents that a category asks for. The path is on no page (unverified): this is its only use."""
        return list(self._rows(Page[DocumentRow], facts.CATEGORY_DOCUMENTS, {}, id=category_id))

    def option_labels(self, category_id: str) -> list[OptionLabel]:
        """The names that the options of a product may have."""
        return list(self._rows(Page[OptionLabel], facts.OPTION_LABELS, {}, id=category_id))

    # --- product requests

    def request_product(self, body: Mapping[str, Any]) -> Track:
        """Asks for a new product, once. Raises Uncertain when the answer was lost or cannot be read."""
        return self._ask_review(facts.REQUEST_CREATE, body)

    def update_content(self, update: ContentUpdate) -> Track:
        """Asks for other attributes or pictures, once. Raises Uncertain when the answer was lost or cannot be read."""
        return self._ask_review(facts.REQUEST_UPDATE_INFO, update.body())

    def tracking(self, track_id: str) -> Tracking:
        """Where a product request stands; Refused with code `not-found` once the number is 30 days old."""
        return self._get(Tracking, facts.TRACKING, track_id=track_id)

    def request(self, request_id: str) -> RequestRow:
        """A product request by its own number, which does not age."""
        return self._get(RequestRow, facts.REQUEST_ONE, request_id=request_id)

    def requests(self, state: str = "") -> Iterator[tuple[RequestRow, int]]:
        """Product requests with their products, all or those in a state, each with the number of pages that the list has."""
        query: dict[str, str | int] = {"limit": facts.REQUEST_PAGE_SIZE, "include": "products"}
        for page, _, pages in self._pages(Page[RequestRow], facts.REQUESTS, {**query, "state": state} if state else query):
            yield from ((row, pages) for row in page)

    def delete_request(self, *, request_id: str = "", track_id: str = "") -> None:
        """Withdraws a request that was not decided yet, by one of its numbers."""
        if request_id:
            self._call(State, "DELETE", facts.REQUEST_ONE, places={"request_id": request_id})
        else:
            self._call(State, "DELETE", facts.REQUEST_FIND, query={"track_id": track_id})

    # --- products

    def product_pages(self, active: int | None = None) -> Iterator[tuple[list[Product], int]]:
        """Products with all that is told of them, page by page, each page with the number of those after it."""
        query: dict[str, str | int] = {"limit": facts.PRODUCT_PAGE_SIZE, "include": facts.PRODUCT_PARTS}
        asked = query if active is None else {**query, "active": active}
        return ((page, pages - number) for page, number, pages in self._pages(Page[Product], facts.PRODUCTS, asked))

    def product(self, number: str) -> Product:
        """One product with all that is told of it. Refused with code `not-found` when there is none."""
        return self._get(Product, facts.PRODUCT_ONE, {"includes": facts.PRODUCT_PARTS}, product_id=number)

    def products_by_sku(self, sku: str) -> list[Product]:
        """Products that answer to our SKU; the platform's search may be wider than ours."""
        return list(self._rows(Page[Product], facts.PRODUCT_FIND, {"original_sku": sku}))

    def update_offer(self, update: OfferUpdate) -> None:
        """Sets price, stock or visibility at once; absolute values, so it may be repeated."""
        answer = self._call(State, "PUT", facts.PRODUCT_UPDATE_SKU, body=update.body())
        if answer.state == facts.REQUEST_REJECTED:
            raise Refused(problems_in(answer.reason), where=self._where(f"PUT {facts.PRODUCT_UPDATE_SKU}"))

    def update_offers(self, updates: Sequence[OfferUpdate]) -> BatchState:
        """Sets price, stock or visibility of several products at once; what failed of it stands inside the answer."""
        batch = OfferBatch(data=tuple(update.row() for update in updates))
        return self._call(BatchState, "PUT", facts.PRODUCT_UPDATE_SKUS, body=batch.body())

    # --- orders

    def orders(self, query: Query) -> OrderPage:
        """One page of orders with their fees, oldest first."""
        asked = {**query, "limit": facts.ORDER_PAGE_SIZE, "include": facts.INCLUDE_FEES, "order_by": facts.ORDER_BY_OLDEST}
        return self._get(OrderPage, facts.ORDERS, asked)

    def order(self, code: str) -> Order:
        """One order with its fees."""
        return self._get(Order, facts.ORDER_ONE, {"include": facts.INCLUDE_FEES}, code=code)

    # --- event queue: the queue is the app's, a subscription the seller's

    def queues(self) -> list[Queue]:
        """The queues of the app."""
        return self._call(Page[Queue], "GET", facts.QUEUES, as_app=True).data

    def create_queue(self, name: str) -> Queue:
        """A new queue; their number is capped, so look for one first."""
        return self._call(Queue, "POST", facts.QUEUES, body={"name": name}, repeatable=False, as_app=True)

    def subscriptions(self, queue: str) -> list[Subscription]:
        """What is routed into a queue."""
        return self._call(Page[Subscription], "GET", facts.QUEUE_SUBSCRIPTIONS, places={"code": queue}).data

    def subscribe(self, queue: str, event_type: str) -> None:
        """Routes this seller's events of a type into a queue, within about five seconds."""
        self._call(Subscription, "POST", facts.QUEUE_SUBSCRIPTIONS, places={"code": queue}, body={"event_type": event_type},
                   repeatable=False)

    def pull_events(self, queue: str, ack_id: str | None) -> EventBatch:
        """Acknowledges everything up to `ack_id` and gives what came after it; None gives all that is unacknowledged."""
        return self._call(EventBatch, "POST", facts.QUEUE_PULL, places={"code": queue}, body={"ack_id": ack_id}, as_app=True)

    # --- how a call is made

    def _ask_review(self, path: str, body: Mapping[str, Any]) -> Track:
        try:
            return self._call(Track, "POST", path, body=body, repeatable=False)
        except UnexpectedAnswer:
            raise Uncertain(code="unreadable-receipt", where=self._where(f"POST {path}")) from None

    def _get(self, model: type[Read], path: str, query: Query | None = None, **places: str) -> Read:
        return self._call(model, "GET", path, query=query, places=places)

    def _rows(self, model: type[Page[Any]], path: str, query: Query, **places: str) -> Iterator[Any]:
        for rows, _, _ in self._pages(model, path, query, **places):
            yield from rows

    def _pages(self, model: type[Page[Any]], path: str, query: Query, **places: str) -> Iterator[tuple[list[Any], int, int]]:
        """All pages up to `last_page`, each with its number and theirs; a short page does not end the list."""
        page = self._get(model, path, query, **places)
        last = max(1, page.paging.last_page)
        yield page.data, 1, last
        for number in range(2, last + 1):
            yield self._get(model, path, {**query, "page": number}, **places).data, number, last

    def _call(self, model: type[Read], method: str, path: str, *, places: Mapping[str, str] | None = None,
              query: Query | None = None, body: Mapping[str, Any] | None = None, repeatable: bool = True,
              as_app: bool = False) -> Read:
        where = self._where(f"{method} {path}")
        used = ""

        def build() -> requests.Request:
            nonlocal used
            used = self._app_token("") if as_app else self._seller_token()
            return requests.Request(method, self._base + path.format(**(places or {})), params=dict(query or {}),
                                    json=body, headers={"Authorization": f"Bearer {used}", "Accept": "application/json"})

        def classify(response: requests.Response) -> MarketError | None:
            return refusal(response, where, in_house=self._settings.in_house)

        response = self._http.call(build, endpoint=where.endpoint, classify=classify, repeatable=repeatable,
                                   renew=lambda: self._renew(used, as_app))
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise UnexpectedAnswer(field_paths(error), where=where) from None

    def _seller_token(self) -> str:
        return self._tokens.current(self._auth.refresh).access

    def _app_token(self, rejected: str) -> str:
        return self._auth.app_token(self._seller_token, rejected)

    def _renew(self, rejected: str, as_app: bool) -> None:
        if as_app and not self._settings.in_house:
            self._app_token(rejected)
        else:
            self._tokens.renew(rejected, self._auth.refresh)

    def _where(self, endpoint: str) -> Where:
        return Where(facts.KEY, self._account, endpoint)


