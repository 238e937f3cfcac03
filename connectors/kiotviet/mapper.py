"""KiotViet's documents in our words: invoices and return slips to sales, branches and articles. Pure, no network.

An invoice is a sale, a return slip takes goods back on its own day; the invoice itself never changes then. Money is read
as Decimal and rounded once, when it becomes đồng.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat

from connectors.kiotviet import facts
from connectors.kiotviet.documents import Changed, InvoiceIn, InvoiceLineIn, Moment, ReturnIn, ReturnLineIn, Text, moment
from connectors.kiotviet.wire import BranchIn, ProductIn
from ocop_market.channels.api import Location, RemoteGood
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.money import share_out, whole_dong
from ocop_market.model.record import Record
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.model.text import cut, fold, tidy

MAPPING = 1
"""Raised whenever an invoice that reads the same becomes another sale: those that are kept are then mapped anew."""
STATE_LIMIT = 64
ZERO = Decimal(0)
Exact = int | Decimal
"""An amount before it is rounded."""
MOST = 10**15
"""A sum or a quantity beyond is no sum, and nothing could keep it."""
TOLERANCE = 1
"""đồng by which an invoice may miss its own total, through rounding."""

STATES = {
    str(facts.INVOICE_COMPLETED): OrderState.DELIVERED,
    str(facts.INVOICE_CANCELLED): OrderState.CANCELLED,
    str(facts.INVOICE_PROCESSING): OrderState.ACCEPTED,
    str(facts.INVOICE_UNDELIVERABLE): OrderState.CANCELLED,
}
WORDS = {
    "hoan thanh": OrderState.DELIVERED, "da huy": OrderState.CANCELLED,
    "dang xu ly": OrderState.ACCEPTED, "khong giao duoc": OrderState.CANCELLED,
}
"""The words of the same states, folded; they count only where an invoice carries no number."""

NO_TIME = N_("KiotViet's document {document} has no date, so it belongs to no day. Look at it in KiotViet.")
SUM_MISMATCH = N_("Invoice {document} does not add up: its lines make {found} ₫, its total is {total} ₫. It was taken over "
                  "as its lines say; compare it in KiotViet.")
RETURN_MISMATCH = N_("Return slip {document} does not add up: its lines make {found} ₫, its total is {total} ₫. The total was "
                     "shared out over its lines; compare it in KiotViet.")


class Sale(Record, frozen=True, gc=False):
    """A document as a sale, and what is wrong with its figures, if anything is."""

    order: SalesOrder
    problem: Problem | None = None


def to_sale(invoice: InvoiceIn, digest: str = "") -> Sale:
    """An invoice as a sale; raises Refused when it has no date at all. One that does not add up is looked at every time.

    ValueError or ArithmeticError for what is no sum of money.
    """
    placed, updated_at = _times(invoice, invoice.purchase_date)
    details = invoice.invoice_details
    priced = [_priced(line) for line in details]
    discount = _invoice_discount(invoice, priced)
    shares = _spread(discount, details, priced) if discount else repeat(0)
    met: dict[str, int] = {}
    lines: list[SalesLine] = []
    exact: Exact = -discount
    sold = 0
    for line, (worth, off), share in zip(details, priced, shares, strict=False):
        key, article, sku, name = _article(line.product_id, line.product_code, line.product_name)
        list_amount, seller_discount = _dong(worth), (_dong(off) if off else 0) + share
        lines.append(SalesLine(line=_line_key(key, met), sku=sku, name=name, quantity=line.quantity, list_amount=list_amount,
                               remote_id=article, seller_discount=seller_discount))
        exact += worth - off
        sold += list_amount - seller_discount
    stated, problem = _stated_total(invoice, sold, exact)
    state, remote_state = _state(invoice.status, invoice.status_value)
    if state is OrderState.CANCELLED:
        stated = problem = None
    order = SalesOrder(
        order_id=order_id("invoices", invoice.id), placed_at=placed, updated_at=updated_at, state=state, remote_state=remote_state,
        lines=tuple(lines), document=str(invoice.code), location=str(invoice.branch_id), source=_source(invoice),
        source_code=_text(invoice.order_code), platform_total=stated, digest=digest if problem is None else "")
    return Sale(order, problem)


def to_return(slip: ReturnIn) -> Sale:
    """A return slip as a document of goods taken back; raises Refused when it has no date at all."""
    placed, updated_at = _times(slip, slip.return_date)
    refund, stated, problem = _refund(slip)
    cancelled = "huy" in fold(_text(slip.status_value)).split()
    shares = share_out(refund, [_refund_weight(line) for line in slip.return_details]) if slip.return_details else []
    met: dict[str, int] = {}
    lines: list[SalesLine] = []
    for line, share in zip(slip.return_details, shares, strict=True):
        key, article, sku, name = _article(line.product_id, line.product_code, line.product_name)
        lines.append(SalesLine(line=_line_key(key, met), sku=sku, name=name, quantity=ZERO, list_amount=0, remote_id=article, refund=share,
                               returned_quantity=Decimal(_within(line.quantity))))
    order = SalesOrder(
        order_id=order_id("returns", slip.id), placed_at=placed, updated_at=updated_at,
        state=OrderState.CANCELLED if cancelled else OrderState.DELIVERED,
        remote_state=_state(slip.status, slip.status_value)[1], lines=tuple(lines), document=str(slip.code),
        location=str(slip.branch_id), returns=order_id("invoices", slip.invoice_id) if str(slip.invoice_id) not in ("", "0") else "",
        platform_total=None if cancelled else -stated,
    )
    return Sale(order, None if cancelled else problem)


def order_id(stream: str, number: Text) -> str:
    """Our order id for the id of a document of a stream, `invoices` or `returns`."""
    return f"{'invoice' if stream == 'invoices' else 'return'}:{number}"


def stream_and_number(order_id: str) -> tuple[str, str]:
    """The stream and KiotViet's id behind an order id of ours."""
    kind, _, number = order_id.partition(":")
    return "invoices" if kind == "invoice" else "returns", number


