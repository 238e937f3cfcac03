"""KiotViet's exports: invoice lines, return lines and the profit report, each document proved by its own sums before it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from connectors.spreadsheet.documents import (
    Document,
    Reading,
    Unfit,
    by_document,
    document_key,
    refuse_bad_cells,
    times_of,
    with_total,
)
from connectors.spreadsheet.facts import EXACT, LINE_ROUNDING
from connectors.spreadsheet.sales_table import SalesRow, SalesTable
from ocop_market.language import N_
from ocop_market.model.money import share_out, whole_dong
from ocop_market.model.sales import SalesLine, SalesOrder

DIFFERENT_VALUES = N_("{document}: its rows ({rows}) differ in “{column}”, which belongs to the whole document. Export the file "
                      "again.")
SUM_OF_LINES = N_("{document}: the lines (rows {rows}) do not add up to the total of the document. Export the file again, with "
                  "all columns.")
SUM_DUE = N_("{document}: total, discount, VAT and other charges do not come to what is to be paid (rows {rows}). Export the "
             "file again.")
SUM_PAID = N_("{document}: cash, card, transfer and wallet do not come to what was paid (rows {rows}). Export the file again.")
LINE_SUM = N_("{document}: quantity, price and discount do not come to the amount in row {rows}. Check it at the till.")
NEGATIVE = N_("{document}: a quantity, discount or amount in row {rows} is negative, which no such document has. Check it at "
              "the till.")

INVOICE_SHARED = ("goods_total", "invoice_discount", "vat", "other", "due", "paid", "cash", "card", "wallet", "transfer")
RETURN_SHARED = ("goods_total", "discount", "fee", "vat", "other", "due")
PROFIT_SHARED = ("goods_total", "invoice_discount", "due")


def read_invoices(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Takes every invoice into the reading, or refuses it as a whole."""
    reading.take_all(by_document(name, table, reading, default_place), lambda document: [_invoice(document, table, now)])


