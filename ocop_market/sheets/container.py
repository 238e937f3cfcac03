"""Bytes to sheets of rows. The first bytes decide what a file is; its name is used in sentences only."""

from __future__ import annotations

from ocop_market.errors import SettingsError
from ocop_market.sheets import delimited, encoding, html_tables, workbooks
from ocop_market.sheets.sheet import DEFAULT_LIMITS, EMPTY, IS_PDF, Cell, Limits, Merged, Sheet, too_large

__all__ = ["Cell", "Limits", "Merged", "Sheet", "read_sheets"]


def read_sheets(name: str, content: bytes, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """All sheets of a file with at least one filled cell.

    Raises SettingsError with codes `file-empty`, `file-too-large`, `file-is-pdf`, `file-locked`, `file-damaged`,
    `file-not-a-table`, `file-xlsb`, `text-encoding`, `text-legacy-font`.
    """
    if not content.strip():
        raise SettingsError(EMPTY, code="file-empty", name=name)
    if len(content) > limits.content_bytes:
        raise too_large(name, len(content), limits.content_bytes)
    head = content[:8]
    if head.startswith(b"%PDF"):
        raise SettingsError(IS_PDF, code="file-is-pdf", name=name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        sheets = workbooks.read_workbook(name, content, limits)
    else:
        text = encoding.decode(name, content)
        sheets = html_tables.read_html(text) if html_tables.looks_like_html(text) else delimited.read_text(name, text)
    filled = [sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)]
    if not filled:
        raise SettingsError(EMPTY, code="file-empty", name=name)
    encoding.refuse_legacy_fonts(name, (cell for sheet in filled for row in sheet.rows for cell in row))
    return filled
