"""The figures of an official report against what can be counted by hand."""

from datetime import date

import pytest

from ocop_market.errors import SettingsError
from ocop_market.growth.compare import Period
from ocop_market.language import use_language
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.collect import Asked
from ocop_market.reports.official.figures import Kind, filed_before, period_of
from ocop_market.reports.official.layout import COLUMNS
from tests.unit.reports.official.conftest import ASKED, figures_of

TODAY = date(2026, 11, 22)


def rows(figures, key):
    table = next(table for table in figures.tables if table.key == key)
    return {str(row[0]): row[1:] for row in table.rows}


def test_the_report_holds_every_table(figures):
    assert [table.key for table in figures.tables] == [
        "tong_hop", "con_hieu_luc", "luy_ke", "bien_dong", "san_pham_bien_dong", "den_han", "chu_the", "diem_ban_dia_phuong", "diem_ban",
        "kenh", "thanh_phan", "doanh_thu_sao", "doanh_thu_nhom", "doanh_thu_dia_phuong", "theo_thang", "muc_tieu", "danh_muc",
        "danh_sach_diem_ban"]
    assert {table.key for table in figures.tables} == COLUMNS.keys()


def test_products_in_force_and_ever_recognised_are_counted_by_star_and_locality(figures):
    assert rows(figures, "con_hieu_luc") == {"Cao Bằng": (0, 1, 1, 1, 2), "Lạng Sơn": (1, 1, 0, 0, 2), "Tổng số": (1, 2, 1, 1, 4)}
    assert rows(figures, "luy_ke") == {"Cao Bằng": (3, 1, 1, 5), "Lạng Sơn": (1, 1, 0, 2), "Tổng số": (4, 2, 1, 7)}


def test_what_changed_in_the_period_is_counted_by_kind(figures):
    assert rows(figures, "bien_dong") == {
        "Công nhận lần đầu": (1, 0, 0, 1), "Nâng hạng sao": (0, 1, 0, 1), "Đánh giá lại": (0, 1, 0, 1), "Thu hồi": (1, 0, 0, 1),
        "Hết hiệu lực": (1, 0, 0, 1)}
    listed = next(table for table in figures.tables if table.key == "san_pham_bien_dong")
    assert [(row[0], row[5], row[7]) for row in listed.rows] == [
        ("HET", "Hết hiệu lực", "2026-02-01"), ("MOI", "Công nhận lần đầu", "2026-03-01"), ("NANG", "Nâng hạng sao", "2026-04-01"),
        ("LAI", "Đánh giá lại", "2026-05-20"), ("THU", "Thu hồi", "2026-09-01")]
    assert any(doubt.startswith("1 giấy chứng nhận cấp trong kỳ không ghi loại") for doubt in figures.doubts)


def test_what_ends_within_180_days_is_listed_with_the_state_of_its_re_rating(figures):
    assert rows(figures, "den_han") == {"SAP": (
        "Sản phẩm SAP", "HTX Ba", "Cao Bằng", 5, "8/QĐ", "2027-02-01", 73, "quá hạn nộp")}


def test_subjects_are_counted_once_by_kind(figures):
    found = rows(figures, "chu_the")
    assert (found["Hợp tác xã"], found["Doanh nghiệp"], found["Tổng số"]) == ((2, 66.7, 3), (1, 33.3, 1), (3, 100.0, 4))


def test_revenue_is_compared_with_the_same_days_and_told_by_channel(figures):
    found = rows(figures, "kenh")
    assert found["Sàn (san)"] == ("Thương mại điện tử", 0, 2, 1_000_000, 200_000, 800_000, 400.0, 50.0)
    assert found["Tổng số"] == ("", None, 3, 2_000_000, 1_000_000, 1_000_000, 100.0, 100.0)
    summary = rows(figures, "tong_hop")
    assert summary["Tỷ trọng thương mại điện tử trong doanh thu"] == ("%", 50.0)
    assert any(doubt.startswith("5,0\u00a0% doanh thu đến từ tệp") for doubt in figures.doubts)


