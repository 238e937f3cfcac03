"""Subjects (chủ thể): their kind, their name for comparing, how many of each kind; how households are shown to others.

Kinds of Decision 26/2026/QĐ-TTg, Art. 2. Names are kept and shown as published; only comparisons use the short forms.
A household's name is personal data (Law 91/2025/QH15, Decree 356/2025/NĐ-CP): outside the owner's own file it is a pseudonym.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ocop_market.catalog import goods_words
from ocop_market.catalog.identity import producer_key
from ocop_market.catalog.vocabulary import kind_of
from ocop_market.model.product import LabelField, ProducerKind, Product
from ocop_market.model.text import fold, tidy

_KEY_BYTES = 16
_LEGAL = (
    (ProducerKind.COOPERATIVE, re.compile(r"\b(?:hop tac xa|htx|htxnn|lien hiep hop tac xa|lh htx)\b")),
    (ProducerKind.COOPERATIVE_GROUP, re.compile(r"\b(?:to hop tac|tht)\b")),
    (ProducerKind.COMPANY, re.compile(r"\b(?:cong ty|cty|ctcp|tnhh|dntn|doanh nghiep|tap doan|xi nghiep|nong truong|lam truong)\b")),
    (ProducerKind.HOUSEHOLD, re.compile(r"^(?:ho|hkd|hkdct|hgd|trang trai|nong ho)\b|"
                                        r"\bho (?:kinh doanh|san xuat|gia dinh|nong dan|ca the)\b")),
)
_SURNAME = re.compile(r"^h[ồố]\b")
"""Hồ, a surname and a lake, is folded like hộ, a household."""
_SHORT = tuple((re.compile(rf"\b(?:{written})\b"), short) for written, short in (
    (r"sxkd", "sx kd"), (r"sxtm", "sx tm"), (r"tmdv", "tm dv"), (r"dvnn", "dv nn"), (r"nong nghiep", "nn"),
    (r"cong nghe cao", "cnc"), (r"che bien", "cb"), (r"dau tu", "dt"), (r"phat trien", "pt"), (r"tu van", "tv"), (r"xay dung", "xd"),
    (r"tap doan", "td"), (r"mtv", ""),
    (r"dn (?:tn|tu nhan)", "dntn"), (r"chi nhanh|cn(?= (?:ctcp|tnhh|htx))", ""), (r"doanh nghiep", "dn"),
    (r"cong ty|cty", "cty"),
))
_HOUSEHOLD_FORM = re.compile(r"^(?:(?:hkdct|hkd|hgd|ho|nong ho|co so|cs|trang trai|sx|kd|gia dinh|nong dan|ca the|chu|ong|ba|anh|chi)\b"
                             r"\s*)+")
_COOPERATIVE_FORM = re.compile(r"^(lien hiep )?htx (?:(?:dv )?nn(?: dv)? )?")


@dataclass(frozen=True)
class SubjectCounts:
    """Subjects of each kind, each once; `unnamed` are products whose list names no subject, by the kind that it gives."""

    by_kind: Mapping[ProducerKind, int]
    unnamed: Mapping[ProducerKind, int]


def kind_of_subject(name: str) -> ProducerKind:
    """The kind that a name tells by its legal form; UNKNOWN for `Cơ sở …`, `Nhà hàng …` and names without a form.

    A farm (trang trại) counts as a household.
    """
    begun = kind_of(name)
    if begun is not None:
        return begun
    plain = fold(_SURNAME.sub("", tidy(name).lower()))
    return next((kind for kind, form in _LEGAL if form.search(plain)), ProducerKind.UNKNOWN)


def matching_name(name: str) -> str:
    """A subject's name for comparing: `HTXNN`, `HTX NN`, `Hợp tác xã nông nghiệp` alike; `""` when it names nobody.

    One-member companies match the same name without `MTV`, branches their company; a household keeps its own name only.
    """
    plain = producer_key(name)
    for written, short in _SHORT:
        plain = written.sub(short, plain)
    plain = " ".join(plain.split())
    if kind_of_subject(name) is ProducerKind.HOUSEHOLD:
        own = _HOUSEHOLD_FORM.sub("", plain).strip()
        return f"ho {own}" if own else ""
    return _COOPERATIVE_FORM.sub(lambda form: f"{form.group(1) or ''}htx ", plain).strip()


def counts_by_kind(products: Iterable[Product]) -> SubjectCounts:
    """Counts the subjects of these products, told apart by name and province as published."""
    listed = list(products)
    unnamed = Counter(_kind(product) for product in listed if subject_of(product) is None)
    return SubjectCounts(dict(Counter(kinds_of_subjects(listed).values())), dict(unnamed))


def kinds_of_subjects(products: Iterable[Product]) -> dict[tuple[str, str], ProducerKind]:
    """The kind of each subject of these products: the first that one of its products tells."""
    kinds: dict[tuple[str, str], ProducerKind] = {}
    for product in products:
        subject = subject_of(product)
        if subject and kinds.get(subject, ProducerKind.UNKNOWN) is ProducerKind.UNKNOWN:
            kinds[subject] = _kind(product)
    return kinds


def subject_of(product: Product) -> tuple[str, str] | None:
    """What tells the subject of a product from others: its name and its province as published; None where it has no name."""
    name = matching_name(product.producer)
    return (name, fold(product.place.province)) if name else None


def pseudonym(producer: str, kind: ProducerKind, key: bytes, *, apart: str = "") -> str:
    """A name for others, `Hộ sản xuất H7K2QM` (`Cơ sở …` for another kind): the same for every spelling, not undone without `key`.

    `key` is secret, of the market alone and at least 16 bytes long, else ValueError. `apart` tells namesakes apart (a commune). A
    text that names nobody (`Hộ sản xuất`) stays as it is.
    """
    if len(key) < _KEY_BYTES:
        raise ValueError("the key of pseudonyms must have at least 16 bytes")
    own = matching_name(producer)
    if not own:
        return tidy(producer)
    digest = hmac.new(key, f"household\x1f{own}\x1f{fold(apart)}".encode(), hashlib.sha256).digest()
    form = "Hộ sản xuất" if kind is ProducerKind.HOUSEHOLD else "Cơ sở"
    return f"{form} {base64.b32encode(digest)[:6].decode()}"


def shown_outside(product: Product, viewer: str, key: bytes) -> Product:
    """The product as `viewer` (an owner in the catalog) may see it: an owner's own products as they are, households of others hidden.

    Hidden are a household's name, also inside texts of the product, its tax number, its address, the numbers and issuers of its
    papers and pictures that are files. Kinds that are not known are treated as households, for `Cơ sở …` often is one. Not
    hidden: a person's name that is no part of the producer's, or a single word of it; linked pictures; the SKU.
    """
    kind = _kind(product)
    if product.owner == viewer or kind not in (ProducerKind.HOUSEHOLD, ProducerKind.UNKNOWN):
        return product
    instead = pseudonym(product.producer, kind, key)
    own = _own_words(product.producer, kind)
    hidden_owner = bool(product.owner) and matching_name(product.owner) == matching_name(product.producer)
    return replace(
        product, producer=instead, name=_without(product.name, own) or f"Sản phẩm của {instead}", tax_number="",
        description=_without(product.description, own), owner=instead if hidden_owner else product.owner,
        certificates=tuple(replace(one, source=_without(one.source, own)) for one in product.certificates),
        papers=tuple(replace(one, number="", issuer="") for one in product.papers),
        pictures=tuple(replace(one, path="") for one in product.pictures if one.url),
        label={field: _without(text, own) for field, text in product.label.items() if field is not LabelField.ADDRESS})


def _kind(product: Product) -> ProducerKind:
    """The kind as published, unless the name itself says household: the more careful of the two."""
    named = kind_of_subject(product.producer)
    if named is ProducerKind.HOUSEHOLD or product.producer_kind is ProducerKind.UNKNOWN:
        return named
    return product.producer_kind


def _own_words(producer: str, kind: ProducerKind) -> list[str]:
    """The words of a subject's own name without those of its form and, for a workshop that has more, of its goods (`mật ong`)."""
    words = _name_words(producer)
    if kind is ProducerKind.HOUSEHOLD:
        return words
    bare = tidy(producer)
    for found in goods_words.find(bare):
        if found.words > 1 and found.phrase.goods is not None:
            bare = bare.replace(found.written, " ")
    rest = _name_words(bare)
    return rest if len(rest) > 1 else words


def _name_words(producer: str) -> list[str]:
    return [word for word in _HOUSEHOLD_FORM.sub("", producer_key(producer)).split() if word not in {"sx", "kd", "tm", "dv"}]


def _without(text: str, own: list[str]) -> str:
    """The text without the name, or the longest end of it that has two words (`Thu Hà` of `Nguyễn Thị Thu Hà`)."""
    words = text.split()
    folded = [fold(word) for word in words]
    for begin in range(len(own) - 1):
        part = own[begin:]
        place = next((i for i in range(len(words)) if folded[i:i + len(part)] == part), None)
        if place is not None:
            return _without(" ".join(words[:place] + words[place + len(part):]).strip(" ,;-–("), own)
    return text
