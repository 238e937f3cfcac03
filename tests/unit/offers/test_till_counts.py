"""Articles of a till become counts of products; whatever is in doubt is told and not counted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ocop_market.channels.api import Location, RemoteGood
from ocop_market.errors import SettingsError
from ocop_market.offers.till_counts import Reading, counting_branches, read_counts

NOW, EARLIER = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
BRANCHES = [Location("1", "Kho chính"), Location("2", "Quầy chợ")]


def article(code: str, *stock: str, unit: str = "hộp", remote_id: str = "9", active: bool = True) -> RemoteGood:
    places = {str(n): Decimal(quantity) for n, quantity in enumerate(stock, start=1)}
    return RemoteGood(remote_id, code, code.title(), unit=unit, stock=places, active=active)


def read(*goods: RemoteGood, links=None, units=None, branches=None, agreed=None) -> Reading:
    return read_counts("till", goods, skus=frozenset({"TRA", "MAT"}), links=links or {}, units=units or {}, branches=branches,
                       agreed=agreed or {}, now=NOW)


def quantities(reading: Reading) -> list[tuple[str, str, Decimal]]:
    return [(count.sku, count.location, count.quantity) for count in reading.counts]


def test_each_branch_counts_for_itself_and_foreign_articles_do_not_count():
    assert quantities(read(article("TRA", "3", "4.5"), article("XÀ PHÒNG", "9"))) == [("TRA", "1", 3), ("TRA", "2", Decimal("4.5"))]


def test_only_the_branches_that_are_set_count_by_name_or_number():
    branches = counting_branches("till", BRANCHES, ["kho chinh"])
    assert quantities(read(article("TRA", "3", "4"), branches=branches)) == [("TRA", "1", 3)]
    assert counting_branches("till", BRANCHES, ["2", "Kho chính"]) == {"1", "2"}
    assert counting_branches("till", BRANCHES, []) is None


def test_a_branch_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(SettingsError) as refused:
        counting_branches("till", BRANCHES, ["Kho phụ"])
    assert refused.value.code == "branch-unknown" and "Kho chính, Quầy chợ" in refused.value.sentence("en")


def test_a_linked_article_counts_for_its_product_by_its_units():
    links = {("till", "THUNG", ""): "TRA", ("till", "", "77"): "MAT"}
    reading = read(article("THUNG", "2"), article("", "5", remote_id="77"), links=links, units={"THUNG": Decimal(12)})
    assert quantities(reading) == [("MAT", "1", 5), ("TRA", "1", 24)]


def test_of_several_articles_of_one_product_the_one_with_its_code_counts():
    reading = read(article("TRA", "30"), article("THUNG", "2"), links={("till", "THUNG", ""): "TRA"})
    assert quantities(reading) == [("TRA", "1", 30)] and not reading.problems


def test_several_articles_none_of_which_has_the_products_code_are_asked_about_and_give_no_count():
    links = {("till", "THUNG", ""): "TRA", ("till", "HOP", ""): "TRA"}
    reading = read(article("THUNG", "2"), article("HOP", "24"), links=links)
    assert quantities(reading) == []
    assert [problem.code for problem in reading.problems] == ["two-articles"]


@pytest.mark.parametrize("unit", ["kg", "Kg", "Lít", "gam"])
def test_goods_that_are_weighed_or_poured_are_never_guessed_to_be_pieces(unit):
    reading = read(article("TRA", "8.5", unit=unit), agreed={"TRA": EARLIER})
    assert quantities(reading) == [], "the count before stays"
    assert [problem.code for problem in reading.problems] == ["unit-unknown"]
    assert unit in reading.problems[0].sentence("en")
    told = read(article("TRA", "8.5", unit=unit), units={"TRA": Decimal(2)})
    assert quantities(told) == [("TRA", "1", 17)] and not told.problems


def test_an_article_that_is_not_sold_any_more_has_none_and_one_that_went_too():
    reading = read(article("TRA", "8", active=False), agreed={"MAT": EARLIER})
    assert quantities(reading) == [("MAT", "", 0), ("TRA", "", 0)]


def test_a_till_that_lists_nothing_at_all_empties_no_shop():
    with pytest.raises(SettingsError) as refused:
        read(agreed={"TRA": EARLIER})
    assert refused.value.code == "source-empty"
    assert quantities(read()) == [], "a till that never had anything is no fault"


def test_a_later_reading_agrees_with_the_shelf_since_the_first_one():
    (count,) = read(article("TRA", "8"), agreed={"TRA": EARLIER}).counts
    assert (count.counted_at, count.agreed_at) == (NOW, EARLIER)
