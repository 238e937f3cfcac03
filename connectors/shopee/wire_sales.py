"""What is read of Shopee's answers about orders, their money and returns. Shapes: API reference v2, 2026-08.

Moments are aware (UTC).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import AliasChoices, AwareDatetime, Field, model_validator

from connectors.shopee import facts
from connectors.shopee.wire_base import ZERO, Wire

# --- orders


class OrderRow(Wire):
    """A row of get_order_list."""

    order_sn: str = Field(min_length=1)


class OrderListResponse(Wire):
    """A page of orders; `next_cursor` is opaque."""

    more: bool
    next_cursor: str = ""
    order_list: tuple[OrderRow, ...] = ()


class OrderListAnswer(Wire):
    """Answer of get_order_list."""

    response: OrderListResponse


class OrderItem(Wire):
    """A line of an order; prices are per unit (unverified for quantities above one) and 0 for bundle deals.

    Of an add-on deal, all lines but the main one are sold with it for less, or given for nothing.
    """

    order_item_id: int | None = None
    line_item_id: int | None = None
    item_id: int
    model_id: int = 0
    item_name: str = ""
    model_name: str = ""
    item_sku: str = ""
    model_sku: str = ""
    model_quantity_purchased: int
    model_original_price: Decimal
    model_discounted_price: Decimal | None = None
    add_on_deal: bool = False
    main_item: bool = False


class Order(Wire):
    """An order without anything of its buyer."""

    order_sn: str = Field(min_length=1)
    order_status: str
    currency: str
    create_time: AwareDatetime
    update_time: AwareDatetime
    item_list: tuple[OrderItem, ...] = Field(min_length=1)


class OrdersResponse(Wire):
    """The orders asked for."""

    order_list: tuple[Order, ...]


class OrdersAnswer(Wire):
    """Answer of get_order_detail."""

    response: OrdersResponse


# --- money


class EscrowItem(Wire):
    """A line of an order's money; every amount is a line subtotal."""

    item_id: int
    model_id: int = 0
    line_item_id: int | None = None
    quantity_purchased: int | None = None
    original_price: Decimal | None = None
    seller_discount: Decimal = ZERO
    shopee_discount: Decimal = ZERO
    discount_from_coin: Decimal = ZERO
    discount_from_voucher_seller: Decimal = ZERO
    discount_from_voucher_shopee: Decimal = ZERO


class Adjustment(Wire):
    """A correction after the payout; its reason is free text and is not read."""

    amount: Decimal


