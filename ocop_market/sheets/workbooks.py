"""Workbooks (.xlsx, .xlsm, .ods, .xls), looked at from outside before any parser opens them. Macros are never run."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import python_calamine

from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.sheets.archive import Archive
from ocop_market.sheets.biff import Encrypted, xls_grids
from ocop_market.sheets.compound import CompoundFile
from ocop_market.sheets.grids import Grid, ods_grids, xlsx_grid
from ocop_market.sheets.sheet import (
    BROKEN,
    DAMAGED,
    IS_ARCHIVE,
    IS_DOCUMENT,
    LOCKED,
    NEWER_KIND,
    NOT_A_TABLE,
    UNCALCULATED,
    Cell,
    Limits,
    Merged,
    Sheet,
    refuse_extent,
)
from ocop_market.sheets.writing import without_guard

HAS_MACROS = N_("The file holds macros. They were not run; only the values of the cells were read.")
HIDDEN_ROWS = N_("The sheet “{sheet}” hides {count} rows (row {first} first), by a filter for instance. They were read like the "
                 "others. Delete them if they are not meant.")
NO_VALUES = N_("The sheet “{sheet}” holds {count} formulas without a value (first in row {first}). Open the file in Excel and save "
               "it, so that the values are stored.")

_ERROR_OUTPUT = 2
_EXACT_AS_FLOAT = 2**53
_LONGEST_PART = 20_000_000


@dataclass(frozen=True)
class _Outside:
    """What was found before the parser: grids by the sheet's name, and remarks about the file."""

    grids: Mapping[str, Grid]
    notes: tuple[Problem, ...] = ()


def read_workbook(name: str, content: bytes, limits: Limits) -> list[Sheet]:
    """All worksheets; SettingsError when the file is locked, damaged, too large or no workbook."""
    outside = _look_at_zip(name, content, limits) if content.startswith(b"PK") else _look_at_compound(name, content, limits)
    try:
        with _kept_quiet(), python_calamine.load_workbook(io.BytesIO(content)) as workbook:
            return [_sheet(workbook.get_sheet_by_name(about.name), about, outside)
                    for about in workbook.sheets_metadata if about.typ == python_calamine.SheetTypeEnum.WorkSheet]
    except python_calamine.PasswordError:
        raise SettingsError(LOCKED, code="file-locked", name=name) from None
    except (python_calamine.CalamineError, ValueError, OverflowError):
        raise _damaged(name) from None
    except BaseException as error:
        # the parser is written in Rust; its panics are no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(name) from None


@contextmanager
def _kept_quiet() -> Iterator[None]:
    """The parser's panics go to the process's error output, past Python, before they can be caught."""
    try:
        kept = os.dup(_ERROR_OUTPUT)
    except OSError:  # a program without a console has none
        yield
        return
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), _ERROR_OUTPUT)
    try:
        yield
    finally:
        os.dup2(kept, _ERROR_OUTPUT)
        os.close(kept)


def _sheet(sheet: python_calamine.CalamineSheet, about: python_calamine.SheetMetadata, outside: _Outside) -> Sheet:
    grid = outside.grids.get(about.name, Grid())
    texts: dict[str, Cell] = {}
    rows = [tuple([_cell(value, texts) for value in row]) for row in sheet.iter_rows()]
    for sign, places in ((DAMAGED, grid.failed), (UNCALCULATED, grid.uncalculated)):
        for line, column in places:
            if line < len(rows) and column < len(rows[line]):
                rows[line] = (*rows[line][:column], sign, *rows[line][column + 1:])
    merged = tuple(Merged(*start, *end) for start, end in sheet.merged_cell_ranges or ())
    return Sheet(about.name, tuple(rows), merged=merged, hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
                 notes=(*outside.notes, *_notes(about.name, grid)))


def _notes(sheet: str, grid: Grid) -> Iterable[Problem]:
    if grid.hidden_rows:
        yield Problem("rows-hidden", HIDDEN_ROWS, values={"sheet": sheet, "count": len(grid.hidden_rows), "first": min(grid.hidden_rows)})
    if grid.uncalculated:
        values = {"sheet": sheet, "count": len(grid.uncalculated), "first": min(grid.uncalculated)[0] + 1}
        yield Problem("formulas-without-value", NO_VALUES, values=values)


