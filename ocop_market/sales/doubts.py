"""What an order tells that can hardly be so: it is taken over as it stands, and kept for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import Connection

from ocop_market.channels.api import SalesRefusal
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.model.money import vnd
from ocop_market.model.sales import OrderState, SalesOrder
from ocop_market.store.prices import PriceSeen, orders_at_price, prices_seen

AHEAD = timedelta(days=1)
"""How far a platform's clock may run before ours, or a change lie before its order, before it is worth a look."""
ODD_TIMES = 8
"""A digit too many makes a price ten times the usual one; discounts do not touch list prices."""
SEEN_ENOUGH = 3
MOST_WEIGHT = 1000

NO_LINES = N_("Order {document} has no lines, so it counts for nothing. Look at it at the platform.")
NEGATIVE = N_("Order {document} has a quantity or an amount below zero. It was taken over as it stands; look at it at the platform.")
TWICE = N_("Order {document} has two lines with the same number. Both were kept; look at it at the platform.")
CLOCK_AHEAD = N_("Order {document} is dated {moment}, which is still to come. It was taken over; check the clock of this computer, "
                 "then the order.")
CHANGED_BEFORE = N_("Order {document} was changed ({changed}) before it was placed ({moment}). It was taken over; look at it at the "
                    "platform.")
ODD_PRICE = N_("Order {document}: {sku} at {price} a piece, usually {usual}. A digit may be too many or missing; it was taken over as it "
               "stands. Look at it at the platform.")


def doubts(orders: Sequence[SalesOrder], now: datetime) -> list[SalesRefusal]:
    """What is to be looked at about these orders."""
    latest = now + AHEAD
    return [SalesRefusal(order.order_id, problem) for order in orders if not _is_plain(order, latest)
            for problem in (*_of_lines(order), *_of_times(order, latest))]


def _is_plain(order: SalesOrder, latest: datetime) -> bool:
    """Whether there is nothing to look at, as with nearly every order; told quickly, for each order of a pull comes here."""
    if order.placed_at > latest or order.updated_at < order.placed_at or not order.lines:
        return False
    names = set()
    for line in order.lines:
        if line.list_amount < 0 or line.refund < 0 or line.quantity.is_signed() or line.returned_quantity.is_signed():
            return False
        names.add(line.line)
    return len(names) == len(order.lines)


def _of_lines(order: SalesOrder) -> Iterator[Problem]:
    lines, document = order.lines, order.document or order.order_id
    if not lines and order.state is not OrderState.CANCELLED:
        yield Problem("no-lines", NO_LINES, "lines", {"document": document})
    if len(lines) > 1 and len({line.line for line in lines}) < len(lines):
        yield Problem("line-twice", TWICE, "lines", {"document": document})
    for line in lines:
        if line.quantity < 0 or line.list_amount < 0 or line.refund < 0 or line.returned_quantity < 0:
            yield Problem("negative", NEGATIVE, "lines", {"document": document})
            break


def _of_times(order: SalesOrder, latest: datetime) -> Iterator[Problem]:
    document = order.document or order.order_id
    if order.placed_at > latest:
        yield Problem("clock-ahead", CLOCK_AHEAD, "placed_at", {"document": document, "moment": _day(order.placed_at)})
    elif order.updated_at < order.placed_at and order.placed_at - order.updated_at > AHEAD:
        yield Problem("changed-before-placed", CHANGED_BEFORE, "updated_at", {
            "document": document, "moment": _day(order.placed_at), "changed": _day(order.updated_at)})


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def odd_prices(seen: Sequence[PriceSeen]) -> Iterator[tuple[PriceSeen, int]]:
    """Of the prices of one article those that are far from its usual one, with that one in đồng.

    The usual price is the middle one of all that was sold; of an article that was hardly sold, the catalog's.
    """
    if sum(one.times for one in seen) < SEEN_ENOUGH:
        usual = next((one.listed for one in seen if one.listed), None)
    elif max(one.price for one in seen) < ODD_TIMES * min(one.price for one in seen):
        return
    else:
        usual = int(median(one.price for one in seen for _ in range(min(one.times, MOST_WEIGHT))))
    if usual:
        yield from ((one, usual) for one in seen if one.fresh and (one.price >= ODD_TIMES * usual or one.price * ODD_TIMES <= usual))


def doubtful_prices(connection: Connection, account: str, first: date, last: date, only: Sequence[str] | None = None) -> list[SalesRefusal]:
    """Orders of these days in which an article, of those asked for, has a price far from its usual one."""
    if only is not None and not only:
        return []
    found = []
    for seen in prices_seen(connection, account, first, last, only):
        for odd, usual in odd_prices(seen):
            for order_id, document in orders_at_price(connection, account, first, last, odd):
                found.append(SalesRefusal(order_id, Problem("price-odd", ODD_PRICE, "lines", {
                    "document": document or order_id, "sku": odd.sku, "price": vnd(odd.price), "usual": vnd(usual)})))
    return found
