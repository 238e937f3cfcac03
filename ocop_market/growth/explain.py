"""From a figure to the order lines behind it: which lines count, which of the same goods and days do not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, FromClause, false, func, or_, select

from ocop_market.catalog.lookup import Find, finder
from ocop_market.growth.address import Address, Measure, Sellers, Slice
from ocop_market.growth.basis import Basis, counted_states, revenue
from ocop_market.growth.compare import BY_DAY, By, Period, certificate_spans, namer, outlet, sold_codes
from ocop_market.growth.movement import PART_OF, by_product, product_key
from ocop_market.growth.panel import first_days, panel
from ocop_market.growth.sold import Sold, read_sold
from ocop_market.model.product import Product
from ocop_market.model.sales import OrderState
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.code_spans import CodeSpan, span_table
from ocop_market.store.order_lines import COUNTED_CODE, counted_elsewhere, lines_of_orders
from ocop_market.store.tables import sales_day, sales_line, sales_order

_IN = "in"
_Sold = tuple[Sequence[Sold], Sequence[Sold]]


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
    """How many lines of how many orders, and what they come to in đồng."""

    lines: int = 0
    orders: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Side:
    """One of the periods that a figure is made of. `in_totals` is what its daily totals say, in đồng, and `found` what its lines do.

    `sign` is -1 where its lines come off the figure. Lines that are left out are worth list price less the seller's discounts.
    """

    period: Period
    sign: int
    in_totals: int
    found: Counted
    left_out: Mapping[LeftOut, Counted]
    chosen: Chosen


@dataclass(frozen=True)
class Explained:
    """A figure of sales with what it is made of.

    `value` is in đồng, per cent or products, as the measure tells; None where it cannot be told. `whole` is all revenue of the
    period, filled for shares only. `accounts` are those with lines behind the figure.
    """

    address: Address
    value: int | float | None
    sides: tuple[Side, ...]
    accounts: tuple[str, ...]
    whole: int | None = None

    @property
    def lines(self) -> int:
        """How many lines stand behind it."""
        return sum(side.found.lines for side in self.sides)

    @property
    def lines_amount(self) -> int:
        """What they come to, in đồng, the lines of a period that comes off with a minus."""
        return sum(side.sign * side.found.amount for side in self.sides)

    @property
    def agrees(self) -> bool:
        """Whether the lines come to what the daily totals say."""
        return all(side.in_totals == side.found.amount for side in self.sides)


@dataclass(frozen=True)
class Line:
    """One order line as it counts: `amount` is its part of the figure in đồng, the other amounts those of the ledger.

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
    amount: int


@dataclass(frozen=True)
class Chosen:
    """What of the ledger a figure counts in one period; None does not narrow. Codes may count on some days only."""

    period: Period
    accounts: tuple[str, ...] | None = None
    outlets: tuple[tuple[str, str], ...] | None = None
    spans: tuple[CodeSpan, ...] | None = None


def explain(connection: Connection, products: Mapping[str, Product], address: Address, *, shown: Mapping[str, Product] | None = None,
            ) -> Explained:
    """Finds what a figure of sales is made of; `shown` are the products as they may be shown, as for `compare`.

    A key that nothing was sold under gives a figure of nothing. SettingsError for districts of today.
    """
    find = finder(products, load_former_codes(connection))
    now, before = _chosen(connection, products, shown or products, address, find)
    both = address.measure in (Measure.CHANGE, Measure.GROWTH, Measure.PRODUCTS)
    wanted = [(now, 1)] if address.measure is not Measure.BEFORE else [(before, 1)]
    sides = [_side(connection, one, sign, address.basis) for one, sign in (*wanted, *([(before, -1)] if both else []))]
    whole = _in_totals(connection, Chosen(address.period), address.basis) if address.measure is Measure.SHARE else None
    accounts = {account for side in sides for account in _accounts(connection, side.chosen)}
    return Explained(address, _value(connection, address, sides, whole, find), tuple(sides), tuple(sorted(accounts)), whole)


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
            yield from _lines(connection, side, explained.address.basis, find, start, taken)
        start, count = 0, None if count is None else count - taken


