"""What of the daily totals is to be made again: whole days, or single cells (a day's sales under one code in one place)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union
from sqlalchemy.dialects import postgresql, sqlite

from ocop_market.store.engine import CHUNK, insert_missing
from ocop_market.store.order_lines import COUNTED_CODE, lines_of_orders
from ocop_market.store.tables.ledger import sales_line, sales_order
from ocop_market.store.tables.totals import touched_cell, touched_day

_BOTH = (touched_day, touched_cell)
_DAYS = union(*(select(table.c.day).where(table.c.account == bindparam("of_account")) for table in _BOTH))


def accounts_with_touched_days(connection: Connection) -> set[str]:
    """The accounts of which some day's totals are to be made again."""
    return set(connection.execute(union(*(select(table.c.account) for table in _BOTH))).scalars())


def touched_days(connection: Connection, account: str) -> list[date]:
    """Days of which something is to be made again, oldest first."""
    return sorted(connection.execute(_DAYS, {"of_account": account}).scalars())


def touch_days(connection: Connection, account: str, days: Iterable[date]) -> None:
    """Notes whole days: the cheaper way where much of them changes."""
    insert_missing(connection, touched_day, [{"account": account, "day": day} for day in sorted(days)])


def touch_orders(connection: Connection, account: str, order_ids: Sequence[str]) -> None:
    """Notes the cells in which these orders count now: called before a change of theirs and after it."""
    o = sales_order.c
    for start in range(0, len(order_ids), CHUNK):
        _touch(connection, _cells().where(o.account == account, o.order_id.in_(order_ids[start:start + CHUNK])))


def touch_goods(connection: Connection, account: str, sku: str, remote_id: str) -> None:
    """Notes the cells in which an article counts now, told by its number where it has no code; before its link changes and after."""
    line = sales_line.c
    sold = (line.account == account) & (line.sku == sku)
    _touch(connection, _cells().where(sold if sku else sold & (line.remote_id == remote_id)))


def _cells() -> Select[Any]:
    o = sales_order.c
    return select(o.account, o.day, COUNTED_CODE, o.location).distinct().select_from(lines_of_orders())


def _touch(connection: Connection, cells: Select[Any]) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(touched_cell).from_select(list(touched_cell.c.keys()), cells).on_conflict_do_nothing())
