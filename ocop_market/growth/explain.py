"""From a figure to the order lines behind it: which lines count, which of the same goods and days do not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, false, func, or_, select

from ocop_market.catalog.lookup import Find, finder
from ocop_market.growth.added_up import added, exact, fee_of_line, fees_of_days, has_fee
from ocop_market.growth.address import Address, Measure, Slice
from ocop_market.growth.basis import Basis, counted_states, revenue
from ocop_market.growth.chosen import IN, Choice, Chosen, Ledger, Working
from ocop_market.growth.compare import Period
from ocop_market.growth.movement import product_key
from ocop_market.growth.years import compound
from ocop_market.model.product import Product
from ocop_market.model.sales import OrderState
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.code_spans import span_table
from ocop_market.store.order_lines import COUNTED_CODE, counted_elsewhere, lines_of_orders
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import sales_day, sales_fee_day

_OF_BOTH = frozenset({Measure.CHANGE, Measure.GROWTH, Measure.PRODUCTS, Measure.RATE, Measure.MEDIAN})
"""Measures that need the lines of both periods."""
_DAYS_OF_A_YEAR = 365.25


class LeftOut(StrEnum):
    """Why lines of the same goods, places and days are not counted."""

    PLACED = "placed"
    """Not paid or accepted yet."""
    ACCEPTED = "accepted"
    """Not delivered yet."""
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """In a state for which only the platform has a word."""
    ELSEWHERE = "elsewhere"
    """A till's copy of an order that a marketplace's account counts."""


@dataclass(frozen=True)
class Counted:
    """How many lines of how many orders, and what they come to: đồng, or sales units where the figure is of those."""

    lines: int = 0
    orders: int = 0
    amount: int | Decimal = 0


@dataclass(frozen=True)
class Side:
    """One of the periods that a figure is made of. `in_totals` is what its daily totals say, in đồng, and `found` what its lines do.

    `sign` is -1 where its lines come off the figure. Lines that are left out are worth list price less the seller's discounts.
    """

    period: Period
    sign: int
    in_totals: int | Decimal
    found: Counted
    left_out: Mapping[LeftOut, Counted]
    chosen: Chosen


@dataclass(frozen=True)
class Explained:
    """A figure of sales with what it is made of.

    `value` is in đồng, per cent, sales units or products, as the measure tells; None where it cannot be told. `whole` is what a
    share is of, filled for shares only. `accounts` are those with lines behind the figure. `workings` are the articles or
    products of figures that are no sum of their lines: effects, and what followed an event.
    """

    address: Address
    value: int | float | Decimal | None
    sides: tuple[Side, ...]
    accounts: tuple[str, ...]
    whole: int | None = None
    workings: tuple[Working, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines stand behind it."""
        return sum(side.found.lines for side in self.sides)

    @property
    def lines_amount(self) -> int | Decimal:
        """What they come to, the lines of a period that comes off with a minus."""
        return sum(side.sign * side.found.amount for side in self.sides)

    @property
    def agrees(self) -> bool:
        """Whether the lines come to what the daily totals say."""
        return all(side.in_totals == side.found.amount for side in self.sides)


@dataclass(frozen=True)
class Line:
    """One order line as it counts: `amount` is its part of the figure, the other amounts those of the ledger.

    `product` is the SKU of the catalog, empty for goods that it does not know. There is nothing of a buyer here.
    """

    day: date
    account: str
    location: str
    document: str
    line: str
    sku: str
    product: str
    name: str
    state: OrderState
    quantity: Decimal
    returned_quantity: Decimal
    list_amount: int
    seller_discount: int
    refund: int
    fees: int
    seller_shipping: int
    tax_withheld: int
    amount: int | Decimal


def explain(connection: Connection, products: Mapping[str, Product], address: Address, *, shown: Mapping[str, Product] | None = None,
            ) -> Explained:
    """Finds what a figure of sales is made of; `shown` are the products as they may be shown, as for `compare`.

    A key that nothing was sold under gives a figure of nothing. SettingsError for districts of today.
    """
    ledger = Ledger(connection, products, shown or products)
    choice = ledger.choose(address)
    sides = _sides(connection, address, choice)
    value = choice.reckoned if _is_reckoned(address) else _value(ledger, address, sides)
    return of_sides(connection, address, value, sides, whole=_whole(connection, address, sides), workings=choice.workings)


