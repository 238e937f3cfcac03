"""Certificates in a row: one set of columns or several (first rating, re-rating), dates, 36 months, potential stars, withdrawal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ocop_market.catalog.questions import Choice, Doubt, day_is, meant_value
from ocop_market.catalog.vocabulary import body_proved_by, cause_of, rating_of
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, CertificateKind, WithdrawalCause
from ocop_market.model.text import fold, tidy
from ocop_market.rules.certificates import expiry_of
from ocop_market.sheets.dates import DayOrder, day_order, read_day
from ocop_market.sheets.headings import Column, Headings
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Body, Row, cells_of
from ocop_market.sheets.values import Stars, is_damaged, read_stars, shown, text_of

POTENTIAL = N_("“{text}” is a hope, not a grant, so no star was taken from it. Enter the stars of the decision.")
BEFORE_PROGRAMME = N_("The date {day} lies before the programme began (7/5/2018), so it was left out. Check day and year.")
IN_FUTURE = N_("The date {day} lies in the future. Check day and year.")
EXPIRES_BEFORE_ISSUE = N_("The certificate would end ({day}) before it was issued; 36 months from the issue were taken instead.")
DATE_FROM_DECISION = N_("The date of the decision was taken from the text “{text}”.")
DATE_DIFFERS = N_("The date beside the decision's number ({other}) is not that of the date column ({day}), which was taken. Check both.")
DATE_EITHER = N_("“{text}” can be {day} or {other}: day and month may be swapped. Choose one, or write it day/month/year.")
RATING_UNKNOWN = N_("“{text}” is no known kind of rating. Write Lần đầu, Nâng hạng or Đánh giá lại.")
WITHDRAWN_WITHOUT_DAY = N_("The row says “{text}” without the day of the withdrawal, so the certificate was not taken. Write the day.")

PROGRAMME_BEGAN = date(2018, 5, 7)
"""Decision 490/QĐ-TTg; no certificate is older."""
_TARGETS = ("stars", "decision", "issued_on", "expires_on", "body", "rating_kind", "reapplied_on", "withdrawn_on", "withdrawn_why")
_DATES = ("issued_on", "expires_on", "reapplied_on", "withdrawn_on")
_DATED = re.compile(r"^(?P<number>.*?)[\s,;(–-]*\bngày\s+(?P<day>[\d/.\- ]+\d(?:\s*tháng.*\d)?)\)?$", re.IGNORECASE)
_NUMBER_WORDS = re.compile(r"^(?:quyết định|qđ)?\s*(?:số)?\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_DENIAL = re.compile(r"khong|chua|chua thu hoi|khong thu hoi|khong bi thu hoi|no|0|con hieu luc")
_HOPE = re.compile(r"tiềm năng|dự kiến|đề nghị|đề xuất|potential", re.IGNORECASE)

Note = tuple[str, Problem]
Ask = Callable[[Doubt, tuple[str, ...], str, Problem, tuple[Choice, ...]], str]
"""Asks about a doubt (what makes it the same one again, column, problem, answers) and gives the answer's code, empty when open."""


@dataclass(frozen=True)
class CertificateColumns:
    """Sets of columns, each one certificate, and what was decided for the date columns by position."""

    sets: tuple[Mapping[str, Column], ...]
    orders: Mapping[int, DayOrder | Problem] = field(default_factory=dict)
    remarks: tuple[Column, ...] = ()


def certificate_columns(headings: Headings, body: Body) -> CertificateColumns:
    """Splits the columns left to right: a target seen again begins the next certificate."""
    sets: list[dict[str, Column]] = []
    for column in headings.columns:
        if column.target not in _TARGETS:
            continue
        if not sets or column.target in sets[-1]:
            sets.append({})
        sets[-1][column.target] = column
    dated = [c for c in headings.columns if c.target in _DATES]
    orders = {c.position: day_order(cells_of(body, c.position)) for c in dated}
    return CertificateColumns(tuple(sets), orders, tuple(headings.all_of("remark")))


def date_problems(columns: CertificateColumns) -> Iterable[Note]:
    """Date columns that cannot be trusted as a whole."""
    for one in columns.sets:
        for target in _DATES:
            if (column := one.get(target)) and isinstance(problem := columns.orders.get(column.position), Problem):
                yield column.label, Problem(problem.code, problem.message, "certificate", problem.values)


def read_certificates(row: Row, columns: CertificateColumns, *, source: str, today: date, ask: Ask,
                      ) -> tuple[tuple[Certificate, ...], list[Note]]:
    """The certificates of one row, none where the row says nothing; and what was doubtful."""
    reader = _Reader(row, columns, source, today, ask)
    found = [certificate for one in columns.sets if (certificate := reader.certificate(one))]
    return tuple(_with_summary(found)), reader.notes


class _Reader:
    """The sets of columns of one row."""

    def __init__(self, row: Row, columns: CertificateColumns, source: str, today: date, ask: Ask) -> None:
        self.row, self.columns, self.source, self.today, self.ask = row, columns, source, today, ask
        self.notes: list[Note] = []
        self.hoped = any(_HOPE.search(text_of(row.at(column.position))) for column in columns.remarks)

    def certificate(self, one: Mapping[str, Column]) -> Certificate | None:
        """The certificate of a set; None where it says nothing, or tells of a withdrawal without its day."""
        stars = _stars(self.row, one.get("stars"), self.notes, hoped=self.hoped)
        decision, dated = _decision(self.row, one.get("decision"))
        issued, expires = self._dates(one, dated)
        if not (stars.granted or decision or issued):
            return None
        withdrawn, because = self.day(one.get("withdrawn_on")), cause_of(self.text(one, "withdrawn_why"))
        said = self.text(one, "withdrawn_on") or self.text(one, "withdrawn_why")
        if said and not withdrawn and not _DENIAL.fullmatch(fold(said)):
            self._note(one, "withdrawn_on", Problem("withdrawn-without-day", WITHDRAWN_WITHOUT_DAY, "certificate", {"text": shown(said)}))
            return None
        return Certificate(
            stars.granted, decision, issued, expires or (expiry_of(issued) if issued else None), self.source,
            body=self.text(one, "body") or body_proved_by(decision), kind=self._kind(one),
            potential=stars.potential, reapplied_on=self.day(one.get("reapplied_on")), withdrawn_on=withdrawn,
            withdrawn_because=(because or WithdrawalCause.OTHER_FINDING) if withdrawn else None)

    def _dates(self, one: Mapping[str, Column], dated: date | None) -> tuple[date | None, date | None]:
        issued = self.day(one.get("issued_on"))
        if issued is None and dated and (column := one.get("decision")):
            issued = dated
            text = shown(self.row.at(column.position))
            self.notes.append((column.label, Problem("date-from-decision", DATE_FROM_DECISION, "certificate", {"text": text})))
        elif issued and dated and issued != dated:
            values = {"day": f"{issued:%d/%m/%Y}", "other": f"{dated:%d/%m/%Y}"}
            self._note(one, "issued_on", Problem("date-differs", DATE_DIFFERS, "certificate", values))
        if issued and issued < PROGRAMME_BEGAN:
            self.notes.append(_dated_note("date-before-programme", BEFORE_PROGRAMME, one, issued))
            issued = None
        if issued and issued > self.today:
            self.notes.append(_dated_note("date-in-future", IN_FUTURE, one, issued))
        expires = self.day(one.get("expires_on"))
        if expires and issued and expires <= issued:
            self.notes.append(_dated_note("expires-before-issue", EXPIRES_BEFORE_ISSUE, one, expires))
            expires = None
        return issued, expires

    def _kind(self, one: Mapping[str, Column]) -> CertificateKind:
        """What the column says, else the heading above the set (`Lần đầu`, `Đánh giá lại`)."""
        told = self.text(one, "rating_kind")
        kind = rating_of(told)
        if told and kind is None:
            self._note(one, "rating_kind", Problem("rating-unknown", RATING_UNKNOWN, "certificate", {"text": shown(told)}))
        above = (rating_of(column.group) for column in one.values())
        return kind or next((found for found in above if found), CertificateKind.UNKNOWN)

    def text(self, one: Mapping[str, Column], target: str) -> str:
        column = one.get(target)
        return text_of(self.row.at(column.position)) if column else ""

    def day(self, column: Column | None) -> date | None:
        """The day in a cell; where day and month may be swapped, the one that was chosen."""
        cell: Cell = self.row.at(column.position) if column else None
        if column is None or is_damaged(cell):
            return None
        if isinstance(cell, str) and column.target == "withdrawn_on":
            if not any(letter.isdigit() for letter in cell):
                return None
            found = _DATED.match(tidy(cell))
            cell = found.group("day") if found else cell
        order = self.columns.orders.get(column.position, DayOrder.DAY_FIRST)
        if isinstance(order, Problem):
            return self._one_of(column, cell)
        day = read_day(cell, order)
        if isinstance(day, Problem):
            self.notes.append((column.label, Problem(day.code, day.message, "certificate", day.values)))
            return None
        return day

    def _one_of(self, column: Column, cell: Cell) -> date | None:
        """A date of a column in which day and month stand in no certain order."""
        readings = {day for order in DayOrder if isinstance(day := read_day(cell, order), date)}
        readings |= {swapped(day) for day in readings if isinstance(cell, date)}
        days = sorted(readings)
        if len(days) < 2:
            return days[0] if days else None
        values = {"text": text_of(cell), "day": f"{days[0]:%d/%m/%Y}", "other": f"{days[1]:%d/%m/%Y}"}
        answer = self.ask(Doubt.DATE, (column.target, *(day.isoformat() for day in days)), column.label,
                          Problem("date-either", DATE_EITHER, "certificate", values), tuple(map(day_is, days)))
        return date.fromisoformat(meant_value(answer)) if meant_value(answer) else None

    def _note(self, one: Mapping[str, Column], target: str, problem: Problem) -> None:
        column = one.get(target)
        self.notes.append((column.label if column else "", problem))


