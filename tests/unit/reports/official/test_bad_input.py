"""What a report does with too little, or with what contradicts itself: it leaves figures out and never invents them."""

from datetime import date
from decimal import Decimal

import pytest

from ocop_market.growth.target_standing import Course, stand
from ocop_market.growth.targets import Measure, Target
from ocop_market.model.product import Certificate, Place, Product
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.collect import Asked, Known, collect
from ocop_market.reports.official.figures import Kind, OfficialFigures
from tests.unit.reports.official.conftest import AS_OF, ASKED


def report_of(market, product: Product, asked: Asked = ASKED) -> OfficialFigures:
    with market.store.reading() as connection:
        return collect(connection, Known("Sở thử", {product.sku: product}, {}, [], False), asked)


def rows(figures: OfficialFigures, key: str) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[1:] for row in next(table for table in figures.tables if table.key == key).rows}


def test_a_product_with_two_certificates_of_one_day_counts_once_with_the_higher_stars(finished):
    twice = Product("MOI", "Trà", "HTX Một", place=Place("Lạng Sơn"), certificates=(
        Certificate(4, "2/QĐ", date(2026, 3, 1)), Certificate(3, "1/QĐ", date(2026, 3, 1))))
    figures = report_of(finished, twice, Asked(Kind.YEAR, ASKED.period, level=Level.PROVINCE))
    assert rows(figures, "con_hieu_luc") == {"Lạng Sơn": (0, 1, 0, 0, 1), "Tổng số": (0, 1, 0, 0, 1)}
    assert rows(figures, "luy_ke")["Tổng số"] == (0, 1, 0, 1)
    assert rows(figures, "doanh_thu_sao")["4 sao"][0] == 700_000


def test_a_commune_that_is_no_more_is_told_apart_and_keeps_its_sales_in_the_total(finished):
    gone = Product("MOI", "Trà", "HTX Một", place=Place("Lạng Sơn", "Huyện Không Có", "Xã Không Còn"), certificates=(
        Certificate(4, "2/QĐ", date(2026, 3, 1)),))
    figures = report_of(finished, gone, Asked(Kind.YEAR, ASKED.period, geography=Geography.PRESENT, level=Level.COMMUNE))
    table = rows(figures, "con_hieu_luc")
    assert "Xã Không Còn" not in " ".join(map(str, table))
    assert table["Tổng số"][-1] == 1
    assert any("chưa xác định được địa phương" in doubt for doubt in figures.doubts)


def test_one_product_without_sales_has_counts_and_no_growth(finished):
    alone = Product("KHONGBAN", "Trà", "HTX Một", place=Place("Lạng Sơn"), certificates=(Certificate(3, "1/QĐ", date(2026, 3, 1)),))
    figures = report_of(finished, alone, Asked(Kind.HALF_YEAR, type(ASKED.period)(date(2020, 1, 1), date(2020, 5, 20))))
    assert rows(figures, "tong_hop")["Tăng trưởng doanh thu"] == ("% tăng", None)
    assert rows(figures, "con_hieu_luc") == {"Tổng số": (0, 0, 0, 0, 0)}


@pytest.mark.parametrize("ends", [date(2026, 12, 31), date(2026, 6, 30)])
def test_a_target_of_growth_without_a_base_year_gets_no_verdict(finished, ends):
    target = Target(name="Doanh thu", measure=Measure.REVENUE_GROWTH, at_least=Decimal(5), begins=date(2021, 1, 1), ends=ends, source="x")
    with finished.store.reading() as connection:
        found, = stand(connection, finished.products(), [target], AS_OF, AS_OF)
    assert (found.course, found.reached) == (Course.NOT_KNOWN, None)
    assert found.arithmetic[0].code == "target-no-base"