def of_sides(connection: Connection, address: Address, value: int | float | Decimal | None, sides: Sequence[Side], *,
             whole: int | None = None, workings: tuple[Working, ...] = ()) -> Explained:
    """A figure from what it counts, with the accounts that have lines behind it."""
    accounts = {account for side in sides for account in _accounts(connection, side.chosen)}
    return Explained(address, value, tuple(sides), tuple(sorted(accounts)), whole, workings)


def lines(connection: Connection, products: Mapping[str, Product], explained: Explained, *, start: int = 0, count: int | None = None,
          ) -> Iterator[Line]:
    """The counted lines by day, account and order, those of the period before last; from number `start` on, `count` of them or all."""
    find = finder(products, load_former_codes(connection))
    for side in explained.sides:
        if start >= side.found.lines:
            start -= side.found.lines
            continue
        taken = side.found.lines - start if count is None else min(count, side.found.lines - start)
        if taken:
            yield from _lines(connection, side, explained.address, find, start, taken)
        start, count = 0, None if count is None else count - taken


def _sides(connection: Connection, address: Address, choice: Choice) -> list[Side]:
    if address.measure is Measure.BEFORE:
        return [side(connection, one, 1, address) for one in choice.before]
    sides = [side(connection, one, 1, address) for one in choice.now]
    return sides + [side(connection, one, -1, address) for one in choice.before] if address.measure in _OF_BOTH else sides


def _is_reckoned(address: Address) -> bool:
    """Whether the value is no sum of lines."""
    return address.slice is Slice.EFFECT or (address.slice is Slice.EVENT and address.measure in (Measure.MEDIAN, Measure.PRODUCTS))


def _value(ledger: Ledger, address: Address, sides: Sequence[Side]) -> int | float | Decimal | None:
    now, before = (sum(side.in_totals for side in sides if side.sign == sign) for sign in (1, -1))
    match address.measure:
        case Measure.GROWTH:
            return 100.0 * float(now - before) / float(before) if before > 0 else None
        case Measure.RATE:
            return compound(int(before), int(now), round((address.period.start - address.before.start).days / _DAYS_OF_A_YEAR))
        case Measure.SHARE | Measure.IN_HAND_SHARE:
            whole = _whole(ledger.connection, address, sides)
            return 100.0 * float(now) / whole if whole and whole > 0 else None
        case Measure.PRODUCTS_SOLD:
            return len(_products_sold(ledger.connection, sides[0].chosen, address.basis, ledger.find))
        case Measure.PRODUCTS:
            return len({product_key(code, ledger.find) for code in ledger.of_movement(address)})
    return now - before


def _whole(connection: Connection, address: Address, sides: Sequence[Side]) -> int | None:
    """What a share is of: all revenue of the period, or the same goods' revenue before fees."""
    if address.measure is Measure.SHARE:
        return int(_in_totals(connection, Chosen(address.period), address))
    if address.measure is Measure.IN_HAND_SHARE:
        net = replace(address, measure=Measure.REVENUE)
        return sum(int(_in_totals(connection, one.chosen, net)) for one in sides)
    return None


def _products_sold(connection: Connection, chosen: Chosen, basis: Basis, find: Find) -> set[str]:
    """Products whose sales at some point of sale come to something."""
    c = sales_day.c
    source, where = _of_totals(connection, chosen)
    query = select(c.sku, func.sum(revenue(basis))).select_from(source).where(where).group_by(c.account, c.location, c.sku)
    return {product.sku for sku, amount in connection.execute(query) if amount and (product := find(sku))}


def side(connection: Connection, chosen: Chosen, sign: int, address: Address) -> Side:
    """What is chosen in one period: by its daily totals, and line by line with what does not count."""
    o, line = sales_order.c, sales_line.c
    source, where = _of_lines(connection, chosen, address)
    elsewhere = counted_elsewhere()
    query = select(o.state, elsewhere.label("elsewhere"), func.count(), func.count((o.account + "\n" + o.order_id).distinct()),
                   func.sum(_of_line(address)), func.sum(line.list_amount - line.seller_discount)).select_from(
        source).where(where).group_by(o.state, elsewhere)
    found = Counted()
    left_out: dict[LeftOut, Counted] = {}
    for state, is_elsewhere, count, orders, amount, worth in connection.execute(query):
        if not is_elsewhere and state in counted_states(address.basis):
            found = Counted(found.lines + count, found.orders + orders, found.amount + exact(amount, address))
            continue
        reason = LeftOut.ELSEWHERE if is_elsewhere else LeftOut(state)
        was = left_out.get(reason, Counted())
        left_out[reason] = Counted(was.lines + count, was.orders + orders, was.amount + int(worth))
    return Side(chosen.period, sign, _in_totals(connection, chosen, address), found,
                {reason: left_out[reason] for reason in LeftOut if reason in left_out}, chosen)


