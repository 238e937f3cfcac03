"""The ledger against the truth that the simulated buyers kept, to the đồng."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import History
from ocop_market.store.tables.totals import sales_day

_COMPARED = ("quantity", "list_amount", "seller_discount", "refund", "returned_quantity")
_SOLD = (OrderState.ACCEPTED.value, OrderState.DELIVERED.value)


@dataclass(frozen=True)
class Agreement:
    """One shop: cells (day × SKU) compared, cells that differ, and both sums of what was sold after returns, in đồng.

    `fees_difference` is what the platforms kept back according to the ledger less the truth.
    """

    account: str
    cells: int
    differing: int
    ledger: int
    truth: int
    fees_difference: int

    @property
    def difference(self) -> int:
        """Ledger less truth, in đồng."""
        return self.ledger - self.truth


def check_account(connection: Connection, account: str, history: History, now: datetime) -> Agreement:
    """Compares every day and SKU of sold goods: quantity, amounts, discounts, refunds, goods returned."""
    ours = _ledger(connection, account)
    theirs = _truth(history, now)
    cells = ours.keys() | theirs.keys()
    nothing = (Decimal(0),) * len(_COMPARED)
    fees = connection.execute(select(func.sum(sales_day.c.fees + sales_day.c.seller_shipping + sales_day.c.tax_withheld)).where(
        sales_day.c.account == account, sales_day.c.state.in_(_SOLD))).scalar() or 0
    return Agreement(
        account, len(cells), sum(ours.get(cell, nothing) != theirs.get(cell, nothing) for cell in cells),
        _net(ours), _net(theirs), int(fees) - history.charged(now))


def _ledger(connection: Connection, account: str) -> Mapping[tuple[object, str], tuple[Decimal, ...]]:
    c = sales_day.c
    query = select(c.day, c.sku, *(func.sum(c[name]) for name in _COMPARED)).where(
        c.account == account, c.state.in_(_SOLD)).group_by(c.day, c.sku)
    return {(day, sku): tuple(Decimal(value) for value in values) for day, sku, *values in connection.execute(query)}


def _truth(history: History, now: datetime) -> Mapping[tuple[object, str], tuple[Decimal, ...]]:
    sums: dict[tuple[object, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(_COMPARED))
    for cell in history.truth(now):
        if cell.state.value in _SOLD:
            total = sums[cell.day, cell.sku]
            for i, name in enumerate(_COMPARED):
                total[i] += Decimal(getattr(cell, name))
    return {key: tuple(values) for key, values in sums.items()}


def _net(cells: Mapping[tuple[object, str], tuple[Decimal, ...]]) -> int:
    return int(sum((amount - discount - refund for _, amount, discount, refund, _ in cells.values()), Decimal(0)))
