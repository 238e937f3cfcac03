"""The simulated buyers' orders as the practice Shopee sees them: numbers, states, amounts, and fast windows of time."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from connectors.shopee.sandbox_items import Items
from connectors.shopee.sandbox_wire import Body, seconds
from ocop_market.model.clock import business_day
from ocop_market.sandbox.buyers import Buyer, History, SimLine, SimOrder, SimReturn, Step

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TAIL_LENGTH = 8
SCATTER = 1_234_567_891
"""Odd and no multiple of 3, so that it maps the numbers of a day one to one onto tails."""
NEVER = 1 << 62

STATUS = {Step.PLACED: "UNPAID", Step.READY: "READY_TO_SHIP", Step.SHIPPED: "SHIPPED", Step.DELIVERED: "TO_CONFIRM_RECEIVE",
          Step.COMPLETED: "COMPLETED", Step.CANCELLED: "CANCELLED"}
ARRANGED_AFTER = timedelta(hours=4)
"""How long after READY_TO_SHIP the practice seller has arranged the parcel (PROCESSED)."""


def order_sn(number: int) -> str:
    """The order's number on the platform: yymmdd and eight letters or digits."""
    day, index = date.fromordinal(number // 10_000), number % 10_000
    return day.strftime("%y%m%d") + _tail(index)


def return_sn(number: int) -> str:
    """The number of a return: yymmdd of the order, then nine letters or digits."""
    return date.fromordinal(number // 100_000).strftime("%y%m%d") + "R" + _tail(number % 100_000)


def _tail(index: int) -> str:
    rest = (index + 1) * SCATTER % len(ALPHABET) ** TAIL_LENGTH
    letters = []
    for _ in range(TAIL_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def status_of_order(order: SimOrder, now: datetime) -> str:
    """The platform's word for where the order stands."""
    ready = order.reached(Step.READY, now)
    if order.state(now) is Step.READY and ready is not None and ready + ARRANGED_AFTER <= now:
        return "PROCESSED"
    return STATUS[order.state(now)]


def shipping_fee(order: SimOrder) -> int:
    """What the buyer pays for delivery, and what it costs: the same, in đồng."""
    return 16_500 + order.number % 7 * 1_500


def line_item_id(order: SimOrder, position: int) -> int:
    """The id of a line, unique in the shop."""
    return order.number * 10 + position


def unit_price(line: SimLine) -> int:
    """Price of one piece after the seller's own discount."""
    return int(Decimal(line.seller_amount) / line.quantity)


def shown_name(buyer: Buyer, masked: bool) -> str:
    """The buyer's user name, masked as names are. GUIDE Requesting Access to Sensitive Data, 2026-08."""
    return mask(buyer.username) if masked else buyer.username


def mask(name: str) -> str:
    """First and last letter with stars between."""
    return f"{name[0]}******{name[-1]}"


def shown_address(buyer: Buyer, masked: bool) -> Body:
    """Where the buyer lives: province, district and commune always in clear, the rest masked."""
    street = f"{buyer.street}, Xã Giả, Huyện Giả, {buyer.province}"
    return {"name": mask(buyer.name) if masked else buyer.name, "phone": f"******{buyer.phone[-2:]}" if masked else buyer.phone,
            "town": "", "district": "Xã Giả", "city": "Huyện Giả", "state": buyer.province, "region": "VN", "zipcode": "",
            "full_address": f"{street.split()[0]}******" if masked else street}


@dataclass(frozen=True)
class Row:
    """An order, or a return of one, at the moment that puts it into a window."""

    at: int
    number: str
    order: SimOrder
    until: int = NEVER
    """When a later change takes its place."""
    back: SimReturn | None = None


def _at(row: Row) -> int:
    return row.at


class OrderBook:
    """All orders up to now, sorted by what can be asked for; each day of the history is drawn and read once."""

    def __init__(self, history: History | None, items: Items) -> None:
        self._history, self._items = history, items
        self._next_day = history.first_day if history else date.max
        self._created: list[Row] = []
        self._changed: list[Row] = []
        self._completed: list[Row] = []
        self._returned: list[Row] = []
        self._orders: dict[str, SimOrder] = {}
        self._returns: dict[str, Row] = {}

    def order(self, number: str, now: datetime) -> SimOrder | None:
        """The order of that number, once it was placed."""
        self._catch_up(now)
        order = self._orders.get(number)
        return order if order is not None and order.placed_at <= now else None

    def returned(self, number: str, now: datetime) -> Row | None:
        """The return of that number, once it was made."""
        self._catch_up(now)
        row = self._returns.get(number)
        return row if row is not None and row.at <= seconds(now) else None

    def created_between(self, since: int, until: int, now: datetime) -> list[Row]:
        """Orders placed in the window, both ends included, oldest first; the same for the other windows."""
        self._catch_up(now)
        return _window(self._created, since, min(until, seconds(now)))

    def updated_between(self, since: int, until: int, now: datetime) -> list[Row]:
        """Orders whose latest change up to now lies in the window."""
        self._catch_up(now)
        present = seconds(now)
        return [row for row in _window(self._changed, since, min(until, present)) if row.until > present]

    def completed_between(self, since: int, until: int, now: datetime) -> list[Row]:
        """Orders completed, and so paid out, in the window."""
        self._catch_up(now)
        return _window(self._completed, since, min(until, seconds(now)))

    def returned_between(self, since: int, until: int, now: datetime) -> list[Row]:
        """Returns made in the window."""
        self._catch_up(now)
        return _window(self._returned, since, min(until, seconds(now)))

    def listing(self, order: SimOrder, line: SimLine) -> tuple[int, int]:
        """Item and model id of a line: those of the shop when it had the SKU then, otherwise of a listing long gone."""
        kept = self._items.listed_as(line.good.sku, seconds(order.placed_at))
        digest = hashlib.sha256(line.good.sku.encode()).digest()
        return kept or (20_000_000_000 + int.from_bytes(digest[:8], "big") % 10_000_000_000, 0)

    def codes(self, order: SimOrder, position: int) -> Body:
        """The fields that say what a line is, shared by orders and payments."""
        line = order.lines[position]
        item_id, model_id = self.listing(order, line)
        item_sku, model_name = self._items.named(item_id, model_id) if model_id else (line.good.sku, "")
        return {"item_id": item_id, "item_name": line.good.name, "item_sku": item_sku, "model_id": model_id,
                "model_name": model_name, "model_sku": line.good.sku if model_id else "", "line_item_id": line_item_id(order, position)}

    def _catch_up(self, now: datetime) -> None:
        today = business_day(now)
        if self._history is None or not self._history.goods or self._next_day > today:
            return
        while self._next_day <= today:
            for order in self._history.day(self._next_day):
                self._read(order)
            self._next_day += timedelta(days=1)
        for rows in (self._created, self._changed, self._completed, self._returned):
            rows.sort(key=lambda row: (row.at, row.number))

    def _read(self, order: SimOrder) -> None:
        number = order_sn(order.number)
        self._orders[number] = order
        self._created.append(Row(seconds(order.placed_at), number, order))
        moments = sorted({seconds(at) for at, _ in order.steps} | {seconds(back.at) for back in order.returns})
        self._changed += [Row(at, number, order, until) for at, until in zip(moments, [*moments[1:], NEVER], strict=True)]
        self._completed += [Row(seconds(at), number, order) for at, step in order.steps if step is Step.COMPLETED]
        for back in order.returns:
            row = Row(seconds(back.at), return_sn(back.number), order, back=back)
            self._returns[row.number] = row
            self._returned.append(row)


def _window(rows: list[Row], since: int, until: int) -> list[Row]:
    return rows[bisect_left(rows, since, key=_at):bisect_right(rows, until, key=_at)]
