"""Points of sale in the official reports: as on the day, by locality of either geography, with nothing invented."""

from dataclasses import replace
from datetime import date

import pytest

from ocop_market.growth.address import parse
from ocop_market.growth.compare import Period
from ocop_market.market import new_market, open_market
from ocop_market.model.product import Place
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.collect import Asked
from ocop_market.reports.official.differences import causes, differences
from ocop_market.reports.official.figures import Kind
from ocop_market.reports.official.frozen import Format, freeze, make_again
from ocop_market.reports.official.letterhead import read_letterhead
from ocop_market.reports.official.points import points_behind
from ocop_market.reports.official.publish import HIDDEN, Ground, for_everybody
from ocop_market.store.points import save_points
from tests.unit.reports.official.conftest import ASKED, CHANNELS, NOW, POINTS, PRODUCTS, figures_of


def table(figures, key: str):
    return next(one for one in figures.tables if one.key == key)


def counted(figures) -> dict[str, tuple]:
    return {row[0]: row[1:] for row in table(figures, "diem_ban_dia_phuong").rows}


def test_points_are_counted_by_locality_as_on_the_last_day(figures):
    assert counted(figures) == {"Cao Bằng": (1, 2, 2, 0), "Lạng Sơn": (1, 0, 0, 1), "Tổng số": (2, 2, 2, 1)}


def test_the_list_has_those_open_closed_in_the_period_or_without_a_day_and_no_others(figures):
    rows = {row[1]: (row[2], row[3], row[5], row[9], row[10], row[11]) for row in table(figures, "danh_sach_diem_ban").rows}
    assert rows == {
        "DB-1": ("Siêu thị Kỳ Lừa", "Siêu thị", "Lạng Sơn", "2024-05-01", None, "Đang hoạt động"),
        "DB-2": ("Trạm dừng Đèo Giàng", "Trạm dừng nghỉ", "Cao Bằng", "2026-03-01", None, "Mở trong kỳ"),
        "DB-3": ("Chợ Xanh", "Chợ", "Cao Bằng", "2022-01-05", "2026-06-01", "Đóng trong kỳ"),
        "DB-4": ("Hội chợ xuân", "Hội chợ", "Cao Bằng", "2026-02-01", "2026-02-10", "Đóng trong kỳ"),
        "DB-5": ("Bưu điện tỉnh", "Bưu điện", "Lạng Sơn", None, None, "Chưa rõ ngày mở")}


def test_sentence_summary_and_doubts_tell_the_same_numbers(figures):
    sentences = next(section for section in figures.sections if section.key == "chu_the").sentences
    assert "Có 2 điểm giới thiệu và bán sản phẩm OCOP đang hoạt động; trong kỳ mở 2 điểm, đóng 2 điểm." in sentences
    assert ("Điểm giới thiệu và bán sản phẩm OCOP đang hoạt động", "điểm", 2) in table(figures, "tong_hop").rows
    assert "1 điểm bán chưa rõ ngày mở, không tính là đang hoạt động." in figures.doubts


def test_an_empty_register_is_a_sentence_and_no_zeros(tmp_path):
    new_market(tmp_path / "m")
    with open_market(tmp_path / "m", clock=lambda: NOW) as market:
        figures = figures_of(market)
    assert not {"diem_ban_dia_phuong", "danh_sach_diem_ban"} & {one.key for one in figures.tables}
    assert not any("đang hoạt động" in str(row[0]) for row in table(figures, "tong_hop").rows)
    told = next(section for section in figures.sections if section.key == "chu_the").sentences[-1]
    assert told == "Sổ điểm giới thiệu và bán sản phẩm OCOP chưa có dữ liệu nên báo cáo không nêu số điểm."


@pytest.mark.parametrize(("on", "measure", "codes"), [
    ("2026-11-20", "points-open", ["DB-1", "DB-2"]), ("2026-05-31", "points-open", ["DB-1", "DB-2", "DB-3"]),
    ("2026-06-01", "points-open", ["DB-1", "DB-2"]), ("2026-H1", "points-closed", ["DB-3", "DB-4"]),
    ("2026-11-20", "points-undated", ["DB-5"]), ("2026", "points-opened", ["DB-2", "DB-4", "DB-7"])])
def test_the_points_behind_a_figure_are_those_of_its_day(finished, on, measure, codes):
    with finished.store.reading() as connection:
        assert sorted(one.point.code for one in points_behind(connection, parse(f"{measure}/{on}")).points) == codes


