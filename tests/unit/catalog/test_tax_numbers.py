"""Tax numbers as people write them; the digits of a person are nowhere afterwards."""

import copy
import dataclasses
import json
import logging
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.vn import mst

from ocop_market.catalog.tax_numbers import TaxNumber, TaxNumberKind, read_tax_number
from ocop_market.errors import Problem

PERSON = "079123456789"


def with_check_digit(nine: str) -> str:
    return nine + mst.calc_check_digit(nine)


nine_digits = st.integers(1_0000001, 96_9999999).map(lambda n: f"{n:09}").filter(
    lambda nine: nine[2:] != "0000000" and len(mst.calc_check_digit(nine)) == 1)


@pytest.mark.parametrize(("written", "kind", "digits"), [
    ("0100109106", TaxNumberKind.ENTERPRISE, "0100109106"),
    (" 0100 109 106 ", TaxNumberKind.ENTERPRISE, "0100109106"),
    ("01.00.109.106", TaxNumberKind.ENTERPRISE, "0100109106"),
    ("MST: 0100109106-001", TaxNumberKind.BRANCH, "0100109106001"),
    ("Mã số thuế 0100109106 - 001", TaxNumberKind.BRANCH, "0100109106001"),
    ("'0100109106", TaxNumberKind.ENTERPRISE, "0100109106"),
    ("０１００１０９１０６", TaxNumberKind.ENTERPRISE, "0100109106"),
    (100109106, TaxNumberKind.ENTERPRISE, "0100109106"),
    (100109106.0, TaxNumberKind.ENTERPRISE, "0100109106"),
    ("100109106.0", TaxNumberKind.ENTERPRISE, "0100109106"),
    (100109106001.0, TaxNumberKind.BRANCH, "0100109106001"),
    ("00012", TaxNumberKind.BUSINESS_PLACE, "00012")])
def test_a_number_is_read_however_it_is_written(written, kind, digits):
    number = read_tax_number(written)
    assert isinstance(number, TaxNumber)
    assert (number.kind, number.digits) == (kind, digits)


@pytest.mark.parametrize("empty", [None, "", "  ", "\u00a0"])
def test_an_empty_cell_is_no_number_and_no_problem(empty):
    assert read_tax_number(empty) is None


@pytest.mark.parametrize(("written", "code"), [
    ("0100109107", "tax-number-check-digit"), ("0100109107-001", "tax-number-check-digit"), ("0912345678", "tax-number-check-digit"),
    ("0100109106-000", "tax-number-check-digit"), ("100109106", "tax-number-zero-lost"), ("123456789", "tax-number-length"),
    ("1.00109E+08", "tax-number-rounded"), ("0100109106; 0312687878", "tax-number-several"), ("đang làm", "tax-number-none"),
    ("12", "tax-number-length"), (float("nan"), "tax-number-none"), (float("inf"), "tax-number-none"), (1e300, "tax-number-length"),
    (12, "tax-number-length"), (True, "tax-number-none"), ("0" * 40, "tax-number-length")])
def test_what_is_no_number_is_a_problem_that_says_what_to_do(written, code):
    problem = read_tax_number(written)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.field) == (code, "tax_number")
    assert "{" not in problem.sentence("en")


@pytest.mark.parametrize("written", [PERSON, "079 123 456 789", "CCCD: 079123456789", "MST/CCCD 079.123.456.789", 79123456789,
                                     79123456789.0])
def test_a_personal_number_is_recognised_and_shown_masked(written):
    number = read_tax_number(written)
    assert isinstance(number, TaxNumber)
    assert (number.kind, number.digits, number.kept(), number.masked()) == (TaxNumberKind.PERSONAL, "", "", "0********789")


def test_only_numbers_of_enterprises_and_branches_are_kept():
    kept = [read_tax_number(text).kept() for text in ("0100109106", "0100109106-001", PERSON, "00012")]
    assert kept == ["0100109106", "0100109106001", "", ""]


@given(st.from_regex(r"0[0-9]{11}", fullmatch=True), st.sampled_from(["{}", "MST {}", "CCCD: {}", "số {}."]),
       st.sampled_from(["", " ", ".", "-"]))
def test_the_digits_of_a_person_are_nowhere_afterwards(digits, around, between):
    number = read_tax_number(around.format(between.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))))
    assert isinstance(number, TaxNumber) and number.kind is TaxNumberKind.PERSONAL
    record = logging.LogRecord("any", logging.INFO, "", 0, "%s %r", (number, number), None)
    texts = [repr(number), str(number), f"{number}", json.dumps(dataclasses.asdict(number)), repr(vars(number)), record.getMessage(),
             repr(dataclasses.astuple(copy.deepcopy(number))), pickle.dumps(number, 0).decode("ascii")]
    assert not [text for text in texts if re.search(r"\d{4}", text)]


@given(st.one_of(st.text(st.sampled_from("0123456789 .-;MST"), max_size=30), st.integers(0, 10**20), st.floats()))
def test_anything_is_read_or_refused_and_a_refusal_holds_no_number(written):
    read = read_tax_number(written)
    if isinstance(read, Problem):
        assert not re.search(r"\d{4}", repr(read) + read.sentence("en") + read.sentence("vi"))
    elif read is not None:
        assert read.kept() == "" or mst.is_valid(read.kept())


@given(nine_digits)
def test_every_valid_number_is_read_as_text_and_as_a_number_cell(nine):
    digits = with_check_digit(nine)
    assert read_tax_number(digits).kept() == digits
    assert read_tax_number(float(digits)).kept() == digits


@given(nine_digits, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken(nine, place, more):
    right = with_check_digit(nine)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1:]
    read = read_tax_number(wrong)
    assert isinstance(read, Problem) or wrong[9] == mst.calc_check_digit(wrong[:9])
