"""The provinces before and after 1 July 2025: Resolution 202/2025/QH15 (63 became 34), codes of Decision 19/2025/QĐ-TTg."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.places.names import read_name
from ocop_market.places.units import OLD_TO, PRESENT_FROM

CODE_WITHOUT_DATE = N_("Code {number} without a date may mean different units ({meanings}): codes were given to other units on 1/7/2025. "
                       "Say on which day the list was made.")
NO_SUCH_CODE = N_("No unit had the code {number} on {day}. Check the code, or write the name.")


@dataclass(frozen=True)
class Province:
    """A province as it stood from `valid_from` to `valid_to` (None: open). `became` is the code of the present one.

    `districts` and `communes` are numbers of units on 30/6/2025, or communes alone on 1/7/2025.
    """

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    became: str
    districts: int
    communes: int
    other_names: tuple[str, ...]
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether it stood on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def rows_of(table: str) -> Iterator[Mapping[str, str]]:
    """The rows of one of the tables of this package."""
    text = files("ocop_market.places").joinpath("data", table).read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


@cache
def provinces() -> tuple[Province, ...]:
    """All rows of the table; a province that was renamed has a row for each name."""
    return tuple(Province(
        row["code"], row["name"], _day(row["valid_from"]), _day(row["valid_to"]), row["became"], int(row["districts"] or 0),
        int(row["communes"] or 0), tuple(filter(None, row["other_names"].split("|"))), row["source"]) for row in rows_of("provinces.csv"))


@cache
def old_provinces() -> Mapping[str, Province]:
    """The 63 of 30/6/2025 by their codes of then."""
    return {province.code: province for province in provinces() if province.valid_to == OLD_TO}


@cache
def present_provinces() -> Mapping[str, Province]:
    """The 34 by their codes of now."""
    return {province.code: province for province in provinces() if province.valid_to is None}


@cache
def formed_from(present_code: str) -> tuple[Province, ...]:
    """The old provinces whose land is in a present one."""
    return tuple(province for province in old_provinces().values() if province.became == present_code)


def province_by_code(code: str, on: date | None) -> Province:
    """The province that had the code on a day.

    SettingsError `code-without-date` without a day, for codes were given to other units; `code-unknown` when none had it.
    """
    digits = code.strip().zfill(2)
    if on is None:
        raise SettingsError(CODE_WITHOUT_DATE, code="code-without-date", number=digits, meanings=meanings(
            *(units[digits].name if digits in units else "–" for units in (old_provinces(), present_provinces()))))
    for province in provinces():
        if province.code == digits and province.holds_on(on):
            return province
    raise SettingsError(NO_SUCH_CODE, code="code-unknown", number=digits, day=f"{on:%d/%m/%Y}")


def meanings(old: str, present: str) -> str:
    """What a code stood for on the last day of the old list and the first of the present one."""
    return f"{OLD_TO:%d/%m/%Y}: {old}; {PRESENT_FROM:%d/%m/%Y}: {present}"


def old_named(text: str) -> Province | None:
    """The province of 30/6/2025 of this name, in any of its spellings."""
    return _named(_old_names(), text)


def present_named(text: str) -> Province | None:
    """The present province of this name, in any of its spellings."""
    return _named(_present_names(), text)


def nearest_name(text: str) -> str:
    """The name of a province that may have been meant, or empty text."""
    found = process.extractOne(read_name(text).bare, list(_old_names()), scorer=fuzz.ratio, score_cutoff=80)
    return _old_names()[found[0]].name if found else ""


@cache
def _old_names() -> Mapping[str, Province]:
    return _names(old_provinces().values())


@cache
def _present_names() -> Mapping[str, Province]:
    return _names(present_provinces().values())


def _names(listed: Iterable[Province]) -> Mapping[str, Province]:
    return {read_name(name).bare: province for province in listed for name in (province.name, *province.other_names)}


def _named(names: Mapping[str, Province], text: str) -> Province | None:
    return names.get(read_name(text).bare)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
