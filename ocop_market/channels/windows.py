"""Periods cut to what a platform allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Window:
    """A closed-open period of aware times: `start` inside, `end` outside."""

    start: datetime
    end: datetime


def windows(start: datetime, end: datetime, longest: timedelta) -> Iterator[Window]:
    """Consecutive windows from `start` to `end`, none longer than `longest`; none at all when end is not after start."""
    if longest <= timedelta(0):
        raise ValueError("a window must have a length")
    while start < end:
        stop = min(start + longest, end)
        yield Window(start, stop)
        start = stop
