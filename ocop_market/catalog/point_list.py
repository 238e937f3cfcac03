"""Lists of points of sale in: an office's table of `điểm giới thiệu và bán sản phẩm OCOP`, whatever kind of file it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ocop_market.catalog.shelf import RowNote
from ocop_market.catalog.written_place import written_place
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.point import PointKind, PointOfSale, Tier
from ocop_market.model.product import Place
from ocop_market.model.text import fold
from ocop_market.sheets.container import read_sheets
from ocop_market.sheets.dates import DayOrder, day_order, read_day
from ocop_market.sheets.headings import Headings, Vocabulary, require_headings
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Body, Row, cells_of, read_body
from ocop_market.sheets.values import read_code, text_of

NO_NAME = N_("The row names no point of sale. Fill in its name, or remove the row.")
CODE_UNFIT = N_("“{text}” cannot be a point's code. Use at most {most} letters, digits and signs . _ -, beginning with a letter or digit.")
KIND_UNKNOWN = N_("“{text}” is no kind of place that is known, so the point is kept without one. Write for example trạm dừng nghỉ, siêu "
                  "thị, chợ, khu du lịch, làng nghề, bưu điện, cửa hàng.")
TIER_UNKNOWN = N_("“{text}” is no level. Write tỉnh, huyện or xã.")
CLOSING_UNREAD = N_("The day on which “{name}” closed cannot be read, so it would count as open. Put the day right: day/month/year.")
LONGEST_CODE = 32
POINTS = Vocabulary(
    required=frozenset({"name"}),
    least=2,
    aliases={
        "code": ("ma diem ban", "code", "ma diem", "ma so diem ban", "ma so", "ma"),
        "name": ("ten diem ban", "name", "diem ban", "ten diem", "ten diem gioi thieu va ban san pham", "diem gioi thieu va ban san pham",
                 "ten diem gioi thieu", "ten cua hang", "ten diem trung bay", "diem trung bay", "ten diem ban hang", "diem ban hang",
                 "ten diem ban san pham", "diem ban san pham", "ten diem gioi thieu ban san pham", "diem gioi thieu ban san pham",
                 "ten diem gioi thieu san pham", "diem gioi thieu san pham", "ten", "point of sale"),
        "kind": ("loai hinh", "kind", "loai dia diem", "loai hinh diem ban", "loai diem ban", "loai diem", "noi dat diem ban", "loai"),
        "tier": ("cap", "level", "cap diem ban", "cap quan ly", "cap do"),
        "operator": ("don vi van hanh", "operator", "don vi quan ly", "chu diem ban", "don vi kinh doanh", "chu the", "don vi"),
        "address": ("dia chi", "address", "dia diem", "vi tri"),
        "commune": ("xa", "commune", "xa phuong", "phuong xa", "xa phuong thi tran", "ten xa", "xa thi tran", "dia ban xa"),
        "district": ("huyen", "district", "quan huyen", "huyen thi xa thanh pho", "huyen thanh pho", "ten huyen", "dia ban huyen"),
        "province": ("tinh", "province", "tinh thanh pho", "tinh thanh", "ten tinh"),
        "opened_on": ("ngay mo", "opened on", "ngay khai truong", "ngay mo cua", "ngay hoat dong", "ngay bat dau hoat dong",
                      "ngay di vao hoat dong", "thoi gian hoat dong tu", "ngay thanh lap", "opened"),
        "closed_on": ("ngay dong", "closed on", "ngay dong cua", "ngay ngung hoat dong", "ngay dung hoat dong", "ngay cham dut", "closed"),
        "decision": ("so quyet dinh", "decision", "quyet dinh", "quyet dinh cong nhan", "van ban cong nhan", "van ban", "so van ban"),
        "account": ("tai khoan", "account", "tai khoan ban hang", "may tinh tien", "tai khoan may tinh tien"),
        "location": ("chi nhanh", "branch", "ma chi nhanh", "location"),
        "source": ("nguon", "source", "nguon tin", "nguon du lieu"),
    })
_FILLED_DOWN = frozenset({"commune", "district", "province", "kind", "tier", "operator", "decision", "source"})
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b|{kind.value.replace('-', ' ')}")) for kind, words in (
    (PointKind.REST_STOP, "tram dung(?: nghi| chan)?|diem dung chan"),
    (PointKind.AIRPORT, "san bay|cang hang khong|nha ga hang khong"),
    (PointKind.STATION, "ben xe|nha ga|ga tau|ga|ben tau|cang"),
    (PointKind.SUPERMARKET, "sieu thi"),
    (PointKind.MALL, "trung tam thuong mai|tttm"),
    (PointKind.FAIR, "hoi cho|trien lam"),
    (PointKind.MARKET, "cho"),
    (PointKind.CRAFT_VILLAGE, "lang nghe"),
    (PointKind.TOURIST_SITE, "(?:khu|diem|trung tam) du lich|diem tham quan|khu di tich|du lich"),
    (PointKind.RESTAURANT, "nha hang"),
    (PointKind.HOTEL, "khach san|nha nghi|homestay"),
    (PointKind.POST_OFFICE, "buu dien|buu cuc"),
    (PointKind.CENTRE, "trung tam (?:xa|huyen|hanh chinh|cum xa|van hoa).*|tru so.*"),
    (PointKind.SHOP, "cua hang.*|shop|ki ?ot|quay")))
_TIERS = tuple((tier, re.compile(rf"(?:cap )?(?:{words}|{tier.value})\b.*")) for tier, words in (
    (Tier.PROVINCE, "tinh"), (Tier.DISTRICT, "huyen|thi xa|quan"), (Tier.COMMUNE, "xa|phuong|thi tran|dac khu")))
_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_CODE - 1}}}")


@dataclass(frozen=True)
class ListedPoint:
    """What one row of a list says; its code is empty where the row gives none, other fields where they are not told."""

    row: int
    point: PointOfSale


@dataclass(frozen=True)
class PointList:
    """A list as it was read: `rows` of data are the points and those refused in `notes`; `columns` maps our names to its headings."""

    rows: int
    points: tuple[ListedPoint, ...]
    notes: tuple[RowNote, ...]
    columns: Mapping[str, str]


def read_point_list(name: str, content: bytes, *, listed_on: date | None = None, province: str = "") -> PointList:
    """The points of sale of one list; `listed_on` is its day, `province` that of rows which name none.

    SettingsError when the file as a whole cannot be read (see `read_sheets`, `require_headings`).
    """
    sheet, headings = require_headings(name, read_sheets(name, content), POINTS)
    body = read_body(sheet, headings, fill_down=_FILLED_DOWN, sections=True)
    orders, notes = _day_orders(body, headings, sheet.number(headings.bottom))
    points = []
    for row in body.rows:
        reader = _Reader(row, headings, orders, notes)
        point = reader.point(listed_on, province)
        if point is not None:
            points.append(ListedPoint(row.number, point))
    columns = {column.target: column.label for column in headings.columns}
    return PointList(len(body.rows), tuple(points), tuple(notes), columns)


def _day_orders(body: Body, headings: Headings, line: int) -> tuple[dict[str, DayOrder], list[RowNote]]:
    """The order of day and month by column; a column that cannot be trusted has none, and a note says why."""
    orders, notes = {}, []
    for target in ("opened_on", "closed_on"):
        if column := headings.of(target):
            order = day_order(cells_of(body, column.position))
            if isinstance(order, Problem):
                notes.append(RowNote(line, column.label, order, refused=False))
            else:
                orders[target] = order
    return orders, notes


class _Reader:
    """One row of the list; what cannot be taken becomes a note."""

    def __init__(self, row: Row, headings: Headings, orders: Mapping[str, DayOrder], notes: list[RowNote]) -> None:
        self._row, self._headings, self._orders, self._notes = row, headings, orders, notes

    def point(self, listed_on: date | None, province: str) -> PointOfSale | None:
        """What the row says, or None for one that is refused."""
        if self._row.trouble is not None:
            self._note("", self._row.trouble, refused=True)
            return None
        name = self._text("name")
        if not name:
            self._note("name", Problem("point-without-name", NO_NAME), refused=True)
            return None
        code = read_code(self._cell("code"))
        if isinstance(code, str) and code and not _CODE.fullmatch(code):
            code = Problem("point-code-unfit", CODE_UNFIT, values={"text": code, "most": LONGEST_CODE})
        if isinstance(code, Problem):
            self._note("code", code, refused=True)
            return None
        closed_on = self._day("closed_on")
        if closed_on is None and self._text("closed_on"):
            self._note("closed_on", Problem("point-closing-unread", CLOSING_UNREAD, values={"name": name}), refused=True)
            return None
        place = written_place(self._text, self._row, self._headings)
        return PointOfSale(
            code, name, place if place.province else Place(province, place.district, place.commune), self._text("address"), self._kind(),
            self._tier(), self._text("operator"), self._day("opened_on"), closed_on, self._text("decision"), listed_on,
            self._text("source"), self._text("account"), self._text("location"))

    def _cell(self, target: str) -> Cell:
        column = self._headings.of(target)
        return self._row.at(column.position) if column else None

    def _text(self, target: str) -> str:
        return text_of(self._cell(target))

    def _day(self, target: str) -> date | None:
        found = read_day(self._cell(target), self._orders[target]) if target in self._orders else None
        if isinstance(found, Problem):
            self._note(target, found)
            return None
        return found

    def _kind(self) -> PointKind:
        """The kind by its own column; a name such as “Siêu thị …” is not asked, for it may only stand beside one."""
        text = self._text("kind")
        kind = kind_of_place(text)
        if text and kind is None:
            self._note("kind", Problem("point-kind-unknown", KIND_UNKNOWN, values={"text": text}))
        return kind or PointKind.UNKNOWN

    def _tier(self) -> Tier:
        text = self._text("tier")
        tier = next((tier for tier, words in _TIERS if words.fullmatch(fold(text))), None)
        if text and tier is None:
            self._note("tier", Problem("point-tier-unknown", TIER_UNKNOWN, values={"text": text}))
        return tier or Tier.UNKNOWN

    def _note(self, target: str, problem: Problem, *, refused: bool = False) -> None:
        column = self._headings.of(target)
        self._notes.append(RowNote(self._row.number, column.label if column else "", problem, refused))


def kind_of_place(text: str) -> PointKind | None:
    """The kind that a text names, in Vietnamese or by our word; None for none."""
    plain = fold(text)
    return next((kind for kind, words in _KINDS if words.match(plain)), None) if plain else None
