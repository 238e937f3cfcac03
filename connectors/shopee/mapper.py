"""Shopee's orders, money and returns as our sales; pure.

What a line brought is read from the escrow's line subtotals; the order's own prices stand in until there is an escrow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from connectors.shopee import facts, settlement
from connectors.shopee.wire_base import ZERO
from connectors.shopee.wire_sales import Escrow, EscrowItem, Order, OrderIncome, OrderItem, Return
from ocop_market.model.money import share_out, whole_dong
from ocop_market.model.sales import Fee, OrderState, SalesLine, SalesOrder
from ocop_market.model.text import tidy

STATES = {
    "UNPAID": OrderState.PLACED,
    "PENDING": OrderState.PLACED,
    "READY_TO_SHIP": OrderState.ACCEPTED,
    "PROCESSED": OrderState.ACCEPTED,
    "RETRY_SHIP": OrderState.ACCEPTED,
    "SHIPPED": OrderState.ACCEPTED,
    "IN_CANCEL": OrderState.ACCEPTED,
    "INVOICE_PENDING": OrderState.ACCEPTED,
    "TO_CONFIRM_RECEIVE": OrderState.DELIVERED,
    "COMPLETED": OrderState.DELIVERED,
    "TO_RETURN": OrderState.DELIVERED,
    "CANCELLED": OrderState.CANCELLED,
}


def to_sale(order: Order, escrow: Escrow | None, returns: Sequence[Return], released_at: datetime | None = None) -> SalesOrder:
    """One order as it stands now; `released_at` is when its money was paid out or moved again, which makes the amounts final."""
    income = escrow.order_income if escrow else None
    final = released_at is not None or order.order_status == facts.ORDER_COMPLETED
    lines = _lines(order, income, [back for back in returns if back.status in facts.RETURNS_THAT_HOLD], final=final)
    moments = [order.update_time, *(back.update_time for back in returns), *([released_at] if released_at else [])]
    return SalesOrder(
        order_id=order.order_sn, document=order.order_sn, placed_at=order.create_time, updated_at=max(moments),
        state=STATES.get(order.order_status, OrderState.UNKNOWN), remote_state=order.order_status, lines=lines,
        settled=released_at is not None, platform_total=settlement.payout(income) if income and final else None,
    )


def _lines(order: Order, income: OrderIncome | None, returns: Sequence[Return], *, final: bool) -> tuple[SalesLine, ...]:
    items = order.item_list
    subtotals = _subtotals(items, income)
    listed = [_list_amount(item, money) for item, money in zip(items, subtotals, strict=True)]
    cash_back = _share(whole_dong(income.seller_coin_cash_back) if income else 0, listed)
    discounts = [_seller_discount(item, money) + back for item, money, back in zip(items, subtotals, cash_back, strict=True)]
    brought = [max(0, amount - discount) for amount, discount in zip(listed, discounts, strict=True)]
    refunded = -whole_dong(income.seller_return_refund) if income else 0
    back = _returned(items, returns) if refunded > 0 else [(0, 0)] * len(items)
    refunds = _refunds(refunded, [claim for _, claim in back], brought)
    charged = _charged(income, brought, final=final) if income else [()] * len(items)
    keys = _line_keys(items)
    withheld = _share(settlement.taxes(income) if income else 0, brought)
    carriage = _share(settlement.seller_shipping(income, final=final) if income else 0, brought)
    return tuple(
        SalesLine(
            line=keys[position], sku=tidy(item.model_sku or item.item_sku), name=_name(item),
            quantity=Decimal(item.model_quantity_purchased), list_amount=listed[position], remote_id=str(item.item_id),
            seller_discount=discounts[position], platform_discount=_platform_discount(subtotals[position]),
            charged=charged[position], tax_withheld=withheld[position], refund=refunds[position],
            returned_quantity=Decimal(back[position][0]), seller_shipping=carriage[position],
        )
        for position, item in enumerate(items)
    )


def _charged(income: OrderIncome, brought: Sequence[int], *, final: bool) -> list[tuple[Fee, ...]]:
    """Every line's part of each fee, by what the lines brought."""
    fees = settlement.fees(income) + (settlement.last_fees(income) if final else [])
    shares = [(fee, _share(fee.amount, brought)) for fee in fees]
    return [tuple(Fee(fee.kind, share[position], fee.word) for fee, share in shares if share[position])
            for position in range(len(brought))]


