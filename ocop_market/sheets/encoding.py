"""Bytes to text, and the fonts of the nineties that only look like text."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.sheets.sheet import NOT_A_TABLE, Cell

UNKNOWN_ENCODING = N_("The text of {name} is in no known encoding (first bad byte at position {offset}). In Excel choose "
                      "Save as → CSV UTF-8.")
LEGACY_FONT = N_("The file {name} is written in an old font ({font}), for example “{sample}”. Convert it to Unicode, with "
                 "UniKey for instance, and try again.")

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LEGACY = {
    # TCVN3 puts Vietnamese letters on signs that no word holds: ® is đ, ¬ is ơ, µ ¸ ¶ · ¹ are a with a tone
    "TCVN3": re.compile(r"[A-Za-zÀ-ÿ]*(?:[®¬«©ª¨µ¸¶·¹»¾¼½\xad](?=[A-Za-zÀ-ÿ¬])|(?<=[A-Za-z])[®¬«©ª¨µ¸¶·¹»¾¼½\xad]"
                        r"(?=[\sA-Za-z]|$))[\wÀ-ÿ®¬«©ª¨µ¸¶·¹»¾¼½\xad]*"),
    # VNI writes the tone as a letter of its own behind the vowel, and đ as ñ
    "VNI": re.compile(r"\w*(?:[aeoiuyôöêâAEOIUYÔÖ][ùøûïåäëüÙØÛÏÅÄËÜ]|ñ[oôöaeiuy])\w*"),
}
_ACCENTED = re.compile(r"\S*[^\x00-\x7f]\S*")
_SAMPLE_CELLS = 4000


def decode(name: str, content: bytes) -> str:
    """Text by its byte order mark, else strict UTF-8, else cp1258 when that gives real Vietnamese; NFC.

    Raises SettingsError (`text-encoding`, `file-not-a-table`); never replaces a byte.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(name, _strict(name, content[len(mark):], encoding))
    if (wide := _wide_without_mark(content)) is not None:
        return _checked(name, _strict(name, content, wide))
    try:
        return _checked(name, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _checked(name, _vietnamese_ansi(name, content, error.start))


def _strict(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SettingsError(UNKNOWN_ENCODING, code="text-encoding", name=name, offset=error.start) from None


def _wide_without_mark(content: bytes) -> str | None:
    """UTF-16 without its mark shows as text with a zero in nearly every second byte."""
    sample = content[:2000]
    if sample[1::2].count(0) > len(sample) * 0.35:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > len(sample) * 0.35 else None


def _vietnamese_ansi(name: str, content: bytes, offset: int) -> str:
    if b"\x00" in content:
        raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError as error:
        raise SettingsError(UNKNOWN_ENCODING, code="text-encoding", name=name, offset=error.start) from None
    # a tone mark that found no vowel means that these were bytes of something else
    if any(unicodedata.combining(letter) for letter in text):
        raise SettingsError(UNKNOWN_ENCODING, code="text-encoding", name=name, offset=offset)
    return text


def _checked(name: str, text: str) -> str:
    if _CONTROL.search(text):
        raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)
    return unicodedata.normalize("NFC", text)


def refuse_legacy_fonts(name: str, cells: Iterable[Cell]) -> None:
    """Raises SettingsError (`text-legacy-font`) when a good part of the accented words is TCVN3 or VNI text."""
    words = [word for cell in islice(cells, _SAMPLE_CELLS) if isinstance(cell, str) for word in _ACCENTED.findall(cell)]
    for font, pattern in _LEGACY.items():
        strange = [word for word in words if pattern.fullmatch(word.strip(".,;:()"))]
        if len(strange) >= 3 and len(strange) * 5 > len(words):
            raise SettingsError(LEGACY_FONT, code="text-legacy-font", name=name, font=font, sample=" ".join(strange[:3]))
