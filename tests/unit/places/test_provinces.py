"""Provinces: 63 and 34, codes that changed their owner, names in all their spellings."""

import unicodedata
from collections import Counter
from datetime import date

import pytest

from ocop_market.errors import SettingsError
from ocop_market.places.provinces import (
    formed_from,
    nearest_name,
    old_named,
    old_provinces,
    present_named,
    present_provinces,
    province_by_code,
)

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)


def test_63_provinces_became_34_with_all_their_units():
    assert (len(old_provinces()), len(present_provinces())) == (63, 34)
    assert sum(p.communes for p in old_provinces().values()) == 10_035
    assert sum(p.communes for p in present_provinces().values()) == 3_321
    assert sum(p.districts for p in old_provinces().values()) == 696
    assert {p.became for p in old_provinces().values()} == set(present_provinces())


def test_eleven_provinces_are_unchanged_and_the_others_are_two_or_three():
    assert Counter(len(formed_from(code)) for code in present_provinces()) == {1: 11, 2: 17, 3: 6}


@pytest.mark.parametrize(("code", "then", "now"), [
    ("15", "Yên Bái", "Lào Cai"), ("24", "Bắc Giang", "Bắc Ninh"), ("44", "Quảng Bình", "Quảng Trị"),
    ("52", "Bình Định", "Gia Lai"), ("80", "Long An", "Tây Ninh"), ("82", "Tiền Giang", "Đồng Tháp"),
    ("91", "Kiên Giang", "An Giang")])
def test_a_code_that_changed_its_owner_is_read_by_the_day_and_refused_without_one(code, then, now):
    assert province_by_code(code, LAST).name == then
    assert province_by_code(code, FIRST).name == now
    with pytest.raises(SettingsError) as refused:
        province_by_code(code, None)
    assert refused.value.code == "code-without-date"
    assert then in refused.value.sentence("en") and now in refused.value.sentence("en")


def test_only_these_seven_codes_stand_for_land_that_the_old_province_of_the_code_did_not_name():
    changed = {code for code, now in present_provinces().items() if old_provinces()[code].name != now.name}
    assert changed == {"15", "24", "44", "52", "80", "82", "91"}


def test_every_code_without_a_date_is_refused():
    for code in old_provinces():
        with pytest.raises(SettingsError, match="code-without-date"):
            province_by_code(code, None)


def test_a_code_that_ended_is_unknown_afterwards_and_a_lost_nought_is_put_back():
    assert province_by_code("2", LAST).name == "Hà Giang"
    with pytest.raises(SettingsError, match="code-unknown"):
        province_by_code("02", FIRST)


@pytest.mark.parametrize(("day", "name"), [(date(2024, 12, 31), "Thừa Thiên Huế"), (date(2025, 1, 1), "Huế"), (FIRST, "Huế")])
def test_hue_had_another_name_until_2025(day, name):
    assert province_by_code("46", day).name == name


@pytest.mark.parametrize(("written", "name"), [
    ("Thừa Thiên Huế", "Huế"), ("Thừa Thiên - Huế", "Huế"), ("TT. Huế", "Huế"), ("Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
    ("bà rịa-vũng tàu", "Bà Rịa - Vũng Tàu"), ("TP. HCM", "Hồ Chí Minh"), ("TPHCM", "Hồ Chí Minh"), ("Tp.Hồ Chí Minh", "Hồ Chí Minh"),
    ("Đăk Lăk", "Đắk Lắk"), ("Dak Lak", "Đắk Lắk"), ("Đắc Lắc", "Đắk Lắk"), ("tỉnh ĐẮK NÔNG", "Đắk Nông"), ("Thanh Hoá", "Thanh Hóa"),
    ("T. Khánh Hoà", "Khánh Hòa"), (unicodedata.normalize("NFD", "Tỉnh Bắc Kạn"), "Bắc Kạn"), ("Bắc Cạn", "Bắc Kạn")])
def test_a_province_is_known_in_all_its_spellings(written, name):
    found = old_named(written)
    assert found is not None
    assert found.name == name


def test_names_that_ended_are_no_present_ones():
    assert present_named("Bắc Giang") is None
    assert present_named("Bắc Ninh") is not None
    assert old_named("Bắc") is None


def test_a_misspelt_province_brings_the_nearest_name():
    assert (nearest_name("Bắc Gian"), nearest_name("Paris")) == ("Bắc Giang", "")
