"""Goods that the simulated buyers brought back, as the practice Shopee shows them."""

from __future__ import annotations

from connectors.shopee.sandbox_order_book import OrderBook, Row, mask, order_sn, shown_address, shown_name, unit_price
from connectors.shopee.sandbox_wire import Body, Call, Endpoint, Fields, Refusal, seconds
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import SimReturn

LONGEST_WINDOW = 15 * 86_400
STATUSES = frozenset({"REQUESTED", "ACCEPTED", "CANCELLED", "JUDGING", "CLOSED", "PROCESSING", "SELLER_DISPUTE"})
REASONS = ("DAMAGED_PACKAGE", "SPILLED_CONTENTS", "EXPIRED_PRODUCT", "ITEM_MISSING")


class Returns:
    """The endpoints for returns. Each appears accepted, with its refund, at the moment when the goods are back."""

    def __init__(self, sandbox: Sandbox, book: OrderBook) -> None:
        self._book, self._masked = book, sandbox.masked

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {"returns/get_return_list": Endpoint(self.get_return_list),
                "returns/get_return_detail": Endpoint(self.get_return_detail)}

    def get_return_list(self, call: Call) -> Body:
        """Returns in windows of time, oldest first; pages count from 0 (unverified)."""
        query = call.query
        page, size = query.within("page_no", query.need_integer("page_no"), 0, 1_000_000), query.need_page_size()
        created, updated = _window(query, "create_time"), _window(query, "update_time")
        if created and updated and updated[0] < created[0]:
            raise Refusal("error_param", "The update_time_from must be after create_time_from.")
        status = query.text("status")
        if status and status not in STATUSES:
            raise Refusal("error_param", "Wrong parameters, detail: status.")
        windows = [window for window in (created, updated) if window] or [(0, seconds(call.now))]
        since, until = max(window[0] for window in windows), min(window[1] for window in windows)
        rows = self._book.returned_between(since, until, call.now) if status in {None, "", "ACCEPTED"} else []
        start = page * size
        shown = [self._shown(row, row.back) for row in rows[start:start + size] if row.back]
        return {"response": {"more": start + size < len(rows), "return": shown}}

    def get_return_detail(self, call: Call) -> Body:
        """One return."""
        row = self._book.returned(call.query.need_text("return_sn"), call.now)
        if row is None or row.back is None:
            raise Refusal("error_data", "The return you queried doesn't exist.")
        shown = self._shown(row, row.back)
        address = shown_address(row.order.buyer, self._masked)
        shown["return_pickup_address"] = address | {"address": address.pop("full_address")}
        shown["item"] = [item | {"refund_amount": row.back.refund} for item in shown["item"]]
        return {"response": shown | {
            "buyer_videos": [], "activity": [], "seller_proof": {"seller_proof_status": "", "seller_evidence_deadline": 0},
            "seller_compensation": {"seller_compensation_status": "", "seller_compensation_due_date": 0,
                                    "compensation_amount": 0},
            "negotiation": {"negotiation_status": "", "latest_solution": "", "latest_offer_amount": 0, "latest_offer_creator": "",
                            "counter_limit": 0, "offer_due_date": 0},
            "logistics_status": "LOGISTICS_DELIVERY_DONE", "reverse_logistics_status": "", "virtual_contact_number": "",
            "package_query_number": "", "return_address": {"whs_id": ""}, "has_uploaded_shipping_proof": False}}

    def _shown(self, row: Row, back: SimReturn) -> Body:
        line, buyer = row.order.lines[back.line], row.order.buyer
        codes = self._book.codes(row.order, back.line)
        return {
            "return_sn": row.number, "order_sn": order_sn(row.order.number), "status": "ACCEPTED",
            "reason": REASONS[back.number % len(REASONS)], "text_reason": "", "reassessed_request_reason": "",
            "refund_amount": back.refund, "amount_before_discount": int(back.quantity * line.unit_price), "currency": "VND",
            "create_time": row.at, "update_time": row.at, "due_date": row.at, "return_ship_due_date": row.at,
            "return_seller_due_date": row.at, "tracking_number": "", "needs_logistics": False, "image": [], "dispute_reason": [],
            "dispute_text_reason": [], "negotiation_status": "", "seller_proof_status": "", "seller_compensation_status": "",
            "return_refund_type": "RRAOC", "return_solution": 0, "return_refund_request_type": 0,
            "validation_type": "seller_validation", "is_seller_arrange": False, "is_shipping_proof_mandatory": False,
            "is_arrived_at_warehouse": 0, "follow_up_action_list": [],
            "user": {"username": shown_name(buyer, self._masked), "email": mask(buyer.email) if self._masked else buyer.email,
                     "portrait": ""},
            "item": [{"item_id": codes["item_id"], "model_id": codes["model_id"], "name": codes["item_name"], "images": [],
                      # `amount` is the quantity. REF get_return_list, 2026-08.
                      "amount": int(back.quantity), "item_price": unit_price(line), "item_sku": codes["item_sku"],
                      "variation_sku": codes["model_sku"], "is_add_on_deal": False, "is_main_item": False, "add_on_deal_id": 0}]}


def _window(query: Fields, name: str) -> tuple[int, int] | None:
    since, until = query.integer(f"{name}_from"), query.integer(f"{name}_to")
    if not since and not until:
        return None
    if not since or not until:
        raise query.dialect.missing(f"{name}_to" if since else f"{name}_from")
    if since > until:
        raise Refusal("error_param", f"The {name}_to should be later than {name}_from.")
    if until - since > LONGEST_WINDOW:
        raise Refusal("error_param", f"Wrong parameters, detail: {name} spans more than 15 days.")
    return since, until
