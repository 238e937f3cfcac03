"""Totals by day, made anew from the lines for the days that were touched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, select

from ocop_market.store.order_lines import COUNTED_CODE, counted_elsewhere, lines_of_orders
from ocop_market.store.tables import AMOUNTS, sales_day, sales_fee, sales_fee_day, sales_line, sales_order, touched_day

DAY = timedelta(days=1)


def accounts_with_touched_days(connection: Connection) -> set[str]:
    """The accounts of which some day's totals are to be made again."""
    return set(connection.execute(select(touched_day.c.account).distinct()).scalars())


def touched_days(connection: Connection, account: str) -> list[date]:
    """Days whose totals are to be made again, oldest first."""
    query = select(touched_day.c.day).where(touched_day.c.account == account).order_by(touched_day.c.day)
    return list(connection.execute(query).scalars())


def rebuild_days(connection: Connection, account: str, days: Iterable[date]) -> None:
    """Makes the totals of these days anew from the lines and takes the days off the list; never adds up differences."""
    fee = sales_fee.c
    charges = connection.execute(select(fee.account).where(fee.account == account).limit(1)).first() is not None
    for first, last in runs(days):
        for table in (sales_day, sales_fee_day):
            connection.execute(delete(table).where(table.c.account == account, table.c.day.between(first, last)))
        _insert_totals(connection, account, first, last)
        if charges:
            _insert_fee_totals(connection, account, first, last)
        connection.execute(delete(touched_day).where(touched_day.c.account == account, touched_day.c.day.between(first, last)))


def _insert_totals(connection: Connection, account: str, first: date, last: date) -> None:
    o, line = sales_order.c, sales_line.c
    keys = (o.day, COUNTED_CODE, o.location, o.state)  # the account is one, and would cost a tenth of the time among the keys
    totals = select(literal(account), *keys, *(func.sum(line[name]) for name in AMOUNTS)).select_from(lines_of_orders()).where(
        *_counted(account, first, last)).group_by(*keys)
    connection.execute(insert(sales_day).from_select(["account", "day", "sku", "location", "state", *AMOUNTS], totals))


def _insert_fee_totals(connection: Connection, account: str, first: date, last: date) -> None:
    o, fee = sales_order.c, sales_fee.c
    keys = (o.day, o.state, fee.kind, fee.word)
    fees = sales_order.join(sales_fee, (o.account == fee.account) & (o.order_id == fee.order_id))
    totals = select(literal(account), *keys, func.sum(fee.amount)).select_from(fees).where(
        *_counted(account, first, last)).group_by(*keys)
    connection.execute(insert(sales_fee_day).from_select(["account", "day", "state", "kind", "word", "amount"], totals))


def _counted(account: str, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return sales_order.c.account == account, sales_order.c.day.between(first, last), ~counted_elsewhere()


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of each unbroken run of days; asked for a long list of days, SQLite reads all lines of the account."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs
