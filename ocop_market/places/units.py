"""What a place is in either geography, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Place

OLD_TO = date(2025, 6, 30)
"""Last day of 63 provinces, 696 districts and 10,035 communes (Resolution 202/2025/QH15)."""

PRESENT_FROM = date(2025, 7, 1)
"""First day of 34 provinces and 3,321 communes, without districts."""


class Geography(StrEnum):
    """Whose units are meant: those of 30/6/2025, or those of today."""

    OLD = "old"
    PRESENT = "present"


class Level(StrEnum):
    """A step of the ladder; districts are old units only."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Confidence(StrEnum):
    """How a unit was found, the surest first."""

    EXACT = "exact"
    """As published, in the list of its time, or by one-to-one succession from there."""
    BY_CODE = "by-code"
    """By its code and a date."""
    BY_NAME = "by-name"
    """By a name that had to be bent, or that a date would have made sure."""
    SPLIT = "split"
    """One of several: its land went to, or came from, more than one unit, or namesakes cannot be told apart."""
    UNKNOWN = "unknown"


CONFIDENCE_WORDS = {
    Confidence.EXACT: N_("exact"), Confidence.BY_CODE: N_("by code"), Confidence.BY_NAME: N_("by name"),
    Confidence.SPLIT: N_("one of several"), Confidence.UNKNOWN: N_("unknown")}

GEOGRAPHY_WORDS = {Geography.OLD: N_("units of 30/6/2025"), Geography.PRESENT: N_("units of today")}


@dataclass(frozen=True)
class Part:
    """One unit: its full name (`Xã Tân Lĩnh`), code and confidence; name and code are empty where it is not known."""

    name: str = ""
    code: str = ""
    confidence: Confidence = Confidence.UNKNOWN


@dataclass(frozen=True)
class Unit:
    """A place in one geography. `district` stays unknown in the present one."""

    province: Part = field(default_factory=Part)
    district: Part = field(default_factory=Part)
    commune: Part = field(default_factory=Part)

    def at(self, level: Level) -> Part:
        """The unit of one level."""
        return {Level.PROVINCE: self.province, Level.DISTRICT: self.district, Level.COMMUNE: self.commune}[level]

    def label(self, level: Level) -> str:
        """The name at `level` with all that tell it apart from namesakes: `Xã Vô Tranh, Huyện Phú Lương, Thái Nguyên`."""
        steps = list(Level)[:list(Level).index(level) + 1]
        return ", ".join(part.name for part in map(self.at, reversed(steps)) if part.name)


@dataclass(frozen=True)
class Resolved:
    """A place as published on a day (None: not known) in both geographies.

    `candidates` are the communes that a divided one may be in. `because` says why the answer is no surer, or that it is sure.
    """

    published: Place
    on: date | None
    old: Unit
    present: Unit
    because: Problem
    candidates: tuple[Part, ...] = ()

    def unit(self, geography: Geography) -> Unit:
        """The place in one geography."""
        return self.old if geography == Geography.OLD else self.present

    def confidence(self, geography: Geography) -> Confidence:
        """Of the finest unit that was published and that this geography has."""
        unit = self.unit(geography)
        if self.published.commune:
            return unit.commune.confidence
        if self.published.district and geography == Geography.OLD:
            return unit.district.confidence
        return unit.province.confidence
