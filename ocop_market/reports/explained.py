"""A figure and what it was made from in words: scope, what counts and what does not, headings of the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ocop_market.catalog.row_facts import KIND_NAMES
from ocop_market.growth.address import PLACES, TAKEN_OFF, Address, Measure, Sellers, Slice
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.before_after import median_interval
from ocop_market.growth.breakdown import LIST
from ocop_market.growth.compare import By
from ocop_market.growth.coverage import Coverage
from ocop_market.growth.effects import Effect, at_old_prices
from ocop_market.growth.explain import Counted, Explained, LeftOut, Line
from ocop_market.growth.movement import UNKNOWN, Part, Reason
from ocop_market.growth.sold import total_of
from ocop_market.growth.words import EFFECTS, EVENTS, PARTS, REASONS
from ocop_market.language import N_, say, translate
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import ProducerKind
from ocop_market.model.sales import OrderState
from ocop_market.places.units import GEOGRAPHY_WORDS
from ocop_market.reports.figures import doubts, label
from ocop_market.reports.lines_file import Value
from ocop_market.reports.numbers import day, dong, per_cent
from ocop_market.reports.steps import WORDS as FEES
from ocop_market.rules.version import rules_version

MEASURES = {
    Measure.REVENUE: N_("Revenue"), Measure.BEFORE: N_("Revenue of the period compared with"), Measure.CHANGE: N_("Change of revenue"),
    Measure.GROWTH: N_("Growth"), Measure.SHARE: N_("Share of all revenue"), Measure.PRODUCTS_SOLD: N_("Products sold"),
    Measure.UNITS: N_("Sales units"), Measure.DISCOUNT: N_("The seller's discounts"), Measure.REFUND: N_("Goods returned"),
    Measure.FEES: N_("Fees"), Measure.CARRIAGE: N_("Carriage that the seller bears"),
    Measure.TAX: N_("Tax withheld, as the platforms state it"), Measure.TAKEN_OFF: N_("Taken off"),
    Measure.IN_HAND_SHARE: N_("In hand, %"), Measure.RATE: N_("Rate a year"), Measure.MEDIAN: N_("Growth of the product in the middle"),
    Measure.BREAK_EVEN: N_("Loses below"), Measure.LEFT_OF_ONE: N_("Left of one"), Measure.TARGET: N_("Reached of a target"),
    Measure.OUTLETS: N_("Points of sale with sales"),
    Measure.PRODUCTS: N_("Products sold in either period"), Measure.LISTED: N_("Products on sale now"),
    Measure.IN_FORCE: N_("Products with a certificate in force"), Measure.EVER: N_("Products ever recognised"),
    Measure.UNDATED: N_("Products whose certificate has no dates"), Measure.FIRST: N_("Recognised for the first time"),
    Measure.UPGRADE: N_("Upgraded"), Measure.RE_RATED: N_("Rated again"), Measure.WITHDRAWN: N_("Certificates withdrawn"),
    Measure.LAPSED: N_("Certificates lapsed"), Measure.DUE: N_("Certificates that end within 180 days"),
    Measure.SUBJECTS: N_("Subjects with a product in force"), Measure.SUBJECT_SHARE: N_("Share of subjects with a product in force"),
    Measure.SUBJECTS_EVER: N_("Subjects ever recognised"), Measure.POINTS_OPEN: N_("Points of sale open"),
    Measure.POINTS_OPENED: N_("Points of sale opened"), Measure.POINTS_CLOSED: N_("Points of sale closed"),
    Measure.POINTS_UNDATED: N_("Points of sale not known since when")}
_REVENUE = {Basis.IN_HAND: N_("In hand"), Basis.GROSS: FEES[LIST]}
SELLERS = {Sellers.SAME: N_("the same sellers"), Sellers.ADDED: N_("sellers added, or not known through both periods"),
           Sellers.GONE: N_("sellers that sell no longer")}
LEFT_OUT = {LeftOut.PLACED: N_("not paid or accepted yet"), LeftOut.ACCEPTED: N_("not delivered yet"), LeftOut.CANCELLED: N_("cancelled"),
            LeftOut.UNKNOWN: N_("in a state that is not known"), LeftOut.ELSEWHERE: N_("counted at the marketplace")}
STATES = {OrderState.PLACED: N_("placed"), OrderState.ACCEPTED: N_("accepted"), OrderState.DELIVERED: N_("delivered"),
          OrderState.CANCELLED: N_("cancelled"), OrderState.UNKNOWN: N_("not known")}
HEADINGS = (N_("Day"), N_("Account"), N_("Point of sale"), N_("Order"), N_("Line"), N_("Code sold"), N_("Product"), N_("Name"), N_("State"),
            N_("Quantity"), N_("Came back"), N_("List price"), N_("Discount"), N_("Refund"), N_("Fees"), N_("Carriage"), N_("Tax withheld"),
            N_("Counts, đồng"))
PRODUCT_HEADINGS = (N_("Code"), N_("Product"), N_("Producer"), N_("Place"), N_("Stars"), N_("Decision"), N_("Issued"), N_("On"))
POINT_HEADINGS = (N_("Code"), N_("Point of sale"), N_("Place"), N_("Address"), N_("Opened on"), N_("Closed from"), N_("Paper"),
                  N_("Source"))
DAYS = N_("{start} to {end}, whole days of Viet Nam time (Asia/Ho_Chi_Minh), both ends inside")
AGAINST = N_("{start} to {end}; its lines come off with a minus")
AS_OF = N_("the ledger and the catalog as they are on {moment}")
NOT_AGREED = N_("The lines come to {lines}, the daily totals to {totals}: some days wait for their totals. Run: ocop-market pull")
NOT_SOLD = N_("Nothing is known to be sold of {key} in these days. The names that there are: ocop-market growth --json")
NOT_SOLD_IN = N_("Nothing is known to be sold of {key} in these days. The place is looked for among the {units}; one that is no more needs "
                 "geography=old before its name. The names that there are: ocop-market growth --json")
OF_WHOLE = N_("{part} of {whole}")
NEVER = N_("at any price")
OF_EVENT = N_("{event!t}, {months} months on each side")
PRICE_IS = N_("These articles brought in {now}; the same quantities at the prices of before would have brought in {old}. What is more or "
              "less is {value}: the effect of price.")
VOLUME_IS = N_("{now} sales units against {before} of the same articles: {old} at their average price of before would have become {new}. "
               "What is more or less is {value}: the effect of volume.")
MIX_IS = N_("What is left of the change of these articles after the effects of price and of volume: more, or fewer, of the dear ones.")
EVENT_IS = N_("{count} products, each in its own months before and after: {before}, then {now}, at points of sale known all the time.")
BOUNDS_ARE = N_("The middle of all such products lies between {low} and {high} (sign test).")
RATE_IS = N_("The rate that leads from {before} to {now} in equal steps, year by year.")
WORKING_HEADINGS = (N_("Code"), N_("From"), N_("Now"), N_("Before"), N_("Units now"), N_("Units before"), N_("At old prices"))


@dataclass(frozen=True)
class Surroundings:
    """What a figure depends on beside its address: when it was asked, up to when sales are known, and what may be missing."""

    market: str
    moment: datetime
    complete_to: Mapping[str, datetime]
    coverage: Coverage | None = None


_RATES = frozenset({Measure.GROWTH, Measure.RATE, Measure.MEDIAN})
_SHARES = frozenset({Measure.SHARE, Measure.SUBJECT_SHARE, Measure.IN_HAND_SHARE})
_DONG = frozenset({Measure.REVENUE, Measure.BEFORE, Measure.CHANGE, Measure.LEFT_OF_ONE, *TAKEN_OFF})


def figure_text(address: Address, value: float | Decimal | None) -> str:
    """A value as its measure is written."""
    if address.measure in _DONG:
        return dong(int(value or 0))
    if address.measure in _RATES:
        return per_cent(None if value is None else float(value))
    if address.measure in _SHARES:
        return per_cent(None if value is None else float(value)).lstrip("+")
    if value is None:
        return translate(NEVER) if address.measure is Measure.BREAK_EVEN else "–"
    return dong(int(value)) if address.measure is Measure.BREAK_EVEN else plain_number(value)


def plain_number(value: float | Decimal) -> str:
    """`1.234` or `1.234,5`."""
    whole, _, rest = f"{value:,}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def figure_name(address: Address) -> str:
    """What a figure tells, and of what, in words."""
    measure = _REVENUE.get(address.basis, MEASURES[Measure.REVENUE]) if address.measure is Measure.REVENUE else MEASURES[address.measure]
    return " · ".join(part for part in (translate(measure), slice_text(address)) if part)


def command_of(address: Address) -> str:
    """What to type to see what a figure was made from."""
    return f'ocop-market explain "{address}"'


def slice_text(address: Address) -> str:
    """What the figure is one of, in words; empty for all together."""
    match address.slice:
        case Slice.BY if address.by is not None:
            text = label(address.by, address.key) if address.by in (By.KIND, By.GROUP, By.STAR) else address.key
        case Slice.PART:
            text = translate(PARTS[Part(address.key)])
        case Slice.REASON:
            text = translate(REASONS[Reason(address.key)])
        case Slice.SELLERS:
            text = translate(SELLERS[Sellers(address.key)])
        case Slice.KIND:
            text = translate(KIND_NAMES[ProducerKind(address.key)])
        case Slice.EFFECT:
            text = translate(EFFECTS[address.key])
        case Slice.EVENT:
            event, months = address.event
            text = say(OF_EVENT, event=EVENTS[event], months=months)
        case _:
            text = address.key
    stars = label(By.STAR, str(address.stars)) if address.stars else ""
    return ", ".join(part for part in (stars, fee_text(address.fee), text, address.account) if part)


def fee_text(fee: str) -> str:
    """A kind of fee in words; the platform's own word where we have no kind for it."""
    kind, _, word = fee.partition(":")
    return word or (translate(FEES[f"fee:{kind}"]) if kind else "")


