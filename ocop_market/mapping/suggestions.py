"""Which category a platform would give a product: its own recommender first, then its tree; each name is asked about once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from rapidfuzz import fuzz

from ocop_market.channels.api import Category, HasCategories
from ocop_market.mapping.kinds import shelves_for
from ocop_market.model.product import Product
from ocop_market.model.text import fold, tidy

MAKING = ("say", "tuoi", "kho", "hop", "lanh")
SAME_SHELF = 90.0
GOOD_ENOUGH = 75.0
"""Likeness of names, of 100."""
MOST_OF_A_SET = 2 / 3
"""The share of a set's products that must go to one category for the set to be suggested it."""

Leaves = Mapping[str, Category]


def open_leaves(categories: Iterable[Category]) -> dict[str, Category]:
    """The categories of a tree that take our listings, by id."""
    return {category.id: category for category in categories if category.leaf and category.open_to_us}


class Suggestions:
    """What a platform suggested for each name; remembered in a file as soon as it is known, so that a stopped run goes on.

    The file may be deleted at any time: everything is then asked anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, str] | None = None

    def category_for(self, product: Product, platform: HasCategories, leaves: Leaves) -> str:
        """The suggested category; empty when nothing fits."""
        name, known = tidy(product.name), self._remembered()
        if name not in known or (known[name] and known[name] not in leaves):
            recommended = (category for category in platform.suggest(name) if category in leaves)
            self._remember(name, next(recommended, "") or nearest(product, leaves))
        return known[name]

    def forget(self) -> None:
        """Everything is asked anew."""
        self._path.unlink(missing_ok=True)
        self._known = None

    def _remembered(self) -> dict[str, str]:
        if self._known is None:
            lines = self._path.read_text(encoding="utf-8", errors="replace").splitlines() if self._path.is_file() else []
            self._known = dict(read for line in lines if (read := _read(line)) is not None)
        return self._known

    def _remember(self, name: str, category: str) -> None:
        self._remembered()[name] = category
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps({"name": name, "category": category}, ensure_ascii=False) + "\n")


def _read(line: str) -> tuple[str, str] | None:
    """A remembered line; None for one that was cut short."""
    try:
        told = json.loads(line)
        return str(told["name"]), str(told["category"])
    except (ValueError, TypeError, KeyError):
        return None


def common_category(found: Iterable[str]) -> str:
    """The category that most of them have; empty when they lie too far apart, or nothing was found."""
    counts = Counter(category for category in found if category)
    best, count = next(iter(counts.most_common(1)), ("", 0))
    return best if count >= counts.total() * MOST_OF_A_SET else ""


def nearest(product: Product, leaves: Leaves) -> str:
    """The leaf that is named like the kind of goods, else the one most like the product's name; empty when none is."""
    for shelf in shelves_for(product.name):
        alike, best = _most_alike(shelf, leaves.values())
        if alike >= SAME_SHELF:
            return best
    alike, best = _most_alike(fold(product.name), leaves.values())
    return best if alike >= GOOD_ENOUGH else ""


def _most_alike(words: str, leaves: Collection[Category]) -> tuple[float, str]:
    return max(((fuzz.token_set_ratio(words, _name(leaf)), leaf.id) for leaf in leaves if _made_alike(words, _name(leaf))),
               default=(0.0, ""))


def _made_alike(shelf: str, leaf: str) -> bool:
    """Fresh fruit does not belong on the shelf for dried fruit: such words must agree."""
    return all(word in shelf.split() for word in MAKING if word in leaf.split())


def _name(leaf: Category) -> str:
    return fold(leaf.name.partition("(")[0])
