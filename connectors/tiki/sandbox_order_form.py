"""An order as Tiki's order API v2 prints it, from what the simulated buyers did."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from connectors.tiki.sandbox_desk import SELLER_ID, SELLER_NAME, WAREHOUSES, text_time
from ocop_market.model.money import share_out
from ocop_market.sandbox.buyers import PROVINCES, SimLine, SimOrder, Step
from ocop_market.sandbox.shelf import Record

FEES, HISTORIES, CONFIRMATIONS = "item.fees", "status_histories", "item.confirmation_histories"
SELLER_DELIVERY, DROPSHIP = "seller_delivery", "dropship"
SHIPPING_AMOUNTS = (0, 14_000, 22_500)
FIRST_NUMBER = 7_300_000_000  # taken off a SimOrder's number, so that internal ids fit 32 bits

# The keys are practice values after the one that is published (percent_per_item_sales_value); Tiki prints no list of them.
FEE_TYPES: Mapping[str, tuple[str, str]] = {
    "commission": ("percent_per_item_sales_value", "Phí hoa hồng"),
    "payment": ("payment_processing_fee", "Phí thanh toán"),
    "service": ("platform_service_fee", "Phí dịch vụ sàn"),
    "affiliate": ("affiliate_fee", "Phí tiếp thị liên kết"),
    "shipping": ("seller_shipping_fee", "Phí vận chuyển người bán chịu"),
    "per_order": ("pick_pack_processing_fee", "Phí xử lý đơn hàng"),
    "vat": ("withholding_vat_tax", "Thuế GTGT khấu trừ"),
    "income_tax": ("withholding_pit_tax", "Thuế TNCN khấu trừ"),
}
# Region codes from VN901 on are made up; the real ones have lower numbers.
REGION_CODES = {province: f"VN{901 + place}" for place, province in enumerate(PROVINCES)}
_STATUS = {Step.SHIPPED: "shipping", Step.DELIVERED: "successful_delivery", Step.COMPLETED: "complete",
           Step.CANCELLED: "canceled"}


def order_code(order: SimOrder) -> str:
    """The numeric text by which an order is known."""
    return str(order.number)


def order_status(order: SimOrder, now: datetime) -> str:
    """The platform's word for where an order stands; `returned` once all its goods came back."""
    if order.returns and fully_returned(order, now):
        return "returned"
    step = order.state(now)
    if step is Step.PLACED:
        return "processing" if order.cod else "waiting_payment"
    if step is Step.READY:
        return "queueing" if order.number % 2 else "picking"
    return _STATUS[step]


def fully_returned(order: SimOrder, now: datetime) -> bool:
    """Whether every piece of every line came back; v2 knows no other kind of return."""
    back = order.returns_by(now)
    return all(sum(one.quantity for one in back if one.line == place) == line.quantity for place, line in enumerate(order.lines))


def order_moments(order: SimOrder) -> list[datetime]:
    """Every time at which something happens to an order, in order."""
    return sorted({*(at for at, _ in order.steps), *(back.at for back in order.returns)})


def status_changes(order: SimOrder, now: datetime) -> list[tuple[datetime, str]]:
    """Each status that an order came into up to `now`, with the time."""
    path = [(at, order_status(order, at)) for at in order_moments(order) if at <= now]
    return path[:1] + [after for before, after in pairwise(path) if before[1] != after[1]]


def fulfillment(order: SimOrder) -> str:
    """How an order is fulfilled: the seller brings every fifth one."""
    return SELLER_DELIVERY if order.number % 5 == 0 else DROPSHIP


def confirmation_status(order: SimOrder, now: datetime) -> str:
    """Where the confirmation of an order's items stands."""
    return "waiting" if order.reached(Step.READY, now) is None else "seller_confirmed"


def order_form(order: SimOrder, now: datetime, article: Callable[[str], Record], include: Collection[str], *,
               masked: bool) -> Record:
    """The whole order; fees and histories only when they are asked for."""
    code, status, buyer = order_code(order), order_status(order, now), order.buyer
    number, shipping = order.number - FIRST_NUMBER, SHIPPING_AMOUNTS[order.number % len(SHIPPING_AMOUNTS)]
    fees = _fees_by_line(order, now)
    items = [_item(order, place, article(line.good.sku), fees[place], now, include) for place, line in enumerate(order.lines)]
    cancelled = order.reached(Step.CANCELLED, now)
    address = _address(order, masked=masked)
    form: Record = {
        "id": number, "code": code, "fulfillment_type": fulfillment(order), "status": status, "items": items, "siblings": [],
        "children": [], "created_at": text_time(order.placed_at), "updated_at": text_time(order.updated_at(now)),
        "billing_address": {name: address[name] for name in (
            "full_name", "street", "ward", "district", "region", "country", "email", "phone")},
        "type": "instock", "is_parent": False, "main_state": status, "main_state_text": "", "main_state_text_en": "",
        "main_substate": status, "main_substate_text": "", "main_substate_text_en": "", "has_backorder_items": True,
        "multiseller_confirmation": None, "original_code": code, "parent_code": None, "linked_code": None, "relation_code": None,
        "is_rma": False, "rma_info": None, "is_vat_exporting": False,
        "shipping": _shipping(order, now, code, address),
        "payment": {"method": "cod" if order.cod else "momo", "is_prepaid": not order.cod, "description": "",
                    "status": "pending" if order.cod or status == "waiting_payment" else "paid"},
        "delivery": {"delivery_confirmations": None, "delivery_note": None},
        "tiki_warehouse": {"id": 4, "name": "Kho Tiki thực hành", "code": "sgn"},
        "invoice": _order_invoice([item["invoice"] for item in items], shipping, order),
        "customer": {"id": number, "full_name": buyer.name},
        "cancel_info": cancelled and {"reason_code": "customer_changed_mind", "reason_text": "Khách đổi ý",
                                      "comment": f"{buyer.name} gọi điện nhờ hủy",
                                      "canceled_at": text_time(cancelled)},
        "labels": [], "platform": "frontend_desktop",
    }
    if HISTORIES in include:
        form[HISTORIES] = [{"id": number * 10 + place, "status": word, "created_at": text_time(at)}
                           for place, (at, word) in enumerate(status_changes(order, now), 1)]
    return form


def _item(order: SimOrder, place: int, numbers: Record, fees: list[Record], now: datetime, include: Collection[str]) -> Record:
    line, ready = order.lines[place], order.reached(Step.READY, now)
    confirmed: Record = {
        "status": confirmation_status(order, now), "confirmed_at": ready and text_time(ready),
        "available_confirm_sla": text_time(order.placed_at + timedelta(hours=24)),
        "pickup_confirm_sla": text_time(order.placed_at + timedelta(hours=48))}
    if CONFIRMATIONS in include:
        confirmed["histories"] = [{"confirmed_at": text_time(ready), "status": "seller_confirmed",
                                   "sla_confirmed_at": confirmed["available_confirm_sla"]}] if ready else []
    return {
        "id": (order.number - FIRST_NUMBER) * 10 + place,
        "product": {
            "id": numbers["id"], "type": "simple", "super_id": 0, "master_id": numbers["master_id"], "sku": numbers["sku"],
            "name": line.good.name, "catalog_group_name": "Grocery", "inventory_type": "backorder", "imeis": [],
            "serial_numbers": [], "thumbnail": "", "seller_product_code": line.good.sku, "seller_supply_method": "dropship"},
        "seller": {"id": SELLER_ID, "name": SELLER_NAME}, "confirmation": confirmed, "parent_item_id": 0,
        "price": line.unit_price, "qty": int(line.quantity), "is_virtual": False, "is_free_gift": False,
        "invoice": _item_invoice(line, fees, with_fees=FEES in include), "inventory_requisition": None,
        "inventory_withdrawals": [], "seller_inventory_id": WAREHOUSES[0]["id"],
        "seller_income_detail": _income_detail(order, place, fees),
    }


def _item_invoice(line: SimLine, fees: list[Record], *, with_fees: bool) -> Record:
    """Amounts of a line; net is subtotal and (negative) fees, less what the seller gave, never what Tiki gave."""
    discount = line.seller_discount + line.platform_discount
    seller_fee = sum(fee["final_amount"] for fee in fees)
    invoice: Record = {
        "price": line.unit_price, "quantity": int(line.quantity), "subtotal": line.list_amount,
        "row_total": line.list_amount - discount, "discount_amount": discount, "discount_tikixu": 0,
        "discount_promotion": line.platform_discount, "discount_percent": 0,
        "discount_coupon": line.seller_discount, "discount_other": 0, "is_seller_discount_coupon": line.seller_discount > 0,
        "is_taxable": True, "fob_price": 0, "seller_fee": seller_fee,
        "seller_income": line.list_amount + seller_fee - line.seller_discount}
    return invoice | ({"fees": fees} if with_fees else {})


def _order_invoice(lines: list[Record], shipping: int, order: SimOrder) -> Record:
    total = {name: sum(line[name] for line in lines) for name in (
        "subtotal", "discount_amount", "discount_tikixu", "discount_promotion", "discount_percent", "discount_coupon",
        "discount_other")}
    grand_total = total["subtotal"] - total["discount_amount"] + shipping
    return {
        "items_count": len(lines), "items_quantity": sum(line["quantity"] for line in lines), **total, "grand_total": grand_total,
        "collectible_amount": grand_total if order.cod else 0, "gift_card_amount": 0, "gift_card_code": "",
        "coupon_code": "THUCHANH" if total["discount_coupon"] else "", "shipping_amount_after_discount": shipping,
        "shipping_discount_amount": 0, "handling_fee": 0, "other_fee": 0,
        "total_seller_fee": sum(line["seller_fee"] for line in lines),
        "total_seller_income": sum(line["seller_income"] for line in lines),
        "purchased_at": text_time(order.placed_at), "tax_info": None}


def _fees_by_line(order: SimOrder, now: datetime) -> list[list[Record]]:
    """What the platform kept back, shared over the lines by their value; nothing before the order is complete."""
    weights = [line.seller_amount for line in order.lines]
    found: list[list[Record]] = [[] for _ in order.lines]
    for kind, amount in order.charges(now).items():
        key, name = FEE_TYPES[kind]
        rate = getattr(order.fees, kind)
        for place, part in enumerate(share_out(amount, weights)):
            found[place].append({
                "id": ((order.number - FIRST_NUMBER) * 10 + place) * 10 + list(FEE_TYPES).index(kind), "fee_type_key": key,
                "fee_type_name": name, "status": "charged", "quantity": 1,
                "base_amount": rate if kind in ("per_order", "shipping") else rate / 10,
                "total_amount": -part, "discount_amount": 0, "final_amount": -part})
    return found


def _income_detail(order: SimOrder, place: int, fees: list[Record]) -> Record:
    """The other basis, with the buyer's shipping in it: not to be mixed with invoice.seller_income.

    What the buyer pays for shipping comes in here and goes out again as a fee; fees stand here without being asked for.
    """
    line = order.lines[place]
    shipping = share_out(SHIPPING_AMOUNTS[order.number % len(SHIPPING_AMOUNTS)], [one.list_amount for one in order.lines])[place]
    shipped: Record = {"id": None, "fee_type_key": "shipping_fee", "fee_type_name": "Phí vận chuyển", "status": None,
                       "quantity": None, "base_amount": 0, "total_amount": -shipping, "discount_amount": 0,
                       "final_amount": -shipping}
    charged = [*fees, shipped] if fees else []
    return {
        "item_price": line.unit_price, "item_qty": int(line.quantity), "shipping_fee": shipping, "seller_fees": charged,
        "sub_total": line.list_amount + shipping,
        "seller_income": line.list_amount + shipping - line.seller_discount + sum(fee["final_amount"] for fee in charged),
        "discount": {
            "discount_shipping_fee": {"sellerDiscount": 0, "fee_amount": shipping, "qty": 1, "apply_discount": [],
                                      "seller_subsidy": 0, "tiki_subsidy": 0},
            "discount_coupon": {"seller_discount": line.seller_discount, "platform_discount": 0,
                                "total_discount": line.seller_discount},
            "discount_tikixu": {"amount": 0}}}


def _shipping(order: SimOrder, now: datetime, code: str, address: Record) -> Record:
    shipped, delivered = order.reached(Step.SHIPPED, now), order.reached(Step.DELIVERED, now)
    return {
        "partner_id": "TNSL", "partner_name": "TikiNOW Smart Logistics", "tracking_code": f"TK{code}" if shipped else "",
        "status": "delivered" if delivered else "shipping" if shipped else "waiting",
        "plan": {"id": 1, "name": "Giao tiết kiệm", "is_free_shipping": False, "description": "",
                 "promised_delivery_date": text_time(order.placed_at + timedelta(days=5))},
        "address": address, "shipping_detail": None}


def _address(order: SimOrder, *, masked: bool) -> dict[str, Any]:
    """Name, street and ward are always there; telephone and e-mail for seller_delivery only, as Tiki masks them."""
    buyer, code = order.buyer, REGION_CODES[order.buyer.province]
    shown = not masked or fulfillment(order) == SELLER_DELIVERY
    return {
        "full_name": buyer.name, "street": buyer.street,
        "ward": f"Phường CANARY {order.number % 30}", "ward_tiki_code": f"{code}001001",
        "district": "Quận Thực Hành", "district_tiki_code": f"{code}001", "region": buyer.province, "region_tiki_code": code,
        "country": "Việt Nam", "country_id": "VN", "email": buyer.email if shown else "", "phone": buyer.phone if shown else ""}
