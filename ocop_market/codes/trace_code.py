"""What is printed on packs, told apart. The text is kept exactly; taken from it is only what its grammar proves.

No code says that an authority has checked the goods, and nothing here does.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from biip import ParseError
from biip.symbology import GS1Symbology, SymbologyIdentifier

from ocop_market.codes.digital_link import read_link
from ocop_market.codes.element_strings import SEPARATOR, Elements, looks_printed, read_element_string, read_printed
from ocop_market.codes.elements import Days, Element, read_days, shown, value_of
from ocop_market.codes.gtin import read_gtin
from ocop_market.errors import Problem
from ocop_market.language import N_

IS_PAYMENT = N_("This is a payment code (VietQR) with an account number, not a code of the goods. Do not publish it with the goods.")
IS_INVOICE = N_("This link leads to an invoice, not to the goods. Do not publish it with the goods.")
IS_CHAT = N_("This link opens a chat or a page of a social network; it tells nothing about this product or lot.")
IS_SHORT = N_("This is a short link: only who owns it knows where it leads, and that can change. Print the full address instead.")
NO_MARK = N_("This looks like GS1 data whose mark the scanner has dropped (“]Q3” in front, separators between the fields). Nothing was "
             "taken from it; set the scanner to send both.")
TOO_LONG = N_("A text of {count} characters is longer than any code on a pack. Give the code itself, or the name of a list.")
OTHER_GTIN = N_("The code on the pack says {found}, the product has {expected}. Check which one belongs to these goods.")
OTHER_LOT = N_("The code on the pack says lot {found}, the stock says {expected}.")
OTHER_EXPIRY = N_("The code on the pack ends on {found}, the stock on {expected}.")


class CodeKind(StrEnum):
    """What a text from a pack is."""

    DIGITAL_LINK = "gs1_digital_link"
    ELEMENT_STRING = "gs1_element_string"
    PRINTED = "gs1_hri"
    GTIN = "gtin"
    URL = "url"
    TEXT = "text"
    PAYMENT = "payment"


UNKNOWN_SYSTEM = "unknown"
OWN_SYSTEM = "own"


@dataclass(frozen=True)
class TraceCode:
    """A code as scanned or typed (`raw`), and what it proves.

    `gtin` has 14 digits. `system` is `verigoods`, `national`, `vendor:<host>`, `own` or `unknown`: whose page the link opens,
    never that anybody vouches for it. `page` is the kind of that page (`social`, `chat`, `shop`, `invoice`, …). `checked_by`
    and `checked_at` are set by a person or a caller, never by reading. `offer` is a better form of the code to be asked for.
    """

    raw: str
    kind: CodeKind
    system: str = UNKNOWN_SYSTEM
    page: str = ""
    elements: tuple[Element, ...] = ()
    gtin: str = ""
    lot: str = ""
    serial: str = ""
    gln: str = ""
    expiry: Days | None = None
    produced: Days | None = None
    harvested: Days | None = None
    problems: tuple[Problem, ...] = field(default=())
    offer: str = ""
    checked_by: str = ""
    checked_at: datetime | None = None

    @property
    def shown(self) -> str:
        """The start of the text for a screen or a report: of a payment code only that it is one, since it names an account."""
        return "000201…" if self.kind is CodeKind.PAYMENT else shown(self.raw, _LONGEST_SHOWN)

    def checked(self, by: str, at: datetime) -> TraceCode:
        """The same code, looked at by somebody; ValueError when the moment has no time zone."""
        if at.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return replace(self, checked_by=by, checked_at=at)


_WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:vn|com|net|org|me|info|shop|asia)(?:[/?]\S*)?", re.IGNORECASE)
_MEANT_AS_LINK = re.compile(r"/(?:01|gtin)/\d{8,14}(?!\d)", re.IGNORECASE)
_UNMARKED = re.compile(r"01\d{14}(?:1[01357]|21|310\d)\S+")
_PAYMENT = "000201"
_LONGEST_GTIN = 14
_LONGEST_SHOWN = 200
_LONGEST_CODE = 7089
"""Digits in the largest QR code; no other code on packs holds more."""


def classify(text: str, *, today: date, own_hosts: Collection[str] = ()) -> TraceCode:
    """Tells what a text from a pack is; `own_hosts` are the seller's web addresses (`htx.example.vn`)."""
    if len(text) > _LONGEST_CODE:
        return TraceCode(text, CodeKind.TEXT, problems=(Problem("too-long", TOO_LONG, "code", {"count": len(text)}),))
    body, marked = _without_mark(text.strip(" \t\r\n"))
    if body.startswith(_PAYMENT) and len(body) > _LONGEST_GTIN:
        return TraceCode(text, CodeKind.PAYMENT, problems=(Problem("payment", IS_PAYMENT, "code"),))
    if marked or SEPARATOR in body:
        return _with_elements(text, CodeKind.ELEMENT_STRING, read_element_string(body), today)
    if looks_printed(body):
        return _with_elements(text, CodeKind.PRINTED, read_printed(body), today)
    if _WEB.fullmatch(body) or _BARE_HOST.fullmatch(body):
        return _web(text, body, today, own_hosts)
    return _plain(text, body)


