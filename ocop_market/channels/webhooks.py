"""Roles of connectors that are told of changes: by calls to an address of ours, or through a queue that is read.

What is told is a hint: it brings the next pull or look forward. Only the pull feeds the ledger.
"""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ocop_market.errors import MarketError
from ocop_market.language import N_


class HintKind(StrEnum):
    """What a hint is about, and so what is brought forward."""

    ORDERS = "orders"
    """Orders, invoices, returns or payments changed: sales are pulled."""
    LISTINGS = "listings"
    """A listing was reviewed, banned or changed: open reviews are asked about."""
    STOCK = "stock"
    """There is more or less of an article than before."""
    CONSENT = "consent"
    """The shop gave its consent, took it back, or it is about to end."""


@dataclass(frozen=True)
class Hint:
    """One thing that changed: its kind and the platform's id of it, which never is a person's; empty when not told."""

    kind: HintKind
    subject: str = ""


@dataclass(frozen=True)
class WebhookCall:
    """A call as it came in: the address that was registered, the headers by their names in lower case, the bytes of the body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Notice:
    """What a genuine call told.

    `delivery` is the same for the same call sent again, and no other. `sent_at` is when the platform made it, None where it
    does not tell. `shop` is set when it is about another shop of the same app than the account that was called.
    """

    delivery: str
    hints: tuple[Hint, ...] = ()
    sent_at: datetime | None = None
    shop: str = ""


class ForgedCall(MarketError):
    """The call is not signed by the platform with our key; nothing of it was read."""

    code = "forged-call"
    message = N_("A call to the address of account '{account}' was not signed with its key. Nothing of it was taken over.")


class MalformedCall(MarketError):
    """The call is genuine, but of a form that is not known."""

    code = "malformed-call"
    message = N_("A call for account '{account}' is genuine, but cannot be read. The next pull of sales brings what it told of.")


class ReceivesWebhooks(ABC):
    """Is told of changes by calls to an address of ours."""

    refused_status: int = 401
    """What a forged or stale call is answered with."""
    deadline: float = 5.0
    """Seconds within which the platform wants its answer."""

    @abstractmethod
    def read_webhook(self, call: WebhookCall) -> Notice:
        """What a call tells. Verified on its bytes, in constant time, before anything is parsed.

        Raises ForgedCall, MalformedCall, or SettingsError when the account has no key for it.
        """

    @classmethod
    def shop_in(cls, settings: Mapping[str, Any]) -> str:
        """The shop that an account's settings (as in `market.toml`) name, for apps whose shops share one address; else empty."""
        return ""


@dataclass(frozen=True)
class EventPage:
    """A batch of a queue: its hints, and the cursor that acknowledges them once it is handed to the next pull.

    `more` is True while there may be further events.
    """

    hints: tuple[Hint, ...]
    cursor: Mapping[str, Any]
    more: bool = False


class AnnouncesChanges(ABC):
    """Keeps a queue of events that is read."""

    @abstractmethod
    def pull_events(self, cursor: Mapping[str, Any] | None) -> EventPage:
        """The batch behind `cursor`; save the cursor with what the hints led to. None begins."""


def same(expected: str, given: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))
