"""Invoices, return slips and orders as the practice KiotViet writes them.

Buyers' data stands where a real shop has it (name, code, receiver, telephone, address, notes): a client has to leave it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connectors.kiotviet.sandbox_books import CANCELLED, DONE_ORDER, DRAFT_ORDER, Document, lot, source_order
from connectors.kiotviet.sandbox_dialect import local_text, without_gaps
from connectors.kiotviet.sandbox_shop import FIRST_BRANCH, RETAILER_ID, STAFF, STAFF_ID, Branch, channel_detail
from ocop_market.sandbox.buyers import Good, SimLine, SimOrder

ORDER_WORDS = {DRAFT_ORDER: "Phiếu tạm", DONE_ORDER: "Hoàn thành"}
GIFT_WRAP = 10_000
"""A surcharge in đồng that some buyers pay on top of the goods."""
RETURN_FEE = 2_000
"""Kept back in đồng from some buyers who bring goods; the slip's total does not contain it."""


@dataclass(frozen=True)
class Extras:
    """What a list adds only when asked; a single document has it all."""

    payment: bool = True
    delivery: bool = True
    channel: bool = True


ALL_EXTRAS = Extras()


@dataclass(frozen=True)
class Papers:
    """Writes documents of a shop with these branches; `product_id` finds the product of an article."""

    branches: Sequence[Branch]
    product_id: Callable[[Good], int]

    def invoice(self, paper: Document, extras: Extras = ALL_EXTRAS) -> dict[str, Any]:
        """One invoice; `total` is what the buyer owes after all discounts and with surcharges."""
        order = paper.order
        surcharge, discount = surcharge_of(order), invoice_discount(order)
        goods = sum(line.seller_amount for line in order.lines)
        total = goods + surcharge
        owed = lot(order) % 11 == 0
        return without_gaps(
            **self._head(paper), purchaseDate=local_text(paper.at), orderCode=source_order(order) or None,
            soldById=STAFF_ID, soldByName=STAFF, **customer(order), total=total, totalPayment=0 if owed else total,
            discount=discount, discountRatio=_percent(discount, goods + discount) if lot(order) % 2 else None, totalTax=0,
            status=paper.status, statusValue="Đã hủy" if paper.status == CANCELLED else "Hoàn thành",
            description=f"Khách dặn: gọi {order.buyer.phone} trước khi giao" if lot(order) % 7 == 0 else None,
            usingCod=delivered(order), **_stamps(paper),
            payments=_payments(paper, 0 if owed else total, "TTHD") if extras.payment else None,
            invoiceOrderSurcharges=_surcharges(paper, surcharge),
            invoiceDetails=[self._invoice_line(order, line) for line in order.lines],
            SaleChannel=channel_detail(2 + lot(order) % 2) if extras.channel and lot(order) % 4 < 2 else None,
            invoiceDelivery=_delivery(order) if extras.delivery and delivered(order) else None,
        )

    def slip(self, paper: Document, *, detail: bool = True, payment: bool = True) -> dict[str, Any]:
        """One return slip: amounts positive, `returnDiscount` and `returnFee` only in the single document."""
        order = paper.order
        refund = sum(back.refund for back in paper.backs)
        fee = RETURN_FEE if lot(order) % 7 == 0 and refund > RETURN_FEE else 0
        return without_gaps(
            **self._head(paper), invoiceId=order.number, returnDate=local_text(paper.at), receivedById=STAFF_ID,
            soldByName=STAFF, **customer(order), returnTotal=refund, returnDiscount=0 if detail else None,
            returnFee=fee if detail else None, totalPayment=refund - fee, totalTax=0, status=paper.status,
            statusValue="Đã trả", **_stamps(paper),
            payments=_payments(paper, refund - fee, "TTTH") if payment else None,
            returnDetails=[{
                **self._good(order.lines[back.line].good), "quantity": float(back.quantity),
                "price": _number(Decimal(back.refund) / back.quantity), "usePoint": False, "subTotal": back.refund,
                "AllocationDiscount": 0,
            } for back in paper.backs],
        )

    def order(self, paper: Document, *, payment: bool = True, delivery: bool = True) -> dict[str, Any]:
        """One order, which is no revenue; camelCase and PascalCase stand side by side, as recorded."""
        order = paper.order
        total = sum(line.seller_amount for line in order.lines)
        return without_gaps(
            **self._head(paper), purchaseDate=local_text(paper.at), soldById=STAFF_ID, soldByName=STAFF, **customer(order),
            total=total, totalPayment=total if paper.status == DONE_ORDER else 0, status=paper.status,
            statusValue=ORDER_WORDS.get(paper.status, "Đã hủy"), retailerId=RETAILER_ID, usingCod=delivered(order),
            **_stamps(paper), PriceBookId=0, Extra="{}", SaleChannelId=1, SaleChannelName="Bán trực tiếp",
            payments=_payments(paper, total, "TTDH") if payment and paper.status == DONE_ORDER else None,
            orderDetails=[{
                **self._good(line.good), "isMaster": True, "quantity": float(line.quantity), "price": line.unit_price,
                "discount": _number(Decimal(line.seller_discount) / line.quantity), "discountRatio": 0,
                "viewDiscount": _number(Decimal(line.seller_discount) / line.quantity),
            } for line in order.lines],
            orderDelivery=_delivery(order) if delivery and delivered(order) else None,
            invoiceOrderSurcharges=[],
        )

    def _head(self, paper: Document) -> dict[str, Any]:
        branch = self.branches[paper.order.branch]
        return {"id": paper.id, "code": paper.code, "branchId": branch.id, "branchName": branch.name}

    def _good(self, good: Good) -> dict[str, Any]:
        return {"productId": self.product_id(good), "productCode": good.sku,
                "productName": f"{good.name} (kg)" if good.loose else good.name}

    def _invoice_line(self, order: SimOrder, line: SimLine) -> dict[str, Any]:
        shared = allocated(order, line)
        single = Decimal(line.seller_discount - shared) / line.quantity
        untold = len(order.lines) == 1 and lot(order) % 20 == 0
        return without_gaps(
            **self._good(line.good), quantity=float(line.quantity), price=line.unit_price, discount=_number(single),
            discountRatio=_percent(int(single), line.unit_price),
            note=f"Gói quà cho {order.buyer.name}" if lot(order) % 13 == 0 else None,
            allocationDiscount=None if untold else shared, subTotal=_number(line.list_amount - single * line.quantity),
        )


def allocated(order: SimOrder, line: SimLine) -> int:
    """The part of a line's discount, in đồng for the whole line, that was given on the invoice instead of per unit.

    So it is for every fifth invoice, for every line but the first on some others, and where a unit's share would have
    more than two decimals.
    """
    on_invoice = lot(order) % 5 == 0 or (lot(order) % 5 == 1 and line is not order.lines[0])
    uneven = (Decimal(line.seller_discount) / line.quantity * 100) % 1 != 0
    return line.seller_discount if on_invoice or uneven else 0


def invoice_discount(order: SimOrder) -> int:
    """The discount on the whole invoice, in đồng; its lines' `allocationDiscount` add up to it."""
    return sum(allocated(order, line) for line in order.lines)


def surcharge_of(order: SimOrder) -> int:
    """What this buyer pays on top of the goods, in đồng."""
    return GIFT_WRAP if lot(order) % 17 == 0 else 0


def delivered(order: SimOrder) -> bool:
    """Whether the goods were sent to the buyer's house."""
    return lot(order) % 6 == 0


def customer(order: SimOrder) -> dict[str, Any]:
    """The buyer as a document names them; nothing for a walk-in."""
    if lot(order) % 4 == 3 and not delivered(order):
        return {}
    return {"customerId": 7_000_000 + order.number % 1_000_000, "customerCode": f"KH_{order.buyer.username}",
            "customerName": order.buyer.name}


def branch_id(paper: Document) -> int:
    """The branch where the document was written."""
    return FIRST_BRANCH + paper.order.branch


def _stamps(paper: Document) -> dict[str, Any]:
    return {"createdDate": local_text(paper.created), "modifiedDate": local_text(paper.modified) if paper.modified else None}


def _payments(paper: Document, amount: int, prefix: str) -> list[dict[str, Any]]:
    if not amount:
        return []
    return [{"id": paper.id * 10, "code": f"{prefix}{paper.id}", "amount": amount,
             "method": ("Cash", "Transfer", "Card")[lot(paper.order) % 3], "status": 0 if paper.paid else 1,
             "statusValue": "Đã thanh toán" if paper.paid else "Đã hủy", "transDate": local_text(paper.at)}]


def _surcharges(paper: Document, price: int) -> list[dict[str, Any]]:
    if not price:
        return []
    return [{"id": paper.id * 10 + 1, "invoiceId": paper.id, "surchargeId": 31, "surchargeName": "Phí gói quà", "surValue": price,
             "price": price, "createdDate": local_text(paper.created)}]


def _delivery(order: SimOrder) -> dict[str, Any]:
    return {"deliveryCode": f"VD{order.number}", "type": 0, "status": 3, "statusValue": "Giao thành công", "price": 0,
            "receiver": order.buyer.name, "contactNumber": order.buyer.phone, "address": order.buyer.street,
            "locationName": order.buyer.province, "usingPriceCod": order.cod, "priceCodPayment": 0,
            "weight": float(sum(line.good.weight_g * line.quantity for line in order.lines))}


def _percent(part: int, whole: int) -> float | int:
    return round(part * 100 / whole, 2) if part and whole else 0


def _number(value: Decimal | int) -> int | float:
    return int(value) if value == int(value) else float(round(Decimal(value), 4))
