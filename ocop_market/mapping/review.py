"""An account's map as a person looks through it: each set and each exception with its category, its state and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from ocop_market.channels.api import Attribute, Category, HasCategories
from ocop_market.errors import Problem, Refused
from ocop_market.mapping.attributes import fill_attributes
from ocop_market.mapping.channel_map import ChannelMap, Choice
from ocop_market.mapping.draft import parcel_of
from ocop_market.mapping.facts import facts_of
from ocop_market.mapping.map_file import in_order
from ocop_market.mapping.suggestions import open_leaves
from ocop_market.model.product import Product
from ocop_market.model.text import fold

FOUND_ENOUGH = 70.0
"""Likeness of words to a category's path, of 100."""


class PlaceState(StrEnum):
    """How far the category of a set or SKU is settled; what needs a person most comes first."""

    GONE = "gone"
    """The platform no longer has it, or it takes no goods."""
    NONE = "none"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Reviewed:
    """A heading of the map (`sets.11`, `skus."X"`) with the products that follow it.

    `problems` are those of their attributes, each once, with how many products have it; `category_path` is from the top of the tree.
    """

    place: str
    state: PlaceState
    products: tuple[Product, ...]
    choice: Choice | None = None
    category_path: str = ""
    problems: Mapping[str, tuple[Problem, int]] = field(default_factory=dict)


def review(products: Iterable[Product], maps: ChannelMap, platform: HasCategories, categories: Sequence[Category]) -> list[Reviewed]:
    """The map for these products, what needs a person most first. Reads what each category in use asks for."""
    paths, leaves = category_paths(categories), open_leaves(categories)
    followers: dict[str, list[Product]] = defaultdict(list)
    choices: dict[str, Choice | None] = {}
    for product in products:
        choice = maps.choice(product)
        place = choice.place if choice is not None else maps.mapped(product).place
        followers[place].append(product)
        choices[place] = choice
    asked: dict[str, list[Attribute] | Problem] = {}
    found = []
    for place, some in followers.items():
        choice = choices[place]
        state = _state(choice, leaves)
        category = choice.category if choice is not None and state is not PlaceState.GONE else ""
        if category and category not in asked:
            asked[category] = _asked_for(platform, category)
        found.append(Reviewed(place, state, tuple(some), choice, paths.get(choice.category, choice.name) if choice else "",
                              _problems(some, maps, asked.get(category, []))))
    return sorted(found, key=lambda one: (list(PlaceState).index(one.state), not one.problems, in_order(one.place)))


def category_paths(categories: Iterable[Category]) -> dict[str, str]:
    """The names of each category from the top of the tree: `Bách hóa › Trà`."""
    known = {category.id: category for category in categories}

    def path(category: Category) -> str:
        names: list[str] = []
        above: Category | None = category
        while above is not None and len(names) < len(known):
            names.insert(0, above.name)
            above = known.get(above.parent)
        return " › ".join(names)

    return {category.id: path(category) for category in known.values()}


def find_categories(words: str, categories: Sequence[Category], limit: int = 20) -> list[tuple[str, str]]:
    """Id and path of the categories that take goods and are named most like these words, best first."""
    paths, leaves, wanted = category_paths(categories), open_leaves(categories), fold(words)
    ranked = sorted(((fuzz.token_set_ratio(wanted, fold(paths[leaf])), fuzz.WRatio(wanted, fold(leaves[leaf].name)), leaf)
                     for leaf in leaves), key=lambda one: (-one[0], -one[1], one[2]))
    return [(leaf, paths[leaf]) for alike, _, leaf in ranked[:limit] if alike >= FOUND_ENOUGH]


def _state(choice: Choice | None, leaves: Mapping[str, Category]) -> PlaceState:
    if choice is None:
        return PlaceState.NONE
    if choice.category not in leaves:
        return PlaceState.GONE
    return PlaceState.CONFIRMED if choice.confirmed else PlaceState.SUGGESTED


def _asked_for(platform: HasCategories, category: str) -> list[Attribute] | Problem:
    try:
        return platform.attributes(category)
    except Refused as error:
        return error.problems[0]


def _problems(products: Iterable[Product], maps: ChannelMap, asked: list[Attribute] | Problem) -> dict[str, tuple[Problem, int]]:
    """By code and attribute: the first product's problem, and how many have the like."""
    found: dict[str, tuple[Problem, int]] = {}
    for product in products:
        mapped = maps.mapped(product)
        problems = [asked] if isinstance(asked, Problem) else fill_attributes(
            product, facts_of(product, parcel_of(product, mapped)), asked, mapped)[1]
        for problem in problems:
            key = f"{problem.code}:{problem.values.get('attribute', '')}"
            first, count = found.get(key, (problem, 0))
            found[key] = first, count + 1
    return found