def swapped(day: date) -> date:
    """The day with day and month changed round; the same day where that is none."""
    try:
        return day.replace(day=day.month, month=day.day)
    except ValueError:
        return day


def _dated_note(code: str, message: str, one: Mapping[str, Column], day: date) -> Note:
    column = one.get("issued_on") or one.get("expires_on") or one.get("decision")
    return (column.label if column else "", Problem(code, message, "certificate", {"day": f"{day:%d/%m/%Y}"}))


def _stars(row: Row, column: Column | None, notes: list[Note], *, hoped: bool) -> Stars:
    cell = row.at(column.position) if column else None
    stars = None if column is None or is_damaged(cell) else read_stars(cell)
    if column is None or stars is None:
        return Stars(None)
    if isinstance(stars, Problem):
        notes.append((column.label, Problem(stars.code, stars.message, "certificate", stars.values)))
        return Stars(None)
    # a heading or a remark may say what the cell does not: that five stars are hoped for
    if stars.granted and (_HOPE.search(column.heading) or (hoped and stars.granted == 5)):
        stars = Stars(None, potential=True)
    if stars.granted is None:
        notes.append((column.label, Problem("stars-potential", POTENTIAL, "certificate", {"text": shown(cell)})))
    return stars


def _decision(row: Row, column: Column | None) -> tuple[str, date | None]:
    """`Quyết định số 2942/QĐ-UBND ngày 5/8/2021` → its number and its date."""
    text = text_of(row.at(column.position)) if column else ""
    found = _DATED.match(text)
    day = read_day(found.group("day")) if found else None
    number = found.group("number") if found and isinstance(day, date) else text
    return _NUMBER_WORDS.sub("", number.strip()), day if isinstance(day, date) else None


def _with_summary(found: list[Certificate]) -> list[Certificate]:
    """Columns that sum up (`Hạng sao`, `Ngày hết hạn` before the ratings) join the latest certificate of the same stars."""
    dated = [c for c in found if c.decision or c.issued_on]
    for summary in (c for c in found if not c.decision and not c.issued_on):
        same = [i for i, c in enumerate(dated) if c.stars == summary.stars]
        if not same:
            dated.append(summary)
        elif summary.expires_on:
            latest = max(same, key=lambda i: dated[i].issued_on or date.min)
            dated[latest] = replace(dated[latest], expires_on=summary.expires_on)
    return dated
