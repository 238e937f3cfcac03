"""KiotViet's documents in our words: invoices and return slips to sales, branches and articles. Pure, no network.

An invoice is a sale, a return slip takes goods back on its own day; the invoice itself never changes then. Money is read
as Decimal and rounded once, when it becomes đồng.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat

from connectors.kiotviet import facts
from connectors.kiotviet.wire import BranchIn, InvoiceIn, InvoiceLineIn, ProductIn, ReturnIn, ReturnLineIn
from ocop_market.channels.api import Location, RemoteGood
from ocop_market.channels.known import digest_of
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_
from ocop_market.model.money import share_out, whole_dong
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.model.text import cut, fold, tidy

MAPPING = 1
"""Raised whenever an invoice that reads the same becomes another sale: those that are kept are then mapped anew."""
STATE_LIMIT = 64
ZERO = Decimal(0)
Exact = int | Decimal
"""An amount before it is rounded."""
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


@dataclass(frozen=True)
class Sale:
    """A document as a sale, and what is wrong with its figures, if anything is."""

    order: SalesOrder
    problem: Problem | None = None


def digest(invoice: InvoiceIn) -> str:
    """Tells an invoice as a list shows it apart from all that become another sale."""
    return digest_of(invoice, MAPPING)


def to_sale(invoice: InvoiceIn, digest: str = "") -> Sale:
    """An invoice as a sale; raises Refused when it has no date at all. One that does not add up is looked at every time."""
    placed, updated_at = _times(invoice)
    details = invoice.invoice_details
    priced = [_priced(line) for line in details]
    worths = [worth - off for worth, off in priced]
    discount = _invoice_discount(invoice, worths)
    shares = _spread(discount, details, worths) if discount else None
    lines = tuple([
        SalesLine(key, line.product_code, tidy(line.product_name), line.quantity, whole_dong(worth), line.product_id,
                  whole_dong(off) + share)
        for key, line, (worth, off), share in zip(_line_keys(details), details, priced, shares or repeat(0), strict=False)])
    state = _state(invoice)
    counts = state is not OrderState.CANCELLED
    stated, problem = _stated_total(invoice, lines, sum(worths) - discount)
    order = SalesOrder(
        order_id=order_id("invoices", invoice.id), placed_at=placed, updated_at=updated_at, state=state,
        remote_state=_remote_state(invoice.status, invoice.status_value), lines=lines, document=invoice.code,
        location=invoice.branch_id, source=tidy(invoice.sale_channel.name or invoice.sale_channel_name),
        source_code=invoice.order_code, platform_total=stated if counts else None,
        digest=digest if problem is None or not counts else "",
    )
    return Sale(order, problem if counts else None)


def to_return(slip: ReturnIn) -> Sale:
    """A return slip as a document of goods taken back; raises Refused when it has no date at all."""
    placed, updated_at = _times(slip)
    refund, stated, problem = _refund(slip)
    cancelled = "huy" in fold(slip.status_value).split()
    keys = _line_keys(slip.return_details)
    shares = share_out(refund, [_refund_weight(line) for line in slip.return_details]) if slip.return_details else []
    lines = tuple(
        SalesLine(line=key, sku=line.product_code, name=tidy(line.product_name), quantity=ZERO, list_amount=0,
                  remote_id=line.product_id, refund=share, returned_quantity=line.quantity)
        for key, line, share in zip(keys, slip.return_details, shares, strict=True)
    )
    order = SalesOrder(
        order_id=order_id("returns", slip.id), placed_at=placed, updated_at=updated_at,
        state=OrderState.CANCELLED if cancelled else OrderState.DELIVERED,
        remote_state=_remote_state(slip.status, slip.status_value), lines=lines, document=slip.code, location=slip.branch_id,
        returns=order_id("invoices", slip.invoice_id) if slip.invoice_id not in ("", "0") else "",
        platform_total=None if cancelled else -stated,
    )
    return Sale(order, None if cancelled else problem)


def order_id(stream: str, number: str) -> str:
    """Our order id for the id of a document of a stream, `invoices` or `returns`."""
    return f"{'invoice' if stream == 'invoices' else 'return'}:{number}"


def stream_and_number(order_id: str) -> tuple[str, str]:
    """The stream and KiotViet's id behind an order id of ours."""
    kind, _, number = order_id.partition(":")
    return "invoices" if kind == "invoice" else "returns", number


def placed_at(document: InvoiceIn | ReturnIn) -> datetime | None:
    """When a sale or a return was made, None when the document has no time at all."""
    own = document.purchase_date if isinstance(document, InvoiceIn) else document.return_date
    return own or document.created_date or document.modified_date


