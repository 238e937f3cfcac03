"""The address of a figure: one line of text that says what is counted, where, when, on which basis and in whose units.

    revenue/by=province/Bắc Ninh/2026-H1
    growth/basis=delivered/geography=old/by=province/Bắc Giang/2026-01-01..2026-11-20
    change/part=entry/2026-Q1/against=2025-Q4
    fees/fee=commission/by=channel/shopee/2026-H1
    change/effect=price/2026-H1
    growth/event=recognition.12/2026-11-20
    in-force/stars=4/by=commune/Xã Tân Lĩnh, Lào Cai/2026-11-20
    target/target=Sản phẩm 3 sao trở lên/2026-11-20

The measure comes first and the period last, so that what lies between may be any name, a slash in it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import Event
from ocop_market.growth.compare import By, Period
from ocop_market.growth.effects import Effect
from ocop_market.growth.movement import Part, Reason
from ocop_market.growth.periods import named
from ocop_market.language import N_
from ocop_market.model.product import ProducerKind
from ocop_market.model.sales import FeeKind
from ocop_market.places.units import Geography

NO_ADDRESS = N_("“{text}” is no address of a figure: {part!t}. An address looks like revenue/by=province/Bắc Ninh/2026-H1; those of "
                "a report are listed by: ocop-market explain --report FILE")
NO_MEASURE = N_("it does not begin with a measure")
NO_PERIOD = N_("it does not end with a period or a day")
NO_SLICE = N_("its middle names nothing that can be counted")
NOT_BY_THAT = N_("its measure is not counted in that way")


class Measure(StrEnum):
    """What a figure tells."""

    REVENUE = "revenue"
    BEFORE = "before"
    """Revenue of the period compared with."""
    CHANGE = "change"
    GROWTH = "growth"
    """The change in per cent of before."""
    SHARE = "share"
    """Per cent of all revenue of the period."""
    PRODUCTS_SOLD = "products-sold"
    PRODUCTS = "products"
    """Products sold in either of the two periods; of goods outside the catalog, codes."""
    UNITS = "units"
    """Sales units, less those that came back where the basis takes off what came back."""
    DISCOUNT = "discount"
    REFUND = "refund"
    FEES = "fees"
    CARRIAGE = "carriage"
    TAX = "tax"
    TAKEN_OFF = "taken-off"
    """Fees, carriage borne and tax withheld together."""
    IN_HAND_SHARE = "in-hand-share"
    """Per cent of net revenue that the seller receives."""
    RATE = "rate"
    """The rate in per cent a year that leads from the period compared with to this one."""
    MEDIAN = "median"
    """Growth of the product in the middle of those that an event happened to."""
    BREAK_EVEN = "break-even"
    """The lowest price at which a listing loses nothing."""
    LEFT_OF_ONE = "left-of-one"
    """What one unit leaves in hand at the present price, beyond its cost."""
    TARGET = "target"
    """What is reached of a plan's target."""
    OUTLETS = "outlets"
    """Points of sale with sales in this period or in the one compared with."""
    LISTED = "listed"
    """Products on sale on an account now."""
    IN_FORCE = "in-force"
    EVER = "ever"
    UNDATED = "undated"
    FIRST = "first"
    UPGRADE = "upgrade"
    RE_RATED = "re-rated"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    DUE = "due"
    SUBJECTS = "subjects"
    SUBJECT_SHARE = "subject-share"
    SUBJECTS_EVER = "subjects-ever"
    POINTS_OPEN = "points-open"
    POINTS_OPENED = "points-opened"
    POINTS_CLOSED = "points-closed"
    POINTS_UNDATED = "points-undated"
    """Points of sale of the register."""


class Slice(StrEnum):
    """By what a figure is one of several."""

    ALL = ""
    BY = "by"
    PART = "part"
    REASON = "reason"
    SELLERS = "sellers"
    ACCOUNTS = "accounts"
    """Several accounts, separated by commas."""
    KIND = "kind"
    """Kind of subject."""
    CODE = "code"
    """A code as it was sold, of goods that the catalog need not know."""
    EFFECT = "effect"
    EVENT = "event"
    """Products that were recognised or upgraded, with the months on each side: `recognition.12`."""
    TARGET = "target"
    """The name of a target; of several with one name the second is `name #2`."""


class Sellers(StrEnum):
    """The parts of the panel of points of sale."""

    SAME = "same"
    ADDED = "added"
    GONE = "gone"


TAKEN_OFF = {Measure.DISCOUNT: ("seller_discount",), Measure.REFUND: ("refund",), Measure.FEES: ("fees",),
             Measure.CARRIAGE: ("seller_shipping",), Measure.TAX: ("tax_withheld",),
             Measure.TAKEN_OFF: ("fees", "seller_shipping", "tax_withheld")}
