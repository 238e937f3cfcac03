"""Tax numbers of subjects: read as people write them, checked, and never kept where they are personal.

Ten digits are an enterprise, a co-operative or a household, thirteen a branch; the tenth digit is checked by python-stdnum. A
household may have the twelve digits of a personal identification number instead (Decree 68/2026/NĐ-CP, Art. 13.8): it is
recognised and its digits are dropped at once. A business place has five digits, which are no tax number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from ocop_market.errors import Problem
from ocop_market.language import N_

_RUN = re.compile(r"[0-9](?:[ .\-–]{0,3}[0-9])*")
_LOST_POINT = re.compile(r"[0-9]+\.0+")
_SCIENTIFIC = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+")
_NO_DIGIT = re.compile(r"[^0-9]")


class TaxNumberKind(StrEnum):
    """Whose number it is, by its length."""

    ENTERPRISE = "enterprise"
    BRANCH = "branch"
    PERSONAL = "personal"
    BUSINESS_PLACE = "business-place"


@dataclass(frozen=True)
class TaxNumber:
    """A number that was read. `digits` is empty for a PERSONAL one: its digits are nowhere in the object."""

    kind: TaxNumberKind
    digits: str
    mask: str

    def masked(self) -> str:
        """The first digit, stars, the last three: for questions to a person."""
        return self.mask

    def kept(self) -> str:
        """What a product may keep as its `tax_number`: ten or thirteen digits, else nothing."""
        return self.digits if self.kind in (TaxNumberKind.ENTERPRISE, TaxNumberKind.BRANCH) else ""


def read_tax_number(value: str | int | float | None) -> TaxNumber | Problem | None:
    """A tax number from a cell or a line like `MST: 0100109106-001`; None for an empty cell, a Problem for what is none.

    A number cell has lost its leading zero, which comes back when the check digit then fits. No Problem holds the digits.
    """
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    text = unicodedata.normalize("NFKC", "" if value is None else f"{value:.0f}" if isinstance(value, float) else str(value)).strip()
    if not text:
        return None
    if _SCIENTIFIC.fullmatch(text):
        return _problem("tax-number-rounded", N_("The tax number was rounded by the spreadsheet. Set the column to text and type all its "
                                                 "digits again."))
    if _LOST_POINT.fullmatch(text):
        numeric, text = True, text.partition(".")[0]
    runs = [_NO_DIGIT.sub("", run) for run in _RUN.findall(text)]
    if len(runs) > 1:
        return _problem("tax-number-several", N_("The cell holds several numbers. Leave only the tax number in it."))
    if not runs:
        return _problem("tax-number-none", N_("The cell holds no tax number. Write ten digits, or thirteen for a branch, or leave it "
                                              "empty."))
    return _read(runs[0], numeric)


def _read(digits: str, numeric: bool) -> TaxNumber | Problem:
    for candidate in (digits, *(["0" + digits] if numeric or (len(digits) == 12 and digits[0] != "0") else [])):
        if len(candidate) in (10, 13) and _valid(candidate):
            kind = TaxNumberKind.ENTERPRISE if len(candidate) == 10 else TaxNumberKind.BRANCH
            return TaxNumber(kind, candidate, _masked(candidate))
    whole = digits.zfill(12) if numeric and len(digits) == 11 else digits
    if len(whole) == 12:
        return TaxNumber(TaxNumberKind.PERSONAL, "", _masked(whole))
    if len(digits) == 5 and not numeric:
        return TaxNumber(TaxNumberKind.BUSINESS_PLACE, digits, digits)
    if len(digits) in (10, 13):
        return _problem("tax-number-check-digit", N_("{number} is no tax number: its check digit does not fit. Compare it with the "
                                                     "registration and type it again."), _masked(digits))
    if len(digits) == 9 and _valid("0" + digits):
        return _problem("tax-number-zero-lost", N_("{number} seems to have lost its first zero. Set the column to text and type all ten "
                                                   "digits."), _masked(digits))
    return _problem("tax-number-length", N_("{number} has {count} digits; a tax number has ten, or thirteen for a branch. Type it again."),
                    _masked(digits), count=len(digits))


def _valid(digits: str) -> bool:
    try:
        mst.validate(digits)
    except ValidationError:
        return False
    return True


def _masked(digits: str) -> str:
    shown = 3 if len(digits) >= 9 else 0
    return digits[:1] + "*" * min(len(digits) - 1 - shown, 12) + (digits[-shown:] if shown else "")


def _problem(code: str, message: str, number: str = "", **values: object) -> Problem:
    return Problem(code, message, "tax_number", {"number": number, **values} if number else dict(values))
