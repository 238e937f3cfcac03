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
from ocop_market.catalog.forms import IGNORED, Columns
from ocop_market.catalog.identity import Identity, derived_sku, identity_of
from ocop_market.catalog.known import PLAIN, same_recognition
from ocop_market.catalog.questions import Answers, Question
from ocop_market.catalog.row_facts import NOT_UNDERSTOOD, OWN_COLUMNS, Beside, ListStyle, read_row
from ocop_market.catalog.vocabulary import FILLED_DOWN, LIST, list_words
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Group, Place, ProducerKind, Product
from ocop_market.sheets.container import Sheet, read_sheets
from ocop_market.sheets.headings import Headings, find_headings, require_headings
from ocop_market.sheets.numbers import NumberStyle, money_scale, number_style
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Body, cells_of, read_body
from ocop_market.sheets.values import shown, text_of

SKU_TWICE = N_("The SKU {sku} already belongs to “{other}” (row {row}). Give each product its own SKU.")
GTIN_TWICE = N_("The barcode {gtin} already belongs to “{other}” (row {row}), so it was not taken. Check both packages.")
SEEN_BEFORE = N_("The same product with the same certificate stands in row {row} already.")
DIFFERS = N_("The value differs from that in row {row}, which was kept.")
IN_THOUSANDS = N_("The prices were read as thousands of đồng, as the table says.")
SHEET_NOT_READ = N_("The sheet “{sheet}” looks like a product list as well, but only “{read}” was read. Import it as a file of "
                    "its own.")
CLOSE_HEADING = N_("The column “{heading}” was read as “{meaning}”. Rename it if that is wrong.")


@dataclass(frozen=True)
class RowNote:
    """One remark about a row of the file (counted from 1 as Excel does); `refused` when the row was left out for it."""

    row: int
    column: str
    problem: Problem
    refused: bool


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


@dataclass
class _Entry:
    rows: list[int]
    identity: Identity
    product: Product
    own_sku: bool


@dataclass
class _Shelf:
    """Products in the order in which they were first seen."""

    notes: list[RowNote]
    sku_prefix: str = ""
    entries: list[_Entry] = field(default_factory=list)
    by_sku: dict[str, _Entry] = field(default_factory=dict)
    by_identity: dict[Identity, _Entry] = field(default_factory=dict)
    by_gtin: dict[str, _Entry] = field(default_factory=dict)

    def put(self, told: Product, row: int, headings: Headings) -> None:
        """Takes what a row says of a product, as a new one or as more about one; refused when its SKU is another product's."""
        identity = identity_of(told.name, told.producer, told.place)
        sku = told.sku or self.sku_prefix + derived_sku(identity)
        holder = self.by_sku.get(sku)
        if holder and holder.identity != identity:
            values = {"sku": sku, "other": holder.product.name, "row": holder.rows[0]}
            self._note(row, headings, "sku", Problem("sku-twice", SKU_TWICE, "sku", values), refused=True)
            return
        known = holder or self.by_identity.get(identity)
        if known and told.sku and known.own_sku and known.product.sku != told.sku:
            known = None
        if known is None:
            known = _Entry([], identity, replace(told, sku=sku, gtin=""), bool(told.sku))
            self.entries.append(known)
            self.by_identity.setdefault(identity, known)
        else:
            self._merge(known, told, row, headings)
        known.rows.append(row)
        if told.sku and not known.own_sku:
            self.by_sku.pop(known.product.sku, None)
            known.product, known.own_sku = replace(known.product, sku=told.sku), True
        self.by_sku[known.product.sku] = known
        self._take_gtin(known, told.gtin, row, headings)

    def _merge(self, known: _Entry, told: Product, row: int, headings: Headings) -> None:
        kept, first = known.product, known.rows[0]
        fresh = tuple(c for c in told.certificates if not any(same_recognition(c, old) for old in kept.certificates))
        if told.certificates and not fresh:
            self._note(row, headings, "name", Problem("seen-before", SEEN_BEFORE, values={"row": first}))
        for target in ("price", "stock", "weight_g"):
            old, new = getattr(kept, target), getattr(told, target)
            if old is not None and new is not None and old != new:
                self._note(row, headings, target, Problem("differs", DIFFERS, target, {"row": first}))
        nothing = Product("", "")
        filled = {name: getattr(told if getattr(kept, name) == getattr(nothing, name) else kept, name)
                  for name in PLAIN if name != "gtin"}
        known.product = replace(
            kept, **filled,
            producer_kind=told.producer_kind if kept.producer_kind is ProducerKind.UNKNOWN else kept.producer_kind,
            group=told.group if kept.group is Group.UNKNOWN else kept.group,
            place=Place(kept.place.province or told.place.province, kept.place.district or told.place.district,
                        kept.place.commune or told.place.commune),
            certificates=kept.certificates + fresh, label={**told.label, **kept.label},
            papers=kept.papers + tuple(paper for paper in told.papers if paper not in kept.papers),
            evidence={**told.evidence, **kept.evidence})

    def _take_gtin(self, known: _Entry, gtin: str, row: int, headings: Headings) -> None:
        if not gtin or known.product.gtin == gtin:
            return
        holder = self.by_gtin.get(gtin)
        if holder:
            values = {"gtin": gtin, "other": holder.product.name, "row": holder.rows[0]}
            self._note(row, headings, "gtin", Problem("gtin-twice", GTIN_TWICE, "gtin", values))
        elif known.product.gtin:
            self._note(row, headings, "gtin", Problem("differs", DIFFERS, "gtin", {"row": known.rows[0]}))
        else:
            known.product = replace(known.product, gtin=gtin)
            self.by_gtin[gtin] = known

    def _note(self, row: int, headings: Headings, target: str, problem: Problem, *, refused: bool = False) -> None:
        column = headings.of(target)
        self.notes.append(RowNote(row, column.label if column else "", problem, refused))


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
    body = read_body(sheet, headings, fill_down=FILLED_DOWN, sections=True)
    style = _style(sheet, headings, body)
    notes = _notes_on_the_whole(sheets, sheet, headings, style, frozenset(told))
    answers.in_rows = _decisions(body, headings)
    shelf = _Shelf(notes, beside.sku_prefix)
    questions: list[Question] = []
    for row in body.rows:
        facts = read_row(row, headings, style, today, beside, answers)
        if facts.refusal:
            notes.append(RowNote(row.number, facts.refusal[0], facts.refusal[1], refused=True))
        else:
            questions += facts.questions
            for product in () if facts.held else facts.products:
                shelf.put(product, row.number, headings)
        notes += [RowNote(row.number, column, problem, refused=False) for column, problem in facts.notes]
    return Intake(products=tuple(entry.product for entry in shelf.entries), rows=len(body.rows), notes=tuple(notes),
                  columns=_column_names(headings), questions=tuple(questions),
                  rows_of={entry.product.sku: tuple(dict.fromkeys(entry.rows)) for entry in shelf.entries},
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
