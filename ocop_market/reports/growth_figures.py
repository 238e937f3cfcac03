"""Every figure that `growth` prints, with its address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ocop_market.growth.account_of_change import AccountOfChange
from ocop_market.growth.address import Address, Measure, Sellers, Slice
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import BeforeAfter
from ocop_market.growth.breakdown import DISCOUNT, LIST, REFUND, SHIPPING, TAX, Breakdown, Step
from ocop_market.growth.compare import Comparison, Period
from ocop_market.growth.effects import Effect
from ocop_market.growth.movement import Part
from ocop_market.growth.sold import Change
from ocop_market.growth.years import Years

_STEPS = {DISCOUNT: Measure.DISCOUNT, REFUND: Measure.REFUND, SHIPPING: Measure.CARRIAGE, TAX: Measure.TAX}
_COMPARED = (Measure.REVENUE, Measure.BEFORE, Measure.CHANGE, Measure.GROWTH)


@dataclass(frozen=True)
class ToldFigure:
    """A figure and its address. Amounts that come off are above zero here, whatever sign they are printed with."""

    address: Address
    value: int | float | Decimal | None


def of_comparison(comparison: Comparison) -> Iterator[ToldFigure]:
    """Every row of a comparison, and its total."""
    for row in comparison.rows:
        yield from _compared(row_address(comparison, row.key), Change(row.now, row.before))
    total = comparison.total
    whole = Address(Measure.REVENUE, comparison.period, basis=comparison.basis, against=_against(comparison.period, comparison.before))
    yield from _compared(whole, Change(total.now, total.before))


def of_change(change: AccountOfChange) -> Iterator[ToldFigure]:
    """The parts of a change, the reasons within them, the same sellers, the effects, and the sales units of both periods."""
    now, before = change.pair.now, change.pair.before
    whole = Address(Measure.REVENUE, now, basis=change.basis, against=_against(now, before))
    for part in Part:
        yield from _moved(replace(whole, slice=Slice.PART, key=part.value), change.movement.part(part), change.movement.products(part))
    for one in change.movement.moved:
        yield from _moved(replace(whole, slice=Slice.REASON, key=one.reason.value), one.change, one.products)
    for name in Sellers:
        yield from _compared(replace(whole, slice=Slice.SELLERS, key=name.value), getattr(change.panel, name.value))
    for effect in Effect:
        of_effect = replace(whole, measure=Measure.CHANGE, slice=Slice.EFFECT, key=effect.value)
        yield ToldFigure(of_effect, getattr(change.effects, effect.value))
    for period, units in ((now, change.total.units_now), (before, change.total.units_before)):
        yield ToldFigure(Address(Measure.UNITS, period, basis=change.basis), units)


def of_steps(steps: Breakdown, now: Period, before: Period) -> Iterator[ToldFigure]:
    """From list price to what the seller receives, in both periods."""
    for step in steps.steps:
        for period, amount in ((now, step.now), (before, step.before)):
            yield ToldFigure(step_address(step, period), amount if step.key == LIST else -amount)
    yield ToldFigure(Address(Measure.REVENUE, now, basis=Basis.IN_HAND), steps.in_hand.now)
    yield ToldFigure(Address(Measure.REVENUE, before, basis=Basis.IN_HAND), steps.in_hand.before)


def of_years(past: Years, basis: Basis) -> Iterator[ToldFigure]:
    """Revenue and sales units of each year, and the rate from the first to the last."""
    for period, change in past.periods:
        yield ToldFigure(Address(Measure.REVENUE, period, basis=basis), change.now)
        yield ToldFigure(Address(Measure.UNITS, period, basis=basis), change.units_now)
    first, last = past.periods[0][0], past.periods[-1][0]
    yield ToldFigure(Address(Measure.RATE, last, basis=basis, against=_against(last, first)), past.compound)


def of_event(told: BeforeAfter, basis: Basis) -> Iterator[ToldFigure]:
    """What products sold before and after an event, and the one in the middle; `told.last` is the last day that is known."""
    whole = Address(Measure.REVENUE, Period(told.last, told.last), Slice.EVENT, key=f"{told.event}.{told.months}", basis=basis)
    yield from _moved(whole, told.total, len(told.told))
    yield ToldFigure(replace(whole, measure=Measure.MEDIAN), told.median)


def row_address(comparison: Comparison, key: str) -> Address:
    """The address of what a row of now tells."""
    return Address(Measure.REVENUE, comparison.period, Slice.BY, comparison.by, key, comparison.basis, comparison.geography,
                   against=_against(comparison.period, comparison.before))


def step_address(step: Step, period: Period) -> Address:
    """The address of what comes off in a period; of list prices it is revenue before everything."""
    if step.key == LIST:
        return Address(Measure.REVENUE, period, basis=Basis.GROSS)
    if step.key in _STEPS:
        return Address(_STEPS[step.key], period)
    return Address(Measure.FEES, period, fee=step.key.removeprefix("fee:") + (f":{step.word}" if step.word else ""))


def listed(found: Sequence[ToldFigure]) -> list[ToldFigure]:
    """Each address once."""
    return list({str(one.address): one for one in found}.values())


def _moved(address: Address, change: Change, products: int) -> Iterator[ToldFigure]:
    yield from _compared(address, change)
    yield ToldFigure(replace(address, measure=Measure.PRODUCTS), products)


def _compared(address: Address, change: Change) -> Iterator[ToldFigure]:
    for measure, value in zip(_COMPARED, (change.now, change.before, change.amount, change.growth), strict=True):
        yield ToldFigure(replace(address, measure=measure), value)


def _against(period: Period, before: Period) -> Period | None:
    return None if before == period.a_year_before() else before
