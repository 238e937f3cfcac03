"""Districts and communes found in the lists by what was published, with the reason where the finding is not sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.places.gazetteer import District, Gazetteer, OldCommune, PresentCommune, joined
from ocop_market.places.names import Named, nearly_same, read_name, same_name
from ocop_market.places.provinces import CODE_WITHOUT_DATE, NO_SUCH_CODE, meanings
from ocop_market.places.units import Confidence, Level

NOT_LISTED = N_("“{text}” cannot be told below its province: only the communes of the demo list are installed. For all communes: "
                'pip install "ocop-market[places]"')
NOT_FOUND = N_("“{text}” is not in the list of {province}. Check the spelling and the district.")
PERHAPS = N_("“{text}” is not in the list of {province}; perhaps {names} is meant. Check the spelling.")
SEVERAL = N_("“{text}” may be {names} in {province}. Write the district, and the name with all its marks.")
SPELT = N_("“{text}” is read as {found}.")
MOVED = N_("“{text}” was not in {district} on 30/6/2025; {found} ({home}) of the same province is taken for it.")
ONLY_ONE = N_("“{text}” is published without its district; {province} had one unit of that name: {found}.")
EARLIER = N_("“{text}” had become a part of {found} by 30/6/2025.")

U = TypeVar("U", bound=Named)


@dataclass(frozen=True)
class Found(Generic[U]):
    """A unit or None, how it was found, and why it is no surer (None: nothing to say)."""

    unit: U | None = None
    confidence: Confidence = Confidence.UNKNOWN
    because: Problem | None = None


def note(code: str, message: str, **values: object) -> Problem:
    """A reason, as a problem with the place."""
    return Problem(code, message, "place", values)


def is_code(text: str, level: Level) -> bool:
    """Whether a code was published in place of a name; spreadsheets drop a leading nought, and `1` may be phường 1 or quận 1."""
    digits = text.strip()
    least, most = {Level.PROVINCE: (1, 2), Level.DISTRICT: (3, 3), Level.COMMUNE: (4, 5)}[level]
    return digits.isascii() and digits.isdecimal() and least <= len(digits) <= most


def find_district(text: str, districts: Sequence[District], province: str, on: date | None) -> Found[District]:
    """A district of 30/6/2025 by name, or by code with a date."""
    if is_code(text, Level.DISTRICT):
        code = text.strip()
        return _by_code(code, {unit.code: unit for unit in districts}, on, meanings(_names(
            unit for unit in districts if unit.code == code) or "–", "–"))
    return _by_name(text, districts, province)


def find_present(text: str, units: Gazetteer, province_code: str, province: str, on: date | None) -> Found[PresentCommune]:
    """A present commune by name, or by code with a date."""
    communes = units.present_of(province_code)
    if is_code(text, Level.COMMUNE):
        return _commune_by_code(text, {unit.code: unit for unit in communes}, units, on)
    return _told_if_small(_by_name(text, communes, province), text, units)


def find_old(text: str, district_text: str, district: District | None, units: Gazetteer, province_code: str, province: str,
             on: date | None) -> Found[OldCommune]:
    """A commune of 30/6/2025 by name, or by code with a date.

    A unit that had moved or merged by then is looked for: an earlier name inside the district, the same name elsewhere in
    the province, an earlier name anywhere in it; each only where there is one.
    """
    communes = units.old_of(province_code)
    if is_code(text, Level.COMMUNE):
        return _commune_by_code(text, {unit.code: unit for unit in communes}, units, on)
    inside = [unit for unit in communes if district is not None and unit.district_code == district.code]
    found = _by_name(text, inside, province)
    if found.unit or found.confidence is Confidence.SPLIT:
        return found
    merged = _merged(text, district_text, inside)
    if not merged.unit and units.complete:
        found = found if found.because and found.because.code == "place-perhaps" else _by_name(text, communes, province)
        if found.unit and district_text:
            home = units.districts[found.unit.district_code].name
            return Found(found.unit, Confidence.BY_NAME, note(
                "place-moved", MOVED, text=text, district=district_text, found=found.unit.name, home=home))
        if found.unit:
            return Found(found.unit, Confidence.BY_NAME, found.because or note(
                "place-without-district", ONLY_ONE, text=text, province=province, found=found.unit.name))
    if not merged.unit:
        merged = _merged(text, district_text, communes)
    return merged if merged.unit else _told_if_small(found, text, units)


def _merged(text: str, district: str, communes: Sequence[OldCommune]) -> Found[OldCommune]:
    written = {joined(text), f"{joined(district)}/{joined(text)}"}
    into = [unit for unit in communes if unit.earlier & written]
    if len(into) != 1:
        return Found()
    return Found(into[0], Confidence.BY_NAME, note("place-earlier-name", EARLIER, text=text, found=into[0].name))


def _by_name(text: str, listed: Sequence[U], province: str) -> Found[U]:
    found, surely = same_name(listed, text)
    if len(found) == 1:
        unit = found[0]
        if surely:
            return Found(unit, Confidence.EXACT)
        same = read_name(unit.name).marked == read_name(text).marked and not read_name(text).kind
        return Found(unit, Confidence.BY_NAME, None if same else note("place-spelt", SPELT, text=text, found=unit.name))
    if found:
        return Found(None, Confidence.SPLIT, note("place-several", SEVERAL, text=text, names=_names(found), province=province))
    perhaps = nearly_same(listed, text)
    if perhaps:
        return Found(because=note("place-perhaps", PERHAPS, text=text, names=_names(perhaps), province=province))
    return Found(because=note("place-not-found", NOT_FOUND, text=text, province=province))


def _commune_by_code(text: str, listed: dict[str, U], units: Gazetteer, on: date | None) -> Found[U]:
    code = text.strip().zfill(5)
    names = [units.old[code].name if code in units.old else "–", units.present[code].name if code in units.present else "–"]
    return _by_code(code, listed, on, meanings(*names))


def _by_code(code: str, listed: dict[str, U], on: date | None, means: str) -> Found[U]:
    if on is None:
        return Found(because=note("code-without-date", CODE_WITHOUT_DATE, number=code, meanings=means))
    if code not in listed:
        return Found(because=note("code-unknown", NO_SUCH_CODE, number=code, day=f"{on:%d/%m/%Y}"))
    return Found(listed[code], Confidence.BY_CODE)


def _told_if_small(found: Found[U], text: str, units: Gazetteer) -> Found[U]:
    if found.unit or units.complete:
        return found
    return Found(because=note("place-not-listed", NOT_LISTED, text=text))


def _names(units: Iterable[Named]) -> str:
    return ", ".join(unit.name for unit in units)
