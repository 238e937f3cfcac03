"""Faults that lists of labels really have: a net content said twice and differently, a price that a slip of the finger made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Group, LabelField, Product
from ocop_market.model.text import tidy

CONTENTS_DIFFER = N_("The name says {name}, the label or the catalog says {label}. Look at the package and correct the wrong one.")
PRICE_STANDS_OUT = N_("The price of {price} đ is {times} times that of this producer's similar goods (about {usual} đ). Check for a digit "
                      "too many or too few.")

_CONTENT = re.compile(
    r"(?:(?P<count>\d{1,3})\s*(?:gói|túi|tép|hộp|viên|thanh|cái|chai|lon)?\s*[x×*]\s*)?"
    r"(?<![\d.,])(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>kg|g|gr|gam|gram|ml|lít|lit|l)(?!\w)", re.IGNORECASE)
_FACTORS = {"kg": ("g", 1000), "g": ("g", 1), "gr": ("g", 1), "gam": ("g", 1), "gram": ("g", 1),
            "ml": ("ml", 1), "lít": ("ml", 1000), "lit": ("ml", 1000), "l": ("ml", 1000)}
_TIMES_THE_USUAL = 8
_LEAST_COMPARED = 4

Content = tuple[str, Decimal]
"""Unit (`g` or `ml`) and how many."""


def contents_in(text: str) -> set[Content]:
    """Every net content that a text names; `60 tép x 2g` as 120 g."""
    found = set()
    for match in _CONTENT.finditer(tidy(text)):
        unit, factor = _FACTORS[match["unit"].lower()]
        found.add((unit, Decimal(match["number"].replace(",", ".")) * factor * int(match["count"] or 1)))
    return found


def content_problem(product: Product) -> Problem | None:
    """Whether name and label (or weight) name different contents; nothing is said when either names none or they share one."""
    in_name = contents_in(product.name)
    written = product.label.get(LabelField.NET_CONTENT, "")
    elsewhere = contents_in(written) or {
        ("g", Decimal(weight)) for weight in (product.weight_g, *(variant.weight_g for variant in product.variants)) if weight}
    units = {unit for unit, _ in in_name} & {unit for unit, _ in elsewhere}
    if not units or in_name & elsewhere:
        return None
    return Problem("contents-differ", CONTENTS_DIFFER, "label", {"name": _words(in_name), "label": _words(elsewhere)})


def price_problems(products: Iterable[Product]) -> Mapping[str, Problem]:
    """By SKU, prices at least eight times, or at most an eighth of, the middle price of the same producer's group of goods.

    Only where at least four other prices are known; a doubt to look at, no more.
    """
    shelves: dict[tuple[str, str, Group], list[Product]] = defaultdict(list)
    for product in products:
        if product.price:
            shelves[product.owner, product.producer, product.group].append(product)
    return {product.sku: problem for shelf in shelves.values() if len(shelf) > _LEAST_COMPARED
            for product in shelf if (problem := _stands_out(product, shelf))}


def _stands_out(product: Product, shelf: Sequence[Product]) -> Problem | None:
    usual = median(other.price or 0 for other in shelf if other is not product)
    price = product.price or 0
    if usual / _TIMES_THE_USUAL < price < usual * _TIMES_THE_USUAL:
        return None
    times = f"{price / usual:.1f}".replace(".", ",")
    return Problem("price-stands-out", PRICE_STANDS_OUT, "price", {"price": _number(price), "times": times, "usual": _number(round(usual))})


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _words(contents: set[Content]) -> str:
    return ", ".join(f"{amount.normalize():f} {unit}" for unit, amount in sorted(contents))
