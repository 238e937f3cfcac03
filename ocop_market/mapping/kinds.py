"""Kinds of goods by the words of their names, and the words that platforms name the shelf for them with.

Only a help for suggestions: a person reviews them in the category file.
"""

from __future__ import annotations

from ocop_market.model.text import fold

KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("mat ong", "mat hoa", "phan hoa", "sua ong chua"), ("mat ong",)),
    (("nuoc mam",), ("nuoc mam", "nuoc cham", "gia vi")),
    (("ca phe", "cafe", "coffee"), ("ca phe",)),
    (("ca cao", "cacao", "socola", "chocolate"), ("ca cao", "socola", "banh keo")),
    (("tinh bot nghe", "bot nghe"), ("gia vi kho", "gia vi", "bot", "ngu coc")),
    (("tinh dau",), ("tinh dau",)),
    (("dau goi", "nuoc lau", "nuoc rua", "xa phong", "sua tam"), ("cham soc ca nhan", "hoa my pham")),
    (("ruou",), ("do uong co con", "ruou")),
    (("huong tram", "nhang"), ("huong tram", "nhang")),
    (("du lich", "homestay"), ("du lich",)),
    (("mien", "bun", "mi", "my", "pho", "hu tieu", "banh da", "banh trang", "banh pho"),
     ("bun mien mi pho", "mi mien pho", "gao va ngu coc", "thuc pham kho", "ngu coc")),
    (("banh", "keo", "mut", "com chay", "kho ga", "bim bim", "snack", "rong bien"), ("banh keo", "do an vat", "an vat")),
    (("say", "say deo", "say kho", "hong treo gio"), ("trai cay say", "do an vat", "an vat")),
    (("gio", "cha", "nem", "lap xuong", "lap suon", "xuc xich", "thit", "ruoc", "cha bong", "gac bep", "thit chua", "cha ca",
      "ca kho", "kho ca", "tom", "muc", "ca", "ga", "vit", "lon", "bo", "ech", "cua", "hau", "suon", "pate", "kho"),
     ("thit ca hai san che bien", "thit", "hai san", "thuc pham che bien")),
    (("tra", "che", "hong tra", "bach tra", "luc tra", "matcha", "oolong", "tra tui loc"), ("tra", "che")),
    (("gao", "nep", "ngo", "dau xanh", "dau den", "lac", "dau phong", "hat dieu", "dieu", "mac ca", "macca", "hat de",
      "hat sen", "hat", "ngu coc", "bot", "dau"), ("gao va ngu coc", "ngu coc dau hat", "gao", "ngu coc", "hat")),
    (("mam", "tuong", "giam", "nuoc cham", "dau lac", "dau an", "dau vung", "dau me", "dau phong ep", "sa te"),
     ("nuoc cham", "gia vi va nuoc cham", "gia vi", "dau an")),
    (("tieu", "ot", "toi", "hanh", "gung", "nghe", "muoi", "que", "hoi", "mac khen", "gia vi", "duong", "mat mia"),
     ("gia vi kho", "gia vi")),
    (("nam", "mang", "rau", "dua", "khoai", "san", "cu", "bi", "ca chua", "cam", "buoi", "quyt", "chanh", "vai", "nhan",
      "thanh long", "xoai", "chuoi", "mit", "sau rieng", "bo", "oi", "tao", "na", "vu sua", "hong", "dua luoi", "dua hau",
      "dua sap", "bac ha", "me"),
     ("rau cu qua", "trai cay tuoi", "rau cu", "trai cay", "nong san")),
    (("nuoc", "nuoc ep", "nuoc khoang", "sua", "sua chua", "siro"), ("nuoc giai khat", "do uong khong con", "sua", "nuoc")),
    (("cao", "tra thao duoc", "dong trung ha thao", "nam linh chi", "sam", "dinh lang", "dan sam", "tam that", "ca gai leo"),
     ("duoc lieu", "thao duoc")),
    (("may", "tre", "dan", "chieu", "coi", "lat", "ghe", "tui"), ("may tre dan", "thu cong my nghe")),
    (("gom", "su"), ("gom su", "gom")),
    (("tho cam", "lua", "khan", "vai lanh", "theu"), ("det may", "vai", "tranh theu")),
)
"""`(words of the product's name, words of the shelf, best first)`, all folded."""


WHOLE_NAME = ("say", "say deo", "say kho", "coffee", "ca phe", "ruou", "du lich")
"""Words that tell the kind wherever they stand in the name: a dried mango is dried before it is a mango."""


def shelves_for(name: str) -> tuple[str, ...]:
    """Shelf words for a product's name: those of the kind whose word stands earliest; empty when no word is known."""
    words = f" {fold(name)} "
    found = [((key not in WHOLE_NAME, words.find(f" {key} "), -len(key)), shelves)
             for keys, shelves in KINDS for key in keys if f" {key} " in words]
    return min(found)[1] if found else ()
