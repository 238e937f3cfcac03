"""Lists of points of sale as offices write them: every row is taken or refused, and what could not be read is told."""

from datetime import date

import pytest

from ocop_market.catalog.point_list import kind_of_place, read_point_list
from ocop_market.errors import SettingsError
from ocop_market.model.point import PointKind, Tier
from ocop_market.model.product import Place

HEAD = "STT;Tên điểm bán;Loại hình;Địa chỉ;Huyện;Tỉnh;Ngày mở;Ngày đóng cửa;Cấp;Ghi chú"


def read(*rows: str, head: str = HEAD, **more):
    return read_point_list("diem.csv", "\n".join(["DANH SÁCH ĐIỂM BÁN OCOP", head, *rows]).encode(), **more)


def test_a_row_is_a_point_with_place_kind_level_and_days():
    listed = read("1;Trạm dừng nghỉ Lệ Thủy;Trạm dừng nghỉ;Quốc lộ 1A, xã Phong Thủy;Huyện Lệ Thủy;Quảng Bình;15/3/2022;1/7/2026;Cấp tỉnh;")
    point = listed.points[0].point
    assert (point.name, point.code, point.kind, point.tier) == ("Trạm dừng nghỉ Lệ Thủy", "", PointKind.REST_STOP, Tier.PROVINCE)
    assert point.place == Place("Quảng Bình", "Huyện Lệ Thủy", "xã Phong Thủy")
    assert (point.opened_on, point.closed_on) == (date(2022, 3, 15), date(2026, 7, 1))
    assert (listed.points[0].row, listed.rows, listed.notes) == (3, 1, ())


def test_headings_may_be_english_and_columns_in_any_order():
    listed = read("Quảng Trị;Phong Nha shop;2026-01-05;tourist site", head="province;point of sale;opened on;kind")
    point = listed.points[0].point
    assert (point.name, point.place.province, point.opened_on, point.kind) == (
        "Phong Nha shop", "Quảng Trị", date(2026, 1, 5), PointKind.TOURIST_SITE)


def test_sections_and_options_tell_what_rows_do_not():
    listed = read("I;Huyện Lệ Thủy;;;", "1;Chợ Tréo;chợ;;1/1/2024", ";Tổng cộng;;;", head="STT;Tên điểm bán;Loại hình;Xã;Ngày mở",
                  province="Quảng Bình", listed_on=date(2024, 6, 1))
    assert [(one.point.place, one.point.listed_on) for one in listed.points] == [
        (Place("Quảng Bình", "Huyện Lệ Thủy", ""), date(2024, 6, 1))]
    assert listed.rows == 1, "a section line and a total are no rows"


@pytest.mark.parametrize(("row", "code", "refused"), [
    ("1;;siêu thị;;;Quảng Bình;1/1/2024;;;", "point-without-name", True),
    ("1;A;ki lô;;;Quảng Bình;1/1/2024;;;", "point-kind-unknown", False),
    ("1;A;siêu thị;;;Quảng Bình;2024;;;", "date-year-only", False),
    ("1;A;siêu thị;;;Quảng Bình;31/2/2024;;;", "date-unreadable", False),
    ("1;A;siêu thị;;;Quảng Bình;1/1/2024;;tổ;", "point-tier-unknown", False)])
def test_what_cannot_be_read_is_told_with_its_row(row, code, refused):
    listed = read(row)
    assert [(note.row, note.refused) for note in listed.notes] == [(3, refused)]
    assert len(listed.points) == 1 - refused
    note = listed.notes[0]
    assert note.problem.sentence("en") and note.problem.code == code


def test_a_code_that_lost_its_digits_or_holds_signs_is_refused():
    listed = read("8.93E+12;A;Quảng Bình", "a/b;B;Quảng Bình", "QB-01;C;Quảng Bình", head="Mã điểm bán;Tên điểm bán;Tỉnh")
    assert [note.problem.code for note in listed.notes] == ["code-damaged", "point-code-unfit"]
    assert [one.point.code for one in listed.points] == ["QB-01"]


@pytest.mark.parametrize("closing", ["2025", "chưa rõ ngày"])
def test_a_closing_that_cannot_be_read_is_not_taken_for_a_point_that_is_open(closing):
    listed = read(f"1;A;;;;Quảng Bình;1/1/2024;{closing};;", "2;B;;;;Quảng Bình;1/1/2024;không;;")
    assert [one.point.name for one in listed.points] == ["B"], "a word that says nothing is an empty cell"
    assert [note.problem.code for note in listed.notes if note.refused] == ["point-closing-unread"]


def test_a_column_whose_days_stand_in_both_orders_gives_none():
    listed = read("1;A;;;;Quảng Bình;25/12/2024;;;", "2;B;;;;Quảng Bình;12/25/2024;;;")
    assert [one.point.opened_on for one in listed.points] == [None, None]
    assert [(note.row, note.problem.code) for note in listed.notes] == [(2, "dates-both-orders")]


@pytest.mark.parametrize(("content", "code"), [
    ("Chợ Tréo;Lệ Thủy\nChợ Đồng Hới;Đồng Hới\n", "headings-missing"), ("", "file-empty"),
    ("Tên điểm bán;Tên điểm bán;Tỉnh\nA;B;Quảng Bình\n", "headings-double"), ("%PDF-1.7", "file-is-pdf")])
def test_a_file_that_is_no_such_list_is_a_sentence(content, code):
    with pytest.raises(SettingsError) as refused:
        read_point_list("diem.csv", content.encode())
    assert refused.value.code == code


@pytest.mark.parametrize(("text", "kind"), [
    ("Chợ", PointKind.MARKET), ("Chợ phiên vùng cao", PointKind.MARKET), ("hội chợ", PointKind.FAIR), ("Ga Đồng Hới", PointKind.STATION),
    ("Bến xe khách", PointKind.STATION), ("Sân bay", PointKind.AIRPORT), ("Nhà ga hàng không", PointKind.AIRPORT),
    ("TTTM", PointKind.MALL), ("Khu du lịch", PointKind.TOURIST_SITE), ("Nhà hàng", PointKind.RESTAURANT),
    ("Khách sạn", PointKind.HOTEL), ("Làng nghề", PointKind.CRAFT_VILLAGE), ("Bưu điện xã", PointKind.POST_OFFICE),
    ("Trung tâm xã", PointKind.CENTRE), ("Cửa hàng nông sản", PointKind.SHOP), ("rest-stop", PointKind.REST_STOP), ("kho", None),
    ("", None)])
def test_kinds_are_known_by_their_words(text, kind):
    assert kind_of_place(text) is kind