def arithmetic(found: Explained) -> list[str]:
    """How a figure that is no sum of its lines is reckoned from its workings, in sentences."""
    total = total_of(one.change for one in found.workings)
    value = int(found.value or 0)
    match found.address.slice, found.address.key:
        case Slice.EFFECT, Effect.PRICE:
            return [say(PRICE_IS, now=dong(total.now), old=dong(total.now - value), value=dong(value))]
        case Slice.EFFECT, Effect.VOLUME:
            return [say(VOLUME_IS, now=plain_number(total.units_now), before=plain_number(total.units_before), old=dong(total.before),
                        new=dong(total.before + value), value=dong(value))]
        case Slice.EFFECT, Effect.MIX:
            return [translate(MIX_IS)]
        case Slice.EVENT, _ if found.workings:
            rates = [100.0 * (one.change.now / one.change.before - 1) for one in found.workings]
            bounds = median_interval(rates)
            return [say(EVENT_IS, count=len(rates), before=dong(total.before), now=dong(total.now)), *([say(
                BOUNDS_ARE, low=per_cent(bounds.low), high=per_cent(bounds.high))] if bounds else [])]
    if found.address.measure is Measure.RATE and len(found.sides) == 2:
        now, before = found.sides
        return [say(RATE_IS, before=dong(int(before.in_totals)), now=dong(int(now.in_totals)))]
    return []


