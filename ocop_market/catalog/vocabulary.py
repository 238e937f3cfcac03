"""Words of product lists: headings, groups (old names too), kinds of producer. All folded."""

from __future__ import annotations

import re

from ocop_market.model.product import Group, ProducerKind
from ocop_market.model.text import fold
from ocop_market.sheets.headings import Vocabulary

LIST = Vocabulary(
    required=frozenset({"name"}),
    least=2,
    repeatable=frozenset({"stars", "decision", "issued_on", "expires_on", "remark", "picture", "address"}),
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
                  "nhom hang", "linh vuc", "nganh", "loai san pham", "bo san pham", "phan nhom"),
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
        "price": ("gia ban", "price vnd", "gia", "gia ban le", "gia le", "don gia", "gia niem yet", "gia san pham", "price"),
        "stock": ("ton kho", "stock", "so luong ton kho", "so luong ton", "sl ton", "ton", "so luong", "ton cuoi"),
        "weight_g": ("khoi luong tinh", "net weight g", "khoi luong", "trong luong", "trong luong tinh", "weight g",
                     "net weight", "khoi luong the tich", "khoi luong dung tich", "quy cach", "quy cach dong goi", "weight"),
        "shelf_life": ("han su dung", "shelf life days", "han dung", "hsd", "thoi han su dung", "shelf life",
                       "thoi gian bao quan"),
        "gtin": ("ma vach", "gtin", "barcode", "ma so ma vach", "ean", "ma gtin"),
        "description": ("mo ta", "description", "mo ta san pham", "mo ta chi tiet", "gioi thieu", "gioi thieu san pham",
                        "thong tin san pham"),
        "picture": ("hinh anh", "picture", "anh", "anh san pham", "hinh anh san pham", "hinh", "link anh", "link hinh anh",
                    "duong dan anh", "url hinh anh", "image", "images", "photo"),
        "source": ("nguon", "source", "nguon tin", "nguon du lieu"),
        "remark": ("ghi chu", "remark", "note", "ghi chu khac"),
    },
)

FILLED_DOWN = frozenset({"producer", "producer_kind", "group", "commune", "district", "province", "address", "stars",
                         "decision", "issued_on", "expires_on", "source"})
"""Columns whose merged cells speak for every row that they cover; a product's own values never do."""

# names of Decisions 1048/2019, 148/2023 and 26/2026; a list may give the group or one of its categories
_GROUPS: tuple[tuple[Group, tuple[str, ...]], ...] = (
    (Group.MEDICINAL, ("duoc lieu", "thao duoc", "medicinal", "thuc pham chuc nang", "my pham", "tinh dau")),
    (Group.FOOD, ("thuc pham", "food", "che", "tra", "ca phe", "gia vi", "do an nhanh", "nong san")),
    (Group.DRINKS, ("do uong", "drinks", "drink", "thuc uong")),
    (Group.TOURISM, ("dich vu du lich", "du lich", "tourism")),
    (Group.ORNAMENTAL, ("sinh vat canh", "ornamental", "hoa", "cay canh", "dong vat canh")),
    (Group.HANDICRAFT, ("thu cong my nghe", "handicraft", "handicrafts", "vai may mac",
                        "vai va may mac", "luu niem", "noi that", "vai")),
)
_GROUP_NUMBERS = {"i": Group.FOOD, "ii": Group.DRINKS, "iii": Group.MEDICINAL, "iv": Group.HANDICRAFT, "v": Group.ORNAMENTAL,
                  "vi": Group.TOURISM}
_NUMBERING = re.compile(r"^(?:(?:[ivx]+|\d+|[a-h])(?= ))?\s*(?:(?:nhom|nganh|bo|hang|san pham)\b\s*)*"
                        r"(?:(?:[ivx]+|\d)(?= \D))?\s*")
_KINDS = (
    (ProducerKind.COOPERATIVE_GROUP, re.compile(r"(to hop tac|tht|cooperative group)\b")),
    (ProducerKind.COOPERATIVE, re.compile(r"(lien hiep )?(hop tac xa|htxnn|htx|cooperative)\b")),
    (ProducerKind.COMPANY, re.compile(r"(chi nhanh )?(doanh nghiep|cong ty|cty|ctcp|ct cp|ct tnhh|tnhh|dntn|dn|company)\b")),
    (ProducerKind.HOUSEHOLD, re.compile(r"(ho (san xuat|kinh doanh|gia dinh|sxkd|sx|kd|nong dan|ca the|ong|ba)|hkd|ho$|household|"
                                        r"trang trai|ca the$)\b")),
)


def group_of(text: str) -> Group | None:
    """The group that a text names; UNKNOWN for no text, None for a text that names none. Never guessed from a product."""
    plain = fold(text)
    if not plain:
        return Group.UNKNOWN
    roman = re.fullmatch(r"(?:nhom )?([ivx]+)", plain)
    if roman:
        return _GROUP_NUMBERS.get(roman.group(1))
    bare = _NUMBERING.sub("", plain)
    return next((group for group, names in _GROUPS for name in names if bare == name or bare.startswith(name + " ")), None)


def kind_of(text: str) -> ProducerKind | None:
    """The kind of producer that a kind's name or a producer's name begins with; None when neither tells."""
    plain = fold(text)
    return next((kind for kind, words in _KINDS if words.match(plain)), None)
