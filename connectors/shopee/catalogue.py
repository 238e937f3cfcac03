"""The shop's catalogue data, read when first asked for and kept for a day: limits, attributes, brands, carriers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar, cast

from connectors.shopee import facts
from connectors.shopee.api import ShopeeApi
from connectors.shopee.wire_items import AttributeNode, CategoryNode, ItemLimits, LogisticsChannel
from ocop_market.model.clock import Clock
from ocop_market.model.text import fold

Value = TypeVar("Value")
KEPT_FOR = timedelta(days=1)


class Catalogue:
    """The categories, and what they and carriers take, as this shop sees them."""

    def __init__(self, api: ShopeeApi, clock: Clock) -> None:
        self._api, self._clock = api, clock
        self._kept: dict[Hashable, tuple[datetime, object]] = {}

    def limits(self, category: int) -> ItemLimits:
        """Lengths, prices and counts that a category takes."""
        return self._once_a_day(("limits", category), lambda: self._api.item_limits(category))

    def known_limits(self, category: str) -> ItemLimits | None:
        """The limits of a category if they were read today; never calls the platform."""
        kept = self._kept.get(("limits", int(category))) if category.isdigit() else None
        return cast(ItemLimits, kept[1]) if kept and self._is_fresh(kept[0]) else None

    def categories(self) -> tuple[CategoryNode, ...]:
        """The whole category tree."""
        return self._once_a_day("categories", self._api.categories)

    def attributes(self, category: int) -> tuple[AttributeNode, ...]:
        """The attribute tree of a category."""
        def read() -> tuple[AttributeNode, ...]:
            trees = self._api.attribute_trees(category)
            return next((tree.attribute_tree for tree in trees if tree.category_id == category), ())
        return self._once_a_day(("attributes", category), read)

    def brand(self, category: int, name: str) -> tuple[int, str] | None:
        """Id and spelling of an approved brand, found by its name; None when the category does not have it."""
        return self._once_a_day(("brand", category, fold(name)), lambda: self._find_brand(category, fold(name)))

    def carriers(self) -> tuple[LogisticsChannel, ...]:
        """Carriers that items may use: enabled ones that stand for themselves."""
        def read() -> tuple[LogisticsChannel, ...]:
            return tuple(c for c in self._api.logistics_channels() if c.enabled and c.mask_channel_id == 0)
        return self._once_a_day("carriers", read)

    def forget(self, category: int) -> None:
        """Reads the data of a category anew when next asked: Shopee did not take what was right by it."""
        self._kept = {key: kept for key, kept in self._kept.items() if not (isinstance(key, tuple) and category in key)}
        for shared in ("carriers", "categories"):
            self._kept.pop(shared, None)

    def _find_brand(self, category: int, name: str) -> tuple[int, str] | None:
        offset = 0
        while True:
            page = self._api.brands(category, offset)
            for brand in page.brand_list:
                if name in (fold(brand.original_brand_name), fold(brand.display_brand_name)):
                    return brand.brand_id, brand.original_brand_name or facts.NO_BRAND_NAME
            if not page.has_next_page or page.next_offset <= offset:
                return None
            offset = page.next_offset

    def _once_a_day(self, key: Hashable, read: Callable[[], Value]) -> Value:
        kept = self._kept.get(key)
        if kept is None or not self._is_fresh(kept[0]):
            kept = (self._clock(), read())
            self._kept[key] = kept
        return cast(Value, kept[1])

    def _is_fresh(self, read_at: datetime) -> bool:
        return self._clock() - read_at < KEPT_FOR
