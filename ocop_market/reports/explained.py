"""A figure and what it was made from in words: scope, what counts and what does not, headings of the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ocop_market.catalog.row_facts import KIND_NAMES
from ocop_market.growth.address import Address, Measure, Sellers, Slice
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.compare import By
from ocop_market.growth.coverage import Coverage
from ocop_market.growth.explain import Counted, Explained, LeftOut, Line
from ocop_market.growth.movement import Part, Reason
from ocop_market.growth.words import PARTS, REASONS
from ocop_market.language import N_, say, translate
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import ProducerKind
from ocop_market.model.sales import OrderState
from ocop_market.places.units import GEOGRAPHY_WORDS
from ocop_market.reports.figures import doubts, label
from ocop_market.reports.lines_file import Value
from ocop_market.reports.numbers import day, dong, per_cent
from ocop_market.rules.version import rules_version

MEASURES = {
    Measure.REVENUE: N_("Revenue"), Measure.BEFORE: N_("Revenue of the period compared with"), Measure.CHANGE: N_("Change of revenue"),
    Measure.GROWTH: N_("Growth"), Measure.SHARE: N_("Share of all revenue"), Measure.PRODUCTS_SOLD: N_("Products sold"),
    Measure.PRODUCTS: N_("Products sold in either period"), Measure.LISTED: N_("Products on sale now"),
    Measure.IN_FORCE: N_("Products with a certificate in force"), Measure.EVER: N_("Products ever recognised"),
    Measure.UNDATED: N_("Products whose certificate has no dates"), Measure.FIRST: N_("Recognised for the first time"),
    Measure.UPGRADE: N_("Upgraded"), Measure.RE_RATED: N_("Rated again"), Measure.WITHDRAWN: N_("Certificates withdrawn"),
    Measure.LAPSED: N_("Certificates lapsed"), Measure.DUE: N_("Certificates that end within 180 days"),
    Measure.SUBJECTS: N_("Subjects with a product in force"), Measure.SUBJECT_SHARE: N_("Share of subjects with a product in force"),
    Measure.SUBJECTS_EVER: N_("Subjects ever recognised"), Measure.POINTS_OPEN: N_("Points of sale open"),
    Measure.POINTS_OPENED: N_("Points of sale opened"), Measure.POINTS_CLOSED: N_("Points of sale closed"),
    Measure.POINTS_UNDATED: N_("Points of sale not known since when")}
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
OF_WHOLE = N_("{part} of {whole}")


@dataclass(frozen=True)
class Surroundings:
    """What a figure depends on beside its address: when it was asked, up to when sales are known, and what may be missing."""

    market: str
    moment: datetime
    complete_to: Mapping[str, datetime]
    coverage: Coverage | None = None


def figure_text(address: Address, value: float | None) -> str:
    """A value as its measure is written."""
    if address.measure in (Measure.REVENUE, Measure.BEFORE, Measure.CHANGE):
        return dong(int(value or 0))
    if address.measure is Measure.GROWTH:
        return per_cent(value)
    if address.measure in (Measure.SHARE, Measure.SUBJECT_SHARE):
        return per_cent(value).lstrip("+")
    return "–" if value is None else f"{int(value):,}".replace(",", ".")


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
        case _:
            text = address.key
    stars = label(By.STAR, str(address.stars)) if address.stars else ""
    return ", ".join(part for part in (stars, text) if part)


def scope_rows(address: Address, around: Surroundings, found: Explained | None = None) -> list[tuple[str, str]]:
    """What the figure depends on: name and value of each thing."""
    period = address.period
    rows = [(N_("Address"), str(address)), (N_("Market"), around.market),
            (N_("Period"), say(DAYS, start=day(period.start), end=day(period.end)))]
    if found and len(found.sides) > 1:
        rows.append((N_("Compared with"), say(AGAINST, start=day(address.before.start), end=day(address.before.end))))
    if address.of_sales:
        rows += [(N_("Basis"), explained(Basis(address.basis))), (N_("Accounts"), ", ".join(found.accounts) if found else "")]
    rows += [(N_("Units of places"), translate(GEOGRAPHY_WORDS[address.geography])),
             (N_("As of"), say(AS_OF, moment=_moment(around.moment))), (N_("Rules"), rules_version(period.end))]
    if address.of_sales:
        rows.append((N_("Sales complete to"), ", ".join(f"{account} {_moment(at)}" for account, at in around.complete_to.items()) or "–"))
    if found and found.whole is not None:
        rows.append((N_("Share"), say(OF_WHOLE, part=dong(found.lines_amount), whole=dong(found.whole))))
    return [(translate(name), text) for name, text in rows]


def counted_rows(found: Explained) -> list[tuple[str, str, str, str]]:
    """What counts and what does not, with lines, orders and amount; each period in turn."""
    rows = []
    for side in found.sides:
        days = f"{day(side.period.start)} – {day(side.period.end)}"
        rows.append((f"{translate(N_('Counted'))}, {days}", *_numbers(side.found)))
        rows += [(f"   {translate(N_('Left out'))}: {translate(LEFT_OUT[reason])}", *_numbers(one))
                 for reason, one in side.left_out.items()]
    return rows


def remarks(found: Explained, around: Surroundings) -> list[str]:
    """Sentences about what may be missing."""
    told = [] if found.agrees else [say(NOT_AGREED, lines=dong(found.lines_amount), totals=dong(
        sum(side.sign * side.in_totals for side in found.sides)))]
    return told + (doubts(around.coverage, ()) if around.coverage else [])


def line_row(line: Line) -> Sequence[Value]:
    """A line under the headings."""
    return (line.day, line.account, line.location, line.document, line.line, line.sku, line.product, line.name,
            translate(STATES[line.state]), line.quantity, line.returned_quantity, line.list_amount, line.seller_discount, line.refund,
            line.fees, line.seller_shipping, line.tax_withheld, line.amount)


def _numbers(counted: Counted) -> tuple[str, str, str]:
    return f"{counted.lines:,}".replace(",", "."), f"{counted.orders:,}".replace(",", "."), dong(counted.amount)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
