"""Reads the shop's items: those asked for, all of them, or the one with a SKU, in the fewest calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.shopee import facts
from connectors.shopee.catalogue import Catalogue
from connectors.shopee.listing_api import ListingApi, batches
from connectors.shopee.live import NO_MODELS, to_live, to_remote
from connectors.shopee.reviews import Reviews
from connectors.shopee.wire_items import AttributeNode
from connectors.shopee.wire_listing import Item, ModelsResponse
from ocop_market.channels.http import Http
from ocop_market.errors import Refused
from ocop_market.model.change import LiveListing, RemoteListing


class ListingReader:
    """What is live. Items are read 50 a call, models an item a call and only where there are any."""

    def __init__(self, api: ListingApi, catalogue: Catalogue, reviews: Reviews, http: Http) -> None:
        self._api, self._catalogue, self._reviews, self._http = api, catalogue, reviews, http

    def read(self, listings: Sequence[RemoteListing]) -> Iterator[LiveListing]:
        """These items as they are, in the order of their ids; deleted ones are left out."""
        skus = {int(listing.remote_id): listing.sku for listing in listings if listing.remote_id}
        for found in self._http.map(self._with_models, list(batches(sorted(skus), facts.ITEM_BATCH))):
            banned = {item.item_id: skus[item.item_id] for item, _ in found if item.item_status == facts.ITEM_BANNED}
            reasons = self._reviews.reasons(banned)
            for item, models in found:
                yield to_live(item, skus[item.item_id], models, self._tree(item), reasons.get(item.item_id, ()))

    def shop(self) -> Iterator[RemoteListing]:
        """Every item that carries a SKU and is not deleted; models are not read."""
        for found in self._http.map(self._api.items, list(batches(self._all_ids(), facts.ITEM_BATCH))):
            yield from (to_remote(item, item.item_sku) for item in found if item.item_sku and item.item_status not in facts.ITEM_GONE)

    def find(self, sku: str, variants: Sequence[str]) -> RemoteListing | None:
        """The item with exactly this SKU, else one without a SKU that has a model of ours; the oldest on sale, if there are several.

        An item with another SKU is another listing, also when it still has a model that has moved to ours.
        """
        found = [item for item in self._searched(sku) if item.item_sku == sku]
        if found:
            best = min(found, key=_rank)
            return to_remote(best, sku, self._models(best))
        for item in sorted(self._searched(variants[0]), key=_rank) if variants else ():
            if item.item_sku:
                continue
            models = self._models(item)
            if any(model.model_sku in variants for model in models.model):
                return to_remote(item, sku, models)
        return None

    def models(self, item_id: int) -> dict[str, int]:
        """Ids of an item's models by SKU."""
        return {model.model_sku: model.model_id for model in self._api.models(item_id).model if model.model_sku}

    def _searched(self, sku: str) -> Iterator[Item]:
        offset = ""
        while True:
            page = self._api.search_items(sku, offset)
            for batch in batches(page.item_id_list, facts.ITEM_BATCH):
                yield from (item for item in self._api.items(batch) if item.item_status not in facts.ITEM_GONE)
            if not page.item_id_list or page.next_offset in ("", offset):
                return
            offset = page.next_offset

    def _with_models(self, item_ids: Sequence[int]) -> list[tuple[Item, ModelsResponse]]:
        items = [item for item in self._api.items(item_ids) if item.item_status not in facts.ITEM_GONE]
        return list(zip(items, self._http.map(self._models, items), strict=True))

    def _models(self, item: Item) -> ModelsResponse:
        return self._api.models(item.item_id) if item.has_model else NO_MODELS

    def _tree(self, item: Item) -> Sequence[AttributeNode]:
        """The attributes of the item's category; none where Shopee has done away with the category."""
        if not item.attribute_list:
            return ()
        try:
            return self._catalogue.attributes(item.category_id)
        except Refused:
            return ()

    def _all_ids(self) -> list[int]:
        numbers: dict[int, None] = {}
        offset = 0
        while True:
            page = self._api.item_list(offset)
            numbers |= dict.fromkeys(row.item_id for row in page.item)
            if not page.has_next_page or page.next_offset <= offset:
                return list(numbers)
            offset = page.next_offset


def _rank(item: Item) -> tuple[bool, int]:
    return item.item_status != facts.ITEM_NORMAL, item.item_id
