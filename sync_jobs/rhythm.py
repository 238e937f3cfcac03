"""When a job comes round again: after a while, or at a time of day, week or month in Viet Nam."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM

UNKNOWN = N_("'{text}' says not how often. Write 15m, 2h or 1d; daily 06:30; weekly mon 06:30; monthly 1 06:30 or monthly last 06:30; "
             "off; or default.")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LONGEST = timedelta(days=366)
LAST_DAY = 31


@dataclass(frozen=True)
class Every:
    """Again so long after the last start."""

    interval: timedelta

    def after(self, moment: datetime) -> datetime:
        """The next time after `moment`."""
        return moment + self.interval

    def __str__(self) -> str:
        unit, length = next((unit, length) for unit, length in reversed(UNITS.items()) if not self.interval % length)
        return f"{self.interval // length}{unit}"


@dataclass(frozen=True)
class Daily:
    """Every day at a time in Viet Nam."""

    at: time

    def after(self, moment: datetime) -> datetime:
        """The next time after `moment`."""
        day = moment.astimezone(VIETNAM).date()
        return next(found for found in (_at(day + timedelta(days), self.at) for days in (0, 1)) if found > moment)

    def __str__(self) -> str:
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True)
class Weekly:
    """Once a week; Monday is 0."""

    weekday: int
    at: time

    def after(self, moment: datetime) -> datetime:
        """The next time after `moment`."""
        today = moment.astimezone(VIETNAM).date()
        day = today + timedelta((self.weekday - today.weekday()) % 7)
        found = _at(day, self.at)
        return found if found > moment else found + timedelta(7)

    def __str__(self) -> str:
        return f"weekly {WEEKDAYS[self.weekday]} {self.at:%H:%M}"


@dataclass(frozen=True)
class Monthly:
    """Once a month; in a month without that day, on its last one."""

    day: int
    at: time

    def after(self, moment: datetime) -> datetime:
        """The next time after `moment`."""
        today = moment.astimezone(VIETNAM).date()
        found = self._in(today)
        return found if found > moment else self._in(today.replace(day=1) + timedelta(32))

    def _in(self, month: date) -> datetime:
        last = monthrange(month.year, month.month)[1]
        return _at(month.replace(day=min(self.day, last)), self.at)

    def __str__(self) -> str:
        return f"monthly {'last' if self.day == LAST_DAY else self.day} {self.at:%H:%M}"


Rhythm = Every | Daily | Weekly | Monthly


def parse_rhythm(text: str) -> Rhythm | None:
    """What `str` of a rhythm gives, read again; None for `off`. SettingsError for anything else."""
    words = text.casefold().split()
    if words == ["off"]:
        return None
    try:
        return _understood(words)
    except (ValueError, KeyError, OverflowError):
        raise SettingsError(UNKNOWN, code="rhythm-unknown", text=text) from None


def _understood(words: list[str]) -> Rhythm:
    match words:
        case [length] if found := re.fullmatch(r"([1-9][0-9]{0,5})([mhd])", length):
            interval = int(found[1]) * UNITS[found[2]]
            if interval <= LONGEST:
                return Every(interval)
        case ["daily", at]:
            return Daily(_time(at))
        case ["weekly", day, at]:
            return Weekly(WEEKDAYS.index(day[:3]), _time(at))
        case ["monthly", day, at] if day == "last" or 1 <= int(day) <= LAST_DAY:
            return Monthly(LAST_DAY if day == "last" else int(day), _time(at))
    raise ValueError(words)


def _time(text: str) -> time:
    found = re.fullmatch(r"([0-9]{1,2})[:h]([0-9]{2})?", text)
    if found is None:
        raise ValueError(text)
    return time(int(found[1]), int(found[2] or 0))


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, VIETNAM)
