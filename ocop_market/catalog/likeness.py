"""Known products that a list may mean by another name: near names of one producer or decision, one barcode, a near producer.

Names are compared within small blocks only (one producer, one decision, one name), so a list of twenty thousand rows
against a catalog as large stays a matter of seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from ocop_market.catalog.identity import Identity, identity_of, is_derived
from ocop_market.catalog.packings import gtins_of
from ocop_market.model.product import Product
from ocop_market.model.text import fold

_NEAR_NAME = 84.0
_NEAR_PRODUCER = 85.0
"""Likeness of folded names, of 100."""
_MOST_EXTRA_WORDS = 2
_LONGEST_BLOCK = 200
_NUMBERS = re.compile(r"\d+")


class Candidates:
    """A catalog, to be asked which of its products a new name may mean; those in `spoken_of` are never meant."""

    def __init__(self, known: Iterable[Product], spoken_of: Collection[str]) -> None:
        self._by_producer: dict[str, list[Product]] = defaultdict(list)
        self._by_word: dict[tuple[str, str], list[Product]] = defaultdict(list)
        self._by_decision: dict[tuple[str, str], list[Product]] = defaultdict(list)
        self._by_name: dict[str, list[Product]] = defaultdict(list)
        self._by_gtin: dict[str, list[Product]] = defaultdict(list)
        self._identity: dict[str, Identity] = {}
        for product in known:
            if product.sku not in spoken_of:
                self._add(product)

    def _add(self, product: Product) -> None:
        identity = self._identity[product.sku] = identity_of(product.name, product.producer, product.place)
        self._by_name[identity[0]].append(product)
        for gtin in gtins_of(product):
            self._by_gtin[gtin].append(product)
        if identity[1]:
            self._by_producer[identity[1]].append(product)
        for word in set(identity[0].split()):
            if identity[1]:
                self._by_word[(identity[1], word)].append(product)
            for number in {fold(c.decision) for c in product.certificates if c.decision}:
                self._by_decision[(number, word)].append(product)

    def near(self, told: Product, alike: Iterable[Product] = ()) -> list[Product]:
        """Products that may be meant, the likeliest first; `alike` are those that fit exactly where several do."""
        identity = identity_of(told.name, told.producer, told.place)
        same_code = [product for gtin in gtins_of(told) for product in self._by_gtin.get(gtin, [])]
        found = {product.sku: product for product in (*alike, *same_code)}
        for product in self._in_blocks(told, identity):
            if product.sku not in found and self._is_near(told, identity, product):
                found[product.sku] = product
        mine = [p for p in found.values() if not (told.owner and p.owner and p.owner != told.owner)]
        return sorted(mine, key=lambda p: (-(p.gtin == told.gtin != ""), -fuzz.ratio(identity[0], fold(p.name)), p.sku))

    def _in_blocks(self, told: Product, identity: Identity) -> Iterator[Product]:
        name, producer = identity[0], identity[1]
        same_producer = self._by_producer.get(producer, []) if producer else []
        if len(same_producer) <= _LONGEST_BLOCK:
            yield from same_producer
        numbers = {fold(c.decision) for c in told.certificates if c.decision}
        for word in set(name.split()):
            if len(same_producer) > _LONGEST_BLOCK:
                yield from self._by_word.get((producer, word), ())[:_LONGEST_BLOCK]
            for number in numbers:
                yield from self._by_decision.get((number, word), ())[:_LONGEST_BLOCK]
        yield from self._by_name.get(name, ())[:_LONGEST_BLOCK]

    def _is_near(self, told: Product, identity: Identity, known: Product) -> bool:
        """Near in name with a producer that is the same, or the same name with a producer that is near."""
        name, producer, province, _ = identity
        other_name, other_producer, other_province, _ = self._identity[known.sku]
        if not is_derived(told.sku) and not is_derived(known.sku):
            return False  # two SKUs of their own are two packages, however alike
        if province and other_province and province != other_province:
            return False
        if producer == other_producer:
            return bool(producer) and name != other_name and near_names(name, other_name)
        producers_near = bool(producer and other_producer) and fuzz.ratio(producer, other_producer) >= _NEAR_PRODUCER
        return producers_near and name == other_name


def near_names(one: str, other: str) -> bool:
    """Whether two folded names may be of one product: slips of the keyboard, or up to two words more; never other numbers."""
    if sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other)):
        return False
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    ours, theirs = set(one.split()), set(other.split())
    less, more = sorted((ours, theirs), key=len)
    if less <= more:
        return len(less) > 1 and len(more) - len(less) <= _MOST_EXTRA_WORDS
    if fuzz.token_sort_ratio(one, other) < _NEAR_NAME:
        return False
    strange, new = ours - theirs, theirs - ours
    pairs = {(word, mate) for word in strange for mate in new if _slip(word, mate)}
    return {word for word, _ in pairs} == strange and {mate for _, mate in pairs} == new


def _slip(word: str, mate: str) -> bool:
    longest = max(len(word), len(mate))
    return longest > 2 and OSA.distance(word, mate, score_cutoff=2) <= (1 if longest < 7 else 2)
