"""What we want a listing to be, in words that no platform owns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ocop_market.model.product import Picture

JsonObject = dict[str, Any]
"""A JSON object: text, numbers, booleans, None, lists and objects of them."""


class FieldGroup(StrEnum):
    """Parts of a listing that are compared, shown and sent together."""

    CONTENT = "content"
    MEDIA = "media"
    PRICE = "price"
    STOCK = "stock"
    VISIBILITY = "visibility"


@dataclass(frozen=True)
class ListingDraft:
    """One listing as it should be.

    `category` is the platform's own id as text, empty where the channel has none. `attributes` maps the platform's
    attribute id or code to plain text (`"500 g"` carries its unit). `brand` is empty for goods without one. `price`
    is in đồng; `stock` in sales units, never negative; `weight_g` is the parcel's weight in grams; `parcel_cm` its
    length, width and height. `channel_extra` is merged last into what the connector sends and shown in the plan.
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

    def groups(self) -> dict[FieldGroup, JsonObject]:
        """The draft as JSON objects, one a field group, in a form that is equal when nothing changed."""
        return {
            FieldGroup.CONTENT: {
                "title": self.title, "description": self.description, "category": self.category,
                "attributes": dict(sorted(self.attributes.items())), "brand": self.brand, "weight_g": self.weight_g,
                "parcel_cm": list(self.parcel_cm), "gtin": self.gtin, "channel_extra": dict(self.channel_extra),
            },
            FieldGroup.MEDIA: {"pictures": [p.digest or p.url or p.path for p in self.pictures]},
            FieldGroup.PRICE: {"price": self.price},
            FieldGroup.STOCK: {"stock": self.stock},
            FieldGroup.VISIBILITY: {"visible": self.visible},
        }


def fingerprint(value: object) -> str:
    """A short stable digest of a JSON value: 16 hex digits, the same whatever the order of its keys."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
