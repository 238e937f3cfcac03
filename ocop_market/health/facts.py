"""What the checks look at: gathered once, without a call to any platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class AccountFacts:
    """One account as it stands. Times are aware; None: never, or not known."""

    name: str
    practice: bool = False
    pulls: bool = False
    """Whether its sales come in by themselves."""
    complete_to: datetime | None = None
    pull_started: datetime | None = None
    pull_outcome: str = ""
    pull_reason: str = ""
    """Why the last pull ended, as a sentence; empty when it came to its end."""
    consent_until: datetime | None = None
    waiting_orders: int = 0
    """Orders placed more than a day ago that are neither paid nor accepted."""
    on_sale: int = 0
    without_stock: int = 0
    """Listings on sale whose stock, as we sent it, is 0."""
    unknown_goods: int = 0
    untrue_stars: int = 0
    refused_calls: int = 0
    """Webhooks of the last week that were signed with another key."""
    lost_calls: int = 0
    """Webhooks of the last week that could not be checked, read or kept."""
    clock_ahead: timedelta | None = None
    """How far this computer's clock is before the platform's."""


@dataclass(frozen=True)
class MarketFacts:
    """The market as it stands."""

    now: datetime
    accounts: tuple[AccountFacts, ...] = ()
    products: int = 0
    last_run: datetime | None = None
    disk_free: int | None = None
    """Bytes free where the market is kept; None for a database on a server."""
    database_size: int | None = None
    last_backup: datetime | None = None
    has_file: bool = True
    """False for a database on a server, which is saved there."""
    damage: tuple[str, ...] = ()
    """What the database says is wrong with itself, in its own words."""
