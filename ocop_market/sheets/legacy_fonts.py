"""Text typed for the fonts of the nineties, TCVN3 (ABC, `.VnTime`) and VNI, put back into Unicode.

Such text holds Western letters that only those fonts show as Vietnamese. It is converted when hardly any doubt is left,
refused when some is. Tables: TCVN 5712:1993, set VN3; VNI encoding for Windows, VNI Software.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.sheets.sheet import Cell, Sheet
from ocop_market.sheets.syllables import is_syllable

LEGACY_FONT = N_("The file {name} is written in an old font ({font}), for example “{sample}”. Convert it to Unicode, with "
                 "UniKey for instance, and try again.")
CONVERTED = N_("The text was written for an old font ({font}) and was converted to Unicode: “{before}” became “{after}”. Check "
               "a few names; capital letters may have become small ones.")


class LegacyFont(StrEnum):
    """How a text was typed."""

    TCVN3 = "TCVN3"
    VNI = "VNI"


_TCVN3 = dict(zip(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ", strict=True))
_FROM_TCVN3 = str.maketrans(_TCVN3)

_VNI_LETTERS = dict(zip("ñôöæóòîìí", "đơưỉĩịỵìí", strict=True))
_VNI_TONES = dict(zip("øùûõï", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_HATS = dict(zip("âàáåãä", ("\u0302" + tone for tone in ("", *"\u0300\u0301\u0309\u0303\u0323")), strict=True))
_VNI_BREVES = dict(zip("êèéúüë", ("\u0306" + tone for tone in ("", *"\u0300\u0301\u0309\u0303\u0323")), strict=True))
_VNI_MARKED = {**dict.fromkeys("uyôö", _VNI_TONES), "a": _VNI_TONES | _VNI_HATS | _VNI_BREVES,
               **dict.fromkeys("eo", _VNI_TONES | _VNI_HATS)}
"""The letters that carry marks as a letter of their own behind them."""


def _vni_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for base, marks in _VNI_MARKED.items():
        for sign, mark in marks.items():
            letter = unicodedata.normalize("NFC", _VNI_LETTERS.get(base, base) + mark)
            table |= {base + sign: letter, base.upper() + sign.upper(): letter.upper(), base.upper() + sign: letter.upper()}
    return table | _VNI_LETTERS | {sign.upper(): letter.upper() for sign, letter in _VNI_LETTERS.items()}


_VNI = _vni_table()
_VNI_PARTS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_WORD = re.compile(r"[^\s!-@\[-`{-~“”‘’–—…•]+")
_SMALL = re.compile(r"[a-z]")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_ONLY_UNICODE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_SAMPLE_CELLS = 4000
_ENOUGH_WORDS = 5
_MOST = 0.8
_SUSPICIOUS = 0.2


def to_unicode(text: str, font: LegacyFont) -> str:
    """The text as its font shows it.

    TCVN3 has small letters for most vowels and shows capitals by another font, so that words in capitals are told by
    their other letters.
    """
    if font is LegacyFont.VNI:
        return _VNI_PARTS.sub(lambda found: _VNI[found.group()], text)
    plain = text.translate(_FROM_TCVN3)
    if not any(map(_in_capitals, _WORD.findall(text))):
        return plain
    if _SMALL.search(text) is None:
        return plain.upper()
    return _WORD.sub(lambda found: found.group().upper() if _in_capitals(found.group()) else found.group(), plain)


def _in_capitals(word: str) -> bool:
    letters = "".join(_ASCII_LETTER.findall(word))
    return len(letters) > 1 and letters.isupper()


@dataclass(frozen=True)
class FontFinding:
    """What the words of a file say about its font; not `certain` where some of them fit no font."""

    font: LegacyFont
    certain: bool
    sample: tuple[str, ...]


def find_font(texts: Iterable[str]) -> FontFinding | None:
    """The old font that a good part of different accented words was typed for, judged by the syllables they become."""
    words = set(accented_words(texts))
    findings = (_finding(font, words) for font in LegacyFont)
    return max((finding for finding in findings if finding), key=lambda finding: finding.certain, default=None)


def accented_words(texts: Iterable[str]) -> Iterator[str]:
    """Words with a letter or sign beyond ASCII, without digits and punctuation around them."""
    return (word for text in texts if not text.isascii() for word in _WORD.findall(text) if not word.isascii())


def _finding(font: LegacyFont, words: Collection[str]) -> FontFinding | None:
    odd = sorted(word for word in words if to_unicode(word, font) != word and not is_syllable(word))
    meant = [word for word in odd if _becomes_syllable(word, font)]
    if len(meant) < _ENOUGH_WORDS or len(meant) < _SUSPICIOUS * len(words):
        return None
    return FontFinding(font, len(meant) >= _MOST * len(odd), tuple(meant[:3]))


@lru_cache(maxsize=16_384)
def _becomes_syllable(word: str, font: LegacyFont) -> bool:
    return _ASCII_LETTER.search(word) is not None and is_syllable(to_unicode(word, font))


def repair_fonts(name: str, sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets with text of old fonts in Unicode, and a note on each that was changed.

    Raises SettingsError (`text-legacy-font`) when the text looks like one but not surely enough to be changed.
    """
    texts = [cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, str) and not cell.isascii()]
    finding = find_font(islice(texts, _SAMPLE_CELLS))
    if finding is None:
        return list(sheets)
    if not finding.certain:
        raise SettingsError(LEGACY_FONT, code="text-legacy-font", name=name, font=finding.font, sample=" ".join(finding.sample))
    mixed = any(map(_ONLY_UNICODE.search, texts))
    return [_repaired(sheet, finding, mixed) for sheet in sheets]


def _repaired(sheet: Sheet, finding: FontFinding, mixed: bool) -> Sheet:
    font = finding.font
    columns = _leaning_columns(sheet, font) if mixed else None

    def converted(cell: Cell, column: int) -> Cell:
        if not isinstance(cell, str) or cell.isascii():
            return cell
        if columns is not None and _is_unicode(cell, columns[column], font):
            return cell
        return to_unicode(cell, font)

    rows = tuple(tuple(converted(cell, column) for column, cell in enumerate(row)) for row in sheet.rows)
    if rows == sheet.rows:
        return sheet
    before = finding.sample[0]
    note = Problem("text-font-converted", CONVERTED, values={"font": str(font), "before": before, "after": to_unicode(before, font)})
    return replace(sheet, rows=rows, notes=(*sheet.notes, note))


def _is_unicode(cell: str, column: int, font: LegacyFont) -> bool:
    """Whether a cell of a mixed file needs no conversion: it holds letters that no old font has, or its words say so."""
    return _ONLY_UNICODE.search(cell) is not None or (_leaning(cell, font) or column) <= 0


def _leaning_columns(sheet: Sheet, font: LegacyFont) -> Counter[int]:
    """By column, how far its cells lean to the old font; decides for those that say nothing themselves."""
    leaning: Counter[int] = Counter()
    for row in sheet.rows:
        for column, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                leaning[column] += _leaning(cell, font)
    return leaning


def _leaning(cell: str, font: LegacyFont) -> int:
    """More than 0 when more words of a cell are Vietnamese after the conversion than before, less than 0 when fewer are."""
    return sum(_becomes_syllable(word, font) - is_syllable(word) for word in accented_words([cell]))
