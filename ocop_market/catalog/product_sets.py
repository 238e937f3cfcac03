"""The groups and scoring sets of the programme: their list, names that lists print, suggestions from a product's name.

Decision 26/2026/QĐ-TTg of 22 May 2026, Annex I: six groups, 26 sets. Tea, infusions, coffee and cocoa are food; drinks are
alcohol, mineral and bottled water and soft drinks only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ocop_market.catalog import goods_words
from ocop_market.catalog.goods_words import Found, Goods
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Group, Product
from ocop_market.model.text import KEPT, fold


@dataclass(frozen=True)
class ProductSet:
    """A scoring set: its number on the forms, its place in the list (nhóm, phân nhóm), who manages its quality rules."""

    number: int
    group: Group
    category: str
    subcategory: str
    english: str
    ministries: tuple[str, ...]
    source: str
    valid_from: date

    @property
    def name(self) -> str:
        """The narrowest Vietnamese name, unique among the sets."""
        return self.subcategory or self.category


@dataclass(frozen=True)
class PublishedGroup:
    """What a list's text for the group says; `set_no` only where the text can mean no other set."""

    group: Group
    set_no: int | None = None


class Confidence(StrEnum):
    """How far a suggestion may be trusted: only SURE is taken over without a person."""

    SURE = "sure"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    NONE = "none"


@dataclass(frozen=True)
class Suggestion:
    """The group and set that a name speaks for.

    `confidence` is of the group, `set_confidence` of the set. `because` are the words that decided, as the name writes them;
    `alternatives` the other sets in question, likeliest first.
    """

    group: Group = Group.UNKNOWN
    confidence: Confidence = Confidence.NONE
    set_no: int | None = None
    set_confidence: Confidence = Confidence.NONE
    because: tuple[str, ...] = ()
    alternatives: tuple[int, ...] = ()


_NOTHING = Suggestion()
_MEDICINE_OR_COSMETIC = (18, 19)
_ORDER = (Confidence.SURE, Confidence.LIKELY, Confidence.DOUBTFUL, Confidence.NONE)
_NUMBER = re.compile(r"(?:bo (?:san pham|tieu chi)?(?: so)?|bo so|set|product set) ?(\d{1,2})\b")
_ROMAN = re.compile(r"(?:nhom |group )?([ivx]+)")
_NUMBERING = re.compile(r"^(?:(?:[ivx]+|\d+|[a-h]) )?(?:(?:nhom|nganh hang|nganh|bo|hang|phan nhom|san pham)(?: so)? )*"
                        r"(?:(?:[ivx]+|\d+) )?")


def product_sets() -> tuple[ProductSet, ...]:
    """The 26 sets in the order of their numbers."""
    return _read()[0]


@cache
def product_set(number: int) -> ProductSet:
    """One set; raises KeyError for a number outside 1 to 26."""
    if not 1 <= number <= len(product_sets()):
        raise KeyError(number)
    return product_sets()[number - 1]


def sets_of(group: Group) -> tuple[ProductSet, ...]:
    """The sets of a group, none for UNKNOWN."""
    return tuple(one for one in product_sets() if one.group is group)


def group_name(group: Group, language: str = "vi") -> str:
    """A group's name as Annex I prints it (`vi`) or in English; empty for UNKNOWN."""
    return next((row[language] for row in _read()[1] if row["group"] == group), "")


def read_group(text: str) -> PublishedGroup | None:
    """What a list's text says: the name of a group, category or set, of older decisions too, or its number (`Bộ 13`, `III`).

    UNKNOWN for no text, None for a text that names none, or two groups. A product's name is never read here.
    """
    plain = fold(text)
    if not plain:
        return PublishedGroup(Group.UNKNOWN)
    roman = _ROMAN.fullmatch(plain)
    if roman:
        return next((_meant(Group(row["group"])) for row in _read()[1] if fold(row["number"]) == roman.group(1)), None)
    numbered = _NUMBER.match(plain)
    if numbered and 1 <= int(numbered.group(1)) <= len(product_sets()):
        one = product_set(int(numbered.group(1)))
        return PublishedGroup(one.group, one.number)
    names = _names()
    bare = _NUMBERING.sub("", plain)
    exact = names.get(plain) or names.get(bare)
    if exact:
        return exact
    phrases = {name: one.group for name, one in names.items() if " " in name}
    begun = max((name for name in phrases if bare.startswith(name + " ")), key=len, default=None)
    if begun is None:
        return None
    rest = f"{bare.removeprefix(begun)} "
    groups = {phrases[begun], *(group for name, group in phrases.items() if f" {name} " in rest)}
    return PublishedGroup(phrases[begun]) if len(groups) == 1 else None