"""Measures of what comes off between list price and the seller's hand, by the columns that they add up."""
OF_SALES = frozenset({Measure.REVENUE, Measure.BEFORE, Measure.CHANGE, Measure.GROWTH, Measure.SHARE, Measure.PRODUCTS_SOLD,
                      Measure.PRODUCTS, Measure.UNITS, Measure.IN_HAND_SHARE, Measure.RATE, Measure.MEDIAN, *TAKEN_OFF})
OF_LISTINGS = frozenset({Measure.BREAK_EVEN, Measure.LEFT_OF_ONE})
OF_SUBJECTS = frozenset({Measure.SUBJECTS, Measure.SUBJECT_SHARE, Measure.SUBJECTS_EVER})
OF_POINTS = frozenset({Measure.POINTS_OPEN, Measure.POINTS_OPENED, Measure.POINTS_CLOSED, Measure.POINTS_UNDATED})
PLACES = frozenset({By.PROVINCE, By.DISTRICT, By.COMMUNE})
_DAYS = re.compile(r"(?P<start>\d{4}-\d\d-\d\d)(?:\.\.(?P<end>\d{4}-\d\d-\d\d))?")
_WORDS: dict[Slice, type[StrEnum]] = {Slice.PART: Part, Slice.REASON: Reason, Slice.SELLERS: Sellers, Slice.KIND: ProducerKind,
                                      Slice.EFFECT: Effect}
MOST_MONTHS = 36
"""On each side of an event."""
_EVENT = re.compile(r"(\w+)\.(\d{1,2})")
_OF_EVENTS = frozenset({Measure.REVENUE, Measure.BEFORE, Measure.CHANGE, Measure.GROWTH, Measure.PRODUCTS, Measure.MEDIAN})


@dataclass(frozen=True)
class Address:
    """A figure. `by` and `key` name its row; `against` is the period compared with, None for the same a year before.

    Counts of the catalog stand on the last day of the period; `stars` narrows them. `fee` narrows fees to a kind, of kind `other`
    with the platform's word (`other:Phí hạ tầng`); `account` narrows rows of goods to one account.
    """

    measure: Measure
    period: Period
    slice: Slice = Slice.ALL
    by: By | None = None
    key: str = ""
    basis: Basis = Basis.NET
    geography: Geography = Geography.PRESENT
    stars: int | None = None
    fee: str = ""
    account: str = ""
    against: Period | None = None

    @property
    def before(self) -> Period:
        """The period compared with."""
        return self.against or self.period.a_year_before()

    @property
    def of_sales(self) -> bool:
        """Whether order lines stand behind it, else products of the catalog, a target or a listing's price."""
        return self.measure in OF_SALES

    @property
    def event(self) -> tuple[Event, int]:
        """What happened to the products, and the months on each side; of slices by event only."""
        name, _, months = self.key.rpartition(".")
        return Event(name), int(months)

    def __str__(self) -> str:
        parts = [self.measure.value]
        if self.basis is not Basis.NET:
            parts.append(f"basis={self.basis.value}")
        if self.geography is not Geography.PRESENT:
            parts.append(f"geography={self.geography.value}")
        if self.stars is not None:
            parts.append(f"stars={self.stars}")
        if self.fee:
            parts.append(f"fee={self.fee.replace('%', '%25').replace('/', '%2F')}")
        if self.account:
            parts.append(f"account={self.account}")
        if self.slice is Slice.BY:
            parts += [f"by={self.by}", self.key]
        elif self.slice is not Slice.ALL:
            parts.append(f"{self.slice.value}={self.key}")
        parts.append(period_text(self.period))
        if self.against is not None:
            parts.append(f"against={period_text(self.against)}")
        return "/".join(parts)


def parse(text: str) -> Address:
    """Reads an address; SettingsError (`no-address`, `no-period`) tells which part of it cannot be read."""
    first, _, rest = text.strip().partition("/")
    if first not in {measure.value for measure in Measure}:
        raise _refused(text, NO_MEASURE)
    measure, against = Measure(first), None
    head, mark, last = rest.rpartition("/against=")
    if mark:
        rest, against = head, _period(last, text)
    middle, _, last = rest.rpartition("/")
    period = _period(last, text)
    found: dict[str, Any] = {"period": period, "against": None if against == period.a_year_before() else against}
    while middle:
        name, equals, value = middle.partition("=")
        value, _, following = value.partition("/")
        if not equals or name in found:
            raise _refused(text, NO_SLICE)
        try:
            match name:
                case "basis":
                    found[name] = Basis(value)
                case "geography":
                    found[name] = Geography(value)
                case "stars":
                    found[name] = int(value)
                case "fee":
                    found[name] = _fee(value.replace("%2F", "/").replace("%25", "%"))
                case "account":
                    found[name] = value
                case _:
                    found |= _slice(name, middle.partition("=")[2], text)
                    break
        except ValueError:
            raise _refused(text, NO_SLICE) from None
        middle = following
    address = Address(measure, **found)
    if not _can_be(address):
        raise _refused(text, NOT_BY_THAT)
    return address