class OrderIncome(Wire):
    """The terms of escrow_amount as get_escrow_detail defines them; an absent term counts as 0.

    The batch's table spells two of them otherwise; both spellings are read. `new_terms` are amounts under names that end like
    a fee's and that no page documents.
    """

    escrow_amount: Decimal
    items: tuple[EscrowItem, ...] = ()
    original_cost_of_goods_sold: Decimal = ZERO
    original_shopee_discount: Decimal = ZERO
    shopee_discount: Decimal = ZERO
    seller_return_refund: Decimal = ZERO
    voucher_from_seller: Decimal = ZERO
    seller_coin_cash_back: Decimal = ZERO
    buyer_paid_shipping_fee: Decimal = ZERO
    actual_shipping_fee: Decimal = ZERO
    shopee_shipping_rebate: Decimal = ZERO
    shipping_fee_discount_from_3pl: Decimal = Field(
        ZERO, validation_alias=AliasChoices("shipping_fee_discount_from_3pl", "shipping_fee_discount_from_pl"))
    reverse_shipping_fee: Decimal = ZERO
    rsf_seller_protection_fee_claim_amount: Decimal = ZERO
    final_return_to_seller_shipping_fee: Decimal = ZERO
    commission_fee: Decimal = ZERO
    service_fee: Decimal = ZERO
    seller_transaction_fee: Decimal = ZERO
    campaign_fee: Decimal = ZERO
    order_ams_commission_fee: Decimal = ZERO
    seller_order_processing_fee: Decimal = ZERO
    fbs_fee: Decimal = ZERO
    ads_escrow_top_up_fee_or_technical_support_fee: Decimal = ZERO
    shipping_seller_protection_fee_amount: Decimal = ZERO
    delivery_seller_protection_fee_premium_amount: Decimal = ZERO
    overseas_return_service_fee: Decimal = ZERO
    th_import_duty: Decimal = ZERO
    buyer_paid_packaging_fee: Decimal = ZERO
    trade_in_bonus_by_seller: Decimal = Field(
        ZERO, validation_alias=AliasChoices("trade_in_bonus_by_seller", "trade_in_bonus_seller"))
    escrow_tax: Decimal = ZERO
    final_escrow_product_gst: Decimal = ZERO
    sales_tax_on_lvg: Decimal = ZERO
    reverse_shipping_fee_sst: Decimal = ZERO
    shipping_fee_sst: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    withholding_vat_tax: Decimal = ZERO
    withholding_pit_tax: Decimal = ZERO
    withholding_cit_tax: Decimal = ZERO
    vat_on_imported_goods: Decimal = ZERO
    order_adjustment: tuple[Adjustment, ...] = ()
    total_adjustment_amount: Decimal | None = None
    escrow_amount_after_adjustment: Decimal | None = None
    new_terms: dict[str, Decimal] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _with_new_terms(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        found = {name: amount for name, amount in data.items() if name.endswith("_fee") and name not in cls.model_fields
                 and name not in facts.FEES_OUTSIDE_THE_NET and isinstance(amount, int | float | Decimal) and amount}
        return {**data, "new_terms": found} if found else data


class Escrow(Wire):
    """An order's money."""

    order_sn: str = Field(min_length=1)
    return_order_sn_list: tuple[str, ...] = ()
    order_income: OrderIncome

    @property
    def hides_its_refund(self) -> bool:
        """True when there are returns, yet no word about a refund: the batch's table does not list that term."""
        return bool(self.return_order_sn_list) and "seller_return_refund" not in self.order_income.model_fields_set


    @property
    def hides_adjustments(self) -> bool:
        """True when there is no word about corrections after the payout: the batch's table does not list them."""
        told = {"order_adjustment", "total_adjustment_amount", "escrow_amount_after_adjustment"}
        return not told & self.order_income.model_fields_set


class EscrowAnswer(Wire):
    """Answer of get_escrow_detail."""

    response: Escrow


class EscrowEntry(Wire):
    """One order of a batch; without its money when `fail_error` says so."""

    escrow_detail: Escrow | None = None
    fail_error: str = ""


class EscrowBatchAnswer(Wire):
    """Answer of get_escrow_detail_batch: an array, or the list beside it as the page's error sample prints it."""

    response: tuple[EscrowEntry, ...] = ()
    escrow_detail_list: tuple[EscrowEntry, ...] = ()


class Release(Wire):
    """An order whose money was paid out to the seller's wallet."""

    order_sn: str = Field(min_length=1)
    escrow_release_time: AwareDatetime
    payout_amount: Decimal | None = None


class ReleaseResponse(Wire):
    """A page of releases."""

    more: bool
    escrow_list: tuple[Release, ...] = ()


class ReleaseAnswer(Wire):
    """Answer of get_escrow_list."""

    response: ReleaseResponse


class WalletMove(Wire):
    """Money that moved in the seller's wallet, as far as it tells of which order."""

    order_sn: str = ""
    transaction_type: str = ""
    create_time: AwareDatetime


class WalletResponse(Wire):
    """A page of moves."""

    more: bool
    transaction_list: tuple[WalletMove, ...] = ()


class WalletAnswer(Wire):
    """Answer of get_wallet_transaction_list."""

    response: WalletResponse


# --- returns


class ReturnItem(Wire):
    """Goods of a return; `amount` is a quantity on this page, not money."""

    item_id: int
    model_id: int = 0
    amount: int
    item_price: Decimal = ZERO
    refund_amount: Decimal = ZERO


class Return(Wire):
    """A return."""

    return_sn: str = Field(min_length=1)
    order_sn: str = Field(min_length=1)
    status: str
    update_time: AwareDatetime
    refund_amount: Decimal = ZERO
    return_solution: int | None = None
    item: tuple[ReturnItem, ...] = ()


class ReturnListResponse(Wire):
    """A page of returns."""

    more: bool
    return_: tuple[Return, ...] = Field(default=(), alias="return")


class ReturnListAnswer(Wire):
    """Answer of get_return_list."""

    response: ReturnListResponse


class ReturnAnswer(Wire):
    """Answer of get_return_detail."""

    response: Return
