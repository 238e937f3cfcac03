"""Counts calls in memory and writes the sums seldom, so that a flood costs neither rows nor the market's lock."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

from ocop_market.errors import MarketError
from ocop_market.model.clock import Clock, business_day
from ocop_market.store.engine import Store
from ocop_market.store.hints import count_calls, drop_old

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)


class CallEnd(StrEnum):
    """How a call ended."""

    TAKEN = "taken"
    REPEATED = "repeated"
    """It came before: answered as the first time, and nothing kept."""
    FORGED = "forged"
    STALE = "stale"
    UNREADABLE = "unreadable"
    """Genuine, but of an unknown form."""
    NO_KEY = "no-key"
    """The account has no key to check it with."""
    TOO_LONG = "too-long"
    STRANGER = "stranger"
    """It is about a shop that no account here has, or goes to an address that there is not."""
    FAILED = "failed"
    """It could not be kept; the platform is asked to send it again."""


class Tally:
    """The counts since they were last written. Made for several threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._written_at = clock()

    def count(self, account: str, end: CallEnd) -> None:
        """Counts a call, and writes the sums when a minute has gone by, or the day."""
        now = self._clock()
        with self._lock:
            self._counts[account, end.value] += 1
            due = now - self._written_at >= EVERY or now < self._written_at
        if due:
            self.write()

    def write(self) -> None:
        """Writes what was counted; where that fails it is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._written_at = now = self._clock()
        if counts and not self._keep(counts, now):
            with self._lock:
                self._counts.update(counts)

    def _keep(self, counts: Counter[tuple[str, str]], now: datetime) -> bool:
        try:
            with self._store.writing() as connection:
                count_calls(connection, business_day(now), counts)
                drop_old(connection, now)
        except MarketError as error:
            log.warning("calls could not be counted: %s", error)
            return False
        return True
