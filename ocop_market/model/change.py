"""Changes that go to a platform, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ocop_market.errors import Problem
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft


class ChangeKind(StrEnum):
    """What a change does: make a listing, change some field groups of one, or take one off sale."""

    CREATE = "create"
    UPDATE = "update"
    WITHDRAW = "withdraw"


class Outcome(StrEnum):
    """Where a change stands after the platform's answer."""

    LIVE = "live"
    """Accepted; the listing is as wanted."""
    WITHDRAWN = "withdrawn"
    """Taken off sale."""
    PENDING = "pending"
    """Taken in for review; a ticket tells how to ask again."""
    REJECTED = "rejected"
    """Refused, with problems."""
    UNCERTAIN = "uncertain"
    """The answer was lost: look before repeating."""
    LATER = "later"
    """Not done now (busy, limited, out of reach); to be tried again."""


@dataclass(frozen=True)
class RemoteListing:
    """A listing as the platform knows it: its id, our SKU on it, the platform's own word for its state.

    `data` holds further ids that later calls need (JSON-able); `visible` is None when the platform does not tell.
    A request that is still under review has an empty `remote_id` and brings the `ticket` to ask about it with.
    """

    remote_id: str
    sku: str
    remote_state: str = ""
    visible: bool | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    ticket: Ticket | None = None


@dataclass(frozen=True)
class Ticket:
    """A receipt for a change that is answered later; asking after `expires_at` finds nothing."""

    number: str
    expires_at: datetime


@dataclass(frozen=True)
class Change:
    """One change to one listing.

    `draft` is what is wanted (None only for WITHDRAW); `remote` is known except for CREATE; `groups` are the field
    groups that differ (all of them for CREATE).
    """

    kind: ChangeKind
    sku: str
    draft: ListingDraft | None = None
    remote: RemoteListing | None = None
    groups: frozenset[FieldGroup] = frozenset(FieldGroup)


@dataclass(frozen=True)
class Result:
    """What became of one change. `note` is a short text for the log, without personal data.

    Of a change that is REJECTED in part, `taken` names the field groups that the platform has taken all the same. `remarks` are what a
    platform says beside taking a change (its warnings).
    """

    sku: str
    outcome: Outcome
    remote: RemoteListing | None = None
    ticket: Ticket | None = None
    problems: tuple[Problem, ...] = ()
    note: str = ""
    taken: frozenset[FieldGroup] = frozenset()
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class LiveListing:
    """A listing as the platform shows it now.

    `fields` has the shape of `ListingDraft.groups()` by name of the group, with values in the form that a draft has them; what the
    platform does not tell is left out. Pictures are named by the platform's own ids or addresses. `reserved` counts by SKU what
    promotions hold of the stock, `ordered` what is placed in orders and still part of the stock that the platform shows.
    `problems` are the platform's reasons where it has taken the listing down. `remote.data` holds what later calls need (ids of
    the variants by SKU).
    """

    remote: RemoteListing
    fields: Mapping[str, JsonObject]
    reserved: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    ordered: Mapping[str, int] = field(default_factory=dict)
