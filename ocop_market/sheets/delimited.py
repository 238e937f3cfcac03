"""CSV and its relatives: the delimiter is found by counting, rows with unmatched quotes are kept apart."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from ocop_market.errors import SettingsError
from ocop_market.sheets.sheet import BROKEN, DEFAULT_LIMITS, Cell, Limits, Sheet, refuse_extent
from ocop_market.sheets.writing import without_guard

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 20
_SAMPLE_LINES = 200
_LONGEST_FIELD = 1_000_000
_LINES_A_ROW = 10
"""Line breaks inside quoted cells are no rows; more of them than this are."""

Record = tuple[int, list[str]]
"""The number of a record's first line, and its cells."""


def read_text(name: str, text: str, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """The one sheet of a delimited text; a first line `sep=;` names the delimiter."""
    if (breaks := text.count("\n")) > limits.rows * _LINES_A_ROW:
        refuse_extent(name, limits, rows=breaks, cells=0)
    csv.field_size_limit(_LONGEST_FIELD)
    lines = list(io.StringIO(text, newline=""))
    told = re.fullmatch(r"sep=(.)", lines[0].strip("\r\n"), re.IGNORECASE)
    body = lines[1:] if told else lines
    delimiter = told.group(1) if told else delimiter_of(body)
    broken: frozenset[int] = frozenset()
    try:
        if (rows := _count(body, delimiter)) is not None:
            refuse_extent(name, limits, rows=rows, cells=0)
            records = list(_records(body, delimiter))
        else:
            # read line by line, so that only the lines concerned are lost, not all up to the next quote
            records = [(i, next(csv.reader([line], delimiter=delimiter), [])) for i, line in enumerate(body, 1)]
            broken = frozenset(i for i, line in enumerate(body) if line.count('"') % 2 and _count([line], delimiter) is None)
    except csv.Error:
        raise SettingsError(BROKEN, code="file-damaged", name=name) from None
    refuse_extent(name, limits, rows=len(records), cells=sum(len(cells) for _, cells in records))
    shift = 1 if told else 0
    return [Sheet(name="", rows=tuple(tuple(_cell(text) for text in cells) for _, cells in records), delimited=True,
                  numbers=tuple(number + shift for number, _ in records), broken=broken)]


def delimiter_of(lines: Sequence[str]) -> str:
    """The delimiter that splits most of the first rows into the same number of cells, the larger number when equal."""
    return max(DELIMITERS, key=lambda delimiter: _fit(lines, delimiter))


def _fit(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    filled = [line for line in lines[:_SAMPLE_LINES] if line.strip()]
    try:
        sample = [cells for _, cells in islice(_records(filled, delimiter), _SAMPLE_ROWS)]
    except csv.Error:
        return 0.0, 0
    widths = Counter(len(cells) for cells in sample if len(cells) > 1)
    if not widths:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
    return rows / len(sample), width


def _records(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter)
    started = 1
    for cells in reader:
        yield started, cells
        started = reader.line_num + 1


def _count(lines: Sequence[str], delimiter: str) -> int | None:
    """How many records there are; None where quotes do not match."""
    try:
        return sum(1 for _ in csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _cell(text: str) -> Cell:
    return without_guard(text) if text.strip() else None
