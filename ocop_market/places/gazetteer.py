"""The lists of units of 30/6/2025 and of today, and which became which: all of them with the extra `places`, else a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar

from ocop_market.model.text import fold
from ocop_market.places.names import read_name
from ocop_market.places.provinces import rows_of


@dataclass(frozen=True)
class District:
    """A district of 30/6/2025."""

    code: str
    name: str
    province_code: str


@dataclass(frozen=True)
class OldCommune:
    """A commune of 30/6/2025; an island district without communes is one without a name and with the code of the district.

    `earlier` are names under which it, or a part of it, was published before, as `joined` writes them; one with a slash
    names the district of then as well.
    """

    code: str
    name: str
    district_code: str
    province_code: str
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PresentCommune:
    """A commune, ward or special zone of today."""

    code: str
    name: str
    province_code: str


@dataclass(frozen=True)
class Gazetteer:
    """Units by code. `became` leads from an old commune to the present ones that hold its land.

    `complete` is False where only the communes of the demo list are known: then a name that is missing proves nothing.
    """

    complete: bool
    districts: Mapping[str, District]
    old: Mapping[str, OldCommune]
    present: Mapping[str, PresentCommune]
    became: Mapping[str, tuple[str, ...]]

    def districts_of(self, province_code: str) -> tuple[District, ...]:
        """The districts of an old province."""
        return self._districts.get(province_code, ())

    def old_of(self, province_code: str) -> tuple[OldCommune, ...]:
        """The communes of an old province."""
        return self._old.get(province_code, ())

    def present_of(self, province_code: str) -> tuple[PresentCommune, ...]:
        """The communes of a present province."""
        return self._present.get(province_code, ())

    def came_from(self, present_code: str) -> tuple[OldCommune, ...]:
        """The old communes, whole or in part, in a present one; empty where the list is not complete."""
        return self._came_from.get(present_code, ()) if self.complete else ()

    @cached_property
    def _districts(self) -> Mapping[str, tuple[District, ...]]:
        return _by_province(self.districts.values())

    @cached_property
    def _old(self) -> Mapping[str, tuple[OldCommune, ...]]:
        return _by_province(self.old.values())

    @cached_property
    def _present(self) -> Mapping[str, tuple[PresentCommune, ...]]:
        return _by_province(self.present.values())

    @cached_property
    def _came_from(self) -> Mapping[str, tuple[OldCommune, ...]]:
        found: dict[str, list[OldCommune]] = {}
        for old, targets in self.became.items():
            for target in targets:
                found.setdefault(target, []).append(self.old[old])
        return {code: tuple(sources) for code, sources in found.items()}


U = TypeVar("U", District, OldCommune, PresentCommune)


def joined(text: str) -> str:
    """Type word and name in one word without marks: `xathaison`."""
    name = read_name(text)
    return fold(name.kind).replace(" ", "") + name.bare.replace(" ", "")


@cache
def gazetteer() -> Gazetteer:
    """The complete lists where the extra is installed and readable, else the small ones of this package."""
    from ocop_market.places.package_tables import read_package  # it builds what this module defines

    return read_package() or small_gazetteer()


@cache
def all_districts() -> Mapping[str, District]:
    """The 696 districts of 30/6/2025 (unit tables of vietnamadminunits 1.0.4, MIT)."""
    return {row["code"]: District(row["code"], row["name"], row["province_code"]) for row in rows_of("districts.csv")}


@cache
def small_gazetteer() -> Gazetteer:
    """The communes of the demo list (made from the same tables); a market of other communes wants the extra."""
    old, present, became = {}, {}, {}
    for row in rows_of("communes.csv"):
        code = row["code"]
        old[code] = OldCommune(code, row["name"], row["district_code"], row["province_code"],
                               frozenset(filter(None, row["published_as"].split("|"))))
        present[row["became"]] = PresentCommune(row["became"], row["became_name"], row["became_province_code"])
        became[code] = (row["became"],)
    return Gazetteer(False, all_districts(), old, present, became)


def _by_province(units: Iterable[U]) -> Mapping[str, tuple[U, ...]]:
    found: dict[str, list[U]] = {}
    for unit in units:
        found.setdefault(unit.province_code, []).append(unit)
    return {code: tuple(listed) for code, listed in found.items()}
