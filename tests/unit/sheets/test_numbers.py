from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import Problem
from ocop_market.model.money import vnd
from ocop_market.sheets.numbers import NumberStyle, money_scale, number_style, read_dong, read_number, read_quantity

STYLES = st.sampled_from([NumberStyle.VIETNAMESE, NumberStyle.ENGLISH])


def written(number: Decimal, style: NumberStyle) -> str:
    english = f"{number:,f}"
    return english if style is NumberStyle.ENGLISH else english.translate({44: 46, 46: 44})


def code(found: object) -> object:
    return found.code if isinstance(found, Problem) else found


@pytest.mark.parametrize(("text", "dong"), [
    ("1.234.567,89", 1_234_568), ("1,234,567.89", 1_234_568), ("240,738,000", 240_738_000), ("45.000 ₫", 45_000),
    ("45.000", 45_000),
    ("1.234", 1234), ("(5.000)", -5000), ("5.000-", -5000), ("-45.000đ", -45_000), ("85.000đ/hộp", 85_000),
    ("1 250 000", 1_250_000),
    ("1\xa0250\xa0000\xa0₫", 1_250_000), ("45000.00", 45_000), ("VND 45,000", 45_000), ("'45000", 45_000), ("+45000", 45_000),
    ("45k", 45_000), ("45K", 45_000), ("45 nghìn", 45_000), ("45 ngàn đồng", 45_000), ("45k/hộp", 45_000), ("1,5k", 1500),
    ("1.200k", 1_200_000), ("1tr2", 1_200_000), ("1tr25", 1_250_000), ("1 triệu 2", 1_200_000), ("1,2tr", 1_200_000),
    ("2 triệu đồng", 2_000_000), ("1,5 tỷ", 1_500_000_000), ("45k5", 45_500), ("1.250tr", "number-ambiguous"),
    ("1,5tr2", "number-unreadable"), ("9999999 tỷ", "number-too-large"), ("45k - 50k", "number-unreadable"),
    ("1,5", "money-suspicious"),
    ("45.000 - 50.000", "number-unreadable"),
    ("1.23.4", "number-unreadable"), ("12.5.5", "number-unreadable"), ("liên hệ", "number-unreadable"),
    ("9" * 20, "number-too-large"),
    ("", None), ("--", None), ("—", None), ("N/A", None), ("#N/A", "cell-damaged"),
])
def test_money_as_people_write_it(text: str, dong: object) -> None:
    assert code(read_dong(text)) == dong


@pytest.mark.parametrize(("text", "quantity"), [
    ("1,5", "1.5"), ("0.500", "0.5"), ("12.50", "12.5"), ("5 hộp", "5"), ("2,5kg", "2.5"), ("1.234.567", "1234567"), ("3", "3")])
def test_quantities_that_speak_for_themselves(text: str, quantity: str) -> None:
    assert read_quantity(text) == Decimal(quantity)


def test_ambiguous_quantity_needs_its_column() -> None:
    assert code(read_quantity("1.234")) == "number-ambiguous"
    assert read_quantity("1.234", NumberStyle.VIETNAMESE) == 1234
    assert read_quantity("1.234", NumberStyle.ENGLISH) == Decimal("1.234")


def test_column_style_comes_from_its_certain_cells() -> None:
    assert number_style(["1.234", "1,5", None, 3]) is NumberStyle.VIETNAMESE
    assert number_style(["1,234", "1.5"]) is NumberStyle.ENGLISH
    assert number_style(["1.234"]) is NumberStyle.UNKNOWN
    assert number_style(["1.5", "1,5"]) is NumberStyle.UNKNOWN


def test_binary_dust_is_rounded_away() -> None:
    assert read_quantity(Decimal("0.30000000000000004")) == Decimal("0.3")


def test_thousands_are_scaled_when_the_table_says_so() -> None:
    assert money_scale("Giá bán (1.000đ)", []) == 1000
    assert money_scale("Giá bán (nghìn đồng)", []) == 1000
    assert money_scale("Giá", ["Đơn vị tính: 1.000 đồng"]) == 1000
    assert money_scale("Giá bán (đồng)", ["Danh sách 1.000 sản phẩm"]) == 1
    assert read_dong(Decimal("85.5"), scale=1000) == 85_500
    assert read_dong("45k", scale=1000) == 45_000


def test_dates_and_truth_values_are_no_numbers() -> None:
    assert code(read_number(True)) == "number-unreadable"


@given(st.integers(-10**12, 10**12), STYLES)
def test_whole_money_is_read_back_in_either_style(amount: int, style: NumberStyle) -> None:
    assert read_dong(written(Decimal(amount), style)) == amount


@given(st.integers(0, 10**12))
def test_our_own_writing_of_money_is_read_back(amount: int) -> None:
    assert read_dong(vnd(amount)) == amount


@given(st.decimals(0, 10**6, places=3), STYLES)
def test_quantities_are_read_back_in_the_style_of_their_column(quantity: Decimal, style: NumberStyle) -> None:
    assert read_quantity(written(quantity, style), style) == quantity


@given(st.text())
def test_no_text_raises(text: str) -> None:
    for found in (read_dong(text), read_quantity(text)):
        assert found is None or isinstance(found, int | Decimal | Problem)