def test_a_point_stands_in_the_units_asked_for(province):
    """Xã Phong Thủy of Quảng Bình is in Xã Lệ Thủy of Quảng Trị today; a commune that nobody knows stays in a row of its own."""
    made = [replace(POINTS[0], code="QB", place=Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Phong Thủy")),
            replace(POINTS[0], code="MAT", place=Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Không Có"))]
    with province.store.writing() as connection:
        save_points(connection, made, NOW, origin="x")
    old = figures_of(province, Asked(Kind.YEAR, ASKED.period, geography=Geography.OLD, level=Level.DISTRICT))
    present = figures_of(province, Asked(Kind.YEAR, ASKED.period, level=Level.COMMUNE))
    assert counted(old)["Huyện Lệ Thủy, Quảng Bình"] == (2, 0, 0, 0)
    assert counted(present)["Xã Lệ Thủy, Quảng Trị"] == (1, 0, 0, 0)
    assert sum(row[0] for row in counted(present).values()) == 2 * counted(present)["Tổng số"][0] == 8, "every point has a row"
    assert any(doubt.startswith("6 điểm bán chưa xác định được địa phương") for doubt in present.doubts)


def test_a_point_closed_later_changes_the_report_and_is_named_as_the_cause(province):
    before = figures_of(province)
    province.close_point("DB-1", date(2026, 10, 1))
    after = figures_of(province)
    changed = {(one.row, one.column): (one.before, one.after) for one in differences(before, after)}
    assert changed["Lạng Sơn", "Đang hoạt động"] == ("1", "0")
    assert before.scope.inputs != after.scope.inputs
    with province.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO report_mark (made_at, basis, first_day, last_day, before_first_day, before_last_day) "
                                   "VALUES (0, 'net', '2026-01-01', '2026-11-20', '2025-01-01', '2025-11-20')")
    with province.store.reading() as connection:
        assert causes(connection, before, after, NOW).points["closed_on"] == 1


@pytest.mark.long
def test_all_four_clothes_show_the_points_and_are_made_again_byte_for_byte(province, tmp_path):
    frozen, paths = freeze(province.folder, figures_of(province), read_letterhead(province.folder), list(Format), tmp_path / "out", NOW)
    page = next(path for path in paths if path.suffix == ".html").read_text(encoding="utf-8")
    assert "Trạm dừng Đèo Giàng" in page and 'explain &quot;points-open/by=province/Cao Bằng/2026-11-20&quot;' in page
    again = make_again(province.folder, frozen, tmp_path / "again")
    assert {path.name: path.read_bytes() for path in again} == {path.name: path.read_bytes() for path in paths[:-1]}


def test_sales_of_a_linked_till_stand_under_the_name_of_the_point(province):
    figures = figures_of(province)
    assert [row[0] for row in table(figures, "diem_ban").rows] == ["Chợ"]
    with province.store.writing() as connection:
        save_points(connection, [replace(POINTS[2], account="quay", location="Chợ")], NOW, origin="x")
    assert [row[0] for row in table(figures_of(province), "diem_ban").rows] == ["Chợ Xanh"]


def test_what_is_left_out_of_a_report_for_everybody_stays_left_out_under_the_name_of_a_point(province):
    ground = Ground(PRODUCTS, CHANNELS, ASKED.period, ASKED.basis)

    def published() -> list[tuple]:
        figures = figures_of(province)
        with province.store.reading() as connection:
            return list(table(for_everybody(connection, figures, ground), "diem_ban").rows)

    assert published() == [("Chợ", "Quầy (quay)", 1, HIDDEN, HIDDEN, HIDDEN, HIDDEN)]
    with province.store.writing() as connection:
        save_points(connection, [replace(POINTS[2], account="quay", location="Chợ")], NOW, origin="x")
    assert published() == [("Chợ Xanh", "Quầy (quay)", 1, HIDDEN, HIDDEN, HIDDEN, HIDDEN)]


def test_a_period_is_that_of_the_report(province):
    half = figures_of(province, Asked(Kind.HALF_YEAR, Period(date(2026, 1, 1), date(2026, 5, 25))))
    assert counted(half) == {"Cao Bằng": (2, 2, 1, 0), "Lạng Sơn": (1, 0, 0, 1), "Tổng số": (3, 2, 1, 1)}
