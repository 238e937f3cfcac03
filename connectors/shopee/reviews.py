"""Where an item stands with Shopee's reviewers: on sale, under review, or taken down, with reasons tied to our fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from connectors.shopee import facts
from connectors.shopee.listing_api import ListingApi, batches
from connectors.shopee.live import NO_MODELS, to_remote
from connectors.shopee.refusals import failure
from connectors.shopee.wire_listing import FailuresAnswer, Violation
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result, Ticket
from ocop_market.model.clock import Clock
from ocop_market.model.text import tidy

BANNED = N_("Shopee has taken {sku} down: {reason}")
PROHIBITED = N_("Shopee has taken {sku} down, for it may not be sold there, or a paper is missing: {reason}")
COUNTERFEIT = N_("Shopee has taken {sku} down for the rights of a brand: {reason} Correct brand, title and pictures.")
SPAM = N_("Shopee has taken {sku} down as spam: {reason} Correct the title, and see that it is not listed twice.")
PICTURE = N_("Shopee has taken {sku} down for a picture: {reason} Replace the picture.")
INFORMATION = N_("Shopee has taken {sku} down for missing information: {reason} Complete its attributes and description.")
GONE = N_("The listing of {sku} is not in the shop any more. Publish it again.")
NOT_DONE = N_("Shopee did not take this change of {sku}: {reason}")
REASON_LIMIT = 300
SHOW = ":show"
"""Ends the number of a ticket whose item was made off sale, to be put on sale once its review is over."""

# REF get_item_violation_info, 2026-08: the seven types; the two about improvement do not take an item down.
_BY_TYPE = {
    "prohibited listing": (PROHIBITED, "category"),
    "counterfeit and ip infringement": (COUNTERFEIT, "brand"),
    "spam": (SPAM, "title"),
    "inappropriate image": (PICTURE, "pictures"),
    "insufficient information": (INFORMATION, "attributes"),
    "mall listing improvement": (INFORMATION, "description"),
    "other listing improvement": (INFORMATION, "description"),
}


class Reviews:
    """States of items as results."""

    def __init__(self, api: ListingApi, clock: Clock) -> None:
        self._api, self._clock = api, clock

    def result(self, remote: RemoteListing, *, show: bool = False) -> Result:
        """What a change has come to when the item stands in this state; with `show` it goes on sale after its review."""
        if remote.remote_state == facts.ITEM_REVIEWING or show:
            number = remote.remote_id + (SHOW if show else "")
            return Result(remote.sku, Outcome.PENDING, remote=remote, ticket=Ticket(number, self._clock() + facts.REVIEW_PATIENCE))
        if remote.remote_state == facts.ITEM_BANNED:
            reasons = self.reasons({int(remote.remote_id): remote.sku})
            return Result(remote.sku, Outcome.REJECTED, remote=remote, problems=reasons[int(remote.remote_id)])
        return Result(remote.sku, Outcome.LIVE, remote=remote)

    def reasons(self, skus: Mapping[int, str]) -> dict[int, tuple[Problem, ...]]:
        """Why these items were taken down, by item id."""
        told: dict[int, Sequence[Violation]] = {}
        for batch in batches(sorted(skus), facts.VIOLATION_BATCH):
            told |= {item.item_id: item.item_status_details for item in self._api.violations(batch)}
        return {number: tuple(_reason(sku, detail) for detail in told.get(number) or [Violation()]) for number, sku in skus.items()}

    def check(self, tickets: Mapping[str, Ticket]) -> Iterator[Result]:
        """Where each item stands now; those that waited for their review to go on sale are put there."""
        by_number = {int(ticket.number.removesuffix(SHOW)): (sku, ticket.number.endswith(SHOW)) for sku, ticket in tickets.items()}
        for batch in batches(sorted(by_number), facts.ITEM_BATCH):
            items = {item.item_id: item for item in self._api.items(batch)}
            for number in batch:
                sku, show = by_number[number]
                item = items.get(number)
                if item is None or item.item_status in facts.ITEM_GONE:
                    yield Result(sku, Outcome.REJECTED, problems=(gone(sku),))
                elif item.item_status == facts.ITEM_REVIEWING:
                    yield Result(sku, Outcome.PENDING)
                else:
                    remote = to_remote(item, sku, self._api.models(number) if item.has_model else NO_MODELS)
                    yield self._shown(remote) if show and item.item_status == facts.ITEM_UNLISTED else self.result(remote)

    def _shown(self, remote: RemoteListing) -> Result:
        try:
            answer = self._api.unlist_items([(int(remote.remote_id), False)], remote.sku)
        except Refused as error:
            return Result(remote.sku, Outcome.REJECTED, remote=remote, problems=error.problems)
        if answer.failures:
            return Result(remote.sku, Outcome.REJECTED, remote=remote, problems=not_taken(answer, remote.sku))
        return Result(remote.sku, Outcome.LIVE, remote=replace(remote, remote_state=facts.ITEM_NORMAL, visible=True))


def gone(sku: str) -> Problem:
    """The problem of a listing that is not there any more."""
    return Problem("listing-gone", GONE, "", {"sku": sku})


def not_taken(answer: FailuresAnswer, sku: str, field: str = "", names: Mapping[int, str] | None = None) -> tuple[Problem, ...]:
    """The problems of entries that failed inside a success; `names` are SKUs by model id."""
    code = answer.error.rpartition(".")[2]
    return tuple(_failed(code, entry.failed_reason, (names or {}).get(entry.model_id, sku), field) for entry in answer.failures)


def _failed(code: str, reason: str, sku: str, field: str) -> Problem:
    known = failure(code, reason, sku)
    return known or Problem("change-not-taken", NOT_DONE, field, {"sku": sku, "reason": _short(reason)})


def _short(reason: str) -> str:
    return tidy(reason)[:REASON_LIMIT] or "—"


def _reason(sku: str, detail: Violation) -> Problem:
    message, field = _BY_TYPE.get(detail.violation_type.lower(), (BANNED, ""))
    said = (detail.violation_reason, detail.suggestion) if field else (detail.violation_type, detail.violation_reason, detail.suggestion)
    reason = " ".join(f"{text.strip().rstrip('.')}." for text in said if text.strip())
    return Problem("listing-banned", message, field, {"sku": sku, "reason": _short(reason)})
