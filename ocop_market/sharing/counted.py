"""Which bundle counts for which day of which account: each day once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """What a bundle is at the office."""

    HOLDS = "holds"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Known:
    """A bundle as the office knows it; days inside on both ends. One that was never taken is known by its revocation only."""

    digest: str
    label: str
    made_at: datetime
    first_day: date
    last_day: date
    valid_until: date
    level: str
    taken_at: datetime | None = None
    revoked_at: datetime | None = None

    def standing(self, today: date) -> Standing:
        """Whether it may be used today."""
        if self.revoked_at is not None:
            return Standing.REVOKED
        return Standing.EXPIRED if self.valid_until < today else Standing.HOLDS


@dataclass
class Days:
    """Of the days that a bundle tells of an account: how many count, and how many are counted from elsewhere."""

    counted: set[date] = field(default_factory=set)
    newer: set[date] = field(default_factory=set)
    """Told by a newer bundle of the same producer."""
    own: set[date] = field(default_factory=set)
    """In the office's own ledger, from the same shop."""


def days_that_count(bundles: Iterable[Known], accounts: Mapping[str, Collection[str]], own_days: Mapping[str, Collection[date]],
                    today: date) -> dict[tuple[str, str], Days]:
    """By bundle and account, which days count. Of several bundles the one made last tells a day, sales or none.

    `accounts` are those of each bundle by digest; `own_days`, by account, what the office's own ledger tells already.
    """
    found: dict[tuple[str, str], Days] = {}
    taken: dict[str, set[date]] = {}
    holding = [one for one in bundles if one.taken_at is not None and one.standing(today) is Standing.HOLDS]
    for bundle in sorted(holding, key=lambda one: (one.made_at, one.digest), reverse=True):
        for account in accounts[bundle.digest]:
            told = found[bundle.digest, account] = Days()
            own, others = own_days.get(account, ()), taken.setdefault(account, set())
            for offset in range((bundle.last_day - bundle.first_day).days + 1):
                day = bundle.first_day + timedelta(days=offset)
                (told.own if day in own else told.newer if day in others else told.counted).add(day)
            others |= told.counted | told.own
    return found
