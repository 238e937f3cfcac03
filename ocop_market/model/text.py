"""Vietnamese text: one normal form for keeping, one folded form for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate, takewhile

_WORDS = re.compile(r"[^0-9a-z]+")
_MARKS = re.compile("[\u0300-\u036f]+")
KEPT = 1 << 16
"""Texts whose reading is kept: several of each product of a province, for they are read once for every channel, in the same order."""


@lru_cache(maxsize=KEPT)
def tidy(text: str) -> str:
    """NFC, every run of white space (no-break spaces and line breaks too) as one space, ends trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=KEPT)
def fold(text: str) -> str:
    """For comparing: no marks, `đ` as `d`, lower case, words separated by one space, nothing but letters and digits.

    Same answer for NFC and NFD, for `hòa` and `hoà`.
    """
    if text.isascii():
        return _WORDS.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D").replace("Ð", "D"))
    bare = _MARKS.sub("", plain)
    if not bare.isascii():
        bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _WORDS.sub(" ", bare.lower()).strip()


def size(text: str, unit: str = "characters") -> int:
    """Length of a text as a platform counts it: in code points (`characters`), or in `bytes` of UTF-8."""
    return len(text.encode()) if unit == "bytes" else len(text)


def cut(text: str, limit: int, unit: str = "characters") -> str:
    """At most `limit` of the unit (`characters` or `bytes`), cut at a word where one ends near, never inside what is read as one letter.

    NFC first, so that a Vietnamese letter is one code point; a letter with further marks or a joined emoji stays whole or goes whole.
    """
    whole = tidy(text)
    if size(whole, unit) <= limit:
        return whole
    from regex import findall  # knows the grapheme rules of Unicode; seldom needed, and slow to load

    letters: list[str] = findall(r"\X", whole)
    fitting = sum(1 for _ in takewhile(lambda used: used <= limit, accumulate(size(letter, unit) for letter in letters)))
    piece = "".join(letters[:fitting])
    space = piece.rfind(" ")
    if not whole[len(piece):].startswith(" ") and space > len(piece) // 2:
        piece = piece[:space]
    return piece.rstrip(" ,;-–(")
