"""When two rows speak of the same product, and the SKU of products that came without one."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache

from ocop_market.model.product import Place
from ocop_market.model.text import fold

Identity = tuple[str, str, str, str]
"""Folded name, producer, province and (only without a producer) district."""

_FORMS = tuple((re.compile(rf"\b(?:{written})\b"), short) for written, short in (
    (r"hop tac xa|htxnn", "htx"),
    (r"htx (?:nong nghiep|nn)", "htx"),
    (r"to hop tac", "tht"),
    (r"(?:cong ty|cty|ct) (?:co phan|cp)|ctcp", "ctcp"),
    (r"(?:cong ty|cty|ct) (?:trach nhiem huu han|tnhh)", "tnhh"),
    (r"mot thanh vien|1 thanh vien|1 tv|1tv", "mtv"),
    (r"doanh nghiep tu nhan", "dntn"),
    (r"ho kinh doanh", "hkd"),
    (r"san xuat", "sx"),
    (r"thuong mai", "tm"),
    (r"dich vu", "dv"),
    (r"kinh doanh", "kd"),
    (r"xuat nhap khau", "xnk"),
    (r"va", ""),
))
_NAMELESS = {"", "ho sx", "ho sxkd", "ho sx kd", "hkd", "ho gia dinh", "ho", "co so sx", "co so", "co so sx kd", "nha hang"}
_UNIT_WORDS = re.compile(r"^(?:tinh|thanh pho|tp|huyen|thi xa|tx|quan) (?=\D)")


@lru_cache(maxsize=65536)
def producer_key(producer: str) -> str:
    """A producer's name for comparing: legal forms and trade words shortened, `""` when it names nobody (`Hộ sản xuất`)."""
    plain = fold(producer)
    for written, short in _FORMS:
        plain = written.sub(short, plain)
    plain = " ".join(plain.split())
    return "" if plain in _NAMELESS else plain


def identity_of(name: str, producer: str, place: Place) -> Identity:
    """What makes a product the same one in another row, year or spelling."""
    who = producer_key(producer)
    return fold(name), who, _unit(place.province), "" if who else _unit(place.district)


@lru_cache(maxsize=65536)
def derived_sku(identity: Identity) -> str:
    """`OC-` and 8 base32 letters of the identity's SHA-256: the same product has the same SKU in every list."""
    digest = hashlib.sha256("\x1f".join(identity).encode()).digest()
    return "OC-" + base64.b32encode(digest)[:8].decode()


def is_derived(sku: str) -> bool:
    """Whether an SKU has the form of one that was made by `derived_sku`, behind an owner's own beginning or not."""
    return bool(re.fullmatch(r"(?:\S+-)?OC-[A-Z2-7]{8}", sku))


def body_key(body: str) -> str:
    """An issuing body's name for comparing: `Chủ tịch Ủy ban nhân dân tỉnh X` decides for `UBND tỉnh X`."""
    return fold(body).replace("uy ban nhan dan", "ubnd").removeprefix("chu tich ")


def _unit(name: str) -> str:
    return _UNIT_WORDS.sub("", fold(name))
