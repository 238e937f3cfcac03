"""Several goods in one row, as lists write them: `Nước mắm Cửa Lò CL28 và Cửa Hội CH20, CH25`."""

from __future__ import annotations

import re

from ocop_market.model.text import fold, tidy

_BETWEEN = re.compile(r"\s*(?:[,;+&/]|\bvà\b)\s*", re.IGNORECASE)
_BULLET = re.compile(r"[\n;]\s*(?:[-+•*]|\d{1,2}[.)])\s+")
_FIRST_BULLET = re.compile(r"^\s*(?:[-+•*]|1[.)])\s+")
_CODE = re.compile(r"[A-ZĐ]{1,4}[-.]?\d{1,4}")
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_LEAST_WORDS = 2


def goods_in(cell: str) -> list[str]:
    """The names of the goods that a name cell lists, as they would stand alone; none when it names one product.

    Recognised are lists with bullets, goods that begin with the same word, and type codes in a row. All else is one
    product: `Bánh dừa sáp và khoai lang` is made of both.
    """
    if len(bulleted := [tidy(part) for part in _BULLET.split(_FIRST_BULLET.sub("", cell)) if tidy(part)]) > 1:
        return bulleted
    name = tidy(cell)
    parts = [part for part in _BETWEEN.split(_IN_BRACKETS.sub(" ", name)) if part.strip()]
    if len(parts) < 2:
        return []
    words = [part.split() for part in parts]
    if all(_CODE.fullmatch(one[-1]) for one in words) and len(words[0]) >= _LEAST_WORDS:
        return _with_codes(words)
    first = fold(words[0][0])
    if all(len(one) >= _LEAST_WORDS and fold(one[0]) == first for one in words):
        return [tidy(part) for part in parts]
    return []


def _with_codes(words: list[list[str]]) -> list[str]:
    """Each code with the words before it; a part that says less than the one before takes the beginning from that."""
    before = words[0][:-1]
    names = []
    for one in words:
        own = one[:-1]
        if one is not words[0] and own:
            before = [*before[:max(len(before) - len(own), 0)], *own]
        names.append(" ".join([*before, one[-1]]))
    return names
