"""Price, stock and visibility of many products: sent in batches, with what became of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from connectors.tiki import facts
from connectors.tiki.api import TikiApi
from connectors.tiki.bodies import OfferUpdate
from connectors.tiki.refusals import of_variant, problems_in, texts_in
from connectors.tiki.wire import BatchState
from ocop_market.errors import Problem, Refused

Refusals = dict[int, tuple[Problem, ...]]

_NUMBER = re.compile(r"\d+")


def send(api: TikiApi, updates: Sequence[OfferUpdate], most: int) -> Refusals:
    """Sends offers, at most so many a call, and tells which products were refused; the others were taken.

    A batch that is refused as a whole, or that failed without saying for which product, is sent again product by product: offers
    are absolute.
    """
    refused: Refusals = {}
    for start in range(0, len(updates), most):
        refused |= _send_together(api, updates[start:start + most])
    return refused


def problems_by_sku(refused: Mapping[int, tuple[Problem, ...]], numbers: Mapping[str, str], sku: str) -> tuple[Problem, ...]:
    """The problems of one listing's products, each named by its variant's SKU where it has several."""
    found: list[Problem] = []
    for own, number in numbers.items():
        problems = refused.get(int(number), ())
        found += problems if own == sku else [of_variant(problem, own) for problem in problems]
    return tuple(problem for place, problem in enumerate(found) if problem not in found[:place])


def _send_together(api: TikiApi, updates: Sequence[OfferUpdate]) -> Refusals:
    if len(updates) == 1:
        return _send_singly(api, updates)
    try:
        refused = refused_in(api.update_offers(updates), {update.product_id for update in updates})
    except Refused:
        refused = None
    return _send_singly(api, updates) if refused is None else refused


def _send_singly(api: TikiApi, updates: Iterable[OfferUpdate]) -> Refusals:
    refused: Refusals = {}
    for update in updates:
        try:
            api.update_offer(update)
        except Refused as error:
            refused[update.product_id] = error.problems
    return refused


def refused_in(answer: BatchState, asked: set[int]) -> Refusals | None:
    """The refused products of a batch; None when something failed and it is not told for which product.

    No page prints the answer to a batch that failed in part, so it is looked for in rows, in a list of errors and in a reason.
    """
    refused: Refusals = {}
    for row in answer.data:
        if row.state in facts.OFFERS_TAKEN and not texts_in(row.reason):
            continue
        if not row.product_id.isdecimal() or int(row.product_id) not in asked:
            return None
        refused[int(row.product_id)] = problems_in(row.reason)
    for text in (*texts_in(answer.errors), *texts_in(answer.reason)):
        named = {int(number) for number in _NUMBER.findall(text)} & asked
        if not named and not refused:
            return None
        for number in named - refused.keys():
            refused[number] = problems_in(text)
    return None if answer.state not in facts.OFFERS_TAKEN and not refused else refused


def in_calls(sizes: Sequence[int], most: int) -> Iterator[range]:
    """Places of neighbours that together have at most `most` rows; one that is larger stands alone."""
    start, rows = 0, 0
    for place, size in enumerate(sizes):
        if place > start and rows + size > most:
            yield range(start, place)
            start, rows = place, 0
        rows += size
    if sizes:
        yield range(start, len(sizes))
