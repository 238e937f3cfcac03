"""How far this computer's clock is from the platforms', as their answers told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from ocop_market.store.engine import upsert
from ocop_market.store.tables.work import clock_offset


def save_clock_offset(connection: Connection, account: str, ahead: timedelta, now: datetime) -> None:
    """Keeps how far our clock is ahead of that of an account's platform; negative when it is behind."""
    upsert(connection, clock_offset, [{"account": account, "seconds": round(ahead.total_seconds()), "seen_at": now}])


def load_clock_offsets(connection: Connection, since: datetime) -> dict[str, timedelta]:
    """How far our clock is ahead, by account, where a platform answered since."""
    query = select(clock_offset.c.account, clock_offset.c.seconds).where(clock_offset.c.seen_at >= since)
    return {account: timedelta(seconds=seconds) for account, seconds in connection.execute(query)}
