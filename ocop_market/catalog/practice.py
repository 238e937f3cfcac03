"""Values for practice: recognition lists carry neither price nor stock nor picture, and a listing needs them all.

Everything made up here is named in `Product.practice` and refused on real platforms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocop_market.catalog.known_packings import MADE_UP
from ocop_market.catalog.packings import BY_PACKING, in_packings
from ocop_market.model.product import Group, Product, Variant
from ocop_market.model.text import fold
from ocop_market.pictures.practice import practice_picture


@dataclass(frozen=True)
class _Range:
    """Plausible values: prices in thousands of đồng, weights in grams, shelf life in days."""

    prices: tuple[int, int]
    weights: tuple[int, ...]
    shelf_life_days: int


_BY_WORD: tuple[tuple[str, _Range], ...] = (
    ("nuoc mam", _Range((60, 180), (600, 850, 1200), 730)),
    ("mat ong", _Range((110, 260), (500, 700, 1000), 730)),
    ("mam", _Range((50, 140), (300, 500), 365)),
    ("ruou", _Range((90, 320), (600, 900), 1825)),
    ("ca phe", _Range((80, 220), (250, 500), 365)),
    ("tra", _Range((60, 250), (100, 200), 540)),
    ("che", _Range((70, 350), (100, 200, 500), 540)),
    ("gao", _Range((60, 150), (2000, 5000), 180)),
    ("mien", _Range((45, 90), (500,), 365)),
    ("bun", _Range((30, 70), (500,), 180)),
    ("my", _Range((30, 75), (500,), 270)),
    ("tinh bot nghe", _Range((110, 280), (250, 500), 730)),
    ("curcumin", _Range((250, 650), (60, 100), 730)),
    ("tinh dau", _Range((90, 260), (60, 120), 730)),
    ("dau", _Range((70, 190), (500, 900), 365)),
    ("gio", _Range((90, 190), (500,), 30)),
    ("cha", _Range((90, 180), (500,), 30)),
    ("trung", _Range((35, 75), (600,), 21)),
    ("nam", _Range((60, 220), (100, 250), 180)),
    ("kho", _Range((90, 260), (200, 500), 180)),
    ("banh", _Range((35, 110), (200, 400), 90)),
    ("mut", _Range((45, 120), (200, 300), 180)),
    ("keo", _Range((35, 90), (200, 300), 180)),
    ("ruoc", _Range((90, 210), (200, 250), 90)),
)
_BY_GROUP = {
    Group.FOOD: _Range((30, 120), (500, 1000), 60),
    Group.DRINKS: _Range((40, 160), (500, 1000), 365),
    Group.MEDICINAL: _Range((120, 450), (100, 250), 730),
    Group.HANDICRAFT: _Range((80, 600), (300, 800, 1500), 0),
    Group.ORNAMENTAL: _Range((100, 800), (1000, 3000), 0),
    Group.TOURISM: _Range((150, 900), (), 0),
    Group.UNKNOWN: _Range((60, 240), (250, 500), 365),
}


_ONE_IN = 6
"""One product of so many comes in several packings."""


def with_practice_values(products: Iterable[Product], *, picture_url: Callable[[str], str] | None, folder: Path | None,
                         packings: bool = False) -> list[Product]:
    """Fills price, stock, weight, shelf life, description and picture where they are missing, and names each in `practice`.

    Values follow from the SKU alone, so they are the same in every run. Pictures are written to `folder`
    (None: no pictures); `picture_url` makes the public link of a file name. A tourism service gets neither weight nor stock.
    With `packings`, some goods whose price and weight are made up come in two or three of them, one at times a gift box.
    """
    filled = [_filled(product, picture_url, folder) for product in products]
    return [_in_packings(product) if packings else product for product in filled]


def _filled(product: Product, picture_url: Callable[[str], str] | None, folder: Path | None) -> Product:
    kind = _range_of(product)
    made: dict[str, Any] = {}
    if product.variants:
        made |= _filled_packings(product, kind)
    elif product.price is None:
        made["price"] = 1000 * _between(product.sku, "price", *kind.prices)
    if not product.variants and product.stock is None and product.group is not Group.TOURISM:
        made["stock"] = _between(product.sku, "stock", 12, 240)
    if not product.variants and product.weight_g is None and kind.weights:
        made["weight_g"] = kind.weights[_between(product.sku, "weight", 0, len(kind.weights) - 1)]
    if product.shelf_life_days is None and kind.shelf_life_days:
        made["shelf_life_days"] = kind.shelf_life_days
    if not product.description:
        made["description"] = _description(product)
    if not product.pictures and folder is not None:
        picture = practice_picture(product.sku, folder)
        link = picture_url(Path(picture.path).name) if picture_url else ""
        made["pictures"] = (replace(picture, url=link),)
    practice = product.practice | frozenset(made) - {"variants"} | {name for name in ("price", "stock", "weight_g") if any(
        getattr(old, name) is None and getattr(new, name) is not None
        for old, new in zip(product.variants, made.get("variants", ()), strict=False))}
    return replace(product, **made, practice=practice)


def _filled_packings(product: Product, kind: _Range) -> dict[str, tuple[Variant, ...]]:
    """Packings that a list told of, with what it left out made up; nothing where it left out nothing."""
    filled = tuple(replace(
        one, price=1000 * _between(one.sku, "price", *kind.prices) if one.price is None else one.price,
        stock=_between(one.sku, "stock", 12, 240) if one.stock is None else one.stock,
        weight_g=kind.weights[0] if one.weight_g is None and kind.weights else one.weight_g) for one in product.variants)
    return {} if filled == product.variants else {"variants": filled}


def _in_packings(product: Product) -> Product:
    """The product in made-up packings, one of them a gift box for every other one; as it is where price or weight are real."""
    if product.variants or not {"price", "weight_g"} <= product.practice or _between(product.sku, "packings", 1, _ONE_IN) > 1:
        return product
    weight, price = product.weight_g or 0, product.price or 0
    contents = [(f"{weight} g", weight, price), (f"{2 * weight} g", 2 * weight, price * 19 // 10 // 1000 * 1000)]
    if _between(product.sku, "gift", 0, 1):
        contents.append(("Hộp quà", 2 * weight, price * 22 // 10 // 1000 * 1000))
    variants = [Variant("", (words,), dong, _between(f"{product.sku}:{words}", "stock", 6, 120), grams)
                for words, grams, dong in contents]
    made = in_packings(product, (BY_PACKING,), variants)
    return replace(made, practice=product.practice | {MADE_UP})


def _range_of(product: Product) -> _Range:
    if product.group in (Group.FOOD, Group.DRINKS, Group.MEDICINAL, Group.UNKNOWN):
        name = f" {fold(product.name)} "
        for words, kind in _BY_WORD:
            if f" {words} " in name:
                return kind
    return _BY_GROUP[product.group]


def _between(sku: str, purpose: str, lowest: int, highest: int) -> int:
    drawn = int.from_bytes(hashlib.sha256(f"{purpose}:{sku}".encode()).digest()[:4])
    return lowest + drawn % (highest - lowest + 1)


def _description(product: Product) -> str:
    origin = ", ".join(part for part in (product.place.commune, product.place.district, product.place.province) if part)
    lines = [f"{product.name}.", f"Chủ thể: {product.producer}." if product.producer else "",
             f"Xuất xứ: {origin}." if origin else "", "Mô tả dùng để thực hành, không phải lời giới thiệu của nhà sản xuất."]
    return "\n".join(line for line in lines if line)