def _subtotals(items: Sequence[OrderItem], income: OrderIncome | None) -> list[EscrowItem | None]:
    """The escrow line of every order line: the one with its line number, else the next one of the same item and model."""
    left = list(income.items) if income else []
    found: list[EscrowItem | None] = []
    for item in items:
        same = [money for money in left if (money.item_id, money.model_id) == (item.item_id, item.model_id)]
        match = next((money for money in same if item.line_item_id and money.line_item_id == item.line_item_id), None)
        match = match or next(iter(same), None)
        if match is not None:
            left.remove(match)
        found.append(match)
    return found


def _list_amount(item: OrderItem, money: EscrowItem | None) -> int:
    if money is not None and money.original_price is not None:
        return whole_dong(money.original_price)
    return whole_dong(item.model_original_price * item.model_quantity_purchased)


def _seller_discount(item: OrderItem, money: EscrowItem | None) -> int:
    if money is not None:
        return whole_dong(money.seller_discount + money.discount_from_voucher_seller)
    # REF get_order_detail, 2026-08: the discounted price is 0 on lines of a bundle deal; read as per unit (unverified).
    # What comes free with an add-on deal has that 0 too, and there it is the price.
    price, added_on = item.model_discounted_price, item.add_on_deal and not item.main_item
    if price is None or (price <= 0 and not added_on) or not 0 <= price < item.model_original_price:
        return 0
    return whole_dong((item.model_original_price - price) * item.model_quantity_purchased)


def _platform_discount(money: EscrowItem | None) -> int:
    if money is None:
        return 0
    return whole_dong(money.shopee_discount + money.discount_from_coin + money.discount_from_voucher_shopee)


def _returned(items: Sequence[OrderItem], returns: Sequence[Return]) -> list[tuple[int, int]]:
    """For every line the goods that came back, and their value in đồng; lines of the same goods are filled in turn."""
    counts = [0] * len(items)
    values = [ZERO] * len(items)
    for back in returns:
        for goods in back.item:
            left = goods.amount
            for position, item in enumerate(items):
                if (item.item_id, item.model_id) != (goods.item_id, goods.model_id):
                    continue
                taken = min(left, item.model_quantity_purchased - counts[position])
                values[position] += goods.item_price * taken
                counts[position] += 0 if back.return_solution == facts.REFUND_ONLY else taken
                left -= taken
    return [(count, whole_dong(value)) for count, value in zip(counts, values, strict=True)]


def _refunds(total: int, claims: Sequence[int], brought: Sequence[int]) -> list[int]:
    """The order's refund over its lines: what the returned goods explain first, the rest by what the lines brought."""
    explained = sum(claims)
    if explained >= total:
        return _share(total, claims)
    return [claim + rest for claim, rest in zip(claims, _share(total - explained, claims if explained else brought), strict=True)]


def _share(total: int, weights: Sequence[int]) -> list[int]:
    return share_out(total, weights) if total else [0] * len(weights)


def _line_keys(items: Sequence[OrderItem]) -> list[str]:
    """A key per line that stays when lines come in another order; lines of one bundle share their order_item_id."""
    shared = Counter(item.order_item_id for item in items)
    taken: Counter[tuple[int, int]] = Counter()
    keys = []
    for item in items:
        goods = (item.item_id, item.model_id)
        alone = item.order_item_id and shared[item.order_item_id] == 1
        keys.append(str(item.order_item_id) if alone else f"{item.item_id}:{item.model_id}:{taken[goods]}")
        taken[goods] += 1
    return keys


def _name(item: OrderItem) -> str:
    return tidy(f"{item.item_name} {item.model_name}")
