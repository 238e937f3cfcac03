"""Time: aware always; business days are those of Viet Nam."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam time: +07:00 the year round, no daylight saving since 1975, so a fixed offset needs no zone data."""


def utc_now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def business_day(moment: datetime) -> date:
    """The day in Viet Nam to which a moment belongs; a naive moment raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone cannot be given a business day")
    return moment.astimezone(VIETNAM).date()
