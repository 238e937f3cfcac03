"""The practice seller and the practice platform's staff: what happens to items without the interface. For tests and demonstrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.shopee.sandbox_items import Items
from connectors.shopee.sandbox_tree import Upheaval
from connectors.shopee.sandbox_wire import seconds
from ocop_market.model.clock import Clock
from ocop_market.sandbox.shelf import Record, Shelf


class SellerCentre:
    """Edits by hand, found by SKU: of an item, or of a model where the figure has one."""

    def __init__(self, items: Items, images: Shelf, upheaval: Upheaval, clock: Clock) -> None:
        self._items, self._images, self._upheaval, self._clock = items, images, upheaval, clock

    def edit(self, sku: str, **fields: Any) -> None:
        """Sets fields of the item as they are kept (`item_name`, `description`, `unlisted`, …)."""
        self._keep(self._item(sku) | fields)

    def set_price(self, sku: str, price: int) -> None:
        """The price of an item or a model."""
        self._set(sku, "original_price", price)

    def set_stock(self, sku: str, stock: int) -> None:
        """The stock of an item or a model."""
        self._set(sku, "stock", stock)

    def delete(self, sku: str) -> None:
        """The seller deletes the item."""
        self.edit(sku, deleted_at=seconds(self._now()))

    def remove(self, sku: str) -> None:
        """The platform deletes the item."""
        self.edit(sku, deleted_at=seconds(self._now()), removed=True)

    def delete_model(self, sku: str) -> None:
        """The seller deletes one model."""
        item = self._item(sku)
        self._keep(item | {"models": [model for model in item["models"] if model["model_sku"] != sku]})

    def ban(self, sku: str, kind: str, reason: str, suggestion: str = "") -> None:
        """The platform takes the item down; `kind` is one of its violation types. A change of the item lifts it."""
        self.edit(sku, ban={"violation_type": kind, "violation_reason": reason, "suggestion": suggestion})

    def join_promotion(self, sku: str, reserved: int = 0) -> None:
        """The item goes into a promotion that holds so much of the stock of the item or model."""
        self.edit(sku, promotion=True)
        self._set(sku, "reserved", reserved)

    def leave_promotion(self, sku: str) -> None:
        """The promotion ends and lets the stock go."""
        self.edit(sku, promotion=False)
        self._set(sku, "reserved", 0)

    def forget_images(self) -> None:
        """The platform forgets all pictures: items keep theirs, new uses of the ids are refused."""
        for image_id in list(self._images):
            del self._images[image_id]

    def renumber_attribute(self, old: int, new: int) -> None:
        """The platform gives an attribute another number."""
        self._upheaval.renumbered[old] = new

    def rename_attribute(self, number: int, name: str) -> None:
        """The platform calls an attribute otherwise."""
        self._upheaval.renamed[number] = name

    def close_category(self, number: int) -> None:
        """The platform does away with a category."""
        self._upheaval.closed.add(number)

    def show(self, sku: str) -> Record:
        """The item as it is kept."""
        return self._item(sku)

    def _item(self, sku: str) -> Record:
        item = self._items.with_sku(sku)
        if item is None:
            raise LookupError(sku)
        return item

    def _set(self, sku: str, name: str, value: int) -> None:
        item = self._item(sku)
        if any(model["model_sku"] == sku for model in item["models"]):
            item["models"] = [model | ({name: value} if model["model_sku"] == sku else {}) for model in item["models"]]
        else:
            item[name] = value
        self._keep(item)

    def _keep(self, item: Record) -> None:
        self._items.put(item | {"update_time": seconds(self._now())})

    def _now(self) -> datetime:
        return self._clock()
