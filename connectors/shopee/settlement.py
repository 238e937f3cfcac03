"""What an order leaves the seller, read out of Shopee's settlement term by term; pure.

`escrow_amount` is the sum of named terms: REF get_escrow_detail, 2026-08 (local shops). Every term has one place here, so
that a new one shows as what is left over.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.shopee.wire_base import ZERO
from connectors.shopee.wire_sales import OrderIncome
from ocop_market.model.money import whole_dong
from ocop_market.model.sales import Fee, FeeKind

FEES = {
    "commission_fee": FeeKind.COMMISSION,
    "service_fee": FeeKind.SERVICE,
    "seller_transaction_fee": FeeKind.PAYMENT,
    "campaign_fee": FeeKind.ADVERTISING,
    "order_ams_commission_fee": FeeKind.AFFILIATE,
    "seller_order_processing_fee": FeeKind.PROCESSING,
    "fbs_fee": FeeKind.FULFILMENT,
    "ads_escrow_top_up_fee_or_technical_support_fee": FeeKind.ADVERTISING,
    "shipping_seller_protection_fee_amount": FeeKind.SHIPPING,
    "delivery_seller_protection_fee_premium_amount": FeeKind.SHIPPING,
    "overseas_return_service_fee": FeeKind.SHIPPING,
    "th_import_duty": FeeKind.OTHER,
    "trade_in_bonus_by_seller": FeeKind.OTHER,
}
"""Terms that come off, and what they are for."""
TAXES = ("withholding_tax", "withholding_vat_tax", "withholding_pit_tax", "withholding_cit_tax", "escrow_tax",
         "final_escrow_product_gst", "sales_tax_on_lvg", "vat_on_imported_goods", "reverse_shipping_fee_sst", "shipping_fee_sst")


def fees(income: OrderIncome) -> list[Fee]:
    """What Shopee keeps back for its services, each under its own name; what the buyer paid for packaging comes off."""
    found = [Fee(kind, whole_dong(getattr(income, term)), term) for term, kind in FEES.items() if getattr(income, term)]
    if income.buyer_paid_packaging_fee:
        found.append(Fee(FeeKind.OTHER, -whole_dong(income.buyer_paid_packaging_fee), "buyer_paid_packaging_fee"))
    return found


def taxes(income: OrderIncome) -> int:
    """Taxes that Shopee keeps back from the seller, in đồng."""
    return whole_dong(sum((getattr(income, term) for term in TAXES), ZERO))


def seller_shipping(income: OrderIncome, *, final: bool) -> int:
    """Carriage that the seller bears, in đồng; below zero when buyers paid more than it cost.

    REF get_order_detail, 2026-08: the actual shipping fee is 0 until confirmed, so a gain counts at the end only.
    """
    borne = -whole_dong(_shipping_left_over(income))
    return borne if final else max(0, borne)


def adjustments(income: OrderIncome) -> int:
    """What was put right after the payout, in đồng, positive when the seller got more."""
    if income.total_adjustment_amount is not None:
        return whole_dong(income.total_adjustment_amount)
    return whole_dong(sum((one.amount for one in income.order_adjustment), ZERO))


def last_fees(income: OrderIncome) -> list[Fee]:
    """Of a completed order what no documented term tells: adjustments, and what the net lacks or has on top beyond them.

    New fees come before their documents: one whose name Shopee shows, and which is just what is missing, is taken by that
    name. Before completion the net is an estimate that need not follow the formula (unverified), and without the worth of the
    goods there is no formula: nothing is read out of either.
    """
    found = [Fee(FeeKind.ADJUSTMENT, -adjustments(income), "order_adjustment")] if adjustments(income) else []
    missing = -escrow_difference(income) if "original_cost_of_goods_sold" in income.model_fields_set else 0
    named = next((word for word, amount in income.new_terms.items() if whole_dong(amount) == missing), None)
    if missing:
        found.append(Fee(FeeKind.OTHER, missing, named) if named else Fee(FeeKind.UNEXPLAINED, missing))
    return found


def payout(income: OrderIncome) -> int:
    """What Shopee says the seller receives in the end, in đồng."""
    if income.escrow_amount_after_adjustment is not None:
        return whole_dong(income.escrow_amount_after_adjustment)
    return whole_dong(income.escrow_amount) + adjustments(income)


def escrow_difference(order_income: OrderIncome) -> int:
    """What `escrow_amount` holds beyond the documented formula, in đồng; not 0 means a term that we do not know."""
    income = order_income
    goods = (
        income.original_cost_of_goods_sold - income.original_shopee_discount + income.seller_return_refund
        + income.shopee_discount - income.voucher_from_seller - income.seller_coin_cash_back
    )
    services = sum((getattr(income, term) for term in FEES), ZERO) - income.buyer_paid_packaging_fee
    return whole_dong(income.escrow_amount - goods - _shipping_left_over(income) + services) + taxes(income)


def _shipping_left_over(income: OrderIncome) -> Decimal:
    return (
        income.buyer_paid_shipping_fee - income.actual_shipping_fee + income.shopee_shipping_rebate
        + income.shipping_fee_discount_from_3pl - income.reverse_shipping_fee
        + income.rsf_seller_protection_fee_claim_amount - income.final_return_to_seller_shipping_fee
    )
