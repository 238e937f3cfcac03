"""Makes and changes items: which calls go out, in which order, and what each has come to.

What Shopee refuses of one field group does not hold up the others; an item is put on sale only when nothing was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.shopee import attributes, checks, facts, listing
from connectors.shopee.carriers import no_carrier, to_logistic_info
from connectors.shopee.catalogue import Catalogue
from connectors.shopee.listing_api import ListingApi
from connectors.shopee.pictures import Pictures
from connectors.shopee.reading import ListingReader
from connectors.shopee.refusals import refusal
from connectors.shopee.reviews import Reviews, not_taken
from connectors.shopee.standing import Standing
from connectors.shopee.variant_writing import VariantWriter
from connectors.shopee.variants import option_pictures
from connectors.shopee.wire_listing import FailuresAnswer
from ocop_market.channels.api import Progress
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.change import Change, Outcome, RemoteListing, Result
from ocop_market.model.clock import Clock
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.product import Picture

UNKNOWN_BRAND = N_("Shopee does not have the brand {brand} of {sku} in its category. Use a brand from its list, or none.")
NOT_THERE = N_("Shopee does not have the variant {sku} yet. Plan again: the plan puts it there.")

Entries = Callable[[ListingDraft, Mapping[str, int]], list[JsonObject]]
_CATALOGUE_MOVED = frozenset({"category-refused", "attribute-refused", "brand-refused", "no-carrier"})


class ListingWriter:
    """Changes of one shop's items."""

    def __init__(self, api: ListingApi, catalogue: Catalogue, reader: ListingReader, reviews: Reviews, *, account: str, clock: Clock,
                 pause: Callable[[float], None], pause_after_add: float) -> None:
        self._api, self._catalogue, self._reader, self._reviews = api, catalogue, reader, reviews
        self._pictures = Pictures(api, account)
        self._variants = VariantWriter(api, self._pictures)
        self._clock, self._pause, self._pause_after_add = clock, pause, pause_after_add

    def create(self, draft: ListingDraft, progress: Progress) -> Result:
        """Pictures, then the item; nothing is sent before all that can be known is right.

        With variants: the item off sale, its models, then on sale, each step remembered.
        """
        content = self._content(draft, frozenset(FieldGroup))
        carriers = to_logistic_info(draft, self._catalogue.carriers())
        if not carriers:
            raise Refused([no_carrier(draft)])
        self._pictures.ids(draft.sku, [*draft.pictures, *option_pictures(draft).values()], progress)
        item = progress.once("item", lambda: self._add(draft, content, carriers, progress))
        standing = Standing(draft, item["item_id"], item["item_status"], wholesale=listing.wholesale_steps(draft))
        standing.taken |= {FieldGroup.CONTENT, FieldGroup.MEDIA}
        standing.remark(item["warning"])
        if draft.variants:
            self._make_models(standing, datetime.fromisoformat(item["made_at"]), progress)
        return standing.result(self._reviews)

    def update(self, draft: ListingDraft, remote: RemoteListing, groups: frozenset[FieldGroup], progress: Progress) -> Result:
        """The named groups. Every figure is absolute and models are read first, so repeating changes nothing."""
        standing = Standing.of(draft, remote)
        groups, content = self._sound(standing, groups)
        if FieldGroup.VARIANTS in groups:
            standing.attempt({FieldGroup.VARIANTS}, lambda: self._bring_models(standing, progress))
        self._set_figures(standing, groups)
        if written := groups & {FieldGroup.CONTENT, FieldGroup.MEDIA}:
            pictures = draft.pictures if FieldGroup.MEDIA in groups else ()
            standing.attempt(written, lambda: self._change_item(standing, content, pictures, progress))
        if FieldGroup.VISIBILITY in groups and standing.may_be_shown():
            standing.attempt({FieldGroup.VISIBILITY}, lambda: self._set_visibility(standing))
        if standing.problems and not standing.taken:
            raise Refused(standing.problems)
        return standing.result(self._reviews)

    def change_offers(self, changes: Sequence[Change]) -> Iterator[Result]:
        """Price and stock item by item, then what goes on or off sale of all of them in one call."""
        waiting: list[Standing] = []
        for change in changes:
            if change.draft is None or change.remote is None:
                raise ValueError("an update carries its draft and names the listing")
            standing = Standing.of(change.draft, change.remote)
            groups, _ = self._sound(standing, change.groups)
            self._set_figures(standing, groups)
            if FieldGroup.VISIBILITY in groups and standing.may_be_shown():
                waiting.append(standing)
            else:
                yield standing.result(self._reviews)
        self._set_visibilities(waiting)
        for standing in waiting:
            yield standing.result(self._reviews)

    def withdraw(self, remote: RemoteListing) -> Result:
        """Takes the item off sale; one that is off sale already, for whatever reason, counts as done."""
        [result] = self.withdraw_together([remote])
        if result.outcome is Outcome.REJECTED:
            raise Refused(result.problems)
        return result

    def withdraw_together(self, listings: Sequence[RemoteListing]) -> Iterator[Result]:
        """Takes at most 50 items off sale in one call. Where Shopee took some not, it is looked whether they are off sale already."""
        refused: dict[int, Sequence[Problem]] = {}
        try:
            answer = self._api.unlist_items([(int(listing.remote_id), True) for listing in listings],
                                            listings[0].sku if len(listings) == 1 else "")
        except Refused as error:
            if len(listings) > 1:
                raise
            refused[int(listings[0].remote_id)] = error.problems
        else:
            for listing in listings:
                if problems := not_taken(answer.only(int(listing.remote_id)), listing.sku):
                    refused[int(listing.remote_id)] = problems
        states = {item.item_id: item.item_status for item in self._api.items(list(refused))} if refused else {}
        for listing in listings:
            number = int(listing.remote_id)
            state = states.get(number, "") if number in refused else facts.ITEM_UNLISTED
            if number in refused and state in (facts.ITEM_NORMAL, facts.ITEM_REVIEWING):
                yield Result(listing.sku, Outcome.REJECTED, problems=tuple(refused[number]))
            else:
                yield Result(listing.sku, Outcome.WITHDRAWN, remote=replace(listing, remote_state=state, visible=False, ticket=None))

    # --- content and pictures

    def _sound(self, standing: Standing, groups: frozenset[FieldGroup]) -> tuple[frozenset[FieldGroup], JsonObject]:
        """The groups in which nothing is wrong as far as can be known, and the content where it is one of them."""
        draft, content = standing.draft, {}
        limits = self._catalogue.known_limits(draft.category) or checks.SAMPLE_LIMITS
        problems: Sequence[Problem] = checks.only_of(groups, checks.find_problems(draft, limits))
        if FieldGroup.CONTENT in groups:
            try:
                content = listing.to_changed_content(draft, self._content(draft, groups))
            except Refused as error:
                problems = error.problems
        standing.problems += problems
        return groups - {checks.group_of(problem) for problem in problems}, content

    def _content(self, draft: ListingDraft, groups: frozenset[FieldGroup]) -> JsonObject:
        """The item's content. Raises Refused with all that is wrong in these groups, before anything is sent."""
        if not draft.category.isdigit():
            raise Refused(checks.only_of(groups, checks.find_problems(draft, checks.SAMPLE_LIMITS)))
        category = int(draft.category)
        try:
            limits, tree = self._catalogue.limits(category), self._catalogue.attributes(category)
        except Refused as error:
            raise Refused([refusal(error.code, draft.sku)], code=error.code, where=error.where) from None
        problems = checks.only_of(groups, checks.find_problems(draft, limits))
        rows, wrong = attributes.to_attribute_list(tree, draft.attributes, draft.sku)
        brand: tuple[int, str] | None = (facts.NO_BRAND_ID, facts.NO_BRAND_NAME)
        if draft.brand:
            brand = self._catalogue.brand(category, draft.brand)
        if brand is None:
            wrong.append(Problem("brand-unknown", UNKNOWN_BRAND, "brand", {"sku": draft.sku, "brand": draft.brand}))
        if problems or wrong or brand is None:
            raise Refused([*problems, *wrong])
        return listing.to_content(draft, rows, brand, listing.to_pre_order(draft.days_to_ship, limits.dts_limit))

    def _add(self, draft: ListingDraft, content: JsonObject, carriers: Sequence[JsonObject], progress: Progress) -> JsonObject:
        def send(ids: list[str]) -> JsonObject:
            body = listing.to_new_item(draft, content, ids, carriers)
            answer = self._api.add_item(body, draft.sku)
            return {"item_id": answer.response.item_id, "item_status": answer.response.item_status or body["item_status"],
                    "warning": answer.warning, "made_at": self._clock().isoformat()}

        with self._watching_catalogue(draft):
            return self._pictures.sent(draft.sku, draft.pictures, progress, send)

    def _change_item(self, standing: Standing, content: JsonObject, pictures: Sequence[Picture], progress: Progress,
                     ) -> Sequence[Problem]:
        draft = standing.draft

        def send(ids: list[str]) -> None:
            body = {**content, "image": {"image_id_list": ids}} if ids else content
            answer = self._api.update_item(standing.item_id, body, draft.sku)
            standing.state = answer.response.item_status or standing.state
            standing.remark(answer.warning)

        with self._watching_catalogue(draft):
            self._pictures.sent(draft.sku, pictures, progress, send)
        return ()

    @contextmanager
    def _watching_catalogue(self, draft: ListingDraft) -> Iterator[None]:
        """What Shopee refuses although it was right by its own catalogue data shows that these have changed."""
        try:
            yield
        except Refused as error:
            if any(problem.code in _CATALOGUE_MOVED for problem in error.problems):
                self._catalogue.forget(int(draft.category))
            raise

    # --- variants

    def _make_models(self, standing: Standing, made_at: datetime, progress: Progress) -> None:
        draft = standing.draft

        def make() -> dict[str, int]:
            left = made_at + timedelta(seconds=self._pause_after_add) - self._clock()
            if left > timedelta():
                self._pause(left.total_seconds())
            return self._variants.make(standing.item_id, draft, progress)

        def put_in() -> Sequence[Problem]:
            standing.models = progress.once("models", make)
            return ()

        def show() -> Sequence[Problem]:
            standing.state, standing.show_later = progress.once("on-sale", lambda: self._put_on_sale(standing))
            return ()

        if standing.attempt({FieldGroup.VARIANTS, FieldGroup.PRICE, FieldGroup.STOCK}, put_in) and draft.visible:
            standing.attempt({FieldGroup.VISIBILITY}, show)

    def _put_on_sale(self, standing: Standing) -> list[Any]:
        if problems := self._set_visibility(standing):
            raise Refused(problems)
        return [standing.state, standing.show_later]

    def _bring_models(self, standing: Standing, progress: Progress) -> Sequence[Problem]:
        brought = self._variants.bring(standing.item_id, standing.draft, progress)
        standing.models, standing.fresh = brought.models, brought.fresh
        return ()

    # --- price, stock and visibility

    def _set_figures(self, standing: Standing, groups: frozenset[FieldGroup]) -> None:
        if FieldGroup.PRICE in groups:
            standing.attempt({FieldGroup.PRICE}, lambda: self._set_prices(standing))
        if FieldGroup.STOCK in groups:
            standing.attempt({FieldGroup.STOCK}, lambda: self._set_each(standing, listing.to_stocks, self._api.update_stock, "stock"))

    def _set_prices(self, standing: Standing) -> Sequence[Problem]:
        """The prices, then the wholesale prices; old ones that the new price would break are taken away before."""
        if listing.in_the_way(standing.wholesale, standing.draft.price):
            self._set_wholesale(standing, [])
        problems = self._set_each(standing, listing.to_prices, self._api.update_price, "price")
        if not problems and standing.wholesale != listing.wholesale_steps(standing.draft):
            self._set_wholesale(standing, listing.wholesale_steps(standing.draft))
        return problems

    def _set_wholesale(self, standing: Standing, steps: list[list[int]]) -> None:
        answer = self._api.update_item(standing.item_id, {"wholesale": listing.to_wholesale(steps)}, standing.draft.sku)
        standing.wholesale, standing.state = steps, answer.response.item_status or standing.state
        standing.remark(answer.warning)

    def _set_each(self, standing: Standing, entries: Entries, send: Callable[[int, Sequence[JsonObject], str], FailuresAnswer],
                  field: str) -> Sequence[Problem]:
        draft = standing.draft

        def sent() -> Sequence[Problem]:
            rows = entries(draft, {sku: number for sku, number in standing.models.items() if sku not in standing.fresh})
            if not rows:
                return ()
            answer = send(standing.item_id, rows, draft.sku)
            standing.remark(answer.warning)
            return not_taken(answer, draft.sku, field, {number: sku for sku, number in standing.models.items()})

        if any(sku not in standing.models for sku in draft.sold_skus if draft.variants):
            standing.models = self._reader.models(standing.item_id)
        try:
            problems = sent()
        except Refused as error:
            if not draft.variants or not any(problem.code == "variant-gone" for problem in error.problems):
                raise
            standing.models = self._reader.models(standing.item_id)
            problems = sent()
        missing = [variant.sku for variant in draft.variants if variant.sku not in standing.models]
        return [*problems, *(Problem("variant-not-there", NOT_THERE, "variants", {"sku": sku}) for sku in missing)]

    def _set_visibility(self, standing: Standing) -> Sequence[Problem]:
        try:
            answer = self._api.unlist_items([(standing.item_id, not standing.draft.visible)], standing.draft.sku)
        except Refused as error:
            return standing.shown(error.problems)
        return standing.shown(not_taken(answer, standing.draft.sku))

    def _set_visibilities(self, waiting: Sequence[Standing]) -> None:
        """All in one call; one by one when Shopee refuses the call as a whole."""
        wanted = frozenset({FieldGroup.VISIBILITY})
        if len(waiting) > 1:
            try:
                answer = self._api.unlist_items([(standing.item_id, not standing.draft.visible) for standing in waiting], "")
            except Refused:
                pass
            else:
                for standing in waiting:
                    standing.attempt(wanted, partial(standing.shown, not_taken(answer.only(standing.item_id), standing.draft.sku)))
                return
        for standing in waiting:
            standing.attempt(wanted, partial(self._set_visibility, standing))
