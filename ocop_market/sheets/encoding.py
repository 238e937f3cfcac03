"""Bytes to text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.sheets.legacy_fonts import find_font
from ocop_market.sheets.sheet import NOT_A_TABLE

UNKNOWN_ENCODING = N_("The text of {name} is in no known encoding (first bad byte at position {offset}). In Excel choose "
                      "Save as → CSV UTF-8.")

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAMPLE_LETTERS = 200_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def decode(name: str, content: bytes) -> str:
    """Text by its byte order mark, else strict UTF-8, else cp1258 when that gives real Vietnamese; NFC.

    Bytes typed for an old font (TCVN3, VNI) stay as they were typed: `legacy_fonts.repair_fonts` puts the cells right.

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
    if (typed := _typed_for_old_font(content)) is not None:
        return typed
    try:
        text = unicodedata.normalize("NFC", content.decode("cp1258"))
    except UnicodeDecodeError as error:
        raise SettingsError(UNKNOWN_ENCODING, code="text-encoding", name=name, offset=error.start) from None
    # a tone mark that found no vowel means that these were bytes of something else
    if any(unicodedata.combining(letter) for letter in text):
        raise SettingsError(UNKNOWN_ENCODING, code="text-encoding", name=name, offset=offset)
    return text


def _typed_for_old_font(content: bytes) -> str | None:
    try:
        western = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    finding = find_font(western[:_SAMPLE_LETTERS].splitlines())
    return western if finding and finding.certain else None


def _checked(name: str, text: str) -> str:
    if _CONTROL.search(text):
        raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)
    return unicodedata.normalize("NFC", text)
