"""Columns about papers and labels: `Số GCN ATTP`, `Ngày hết hạn ATTP`, `VietGAP`, `Thành phần`, `Hướng dẫn sử dụng`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from ocop_market.model.product import LabelField, Paper, PaperKind

_PAPER = "paper"
_LABEL = "label"

_PAPER_NAMES: dict[PaperKind, tuple[str, ...]] = {
    PaperKind.FOOD_SAFETY: ("attp", "an toan thuc pham", "gcn attp", "giay chung nhan attp", "giay attp", "vsattp",
                            "giay chung nhan an toan thuc pham", "giay chung nhan co so du dieu kien attp",
                            "co so du dieu kien attp", "food safety"),
    PaperKind.SELF_DECLARATION: ("tu cong bo", "tu cong bo san pham", "ban tu cong bo", "ban tu cong bo san pham", "tcb",
                                 "self declaration"),
    PaperKind.REGISTERED_DECLARATION: ("dang ky ban cong bo", "ban cong bo", "dang ky cong bo", "giay tiep nhan dang ky ban cong bo"),
    PaperKind.TEST_REPORT: ("phieu kiem nghiem", "kiem nghiem", "ket qua kiem nghiem", "test report"),
    PaperKind.BUSINESS_REGISTRATION: ("dkkd", "dang ky kinh doanh", "giay dkkd", "giay dang ky kinh doanh", "gcn dkkd"),
    PaperKind.GMP: ("gmp", "gcn gmp", "giay chung nhan gmp"),
    PaperKind.ADVERTISING_CONFIRMATION: ("xac nhan quang cao", "xac nhan noi dung quang cao", "xnqc"),
    PaperKind.COSMETIC_NOTIFICATION: ("cong bo my pham", "phieu cong bo my pham", "tiep nhan phieu cong bo my pham"),
    PaperKind.ALCOHOL_PRODUCTION: ("giay phep san xuat ruou", "gp san xuat ruou", "gpsx ruou"),
    PaperKind.ALCOHOL_TRADE: ("giay phep ban ruou", "giay phep kinh doanh ruou", "giay phep ban le ruou"),
    PaperKind.QUARANTINE: ("kiem dich", "giay kiem dich", "gcn kiem dich"),
    PaperKind.VIETGAP: ("vietgap", "chung nhan vietgap", "gcn vietgap", "giay chung nhan vietgap", "viet gap"),
    PaperKind.ORGANIC: ("huu co", "chung nhan huu co", "gcn huu co", "organic"),
    PaperKind.HACCP: ("haccp", "gcn haccp", "chung nhan haccp"),
    PaperKind.ISO_22000: ("iso 22000", "iso22000", "gcn iso 22000"),
    PaperKind.TRADEMARK: ("dang ky nhan hieu", "gcn nhan hieu", "van bang nhan hieu", "bao ho nhan hieu"),
    PaperKind.BARCODE_FEE: ("phi ma vach", "phi duy tri ma vach", "phi ma so ma vach"),
}
_PARTS: dict[str, tuple[str, ...]] = {
    "number": ("so {}", "{}", "so hieu {}"),
    "issuer": ("noi cap {}", "co quan cap {}", "don vi cap {}"),
    "issued_on": ("ngay cap {}", "ngay {}"),
    "expires_on": ("ngay het han {}", "han {}", "het han {}", "hieu luc {}", "thoi han {}", "hieu luc den {}"),
}
_LABEL_NAMES: dict[LabelField, tuple[str, ...]] = {
    LabelField.INGREDIENTS: ("thanh phan", "ingredients", "thanh phan cau tao", "thanh phan nguyen lieu", "nguyen lieu"),
    LabelField.NUTRITION: ("thanh phan dinh duong", "nutrition", "gia tri dinh duong", "thong tin dinh duong"),
    LabelField.USE: ("huong dan su dung", "use", "cach su dung", "cach dung", "hdsd"),
    LabelField.STORAGE: ("bao quan", "storage", "huong dan bao quan", "cach bao quan", "dieu kien bao quan", "hdbq"),
    LabelField.WARNING: ("canh bao", "warning", "thong tin canh bao", "canh bao an toan", "khuyen cao"),
    LabelField.ORIGIN: ("xuat xu", "origin", "xuat xu hang hoa", "nuoc san xuat"),
    LabelField.MATERIAL: ("chat lieu", "material", "vat lieu"),
    LabelField.NET_CONTENT: ("dinh luong", "net content", "the tich thuc", "the tich"),
}

LABEL_HEADINGS = {f"{_LABEL}:{label}": names for label, names in _LABEL_NAMES.items()}
PAPER_HEADINGS = {f"{_PAPER}:{kind}:{part}": tuple(dict.fromkeys(form.format(name) for form in forms for name in names))
                  for kind, names in _PAPER_NAMES.items() for part, forms in _PARTS.items()}
"""Names by target, as a vocabulary wants them."""


def label_texts(targets: Iterable[str], text: Callable[[str], str]) -> dict[LabelField, str]:
    """What the columns about the label say; `text` gives the cell of a target, `targets` are those that a list has."""
    return {LabelField(target.partition(":")[2]): said for target in targets if target.startswith(_LABEL) and (said := text(target))}


def papers_in(targets: Iterable[str], text: Callable[[str], str], day: Callable[[str], date | None]) -> tuple[Paper, ...]:
    """The papers of a row: one of each kind of which anything but its issuer is said."""
    found = []
    for kind in dict.fromkeys(target.split(":")[1] for target in targets if target.startswith(_PAPER)):
        target = f"{_PAPER}:{kind}"
        number, issued, expires = text(f"{target}:number"), day(f"{target}:issued_on"), day(f"{target}:expires_on")
        if number or issued or expires:
            found.append(Paper(PaperKind(kind), number, text(f"{target}:issuer"), issued, expires))
    return tuple(found)
