"""Words of product lists: headings, kinds of producer and of rating, causes of withdrawal. All folded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ocop_market.catalog.packing_columns import PACKING_HEADINGS, REPEATED
from ocop_market.catalog.paper_columns import LABEL_HEADINGS, PAPER_HEADINGS
from ocop_market.model.product import CertificateKind, Evidence, ProducerKind, WithdrawalCause
from ocop_market.model.text import fold
from ocop_market.sheets.headings import Vocabulary

LIST = Vocabulary(
    required=frozenset({"name"}),
    least=2,
    repeatable=frozenset({"stars", "decision", "issued_on", "expires_on", "body", "rating_kind", "reapplied_on", "withdrawn_on",
                          "withdrawn_why", "remark", "picture", "address", "ignored", *REPEATED}),
    aliases={
        "sku": ("ma sku", "sku", "seller sku", "ma hang", "ma san pham", "ma sp", "ma hang hoa", "ma so san pham"),
        "name": ("ten san pham", "product name", "ten sp", "ten san pham dich vu", "ten hang hoa", "ten hang", "ten mat hang",
                 "san pham", "mat hang", "ten thuong mai", "ten san pham dang ky", "ten san pham cong nhan",
                 "ten san pham tham gia", "name", "product"),
        "producer": ("chu the", "producer name", "ten chu the", "chu the san xuat", "ten chu the san xuat", "chu the san pham",
                     "co so san xuat", "ten co so san xuat", "don vi san xuat", "ten don vi san xuat", "nha san xuat",
                     "co so san xuat kinh doanh", "don vi chu the", "chu the don vi", "chu the san xuat kinh doanh",
                     "ten co so", "co so", "ten don vi", "ten chu the sx", "chu the sx", "co so sx", "ten co so sx", "don vi sx",
                     "nha sx", "producer"),
        "producer_kind": ("loai hinh chu the", "producer kind", "loai hinh", "loai hinh to chuc", "hinh thuc to chuc",
                          "loai chu the", "loai hinh kinh doanh", "loai hinh san xuat", "loai hinh san xuat kinh doanh",
                          "kieu chu the"),
        "group": ("nhom san pham", "group", "nhom", "ten nhom", "nhom nganh", "nhom nganh hang", "nganh hang", "nganh san pham",
                  "nhom hang", "linh vuc", "nganh", "loai san pham"),
        "product_set": ("bo san pham", "product set", "phan nhom", "phan nhom san pham", "bo tieu chi", "so bo san pham",
                        "bo tieu chi cham diem", "ten bo san pham", "ma bo san pham"),
        "commune": ("xa", "commune", "xa phuong", "phuong xa", "xa phuong thi tran", "ten xa", "xa thi tran", "cap xa",
                    "phuong", "thi tran", "dia ban xa"),
        "district": ("huyen", "district", "quan huyen", "huyen thi xa thanh pho", "huyen thi thanh pho", "huyen thanh pho",
                     "huyen tp", "ten huyen", "cap huyen", "thi xa", "huyen thi", "dia ban huyen"),
        "province": ("tinh", "province", "tinh thanh pho", "tinh thanh", "tinh tp", "ten tinh", "cap tinh"),
        "address": ("dia chi", "address", "dia chi san xuat", "dia chi co so san xuat", "dia chi chu the", "dia chi co so",
                    "dia chi don vi", "noi san xuat", "dia diem san xuat", "dia phuong", "dia ban"),
        "stars": ("hang sao", "stars", "so sao", "sao", "xep hang", "phan hang", "xep hang sao", "phan hang sao", "cap sao",
                  "hang sao cong nhan", "sao cong nhan", "ket qua phan hang", "ket qua xep hang", "phan hang san pham",
                  "hang san pham", "ket qua danh gia", "ket qua", "ket qua danh gia phan hang", "phan hang ket qua",
                  "dat hang sao", "so sao dat", "hang sao dat", "sao dat", "star", "star rating"),
        "decision": ("so quyet dinh", "certificate no", "quyet dinh so", "so qd", "qd so", "so quyet dinh cong nhan",
                     "quyet dinh cong nhan", "quyet dinh cong nhan so", "qd cong nhan", "quyet dinh", "so ngay quyet dinh",
                     "so quyet dinh ngay", "so hieu quyet dinh", "so ky hieu", "so quyet dinh phe duyet",
                     "quyet dinh phe duyet", "so giay chung nhan", "so gcn", "giay chung nhan so", "so chung nhan",
                     "certificate number", "so qd cong nhan", "so ngay qd cong nhan", "so ngay quyet dinh cong nhan", "so ngay qd",
                     "ma chung nhan", "certification no", "cert code"),
        "issued_on": ("ngay quyet dinh", "certified on", "ngay cap", "ngay cong nhan", "quyet dinh ngay", "ngay qd",
                      "ngay ban hanh", "ngay ban hanh quyet dinh", "ngay ky", "ngay ky quyet dinh", "ngay chung nhan",
                      "ngay cap chung nhan", "ngay cap giay chung nhan", "ngay thang nam quyet dinh",
                      "ngay quyet dinh cong nhan", "ngay thang nam cong nhan", "thoi gian cong nhan",
                      "quyet dinh cong nhan ngay", "ngay cap gcn", "issued on"),
        "expires_on": ("ngay het han", "expires on", "het han", "ngay het hieu luc", "hieu luc den", "hieu luc den ngay",
                       "co gia tri den", "gia tri den", "gia tri den ngay", "thoi han den", "thoi han", "han chung nhan",
                       "ngay het han chung nhan", "thoi han chung nhan", "han giay chung nhan", "ngay het han giay chung nhan",
                       "ngay het han gcn", "han gcn"),
        "price": ("gia ban", "price vnd", "gia", "gia ban le", "gia le", "don gia", "gia niem yet", "gia san pham", "price",
                  "pl gia ban le"),
        "stock": ("ton kho", "stock", "so luong ton kho", "so luong ton", "sl ton", "ton", "so luong", "ton cuoi", "kho hang"),
        "weight_g": ("khoi luong tinh", "net weight g", "khoi luong", "trong luong", "trong luong tinh", "weight g",
                     "net weight", "khoi luong the tich", "khoi luong dung tich", "weight"),
        "shelf_life": ("han su dung", "shelf life days", "han dung", "hsd", "thoi han su dung", "shelf life",
                       "thoi gian bao quan"),
        "gtin": ("ma vach", "gtin", "barcode", "ma so ma vach", "ean", "ma gtin"),
        "description": ("mo ta", "description", "mo ta san pham", "mo ta chi tiet", "gioi thieu", "gioi thieu san pham",
                        "thong tin san pham"),
        "picture": ("hinh anh", "picture", "anh", "anh san pham", "hinh anh san pham", "hinh", "link anh", "link hinh anh",
                    "duong dan anh", "url hinh anh", "image", "images", "photo"),
        "source": ("nguon", "source", "nguon tin", "nguon du lieu"),
        "remark": ("ghi chu", "remark", "note", "ghi chu khac"),
        "body": ("co quan ban hanh", "issuing body", "co quan cong nhan", "co quan quyet dinh", "co quan ban hanh quyet dinh",
                 "don vi ban hanh", "don vi cong nhan", "cap cong nhan", "cap quyet dinh", "cap ban hanh", "noi ban hanh",
                 "co quan cap giay chung nhan", "co quan ky", "cq ban hanh"),
        "rating_kind": ("loai danh gia", "kind of rating", "hinh thuc danh gia", "loai hinh danh gia", "lan danh gia",
                        "hinh thuc cong nhan", "loai cong nhan", "danh gia lan dau nang hang danh gia lai",
                        "lan dau nang hang danh gia lai", "cong nhan moi danh gia lai", "cong nhan moi cong nhan lai",
                        "moi danh gia lai"),
        "reapplied_on": ("ngay nop ho so danh gia lai", "applied for re rating on", "ngay nop ho so", "ngay nop danh gia lai",
                         "ngay de nghi danh gia lai", "ngay nop don danh gia lai", "ngay tiep nhan ho so danh gia lai"),
        "withdrawn_on": ("ngay thu hoi", "withdrawn on", "thu hoi ngay", "da thu hoi", "thu hoi", "quyet dinh thu hoi",
                         "ngay quyet dinh thu hoi", "ngay thu hoi giay chung nhan", "so ngay quyet dinh thu hoi"),
        "withdrawn_why": ("ly do thu hoi", "cause of withdrawal", "nguyen nhan thu hoi", "ly do thu hoi giay chung nhan"),
        "tax_number": ("ma so thue", "tax number", "mst", "ma so thue chu the", "ma so doanh nghiep", "ma so thue mst",
                       "ma so doanh nghiep ma so thue", "ma so hop tac xa", "ma so htx", "tax code"),
        "alcohol": ("do con", "alcohol percent", "nong do con", "do ruou", "nong do ruou", "ham luong con", "alcohol",
                    "nong do ethanol"),
        "evidence": ("muc chung cu", "evidence", "muc do chung cu", "chung cu", "cap chung cu", "muc tin cay"),
        "owner": ("don vi quan ly du lieu", "owner"),
        "answer": ("cach xu ly ocop market", "what to do ocop market"),
        "row_state": ("tinh trang dong ocop market", "state of the row ocop market"),
        "ignored": (),
        **PACKING_HEADINGS,
        **LABEL_HEADINGS,
        **PAPER_HEADINGS,
    },
)

FILLED_DOWN = frozenset({"producer", "producer_kind", "group", "commune", "district", "province", "address", "stars",
                         "decision", "issued_on", "expires_on", "body", "source", "tax_number"})
"""Columns whose merged cells speak for every row that they cover; a product's own values never do."""
OF_ALL_PACKINGS = frozenset({"name", "parent", "option_name", "sku"})
"""Columns whose merged cells do so too in a list that tells of packings; `sku` only beside a column for the packing's own."""

