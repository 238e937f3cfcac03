"""Readiness as a workbook: what to do, products by outlets, every finding; text never becomes a formula."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from ocop_market.catalog.findings import Severity
from ocop_market.catalog.readiness import SEVERITY_NAMES, STATE_NAMES, Matrix, State
from ocop_market.language import N_, say, translate
from ocop_market.reports.numbers import day
from ocop_market.sheets.writing import safe_text

COLOURS = {State.READY: "#C6EFCE", State.REMARKS: "#FFEB9C", State.MISSING: "#F8CBAD", State.FORBIDDEN: "#FF9999",
           State.ELSEWHERE: "#EEEEEE"}


def to_xlsx(whole: Matrix) -> bytes:
    """The whole workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": translate(N_("Readiness of the products")), "created": datetime(2026, 1, 1, tzinfo=UTC)})
        looks = {"head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), "wrap": book.add_format({
            "text_wrap": True, "valign": "top"}), **{state.value: book.add_format({"bg_color": colour, "valign": "top"})
                                                     for state, colour in COLOURS.items()}}
        _tasks(book, looks, whole)
        _products(book, looks, whole)
        _findings(book, looks, whole)
    return buffer.getvalue()


def _tasks(book: Any, looks: dict[str, Any], whole: Matrix) -> None:
    sheet = book.add_worksheet(translate(N_("What to do")))
    sheet.write_string(0, 0, say(N_("{count} products on {day}"), count=len(whole.rows), day=day(whole.day)), looks["head"])
    _headings(sheet, looks, 2, (N_("Kind"), N_("What"), N_("Products"), N_("Where"), N_("Next step")), (14, 46, 10, 30, 80))
    for i, task in enumerate(whole.tasks(), start=3):
        sheet.write_string(i, 0, translate(SEVERITY_NAMES[task.severity]), looks["wrap"])
        sheet.write_string(i, 1, task.instruction.title(), looks["wrap"])
        sheet.write_number(i, 2, len(task.skus), looks["wrap"])
        sheet.write_string(i, 3, ", ".join(task.outlets), looks["wrap"])
        sheet.write_string(i, 4, task.instruction.step(), looks["wrap"])


def _products(book: Any, looks: dict[str, Any], whole: Matrix) -> None:
    sheet = book.add_worksheet(translate(N_("Products")))
    names = [outlet.name for outlet in whole.outlets]
    _headings(sheet, looks, 0, ("SKU", N_("Product")), (16, 44))
    for column, name in enumerate(names, start=2):
        sheet.write_string(0, column, name, looks["head"])
        sheet.set_column(column, column, 20)
    for i, row in enumerate(whole.rows, start=1):
        for column, text in enumerate((row[0].sku, row[0].name)):
            sheet.write_string(i, column, safe_text(text))
        for column, cell in enumerate(row, start=2):
            sheet.write_string(i, column, translate(STATE_NAMES[cell.state]), looks[cell.state.value])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(whole.rows)), 1 + len(names))


def _findings(book: Any, looks: dict[str, Any], whole: Matrix) -> None:
    sheet = book.add_worksheet(translate(N_("Reasons")))
    _headings(sheet, looks, 0, ("SKU", N_("Product"), N_("Kind"), N_("Where"), N_("Reason")), (16, 40, 14, 24, 110))
    i = 0
    for row in whole.rows:
        told: dict[tuple[Severity, str], list[str]] = {}
        for cell in row:
            for finding in cell.findings:
                told.setdefault((finding.severity, finding.problem.sentence()), []).append(cell.outlet)
        for (severity, sentence), outlets in told.items():
            i += 1
            values = (row[0].sku, row[0].name, translate(SEVERITY_NAMES[severity]), ", ".join(outlets), sentence)
            for column, text in enumerate(values):
                sheet.write_string(i, column, safe_text(text), looks["wrap"])
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, i), 4)


def _headings(sheet: Any, looks: dict[str, Any], row: int, names: tuple[str, ...], widths: tuple[int, ...]) -> None:
    for column, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.write_string(row, column, translate(name), looks["head"])
        sheet.set_column(column, column, width)
