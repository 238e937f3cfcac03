"""Product requests after they were sent: the ticket that stands for one, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.tiki import facts
from connectors.tiki.api import TikiApi
from connectors.tiki.bodies import OfferUpdate
from connectors.tiki.mapper import aware, to_remote
from connectors.tiki.refusals import SKU_TAKEN_CODE, problems_in
from connectors.tiki.wire import Product, RequestRow
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket

REQUESTED = "requested"
APPROVED = frozenset({facts.REQUEST_APPROVED, facts.UPDATE_APPROVED})
ENDED = frozenset({facts.REQUEST_REJECTED, facts.REQUEST_DELETED})

DELETED = N_("The product request for {sku} was deleted on Tiki. Publish the product again if it is still wanted.")
TICKET_GONE = N_("Tiki no longer knows the product request for {sku}, and there is no product with this SKU. Publish it again.")


class Wish(StrEnum):
    """What an approved request leads to."""

    SHOW = ""
    """A new product, to be put on sale: Tiki makes it inactive."""
    HIDE = "hidden"
    """A new product that stays off sale."""
    CONTENT = "content"
    """Other content of a product; whether it is on sale stays as it is."""


@dataclass(frozen=True)
class Receipt:
    """A ticket's number taken apart: a track_id, or the request's own number (digits), and the wish behind it."""

    number: str
    wish: Wish = Wish.SHOW

    @classmethod
    def of(cls, ticket: Ticket) -> Receipt:
        """Reads `NUMBER` or `NUMBER:WISH`."""
        number, _, wish = ticket.number.partition(":")
        return cls(number, Wish(wish))

    def ticket(self, asked_at: datetime) -> Ticket:
        """The ticket; a track_id holds for thirty days."""
        number = f"{self.number}:{self.wish}" if self.wish else self.number
        return Ticket(number, asked_at + facts.TICKET_LIFE)


@dataclass(frozen=True)
class _Standing:
    state: str
    reason: Any


def settle(api: TikiApi, sku: str, ticket: Ticket) -> Result:
    """Where the request behind a ticket stands now; an approved new product is put on sale if that was wanted."""
    receipt = Receipt.of(ticket)
    try:
        standing = _standing(api, receipt.number)
    except Refused as error:
        if error.code != "not-found":
            raise
        return _without_request(api, sku, receipt)
    if standing.state in APPROVED:
        product = product_with(api, sku)
        if product is None:  # approved a moment ago, not yet to be found
            return Result(sku, Outcome.PENDING, ticket=ticket, note=standing.state)
        return _live(api, sku, product, receipt.wish)
    if standing.state == facts.REQUEST_REJECTED:
        problems = problems_in(standing.reason)
        if any(problem.code == SKU_TAKEN_CODE for problem in problems) and (first := _sent_before(api, sku, ticket)):
            return settle(api, sku, Receipt(first, receipt.wish).ticket(ticket.expires_at - facts.TICKET_LIFE))
        return Result(sku, Outcome.REJECTED, problems=problems, note=standing.state)
    if standing.state == facts.REQUEST_DELETED:
        deleted = Problem("request-deleted", DELETED, values={"sku": sku})
        return Result(sku, Outcome.REJECTED, problems=(deleted,), note=standing.state)
    return Result(sku, Outcome.PENDING, ticket=ticket, note=standing.state)


def product_with(api: TikiApi, sku: str) -> Product | None:
    """The product that carries exactly our SKU; its masters, which take no offers, are passed over."""
    fitting = [product for product in api.products_by_sku(sku) if product.original_sku == sku]
    return next((product for product in fitting if product.entity_type == facts.ENTITY_SELLER_SIMPLE), None)


def open_request_with(api: TikiApi, sku: str, now: datetime) -> RemoteListing | None:
    """A request for a new product with our SKU that is not decided against, so that it is not sent twice.

    Its own number does not age; the ticket ends all the same, so that nobody waits for ever.
    """
    row = next(_requests_with(api, sku), None)
    if row is None:
        return None
    return RemoteListing("", sku, REQUESTED, False, {"request_id": row.request_id}, Receipt(row.request_id).ticket(now))


def _requests_with(api: TikiApi, sku: str) -> Iterator[RequestRow]:
    for row in api.requests():
        named = any(sku in (product.original_sku, product.sku) for product in row.products)
        if named and row.kind == facts.KIND_CREATE and row.state not in ENDED:
            yield row


def _sent_before(api: TikiApi, sku: str, ticket: Ticket) -> str:
    """The number of our own earlier request that stands in the way of this one; empty when it is someone else's product.

    When the answer to a request is lost and it is not listed yet, it is sent twice, and Tiki refuses the second. The
    first is known by this: it was not decided when the second was sent.
    """
    sent_at = ticket.expires_at - facts.TICKET_LIFE
    return next((row.request_id for row in _requests_with(api, sku)
                 if row.approved_at is None or aware(row.approved_at) > sent_at), "")


def _standing(api: TikiApi, number: str) -> _Standing:
    if number.isdecimal():
        row = api.request(number)
        return _Standing(row.state, row.reasons)
    tracking = api.tracking(number)
    return _Standing(tracking.state, tracking.reason)


def _without_request(api: TikiApi, sku: str, receipt: Receipt) -> Result:
    """A ticket that Tiki forgot says nothing; the product does, if there is one."""
    product = product_with(api, sku)
    if product is None:
        return Result(sku, Outcome.REJECTED, problems=(Problem("request-gone", TICKET_GONE, values={"sku": sku}),))
    return _live(api, sku, product, receipt.wish)


def _live(api: TikiApi, sku: str, product: Product, wish: Wish) -> Result:
    if wish is Wish.SHOW and product.active != 1:
        api.update_offer(OfferUpdate(product_id=int(product.product_id), active=1))
        product = product.model_copy(update={"active": 1})
    return Result(sku, Outcome.LIVE, to_remote(product, sku))
