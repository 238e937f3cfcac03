"""A map of provinces without borders: a tile for each, about where it lies; as SVG, in either geography.

Tiles are equally large, so that no province is a bigger figure for having more land. The grids are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ocop_market.places.units import Geography
from ocop_market.reports.charts import INK, opened, texture

_GRIDS = {
    Geography.OLD: """
|||Hà Giang|Cao Bằng
Lai Châu|Lào Cai|Yên Bái|Tuyên Quang|Bắc Kạn|Lạng Sơn
Điện Biên|Sơn La|Phú Thọ|Vĩnh Phúc|Thái Nguyên|Bắc Giang|Quảng Ninh
||Hòa Bình|Hà Nội|Bắc Ninh|Hải Dương|Hải Phòng
|||Hà Nam|Hưng Yên|Thái Bình
||Thanh Hóa|Ninh Bình|Nam Định
||Nghệ An
|||Hà Tĩnh
|||Quảng Bình
||||Quảng Trị
||||Huế|Đà Nẵng
|||||Quảng Nam
||||Kon Tum|Quảng Ngãi
||||Gia Lai|Bình Định
||||Đắk Lắk|Phú Yên
|||Đắk Nông|Lâm Đồng|Khánh Hòa
|Tây Ninh|Bình Phước|Đồng Nai|Bình Thuận|Ninh Thuận
|Long An|Bình Dương|Hồ Chí Minh|Bà Rịa - Vũng Tàu
An Giang|Đồng Tháp|Tiền Giang|Bến Tre
Kiên Giang|Cần Thơ|Vĩnh Long|Trà Vinh
|Hậu Giang|Sóc Trăng
Cà Mau|Bạc Liêu
""",
    Geography.PRESENT: """
Lai Châu|Lào Cai|Tuyên Quang|Cao Bằng
Điện Biên|Sơn La|Phú Thọ|Thái Nguyên|Lạng Sơn
||Hà Nội|Bắc Ninh|Quảng Ninh
||Ninh Bình|Hưng Yên|Hải Phòng
||Thanh Hóa
||Nghệ An
|||Hà Tĩnh
|||Quảng Trị
|||Huế|Đà Nẵng
||||Quảng Ngãi
||||Gia Lai
||||Đắk Lắk
|||Lâm Đồng|Khánh Hòa
|Tây Ninh|Đồng Nai
|Đồng Tháp|Hồ Chí Minh
An Giang|Cần Thơ|Vĩnh Long
Cà Mau
"""}
CLASSES = ((-10.0, "#E69F00", ""), (0.0, "#F6D9A3", ""), (10.0, "#D6E8F4", ""), (25.0, "#8CC1E3", ""), (float("inf"), "#0072B2", "#ffffff"))
"""Upper bound of growth in per cent, fill, and colour of letters where ink cannot be read on it; lighter to darker in print as well."""
_SIZE = {Geography.OLD: (66, 34), Geography.PRESENT: (90, 40)}


def tiles(geography: Geography) -> dict[str, tuple[int, int]]:
    """Column and row of each province, by name."""
    return {name: (column, row) for row, line in enumerate(_GRIDS[geography].strip("\n").split("\n"))
            for column, name in enumerate(line.split("|")) if name}


def tile_map(growth: Mapping[str, tuple[float | None, str]], geography: Geography, *, title: str, less: str, more: str) -> str:
    """The provinces with a text each (what they grew by), shaded by growth in per cent; empty tiles have nothing to tell.

    A province without growth, sold in one period only, is hatched; one that fell has a broken border. `less` and `more` stand
    beside the scale.
    """
    places = tiles(geography)
    width, height = _SIZE[geography]
    top, columns = 34, 1 + max(column for column, _ in places.values())
    rows = 1 + max(row for _, row in places.values())
    parts = [opened(columns * width + 4, top + height * rows + 4, title), *texture("tile-hatch", "#d0d0d0"), *_scale(less, more)]
    for name, (column, row) in places.items():
        x, y = 2 + column * width, top + row * height
        fill, ink, falls = "#ffffff", "#767676", ""
        if name in growth:
            rate = growth[name][0]
            falls = f' stroke-dasharray="3 2" stroke-width="1.6" style="stroke:{INK}"' if rate is not None and rate < 0 else ""
            fill, ink = ("url(#tile-hatch)", INK) if rate is None else next((f, i or INK) for bound, f, i in CLASSES if rate < bound)
        small = 9 if len(name) > 11 else 11
        parts.append(f'<rect x="{x + 1}" y="{y + 1}" width="{width - 2}" height="{height - 2}" rx="3" fill="{fill}" stroke="#888"{falls}/>'
                     f'<text x="{x + width / 2:.0f}" y="{y + height / 2 - 2:.0f}" text-anchor="middle" font-size="{small}" fill="{ink}">'
                     f"{escape(name)}</text>")
        if name in growth:
            parts.append(f'<text x="{x + width / 2:.0f}" y="{y + height / 2 + 11:.0f}" text-anchor="middle" font-size="11" '
                         f'font-weight="bold" fill="{ink}">{escape(growth[name][1])}</text>')
    return "".join(parts) + "</svg>"


def _scale(less: str, more: str) -> list[str]:
    """The classes from the least growth to the most, with their bounds."""
    parts = [f'<text x="2" y="16" font-size="11">{escape(less)}</text>']
    x = 12 + 7 * len(less)
    for bound, fill, _ in CLASSES:
        parts.append(f'<rect x="{x}" y="6" width="34" height="12" fill="{fill}" stroke="#888"/>')
        if bound != float("inf"):
            parts.append(f'<text x="{x + 34}" y="29" text-anchor="middle" font-size="10">{bound:.0f}</text>'.replace(">-", ">−"))
        x += 34
    return [*parts, f'<text x="{x + 8}" y="16" font-size="11">{escape(more)}</text>']
