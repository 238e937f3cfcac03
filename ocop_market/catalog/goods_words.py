"""Words of product names that speak for scoring sets: read from `goods_words.toml`, found in a name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from ocop_market.model.text import KEPT, fold, tidy

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LONG = 5
"""Letters from which a word without marks is hardly anything else than itself (`coffee`, `homestay`; not `tra`, `cam`)."""
_NEAR = 88
"""Ratio of rapidfuzz from which a misspelt phrase is offered; only ever as a doubt."""


@dataclass(frozen=True)
class Goods:
    """What a product can be called: the likeliest set first, then the sets that it may be instead."""

    sets: tuple[int, ...]
    level: str = "sure"
    material: bool = False
    turns: bool = False


@dataclass(frozen=True)
class Hint:
    """Sets that a word speaks for; `of` are the likeliest sets of the goods that it says something about, empty for all."""

    sets: tuple[int, ...]
    of: tuple[int, ...] = ()


@dataclass(frozen=True)
class Phrase:
    """A phrase of the data; one and the same may name goods and hint at sets (`sâm`)."""

    text: str
    goods: Goods | None = None
    hints: tuple[Hint, ...] = ()
    doubt: bool = False
    lead: bool = False


@dataclass(frozen=True)
class Found:
    """A phrase in a name: as the name writes it, from which word on, how many words.

    `exact` is false where the name has no marks and the phrase is too short to do without; `rivals` are the other phrases that
    look the same without marks (`tương` and `tượng`).
    """

    phrase: Phrase
    written: str
    start: int
    words: int
    exact: bool
    rivals: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class _Word:
    written: str
    folded: str
    spelled: str


def find(name: str) -> list[Found]:
    """The phrases in a name from left to right, the longest at each place, none inside another.

    A name that is written with marks is read with its marks (`vải` is not `vai`); one without any is read folded.
    """
    words = _words(name)
    folded, spelled = tuple([word.folded for word in words]), tuple([word.spelled for word in words])
    marked = spelled != folded
    found: list[Found] = []
    place, lengths = 0, _lengths()
    while place < len(words):
        one = _longest_at(words, folded, spelled, place, marked=marked) if folded[place] in lengths else None
        if one is not None:
            found.append(one)
        place += one.words if one is not None else 1
    return found


def near(name: str) -> Found | None:
    """The phrase for goods that a name nearly has (a typing error, wrong marks); None when none is near."""
    words = _words(name)
    best: tuple[float, Found] | None = None
    for start in range(len(words)):
        for end in range(start + 1, min(start + 4, len(words)) + 1):
            piece = " ".join(word.folded for word in words[start:end])
            if len(piece) < _LONG:
                continue
            hit = process.extractOne(piece, _goods_folded().keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
            if hit is not None and (best is None or hit[1] > best[0]):
                written = " ".join(word.written for word in words[start:end])
                best = hit[1], Found(_goods_folded()[hit[0]], written, start, end - start, exact=False)
    return best[1] if best else None


def _longest_at(words: list[_Word], folded: tuple[str, ...], spelled: tuple[str, ...], place: int, *, marked: bool) -> Found | None:
    phrases = _phrases()
    for length in _lengths()[folded[place]]:
        spellings = phrases.get(folded[place:place + length])
        if spellings is None or place + length > len(words):
            continue
        same = spellings.get(spelled[place:place + length])
        if marked and same is None:
            continue
        phrase = same or next(iter(spellings.values()))
        long = length > 1 or len(folded[place]) >= _LONG
        rivals = () if marked else tuple(other for other in spellings.values() if other is not phrase and other.goods != phrase.goods)
        written = " ".join([word.written for word in words[place:place + length]])
        return Found(phrase, written, place, length, marked or (long and not rivals), rivals)
    return None


def _words(name: str) -> list[_Word]:
    written = _WORD.findall(tidy(name).replace("’", "'"))
    return [word for word in map(_word, written) if word.folded]


@lru_cache(maxsize=KEPT)
def _word(written: str) -> _Word:
    if written.isascii() and written.isalnum():
        return _Word(written, written.lower(), written.lower())
    return _Word(written, fold(written).replace(" ", ""), _spelled(written))


def _spelled(word: str) -> str:
    """One spelling of a word: the tone after its letters (`hoà` is `hòa`, `rựơu` is `rượu`), lower case."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = "".join(sign for sign in letters if sign in _TONES)
    return "".join(sign for sign in letters if sign not in _TONES and sign != "'") + tones


@cache
def _phrases() -> dict[tuple[str, ...], dict[tuple[str, ...], Phrase]]:
    """Phrases by their folded words, then by their words as spelled."""
    data = tomllib.loads(files("ocop_market.catalog").joinpath("goods_words.toml").read_text(encoding="utf-8"))
    goods: dict[str, Goods] = {}
    hints: dict[str, tuple[Hint, ...]] = {}
    doubts: set[str] = set()
    for row in data["goods"]:
        one = Goods((row["set"], *row.get("others", ())), row.get("level", "sure"), row.get("material", False), row.get("turns", False))
        goods.update(dict.fromkeys(_listed(row["words"]), one))
    for row in data["hints"]:
        for text in _listed(row["words"]):
            hints[text] = (*hints.get(text, ()), Hint(tuple(row.get("sets", ())), tuple(row.get("of", ()))))
            if row.get("doubt", False):
                doubts.add(text)
    lead, elsewhere = set(_listed(data["lead"])), set(_listed(data["elsewhere"]))
    phrases: dict[tuple[str, ...], dict[tuple[str, ...], Phrase]] = {}
    for text in sorted({*goods, *hints, *lead, *elsewhere}):
        words = _words(text)
        phrase = Phrase(text, goods.get(text), hints.get(text, ()), text in doubts, text in lead)
        phrases.setdefault(tuple(word.folded for word in words), {})[tuple(word.spelled for word in words)] = phrase
    return phrases


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """How many words the phrases have that begin with a word, most first."""
    lengths: dict[str, set[int]] = {}
    for words in _phrases():
        lengths.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(counts, reverse=True)) for word, counts in lengths.items()}


@cache
def _goods_folded() -> dict[str, Phrase]:
    return {text: phrase for words, spellings in _phrases().items() if len(text := " ".join(words)) >= _LONG
            for phrase in spellings.values() if phrase.goods is not None}


def _listed(text: str) -> list[str]:
    return [tidy(part) for part in text.split(",") if part.strip()]
