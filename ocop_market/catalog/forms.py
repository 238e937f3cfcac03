"""What is known of the columns of a form: kept once a person said it, found again by the words of its heading row."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ocop_market.catalog.questions import quoted
from ocop_market.catalog.vocabulary import LIST
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.text import fold, tidy
from ocop_market.settings import place_of
from ocop_market.sheets.sheet import Cell, Sheet
from ocop_market.sheets.values import text_of

FILE_NAME = "lists.toml"
IGNORED = "ignored"
UNREADABLE = N_("The file of known lists {path} cannot be read: {reason}. Put that line right, or delete the file to be asked again.")
UNKNOWN_MEANING = N_("“{target}” is no meaning of a column. Known: {known}. A column is passed over with: {heading}=ignored")
NOT_A_PAIR = N_("“{text}” does not say what a column means. Write for example: --columns \"Tên hàng=name,Giá vốn=ignored\"")
HEADER = """# Ý nghĩa của các cột trong từng mẫu danh sách đã dùng; sửa được bằng tay.
# What the columns of each form of list mean; may be edited.
"""
_SEARCHED_ROWS = 30
Columns = Mapping[str, str]
"""Target by heading."""


def read_columns(text: str) -> dict[str, str]:
    """`Tên hàng=name,Giá vốn=ignored` as target by heading. SettingsError (`column-meaning`) for an unknown meaning."""
    found = {}
    begun = ""
    for part in text.replace(";", ",").split(","):
        pair = f"{begun},{part}" if begun else part
        begun = "" if "=" in part else pair  # a heading may hold a comma itself
        if begun:
            continue
        heading, _, target = (piece.strip() for piece in pair.rpartition("="))
        if target not in LIST.aliases:
            known = ", ".join(sorted(known for known in LIST.aliases if ":" not in known))
            raise SettingsError(UNKNOWN_MEANING, code="column-meaning", target=target, heading=heading, known=known)
        found[heading] = target
    if begun.strip() or "" in found:
        raise SettingsError(NOT_A_PAIR, code="column-meaning", text=tidy(begun or text))
    return found


def fingerprint(cells: Iterable[Cell]) -> str:
    """Twelve hex digits that stand for a row of headings, whatever its spelling and its empty cells."""
    words = [folded for cell in cells if (folded := fold(text_of(cell))) and "ocop market" not in folded]
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:12]


class KnownForms:
    """The forms that a market has seen, in `lists.toml`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._forms = self._read()

    def columns_of(self, sheets: Sequence[Sheet]) -> Columns:
        """What is known of the first heading row that was seen before; nothing for a new form."""
        if not self._forms:
            return {}
        rows = (row for sheet in sheets for row in sheet.rows[:_SEARCHED_ROWS])
        return next((self._forms[known][1] for row in rows if (known := fingerprint(row)) in self._forms), {})

    def keep(self, name: str, heading_row: Sequence[Cell], columns: Columns) -> None:
        """Keeps what the columns of a form mean, the file whole or not at all."""
        known = fingerprint(heading_row)
        if not columns or self._forms.get(known, ("", {}))[1] == columns:
            return
        self._forms[known] = (name, dict(columns))
        lines = [HEADER]
        for key, (first, meanings) in self._forms.items():
            lines.append(f"[form.{quoted(key)}]\nlist = {quoted(first)}\n[form.{quoted(key)}.columns]\n"
                         + "".join(f"{quoted(heading)} = {quoted(target)}\n" for heading, target in meanings.items()))
        temporary = self.path.with_suffix(".part")
        temporary.write_text("\n".join(lines), encoding="utf-8", newline="\n")
        temporary.replace(self.path)

    def _read(self) -> dict[str, tuple[str, Columns]]:
        if not self.path.is_file():
            return {}
        try:
            forms = tomllib.loads(self.path.read_text(encoding="utf-8-sig")).get("form", {})
            found: dict[str, tuple[str, Columns]] = {
                str(key): (str(form.get("list", "")), {str(h): str(t) for h, t in dict(form["columns"]).items()})
                for key, form in forms.items()}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise SettingsError(UNREADABLE, code="lists-unreadable", path=str(self.path), reason=place_of(error)) from None
        for _, columns in found.values():
            for heading, target in columns.items():
                read_columns(f"{heading.replace(',', ' ').replace(';', ' ')}={target}")
        return found