def read_returns(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Takes every return slip into the reading, or refuses it as a whole."""
    reading.take_all(by_document(name, table, reading, default_place), lambda document: [_return(document, table, now)])


def read_profit(name: str, table: SalesTable, reading: Reading, default_place: str, now: datetime) -> None:
    """Takes every invoice and return slip into the reading, or refuses it as a whole; a slip does not name its invoice."""
    reading.take_all(by_document(name, table, reading, default_place), lambda document: [_profit_document(document, table, now)])


class _InvoiceLine:
    """The numbers of one invoice row: `Giá bán` = `Đơn giá` − `Giảm giá` for one unit, `Thành tiền` for the line."""

    def __init__(self, row: SalesRow) -> None:
        self.row = row
        self.sku, self.name = row.code("sku"), row.text("name")
        self.quantity = row.quantity()
        self.amount = row.money("amount")
        self.unit_price, self.price = row.amount("unit_price"), row.amount("price")
        self.unit_discount = row.money("unit_discount")

    def holds(self) -> bool:
        """Whether quantity × price is the amount, and the price is the list price less the discount."""
        after_discount = None if self.unit_price is None else self.unit_price - self.unit_discount
        price = after_discount if self.price is None else self.price
        if price is None or after_discount is None:
            return price is None or self._comes_to_the_amount(price)
        return abs(after_discount - price) <= EXACT and self._comes_to_the_amount(price)

    def _comes_to_the_amount(self, price: Decimal) -> bool:
        return abs(price * self.quantity - self.amount) <= LINE_ROUNDING

    def to_line(self, number: int, invoice_discount: int) -> SalesLine:
        """The line with its own discount and its share of the invoice's."""
        amount, own = whole_dong(self.amount), whole_dong(self.unit_discount * self.quantity)
        return SalesLine(line=str(number), sku=self.sku, name=self.name, quantity=self.quantity, list_amount=amount + own,
                         seller_discount=own + invoice_discount)


def _invoice(document: Document, table: SalesTable, now: datetime) -> SalesOrder:
    placed, updated = times_of(document, now)
    lines = [_InvoiceLine(row) for row in document.rows]
    shared = _shared(document, table, INVOICE_SHARED)
    refuse_bad_cells(document)
    _check_invoice(lines, shared, table)
    discounts = share_out(whole_dong(shared["invoice_discount"]), [line.amount for line in lines])
    head = document.head
    sale = SalesOrder(
        order_id=document.key, placed_at=placed, updated_at=updated, state=head.state(), remote_state=head.text("status"),
        document=document.number, location=document.place, source=head.text("channel"),
        source_code=head.text("source_code"),
        lines=tuple(line.to_line(number, share) for number, (line, share) in enumerate(zip(lines, discounts, strict=True), 1)))
    return with_total(sale, shared["due"] - shared["vat"] - shared["other"])


def _check_invoice(lines: Sequence[_InvoiceLine], shared: Mapping[str, Decimal], table: SalesTable) -> None:
    negative = [line.row for line in lines if min(line.quantity, line.amount, line.unit_discount) < 0]
    if negative or shared["invoice_discount"] < 0:
        raise Unfit("negative", NEGATIVE, negative)
    if wrong := [line.row for line in lines if not line.holds()]:
        raise Unfit("line-sum", LINE_SUM, wrong)
    if abs(sum(line.amount for line in lines) - shared["goods_total"]) > EXACT:
        raise Unfit("document-sum", SUM_OF_LINES)
    due = shared["goods_total"] - shared["invoice_discount"] + shared["vat"] + shared["other"]
    if abs(due - shared["due"]) > EXACT:
        raise Unfit("document-due", SUM_DUE)
    # points and vouchers stand apart from these four
    paid = shared["cash"] + shared["card"] + shared["transfer"] + shared["wallet"]
    if table.has("paid", "cash", "card", "transfer", "wallet") and abs(paid - shared["paid"]) > EXACT:
        raise Unfit("document-paid", SUM_PAID)


def _return(document: Document, table: SalesTable, now: datetime) -> SalesOrder:
    placed, updated = times_of(document, now)
    quantities = [row.quantity() for row in document.rows]
    refunds = [whole_dong(quantity * row.money("price")) for quantity, row in zip(quantities, document.rows, strict=True)]
    shared = _shared(document, table, RETURN_SHARED)
    head, invoice = document.head, document.head.code("invoice")
    skus = [row.code("sku") for row in document.rows]
    refuse_bad_cells(document)
    negative = [row for row, came, refund in zip(document.rows, quantities, refunds, strict=True) if came <= 0 or refund < 0]
    if negative or shared["discount"] < 0:
        raise Unfit("negative", NEGATIVE, negative)
    _check_return(refunds, shared, table)
    # REF Danh sách chi tiết trả hàng, 2026-08: the fee is income of the shop, it does not lessen what came back
    off = share_out(whole_dong(shared["discount"]), refunds)
    parts = zip(document.rows, skus, quantities, refunds, off, strict=True)
    lines = tuple(
        SalesLine(line=str(number), sku=sku, name=row.text("name"), quantity=Decimal(0), list_amount=0, refund=refund - less,
                  returned_quantity=came)
        for number, (row, sku, came, refund, less) in enumerate(parts, 1))
    slip = SalesOrder(
        order_id=document.key, placed_at=placed, updated_at=updated, state=head.state(), remote_state=head.text("status"),
        lines=lines, document=document.number, location=document.place,
        returns=document_key(document.place, invoice) if invoice else "")
    return with_total(slip, shared["discount"] - shared["goods_total"]) if table.has("goods_total") else slip


def _check_return(refunds: Sequence[int], shared: Mapping[str, Decimal], table: SalesTable) -> None:
    if not table.has("goods_total"):
        return
    if abs(sum(refunds) - shared["goods_total"]) >= LINE_ROUNDING:
        raise Unfit("document-sum", SUM_OF_LINES)
    due = shared["goods_total"] - shared["discount"] - shared["fee"] + shared["vat"] + shared["other"]
    if table.has("due") and abs(due - shared["due"]) > EXACT:
        raise Unfit("document-due", SUM_DUE)


def _profit_document(document: Document, table: SalesTable, now: datetime) -> SalesOrder:
    placed, updated = times_of(document, now)
    quantities = [row.quantity() for row in document.rows]
    amounts = [quantity * row.money("price") for quantity, row in zip(quantities, document.rows, strict=True)]
    shared = _shared(document, table, PROFIT_SHARED)
    skus = [row.code("sku") for row in document.rows]
    refuse_bad_cells(document)
    # the report tells a return slip from an invoice by its signs alone; unverified with a discount on the slip
    sign = -1 if all(quantity < 0 for quantity in quantities) else 1
    total, discount = sign * shared["goods_total"], sign * shared["invoice_discount"]
    negative = [row for row, quantity, amount in zip(document.rows, quantities, amounts, strict=True)
                if min(sign * quantity, sign * amount) < 0]
    if negative or discount < 0:
        raise Unfit("negative", NEGATIVE, negative)
    if abs(sign * sum(amounts) - total) >= LINE_ROUNDING:
        raise Unfit("document-sum", SUM_OF_LINES)
    if abs(total - discount - sign * shared["due"]) > EXACT:
        raise Unfit("document-due", SUM_DUE)
    listed = [whole_dong(sign * amount) for amount in amounts]
    parts = zip(document.rows, skus, quantities, listed, share_out(whole_dong(discount), listed), strict=True)
    lines = tuple(_profit_line(str(number), row, sku, quantity, amount, off)
                  for number, (row, sku, quantity, amount, off) in enumerate(parts, 1))
    paper = SalesOrder(
        order_id=document.key, placed_at=placed, updated_at=updated, state=document.head.state(), remote_state="", lines=lines,
        document=document.number, location=document.place, returns="" if sign < 0 else None)
    return with_total(paper, shared["due"])


def _profit_line(number: str, row: SalesRow, sku: str, quantity: Decimal, amount: int, discount: int) -> SalesLine:
    if quantity < 0:
        return SalesLine(line=number, sku=sku, name=row.text("name"), quantity=Decimal(0), list_amount=0,
                         refund=amount - discount, returned_quantity=-quantity)
    return SalesLine(line=number, sku=sku, name=row.text("name"), quantity=quantity, list_amount=amount,
                     seller_discount=discount)


def _shared(document: Document, table: SalesTable, targets: Sequence[str]) -> dict[str, Decimal]:
    """Values of the whole document, which every row repeats."""
    values = {}
    for target in targets:
        seen = {row.money(target) for row in document.rows}
        if len(seen) > 1:
            raise Unfit("rows-differ", DIFFERENT_VALUES, column=table.label(target))
        values[target] = seen.pop()
    return values
