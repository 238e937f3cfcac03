"""The ledger against what the platforms themselves say that each order leaves the seller; without the network.

Three comparisons: our lines with the platform's own total, what was paid out with that total, and the tax that was withheld
with what the rules in force on the day of sale ask for. The last is a check only: a tax that we reckon is never booked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Connection

from ocop_market.model.money import whole_dong
from ocop_market.model.product import ProducerKind, Product
from ocop_market.rules.tax import Supply, Withholding, withholding
from ocop_market.store.settlements import Settlement, settlements

TAX_ROUNDING = 2
"""đồng by which a platform's rounding of two taxes on one order may differ from ours."""


class Why(StrEnum):
    """Which figures of an order disagree."""

    UNEXPLAINED = "unexplained"
    """The platform's total does not follow from the terms that it names: a new fee, as a rule."""
    LINES = "lines"
    """The terms are known, but the lines do not come to the total."""
    PAYOUT = "payout"
    """The list of payouts tells another amount than the order."""
    TAX = "tax"
    """Another tax was withheld than the rules ask for."""


@dataclass(frozen=True)
class Difference:
    """An order whose figures disagree: what we come to, and what the platform says, in đồng."""

    order_id: str
    document: str
    day: date
    why: Why
    ours: int
    platform: int

    @property
    def amount(self) -> int:
        """The platform's figure less ours."""
        return self.platform - self.ours


@dataclass(frozen=True)
class TaxCheck:
    """Tax that the platform says it withheld, and that the rules ask for, in đồng, over orders with a final total."""

    seller: ProducerKind
    stated: int
    expected: int


@dataclass(frozen=True)
class Reconciliation:
    """One account: orders compared with both sums in đồng, and each that differs.

    `ours` and `platform` are what the orders leave the seller. `waiting` orders have no final total of the platform yet; they
    come to `waiting_amount`. `paid_orders` stand in its list of payouts, with `paid_out` in all. `tax` is None where no rule
    applies: a till, or a seller whose kind is not known.
    """

    account: str
    orders: int
    ours: int
    platform: int
    waiting: int
    waiting_amount: int
    paid_orders: int
    paid_out: int
    differences: tuple[Difference, ...]
    tax: TaxCheck | None = None

    @property
    def difference(self) -> int:
        """The platform's sum less ours, in đồng."""
        return self.platform - self.ours


def reconcile(connection: Connection, account: str, first: date | None = None, last: date | None = None, *,
              seller: ProducerKind | None = None) -> Reconciliation:
    """Compares all that was sold from a first to a last day of sale; `seller` is whose tax is checked (None: nobody's)."""
    compared = waiting = waiting_amount = ours = platform = paid_orders = paid_out = stated = expected = 0
    differences: list[Difference] = []
    for order in settlements(connection, account, first, last):
        if order.paid_out is not None:
            paid_orders, paid_out = paid_orders + 1, paid_out + order.paid_out
        if order.platform_total is None:
            waiting, waiting_amount = waiting + 1, waiting_amount + order.in_hand
            continue
        compared += 1
        ours, platform = ours + explained(order), platform + order.platform_total
        differences += _money_differences(order, order.platform_total)
        if seller is not None:
            tax = expected_tax(order, seller)
            stated, expected = stated + order.tax_withheld, expected + tax
            if abs(order.tax_withheld - tax) > TAX_ROUNDING:
                differences.append(_difference(order, Why.TAX, tax, order.tax_withheld))
    check = TaxCheck(seller, stated, expected) if seller is not None else None
    return Reconciliation(account, compared, ours, platform, waiting, waiting_amount, paid_orders, paid_out, tuple(differences), check)


def explained(order: Settlement) -> int:
    """What the order leaves the seller by the terms that the platform names; what we only found to be missing is not one."""
    return order.in_hand + order.unexplained


def expected_tax(order: Settlement, seller: ProducerKind) -> int:
    """Tax to be withheld by the rules of the day of sale, in đồng.

    Platforms reckon it when the sale is complete; whether they give part of it back with goods returned later is not said, so
    the reading is taken that comes nearer to what was withheld.
    """
    rate = withholding(seller, Supply.GOODS, order.own_day)
    if rate is None:
        return 0
    readings = {_tax(order.worth, rate), _tax(order.worth - order.refund, rate)}
    return min(readings, key=lambda tax: (abs(tax - order.tax_withheld), -tax))


def kind_of_seller(stated: ProducerKind, owner: str, products: Iterable[Product]) -> ProducerKind | None:
    """What the holder of an account is: as its settings state, else what all producers of its goods are; None when unsure."""
    if stated is not ProducerKind.UNKNOWN:
        return stated
    kinds: Collection[ProducerKind] = {product.producer_kind for product in products if owner in ("", product.owner)}
    only = next(iter(kinds)) if len(kinds) == 1 else ProducerKind.UNKNOWN
    return None if only is ProducerKind.UNKNOWN else only


def _money_differences(order: Settlement, total: int) -> list[Difference]:
    found = []
    if explained(order) != total:
        found.append(_difference(order, Why.UNEXPLAINED if order.unexplained else Why.LINES, explained(order), total))
    if order.paid_out is not None:
        before_adjustments = total + order.adjustments
        # goods that came back after the payout lower the order's total, not what was paid out before
        fitting = {total, before_adjustments, total + order.refund, before_adjustments + order.refund}
        if order.paid_out not in fitting:
            found.append(_difference(order, Why.PAYOUT, total, order.paid_out))
    return found


def _difference(order: Settlement, why: Why, ours: int, platform: int) -> Difference:
    return Difference(order.order_id, order.document, order.day, why, ours, platform)


def _tax(amount: int, rate: Withholding) -> int:
    return sum(whole_dong(Decimal(max(0, amount)) * part / 100) for part in (rate.value_added, rate.income))
