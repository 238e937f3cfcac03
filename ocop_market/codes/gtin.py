"""Numbers of goods (GTIN): read from what people and spreadsheets write, kept with 14 digits, shown as on the pack.

The prefix 893 is that of the office that gave the number out: it proves no origin, so none is ever read from it.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from stdnum import ean

from ocop_market.codes.elements import shown
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.model.text import tidy

NOT_DIGITS = N_("“{text}” is no product number (GTIN): it holds more than digits. Copy the digits under the barcode.")
WRONG_LENGTH = N_("“{text}” has {count} digits; a product number (GTIN) has 8, 12, 13 or 14. Copy it from the package again.")
WRONG_CHECK_DIGIT = N_("The last digit of “{text}” does not fit the others, so a digit is wrong. Copy it from the package again.")
LOST_LAST = N_("“{text}” looks like a number of 13 digits beginning with 893 whose last digit is missing; it may be {suggestion}. "
               "Compare it with the package.")
LOST_ZEROS = N_("“{text}” may have lost zeros in front, as happens in Excel; it may be {suggestion}. Compare it with the package.")
LOST_IN_EXCEL = N_("“{text}” was rounded by Excel and its last digits are gone. Format the column as text and enter the number again.")
IS_GLN = N_("“{text}” is the number of a place or firm (GLN), not of goods. Enter the number under the barcode of the goods.")
IN_STORE = N_("{gtin} is a number for use inside one shop (weighed goods, own labels). Marketplaces refuse it; leave the barcode empty "
              "or register a number.")
COUPON = N_("{gtin} is a number for coupons, not for goods. Enter the number under the barcode of the goods.")
ALL_ZEROS = N_("A number of zeros only is no product number. Leave the barcode empty when the goods have none.")
IS_CARTON = N_("{gtin} is the number of a carton or another multiple pack. If single packs are sold, enter the number of the single "
               "pack.")

LENGTHS = (8, 12, 13, 14)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_INTRODUCED = re.compile(r"^(?:gtin(?:-?(?:8|12|13|14))?|ean(?:-?(?:8|13))?|upc|barcode|mã vạch|mã số mã vạch|msmv)\s*[:.]?\s*(?=\d)",
                         re.IGNORECASE)
_GLN = re.compile(r"^gln\b", re.IGNORECASE)


@dataclass(frozen=True)
class Gtin:
    """A number whose check digit is right; `stored` has 14 digits."""

    stored: str

    @property
    def native(self) -> str:
        """As it stands on the pack: 8, 12, 13 or 14 digits."""
        significant = self.stored.lstrip("0")
        return self.stored[-next(length for length in LENGTHS if length >= len(significant)):]

    @property
    def company_prefix(self) -> str:
        """The holder's prefix as far as GS1's table tells, else `""`. Advice only, and no proof of origin."""
        # here, because the table takes a while to load (biip 5.2)
        from biip.gs1_prefixes import GS1CompanyPrefix

        found = GS1CompanyPrefix.extract(self.stored[1:13]) if len(self.native) > 8 else None
        return found.value if found else ""


class Verdict(StrEnum):
    """What may be done with a number as written."""

    EMPTY = "empty"
    GOOD = "good"
    DOUBTFUL = "doubtful"
    """Formally right or nearly so, but probably not what stands on the pack: ask."""
    REFUSED = "refused"


@dataclass(frozen=True)
class GtinReading:
    """What was understood. `suggestion` is what the number may have been, never taken without asking."""

    text: str
    verdict: Verdict
    gtin: Gtin | None = None
    problems: tuple[Problem, ...] = ()
    suggestion: str = ""


def read_gtin(text: str) -> GtinReading:
    """Reads a number as written; an empty text is no fault, since many goods have no number."""
    written = tidy(text).lstrip("'").strip()
    if not written:
        return GtinReading(text, Verdict.EMPTY)
    if _GLN.match(written):
        return _refused(text, "gtin-is-gln", IS_GLN)
    if _ROUNDED.fullmatch(written):
        return _refused(text, "gtin-rounded", LOST_IN_EXCEL)
    bare = _INTRODUCED.sub("", written)
    digits = re.sub(r"[ \-]", "", re.sub(r"[.,]0$", "", bare))
    if not (digits.isascii() and digits.isdigit()):
        return _refused(text, "gtin-not-digits", NOT_DIGITS)
    return _judge(text, digits)


def _judge(text: str, digits: str) -> GtinReading:
    if not digits.strip("0"):
        return GtinReading(text, Verdict.REFUSED, None, (Problem("gtin-zeros", ALL_ZEROS, "gtin"),))
    twelve = digits.lstrip("0")
    lost_last = twelve + ean.calc_check_digit(twelve) if len(twelve) == 12 and twelve.startswith("893") else ""
    if len(digits) not in LENGTHS:
        return _too_short(text, digits)
    if not ean.is_valid(digits):
        if lost_last:
            return _refused(text, "gtin-lost-last-digit", LOST_LAST, suggestion=lost_last)
        return _refused(text, "gtin-check-digit", WRONG_CHECK_DIGIT)
    gtin = Gtin(digits.zfill(14))
    if refusal := refused_by_marketplaces(gtin):
        return GtinReading(text, Verdict.REFUSED, gtin, (refusal,))
    if lost_last:
        # one number in ten that lost its last digit passes as a GTIN-12
        return GtinReading(text, Verdict.DOUBTFUL, gtin, (_problem("gtin-lost-last-digit", LOST_LAST, text, lost_last),), lost_last)
    if gtin.stored[0] != "0":
        return GtinReading(text, Verdict.DOUBTFUL, gtin, (Problem("gtin-carton", IS_CARTON, "gtin", {"gtin": gtin.native}),))
    return GtinReading(text, Verdict.GOOD, gtin)


def _too_short(text: str, digits: str) -> GtinReading:
    padded = next((digits.zfill(length) for length in (8, 12) if len(digits) < length <= len(digits) + 2), "")
    if padded and ean.is_valid(padded):
        return GtinReading(text, Verdict.DOUBTFUL, None, (_problem("gtin-lost-zeros", LOST_ZEROS, text, padded),), padded)
    return GtinReading(text, Verdict.REFUSED, None,
                       (Problem("gtin-length", WRONG_LENGTH, "gtin", {"text": shown(tidy(text)), "count": len(digits)}),))


def _refused(text: str, code: str, message: str, suggestion: str = "") -> GtinReading:
    return GtinReading(text, Verdict.REFUSED, None, (_problem(code, message, text, suggestion),), suggestion)


def _problem(code: str, message: str, text: str, suggestion: str) -> Problem:
    return Problem(code, message, "gtin", {"text": shown(tidy(text)), "suggestion": suggestion})


def refused_by_marketplaces(gtin: Gtin) -> Problem | None:
    """Why a number with a right check digit is still not one of goods on sale anywhere; None when it may be."""
    number = gtin.native if len(gtin.native) == 8 else gtin.stored[1:]
    for kind, digits, prefixes in _ranges():
        if digits == len(number) and number.startswith(prefixes):
            return Problem(f"gtin-{kind}", IN_STORE if kind == "in-store" else COUPON, "gtin", {"gtin": gtin.native})
    return None


@cache
def _ranges() -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    rows = tomllib.loads(files(__package__).joinpath("data", "gtin_ranges.toml").read_text(encoding="utf-8"))["range"]
    return tuple((row["kind"], row["digits"], tuple(row["prefixes"])) for row in rows)


@dataclass(frozen=True)
class Duplicates:
    """One number that several products or packings carry, a product once for each; `gtin` has 14 digits."""

    gtin: str
    products: tuple[Product, ...]


def duplicates(products: Iterable[Product]) -> list[Duplicates]:
    """Numbers that stand at more than one product or packing, however each was written; which product is right is for people to say."""
    by_number: dict[str, list[Product]] = defaultdict(list)
    for product in products:
        for text in (product.gtin, *(variant.gtin for variant in product.variants)):
            reading = read_gtin(text)
            if reading.gtin or reading.suggestion:
                by_number[(reading.suggestion or (reading.gtin.stored if reading.gtin else "")).zfill(14)].append(product)
    return [Duplicates(number, tuple(found)) for number, found in sorted(by_number.items()) if len(found) > 1]
