"""The totals of a period: its months from the totals by month, the days beside them and those to take off from the totals by day.

What is read of months does not grow with orders, and of days only until every article is sold every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    Connection,
    Date,
    Select,
    Table,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from ocop_market.store.code_spans import CodeSpan, span_table
from ocop_market.store.month_totals import last_of, month_of
from ocop_market.store.tables.totals import sales_day, sales_month

Columns = ColumnCollection[str, Any]
Expression = Callable[[Columns], ColumnElement[Any]]
Days = tuple[date, date]
DAY = timedelta(days=1)


class Division(NamedTuple):
    """A period: the days of all months from the first to the last of `months` and those of `beside`, less those of `outside`."""

    months: Days | None
    beside: tuple[Days, ...]
    outside: tuple[Days, ...] = ()


class _Piece(NamedTuple):
    table: Table
    month: ColumnElement[date]
    where: ColumnElement[bool]
    is_outside: bool = False


def divided(start: date, end: date) -> Division:
    """The whole months of these days and the days that are left, each part inside one month."""
    return _divided(start, end, lambda inside, outside: outside == 0)


def divided_shortly(start: date, end: date) -> Division:
    """So that the fewest days are left: a month of which the most part is in the period counts as whole, less the other days."""
    return _divided(start, end, lambda inside, outside: outside < inside)


def _divided(start: date, end: date, counts_as_whole: Callable[[int, int], bool]) -> Division:
    first, last = month_of(start), month_of(end)
    before, after = (first, start - DAY), (end + DAY, last_of(last))
    if first == last:
        if counts_as_whole(_days((start, end)), _days(before) + _days(after)):
            return Division((first, last), (), _not_empty(before, after))
        return Division(None, ((start, end),))
    head, tail = (start, last_of(first)), (last, end)
    has_head, has_tail = counts_as_whole(_days(head), _days(before)), counts_as_whole(_days(tail), _days(after))
    months = first if has_head else head[1] + DAY, last if has_tail else month_of(last - DAY)
    return Division(months if months[0] <= months[1] else None, (*(() if has_head else (head,)), *(() if has_tail else (tail,))),
                    _not_empty(*((before,) if has_head else ()), *((after,) if has_tail else ())))


def _days(span: Days) -> int:
    return (span[1] - span[0]).days + 1


def _not_empty(*spans: Days) -> tuple[Days, ...]:
    return tuple(span for span in spans if _days(span))


def summed(start: date, end: date, keys: Sequence[str], *amounts: Expression, where: Expression | None = None) -> Select[Any]:
    """The query of sums over these days by the columns `keys`; `month` among them is the first day of a month.

    Amounts, and what narrows the rows, are told of the columns that totals by month and by day have in common. Where there are
    keys, what comes to nothing in every amount is left out.
    """
    months, beside, outside = divided_shortly(start, end)
    pieces = [_Piece(sales_day, literal(month_of(days[0]), Date), sales_day.c.day.between(*days), is_outside)
              for is_outside, spans in ((False, beside), (True, outside)) for days in spans]
    if months:
        pieces.insert(0, _Piece(sales_month, sales_month.c.month, sales_month.c.month.between(*months)))
    whole = union_all(*(_sums(piece, keys, amounts, where) for piece in pieces)).subquery("parts")
    names = [whole.c[name] for name in keys]
    sums = [func.sum(whole.c[name]) for name in _labels(amounts)]
    query = select(*names, *(one.label(name) for name, one in zip(_labels(amounts), sums, strict=True))).group_by(*names)
    return query.having(or_(*(one != 0 for one in sums))) if keys else query


def sums_of_spans(connection: Connection, spans: Sequence[CodeSpan], amount: Expression) -> dict[tuple[str, str], int]:
    """Sums by code and by the key that counts for it on the day of sale; no day may stand in two spans of a code.

    Days are read of the codes alone whose key begins or ends inside a month, and of that month.
    """
    of_months: list[CodeSpan] = []
    of_days: dict[int, list[CodeSpan]] = {1: [], -1: []}
    for span in spans:
        months, beside, outside = divided_shortly(span.first, span.last)
        of_months += [span._replace(first=months[0], last=months[1])] if months else []
        for sign, days in ((1, beside), (-1, outside)):
            of_days[sign] += [span._replace(first=first, last=last) for first, last in days]
    queries = [(1, query) for query in _by_month(connection, of_months, amount)]
    queries += [(sign, query) for sign, some in of_days.items() for query in _by_day(connection, some, amount)]
    sums: dict[tuple[str, str], int] = {}
    for sign, query in queries:
        for code, key, found in connection.execute(query):
            sums[code, key] = sums.get((code, key), 0) + sign * int(found)
    return sums


def _by_month(connection: Connection, spans: Sequence[CodeSpan], amount: Expression) -> Iterator[Select[Any]]:
    if spans:
        month, span = sales_month.c, span_table(connection, spans)
        yield select(span.c.code, span.c.key, func.sum(amount(month))).select_from(sales_month.outerjoin(
            span, (month.sku == span.c.code) & month.month.between(span.c.first_day, span.c.last_day))).where(
            month.month.between(*_ends(spans)), func.coalesce(span.c.code, "") != "").group_by(span.c.code, span.c.key)


def _by_day(connection: Connection, spans: Sequence[CodeSpan], amount: Expression) -> Iterator[Select[Any]]:
    """The totals by month tell the accounts, whose days are then found by the primary key."""
    if spans:
        month, day, span = sales_month.c, sales_day.c, span_table(connection, spans)
        of_month = sales_month.outerjoin(span, (month.sku == span.c.code) & (month.month == span.c.month)).outerjoin(
            sales_day, (day.account == month.account) & day.day.between(span.c.first_day, span.c.last_day) & (day.sku == month.sku)
            & (day.location == month.location) & (day.state == month.state))
        yield select(span.c.code, span.c.key, func.sum(amount(day))).select_from(of_month).where(
            month.month.between(*_ends(spans)), func.coalesce(span.c.code, "") != "").group_by(span.c.code, span.c.key)


def _ends(spans: Sequence[CodeSpan]) -> Days:
    return month_of(min(span.first for span in spans)), max(span.last for span in spans)


def rows_between(connection: Connection, start: date, end: date) -> Iterator[Sequence[str]]:
    """All that the totals of these days tell, a row as one text of the database's own, in an order that is always the same."""
    months, edges, _ = divided(start, end)  # and no day outside, so that what is sold there changes nothing
    month, day = sales_month.c, sales_day.c
    pieces: list[tuple[Table, ColumnElement[bool]]] = [(sales_day, day.day.between(first, last)) for first, last in edges]
    for table, where in [*([(sales_month, month.month.between(*months))] if months else []), *pieces]:
        # turning single values into Python's would take longer than all else that is done with them
        text: ColumnElement[str] = literal("", Text)
        for column in table.c:
            text = text + "\x1f" + cast(column, Text)
        rows = connection.execute(select(text).where(where).order_by(*table.primary_key))
        yield from rows.scalars().partitions(10_000)


