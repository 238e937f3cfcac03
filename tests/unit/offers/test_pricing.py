"""An account's price: per cent, amount, rounding, ending, floor and ceiling, in this order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ocop_market.offer_settings import AccountPrice
from ocop_market.offers.pricing import price_steps, priced

STEPS = st.sampled_from([1, 100, 500, 1_000, 5_000, 10_000])


@st.composite
def rules(draw):
    step = draw(STEPS)
    floor = draw(st.none() | st.just("catalog") | st.integers(1, 500_000))
    lowest = floor if isinstance(floor, int) else 1
    return AccountPrice(
        percent=draw(st.decimals(Decimal("-99"), 300, places=1)), add=draw(st.integers(-200_000, 200_000)), round_to=step,
        round=draw(st.sampled_from(["up", "down", "nearest"])), ending=draw(st.integers(0, step - 1)), floor=floor,
        ceiling=draw(st.none() | st.integers(lowest, 800_000)))


@given(st.integers(1, 2_000_000), rules())
def test_any_price_is_whole_and_at_least_one_and_within_floor_and_ceiling(base, rule):
    price = priced(base, rule)
    floor = base if rule.floor == "catalog" else rule.floor or 1
    assert isinstance(price, int)
    assert price >= floor
    assert rule.ceiling is None or price <= max(rule.ceiling, floor)


@given(st.integers(1, 2_000_000), rules())
def test_any_price_has_its_ending_unless_the_ceiling_leaves_no_step(base, rule):
    price = priced(base, rule)
    floor = base if rule.floor == "catalog" else rule.floor or 1
    assert price % rule.round_to == rule.ending or price == max(floor, rule.ceiling or 0)


@given(st.integers(1, 2_000_000), rules())
def test_a_dearer_product_is_never_cheaper_on_the_account(base, rule):
    assert priced(base, rule) <= priced(base + 1, rule)


@given(st.integers(1, 2_000_000))
def test_without_a_rule_the_price_is_the_catalogs(base):
    assert priced(base, AccountPrice()) == base


@pytest.mark.parametrize(("rule", "expected"), [
    ({"percent": 10}, 137_500), ({"percent": "-2.5"}, 121_875), ({"add": 15_000}, 140_000), ({"percent": 10, "add": 1_000}, 138_500),
    ({"percent": 10, "round_to": 1_000}, 138_000), ({"percent": 10, "round_to": 1_000, "round": "down"}, 137_000),
    ({"round_to": 10_000, "ending": 9_000}, 129_000), ({"round_to": 10_000, "ending": 9_000, "round": "down"}, 119_000),
    ({"percent": -50, "floor": "catalog"}, 125_000), ({"percent": -50, "floor": 100_000}, 100_000),
    ({"percent": -50, "floor": 95_500, "round_to": 1_000}, 96_000), ({"percent": 50, "ceiling": 150_500, "round_to": 1_000}, 150_000),
    ({"add": -500_000}, 1), ({"percent": 20, "ceiling": 100_000, "floor": "catalog"}, 125_000),
    ({"round_to": 50_000, "floor": 101_000, "ceiling": 120_000}, 120_000),
])
def test_a_price_of_125000_becomes(rule, expected):
    assert priced(125_000, AccountPrice.model_validate(rule)) == expected


@pytest.mark.parametrize(("limit", "last"), [
    ({}, "rounded to 138.000 ₫"), ({"floor": 139_500}, "not below the floor: 140.000 ₫"),
    ({"ceiling": 130_500}, "not above the ceiling: 130.000 ₫")])
def test_the_steps_to_the_price_are_told(limit, last):
    rule = AccountPrice(percent=Decimal("10.5"), add=-500, round_to=1_000, **limit)
    assert [reason.sentence("en").replace("\u00a0", " ") for reason in price_steps(125_000, rule)] == [
        "125.000 ₫ in the catalog", "+10,5 % on it: 138.125 ₫", "−500 ₫ on it: 137.625 ₫", last]


@pytest.mark.parametrize("wrong", [
    {"ending": 900}, {"ending": 1_000, "round_to": 1_000}, {"floor": 2, "ceiling": 1}, {"percent": -100}, {"floor": "list"},
    {"round_to": 0}])
def test_figures_that_do_not_fit_together_are_refused(wrong):
    with pytest.raises(ValidationError):
        AccountPrice.model_validate(wrong)
