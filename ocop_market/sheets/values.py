"""Other things that cells say: codes, stars, weights, shelf lives, states of a sale. Empty cells give None or `""`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ocop_market.codes import gtin
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.sales import OrderState
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.sheet import DAMAGED, UNCALCULATED, Cell

CODE_DAMAGED = N_("The code “{text}” has lost digits in Excel. Format the column as text and enter it again.")
STARS_UNREADABLE = N_("“{text}” is no star class. Write 3, 4 or 5.")
STARS_TOO_FEW = N_("“{text}”: products of 1 or 2 stars hold no certificate, so none is kept.")
WEIGHT_UNREADABLE = N_("“{text}” cannot be read as one weight. Write for example 500 g or 0,5 kg.")
WEIGHT_NO_UNIT = N_("“{text}” does not say whether it is grams or kilos. Write for example 500 g.")
WEIGHT_IS_VOLUME = N_("“{text}” is a volume, not a weight. Add the weight in grams.")
SHELF_LIFE_UNREADABLE = N_("“{text}” cannot be read as a shelf life. Write for example 12 months or 60 days.")

_BLANK_WORDS = {"na", "n a", "null", "none", "nan", "khong co", "chua co", "khong ro", "khong"}
_BLANK_BEGINNINGS = "nNkKcC"
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", DAMAGED, UNCALCULATED}
_KEPT = 4096
"""Cells say the same over and over in a list; `typed`, because 1, True and Decimal(1) are one key otherwise."""
_LONGEST_BLANK = 20
_LONGEST_SHOWN = 40


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, dashes, `N/A`, `không có`."""
    if not isinstance(cell, str):
        return cell is None
    if cell[:1].isalnum() and cell[0] not in _BLANK_BEGINNINGS:
        return False
    bare = cell.strip(" \t\r\n\xa0-–—._'")
    return not bare or (len(bare) <= _LONGEST_BLANK and bare[0] in _BLANK_BEGINNINGS and fold(bare) in _BLANK_WORDS)


def is_damaged(cell: Cell) -> bool:
    """Whether a cell holds the error of a formula, or one that was never calculated."""
    return isinstance(cell, str) and "#" in cell and cell.strip() in _ERRORS


def text_of(cell: Cell) -> str:
    """The cell as tidy text; whole numbers without `.0`, dates day first, `""` when blank or damaged."""
    if isinstance(cell, str):
        return "" if is_blank(cell) or is_damaged(cell) else tidy(cell)
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == cell.min.time() else f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def shown(cell: Cell) -> str:
    """The start of a cell for a sentence."""
    text = tidy(str(cell))
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def read_code(cell: Cell) -> str | Problem:
    """A code as text: a leading apostrophe is dropped, `8.93E+12` and numbers of more than 15 digits are refused."""
    text = text_of(cell)
    if isinstance(cell, int | Decimal) and len(text) > 15:
        return Problem("code-damaged", CODE_DAMAGED, values={"text": shown(cell)})
    if re.fullmatch(r"\d(?:[.,]\d+)?E\+?\d+", text, re.IGNORECASE):
        return Problem("code-damaged", CODE_DAMAGED, values={"text": shown(cell)})
    return text.lstrip("'").strip()


def read_gtin(cell: Cell) -> str | Problem:
    """A barcode as it is kept, 14 digits, when it is beyond doubt; else what is wrong or may be meant."""
    code = read_code(cell)
    if isinstance(code, Problem) or not code:
        return code
    reading = gtin.read_gtin(code)
    return reading.gtin.stored if reading.verdict is gtin.Verdict.GOOD and reading.gtin else reading.problems[0]


@dataclass(frozen=True)
class Stars:
    """A star class as written: `granted` 3 to 5 or None; `potential` when the text only hopes for more."""

    granted: int | None
    potential: bool = False


_STAR_SIGNS = re.compile(r"(\d?)\s*([★⭐✭✮🌟*]+)[☆\ufe0f]*")
_STAR_WORDS = re.compile(r"\b(mot|hai|ba|bon|tu|nam) (?=sao)")
_STAR_NUMBERS = {"mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5"}
_HOPES = re.compile(r"\b(tiem nang|tn|du kien|de nghi|de xuat|phan dau|huong toi|potential)\b")