def working_rows(found: Explained) -> list[tuple[str, ...]]:
    """The articles or products that it is reckoned from, under `WORKING_HEADINGS`."""
    return [(one.key.removeprefix(UNKNOWN), day(one.day) if one.day else "", dong(one.change.now), dong(one.change.before),
             plain_number(one.change.units_now), plain_number(one.change.units_before),
             dong(round(at_old_prices(one.change))) if one.change.units_before else "–") for one in found.workings]


def scope_rows(address: Address, around: Surroundings, found: Explained | None = None) -> list[tuple[str, str]]:
    """What the figure depends on: name and value of each thing."""
    period = address.period
    rows = [(N_("Address"), str(address)), (N_("Market"), around.market),
            (N_("Period"), say(DAYS, start=day(period.start), end=day(period.end)))]
    if found and len(found.sides) > 1 and address.slice is not Slice.EVENT:
        rows.append((N_("Compared with"), say(AGAINST, start=day(address.before.start), end=day(address.before.end))))
    if address.measure is Measure.OUTLETS:
        rows.append((N_("Basis"), explained(address.basis)))
    if address.of_sales:
        rows += [(N_("Basis"), explained(Basis(address.basis))), (N_("Accounts"), ", ".join(found.accounts) if found else "")]
    rows += [(N_("Units of places"), geography_text(address)),
             (N_("As of"), say(AS_OF, moment=_moment(around.moment))), (N_("Rules"), rules_version(period.end))]
    if address.of_sales:
        rows.append((N_("Sales complete to"), ", ".join(f"{account} {_moment(at)}" for account, at in around.complete_to.items()) or "–"))
    if found and found.whole is not None:
        rows.append((N_("Share"), say(OF_WHOLE, part=dong(int(found.lines_amount)), whole=dong(found.whole))))
    return [(translate(name), text) for name, text in rows]


