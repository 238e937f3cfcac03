"""What a text may not say of goods: stars that no certificate gives, cures, a badge for a whole shop, the state as witness.

Facts: Decision 26/2026/QĐ-TTg Art. 8 and 9 (use of the mark and of the stars); Law on Advertising 16/2012 Art. 8 (superlatives
without proof); Decree 15/2018 Art. 27 (food may not be told to be a medicine); Law 44/2019 (no advertising of alcohol from 15 per
cent); GS1 (prefix 893 tells who numbered, not where it was made); read 2026-11. Patterns want the marks of Vietnamese, for `chữa`,
`chưa` and `chứa` are one word without them; a text that has no marks at all is read with patterns of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize

from ocop_market.model.product import LabelField, Product
from ocop_market.model.text import KEPT, fold, tidy

_STARS = re.compile(
    r"(?<![\d.,])([1-5])\s*(?:sao|stars?)\b|(?<![\d.,])([1-5])\s*(?:[★⭐]|\*(?!\s*\d))|([★⭐]{3,5})"
    r"|\b(?:hạng|đạt|chuẩn)\s+(một|hai|ba|bốn|năm)\s+sao\b", re.IGNORECASE)
_WORDS = ("một", "hai", "ba", "bốn", "năm")
_OCOP = re.compile(r"\bo\.?c\.?o\.?p\b", re.IGNORECASE)
_STAR_WORDS = (("sao", "star", "★", "⭐", "*", "oc", "o.c"),)
_RANK_WORDS = (("hạng", "đạt", "chuẩn"),)
_STAR_BEGINS = re.compile(r"[1-5★⭐](?:(?<=[★⭐])|(?=\s*[sS★⭐*]))")
_FOLDED_BY_PATTERNS = "İıſ\u212a"
"""Letters that patterns take for `i`, `s` and `k` when they ignore case, and `lower` does not."""


def _as_searched(plain: str) -> str | None:
    """In lower case, as `_may_hold` takes it; None for a text with letters that only a pattern can fold."""
    if not plain.isascii():
        for letter in _FOLDED_BY_PATTERNS:
            if letter in plain:
                return None
    return plain.lower()


def _may_hold(lowered: str | None, needs: tuple[tuple[str, ...], ...]) -> bool:
    """Whether a text has one of each group of words without which no pattern can match it: a hundredth of the time of a search."""
    if lowered is None:
        return True
    for words in needs:
        for word in words:  # a generator would take longer than the search
            if word in lowered:
                break
        else:
            return False
    return True


@lru_cache(maxsize=KEPT)
def stars_named(text: str) -> frozenset[int]:
    """The stars that a text claims, however they are written (`4 sao`, `4sao`, `4★`, `★★★★`, `hạng bốn sao`).

    The mark OCOP without any star counts as 0.
    """
    plain = normalize("NFC", text)
    lowered = _as_searched(plain)
    if not _may_hold(lowered, _STAR_WORDS):
        return frozenset()
    named = frozenset(int(digit or sign) if digit or sign else len(drawn) if drawn else _WORDS.index(word.lower()) + 1
                      for digit, sign, drawn, word in _claims_of_stars(plain, lowered))
    return named or frozenset({0} if _OCOP.search(plain) else ())


def may_name_stars(text: str) -> bool:
    """False for a text (NFC) in which nothing like a star or the mark stands; sooner told than which."""
    return _may_hold(_as_searched(text), _STAR_WORDS)


def _claims_of_stars(plain: str, lowered: str | None) -> Iterator[tuple[str, ...]]:
    """What `_STARS.findall` gives; a text without the words of ranks is tried only where a claim can begin, in a tenth of the time."""
    if _may_hold(lowered, _RANK_WORDS):
        yield from _STARS.findall(plain)
        return
    end = 0
    for begin in _STAR_BEGINS.finditer(plain):
        if begin.start() >= end and (told := _STARS.match(plain, begin.start())):
            end = told.end()
            yield told.groups("")


_ONE_CLAIM = re.compile(r"[^.;!\n]{0,12}")
"""What may stand between the mark and its stars, as in `OCOP đạt hạng 4 sao`."""


def claim_spans(text: str) -> list[tuple[int, int]]:
    """Where a text (NFC) names OCOP or stars: first letter and the place behind the last; a mark with its stars is one claim."""
    spans: list[tuple[int, int]] = []
    for begin, end in sorted(found.span() for pattern in (_STARS, _OCOP) for found in pattern.finditer(text)):
        if spans and _ONE_CLAIM.fullmatch(text[spans[-1][1]:begin]):
            begin, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((begin, end))
    return spans


class Claim(StrEnum):
    """What a text says that it may not say, or only with proof."""

    CURE = "cure-claim"
    SHOP_BADGE = "shop-badge"
    STATE = "state-as-witness"
    SUPERLATIVE = "superlative"
    ORIGIN_BY_BARCODE = "origin-by-barcode"
    PROMOTION = "promotion"
    """Words that call on people to buy: advertising, which alcohol from 15 per cent may not have."""


_ILLNESS = (
    r"(?:bách\s+bệnh|mọi\s+bệnh|bệnh|ung\s+thư|khối\s+u|u\s+xơ|tiểu\s+đường|đái\s+tháo\s+đường|huyết\s+áp|tim\s+mạch|đột\s+quỵ|tai\s+biến|viêm"
    r"|đau|dạ\s+dày|đại\s+tràng|trào\s+ngược|xương\s+khớp|khớp|thoái\s+hóa|thoái\s+hoá|gout|gút|mất\s+ngủ|mụn|nám|ho|hen|suyễn|sốt|cảm|cúm|covid"
    r"|vi\s*rút|virus|sỏi|gan|thận|trĩ|táo\s+bón|tiêu\s+chảy|nấm|hắc\s+lào|ngứa|dị\s+ứng|vô\s+sinh|yếu\s+sinh\s+lý|rụng\s+tóc|mỡ\s+máu|sẹo|vết\s+thương)\b")
_FILL = r"(?:\s+(?:được|các|cả|những|mọi|chứng|căn|hết|tận\s+gốc|dứt\s+điểm|dứt|khỏi|lành|hiệu\s+quả|nhanh|hoàn\s+toàn)){0,4}\s+"
_GRAVE = r"(?:ung\s+thư|khối\s+u|tiểu\s+đường|đái\s+tháo\s+đường|đột\s+quỵ|tai\s+biến|covid|virus|vi\s*rút|tim\s+mạch|xơ\s+gan)"
_NO_TREATMENT = "".join(rf"(?<!{word}\strị)" for word in ("giá", "quảng", "chính", "quản", "thống"))
"""`giá trị`, `Quảng Trị` and the like, before words that might be an illness (`cảm ơn`)."""
_NOT_ON_A_FARM = r"(?!\s+(?:cho\s+)?(?:cây|đàn|vật\s+nuôi|lúa|gà|vịt|cá|tôm|lợn|heo|bò|dê)\b)"
_CURE = re.compile(
    rf"\bchữa(?<!sửa\schữa)(?:{_FILL}{_ILLNESS}|\s+(?:trị|khỏi|dứt|tận\s+gốc))|\btrị{_NO_TREATMENT}{_FILL}{_ILLNESS}|\bđặc\s+trị\b|\bđiều\s+trị\b"
    rf"|\bkhỏi(?:\s+hẳn|\s+hoàn\s+toàn)?\s+{_ILLNESS}"
    rf"|\b(?:phòng|chống|ngừa|ngăn|diệt|đẩy\s+lùi|giảm\s+nguy\s+cơ)\b[^.;!\n]{{0,40}}?\b{_GRAVE}\b"
    rf"|\b(?:phòng|ngừa|chống)(?:\s+(?:và|ngừa|chống|tránh)){{0,2}}\s+bệnh\b{_NOT_ON_A_FARM}|\bthần\s+dược\b|\btiên\s+dược\b|\bthuốc\s+tiên\b"
    r"|\bthay\s+(?:thế\s+)?thuốc\b(?!\s+(?:trừ|bảo\s+vệ|diệt|hóa|hoá|nhuộm|kháng\s+sinh|lá)\b)"
    r"|\b(?:cures?|heals?)\b", re.IGNORECASE)
_CURE_BARE = re.compile(
    r"\b(?:dac tri|dieu tri|chua (?:khoi|dut|tri|benh)|khoi benh|tri (?:benh|ung thu|tieu duong|viem)"
    r"|(?:phong|chong|ngua) (?:\w+ ){0,2}ung thu|than duoc)\b")
_NOT_A_CURE = re.compile(
    r"\bkhông\s+phải(?:\s+là)?\s+thuốc(?:\s+chữa\s+bệnh)?"
    r"|\bkhông\s+(?:(?:có\s+)?(?:tác|công)\s+dụng\s+|(?:được\s+)?dùng\s+để\s+|nhằm\s+)?(?:thay\s+(?:thế\s+)?thuốc(?:\s+chữa\s+bệnh)?"
    r"|chữa\s+bệnh|chữa\s+trị|điều\s+trị)(?:\s+bệnh)?|\b(?:đang|trong\s+thời\s+gian)\s+điều\s+trị\b|\bxử\s+lý\s+và\s+điều\s+trị\s+nước\b",
    re.IGNORECASE)
"""What an honest label says: that it is no medicine, and who should ask a doctor first."""
_NOT_AFTER = "".join(rf"(?<!{word}\ssố)" for word in (
    "nhà", "đường", "thôn", "tổ", "khu", "xóm", "đội", "xưởng", "cơ", "sở", "chỉ", "loại", "ấp", "phố"))
"""A house, a hamlet or a grade may well be number one."""
_PATTERNS = {
    Claim.SHOP_BADGE: re.compile(
        r"\b(?:cửa\s+hàng|gian\s+hàng|quầy\s+hàng|shop|store|kênh\s+bán)\s+(?:(?!sản\s+phẩm|bán\b|giới\s+thiệu)\w+\s+){0,4}?(?:o\.?c\.?o\.?p\b|[1-5]\s*sao\b)"
        r"|\b(?:tất\s+cả|toàn\s+bộ|mọi|100\s*%)\s+(?:các\s+)?(?:sản\s+phẩm|mặt\s+hàng|hàng\s+hóa|hàng\s+hoá)[^.;!\n]{0,60}?(?:\bo\.?c\.?o\.?p\b|\b[1-5]\s*sao\b)",
        re.IGNORECASE),
    Claim.STATE: re.compile(
        r"\b(?:nhà\s+nước|chính\s+phủ|bộ\s+y\s+tế|bộ\s+công\s+thương|bộ\s+nông\s+nghiệp|cục\s+an\s+toàn\s+thực\s+phẩm)\s+(?:\S+\s+){0,6}?"
        r"(?:chứng\s+nhận|chứng\s+thực|xác\s+nhận|xác\s+thực|bảo\s+đảm|bảo\s+chứng|kiểm\s+định|khuyên\s+dùng|khuyến\s+nghị)"
        r"|\bverified\s+by\s+the\s+(?:state|government|ministry)\b", re.IGNORECASE),
    Claim.SUPERLATIVE: re.compile(
        r"\b(?:tốt|ngon|rẻ|sạch|an\s+toàn|chất\s+lượng|hiệu\s+quả|uy\s+tín|nổi\s+tiếng|đẹp|thơm|hoàn\s+hảo|tuyệt\s+vời|tinh\s+khiết|lớn|bổ)\s+nhất\b"
        r"|\bduy\s+nhất\b|\bđộc\s+nhất\b|\bnhất\s+(?:việt\s+nam|thế\s+giới|thị\s+trường)\b|\bhàng\s+đầu\b"
        rf"|\bsố{_NOT_AFTER}\s+(?:một|1)\b(?![\d./])", re.IGNORECASE),
    Claim.ORIGIN_BY_BARCODE: re.compile(
        r"\b(?:mã\s+vạch|đầu\s+số|mã\s+số|gtin)\s+893\b[^.;!\n]{0,60}?(?:việt\s+nam|made\s+in)", re.IGNORECASE),
    Claim.PROMOTION: re.compile(
        r"\b(?:mua\s+ngay|đặt\s+ngay|đặt\s+mua|khuyến\s+mãi|khuyến\s+mại|giảm\s+giá|ưu\s+đãi|tặng\s+kèm|mua\s+\d+\s+tặng|săn\s+sale"
        r"|không\s+thể\s+bỏ\s+lỡ|nên\s+dùng|hãy\s+thử|hãy\s+thưởng\s+thức)\b", re.IGNORECASE),
}


_NEEDS: Mapping[Claim, tuple[tuple[str, ...], ...]] = {
    Claim.SHOP_BADGE: (("sao", "oc", "o.c"),),
    Claim.STATE: (("nhà", "chính", "bộ", "cục", "verified"), ("chứng", "xác", "bảo", "kiểm", "khuyên", "khuyến", "verified")),
    Claim.SUPERLATIVE: (("nhất", "đầu", "số"),),
    Claim.ORIGIN_BY_BARCODE: (("893",),),
    Claim.PROMOTION: (("ngay", "đặt", "khuyến", "giảm", "ưu", "tặng", "săn", "thể", "nên", "hãy"),),
    Claim.CURE: (("chữa", "trị", "khỏi", "phòng", "chống", "ngừa", "ngăn", "diệt", "đẩy", "giảm", "thần", "tiên", "thay", "cure", "heal"),),
}
"""Words without which a pattern cannot match, a group for each place where one of them must stand."""


@lru_cache(maxsize=KEPT)  # the same text is looked at once for every channel
def claims_in(text: str) -> Mapping[Claim, str]:
    """What a text says that it may not say, each with the words that say it."""
    plain = tidy(text)
    lowered = _as_searched(plain)
    found = {claim: told[0] for claim, pattern in _PATTERNS.items()
             if _may_hold(lowered, _NEEDS[claim]) and (told := pattern.search(plain))}
    if (plain.isascii() or _may_hold(lowered, _NEEDS[Claim.CURE])) and (cure := _cure_in(plain)):
        found[Claim.CURE] = cure
    return MappingProxyType(found)


def _cure_in(plain: str) -> str:
    rest = _NOT_A_CURE.sub(" ", plain)
    told = _CURE.search(rest)
    if told is None and plain.isascii():
        told = _CURE_BARE.search(fold(rest))
    return told[0].strip() if told else ""


def own_texts(product: Product) -> Iterator[tuple[str, str]]:
    """Every text of a product that a listing or a label shows, by our field: title, description, producer, place, label."""
    yield "title", product.name
    yield from (("title", " ".join(variant.values)) for variant in product.variants)
    yield "description", product.description
    yield "producer", product.producer
    yield "place", ", ".join((product.place.commune, product.place.district, product.place.province))
    for name in LabelField if product.label else ():
        if text := product.label.get(name):
            yield "label", text
