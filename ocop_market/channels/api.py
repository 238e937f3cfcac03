"""What a connector is: a `Connector` with the roles it can fill. Authors read this page and `listing_roles`.

A connector does network and mapping, never a database. Roles say what it can do (`isinstance` is the truth),
`profile` says how much.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import BaseModel

from ocop_market.channels.http import Http
from ocop_market.channels.known import Known
from ocop_market.channels.listing_roles import (
    AnswersLater,
    ChangesOffersTogether,
    Progress,
    PublishesListings,
    PublishOneByOne,
    PublishSnapshot,
    ReadsListings,
    WithdrawsTogether,
)
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.tokens import TokenKeeper, Tokens
from ocop_market.channels.webhooks import (
    AnnouncesChanges,
    EventPage,
    ForgedCall,
    Hint,
    HintKind,
    MalformedCall,
    Notice,
    ReceivesWebhooks,
    WebhookCall,
)
from ocop_market.errors import Problem
from ocop_market.model.clock import Clock
from ocop_market.model.listing import ListingDraft
from ocop_market.model.sales import Payout, SalesOrder

Cursor = Mapping[str, Any]
"""Where a pull stands: opaque to the engine, JSON-able, without personal data, saved with the rows it covers."""


class Connector(ABC):
    """One account of one channel.

    Subclasses set `profile` and `Settings` (secrets as `SecretStr`; every field described, so that `accounts add` can
    ask for it). Making one does no I/O.
    """

    profile: ClassVar[ChannelProfile]
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, account: str, settings: BaseModel, *, http: Http, tokens: TokenKeeper, clock: Clock) -> None:
        self.account = account
        self.settings = settings
        self.http = http
        self.tokens = tokens
        self.clock = clock

    def problems(self, draft: ListingDraft) -> list[Problem]:
        """What this channel cannot carry of a draft, found without the network; empty when it can be sent."""
        return []

    def check(self) -> str:
        """Calls the platform once and returns the shop's name, to prove that the settings work.

        Raises SettingsError or NeedsLogin when they do not. Channels without a network return the account's name.
        """
        return self.account


@dataclass(frozen=True)
class Category:
    """A node of the platform's category tree; only `open_to_us` leaves take listings."""

    id: str
    name: str
    parent: str = ""
    leaf: bool = True
    open_to_us: bool = True


@dataclass(frozen=True)
class Attribute:
    """A property that a category asks for. `choices` maps the platform's value id to its text; empty when free.

    `free_text` is False when only the choices are taken; `units` are those that a quantity may be given in.
    """

    id: str
    name: str
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    free_text: bool = True
    units: tuple[str, ...] = ()


class HasCategories(ABC):
    """Has a category tree that is looked up at run time; no category number is built in."""

    @abstractmethod
    def categories(self) -> list[Category]:
        """The whole tree as this shop sees it."""

    @abstractmethod
    def attributes(self, category: str) -> list[Attribute]:
        """What a category asks for; the platform may want several calls for this."""

    def suggest(self, title: str) -> list[str]:
        """Category ids that the platform itself recommends for a title, best first; empty when it does not."""
        return []


@dataclass(frozen=True)
class SalesRefusal:
    """An order that could not be read: its id and the problem. It is kept for review; the others go on."""

    order_id: str
    problem: Problem


@dataclass(frozen=True)
class SalesPage:
    """Orders, and the cursor that stands behind them: saved together, in one transaction.

    `done` and `expected` count for the progress display (windows, pages or orders, the same unit in both; 0: unknown).
    `payouts` are rows of the platform's list of payouts, where it has one. `unchanged` is how many orders were left out because
    the ledger has them as they are; see `RecognisesOrders`.
    """

    orders: Sequence[SalesOrder]
    cursor: Cursor
    refused: Sequence[SalesRefusal] = ()
    done: int = 0
    expected: int = 0
    payouts: Sequence[Payout] = ()
    unchanged: int = 0


