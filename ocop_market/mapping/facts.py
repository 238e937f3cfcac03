"""What is known of a product, as words that a buyer reads: filled into attributes and into texts."""

from __future__ import annotations

from functools import lru_cache

from ocop_market.catalog.product_sets import group_name, product_set
from ocop_market.codes.gtin import Gtin
from ocop_market.model.product import LabelField, Product
from ocop_market.model.text import tidy

HOME = "Việt Nam"
_LABEL = {field: field.value.replace("-", "_") for field in LabelField}


def facts_of(product: Product, parcel_cm: tuple[int, int, int] | None = None) -> dict[str, str]:
    """Every fact by its name, NFC; empty text where it is not known. Nothing of price, stock or certificate is among them.

    `parcel_cm` is the parcel that the listing will have.
    """
    weight = _weight_g(product)
    name, producer = tidy(product.name), tidy(product.producer)
    commune, district, province = tidy(product.place.commune), tidy(product.place.district), tidy(product.place.province)
    facts = {
        **dict.fromkeys(_LABEL.values(), ""), **{_LABEL[field]: tidy(text) for field, text in product.label.items()},
        "name": name, "producer": producer, "commune": commune, "district": district, "province": province,
        "place": ", ".join(part for part in (commune, district, province) if part),
        "weight": f"{weight} g" if weight else "", "weight_kg": f"{weight / 1000:.3f}".rstrip("0").rstrip(".") if weight else "",
        "packings": " / ".join(tidy(", ".join(variant.values)) for variant in product.variants),
        "shelf_life": _shelf_life(product.shelf_life_days), "alcohol": _percent(product),
        "group": group_name(product.group), "set": product_set(product.product_set).name if product.product_set else "",
        "sku": tidy(product.sku), "gtin": Gtin(product.gtin).native if product.gtin else "",
        "features": "\n".join(part for part in (name, producer, province) if part),
        **(parcel_facts(parcel_cm) if parcel_cm else {}),
    }
    facts["origin"] = facts["origin"] or HOME
    return facts


def parcel_facts(parcel_cm: tuple[int, int, int]) -> dict[str, str]:
    """The sides of a parcel."""
    length, width, height = parcel_cm
    return {"parcel_length": str(length), "parcel_width": str(width), "parcel_height": str(height)}


def lines_of(text: str) -> str:
    """A text of several lines, each tidied, without empty ones."""
    return "\n".join(line for line in map(tidy, text.splitlines()) if line)


@lru_cache
def fact_names() -> tuple[str, ...]:
    """The names of the facts that every product can have."""
    return tuple(facts_of(Product("", "")))


def _weight_g(product: Product) -> int:
    """The net weight; of a product in several packings the lightest one's."""
    return product.weight_g or min((variant.weight_g for variant in product.variants if variant.weight_g), default=0)


def _shelf_life(days: int | None) -> str:
    if not days:
        return ""
    return f"{days // 30} tháng" if days % 30 == 0 else f"{days} ngày"


def _percent(product: Product) -> str:
    strength = product.alcohol_percent
    return f"{strength.normalize():f}%".replace(".", ",") if strength is not None else ""
