import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from ocop_market.codes.gtin import Gtin, Verdict, duplicates, read_gtin
from ocop_market.model.product import Product

GOOD = "8938512345673"
"""Invented; the check digit is right."""


def with_check_digit(digits: str) -> str:
    return digits + ean.calc_check_digit(digits)


def codes(text: str) -> list[str]:
    return [problem.code for problem in read_gtin(text).problems]


@pytest.mark.parametrize("text", ["", "   ", "'"])
def test_goods_without_a_number_are_no_fault(text):
    reading = read_gtin(text)
    assert (reading.verdict, reading.problems, reading.gtin) == (Verdict.EMPTY, (), None)


@pytest.mark.parametrize("text", [
    GOOD, f" {GOOD} ", f"'{GOOD}", f"GTIN: {GOOD}", f"Mã vạch {GOOD}", "8 938512 345673", "8938-5123-4567-3", f"{GOOD}.0", f"0{GOOD}"])
def test_number_is_understood_as_people_and_spreadsheets_write_it(text):
    reading = read_gtin(text)
    assert reading.verdict is Verdict.GOOD
    assert reading.gtin == Gtin("0" + GOOD)
    assert reading.gtin.native == GOOD


@pytest.mark.parametrize(("written", "stored"), [
    ("96385074", "00000096385074"), ("036000291452", "00036000291452"), (GOOD, "0" + GOOD), ("18938512345670", "18938512345670")])
def test_number_is_kept_with_14_digits_and_shown_as_on_the_pack(written, stored):
    gtin = read_gtin(written).gtin
    assert gtin is not None
    assert gtin.stored == stored
    assert gtin.native == written


@given(st.sampled_from((7, 11, 12, 13)), st.integers(0, 10**13 - 1))
def test_every_number_with_its_check_digit_is_read_and_every_other_last_digit_refused(length, number):
    digits = with_check_digit(str(number).zfill(13)[-length:])
    if not digits.strip("0"):
        return
    reading = read_gtin(digits)
    assert reading.gtin is not None
    assert reading.gtin.stored == digits.zfill(14)
    wrong = read_gtin(digits[:-1] + str((int(digits[-1]) + 5) % 10))
    assert wrong.gtin is None
    assert wrong.verdict is Verdict.REFUSED


@given(st.text(max_size=40))
def test_any_text_gets_a_verdict_with_a_sentence(text):
    reading = read_gtin(text)
    assert reading.text == text
    assert (reading.verdict in (Verdict.DOUBTFUL, Verdict.REFUSED)) == bool(reading.problems)
    assert all(problem.sentence("en") for problem in reading.problems)


@pytest.mark.parametrize(("prefix", "code"), [
    *((prefix, "gtin-in-store") for prefix in ("02", "04", "20", "21", "24", "29")),
    *((prefix, "gtin-coupon") for prefix in ("05", "98", "99"))])
def test_numbers_that_are_not_for_marketplaces_are_refused_with_the_reason(prefix, code):
    reading = read_gtin(with_check_digit(prefix + "1234567890"))
    assert reading.verdict is Verdict.REFUSED
    assert [problem.code for problem in reading.problems] == [code]
    assert reading.gtin is not None


@pytest.mark.parametrize("prefix", ["00", "03", "06", "30", "97", "893"])
def test_numbers_beside_the_refused_ranges_are_taken(prefix):
    assert read_gtin(with_check_digit((prefix + "1234567890")[:12])).verdict is Verdict.GOOD


@pytest.mark.parametrize("digits", ["0123456", "2123456"])
def test_short_numbers_for_use_inside_one_shop_are_refused(digits):
    assert codes(with_check_digit(digits)) == ["gtin-in-store"]


@pytest.mark.parametrize("text", ["0", "00000000", "0000000000000", "00000000000000"])
def test_zeros_only_are_no_number(text):
    assert codes(text) == ["gtin-zeros"]


def test_13_digits_without_their_last_one_are_offered_whole_and_never_taken():
    reading = read_gtin(GOOD[:12])
    assert (reading.verdict, reading.gtin, reading.suggestion) == (Verdict.REFUSED, None, GOOD)


def test_13_digits_without_their_last_one_are_doubtful_even_where_the_twelve_pass_by_chance():
    by_chance = next(number for number in (f"8938512{n:05}" for n in range(100)) if ean.is_valid(number))
    for text in (by_chance, "0" + by_chance, "00" + by_chance):
        reading = read_gtin(text)
        assert reading.verdict is Verdict.DOUBTFUL
        assert [problem.code for problem in reading.problems] == ["gtin-lost-last-digit"]
        assert reading.suggestion == with_check_digit(by_chance)


@pytest.mark.parametrize("written", ["036000291452", "023456789008"])
def test_zeros_lost_in_front_are_doubtful(written):
    assert ean.is_valid(written)
    reading = read_gtin(written.lstrip("0"))
    assert (reading.verdict, reading.suggestion) == (Verdict.DOUBTFUL, written)


@pytest.mark.parametrize("text", ["8.93E+12", "8,93851E+12", "8.938512345673e12", "9E+12"])
def test_number_that_excel_rounded_is_refused_with_what_to_do(text):
    [problem] = read_gtin(text).problems
    assert problem.code == "gtin-rounded"
    assert "text" in problem.sentence("en")


@pytest.mark.parametrize("text", ["GLN 8938512345673", "gln: 8938512345673"])
def test_number_of_a_place_is_not_one_of_goods(text):
    assert codes(text) == ["gtin-is-gln"]


def test_number_of_a_carton_is_asked_about():
    assert codes("18938512345670") == ["gtin-carton"]


@pytest.mark.parametrize("text", ["89385123456AB", "٨٩٣٨٥١٢٣٤٥٦٧٣", "chưa có mã", "https://example.vn"])
def test_what_is_more_than_digits_is_refused(text):
    assert codes(text) == ["gtin-not-digits"]


@pytest.mark.parametrize("text", ["12345", "1234567", "123456789", "1234567890", "12345678901", "123456789012345"])
def test_wrong_number_of_digits_is_told_with_the_count(text):
    [problem] = read_gtin(text).problems
    assert (problem.code, problem.values["count"]) == ("gtin-length", len(text))


def test_company_prefix_is_told_where_the_table_knows_it_and_says_nothing_about_origin():
    assert Gtin("0" + with_check_digit("893851234567")).company_prefix == "8938512345"
    assert Gtin("0" + with_check_digit("893501234567")).company_prefix == "89350123"
    assert Gtin("0" + with_check_digit("893700000000")).company_prefix == ""
    assert Gtin("00000096385074").company_prefix == ""
    assert not hasattr(Gtin("0" + GOOD), "country")


def product(sku: str, gtin: str) -> Product:
    return Product(sku, f"Hàng {sku}", gtin=gtin)


def test_one_number_on_several_goods_is_found_however_it_was_written():
    other = with_check_digit("893851234999")
    shelf = [product("A", GOOD), product("B", "0" + GOOD), product("C", GOOD[:12]), product("D", other), product("E", ""),
             product("F", ""), product("G", "8.93E+12"), product("H", "8.93E+12")]
    [group] = duplicates(shelf)
    assert group.gtin == "0" + GOOD
    assert [one.sku for one in group.products] == ["A", "B", "C"]
