"""What the rules say on a day: the days on which they changed, and the days before."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import Group, PaperKind, ProducerKind, WithdrawalCause
from ocop_market.rules.certificates import (
    expiry_of,
    extension_days,
    months_after,
    renewal_window,
    validity_months,
    withdrawal_causes,
)
from ocop_market.rules.dated import Confidence, NoRule
from ocop_market.rules.papers import needed_papers
from ocop_market.rules.programme import RatingBody, criteria, groups, rating_body
from ocop_market.rules.tax import Supply, household_threshold, withholding

CHANGE_OF_CRITERIA = date(2026, 5, 22)


@pytest.mark.parametrize(("day", "three", "four", "five"), [
    (date(2019, 8, 20), None, None, None),
    (date(2019, 8, 21), "province", "province", "ministry"),
    (date(2023, 2, 23), "province", "province", "ministry"),
    (date(2023, 2, 24), "district", "province", "ministry"),
    (date(2025, 6, 30), "district", "province", "ministry"),
    (date(2025, 7, 1), "province", "province", "ministry"),
    (CHANGE_OF_CRITERIA, "province", "province", "ministry"),
])
def test_who_grants_which_stars(day, three, four, five):
    assert [rating_body(stars, day) for stars in (3, 4, 5)] == [body and RatingBody(body) for body in (three, four, five)]
    assert rating_body(2, day) is None


@pytest.mark.parametrize(("day", "number"), [
    (date(2019, 8, 21), "1048/QĐ-TTg"), (date(2023, 2, 23), "1048/QĐ-TTg"), (date(2023, 2, 24), "148/QĐ-TTg"),
    (date(2026, 5, 21), "148/QĐ-TTg"), (CHANGE_OF_CRITERIA, "26/2026/QĐ-TTg"), (date(2040, 1, 1), "26/2026/QĐ-TTg")])
def test_which_criteria_a_new_dossier_is_rated_by(day, number):
    assert criteria(day).number == number


def test_before_the_first_criteria_none_are_named():
    with pytest.raises(NoRule):
        criteria(date(2019, 8, 20))


@pytest.mark.parametrize(("issued", "expires"), [
    (date(2018, 5, 7), date(2021, 5, 7)), (date(2021, 8, 5), date(2024, 8, 5)), (date(2026, 8, 5), date(2029, 8, 5)),
    (date(2024, 2, 29), date(2027, 3, 1)), (date(2025, 2, 28), date(2028, 2, 28)), (date(2025, 3, 1), date(2028, 3, 1))])
def test_a_certificate_ends_thirty_six_months_after_its_issue(issued, expires):
    assert expiry_of(issued) == expires


def test_no_term_is_told_for_a_certificate_older_than_the_programme():
    with pytest.raises(NoRule):
        validity_months(date(2018, 5, 6))


@given(st.dates(date(2018, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_months_are_added_like_calendars_do_and_never_step_back(day, months):
    later = months_after(day, months)
    passed = (later.year - day.year) * 12 + later.month - day.month
    assert (passed, later.day) == (months, day.day) or (passed, later.day) == (months + 1, 1)


@given(st.dates(date(2018, 5, 7), date(2090, 1, 1)), st.dates(date(2018, 5, 7), date(2090, 1, 1)))
def test_a_certificate_issued_later_never_ends_earlier(one, other):
    earlier, later = sorted((one, other))
    assert expiry_of(earlier) <= expiry_of(later)


def test_the_window_and_the_extension_came_with_decision_26_of_2026():
    assert renewal_window(date(2026, 5, 21)) is None
    window = renewal_window(CHANGE_OF_CRITERIA)
    assert window is not None
    assert (window.opens_days_before, window.closes_days_before) == (180, 120)
    assert [extension_days(day) for day in (date(2026, 5, 21), CHANGE_OF_CRITERIA)] == [0, 180]


def test_all_six_causes_of_withdrawal_are_told():
    assert withdrawal_causes(date(2026, 5, 21)) == ()
    assert {row.cause for row in withdrawal_causes(CHANGE_OF_CRITERIA)} == set(WithdrawalCause)


def test_six_groups_with_twenty_six_sets_in_force_and_unknown_numbers_before():
    now, before = groups(CHANGE_OF_CRITERIA), groups(date(2026, 5, 21))
    assert [row.group for row in now] == [row.group for row in before] == [group for group in Group if group is not Group.UNKNOWN]
    assert sum(row.sets or 0 for row in now) == 26
    assert all(row.sets is None and row.confidence is Confidence.UNVERIFIED for row in before)
    assert groups(date(2023, 2, 23)) == ()


@pytest.mark.parametrize(("seller", "supply", "day", "rates"), [
    (ProducerKind.HOUSEHOLD, Supply.GOODS, date(2025, 6, 30), None),
    (ProducerKind.HOUSEHOLD, Supply.GOODS, date(2025, 7, 1), ("1", "0.5")),
    (ProducerKind.HOUSEHOLD, Supply.SERVICES, date(2026, 6, 30), ("5", "2")),
    (ProducerKind.HOUSEHOLD, Supply.TRANSPORT, date(2026, 6, 30), ("3", "1.5")),
    (ProducerKind.HOUSEHOLD, Supply.GOODS, date(2026, 7, 1), ("1", "0.5")),
    (ProducerKind.HOUSEHOLD, None, date(2026, 7, 1), ("5", "2")),
    (ProducerKind.COOPERATIVE, Supply.GOODS, date(2026, 7, 1), ("0", "0")),
    (ProducerKind.COMPANY, None, date(2025, 7, 1), ("0", "0")),
    (ProducerKind.UNKNOWN, Supply.GOODS, date(2026, 7, 1), None),
])
def test_what_platforms_withhold(seller, supply, day, rates):
    found = withholding(seller, supply, day)
    assert (found and (found.value_added, found.income)) == (rates and tuple(map(Decimal, rates)))


def test_the_households_threshold_is_one_billion_from_2026():
    assert household_threshold(date(2025, 12, 31)) is None
    found = household_threshold(date(2026, 1, 1))
    assert found is not None
    assert found.revenue == 1_000_000_000


@pytest.mark.parametrize(("kind", "must"), [
    (GoodsKind.PROCESSED_FOOD, {PaperKind.FOOD_SAFETY, PaperKind.SELF_DECLARATION}),
    (GoodsKind.FRESH_FOOD, set()), (GoodsKind.CRAFT, set()), (GoodsKind.TOURISM, set()), (GoodsKind.UNKNOWN, set()),
    (GoodsKind.HEALTH_FOOD, {PaperKind.REGISTERED_DECLARATION, PaperKind.GMP, PaperKind.ADVERTISING_CONFIRMATION}),
    (GoodsKind.COSMETIC, {PaperKind.COSMETIC_NOTIFICATION}), (GoodsKind.ANIMAL, {PaperKind.QUARANTINE}),
    (GoodsKind.ALCOHOL, {PaperKind.ALCOHOL_PRODUCTION, PaperKind.ALCOHOL_TRADE}),
])
def test_papers_without_which_goods_may_not_be_offered(kind, must):
    assert {row.paper for row in needed_papers(kind, CHANGE_OF_CRITERIA) if row.must} == must


@pytest.mark.parametrize(("day", "confidence"), [
    (date(2026, 1, 25), Confidence.SECONDARY), (date(2026, 1, 26), Confidence.UNVERIFIED), (date(2026, 4, 16), Confidence.UNVERIFIED)])
def test_food_papers_are_asked_for_throughout_the_unsettled_time_and_marked_so(day, confidence):
    declaration = [row for row in needed_papers(GoodsKind.PROCESSED_FOOD, day) if row.paper is PaperKind.SELF_DECLARATION]
    assert [(row.must, row.confidence) for row in declaration] == [(True, confidence)]


def test_only_alcohol_of_five_and_a_half_per_cent_needs_the_licence_to_trade():
    licence = [row for row in needed_papers(GoodsKind.ALCOHOL, CHANGE_OF_CRITERIA) if row.from_percent is not None]
    assert [(row.paper, row.from_percent) for row in licence] == [(PaperKind.ALCOHOL_TRADE, Decimal("5.5"))]
