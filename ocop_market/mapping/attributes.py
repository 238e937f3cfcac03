"""What a category asks for, filled from the product by the meaning of the attribute's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import normalize

from ocop_market.channels.api import Attribute
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.model.text import fold

Filler = Callable[[Product], str]

MISSING = N_("{name}: the category asks for '{attribute}', which is not known. Enter it, or choose another category.")


def _weight(product: Product) -> str:
    return f"{product.weight_g} g" if product.weight_g else ""


def _weight_kg(product: Product) -> str:
    return f"{product.weight_g / 1000:.3f}".rstrip("0").rstrip(".") if product.weight_g else ""


def _shelf_life(product: Product) -> str:
    days = product.shelf_life_days
    if not days:
        return ""
    return f"{days // 30} tháng" if days % 30 == 0 else f"{days} ngày"


def _features(product: Product) -> str:
    return "\n".join(part for part in (product.name, product.producer, product.place.province) if part)


FILLERS: tuple[tuple[tuple[str, ...], Filler], ...] = (
    (("product weight kg", "weight kg"), _weight_kg),
    (("khoi luong", "trong luong", "net weight", "dung tich"), _weight),
    (("require expiry date", "co han su dung"), lambda product: "1" if product.shelf_life_days else "0"),
    (("han su dung", "thoi han", "shelf life", "expiry"), _shelf_life),
    (("xuat xu", "origin", "brand country", "nuoc san xuat", "made in"), lambda _product: "Việt Nam"),
    (("bulky", "hang cong kenh"), lambda _product: "0"),
    (("warranty applied", "bao hanh"), lambda _product: "0"),
    (("top features", "dac diem noi bat"), _features),
    (("product height", "chieu cao"), lambda _product: "10"),
    (("product width", "chieu rong"), lambda _product: "15"),
    (("product length", "chieu dai"), lambda _product: "20"),
    (("nha san xuat", "manufacturer", "don vi san xuat", "to chuc chiu trach nhiem"), lambda product: product.producer),
    (("tinh thanh", "province"), lambda product: product.place.province),
)
"""Words of an attribute's id or name (folded) and what fills it; the first that matches counts."""

BRAND_WORDS = ("thuong hieu", "brand")
"""Brand is a field of its own in a draft, so a brand attribute is left to the connector."""


def fill_attributes(product: Product, attributes: Sequence[Attribute]) -> tuple[dict[str, str], list[Problem]]:
    """Values by attribute id for all that can be filled, and a problem for each mandatory one that cannot."""
    values: dict[str, str] = {}
    problems = []
    for attribute in attributes:
        words = f"{fold(attribute.id)} {fold(attribute.name)}"
        if fold(attribute.name) in BRAND_WORDS or fold(attribute.id) in BRAND_WORDS:
            continue
        value = normalize("NFC", next((fill(product) for keys, fill in FILLERS if any(key in words for key in keys)), ""))
        if value and _fits(value, attribute):
            values[attribute.id] = value
        elif attribute.required:
            problems.append(Problem("attribute-missing", MISSING, f"attribute:{attribute.id}",
                                    {"name": product.name, "attribute": attribute.name}))
    return values, problems


def _fits(value: str, attribute: Attribute) -> bool:
    if attribute.free_text or not attribute.choices:
        return True
    return fold(value) in {fold(choice) for choice in attribute.choices.values()} or value in attribute.choices