def _value(connection: Connection, address: Address, sides: Sequence[Side], whole: int | None, find: Find) -> int | float | None:
    amount = sum(side.sign * side.in_totals for side in sides)
    match address.measure:
        case Measure.GROWTH:
            before = sides[1].in_totals
            return 100.0 * amount / before if before > 0 else None
        case Measure.SHARE:
            return 100.0 * amount / whole if whole and whole > 0 else None
        case Measure.PRODUCTS_SOLD:
            return len(_products_sold(connection, sides[0].chosen, address.basis, find))
        case Measure.PRODUCTS:
            return len({product_key(code, find) for code in _of_movement(_sold(connection, address), address, find)})
    return amount


def _products_sold(connection: Connection, chosen: Chosen, basis: Basis, find: Find) -> set[str]:
    """Products whose sales at some point of sale come to something."""
    c = sales_day.c
    source, where = _of_totals(connection, chosen)
    query = select(c.sku, func.sum(revenue(basis))).select_from(source).where(where).group_by(c.account, c.location, c.sku)
    return {product.sku for sku, amount in connection.execute(query) if amount and (product := find(sku))}


def _chosen(connection: Connection, products: Mapping[str, Product], shown: Mapping[str, Product], address: Address, find: Find,
            ) -> tuple[Chosen, Chosen]:
    """What a figure counts in its period and in the one compared with."""
    periods = address.period, address.before
    match address.slice:
        case Slice.ACCOUNTS:
            now, before = (Chosen(one, accounts=tuple(address.key.split(","))) for one in periods)
        case Slice.BY:
            now, before = (_row(connection, products, shown, address, find, one) for one in periods)
        case Slice.PART | Slice.REASON | Slice.SELLERS:
            sold = _sold(connection, address)
            if address.slice is Slice.SELLERS:
                outlets = _of_panel(connection, sold, address)
                now, before = (Chosen(one, outlets=outlets) for one in periods)
            else:
                codes = _of_movement(sold, address, find)
                now, before = (Chosen(one, spans=_whole(codes, one)) for one in periods)
        case _:
            now, before = (Chosen(one) for one in periods)
    return now, before


def _row(connection: Connection, products: Mapping[str, Product], shown: Mapping[str, Product], address: Address, find: Find,
         period: Period) -> Chosen:
    """What the row of a comparison counts."""
    by, key = address.by, address.key
    if by is None or by is By.CHANNEL:
        return Chosen(period, accounts=(key,))
    if by is By.LOCATION:
        c = sales_day.c
        known = connection.execute(select(c.account, c.location).distinct().where(c.day.between(period.start, period.end)))
        return Chosen(period, outlets=tuple((account, place) for account, place in known if outlet(account, place) == key))
    codes = sold_codes(connection, period)
    if by in BY_DAY:
        return Chosen(period, spans=tuple(one._replace(key=_IN) for one in certificate_spans(find, by, codes, period) if one.key == key))
    name, _ = namer(connection, products, by, address.geography, shown)
    return Chosen(period, spans=_whole((code for code in codes if name(code) == key), period))


def _whole(codes: Iterable[str], period: Period) -> tuple[CodeSpan, ...]:
    return tuple(CodeSpan(code, period.start, period.end, _IN) for code in codes)


def _sold(connection: Connection, address: Address) -> _Sold:
    return read_sold(connection, address.period, address.basis), read_sold(connection, address.before, address.basis)


def _of_panel(connection: Connection, sold: _Sold, address: Address) -> tuple[tuple[str, str], ...]:
    found = panel(*sold, address.before, first_days(connection))
    wanted = {Sellers.SAME: found.outlets, Sellers.ADDED: found.added_outlets, Sellers.GONE: found.gone_outlets}[Sellers(address.key)]
    return tuple(sorted({(row.account, row.location) for rows in sold for row in rows if row.outlet in wanted}))


