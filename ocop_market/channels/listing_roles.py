"""Roles of connectors that take listings: making and changing them, reading what is live, asking about reviews."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.redact import traceback_of
from ocop_market.errors import MarketError, Refused, RetryLater, Uncertain, Unexpected, UnexpectedAnswer
from ocop_market.model.change import Change, ChangeKind, LiveListing, Outcome, RemoteListing, Result, Ticket
from ocop_market.model.listing import OFFER, FieldGroup, ListingDraft

log = logging.getLogger(__name__)

Json = TypeVar("Json", bound=Any)


class Progress(Protocol):
    """What a change has already done on the platform, remembered durably."""

    def once(self, key: str, action: Callable[[], Json]) -> Json:
        """The remembered answer for `key`, or that of `action`, remembered before this returns. Answers are JSON."""
        ...

    def shared(self, key: str, action: Callable[[], Json]) -> Json:
        """As `once`, but remembered for the whole account, whatever the change: an uploaded picture serves many listings."""
        ...

    def forget(self, key: str) -> None:
        """Drops what `shared` remembered: the platform does not know it any more."""
        ...


class PublishesListings(ABC):
    """Takes listings."""

    @abstractmethod
    def apply(self, changes: Sequence[Change], progress: Callable[[Change], Progress]) -> Iterator[Result]:
        """Makes the changes, yielding one result per change as each is done; an item's failure is its result."""

    @abstractmethod
    def find(self, sku: str, variants: Sequence[str] = ()) -> RemoteListing | None:
        """The listing that carries our SKU, looked up on the platform; None when there is none.

        `variants` are the SKUs of its variants, for platforms that know a listing by those.
        """


class ChangesOffersTogether(ABC):
    """Takes price, stock and visibility of several listings in one call."""

    @abstractmethod
    def change_offers(self, changes: Sequence[Change]) -> Iterator[Result]:
        """Makes these updates, at most `profile.offer_batch` of them, whose groups lie within `OFFER`; one result per change.

        Refused, raised before the first result, has each of them tried by itself; other errors count for all without a result.
        """


class WithdrawsTogether(ABC):
    """Takes several listings off sale in one call."""

    @abstractmethod
    def withdraw_together(self, listings: Sequence[RemoteListing]) -> Iterator[Result]:
        """Takes these listings off sale, at most `profile.offer_batch` of them; one result each, and doing so twice is the same as once.

        Refused, raised before the first result, has each of them tried by itself; other errors count for all without a result.
        """


