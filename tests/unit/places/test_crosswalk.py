"""The 101 communes of the demo list: our table of them against the tables of the package, which were read anew."""

from collections import Counter
from datetime import date

from ocop_market.places.resolution import resolve
from ocop_market.places.units import Confidence, Geography, Level

BEFORE = date(2023, 5, 4)


def communes(demo_products):
    """Every place of the demo list with district and commune, once."""
    return {product.place for product in demo_products if product.place.district and product.place.commune}


def test_every_commune_of_the_demo_list_is_told_by_the_small_list(demo_products, small):
    found = [resolve(place, BEFORE, units=small) for place in communes(demo_products)]
    assert len(found) == 101
    for geography in Geography:
        assert Counter(place.confidence(geography) for place in found) == {Confidence.EXACT: 87, Confidence.BY_NAME: 14}


def test_the_small_list_and_the_package_agree_on_all_101(demo_products, small, full):
    for place in communes(demo_products):
        ours, theirs = resolve(place, BEFORE, units=small), resolve(place, BEFORE, units=full)
        for geography in Geography:
            assert ours.unit(geography).at(Level.COMMUNE) == theirs.unit(geography).at(Level.COMMUNE), place


def test_every_row_of_the_small_list_is_a_row_of_the_package(small, full):
    for code, unit in small.old.items():
        assert (full.old[code].name, full.old[code].district_code) == (unit.name, unit.district_code)
        assert full.became[code] == small.became[code]
        assert full.present[small.became[code][0]] == small.present[small.became[code][0]]
