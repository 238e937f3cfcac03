"""What goes where on one account: categories, attributes, texts and parcels by scoring set, with exceptions by SKU.

The file `maps/<account>.toml` is a person's: the program adds suggestions, whose names end in `?`, changes only those, and
keeps every remark.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from ocop_market.catalog.product_sets import product_set
from ocop_market.channels.api import HasCategories
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.mapping.map_file import (
    HEADER,
    Lines,
    MapFile,
    ParcelLines,
    in_order,
    map_text,
    merged,
    quoted,
    read_map,
    set_heading,
    sku_heading,
)
from ocop_market.mapping.suggestions import Leaves, Suggestions, common_category
from ocop_market.mapping.texts import DESCRIPTION, TITLE, Templates
from ocop_market.model.product import Product
from ocop_market.model.text import tidy

NO_CATEGORY = N_("No category of {channel} fits {name}. Enter one under [{place}] in the file {path}. Its number is found with: "
                 "ocop-market categories {account} --find WORDS")
CATEGORY_GONE = N_("The category {category} that [{place}] in the file {path} names for {name} is not among those of {channel} that take "
                   "goods. Enter another, or delete its lines to have one suggested. Numbers are found with: ocop-market categories "
                   "{account} --find WORDS")


@dataclass(frozen=True)
class Choice:
    """The category chosen for a product, and the heading of the lines that say so; not `confirmed` while it is a suggestion."""

    category: str
    name: str
    place: str

    @property
    def confirmed(self) -> bool:
        """Whether a person stands behind it."""
        return not self.name.rstrip().endswith("?")


@dataclass(frozen=True)
class Given:
    """An attribute's value as the map gives it, by the platform's id or name.

    `place` is the heading that it stands under; where it is not `meant` for just this category, it counts only if asked for.
    """

    key: str
    value: str
    place: str
    meant: bool


@dataclass(frozen=True)
class Mapped:
    """What the map says of a product beside its category.

    `own` is said of the SKU itself and goes before what the catalog knows; `usual` counts where the catalog knows nothing. `place` is
    the heading under which something missing is entered, `path` the file.
    """

    templates: Templates = field(default_factory=Templates)
    attributes: tuple[Given, ...] = ()
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    own: ParcelLines = field(default_factory=ParcelLines)
    usual: ParcelLines = field(default_factory=ParcelLines)
    place: str = ""
    path: str = ""


class ChannelMap:
    """The map of one account."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suggestions = Suggestions(path.with_suffix(".asked.jsonl"))
        self._take(read_map(map_text(path), path))

    def _take(self, file: MapFile) -> None:
        self._file = file
        self._own_places = frozenset(file.skus.keys() | file.category.keys())
        self._of_sets: dict[int, Mapped] = {}
        """What is said of products that have no lines of their own, by number of their set (0: none)."""

    def choice(self, product: Product) -> Choice | None:
        """The category chosen for a product: what a person confirmed before what was suggested, the SKU's line before the set's."""
        found = [choice for choice in (self._sku_choice(product.sku), self._set_choice(product.product_set)) if choice is not None]
        return next((choice for choice in found if choice.confirmed), found[0] if found else None)

    def choices(self) -> list[Choice]:
        """Every category that the file names."""
        file = self._file
        found = [*map(self._set_choice, file.sets), *map(self._sku_choice, dict.fromkeys((*file.skus, *file.category)))]
        return [choice for choice in found if choice is not None]

    def mapped(self, product: Product) -> Mapped:
        """What the map says of a product beside its category."""
        if product.sku in self._own_places:
            return self._mapped(product)
        number = product.product_set or 0
        if number not in self._of_sets:
            self._of_sets[number] = self._mapped(product)
        return self._of_sets[number] if number else replace(self._of_sets[0], place=sku_heading(product.sku))

    def _mapped(self, product: Product) -> Mapped:
        account, own = self._file, self._file.skus.get(product.sku, Lines())
        of_set = self._file.sets.get(product.product_set or 0, Lines())
        choice, set_choice = self.choice(product), self._set_choice(product.product_set)
        at_home = set_choice is None or choice is None or choice.category == set_choice.category
        given = [Given(key, value, heading, meant) for heading, lines, meant in (
            ("", account, False), (set_heading(product.product_set or 0), of_set, at_home), (sku_heading(product.sku), own, True))
            for key, value in lines.attributes.items()]
        title, description = ([getattr(lines.texts, name) for lines in (own, of_set, account)] for name in ("title", "description"))
        usual = {**account.parcel.model_dump(exclude_none=True), **of_set.parcel.model_dump(exclude_none=True)}
        return Mapped(
            Templates(next(filter(None, title), TITLE), next(filter(None, description), DESCRIPTION)), tuple(given),
            merged(merged(account.extra, of_set.extra), own.extra), own.parcel, ParcelLines(**usual), self._home(product), str(self.path))

    def problem(self, product: Product, leaves: Leaves, channel: str) -> Problem | None:
        """Why a product has no category that takes goods; `channel` is the platform's name for people."""
        choice = self.choice(product)
        values = {"channel": channel, "name": product.name, "path": str(self.path), "account": self.path.stem}
        if choice is None:
            return Problem("no-category", NO_CATEGORY, "category", {**values, "place": self._home(product)})
        if choice.category not in leaves:
            return Problem("category-gone", CATEGORY_GONE, "category", {**values, "category": choice.category, "place": choice.place})
        return None

    def complete(self, products: Iterable[Product], platform: HasCategories, leaves: Leaves) -> int:
        """Suggests categories for products that have none, writes them down, and returns how many lines were suggested.

        A set whose products go to one category gets it, with exceptions for the others; products of a set that spans several,
        and those without a set, get each their own. A suggestion whose category is gone is made anew; no confirmed line is touched.
        """
        by_set: dict[int, list[tuple[Product, str]]] = defaultdict(list)
        for product in products:
            if not self._settled(product, leaves):
                by_set[product.product_set or 0].append((product, self.suggestions.category_for(product, platform, leaves)))
        lines: dict[str, tuple[str, str]] = {}
        for number, found in by_set.items():
            there = self._set_choice(number)
            common = there.category if there and there.category in leaves else ""
            if number and not common and (common := common_category(category for _, category in found)):
                lines[set_heading(number)] = common, product_set(number).name
            for product, category in found:
                if category and category != common:
                    lines[sku_heading(product.sku)] = category, product.name
        self._write({place: (category, f"{leaves[category].name} ?", remark) for place, (category, remark) in lines.items()})
        return len(lines)

    def confirm(self, choices: Iterable[Choice]) -> None:
        """Takes the `?` from these suggestions."""
        self._write({choice.place: (choice.category, choice.name.rstrip(" ?"), "") for choice in choices})

    def choose(self, place: str, category: str, name: str) -> None:
        """Keeps the category that a person chose for a heading (`sets.11`, `skus."X"`)."""
        sku = next((sku for sku in self._file.category if place == sku_heading(sku) and not self._says_category(sku)), None)
        self._write({_old_heading(sku) if sku is not None else place: (category, name, "")})

    def _settled(self, product: Product, leaves: Leaves) -> bool:
        """Whether nothing is to be suggested: a person has decided, or the SKU has a suggestion of its own that still holds."""
        choice = self.choice(product)
        return choice is not None and (choice.confirmed or (choice == self._sku_choice(product.sku) and choice.category in leaves))

    def _home(self, product: Product) -> str:
        """The heading under which a person enters something for a product and its like."""
        own = self._sku_choice(product.sku)
        if product.product_set and (own is None or own != self.choice(product)):
            return set_heading(product.product_set)
        return sku_heading(product.sku)

    def _says_category(self, sku: str) -> bool:
        return sku in self._file.skus and bool(self._file.skus[sku].category)

    def _sku_choice(self, sku: str) -> Choice | None:
        if self._says_category(sku):
            return Choice(self._file.skus[sku].category, self._file.skus[sku].name, sku_heading(sku))
        line = self._file.category.get(sku)
        return Choice(line.id, line.name, _old_heading(sku)) if line is not None and line.id else None

    def _set_choice(self, number: int | None) -> Choice | None:
        lines = self._file.sets.get(number or 0)
        return Choice(lines.category, lines.name, set_heading(number or 0)) if lines is not None and lines.category else None

    def _write(self, lines: Mapping[str, tuple[str, str, str]]) -> None:
        """Writes category, name and a remark under headings: new ones behind what is there, known ones in their place."""
        if not lines:
            return
        text = map_text(self.path) or HEADER
        there = read_map(text, self.path)  # a person may have written since
        known = {heading for heading, _ in there.places()} | {_old_heading(sku) for sku in there.category}
        changed = {place: line for place, line in lines.items() if place in known}
        if changed:
            text = _with_changes(text, changed)
        added = "".join(_table(place, *lines[place]) for place in sorted(lines, key=in_order) if place not in known)
        text = text + ("" if text.endswith("\n") else "\n") + added
        self._take(read_map(text, self.path))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.path.with_suffix(".part")
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(self.path)


def map_path(market_folder: Path, account: str) -> Path:
    """Where an account's map lies."""
    return market_folder / "maps" / f"{account}.toml"


def _old_heading(sku: str) -> str:
    return f"category.{quoted(sku)}"


def _table(place: str, category: str, name: str, remark: str) -> str:
    return f"\n[{place}]{'  # ' + tidy(remark) if remark else ''}\ncategory = {quoted(category)}\nname = {quoted(name)}\n"


def _with_changes(text: str, changed: Mapping[str, tuple[str, str, str]]) -> str:
    """The text with these categories in it; everything else, remarks too, stays as it is."""
    import tomlkit  # slow to load, and seldom needed

    document: Any = tomlkit.parse(text)
    for place, (category, name, _) in changed.items():
        table: Any = document
        keys = _keys(place)
        for key in keys:
            table = table[key]
        table["id" if keys[0] == "category" else "category"] = category
        table["name"] = name
    return tomlkit.dumps(document)


def _keys(place: str) -> Sequence[str]:
    """The keys of a heading: `skus."A.B"` is `skus` and `A.B`."""
    first, _, rest = place.partition(".")
    return first, next(iter(tomllib.loads(f"{rest} = 0")))
