"""Data elements as scanners give them, with group separators, and as they are printed for people: `(01)…(10)…`.

biip's own reading of whole messages is not used: it cuts a lot of more than 20 characters into two fields, and takes white
space out of printed values (biip 5.2.0, October 2026). A code with a fault in it proves nothing, so none of it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from ocop_market.codes.application_identifiers import is_known, relation_problems, value_problems
from ocop_market.codes.elements import Element, shown
from ocop_market.errors import Problem
from ocop_market.language import N_

NOT_A_FIELD = N_("From “{text}” on, the code holds no field that GS1 knows.")
UNKNOWN_FIELD = N_("({ai}) is no field that GS1 knows.")
FIELD_TWICE = N_("({ai}) stands there twice with different values.")

SEPARATOR = "\x1d"
_PRINTED = re.compile(r"\((\d{2,4})\)")
_UNCHECKED = ParseConfig(gs1_element_strings_verify_date=False)


@dataclass(frozen=True)
class Elements:
    """All elements of a code without fault, or what is wrong with it."""

    elements: tuple[Element, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_element_string(text: str) -> Elements:
    """`0108936…10L5<GS>17…` as elements; what marks the symbol (`]Q3`) must be gone already."""
    found: list[Element] = []
    rest = text.lstrip(SEPARATOR)
    while rest:
        element = _first(rest)
        if element is None:
            return Elements((), (Problem("not-a-field", NOT_A_FIELD, "code", {"text": shown(rest)}),))
        found.append(element)
        rest = rest[len(element.ai) + len(element.value):].lstrip(SEPARATOR)
    return _checked(found)


def _first(text: str) -> Element | None:
    try:
        known = GS1ApplicationIdentifier.extract(text)
        if not known.separator_required:
            return Element(known.ai, GS1ElementString.extract(text, config=_UNCHECKED).value)
    except ParseError:
        return None
    # without a separator, a field of open length takes all that follows; its form is judged afterwards
    return Element(known.ai, text.partition(SEPARATOR)[0][len(known.ai):])


def looks_printed(text: str) -> bool:
    """Whether a text begins as fields are printed for people: `(01)`."""
    return bool(_PRINTED.match(text.strip()))


def read_printed(text: str) -> Elements:
    """`(01)08936…(10)L5` as elements; white space around a value is not part of it."""
    parts = _PRINTED.split(text.strip())[1:]
    found = [Element(ai, value.strip()) for ai, value in zip(parts[::2], parts[1::2], strict=True)]
    unknown = [Problem("unknown-ai", UNKNOWN_FIELD, "code", {"ai": element.ai}) for element in found if not is_known(element.ai)]
    return Elements((), tuple(unknown)) if unknown else _checked(found)


def _checked(found: Sequence[Element]) -> Elements:
    problems = [problem for element in found for problem in value_problems(element)]
    once = {element.ai: element for element in reversed(found)}
    problems += [Problem("repeated-ai", FIELD_TWICE, "code", {"ai": element.ai}) for element in found if once[element.ai] != element]
    kept = tuple(dict.fromkeys(found))
    problems = problems or relation_problems(kept)
    return Elements((), tuple(problems)) if problems else Elements(kept)
