"""What goods cost: a list read, kept from a day on, and asked for as of a day."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from ocop_market.errors import SettingsError
from ocop_market.model.product import Product, Variant
from ocop_market.offers.costs import read_costs
from ocop_market.reports.coop.costs_form import to_form
from ocop_market.store.costs import load_costs, save_costs

PRODUCTS = {"TRA": Product("TRA", "Trà", price=90_000),
            "MAT": Product("MAT", "Mật", options=("Khối lượng",), variants=(Variant("MAT-1", ("1 kg",), 200_000),))}


def read(text):
    return read_costs("gia-von.csv", text.encode(), PRODUCTS)


def test_costs_are_read_as_vietnamese_lists_write_them():
    costs, problems = read("SKU;Tên;Giá vốn\nTRA;Trà;45.000\nMAT-1;Mật;120000 đ\n")
    assert (costs, problems) == ({"TRA": 45_000, "MAT-1": 120_000}, [])


def test_a_row_that_cannot_be_read_is_told_and_the_others_count():
    costs, problems = read("Mã hàng;Giá vốn\nTRA;0\nKHAC;5000\nMAT-1;120000\nMAT-1;130000\nTRA;\n")
    assert costs == {"MAT-1": 120_000}
    assert [(problem.code, problem.values["row"]) for problem in problems] == [
        ("cost-unreadable", 2), ("product-unknown", 3), ("cost-twice", 5)]


def test_a_list_without_the_columns_is_a_sentence():
    with pytest.raises(SettingsError) as refused:
        read("Tên;Giá\nTrà;90000\n")
    assert refused.value.code == "no-cost-columns"


def test_the_form_comes_back_filled_in():
    book = openpyxl.load_workbook(BytesIO(to_form(PRODUCTS.values(), {"TRA": 45_000})))
    sheet = book.active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["MAT-1", "Mật", "1 kg", 200_000, None], ["TRA", "Trà", "", 90_000, 45_000]]
    sheet["E2"] = 110_000
    filled = BytesIO()
    book.save(filled)
    assert read_costs("form.xlsx", filled.getvalue(), PRODUCTS) == ({"MAT-1": 110_000, "TRA": 45_000}, [])


def test_a_cost_counts_from_its_day_on_and_the_first_one_before_it(store):
    for day, cost in ((date(2026, 3, 1), 40_000), (date(2026, 9, 1), 50_000)):
        with store.writing() as connection:
            assert save_costs(connection, {"TRA": cost}, day) == 1
    with store.writing() as connection:
        assert save_costs(connection, {"TRA": 50_000}, date(2026, 10, 1)) == 0
    with store.reading() as connection:
        assert [load_costs(connection, day)["TRA"] for day in (date(2025, 1, 1), date(2026, 8, 31), date(2026, 9, 1))] == [
            40_000, 40_000, 50_000]