def _of_movement(sold: _Sold, address: Address, find: Find) -> list[str]:
    """The codes of products that went one way (any, where the figure is of all)."""
    reasons = {key: reason for key, (reason, _) in by_product(*sold, find, address.period, address.before).items()}
    wanted = {reason for reason, part in PART_OF.items()
              if address.key in ("", (part if address.slice is Slice.PART else reason).value)}
    return sorted({row.sku for rows in sold for row in rows if reasons[product_key(row.sku, find)] in wanted})


def _side(connection: Connection, chosen: Chosen, sign: int, basis: Basis) -> Side:
    o, line = sales_order.c, sales_line.c
    source, where = _of_lines(connection, chosen)
    elsewhere = counted_elsewhere()
    query = select(o.state, elsewhere.label("elsewhere"), func.count(), func.count((o.account + "\n" + o.order_id).distinct()),
                   func.sum(revenue(basis, line, o.state)), func.sum(line.list_amount - line.seller_discount)).select_from(
        source).where(where).group_by(o.state, elsewhere)
    found = Counted()
    left_out: dict[LeftOut, Counted] = {}
    for state, is_elsewhere, count, orders, amount, worth in connection.execute(query):
        if not is_elsewhere and state in counted_states(basis):
            found = Counted(found.lines + count, found.orders + orders, found.amount + int(amount))
            continue
        reason = LeftOut.ELSEWHERE if is_elsewhere else LeftOut(state)
        was = left_out.get(reason, Counted())
        left_out[reason] = Counted(was.lines + count, was.orders + orders, was.amount + int(worth))
    return Side(chosen.period, sign, _in_totals(connection, chosen, basis), found,
                {reason: left_out[reason] for reason in LeftOut if reason in left_out}, chosen)


def _in_totals(connection: Connection, chosen: Chosen, basis: Basis) -> int:
    source, where = _of_totals(connection, chosen)
    return int(connection.execute(select(func.coalesce(func.sum(revenue(basis)), 0)).select_from(source).where(where)).scalar_one())


def _accounts(connection: Connection, chosen: Chosen) -> list[str]:
    source, where = _of_totals(connection, chosen)
    return list(connection.execute(select(sales_day.c.account).distinct().select_from(source).where(where)).scalars())


def _lines(connection: Connection, side: Side, basis: Basis, find: Find, start: int, count: int) -> Iterator[Line]:
    o, line = sales_order.c, sales_line.c
    source, where = _of_lines(connection, side.chosen)
    query = select(o.day, o.account, o.location, func.coalesce(func.nullif(o.document, ""), o.order_id), line.line, line.sku,
                   COUNTED_CODE.label("code"), line.name, o.state, line.quantity, line.returned_quantity, line.list_amount,
                   line.seller_discount, line.refund, line.fees, line.seller_shipping, line.tax_withheld,
                   (side.sign * revenue(basis, line, o.state)).label("amount")).select_from(source).where(
        where, ~counted_elsewhere(), o.state.in_(counted_states(basis))).order_by(
        o.day, o.account, o.order_id, line.line).offset(start).limit(count)
    for day, account, location, document, number, sku, code, name, state, *amounts in connection.execute(query):
        product = find(code)
        yield Line(day, account, location, document, number, sku, product.sku if product else "", name, OrderState(state), *amounts)


def _of_lines(connection: Connection, chosen: Chosen) -> tuple[FromClause, ColumnElement[bool]]:
    o = sales_order.c
    return _narrowed(connection, chosen, lines_of_orders(), o.account, o.location, COUNTED_CODE, o.day)


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
        where &= func.coalesce(span.c.key, "") == _IN  # SQLite would turn "is not null" into an inner join
    return source, where
