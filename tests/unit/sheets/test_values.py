from decimal import Decimal

import pytest

from ocop_market.errors import Problem
from ocop_market.model.sales import OrderState
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.values import (
    Stars,
    read_code,
    read_grams,
    read_gtin,
    read_sale_state,
    read_shelf_life,
    read_stars,
    text_of,
)


def code(found: object) -> object:
    return found.code if isinstance(found, Problem) else found


@pytest.mark.parametrize(("cell", "stars"), [
    ("4 sao", 4), ("★★★★", 4), ("★★★☆☆", 3), ("⭐⭐⭐", 3), ("3*", 3), ("***", 3), ("5⭐", 5), ("4", 4), (4, 4), ("4.0", 4),
    ("Bốn sao", 4),
    ("4 (bốn) sao", 4), ("OCOP 5 sao", 5), ("Hạng 3 sao", 3), ("Đạt 4 sao năm 2021", 4)])
def test_stars_in_many_writings(cell: Cell, stars: int) -> None:
    assert read_stars(cell) == Stars(stars)


@pytest.mark.parametrize("cell", [
    "tiềm năng 5 sao", "5 sao tiềm năng", "Tiềm năng 5*", "5 sao (dự kiến)", "đề nghị 5 sao", "TN 5 sao",
    "5 sao tiềm năng (đạt 4 sao)"])
def test_potential_stars_are_never_granted(cell: str) -> None:
    assert read_stars(cell) == Stars(None, potential=True)


def test_granted_stars_beside_a_hope_are_kept() -> None:
    assert read_stars("4 sao (tiềm năng 5 sao)") == Stars(4, potential=True)


@pytest.mark.parametrize(("cell", "problem"), [
    ("2 sao", "stars-too-few"), (1, "stars-too-few"), ("6", "stars-unreadable"), ("3-4 sao", "stars-unreadable"),
    ("sao", "stars-unreadable"), (Decimal("4.5"), "stars-unreadable"), ("chưa đánh giá", "stars-unreadable"), ("", None),
    ("-", None)])
def test_what_is_no_class_is_told(cell: Cell, problem: object) -> None:
    assert code(read_stars(cell)) == problem


@pytest.mark.parametrize(("cell", "grams"), [
    ("500g", 500), ("0,5 kg", 500), ("1.5kg", 1500), ("500 gram", 500), ("250gr", 250), ("120g (60 tép x 2g)", 120),
    ("12 gói x 20g", 240), ("hộp 12 gói x 20g", 240), ("Hộp 12 gói × 20 g", 240), ("20g x 12 gói", 240), ("20g*12", 240),
    ("20 gói x 5g/hộp", 100), ("2x500ml", "weight-is-volume"), ("500g x 1kg", "weight-unreadable"),
    ("10 x 50g", 500), ("70 g", 70), ("1kg/túi", 1000), ("1.500 g", 1500), ("0,250kg", 250), ("Hộp 500g", 500), ("5 lạng", 500),
    ("1 lít", "weight-is-volume"), ("chai 500ml", "weight-is-volume"), ("500", "weight-without-unit"),
    (500, "weight-without-unit"),
    ("500g - 1kg", "weight-unreadable"), ("1.500 kg", "weight-unreadable"), ("một túi", "weight-unreadable"),
    ("0 g", "weight-unreadable"),
    ("", None)])
def test_weights(cell: Cell, grams: object) -> None:
    assert code(read_grams(cell)) == grams


def test_unit_of_the_heading_counts_for_bare_numbers() -> None:
    assert (read_grams(500, "g"), read_grams("0,5", "kg"), read_grams("200 g", "kg")) == (500, 500, 200)


@pytest.mark.parametrize(("cell", "days"), [
    ("24 tháng", 730), ("60 ngày", 60), ("1 năm", 365), ("12 tháng kể từ ngày sản xuất", 365), ("2 tuần", 14),
    ("lâu", "shelf-life-unreadable")])
def test_shelf_lives(cell: str, days: object) -> None:
    assert code(read_shelf_life(cell)) == days


def test_unit_of_the_heading_counts_for_bare_shelf_lives() -> None:
    assert (read_shelf_life(365, "days"), read_shelf_life("12", "tháng")) == (365, 365)


def test_codes_stay_text() -> None:
    assert [read_code(cell) for cell in ("'007", 7, "A-1 ", None)] == ["007", "7", "A-1", ""]
    assert [code(read_code(cell)) for cell in ("8.93E+12", 123_456_789_012_345_678)] == ["code-damaged"] * 2


@pytest.mark.parametrize(("cell", "gtin"), [
    ("8936003721777", "08936003721777"), (8936003721777, "08936003721777"), ("893 6003 721777", "08936003721777"),
    (36000291452, "gtin-lost-zeros"), ("8936003721778", "gtin-check-digit"), ("893600372177", "gtin-lost-last-digit"),
    ("12345", "gtin-length"), ("2000000000008", "gtin-in-store"), ("không", ""), (None, "")])
def test_barcodes_need_their_check_digit(cell: Cell, gtin: str) -> None:
    assert code(read_gtin(cell)) == gtin


@pytest.mark.parametrize(("word", "state"), [
    ("Hoàn thành", OrderState.DELIVERED), ("Đã trả", OrderState.DELIVERED), ("Closed", OrderState.DELIVERED),
    ("Đã hủy", OrderState.CANCELLED), ("Đã huỷ", OrderState.CANCELLED), ("Voided", OrderState.CANCELLED),
    ("Không giao được", OrderState.CANCELLED), ("Đang xử lý", OrderState.ACCEPTED), ("Phiếu tạm", OrderState.PLACED),
    ("Lạ lắm", OrderState.UNKNOWN), ("", OrderState.UNKNOWN)])
def test_states(word: str, state: OrderState) -> None:
    assert read_sale_state(word) is state


def test_text_of_cells_is_tidy() -> None:
    assert [text_of(cell) for cell in ("  Mật \n ong ", 5, Decimal("2.50"), "--", "#REF!")] == ["Mật ong", "5", "2.50", "", ""]
