"""Every figure of a report leads to what it was made from: order lines that come to it, products that are as many."""

from datetime import date

import pytest

from ocop_market.errors import SettingsError
from ocop_market.growth.address import OF_POINTS, Measure, Slice, parse
from ocop_market.growth.basis import Basis
from ocop_market.growth.behind_target import behind_target
from ocop_market.growth.compare import Period
from ocop_market.growth.explain import explain, lines
from ocop_market.growth.targets import Target
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.addresses import addressed
from ocop_market.reports.official.behind import behind, outlets_behind
from ocop_market.reports.official.collect import Asked
from ocop_market.reports.official.figures import Kind, OfficialFigures, RowOf, canonical
from ocop_market.reports.official.growth_told import growth_parts, target_lines
from ocop_market.reports.official.points import points_behind
from tests.databases import ON_BOTH
from tests.unit.reports.official.conftest import ASKED, CHANNELS, PRODUCTS, figures_of

YEAR = ASKED.period
NO_FIGURES = {"san_pham_bien_dong", "den_han", "danh_muc", "danh_sach_diem_ban"}
"""Tables whose rows are what is counted: products with their certificates and days, points of sale."""
WANTED = ("muc_tieu", "can_dat")
"""What a plan asks for is no figure of the market; the paper stands beside it."""
TARGETS = tuple(Target(name=name, measure=measure, at_least=1, begins=begins, ends=date(2026, 12, 31), source="85/KH", **more)
                for name, measure, begins, more in (
    ("Từ 3 sao/xã", "products", date(2026, 1, 1), {"stars_from": 3}), ("Từ 3 sao/xã", "products-ever", date(2026, 1, 1), {}),
    ("Mới", "new-products", date(2026, 1, 1), {}), ("Nâng", "upgraded-products", date(2026, 1, 1), {}),
    ("Phần 4 sao", "product-share", date(2026, 1, 1), {"stars": 4}), ("Chủ thể", "subjects", date(2026, 1, 1), {}),
    ("HTX", "subject-share", date(2026, 1, 1), {"kind": "cooperative"}), ("Chủ thể mới", "new-subjects", date(2026, 1, 1), {}),
    ("Tăng", "revenue-growth", date(2026, 1, 1), {}), ("Tay", "by-hand", date(2026, 1, 1), {"counted": 7, "counted_on": date(2026, 6, 1)})))


def reported(market, asked: Asked) -> OfficialFigures:
    with market.store.reading() as connection:
        parts = growth_parts(connection, market.products(), asked.period, asked.basis)
        targets = target_lines(connection, market.products(), TARGETS, asked.period.end, asked.basis)
    return figures_of(market, asked, parts=parts, targets=targets)


def check_target(connection, products, address, value) -> None:
    """What is reached follows from the products or from the lines."""
    found = behind_target(connection, products, TARGETS, address, "targets.toml")
    assert round(float(found.standing.reached), 1) == value
    assert found.standing.arithmetic
    measure = found.standing.target.measure.value
    if found.sales:
        now, before = found.sales.sides
        assert found.sales.agrees
        assert round(100 * (now.found.amount / before.found.amount - 1), 1) == value
    elif measure in ("products", "products-ever", "new-products", "upgraded-products"):
        assert len(found.products) == value
    elif measure in ("subjects", "new-subjects"):
        assert len({product.producer for product, _ in found.products}) == value
    elif measure != "by-hand":
        assert found.products


@pytest.mark.parametrize("asked", [
    ASKED, Asked(Kind.YEAR, YEAR, Basis.GROSS, Geography.OLD), Asked(Kind.YEAR, YEAR, Basis.DELIVERED, level=Level.COMMUNE),
    Asked(Kind.HALF_YEAR, Period(date(2026, 1, 15), date(2026, 8, 14)), Basis.PAID, Geography.OLD, Level.DISTRICT)])
