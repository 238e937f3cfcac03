"""Cells of one row of a product list by what their columns mean; what cannot be read becomes a note and counts as empty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from ocop_market.catalog.certificates import CertificateColumns
from ocop_market.catalog.identity import Identity, identity_of
from ocop_market.catalog.questions import LEFT_OUT, Answers, Choice, Doubt, Question, question, says_leave_out
from ocop_market.catalog.written_place import written_place
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.sheets.dates import read_day
from ocop_market.sheets.headings import Column, Headings, unit_in
from ocop_market.sheets.numbers import NumberStyle
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Row
from ocop_market.sheets.values import is_damaged, text_of

LEFT_OUT_BEFORE = N_("The row was left out, as was decided.")
OWN_COLUMNS = ("answer", "row_state")
"""Columns that stand in a workbook that was handed back."""

T = TypeVar("T")


@dataclass
class RowFacts:
    """What one row says: one product, or several where it was decided so; their SKU is empty where the row gives none.

    `refusal` is set when the row cannot become a product, `questions` holds what is open; `held` when the row may not be
    taken before they are answered.
    """

    number: int
    products: tuple[Product, ...] = ()
    notes: list[tuple[str, Problem]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refusal: tuple[str, Problem] | None = None
    held: bool = False


@dataclass(frozen=True)
class ListStyle:
    """What was decided for whole columns: number styles by target, money in thousands, columns of certificates."""

    numbers: Mapping[str, NumberStyle]
    price_scale: int
    certificates: CertificateColumns


class RowReader:
    """Cells of one row by target."""

    def __init__(self, row: Row, headings: Headings, facts: RowFacts, answers: Answers) -> None:
        self.row, self.headings, self.facts, self.answers = row, headings, facts, answers
        self.targets = [column.target for column in headings.columns]
        self.name, self.producer, self.place = self.text("name"), self.text("producer"), written_place(self.text, row, headings)
        self.identity: Identity = identity_of(self.name, self.producer, self.place)

    def is_left_out(self) -> bool:
        """Whether it was decided, now or before, to leave a row out that says just this."""
        said = says_leave_out(self.answers.in_rows.get(self.row.number, ""))
        if not said and LEFT_OUT not in self.answers.kept.values():
            return False
        parts = [f"{c.target}={fold(text_of(self.row.at(c.position)))}" for c in self.headings.columns
                 if c.target not in (*OWN_COLUMNS, "tax_number")]
        put = question(Doubt.ROW, parts, row=self.row.number, column="", name=self.name, problem=Problem("left-out", LEFT_OUT_BEFORE),
                       choices=())
        if said:
            self.answers.asked[put.key] = (put, LEFT_OUT)
        return said or self.answers.kept.get(put.key) == LEFT_OUT

    def text(self, target: str) -> str:
        """The text of a target's cell, empty without one."""
        column = self.headings.of(target)
        return text_of(self.row.at(column.position)) if column else ""

    def texts(self, target: str) -> list[str]:
        """The texts of all columns of a target, left to right, empty ones too."""
        return [text_of(self.row.at(column.position)) for column in self.headings.all_of(target)]

    def cell(self, target: str) -> Cell:
        """The cell of a target as it is; None without such a column."""
        column = self.headings.of(target)
        return self.row.at(column.position) if column else None

    def day(self, target: str) -> date | None:
        """The day in a target's cell."""
        return self.value(target, read_day)

    def value(self, target: str, read: Callable[..., T | Problem | None], *, with_unit: bool = False) -> T | None:
        """What `read` makes of a target's cell, handed the unit of the heading too with `with_unit`; a Problem becomes a note."""
        column = self.headings.of(target)
        if column is None:
            return None
        cell = self.row.at(column.position)
        if is_damaged(cell):
            return None
        found = read(cell, unit_of(column)) if with_unit else read(cell)
        if isinstance(found, Problem):
            self.note(target, found)
            return None
        return found

    def note(self, target: str, problem: Problem) -> None:
        """Keeps a remark about a column."""
        column = self.headings.of(target)
        about = Problem(problem.code, problem.message, problem.field or target, problem.values)
        self.facts.notes.append((column.label if column else "", about))

    def ask(self, doubt: Doubt, parts: tuple[str, ...], column: str, problem: Problem, choices: tuple[Choice, ...], *,
            of_all: bool = False) -> str:
        """The answer to a doubt about this product (`of_all`: wherever it comes up), empty when open."""
        put = question(doubt, parts if of_all else (*self.identity, *parts), row=self.row.number, column=column, name=self.name,
                       problem=problem, choices=choices)
        answer = self.answers.to(put)
        if answer == LEFT_OUT:
            self.facts.refusal = (column, Problem("left-out", LEFT_OUT_BEFORE))
        elif not answer:
            self.facts.questions.append(put)
        return answer

    def label(self, target: str) -> str:
        """The heading of a target's column, empty without one."""
        column = self.headings.of(target)
        return column.label if column else ""


def unit_of(column: Column) -> str:
    """The unit in a heading: `Khối lượng (g)`, and of our own `net_weight_g`, `shelf_life_days`."""
    if told := unit_in(column.heading):
        return told
    last = column.heading.rpartition("_")[2] if "_" in column.heading else ""
    return fold(last) if last in ("g", "days") else ""
