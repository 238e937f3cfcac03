"""The walk through a shop's sales: windows of changes, then orders with their money and returns, page by page.

An order is read again when it changed, when one of its returns changed, and when its money was paid out. The numbers of a
window's orders are listed first and read in ascending order, so that orders which change meanwhile and leave the window
shift nothing, and a pull that broke off goes on behind the last number of its last page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from connectors.shopee import facts
from connectors.shopee.answers import Faulty
from connectors.shopee.api import ShopeeApi
from connectors.shopee.mapper import to_sale
from connectors.shopee.settlement import payout
from connectors.shopee.wire_sales import Escrow, Order, Release, Return
from ocop_market.channels.api import Cursor, SalesPage, SalesRefusal
from ocop_market.channels.http import Http
from ocop_market.channels.windows import Window, windows
from ocop_market.errors import Problem, Refused, SettingsError, UnexpectedAnswer
from ocop_market.language import N_
from ocop_market.model.money import whole_dong
from ocop_market.model.sales import Payout, SalesOrder

log = logging.getLogger(__name__)

UNREADABLE = N_("Order {order} could not be read ({fields}). It is kept for review; the other orders are in the ledger.")
NOT_GIVEN = N_("Shopee listed order {order} but does not give it. It is kept for review and asked for again at its next change.")
FOREIGN = N_("Order {order} is in {currency}, not in đồng. It is kept for review; only đồng are counted.")

Row = TypeVar("Row")


@dataclass(frozen=True)
class Place:
    """Where a pull stands: all before `updated_to` is read; inside a window, the orders up to number `after`, too."""

    updated_to: datetime
    window_to: datetime | None = None
    after: str = ""

    @classmethod
    def of(cls, cursor: Cursor) -> Place:
        """Reads a cursor."""
        window_to = cursor.get("window_to")
        return cls(_moment(cursor["updated_to"]), _moment(window_to) if window_to is not None else None,
                   str(cursor.get("after", "")))

    def cursor(self) -> dict[str, Any]:
        """The place as JSON."""
        place: dict[str, Any] = {"updated_to": int(self.updated_to.timestamp())}
        if self.window_to is not None:
            place |= {"window_to": int(self.window_to.timestamp()), "after": self.after}
        return place


@dataclass
class Touched:
    """What happened inside a window: numbers of changed orders, returns by their own number, payouts by order, and when money
    moved again after the payout.

    `faulty` holds, by order, the returns and payouts that cannot be read.
    """

    orders: set[str] = field(default_factory=set)
    returns: dict[str, Return] = field(default_factory=dict)
    released: dict[str, Release] = field(default_factory=dict)
    corrected: dict[str, datetime] = field(default_factory=dict)
    faulty: dict[str, Faulty] = field(default_factory=dict)

    def paid_at(self, number: str) -> datetime | None:
        """When the money of an order was paid out or moved again, whichever was later."""
        paid = self.released.get(number)
        moments = [*([paid.escrow_release_time] if paid else []), *([self.corrected[number]] if number in self.corrected else [])]
        return max(moments, default=None)

    def numbers(self) -> list[str]:
        """All orders to read, ascending."""
        return sorted(self.orders | {back.order_sn for back in self.returns.values()} | set(self.released) | set(self.corrected)
                      | set(self.faulty))


class SalesReader:
    """Reads the sales of one shop."""

    def __init__(self, api: ShopeeApi, http: Http) -> None:
        self._api, self._http = api, http

    def pages(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Pages of at most 100 orders, at least one page per window."""
        place = Place.of(cursor) if cursor else None
        plan = list(_plan(place, start, until))
        if not plan:
            yield SalesPage((), (place or Place(_whole_second(until))).cursor())
        for done, window in enumerate(plan):
            after = place.after if place and done == 0 else ""
            yield from self._window(window, after, done, len(plan))

    def placed(self, since: datetime, until: datetime) -> Iterator[str]:
        """Numbers of all orders placed in a time, in any order."""
        for window in windows(_whole_second(since), _whole_second(until), facts.ORDER_WINDOW):
            cursor, more = "", True
            while more:
                rows = self._api.order_list(window, cursor, by="create_time")
                yield from (row.order_sn for row in rows.order_list)
                more, cursor = rows.more and rows.next_cursor not in ("", cursor), rows.next_cursor

    def read(self, numbers: Sequence[str]) -> SalesPage:
        """These orders as they are now; numbers that Shopee does not know are left out."""
        orders, refused = self._read(numbers, Touched())
        return SalesPage(orders, {}, [row for row in refused if row.problem.code != "order-not-given"])

    def _window(self, window: Window, after: str, done: int, expected: int) -> Iterator[SalesPage]:
        touched = self._touched(window)
        numbers = [number for number in touched.numbers() if number > after]
        ends = Place(window.end).cursor()
        if not numbers:
            yield SalesPage((), ends, done=done + 1, expected=expected)
        for first in range(0, len(numbers), facts.PAGE_SIZE):
            page = numbers[first: first + facts.PAGE_SIZE]
            orders, refused = self._read(page, touched)
            payouts = _payouts(orders, touched.released)
            if page[-1] == numbers[-1]:
                yield SalesPage(orders, ends, refused, done=done + 1, expected=expected, payouts=payouts)
            else:
                yield SalesPage(orders, Place(window.start, window.end, page[-1]).cursor(), refused, done, expected, payouts)

    def _touched(self, window: Window) -> Touched:
        found = Touched()
        cursor, more = "", True
        while more:
            rows = self._api.order_list(window, cursor)
            found.orders.update(row.order_sn for row in rows.order_list)
            more, cursor = rows.more and rows.next_cursor not in ("", cursor), rows.next_cursor
        page, more = facts.RETURN_FIRST_PAGE, True
        while more:
            backs, faulty = self._api.returns(window, page)
            found.returns.update((back.return_sn, back) for back in backs.return_)
            found.faulty.update((row.number, row) for row in faulty)
            more, page = backs.more and bool(backs.return_ or faulty), page + 1
        page, more = facts.ESCROW_FIRST_PAGE, True
        while more:
            paid, faulty = self._api.releases(window, page)
            found.released.update((release.order_sn, release) for release in paid.escrow_list)
            found.faulty.update((row.number, row) for row in faulty)
            more, page = paid.more and bool(paid.escrow_list or faulty), page + 1
        found.corrected = self._corrections(window)
        return found

    def _corrections(self, window: Window) -> dict[str, datetime]:
        """Orders whose money moved after their payout: that changes no order's time, so nothing else tells of it.

        It is a hint only: an app that may not read the wallet pulls all the same.
        """
        found: dict[str, datetime] = {}
        page, more = facts.WALLET_FIRST_PAGE, True
        while more:
            try:
                moved = self._api.wallet(window, page)
            except (Refused, SettingsError) as error:
                log.info("the wallet of %s is not read: %s", error.where.account, error.code)
                return found
            found.update((move.order_sn, max(move.create_time, found.get(move.order_sn, move.create_time)))
                         for move in moved.transaction_list if move.order_sn and move.transaction_type not in facts.WALLET_PAYOUTS)
            more, page = moved.more and bool(moved.transaction_list), page + 1
        return found

    def _read(self, numbers: Sequence[str], touched: Touched) -> tuple[list[SalesOrder], list[SalesRefusal]]:
        orders, refused = self._orders(numbers)
        sold = [order.order_sn for order in orders if order.order_status not in facts.STATES_WITHOUT_ESCROW]
        escrows, unreadable = self._escrows(sold, touched)
        returns, half_read = self._returns(list(escrows.values()), touched)
        unreadable |= {**half_read, **touched.faulty}
        sales = []
        for order in orders:
            number = order.order_sn
            if number in unreadable:
                refused.append(_unreadable(unreadable[number]))
            elif order.currency != facts.CURRENCY:
                refused.append(_refusal(number, "foreign-currency", FOREIGN, currency=order.currency))
            else:
                sales.append(to_sale(order, escrows.get(number), returns.get(number, []), touched.paid_at(number)))
        return sales, refused

    def _orders(self, numbers: Sequence[str]) -> tuple[list[Order], list[SalesRefusal]]:
        orders: dict[str, Order] = {}
        refused: dict[str, SalesRefusal] = {}
        batches = _cut(numbers, facts.ORDER_DETAIL_BATCH)
        for found, faulty in self._http.map(lambda batch: _tolerant(self._api.orders, batch), batches):
            orders.update((order.order_sn, order) for order in found)
            refused.update((row.number, _unreadable(row)) for row in faulty if row.number in numbers)
        refused.update((number, _refusal(number, "order-not-given", NOT_GIVEN))
                       for number in numbers if number not in orders and number not in refused)
        return [orders[number] for number in numbers if number in orders], list(refused.values())

    def _escrows(self, numbers: Sequence[str], touched: Touched) -> tuple[dict[str, Escrow], dict[str, Faulty]]:
        """The money of orders; one without money yet is in neither, and is read again when it is paid out."""
        escrows: dict[str, Escrow] = {}
        unreadable: dict[str, Faulty] = {}
        batches = _cut(numbers, facts.ESCROW_BATCH)
        for found, faulty in self._http.map(lambda batch: _tolerant(self._api.escrows, batch), batches):
            escrows.update((escrow.order_sn, escrow) for escrow in found)
            unreadable.update((row.number, row) for row in faulty)
        hidden = [number for number, escrow in escrows.items()
                  if escrow.hides_its_refund or _paid_otherwise(escrow, touched.released.get(number))
                  or (number in touched.corrected and escrow.hides_adjustments)]
        for number, whole in zip(hidden, self._http.map(lambda number: _or_faulty(self._api.escrow, number, number), hidden),
                                 strict=True):
            if isinstance(whole, Faulty):
                unreadable[number] = whole
            else:
                escrows[number] = whole
        return escrows, unreadable

    def _returns(self, escrows: Sequence[Escrow], touched: Touched) -> tuple[dict[str, list[Return]], dict[str, Faulty]]:
        """The returns by order: those of this window, and older ones that the escrows name."""
        known = dict(touched.returns)
        unreadable: dict[str, Faulty] = {}
        owners = {number: escrow.order_sn for escrow in escrows for number in escrow.return_order_sn_list}
        asked = sorted(set(owners) - set(known))
        for back in self._http.map(lambda number: _or_faulty(self._api.return_, number, owners[number]), asked):
            if isinstance(back, Faulty):
                unreadable[back.number] = back
            else:
                known[back.return_sn] = back
        by_order: dict[str, list[Return]] = {}
        for number in sorted(known):
            by_order.setdefault(known[number].order_sn, []).append(known[number])
        return by_order, unreadable