def _in_totals(connection: Connection, chosen: Chosen, address: Address) -> int | Decimal:
    if address.fee:
        days = sales_fee_day.c.day.between(chosen.period.start, chosen.period.end)
        return exact(connection.execute(fees_of_days(address, days, chosen.accounts)).scalar_one(), address)
    source, where = _of_totals(connection, chosen)
    amount = added(address, sales_day.c, sales_day.c.state)
    return exact(connection.execute(select(func.sum(amount)).select_from(source).where(where)).scalar_one(), address)


def _of_line(address: Address) -> ColumnElement[Any]:
    return fee_of_line(address, sales_order.c.state) if address.fee else added(address, sales_line.c, sales_order.c.state)


def _accounts(connection: Connection, chosen: Chosen) -> list[str]:
    source, where = _of_totals(connection, chosen)
    return list(connection.execute(select(sales_day.c.account).distinct().select_from(source).where(where)).scalars())


def _lines(connection: Connection, side: Side, address: Address, find: Find, start: int, count: int) -> Iterator[Line]:
    o, line = sales_order.c, sales_line.c
    source, where = _of_lines(connection, side.chosen, address)
    query = select(o.day, o.account, o.location, func.coalesce(func.nullif(o.document, ""), o.order_id), line.line, line.sku,
                   COUNTED_CODE.label("code"), line.name, o.state, line.quantity, line.returned_quantity, line.list_amount,
                   line.seller_discount, line.refund, line.fees, line.seller_shipping, line.tax_withheld,
                   _of_line(address).label("amount")).select_from(source).where(
        where, ~counted_elsewhere(), o.state.in_(counted_states(address.basis))).order_by(
        o.day, o.account, o.order_id, line.line).offset(start).limit(count)
    for day, account, location, document, number, sku, code, name, state, *own, amount in connection.execute(query):
        product = find(code)
        counted = side.sign * exact(amount, address)
        yield Line(day, account, location, document, number, sku, product.sku if product else "", name, OrderState(state),
                   *(*own, counted))


def _of_lines(connection: Connection, chosen: Chosen, address: Address) -> tuple[FromClause, ColumnElement[bool]]:
    o = sales_order.c
    source, where = _narrowed(connection, chosen, lines_of_orders(), o.account, o.location, COUNTED_CODE, o.day)
    return source, where & has_fee(address) if address.fee else where


def _of_totals(connection: Connection, chosen: Chosen) -> tuple[FromClause, ColumnElement[bool]]:
    c = sales_day.c
    return _narrowed(connection, chosen, sales_day, c.account, c.location, c.sku, c.day)


def _narrowed(connection: Connection, chosen: Chosen, source: FromClause, account: ColumnElement[str], location: ColumnElement[str],
              code: ColumnElement[str], day: ColumnElement[date]) -> tuple[FromClause, ColumnElement[bool]]:
    """A source and the condition that lets only the chosen rows through."""
    where: ColumnElement[bool] = day.between(chosen.period.start, chosen.period.end)
    if chosen.accounts is not None:
        where &= account.in_(chosen.accounts)
    if chosen.outlets is not None:
        places: dict[str, list[str]] = {}
        for one, place in chosen.outlets:
            places.setdefault(one, []).append(place)
        where &= or_(false(), *((account == one) & location.in_(some) for one, some in places.items()))
    if chosen.spans is not None:
        span = span_table(connection, chosen.spans)
        source = source.outerjoin(span, (code == span.c.code) & day.between(span.c.first_day, span.c.last_day))
        where &= func.coalesce(span.c.key, "") == IN  # SQLite would turn "is not null" into an inner join
    return source, where
