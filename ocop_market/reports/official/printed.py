"""The report as texts in named places: what the templates of an office can use, the same for every clothing."""

from __future__ import annotations

from typing import Any

from ocop_market.model.lunar import tet_months
from ocop_market.reports.charts import bars, columns
from ocop_market.reports.numbers import day
from ocop_market.reports.official.figures import NUMBERS, OfficialFigures, Table, Value
from ocop_market.reports.official.layout import COLUMNS
from ocop_market.reports.official.letterhead import Letterhead

MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
NONE = "Không có"
MOST_BARS = 15


def places(figures: OfficialFigures, letterhead: Letterhead) -> dict[str, Any]:
    """All named places with their texts. Tables that this report does not have are empty, with `co` false."""
    scope = figures.scope
    numbered = {table.key: (number, table) for number, table in enumerate(figures.tables, start=1)}
    return {
        **letterhead.model_dump(mode="json"),
        "quoc_hieu": MOTTO[0], "tieu_ngu": MOTTO[1], "nam": str(scope.as_of.year), "ten_bao_cao": figures.title,
        "trich_yeu": figures.subtitle, "tu_ngay": day(scope.start), "den_ngay": day(scope.as_of), "ten_so_lieu": scope.market,
        "luu_y": list(figures.doubts), "ma_so_lieu": figures.digest[:16], "dieu_kien": conditions(figures),
        "phan": {section.key: {"tieu_de": section.heading, "cau": list(section.sentences), "bang": [table.key for table in section.tables],
                               "phu_luc": section.annex} for section in figures.sections},
        "bang": {key: _table(*numbered[key], figures) if key in numbered else _absent() for key in COLUMNS},
    }


def conditions(figures: OfficialFigures) -> list[str]:
    """What the figures depend on, so that they can be made again."""
    scope = figures.scope
    return [f"Số liệu: {scope.market}, từ {day(scope.start)} đến hết {day(scope.as_of)}, giờ Việt Nam ({scope.time_zone}).",
            f"Doanh thu: {scope.basis_text}.", f"Địa giới: {scope.geography_text}.",
            f"Quy định: {scope.rules}. Chương trình: ocop-market {scope.program}.",
            f"Mã băm đầu vào: {scope.inputs}.", f"Mã băm số liệu: {figures.digest}."]


def chart(table: Table, figures: OfficialFigures) -> str:
    """The table's chart as SVG; empty for tables without two columns of revenue."""
    if table.chart is None or len(table.chart.values) != 2:
        return ""
    rows = table.rows[:-1] if table.has_total else table.rows
    now, before = (table.columns[position].heading for position in table.chart.values)
    first, second = table.chart.values
    if table.key == "theo_thang":
        points = [(_month(row[0]), _whole(row[first]), _whole(row[second])) for row in rows]
        return columns(points, title=table.chart.title, now=now, before=before, marks=tet_months(figures.scope.start, figures.scope.as_of))
    listed = [(str(row[0]), _whole(row[first]), _whole(row[second]), _rate(row[second + 2])) for row in rows[:MOST_BARS]]
    return bars(listed, title=table.chart.title, now=now, before=before) if listed else ""


def _table(number: int, table: Table, figures: OfficialFigures) -> dict[str, Any]:
    names = [column.key for column in table.columns]
    rows = [dict(zip(names, table.shown(row), strict=True)) for row in table.rows]
    return {"co": True, "tieu_de": f"Biểu {number}. {table.title}", "ghi_chu": list(table.notes), "dong_tong": table.has_total,
            "cot": [{"ten": column.heading, "khoa": column.key, "la_so": column.cell in NUMBERS, "rong": column.width}
                    for column in table.columns],
            "dong": rows or [{**dict.fromkeys(names, ""), _first_text(table): NONE}], "bieu_do": chart(table, figures)}


def _first_text(table: Table) -> str:
    """The column in which an empty table says so."""
    return next(column.key for column in table.columns if column.cell not in NUMBERS)


def _absent() -> dict[str, Any]:
    return {"co": False, "tieu_de": "", "ghi_chu": [], "dong_tong": False, "cot": [], "dong": [], "bieu_do": ""}


def _month(shown: Value) -> str:
    """`05/2026` as `2026-05`."""
    number, _, year = str(shown).partition("/")
    return f"{year}-{number}"


def _whole(value: Value) -> int:
    return int(value or 0)


def _rate(value: Value) -> float | None:
    return None if value is None else float(value)
