"""What each account took and what it left in hand; from that, the price below which goods lose money there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from operator import itemgetter

from sqlalchemy import Connection, func, select, type_coerce

from ocop_market.growth.breakdown import SOLD
from ocop_market.growth.compare import Period
from ocop_market.model.sales import FeeKind
from ocop_market.store.period_totals import summed
from ocop_market.store.tables.totals import sales_fee_day

BY_ORDER = frozenset({FeeKind.SHIPPING.value, FeeKind.PROCESSING.value, FeeKind.FULFILMENT.value})
"""Fees that do not grow with the price: each order or parcel costs them."""
_AMOUNTS = ("list_amount", "seller_discount", "refund", "fees", "seller_shipping", "tax_withheld")


@dataclass(frozen=True)
class Takings:
    """Sums of orders accepted or delivered, in đồng; `units` are sales units less those that came back.

    `fixed_fees` are the part of `fees` that an order costs whatever it is worth.
    """

    units: Decimal
    listed: int
    discount: int
    refund: int
    fees: int
    fixed_fees: int
    shipping: int
    tax: int

    @property
    def net(self) -> int:
        """After the seller's discounts and returns, before fees."""
        return self.listed - self.discount - self.refund

    @property
    def taken_off(self) -> int:
        """Fees, carriage borne and tax withheld."""
        return self.fees + self.shipping + self.tax

    @property
    def in_hand(self) -> int:
        """What the seller receives."""
        return self.net - self.taken_off

    @property
    def share_in_hand(self) -> float | None:
        """What is left in hand in per cent of `net`; None where there is nothing."""
        return None if self.net <= 0 else 100.0 * self.in_hand / self.net


@dataclass(frozen=True)
class Rates:
    """What a channel takes off the price of one unit, as it was in a period.

    `discount` is the seller's own, a part of the list price; `by_value` are fees and tax withheld, a part of what the buyer
    owes then; `by_unit` are fees of an order and carriage borne, in đồng a unit.
    """

    discount: Fraction
    by_value: Fraction
    by_unit: Fraction

    def left_of(self, price: int | Fraction) -> Fraction:
        """What a unit leaves in hand at a list price, in đồng."""
        return price * (1 - self.discount) * (1 - self.by_value) - self.by_unit

    def break_even(self, cost: int) -> int | None:
        """The lowest list price in whole đồng that leaves at least `cost`; None where no price does."""
        kept = (1 - self.discount) * (1 - self.by_value)
        return ceil((cost + self.by_unit) / kept) if kept > 0 else None


def rates_of(takings: Takings) -> Rates | None:
    """The rates that sums show; None where too little was sold to tell."""
    if takings.units <= 0 or takings.net <= 0 or takings.listed <= 0:
        return None
    by_value = takings.fees - takings.fixed_fees + takings.tax
    return Rates(Fraction(takings.discount, takings.listed), Fraction(by_value, takings.net),
                 (takings.fixed_fees + takings.shipping) / Fraction(takings.units))


def takings(connection: Connection, period: Period) -> dict[str, Takings]:
    """What each account took in a period; accounts without sales are left out."""
    fee = sales_fee_day.c
    fixed: Mapping[str, int] = dict(connection.execute(select(fee.account, func.sum(fee.amount)).where(
        fee.state.in_(SOLD) & fee.day.between(period.start, period.end) & fee.kind.in_(BY_ORDER)).group_by(fee.account)).all())
    query = summed(period.start, period.end, ("account",), lambda c: type_coerce(c.quantity - c.returned_quantity, c.quantity.type),
                   *map(itemgetter, _AMOUNTS), where=lambda c: c.state.in_(SOLD))
    found = {}
    for account, units, *sums in connection.execute(query):
        listed, discount, refund, fees, shipping, tax = map(int, sums)
        found[account] = Takings(units, listed, discount, refund, fees, int(fixed.get(account, 0)), shipping, tax)
    return found
