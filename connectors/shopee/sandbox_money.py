"""What the practice Shopee pays out: the settlement of each order, built from the published formula, and the payouts."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.shopee.sandbox_order_book import OrderBook, Row, order_sn, return_sn, shipping_fee, shown_name, status_of_order
from connectors.shopee.sandbox_wire import Body, Call, Endpoint, Refusal, seconds
from ocop_market.model.money import share_out
from ocop_market.sandbox.app import Sandbox
from ocop_market.sandbox.buyers import ADJUSTED_AFTER, SimOrder

MOST_ORDERS = 50
LONGEST_WALLET_WINDOW = 15 * 86_400
TAX_CODE = "0000000000"

ADDED = ("original_cost_of_goods_sold", "seller_return_refund", "shopee_discount", "buyer_paid_shipping_fee",
         "shopee_shipping_rebate", "shipping_fee_discount_from_3pl", "rsf_seller_protection_fee_claim_amount",
         "buyer_paid_packaging_fee")
TAKEN_OFF = (
    "original_shopee_discount", "voucher_from_seller", "seller_coin_cash_back", "actual_shipping_fee", "reverse_shipping_fee",
    "final_return_to_seller_shipping_fee", "commission_fee", "service_fee", "seller_transaction_fee", "campaign_fee",
    "order_ams_commission_fee", "seller_order_processing_fee", "fbs_fee", "ads_escrow_top_up_fee_or_technical_support_fee",
    "shipping_seller_protection_fee_amount", "delivery_seller_protection_fee_premium_amount", "escrow_tax",
    "final_escrow_product_gst", "sales_tax_on_lvg", "reverse_shipping_fee_sst", "shipping_fee_sst", "withholding_tax",
    "withholding_vat_tax", "withholding_pit_tax", "withholding_cit_tax", "vat_on_imported_goods", "overseas_return_service_fee",
    "th_import_duty", "trade_in_bonus_by_seller")
"""The terms of escrow_amount for local shops. REF get_escrow_detail, 2026-08."""

NEUTRAL = ("buyer_transaction_fee", "cross_border_tax", "payment_promotion", "coins", "voucher_from_external_party",
           "seller_lost_compensation", "drc_adjustable_refund", "final_shipping_fee", "final_product_protection",
           "credit_card_promotion", "final_product_vat_tax", "final_shipping_vat_tax", "final_escrow_shipping_gst",
           "total_adjustment_amount", "seller_shipping_discount", "bcrs_deposit", "prorated_coins_value_offset_return_items",
           "prorated_shopee_voucher_offset_return_items", "prorated_seller_voucher_offset_return_items")
"""Further amounts that a settlement shows and that are no terms of the formula."""

CHARGES = {"commission": "commission_fee", "payment": "seller_transaction_fee", "service": "service_fee",
           "affiliate": "order_ams_commission_fee", "per_order": "seller_order_processing_fee", "vat": "withholding_vat_tax",
           "income_tax": "withholding_pit_tax"}
"""Where each kind of charge appears; carriage that the seller bears makes the actual shipping fee dearer instead."""


class Money:
    """The endpoints for settlements and payouts."""

    def __init__(self, sandbox: Sandbox, book: OrderBook) -> None:
        self._book, self._masked = book, sandbox.masked

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {
            "payment/get_escrow_detail": Endpoint(self.get_escrow_detail),
            # REF says GET, two SDKs post JSON: taken both ways (2026-09).
            "payment/get_escrow_detail_batch": Endpoint(self.get_escrow_detail_batch, frozenset({"GET", "POST"})),
            "payment/get_escrow_list": Endpoint(self.get_escrow_list),
            "payment/get_wallet_transaction_list": Endpoint(self.get_wallet_transaction_list),
        }

    def get_escrow_detail(self, call: Call) -> Body:
        """The settlement of one order; none exists for unpaid and cancelled orders."""
        detail = self._detail(call.query.need_text("order_sn"), call.now)
        if detail is None:
            raise Refusal("order_not_found", "")
        return {"response": detail}

    def get_escrow_detail_batch(self, call: Call) -> Body:
        """Settlements of up to 50 orders; the response is a list, and an order without one fails alone."""
        fields = call.given
        try:
            numbers = fields.need_texts("order_sn_list")
        except Refusal:
            raise Refusal("error_param", "order_sn_list is required, format should be string[]") from None
        if len(numbers) > MOST_ORDERS:
            raise Refusal("exceed_max_limit", "Your request exceeds the max limit of 50 orders.")
        entries: list[Body] = []
        for number in dict.fromkeys(numbers):
            detail = self._detail(number, call.now)
            entries.append({"fail_error": "order_not_found", "fail_message": f"{number} is not found"} if detail is None
                           else {"escrow_detail": detail})
        if not any("escrow_detail" in entry for entry in entries):
            raise Refusal("order_not_found", "", escrow_detail_list=entries)
        return {"response": entries}

    def get_escrow_list(self, call: Call) -> Body:
        """Orders whose money was released in the window; pages count from 1."""
        query = call.query
        since, until = query.need_integer("release_time_from"), query.need_integer("release_time_to")
        size = query.within("page_size", _or(query.integer("page_size"), 40), 1, 100)
        page = query.within("page_no", _or(query.integer("page_no"), 1), 1, 1_000_000)
        if since > until:
            raise Refusal("error_param", "release_time_from must not be later than release_time_to")
        rows = self._book.completed_between(since, until, call.now)
        start = (page - 1) * size
        return {"response": {"more": start + size < len(rows), "escrow_list": [
            {"order_sn": row.number, "payout_amount": self._paid_out(row),
             "escrow_release_time": row.at} for row in rows[start:start + size]]}}

    def get_wallet_transaction_list(self, call: Call) -> Body:
        """Payouts and refunds by time; pages count from 0 and balances are not kept (0)."""
        query = call.query
        page, size = query.within("page_no", query.need_integer("page_no"), 0, 1_000_000), query.need_page_size()
        now = seconds(call.now)
        until = _or(query.integer("create_time_to"), now)
        since = _or(query.integer("create_time_from"), until - LONGEST_WALLET_WINDOW)
        if since > until:
            raise Refusal("time_invalid", "The param error: create_time_from bigger than create_time_to.")
        if until - since > LONGEST_WALLET_WINDOW:
            raise Refusal("time_period_too_large", "The param error: time period too large.")
        moves = [(row, "ESCROW_VERIFIED_ADD", self._paid_out(row))
                 for row in self._book.completed_between(since, until, call.now)]
        moves += [(row, "ADJUSTMENT_MINUS", -row.back.refund)
                  for row in self._book.returned_between(since, until, call.now) if row.back]
        moves += [(Row(seconds(at), row.number, row.order), "ADJUSTMENT_MINUS", -row.order.fees.adjustment)
                  for row in self._book.completed_between(since - int(ADJUSTED_AFTER.total_seconds()), until, call.now)
                  if (at := row.order.adjusted_at(call.now)) and since <= seconds(at) <= until]
        moves.sort(key=lambda move: (move[0].at, move[0].number))
        start = page * size
        return {"response": {"more": start + size < len(moves),
                             "transaction_list": [self._transaction(*move) for move in moves[start:start + size]]}}

    def _transaction(self, row: Row, kind: str, amount: int) -> Body:
        return {"status": "COMPLETED", "transaction_type": kind, "txn_title": "", "amount": amount, "current_balance": 0,
                "create_time": row.at, "order_sn": order_sn(row.order.number), "refund_sn": row.number if row.back else "",
                "withdrawal_type": "", "transaction_fee": 0, "description": "", "reason": "", "pay_order_list": [],
                "buyer_name": shown_name(row.order.buyer, self._masked), "shop_name": "", "withdrawal_id": 0,
                "root_withdrawal_id": 0, "transaction_tab_type": "", "outlet_shop_name": "",
                "money_flow": "MONEY_IN" if amount > 0 else "MONEY_OUT"}

    def _paid_out(self, row: Row) -> int:
        released = datetime.fromtimestamp(row.at, UTC)
        return int(order_income(self._book, row.order, released)["escrow_amount"])

    def _detail(self, number: str, now: datetime) -> Body | None:
        order = self._book.order(number, now)
        if order is None or status_of_order(order, now) in {"UNPAID", "CANCELLED"}:
            return None
        income = order_income(self._book, order, now)
        payment = {
            "buyer_payment_method": income["buyer_payment_method"], "buyer_service_fee": 0, "buyer_tax_amount": 0,
            "buyer_total_amount": income["buyer_total_amount"], "merchant_subtotal": income["original_cost_of_goods_sold"],
            "seller_voucher": 0, "shipping_fee": income["buyer_paid_shipping_fee"], "shopee_coins_redeemed": 0,
            "shopee_voucher": -income["voucher_from_shopee"], "is_paid_by_credit_card": False, "credit_card_promotion": 0,
            "insurance_premium": 0}
        return {"order_sn": number, "buyer_user_name": shown_name(order.buyer, self._masked),
                "return_order_sn_list": [return_sn(back.number) for back in order.returns_by(now)], "order_income": income,
                "buyer_payment_info": payment}


def order_income(book: OrderBook, order: SimOrder, now: datetime) -> Body:
    """The settlement as it stands; charges come with completion, refunds as they happen."""
    listed = sum(line.list_amount for line in order.lines)
    discount = sum(line.seller_discount for line in order.lines)
    vouchers = sum(line.platform_discount for line in order.lines)
    goods, fee, charges = listed - discount, shipping_fee(order), order.charges(now)
    carriage = fee + charges.get("shipping", 0)
    income: Body = dict.fromkeys((*ADDED, *TAKEN_OFF, *NEUTRAL), 0)
    income |= {
        "order_original_price": listed, "original_price": listed, "order_selling_price": goods, "order_discounted_price": goods,
        "order_seller_discount": discount, "seller_discount": discount, "voucher_from_shopee": vouchers,
        "original_cost_of_goods_sold": goods, "cost_of_goods_sold": goods, "buyer_paid_shipping_fee": fee,
        "actual_shipping_fee": carriage, "estimated_shipping_fee": fee, "buyer_total_amount": goods - vouchers + fee,
        "seller_return_refund": -sum(back.refund for back in order.returns_by(now)),
        "buyer_payment_method": "Cash on Delivery" if order.cod else "ShopeePay", "instalment_plan": "No instalment",
        "seller_voucher_code": [], "order_adjustment": [], "exchange_rate": 1, "tax_registration_code": TAX_CODE,
        "order_chargeable_weight": sum(int(line.quantity * line.good.weight_g) for line in order.lines),
        "items": [_item(book, order, position, part) for position, part in enumerate(
            share_out(charges.get("affiliate", 0), [line.seller_amount for line in order.lines]))]}
    income |= {CHARGES[kind]: amount for kind, amount in charges.items() if kind in CHARGES}
    income |= {"credit_card_transaction_fee": income["seller_transaction_fee"], "net_commission_fee": income["commission_fee"],
               "net_service_fee": income["service_fee"]}
    if (at := order.adjusted_at(now)) is not None:
        income |= {"total_adjustment_amount": -charges["adjustment"], "order_adjustment": [{
            "amount": -charges["adjustment"], "date": seconds(at), "currency": "VND", "adjustment_reason": "Shipping fee adjustment"}]}
    income["escrow_amount"] = sum(income[term] for term in ADDED) - sum(income[term] for term in TAKEN_OFF)
    income["escrow_amount_after_adjustment"] = income["escrow_amount"] + income["total_adjustment_amount"]
    return income


def _item(book: OrderBook, order: SimOrder, position: int, affiliate: int) -> Body:
    line = order.lines[position]
    return book.codes(order, position) | {
        "quantity_purchased": int(line.quantity), "original_price": line.list_amount, "selling_price": line.seller_amount,
        "discounted_price": line.seller_amount, "seller_discount": line.seller_discount, "shopee_discount": 0,
        "discount_from_coin": 0, "discount_from_voucher_shopee": line.platform_discount, "discount_from_voucher_seller": 0,
        "activity_type": "", "activity_id": 0, "is_main_item": False, "is_b2c_shop_item": False, "ams_commission_fee": affiliate,
        "bcrs_deposit": 0, "is_kit": False, "promotion_list": []}


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
