"""How a change of revenue and its parts are printed, and written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocop_market.cli.frame import number, table, tell
from ocop_market.growth.account_of_change import AccountOfChange
from ocop_market.growth.before_after import BeforeAfter
from ocop_market.growth.movement import PART_OF, Part
from ocop_market.growth.sold import Change
from ocop_market.growth.words import EFFECTS, EVENTS, LEFTS, PANEL_ADDED, PANEL_GONE, PANEL_SAME, PARTS, REASONS
from ocop_market.growth.years import Years
from ocop_market.language import N_, say, translate
from ocop_market.reports.numbers import day, dong, per_cent

MADE_OF = N_("What the change is made of")
REAL = N_("At the prices of {month}, by the series given: {now} against {before}, {growth}.")
COMPARED = N_("Price, volume and mix of {count} articles sold in both periods, at the prices and quantities of each.")
RATE = N_("From the first to the last year: {rate} a year.")
MIDDLE = N_("{count} products tell something, {months} months on each side. The one in the middle: {median}; all together: {total}.")
BOUNDS = N_("The middle of all such products lies between {low} and {high} with {confidence} (sign test; no form of spread supposed).")
NO_BOUNDS = N_("Six products and more are needed to say how sure that is; there are {count}.")
NOT_TELLING = N_("{count} products tell nothing: {reasons}.")
NO_CAUSE = N_("What came after need not have come of it.")


def show_change(change: AccountOfChange, real: Change | None) -> None:
    """Prints the parts, the same sellers and the effects, each adding up to the same change."""
    headings = tuple(map(translate, (N_("Now"), N_("Before"), N_("Change"), N_("Growth"))))
    parts: list[tuple[str, ...]] = []
    for part in Part:
        reasons = [one for one in change.movement.moved if PART_OF[one.reason] is part]
        if reasons:
            parts.append((translate(PARTS[part]), number(change.movement.products(part)), *_cells(change.movement.part(part))))
        if len(reasons) > 1 or part in (Part.ENTRY, Part.EXIT, Part.OUTSIDE):
            parts += [("  " + translate(REASONS[one.reason]), number(one.products), *_cells(one.change)) for one in reasons]
    total = (translate(N_("Total")), "", *_cells(change.total))
    table(translate(MADE_OF), ("", translate(N_("Products")), *headings[:3]), [row[:5] for row in (*parts, total)],
          right=[1, 2, 3, 4])
    panel = change.panel
    table(translate(N_("By point of sale: adding a shop is no growth of the same sellers")), ("", *headings), [
        (say(words, count=len(outlets)), *_cells(one)) for words, outlets, one in (
            (PANEL_SAME, panel.outlets, panel.same), (PANEL_ADDED, panel.added_outlets, panel.added),
            (PANEL_GONE, panel.gone_outlets, panel.gone))], right=[1, 2, 3, 4])
    effects = _effects(change)
    table(translate(N_("Price, volume, mix")), ("", translate(N_("Change"))), [
        *((translate(EFFECTS[name]), dong(amount)) for name, amount in effects.items() if amount or name in ("price", "volume", "mix")),
        (translate(N_("Total")), dong(sum(effects.values())))], right=[1])
    tell(say(COMPARED, count=number(change.effects.articles)))
    tell(say(N_("Sales units: {now} against {before}."), now=_units(change.total.units_now), before=_units(change.total.units_before)))
    if real is not None:
        tell(say(REAL, month=f"{change.pair.now.end:%m/%Y}", now=dong(real.now), before=dong(real.before), growth=per_cent(real.growth)))


def show_years(years: Years) -> None:
    """Prints like periods of several years and the rate that leads from the first to the last."""
    table(translate(N_("Year by year")), ("", translate(N_("Revenue")), translate(N_("Sales units"))), [
        (f"{day(period.start)} – {day(period.end)}", dong(change.now), _units(change.units_now)) for period, change in years.periods],
        right=[1, 2])
    tell(say(RATE, rate=per_cent(years.compound)))


def show_before_after(found: BeforeAfter) -> None:
    """Prints what products tell of an event, how sure that is, and how many tell nothing."""
    tell("")
    tell(translate(EVENTS[found.event]))
    tell(say(MIDDLE, count=number(len(found.told)), months=found.months, median=per_cent(found.median), total=per_cent(found.total.growth)))
    bounds = found.interval
    if bounds:
        tell(say(BOUNDS, low=per_cent(bounds.low), high=per_cent(bounds.high),
                 confidence=f"{100 * bounds.confidence:.1f}".replace(".", ",") + "\u00a0%"))
    else:
        tell(say(NO_BOUNDS, count=number(len(found.told))))
    if found.left:
        tell(say(NOT_TELLING, count=number(sum(found.left.values())),
                 reasons="; ".join(f"{translate(LEFTS[reason])} × {count}" for reason, count in found.left.items())))
    tell(translate(NO_CAUSE))


def change_json(change: AccountOfChange, real: Change | None) -> dict[str, Any]:
    """The same for scripts."""
    panel = change.panel
    return {
        "change": {**_json(change.total), "units_now": str(change.total.units_now), "units_before": str(change.total.units_before)},
        "parts": {part.value: {**_json(change.movement.part(part)), "products": change.movement.products(part)} for part in Part},
        "reasons": [{"reason": one.reason.value, "part": PART_OF[one.reason].value, "products": one.products, **_json(one.change)}
                    for one in change.movement.moved],
        "same_sellers": {name: {"outlets": list(outlets), **_json(one)} for name, outlets, one in (
            ("same", panel.outlets, panel.same), ("added", panel.added_outlets, panel.added), ("gone", panel.gone_outlets, panel.gone))},
        "effects": {**_effects(change), "articles": change.effects.articles},
        "real": _json(real) if real is not None else None}


def years_json(years: Years) -> dict[str, Any]:
    """Years for scripts; the rate in per cent a year."""
    return {"compound": years.compound, "periods": [
        {"start": period.start.isoformat(), "end": period.end.isoformat(), "amount": change.now, "units": str(change.units_now)}
        for period, change in years.periods]}


def before_after_json(found: BeforeAfter) -> dict[str, Any]:
    """Before and after for scripts; growth in per cent."""
    bounds = found.interval
    return {"event": found.event.value, "months": found.months, "median": found.median, **_json(found.total),
            "interval": {"low": bounds.low, "high": bounds.high, "confidence": bounds.confidence} if bounds else None,
            "products": [{"sku": one.sku, "day": one.day.isoformat(), **_json(one.change)} for one in found.told],
            "left_out": {reason.value: count for reason, count in found.left.items()}}


def _effects(change: AccountOfChange) -> Mapping[str, int]:
    found = change.effects
    return {"price": found.price, "volume": found.volume, "mix": found.mix, "new": found.new, "dropped": found.dropped,
            "unmeasured": found.unmeasured}


def _cells(change: Change) -> tuple[str, str, str, str]:
    return dong(change.now), dong(change.before), dong(change.amount), per_cent(change.growth)


def _json(change: Change) -> dict[str, Any]:
    return {"now": change.now, "before": change.before, "change": change.amount, "growth": change.growth}


def _units(quantity: Decimal) -> str:
    whole, _, rest = f"{quantity.normalize():f}".partition(".")
    return number(int(whole)) + (f",{rest}" if rest else "")