def placed_at(document: InvoiceIn | ReturnIn) -> datetime | None:
    """When a sale or a return was made, None when the document has no time at all."""
    own = document.purchase_date if isinstance(document, InvoiceIn) else document.return_date
    return moment(own) or moment(document.created_date) or moment(document.modified_date)


def last_change(document: Changed) -> datetime | None:
    """When a document was last changed; documents never edited carry their creation only (recorded answers, 2026-03)."""
    changed = moment(document.modified_date)
    return changed if changed is not None else moment(document.created_date)


def to_location(branch: BranchIn) -> Location:
    """A branch as a location."""
    return Location(branch.id, tidy(branch.branch_name) or branch.id)


def to_good(product: ProductIn) -> RemoteGood:
    """An article as a good; its stock is what is on hand less what is promised, and may be negative."""
    return RemoteGood(
        remote_id=product.id, sku=product.code, name=tidy(product.full_name or product.name), barcode=product.bar_code,
        unit=tidy(product.unit), price=None if product.base_price is None else whole_dong(product.base_price),
        stock={stock.branch_id: stock.on_hand - stock.reserved for stock in product.inventories}, active=product.is_active,
    )


def _times(document: InvoiceIn | ReturnIn, own: Moment) -> tuple[datetime, datetime]:
    placed = placed_at(document)
    if placed is None:
        raise Refused([Problem("no-date", NO_TIME, "placed_at", {"document": str(document.code or document.id)})])
    # most are never changed again, and to give a time its zone costs more than to compare two
    return placed, placed if own is not None and document.modified_date == own else last_change(document) or placed


@lru_cache(maxsize=256)
def _state(status: Text, word: Text | None) -> tuple[OrderState, str]:
    """Where a sale stands, in our word and in KiotViet's."""
    state = STATES.get(str(status)) if status != "" else WORDS.get(fold(_text(word)))
    return state or OrderState.UNKNOWN, cut(f"{status} {_text(word)}", STATE_LIMIT)


@lru_cache(maxsize=4096)
def _article(number: Text, code: Text | None, name: Text | None) -> tuple[str, str, str, str]:
    """The key of the first line with an article, its number, its code and its name; a shop has few and sells them often."""
    return f"{number if number != '' else _text(code)}:1", str(number), _text(code), tidy(_text(name))


def _line_key(first: str, met: dict[str, int]) -> str:
    """One article may stand on several lines, so its occurrence is part of the key."""
    met[first] = times = met.get(first, 0) + 1
    return first if times == 1 else f"{first[:-1]}{times}"


def _source(invoice: InvoiceIn) -> str:
    channel = invoice.sale_channel
    return tidy(_text((channel.name or channel.camel_name if channel is not None else None) or invoice.sale_channel_name))


def _text(written: Text | None) -> str:
    return "" if written is None else str(written)


def _priced(line: InvoiceLineIn) -> tuple[Exact, Exact]:
    """Quantity × price, and what comes off it by the line's own discount, to the digit."""
    quantity, price, off = _counted(line.quantity), line.price, line.discount
    if off is None and line.discount_ratio:
        off = Decimal(price) * line.discount_ratio / 100
    if not off:
        return quantity * price, 0
    if off < 0:  # a price raised at the counter is written as a discount below zero (unverified)
        return quantity * (price - off), 0
    return quantity * price, quantity * off


