"""Counts in either geography add up to the same total; what cannot be told has a row of its own."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.model.product import Certificate, Place, Product
from ocop_market.places.counting import PLACE_DIVIDED, PLACE_UNKNOWN, by_confidence, row_of, row_of_product, totals
from ocop_market.places.gazetteer import all_districts, small_gazetteer
from ocop_market.places.provinces import provinces
from ocop_market.places.resolution import published_on, resolve
from ocop_market.places.units import Confidence, Geography, Level

LEVELS = [(g, level) for g in Geography for level in Level if (g, level) != (Geography.PRESENT, Level.DISTRICT)]
published = st.builds(
    Place, st.sampled_from(["", "24", "80", "Paris", *(p.name for p in provinces())]),
    st.sampled_from(["", "", "058", *(d.name for d in all_districts().values())]),
    st.sampled_from(["", "Xã Không Có", "05647", *(c.name for c in small_gazetteer().old.values()),
                     *(c.name for c in small_gazetteer().present.values())]))
days = st.none() | st.dates(date(2019, 1, 1), date(2027, 1, 1))
amounts = st.lists(st.tuples(published, days, st.integers(-10**9, 10**12)), max_size=30)


@settings(deadline=None)  # the first example loads the lists
@given(amounts)
def test_sums_over_either_geography_are_the_total(listed):
    for units in (small_gazetteer(), None):
        items = [(resolve(place, day, units=units), amount) for place, day, amount in listed]
        for geography, level in LEVELS:
            assert sum(totals(items, geography, level).values()) == sum(amount for _, amount in items)


@settings(deadline=None)  # the first example loads the lists
@given(published, days)
def test_a_known_unit_has_a_code_and_a_name_and_an_unknown_one_neither(place, day):
    found = resolve(place, day)
    for geography, level in LEVELS:
        part = found.unit(geography).at(level)
        assert bool(part.code) == bool(part.name) == (part.confidence not in (Confidence.UNKNOWN, Confidence.SPLIT))
    assert found.because.sentence("en")


@settings(deadline=None)  # the first example loads the lists
@given(published, days)
def test_the_province_of_today_holds_the_old_one(place, day):
    found = resolve(place, day)
    if found.old.province.code:
        (became,) = {p.became for p in provinces() if p.code == found.old.province.code and p.valid_to == date(2025, 6, 30)}
        assert found.present.province.code == became


@settings(deadline=None)  # the first example loads the lists
@given(published, days)
def test_the_quick_way_to_the_province_of_today_is_the_long_one(place, day):
    product = Product("A", "Trà", place=place, certificates=(Certificate(3, issued_on=day),))
    assert row_of_product(product, Geography.PRESENT, Level.PROVINCE) == row_of(
        resolve(place, day), Geography.PRESENT, Level.PROVINCE)


@settings(deadline=None)
@given(st.builds(Place, st.text(max_size=20), st.text(max_size=20), st.text(max_size=20)), days)
def test_whatever_is_written_gets_an_answer_with_a_reason(place, day):
    found = resolve(place, day)
    assert found.published == place
    assert found.because.sentence("en") and found.because.sentence("vi")


def test_unknown_and_divided_places_have_rows_of_their_own(small):
    items = [(resolve(Place("Ninh Bình"), units=small), 3), (resolve(Place("Bắc Giang"), units=small), 5)]
    assert totals(items, Geography.OLD) == {PLACE_UNKNOWN: 3, "Bắc Giang": 5}
    assert totals(items, Geography.PRESENT) == {"Ninh Bình": 3, "Bắc Ninh": 5}


def test_a_commune_formed_of_several_counts_as_one_of_several(full):
    found = resolve(Place("Lâm Đồng", "", "Phường Phan Thiết"), date(2026, 8, 5), units=full)
    assert row_of(found, Geography.OLD, Level.COMMUNE) == PLACE_DIVIDED
    assert row_of(found, Geography.OLD, Level.DISTRICT) == "Thành phố Phan Thiết, Bình Thuận"


def test_districts_of_today_are_refused(small):
    with pytest.raises(SettingsError, match="no-districts-today"):
        totals([], Geography.PRESENT, Level.DISTRICT)


def test_a_place_without_a_certificate_is_read_with_the_day_of_the_import():
    tea = Product("A", "Trà", place=Place("Ninh Bình"))
    assert row_of_product(tea, Geography.OLD, Level.PROVINCE) == PLACE_UNKNOWN
    assert row_of_product(tea, Geography.OLD, Level.PROVINCE, imported_on=date(2024, 1, 1)) == "Ninh Bình"


def resolved(products, units):
    return [resolve(product.place, published_on(product), units=units) for product in products]


def test_the_356_products_of_the_demo_list_with_all_communes(demo_products, full):
    found = resolved(demo_products, full)
    assert list(by_confidence(found, Geography.OLD).values()) == [240, 0, 85, 7, 24]
    assert list(by_confidence(found, Geography.PRESENT).values()) == [247, 0, 109, 0, 0]


def test_the_356_products_of_the_demo_list_with_the_small_list(demo_products, small):
    found = resolved(demo_products, small)
    assert list(by_confidence(found, Geography.OLD).values()) == [238, 0, 83, 0, 35]
    assert list(by_confidence(found, Geography.PRESENT).values()) == [238, 0, 107, 0, 11]


def test_of_the_demo_list_only_names_of_both_times_without_a_date_stay_without_an_old_province(demo_products, full):
    unknown = Counter(place.published.province for place in resolved(demo_products, full) if not place.old.province.code)
    assert unknown == {"Quảng Trị": 18, "Lào Cai": 2, "Ninh Bình": 2, "Thái Nguyên": 2}