@lru_cache(maxsize=_KEPT, typed=True)
def read_stars(cell: Cell) -> Stars | Problem | None:
    """`4`, `4 sao`, `★★★★`, `3*`, `OCOP bốn sao`. What is potential is never granted: `tiềm năng 5 sao` grants none."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return _stars_in(tidy(cell))
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool) and cell == int(cell):
        return _granted({int(cell)}, cell, potential=False)
    return Problem("stars-unreadable", STARS_UNREADABLE, values={"text": shown(cell)})


def _stars_in(text: str) -> Stars | Problem:
    signs = _STAR_SIGNS.sub(lambda m: f"{m.group(1) or len(m.group(2).replace(chr(0xFE0F), ''))} sao ", text)
    plain = fold(re.sub(r"(\d)[.,]0\b", r"\1", signs))
    plain = _STAR_WORDS.sub(lambda m: f"{_STAR_NUMBERS[m.group(1)]} ", plain)
    hope = _HOPES.search(plain)
    if hope is None:
        return _granted(_classes(plain), text, potential=False)
    # written in any order: "tiềm năng 5 sao", "5 sao tiềm năng", "4 sao (tiềm năng 5 sao)"; only the last grants anything
    before, after = _classes(plain[:hope.start()]), _classes(plain[hope.end():])
    if before and after and max(before) < min(after):
        return _granted(before, text, potential=True)
    return Stars(None, potential=True)


def _classes(plain: str) -> set[int]:
    return {int(number) for number in re.findall(r"(?<!\d)\d(?!\d)", plain)}


def _granted(numbers: set[int], cell: Cell, *, potential: bool) -> Stars | Problem:
    if len(numbers) != 1 or not 1 <= min(numbers) <= 5:
        return Problem("stars-unreadable", STARS_UNREADABLE, values={"text": shown(cell)})
    if (stars := min(numbers)) < 3:
        return Problem("stars-too-few", STARS_TOO_FEW, values={"text": shown(cell)})
    return Stars(stars, potential)


_GRAMS = {"g": 1, "gr": 1, "gam": 1, "gram": 1, "grams": 1, "kg": 1000, "kilo": 1000, "ki lo": 1000, "kilogam": 1000,
          "kilogram": 1000, "lang": 100, "can": None, "mg": None}
_VOLUMES = {"ml", "lit", "l", "cl"}
_AMOUNT = re.compile(r"(?<![\d.,])(?:(\d{1,4})\s*(?:(?!k?g\b|gr\b|gam\b|ml\b)[^\W\d_]+\s*)?[x×*]\s*)?(\d+(?:[.,]\d+)*)\s*([^\W\d_]+)?")
_TIMES_BEHIND = re.compile(r"(\d+(?:[.,]\d+)*\s*(?:k?g|gr|gam|gram|ml|lạng))\s*[x×*]\s*(\d{1,4})(?!\s*(?:[\d.,]|k?g\b|gr|gam|ml))")


@lru_cache(maxsize=_KEPT, typed=True)
def read_grams(cell: Cell, unit: str = "") -> int | Problem | None:
    """A net weight in grams: `500g`, `0,5 kg`, `12 gói x 20g`; `unit` (`g`, `kg`) is what the heading says, if it does."""
    if is_blank(cell):
        return None
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        factor = _GRAMS.get(fold(unit))
        if factor is None:
            return Problem("weight-without-unit", WEIGHT_NO_UNIT, values={"text": shown(cell)})
        return _whole_grams(Decimal(cell) * factor, cell)
    if not isinstance(cell, str):
        return Problem("weight-unreadable", WEIGHT_UNREADABLE, values={"text": shown(cell)})
    text = re.sub(r"\([^)]*\)", " ", tidy(cell).lower()).strip() or tidy(cell).lower()
    text = _TIMES_BEHIND.sub(r"\2 x \1", text)
    amounts = [found for found in _AMOUNT.findall(text) if found[1]]
    units = {fold(word) for _, _, word in amounts}
    if units & _VOLUMES:
        return Problem("weight-is-volume", WEIGHT_IS_VOLUME, values={"text": shown(cell)})
    if len(amounts) != 1:
        return Problem("weight-unreadable", WEIGHT_UNREADABLE, values={"text": shown(cell)})
    times, digits, word = amounts[0]
    written = fold(word) or fold(unit)
    factor = _GRAMS.get(written)
    if factor is None:
        known = "weight-unreadable" if word else "weight-without-unit"
        return Problem(known, WEIGHT_UNREADABLE if word else WEIGHT_NO_UNIT, values={"text": shown(cell)})
    number = _weight_number(digits, factor)
    if number is None:
        return Problem("weight-unreadable", WEIGHT_UNREADABLE, values={"text": shown(cell)})
    return _whole_grams(number * factor * int(times or 1), cell)


def _weight_number(digits: str, factor: int) -> Decimal | None:
    if not re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?", digits):
        return None
    if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        # 1.500 g are fifteen hundred; 1.500 kg could be a kilo and a half
        return Decimal(re.sub(r"[.,]", "", digits)) if factor == 1 else None
    return Decimal(digits.replace(",", ".")) if digits.count(".") + digits.count(",") < 2 else None


def _whole_grams(grams: Decimal, cell: Cell) -> int | Problem:
    whole = int(grams.quantize(Decimal(1), rounding=ROUND_HALF_UP)) if grams.is_finite() and grams < 10**9 else 0
    return whole if whole > 0 else Problem("weight-unreadable", WEIGHT_UNREADABLE, values={"text": shown(cell)})


_LIFE = re.compile(r"(\d{1,4})\s*(ngay|day|days|d|tuan|week|weeks|thang|month|months|m|nam|year|years|y)\b")


@lru_cache(maxsize=_KEPT, typed=True)
def read_shelf_life(cell: Cell, unit: str = "") -> int | Problem | None:
    """A shelf life in days: `24 tháng`, `60 ngày`, `1 năm`; a bare number counts in `unit` (`tháng`, `ngày`) of the heading."""
    if is_blank(cell):
        return None
    plain = fold(text_of(cell))
    if plain.isdigit() and unit:
        plain = f"{plain} {fold(unit)}"
    found = _LIFE.findall(plain)
    if len(found) != 1 or int(found[0][0]) == 0:
        return Problem("shelf-life-unreadable", SHELF_LIFE_UNREADABLE, values={"text": shown(cell)})
    number, word = int(found[0][0]), found[0][1]
    if word.startswith("d") or word == "ngay":
        return number
    if word in ("tuan", "week", "weeks"):
        return number * 7
    return number * 365 if word in ("nam", "y") or word.startswith("year") else number * 365 // 12


_CANCELLED = re.compile(r"\b(huy|cancel\w*|void\w*|xoa|da xoa|khong giao duoc|that bai|failed)\b")
_DELIVERED = {"hoan thanh", "da hoan thanh", "hoan tat", "da giao", "da giao hang", "da thanh toan", "da tra", "completed",
              "complete", "closed", "delivered", "paid", "thanh cong", "giao thanh cong", "da ban", "ban hang"}
_ACCEPTED = {"dang xu ly", "dang giao", "dang giao hang", "dang giao dich", "da xac nhan", "da duyet", "cho giao", "cho lay hang",
             "dang van chuyen", "processing", "shipped", "dang dong goi", "cho dong goi", "luu kho"}
_PLACED = {"phieu tam", "dat hang", "cho xac nhan", "cho duyet", "moi", "don moi", "cho thanh toan", "chua thanh toan", "new",
           "pending", "draft", "nhap"}


def read_sale_state(cell: Cell) -> OrderState:
    """Our word for a status; whatever is cancelled, void or deleted is CANCELLED, unknown and empty words are UNKNOWN."""
    plain = fold(text_of(cell))
    if _CANCELLED.search(plain):
        return OrderState.CANCELLED
    if plain in _DELIVERED:
        return OrderState.DELIVERED
    if plain in _ACCEPTED:
        return OrderState.ACCEPTED
    return OrderState.PLACED if plain in _PLACED else OrderState.UNKNOWN
