"""Daily totals put into a market by themselves, without orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert

from ocop_market.store.month_totals import month_of, rebuild_months
from ocop_market.store.tables.totals import sales_day


def put_days(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows of `sales_day`; the months follow."""
    connection.execute(insert(sales_day), [dict(row) for row in rows])
    months: dict[str, set[date]] = {}
    for row in rows:
        months.setdefault(row["account"], set()).add(month_of(row["day"]))
    for account, some in months.items():
        rebuild_months(connection, account, some)
