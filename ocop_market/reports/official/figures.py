"""What an official report says, as plain data: tables of cells, sentences, and all that the figures depend on.

Every clothing (.docx, .pdf, .xlsx, .html) draws these tables and computes nothing, so a number is the same in all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.language import N_
from ocop_market.model.text import fold
from ocop_market.places.units import Geography
from ocop_market.reports.numbers import day, dong, per_cent

FUTURE = N_("The report cannot be made as of {day}: that day is still to come. Give today or an earlier day with --as-of.")
AFTER_AS_OF = N_("The period would begin on {start}, after the day of the report ({day}). Give an earlier day with --from.")

Value = int | float | str | None


class Kind(StrEnum):
    """Which report: six months are due before 30 May, the year before 30 November (letter 488/SNN-PTNT of 18/3/2022)."""

    HALF_YEAR = "half-year"
    YEAR = "year"


class Cell(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    COUNT = "count"
    DONG = "dong"
    SHARE = "share"
    """A part of a whole in per cent."""
    GROWTH = "growth"
    """A change in per cent, with its sign; None where none can be told."""
    DAY = "day"
    """A day as `2026-05-25`."""
    BY_UNIT = "by-unit"
    """A count, an amount or a share, as the row's column `don_vi` tells (`đồng`, `%`, anything else)."""


NUMBERS = frozenset({Cell.COUNT, Cell.DONG, Cell.SHARE, Cell.GROWTH, Cell.BY_UNIT})


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Plain):
    """A column: `key` is its place in templates, `width` its part of the page beside the others."""

    key: str
    heading: str
    cell: Cell = Cell.TEXT
    width: int = 2


class Bars(_Plain):
    """A chart of a table: a group of bars a row, named by column `names`, one bar for each column of `values`."""

    title: str
    names: int
    values: tuple[int, ...]


class RowOf(_Plain):
    """What the figures of a row are: parts of their addresses (see `growth.address`), where the columns do not tell them.

    `period` and `against` are those of the report unless given.
    """

    measure: str = ""
    within: str = ""
    period: str = ""
    against: str = ""


class Table(_Plain):
    """A table; the columns in `identity` tell a row from the others, the last row is a sum where `has_total`.

    `of_rows` is empty, or has what its figures are for each row (None: nothing can be asked of it).
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()
    identity: tuple[int, ...] = (0,)
    has_total: bool = False
    chart: Bars | None = None
    of_rows: tuple[RowOf | None, ...] = ()

    @model_serializer(mode="wrap")
    def _as_it_was(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Tables that tell nothing of their rows are written as before there was such a field, so that their hash stays."""
        body: dict[str, Any] = handler(self)
        if not body["of_rows"]:
            del body["of_rows"]
        return body

    def cell(self, row: tuple[Value, ...], position: int) -> Cell:
        """How a value of this row is written."""
        kind = self.columns[position].cell
        if kind is not Cell.BY_UNIT:
            return kind
        unit = next(str(value) for column, value in zip(self.columns, row, strict=True) if column.key == "don_vi")
        return {"đồng": Cell.DONG, "%": Cell.SHARE, "% tăng": Cell.GROWTH}.get(unit, Cell.COUNT)

    def shown(self, row: tuple[Value, ...]) -> tuple[str, ...]:
        """A row as it is printed."""
        return tuple(shown(value, self.cell(row, position)) for position, value in enumerate(row))


class Section(_Plain):
    """A part of the report: heading, sentences, tables. `key` is its place in templates; an annex stands after the signature."""

    key: str
    heading: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    annex: bool = False


class Scope(_Plain):
    """What the figures depend on, beside the ledger and the catalog themselves, whose hash is `inputs`.

    `rules` names the criteria in force and the hash of the dated rules; days are inside on both ends.
    """

    kind: Kind
    as_of: date
    start: date
    basis: Basis
    basis_text: str
    geography: Geography
    geography_text: str
    level: str
    time_zone: str
    rules: str
    program: str
    inputs: str
    market: str
    practice: bool

    @property
    def period(self) -> Period:
        """The days of the report."""
        return Period(self.start, self.as_of)


class OfficialFigures(_Plain):
    """All that a report says; `doubts` are what is missing in the figures or left out of them, and why."""

    title: str
    subtitle: str
    scope: Scope
    sections: tuple[Section, ...]
    doubts: tuple[str, ...]

    @property
    def tables(self) -> Iterator[Table]:
        """All tables in their order."""
        return (table for section in self.sections for table in section.tables)

    @property
    def digest(self) -> str:
        """SHA-256 of the figures and all that they depend on, in hex."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()


def canonical(body: BaseModel) -> str:
    """A model as JSON that is the same text for the same content."""
    return json.dumps(body.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def period_of(kind: Kind, as_of: date, today: date, start: date | None = None) -> Period:
    """From the first day of the half-year or the year that holds `as_of` (or from `start`) to `as_of`.

    The comparison is with the same days a year before, so a part of a year is never set beside a whole one. SettingsError for
    a day to come, or when `start` lies after `as_of`.
    """
    refuse_future(as_of, today)
    month = 7 if kind is Kind.HALF_YEAR and as_of.month > 6 else 1
    first = start or date(as_of.year, month, 1)
    if first > as_of:
        raise SettingsError(AFTER_AS_OF, code="period-upside-down", start=day(first), day=day(as_of))
    return Period(first, as_of)


def refuse_future(as_of: date, today: date) -> None:
    """SettingsError (`as-of-future`) for a day to come."""
    if as_of > today:
        raise SettingsError(FUTURE, code="as-of-future", day=day(as_of))


def filed_before(kind: Kind, as_of: date) -> date:
    """The day before which the report is filed: the next 30 May or 30 November from `as_of` on."""
    month = 5 if kind is Kind.HALF_YEAR else 11
    this_year = date(as_of.year, month, 30)
    return this_year if as_of <= this_year else date(as_of.year + 1, month, 30)


def shown(value: Value, cell: Cell) -> str:
    """A value as it is printed: `1.234`, `1.250.000 ₫`, `12,5 %`, `+12,5 %`, `25/05/2026`; a dash where there is none."""
    if value is None or value == "":
        return "–" if cell in NUMBERS else ""
    if isinstance(value, str) and cell in NUMBERS:  # a word in the place of a number that is not told
        return value
    match cell:
        case Cell.COUNT:
            return f"{int(value):,}".replace(",", ".")
        case Cell.DONG:
            return dong(int(value))
        case Cell.SHARE:
            return per_cent(float(value)).lstrip("+")
        case Cell.GROWTH:
            return per_cent(float(value))
        case Cell.DAY:
            return day(date.fromisoformat(str(value)))
        case _:
            return str(value)


def stem(figures: OfficialFigures) -> str:
    """The name of a report's files: `bao-cao-nam-2026-11-20-1a2b3c4d`."""
    kind = "nam" if figures.scope.kind is Kind.YEAR else "6-thang"
    return f"bao-cao-{kind}-{figures.scope.as_of.isoformat()}-{figures.digest[:8]}"


def file_name(text: str) -> str:
    """A text as a part of a file's name."""
    return "-".join(fold(text).split())