def _plan(place: Place | None, start: datetime, until: datetime) -> Iterator[Window]:
    """Windows in whole seconds, as Shopee takes them; a window that was begun keeps its end."""
    until = _whole_second(until)
    if place is None:
        yield from windows(_whole_second(start), until, facts.ORDER_WINDOW)
    elif place.window_to is None:
        yield from windows(place.updated_to - facts.PROFILE.sales_overlap, until, facts.ORDER_WINDOW)
    else:
        yield Window(place.updated_to, place.window_to)
        yield from windows(place.window_to, until, facts.ORDER_WINDOW)


def _tolerant(read: Callable[[Sequence[str]], tuple[list[Row], list[Faulty]]], numbers: Sequence[str],
              ) -> tuple[list[Row], list[Faulty]]:
    """What is given of a batch; one unknown number may make Shopee refuse all of it (unverified), so halves are tried."""
    try:
        return read(numbers)
    except Refused as error:
        if error.code not in facts.CODES_NOT_FOUND:
            raise
        if len(numbers) == 1:
            return [], []
    middle = len(numbers) // 2
    first, second = _tolerant(read, numbers[:middle]), _tolerant(read, numbers[middle:])
    return first[0] + second[0], first[1] + second[1]


def _or_faulty(read: Callable[[str], Row], number: str, order: str) -> Row | Faulty:
    """What is behind a number, or what is wrong with it, for the sake of its order."""
    try:
        return read(number)
    except UnexpectedAnswer as error:
        return Faulty(order, error.fields)


def _cut(numbers: Sequence[str], size: int) -> list[Sequence[str]]:
    return [numbers[first: first + size] for first in range(0, len(numbers), size)]


def _unreadable(row: Faulty) -> SalesRefusal:
    return _refusal(row.number, "order-unreadable", UNREADABLE, fields=", ".join(row.fields[:5]))


def _refusal(number: str, code: str, message: str, **values: object) -> SalesRefusal:
    return SalesRefusal(number, Problem(code, message, "", {"order": number, **values}))


def _payouts(orders: Sequence[SalesOrder], released: Mapping[str, Release]) -> list[Payout]:
    paid = [released[order.order_id] for order in orders if order.order_id in released]
    return [Payout(one.order_sn, one.escrow_release_time, whole_dong(one.payout_amount)) for one in paid if one.payout_amount is not None]


def _paid_otherwise(escrow: Escrow, paid: Release | None) -> bool:
    """Whether the payout differs from what the batch shows, whose table lacks adjustments and some terms."""
    told = None if paid is None else paid.payout_amount
    return told is not None and whole_dong(told) != payout(escrow.order_income)


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _moment(unix: int) -> datetime:
    return datetime.fromtimestamp(unix, UTC)