def _without_mark(text: str) -> tuple[str, bool]:
    """The text without the symbol's mark (`]Q3`), and whether the mark says that GS1 data follow."""
    if not re.match(r"\].{3}", text):  # biip 5.2.0 ends with IndexError on a lone bracket
        return text, False
    try:
        mark = SymbologyIdentifier.extract(text)
    except ParseError:
        return text, False
    return text[len(mark):], mark.gs1_symbology in GS1Symbology.with_gs1_messages()


def _plain(raw: str, body: str) -> TraceCode:
    reading = read_gtin(body)
    if reading.gtin:
        return TraceCode(raw, CodeKind.GTIN, gtin=reading.gtin.stored, problems=reading.problems, offer=reading.suggestion)
    if _UNMARKED.fullmatch(body):
        return TraceCode(raw, CodeKind.TEXT, problems=(Problem("mark-missing", NO_MARK, "code"),))
    is_number = re.fullmatch(r"[\d .-]+", body) or reading.suggestion or any(p.code == "gtin-is-gln" for p in reading.problems)
    return TraceCode(raw, CodeKind.TEXT, problems=reading.problems if is_number else (), offer=reading.suggestion)


def _with_elements(raw: str, kind: CodeKind, read: Elements, today: date) -> TraceCode:
    return _filled(TraceCode(raw, kind, problems=read.problems), read.elements, today)


def _filled(code: TraceCode, elements: tuple[Element, ...], today: date) -> TraceCode:
    def days(ai: str) -> Days | None:
        return read_days(value_of(elements, ai), today)

    gtin = value_of(elements, "01")
    # a code on a carton may carry the carton's number
    about_gtin = tuple(problem for problem in read_gtin(gtin).problems if problem.code != "gtin-carton")
    return replace(
        code, elements=elements, problems=(*code.problems, *about_gtin), gtin=gtin, lot=value_of(elements, "10"),
        serial=value_of(elements, "21"),
        gln=value_of(elements, "414") or value_of(elements, "417"), expiry=days("17"), produced=days("11"), harvested=days("7007"))


def _web(raw: str, body: str, today: date, own_hosts: Collection[str]) -> TraceCode:
    system, page = _system(_host(body if "://" in body else f"http://{body}"), own_hosts)
    reading = read_link(body)
    if reading.link:
        return _filled(TraceCode(raw, CodeKind.DIGITAL_LINK, system, page, problems=reading.notes), reading.link.elements, today)
    problems = reading.problems if _MEANT_AS_LINK.search(body.partition("?")[0]) else ()
    advice = {"chat": ("chat", IS_CHAT), "social": ("chat", IS_CHAT), "invoice": ("invoice", IS_INVOICE), "short": ("short", IS_SHORT)}
    if page in advice:
        code, message = advice[page]
        problems = (*problems, Problem(code, message, "code"))
    return TraceCode(raw, CodeKind.URL, system, page, problems=problems, offer=reading.offer)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _system(host: str, own_hosts: Collection[str]) -> tuple[str, str]:
    if any(_is_below(host, own.lower()) for own in own_hosts):
        return OWN_SYSTEM, "own"
    for name, row in _hosts().items():
        if _is_below(host, name):
            system = f"vendor:{name}" if row["kind"] == "vendor" else str(row.get("system", UNKNOWN_SYSTEM))
            return system, str(row["kind"])
    return UNKNOWN_SYSTEM, ""


def _is_below(host: str, name: str) -> bool:
    return host == name or host.endswith("." + name)


@cache
def _hosts() -> Mapping[str, Mapping[str, object]]:
    rows = tomllib.loads(files(__package__).joinpath("data", "hosts.toml").read_text(encoding="utf-8"))["host"]
    return {row["name"]: row for row in rows}


def disagreements(code: TraceCode, *, gtin: str = "", lot: str = "", expiry: date | None = None) -> list[Problem]:
    """Where a code on the pack says something else than the catalog or the stock; what either side leaves out is no fault."""
    found = []
    expected = read_gtin(gtin).gtin
    if code.gtin and expected and expected.stored != code.gtin:
        found.append(Problem("other-gtin", OTHER_GTIN, "gtin", {"found": code.gtin, "expected": expected.stored}))
    if code.lot and lot and lot != code.lot:
        found.append(Problem("other-lot", OTHER_LOT, "code", {"found": code.lot, "expected": lot}))
    if code.expiry and expiry and not code.expiry.first <= expiry <= code.expiry.last:
        found.append(Problem("other-expiry", OTHER_EXPIRY, "code", {
            "found": f"{code.expiry.last:%d/%m/%Y}", "expected": f"{expiry:%d/%m/%Y}"}))
    return found
