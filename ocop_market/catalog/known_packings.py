"""Packings that are known and those that a list tells of: which is which, and what becomes of them.

What a list does not tell of a packing stays, and so does a packing that it does not speak of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ocop_market.catalog.packings import OF_ONE, in_order, key_of, made_sku, weight_told
from ocop_market.model.product import Product, Variant

MADE_UP = "variants"
"""The name in `Product.practice` of packings that were made up."""


@dataclass(frozen=True)
class Offered:
    """What is offered of a product: its packings with their options, or its own price, stock, weight and barcode."""

    options: tuple[str, ...]
    variants: tuple[Variant, ...]
    of_one: dict[str, Any]
    practice: frozenset[str]


def offered(known: Product, told: Product) -> Offered | None:
    """What is offered of a product after a list told of it; None where neither has packings."""
    if MADE_UP in known.practice and MADE_UP not in told.practice and any(getattr(told, name) for name in (*OF_ONE, "variants")):
        known = replace(known, options=(), variants=(), practice=known.practice - {MADE_UP, *OF_ONE})
        if not told.variants:
            return Offered((), (), {name: getattr(told, name) for name in OF_ONE}, told.practice & {*OF_ONE})
    if not (known.variants or told.variants) or (MADE_UP in told.practice and _is_real(known)):
        return _as_known(known) if told.variants else None
    if not told.variants:
        packing = packing_meant(known, told)
        return _together(known, known.options, [replace(_of_one(told), sku=packing.sku, values=packing.values)] if packing else [], told)
    if not known.variants:
        return _together(replace(known, variants=_only_packing(known, told)), told.options, told.variants, told)
    if len(known.options) != len(told.options) and not replaces_all(known, told):
        return _as_known(known)
    return _together(known, told.options, told.variants, told)


def packing_meant(known: Product, told: Product) -> Variant | None:
    """The known packing that a row without any means: by SKU, by barcode, or as the only one of that weight."""
    by_sku = [variant for variant in known.variants if variant.sku == told.sku]
    by_gtin = [variant for variant in known.variants if told.gtin and variant.gtin == told.gtin]
    by_weight = [variant for variant in known.variants if told.weight_g and variant.weight_g == told.weight_g]
    found = by_sku or by_gtin or by_weight
    return found[0] if len(found) == 1 else None


def replaces_all(known: Product, told: Product) -> bool:
    """Whether a list speaks of every known packing, by SKU or barcode, so that it may tell them apart in another way."""
    return all(any(variant.sku == other.sku or (variant.gtin and variant.gtin == other.gtin) for other in told.variants)
               for variant in known.variants)


def _is_real(known: Product) -> bool:
    return any(getattr(known, name) not in (None, "") and name not in known.practice for name in ("price", "stock")) or (
        bool(known.variants) and MADE_UP not in known.practice)


def _as_known(known: Product) -> Offered:
    return Offered(known.options, known.variants, {name: getattr(known, name) for name in OF_ONE},
                   known.practice & {MADE_UP, *OF_ONE})


def _of_one(product: Product) -> Variant:
    return Variant(product.sku, (), product.price, product.stock, product.weight_g, product.gtin)


def _only_packing(known: Product, told: Product) -> tuple[Variant, ...]:
    """An ordinary product's own price and stock, as the packing that it was until now."""
    own = _of_one(known)
    same = next((variant for variant in told.variants if variant.sku == own.sku), None) or next(
        (variant for variant in told.variants if own.gtin and variant.gtin == own.gtin), None)
    alike = [variant for variant in told.variants if own.weight_g and variant.weight_g == own.weight_g]
    meant = same or (alike[0] if len(alike) == 1 else None)
    if meant:
        return (replace(own, sku=meant.sku, values=meant.values, weight_g=meant.weight_g or own.weight_g),)
    if len(told.options) == 1 and own.price is not None and own.weight_g and all(weight_told(v.values) for v in told.variants):
        values = (f"{own.weight_g} g",)
        taken = own.sku in (variant.sku for variant in told.variants)
        return (replace(own, sku=made_sku(own.sku, values) if taken else own.sku, values=values),)
    return ()


def _together(known: Product, options: Sequence[str], told: Sequence[Variant], source: Product) -> Offered:
    """Each packing that is told puts at most one known one right; the others stay."""
    left = list(known.variants)
    met: dict[int, Variant] = {}
    for fits in (_same_sku, _same_values, _same_gtin):
        for place, variant in enumerate(told):
            older = None if place in met else next((one for one in left if fits(one, variant)), None)
            if older:
                left.remove(older)
                met[place] = older
    merged, kept = [], set()
    for place, variant in enumerate(told):
        older = met.get(place)
        merged.append(_filled(known, older, variant, source) if older else variant)
        kept |= {name for name in OF_ONE if older and getattr(merged[-1], name) != getattr(variant, name)}
    stays = [variant for variant in left if len(variant.values) == len(options)]
    kept |= set(OF_ONE) if stays else set()
    used = {name for name in (*OF_ONE, MADE_UP) if name in source.practice and told}
    names = tuple(name or older for name, older in zip(options, [*known.options, *[""] * len(options)], strict=False))
    return Offered(names, in_order([*merged, *stays]), {"price": None, "stock": None, "weight_g": None, "gtin": ""},
                   frozenset(used | (known.practice & kept) | (known.practice & {MADE_UP} if stays else set())))


def _filled(known: Product, older: Variant, told: Variant, source: Product) -> Variant:
    """The packing as it is told now, filled up with what was known; a made-up value never replaces a real one."""
    values: dict[str, Any] = {}
    for name in OF_ONE:
        before, now = getattr(older, name), getattr(told, name)
        made_up = name in source.practice and name not in known.practice and before not in (None, "")
        values[name] = before if now in (None, "") or made_up else now
    sku = older.sku if _is_made(told, source) and not _is_made(older, known) else told.sku or older.sku
    return replace(told, **values, sku=sku, picture=told.picture or older.picture)


def _is_made(variant: Variant, product: Product) -> bool:
    """Whether the SKU is one that we made, for this product or for one that had no code of its own then."""
    return variant.sku == made_sku(product.sku, variant.values) or bool(re.match(r"(?:\S+-)?OC-[A-Z2-7]{8}-", variant.sku))


def _same_sku(known: Variant, told: Variant) -> bool:
    return known.sku == told.sku


def _same_values(known: Variant, told: Variant) -> bool:
    return key_of(known.values) == key_of(told.values)


def _same_gtin(known: Variant, told: Variant) -> bool:
    return bool(known.gtin) and known.gtin == told.gtin
