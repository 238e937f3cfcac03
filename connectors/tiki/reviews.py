"""Product requests after they were sent: the ticket that stands for one or several, and what became of them.

A refused request is corrected and sent anew. It is never replayed: a replay sends what was refused once more, and a few refusals
lock a request for good (GUIDE Manage product request, 2026-09).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from connectors.tiki import facts, offers, reading
from connectors.tiki.api import TikiApi
from connectors.tiki.bodies import OfferUpdate
from connectors.tiki.live import to_remote
from connectors.tiki.mapper import aware
from connectors.tiki.refusals import LOCKED, SKU_TAKEN_CODE, problems_in
from connectors.tiki.wire import Product, RequestRow
from ocop_market.channels.http import Http
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import FieldGroup

REQUESTED = "requested"
APPROVED = frozenset({facts.REQUEST_APPROVED, facts.UPDATE_APPROVED})
ENDED = frozenset({facts.REQUEST_REJECTED, facts.REQUEST_DELETED, facts.REQUEST_LOCKED})
SLOWEST_SHELF = timedelta(days=1)
"""So long after its approval a product may be hard to find; a variant missing after that was not taken, a product was deleted."""

DELETED = N_("The product request for {sku} was deleted on Tiki. Publish the product again if it is still wanted.")
TICKET_GONE = N_("Tiki no longer knows the product request for {sku}, and there is no product with this SKU. Publish it again.")
PRODUCT_GONE = N_("Tiki approved {sku}, but shows no such product: it was deleted there since. Plan again to have it made anew.")
VARIANT_NOT_TAKEN = N_("Tiki approved the product but not its variant {sku}. Add it in Seller Center under the same SKU, or take it out "
                       "of the list of products.")


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
    """A ticket's number taken apart: track_ids or the requests' own numbers (digits), the wish behind them, the SKUs of variants.

    One request makes a product; its later contents are one request for each variant.
    """

    numbers: tuple[str, ...]
    wish: Wish = Wish.SHOW
    variants: tuple[str, ...] = ()

    @classmethod
    def of(cls, ticket: Ticket) -> Receipt:
        """Reads `NUMBER+NUMBER:WISH:SKU+SKU`, of which only the first number is always there."""
        numbers, wish, skus = [*ticket.number.split(":"), "", ""][:3]
        return cls(tuple(numbers.split("+")), Wish(wish), tuple(unquote(sku) for sku in skus.split("+") if sku))

    def ticket(self, asked_at: datetime) -> Ticket:
        """The ticket; a track_id holds for thirty days."""
        parts = ["+".join(self.numbers), self.wish.value, "+".join(quote(sku, safe="") for sku in self.variants)]
        return Ticket(":".join(parts).rstrip(":"), asked_at + facts.TICKET_LIFE)


@dataclass(frozen=True)
class _Standing:
    """Where one request stands; `number` is its own once it has one, `made` the product ids by SKU once it is approved."""

    number: str
    state: str
    reason: Any
    made: Mapping[str, str] | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """What asking about requests needs: the calls, the threads, the most products of one call, the time."""

    api: TikiApi
    http: Http
    most: int
    now: datetime

    def settle(self, sku: str, ticket: Ticket) -> Result:
        """Where the requests behind a ticket stand now; an approved new product is put on sale if that was wanted.

        The numbers of the requests, which do not age, take the place of their track_ids as soon as they are there.
        """
        receipt = Receipt.of(ticket)
        try:
            standings = [self._standing(number, with_products=bool(receipt.variants)) for number in receipt.numbers]
        except Refused as error:
            if error.code != "not-found":
                raise
            return self._without_request(sku, receipt)
        ended = [standing for standing in standings if standing.state in ENDED]
        open_ones = [standing for standing in standings if standing.state not in ENDED | APPROVED]
        if ended and not open_ones:
            return self._refused(sku, ticket, receipt, ended)
        if open_ones:
            return self._waiting(sku, ticket, receipt, standings)
        if receipt.wish is Wish.CONTENT:
            return Result(sku, Outcome.LIVE, note=standings[0].state)
        return self._approved(sku, ticket, receipt, standings[0])

    def open_request(self, sku: str, variants: Sequence[str]) -> RemoteListing | None:
        """A request for a new product with one of these SKUs that is not decided against, so that it is not sent twice.

        The product of one that was approved long ago was deleted since, where it cannot be found.

        Its own number does not age; the ticket ends all the same, so that nobody waits for ever.
        """
        rows = self._requests_with(variants or (sku,), facts.REQUESTS_OPEN)
        row = next((row for row in rows if not (row.approved_at and self._long_ago(aware(row.approved_at)))), None)
        if row is None:
            return None
        receipt = Receipt((row.request_id,), variants=_variants(sku, variants))
        return RemoteListing("", sku, REQUESTED, False, {"request_id": row.request_id}, receipt.ticket(self.now))

    def made_by(self, remote: RemoteListing) -> dict[str, Product] | None:
        """The products by SKU that a request which was approved meanwhile has led to; None while that cannot be told."""
        number = str(remote.data.get("request_id") or remote.data.get("track_id") or "")
        standing = self._standing(number, with_products=True)
        if standing.state not in APPROVED:
            return None
        products = self._products(() if standing.made else (remote.sku,), standing)
        return products if products or self._long_ago(standing.approved_at) else None

    def _standing(self, number: str, *, with_products: bool) -> _Standing:
        if not number.isdecimal():
            tracking = self.api.tracking(number)
            if tracking.state not in APPROVED or not tracking.request_id or not with_products:
                return _Standing(tracking.request_id or number, tracking.state, tracking.reason)
            number = tracking.request_id
        row = self.api.request(number)
        made = {product.original_sku: product.product_id for product in row.products if product.product_id}
        return _Standing(number, row.state, row.reasons, made, row.approved_at and aware(row.approved_at))

    def _waiting(self, sku: str, ticket: Ticket, receipt: Receipt, standings: Sequence[_Standing]) -> Result:
        """Still under review, or some of several are decided and the others are not."""
        numbers = tuple(standing.number for standing in standings)
        fresh = replace(receipt, numbers=numbers).ticket(ticket.expires_at - facts.TICKET_LIFE)
        remote = None
        if receipt.wish is not Wish.CONTENT and numbers[0].isdecimal():
            remote = RemoteListing("", sku, REQUESTED, False, {"request_id": numbers[0]})
        state = next(standing.state for standing in standings if standing.state not in ENDED | APPROVED)
        return Result(sku, Outcome.PENDING, remote, fresh, note=state)

    def _refused(self, sku: str, ticket: Ticket, receipt: Receipt, ended: Sequence[_Standing]) -> Result:
        problems: list[Problem] = []
        for standing in ended:
            problems += [problem for problem in _reasons(sku, standing) if problem not in problems]
        if any(problem.code == SKU_TAKEN_CODE for problem in problems) and (first := self._sent_before(sku, ticket, receipt)):
            return self.settle(sku, replace(receipt, numbers=(first,)).ticket(ticket.expires_at - facts.TICKET_LIFE))
        return Result(sku, Outcome.REJECTED, problems=tuple(problems), note=ended[0].state)

    def _approved(self, sku: str, ticket: Ticket, receipt: Receipt, standing: _Standing) -> Result:
        wanted = receipt.variants or (sku,)
        products = self._products(wanted, standing)
        missing = [one for one in wanted if one not in products]
        approved_at = standing.approved_at
        if not products and approved_at is None:  # a track_id tells no time
            approved_at = self._standing(standing.number, with_products=True).approved_at
        if not products and self._long_ago(approved_at):
            return Result(sku, Outcome.REJECTED, problems=(Problem("request-gone", PRODUCT_GONE, values={"sku": sku}),))
        if not products:  # approved a moment ago, not yet to be found
            return Result(sku, Outcome.PENDING, ticket=ticket, note=standing.state)
        live = self._live(sku, products, receipt.wish)
        if live.problems or not missing:
            return live
        if not self._long_ago(standing.approved_at):
            return Result(sku, Outcome.PENDING, live.remote, ticket, note=standing.state)
        problems = tuple(Problem("variant-not-taken", VARIANT_NOT_TAKEN, "variants", {"sku": one}) for one in missing)
        return Result(sku, Outcome.REJECTED, live.remote, problems=problems, taken=frozenset(FieldGroup) - {FieldGroup.VARIANTS})

    def _products(self, wanted: Sequence[str], standing: _Standing) -> dict[str, Product]:
        """By the numbers that the request tells, else by our SKUs."""
        made = {sku: number for sku, number in (standing.made or {}).items() if sku}
        if len(wanted) == 1 and made.keys() <= {*wanted}:
            return reading.products_with(self.api, self.http, wanted)
        read = reading.products_by_number(self.api, self.http, made.values())
        found = {sku: read[number] for sku, number in made.items() if number in read}
        return found | reading.products_with(self.api, self.http, [sku for sku in wanted if sku not in made])

    def _without_request(self, sku: str, receipt: Receipt) -> Result:
        """A ticket that Tiki forgot says nothing; the products do, if there are any."""
        products = reading.products_with(self.api, self.http, receipt.variants or (sku,))
        if not products:
            return Result(sku, Outcome.REJECTED, problems=(Problem("request-gone", TICKET_GONE, values={"sku": sku}),))
        return self._live(sku, products, receipt.wish)

    def _live(self, sku: str, products: Mapping[str, Product], wish: Wish) -> Result:
        off = {one: product for one, product in products.items() if product.active != 1}
        if wish is not Wish.SHOW or not off:
            return Result(sku, Outcome.LIVE, to_remote(sku, products))
        switched = [OfferUpdate(product_id=int(product.product_id), active=1) for product in off.values()]
        refused = offers.send(self.api, switched, self.most)
        shown = {one: product if int(product.product_id) in refused else product.model_copy(update={"active": 1})
                 for one, product in products.items()}
        problems = offers.problems_by_sku(refused, {one: product.product_id for one, product in products.items()}, sku)
        if problems:
            return Result(sku, Outcome.REJECTED, to_remote(sku, shown), problems=problems,
                          taken=frozenset(FieldGroup) - {FieldGroup.VISIBILITY})
        return Result(sku, Outcome.LIVE, to_remote(sku, shown))

    def _long_ago(self, approved_at: datetime | None) -> bool:
        return approved_at is not None and self.now - approved_at >= SLOWEST_SHELF

    def _requests_with(self, skus: Sequence[str], states: Sequence[str]) -> Iterator[RequestRow]:
        """Requests for new products with these SKUs: a short list is walked, of a long one only these states are asked for."""
        for row in self._requests(states):
            named = any({*skus} & {product.original_sku, product.sku} for product in row.products)
            if named and row.kind == facts.KIND_CREATE and row.state not in ENDED:
                yield row

    def _requests(self, states: Sequence[str]) -> Iterator[RequestRow]:
        for place, (row, pages) in enumerate(self.api.requests()):
            if place == 0 and pages > len(states):
                break
            yield row
        else:
            return
        for state in states:
            for row, _ in self.api.requests(state):
                yield row

    def _sent_before(self, sku: str, ticket: Ticket, receipt: Receipt) -> str:
        """The number of our own earlier request that stands in the way of this one; empty when it is someone else's product.

        When the answer to a request is lost and it is not listed yet, it is sent twice, and Tiki refuses the second. The
        first is known by this: it was not decided when the second was sent.
        """
        sent_at = ticket.expires_at - facts.TICKET_LIFE
        rows = self._requests_with(receipt.variants or (sku,), (*facts.REQUESTS_OPEN, facts.REQUEST_APPROVED))
        return next((row.request_id for row in rows if row.approved_at is None or aware(row.approved_at) > sent_at), "")


def _reasons(sku: str, standing: _Standing) -> tuple[Problem, ...]:
    if standing.state == facts.REQUEST_DELETED:
        return (Problem("request-deleted", DELETED, values={"sku": sku}),)
    if standing.state == facts.REQUEST_LOCKED:
        return (Problem("request-locked", LOCKED), *(problems_in(standing.reason) if standing.reason else ()))
    return problems_in(standing.reason)


def _variants(sku: str, variants: Sequence[str]) -> tuple[str, ...]:
    """The SKUs of variants; a listing that is sold under its own SKU has none."""
    return () if tuple(variants) in ((), (sku,)) else tuple(variants)
