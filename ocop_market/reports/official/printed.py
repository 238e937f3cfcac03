"""The report as texts in named places: what the templates of an office can use, the same for every clothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ocop_market.model.lunar import tet_months
from ocop_market.places.units import Level
from ocop_market.reports.charts import bars, below, columns, shares, waterfall
from ocop_market.reports.numbers import day, short
from ocop_market.reports.official.addresses import addressed
from ocop_market.reports.official.figures import NUMBERS, Cell, OfficialFigures, Table, Value, shown, stem
from ocop_market.reports.official.layout import COLUMNS
from ocop_market.reports.official.letterhead import Letterhead
from ocop_market.reports.tile_map import tile_map, tiles

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
NONE = "Không có"
MOST_BARS, LEAST_OF_MAP = 15, 3
_PARTS = {"part=same": "Cùng sản phẩm", "part=entry": "Sản phẩm mới", "part=exit": "Sản phẩm ra khỏi", "part=outside": "Ngoài diện"}
"""Names that fit beside a picture."""
HOW = ("Mỗi số liệu dưới đây có một địa chỉ. Gõ lệnh ghi bên cạnh trong thư mục làm việc để xem các dòng đơn hàng hoặc sản phẩm làm nên số "
       "đó; thêm --report {name} để so với số đã in, thêm --out TEP.xlsx để ghi ra tệp.")


def places(figures: OfficialFigures, letterhead: Letterhead) -> dict[str, Any]:
    """All named places with their texts. Tables that this report does not have are empty, with `co` false."""
    scope = figures.scope
    numbered = {table.key: (number, table) for number, table in enumerate(figures.tables, start=1)}
    found = list(addressed(figures))
    numbers = {(one.table.key, one.row, one.table.columns[one.column].key): one.number for one in found}
    return {
        **letterhead.model_dump(mode="json"),
        "quoc_hieu": MOTTO[0], "tieu_ngu": MOTTO[1], "nam": str(scope.as_of.year), "ten_bao_cao": figures.title,
        "trich_yeu": figures.subtitle, "tu_ngay": day(scope.start), "den_ngay": day(scope.as_of), "ten_so_lieu": scope.market,
        "luu_y": list(figures.doubts), "ma_so_lieu": figures.digest[:16], "dieu_kien": conditions(figures),
        "phan": {section.key: {"tieu_de": section.heading, "cau": list(section.sentences), "bang": [table.key for table in section.tables],
                               "phu_luc": section.annex} for section in figures.sections},
        "bang": {key: _table(*numbered[key], figures, numbers) if key in numbered else _absent() for key in COLUMNS},
        "giai_thich": [{"so": one.number, "bieu": one.table_number, "dong": one.row_name, "cot": one.heading, "gia_tri": one.printed,
                        "dia_chi": str(one.address), "lenh": one.command} for one in found],
        "cach_giai_thich": HOW.format(name=f"{stem(figures)}.json"),
    }


def conditions(figures: OfficialFigures) -> list[str]:
    """What the figures depend on, so that they can be made again."""
    scope = figures.scope
    return [f"Số liệu: {scope.market}, từ {day(scope.start)} đến hết {day(scope.as_of)}, giờ Việt Nam ({scope.time_zone}).",
            f"Doanh thu: {scope.basis_text}.", f"Địa giới: {scope.geography_text}.",
            f"Quy định: {scope.rules}. Chương trình: ocop-market {scope.program}.",
            f"Mã băm đầu vào: {scope.inputs}.", f"Mã băm số liệu: {figures.digest}."]


def drawn(table: Table, figures: OfficialFigures) -> list[str]:
    """The table's pictures as SVG, each small enough for a page; none for tables without two columns of revenue."""
    if table.chart is None or len(table.chart.values) != 2:
        return []
    rows = [row for row in (table.rows[:-1] if table.has_total else table.rows)
            if not any(isinstance(row[position], str) for position in table.chart.values)]
    now, before = (table.columns[position].heading for position in table.chart.values)
    first, second = table.chart.values
    if table.key == "theo_thang":
        points = [(_month(row[0]), _whole(row[first]), _whole(row[second])) for row in rows]
        feasts = tet_months(figures.scope.start, figures.scope.as_of)
        return [columns(points, title=table.chart.title, now=now, before=before, marks=feasts)]
    listed = [(str(row[0]), _whole(row[first]), _whole(row[second]), _rate(row[second + 2])) for row in rows]
    if not listed:
        return []
    if table.key == "thanh_phan":
        names = [_PARTS.get(of.within, "") if of else "" for of in table.of_rows[:len(rows)]] or [""] * len(rows)
        steps = [(short_name or name, a - b) for short_name, (name, a, b, _) in zip(names, listed, strict=True)]
        ends = (before, sum(b for _, _, b, _ in listed)), (now, sum(a for _, a, _, _ in listed))
        return [waterfall(ends[0], steps, ends[1], title=table.chart.title)]
    rows_drawn = bars(listed[:MOST_BARS], title=table.chart.title, now=now, before=before)
    if table.key == "kenh":
        return [shares([(name, a) for name, a, _, _ in listed], title="Tỷ trọng theo kênh bán", others="Các kênh khác"), rows_drawn]
    if table.key == "doanh_thu_dia_phuong" and figures.scope.level == Level.PROVINCE.value:
        return [picture for picture in (rows_drawn, _map(listed, figures)) if picture]
    return [rows_drawn]


def _map(listed: Sequence[tuple[str, int, int, float | None]], figures: OfficialFigures) -> str:
    """Growth by province on the map; empty where fewer than three provinces can be told."""
    geography = figures.scope.geography
    growth = {name: (rate, shown(rate, Cell.GROWTH) if rate is not None else short(a)) for name, a, _, rate in listed
              if name in tiles(geography)}
    title = f"Tăng trưởng doanh thu theo tỉnh ({figures.scope.geography_text})"
    return tile_map(growth, geography, title=title, less="Giảm", more="Tăng, %") if len(growth) >= LEAST_OF_MAP else ""


def _table(number: int, table: Table, figures: OfficialFigures, numbers: Mapping[tuple[str, int, str], int]) -> dict[str, Any]:
    names = [column.key for column in table.columns]
    rows = [dict(zip(names, table.shown(row), strict=True)) for row in table.rows]
    pictures = drawn(table, figures)
    return {"co": True, "tieu_de": f"Biểu {number}. {table.title}", "ghi_chu": list(table.notes), "dong_tong": table.has_total,
            "cot": [{"ten": column.heading, "khoa": column.key, "la_so": column.cell in NUMBERS, "rong": column.width}
                    for column in table.columns],
            "dong": rows or [{**dict.fromkeys(names, ""), _first_text(table): NONE}], "bieu_do": below(*pictures), "hinh": pictures,
            "giai_thich": [{name: numbers[table.key, row, name] for name in names if (table.key, row, name) in numbers}
                           for row in range(len(table.rows) or 1)]}


def _first_text(table: Table) -> str:
    """The column in which an empty table says so."""
    return next(column.key for column in table.columns if column.cell not in NUMBERS)


def _absent() -> dict[str, Any]:
    return {"co": False, "tieu_de": "", "ghi_chu": [], "dong_tong": False, "cot": [], "dong": [], "bieu_do": "", "hinh": [],
            "giai_thich": []}


def _month(shown: Value) -> str:
    """`05/2026` as `2026-05`."""
    number, _, year = str(shown).partition("/")
    return f"{year}-{number}"


def _whole(value: Value) -> int:
    return int(value or 0)


def _rate(value: Value) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)
