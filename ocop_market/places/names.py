"""Names of units as people write them: type words in full or short, marks placed either way, numbers with a nought."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Protocol, TypeVar

from ocop_market.model.product import Place
from ocop_market.model.text import fold, tidy

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TYPE_WORDS = {
    "tỉnh": r"tỉnh|tinh|t(?=\s*\.)", "thành phố": r"thành\s+phố|thanh\s+pho|tp", "thị xã": r"thị\s+xã|thi\s+xa|tx",
    "quận": r"quận|quan|q", "huyện": r"huyện|huyen|h", "thị trấn": r"thị\s+trấn|thi\s+tran|tt",
    "phường": r"phường|phuong|ph|p", "xã": r"xã|xa|x", "đặc khu": r"đặc\s+khu|dac\s+khu|đk"}
_TYPED = re.compile("|".join(
    f"(?P<t{i}>(?:{words})(?:\\s*\\.\\s*|\\s+|(?=\\d)))" for i, words in enumerate(_TYPE_WORDS.values())))


@dataclass(frozen=True)
class UnitName:
    """A name apart from its type word; `kind` is empty where none was written."""

    kind: str
    name: str

    @cached_property
    def marked(self) -> str:
        """For comparing with all marks: `hoà` and `hòa` are the same, `hoa` is not; 01 is 1."""
        return marked(self.name)

    @cached_property
    def bare(self) -> str:
        """For comparing without marks, `đ` as `d`."""
        return fold(re.sub(r"\b0+(?=\d)", "", self.name))

    @cached_property
    def loose(self) -> str:
        """For suggestions only: `Tân Quy` and `Tân Qui` are the same too."""
        return self.bare.replace("y", "i")


@lru_cache(maxsize=20_000)
def read_name(text: str) -> UnitName:
    """The type word, in full (`thị trấn`), and the rest, in small letters; `P.01` is `phường`, `01`."""
    plain = tidy(text).casefold()
    found = _TYPED.match(plain)
    if not found or not found.lastgroup or not plain[found.end():]:
        return UnitName("", plain)
    return UnitName(list(_TYPE_WORDS)[int(found.lastgroup[1:])], plain[found.end():])


def read_place(text: str) -> Place:
    """A place written in one line, the smallest unit first: `Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái`."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and read_name(parts[0]).kind in ("huyện", "quận", "thị xã", "thành phố"):
        return Place(parts[1], parts[0])
    province, *smaller = reversed(parts)
    return Place(province, smaller[0] if len(smaller) > 1 else "", ", ".join(reversed(smaller[1:] or smaller)))


def marked(name: str) -> str:
    """Small letters with their marks, every tone at the end of its word, signs as one space, numbers without leading nought."""
    words = []
    for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", name).casefold().replace("ð", "đ")):
        parts = unicodedata.normalize("NFD", word)
        tones = "".join(sign for sign in parts if sign in _TONES)
        words.append("".join(sign for sign in parts if sign not in _TONES) + tones)
    return " ".join(word.lstrip("0") if word.isdecimal() else word for word in words if word)


class Named(Protocol):
    """A unit of a list."""

    @property
    def name(self) -> str:
        """Full name with its type word."""
        ...


N = TypeVar("N", bound=Named)


def same_name(units: Iterable[N], text: str) -> tuple[list[N], bool]:
    """The units that `text` names, and whether type word and marks are all the same.

    The surest reading that any unit fits wins: type word and marks, marks only, letters only; of a text without any mark
    letters only, for `PHUONG SA PA` may be Sa Pả. A name that begins like a type word (xã Xa Dung) is tried as a whole too.
    """
    listed = [(unit, read_name(unit.name)) for unit in units]
    written = read_name(text)
    for wanted in (written, UnitName("", tidy(text).casefold())) if written.kind else (written,):
        graded = [(grade, unit) for unit, name in listed if (grade := _difference(name, wanted, text)) is not None]
        if graded:
            least = min(grade for grade, _ in graded)
            return [unit for grade, unit in graded if grade == least], least == 0
    return [], False


def _difference(name: UnitName, written: UnitName, text: str) -> int | None:
    """0: type word and marks the same; 1: marks; 2: type word and letters; 3: letters; None: another name."""
    if name.bare != written.bare:
        return None
    return (0 if name.marked == written.marked and not text.isascii() else 2) + (name.kind != written.kind)


def nearly_same(units: Iterable[N], text: str) -> list[N]:
    """Units to suggest: the same but for `i` and `y`."""
    written = read_name(text).loose
    return [unit for unit in units if read_name(unit.name).loose == written]
