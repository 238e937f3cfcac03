"""Updates of listings: which products an update is about, what is sent for each at once, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.tiki import limits, live, mapper, offers, reading
from connectors.tiki.api import TikiApi
from connectors.tiki.bodies import OfferUpdate
from connectors.tiki.offers import Refusals
from ocop_market.channels.http import Http
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import Outcome, RemoteListing, Result
from ocop_market.model.listing import OFFER, FieldGroup, ListingDraft

VARIANT_MISSING = N_("Tiki has no product for the variant {sku}, and takes no new variant into a product that is there. Add it in "
                     "Seller Center under the same SKU, or take it out of the list of products.")
OTHER_PACKINGS = N_("Tiki cannot turn the product {sku} into one that is sold under other SKUs. Give it another main SKU in the list of "
                    "products: it is then sent as a new product, and this one goes off sale.")
LISTING_GONE = N_("Tiki has no product for {sku} any more. Make a new plan; it is sent as a new product then.")


@dataclass(frozen=True)
class Update:
    """An update taken apart.

    `numbers` are the product ids by SKU that Tiki has of it, `fresh` those found only now, `dropped` those of variants that are
    wanted no more, `missing` the variants that Tiki does not have.
    """

    draft: ListingDraft
    remote: RemoteListing
    groups: frozenset[FieldGroup]
    numbers: Mapping[str, str]
    fresh: Mapping[str, str]
    dropped: Mapping[str, str]
    missing: tuple[str, ...]
    offered: tuple[OfferUpdate, ...]


class Updates:
    """Takes updates apart and sends their offers; `most` bounds the products of one call, `warehouse` names ours."""

    def __init__(self, api: TikiApi, http: Http, most: int, warehouse: Callable[[], int]) -> None:
        self._api, self._http, self._most, self._warehouse = api, http, most, warehouse

    def taken_apart(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup]) -> Update:
        """What an update means for each product; variants that are not known yet are looked up by their SKU."""
        known = live.product_numbers(remote)
        wanted = draft.sold_skus
        found = reading.products_with(self._api, self._http, [sku for sku in wanted if sku not in known])
        fresh = {sku: product.product_id for sku, product in found.items()}
        numbers = {sku: known.get(sku) or fresh[sku] for sku in wanted if sku in known or sku in fresh}
        dropped: dict[str, str] = {}
        if FieldGroup.VARIANTS in groups and numbers:  # else nothing would be left on sale
            dropped = {sku: number for sku, number in known.items() if sku not in wanted}
        off = [OfferUpdate(product_id=int(number), active=0) for number in dropped.values()]
        old = {sku: number for sku, number in numbers.items() if sku not in fresh}
        offered = (*self._offers(draft, groups, old), *self._offers(draft, OFFER, fresh), *off)
        missing = tuple(sku for sku in wanted if sku not in numbers)
        return Update(draft, remote, groups, numbers, fresh, dropped, missing, offered)

    def offer(self, updates: Sequence[Update]) -> Iterator[Result]:
        """Sends the offers of these updates together; a result for each as soon as it is known, as if offers were all of it."""
        for places in offers.in_calls([len(update.offered) for update in updates], self._most):
            together = [updates[place] for place in places]
            refused = offers.send(self._api, [offer for update in together for offer in update.offered], self._most)
            yield from (self._result(update, refused) for update in together)

    def _result(self, update: Update, refused: Refusals) -> Result:
        sku = update.draft.sku
        taken = update.groups & OFFER if update.numbers else frozenset()
        problems = self._problems(update, refused)
        if problems and len(taken) > 1 and problems[0].code != "listing-gone":
            problems, taken = self._one_group_after_the_other(update)
        elif problems:
            taken = frozenset()
        missing = tuple(Problem("variant-missing", VARIANT_MISSING, "variants", {"sku": one}) for one in update.missing)
        if not update.numbers:
            missing = (Problem("other-packings", OTHER_PACKINGS, "variants", {"sku": sku}),)
        if FieldGroup.VARIANTS in update.groups or not update.numbers:
            problems += missing
        remarks = limits.left_out(update.draft, update.groups) + limits.left_as_it_is(update.draft, update.groups)
        if problems:
            return Result(sku, Outcome.REJECTED, self._remote(update), problems=problems, taken=taken, remarks=remarks)
        return Result(sku, Outcome.LIVE, self._remote(update), remarks=remarks + missing)

    def _problems(self, update: Update, refused: Refusals) -> tuple[Problem, ...]:
        """Of the listing's products; that a dropped variant is gone already is no problem."""
        sku = update.draft.sku
        gone = {number for number, found in refused.items() if any(problem.code == "not-found" for problem in found)}
        if update.numbers and gone.issuperset(map(int, update.numbers.values())):
            return (Problem("listing-gone", LISTING_GONE, values={"sku": sku}),)
        still = {number: found for number, found in refused.items()
                 if not (number in gone and str(number) in update.dropped.values())}
        return offers.problems_by_sku(still, {**update.numbers, **update.dropped}, sku)

    def _one_group_after_the_other(self, update: Update) -> tuple[tuple[Problem, ...], frozenset[FieldGroup]]:
        """A price that is refused must not keep the stock from counting."""
        problems: list[Problem] = []
        taken = set()
        for group in sorted(update.groups & OFFER):
            refused = offers.send(self._api, self._offers(update.draft, frozenset({group}), update.numbers), self._most)
            found = self._problems(update, refused)
            problems += [problem for problem in found if problem not in problems]
            if not found:
                taken.add(group)
        return tuple(problems), frozenset(taken)

    def _offers(self, draft: ListingDraft, groups: frozenset[FieldGroup], numbers: Mapping[str, str]) -> list[OfferUpdate]:
        if not groups & OFFER or not numbers:
            return []
        return mapper.to_offers(draft, groups, numbers, self._warehouse() if FieldGroup.STOCK in groups else None)

    def _remote(self, update: Update) -> RemoteListing:
        visible = update.draft.visible if FieldGroup.VISIBILITY in update.groups else update.remote.visible
        remote = RemoteListing(update.remote.remote_id, update.draft.sku, update.remote.remote_state, visible, update.remote.data)
        kept = {sku: number for sku, number in live.product_numbers(update.remote).items()
                if sku not in update.dropped and sku not in update.numbers}
        return live.with_numbers(remote, {**update.numbers, **kept}) if update.numbers else remote
