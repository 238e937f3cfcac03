"""The register of points of sale in the official reports: counts by locality, the points themselves, what stands behind a count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ocop_market.growth.address import Address, Measure, Slice
from ocop_market.growth.compare import Period
from ocop_market.language import translate
from ocop_market.model.point import PointKind, PointOfSale, PointState, Tier
from ocop_market.model.text import fold
from ocop_market.places.points import resolve_point, row_of_point
from ocop_market.places.units import Geography, Level
from ocop_market.reports.figures import WORDS
from ocop_market.reports.official.figures import RowOf, Table, Value
from ocop_market.reports.official.layout import filled
from ocop_market.reports.official.recognition import TOTAL
from ocop_market.store.points import load_points

KINDS = {
    PointKind.STATION: "Bến xe, nhà ga, bến tàu", PointKind.AIRPORT: "Sân bay", PointKind.REST_STOP: "Trạm dừng nghỉ",
    PointKind.MALL: "Trung tâm thương mại", PointKind.SUPERMARKET: "Siêu thị", PointKind.MARKET: "Chợ",
    PointKind.TOURIST_SITE: "Khu, điểm du lịch", PointKind.RESTAURANT: "Nhà hàng", PointKind.HOTEL: "Khách sạn, cơ sở lưu trú",
    PointKind.CRAFT_VILLAGE: "Làng nghề", PointKind.CENTRE: "Trung tâm xã, huyện", PointKind.FAIR: "Hội chợ",
    PointKind.POST_OFFICE: "Bưu điện", PointKind.SHOP: "Cửa hàng", PointKind.UNKNOWN: ""}
TIERS = {Tier.PROVINCE: "Tỉnh", Tier.DISTRICT: "Huyện", Tier.COMMUNE: "Xã", Tier.UNKNOWN: ""}
OPEN, OPENED, CLOSED, UNDATED = "Đang hoạt động", "Mở trong kỳ", "Đóng trong kỳ", "Chưa rõ ngày mở"
EMPTY = "Sổ điểm giới thiệu và bán sản phẩm OCOP chưa có dữ liệu nên báo cáo không nêu số điểm."
TOLD = "Có {open} điểm giới thiệu và bán sản phẩm OCOP đang hoạt động; trong kỳ mở {opened} điểm, đóng {closed} điểm."
NOT_DATED = "{count} điểm bán chưa rõ ngày mở, không tính là đang hoạt động."
NOT_PLACED = "{count} điểm bán chưa xác định được địa phương theo {units}; các điểm này đứng ở dòng riêng."
_MEASURES = (Measure.POINTS_OPEN, Measure.POINTS_OPENED, Measure.POINTS_CLOSED, Measure.POINTS_UNDATED)


@dataclass(frozen=True)
class Placed:
    """A point with the key of its row by place, and the name of that row."""

    point: PointOfSale
    key: str
    locality: str


@dataclass(frozen=True)
class PointCount:
    """A figure of the register and the points behind it."""

    address: Address
    points: tuple[Placed, ...]

    @property
    def value(self) -> int:
        """How many they are."""
        return len(self.points)


@dataclass(frozen=True)
class Register:
    """The points that a report can speak of, by locality and name, and its period."""

    points: tuple[Placed, ...]
    period: Period
    geography: Geography
    units: str

    def counted(self, measure: Measure) -> list[Placed]:
        """Those that a figure counts."""
        return [one for one in self.points if _counts(one.point, measure, self.period)]


def load_register(connection: Connection, period: Period, geography: Geography, level: Level, units: str) -> Register:
    """The register as it is now; SettingsError for districts of today."""
    place = _localities(geography, level)
    points = sorted((Placed(point, *place(point)) for point in load_points(connection).values()),
                    key=lambda one: (fold(one.locality), fold(one.point.name), one.point.code))
    return Register(tuple(points), period, geography, units)


def points_behind(connection: Connection, address: Address) -> PointCount:
    """The points that a figure counts, by the register as it is now; SettingsError for districts of today."""
    level = Level(address.by.value) if address.by else Level.PROVINCE
    register = load_register(connection, address.period, address.geography, level, "")
    found = register.counted(address.measure)
    return PointCount(address, tuple(one for one in found if address.slice is Slice.ALL or one.key == address.key))


def count_table(register: Register, level: Level) -> Table:
    """Points open on the last day, opened and closed in the period, by locality."""
    names = {one.locality: one.key for one in _shown(register)}
    counts = [register.counted(measure) for measure in _MEASURES]
    rows: list[list[Value]] = [[name, *(sum(one.locality == name for one in some) for some in counts)] for name in names]
    rows.append([TOTAL, *map(len, counts)])
    of_rows = [*(RowOf(within=f"by={level.value}/{key}") for key in names.values()), RowOf()]
    day = f"{register.period.end:%d/%m/%Y}"
    return filled("diem_ban_dia_phuong", f"Điểm giới thiệu và bán sản phẩm OCOP đến {day} theo địa phương ({register.units})", rows,
                  has_total=True, of_rows=of_rows, notes=(
                      "Điểm mở và đóng ngay trong kỳ được tính ở cả hai cột. Cột đang hoạt động không gồm điểm chưa rõ ngày mở.",))


def list_table(register: Register) -> Table:
    """The points open on the last day or closed in the period, and those of which it is not known since when they are open."""
    rows = [_row(number, one, register) for number, one in enumerate(_shown(register), start=1)]
    return filled("danh_sach_diem_ban", f"Danh sách điểm giới thiệu và bán sản phẩm OCOP ({register.units})", rows)


def summary_rows(register: Register) -> list[tuple[RowOf, str, str, Value]]:
    """The figures of the register in the summary; none where the register is empty, for nothing is known then."""
    if not register.points:
        return []
    return [(RowOf(measure=Measure.POINTS_OPEN.value), "Điểm giới thiệu và bán sản phẩm OCOP đang hoạt động", "điểm",
             len(register.counted(Measure.POINTS_OPEN)))]


def told_of_points(register: Register) -> str:
    """A sentence about the register."""
    if not register.points:
        return EMPTY
    opened, came, went = (len(register.counted(measure)) for measure in _MEASURES[:3])
    return TOLD.format(open=opened, opened=came, closed=went)


def point_doubts(register: Register) -> Iterable[str]:
    """What is missing in the register."""
    if undated := len(register.counted(Measure.POINTS_UNDATED)):
        yield NOT_DATED.format(count=undated)
    if nowhere := sum(one.key in WORDS for one in _shown(register)):
        yield NOT_PLACED.format(count=nowhere, units=register.units)


def inputs_of(register: Register) -> Iterable[tuple[object, ...]]:
    """What of the register the figures depend on."""
    for one in register.points:
        point = one.point
        yield (point.code, point.name, point.place, point.address, point.kind, point.tier, point.opened_on, point.closed_on,
               point.decision, point.listed_on, point.till)


def _counts(point: PointOfSale, measure: Measure, period: Period) -> bool:
    match measure:
        case Measure.POINTS_OPENED:
            return point.opened_on is not None and period.start <= point.opened_on <= period.end
        case Measure.POINTS_CLOSED:
            return point.closed_on is not None and period.start <= point.closed_on <= period.end
        case Measure.POINTS_UNDATED:
            return point.state_on(period.end) is PointState.UNDATED
    return point.state_on(period.end) is PointState.OPEN


def _shown(register: Register) -> Sequence[Placed]:
    of_interest = (Measure.POINTS_OPEN, Measure.POINTS_CLOSED, Measure.POINTS_UNDATED)
    return [one for one in register.points if any(_counts(one.point, measure, register.period) for measure in of_interest)]


def _row(number: int, one: Placed, register: Register) -> list[Value]:
    point, unit = one.point, resolve_point(one.point).unit(register.geography)
    below = unit.commune.name or ", ".join(filter(None, (point.place.commune, point.place.district)))
    return [number, point.code, point.name, KINDS[point.kind], TIERS[point.tier], one.locality, below, point.address,
            point.decision, _iso(point.opened_on), _iso(point.closed_on), _state(point, register.period)]


def _state(point: PointOfSale, period: Period) -> str:
    if _counts(point, Measure.POINTS_CLOSED, period):
        return CLOSED
    if _counts(point, Measure.POINTS_OPENED, period):
        return OPENED
    return OPEN if _counts(point, Measure.POINTS_OPEN, period) else UNDATED


def _localities(geography: Geography, level: Level) -> Callable[[PointOfSale], tuple[str, str]]:
    """What tells the row of a point by place, and its name in the language in use."""

    def locality(point: PointOfSale) -> tuple[str, str]:
        row = row_of_point(point, geography, level)
        return row, translate(WORDS[row]) if row in WORDS else row

    return locality


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
