"""Platforms that are down: after some failures in a row they are left alone, then one account tries, and only then all others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select

from ocop_market.store.engine import upsert
from ocop_market.store.tables.work import circuit

FAILURES = 3
"""So many runs in a row, of whichever accounts, that a platform did not answer."""
FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=5)
"""How long a platform is left alone: twice as long after each try that failed."""

_LOOK = select(circuit.c.failures, circuit.c.open_until).where(circuit.c.platform == bindparam("of_platform"))
_FORGET = delete(circuit).where(circuit.c.platform == bindparam("of_platform"))


def platforms_away(connection: Connection, now: datetime) -> set[str]:
    """The platforms that nobody is to call now. A rest that ends too late was written before the clock was set back."""
    return {platform for platform, until in _rests(connection) if now < until <= now + LONGEST_REST}


def platforms_on_trial(connection: Connection, now: datetime) -> set[str]:
    """The platforms whose rest is over, but of which nobody knows yet whether they answer again."""
    return {platform for platform, _ in _rests(connection)} - platforms_away(connection, now)


def may_try(connection: Connection, platform: str, now: datetime) -> bool:
    """Whether a platform may be called; after a rest only the first who asks may, and the others once that one has come through."""
    found = connection.execute(_LOOK, {"of_platform": platform}).one_or_none()
    if found is None or found.open_until is None:
        return True
    if now < found.open_until <= now + LONGEST_REST:
        return False
    _keep(connection, platform, found.failures, now + LONGEST_REST)
    return True


def answered(connection: Connection, platform: str) -> None:
    """The platform answers: all its accounts go on."""
    connection.execute(_FORGET, {"of_platform": platform})


def did_not_answer(connection: Connection, platform: str, now: datetime) -> None:
    """Counts a run that the platform did not answer."""
    found = connection.execute(_LOOK, {"of_platform": platform}).one_or_none()
    failures = 1 + (found.failures if found is not None else 0)
    rest = min(FIRST_REST * 2 ** min(max(0, failures - FAILURES), 10), LONGEST_REST)
    _keep(connection, platform, failures, now + rest if failures >= FAILURES else None)


def _rests(connection: Connection) -> Iterator[tuple[str, datetime]]:
    query = select(circuit.c.platform, circuit.c.open_until).where(circuit.c.open_until.is_not(None))
    return ((platform, until) for platform, until in connection.execute(query))


def _keep(connection: Connection, platform: str, failures: int, until: datetime | None) -> None:
    upsert(connection, circuit, [{"platform": platform, "failures": failures, "open_until": until}])
