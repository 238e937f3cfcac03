"""Pictures of growth: whole SVG without anything from outside, every part named, every province once and in its geography."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from ocop_market.growth.compare import By, Period, months_by_row
from ocop_market.growth.periods import Against, pair
from ocop_market.places.provinces import old_provinces, present_provinces
from ocop_market.places.units import Geography
from ocop_market.reports.charts import below, multiples, shares, waterfall
from ocop_market.reports.pictures import pictures
from ocop_market.reports.tile_map import tile_map, tiles
from tests.unit.reports.official.conftest import PRODUCTS

YEAR = pair(Period(date(2026, 1, 1), date(2026, 11, 20)), Against.YEAR_BEFORE, date(2026, 11, 21))


def texts(picture: str) -> list[str]:
    """All words that are drawn; the picture must be well-formed and need nothing else."""
    assert not re.search(r"href|<script|<image|@import|url\((?!#)", picture)
    return [element.text or "" for element in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314


@pytest.mark.parametrize(("geography", "known"), [(Geography.OLD, old_provinces), (Geography.PRESENT, present_provinces)])
def test_every_province_of_a_geography_has_one_tile_of_its_own(geography, known):
    placed = tiles(geography)
    assert placed.keys() == {province.name for province in known().values()}
    assert len(set(placed.values())) == len(placed) == {Geography.OLD: 63, Geography.PRESENT: 34}[geography]


def test_the_map_tells_growth_in_words_and_marks_what_fell_and_what_has_none():
    drawn = tile_map({"Cao Bằng": (-3.0, "−3,0 %"), "Lạng Sơn": (None, "5 tr"), "Bắc Ninh": (40.0, "+40,0 %")}, Geography.PRESENT,
                     title="Tăng trưởng", less="Giảm", more="Tăng, %")
    assert {"−3,0 %", "5 tr", "+40,0 %", "Cà Mau"} <= set(texts(drawn))
    assert drawn.count("stroke-dasharray") == 1
    assert drawn.count('fill="url(#tile-hatch)"') == 1


def test_shares_add_up_to_the_whole_and_what_is_small_is_taken_together():
    drawn = shares([(f"Kênh {n}", 100 * n) for n in range(9)] + [("trả lại", -5)], title="Tỷ trọng", others="Khác")
    listed = [float(rate.replace(",", ".")) for rate in re.findall(r'x="458" y="\d+" text-anchor="end">([\d,]+)', drawn)]
    assert sum(listed) == pytest.approx(100, abs=0.3)
    assert "Khác" in texts(drawn)
    assert "trả lại" not in texts(drawn)


def test_small_multiples_share_one_scale():
    drawn = multiples([("A", [100, 50], [0, 0]), ("B", [10, 0], [5, 5])], ["01/2026", "02/2026"], title="x", now="nay", before="trước")
    heights = [float(height) for height in re.findall(r'height="([\d.]+)" fill="#0072B2"/>', drawn)[1:]]
    assert heights[0] == pytest.approx(2 * heights[1]) == pytest.approx(10 * heights[2])
    assert {"A", "B", "01/2026", "02/2026"} <= set(texts(drawn))


def test_pictures_below_one_another_keep_their_own_size():
    one, other = waterfall(("a", 1), [], ("b", 1), title="x"), shares([("a", 1)], title="y", others="z")
    both = ElementTree.fromstring(below(one, "", other))  # noqa: S314
    inner = [child for child in both if child.tag.endswith("svg")]
    height = sum(float(child.get("height")) for child in inner)
    assert (len(inner), float(both.get("viewBox").split()[3])) == (2, height + 12)
    assert below("", one) == one


def test_every_picture_of_a_market_is_drawn(finished):
    found = pictures(finished.drawn(YEAR))
    assert found.keys() == {"channel.svg", "star.svg", "group.svg", "province.svg", "months.svg", "parts.svg", "producers.svg"}
    words = {name: texts(picture) for name, picture in found.items()}
    assert {"san", "quay"} <= set(words["channel.svg"])
    assert {"Tết"} <= set(words["months.svg"])
    assert {"Công ty TNHH Hai", "HTX Một"} <= set(words["producers.svg"])
    assert "+30,0\u00a0%" in words["province.svg"]


def test_months_by_producer_come_to_the_months_of_all(finished):
    with finished.store.reading() as connection:
        found = months_by_row(connection, PRODUCTS, YEAR.now, By.PRODUCER)
    assert found == {"HTX Một": {"2026-06": 700_000}, "HTX Ba": {"2026-02": 300_000}, "Công ty TNHH Hai": {
        "2026-07": 900_000, "2026-08": 100_000}}
