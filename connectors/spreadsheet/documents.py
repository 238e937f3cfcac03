"""Documents of a sales file: rows gathered, each document taken or refused as a whole, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from connectors.spreadsheet.facts import FIRST_YEAR
from connectors.spreadsheet.sales_table import SalesRow, SalesTable
from ocop_market.channels.api import SalesRefusal
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.money import whole_dong
from ocop_market.model.sales import SalesOrder

BAD_CELLS = N_("{document}: the cells {columns} in row {rows} cannot be read, so the document was left out. Put them right in "
               "the file and read it again.")
NO_DOCUMENT = N_("Row {rows} has no document number, so it was left out.")
NO_TIME = N_("{document}: row {rows} has no date of sale, so the document was left out.")
ODD_TIME = N_("{document}: the date in row {rows} is before the year 2000 or in the future. Put it right in the file.")

_NAMED_ROWS = 10


@dataclass(frozen=True)
class Document:
    """Rows of one invoice, receipt or slip; `key` is its id in the account, the same whichever export it stands in."""

    place: str
    number: str
    rows: tuple[SalesRow, ...]

    @property
    def key(self) -> str:
        """Place and number."""
        return document_key(self.place, self.number)

    @property
    def head(self) -> SalesRow:
        """The first row, which carries what all rows share."""
        return self.rows[0]


class Unfit(Exception):
    """A document cannot be taken: why, and through which of its rows (none named: all)."""

    def __init__(self, code: str, message: str, rows: Sequence[SalesRow] = (), **values: object) -> None:
        super().__init__(code)
        self.code, self.message, self.rows, self.values = code, message, rows, values


@dataclass
class Reading:
    """What came of a file: `rows` of data = `used` + `refused_rows`; `decisions` were taken for the whole file."""

    form: str
    rows: int
    decisions: tuple[Problem, ...] = ()
    used: int = 0
    orders: list[SalesOrder] = field(default_factory=list)
    refused: list[SalesRefusal] = field(default_factory=list)
    refused_rows: list[int] = field(default_factory=list)

    def refuse_row(self, name: str, row: SalesRow, problem: Problem) -> None:
        """A row that belongs to no document."""
        values = {**problem.values, "rows": str(row.number)}
        self.refused.append(SalesRefusal(f"{name}#{row.number}", Problem(problem.code, problem.message, problem.field, values)))
        self.refused_rows.append(row.number)

    def take_all(self, documents: Iterable[Document], read: Callable[[Document], Sequence[SalesOrder]]) -> None:
        """Reads document after document; one that is unfit is refused with all its rows, the others go on."""
        for document in documents:
            try:
                orders = read(document)
            except Unfit as error:
                self.refused.append(SalesRefusal(document.key, _problem(document, error)))
                self.refused_rows += [row.number for row in document.rows]
            else:
                self.orders += orders
                self.used += len(document.rows)


def usable_rows(name: str, table: SalesTable, reading: Reading) -> list[SalesRow]:
    """The rows whose cells are in their places; the others are refused one by one."""
    usable = []
    for row in table.rows():
        if row.trouble:
            reading.refuse_row(name, row, row.trouble)
        else:
            usable.append(row)
    return usable


def by_document(name: str, table: SalesTable, reading: Reading, default_place: str, *, followers: bool = False) -> list[Document]:
    """Rows gathered by place and document number, in the order of their first rows; rows without a number are refused.

    With `followers` a row of goods without number and time belongs to the document of the row above it.
    """
    found: dict[tuple[str, str], list[SalesRow]] = {}
    above: list[SalesRow] | None = None
    for row in table.rows():
        if row.trouble:
            reading.refuse_row(name, row, row.trouble)
            above = None
        elif number := row.code("document"):
            above = found.setdefault((row.text("place") or default_place, number), [])
            above.append(row)
        elif followers and above and row.is_blank("time") and (row.code("sku") or row.text("name")):
            above.append(row)
        else:
            reading.refuse_row(name, row, Problem("no-document", NO_DOCUMENT))
    return [Document(place, number, tuple(rows)) for (place, number), rows in found.items()]


def times_of(document: Document, now: datetime) -> tuple[datetime, datetime]:
    """When a document was made and last changed; Unfit when it does not tell, or tells nonsense."""
    head = document.head
    placed = head.moment("time")
    if placed is None:
        if head.bad:
            refuse_bad_cells(document)
        raise Unfit("no-time", NO_TIME, [head])
    if placed.year < FIRST_YEAR or placed > now + timedelta(days=1):
        raise Unfit("time-odd", ODD_TIME, [head])
    return placed, max(placed, head.moment("updated") or placed)


def refuse_bad_cells(document: Document) -> None:
    """Raises Unfit when a cell that was looked at could not be read."""
    bad = [row for row in document.rows if row.bad]
    if bad:
        columns = dict.fromkeys(label for row in bad for label in row.bad)
        raise Unfit("cells-unreadable", BAD_CELLS, bad, columns=", ".join(f"“{label}”" for label in columns))


def with_total(order: SalesOrder, stated: Decimal) -> SalesOrder:
    """The document with what its own total leaves for the goods; what rounding every line to đồng makes is no difference."""
    ours = order.in_hand
    return order.but(platform_total=ours if abs(stated - ours) <= len(order.lines) else whole_dong(stated))


def document_key(place: str, number: str) -> str:
    """The id of a document inside the account."""
    return f"{place}:{number}"


def _problem(document: Document, error: Unfit) -> Problem:
    rows = error.rows or document.rows
    named = ", ".join(str(row.number) for row in rows[:_NAMED_ROWS]) + (", …" if len(rows) > _NAMED_ROWS else "")
    return Problem(error.code, error.message, "", {"document": document.number, "rows": named, **error.values})