def _cell(value: str | float | int | bool | datetime | date | time | timedelta, texts: dict[str, Cell]) -> Cell:
    """A value in our terms; a text that comes again is kept once."""
    if isinstance(value, str):
        if not value:
            return None
        if value not in texts:
            usual = unicodedata.normalize("NFC", without_guard(value))
            texts[value] = usual if usual.strip() else None
        return texts[value]
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT_AS_FLOAT else Decimal(repr(value))
    return str(value) if isinstance(value, timedelta) else value


def _look_at_zip(name: str, content: bytes, limits: Limits) -> _Outside:
    archive = Archive(name, content, limits)
    members = archive.members
    notes = (Problem("file-has-macros", HAS_MACROS),) if any(path.endswith("vbaProject.bin") for path in members) else ()
    try:
        if "xl/workbook.xml" in members:
            # every part, for a parser may find one that the workbook does not name
            grids = {path: xlsx_grid(partial(archive.pieces, path)) for path in members if _is_worksheet(path)}
            _refuse_grids(name, grids.values(), limits)
            named = _sheet_paths(_part(archive, "xl/workbook.xml"), _part(archive, "xl/_rels/workbook.xml.rels"))
            return _Outside({title: grids[path] for title, path in named.items() if path in grids}, notes)
        if b"opendocument.spreadsheet" in _part(archive, "mimetype") and "content.xml" in members:
            if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
                raise SettingsError(LOCKED, code="file-locked", name=name)
            grids = ods_grids(archive.pieces("content.xml"))
            _refuse_grids(name, grids.values(), limits)
            return _Outside(grids, notes)
    except ValueError:
        raise _damaged(name) from None
    if "xl/workbook.bin" in members:
        raise SettingsError(NEWER_KIND, code="file-xlsb", name=name)
    if "word/document.xml" in members or b"opendocument.text" in _part(archive, "mimetype"):
        raise SettingsError(IS_DOCUMENT, code="file-is-document", name=name)
    if any(path.lower().endswith((".xlsx", ".xls", ".csv", ".ods")) for path in members):
        raise SettingsError(IS_ARCHIVE, code="file-is-archive", name=name)
    raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)


def _is_worksheet(path: str) -> bool:
    return path.startswith("xl/") and path.endswith(".xml") and not path.startswith((
        "xl/workbook.xml", "xl/sharedStrings", "xl/styles", "xl/theme/", "xl/drawings/", "xl/charts/", "xl/tables/"))


def _part(archive: Archive, path: str) -> bytes:
    """A part that names and relates; a huge one belongs to no real workbook."""
    if path in archive.members and archive.members[path].file_size > _LONGEST_PART:
        raise _damaged(archive.name)
    return archive.part(path)


def _sheet_paths(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Sheet name → path of its part, through the workbook's relations."""
    targets = {}
    for tag in re.findall(rb"<Relationship\b[^>]*>", relations):
        identity, target = re.search(rb'\bId="([^"]*)"', tag), re.search(rb'\bTarget="([^"]*)"', tag)
        if identity and target:
            path = target.group(1).decode("utf-8", "replace")
            targets[identity.group(1)] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    found = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", workbook):
        title, relation = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\b\w+:id="([^"]*)"', tag)
        if title and relation and relation.group(1) in targets:
            found[_unescaped(title.group(1).decode("utf-8", "replace"))] = targets[relation.group(1)]
    return found


def _unescaped(text: str) -> str:
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def _look_at_compound(name: str, content: bytes, limits: Limits) -> _Outside:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise SettingsError(LOCKED, code="file-locked", name=name)
    try:
        file = CompoundFile(content)
        if "WordDocument" in file.names:
            raise SettingsError(IS_DOCUMENT, code="file-is-document", name=name)
        stream = next((file.streams[key] for key in ("Workbook", "Book") if key in file.streams), None)
        if stream is None:
            raise SettingsError(NOT_A_TABLE, code="file-not-a-table", name=name)
        notes = (Problem("file-has-macros", HAS_MACROS),) if "_VBA_PROJECT_CUR" in file.names else ()
        grids = xls_grids(stream)
        _refuse_grids(name, grids.values(), limits)
        return _Outside(grids, notes)
    except Encrypted:
        raise SettingsError(LOCKED, code="file-locked", name=name) from None
    except ValueError:
        raise _damaged(name) from None


def _refuse_grids(name: str, grids: Collection[Grid], limits: Limits) -> None:
    refuse_extent(name, limits, rows=max((grid.rows for grid in grids), default=0), cells=sum(grid.cells for grid in grids))


def _damaged(name: str) -> SettingsError:
    return SettingsError(BROKEN, code="file-damaged", name=name)
