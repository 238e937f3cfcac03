"""Shopee's endpoints for items and their variations, one method each. No decisions.

Prices are đồng and stock is absolute; repeating such a write changes nothing. Those that make something are not repeatable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import requests

from connectors.shopee import facts
from connectors.shopee.answers import read
from connectors.shopee.api import Answer, ShopeeApi, comma
from connectors.shopee.refusals import NOT_KNOWN
from connectors.shopee.wire_items import UploadAnswer, UploadResponse
from connectors.shopee.wire_listing import (
    FailuresAnswer,
    Item,
    ItemListAnswer,
    ItemListResponse,
    ItemsAnswer,
    ItemViolations,
    ItemWrittenAnswer,
    ModelsAnswer,
    ModelsResponse,
    NewModelsAnswer,
    SearchAnswer,
    SearchResponse,
    ViolationsAnswer,
    Written,
)
from ocop_market.channels.http import Classify
from ocop_market.errors import Uncertain, UnexpectedAnswer
from ocop_market.model.listing import JsonObject


class ListingApi(ShopeeApi):
    """Calls of one shop, with those that make, change and read its items."""

    # --- pictures

    def upload_image(self, content: bytes, suffix: str, sku: str) -> UploadResponse:
        """Sends one picture; an upload made twice only leaves an unused picture behind."""
        kind = "png" if suffix == ".png" else "jpeg"

        def request() -> requests.Request:
            return requests.Request("POST", self._base + facts.UPLOAD_IMAGE, data={"scene": "normal"},
                                    files={"image": (f"picture{suffix}", content, f"image/{kind}")})

        classify = self._classifier.reading(facts.UPLOAD_IMAGE, sku)
        send = self._at_shop if self._settings.upload_level == "shop" else self._in_public
        return read(UploadAnswer, send(facts.UPLOAD_IMAGE, request, classify), self._where(facts.UPLOAD_IMAGE)).response

    # --- items

    def add_item(self, body: JsonObject, sku: str) -> ItemWrittenAnswer:
        """Makes an item. Raises Uncertain whenever it may have been made without our learning its id."""
        return self._make(facts.ADD_ITEM, body, ItemWrittenAnswer, sku)

    def update_item(self, item_id: int, changed: JsonObject, sku: str) -> ItemWrittenAnswer:
        """Changes the fields sent; lists are replaced whole."""
        return self._write(facts.UPDATE_ITEM, {**changed, "item_id": item_id}, ItemWrittenAnswer, sku)

    def update_price(self, item_id: int, prices: Sequence[JsonObject], sku: str) -> FailuresAnswer:
        """Sets prices: entries of model id and price, one without an id for an item without variations."""
        return self._write_each(facts.UPDATE_PRICE, {"item_id": item_id, "price_list": list(prices)}, sku)

    def update_stock(self, item_id: int, stocks: Sequence[JsonObject], sku: str) -> FailuresAnswer:
        """Sets stock: entries of model id and stock, one without an id for an item without variations."""
        return self._write_each(facts.UPDATE_STOCK, {"item_id": item_id, "stock_list": list(stocks)}, sku)

    def unlist_items(self, wishes: Sequence[tuple[int, bool]], sku: str) -> FailuresAnswer:
        """Takes at most 50 items off sale (True) or puts them back; `sku` names a single one in sentences."""
        rows = [{"item_id": item_id, "unlist": unlist} for item_id, unlist in wishes]
        return self._write_each(facts.UNLIST_ITEM, {"item_list": rows}, sku)

    # --- variations

    def init_tier_variation(self, item_id: int, tiers: Sequence[JsonObject], models: Sequence[JsonObject], sku: str) -> NewModelsAnswer:
        """Gives an item its variations; those of before go. A second time with as many tiers is refused."""
        body = {"item_id": item_id, "standardise_tier_variation": list(tiers), "model": list(models)}
        return self._make(facts.INIT_TIER_VARIATION, body, NewModelsAnswer, sku)

    def add_models(self, item_id: int, models: Sequence[JsonObject], sku: str) -> NewModelsAnswer:
        """More variations within the tiers that are there; one that is there already is refused."""
        return self._make(facts.ADD_MODEL, {"item_id": item_id, "model_list": list(models)}, NewModelsAnswer, sku)

    def update_tier_variation(self, item_id: int, tiers: Sequence[JsonObject], models: Sequence[JsonObject], sku: str) -> Written:
        """New names, values or places; models that `models` does not name are deleted."""
        body = {"item_id": item_id, "standardise_tier_variation": list(tiers), "model_list": list(models)}
        return self._write(facts.UPDATE_TIER_VARIATION, body, Written, sku)

    def update_models(self, item_id: int, models: Sequence[JsonObject], sku: str) -> Written:
        """SKU, barcode and weight of variations."""
        return self._write(facts.UPDATE_MODEL, {"item_id": item_id, "model": list(models)}, Written, sku)

    def delete_model(self, item_id: int, model_id: int, sku: str) -> Written:
        """Takes one variation away."""
        return self._write(facts.DELETE_MODEL, {"item_id": item_id, "model_id": model_id}, Written, sku)

    # --- reading

    def search_items(self, sku: str, offset: str) -> SearchResponse:
        """A page of ids of items whose SKU is like this one."""
        query: dict[str, Any] = {"item_sku": sku, "page_size": facts.SEARCH_PAGE_SIZE}
        if offset:
            query["offset"] = offset
        return self._get(facts.SEARCH_ITEM, query, SearchAnswer).response

    def item_list(self, offset: int) -> ItemListResponse:
        """A page of the shop's items that are not deleted."""
        query = {"offset": offset, "page_size": facts.PAGE_SIZE, "item_status": list(facts.ITEM_KEPT)}
        return self._get(facts.GET_ITEM_LIST, query, ItemListAnswer).response

    def items(self, item_ids: Sequence[int]) -> tuple[Item, ...]:
        """At most 50 items; those that Shopee does not know are left out."""
        return self._get(facts.GET_ITEM_BASE_INFO, {"item_id_list": comma(item_ids)}, ItemsAnswer).response.item_list

    def models(self, item_id: int) -> ModelsResponse:
        """The variations of one item."""
        return self._get(facts.GET_MODEL_LIST, {"item_id": item_id}, ModelsAnswer).response

    def violations(self, item_ids: Sequence[int]) -> tuple[ItemViolations, ...]:
        """Why at most 49 items were taken down."""
        query = {"item_id_list": comma(item_ids)}
        return self._get(facts.GET_ITEM_VIOLATION_INFO, query, ViolationsAnswer).response.item_list

    # --- sending

    def _write(self, endpoint: str, body: JsonObject, model: type[Answer], sku: str) -> Answer:
        return self._sent(endpoint, body, model, self._classifier.reading(endpoint, sku))

    def _write_each(self, endpoint: str, body: JsonObject, sku: str) -> FailuresAnswer:
        return self._sent(endpoint, body, FailuresAnswer, self._classifier.writing_each(endpoint, sku))

    def _make(self, endpoint: str, body: JsonObject, model: type[Answer], sku: str) -> Answer:
        try:
            return self._sent(endpoint, body, model, self._classifier.creating(endpoint, sku), repeatable=False)
        except UnexpectedAnswer as error:
            raise Uncertain(NOT_KNOWN, where=error.where, sku=sku) from None

    def _sent(self, endpoint: str, body: JsonObject, model: type[Answer], classify: Classify, *, repeatable: bool = True) -> Answer:
        request: Callable[[], requests.Request] = self._post(endpoint, body)
        return read(model, self._at_shop(endpoint, request, classify, repeatable=repeatable), self._where(endpoint))


def batches(numbers: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    """The ids in portions of at most so many."""
    return (numbers[first: first + most] for first in range(0, len(numbers), most))
