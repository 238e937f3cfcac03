"""A sales sheet with its columns decided, and cells that remember which of them could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from connectors.spreadsheet.facts import FITTING_SHARE, LINE_ROUNDING
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.model.sales import OrderState
from ocop_market.sheets.dates import DayOrder, day_order, order_is_proved, read_moment
from ocop_market.sheets.headings import Headings
from ocop_market.sheets.numbers import NumberStyle, money_scale, number_style, read_amount, read_quantity
from ocop_market.sheets.sheet import Cell, Sheet
from ocop_market.sheets.tables import Body, Row, cells_of, read_body
from ocop_market.sheets.values import is_blank, read_code, read_sale_state, text_of

DATES_UNSURE = N_("In {name} the dates of the column “{column}” can be read in two ways. Export the file again with dates "
                  "written day/month/year, and do not open it in Excel before it is read here.")
DAY_FIRST_TAKEN = N_("All dates were read day first; nothing in the file proves it.")
IN_THOUSANDS = N_("Amounts were read as thousands of đồng, as the table says.")

MONEY = frozenset({
    "goods_total", "invoice_discount", "vat", "other", "due", "paid", "cash", "card", "wallet", "transfer", "unit_price",
    "unit_discount", "price", "amount", "discount", "fee", "gross", "net", "order_discount", "delivery"})
TIMES = frozenset({"time", "updated"})
SHARED_WHEN_MERGED = frozenset({"document", "time", "place", "status"})

T = TypeVar("T")


@dataclass(frozen=True)
class SalesTable:
    """One sheet in one form, number styles and date orders decided per column."""

    headings: Headings
    body: Body
    numbers: Mapping[str, NumberStyle]
    orders: Mapping[str, DayOrder]
    scale: int
    decisions: tuple[Problem, ...] = ()

    def has(self, *targets: str) -> bool:
        """Whether the file has all these columns."""
        return all(self.headings.of(target) for target in targets)

    def label(self, target: str) -> str:
        """The heading of a column as the file has it."""
        column = self.headings.of(target)
        return column.label if column else target

    def rows(self) -> list[SalesRow]:
        """All rows of data."""
        return [SalesRow(row, self) for row in self.body.rows]


class SalesRow:
    """One row. Cells that cannot be read give None and are remembered in `bad` by their headings."""

    def __init__(self, row: Row, table: SalesTable) -> None:
        self._row, self._table = row, table
        self.number = row.number
        self.trouble = row.trouble
        self.bad: list[str] = []

    def text(self, target: str) -> str:
        """Tidy text, `""` when blank or without such a column."""
        return text_of(self._cell(target))

    def code(self, target: str) -> str:
        """A code as text."""
        return self._good(target, read_code(self._cell(target))) or ""

    def amount(self, target: str) -> Decimal | None:
        """Đồng, with decimals where the till writes them."""
        style = self._table.numbers.get(target, NumberStyle.UNKNOWN)
        return self._good(target, read_amount(self._cell(target), style, scale=self._table.scale))

    def money(self, target: str) -> Decimal:
        """Đồng, nothing when the cell is blank."""
        return self.amount(target) or Decimal(0)

    def quantity(self) -> Decimal:
        """The quantity; a blank one counts as unreadable, for a line without it is no line."""
        found = read_quantity(self._cell("quantity"), self._table.numbers["quantity"])
        if not isinstance(found, Decimal):
            self._remember("quantity")
            return Decimal(0)
        return found

    def moment(self, target: str) -> datetime | None:
        """A time as the file gives it, in Viet Nam."""
        found = self._good(target, read_moment(self._cell(target), self._table.orders.get(target, DayOrder.DAY_FIRST)))
        return found.replace(tzinfo=VIETNAM) if found else None

    def state(self) -> OrderState:
        """Our word for the status; a file without such a column holds what was sold."""
        return read_sale_state(self._cell("status")) if self._table.has("status") else OrderState.DELIVERED

    def is_blank(self, target: str) -> bool:
        """Whether the cell says nothing."""
        return is_blank(self._cell(target))

    def _cell(self, target: str) -> Cell:
        column = self._table.headings.of(target)
        return self._row.at(column.position) if column else None

    def _good(self, target: str, found: T | Problem) -> T | None:
        if isinstance(found, Problem):
            self._remember(target)
            return None
        return found

    def _remember(self, target: str) -> None:
        label = self._table.label(target)
        if label not in self.bad:
            self.bad.append(label)


def decide(name: str, sheet: Sheet, headings: Headings, quantities: NumberStyle) -> SalesTable:
    """Reads the body and decides styles; `quantities` is the style of the form where it has one.

    Raises SettingsError (`dates-unsure`) when a date column cannot be trusted as a whole.
    """
    body = read_body(sheet, headings, fill_down=SHARED_WHEN_MERGED)
    columns = {column.target: column for column in headings.columns}
    decisions: list[Problem] = []
    orders: dict[str, DayOrder] = {}
    for target in sorted(TIMES & columns.keys()):
        cells = list(cells_of(body, columns[target].position))
        order, proved = day_order(cells), order_is_proved(cells)
        # REF Loyverse, Receipts by item, 2026-07: 12-hour times come with American dates
        american = any(isinstance(cell, str) and cell.rstrip().upper().endswith(("AM", "PM")) for cell in cells)
        if isinstance(order, Problem) or (american and not proved):
            raise SettingsError(DATES_UNSURE, code="dates-unsure", name=name, column=columns[target].label)
        if not proved:
            decisions.append(Problem("dates-day-first", DAY_FIRST_TAKEN))
        orders[target] = order
    above = [cell for row in sheet.rows[:headings.top] for cell in row]
    scale = max((money_scale(columns[target].heading, above) for target in MONEY & columns.keys()), default=1)
    if scale != 1:
        decisions.append(Problem("amounts-in-thousands", IN_THOUSANDS))
    numbers = {target: number_style(cells_of(body, column.position), money=target in MONEY)
               for target, column in columns.items() if target in MONEY or target == "quantity"}
    if quantities is not NumberStyle.UNKNOWN:
        numbers["quantity"] = quantities
    table = SalesTable(headings, body, numbers, orders, scale, tuple(decisions))
    if numbers["quantity"] is NumberStyle.UNKNOWN and _has_ambiguous_quantity(body, columns["quantity"].position):
        numbers["quantity"] = _style_by_arithmetic(table)
    return table


def _has_ambiguous_quantity(body: Body, position: int) -> bool:
    texts = {cell for cell in cells_of(body, position) if isinstance(cell, str)}
    return any(isinstance(found := read_quantity(text), Problem) and found.code == "number-ambiguous" for text in texts)


def _style_by_arithmetic(table: SalesTable) -> NumberStyle:
    """`1.234` is a thousand or a little over one: the reading under which quantity × price is the amount, if only one is."""
    fitting = [style for style in (NumberStyle.VIETNAMESE, NumberStyle.ENGLISH) if _fits(table, style)]
    return fitting[0] if len(fitting) == 1 else NumberStyle.UNKNOWN


def _fits(table: SalesTable, style: NumberStyle) -> bool:
    trial = SalesTable(table.headings, table.body, {**table.numbers, "quantity": style}, table.orders, table.scale)
    checked = fitting = 0
    for row in trial.rows():
        quantity, amount = row.quantity(), row.amount("amount")
        price = row.amount("price") if table.has("price") else row.amount("unit_price")
        if row.bad or amount is None or price is None:
            continue
        checked += 1
        fitting += any(abs(quantity * price - off - amount) <= LINE_ROUNDING for off in _discounts(row, quantity))
    return checked > 0 and fitting >= FITTING_SHARE * checked


def _discounts(row: SalesRow, quantity: Decimal) -> Iterable[Decimal]:
    discount = row.money("discount")
    return Decimal(0), discount, discount * quantity
