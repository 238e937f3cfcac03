"""The figures as a workbook: a sheet a table, native charts, the same bytes for the same figures."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from ocop_market.growth.compare import By, Comparison, Row
from ocop_market.language import N_, say, translate
from ocop_market.model.clock import VIETNAM
from ocop_market.reports.figures import Figures, doubts, label, table_title
from ocop_market.reports.html import BASIS, COMPLETE, MADE, PERIOD, PRACTICE
from ocop_market.reports.numbers import day
from ocop_market.reports.steps import LEFT, SCOPE, TITLE, step_label

SHEETS = {By.CHANNEL: N_("By channel"), By.STAR: N_("By star"), By.PROVINCE: N_("By province")}
HEADINGS = (N_("Revenue"), N_("A year before"), N_("Change"), N_("Growth"))


def to_xlsx(figures: Figures) -> bytes:
    """The whole workbook. Text never becomes a formula or a link, whatever it begins with."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": say(N_("OCOP revenue: {name}"), name=figures.name),
                             "created": datetime(2026, 1, 1, tzinfo=UTC)})
        looks = {"head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
                 "dong": book.add_format({"num_format": "#,##0"}), "rate": book.add_format({"num_format": "0.0%"}),
                 "bold": book.add_format({"bold": True}),
                 "wrap": book.add_format({"text_wrap": True}),
                 "sum": book.add_format({"bold": True, "top": 1, "num_format": "#,##0"}),
                 "sum_rate": book.add_format({"bold": True, "top": 1, "num_format": "0.0%"})}
        _about(book, looks, figures)
        for comparison in figures.comparisons.values():
            _comparison(book, looks, comparison, figures.basis_text)
        _months(book, looks, figures)
        _steps(book, looks, figures)
    return buffer.getvalue()


def _about(book: Any, looks: dict[str, Any], figures: Figures) -> None:
    sheet = book.add_worksheet(translate(N_("About")))
    sheet.set_column(0, 0, 100, looks["wrap"])
    reached = ", ".join(f"{account} {at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" for account, at in figures.complete_to.items())
    lines = [say(N_("OCOP revenue: {name}"), name=figures.name),
             say(PERIOD, start=day(figures.period.start), end=day(figures.period.end), before_start=day(figures.before.start),
                 before_end=day(figures.before.end)),
             say(BASIS, basis=figures.basis_text), say(COMPLETE, list=reached or "–"),
             say(MADE, moment=f"{figures.made_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}")]
    if figures.practice:
        lines.insert(1, translate(PRACTICE))
    lines += doubts(figures.coverage, figures.comparisons[By.CHANNEL].unknown)
    for i, line in enumerate(lines):
        sheet.write_string(i, 0, line, looks["bold"] if i == 0 else looks["wrap"])


def _comparison(book: Any, looks: dict[str, Any], comparison: Comparison, basis: str) -> None:
    name = translate(SHEETS[comparison.by])
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 18)
    for i, heading in enumerate((table_title(comparison), *map(translate, HEADINGS))):
        sheet.write_string(0, i, heading, looks["head"])
    rows = comparison.rows
    for i, row in enumerate(rows, start=1):
        _line(sheet, i, label(comparison.by, row.key), row, None, looks["dong"], looks["rate"])
    _line(sheet, len(rows) + 1, translate(N_("Total")), comparison.total, looks["sum"], looks["sum"], looks["sum_rate"])
    sheet.write_string(len(rows) + 3, 0, say(BASIS, basis=basis), looks["wrap"])
    sheet.freeze_panes(1, 1)
    if rows:
        last = min(len(rows), 15)
        _chart(book, sheet, name, "bar", last, (1, 2), (translate(HEADINGS[0]), translate(HEADINGS[1])))


def _line(sheet: Any, i: int, name: str, row: Row, text: Any, dong: Any, rate: Any) -> None:
    sheet.write_string(i, 0, name, text)
    for column, amount in enumerate((row.now, row.before, row.change), start=1):
        sheet.write_number(i, column, amount, dong)
    if row.growth is None:
        sheet.write_string(i, 4, "–", text)
    else:
        sheet.write_number(i, 4, row.growth / 100, rate)


def _months(book: Any, looks: dict[str, Any], figures: Figures) -> None:
    name = translate(N_("Month by month"))
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 2, 18)
    for i, heading in enumerate((N_("Month"), *HEADINGS[:2])):
        sheet.write_string(0, i, translate(heading), looks["head"])
    for i, (month, now, before) in enumerate(figures.months, start=1):
        sheet.write_string(i, 0, f"{month[5:]}/{month[:4]}")
        sheet.write_number(i, 1, now, looks["dong"])
        sheet.write_number(i, 2, before, looks["dong"])
    sheet.write_string(len(figures.months) + 2, 0, say(BASIS, basis=figures.basis_text))
    if figures.months:
        _chart(book, sheet, name, "column", len(figures.months), (1, 2), (translate(HEADINGS[0]), translate(HEADINGS[1])))


def _steps(book: Any, looks: dict[str, Any], figures: Figures) -> None:
    """From list price to what the seller receives, line by line."""
    if not figures.breakdown.steps:
        return
    sheet = book.add_worksheet(translate(N_("To the seller's hand")))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 2, 18)
    for i, heading in enumerate((TITLE, N_("Now"), HEADINGS[1])):
        sheet.write_string(0, i, translate(heading), looks["head"])
    rows = [*((step_label(step), step) for step in figures.breakdown.steps), (translate(LEFT), figures.breakdown.in_hand)]
    for i, (name, step) in enumerate(rows, start=1):
        look = looks["sum"] if i == len(rows) else looks["dong"]
        sheet.write_string(i, 0, name, looks["sum"] if i == len(rows) else None)
        sheet.write_number(i, 1, step.now, look)
        sheet.write_number(i, 2, step.before, look)
    sheet.write_string(len(rows) + 2, 0, translate(SCOPE), looks["wrap"])


def _chart(book: Any, sheet: Any, name: str, kind: str, last: int, series: tuple[int, int], titles: tuple[str, str]) -> None:
    chart = book.add_chart({"type": kind})
    for column, title, colour in zip(series, titles, ("#0072B2", "#E69F00"), strict=True):
        chart.add_series({"name": title, "categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column],
                          "fill": {"color": colour}})
    chart.set_legend({"position": "bottom"})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 760, "height": 380})
    sheet.insert_chart(1, 6, chart)