def test_each_breakdown_of_revenue_adds_up_to_the_same_total(figures):
    for key in ("kenh", "doanh_thu_sao", "doanh_thu_nhom", "doanh_thu_dia_phuong", "theo_thang", "thanh_phan"):
        table = next(table for table in figures.tables if table.key == key)
        now = [column.key for column in table.columns].index("ky_nay")
        assert sum(row[now] for row in table.rows[:-1]) == table.rows[-1][now] == 2_000_000, key
        assert sum(row[now + 1] for row in table.rows[:-1]) == table.rows[-1][now + 1] == 1_000_000, key


def test_targets_are_shown_in_their_units(figures):
    table = next(table for table in figures.tables if table.key == "muc_tieu")
    assert [table.shown(row)[4:] for row in table.rows] == [
        ("%", "40,0\u00a0%", "66,7\u00a0%", "Đạt"), ("sản phẩm", "1.500", "–", "Chưa có số liệu")]


def test_points_of_sale_are_those_with_sales(figures):
    assert rows(figures, "diem_ban") == {"Chợ": ("Quầy (quay)", 1, 900_000, 800_000, 100_000, 12.5)}


def test_a_report_without_sales_leaves_growth_out(finished):
    empty = figures_of(finished, Asked(Kind.HALF_YEAR, Period(date(2020, 1, 1), date(2020, 5, 20))), parts=(), targets=())
    assert rows(empty, "tong_hop")["Tăng trưởng doanh thu"] == ("% tăng", None)
    assert not {"thanh_phan", "muc_tieu"} & {table.key for table in empty.tables}
    assert any("không tính được tăng trưởng" in doubt for doubt in empty.doubts)


def test_the_figures_are_vietnamese_and_the_same_whatever_language_is_in_use(finished):
    before = figures_of(finished)
    use_language("en")
    try:
        assert figures_of(finished) == before
    finally:
        use_language("vi")


def test_the_hash_changes_with_geography_and_level_and_with_nothing_else(finished):
    assert figures_of(finished).digest == figures_of(finished).digest
    others = (Asked(ASKED.kind, ASKED.period, geography=Geography.OLD), Asked(ASKED.kind, ASKED.period, level=Level.COMMUNE))
    assert len({figures_of(finished, asked).digest for asked in (ASKED, *others)}) == 3


@pytest.mark.parametrize(("kind", "as_of", "first"), [
    (Kind.HALF_YEAR, date(2026, 5, 25), date(2026, 1, 1)), (Kind.HALF_YEAR, date(2026, 11, 1), date(2026, 7, 1)),
    (Kind.YEAR, date(2026, 11, 20), date(2026, 1, 1))])
def test_the_period_begins_with_the_half_year_or_year(kind, as_of, first):
    assert period_of(kind, as_of, TODAY) == Period(first, as_of)


def test_a_day_to_come_and_a_period_upside_down_are_refused():
    with pytest.raises(SettingsError) as future:
        period_of(Kind.YEAR, date(2026, 11, 23), TODAY)
    with pytest.raises(SettingsError) as turned:
        period_of(Kind.YEAR, date(2026, 5, 1), TODAY, date(2026, 6, 1))
    assert (future.value.code, turned.value.code) == ("as-of-future", "period-upside-down")


@pytest.mark.parametrize(("kind", "as_of", "before"), [
    (Kind.HALF_YEAR, date(2026, 5, 20), date(2026, 5, 30)), (Kind.YEAR, date(2026, 11, 30), date(2026, 11, 30)),
    (Kind.YEAR, date(2026, 12, 31), date(2027, 11, 30))])
def test_the_day_of_filing_is_the_next_one(kind, as_of, before):
    assert filed_before(kind, as_of) == before
