"""Where the ledger does not reach: figures of such days are too low, and reports say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from ocop_market.growth.compare import Period
from ocop_market.model.clock import business_day
from ocop_market.store.period_totals import first_sales
from ocop_market.store.tables.ledger import sync_cursor

SLACK = timedelta(days=31)
"""A shop that sells now and then may have its first sale so long after the first day that was fetched."""


@dataclass(frozen=True)
class Coverage:
    """`begins`: accounts whose first known sale lies inside the two periods, with its day; growth looks too high then.

    `ends_early`: accounts whose sales are not complete to the end of the period.
    """

    begins: Mapping[str, date] = field(default_factory=dict)
    ends_early: tuple[str, ...] = ()


def known_since(period: Period) -> date:
    """The last day on which an account may have its first sale and still count as known through the whole period."""
    return period.start + min(SLACK, (period.end - period.start) / 4)


def coverage(connection: Connection, period: Period, accounts: Collection[str], before: Period | None = None) -> Coverage:
    """What is missing for a comparison with `before` (the same period a year before, unless given).

    Of accounts, only those in `accounts` can still be fetched.
    """
    since = known_since(before or period.a_year_before())
    first: dict[str, date] = {}
    for (account, _), day in first_sales(connection).items():
        first[account] = min(first.get(account, day), day)
    begins = {account: day for account, day in first.items() if since < day <= period.end}
    c = sync_cursor.c
    reached: dict[str, datetime | None] = dict(connection.execute(
        select(c.account, func.max(c.complete_to)).where(c.stream == "sales").group_by(c.account)).all())
    early = [account for account, at in reached.items()
             if account in accounts and (at is None or business_day(at) <= period.end)]
    return Coverage(dict(sorted(begins.items())), tuple(sorted(early)))
