"""Quantities as people write them (`0,5 kg`, `12 tháng`), brought into a unit that a platform takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ocop_market.model.text import fold

_QUANTITY = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\D*)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_SIZES: tuple[dict[str, Decimal], ...] = (
    {"mg": Decimal("0.001"), **dict.fromkeys(("g", "gr", "gam", "gram"), Decimal(1)),
     **dict.fromkeys(("kg", "kilogram", "kilogam", "kilo"), Decimal(1000))},
    {"ml": Decimal(1), "cl": Decimal(10), **dict.fromkeys(("l", "lit", "liter", "litre"), Decimal(1000))},
    {"mm": Decimal("0.1"), "cm": Decimal(1), **dict.fromkeys(("m", "met"), Decimal(100))},
    {**dict.fromkeys(("ngay", "day", "days"), Decimal(1)), **dict.fromkeys(("tuan", "week", "weeks"), Decimal(7)),
     **dict.fromkeys(("thang", "month", "months"), Decimal(30)), **dict.fromkeys(("nam", "year", "years"), Decimal(360))},
)
"""Units of one kind by their folded names; a month counts thirty days and a year twelve months, as shelf lives are written."""


def in_units(text: str, units: Sequence[str]) -> str:
    """The quantity in one of the units: as it is where its unit is among them, else brought into the first that fits.

    Empty when it is no quantity, or its unit is of another kind; a bare number takes the only unit there is. `1.500 g` is told
    neither from 1500 nor from 1.5 and is none.
    """
    found = _QUANTITY.fullmatch(text.strip())
    if found is None or _THOUSANDS.fullmatch(found[1]):
        return ""
    amount, unit = Decimal(found[1].replace(",", ".")), fold(found[2])
    same = next((known for known in units if fold(known) == unit), units[0] if not unit and len(units) == 1 else None)
    if same is not None:
        return f"{_plain(amount)} {same}"
    for known in units:
        for sizes in _SIZES:
            if unit in sizes and fold(known) in sizes:
                return f"{_plain(amount * sizes[unit] / sizes[fold(known)])} {known}"
    return ""


def same_quantity(one: str, other: str) -> bool:
    """Whether two texts tell the same amount, whatever their units: `0,5 kg` and `500g`."""
    found = _QUANTITY.fullmatch(other.strip())
    if found is None or not found[2].strip():
        return False
    brought, told = in_units(one, [found[2].strip()]), in_units(other, [found[2].strip()])
    return bool(brought) and brought == told


def _plain(number: Decimal) -> str:
    """With a decimal comma, as `1.125` would be read as a thousand."""
    text = f"{round(number, 3):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
