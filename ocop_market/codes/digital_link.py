"""GS1 Digital Link: the web address of a product that carries its number, lot and dates. Read strictly, written back the same.

The rules are those of the URI syntax as the reference engine applies them (GS1 Barcode Syntax Engine 1.4.1). biip 5.2 reads
such links too, more kindly: it pads short numbers, takes the left-most key, accepts a lot in the query and drops repeats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, unquote, unquote_plus

from ocop_market.codes.application_identifiers import (
    is_key,
    is_known,
    is_qualifier_order,
    is_withdrawn_name,
    may_be_attribute,
    qualifier_orders,
    relation_problems,
    value_problems,
)
from ocop_market.codes.elements import Element, shown, value_of
from ocop_market.errors import Problem, Refused
from ocop_market.language import N_

ILLEGAL_CHARACTERS = N_("The link holds letters that no web address may carry as they are, for example spaces or Vietnamese letters.")
SCHEME = N_("The link must begin with http:// or https://, all in small or all in capital letters.")
NO_HOST = N_("The link names no host, as in https://example.vn/…, or one with letters that a host cannot have.")
NO_KEY = N_("The link holds no product number in the form /01/ and 14 digits, so it is no GS1 Digital Link.")
SHORT_NAME = N_("“/{text}/” is a name of an early version that is withdrawn; write the number of the field, as in /01/ or /10/.")
TRAILING_SLASH = N_("The link ends with a slash, which is not allowed. Take it away.")
NOT_FOURTEEN = N_("The product number {value} has {count} digits; a Digital Link needs 14. With zeros in front it is {padded}.")
EMPTY_VALUE = N_("({ai}) has no value.")
UNKNOWN_AI = N_("({ai}) is no field that GS1 knows, so the link is not valid.")
NOT_A_FIELD = N_("“{text}” stands behind the product number, where only fields of GS1 may stand.")
NOT_AN_ATTRIBUTE = N_("({ai}) may not stand behind the question mark.")
QUALIFIER_IN_QUERY = N_("({ai}) belongs into the path (/{ai}/…), not behind the question mark.")
ATTRIBUTE_IN_PATH = N_("({ai}) belongs behind the question mark (?{ai}=…), not into the path.")
WRONG_ORDER = N_("The fields behind ({key}) must stand in this order: {order}.")
REPEATED = N_("({ai}) stands there more than once.")
LEFT_IS_LOST = N_("What stands before the product number is free text, so ({ai}) “{value}” is not read from this link. Move it behind "
                  "the number.")

_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_FORM = re.compile(r"(?P<scheme>https|HTTPS|http|HTTP)://(?P<rest>.*)")
_NOT_IN_HOST = re.compile(r"[_~?#@!$&'()*+,;=%]")


@dataclass(frozen=True)
class DigitalLink:
    """A valid link. `key` leads; `qualifiers` follow it in the path; `attributes` stand in the query.

    `stem` is what stands before the key; `ignored` are the parameters that are no data of GS1 (`linkType=…`).
    """

    uri: str
    stem: str
    key: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        """All data of the link, the key first."""
        return (self.key, *self.qualifiers, *self.attributes)

    def value(self, ai: str) -> str:
        """The value of an identifier, `""` when the link does not carry it."""
        return value_of(self.elements, ai)


@dataclass(frozen=True)
class LinkReading:
    """`link` when it is valid, else what is wrong in `problems`.

    `notes` are remarks on a valid link; `offer` is the link with its product number padded to 14 digits, to be taken only on
    somebody's word.
    """

    link: DigitalLink | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    offer: str = ""


@dataclass(frozen=True)
class _Path:
    stem: str
    pairs: list[tuple[str, str]]
    notes: list[Problem]


def read_link(uri: str) -> LinkReading:
    """Reads an address as a Digital Link, with every rule of the syntax."""
    form = _FORM.fullmatch(uri)
    if not _URI.fullmatch(uri):
        return _refuse("uri-characters", ILLEGAL_CHARACTERS)
    if form is None:
        return _refuse("scheme", SCHEME)
    host, slash, rest = form["rest"].partition("/")
    if not host or not slash or _NOT_IN_HOST.search(host):
        return _refuse("no-host", NO_HOST)
    path_text, _, query = rest.partition("#")[0].partition("?")
    path = _read_path(path_text)
    if isinstance(path, Problem):
        return LinkReading(None, (path,))
    pairs = [Element(ai, unquote(value)) for ai, value in path.pairs]
    attributes, ignored, problems = _read_query(query)
    key, qualifiers = pairs[0], pairs[1:]
    problems = [*_path_problems(key, qualifiers), *_query_problems(key, qualifiers, attributes), *problems]
    if not problems:
        problems = relation_problems([*pairs, *attributes])
    if problems:
        return LinkReading(None, tuple(problems), offer=_padded(uri, path))
    stem = f"{form['scheme']}://{host}" + (f"/{path.stem}" if path.stem else "")
    return LinkReading(DigitalLink(uri, stem, key, tuple(qualifiers), tuple(attributes), ignored), (), tuple(path.notes))


def _refuse(code: str, message: str) -> LinkReading:
    return LinkReading(None, (Problem(code, message, "link"),))


def _read_path(text: str) -> _Path | Problem:
    """The pairs from the right-most key on. What stands before it is free text."""
    segments = text.split("/")
    if len(segments) > 1 and segments[-1] == "" and any(map(is_key, segments)):
        return Problem("trailing-slash", TRAILING_SLASH, "link")
    for start in range(len(segments) - 2, -1, -2):
        ai = segments[start]
        if not is_known(ai):
            return _no_key(segments, ai)
        if is_key(ai):
            pairs = [(segments[i], segments[i + 1]) for i in range(start, len(segments), 2)]
            return _Path("/".join(segments[:start]), pairs, _lost(segments[:start]))
    return _no_key(segments, "")


def _no_key(segments: list[str], stopped_at: str) -> Problem:
    for segment in segments:
        if is_withdrawn_name(segment):
            return Problem("short-name", SHORT_NAME, "link", {"text": shown(segment)})
    if len(segments) > 2 and is_known(segments[-1]) and is_key(segments[-3]):
        return _about("empty-value", EMPTY_VALUE, segments[-1])
    if stopped_at and any(is_key(segment) for segment in segments):
        return Problem("not-a-field", NOT_A_FIELD, "link", {"text": shown(stopped_at)})
    return Problem("no-key", NO_KEY, "link")


def _lost(before: list[str]) -> list[Problem]:
    """Fields that stand left of the key and look as if they were meant to be read."""
    names = {"10", "17", "21", "22"}
    return [Problem("left-of-key", LEFT_IS_LOST, "link", {"ai": ai, "value": shown(unquote(value))})
            for ai, value in pairwise(before) if ai in names and value]


def _path_problems(key: Element, qualifiers: list[Element]) -> list[Problem]:
    problems = []
    for element in (key, *qualifiers):
        if not element.value:
            problems.append(_about("empty-value", EMPTY_VALUE, element.ai))
        elif _is_short_gtin(element):
            problems.append(Problem("gtin-not-14", NOT_FOURTEEN, "link", {
                "value": element.value, "count": len(element.value), "padded": element.value.zfill(14)}))
        else:
            problems += value_problems(element)
    names = [element.ai for element in qualifiers]
    if not is_qualifier_order(key.ai, names):
        allowed = {ai for order in qualifier_orders(key.ai) for ai in order}
        strangers = [ai for ai in names if ai not in allowed]
        repeated = [ai for i, ai in enumerate(names) if ai in names[:i]]
        if strangers:
            problems += [_about("attribute-in-path", ATTRIBUTE_IN_PATH, ai) for ai in strangers]
        elif repeated:
            problems += [_about("repeated-ai", REPEATED, ai) for ai in repeated]
        else:
            order = " | ".join(", ".join(f"({ai})" for ai in order) for order in qualifier_orders(key.ai))
            problems.append(Problem("wrong-order", WRONG_ORDER, "link", {"key": key.ai, "order": order}))
    return problems


def _read_query(query: str) -> tuple[list[Element], tuple[str, ...], list[Problem]]:
    """Data of GS1, other parameters, and keys of digits that mean nothing."""
    found, ignored, problems = [], [], []
    for parameter in filter(None, query.split("&")):
        name, equals, value = parameter.partition("=")
        if not equals or not name.isdigit():
            ignored.append(parameter)
        elif not is_known(name):
            problems.append(_about("unknown-ai", UNKNOWN_AI, name))
        else:
            found.append(Element(name, unquote_plus(value)))
    return found, tuple(ignored), problems


def _query_problems(key: Element, qualifiers: list[Element], attributes: list[Element]) -> list[Problem]:
    problems: list[Problem] = []
    in_path = [element.ai for element in qualifiers]
    seen = {key.ai, *in_path}
    for element in attributes:
        if element.ai in seen:
            problems.append(_about("repeated-ai", REPEATED, element.ai))
        elif any(is_qualifier_order(key.ai, [*in_path[:i], element.ai, *in_path[i:]]) for i in range(len(in_path) + 1)):
            problems.append(_about("qualifier-in-query", QUALIFIER_IN_QUERY, element.ai))
        elif not may_be_attribute(element.ai):
            problems.append(_about("not-an-attribute", NOT_AN_ATTRIBUTE, element.ai))
        elif not element.value:
            problems.append(_about("empty-value", EMPTY_VALUE, element.ai))
        else:
            problems += value_problems(element)
        seen.add(element.ai)
    return problems


def _is_short_gtin(element: Element) -> bool:
    return element.ai == "01" and len(element.value) in (8, 12, 13) and element.value.isascii() and element.value.isdigit()


def _padded(uri: str, path: _Path) -> str:
    ai, value = path.pairs[0]
    if not _is_short_gtin(Element(ai, value)):
        return ""
    before, found, after = uri.rpartition(f"/{ai}/{value}")
    offer = f"{before}/{ai}/{value.zfill(14)}{after}" if found else ""
    return offer if read_link(offer).link else ""


def _about(code: str, message: str, ai: str) -> Problem:
    return Problem(code, message, "link", {"ai": ai})


def write_link(domain: str, gtin: str, *, lot: str = "", serial: str = "", variant: str = "", path: str = "",
               attributes: Mapping[str, str] | None = None) -> str:
    """A Digital Link of https with a GTIN of 8 to 14 digits; `attributes` by identifier (`{"17": "261231"}`).

    Refused with the problems when any rule is broken: nothing is put right silently but the zeros in front of the number.
    """
    pairs = [("01", gtin.zfill(14) if len(gtin) in (8, 12, 13) else gtin), ("22", variant), ("10", lot), ("21", serial)]
    segments = [path.strip("/"), *(f"{ai}/{quote(value, safe='')}" for ai, value in pairs if value)]
    query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in sorted((attributes or {}).items()))
    uri = f"https://{domain}/" + "/".join(filter(None, segments)) + (f"?{query}" if query else "")
    reading = read_link(uri)
    if reading.link is None:
        raise Refused(reading.problems, code="link-refused")
    return uri
