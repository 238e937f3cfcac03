"""What a figure adds up, as expressions over a day's totals and over order lines, so that the one can be held against the other."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Exists, case, false, func, select

from ocop_market.growth.address import TAKEN_OFF, Address, Measure
from ocop_market.growth.basis import Basis, Columns, counted_states, revenue, units
from ocop_market.store.tables.ledger import sales_fee, sales_line
from ocop_market.store.tables.totals import sales_fee_day


def added(address: Address, amounts: Columns, state: ColumnElement[str]) -> ColumnElement[Any]:
    """The part of a row in a figure: đồng, or sales units; of fees of one kind ask `fee_of_line` and `fees_of_days`."""
    if address.measure is Measure.UNITS:
        return units(address.basis, amounts, state)
    if address.measure is Measure.IN_HAND_SHARE:
        return revenue(Basis.IN_HAND, amounts, state)
    if address.measure not in TAKEN_OFF:
        return revenue(address.basis, amounts, state)
    parts: list[ColumnElement[int]] = [amounts[name] for name in TAKEN_OFF[address.measure]]
    return case((state.in_(counted_states(address.basis)), reduce(add, parts)), else_=0)


def fee_of_line(address: Address, state: ColumnElement[str]) -> ColumnElement[Any]:
    """What a line was charged of the kind of fee that the figure is of."""
    charged = select(func.coalesce(func.sum(sales_fee.c.amount), 0)).where(_of_line(address)).scalar_subquery()
    return case((state.in_(counted_states(address.basis)), charged), else_=0)


def has_fee(address: Address) -> Exists:
    """Whether a line was charged such a fee."""
    return select(sales_fee.c.kind).where(_of_line(address)).exists()


def fees_of_days(address: Address, days: ColumnElement[bool], accounts: tuple[str, ...] | None) -> Any:
    """The query of the daily totals of such a fee; `days` is a condition on `sales_fee_day`."""
    c = sales_fee_day.c
    where = days & c.state.in_(counted_states(address.basis)) & _of_kind(address, c)
    if accounts is not None:
        where &= c.account.in_(accounts) if accounts else false()
    return select(func.coalesce(func.sum(c.amount), 0)).where(where)


def exact(amount: Any, address: Address) -> int | Decimal:
    """A sum as the database gives it: whole đồng, or sales units."""
    return Decimal(amount or 0) if address.measure is Measure.UNITS else int(amount or 0)


def _of_line(address: Address) -> ColumnElement[bool]:
    fee, line = sales_fee.c, sales_line.c
    same = (fee.account == line.account) & (fee.order_id == line.order_id) & (fee.line == line.line)
    return same & _of_kind(address, fee)


def _of_kind(address: Address, amounts: Columns) -> ColumnElement[bool]:
    kind, _, word = address.fee.partition(":")
    of_kind: ColumnElement[bool] = amounts.kind == kind
    return of_kind & (amounts.word == word) if word else of_kind