@lru_cache(maxsize=1024)
def _counted(quantity: Decimal) -> Exact:
    """A quantity that is a whole number as an int, with which to reckon costs a third."""
    whole = int(_within(quantity))
    return whole if whole == quantity else quantity


def _dong(amount: Exact) -> int:
    return amount if type(amount) is int and -MOST <= amount <= MOST else whole_dong(_within(amount))


def _within(amount: Exact) -> Exact:
    """The same; raises ValueError or ArithmeticError for what is no sum, such as a text that says NaN."""
    if not -MOST <= amount <= MOST:
        raise ValueError("beyond all sums")
    return amount


def _invoice_discount(invoice: InvoiceIn, priced: Sequence[tuple[Exact, Exact]]) -> Exact:
    """The discount on the whole invoice: named, or only through its shares on the lines, or only as a percentage."""
    if invoice.discount:
        return invoice.discount
    shared: Exact = 0
    for line in invoice.invoice_details:
        if line.allocation_discount:
            shared += line.allocation_discount
    if shared or not invoice.discount_ratio:
        return shared
    return sum((worth - off for worth, off in priced), ZERO) * Decimal(invoice.discount_ratio) / 100


def _spread(discount: Exact, lines: Sequence[InvoiceLineIn], priced: Sequence[tuple[Exact, Exact]]) -> list[int]:
    """Each line's part of the invoice discount in đồng: as KiotViet shares it out, else in proportion to the amounts."""
    if not lines:
        return []
    given = [line.allocation_discount or 0 for line in lines]
    follows = sum(given) and _agree(sum(given), discount)
    return share_out(_dong(discount), given if follows else [worth - off for worth, off in priced])


def _stated_total(invoice: InvoiceIn, sold: int, exact: Exact) -> tuple[int | None, Problem | None]:
    """What the invoice's own total leaves for the goods, and what is wrong when its lines do not come to it.

    Surcharges and added tax are in the total and are none of the goods'. `sold` is what the lines come to, `exact` before rounding.
    """
    if invoice.total is None:
        return None, None
    surcharges: Exact = 0
    for charge in invoice.invoice_order_surcharges:
        surcharges += charge.price if charge.price is not None else charge.sur_value or 0
    tax = invoice.total_tax or 0  # without a pricing mode (direct method) it is inside the prices: DOC "Hóa đơn", 2026-03
    goods = invoice.total - surcharges - tax
    if goods == sold or _agree(goods, sold) or _agree(goods, exact):
        return sold, None
    if tax and invoice.pricing_mode is None and (_agree(goods + tax, sold) or _agree(goods + tax, exact)):
        return sold, None
    return _dong(goods), Problem("sum-mismatch", SUM_MISMATCH, "lines", {
        "document": str(invoice.code or invoice.id), "found": _dong(exact + surcharges + tax), "total": _dong(invoice.total)})


def _agree(one: Exact, other: Exact) -> bool:
    return -TOLERANCE <= one - other <= TOLERANCE


def _goods_back(line: ReturnLineIn) -> Exact:
    """What a line brought back is worth, before anything that concerns the whole slip unless its own sum has it already."""
    return line.sub_total if line.sub_total is not None else line.quantity * line.price


def _refund_weight(line: ReturnLineIn) -> Exact:
    worth = _goods_back(line)
    return worth - (line.allocation_discount or ZERO) if worth == line.quantity * line.price else worth


def _refund(slip: ReturnIn) -> tuple[int, int, Problem | None]:
    """What the goods of a slip cost the seller, by our reading and by its lines, in đồng without added tax, and what is wrong.

    A return fee is kept apart. No page says whether `returnTotal` is before or after discount and fee, so it is compared with
    the lines.
    """
    goods = sum(map(_goods_back, slip.return_details), ZERO)
    gross = sum((line.quantity * line.price for line in slip.return_details), ZERO)
    discount, fee = slip.return_discount or ZERO, slip.return_fee or ZERO
    if discount and _agree(goods + discount, gross):
        goods = gross  # the lines' own sums are already after their share of the discount
    total = slip.return_total if slip.return_total is not None else goods
    tax = slip.total_tax or ZERO
    taxes = [tax] if slip.pricing_mode is not None else [ZERO, tax]
    for added in taxes:
        if _agree(total, goods + added):
            refund = max(0, _dong(total - added - discount))
            return refund, refund, None
        if any(_agree(total, goods + added - off) for off in (discount, fee, discount + fee)):
            refund = _dong(total - added)
            return refund, refund, None
    return _dong(total), _dong(goods - discount), Problem("sum-mismatch", RETURN_MISMATCH, "refund", {
        "document": str(slip.code or slip.id), "found": _dong(goods), "total": _dong(total)})
