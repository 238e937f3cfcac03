"""The one set of figures behind the terminal, the web page and the workbook."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ocop_market.catalog.row_facts import KIND_NAMES
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.breakdown import Breakdown, breakdown
from ocop_market.growth.compare import (
    NO_STAR,
    NOT_ATTRIBUTED,
    NOT_TOLD,
    REPORTED,
    UNDATED,
    By,
    Comparison,
    Period,
    compare,
    monthly,
)
from ocop_market.growth.coverage import Coverage, coverage
from ocop_market.language import N_, say, translate
from ocop_market.model.product import ProducerKind, Product
from ocop_market.places.counting import PLACE_DIVIDED, PLACE_UNKNOWN
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography
from ocop_market.reports.numbers import day, dong
from ocop_market.rules.programme import groups
from ocop_market.store.engine import Store
from ocop_market.store.ledger import UnknownState, complete_to

TITLES = {By.CHANNEL: N_("By channel"), By.LOCATION: N_("By point of sale"), By.PRODUCT: N_("By product"),
          By.PRODUCER: N_("By producer"), By.KIND: N_("By kind of producer"), By.GROUP: N_("By product group"),
          By.SET: N_("By scoring set"), By.STAR: N_("By star"), By.CERTIFICATE: N_("By certificate"),
          By.PROVINCE: N_("By province ({units})"),
          By.DISTRICT: N_("By district ({units})"), By.COMMUNE: N_("By commune ({units})")}
WORDS = {NOT_ATTRIBUTED: N_("goods not in the catalog"), NO_STAR: N_("no certificate in force"),
         UNDATED: N_("stars without a date"), NOT_TOLD: N_("not entered"),
         PLACE_UNKNOWN: N_("place not known"), PLACE_DIVIDED: N_("in one of several units")}
MOST_WORDS = 5
STARS = N_("{stars} stars")
PRESENT_FRAME = date(2026, 5, 22)
"""Names of groups are those of Decision 26/2026/QĐ-TTg."""
TOO_LOW = N_("Sales of {accounts} do not reach the end of the period; their figures are too low. Pull sales and make the report "
             "again.")
TOO_YOUNG = N_("Sales are known only from the day in brackets on: {accounts}. Where more was sold before, growth looks higher than it "
               "was. Set an earlier start in market.toml, or import older files, and pull again.")
UNKNOWN = N_("{count} orders in states that are not known stand beside the figures, not in them: {amount} ({words}).")


@dataclass(frozen=True)
class Figures:
    """Revenue of a period and of the same period a year before; all money in đồng, days in Viet Nam."""

    name: str
    made_at: datetime
    period: Period
    before: Period
    basis: Basis
    complete_to: Mapping[str, datetime]
    comparisons: Mapping[By, Comparison]
    months: tuple[tuple[str, int, int], ...]
    practice: bool
    coverage: Coverage = field(default_factory=Coverage)
    breakdown: Breakdown = field(default_factory=lambda: Breakdown(()))

    @property
    def basis_text(self) -> str:
        """The basis in words, in the language in use."""
        return explained(self.basis)


def collect(store: Store, products: Mapping[str, Product], *, name: str, period: Period, basis: Basis, now: datetime,
            practice: bool, accounts: Collection[str], geography: Geography = Geography.PRESENT) -> Figures:
    """Reads all figures in one state of the database.

    `practice` marks the report as made from practice shops; `accounts` are those whose sales can still be fetched.
    """
    before = period.a_year_before()
    with store.reading() as connection:
        comparisons = {by: compare(connection, products, period, by=by, basis=basis, geography=geography) for by in REPORTED}
        now_months, then_months = monthly(connection, period, basis), monthly(connection, before, basis)
        reached, covered = complete_to(connection), coverage(connection, period, accounts)
        steps = breakdown(connection, period)
    return Figures(name, now, period, before, basis, reached, comparisons,
                   tuple(_months(period, now_months, then_months)), practice, covered, steps)


def table_title(comparison: Comparison) -> str:
    """What a table shows; the geography stands in the title of places."""
    return say(TITLES[comparison.by], units=translate(GEOGRAPHY_WORDS[comparison.geography]))


def label(by: By, key: str) -> str:
    """A row's key in words."""
    if key in WORDS:
        return translate(WORDS[key])
    if by is By.KIND:
        return translate(KIND_NAMES[ProducerKind(key)])
    if by is By.GROUP:
        return next((frame.name for frame in groups(PRESENT_FRAME) if frame.group.value == key), key)
    return say(STARS, stars=key) if by is By.STAR else key


def row_label(comparison: Comparison, key: str) -> str:
    """A row's key in words; goods and producers by their names."""
    return comparison.names.get(key) or label(comparison.by, key)


def doubts(covered: Coverage, unknown: Sequence[UnknownState]) -> list[str]:
    """Sentences about figures that are too low, or left out, and why."""
    notes = []
    if covered.ends_early:
        notes.append(say(TOO_LOW, accounts=", ".join(covered.ends_early)))
    if covered.begins:
        notes.append(say(TOO_YOUNG, accounts=", ".join(f"{account} ({day(first)})" for account, first in covered.begins.items())))
    if unknown:
        words = ", ".join(f"{state.account}: {state.word} × {state.orders}" for state in unknown[:MOST_WORDS])
        notes.append(say(UNKNOWN, count=sum(state.orders for state in unknown), amount=dong(sum(state.amount for state in unknown)),
                         words=words + (", …" if len(unknown) > MOST_WORDS else "")))
    return notes


def _months(period: Period, now: Mapping[str, Mapping[str, int]], then: Mapping[str, Mapping[str, int]],
            ) -> list[tuple[str, int, int]]:
    """`(month, now, the same month a year before)`, months without sales too."""
    found = []
    first = period.start.replace(day=1)
    while first <= period.end:
        month, year_before = f"{first:%Y-%m}", f"{first.year - 1}-{first:%m}"
        found.append((month, sum(now.get(month, {}).values()), sum(then.get(year_before, {}).values())))
        first = _next_month(first)
    return found


def _next_month(day: date) -> date:
    return (day + timedelta(days=31)).replace(day=1)
