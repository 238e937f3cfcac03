"""The seller in Seller Center and the people at Tiki, for tests: edits by hand, deletions, the queue of reviews and its verdicts."""

from __future__ import annotations

from typing import Any

from connectors.tiki.sandbox_products import BY_SELLER_CENTER
from connectors.tiki.sandbox_review import Review
from ocop_market.sandbox.shelf import Record


class SellerCenter(Review):
    """What happens in the shop without the open API."""

    def add_seller_center_product(self, name: str, price: int, *, category_id: int = 9900101, original_sku: str = "") -> int:
        """Adds a product that the seller made by hand: usually without an original_sku, not ours to edit; gives its id."""
        kept = self.keep_product({
            "name": name, "original_sku": original_sku, "created_by": BY_SELLER_CENTER, "price": price, "market_price": price,
            "active": 1, "category_id": category_id, "attributes": {"brand": "OEM"}, "images": [], "inventory_type": "dropship",
            "seller_warehouse": "", "stocks": {}, "description": ""})
        number: int = kept["id"]
        return number

    def edit_by_hand(self, sku: str, **changes: Any) -> None:
        """Changes a product in Seller Center: `name`, `price`, `active`, `images`, `description` …; `attributes` are merged.

        `stock` is a number for the warehouse that the product is in, `reserved` what orders hold of it.
        """
        product = self._product(sku)
        house = next(iter(product["stocks"]), product["seller_warehouse"].partition(",")[0])
        if "stock" in changes:
            changes["stocks"] = {**product["stocks"], house: changes.pop("stock")}
        if "reserved" in changes:
            changes["reserved"] = {house: changes["reserved"]}
        if "attributes" in changes:
            changes["attributes"] = {**product["attributes"], **changes["attributes"]}
        self._put_back(product, **changes)

    def rename_attribute(self, code: str, new_code: str, new_name: str) -> None:
        """The platform renames an attribute; values that products have of it stand under the new code from then on."""
        self.renamed[code] = new_code, new_name
        for product in list(self._products.values()):
            if code in product["attributes"]:
                self._put_back(product, attributes={new_code if name == code else name: value
                                                    for name, value in product["attributes"].items()})

    def delete_by_hand(self, sku: str) -> None:
        """Takes a product away for good, as the platform may."""
        product = self._product(sku)
        del self._products[str(product["id"])]
        self._by_seller_sku[sku].remove(str(product["id"]))

    def delete_request_by_hand(self, sku: str) -> None:
        """Deletes the open requests for an SKU in Seller Center."""
        self.review()
        for kept in list(self._requests.values()):
            if not kept["decided"] and sku in self._skus_of(kept):
                self._put(kept, self.clock(), state="deleted", decided=True)

    def reviews_waiting(self) -> list[Record]:
        """The queue of reviews: requests that are not decided yet, oldest first, with their SKUs."""
        with self._lock:
            self.review()
            return [{"track_id": kept["track_id"], "kind": kept["kind"], "state": kept["state"], "skus": self._skus_of(kept)}
                    for kept in self._requests.values() if not kept["decided"]]

    def refuse_next(self, sku: str, *texts: str) -> None:
        """Has the content team refuse requests that name this SKU, in these words; without words they approve again."""
        if texts:
            self._refused_by_hand[sku] = {"texts": list(texts)}
        else:
            self._refused_by_hand.pop(sku, None)

    def leave_out(self, sku: str) -> None:
        """Has requests approved without this variant."""
        self._left_out[sku] = {}

    def forget_tracks(self) -> None:
        """Makes all track_ids unknown, as thirty days do; the requests' own numbers stay."""
        for kept in list(self._requests.values()):
            self._put(kept, self.clock(), forgotten=True)

    def _product(self, sku: str) -> Record:
        self.review()
        [product] = self._products_with(sku)
        return product
