from datetime import date

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.codes.application_identifiers import _rules, relation_problems, value_problems
from ocop_market.codes.element_strings import read_element_string, read_printed
from ocop_market.codes.elements import Days, Element, read_days

TODAY = date(2026, 11, 22)
GTIN = "08938512345673"
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def codes(ai: str, value: str) -> list[str]:
    return [problem.code for problem in value_problems(Element(ai, value))]


def related(*identifiers: str) -> list[str]:
    return [problem.code for problem in relation_problems([Element(ai, "x") for ai in identifiers])]


def test_lot_takes_the_82_characters_and_no_other():
    assert len(CHARACTERS) == 82
    allowed = [chr(code) for code in range(1, 0x250) if not codes("10", chr(code))]
    assert sorted(allowed) == sorted(CHARACTERS)


@pytest.mark.parametrize("ai", ["10", "21"])
def test_lot_and_serial_have_1_to_20_characters(ai):
    assert codes(ai, "L" * 20) == []
    assert codes(ai, "L" * 21) == ["format"]
    assert codes(ai, "") == ["format"]


@pytest.mark.parametrize("value", ["Lô5", "L 5", "L5#", "Lô 5", "L5\n"])
def test_vietnamese_letters_and_spaces_are_refused_and_not_changed(value):
    [problem] = value_problems(Element("10", value))
    assert problem.code == "characters"
    assert problem.values["value"] == value.replace("\n", " ")


@pytest.mark.parametrize("ai", ["11", "13", "15", "16", "17"])
def test_day_00_is_the_whole_month_of_these_dates(ai):
    assert codes(ai, "260500") == []
    assert codes(ai, "260531") == []
    assert codes(ai, "260532") == codes(ai, "261301") == codes(ai, "260229") == ["no-such-day"]
    assert codes(ai, "280229") == []


def test_harvest_is_a_day_or_from_day_to_day_but_no_month():
    assert codes("7007", "260501") == codes("7007", "260501260531") == []
    assert codes("7007", "260500") == codes("7007", "260501260500") == ["whole-month"]
    assert codes("7007", "260501261331") == ["no-such-day"]
    assert codes("7007", "2605012605") == ["format"]


@pytest.mark.parametrize(("ai", "right", "wrong"), [
    ("01", GTIN, "08938512345675"), ("414", "8938512345673", "8938512345675"), ("417", "8938512345673", "8938512345674"),
    ("00", "106141412345678908", "106141412345678909"), ("8006", GTIN + "0102", "089385123456750102"), ("02", GTIN, GTIN[:-1] + "0")])
def test_check_digits_of_every_key_are_looked_at(ai, right, wrong):
    assert codes(ai, right) == []
    assert codes(ai, wrong) == ["check-digit"]


@pytest.mark.parametrize(("ai", "right", "wrong"), [
    ("422", "704", "999"), ("423", "704156", "704000"), ("424", "704", "705704"), ("7030", "704CS1", "998CS1"), ("7039", "999X", "000X")])
def test_countries_are_those_that_exist(ai, right, wrong):
    assert codes(ai, right) == []
    assert codes(ai, wrong) in (["no-such-country"], ["format"])


def test_table_of_countries_is_whole_and_without_doubles():
    numbers = _rules()["country_numbers"].split()
    assert len(numbers) == len(set(numbers)) == 249
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(("value", "expected"), [("2605312359", []), ("2605312400", ["no-such-time"]), ("2605312360", ["no-such-time"]),
                                                 ("2605002359", ["whole-month"])])
def test_time_of_expiry_is_one_of_the_day(value, expected):
    assert codes("7003", value) == expected


@pytest.mark.parametrize("together", [
    ("01",), ("01", "10", "17", "21"), ("01", "3103"), ("01", "3103", "3922"), ("00", "02", "37"), ("01", "422", "427"),
    ("01", "21", "250"),
    ("8006", "22", "10"), ("414", "254"), ("01", "235", "10"), ("00", "02", "37", "10"), ("00", "37", "8026")])
