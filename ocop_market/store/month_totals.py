"""Totals by month, made anew from the daily totals: what is read of whole months does not grow with orders."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from functools import cache

from sqlalchemy import Connection, Date, Delete, Insert, String, bindparam, delete, select, tuple_

from ocop_market.store.sums import insert_sums
from ocop_market.store.tables.columns import AMOUNTS
from ocop_market.store.tables.totals import sales_day, sales_month, touched_cell

_OF, _FIRST, _LAST = bindparam("of", type_=String), bindparam("first", type_=Date), bindparam("last", type_=Date)


def month_of(day: date) -> date:
    """The first day of its month, which stands for the month in its totals."""
    return day.replace(day=1)


def last_of(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def rebuild_months(connection: Connection, account: str, months: Iterable[date], *, noted_only: bool = False) -> None:
    """Makes the totals of these months anew from those of their days, or with `noted_only` those of noted cells."""
    each = [{"of": account, "first": one, "last": last_of(one)} for one in sorted(months)]
    if each:
        for statement in _statements(connection.dialect.name, noted_only):
            connection.execute(statement, each)


@cache
def _statements(dialect: str, noted_only: bool) -> tuple[Delete, Insert]:
    c, month, noted = sales_day.c, sales_month.c, touched_cell.c
    of_month, of_days = (month.account == _OF) & (month.month == _FIRST), (c.account == _OF) & c.day.between(_FIRST, _LAST)
    if noted_only:
        cells = select(noted.sku, noted.location).where(noted.account == _OF, noted.day.between(_FIRST, _LAST))
        of_month &= tuple_(month.sku, month.location).in_(cells)
        of_days &= tuple_(c.sku, c.location).in_(cells)
    return delete(sales_month).where(of_month), insert_sums(
        dialect, sales_month, {"account": _OF, "month": _FIRST, "sku": c.sku, "location": c.location, "state": c.state},
        {name: c[name] for name in AMOUNTS}, sales_day, of_days)
