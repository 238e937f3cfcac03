"""A place read as a unit of one time, and followed to the other: whole, in parts, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Place
from ocop_market.places.findings import Found, find_district, find_old, find_present, note
from ocop_market.places.gazetteer import District, Gazetteer, OldCommune, PresentCommune
from ocop_market.places.provinces import Province, formed_from, present_provinces
from ocop_market.places.units import OLD_TO, Confidence, Part, Resolved, Unit

SURE = N_("Found as published.")
NAME_OF_BOTH = N_("“{text}” is a province before and after 1/7/2025 with different land, and no date is known. Enter the date of the "
                  "certificate, or the district.")
DIVIDED = N_("The land of {text} went to {names}. Ask the producer in which one it is.")
FORMED = N_("{text} was formed from {count} communes of 30/6/2025; which one is meant cannot be told.")
OLD_NAME = N_("There is no “{text}” in {province} today; the unit of that name of 30/6/2025 is taken.")
PRESENT_NAME = N_("There was no “{text}” in {province} on 30/6/2025; the unit of that name of today is taken.")
ORDER = list(Confidence)


@dataclass(frozen=True)
class Reader:
    """Reads one place with the day it was published and the lists of units."""

    place: Place
    on: date | None
    units: Gazetteer

    def district(self, province: Province) -> Found[District]:
        """The published district in an old province."""
        if not self.place.district:
            return Found()
        return find_district(self.place.district, self.units.districts_of(province.code), province.name, self.on)

    def old_commune(self, province: Province, district: Found[District]) -> Found[OldCommune]:
        """The published commune in an old province, or the only unit of an island district without communes."""
        if self.place.commune:
            return find_old(self.place.commune, self.place.district, district.unit, self.units, province.code, province.name, self.on)
        island = self.units.old.get(district.unit.code) if district.unit else None
        return Found(island, district.confidence) if island else Found()

    def present_commune(self, province: Province) -> Found[PresentCommune]:
        """The published commune in a present province."""
        return find_present(self.place.commune, self.units, province.code, province.name, self.on)

    def as_old(self, province: Province, how: Confidence, because: Problem | None = None) -> Resolved:
        """Read as a unit of 30/6/2025; one that is of today only, where the date allows it, as that."""
        district = self.district(province)
        commune = self.old_commune(province, district)
        present = present_provinces()[province.became]
        if self._is_of_today_only(present, district.unit, commune):
            text = self.place.commune
            return with_at_most(self.as_present(present, Confidence.BY_NAME), Confidence.BY_NAME, because or note(
                "place-present-name", PRESENT_NAME, text=text, province=province.name))
        became = tuple(self.units.present[code] for code in self.units.became[commune.unit.code]) if commune.unit else ()
        old = self._old_unit(province, how, district, commune)
        reached = Part(confidence=Confidence.SPLIT if became else commune.confidence)
        divided = None
        if len(became) == 1:
            reached = Part(became[0].name, became[0].code, less_sure(how, commune.confidence, old.district.confidence))
        elif became:
            divided = note("place-divided", DIVIDED, text=old.commune.name, names=", ".join(unit.name for unit in became))
        return Resolved(self.place, self.on, old, Unit(Part(present.name, present.code, how), Part(), reached),
                        commune.because or district.because or divided or because or note("place-sure", SURE),
                        _candidates(became) if divided else ())

    def as_present(self, province: Province, how: Confidence) -> Resolved:
        """Read as a unit of today; the old units are what it was formed from, where that is one."""
        sources = formed_from(province.code)
        here = Part(province.name, province.code, how)
        old_province = _only({source.code: source.name for source in sources}, how) if len(sources) == 1 else Part()
        if not self.place.commune:
            because = note("place-sure", SURE) if self.on is not None or len(sources) == 1 else note(
                "place-of-both-times", NAME_OF_BOTH, text=self.place.province)
            return Resolved(self.place, self.on, Unit(old_province), Unit(here), because)
        commune = self.present_commune(province)
        if commune.unit is None:
            return Resolved(self.place, self.on, Unit(old_province), Unit(here, Part(), Part(confidence=commune.confidence)),
                            commune.because or note("place-sure", SURE))
        sure = less_sure(how, commune.confidence)
        parents = self.units.came_from(commune.unit.code)
        if len(sources) > 1:
            within = {parent.province_code for parent in parents}
            old_province = _only({source.code: source.name for source in sources if source.code in within}, sure)
        old = Unit(old_province, _only({p.district_code: self.units.districts[p.district_code].name for p in parents}, sure),
                   self._whole(parents, sure))
        formed = None if old.commune.code or not parents else note(
            "place-formed", FORMED, text=commune.unit.name, count=len(parents))
        return Resolved(self.place, self.on, old, Unit(here, Part(), Part(commune.unit.name, commune.unit.code, sure)),
                        commune.because or formed or note("place-sure", SURE), _candidates(parents) if formed else ())

    def under_old_name(self, province: Province) -> Resolved | None:
        """Read as a commune of 30/6/2025 under a present province, where only one of the old ones had it."""
        found = [home for home in formed_from(province.code) if self.old_commune(home, self.district(home)).unit]
        if not self.place.commune or len(found) != 1:
            return None
        return replace(self.as_old(found[0], Confidence.BY_NAME), because=note(
            "place-old-name", OLD_NAME, text=self.place.commune, province=province.name))

    def _is_of_today_only(self, present: Province, district: District | None, commune: Found[OldCommune]) -> bool:
        if commune.unit or not self.place.commune or (self.on is not None and self.on <= OLD_TO):
            return False
        now = self.present_commune(present).unit
        return now is not None and (district is None or district.code in {
            parent.district_code for parent in self.units.came_from(now.code)})

    def _old_unit(self, province: Province, how: Confidence, district: Found[District], commune: Found[OldCommune]) -> Unit:
        home, unit = district.unit, commune.unit
        at = Part(home.name, home.code, less_sure(how, district.confidence)) if home else Part()
        if unit is None:
            return Unit(Part(province.name, province.code, how), at, Part(confidence=commune.confidence))
        if home is None or unit.district_code != home.code:  # published without a district, or under the one of an earlier time
            home = self.units.districts[unit.district_code]
            at = Part(home.name, home.code, less_sure(how, commune.confidence))
        if not unit.name:
            return Unit(Part(province.name, province.code, how), at)
        return Unit(Part(province.name, province.code, how), at,
                    Part(unit.name, unit.code, less_sure(how, commune.confidence, at.confidence)))

    def _whole(self, parents: tuple[OldCommune, ...], sure: Confidence) -> Part:
        """The old commune, where the present one is that and nothing else."""
        if len(parents) == 1 and parents[0].name and len(self.units.became[parents[0].code]) == 1:
            return Part(parents[0].name, parents[0].code, sure)
        return Part(confidence=Confidence.SPLIT if parents else Confidence.UNKNOWN)


def less_sure(*confidences: Confidence) -> Confidence:
    """The least sure of them."""
    return max(confidences, key=ORDER.index)


def with_at_most(resolved: Resolved, most: Confidence, because: Problem) -> Resolved:
    """The same with a reason, and no known part surer than `most`."""

    def lowered(part: Part) -> Part:
        return replace(part, confidence=less_sure(part.confidence, most)) if part.code else part

    old, present = (Unit(lowered(unit.province), lowered(unit.district), lowered(unit.commune))
                    for unit in (resolved.old, resolved.present))
    return replace(resolved, old=old, present=present, because=because)


def _only(named: Mapping[str, str], sure: Confidence) -> Part:
    """The only unit of these names by code, or an unknown one of several."""
    if len(named) == 1:
        ((code, name),) = named.items()
        return Part(name, code, sure)
    return Part(confidence=Confidence.SPLIT if named else Confidence.UNKNOWN)


def _candidates(communes: tuple[OldCommune, ...] | tuple[PresentCommune, ...]) -> tuple[Part, ...]:
    return tuple(Part(unit.name, unit.code, Confidence.SPLIT) for unit in communes if unit.name)