class PublishOneByOne(PublishesListings):
    """Publishing through single calls: write the four verbs, inherit `apply`.

    Where the platform takes price, stock and visibility of many listings at once, add the role `ChangesOffersTogether`; where it takes
    many off sale at once, `WithdrawsTogether`.
    """

    profile: ClassVar[ChannelProfile]

    @abstractmethod
    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Makes a listing. Every remote step with a lasting effect goes through `progress.once`."""

    @abstractmethod
    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup],
               progress: Progress) -> Result:
        """Sends only the named field groups (content, media, variants, price, stock, visibility)."""

    @abstractmethod
    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes the listing off sale; doing so twice is the same as once."""

    def apply(self, changes: Sequence[Change], progress: Callable[[Change], Progress]) -> Iterator[Result]:
        """One change after the other; offers, and withdrawals, in batches where the platform takes them so.

        Errors become results, save those that stop the whole account.
        """
        most = self.profile.offer_batch if isinstance(self, ChangesOffersTogether | WithdrawsTogether) else 1
        for batch in _batches(changes, self._together, most):
            steps = [progress(change) for change in batch]
            if len(batch) > 1:
                try:
                    yield from _told(batch, self._made_together(batch))
                    continue
                except Refused:
                    log.debug("a batch of %d changes was refused as a whole; each is tried by itself", len(batch))
            for change, step in zip(batch, steps, strict=True):
                yield from _told([change], self._made(change, step))

    def _together(self, change: Change) -> ChangeKind | None:
        """The kind of changes that go out in one call with this one; None for one that stands alone."""
        if change.kind is ChangeKind.UPDATE:
            return change.kind if change.groups <= OFFER and isinstance(self, ChangesOffersTogether) else None
        listed = change.kind is ChangeKind.WITHDRAW and change.remote is not None and change.remote.remote_id
        return change.kind if listed and isinstance(self, WithdrawsTogether) else None

    def _made_together(self, batch: Sequence[Change]) -> Iterator[Result]:
        if isinstance(self, WithdrawsTogether) and batch[0].kind is ChangeKind.WITHDRAW:
            return self.withdraw_together([change.remote for change in batch if change.remote is not None])
        if isinstance(self, ChangesOffersTogether):
            return self.change_offers(batch)
        raise TypeError("only changes that go out together make a batch")

    def _made(self, change: Change, progress: Progress) -> Iterator[Result]:
        try:
            yield self._make(change, progress)
        except Refused as error:
            yield Result(change.sku, Outcome.REJECTED, problems=error.problems)

    def _make(self, change: Change, progress: Progress) -> Result:
        if change.kind is ChangeKind.WITHDRAW:
            if change.remote is None:
                raise ValueError("a withdrawal names the listing")
            return self.withdraw(change.remote)
        if change.draft is None:
            raise ValueError("a create or update carries its draft")
        if change.kind is ChangeKind.CREATE:
            return self.create(change.draft, progress)
        if change.remote is None:
            raise ValueError("an update names the listing")
        return self.update(change.draft, change.remote, change.groups, progress)


def _batches(changes: Sequence[Change], together: Callable[[Change], ChangeKind | None], most: int) -> Iterator[Sequence[Change]]:
    """Neighbouring changes that go out together, at most so many; every other change by itself."""
    for kind, some in groupby(changes, together):
        alike, size = list(some), most if kind is not None else 1
        yield from (alike[start:start + size] for start in range(0, len(alike), size))


def _told(batch: Sequence[Change], results: Iterator[Result]) -> Iterator[Result]:
    """The results as they come; an error stands for the changes that are without one, unless it stops the whole account."""
    missing = {change.sku for change in batch}
    outcome, note = Outcome.UNCERTAIN, "no-answer"
    try:
        for result in results:
            missing.discard(result.sku)
            yield result
    except Refused as error:
        if len(missing) == len(batch):
            raise
        outcome, note = Outcome.UNCERTAIN, error.code
    except (Uncertain, UnexpectedAnswer) as error:
        note = error.code
    except RetryLater as error:
        outcome, note = Outcome.LATER, error.code
    except MarketError:
        raise
    except Exception as error:  # a fault at one item: the change may have been made, and the others go on
        log.debug("%s", traceback_of(error))
        note = Unexpected.of(error).sentence()
    for sku in sorted(missing):
        yield Result(sku, outcome, note=note)


class ReadsListings(ABC):
    """Shows what is live."""

    @abstractmethod
    def read_listings(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        """These listings as they are now, in as few calls as the platform allows; what is not there any more is left out."""

    @abstractmethod
    def shop_listings(self) -> Iterator[RemoteListing]:
        """Every listing of the shop that carries a SKU, also those that were not made by us."""


class PublishSnapshot(ABC):
    """Publishing by writing one file of all listings (spreadsheet channels); no network."""

    @abstractmethod
    def render(self, drafts: Sequence[ListingDraft]) -> bytes:
        """The whole file for these drafts, the same bytes for the same drafts."""

    @property
    def folder(self) -> Path:
        """Where the file is written; a relative folder lies in the market's."""
        return Path("listings")

    @property
    @abstractmethod
    def file_name(self) -> str:
        """Name of the file, with its extension, without a folder."""


class AnswersLater(ABC):
    """Reviews changes before they count; `Result.ticket` is asked about later."""

    @abstractmethod
    def check_tickets(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """Where each ticket (by SKU) stands now: LIVE, REJECTED with problems, or still PENDING."""