def test_these_may_stand_together(together):
    assert related(*together) == []


@pytest.mark.parametrize(("together", "problems"), [
    (("10",), ["needs-another"]), (("414", "17"), ["needs-another"]), (("01", "37"), ["needs-another", "needs-another", "not-together"]),
    (("02",), ["needs-another"]), (("01", "250"), ["needs-another"]), (("01", "235", "21"), ["not-together"]),
    (("01", "422", "426"), ["not-together"]), (("01", "427"), ["needs-another"]), (("01", "3922"), ["needs-another"]),
    (("01", "3102", "3103"), ["not-together"]), (("414", "422"), ["needs-another"])])
def test_these_may_not(together, problems):
    assert related(*together) == problems


def test_days_are_read_within_49_years_before_and_50_after():
    assert read_days("760101", TODAY) == Days(date(2076, 1, 1), date(2076, 1, 1))
    assert read_days("770101", TODAY) == Days(date(1977, 1, 1), date(1977, 1, 1))
    assert read_days("260200", TODAY) == Days(date(2026, 2, 1), date(2026, 2, 28))
    assert read_days("260501260531", TODAY) == Days(date(2026, 5, 1), date(2026, 5, 31))
    assert read_days("260230", TODAY) is None
    assert read_days("", TODAY) is None
    assert read_days("260501999999", TODAY) is None


@given(st.dates(date(1978, 1, 1), date(2075, 12, 31)))
def test_every_day_is_read_back(day):
    assert read_days(f"{day:%y%m%d}", TODAY) == Days(day, day)


def test_scanned_fields_are_taken_apart_at_separators_and_fixed_lengths():
    read = read_element_string(f"\x1d01{GTIN}17261231" + "10L5\x1d21A1")
    assert read.problems == ()
    assert read.elements == (Element("01", GTIN), Element("17", "261231"), Element("10", "L5"), Element("21", "A1"))


def test_lot_that_is_too_long_is_refused_where_biip_would_make_two_fields_of_it():
    text = f"01{GTIN}10" + "A" * 20 + "17261231"
    assert [problem.code for problem in read_element_string(text).problems] == ["format"]
    assert len(GS1Message.parse(text).element_strings) == 3


@pytest.mark.parametrize("text", [f"01{GTIN}88", "01123", f"01{GTIN}10", "", "XYZ"])
def test_scanned_text_that_is_cut_off_proves_nothing(text):
    read = read_element_string(text)
    assert read.elements == ()
    assert read.problems or text == ""


@given(lot=st.text(CHARACTERS, min_size=1, max_size=20), serial=st.text(CHARACTERS, min_size=1, max_size=20))
def test_scanned_fields_read_as_biip_reads_them(lot, serial):
    text = f"01{GTIN}10{lot}\x1d21{serial}"
    ours = [(element.ai, element.value) for element in read_element_string(text).elements]
    assert ours == [(element.ai.ai, element.value) for element in GS1Message.parse(text).element_strings]
    assert ours == [("01", GTIN), ("10", lot), ("21", serial)]


def test_printed_fields_keep_what_stands_between_them():
    read = read_printed(f"(01){GTIN} (10)L-5/A (17)261231")
    assert read.elements == (Element("01", GTIN), Element("10", "L-5/A"), Element("17", "261231"))


@pytest.mark.parametrize(("text", "code"), [
    (f"(01){GTIN}(10)L 5", "characters"), (f"(01){GTIN}(9999)1", "unknown-ai"), ("(01)8938512345673", "format"),
    (f"(01){GTIN}(10)A(10)B", "repeated-ai"), ("(10)A", "needs-another"), (f"(01){GTIN}(17)261301", "no-such-day")])
def test_printed_fields_with_a_fault_prove_nothing(text, code):
    read = read_printed(text)
    assert read.elements == ()
    assert [problem.code for problem in read.problems] == [code]


def test_same_field_twice_with_the_same_value_is_one():
    assert read_printed(f"(01){GTIN}(10)A(10)A").elements == (Element("01", GTIN), Element("10", "A"))
