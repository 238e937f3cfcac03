"""What GS1 allows: which identifiers exist, what their values look like, which go together, which lead a Digital Link.

Formats come from biip; its own checks are not used, since they accept day 00 of a harvest and no range of harvest days
(biip 5.2.0, October 2026).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from stdnum import ean

from ocop_market.codes.elements import Element, read_days, shown
from ocop_market.errors import Problem
from ocop_market.language import N_

CHARACTERS = N_("({ai}): “{value}” holds a letter that a code cannot carry. Only A–Z, a–z, 0–9 and !\"%&'()*+,-./:;<=>?_ are allowed, no "
                "space and no Vietnamese letter; let the producer choose another text, for example L5 for “Lô 5”.")
FORMAT = N_("({ai}): “{value}” does not have the form {form} of this field.")
CHECK_DIGIT = N_("({ai}): the check digit of {value} is wrong. Copy the number again.")
NO_SUCH_DAY = N_("({ai}): {value} is no day. Write year, month, day with two digits each, for example 260531.")
NO_WHOLE_MONTH = N_("({ai}): {value} leaves the day open (00), which this field does not allow. Give the day.")
NO_SUCH_TIME = N_("({ai}): {value} holds no time of day.")
NO_SUCH_COUNTRY = N_("({ai}): {value} holds an unknown country number; Viet Nam is 704.")
NEEDS = N_("({ai}) is not allowed without {needed}.")
EXCLUDES = N_("({ai}) and ({other}) are not allowed together.")

_CHARACTER_SET = re.compile(r"[!\"%-?A-Z_a-z]*")
_ANY_CENTURY = date(2000, 1, 1)
"""Whether a day exists depends on the century for 29 February alone, and every fourth year from 1951 to 2050 has one."""


@dataclass(frozen=True)
class Relation:
    """Of `needs`, each list must be met by one of its entries; with `excludes` the identifier may not stand."""

    needs: tuple[tuple[str, ...], ...]
    excludes: tuple[str, ...]


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", "application_identifiers.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1024)
def _definition(ai: str) -> GS1ApplicationIdentifier | None:
    try:
        found = GS1ApplicationIdentifier.extract(ai)
    except ParseError:
        return None
    return found if found.ai == ai else None


def is_known(ai: str) -> bool:
    """Whether GS1 has given the identifier a meaning."""
    return _definition(ai) is not None


def is_withdrawn_name(text: str) -> bool:
    """Whether it is one of the short names (`gtin`, `lot`) that early Digital Links had."""
    return text.lower() in _rules()["withdrawn_names"]


def is_key(ai: str) -> bool:
    """Whether a Digital Link may begin with it."""
    return ai in _rules()["keys"]


def may_be_attribute(ai: str) -> bool:
    """Whether a known identifier may stand in the query of a Digital Link."""
    return ai not in _rules()["not_attributes"]


def qualifier_orders(key: str) -> list[list[str]]:
    """The qualifiers of a key in their order; several lists are alternatives."""
    orders: list[list[str]] = _rules()["keys"][key]
    return orders


def is_qualifier_order(key: str, qualifiers: Sequence[str]) -> bool:
    """Whether these qualifiers may follow the key, in this order."""
    return not qualifiers or any(_in_order(qualifiers, order) for order in qualifier_orders(key))


def _in_order(some: Sequence[str], of: Sequence[str]) -> bool:
    rest = iter(of)
    return all(one in rest for one in some)


def value_problems(element: Element) -> list[Problem]:
    """What is wrong with the value of a known identifier, taken by itself."""
    definition = _definition(element.ai)
    if definition is None or not _CHARACTER_SET.fullmatch(element.value):
        return [_problem("characters", CHARACTERS, element)]
    if not re.fullmatch(definition.pattern, element.ai + element.value):
        # biip's patterns hold the months and days of some dates (5.2.0): a day that does not exist is told as such
        wrong_day = _days(element) if element.value.isdigit() and len(element.value) in (6, 12) else None
        return [wrong_day or _problem("format", FORMAT, element, form=definition.format.partition("+")[2])]
    return [problem for problem in (_check_digit(element), _days(element), _time(element), _country(element)) if problem]


def _check_digit(element: Element) -> Problem | None:
    place = _row("check_digits", element.ai)
    if place is None:
        return None
    digits = element.value[place[0]:place[0] + place[1]]
    return None if ean.calc_check_digit(digits[:-1]) == digits[-1] else _problem("check-digit", CHECK_DIGIT, element)


def _days(element: Element) -> Problem | None:
    for start in _row("dates", element.ai) or []:
        text = element.value[start:start + 6]
        if text and read_days(text, _ANY_CENTURY) is None:
            return _problem("no-such-day", NO_SUCH_DAY, element)
        if text.endswith("00") and element.ai not in _rules()["days"]["whole_month"]:
            return _problem("whole-month", NO_WHOLE_MONTH, element)
    return None


def _time(element: Element) -> Problem | None:
    for start in _row("times", element.ai) or []:
        text = element.value[start:start + 4]
        if text and (int(text[:2]) > 23 or int(text[2:]) > 59):
            return _problem("no-such-time", NO_SUCH_TIME, element)
    return None


def _country(element: Element) -> Problem | None:
    count = _row("countries", element.ai)
    if count is None:
        return None
    given = {element.value[start:start + 3] for start in range(0, min(len(element.value), 3 * count), 3)}
    if _matches(element.ai, _rules()["any_country"]):
        given -= {"999"}
    return None if given <= _countries() else _problem("no-such-country", NO_SUCH_COUNTRY, element)


@cache
def _countries() -> frozenset[str]:
    return frozenset(_rules()["country_numbers"].split())


def relation_problems(elements: Iterable[Element]) -> list[Problem]:
    """What is missing beside, or may not stand beside, each of the elements that come together."""
    present = [element.ai for element in elements]
    found = []
    at_odds: set[frozenset[str]] = set()
    for ai in present:
        relation = _relation(ai)
        for alternatives in relation.needs:
            if not any(_is_there(each, present) for each in alternatives):
                needed = " / ".join(f"({each.replace('+', ')+(')})" for each in alternatives)
                found.append(Problem("needs-another", NEEDS, "code", {"ai": ai, "needed": needed}))
        at_odds |= {frozenset((ai, other)) for other in present if other != ai and _matches(other, relation.excludes)}
    found += [Problem("not-together", EXCLUDES, "code", dict(zip(("ai", "other"), pair, strict=True)))
              for pair in sorted(map(sorted, at_odds))]
    return found


@lru_cache(maxsize=1024)
def _relation(ai: str) -> Relation:
    for row in _rules()["relation"]:
        if _matches(ai, row["of"]):
            excludes = row.get("excludes", ())
            # a measure of one kind stands once, whatever its decimals: 3102 beside 3103 is two net weights
            same = (f"{ai[:3]}n",) if ai[0] == "3" and len(ai) == 4 else ()
            return Relation(tuple(tuple(each) for each in row.get("needs", ())), (*excludes, *same))
    return Relation((), ())


def _is_there(wanted: str, present: Sequence[str]) -> bool:
    return all(any(_matches(ai, [part]) for ai in present) for part in wanted.split("+"))


@lru_cache(maxsize=4096)
def _row(table: str, ai: str) -> Any:
    return next((row for pattern, row in _rules()[table].items() if _matches(ai, [pattern])), None)


def _matches(ai: str, patterns: Iterable[str]) -> bool:
    return any(len(ai) == len(pattern) and all(sign in ("n", digit) for sign, digit in zip(pattern, ai, strict=True))
               for pattern in patterns)


def _problem(code: str, message: str, element: Element, **values: object) -> Problem:
    return Problem(code, message, "code", {"ai": element.ai, "value": shown(element.value), **values})
