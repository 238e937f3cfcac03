"""Which kind of goods a product is: by its scoring set where that is known, else by what its name and group speak for.

Where they leave a doubt, the kind that needs more papers is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from ocop_market.catalog.product_sets import Confidence, Suggestion, suggest
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import Group, Product
from ocop_market.model.text import KEPT, fold

ALCOHOL_WORDS = ("ruou", "bia", "vodka", "whisky", "vang no", "ruou vang", "wine")
_ALCOHOL_FIRST = tuple(f" {word} " for word in ALCOHOL_WORDS)
LIVE_WORDS = ("ca giong", "con giong", "cay giong")
SUPPLEMENT_WORDS = ("vien nang", "vien uong", "vien hoan", "nang mem", "thuc pham bao ve suc khoe", "thuc pham chuc nang")
MEDICINE_WORDS = ("thuoc", "cao dan")
"""Inside set 18, which holds health food and medicine alike."""
HEALTH_FOOD_SET = 18

_BY_SET: Mapping[int, GoodsKind] = {
    **dict.fromkeys((1, 2), GoodsKind.FRESH_FOOD), **dict.fromkeys((3, 4), GoodsKind.RAW_FOOD),
    **dict.fromkeys((*range(5, 14), 16, 17), GoodsKind.PROCESSED_FOOD), **dict.fromkeys((14, 15), GoodsKind.ALCOHOL),
    HEALTH_FOOD_SET: GoodsKind.HEALTH_FOOD, 19: GoodsKind.COSMETIC, 20: GoodsKind.HERBAL, **dict.fromkeys((21, 22), GoodsKind.CRAFT),
    **dict.fromkeys((23, 24), GoodsKind.PLANT), 25: GoodsKind.ANIMAL, 26: GoodsKind.TOURISM}
"""By number of the scoring set: Decision 26/2026/QĐ-TTg, Annex I."""
_BY_GROUP: Mapping[Group, GoodsKind] = {
    Group.FOOD: GoodsKind.PROCESSED_FOOD, Group.DRINKS: GoodsKind.PROCESSED_FOOD, Group.MEDICINAL: GoodsKind.HEALTH_FOOD,
    Group.HANDICRAFT: GoodsKind.CRAFT, Group.ORNAMENTAL: GoodsKind.ANIMAL, Group.TOURISM: GoodsKind.TOURISM,
    Group.UNKNOWN: GoodsKind.UNKNOWN}
"""Where nothing but the group is known: the kind of it that needs the most papers."""
_PLAIN_FOOD = frozenset({GoodsKind.FRESH_FOOD, GoodsKind.RAW_FOOD, GoodsKind.PROCESSED_FOOD})

def goods_kind(product: Product) -> GoodsKind:
    """The kind of goods; UNKNOWN when neither set, group nor name tells."""
    return _kind(product.name, product.group, product.product_set)


@lru_cache(maxsize=KEPT)  # asked several times for every channel
def _kind(name: str, group: Group, number: int | None) -> GoodsKind:
    words = f" {fold(name)} "
    return _by_name_and_group(name, group, words) if number is None else _of_set(number, words)


def _of_set(number: int, words: str) -> GoodsKind:
    """A bottle called Rượu stays alcohol when somebody wrote a set of food beside it; vinegar made of it does not become it."""
    kind = _BY_SET.get(number, GoodsKind.UNKNOWN)
    if kind is GoodsKind.HEALTH_FOOD and _has(words, MEDICINE_WORDS):
        return GoodsKind.MEDICINE
    if kind in _PLAIN_FOOD and words.startswith(_ALCOHOL_FIRST):
        return GoodsKind.ALCOHOL
    return GoodsKind.HEALTH_FOOD if kind in _PLAIN_FOOD and _has(words, SUPPLEMENT_WORDS) else kind


def _by_name_and_group(name: str, group: Group, words: str) -> GoodsKind:
    if group is Group.TOURISM:
        return GoodsKind.TOURISM
    if _has(words, ALCOHOL_WORDS):
        return GoodsKind.ALCOHOL
    if _has(words, SUPPLEMENT_WORDS):
        return GoodsKind.HEALTH_FOOD
    suggestion = suggest(name, group)
    if group is Group.ORNAMENTAL or _has(words, LIVE_WORDS):
        return GoodsKind.PLANT if suggestion.set_no in (23, 24) or _has(words, ("cay giong",)) else GoodsKind.ANIMAL
    if _settled(suggestion, group) and suggestion.set_no is not None:
        return _of_set(suggestion.set_no, words)
    return _of_set(HEALTH_FOOD_SET, words) if group is Group.MEDICINAL else _BY_GROUP[group]


def _settled(suggestion: Suggestion, group: Group) -> bool:
    """Whether the name tells enough: its group for sure, and its set well enough not to take the strictest of the group."""
    known = suggestion.confidence is Confidence.SURE and group in (Group.UNKNOWN, suggestion.group)
    return known and suggestion.set_confidence in (Confidence.SURE, Confidence.LIKELY)


def is_alcohol(product: Product) -> bool:
    """Whether the product is alcohol: `rượu` and its like as whole words of the name, or its scoring set."""
    return goods_kind(product) is GoodsKind.ALCOHOL


def may_be_health_food(product: Product) -> bool:
    """Whether the name speaks for health food among others, and no scoring set settles it."""
    if product.product_set is not None or goods_kind(product) is not GoodsKind.UNKNOWN:
        return False
    suggestion = suggest(product.name, product.group)
    return HEALTH_FOOD_SET in (suggestion.set_no, *suggestion.alternatives)


def _has(words: str, told: tuple[str, ...]) -> bool:
    return _one_of(told).search(words) is not None


@lru_cache(maxsize=16)
def _one_of(told: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(f" (?:{'|'.join(told)}) ")
