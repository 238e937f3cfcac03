"""Columns about packings, parcels and wholesale, and what their cells say: `Phân loại 1`, `Mã sản phẩm cha`, `Kích thước kiện`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import WholesalePrice
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.numbers import NumberStyle, read_dong, read_number
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.values import is_blank, shown, text_of

PARCEL_UNREADABLE = N_("“{text}” cannot be read as the size of a parcel. Write length, width and height in cm, for example 20x15x10.")
PARCEL_INCOMPLETE = N_("Of the parcel, length, width or height is missing, so its size was not taken. Fill in all three in cm.")
DAYS_UNREADABLE = N_("“{text}” cannot be read as days to make a parcel ready. Write a number from 0 to {most}.")
WHOLESALE_UNREADABLE = N_("“{text}” cannot be read as wholesale prices. Write for example: 10-49: 80.000; từ 50: 75.000")
WHOLESALE_NO_QUANTITY = N_("“{text}” does not say from how many pieces on it holds. Write for example: từ 10: 80.000")
WHOLESALE_ORDER = N_("The wholesale prices “{text}” do not fall while the quantities rise, so they were not taken. Check them.")

PACKING_HEADINGS: dict[str, tuple[str, ...]] = {
    "parent": ("ma san pham cha", "parent sku", "sku cha", "sku san pham cha", "ma hang cha", "ma cha", "ma nhom", "ma nhom san pham",
               "ma san pham goc", "ma hang goc", "ma hh lien quan", "ma hang hoa lien quan", "ma hang lien quan", "sku san pham",
               "ma nhom phan loai", "handle"),
    "variant_sku": ("sku phan loai", "variant sku", "sku phan loai hang", "ma sku phan loai", "ma phan loai hang", "sku phien ban",
                    "ma phien ban", "ma sku phien ban", "ma bien the", "sku bien the"),
    "option_name": ("ten nhom phan loai", "option name", "ten nhom phan loai hang", "nhom phan loai", "nhom phan loai hang",
                    "ten thuoc tinh", "thuoc tinh", "ten tuy chon", "option1 name", "option2 name", "variation name"),
    "option_value": ("phan loai", "option value", "phan loai hang", "ten phan loai", "ten phan loai hang",
                     "ten phan loai hang cho nhom phan loai hang", "ten phan loai cho nhom phan loai", "gia tri phan loai",
                     "gia tri thuoc tinh", "gia tri tuy chon", "loai dong goi", "kieu dong goi", "hinh thuc dong goi", "bien the",
                     "ten bien the", "phien ban", "ten phien ban", "ten phien ban san pham", "option1 value", "option2 value",
                     "variation", "variation value", "variant", "variant name"),
    "packing": ("quy cach", "packing", "quy cach dong goi", "quy cach san pham"),
    "parcel": ("kich thuoc kien", "parcel size cm", "kich thuoc kien hang", "kich thuoc goi hang", "kich thuoc dong goi",
               "kich thuoc goi", "kich thuoc van chuyen", "kich thuoc hop dong goi"),
    "parcel_length": ("chieu dai", "parcel length cm", "dai", "chieu dai kien", "chieu dai kien hang", "chieu dai goi hang",
                      "package length"),
    "parcel_width": ("chieu rong", "parcel width cm", "rong", "chieu rong kien", "chieu rong kien hang", "chieu rong goi hang",
                     "package width"),
    "parcel_height": ("chieu cao", "parcel height cm", "cao", "chieu cao kien", "chieu cao kien hang", "chieu cao goi hang",
                      "package height"),
    "days_to_ship": ("thoi gian chuan bi hang", "days to ship", "so ngay chuan bi hang", "ngay chuan bi hang", "thoi gian chuan bi",
                     "ngay chuan bi hang cho dat truoc", "so ngay giao cho van chuyen"),
    "wholesale": ("gia si", "wholesale", "gia ban buon", "gia buon", "gia ban si", "bang gia si", "gia si theo so luong",
                  "pl gia ban buon", "wholesale price"),
    "wholesale_from": ("so luong si", "wholesale from", "so luong gia si", "so luong mua si", "so luong ban buon", "tu so luong",
                       "so luong toi thieu", "so luong toi thieu gia si", "mua tu"),
}
"""Names by target, as a vocabulary wants them."""
PACKING_COLUMNS = frozenset({"parent", "variant_sku", "option_name", "option_value", "packing"})
"""Columns of which one makes a list one that may tell of packings."""
REPEATED = frozenset({"option_name", "option_value", "wholesale", "wholesale_from"})

_SIDES = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:cm|mm|m)?\s*[x×*]\s*(\d+(?:[.,]\d+)?)\s*(?:cm|mm|m)?\s*[x×*]\s*"
                    r"(\d+(?:[.,]\d+)?)\s*(cm|mm|m)?\.?")
_PER_CM = {"": Decimal(1), "cm": Decimal(1), "mm": Decimal("0.1"), "m": Decimal(100)}
_LONGEST_CM = 1000
_MOST_DAYS = 60
_DAYS = re.compile(r"(\d{1,3})(?: (?:ngay|days?))?(?: lam viec)?")
_PARTS = re.compile(r"\s*[;\n|]\s*")
_STEP = re.compile(r"(?:từ|>=|≥|mua từ|from)?\s*(\d{1,5})\s*(?:(?:-|–|—|đến|tới|to)\s*(\d{1,5}))?\s*(?:trở lên|\+)?\s*"
                   r"(?:sản phẩm|sp|cái|chai|hộp|gói|túi|hũ|pcs)?\s*(?:trở lên)?\s*[:=]\s*(\S.*)", re.IGNORECASE)
_PAIR = re.compile(r"([^:=]*[^\W_][^:=]*?)\s*[:=]\s*(\S.*)")
_OPTION = re.compile(r"([^:|]+):([^|]+)")


def read_parcel(cell: Cell, unit: str = "") -> tuple[int, int, int] | Problem | None:
    """Length, width and height in whole cm, rounded up: `20x15x10`, `20 x 15 x 10,5 cm`, `200*150*100 mm`."""
    if is_blank(cell):
        return None
    found = _SIDES.fullmatch(tidy(text_of(cell)).lower())
    told = fold(unit).rpartition(" ")[2]  # the heading may say (DxRxC, cm)
    per_cm = _PER_CM.get((found.group(4) if found else "") or (told if told in _PER_CM else ""), Decimal(1))
    sides = [_whole_cm(Decimal(side.replace(",", ".")) * per_cm) for side in found.groups()[:3]] if found else []
    if len(sides) != 3 or not all(0 < side <= _LONGEST_CM for side in sides):
        return Problem("parcel-unreadable", PARCEL_UNREADABLE, "parcel_cm", {"text": shown(cell)})
    return sides[0], sides[1], sides[2]


def read_side(cell: Cell, unit: str = "") -> int | Problem | None:
    """One side of a parcel in whole cm, rounded up."""
    if is_blank(cell):
        return None
    text = re.sub(r"\s*(cm|mm|m)$", "", text_of(cell).lower())
    own = text_of(cell).lower()[len(text):].strip() or (fold(unit) if fold(unit) in _PER_CM else "")
    number = read_number(text, NumberStyle.VIETNAMESE) if isinstance(cell, str) else read_number(cell)
    side = _whole_cm(number * _PER_CM[own]) if isinstance(number, Decimal) else 0
    return side if 0 < side <= _LONGEST_CM else Problem("parcel-unreadable", PARCEL_UNREADABLE, "parcel_cm", {"text": shown(cell)})


def whole_parcel(sides: Sequence[int | None]) -> tuple[int, int, int] | Problem | None:
    """A parcel from its three sides; a Problem when only some of them are told."""
    told = [side for side in sides if side is not None]
    if not told:
        return None
    return (told[0], told[1], told[2]) if len(told) == 3 else Problem("parcel-incomplete", PARCEL_INCOMPLETE, "parcel_cm")


def _whole_cm(length: Decimal) -> int:
    return math.ceil(length) if length.is_finite() and length < 10**6 else 0


def read_days(cell: Cell) -> int | Problem | None:
    """Days until a parcel is handed over: `2`, `2 ngày`."""
    if is_blank(cell):
        return None
    found = _DAYS.fullmatch(fold(text_of(cell)))
    if found is None or int(found.group(1)) > _MOST_DAYS:
        return Problem("days-to-ship-unreadable", DAYS_UNREADABLE, "days_to_ship", {"text": shown(cell), "most": _MOST_DAYS})
    return int(found.group(1))


def read_wholesale(cell: Cell, quantity: Cell, style: NumberStyle, scale: int) -> tuple[WholesalePrice, ...] | Problem:
    """Wholesale prices of one cell: `10-49: 80.000; từ 50: 75.000`, or one price beside its `quantity` in another column."""
    text = cell if isinstance(cell, str) else text_of(cell)
    steps: list[tuple[Cell, Cell]] = []
    if not is_blank(quantity):
        steps = [(re.sub(r"[^\d].*$", "", re.sub(r"^\D+", "", text_of(quantity))), cell)]
    elif isinstance(read_dong(cell, style, scale=scale), int):
        return Problem("wholesale-without-quantity", WHOLESALE_NO_QUANTITY, "wholesale", {"text": shown(cell)})
    else:
        found = [_STEP.fullmatch(part.strip()) for part in _PARTS.split(text.strip().strip(";|"))]
        steps = [(one.group(1), one.group(3)) for one in found if one] if all(found) else []
    prices = [(int(str(count)) if str(count).isdigit() else 0, read_dong(price, style, scale=scale)) for count, price in steps]
    told = tuple(WholesalePrice(count, price) for count, price in prices if count > 0 and isinstance(price, int) and price > 0)
    if not told or len(told) != len(steps):
        return Problem("wholesale-unreadable", WHOLESALE_UNREADABLE, "wholesale", {"text": shown(cell)})
    return told


def in_order(steps: Iterable[WholesalePrice], text: str) -> tuple[WholesalePrice, ...] | Problem:
    """The steps by quantity; a Problem unless each further one is cheaper."""
    ordered = tuple(sorted(set(steps), key=lambda step: (step.from_quantity, step.price)))
    for one, following in pairwise(ordered):
        if following.from_quantity == one.from_quantity or following.price >= one.price:
            return Problem("wholesale-order", WHOLESALE_ORDER, "wholesale", {"text": shown(text)})
    return ordered


@dataclass(frozen=True)
class Priced:
    """What a cell says of several packings: each name as it is written, with the text behind it."""

    pairs: tuple[tuple[str, str], ...]


def priced_packings(cell: Cell) -> Priced | None:
    """`500g: 120.000; 1kg: 230.000` as pairs; None for a cell that does not name at least two things, each with a text."""
    if not isinstance(cell, str):
        return None
    found = [_PAIR.fullmatch(tidy(part)) for part in _PARTS.split(cell.strip().strip(";|"))]
    pairs = tuple((tidy(one.group(1)), tidy(one.group(2))) for one in found if one)
    return Priced(pairs) if len(pairs) > 1 and len(pairs) == len(found) else None


def listed_parts(cell: Cell) -> list[str]:
    """The parts of a cell that lists several things: `500g; 1kg`, `500g / 1kg`; one part for a cell that does not."""
    return [part for one in re.split(r"[;\n|]|\s/\s|,\s", cell) if (part := tidy(one))] if isinstance(cell, str) else []


def options_told(names: Sequence[str], values: Sequence[str]) -> list[tuple[str, str]]:
    """Options with their values from the cells of a row; a till writes both into one cell (`KHỐI LƯỢNG:500g|HỘP:Gỗ`).

    The name of an option is empty where the list gives it none.
    """
    if not values:
        return [(_named(name), tidy(value)) for text in names for name, value in _OPTION.findall(text)]
    padded = [*names, *[""] * len(values)]
    return [(_named(name), tidy(value)) for name, value in zip(padded, values, strict=False) if value]


def _named(text: str) -> str:
    plain = tidy(text)
    return plain.capitalize() if plain.isupper() else plain