def period_text(period: Period) -> str:
    """A period as short as it can be said: `2026`, `2026-H1`, `2026-Q3`, `2026-07`, a day, or two days."""
    year = period.start.year
    names = [str(year), f"{year}-H{1 + (period.start.month > 6)}", f"{year}-Q{(period.start.month + 2) // 3}", f"{period.start:%Y-%m}"]
    for name in names if period.is_whole_months else ():
        if named(name) == period:
            return name
    return period.start.isoformat() + (f"..{period.end.isoformat()}" if period.days > 1 else "")


def _slice(name: str, value: str, text: str) -> dict[str, Any]:
    """The slice that the rest of the middle names; ValueError for words that there are not."""
    one = Slice(name)
    if one is Slice.BY:
        by, _, key = value.partition("/")
        if not key:
            raise _refused(text, NO_SLICE)
        return {"slice": one, "by": By(by), "key": key}
    if one is Slice.ALL or not value:
        raise _refused(text, NO_SLICE)
    if one is Slice.EVENT:
        event = _EVENT.fullmatch(value)
        if event is None or not 1 <= int(event[2]) <= MOST_MONTHS:
            raise _refused(text, NO_SLICE)
        return {"slice": one, "key": f"{Event(event[1])}.{int(event[2])}"}
    return {"slice": one, "key": str(_WORDS[one](value)) if one in _WORDS else value}


def _fee(value: str) -> str:
    """A kind of fee, `other` with the platform's word; ValueError for kinds that there are not."""
    kind, _, word = value.partition(":")
    if word and FeeKind(kind) is not FeeKind.OTHER:
        raise ValueError(value)
    return f"{FeeKind(kind)}:{word}" if word else FeeKind(kind).value


def _can_be(address: Address) -> bool:
    """Whether the measure is counted by such a slice."""
    if address.fee and not (address.measure is Measure.FEES and (
            address.slice in (Slice.ALL, Slice.ACCOUNTS) or address.by is By.CHANNEL)):
        return False
    if address.account and not (address.slice is Slice.BY and address.by not in (By.CHANNEL, By.LOCATION) and (
            address.of_sales or address.measure in OF_LISTINGS)):
        return False
    match address.measure:
        case Measure.TARGET:
            return address.slice is Slice.TARGET
        case Measure.OUTLETS:
            return address.slice is Slice.ALL
        case Measure.BREAK_EVEN | Measure.LEFT_OF_ONE:
            return address.by is By.PRODUCT and bool(address.account)
        case Measure.LISTED:
            return address.by is By.CHANNEL
        case Measure.PRODUCTS:
            return address.slice in (Slice.ALL, Slice.PART, Slice.REASON, Slice.EVENT)
    return _of_sales_can_be(address) if address.of_sales else _of_catalog_can_be(address)


def _of_sales_can_be(address: Address) -> bool:
    if address.slice is Slice.EVENT:
        return address.measure in _OF_EVENTS
    if address.slice is Slice.EFFECT:
        return address.measure is Measure.CHANGE
    return address.stars is None and address.slice not in (Slice.KIND, Slice.TARGET) and address.measure is not Measure.MEDIAN


def _of_catalog_can_be(address: Address) -> bool:
    if address.measure in OF_SUBJECTS:
        return address.slice in (Slice.ALL, Slice.KIND)
    if address.measure in OF_POINTS and address.stars is not None:
        return False
    return address.slice is Slice.ALL or address.by in PLACES


def _period(text: str, whole: str) -> Period:
    days = _DAYS.fullmatch(text)
    try:
        if days:
            return Period(date.fromisoformat(days["start"]), date.fromisoformat(days["end"] or days["start"]))
        return named(text)
    except ValueError:
        raise _refused(whole, NO_PERIOD) from None
    except SettingsError as error:
        raise error if error.code == "period-upside-down" else _refused(whole, NO_PERIOD) from None


def _refused(text: str, part: str) -> SettingsError:
    return SettingsError(NO_ADDRESS, code="no-address", text=text, part=part)
