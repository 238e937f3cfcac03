"""What is called revenue: named bases, printed beside every figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnCollection, ColumnElement, case, type_coerce

from ocop_market.language import N_, say
from ocop_market.model.sales import OrderState
from ocop_market.store.tables.totals import sales_day

Columns = ColumnCollection[str, Any]


class Basis(StrEnum):
    """Ways to say what was sold; each is a sum over order lines by day of sale."""

    PLACED = "placed"
    PAID = "paid"
    DELIVERED = "delivered"
    GROSS = "gross"
    NET = "net"
    IN_HAND = "in-hand"


@dataclass(frozen=True)
class _Meaning:
    states: tuple[OrderState, ...]
    discounts: bool
    refunds: bool
    fees: bool
    sentence: str

    @property
    def taken_off(self) -> tuple[str, ...]:
        """The amounts that come off the list price."""
        return (*(("seller_discount",) if self.discounts else ()), *(("refund",) if self.refunds else ()),
                *(("fees", "seller_shipping", "tax_withheld") if self.fees else ()))


WORTH = N_("“Worth” is list price less the seller's discounts and returns, before fees, whatever state the orders are in.")
"""Stands beside amounts that choose goods or documents instead of telling revenue."""
_SOLD = (OrderState.ACCEPTED, OrderState.DELIVERED)
_MEANINGS = {
    Basis.PLACED: _Meaning((OrderState.PLACED, *_SOLD), True, False, False, N_(
        "all orders placed and not cancelled, after the seller's discounts, before returns and fees")),
    Basis.PAID: _Meaning(_SOLD, True, False, False, N_(
        "orders paid or accepted for payment on delivery, after the seller's discounts, before returns and fees")),
    Basis.DELIVERED: _Meaning((OrderState.DELIVERED,), True, False, False, N_(
        "orders that reached the buyer, after the seller's discounts, before returns and fees")),
    Basis.GROSS: _Meaning(_SOLD, False, False, False, N_(
        "orders accepted or delivered, at list price: before discounts, returns and fees")),
    Basis.NET: _Meaning(_SOLD, True, True, False, N_(
        "orders accepted or delivered, after the seller's discounts and returns, before fees; returns count on the day of sale")),
    Basis.IN_HAND: _Meaning(_SOLD, True, True, True, N_(
        "what the seller receives: after discounts, returns, fees, carriage borne and tax withheld")),
}


def counted_states(basis: Basis) -> tuple[str, ...]:
    """The states of orders that a basis counts."""
    return tuple(state.value for state in _MEANINGS[basis].states)


def revenue(basis: Basis, amounts: Columns = sales_day.c, state: ColumnElement[str] = sales_day.c.state) -> ColumnElement[int]:
    """The SQL expression of one day's row (or of one line) for a basis, in đồng; 0 for states outside it."""
    amount: ColumnElement[int] = amounts.list_amount
    for name in _MEANINGS[basis].taken_off:
        amount = amount - amounts[name]
    return case((state.in_(counted_states(basis)), amount), else_=0)


def revenue_in(basis: Basis) -> Callable[[Columns], ColumnElement[int]]:
    """The same for the rows of any totals."""
    return lambda c: revenue(basis, c, c.state)


def units(basis: Basis, amounts: Columns = sales_day.c, state: ColumnElement[str] = sales_day.c.state) -> ColumnElement[Decimal]:
    """The SQL expression of one day's row (or of one line) in sales units; goods that came back come off where their refunds do."""
    meaning = _MEANINGS[basis]
    sold = amounts.quantity - amounts.returned_quantity if meaning.refunds else amounts.quantity
    return type_coerce(case((state.in_(counted_states(basis)), sold), else_=0), amounts.quantity.type)


def amount_of(basis: Basis, state: str, sums: Mapping[str, int]) -> int:
    """What an order in a state counts on a basis, in đồng; `sums` are its amounts by the names of the columns."""
    meaning = _MEANINGS[basis]
    if state not in {counted.value for counted in meaning.states}:
        return 0
    return sums["list_amount"] - sum(sums[name] for name in meaning.taken_off)


def explained(basis: Basis) -> str:
    """The basis in words, in the language in use."""
    return say(_MEANINGS[basis].sentence)
