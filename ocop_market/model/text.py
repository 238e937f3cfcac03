"""Vietnamese text: one normal form for keeping, one folded form for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"[^0-9a-z]+")
_MARKS = re.compile("[\u0300-\u036f]+")


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """NFC, every run of white space (no-break spaces and line breaks too) as one space, ends trimmed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """For comparing: no marks, `đ` as `d`, lower case, words separated by one space, nothing but letters and digits.

    Same answer for NFC and NFD, for `hòa` and `hoà`.
    """
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D").replace("Ð", "D"))
    bare = _MARKS.sub("", plain)
    if not bare.isascii():
        bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _WORDS.sub(" ", bare.lower()).strip()


def cut(text: str, limit: int) -> str:
    """At most `limit` code points, cut at a word where one ends near, never between a letter and its marks.

    NFC first, so that a Vietnamese letter is one code point.
    """
    whole = tidy(text)
    if len(whole) <= limit:
        return whole
    end = limit
    while end > 0 and unicodedata.combining(whole[end]):
        end -= 1
    piece = whole[:end]
    space = piece.rfind(" ")
    return (piece[:space] if space > limit * 2 // 3 else piece).rstrip(" ,;-–(")
