"""Names of units as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.model.product import Place
from ocop_market.places.gazetteer import PresentCommune
from ocop_market.places.names import marked, nearly_same, read_name, read_place, same_name


@pytest.mark.parametrize(("written", "kind", "name"), [
    ("Xã Tân Lĩnh", "xã", "tân lĩnh"), ("xã  Tân Lĩnh", "xã", "tân lĩnh"), ("X. Tân Lĩnh", "xã", "tân lĩnh"),
    ("TT. Chũ", "thị trấn", "chũ"), ("TT Chũ", "thị trấn", "chũ"), ("P.01", "phường", "01"), ("P1", "phường", "1"),
    ("Phường 1", "phường", "1"), ("Đặc khu Phú Quốc", "đặc khu", "phú quốc"), ("TP.HCM", "thành phố", "hcm"), ("Tx Chũ", "thị xã", "chũ"),
    ("Q1", "quận", "1"), ("H. Lục Yên", "huyện", "lục yên"), ("Phú Hài", "", "phú hài"), ("Xã", "", "xã"), ("Tân Lĩnh", "", "tân lĩnh")])
def test_the_type_word_is_told_from_the_name(written, kind, name):
    assert (read_name(written).kind, read_name(written).name) == (kind, name)


@pytest.mark.parametrize(("one", "other"), [
    ("Hoà Bình", "Hòa Bình"), ("Thuý", "Thúy"), ("Phường 1", "P.01"), ("BẮC SƠN", "bắc sơn"), ("Chân Mây – Lăng Cô", "Chân Mây-Lăng Cô")])
def test_the_same_name_written_otherwise_is_the_same(one, other):
    assert read_name(one).marked == read_name(other).marked


@pytest.mark.parametrize(("one", "other"), [("Sa Pa", "Sa Pả"), ("Trà Dơn", "Trà Don"), ("Đông Thạnh", "Đông Thành"),
    ("Hoàng Quý", "Hoàng Quỳ")])
def test_names_of_other_marks_are_other_names(one, other):
    assert read_name(one).marked != read_name(other).marked
    assert read_name(one).bare == read_name(other).bare


@given(st.text(alphabet="aăâeêioôơuưyàáảãạằắẳẵặèéẻẽẹìíỉĩịòóỏõọùúủũụđbchnt -", max_size=20))
def test_normal_forms_of_a_name_compare_the_same(name):
    assert marked(unicodedata.normalize("NFD", name)) == marked(name) == marked(name.upper())


def units(*names):
    return [PresentCommune(str(i), name, "01") for i, name in enumerate(names)]


def test_the_surest_reading_wins():
    listed = units("Xã Đông Thạnh", "Phường Đông Thạnh", "Xã Đông Thành")
    assert same_name(listed, "xã Đông Thạnh") == ([listed[0]], True)
    assert same_name(listed, "Thị trấn Đông Thành") == ([listed[2]], False)
    assert same_name(listed, "Xa Dong Thanh") == ([listed[0], listed[2]], False)


def test_a_name_that_begins_like_a_type_word_is_found():
    (xa_dung,) = listed = units("Xã Xa Dung")
    assert same_name(listed, "Xa Dung") == ([xa_dung], False)


def test_a_text_without_any_mark_proves_no_name_without_marks():
    listed = units("Phường Sa Pa", "Phường Sa Pả")
    assert same_name(listed, "PHUONG SA PA") == (listed, False)
    assert same_name(listed, "Phường Sa Pa") == ([listed[0]], True)


def test_a_type_word_inside_a_name_with_its_own_type_word_is_kept():
    (xa_dung,) = listed = units("Xã Xa Dung")
    assert same_name(listed, "Xã Xa Dung") == ([xa_dung], True)


def test_i_and_y_are_a_suggestion_only():
    listed = units("Xã Tân Quy")
    assert same_name(listed, "Xã Tân Qui") == ([], False)
    assert nearly_same(listed, "Xã Tân Qui") == listed


@pytest.mark.parametrize(("line", "place"), [
    ("Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái", Place("Yên Bái", "Huyện Lục Yên", "Xã Tân Lĩnh")),
    ("Huyện Lục Yên, Yên Bái", Place("Yên Bái", "Huyện Lục Yên")),
    ("Phường Phan Thiết, Lâm Đồng", Place("Lâm Đồng", "", "Phường Phan Thiết")),
    ("24", Place("24"))])
def test_a_place_is_read_from_one_line(line, place):
    assert read_place(line) == place
