"""A place as published, its date and what is told of it: the old unit, the present one, and how sure."""

from datetime import date

import pytest

from ocop_market.model.product import Certificate, Place, Product
from ocop_market.places.gazetteer import gazetteer
from ocop_market.places.resolution import published_on, resolve
from ocop_market.places.units import Confidence, Geography, Level

BEFORE, LAST, FIRST, AFTER = date(2023, 5, 4), date(2025, 6, 30), date(2025, 7, 1), date(2026, 8, 5)
EXACT, BY_CODE, BY_NAME, SPLIT, UNKNOWN = Confidence


def provinces(resolved):
    return tuple((part.name, part.confidence) for part in (resolved.old.province, resolved.present.province))


@pytest.mark.parametrize("day", [None, BEFORE, LAST])
def test_a_name_of_the_old_list_only_is_sure_in_both(small, day):
    assert provinces(resolve(Place("Bắc Giang"), day, units=small)) == (("Bắc Giang", EXACT), ("Bắc Ninh", EXACT))


def test_an_old_name_after_its_end_is_read_as_the_old_one_less_surely(small):
    found = resolve(Place("Bắc Giang"), AFTER, units=small)
    assert provinces(found) == (("Bắc Giang", BY_NAME), ("Bắc Ninh", BY_NAME))
    assert found.because.code == "place-ended"


@pytest.mark.parametrize("name", ["Ninh Bình", "Thái Nguyên", "Lâm Đồng", "Bắc Ninh", "Cần Thơ", "Hồ Chí Minh"])
def test_a_name_of_both_times_is_read_by_the_date(small, name):
    assert provinces(resolve(Place(name), LAST, units=small)) == ((name, EXACT), (name, EXACT))
    assert provinces(resolve(Place(name), FIRST, units=small)) == (("", UNKNOWN), (name, EXACT))
    undated = resolve(Place(name), units=small)
    assert provinces(undated) == (("", UNKNOWN), (name, BY_NAME))
    assert undated.because.code == "place-of-both-times"


@pytest.mark.parametrize("day", [None, BEFORE, AFTER])
@pytest.mark.parametrize("name", ["Hà Nội", "Thừa Thiên Huế", "Thanh Hoá"])
def test_an_unchanged_province_needs_no_date(small, name, day):
    assert {part for _, part in provinces(resolve(Place(name), day, units=small))} == {EXACT}


def test_without_a_date_a_district_means_the_old_province(small):
    found = resolve(Place("Ninh Bình", "Huyện Yên Mô"), units=small)
    assert provinces(found) == (("Ninh Bình", BY_NAME), ("Ninh Bình", BY_NAME))
    assert (found.old.district.name, found.old.district.code, found.because.code) == ("Huyện Yên Mô", "377", "place-by-district")


@pytest.mark.parametrize("day", [None, AFTER])
def test_a_district_under_the_present_province_leads_to_its_own_old_one(small, day):
    assert provinces(resolve(Place("Ninh Bình", "Huyện Hải Hậu"), day, units=small))[0] == ("Nam Định", BY_NAME)


def test_a_district_that_two_merged_provinces_had_decides_nothing(small):
    assert provinces(resolve(Place("Vĩnh Long", "Huyện Châu Thành"), AFTER, units=small)) == (("", UNKNOWN), ("Vĩnh Long", EXACT))


@pytest.mark.parametrize(("code", "day", "expected"), [
    ("24", LAST, (("Bắc Giang", BY_CODE), ("Bắc Ninh", BY_CODE))), ("24", FIRST, (("", UNKNOWN), ("Bắc Ninh", BY_CODE))),
    ("1", BEFORE, (("Hà Nội", BY_CODE), ("Hà Nội", BY_CODE)))])
def test_a_province_by_code_needs_its_date(small, code, day, expected):
    assert provinces(resolve(Place(code), day, units=small)) == expected


@pytest.mark.parametrize("code", ["15", "24", "44", "52", "80", "82", "91", "01", "99"])
def test_a_code_without_a_date_is_told_to_be_ambiguous_and_guesses_nothing(small, code):
    found = resolve(Place(code), units=small)
    assert provinces(found) == (("", UNKNOWN), ("", UNKNOWN))
    assert found.because.code == "code-without-date"
    assert "1/7/2025" in found.because.sentence("en")


@pytest.mark.parametrize(("place", "code"), [
    (Place(""), "place-no-province"), (Place("Paris"), "place-no-such-province"), (Place("24"), "code-without-date"),
    (Place("Bắc Gian"), "place-no-such-province"), (Place("Bắc Giang", "Huyện Không Có"), "place-not-found")])
def test_what_cannot_be_told_says_why(small, place, code):
    found = resolve(place, units=small)
    assert found.because.code == code
    assert found.because.sentence("en")
    if place.province == "Bắc Gian":
        assert "Bắc Giang" in found.because.sentence("en")