def test_what_stands_behind_every_figure_comes_to_it(finished, asked):
    figures = reported(finished, asked)
    found = list(addressed(figures))
    products = finished.products()
    with finished.store.reading() as connection:
        for figure in found:
            value = figure.table.rows[figure.row][figure.column]
            address = parse(str(figure.address))
            assert address == figure.address
            if address.measure is Measure.TARGET:
                check_target(connection, products, address, value)
                continue
            if address.measure is Measure.OUTLETS:
                points = outlets_behind(connection, products, CHANNELS, address)
                assert len(points) == value
                assert [(explain(connection, products, one.address).value, one.address.slice) for one in points] == [
                    (one.now, Slice.BY) for one in points]
                continue
            if address.measure in OF_POINTS:
                assert points_behind(connection, address).value == value, str(address)
                continue
            if not address.of_sales:
                counted = behind(connection, products, address)
                assert round(counted.value, 1) == value, str(address)
                assert len(counted.products) == value or address.measure.value.startswith("subject"), str(address)
                continue
            told = explain(connection, products, address)
            assert told.agrees
            assert sum(line.amount for line in lines(connection, products, told)) == told.lines_amount
            assert (told.value if isinstance(told.value, int) else round(told.value, 1)) == value, str(address)
            if address.measure in (Measure.REVENUE, Measure.BEFORE, Measure.CHANGE):
                assert told.lines_amount == value
    numbers = {(table.key, row, position) for table in figures.tables if table.key not in NO_FIGURES
               for row, cells in enumerate(table.rows) for position, cell in enumerate(cells) if isinstance(cell, int | float)
               and (table.key, table.columns[position].key) != WANTED}
    assert numbers <= {(one.table.key, one.row, one.column) for one in found}
    assert [one.number for one in found] == list(range(1, len(found) + 1))


def test_the_address_of_a_figure_can_be_read_by_a_person(finished):
    told = {(one.table.key, one.row_name, one.heading): str(one.address) for one in addressed(reported(finished, ASKED))}
    assert told["doanh_thu_dia_phuong", "Cao Bằng", "Kỳ này"] == "revenue/by=province/Cao Bằng/2026-01-01..2026-11-20"
    assert told["diem_ban", "Chợ · Quầy (quay)", "Tăng/giảm"] == "growth/by=location/quay / Chợ/2026-01-01..2026-11-20"
    assert told["theo_thang", "11/2026", "Cùng kỳ năm trước"] == "before/2026-11-01..2026-11-20"
    assert told["con_hieu_luc", "Lạng Sơn", "4 sao"] == "in-force/stars=4/by=province/Lạng Sơn/2026-11-20"
    assert told["tong_hop", "Tỷ trọng thương mại điện tử trong doanh thu", "Giá trị"] == "share/accounts=san/2026-01-01..2026-11-20"


def test_a_report_frozen_before_figures_had_addresses_keeps_its_hash(figures):
    tables = [table.model_copy(update={"of_rows": ()}) for table in figures.tables]
    assert '"of_rows"' not in "".join(canonical(table) for table in tables)
    assert '"of_rows"' in canonical(tables[0].model_copy(update={"of_rows": (RowOf(measure="ever"),)}))


def test_products_behind_a_count_are_told_with_their_certificate(finished):
    with finished.store.reading() as connection:
        first = behind(connection, PRODUCTS, parse("first/2026-01-01..2026-11-20")).products
        subjects = behind(connection, PRODUCTS, parse("subjects/kind=cooperative/2026-11-20"))
    assert [(one.sku, one.certificate.decision, one.on, one.locality) for one in first] == [("MOI", "1/QĐ", date(2026, 3, 1), "Lạng Sơn")]
    assert (subjects.value, {one.producer for one in subjects.products}) == (2, {"HTX Một", "HTX Ba"})


def test_a_target_that_is_not_in_the_file_is_refused_with_the_names_that_are(finished):
    with finished.store.reading() as connection, pytest.raises(SettingsError) as refused:
        behind_target(connection, PRODUCTS, TARGETS, parse("target/target=Không có/2026-11-20"), "targets.toml")
    assert (refused.value.code, "Từ 3 sao/xã" in refused.value.sentence()) == ("no-target", True)


@ON_BOTH
def test_every_table_and_what_stands_behind_it_is_the_same_on_every_database(province, figures):
    found = figures_of(province)
    assert [table.rows for table in found.tables] == [table.rows for table in figures.tables]
    products = province.products()
    with province.store.reading() as connection:
        for figure in addressed(found):
            if figure.address.of_sales:
                told = explain(connection, products, figure.address)
                assert told.agrees
                assert sum(line.amount for line in lines(connection, products, told)) == told.lines_amount
            elif figure.address.measure not in {Measure.TARGET, Measure.OUTLETS, *OF_POINTS}:
                assert round(behind(connection, products, figure.address).value, 1) == figure.table.rows[figure.row][figure.column]