def read_set(text: str) -> PublishedGroup | None:
    """As `read_group`, for a column of sets: a bare number there is the number of a set."""
    plain = fold(text).removesuffix(" 0")
    return read_group(f"set {plain}" if plain.isdigit() else text)


@lru_cache(maxsize=KEPT)
def suggest(name: str, published: Group = Group.UNKNOWN) -> Suggestion:
    """The group and set that a product's name speaks for, with the group that its list gives where it gives one.

    A published group settles a doubt when the name allows it, and makes a doubt when the name says another.
    """
    found = goods_words.find(name)
    head = _head(found)
    if head is None:
        return _without_head(name, published)
    suggestion = _narrowed(head, [one for one in found if one is not head], _level(head, found))
    passed_over = next(one for one in found if one.phrase.goods is not None)
    if _group(passed_over) is not suggestion.group:
        suggestion = _doubted(suggestion, [passed_over], _goods(passed_over).sets)
    doubts = [one for one in found if one.phrase.doubt]
    if doubts and suggestion.group is not Group.MEDICINAL:
        suggestion = _doubted(suggestion, doubts, _MEDICINE_OR_COSMETIC)
    return _with_published(suggestion, published)


def to_review(name: str, suggestion: Suggestion) -> Problem | None:
    """The question for a person where a name alone does not settle the group; None where it does."""
    if suggestion.confidence is Confidence.SURE:
        return None
    sets = [number for number in (suggestion.set_no, *suggestion.alternatives) if number is not None]
    if not sets:
        return Problem("group-unknown", N_("The group of “{name}” cannot be told from its name. Write its group, or its set (1 to 26), "
                                           "in the list."), "group", {"name": name})
    return Problem(
        "group-doubtful", N_("“{name}” may belong to: {choices}. Write the right group or set in the list."), "group",
        {"name": name, "choices": "; ".join(f"{number} ({product_set(number).name})" for number in sets)})


def grouped(product: Product) -> tuple[Product, Problem | None]:
    """The product with group and set filled in where its name settles them; what it has already is never changed.

    Beside it the question for a person, where the group stays open or the name speaks for another group than the list.
    """
    suggestion = suggest(product.name, product.group)
    settled = suggestion.confidence is Confidence.SURE
    group = suggestion.group if settled and product.group is Group.UNKNOWN else product.group
    sure_set = suggestion.set_no if settled and suggestion.set_confidence is Confidence.SURE and suggestion.group is group else None
    filled = replace(product, group=group, product_set=product.product_set if product.product_set is not None else sure_set)
    against = product.group is not Group.UNKNOWN and suggestion.group not in (product.group, Group.UNKNOWN)
    return filled, to_review(product.name, suggestion) if group is Group.UNKNOWN or against else None


def _head(found: Sequence[Found]) -> Found | None:
    """The phrase that says what the goods are: the first, for Vietnamese begins with it, unless it is only their material."""
    named = [one for one in found if one.phrase.goods is not None]
    if not named:
        return None
    first = named[0]
    if _goods(first).material:
        at_start = first.start == _led(found)
        return next((one for one in named[1:] if _goods(one).turns or (not at_start and not _goods(one).material)), first)
    return first


def _led(found: Sequence[Found]) -> int:
    place = 0
    for one in found:
        if one.start != place or not one.phrase.lead:
            break
        place += one.words
    return place


def _level(head: Found, found: Sequence[Found]) -> Confidence:
    """The most that this head can settle in this name."""
    goods = _goods(head)
    if head.rivals:
        return Confidence.DOUBTFUL
    if not head.exact:
        return Confidence.LIKELY
    if head.start == _led(found) or head.words > 1 or goods.turns:
        return Confidence.SURE
    return Confidence.DOUBTFUL if goods.material else Confidence.LIKELY


def _narrowed(head: Found, others: Sequence[Found], most: Confidence) -> Suggestion:
    goods = _goods(head)
    own = Confidence(goods.level)
    if own is Confidence.DOUBTFUL:
        return Suggestion(product_set(goods.sets[0]).group, own, goods.sets[0], own, (head.written,), goods.sets[1:])
    hinted = ((one, number) for one in others for number in _hinted(one, goods) if number in goods.sets)
    hint, chosen = next(hinted, (None, goods.sets[0]))
    set_level = most if hint else _worse(own, most)
    one_group = len({product_set(number).group for number in goods.sets}) == 1
    return Suggestion(product_set(chosen).group, most if one_group else _worse(own, most), chosen, set_level,
                      (head.written, hint.written) if hint else (head.written,), tuple(number for number in goods.sets if number != chosen))