_KINDS = (
    (ProducerKind.COOPERATIVE_GROUP, re.compile(r"(to hop tac|tht|cooperative group)\b")),
    (ProducerKind.COOPERATIVE, re.compile(r"(lien hiep )?(hop tac xa|htxnn|htx|cooperative)\b")),
    (ProducerKind.COMPANY, re.compile(r"(chi nhanh )?(doanh nghiep|cong ty|cty|ctcp|ct cp|ct tnhh|tnhh|dntn|dn|company)\b")),
    (ProducerKind.HOUSEHOLD, re.compile(r"(ho (san xuat|kinh doanh|gia dinh|sxkd|sx|kd|nong dan|ca the|ong|ba)|hkd|ho$|household|"
                                        r"trang trai|ca the$)\b")),
)

_RATINGS = (
    (CertificateKind.RE_RATING, re.compile(r"\b(danh gia lai|cong nhan lai|danh gia phan hang lai|re rating|lan (2|3|hai|ba))\b")),
    (CertificateKind.UPGRADE, re.compile(r"\b(nang (hang|sao|cap)|upgrade)\b")),
    (CertificateKind.FIRST, re.compile(r"\b(lan (dau|1|mot)|cong nhan moi|danh gia moi|moi|first)\b")),
)
_CAUSES = (
    (WithdrawalCause.MARK_MISUSED, re.compile(r"\b(nhan hieu|logo|bieu trung|bieu tuong|nhan ocop|mark misused)\b")),
    (WithdrawalCause.UNTRUE_DOSSIER, re.compile(r"\b(trung thuc|gia mao|gian doi|gian lan|sai su that|untrue dossier)\b")),
    (WithdrawalCause.NO_LONGER_MADE, re.compile(
        r"\b((khong con|ngung|dung|khong) (san xuat|hoat dong|kinh doanh)|giai the|no longer made)\b")),
    (WithdrawalCause.CRITERIA_NO_LONGER_MET, re.compile(
        r"\b(khong (con )?(dat|dap ung|du|duy tri|bao dam|dam bao)|tieu chi|criteria no longer met)\b")),
    (WithdrawalCause.BREACH_OF_LAW, re.compile(r"\b(vi pham|breach of law)\b")),
)
_EVIDENCE = {"a": Evidence.SIGNED, "b1": Evidence.PUBLISHED, "b2": Evidence.PROPOSED, "c": Evidence.SHOP}
_PROVEN_BODIES = (
    (re.compile(r"/QĐ-BNNMT(?:\b|-)"), "Bộ Nông nghiệp và Môi trường"),
    (re.compile(r"/QĐ-BNN(?:\b|-)"), "Bộ Nông nghiệp và Phát triển nông thôn"),
)


