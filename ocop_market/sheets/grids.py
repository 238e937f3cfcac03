"""How far the cells of a sheet reach, measured on its raw XML, and what its cells say that the parser keeps silent about.

A workbook of two cells, the first and the last possible one, makes a parser ask for hundreds of gigabytes and takes the
whole process with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

Place = tuple[int, int]

_BEGINNINGS = tuple(b"<c" + behind for behind in (b" ", b">", b"/", b"\t", b"\n", b"\r"))
_LETTERS, _NUMBER = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"'), re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_PREFIXED = re.compile(rb"<\w+:c[\s/>]")
_FAILED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"(?=[^>]*\bt="e")')
_UNCALCULATED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_ROW_END = b"row>"
_LONGEST_ROW = 30_000_000
_LARGEST_COUNT = 10**9


@dataclass
class Grid:
    """Rows and columns up to the last cell; places (from 0) whose formula failed or has no value; hidden rows (from 1)."""

    rows: int = 0
    columns: int = 0
    failed: set[Place] = field(default_factory=set)
    uncalculated: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)

    @property
    def cells(self) -> int:
        """What a parser will ask memory for."""
        return self.rows * self.columns

    def reach(self, rows: int, columns: int) -> None:
        """Takes in a cell."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)


def xlsx_grid(open_part: Callable[[], Iterable[bytes]]) -> Grid:
    """The grid of one worksheet part. ValueError when it is no XML.

    Read as text, which is many times as fast; a part that writes its cells in an unusual way is read once more as XML.
    """
    grid = Grid()
    for text in _whole_rows(open_part()):
        letters, numbers = _LETTERS.findall(text), _NUMBER.findall(text)
        usual = len(letters) == sum(map(text.count, _BEGINNINGS)) and not (b":c" in text and _PREFIXED.search(text))
        if len(text) > _LONGEST_ROW or not usual:
            return _parsed(_UnusualSheet(), open_part())
        if letters:
            grid.reach(max(map(int, set(numbers))), max(map(_column, set(letters))))
        if b't="e"' in text:
            grid.failed |= _places(_FAILED, text)
        if b"<f" in text:
            grid.uncalculated |= _places(_UNCALCULATED, text)
        if b"hidden=" in text:
            grid.hidden_rows |= set(map(int, _HIDDEN_ROW.findall(text)))
    return grid


def ods_grids(pieces: Iterable[bytes]) -> dict[str, Grid]:
    """The grids of the tables of an .ods, by name. ValueError when it is no XML."""
    document = _OpenDocument()
    _parsed(document, pieces)
    return document.grids


def _whole_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that end behind a row, so that no cell is cut; a longer one when a row has no end."""
    rest = b""
    for piece in pieces:
        rest += piece
        end = rest.rfind(_ROW_END) + len(_ROW_END)
        if end >= len(_ROW_END) or len(rest) > _LONGEST_ROW:
            yield rest[:end] if end >= len(_ROW_END) else rest
            rest = rest[end:]
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _places(pattern: re.Pattern[bytes], text: bytes) -> set[Place]:
    return {(int(number) - 1, _column(letters) - 1) for letters, number in pattern.findall(text)}


class _UnusualSheet:
    """Cells in small letters, in single quotes or without a reference, which count on from the one before."""

    def __init__(self) -> None:
        self.grid = Grid()
        self._row = self._column = 0
        self._place = (0, 0)
        self._inside = ""
        self._formula = self._value = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row = _count(attributes.get("r"), self._row + 1)
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.grid.hidden_rows.add(self._row)
        elif tag == "c":
            told = _REFERENCE.fullmatch(attributes.get("r", "").strip())
            self._column = _column(told.group(1).encode()) if told else self._column + 1
            row = int(told.group(2)) if told else self._row
            self.grid.reach(max(row, self._row), self._column)
            self._place = (row - 1, self._column - 1)
            self._formula = self._value = False
            if attributes.get("t") == "e":
                self.grid.failed.add(self._place)
        self._inside = tag
        self._formula = self._formula or tag == "f"

    def text(self, _text: str) -> None:
        self._value = self._value or self._inside in ("v", "t")

    def end(self, tag: str) -> None:
        self._inside = ""
        if tag.rpartition(":")[2] == "c" and self._formula and not self._value:
            self.grid.uncalculated.add(self._place)


class _OpenDocument:
    """Rows and cells that repeat; empty ones at the end are what every .ods has, and count for nothing."""

    def __init__(self) -> None:
        self.grid = Grid()
        self.grids: dict[str, Grid] = {}
        self._rows = self._repeat = self._width = self._filled = 0
        self._hidden = False

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.grid = self.grids.setdefault(attributes.get("table:name", ""), Grid())
            self._rows = 0
        elif tag == "table:table-row":
            self._repeat = _count(attributes.get("table:number-rows-repeated"), 1)
            self._hidden = attributes.get("table:visibility", "visible") != "visible"
            self._width = self._filled = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._width += _count(attributes.get("table:number-columns-repeated"), 1)
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._filled = self._width
        elif tag == "text:p":
            self._filled = self._width

    def end(self, tag: str) -> None:
        if tag != "table:table-row":
            return
        self._rows += self._repeat
        if self._filled:
            self.grid.reach(self._rows, self._filled)
            if self._hidden:
                self.grid.hidden_rows.add(self._rows)


def _parsed(reader: _UnusualSheet | _OpenDocument, pieces: Iterable[bytes]) -> Grid:
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    if isinstance(reader, _UnusualSheet):
        parser.CharacterDataHandler = reader.text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError("no XML") from error
    return reader.grid


def _count(text: str | None, default: int) -> int:
    digits = (text or "").strip().lstrip("+")
    return min(int(digits[:10]), _LARGEST_COUNT) if digits.isascii() and digits.isdigit() else default