def test_a_commune_of_the_small_list_is_exact_in_both(small):
    found = resolve(Place("Yên Bái", "huyện lục yên", "xã TÂN LĨNH"), BEFORE, units=small)
    assert found.old.label(Level.COMMUNE) == "Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái"
    assert found.present.label(Level.COMMUNE) == "Xã Tân Lĩnh, Lào Cai"
    assert (found.old.commune.code, found.present.commune.code, found.present.province.code) == ("04336", "04336", "15")
    assert {found.confidence(geography) for geography in Geography} == {EXACT}


def test_a_commune_beyond_the_small_list_names_the_extra_and_keeps_its_province(small):
    found = resolve(Place("Yên Bái", "Huyện Lục Yên", "Xã Khánh Hòa"), BEFORE, units=small)
    assert provinces(found) == (("Yên Bái", EXACT), ("Lào Cai", EXACT))
    assert (found.confidence(Geography.OLD), found.because.code) == (UNKNOWN, "place-not-listed")
    assert 'pip install "ocop-market[places]"' in found.because.sentence("en")


@pytest.mark.parametrize(("place", "old"), [
    (Place("Bắc Giang", "Huyện Lục Ngạn", "Xã Quý Sơn"), "Xã Quý Sơn, Thị xã Chũ, Bắc Giang"),
    (Place("Bắc Giang", "Huyện Việt Yên", "Xã Vân Hà"), "Xã Vân Hà, Thị xã Việt Yên, Bắc Giang"),
    (Place("Kiên Giang", "Huyện Phú Quốc", "Thị trấn Dương Đông"), "Phường Dương Đông, Thành phố Phú Quốc, Kiên Giang"),
    (Place("Bắc Giang", "Huyện Hiệp Hòa", "Xã Thái Sơn"), "Xã Hùng Thái, Huyện Hiệp Hòa, Bắc Giang")])
def test_a_unit_that_had_moved_before_the_reform_is_found_by_name_in_either_list(small, full, place, old):
    for units in (small, full):
        found = resolve(place, BEFORE, units=units)
        assert (found.old.label(Level.COMMUNE), found.confidence(Geography.OLD)) == (old, BY_NAME)
        assert found.present.commune.confidence is BY_NAME


def test_a_present_commune_leads_back_to_the_old_province(full):
    found = resolve(Place("Lâm Đồng", "", "Phường Phan Thiết"), AFTER, units=full)
    assert provinces(found) == (("Bình Thuận", EXACT), ("Lâm Đồng", EXACT))
    assert (found.old.district.name, found.old.commune.confidence, found.present.commune.confidence) == (
        "Thành phố Phan Thiết", SPLIT, EXACT)
    assert len(found.candidates) == 3


def test_without_a_date_a_commune_of_one_list_only_decides(full):
    now = resolve(Place("Lâm Đồng", "", "Xã Nam Ban Lâm Hà"), units=full)
    assert (now.present.commune.code, now.old.province.name, now.because.code) == ("24868", "Lâm Đồng", "place-by-commune")
    then = resolve(Place("Lâm Đồng", "", "Thị trấn Liên Nghĩa"), units=full)
    assert (then.old.commune.code, then.present.commune.name) == ("24958", "Xã Đức Trọng")
    assert (now.confidence(Geography.PRESENT), then.confidence(Geography.OLD)) == (BY_NAME, BY_NAME)


def test_without_a_date_a_commune_of_both_lists_tells_what_both_readings_share(full):
    found = resolve(Place("Lâm Đồng", "", "Xã Hiệp Thạnh"), units=full)
    assert (found.old.province.name, found.old.commune.code, found.present.commune.code) == ("Lâm Đồng", "", "24967")
    assert found.present.commune.confidence is BY_NAME


def test_a_present_commune_under_its_old_province_is_read(full):
    found = resolve(Place("Bình Thuận", "", "Phường Phan Thiết"), AFTER, units=full)
    assert (found.present.commune.name, found.present.commune.confidence, found.old.province.name) == (
        "Phường Phan Thiết", BY_NAME, "Bình Thuận")


def test_a_divided_commune_names_its_parts_and_chooses_none(full):
    divided = next(code for code, parts in full.became.items() if len(parts) == 3)
    unit = full.old[divided]
    district = full.districts[unit.district_code]
    found = resolve(Place(unit.province_code, district.name, unit.name), LAST, units=full)
    assert (found.old.commune.code, found.present.commune.code, found.present.commune.confidence) == (divided, "", SPLIT)
    assert {part.code for part in found.candidates} == set(full.became[divided])
    assert found.because.code == "place-divided"


@pytest.mark.parametrize(("code", "day", "geography", "name"), [
    ("05647", LAST, Geography.OLD, "Xã Vô Tranh"), ("5647", LAST, Geography.OLD, "Xã Vô Tranh"),
    ("05641", FIRST, Geography.PRESENT, "Xã Vô Tranh")])
