"""Packings of one product: when two of them are the same one, their SKUs, weights and order, and how they are put together."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ocop_market.model.product import Product, Variant
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.values import read_grams

OF_ONE = ("price", "stock", "weight_g", "gtin")
"""Fields that belong to each packing where a product has several."""
BY_WEIGHT, BY_VOLUME, BY_PACKING, BY_KIND = "Khối lượng", "Thể tích", "Quy cách", "Phân loại"
"""Names of options that a list leaves unnamed."""

_CONTENT = re.compile(r"(?:(\d{1,3})\s*[x×*]\s*)?(\d{1,6}(?:[.,]\d{1,2})?)\s*(kg|kilogam|g|gr|gam|gram|ml|lít|lit|l)\.?", re.IGNORECASE)
_BEHIND_NAME = re.compile(rf"(?P<name>.*?\w)(?:[\s,\-–—]+|\s*\((?=[^()]*\)$))(?P<content>{_CONTENT.pattern})\)?$", re.IGNORECASE)
_UNITS = {"kg": ("g", 1000), "kilogam": ("g", 1000), "g": ("g", 1), "gr": ("g", 1), "gam": ("g", 1), "gram": ("g", 1), "ml": ("ml", 1),
          "lít": ("ml", 1000), "lit": ("ml", 1000), "l": ("ml", 1000)}
_LONGEST_TAIL = 24

Key = tuple[str, ...]


def content_of(value: str) -> tuple[str, Decimal] | None:
    """Unit (`g` or `ml`) and amount of a text that is nothing but a content: `500g`, `0,5 kg`, `2 x 330 ml`."""
    found = _CONTENT.fullmatch(tidy(value))
    if found is None:
        return None
    times, digits, word = found.groups()
    unit, factor = _UNITS[word.lower()]
    return unit, Decimal(digits.replace(",", ".")) * factor * int(times or 1)


def key_of(values: Sequence[str]) -> Key:
    """What makes two packings the same one, however it is written: `500g`, `500 gr` and `0,5 kg` are one."""
    found = []
    for value in values:
        content = content_of(value)
        found.append(f"{content[1].normalize():f}{content[0]}" if content else fold(value).replace(" ", ""))
    return tuple(found)


def spelled(value: str) -> str:
    """The value for people: a content as `500 g`, all else as it is."""
    found = _CONTENT.fullmatch(tidy(value))
    if found is None:
        return tidy(value)
    times, digits, word = found.groups()
    unit = {"gr": "g", "gam": "g", "gram": "g", "kilogam": "kg", "lit": "lít", "l": "lít"}.get(word.lower(), word.lower())
    return f"{times} x {digits} {unit}" if times else f"{digits} {unit}"


def weight_told(values: Sequence[str]) -> int | None:
    """The net weight in grams that the values of a packing say for sure; None where they say none, or a volume."""
    grams = [found for value in values if isinstance(found := read_grams(value), int)]
    return grams[0] if len(grams) == 1 else None


def name_and_content(name: str) -> tuple[str, str]:
    """A name without the content behind it (`Mật ong rừng - 500 g`), and that content; empty where there is none."""
    found = _BEHIND_NAME.fullmatch(tidy(name))
    return (found["name"], found["content"]) if found else (tidy(name), "")


def name_without(name: str, values: Sequence[str]) -> str:
    """A name without the values of its packing at the end, as tills write them: `Mật ong rừng - 500 g`."""
    bare, content = name_and_content(name)
    if content and key_of([content])[0] in key_of(values):
        return bare
    plain = tidy(name)
    for value in reversed(values):
        ending = re.compile(rf"(?:\s*[-–—,]\s*|\s*\(\s*){re.escape(tidy(value))}\s*\)?$", re.IGNORECASE)
        plain = ending.sub("", plain) or plain
    return plain


def made_sku(product_sku: str, values: Sequence[str]) -> str:
    """The SKU of a packing that came without one: the product's with what tells the packing apart."""
    tail = "-".join(re.sub(r"[^0-9A-Za-z,.]", "", part).upper().replace(",", ".") for part in map(_bare, values))
    if len(tail) > _LONGEST_TAIL or not tail:
        tail = hashlib.sha256("\x1f".join(key_of(values)).encode()).hexdigest()[:8].upper()
    return f"{product_sku}-{tail}"


def _bare(value: str) -> str:
    return fold(value).replace(" ", "") if content_of(value) is None else spelled(value).replace(" ", "").replace("lít", "l")


def option_names(told: Sequence[str], variants: Sequence[Variant]) -> tuple[str, ...]:
    """The names of the options; those that no list names are called by what their values are."""
    found = []
    for place, name in enumerate(told):
        units = {content[0] if (content := content_of(variant.values[place])) else "" for variant in variants}
        by_content = {"g": BY_WEIGHT, "ml": BY_VOLUME}.get(units.pop(), "") if len(units) == 1 else ""
        found.append(name or (by_content if by_content not in found else "") or (BY_PACKING if BY_PACKING not in found else BY_KIND))
    return tuple(found)


def in_order(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Smaller contents first, then by words, whatever the order of the rows."""
    def place(variant: Variant) -> tuple[tuple[bool, str, Decimal, str], ...]:
        contents = [(content_of(value), fold(value)) for value in variant.values]
        return tuple((content is None, content[0] if content else "", content[1] if content else Decimal(0), words)
                     for content, words in contents)
    return tuple(sorted(variants, key=place))


def in_packings(product: Product, options: Sequence[str], variants: Sequence[Variant]) -> Product:
    """The product as one in these packings: in order, with options named, missing SKUs made, and nothing left that is a packing's."""
    named = [replace(v, sku=v.sku or made_sku(product.sku, v.values), values=tuple(map(spelled, v.values)),
                     weight_g=weight_told(v.values) if v.weight_g is None else v.weight_g) for v in variants]
    ordered = in_order(named)
    return replace(product, options=option_names(options, ordered), variants=ordered, price=None, stock=None, weight_g=None, gtin="")


def as_ordinary(product: Product, variant: Variant) -> Product:
    """One packing as a product of its own."""
    return replace(product, sku=variant.sku, price=variant.price, stock=variant.stock, weight_g=variant.weight_g, gtin=variant.gtin,
                   options=(), variants=(), pictures=product.pictures or ((variant.picture,) if variant.picture else ()))


def gtins_of(product: Product) -> tuple[str, ...]:
    """All its barcodes: its own and those of its packings."""
    return tuple(dict.fromkeys(gtin for gtin in (product.gtin, *(variant.gtin for variant in product.variants)) if gtin))


def skus_of(product: Product) -> tuple[str, ...]:
    """All codes under which it may be meant: its own and those of its packings."""
    return tuple(dict.fromkeys((product.sku, *(variant.sku for variant in product.variants))))


def packing_named(product: Product, sku: str) -> Variant | None:
    """The packing with that SKU."""
    return next((variant for variant in product.variants if variant.sku == sku), None)
