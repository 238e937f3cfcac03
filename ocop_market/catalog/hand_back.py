"""The list handed back: the user's own workbook, with what became of each row and what may be chosen where something is open.

An .xlsx or .xlsm keeps its formats and formulas (its macros go); every other kind of file becomes a fresh .xlsx with the
same cells. Two columns are added behind the last: the state of the row, and a decision. Imported again, the file answers
what was asked. No text that we write can run as a formula.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ocop_market.catalog.cached_values import with_cached_values
from ocop_market.catalog.intake import Intake
from ocop_market.catalog.product_sets import group_name
from ocop_market.catalog.questions import Question
from ocop_market.catalog.row_facts import KIND_NAMES
from ocop_market.language import N_, say, translate
from ocop_market.model.product import Group
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.headings import Column
from ocop_market.sheets.sheet import DAMAGED, UNCALCULATED, Cell, Sheet

STATE = N_("State of the row (ocop-market)")
DECISION = N_("What to do (ocop-market)")
ACCEPTED = N_("Accepted")
TO_REVIEW = N_("To review")
REFUSED = N_("Not taken")
EXPLAINED = (
    N_("This is your own list, with two columns more behind the last one. Nothing else was changed."),
    N_("State of the row: what became of it, and what to mend. Coloured cells are in question: yellow to review, red not taken."),
    N_("Mend the coloured cells, or choose an answer in the column “What to do”. Some cells offer a list to choose from."),
    N_("A row to review is taken as far as it is certain; one that may mean several goods or a known product waits for your answer."),
    N_("Then save the file and import it again. Only what changed is changed; rows that were taken stay as they are."),
    N_("Macros were left out. The hidden sheet holds the lists of answers; leave it as it is."),
)
COUNTED = N_("{rows} rows: {accepted} accepted, {review} to review, {refused} refused.")
EXPLANATION_SHEET = "ocop-market"
CHOICES_SHEET = "ocop-market-lists"

_YELLOW, _RED, _GREEN = (PatternFill("solid", fgColor=colour) for colour in ("FFF2CC", "F8CBAD", "E2EFDA"))
_PLAIN_TEXT = Alignment(vertical="top", wrap_text=True)
_WIDTHS = {"row_state": 60.0, "answer": 36.0}
_EXACT_DIGITS = 15
_MOST_PRODUCERS = 2000


@dataclass(frozen=True)
class _Place:
    """Where our two columns and the data are: columns and rows from 1, by number of the row in the file."""

    state: int
    answer: int
    heading: int
    lines: dict[int, int]


def handed_back(name: str, content: bytes, intake: Intake, producers: Iterable[str] = ()) -> bytes:
    """The workbook as bytes of an .xlsx, in the language in use; `producers` are offered where a list names them.

    Raises SettingsError like `read_sheets`.
    """
    sheets = read_sheets(name, content)
    read = next(sheet for sheet in sheets if sheet.name == intake.sheet)
    own = _opened(content)
    book = own or _copied(sheets)
    page = book[read.name] if own else book.worksheets[sheets.index(read)]
    place = _place(read, intake)
    answers = _Lists(book)
    _mark(page, intake, place)
    _offer(page, intake, place, answers, producers)
    _explain(book, intake)
    written = io.BytesIO()
    book.save(written)
    return with_cached_values(written.getvalue(), content) if own else written.getvalue()


def _opened(content: bytes) -> Workbook | None:
    """The workbook itself; None for another kind of file, or one that only the more patient reader understands."""
    if not content.startswith(b"PK"):
        return None
    try:
        return load_workbook(io.BytesIO(content), rich_text=True)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, zipfile.BadZipFile, SyntaxError):
        return None


def _copied(sheets: Sequence[Sheet]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, sheet in enumerate(sheets, 1):
        page = book.create_sheet(_sheet_name(sheet.name, number))
        page.sheet_state = "hidden" if sheet.hidden else "visible"
        for line, row in enumerate(sheet.rows, 1):
            for column, cell in enumerate(row, 1):
                if cell is not None:
                    _write(page, line, column, cell)
        for area in sheet.merged:
            page.merge_cells(start_row=area.top + 1, start_column=area.left + 1, end_row=area.bottom + 1, end_column=area.right + 1)
    return book


def _sheet_name(name: str, number: int) -> str:
    plain = "".join(" " if letter in r"[]:*?/\\" else letter for letter in name).strip(" '")[:25]
    return plain or f"Sheet {number}"


def _write(page: Worksheet, line: int, column: int, cell: Cell) -> None:
    """A value as it is; text stays text whatever it begins with."""
    target = page.cell(line, column)
    if isinstance(cell, bool | Decimal) or (isinstance(cell, int) and len(str(abs(cell))) <= _EXACT_DIGITS):
        target.value = cell
    elif isinstance(cell, datetime | date):
        target.value = cell
        bare = not isinstance(cell, datetime) or cell.time() == time()
        target.number_format = "dd/mm/yyyy" if bare else "dd/mm/yyyy hh:mm:ss"
    elif isinstance(cell, time):
        target.value = cell
    else:
        _write_text(page, line, column, "#N/A" if cell in (DAMAGED, UNCALCULATED) else str(cell))


def _write_text(page: Worksheet, line: int, column: int, text: str) -> None:
    target = page.cell(line, column)
    target.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)[:32_767]
    target.data_type = "s"
    target.quotePrefix = True


def _place(read: Sheet, intake: Intake) -> _Place:
    """Our own columns where they are already, else behind the last filled one."""
    columns = intake.headings
    last = max((i for row in read.rows for i, cell in enumerate(row, 1) if cell is not None), default=1)
    last = max([last, *(area.right + 1 for area in read.merged)])
    state = columns.of("row_state") if columns else None
    answer = columns.of("answer") if columns else None
    first = state.position + 1 if state else last + 1
    second = answer.position + 1 if answer else max(last, first) + 1
    lines = {read.number(position): position + 1 for position in range(len(read.rows))}
    return _Place(first, second, (columns.top if columns else 0) + 1, lines)


def _mark(page: Worksheet, intake: Intake, place: _Place) -> None:
    """The state of each row in words, and colour on the cells in question."""
    for target, column, heading in (("row_state", place.state, STATE), ("answer", place.answer, DECISION)):
        _write_text(page, place.heading, column, translate(heading))
        page.cell(place.heading, column).font = Font(bold=True)
        page.column_dimensions[get_column_letter(column)].width = _WIDTHS[target]
    if intake.headings and intake.headings.of("row_state"):
        _uncolour(page, place.lines.values())
    said: dict[int, list[str]] = {row: [] for row in intake.row_numbers}
    positions = _positions(intake)
    for put in intake.questions:
        for row in put.rows:
            said[row].append(put.problem.sentence())
            _colour(page, place.lines[row], positions.get(put.column), _YELLOW)
    for note in intake.notes:
        if note.row in said:
            said[note.row].append(note.problem.sentence())
            _colour(page, place.lines[note.row], positions.get(note.column), _RED if note.refused else _YELLOW)
    for row, sentences in said.items():
        state, colour = (REFUSED, _RED) if row in intake.refused_rows else (TO_REVIEW, _YELLOW) if row in intake.review_rows else (
            ACCEPTED, _GREEN)
        text = ". ".join((translate(state), *dict.fromkeys(sentences)))
        line = place.lines[row]
        _write_text(page, line, place.state, text)
        page.cell(line, place.state).alignment = _PLAIN_TEXT
        page.cell(line, place.answer).alignment = _PLAIN_TEXT
        _colour(page, line, place.state, colour)


def _positions(intake: Intake) -> dict[str, int]:
    columns: Sequence[Column] = intake.headings.columns if intake.headings else ()
    return {column.label: column.position + 1 for column in reversed(columns)}


def _colour(page: Worksheet, line: int, column: int | None, fill: PatternFill) -> None:
    if column:
        page.cell(line, column).fill = fill


def _uncolour(page: Worksheet, lines: Iterable[int]) -> None:
    """Takes the colours of an earlier time off."""
    ours = {fill.fgColor.rgb for fill in (_YELLOW, _RED, _GREEN)}
    for line in lines:
        for cell in page[line]:
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in ours:
                cell.fill = PatternFill()


class _Lists:
    """The hidden sheet with the answers that cells offer, one list a row."""

    def __init__(self, book: Workbook) -> None:
        if CHOICES_SHEET in book.sheetnames:
            book.remove(book[CHOICES_SHEET])
        self.page = book.create_sheet(CHOICES_SHEET)
        self.page.sheet_state = "hidden"
        self.made: dict[tuple[str, ...], DataValidation] = {}

    def validation(self, choices: tuple[str, ...]) -> DataValidation:
        """A drop-down with these texts; another text may be written all the same."""
        if choices not in self.made:
            row = len(self.made) + 1
            for column, text in enumerate(choices, 1):
                _write_text(self.page, row, column, text)
            area = f"'{CHOICES_SHEET}'!$A${row}:${get_column_letter(len(choices))}${row}"
            self.made[choices] = DataValidation(type="list", formula1=area, allow_blank=True, showErrorMessage=False)
        return self.made[choices]


def _offer(page: Worksheet, intake: Intake, place: _Place, lists: _Lists, producers: Iterable[str]) -> None:
    """Drop-downs: the answers of each open row, and for whole columns the words that are understood."""
    there = page.data_validations.dataValidation
    page.data_validations.dataValidation = [one for one in there if CHOICES_SHEET not in str(one.formula1)]
    asked: dict[int, list[Question]] = {}
    for put in intake.questions:
        for row in put.rows:
            asked.setdefault(row, []).append(put)
    for row, questions in asked.items():
        texts = tuple(dict.fromkeys(choice.sentence() for put in questions for choice in put.choices))
        lists.validation(texts).add(f"{get_column_letter(place.answer)}{place.lines[row]}")
    lines = [place.lines[row] for row in intake.row_numbers]
    for target, words in _words(producers).items():
        for column in intake.headings.all_of(target) if intake.headings and lines and words else ():
            letter = get_column_letter(column.position + 1)
            if not any(area.min_col <= column.position + 1 <= area.max_col
                       for one in page.data_validations.dataValidation for area in one.sqref.ranges):
                lists.validation(words).add(f"{letter}{min(lines)}:{letter}{max(lines)}")
    for validation in lists.made.values():
        page.add_data_validation(validation)


def _words(producers: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {
        "group": tuple(group_name(group) for group in Group if group is not Group.UNKNOWN),
        "producer_kind": tuple(translate(name) for name in KIND_NAMES.values()),
        "stars": ("3", "4", "5"),
        "producer": tuple(sorted(set(filter(None, producers))))[:_MOST_PRODUCERS],
    }


def _explain(book: Workbook, intake: Intake) -> None:
    """A short sheet at the end: what the columns mean, the counts, and what is to say of the list as a whole."""
    if EXPLANATION_SHEET in book.sheetnames:
        book.remove(book[EXPLANATION_SHEET])
    page = book.create_sheet(EXPLANATION_SHEET)
    rows = set(intake.row_numbers)
    counted = say(COUNTED, rows=intake.rows, accepted=intake.accepted, review=intake.review, refused=intake.refused)
    whole = (f"{note.column}: {note.problem.sentence()}" for note in intake.notes if note.row not in rows)
    for line, text in enumerate((*map(translate, EXPLAINED), counted, *whole), 1):
        _write_text(page, line, 1, text)
        page.cell(line, 1).alignment = _PLAIN_TEXT
    page.column_dimensions["A"].width = 110.0
