"""What is due as a workbook and as a calendar. Names of households stay out of both: such files are passed on."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import xlsxwriter
from icalendar import Alarm, Calendar, Event

from ocop_market.catalog.due import Due, DueKind
from ocop_market.language import N_, say, translate
from ocop_market.model.product import ProducerKind, Product
from ocop_market.sheets.writing import safe_text

KINDS = {
    DueKind.UNTRUE_STARS: N_("Stars shown without a certificate"), DueKind.EXTENSION_ENDS: N_("Extension ends"),
    DueKind.LATE: N_("Certificate ends, no re-rating applied for"), DueKind.CERTIFICATE_ENDS: N_("Certificate ends"),
    DueKind.WINDOW_CLOSES: N_("Last day to apply for the re-rating"), DueKind.WINDOW_OPENS: N_("Re-rating can be applied for"),
    DueKind.PAPER_ENDS: N_("Paper ends"), DueKind.PAPER_ENDED: N_("Paper ended"), DueKind.LAPSED: N_("Certificate ended"),
}
"""What an entry is called, the most urgent first."""
HEADINGS = (N_("Day"), N_("Days left"), N_("What"), N_("Product"), "SKU", N_("Producer"), N_("Owner"), N_("Decision or paper"),
            N_("What to do"))
WIDTHS = (12, 9, 30, 34, 18, 30, 18, 24, 90)
SUMMARY = N_("{what!t}: {name}")
_NAMED = frozenset({ProducerKind.COOPERATIVE, ProducerKind.COOPERATIVE_GROUP, ProducerKind.COMPANY})
_REMINDERS = (timedelta(days=-7, hours=9), timedelta(hours=9))
"""A week before and on the day, at nine in the morning."""


def to_xlsx(entries: Sequence[Due], today: date) -> bytes:
    """A table to filter; no text becomes a formula or a link, whatever it begins with."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": translate(N_("What is due")), "created": datetime(2026, 1, 1, tzinfo=UTC)})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        day, wrap = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"text_wrap": True, "valign": "top"})
        past = book.add_format({"font_color": "#B00020"})
        sheet = book.add_worksheet(translate(N_("What is due")))
        for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, translate(heading), head)
        for row, entry in enumerate(entries, start=1):
            sheet.write(row, 0, entry.day, day)
            sheet.write_number(row, 1, (entry.day - today).days)
            product = entry.product
            for column, text in enumerate((translate(KINDS[entry.kind]), product.name, product.sku, _producer(product), product.owner,
                                           entry.subject, entry.told.sentence()), start=2):
                sheet.write_string(row, column, safe_text(text), wrap)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(entries), len(HEADINGS) - 1)
        sheet.conditional_format(1, 0, max(len(entries), 1), 1, {"type": "formula", "criteria": "=$B2<=0", "format": past})
    return buffer.getvalue()


def to_ics(entries: Sequence[Due], made_at: datetime) -> bytes:
    """A calendar of whole days with reminders; the same thing keeps its identity, so that a newer file replaces the older entries."""
    calendar = Calendar()
    calendar.add("prodid", "-//ocop-market//due//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", translate(N_("OCOP: what is due")))
    for entry in entries:
        calendar.add_component(_event(entry, made_at))
    return bytes(calendar.to_ical())


def _event(entry: Due, made_at: datetime) -> Event:
    event = Event()
    summary = say(SUMMARY, what=KINDS[entry.kind], name=entry.product.name)
    event.add("uid", f"{_identity(entry)}@ocop-market")
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", f"{entry.told.sentence()}\n{entry.product.sku}")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.kind.value])
    for before in _REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event


def _identity(entry: Due) -> str:
    """Of the product, the certificate or paper and the kind of entry, not of the day or the language."""
    return hashlib.sha256("\x1f".join((entry.kind, entry.product.sku, entry.subject)).encode()).hexdigest()[:32]


def _producer(product: Product) -> str:
    return product.producer if product.producer_kind in _NAMED else ""