def list_words(columns: Mapping[str, str]) -> Vocabulary:
    """The vocabulary of lists with what is said of single headings: target by heading, `ignored` for a column to pass over."""
    if not columns:
        return LIST
    told: dict[str, list[str]] = {}
    for heading, target in columns.items():
        told.setdefault(target, []).append(fold(heading))
    named = {name for names in told.values() for name in names}
    return replace(LIST, aliases={
        target: (*(names[:1] if names and names[0] not in named else ()), *told.get(target, ()),
                 *(name for name in names[1:] if name not in named)) for target, names in LIST.aliases.items()})


def rating_of(text: str) -> CertificateKind | None:
    """The kind of rating that a text names; None for none."""
    plain = fold(text)
    return next((kind for kind, words in _RATINGS if words.search(plain)), None)


def cause_of(text: str) -> WithdrawalCause | None:
    """The cause of Decision 26/2026/QĐ-TTg, Art. 8, that a text describes; OTHER_FINDING for one that it does not name."""
    plain = fold(text)
    found = next((cause for cause, words in _CAUSES if words.search(plain)), WithdrawalCause.OTHER_FINDING)
    return found if plain else None


def evidence_of(text: str) -> Evidence | None:
    """The level of evidence that a text names: `A`, `mức B1`; UNKNOWN for no text, None for one that names none."""
    plain = re.sub(r"^(muc|cap|level) ", "", fold(text))
    return _EVIDENCE.get(plain) if plain else Evidence.UNKNOWN


def body_proved_by(decision: str) -> str:
    """The issuing body, only where the number's ending proves it: `…/QĐ-UBND` is written by hundreds of bodies."""
    return next((body for ending, body in _PROVEN_BODIES if ending.search(decision.upper())), "")


def kind_of(text: str) -> ProducerKind | None:
    """The kind of producer that a kind's name or a producer's name begins with; None when neither tells."""
    plain = fold(text)
    return next((kind for kind, words in _KINDS if words.match(plain)), None)
