"""The order list of the Tiki practice server: an index over the simulated buyers, the filters, the pages."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import Refusal, Route, answer, page_answer, read_flag, read_page, read_time
from connectors.tiki.sandbox_order_form import (
    confirmation_status,
    fulfillment,
    order_code,
    order_form,
    order_moments,
    order_status,
)
from connectors.tiki.sandbox_products import Products
from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.sandbox.buyers import History, SimOrder
from ocop_market.sandbox.faults import FaultKind

MOST_ORDERS = 50  # unverified: 50 is proven, no page gives the maximum
INCLUDES = frozenset({"status_histories", "item.fees", "item.confirmation_histories"})
DAYS_OF = {"today": 0, "last7days": 6, "last30days": 29}
HIDDEN_AFTER_EVERY = 23
"""After every 23rd order of a list stands a row that is filtered out only when its page is printed."""


class OrderBook:
    """The orders of a history, drawn once a day and found by code, time of placing and time of change."""

    def __init__(self, history: History | None) -> None:
        self._history = history
        self._orders: list[SimOrder] = []
        self._placed: list[datetime] = []
        self._moments: list[tuple[datetime, int]] = []
        self._by_code: dict[str, SimOrder] = {}
        self._next_day = history.first_day if history else None

    def find(self, code: str, now: datetime) -> SimOrder | None:
        """The order with that code, if it was placed by `now`."""
        self._reach(now)
        order = self._by_code.get(code)
        return order if order is not None and order.placed_at <= now else None

    def placed(self, since: datetime | None, until: datetime | None, now: datetime) -> list[SimOrder]:
        """Orders placed from `since` to `until` and by `now`, oldest first."""
        self._reach(now)
        first = bisect_left(self._placed, since) if since else 0
        return self._orders[first:bisect_right(self._placed, min(until or now, now))]

    def changed(self, since: datetime | None, until: datetime | None, now: datetime) -> list[SimOrder]:
        """Orders whose last change up to `now` lies from `since` to `until`, oldest first."""
        since, until = since or datetime.min.replace(tzinfo=UTC), min(until or now, now)
        places = {place for _, place in self._happened(since, until, now)}
        return [order for order in (self._orders[place] for place in sorted(places)) if since <= order.updated_at(now) <= until]

    def happened(self, after: datetime, now: datetime) -> list[tuple[datetime, SimOrder]]:
        """Everything that happened to orders after a moment and up to `now`."""
        return [(at, self._orders[place]) for at, place in self._happened(after, now, now) if at > after]

    def _happened(self, since: datetime, until: datetime, now: datetime) -> list[tuple[datetime, int]]:
        self._reach(now)
        return self._moments[bisect_left(self._moments, (since, -1)):bisect_right(self._moments, (until, len(self._orders)))]

    def _reach(self, now: datetime) -> None:
        if self._history is None or self._next_day is None or not self._history.goods or self._next_day > business_day(now):
            return
        while self._next_day <= business_day(now):
            for order in self._history.day(self._next_day):
                self._moments += [(at, len(self._orders)) for at in order_moments(order)]
                self._orders.append(order)
                self._placed.append(order.placed_at)
                self._by_code[order_code(order)] = order
            self._next_day += timedelta(days=1)
        self._moments.sort()


class Orders(Products):
    """Order list and detail, version 2."""

    short_pages: bool

    def routes(self) -> Sequence[Route]:
        """Adds the order endpoints."""
        return (*super().routes(), ("GET", "/integration/v2/orders", "list_orders"),
                ("GET", "/integration/v2/orders/<code>", "show_order"))

    def open(self) -> None:
        """Adds the index; orders themselves are drawn, not kept."""
        super().open()
        self.book = OrderBook(self.history)
        self._last_list: tuple[object, list[SimOrder | None]] = ((), [])

    def list_orders(self, request: Request) -> Response:
        """One page of the orders that fit the filters, newest first unless asked otherwise.

        Some pages hold fewer rows than their limit, as the platform's do: rows are filtered once more after paging.
        """
        page, limit = read_page(request, most=MOST_ORDERS)
        include, now = _include(request), self.clock()
        key = now, tuple(sorted((name, value) for name, value in request.args.items()
                                if name not in ("page", "limit", "include")))
        if self._last_list[0] != key:
            self._last_list = key, self._rows(request.args, now)
        rows = self._last_list[1]
        start = (page - 1) * limit
        if page > 1 and self.faults.take(FaultKind.DUPLICATE_PAGE, request.path):
            start -= limit
        shown = [order_form(order, now, self.article, include, masked=self.masked)
                 for order in rows[start:page * limit] if order is not None]
        if self.faults.take(FaultKind.OUT_OF_ORDER, request.path):
            shown.reverse()
        return page_answer(shown, page, limit, len(rows))

    def show_order(self, request: Request, code: str) -> Response:
        """One order."""
        include, now = _include(request), self.clock()
        order = self.book.find(code, now)
        if order is None:
            raise Refusal(404, "Order not found")
        return answer(order_form(order, now, self.article, include, masked=self.masked))

    def _rows(self, asked: Mapping[str, str], now: datetime) -> list[SimOrder | None]:
        found = self._in_period(asked, now)
        for fits in self._filters(asked, now):
            found = [order for order in found if fits(order)]
        if asked.get("order_by", "created_at|desc") not in ("created_at|asc", "created_at|desc"):
            raise Refusal(400, "order_by must be created_at|asc or created_at|desc")
        if asked.get("order_by") != "created_at|asc":
            found.reverse()
        if not self.short_pages or "code" in asked:
            return list(found)
        rows: list[SimOrder | None] = []
        for place, order in enumerate(found, 1):
            rows += [order] if place % HIDDEN_AFTER_EVERY else [order, None]
        return rows

    def _in_period(self, asked: Mapping[str, str], now: datetime) -> list[SimOrder]:
        edges = {name: read_time(asked[name], name, end=name.endswith("to_date")) if asked.get(name) else None for name in (
            "created_from_date", "created_to_date", "updated_from_date", "updated_to_date")}
        created_from, created_to = edges["created_from_date"], edges["created_to_date"]
        if word := asked.get("filter_date_by"):
            if word not in DAYS_OF:
                raise Refusal(400, f"filter_date_by must be one of {', '.join(DAYS_OF)}")
            today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
            first = today - timedelta(days=DAYS_OF[word])
            created_from = max(created_from or first, first)
        if not edges["updated_from_date"] and not edges["updated_to_date"]:
            return self.book.placed(created_from, created_to, now)
        return [order for order in self.book.changed(edges["updated_from_date"], edges["updated_to_date"], now)
                if (created_from is None or order.placed_at >= created_from)
                and (created_to is None or order.placed_at <= created_to)]

    def _filters(self, asked: Mapping[str, str], now: datetime) -> list[Callable[[SimOrder], bool]]:
        """One test for each parameter that is there; set expressions are `in|a,b`, `nin|a,b` or plain `a,b`."""
        seen: dict[str, Callable[[SimOrder], set[str]]] = {
            "code": lambda order: {order_code(order)},
            "status": lambda order: {order_status(order, now)},
            "fulfillment_type": lambda order: {fulfillment(order)},
            "item_confirmation_status": lambda order: {confirmation_status(order, now)},
            "item_inventory_type": lambda order: {"backorder"},
            "sku": lambda order: {self.article(line.good.sku)["sku"] for line in order.lines},
        }
        filters = [_set_test(asked[name], values) for name, values in seen.items() if asked.get(name)]
        if asked.get("is_rma"):
            wanted = read_flag(asked["is_rma"], "is_rma")
            filters.append(lambda order: not wanted)  # the simulated buyers ask for no replacements
        return filters


def _set_test(expression: str, values: Callable[[SimOrder], set[str]]) -> Callable[[SimOrder], bool]:
    operator, bar, names = expression.partition("|")
    if not bar:
        operator, names = "in", expression
    if operator not in ("in", "nin"):
        raise Refusal(400, f"operator {operator} is not supported, use in or nin")
    listed = {name.strip() for name in names.split(",")}
    return lambda order: bool(listed & values(order)) == (operator == "in")


def _include(request: Request) -> frozenset[str]:
    return INCLUDES & frozenset(part.strip() for part in request.args.get("include", "").split(","))