class PullsSales(ABC):
    """Reports sales."""

    @abstractmethod
    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime) -> Iterator[SalesPage]:
        """Pages of orders that changed after `cursor` (or since `start` when there is none), up to `until`.

        Calling with the cursor of any yielded page goes on behind that page. The last page's cursor is the place for
        the next pull, which reads the profile's overlap again. Orders come in any order, and may come twice.
        """


class RecognisesOrders(PullsSales):
    """Tells from a digest (`channels.known`) which orders need not be mapped again."""

    @abstractmethod
    def pull_sales(self, cursor: Cursor | None, *, start: datetime, until: datetime, known: Known | None = None,
                   ) -> Iterator[SalesPage]:
        """As `PullsSales.pull_sales`, without the orders that are `known`; the others carry their digests, where there is a key."""


@dataclass(frozen=True)
class ListedOrder:
    """An order, invoice or slip in the platform's own list.

    `amount` is what it is worth in đồng, as `SalesOrder.amount`, where the list tells; None where it does not.
    """

    order_id: str
    amount: int | None = None


class ListsOrders(PullsSales):
    """Can list again what was sold in a time, apart from what changed since; so that the ledger can be proved complete."""

    @abstractmethod
    def orders_placed(self, since: datetime, until: datetime) -> Iterator[ListedOrder]:
        """Everything placed from `since` up to, not including, `until`, as the platform lists it now; no cursor is touched."""

    @abstractmethod
    def read_orders(self, order_ids: Sequence[str]) -> SalesPage:
        """These orders as they are now, with an empty cursor; those that the platform does not know are left out."""


@dataclass(frozen=True)
class Location:
    """A branch or warehouse: the platform's id and its name."""

    id: str
    name: str


class HasLocations(ABC):
    """Has branches or warehouses."""

    @abstractmethod
    def locations(self) -> list[Location]:
        """All branches of the account."""


@dataclass(frozen=True)
class RemoteGood:
    """An article as a point of sale keeps it; `price` in đồng, `stock` by location id in the article's own unit."""

    remote_id: str
    sku: str
    name: str
    barcode: str = ""
    unit: str = ""
    price: int | None = None
    stock: Mapping[str, Decimal] = field(default_factory=dict)
    active: bool = True


class HasGoods(ABC):
    """Keeps articles that can be read."""

    @abstractmethod
    def goods(self) -> Iterator[RemoteGood]:
        """All articles, in the platform's order."""


class ReadsSalesFiles(ABC):
    """Reads sales out of exported files instead of a network."""

    @abstractmethod
    def read_sales_file(self, name: str, content: bytes) -> SalesPage:
        """The orders of one file; the cursor is empty. Raises SettingsError when it is not such a file at all."""


class AsksConsent(ABC):
    """Needs a seller's consent, given on the platform's own page."""

    @property
    def needs_consent(self) -> bool:
        """False for the kind of app, told by the settings, whose keys alone are enough."""
        return True

    def consent_ends(self) -> datetime | None:
        """When the consent ends, as the platform tells now; None where it does not. Many platforms take a new one only by a person."""
        return None

    @abstractmethod
    def consent_link(self, redirect: str, state: str) -> str:
        """The address to open in a browser; the platform comes back to `redirect` with a code."""

    @abstractmethod
    def exchange(self, answer: Mapping[str, str]) -> Tokens:
        """The first pair of tokens for the query parameters with which the platform came back."""


__all__ = [
    "AnnouncesChanges", "AnswersLater", "AsksConsent", "Attribute", "Category", "ChangesOffersTogether", "Connector", "Cursor",
    "EventPage", "ForgedCall", "HasCategories", "HasGoods", "HasLocations", "Hint", "HintKind", "ListedOrder", "ListsOrders",
    "Location", "MalformedCall", "Notice", "Progress", "PublishOneByOne", "PublishSnapshot", "PublishesListings", "PullsSales",
    "ReadsListings", "ReadsSalesFiles", "ReceivesWebhooks", "RecognisesOrders", "RemoteGood", "SalesPage", "SalesRefusal",
    "WebhookCall", "WithdrawsTogether",
]
