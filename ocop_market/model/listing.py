"""What we want a listing to be, in words that no platform owns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ocop_market.model.product import Picture, WholesalePrice

JsonObject = dict[str, Any]
"""A JSON object: text, numbers, booleans, None, lists and objects of them."""


class FieldGroup(StrEnum):
    """Parts of a listing that are compared, shown and sent together."""

    CONTENT = "content"
    MEDIA = "media"
    VARIANTS = "variants"
    PRICE = "price"
    STOCK = "stock"
    VISIBILITY = "visibility"


OFFER = frozenset({FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY})
"""What platforms take at once, also while they review the rest of a listing."""
PARTIAL = frozenset({"attributes", "channel_extra"})
"""Fields of which a platform may show more than was wanted: only what was wanted is compared."""


@dataclass(frozen=True)
class VariantDraft:
    """One variant of a listing: its values of the listing's options, price in đồng, stock in sales units, parcel weight in grams."""

    sku: str
    values: tuple[str, ...]
    price: int
    stock: int
    weight_g: int
    gtin: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class ListingDraft:
    """One listing as it should be.

    `category` is the platform's own id as text, empty where the channel has none. `attributes` maps the platform's
    attribute id or code to plain text (`"500 g"` carries its unit). `brand` is empty for goods without one. `price`
    is in đồng; `stock` in sales units, never negative; `weight_g` is the parcel's weight in grams; `parcel_cm` its
    length, width and height. `days_to_ship` is None for the platform's usual time. `channel_extra` is merged last into what the
    connector sends and shown in the plan. A listing with `variants` names its one or two `options`; its price is then the lowest
    of theirs and its stock their sum, and only theirs are sent. `wholesale` prices are ordered by quantity.
    """

    sku: str
    title: str
    description: str
    category: str
    price: int
    stock: int
    weight_g: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    pictures: tuple[Picture, ...] = ()
    parcel_cm: tuple[int, int, int] = (20, 15, 10)
    gtin: str = ""
    visible: bool = True
    channel_extra: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    variants: tuple[VariantDraft, ...] = ()
    days_to_ship: int | None = None
    wholesale: tuple[WholesalePrice, ...] = ()

    @property
    def sold_skus(self) -> tuple[str, ...]:
        """The SKUs under which it is sold: its variants', or its own where it has none."""
        return tuple(variant.sku for variant in self.variants) or (self.sku,)

    def groups(self) -> dict[FieldGroup, JsonObject]:
        """The draft as JSON objects, one a field group, in a form that is equal when nothing changed."""
        return {
            FieldGroup.CONTENT: {
                "title": self.title, "description": self.description, "category": self.category,
                "attributes": dict(sorted(self.attributes.items())), "brand": self.brand, "weight_g": self.weight_g,
                "parcel_cm": list(self.parcel_cm), "gtin": self.gtin, "days_to_ship": self.days_to_ship,
                "channel_extra": dict(self.channel_extra),
            },
            FieldGroup.MEDIA: {"pictures": [picture_name(p) for p in self.pictures]},
            FieldGroup.VARIANTS: {"options": list(self.options), "variants": [{
                "sku": v.sku, "values": list(v.values), "weight_g": v.weight_g, "gtin": v.gtin,
                "picture": picture_name(v.picture) if v.picture else ""} for v in self.variants]},
            FieldGroup.PRICE: {
                "price": self.price, "variant_prices": {v.sku: v.price for v in self.variants},
                "wholesale": [[step.from_quantity, step.price] for step in self.wholesale]},
            FieldGroup.STOCK: {"stock": self.stock, "variant_stock": {v.sku: v.stock for v in self.variants}},
            FieldGroup.VISIBILITY: {"visible": self.visible},
        }


def picture_name(picture: Picture) -> str:
    """What a picture is known by: its content where that is known, else where it lies."""
    return picture.digest or picture.url or picture.path


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(value: object) -> str:
    """A short stable digest of a JSON value: 16 hex digits, the same whatever the order of its keys."""
    return hashlib.sha256(_CANONICAL.encode(value).encode()).hexdigest()[:16]
