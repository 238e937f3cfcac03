"""Which of the platform's categories a product goes to: suggested once, kept in a file that a person can review.

The file `maps/<account>.toml` holds one line per SKU. A line that a person changed is never overwritten.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from rapidfuzz import fuzz

from ocop_market.channels.api import Category, HasCategories
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.mapping.kinds import shelves_for
from ocop_market.model.product import Product
from ocop_market.model.text import fold, tidy
from ocop_market.settings import place_of

MAKING = ("say", "tuoi", "kho", "hop", "lanh")
SAME_SHELF = 90.0
GOOD_ENOUGH = 75.0
"""Likeness of names, of 100."""
UNREADABLE = N_("The category map {path} cannot be read: {reason}. Put that line right, or delete the file to have it made anew.")
HEADER = """# Ngành hàng của kênh bán cho từng mã hàng. Tên có "?" là máy gợi ý: xem lại, sửa mã nếu sai, bỏ "?" khi đã đúng.
# Category of the platform for each SKU. A name that ends in "?" was suggested: check it, and remove the "?" when right.
"""


class CategoryMap:
    """The categories chosen for one account, by SKU."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._chosen = self._read()

    def category(self, sku: str) -> str:
        """The category id for a SKU; empty when none was found."""
        return self._chosen.get(sku, ("", ""))[0]

    def complete(self, products: Iterable[Product], platform: HasCategories) -> int:
        """Suggests a category for every product that has none, writes the file, and returns how many were suggested.

        Asks the platform's own recommender first, then compares names with the leaves of its tree.
        """
        missing = [p for p in products if p.sku not in self._chosen]
        if not missing:
            return 0
        leaves = {c.id: c for c in platform.categories() if c.leaf and c.open_to_us}
        suggested = 0
        for product in missing:
            recommended = [c for c in platform.suggest(product.name) if c in leaves]
            best = recommended[0] if recommended else _nearest(product, leaves)
            if best:
                self._chosen[product.sku] = (best, f"{leaves[best].name} ?")
                suggested += 1
        self._add([p for p in missing if p.sku in self._chosen])
        return suggested

    def _read(self) -> dict[str, tuple[str, str]]:
        if not self.path.is_file():
            return {}
        try:
            lines = tomllib.loads(self.path.read_text(encoding="utf-8-sig"))["category"]
            return {sku: (str(line["id"]), str(line.get("name", ""))) for sku, line in lines.items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(UNREADABLE, code="category-map-unreadable", path=str(self.path), reason=place_of(error)) from None

    def _add(self, products: Iterable[Product]) -> None:
        """Writes new lines behind those that are there, which stay as a person left them."""
        there = self.path.read_text(encoding="utf-8-sig") if self.path.is_file() else HEADER + "[category]\n"
        lines = "".join(f"{_quoted(p.sku)} = {{ id = {_quoted(self._chosen[p.sku][0])}, name = {_quoted(self._chosen[p.sku][1])} }}"
                        f"  # {tidy(p.name)}\n" for p in sorted(products, key=lambda p: p.sku))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".part")
        temporary.write_text(there + ("" if there.endswith("\n") else "\n") + lines, encoding="utf-8", newline="\n")
        temporary.replace(self.path)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _nearest(product: Product, leaves: Mapping[str, Category]) -> str:
    """The leaf that is named like the kind of goods, else the one most like the product's name; empty when none is."""
    for shelf in shelves_for(product.name):
        alike, best = max(((fuzz.token_set_ratio(shelf, _name(leaf)), leaf.id) for leaf in leaves.values()
                           if _made_alike(shelf, _name(leaf))), default=(0.0, ""))
        if alike >= SAME_SHELF:
            return best
    name = fold(product.name)
    alike, best = max(((fuzz.token_set_ratio(name, _name(leaf)), leaf.id) for leaf in leaves.values()
                       if _made_alike(name, _name(leaf))), default=(0.0, ""))
    return best if alike >= GOOD_ENOUGH else ""


def _made_alike(shelf: str, leaf: str) -> bool:
    """Fresh fruit does not belong on the shelf for dried fruit: such words must agree."""
    return all(word in shelf.split() for word in MAKING if word in leaf.split())


def _name(leaf: Category) -> str:
    return fold(leaf.name.partition("(")[0])