def test_a_commune_by_code_is_read_with_its_date(full, code, day, geography, name):
    commune = resolve(Place("Thái Nguyên", "", code), day, units=full).unit(geography).commune
    assert (commune.name, commune.confidence) == (name, BY_CODE)


def test_a_commune_code_without_a_date_is_refused_with_both_meanings(full):
    found = resolve(Place("Bình Thuận", "", "23191"), units=full)
    assert (found.old.commune.code, found.present.commune.code, found.because.code) == ("", "", "code-without-date")
    assert "Thị trấn Võ Xu" in found.because.sentence("en") and "Xã Đức Linh" in found.because.sentence("en")


def test_a_ward_number_is_no_code(full):
    found = resolve(Place("TP. HCM", "Q.8", "P.05"), LAST, units=full)
    assert (found.old.commune.name, found.old.district.name) == ("Phường 5", "Quận 8")


@pytest.mark.parametrize(("commune", "code"), [("Phường Sa Pa", "03001"), ("Phường Sa Pả", "03002")])
def test_marks_tell_neighbours_apart(full, commune, code):
    assert resolve(Place("Lào Cai", "Thị xã Sa Pa", commune), LAST, units=full).old.commune.code == code


def test_without_marks_neighbours_are_not_told_apart(full):
    for place in (Place("Yen Bai", "Huyen Tran Yen", "Xa Minh Quan"), Place("LAO CAI", "THI XA SA PA", "PHUONG SA PA")):
        found = resolve(place, LAST, units=full)
        assert (found.old.commune.code, found.because.code) == ("", "place-several")


def test_i_for_y_is_suggested_and_not_taken(full):
    found = resolve(Place("Hồ Chí Minh", "Quận 7", "Phường Tân Qui"), LAST, units=full)
    assert (found.old.commune.code, found.because.code) == ("", "place-perhaps")
    assert "Phường Tân Quy" in found.because.sentence("en")


def test_a_namesake_in_several_districts_wants_the_district(full):
    found = resolve(Place("Bến Tre", "", "Xã An Thạnh"), LAST, units=full)
    assert found.because.code == "place-several"


def test_an_island_district_without_communes_became_a_special_zone(full):
    found = resolve(Place("Quảng Ngãi", "Huyện Lý Sơn"), BEFORE, units=full)
    assert (found.present.commune.name, found.present.commune.confidence) == ("Đặc khu Lý Sơn", EXACT)
    assert (found.old.district.name, found.old.commune.code) == ("Huyện Lý Sơn", "")


def test_an_old_commune_under_a_present_province_is_found_where_one_only_had_it(full):
    found = resolve(Place("Lâm Đồng", "", "Thị trấn Đức Tài"), AFTER, units=full)
    assert (found.old.province.name, found.present.commune.name, found.because.code) == ("Bình Thuận", "Xã Hoài Đức", "place-old-name")
    assert found.confidence(Geography.PRESENT) is BY_NAME


@pytest.mark.parametrize("day", [None, AFTER])
def test_a_present_commune_with_the_district_of_its_land_is_read(full, day):
    found = resolve(Place("Lâm Đồng", "Huyện Lâm Hà", "Xã Nam Ban Lâm Hà"), day, units=full)
    assert (found.present.commune.code, found.old.province.name, found.confidence(Geography.PRESENT)) == ("24868", "Lâm Đồng", BY_NAME)


def test_a_present_commune_with_a_district_of_other_land_is_not_taken(full):
    found = resolve(Place("Lâm Đồng", "Huyện Tánh Linh", "Xã Nam Ban Lâm Hà"), AFTER, units=full)
    assert (found.present.commune.code, found.old.province.name) == ("", "Bình Thuận")


def test_hue_by_code_counts_under_its_last_name(small):
    assert provinces(resolve(Place("46"), BEFORE, units=small)) == (("Huế", BY_CODE), ("Huế", BY_CODE))


def test_the_day_of_a_place_is_that_of_the_newest_certificate():
    dated = Product("A", "Trà", certificates=(Certificate(3, issued_on=BEFORE), Certificate(4, issued_on=AFTER), Certificate(5)))
    assert published_on(dated) == AFTER
    assert published_on(Product("B", "Trà", certificates=(Certificate(3),))) is None



def test_all_10_035_old_communes_are_found_as_they_are_called(full):
    for code, unit in full.old.items():
        found = resolve(Place(unit.province_code, full.districts[unit.district_code].name, unit.name), LAST, units=full)
        assert found.old.commune.code == (code if unit.name else "")
        assert found.present.commune.confidence is (SPLIT if len(full.became[code]) > 1 else BY_CODE)


def test_all_3_321_present_communes_are_found_and_lead_to_one_old_province(full):
    for code, unit in full.present.items():
        found = resolve(Place(unit.province_code, "", unit.name), FIRST, units=full)
        assert (found.present.commune.code, bool(found.old.province.code)) == (code, True)


def test_the_complete_lists_are_used_where_they_are_installed(full):
    gazetteer.cache_clear()
    assert gazetteer() == full
