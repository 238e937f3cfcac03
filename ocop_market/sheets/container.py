"""Bytes to sheets of rows. The first bytes decide what a file is; its name is used in sentences only."""

from __future__ import annotations

from pathlib import Path

from ocop_market.errors import SettingsError
from ocop_market.sheets import delimited, encoding, html_tables, legacy_fonts, workbooks
from ocop_market.sheets.compound import SIGNATURE
from ocop_market.sheets.sheet import (
    DEFAULT_LIMITS,
    EMPTY,
    IS_ARCHIVE,
    IS_DOCUMENT,
    IS_PDF,
    IS_PICTURE,
    TOO_OLD,
    Cell,
    Limits,
    Merged,
    Sheet,
    too_large,
)

__all__ = ["Cell", "Limits", "Merged", "Sheet", "file_content", "read_sheets"]

_OTHER_KINDS = (
    ((b"%PDF",), IS_PDF, "file-is-pdf"),
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"), IS_PICTURE, "file-is-picture"),
    ((b"{\\rtf",), IS_DOCUMENT, "file-is-document"),
    ((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08"), IS_ARCHIVE, "file-is-archive"),
    ((b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00"), TOO_OLD, "file-too-old"),
)


def file_content(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The bytes of a file; SettingsError (`file-too-large`) before any is read when there are too many."""
    if (size := path.stat().st_size) > limits.content_bytes:
        raise too_large(path.name, size, limits.content_bytes)
    return path.read_bytes()


def read_sheets(name: str, content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """All sheets of a file with at least one filled cell.

    Raises SettingsError with codes `file-empty`, `file-too-large`, `file-bomb`, `file-is-pdf`, `file-is-picture`,
    `file-is-document`, `file-is-archive`, `file-locked`, `file-damaged`, `file-not-a-table`, `file-xlsb`, `file-too-old`,
    `text-encoding`, `text-legacy-font`.
    """
    if not content.strip():
        raise SettingsError(EMPTY, code="file-empty", name=name)
    if len(content) > limits.content_bytes:
        raise too_large(name, len(content), limits.content_bytes)
    _refuse_other_kinds(name, content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", SIGNATURE[:4])):
        sheets = workbooks.read_workbook(name, content, limits)
    else:
        pages = html_tables.pages_of_mail(content) if content[:13].lower() == b"mime-version:" else [content]
        sheets = [sheet for page in pages for sheet in _read_text(name, encoding.decode(name, page), limits)]
    filled = [sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)]
    if not filled:
        raise SettingsError(EMPTY, code="file-empty", name=name)
    return legacy_fonts.repair_fonts(name, filled)


def _read_text(name: str, text: str, limits: Limits) -> list[Sheet]:
    read = html_tables.read_html if html_tables.looks_like_html(text) else delimited.read_text
    return read(name, text, limits)


def _refuse_other_kinds(name: str, content: bytes) -> None:
    for signs, message, code in _OTHER_KINDS:
        if content.startswith(signs):
            raise SettingsError(message, code=code, name=name)
    phone_picture = content[4:12] in (b"ftypheic", b"ftypheif", b"ftypmif1", b"ftypavif")
    bitmap = content.startswith(b"BM") and content[6:10] == b"\0\0\0\0"
    if phone_picture or bitmap or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        raise SettingsError(IS_PICTURE, code="file-is-picture", name=name)
