"""From list price to what the seller receives: everything that comes off, fees kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Connection, func, select

from ocop_market.growth.compare import Period
from ocop_market.model.sales import FeeKind, OrderState
from ocop_market.store.period_totals import summed
from ocop_market.store.tables.totals import sales_fee_day

SOLD = (OrderState.ACCEPTED.value, OrderState.DELIVERED.value)
LIST, DISCOUNT, REFUND, SHIPPING, TAX = "list_amount", "seller_discount", "refund", "seller_shipping", "tax_withheld"


@dataclass(frozen=True)
class Step:
    """One amount in đồng, now and before; those that come off are below zero.

    `key` is a column's name, or a kind of fee as `fee:commission`; `word` is the platform's, of fees that we have no kind for.
    """

    key: str
    now: int
    before: int
    word: str = ""


@dataclass(frozen=True)
class Breakdown:
    """The steps from the list price on; what they leave is revenue on the basis `in-hand`. Orders accepted or delivered."""

    steps: tuple[Step, ...]

    @property
    def in_hand(self) -> Step:
        """What is left in the end."""
        return Step("in_hand", sum(step.now for step in self.steps), sum(step.before for step in self.steps))


def breakdown(connection: Connection, period: Period, before: Period | None = None) -> Breakdown:
    """Reads the totals of a period and of the same one a year before, or `before`.

    Steps without any amount are left out but the first.
    """
    periods = (period, before or period.a_year_before())
    columns = [_columns(connection, one) for one in periods]
    fees = [_fees(connection, one) for one in periods]
    steps = [Step(LIST, columns[0][LIST], columns[1][LIST])]
    steps += [Step(name, -columns[0][name], -columns[1][name]) for name in (DISCOUNT, REFUND)]
    steps += [Step(f"fee:{kind.value}", -fees[0].get((kind.value, word), 0), -fees[1].get((kind.value, word), 0), word)
              for kind in FeeKind for word in sorted({word for found in fees for name, word in found if name == kind.value})]
    steps += [Step(name, -columns[0][name], -columns[1][name]) for name in (SHIPPING, TAX)]
    return Breakdown(tuple(step for step in steps if step.key == LIST or step.now or step.before))


def _columns(connection: Connection, period: Period) -> dict[str, int]:
    names = (LIST, DISCOUNT, REFUND, SHIPPING, TAX)
    row = connection.execute(summed(period.start, period.end, (), *map(itemgetter, names), where=lambda c: c.state.in_(SOLD))).one()
    return {name: int(amount or 0) for name, amount in zip(names, row, strict=True)}


def _fees(connection: Connection, period: Period) -> dict[tuple[str, str], int]:
    """Fees by kind; those of kind `other` also by the platform's word."""
    c = sales_fee_day.c
    query = select(c.kind, c.word, func.sum(c.amount)).where(
        c.day.between(period.start, period.end), c.state.in_(SOLD)).group_by(c.kind, c.word)
    sums: dict[tuple[str, str], int] = {}
    for kind, word, amount in connection.execute(query):
        key = kind, word if kind == FeeKind.OTHER.value else ""
        sums[key] = sums.get(key, 0) + int(amount)
    return sums
