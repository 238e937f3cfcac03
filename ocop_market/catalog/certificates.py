"""Certificates in a row: one set of columns or several (first rating, re-rating), dates, 36 months, potential stars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate
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

PROGRAMME_BEGAN = date(2018, 5, 7)
"""Decision 490/QĐ-TTg; no certificate is older."""
_TARGETS = ("stars", "decision", "issued_on", "expires_on")
_DATED = re.compile(r"^(?P<number>.*?)[\s,;(–-]*\bngày\s+(?P<day>[\d/.\- ]+\d(?:\s*tháng.*\d)?)\)?$", re.IGNORECASE)
_NUMBER_WORDS = re.compile(r"^(?:quyết định|qđ)?\s*(?:số)?\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_HOPE = re.compile(r"tiềm năng|dự kiến|đề nghị|đề xuất|potential", re.IGNORECASE)

Note = tuple[str, Problem]


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
    dated = [c for c in headings.columns if c.target in ("issued_on", "expires_on")]
    orders = {c.position: day_order(cells_of(body, c.position)) for c in dated}
    return CertificateColumns(tuple(sets), orders, tuple(headings.all_of("remark")))


def date_problems(columns: CertificateColumns) -> Iterable[Note]:
    """Date columns that cannot be trusted as a whole."""
    for one in columns.sets:
        for target in ("issued_on", "expires_on"):
            if (column := one.get(target)) and isinstance(problem := columns.orders.get(column.position), Problem):
                yield column.label, Problem(problem.code, problem.message, "certificate", problem.values)


def read_certificates(row: Row, columns: CertificateColumns, *, source: str, today: date,
                      ) -> tuple[tuple[Certificate, ...], list[Note]]:
    """The certificates of one row, none where the row says nothing; and what was doubtful."""
    notes: list[Note] = []
    hoped = any(_HOPE.search(text_of(row.at(column.position))) for column in columns.remarks)
    found: list[Certificate] = []
    for one in columns.sets:
        certificate = _certificate(row, one, columns, notes, source, today, hoped=hoped)
        if certificate.stars or certificate.decision or certificate.issued_on:
            found.append(certificate)
    return tuple(_with_summary(found)), notes


def _certificate(row: Row, one: Mapping[str, Column], columns: CertificateColumns, notes: list[Note], source: str, today: date,
                 *, hoped: bool) -> Certificate:
    stars = _stars(row, one.get("stars"), notes, hoped=hoped)
    decision, dated = _decision(row, one.get("decision"))
    issued = _day(row, one.get("issued_on"), columns, notes)
    if issued is None and dated and (column := one.get("decision")):
        issued = dated
        notes.append((column.label, Problem("date-from-decision", DATE_FROM_DECISION, "certificate",
                                              {"text": shown(row.at(column.position))})))
    if issued and issued < PROGRAMME_BEGAN:
        notes.append(_dated_note("date-before-programme", BEFORE_PROGRAMME, one, issued))
        issued = None
    if issued and issued > today:
        notes.append(_dated_note("date-in-future", IN_FUTURE, one, issued))
    expires = _day(row, one.get("expires_on"), columns, notes)
    if expires and issued and expires <= issued:
        notes.append(_dated_note("expires-before-issue", EXPIRES_BEFORE_ISSUE, one, expires))
        expires = None
    return Certificate(stars, decision, issued, expires or (thirty_six_months_after(issued) if issued else None), source)


def _dated_note(code: str, message: str, one: Mapping[str, Column], day: date) -> Note:
    column = one.get("issued_on") or one.get("expires_on") or one.get("decision")
    return (column.label if column else "", Problem(code, message, "certificate", {"day": f"{day:%d/%m/%Y}"}))


def _stars(row: Row, column: Column | None, notes: list[Note], *, hoped: bool) -> int | None:
    if column is None:
        return None
    cell = row.at(column.position)
    stars = None if is_damaged(cell) else read_stars(cell)
    if isinstance(stars, Problem):
        notes.append((column.label, Problem(stars.code, stars.message, "certificate", stars.values)))
        return None
    if stars is None:
        return None
    # a heading or a remark may say what the cell does not: that five stars are hoped for
    if stars.granted and (_HOPE.search(column.heading) or (hoped and stars.granted == 5)):
        stars = Stars(None, potential=True)
    if stars.granted is None:
        notes.append((column.label, Problem("stars-potential", POTENTIAL, "certificate", {"text": shown(cell)})))
    return stars.granted


def _decision(row: Row, column: Column | None) -> tuple[str, date | None]:
    """`Quyết định số 2942/QĐ-UBND ngày 5/8/2021` → its number and its date."""
    text = text_of(row.at(column.position)) if column else ""
    found = _DATED.match(text)
    day = read_day(found.group("day")) if found else None
    number = found.group("number") if found and isinstance(day, date) else text
    return _NUMBER_WORDS.sub("", number.strip()), day if isinstance(day, date) else None


def _day(row: Row, column: Column | None, columns: CertificateColumns, notes: list[Note]) -> date | None:
    if column is None:
        return None
    order = columns.orders.get(column.position, DayOrder.DAY_FIRST)
    cell: Cell = row.at(column.position)
    if isinstance(order, Problem) or is_damaged(cell):
        return None
    day = read_day(cell, order)
    if isinstance(day, Problem):
        notes.append((column.label, Problem(day.code, day.message, "certificate", day.values)))
        return None
    return day


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


def thirty_six_months_after(issued: date) -> date:
    """The first day on which a certificate issued on that day no longer holds (29 February: 1 March)."""
    try:
        return issued.replace(year=issued.year + 3)
    except ValueError:
        return issued.replace(year=issued.year + 3, day=28) + timedelta(days=1)