def last_change(document: InvoiceIn | ReturnIn) -> datetime | None:
    """When a document was last changed; documents never edited carry their creation only (recorded answers, 2026-03)."""
    return document.modified_date or document.created_date


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


def _times(document: InvoiceIn | ReturnIn) -> tuple[datetime, datetime]:
    placed = placed_at(document)
    if placed is None:
        raise Refused([Problem("no-date", NO_TIME, "placed_at", {"document": document.code or document.id})])
    return placed, last_change(document) or placed


def _state(invoice: InvoiceIn) -> OrderState:
    if invoice.status:
        return STATES.get(invoice.status, OrderState.UNKNOWN)
    return WORDS.get(fold(invoice.status_value), OrderState.UNKNOWN)


@lru_cache(maxsize=256)
def _remote_state(status: str, word: str) -> str:
    return cut(f"{status} {word}", STATE_LIMIT)


def _line_keys(lines: Iterable[InvoiceLineIn | ReturnLineIn]) -> list[str]:
    """One article may stand on several lines, so its occurrence is part of the key."""
    met: dict[str, int] = {}
    keys = []
    for line in lines:
        article = line.product_id or line.product_code
        met[article] = times = met.get(article, 0) + 1
        keys.append(f"{article}:{times}")
    return keys


def _priced(line: InvoiceLineIn) -> tuple[Exact, Exact]:
    """Quantity × price, and what comes off it by the line's own discount, to the digit."""
    quantity, price = _counted(line.quantity), line.price
    off = line.discount
    if off is None:
        off = Decimal(price) * line.discount_ratio / 100 if line.discount_ratio else 0
    if off < 0:  # a price raised at the counter is written as a discount below zero (unverified)
        price, off = price - off, 0
    return quantity * price, quantity * off if off else 0


@lru_cache(maxsize=1024)
def _counted(quantity: Decimal) -> Exact:
    """A quantity that is a whole number as an int, with which to reckon costs a third."""
    whole = int(quantity)
    return whole if whole == quantity else quantity


def _invoice_discount(invoice: InvoiceIn, worths: Sequence[Exact]) -> Exact:
    """The discount on the whole invoice: named, or only through its shares on the lines, or only as a percentage."""
    if invoice.discount:
        return invoice.discount
    shared: Exact = 0
    for line in invoice.invoice_details:
        if line.allocation_discount:
            shared += line.allocation_discount
    if shared:
        return shared
    return sum(worths, ZERO) * Decimal(invoice.discount_ratio) / 100 if invoice.discount_ratio else 0


def _spread(discount: Exact, lines: Sequence[InvoiceLineIn], worths: Sequence[Exact]) -> list[int]:
    """Each line's part of the invoice discount in đồng: as KiotViet shares it out, else in proportion to the amounts."""
    if not lines:
        return []
    given = [line.allocation_discount or 0 for line in lines]
    follows = sum(given) and _agree(sum(given), discount)
    return share_out(whole_dong(discount), given if follows else worths)


def _stated_total(invoice: InvoiceIn, lines: Sequence[SalesLine], exact: Exact) -> tuple[int | None, Problem | None]:
    """What the invoice's own total leaves for the goods, and what is wrong when its lines do not come to it.

    Surcharges and added tax are in the total and are none of the goods'. `exact` is what the lines come to before rounding.
    """
    if invoice.total is None:
        return None, None
    surcharges: Exact = 0
    for charge in invoice.invoice_order_surcharges:
        surcharges += charge.price if charge.price is not None else charge.sur_value or 0
    tax = invoice.total_tax or 0  # without a pricing mode (direct method) it is inside the prices: DOC "Hóa đơn", 2026-03
    sold = 0
    for line in lines:
        sold += line.list_amount - line.seller_discount
    goods = invoice.total - surcharges - tax
    if goods == sold or _agree(goods, sold) or _agree(goods, exact):
        return sold, None
    if tax and invoice.pricing_mode is None and (_agree(goods + tax, sold) or _agree(goods + tax, exact)):
        return sold, None
    return whole_dong(invoice.total - surcharges - tax), Problem("sum-mismatch", SUM_MISMATCH, "lines", {
        "document": invoice.code or invoice.id, "found": whole_dong(exact + surcharges + tax), "total": whole_dong(invoice.total)})


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
            refund = max(0, whole_dong(total - added - discount))
            return refund, refund, None
        if any(_agree(total, goods + added - off) for off in (discount, fee, discount + fee)):
            refund = whole_dong(total - added)
            return refund, refund, None
    return whole_dong(total), whole_dong(goods - discount), Problem("sum-mismatch", RETURN_MISMATCH, "refund", {
        "document": slip.code or slip.id, "found": whole_dong(goods), "total": whole_dong(total)})