def counted_rows(found: Explained) -> list[tuple[str, str, str, str]]:
    """What counts and what does not, with lines, orders and amount; each period in turn."""
    rows = []
    for side in found.sides:
        days = f"{day(side.period.start)} – {day(side.period.end)}"
        rows.append((f"{translate(N_('Counted'))}, {days}", *_numbers(side.found, found.address)))
        rows += [(f"   {translate(N_('Left out'))}: {translate(LEFT_OUT[reason])}", *_numbers(one, None))
                 for reason, one in side.left_out.items()]
    return rows


def remarks(found: Explained, around: Surroundings) -> list[str]:
    """Sentences about what may be missing."""
    totals = sum(side.sign * side.in_totals for side in found.sides)
    told = [] if found.agrees else [say(NOT_AGREED, lines=_sum_text(found.lines_amount, found.address),
                                        totals=_sum_text(totals, found.address))]
    if found.address.slice in (Slice.BY, Slice.CODE) and not found.lines and not any(side.left_out for side in found.sides):
        known = geography_text(found.address) if found.address.by in PLACES else ""
        told.append(say(NOT_SOLD_IN if known else NOT_SOLD, key=slice_text(found.address), units=known))
    return told + (doubts(around.coverage, ()) if around.coverage else [])


def geography_text(address: Address) -> str:
    """Whose units of places the figure counts in, in words."""
    return translate(GEOGRAPHY_WORDS[address.geography])


def line_row(line: Line) -> Sequence[Value]:
    """A line under the headings."""
    return (line.day, line.account, line.location, line.document, line.line, line.sku, line.product, line.name,
            translate(STATES[line.state]), line.quantity, line.returned_quantity, line.list_amount, line.seller_discount, line.refund,
            line.fees, line.seller_shipping, line.tax_withheld, line.amount)


def _numbers(counted: Counted, address: Address | None) -> tuple[str, str, str]:
    return f"{counted.lines:,}".replace(",", "."), f"{counted.orders:,}".replace(",", "."), _sum_text(counted.amount, address)


def _sum_text(amount: int | Decimal, address: Address | None) -> str:
    """What lines come to; without an address đồng."""
    return plain_number(amount) if address and address.measure is Measure.UNITS else dong(int(amount))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
