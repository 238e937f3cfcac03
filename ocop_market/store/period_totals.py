"""The totals of a period: its whole months from the totals by month, the days that are left from the totals by day.

What is read of whole months does not grow with orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnCollection, ColumnElement, Connection, Date, Select, Table, Text, cast, func, literal, select, true, union_all

from ocop_market.store.code_spans import CodeSpan, span_table
from ocop_market.store.month_totals import last_of, month_of
from ocop_market.store.tables.totals import sales_day, sales_month

Columns = ColumnCollection[str, Any]
Expression = Callable[[Columns], ColumnElement[Any]]
Days = tuple[date, date]
DAY = timedelta(days=1)


class _Piece(NamedTuple):
    table: Table
    month: ColumnElement[date]
    where: ColumnElement[bool]


def divided(start: date, end: date) -> tuple[Days | None, list[Days]]:
    """The first and the last whole month of these days, and the days that are left, each part inside one month."""
    first = start if start.day == 1 else last_of(start) + DAY
    last = month_of(end) if end == last_of(end) else month_of(month_of(end) - DAY)
    if first <= last:
        edges = [(start, first - DAY), (last_of(last) + DAY, end)]
        return (first, last), [edge for edge in edges if edge[0] <= edge[1]]
    if month_of(start) == month_of(end):
        return None, [(start, end)]
    return None, [(start, last_of(start)), (month_of(end), end)]


def summed(start: date, end: date, keys: Sequence[str], *amounts: Expression, where: Expression | None = None) -> Select[Any]:
    """The query of sums over these days by the columns `keys`; `month` among them is the first day of a month.

    Amounts, and what narrows the rows, are told of the columns that totals by month and by day have in common.
    """
    months, edges = divided(start, end)
    pieces = [_Piece(sales_day, literal(month_of(first), Date), sales_day.c.day.between(first, last)) for first, last in edges]
    if months:
        pieces.insert(0, _Piece(sales_month, sales_month.c.month, sales_month.c.month.between(*months)))
    parts = [_sums(piece, keys, amounts, where) for piece in pieces]
    if len(parts) == 1:
        return parts[0]
    whole = union_all(*parts).subquery("parts")
    names = [whole.c[name] for name in keys]
    return select(*names, *(func.sum(whole.c[name]).label(name) for name in _labels(amounts))).group_by(*names)


def sums_of_spans(connection: Connection, spans: Sequence[CodeSpan], amount: Expression) -> dict[tuple[str, str], int]:
    """Sums by code and by the key that counts for it on the day of sale; no day may stand in two spans of a code.

    Days are read of the codes alone whose key begins or ends inside a month, and of that month.
    """
    of_months, of_days = [], []
    for span in spans:
        months, days = divided(span.first, span.last)
        of_months += [span._replace(first=months[0], last=months[1])] if months else []
        of_days += [span._replace(first=first, last=last) for first, last in days]
    sums: dict[tuple[str, str], int] = {}
    for query in (*_by_month(connection, of_months, amount), *_by_day(connection, of_days, amount)):
        for code, key, found in connection.execute(query):
            sums[code, key] = sums.get((code, key), 0) + int(found)
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
    months, edges = divided(start, end)
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
    sums = (func.sum(amount(c)).label(name) for name, amount in zip(_labels(amounts), amounts, strict=True))
    grouped = [c[name] for name in keys if name in c]  # days lie in one month each, which is none of their columns
    return select(*columns, *sums).select_from(piece.table).where(piece.where, where(c) if where else true()).group_by(*grouped)


def _labels(amounts: Sequence[Expression]) -> list[str]:
    return [f"amount_{number}" for number in range(len(amounts))]
