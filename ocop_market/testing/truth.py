"""The ledger against what the simulated buyers really bought, to the đồng."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from ocop_market.model.sales import OrderState
from ocop_market.store.tables.totals import sales_day
from ocop_market.testing.trial import ACCOUNT, Trial

COMPARED = ("quantity", "list_amount", "seller_discount", "refund", "returned_quantity")
SOLD = (OrderState.ACCEPTED.value, OrderState.DELIVERED.value)
Cell = tuple[date, str, str]
Figures = tuple[Decimal, ...]


def differences(trial: Trial) -> list[str]:
    """Every day, SKU and state in which ledger and truth differ, with both figures; empty when they agree."""
    if trial.history is None:
        raise LookupError("this trial's shop has no history")
    ours, theirs = _ledger(trial), _truth(trial)
    nothing = (Decimal(0),) * len(COMPARED)
    lines = []
    for cell in sorted(ours.keys() | theirs.keys()):
        has, should = ours.get(cell, nothing), theirs.get(cell, nothing)
        lines += [f"{cell[0]} {cell[1]} {cell[2]}: {name} is {has[i]}, was {should[i]}"
                  for i, name in enumerate(COMPARED) if has[i] != should[i]]
    return lines


def charged_in_ledger(trial: Trial) -> int:
    """Fees, carriage borne and tax kept back on goods sold, in đồng."""
    with trial.market.store.reading() as connection:
        total = connection.execute(select(func.sum(sales_day.c.fees + sales_day.c.seller_shipping + sales_day.c.tax_withheld)).where(
            sales_day.c.account == ACCOUNT, sales_day.c.state.in_(SOLD))).scalar()
    return int(total or 0)


def _ledger(trial: Trial) -> Mapping[Cell, Figures]:
    c = sales_day.c
    query = select(c.day, c.sku, c.state, *(func.sum(c[name]) for name in COMPARED)).where(
        c.account == ACCOUNT).group_by(c.day, c.sku, c.state)
    with trial.market.store.reading() as connection:
        rows = {(day, sku, state): tuple(Decimal(value) for value in values)
                for day, sku, state, *values in connection.execute(query)}
    return {cell: values for cell, values in rows.items() if any(values)}


def _truth(trial: Trial) -> Mapping[Cell, Figures]:
    history = trial.history
    return {} if history is None else {
        (cell.day, cell.sku, cell.state.value): tuple(Decimal(getattr(cell, name)) for name in COMPARED)
        for cell in history.truth(trial.clock())}
