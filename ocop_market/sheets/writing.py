"""Text written out again: no spreadsheet takes it for a formula, and it comes back the same when it is read again."""

from __future__ import annotations

import re
import unicodedata

_FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+\s*[=+\-@\t\r\n＝＋－＠]")


def safe_text(text: str) -> str:
    """The text in NFC, with an apostrophe before what a spreadsheet could take for a formula, now or after it was saved as CSV.

    Our readers take the apostrophe away again (`without_guard`).
    """
    usual = unicodedata.normalize("NFC", text)
    return "'" + usual if _FORMULA.match(usual) else usual


def without_guard(text: str) -> str:
    """The text as it was before `safe_text`."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
