"""From a file to sales: which form it is in, and the reader for that form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.spreadsheet.columns import (
    KIOTVIET_INVOICES,
    KIOTVIET_PROFIT,
    KIOTVIET_RETURNS,
    LOYVERSE_ITEMS,
    NO_GOODS,
    PLAIN_SALES,
    PURCHASES,
    SAPO_ORDERS,
)
from connectors.spreadsheet.documents import Reading
from connectors.spreadsheet.kiotviet_files import read_invoices, read_profit, read_returns
from connectors.spreadsheet.other_files import read_loyverse, read_plain, read_sapo
from connectors.spreadsheet.sales_table import SalesTable, decide
from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.model.text import fold
from ocop_market.sheets.container import Sheet, read_sheets
from ocop_market.sheets.headings import Headings, Vocabulary, find_headings, refuse_doubles
from ocop_market.sheets.numbers import NumberStyle

NOT_SALES = N_("The file {name} holds purchases, transfers or open orders, not sales. Export the invoices with their lines.")
WITHOUT_GOODS = N_("The file {name} tells sums without goods, so they cannot be put to products. Export the invoices with their "
                   "lines (KiotViet: Danh sách chi tiết hóa đơn; Loyverse: Receipts by item).")
NO_FORM = N_("In {name} no sales table was found. Needed are headings for the date, the goods (code or name), the quantity "
             "and the price or the amount, for example: Ngày bán, Mã hàng, Tên hàng, Số lượng, Đơn giá, Thành tiền.")

Reader = Callable[[str, SalesTable, Reading, str, datetime], None]
_HEADING_ROWS = 30


@dataclass(frozen=True)
class Form:
    """One kind of sales file: its headings, its reader, and what tells it from others beyond the headings required.

    A file must have one column of each set in `one_of`. `quantities` is the number style that the maker always writes.
    """

    name: str
    headings: Vocabulary
    read: Reader
    one_of: tuple[frozenset[str], ...] = ()
    quantities: NumberStyle = NumberStyle.UNKNOWN

    def find(self, sheet: Sheet) -> Headings | None:
        """The headings of this form in a sheet, if it is in this form."""
        found = find_headings(sheet, self.headings)
        targets = {column.target for column in found.columns} if found else set()
        return found if all(targets & choice for choice in self.one_of) else None


MAKERS = (
    Form("kiotviet-returns", KIOTVIET_RETURNS, read_returns),
    Form("kiotviet-invoices", KIOTVIET_INVOICES, read_invoices),
    Form("kiotviet-profit", KIOTVIET_PROFIT, read_profit),
    Form("loyverse", LOYVERSE_ITEMS, read_loyverse, quantities=NumberStyle.ENGLISH),
    Form("sapo", SAPO_ORDERS, read_sapo, one_of=(frozenset({"channel", "due", "order_discount", "delivery"}),)),
)
PLAIN = Form("plain", PLAIN_SALES, read_plain, one_of=(frozenset({"sku", "name"}), frozenset({"unit_price", "amount"})))


def read_sales(name: str, content: bytes, *, default_place: str, now: datetime) -> Reading:
    """All sales of one file. Raises SettingsError when it is no sales file: `not-sales`, `no-goods`, `headings-missing`, …"""
    found = read_sheets(name, content)
    form, sheet, headings = _form_of(name, [sheet for sheet in found if not sheet.hidden] or found)
    refuse_doubles(name, headings)
    table = decide(name, sheet, headings, form.quantities)
    reading = Reading(form.name, rows=len(table.body.rows), decisions=table.decisions)
    form.read(name, table, reading, default_place, now)
    return reading


def _form_of(name: str, sheets: Sequence[Sheet]) -> tuple[Form, Sheet, Headings]:
    for form in (*MAKERS, PLAIN):
        if form is PLAIN and any(_words(sheet) & PURCHASES for sheet in sheets):
            raise SettingsError(NOT_SALES, code="not-sales", name=name)
        fitting = [(sheet, headings) for sheet in sheets if (headings := form.find(sheet))]
        if fitting:
            return (form, *max(fitting, key=lambda pair: pair[1].score))
    if any(len(_words(sheet) & NO_GOODS) >= 2 for sheet in sheets):
        raise SettingsError(WITHOUT_GOODS, code="no-goods", name=name)
    raise SettingsError(NO_FORM, code="headings-missing", name=name)


def _words(sheet: Sheet) -> set[str]:
    return {fold(cell) for row in sheet.rows[:_HEADING_ROWS] for cell in row if isinstance(cell, str)}
