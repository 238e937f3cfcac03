"""Product lists in, products out: the English form of our own list and the Vietnamese ones of provinces and producers.

Nothing is dropped silently: each row is accepted, to review or refused, and each value that could not be taken has a note
or a question. A row to review is taken as far as it is certain: without the value in question, and not at all where it is
not certain which goods it means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from ocop_market.catalog.certificates import certificate_columns, date_problems
from ocop_market.catalog.continued import continued
from ocop_market.catalog.forms import IGNORED, Columns
from ocop_market.catalog.packing_columns import PACKING_COLUMNS
from ocop_market.catalog.questions import Answers, Question
from ocop_market.catalog.row_facts import NOT_UNDERSTOOD, Beside, read_row
from ocop_market.catalog.row_reader import OWN_COLUMNS, ListStyle
from ocop_market.catalog.shelf import RowNote, Shelf
from ocop_market.catalog.vocabulary import FILLED_DOWN, LIST, OF_ALL_PACKINGS, list_words
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.sheets.container import Sheet, read_sheets
from ocop_market.sheets.headings import Headings, find_headings, require_headings
from ocop_market.sheets.numbers import NumberStyle, money_scale, number_style
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Body, cells_of, read_body
from ocop_market.sheets.values import shown, text_of

IN_THOUSANDS = N_("The prices were read as thousands of đồng, as the table says.")
SHEET_NOT_READ = N_("The sheet “{sheet}” looks like a product list as well, but only “{read}” was read. Import it as a file of "
                    "its own.")
CLOSE_HEADING = N_("The column “{heading}” was read as “{meaning}”. Rename it if that is wrong.")


@dataclass(frozen=True)
class Intake:
    """What a list brought: `rows` of data = `accepted` + `review` + `refused`; `columns` maps our names to the file's headings.

    Blank rows, totals, section lines and signatures are not rows. `rows_of` gives the rows of each product by SKU,
    `heading_row` the cells of the (upper) heading row, `sheet` the name of the sheet; `told_columns` holds what a person said
    of single columns, now or before.
    """

    products: tuple[Product, ...]
    rows: int
    notes: tuple[RowNote, ...]
    columns: Mapping[str, str]
    questions: tuple[Question, ...] = ()
    rows_of: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    sheet: str = ""
    headings: Headings | None = None
    heading_row: tuple[Cell, ...] = ()
    row_numbers: tuple[int, ...] = ()
    told_columns: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def refused_rows(self) -> frozenset[int]:
        """The rows that were left out."""
        return frozenset(note.row for note in self.notes if note.refused)

    @cached_property
    def review_rows(self) -> frozenset[int]:
        """The rows about which a question is open."""
        return frozenset(row for asked in self.questions for row in asked.rows) - self.refused_rows

    @property
    def refused(self) -> int:
        """How many rows were left out."""
        return len(self.refused_rows)

    @property
    def review(self) -> int:
        """How many rows wait for an answer."""
        return len(self.review_rows)

    @property
    def accepted(self) -> int:
        """How many rows were taken as they are."""
        return self.rows - self.refused - self.review


AskHeading = Callable[[str, str], bool]
"""Asks whether a heading means what it resembles."""


def read_products(name: str, content: bytes, *, today: date, beside: Beside | None = None, columns: Columns | None = None,
                  answers: Answers | None = None, ask_heading: AskHeading | None = None) -> Intake:
    """The products of one list, whatever kind of table it is in.

    The same product seen twice becomes one with all its certificates. `columns` says what single headings mean; `answers`
    gets the decisions of the list's own column and the questions that come up. Raises SettingsError when the file as a
    whole cannot be read (see `read_sheets`, `require_headings`).
    """
    return read_list(name, read_sheets(name, content), today=today, beside=beside or Beside(), columns=columns or {},
                     answers=answers or Answers(), ask_heading=ask_heading)


def read_list(name: str, sheets: list[Sheet], *, today: date, beside: Beside, columns: Columns, answers: Answers,
              ask_heading: AskHeading | None = None) -> Intake:
    """The products of one list whose sheets have been read; see `read_products`."""
    sheet, headings, told = _headings(name, sheets, columns, ask_heading)
    body = continued(read_body(sheet, headings, fill_down=_merged_targets(headings), sections=True, marked="row_state"),
                     headings)
    style = _style(sheet, headings, body)
    notes = _notes_on_the_whole(sheets, sheet, headings, style, frozenset(told))
    answers.in_rows = _decisions(body, headings)
    shelf = Shelf(notes, headings, beside.sku_prefix)
    questions: list[Question] = []
    for row in body.rows:
        facts = read_row(row, headings, style, today, beside, answers)
        if facts.refusal:
            notes.append(RowNote(row.number, facts.refusal[0], facts.refusal[1], refused=True))
        else:
            questions += facts.questions
            for product in () if facts.held else facts.products:
                shelf.put(product, row.number)
        notes += [RowNote(row.number, column, problem, refused=False) for column, problem in facts.notes]
    finished = shelf.finished()
    return Intake(products=tuple(product for product, _ in finished), rows=len(body.rows), notes=tuple(notes),
                  columns=_column_names(headings), questions=tuple(questions),
                  rows_of={product.sku: rows for product, rows in finished},
                  sheet=sheet.name, headings=headings, heading_row=sheet.rows[headings.top],
                  row_numbers=tuple(row.number for row in body.rows), told_columns=told)


def not_understood(intake: Intake, answers: Answers) -> Intake:
    """The same with a note for each decision that answers nothing of what is open in its row."""
    column = intake.headings.of("answer") if intake.headings else None
    notes = [RowNote(row, column.label if column else "", Problem("decision-unknown", NOT_UNDERSTOOD, values={"text": shown(text)}), False)
             for row in sorted(intake.review_rows) if (text := answers.in_rows.get(row))
             if not any(put.rows[0] == row and answer for put, answer in answers.asked.values())]
    return replace(intake, notes=intake.notes + tuple(notes)) if notes else intake


def _headings(name: str, sheets: list[Sheet], columns: Columns, ask: AskHeading | None) -> tuple[Sheet, Headings, Columns]:
    """The headings with what is said of them, and all that; a person is asked about what only resembles."""
    sheet, headings = require_headings(name, sheets, list_words(columns))
    told = dict(columns)
    for column in headings.columns if ask else ():
        if ask and column.close:
            told[column.label] = column.target if ask(column.label, LIST.aliases[column.target][0]) else IGNORED
    if len(told) > len(columns):
        sheet, headings = require_headings(name, sheets, list_words(told))
    return sheet, headings, told


def _merged_targets(headings: Headings) -> frozenset[str]:
    """Columns whose merged cells speak for all rows they cover; a list of packings also merges what is of the whole product."""
    targets = {column.target for column in headings.columns}
    if PACKING_COLUMNS.isdisjoint(targets):
        return FILLED_DOWN
    return FILLED_DOWN | (OF_ALL_PACKINGS if "variant_sku" in targets else OF_ALL_PACKINGS - {"sku"})


def _decisions(body: Body, headings: Headings) -> dict[int, str]:
    column = headings.of("answer")
    return {row.number: text for row in body.rows if column and (text := text_of(row.at(column.position)))}


def _style(sheet: Sheet, headings: Headings, body: Body) -> ListStyle:
    price = headings.of("price")
    above = [cell for row in sheet.rows[:headings.top] for cell in row]
    styles = {target: number_style(cells_of(body, column.position), money=target == "price")
              for target in ("price", "stock") if (column := headings.of(target))}
    if styles.get("stock") is NumberStyle.UNKNOWN:
        styles["stock"] = styles.get("price", NumberStyle.UNKNOWN)  # one program wrote both columns
    return ListStyle(styles, money_scale(price.heading, above) if price else 1, certificate_columns(headings, body))


def _notes_on_the_whole(sheets: list[Sheet], read: Sheet, headings: Headings, style: ListStyle,
                        confirmed: frozenset[str]) -> list[RowNote]:
    def note(column: str, problem: Problem, line: int = read.number(headings.bottom)) -> RowNote:
        return RowNote(line, column, problem, refused=False)

    notes = [note("", problem) for problem in read.notes]
    notes += [note(column, problem) for column, problem in date_problems(style.certificates)]
    price = headings.of("price")
    if style.price_scale != 1 and price:
        notes.append(note(price.label, Problem("price-in-thousands", IN_THOUSANDS, "price")))
    for column in headings.columns:
        if column.close and column.label not in confirmed:
            values = {"heading": column.label, "meaning": LIST.aliases[column.target][0]}
            notes.append(note(column.label, Problem("heading-close", CLOSE_HEADING, column.target, values)))
    for sheet in sheets:
        if sheet is not read and (other := find_headings(sheet, LIST)):
            values = {"sheet": sheet.name, "read": read.name}
            notes.append(note(sheet.name, Problem("sheet-not-read", SHEET_NOT_READ, "", values), other.bottom + 1))
    return notes


def _column_names(headings: Headings) -> dict[str, str]:
    seen: Counter[str] = Counter()
    named = {}
    for column in headings.columns:
        if column.target in (*OWN_COLUMNS, IGNORED):
            continue
        seen[column.target] += 1
        times = seen[column.target]
        named[column.target if times == 1 else f"{column.target}_{times}"] = column.label
    return named
