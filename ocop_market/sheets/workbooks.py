"""Workbooks (.xlsx, .ods, .xls), looked at from outside before any parser opens them.

A workbook of two cells, the first and the last possible one, makes a parser ask for hundreds of gigabytes and takes the
whole process with it, so the grid is measured on the raw text first.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine

from ocop_market.errors import SettingsError
from ocop_market.sheets.sheet import (
    BROKEN,
    DAMAGED,
    LOCKED,
    NEWER_KIND,
    NOT_A_TABLE,
    TOO_MANY_CELLS,
    Cell,
    Limits,
    Merged,
    Sheet,
    too_large,
)

Place = tuple[int, int]
_EXACT_AS_FLOAT = 2**53
_MOST_MEMBERS = 10_000
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_FAILED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"(?=[^>]*\bt="e")')
_UNCALCULATED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*</f>)\s*'
                           rb"(?:<v\s*/>|<v></v>)?\s*</(?:\w+:)?c>")
_ODS_TAG = re.compile(rb"<(/?)table:(table-row|table-cell|covered-table-cell)\b([^>]*)>")
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')


def read_workbook(name: str, content: bytes, limits: Limits) -> list[Sheet]:
    """All worksheets; SettingsError when the file is locked, damaged, too large or no workbook."""
    failed: dict[str, set[Place]] = {}
    if content.startswith(b"PK"):
        failed = _inspect_zip(name, content, limits)
    elif "EncryptedPackage".encode("utf-16-le") in content:
        raise SettingsError(LOCKED, code="file-locked", name=name)
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            return [_sheet(name, workbook.get_sheet_by_name(about.name), about, failed.get(about.name, set()), limits)
                    for about in workbook.sheets_metadata if about.typ == python_calamine.SheetTypeEnum.WorkSheet]
    except python_calamine.PasswordError:
        raise SettingsError(LOCKED, code="file-locked", name=name) from None
    except python_calamine.CalamineError:
        raise SettingsError(BROKEN, code="file-damaged", name=name) from None
    except BaseException as error:
        # the parser is written in Rust; its panics are no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise SettingsError(BROKEN, code="file-damaged", name=name) from None


def _sheet(name: str, sheet: python_calamine.CalamineSheet, about: python_calamine.SheetMetadata, failed: set[Place],
           limits: Limits) -> Sheet:
    if sheet.total_height * sheet.total_width > limits.cells:
        raise SettingsError(TOO_MANY_CELLS, code="file-too-large", name=name, limit=limits.cells // 1_000_000)
    rows = [tuple(_cell(value) for value in row) for row in sheet.to_python(skip_empty_area=False)]
    for line, column in failed:
        if line < len(rows) and column < len(rows[line]):
            rows[line] = (*rows[line][:column], DAMAGED, *rows[line][column + 1:])
    merged = tuple(Merged(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Sheet(about.name, tuple(rows), merged=merged, hidden=about.visible != python_calamine.SheetVisibleEnum.Visible)


def _cell(value: str | float | int | bool | datetime | date | time | timedelta) -> Cell:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value) if value.strip() else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT_AS_FLOAT else Decimal(repr(value))
    return str(value) if isinstance(value, timedelta) else value


def _inspect_zip(name: str, content: bytes, limits: Limits) -> dict[str, set[Place]]:
    """Unpacks every member once under the limit, measures the grids; returns the failed formulas by sheet name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {member.filename: member for member in archive.infolist()}
            if any(member.flag_bits & 1 for member in members.values()):
                raise SettingsError(LOCKED, code="file-locked", name=name)
            size = sum(member.file_size for member in members.values())
            if size > limits.unpacked_bytes or len(members) > _MOST_MEMBERS:
                raise too_large(name, size, limits.unpacked_bytes)
            # reading to the end proves the declared sizes: a member that holds more fails its checksum
            parts = {path: archive.read(member) for path, member in members.items()
                     if path.endswith((".xml", ".rels")) or path == "mimetype"}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise SettingsError(BROKEN, code="file-damaged", name=name) from None
    if "xl/workbook.xml" in parts:
        sheets = {path: text for path, text in parts.items() if path.startswith("xl/worksheets/")}
        grids: Iterable[tuple[int, int]] = map(_xlsx_grid, sheets.values())
        failed = {title: _failed_formulas(sheets[path]) for title, path in _sheet_paths(parts).items() if path in sheets}
    elif b"opendocument.spreadsheet" in parts.get("mimetype", b"") and "content.xml" in parts:
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise SettingsError(LOCKED, code="file-locked", name=name)
        grids, failed = [_ods_grid(parts["content.xml"])], {}
    elif "xl/workbook.bin" in members:
        raise SettingsError(NEWER_KIND, code="file-xlsb", name=name)
    else:
        raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)
    if any(rows * columns > limits.cells for rows, columns in grids):
        raise SettingsError(TOO_MANY_CELLS, code="file-too-large", name=name, limit=limits.cells // 1_000_000)
    return failed


def _xlsx_grid(sheet: bytes) -> tuple[int, int]:
    cells = _CELL.findall(sheet)
    rows = max((int(number) for _, number in cells), default=0)
    return (max(rows, max(map(int, _ROW.findall(sheet)), default=0)) if cells else 0,
            max(map(_column, {letters for letters, _ in cells}), default=0))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _failed_formulas(sheet: bytes) -> set[Place]:
    patterns = [pattern for pattern, sign in ((_FAILED, b't="e"'), (_UNCALCULATED, b"<f")) if sign in sheet]
    return {(int(number) - 1, _column(letters) - 1) for pattern in patterns for letters, number in pattern.findall(sheet)}


def _sheet_paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet name → path of its part, through the workbook's relations."""
    targets = {}
    for tag in re.findall(rb"<Relationship\b[^>]*>", parts.get("xl/_rels/workbook.xml.rels", b"")):
        identity, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if identity and target:
            path = target.group(1).decode("utf-8", "replace")
            targets[identity.group(1)] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    found = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", parts["xl/workbook.xml"]):
        title, relation = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\b\w+:id="([^"]*)"', tag)
        if title and relation and relation.group(1) in targets:
            found[_unescaped(title.group(1).decode("utf-8", "replace"))] = targets[relation.group(1)]
    return found


def _unescaped(text: str) -> str:
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def _ods_grid(content: bytes) -> tuple[int, int]:
    """Rows and columns that hold something; repeated empty ones at the end are what every .ods has."""
    rows = columns = 0
    row_repeat, width, filled = 1, 0, 0
    for end, tag, attributes in _ODS_TAG.findall(content):
        repeat = int(m.group(1)) if (m := _REPEATED.search(attributes)) else 1
        if tag == b"table-row" and not end:
            row_repeat, width, filled = repeat, 0, 0
        elif tag == b"table-row":
            if filled:
                rows += row_repeat
                columns = max(columns, filled)
        elif not end:
            width += repeat
            if b"value-type=" in attributes:
                filled = width
    return rows, columns