def first_sales(connection: Connection) -> dict[tuple[str, str], date]:
    """The first day with a sale by account and branch."""
    day, month = sales_day.c, sales_month.c
    begun = select(month.account, month.location, func.min(month.month).label("month")).group_by(
        month.account, month.location).subquery("begun")
    first = select(day.day).where(day.account == begun.c.account, day.day >= begun.c.month, day.location == begun.c.location).order_by(
        day.day).limit(1)
    query = select(begun.c.account, begun.c.location, first.scalar_subquery())
    return {(account, location): found for account, location, found in connection.execute(query)}


def _sums(piece: _Piece, keys: Sequence[str], amounts: Sequence[Expression], where: Expression | None) -> Select[Any]:
    c = piece.table.c
    columns = [(piece.month if name == "month" else c[name]).label(name) for name in keys]
    told = (-amount(c) if piece.is_outside else amount(c) for amount in amounts)
    sums = (func.sum(amount).label(name) for name, amount in zip(_labels(amounts), told, strict=True))
    grouped = [c[name] for name in keys if name in c]  # days lie in one month each, which is none of their columns
    return select(*columns, *sums).select_from(piece.table).where(piece.where, where(c) if where else true()).group_by(*grouped)


def _labels(amounts: Sequence[Expression]) -> list[str]:
    return [f"amount_{number}" for number in range(len(amounts))]
