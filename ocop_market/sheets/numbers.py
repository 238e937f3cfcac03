"""Numbers in cells: money and quantities, written the Vietnamese or the English way.

A style belongs to a column, not to a cell: `1.234` is a thousand in one file and a little over one in the next. Every
reader returns the value, None for an empty cell, or a Problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.money import whole_dong
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.values import is_blank, is_damaged, shown

UNREADABLE = N_("“{text}” cannot be read as a number. Write digits only, for example 45000.")
AMBIGUOUS = N_("“{text}” can mean two different numbers. Write it without a thousands separator.")
SUSPICIOUS = N_("“{text}” is an odd amount of money. Write it in whole đồng, for example 45000.")
TOO_LARGE = N_("“{text}” is too large to be true. Check the number.")
DAMAGED_CELL = N_("The cell holds a formula that failed or has no value. Open the file in Excel, put the formula right or type its value, "
                  "and save it.")

_CURRENCY = re.compile(r"^(?:₫|vnđ|vnd)\s*|\s*(?:₫|vnđ|vnd|đồng|dong|đ)\.?$")
_PER_UNIT = re.compile(r"\s*/\s*[^\W\d_][^\d/]*$")
_UNIT = re.compile(r"(?<=[\d\s])(?!(?:k|tr|triệu|nghìn|ngàn|tỷ|tỉ)\b)[^\W\d_]{1,12}\.?$")
_DIGITS = re.compile(r"\d[\d.,]*")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"\b(1 ?000 ?(d|dong|vnd)?|nghin|ngan|nghin dong|ngan dong|000 ?(d|dong|vnd))\b")
_WORDED = re.compile(r"(\d[\d.,]*)\s*(k|ng|nghìn|nghin|ngàn|ngan|tr|triệu|trieu|tỷ|tỉ|ty)\.?\s*(\d{1,3})?")
_WORTH = {"k": 1000, "ng": 1000, "nghin": 1000, "ngan": 1000, "tr": 10**6, "trieu": 10**6, "ty": 10**9, "ti": 10**9}
_LARGEST = Decimal(10) ** 15
_THOUSANDTH = Decimal("0.001")


class NumberStyle(StrEnum):
    """How a column writes numbers."""

    VIETNAMESE = "1.234,5"
    ENGLISH = "1,234.5"
    UNKNOWN = "unknown"


def number_style(cells: Iterable[Cell], *, money: bool = False) -> NumberStyle:
    """The style that the certain cells of a column prove; UNKNOWN when there is no proof or both are proved."""
    proofs = {proof for cell in cells if isinstance(cell, str) and (digits := _bare(cell, units=not money)[0])
              and (proof := _proof(digits, money)) is not None}
    return proofs.pop() if len(proofs) == 1 else NumberStyle.UNKNOWN


def money_scale(heading: str, above: Iterable[Cell]) -> int:
    """1,000 when a heading, or a line `Đơn vị: 1.000 đ` among the cells above it, says that amounts are in thousands."""
    told = [fold(cell) for cell in above if isinstance(cell, str) and fold(cell).startswith(("don vi tinh", "don vi", "dvt"))]
    return 1000 if any(_THOUSANDS.search(text) for text in (fold(heading), *told)) else 1


@lru_cache(maxsize=4096, typed=True)
def read_number(cell: Cell, style: NumberStyle = NumberStyle.UNKNOWN, *, money: bool = False) -> Decimal | Problem | None:
    """The number in a cell, sign included; in money three digits behind one separator are thousands."""
    if is_blank(cell):
        return None
    if is_damaged(cell):
        return Problem("cell-damaged", DAMAGED_CELL)
    if isinstance(cell, bool | date | time):
        return Problem("number-unreadable", UNREADABLE, values={"text": shown(cell)})
    if isinstance(cell, str):
        digits, negative = _bare(cell, units=not money)
        if not digits:
            return Problem("number-unreadable", UNREADABLE, values={"text": shown(cell)})
        value = _value(digits, style, money)
        if value is None:
            return Problem("number-ambiguous", AMBIGUOUS, values={"text": shown(cell)})
        if not value.is_finite():
            return Problem("number-unreadable", UNREADABLE, values={"text": shown(cell)})
        value = -value if negative else value
    else:
        value = Decimal(cell or 0)
    if not value.is_finite() or abs(value) >= _LARGEST:
        return Problem("number-too-large", TOO_LARGE, values={"text": shown(cell)})
    return value


def read_dong(cell: Cell, style: NumberStyle = NumberStyle.UNKNOWN, *, scale: int = 1) -> int | Problem | None:
    """Whole đồng; `scale` is 1,000 for a column in thousands. A few đồng with decimals are a slip, not an amount."""
    amount = read_amount(cell, style, scale=scale)
    return whole_dong(amount) if isinstance(amount, Decimal) else amount


@lru_cache(maxsize=4096, typed=True)
def read_amount(cell: Cell, style: NumberStyle = NumberStyle.UNKNOWN, *, scale: int = 1) -> Decimal | Problem | None:
    """Đồng with the decimals that tills write for unit prices and discounts; `45k`, `45 nghìn`, `1,2 triệu`, `1tr2` as well.

    What is written in thousands or millions is not multiplied by `scale` once more.
    """
    if isinstance(cell, str) and (worded := _WORDED.fullmatch(_without_currency(cell))):
        return _worded_amount(cell, *worded.groups())
    value = read_number(cell, style, money=True)
    if not isinstance(value, Decimal):
        return value
    if scale == 1 and isinstance(cell, str) and abs(value) < 1000 and value != value.to_integral_value():
        return Problem("money-suspicious", SUSPICIOUS, values={"text": shown(cell)})
    return value * scale


def _worded_amount(cell: str, digits: str, word: str, rest: str | None) -> Decimal | Problem:
    """`1tr2` is one million two hundred thousand; `1.250tr` may be a million or a thousand of them."""
    worth = _WORTH[fold(word)]
    if worth > 1000 and _decimal_sign(digits) == "?":
        return Problem("number-ambiguous", AMBIGUOUS, values={"text": shown(cell)})
    value = _value(digits, NumberStyle.UNKNOWN, True)
    if value is None or not value.is_finite() or (rest and value != value.to_integral_value()):
        return Problem("number-unreadable", UNREADABLE, values={"text": shown(cell)})
    amount = value * worth + (Decimal(f"0.{rest}") * worth if rest else 0)
    return amount if amount < _LARGEST else Problem("number-too-large", TOO_LARGE, values={"text": shown(cell)})


def _without_currency(text: str) -> str:
    return _CURRENCY.sub("", _PER_UNIT.sub("", tidy(text).lower().lstrip("'"))).strip()


def read_quantity(cell: Cell, style: NumberStyle = NumberStyle.UNKNOWN) -> Decimal | Problem | None:
    """A quantity in sales units, to three places: half kilos are real, binary dust of Excel is not."""
    value = read_number(cell, style)
    if not isinstance(value, Decimal):
        return value
    rounded = value.quantize(_THOUSANDTH, rounding=ROUND_HALF_UP)
    return Decimal(int(rounded)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _bare(text: str, *, units: bool) -> tuple[str, bool]:
    """The digits and separators of a text, and whether it is negative; no digits when it is not one number."""
    bare = _without_currency(text)
    if units:
        bare = _UNIT.sub("", bare).strip()
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    bare = _CURRENCY.sub("", bare.strip("()+- "))
    if _SPACED.fullmatch(bare):
        bare = bare.replace(" ", "")
    return (bare if _DIGITS.fullmatch(bare) else ""), negative


def _value(digits: str, style: NumberStyle, money: bool) -> Decimal | None:
    """The number; None when it is ambiguous, NaN when the groups make no sense."""
    decimal = _decimal_sign(digits)
    if decimal == "?":
        if not money and style is NumberStyle.UNKNOWN:
            return None
        decimal = "" if money else ("," if style is NumberStyle.VIETNAMESE else ".")
    whole, _, tail = digits.partition(decimal) if decimal and decimal in digits else (digits, "", "")
    groups = re.split(r"[.,]", whole)
    if (len(groups) > 1 and (any(len(group) != 3 for group in groups[1:]) or not 1 <= len(groups[0]) <= 3)) or \
            not (tail or "0").isdigit() or not all(group.isdigit() for group in groups):
        return Decimal("NaN")
    return Decimal("".join(groups) + ("." + tail if tail else ""))


def _decimal_sign(digits: str) -> str:
    """The sign before the decimals, `""` when there are none for certain, `"?"` when the text alone does not tell."""
    dots, commas = digits.count("."), digits.count(",")
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if not dots and not commas:
        return ""
    sign = "." if dots else ","
    if dots + commas > 1:
        return ""
    whole, tail = digits.split(sign)
    return sign if len(tail) != 3 or whole == "0" or len(whole) > 3 else "?"


def _proof(digits: str, money: bool) -> NumberStyle | None:
    """What one text proves about its column."""
    decimal = _decimal_sign(digits)
    if decimal == "?":
        if not money:
            return None
        decimal = ""
    if decimal:
        return NumberStyle.VIETNAMESE if decimal == "," else NumberStyle.ENGLISH
    if "." in digits or "," in digits:
        return NumberStyle.VIETNAMESE if "." in digits else NumberStyle.ENGLISH
    return None