def _hinted(beside: Found, goods: Goods) -> tuple[int, ...]:
    """The sets that a phrase beside the head speaks for: as a hint, or as goods of one set (`Tea – Trà gừng`)."""
    hints = [number for hint in beside.phrase.hints if not hint.of or goods.sets[0] in hint.of for number in hint.sets]
    other = beside.phrase.goods
    plain = other is not None and other.level == "sure" and not other.material and beside.words > 1
    return (*hints, *(other.sets[:1] if other is not None and plain else ()))


def _doubted(suggestion: Suggestion, words: Sequence[Found], sets: tuple[int, ...]) -> Suggestion:
    because = tuple(dict.fromkeys((*suggestion.because, *(one.written for one in words))))
    alternatives = tuple(dict.fromkeys(number for number in (*suggestion.alternatives, *sets) if number != suggestion.set_no))
    return replace(suggestion, confidence=Confidence.DOUBTFUL, set_confidence=Confidence.DOUBTFUL, because=because,
                   alternatives=alternatives)


def _without_head(name: str, published: Group) -> Suggestion:
    close = goods_words.near(name)
    suggestion = _NOTHING
    if close is not None:
        sets = _goods(close).sets
        suggestion = Suggestion(product_set(sets[0]).group, Confidence.DOUBTFUL, sets[0], Confidence.DOUBTFUL, (close.written,), sets[1:])
    return _with_published(suggestion, published)


def _with_published(suggestion: Suggestion, published: Group) -> Suggestion:
    if published is Group.UNKNOWN:
        return suggestion
    within = [number for number in (suggestion.set_no, *suggestion.alternatives)
              if number is not None and product_set(number).group is published]
    if not within and suggestion.confidence in (Confidence.SURE, Confidence.LIKELY):
        return replace(suggestion, confidence=Confidence.DOUBTFUL, set_confidence=Confidence.DOUBTFUL)
    if not within:
        only = _meant(published).set_no
        return Suggestion(published, Confidence.SURE, only, Confidence.SURE if only else Confidence.NONE)
    level = suggestion.set_confidence
    if len(within) == 1 and level is Confidence.DOUBTFUL:
        level = Confidence.LIKELY
    return Suggestion(published, Confidence.SURE, within[0], level, suggestion.because, tuple(within[1:]))


def _goods(found: Found) -> Goods:
    if found.phrase.goods is None:
        raise ValueError(found.phrase.text)
    return found.phrase.goods


def _group(found: Found) -> Group:
    return product_set(_goods(found).sets[0]).group


def _worse(one: Confidence, other: Confidence) -> Confidence:
    return max(one, other, key=_ORDER.index)


def _meant(group: Group) -> PublishedGroup:
    sets = sets_of(group)
    return PublishedGroup(group, sets[0].number if len(sets) == 1 else None)


@cache
def _read() -> tuple[tuple[ProductSet, ...], list[dict[str, Any]], list[dict[str, Any]]]:
    data = tomllib.loads(files("ocop_market.catalog").joinpath("product_sets.toml").read_text(encoding="utf-8"))
    sets = tuple(ProductSet(row["number"], Group(row["group"]), row["category"], row.get("subcategory", ""), row["en"],
                            tuple(row["ministries"]), row["source"], row["valid_from"]) for row in data["sets"])
    return sets, data["groups"], data["older_names"]


@cache
def _names() -> dict[str, PublishedGroup]:
    """Folded names; the group is named before the category before the set, so a name of a group never means one set of many."""
    names: dict[str, PublishedGroup] = {}
    for row in _read()[1]:
        for text in (row["vi"], row["en"]):
            names.setdefault(fold(text), _meant(Group(row["group"])))
    for row in _read()[2]:
        for text in row["names"]:
            names.setdefault(fold(text), PublishedGroup(Group(row["group"]), row.get("set")))
    for group in Group:
        sets = sets_of(group)
        for one in sets:
            alone = sum(other.category == one.category for other in sets) == 1
            for text in (one.subcategory, one.english):
                names.setdefault(fold(text), PublishedGroup(group, one.number))
            names.setdefault(fold(one.category), PublishedGroup(group, one.number if alone else None))
    names.pop("", None)
    return names
