"""Sales files of other makers: Sapo's orders, Loyverse's receipts by item, and sheets that a shop keeps by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from connectors.spreadsheet.documents import (
    NO_DOCUMENT,
    Document,
    Reading,
    Unfit,
    by_document,
    refuse_bad_cells,
    times_of,
    usable_rows,
    with_total,
)
from connectors.spreadsheet.facts import EXACT, LINE_ROUNDING
from connectors.spreadsheet.sales_table import SalesRow, SalesTable
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.money import share_out, whole_dong
from ocop_market.model.sales import SalesLine, SalesOrder
from ocop_market.model.text import fold

NO_GOODS = N_("{document}: row {rows} names no goods, neither code nor name. Fill it in and read the file again.")
LINE_SUM = N_("{document}: quantity, price and discount do not come to the amount in row {rows}. Put it right and read the file "
              "again.")
NO_AMOUNT = N_("{document}: row {rows} has neither a price nor an amount. Fill it in and read the file again.")
DISCOUNT_UNCLEAR = N_("{document}: row {rows} has a discount but no amount, so it is not clear whether the discount is for one "
                      "piece or for all. Add the amount.")
MIXED_SIGNS = N_("{document}: row {rows} has a quantity and an amount of different signs. Put it right and read the file again.")
ORDER_SUM = N_("{document}: its lines, discount and delivery fee (rows {rows}) do not come to what is to be paid. Export the "
               "file again.")
UNKNOWN_TYPE = N_("{document}: row {rows} is neither a sale nor a refund. Export the file again.")


@dataclass(frozen=True)
class _Line:
    """One row: what it lists and what was taken off, in đồng; negative throughout when goods came back."""

    row: SalesRow
    sku: str
    quantity: Decimal
    listed: int
    discount: int

    @property
    def net(self) -> int:
        """After the discount."""
        return self.listed - self.discount


def read_sapo(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Orders whose first row holds what all their rows share; rows without a number belong to the order above."""
    orders: list[list[SalesRow]] = []
    above: list[SalesRow] | None = None
    for row in table.rows():
        number = row.code("document")
        if row.trouble:
            reading.refuse_row(name, row, row.trouble)
            above = None
        elif number and not (above and number == above[0].code("document")):
            above = [row]
            orders.append(above)
        elif above:
            above.append(row)
        else:
            reading.refuse_row(name, row, Problem("no-document", NO_DOCUMENT))
    documents = [Document(rows[0].text("place") or default_place, rows[0].code("document"), tuple(rows)) for rows in orders]
    reading.take_all(documents, lambda document: _sapo_order(document, table, now))


