"""Totals by day, made anew from the lines: of whole days, or of touched cells (a day's sales under one code in one place)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, Date, Delete, Insert, String, Table, bindparam, delete, select, tuple_

from ocop_market.store.month_totals import month_of, rebuild_months
from ocop_market.store.order_lines import COUNTED_CODE, ORDERS_AND_LINES, counted_elsewhere, lines_of_orders
from ocop_market.store.sums import insert_sums
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.columns import AMOUNTS
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_mirror, sales_order
from ocop_market.store.tables.totals import sales_day, sales_fee_day, touched_cell, touched_day

DAY = timedelta(days=1)
_OF, _FIRST, _LAST = bindparam("of", type_=String), bindparam("first", type_=Date), bindparam("last", type_=Date)
# days are asked for as a span, one day as well: SQLite takes the index of days only then, as long as it has counted nothing
_OF_DAYS: ColumnElement[bool] = (sales_order.c.account == _OF) & sales_order.c.day.between(_FIRST, _LAST)
_COUNTED: ColumnElement[bool] = _OF_DAYS & ~counted_elsewhere()
Runs = Sequence[tuple[date, date]]


def rebuild_touched(connection: Connection, account: str, days: Collection[date]) -> None:
    """Makes what was touched of these days anew from the lines, then of their months, and takes it off the lists.

    Nothing is ever added to what stood there.
    """
    c = touched_day.c
    whole = sorted(connection.execute(select(c.day).where(c.account == account, c.day.in_(days))).scalars())
    in_part = sorted(set(days).difference(whole))
    if in_part:
        _rebuild(connection, account, [(in_part[0], in_part[-1])], noted_only=True)
        rebuild_months(connection, account, {month_of(day) for day in in_part} - {month_of(day) for day in whole}, noted_only=True)
        _take_off(connection, account, runs(in_part))
    rebuild_days(connection, account, whole)


def rebuild_days(connection: Connection, account: str, days: Collection[date]) -> None:
    """Makes the totals of these days anew from the lines, and those of their months from all of their days."""
    _rebuild(connection, account, runs(days), noted_only=False)
    rebuild_months(connection, account, {month_of(day) for day in days})
    _take_off(connection, account, runs(days))


def _rebuild(connection: Connection, account: str, spans: Runs, *, noted_only: bool) -> None:
    """All cells of these days, or those of them that are noted."""
    if spans:
        each = [{"of": account, "first": first, "last": last} for first, last in spans]
        plain = not any(_has(connection, table, account) for table in (goods_link, sales_mirror))
        for statement in _statements(connection.dialect.name, noted_only, plain):
            connection.execute(statement, each)
        forget, add_up = _fee_statements(connection.dialect.name)
        connection.execute(forget, each)
        if _has(connection, sales_fee, account):
            connection.execute(add_up, each)


def _has(connection: Connection, table: Table, account: str) -> bool:
    return connection.execute(select(table.c.account).where(table.c.account == account).limit(1)).first() is not None


@cache
def _statements(dialect: str, noted_only: bool, plain: bool) -> tuple[Delete, Insert]:
    """Made once: that costs more than to carry them out for a month.

    In a `plain` account no article was linked and nothing is a copy of another's order: to look for that would be an eighth of the work.
    """
    o, line, c, noted = sales_order.c, sales_line.c, sales_day.c, touched_cell.c
    source, code = (ORDERS_AND_LINES, line.sku) if plain else (lines_of_orders(), COUNTED_CODE)
    counted = _OF_DAYS if plain else _COUNTED
    if noted_only:
        of_account = (noted.account == _OF) & noted.day.between(_FIRST, _LAST)
        totals: ColumnElement[bool] = tuple_(c.account, c.day, c.sku, c.location).in_(
            select(noted.account, noted.day, noted.sku, noted.location).where(of_account))
        counted &= tuple_(o.day, o.location).in_(select(noted.day, noted.location).where(of_account)) & tuple_(
            o.day, o.location, code).in_(select(noted.day, noted.location, noted.sku).where(of_account))
    else:
        totals = (c.account == _OF) & c.day.between(_FIRST, _LAST)
    return delete(sales_day).where(totals), insert_sums(
        dialect, sales_day, {"account": _OF, "day": o.day, "sku": code, "location": o.location, "state": o.state},
        {name: line[name] for name in AMOUNTS}, source, counted)


@cache
def _fee_statements(dialect: str) -> tuple[Delete, Insert]:
    """Fees are told by day and kind, not by article, so they are made anew for whole days."""
    o, fee, c = sales_order.c, sales_fee.c, sales_fee_day.c
    return delete(sales_fee_day).where(c.account == _OF, c.day.between(_FIRST, _LAST)), insert_sums(
        dialect, sales_fee_day, {"account": _OF, "day": o.day, "state": o.state, "kind": fee.kind, "word": fee.word},
        {"amount": fee.amount}, sales_order.join(sales_fee, (o.account == fee.account) & (o.order_id == fee.order_id)), _COUNTED)


def _take_off(connection: Connection, account: str, spans: Runs) -> None:
    each = [{"of": account, "first": first, "last": last} for first, last in spans]
    if each:
        for table in (touched_day, touched_cell):
            connection.execute(delete(table).where(table.c.account == _OF, table.c.day.between(_FIRST, _LAST)), each)


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of each unbroken run of days; asked for a long list of days, SQLite reads all lines of the account."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs
