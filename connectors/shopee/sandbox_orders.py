"""The practice Shopee's orders, as lists in windows of time and in detail."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import datetime
from decimal import Decimal
from typing import Any

from connectors.shopee.sandbox_order_book import (
    OrderBook,
    Row,
    line_item_id,
    shipping_fee,
    shown_address,
    shown_name,
    status_of_order,
    unit_price,
)
from connectors.shopee.sandbox_wire import Body, Call, Endpoint, Refusal, seconds
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import SimOrder, Step
from ocop_market.sandbox.faults import FaultKind

LONGEST_WINDOW = 15 * 86_400
MOST_ORDERS = 50
FILTERS = frozenset({"UNPAID", "READY_TO_SHIP", "PROCESSED", "SHIPPED", "COMPLETED", "IN_CANCEL", "CANCELLED", "INVOICE_PENDING"})
"""States that a list may be filtered by; RETRY_SHIP, TO_CONFIRM_RECEIVE and TO_RETURN exist but are not among them."""
DAYS_TO_SHIP = 2
PACKAGE_STATUS = {"UNPAID": "LOGISTICS_NOT_START", "READY_TO_SHIP": "LOGISTICS_READY", "PROCESSED": "LOGISTICS_REQUEST_CREATED",
                  "SHIPPED": "LOGISTICS_PICKUP_DONE", "TO_CONFIRM_RECEIVE": "LOGISTICS_DELIVERY_DONE",
                  "COMPLETED": "LOGISTICS_DELIVERY_DONE", "CANCELLED": "LOGISTICS_INVALID"}


class Orders:
    """The endpoints for orders."""

    def __init__(self, sandbox: Sandbox, book: OrderBook) -> None:
        self._faults, self._masked, self._book = sandbox.faults, sandbox.masked, book

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {"order/get_order_list": Endpoint(self.get_order_list), "order/get_order_detail": Endpoint(self.get_order_detail)}

    def get_order_list(self, call: Call) -> Body:
        """Order numbers by time of making or of the last change; both ends of the window are included (unverified)."""
        query, path = call.query, f"/api/v2/{call.api}"
        span = query.need_text("time_range_field")
        if span not in {"create_time", "update_time"}:
            raise Refusal("error_param", "Wrong parameters, detail: time_range_field.")
        since, until = query.need_integer("time_from"), query.need_integer("time_to")
        if since >= until or until - since > LONGEST_WINDOW:
            raise Refusal("order.order_list_invalid_time", "Start time must be earlier than end time and diff in 15days.")
        size, status = query.need_page_size(), query.text("order_status")
        if status and status not in FILTERS:
            raise Refusal("error_param", "Wrong parameters, detail: order_status.")
        between = self._book.created_between if span == "create_time" else self._book.updated_between
        rows = [row for row in between(since, until, call.now) if not status or status_of_order(row.order, call.now) == status]
        start = _position(rows, query.text("cursor") or "")
        end = min(start + size, len(rows))
        page, more = rows[start:end], end < len(rows)
        if size > 1 and 0 < start < end and self._faults.take(FaultKind.DUPLICATE_PAGE, path):
            again = min(start, size // 2)
            page = (rows[start - again:start] + page)[:size]
            end = start - again + len(page)
            more = end < len(rows)
        cursor = f"{rows[end - 1].at}-{rows[end - 1].number}" if more else ""
        if self._faults.take(FaultKind.OUT_OF_ORDER, path):
            page = page[::-1]
        with_status = "order_status" in (query.texts("response_optional_fields") or [])
        return {"response": {"more": more, "next_cursor": cursor, "order_list": [
            {"order_sn": row.number, **({"order_status": status_of_order(row.order, call.now)} if with_status else {}),
             "booking_sn": ""} for row in page]}}

    def get_order_detail(self, call: Call) -> Body:
        """Up to 50 orders; unknown ones among them are named in the warning (unverified)."""
        numbers = list(dict.fromkeys(call.query.need_texts("order_sn_list")))
        call.query.within("order_sn_list", len(numbers), 1, MOST_ORDERS)
        wanted = set(call.query.texts("response_optional_fields") or [])
        found = {number: order for number in numbers if (order := self._book.order(number, call.now))}
        if not found:
            raise Refusal("error_not_found", "Wrong parameters, detail: the order is not found.")
        shown = []
        for number, order in found.items():
            beside = {name: value for name, value in self._beside(number, order, call.now).items() if name in wanted}
            shown.append(self._always(number, order, call.now) | beside)
        return {"warning": [f"{number} is not found" for number in numbers if number not in found],
                "response": {"order_list": shown}}

    def _always(self, number: str, order: SimOrder, now: datetime) -> Body:
        created = seconds(order.placed_at)
        return {
            "order_sn": number, "region": "VN", "currency": "VND", "cod": order.cod, "order_status": status_of_order(order, now),
            "message_to_seller": f"Nhờ gọi {order.buyer.phone} trước khi giao cho {order.buyer.name}", "create_time": created,
            "update_time": seconds(order.updated_at(now)), "days_to_ship": DAYS_TO_SHIP,
            "ship_by_date": created + DAYS_TO_SHIP * 86_400, "booking_sn": ""}

    def _beside(self, number: str, order: SimOrder, now: datetime) -> Body:
        status, shipped = status_of_order(order, now), order.reached(Step.SHIPPED, now)
        paid = order.reached(Step.DELIVERED if order.cod else Step.READY, now)
        cancelled = status == "CANCELLED"
        goods = sum(line.seller_amount - line.platform_discount for line in order.lines)
        method = "Cash on Delivery" if order.cod else "ShopeePay"
        return {
            "buyer_user_id": 700_000_000 + order.number % 1_000_000, "buyer_username": shown_name(order.buyer, self._masked),
            "estimated_shipping_fee": shipping_fee(order), "recipient_address": shown_address(order.buyer, self._masked),
            "actual_shipping_fee": shipping_fee(order) + order.charges(now).get("shipping", 0) if shipped else 0,
            "actual_shipping_fee_confirmed": shipped is not None,
            "goods_to_declare": False, "note": "", "note_update_time": 0, "item_list": self._lines(order, now),
            "pay_time": seconds(paid) if paid else None, "dropshipper": "", "dropshipper_phone": "", "split_up": False,
            "buyer_cancel_reason": "", "cancel_by": "buyer" if cancelled else "",
            "cancel_reason": "Need to change" if cancelled else "",
            "buyer_cpf_id": None, "fulfillment_flag": "fulfilled_by_local_seller",
            "pickup_done_time": seconds(shipped) if shipped else 0, "package_list": self._packages(order, status),
            "shipping_carrier": "Nhanh (tập)", "checkout_shipping_carrier": "Nhanh (tập)", "payment_method": method,
            "total_amount": 0 if status == "UNPAID" else goods + shipping_fee(order), "invoice_data": None,
            "order_chargeable_weight_gram": sum(_grams(order)), "return_request_due_date": 0,
            "payment_info": [{"payment_method": method, "payment_processor_register": "", "card_brand": "",
                              "transaction_id": "", "payment_amount": goods + shipping_fee(order)}] if paid else [],
            "international_label": ""}

    def _lines(self, order: SimOrder, now: datetime) -> list[dict[str, Any]]:
        cancelled = order.state(now) is Step.CANCELLED
        lines = []
        for position, line in enumerate(order.lines):
            returned = sum((back.quantity for back in order.returns_by(now) if back.line == position), Decimal(0))
            quantity = int(line.quantity)
            lines.append(self._book.codes(order, position) | {
                "model_quantity_purchased": quantity, "model_original_price": line.unit_price,
                "model_discounted_price": unit_price(line), "wholesale": False, "weight": line.good.weight_g / 1000,
                "add_on_deal": False, "main_item": False, "add_on_deal_id": 0, "promotion_type": "", "promotion_id": 0,
                "promotion_group_id": 0, "promotion_list": [], "order_item_id": line_item_id(order, position),
                "image_info": {"image_url": ""}, "product_location_id": [], "hot_listing_item": False,
                "active_qty": 0 if cancelled else quantity, "cancel_requested_qty": 0,
                "cancelled_qty": quantity if cancelled else 0, "return_requested_qty": 0, "returned_qty": int(returned)})
        return lines

    def _packages(self, order: SimOrder, status: str) -> list[Body]:
        if status == "UNPAID":
            return []
        goods = [(position, line, self._book.listing(order, line)) for position, line in enumerate(order.lines)]
        return [{
            "package_number": f"OFG{order.number}", "logistics_status": PACKAGE_STATUS[status], "logistics_channel_id": 90010,
            "shipping_carrier": "Nhanh (tập)", "allow_self_design_awb": False,
            "virtual_contact_number": "", "package_query_number": "",
            "parcel_chargeable_weight": sum(_grams(order)), "item_list": [
                {"item_id": item_id, "model_id": model_id, "model_quantity": int(line.quantity),
                 "order_item_id": line_item_id(order, position), "promotion_group_id": 0, "product_location_id": ""}
                for position, line, (item_id, model_id) in goods]}]


def _grams(order: SimOrder) -> list[int]:
    return [int(line.quantity * line.good.weight_g) for line in order.lines]


def _position(rows: list[Row], cursor: str) -> int:
    if not cursor:
        return 0
    match = re.fullmatch(r"(\d{1,12})-(\w+)", cursor)
    if match is None:
        raise Refusal("error_param", "Wrong parameters, detail: cursor.")
    return bisect_right(rows, (int(match[1]), match[2]), key=lambda row: (row.at, row.number))