def read_plain(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Rows grouped by document number; in a file without numbers a day's sales of an article are one document."""
    if table.has("document"):
        documents = by_document(name, table, reading, default_place, followers=True)
    else:
        found: dict[tuple[str, str], list[SalesRow]] = {}
        for row in usable_rows(name, table, reading):
            sold = row.moment("time")
            number = f"{sold:%Y-%m-%d}:{row.code('sku') or fold(row.text('name'))}" if sold else f"#{row.number}"
            found.setdefault((row.text("place") or default_place, number), []).append(row)
        documents = [Document(place, number, tuple(rows)) for (place, number), rows in found.items()]
    reading.take_all(documents, lambda document: _orders(document, [_read_line(row) for row in document.rows], now))


def read_loyverse(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Receipts by item. A refund does not name its sale; signs vary, so the type decides and amounts count without theirs."""
    reading.take_all(by_document(name, table, reading, default_place), lambda document: [_receipt(document, now)])


def _sapo_order(document: Document, table: SalesTable, now: datetime) -> Sequence[SalesOrder]:
    lines = [_read_line(row) for row in document.rows]
    head = document.head
    extra, delivery, due = head.money("order_discount"), head.money("delivery"), head.amount("due")
    refuse_bad_cells(document)
    if due is not None and abs(sum(line.net for line in lines) - extra + delivery - due) > EXACT:
        raise Unfit("document-sum", ORDER_SUM)
    shares = share_out(whole_dong(extra), [line.net for line in lines])
    shared = [replace(line, discount=line.discount + share) for line, share in zip(lines, shares, strict=True)]
    orders = _orders(document, shared, now)
    return orders if due is None or len(orders) > 1 else [with_total(orders[0], due - delivery)]


def _receipt(document: Document, now: datetime) -> SalesOrder:
    kinds = {fold(row.text("type")) for row in document.rows}
    if kinds not in ({"sale"}, {"refund"}):
        raise Unfit("receipt-type", UNKNOWN_TYPE)
    placed, updated = times_of(document, now)
    lines = []
    for row in document.rows:
        # REF Receipts by item, 2026-07: refunds are negative here, their gross sometimes is not
        gross, net = abs(whole_dong(row.money("gross"))), abs(whole_dong(row.money("net")))
        lines.append(_Line(row, row.code("sku"), abs(row.quantity()), gross, gross - net))
    refuse_bad_cells(document)
    if wrong := [line.row for line in lines if line.discount < 0]:
        raise Unfit("line-sum", LINE_SUM, wrong)
    return _order(document, placed, updated, lines, returns="" if kinds == {"refund"} else None)


def _read_line(row: SalesRow) -> _Line:
    quantity, price, amount = row.quantity(), row.amount("unit_price"), row.amount("amount")
    discount, sku = row.money("discount"), row.code("sku")
    if row.bad:
        return _Line(row, sku, Decimal(0), 0, 0)  # its document is refused for it a little later
    if not sku and not row.text("name"):
        raise Unfit("no-goods", NO_GOODS, [row])
    if amount is None:
        return _line_without_amount(row, sku, quantity, price, discount)
    if amount * quantity < 0:
        raise Unfit("mixed-signs", MIXED_SIGNS, [row])
    net = whole_dong(amount)
    if price is None:
        return _Line(row, sku, quantity, net + whole_dong(discount), whole_dong(discount))
    # one maker gives the discount for the line, another for the piece: the amount tells which
    for off in (discount, discount * quantity):
        if abs(price * quantity - off - amount) <= LINE_ROUNDING:
            return _Line(row, sku, quantity, net + whole_dong(off), whole_dong(off))
    raise Unfit("line-sum", LINE_SUM, [row])


def _line_without_amount(row: SalesRow, sku: str, quantity: Decimal, price: Decimal | None, discount: Decimal) -> _Line:
    if price is None:
        raise Unfit("no-amount", NO_AMOUNT, [row])
    if discount and abs(quantity) != 1:
        raise Unfit("discount-unclear", DISCOUNT_UNCLEAR, [row])
    return _Line(row, sku, quantity, whole_dong(price * quantity), whole_dong(discount * quantity))


def _orders(document: Document, lines: Sequence[_Line], now: datetime) -> Sequence[SalesOrder]:
    """The sale, and a return slip beside it when some of its lines are negative."""
    placed, updated = times_of(document, now)
    refuse_bad_cells(document)
    sold = [line for line in lines if line.quantity >= 0]
    back = [replace(line, quantity=-line.quantity, listed=-line.listed, discount=-line.discount)
            for line in lines if line.quantity < 0]
    orders = [_order(document, placed, updated, sold, returns=None)] if sold else []
    if back:
        slip = _order(document, placed, updated, back, returns=document.key if sold else "")
        orders.append(slip.but(order_id=f"{document.key}:return"))
    return orders


def _order(document: Document, placed: datetime, updated: datetime, lines: Sequence[_Line], *, returns: str | None) -> SalesOrder:
    head = document.head
    to_line = _sold_line if returns is None else _returned_line
    return SalesOrder(
        order_id=document.key, placed_at=placed, updated_at=updated, state=head.state(), remote_state=head.text("status"),
        lines=tuple(to_line(number, line) for number, line in enumerate(lines, 1)), document=document.number,
        location=document.place, source=head.text("channel"), returns=returns,
        source_code=head.text("source_code"))


def _sold_line(number: int, line: _Line) -> SalesLine:
    return SalesLine(line=str(number), sku=line.sku, name=line.row.text("name"), quantity=line.quantity,
                     list_amount=line.listed, seller_discount=line.discount)


def _returned_line(number: int, line: _Line) -> SalesLine:
    return SalesLine(line=str(number), sku=line.sku, name=line.row.text("name"), quantity=Decimal(0), list_amount=0,
                     refund=line.net, returned_quantity=line.quantity)
