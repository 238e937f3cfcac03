"""One product's units among accounts: for any claims nothing is offered twice, and what the rules say is what happens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.offer_settings import StockRule
from ocop_market.offers.division import Claim, divide, raised_only_as_freed
from tests.examples import examples

ALL, PERCENT, FIXED, RESERVE, THRESHOLD = StockRule
enough = examples(30)
UNITS, LOCKED, EITHER = st.integers(0, 60), st.integers(0, 20), st.booleans()


@st.composite
def claims(draw, *, count=(1, 4), threshold=UNITS, exclusive=EITHER, locked=LOCKED):
    return [Claim(f"a{n}", draw(st.sampled_from(StockRule)), draw(st.integers(0, 100)), draw(UNITS), draw(st.sampled_from([0, 0, 3, 10])),
                  draw(threshold), draw(st.none() | UNITS), draw(exclusive), draw(locked))
            for n in range(draw(st.integers(*count)))]


@enough
@given(UNITS, claims())
def test_no_offer_is_negative_or_above_what_is_there_but_for_what_a_campaign_has_locked(there, some):
    locked = sum(claim.locked for claim in some)
    for claim in some:
        assert claim.locked <= divide(there, some)[claim.account] <= max(there, locked)


@enough
@given(UNITS, claims())
def test_exclusive_offers_never_add_up_to_more_than_there_is(there, some):
    parts = divide(there, some)
    exclusive = sum(parts[claim.account] for claim in some if claim.exclusive)
    assert exclusive <= max(there, sum(claim.locked for claim in some))


@enough
@given(UNITS, claims())
def test_the_last_units_that_a_reserve_keeps_are_offered_by_nobody_who_keeps_it(there, some):
    rest = max(0, there - sum(claim.locked for claim in some))
    for level in {claim.reserve for claim in some}:
        keeping = [claim for claim in some if claim.exclusive and claim.reserve >= level]
        assert sum(divide(there, some)[claim.account] - claim.locked for claim in keeping) <= max(0, rest - level)


@enough
@given(UNITS, claims(threshold=st.just(0), exclusive=st.just(True), locked=st.just(0)))
def test_more_goods_never_lower_what_is_offered_together(there, some):
    assert sum(divide(there, some).values()) <= sum(divide(there + 1, some).values())


@enough
@given(UNITS, claims(count=(1, 1)))
def test_more_goods_never_lower_the_offer_of_an_account_alone(there, some):
    assert divide(there, some)["a0"] <= divide(there + 1, some)["a0"]


@enough
@given(UNITS, st.integers(1, 5))
def test_accounts_without_a_figure_divide_all_of_it_evenly_and_the_first_gets_what_is_over(there, count):
    parts = list(divide(there, [Claim(f"a{n}") for n in range(count)]).values())
    assert sum(parts) == there
    assert parts == sorted(parts, reverse=True) and parts[0] - parts[-1] <= 1


@enough
@given(UNITS, claims(exclusive=st.just(True)))
def test_nothing_is_kept_back_while_an_account_without_a_figure_may_take_it(there, some):
    some.append(Claim("taker"))
    assert sum(divide(there, some).values()) == max(there, sum(claim.locked for claim in some))


@pytest.mark.parametrize(("there", "some", "expected"), [
    (106, [Claim("a", PERCENT, percent=50)], [53]),
    (7, [Claim("a", PERCENT, percent=50), Claim("b", PERCENT, percent=50)], [3, 3]),
    (10, [Claim("a", PERCENT, percent=80), Claim("b", PERCENT, percent=50)], [8, 2]),
    (10, [Claim("a", PERCENT, percent=30), Claim("b")], [3, 7]),
    (100, [Claim("a"), Claim("b", FIXED, fixed=20)], [80, 20]),
    (15, [Claim("a"), Claim("b", FIXED, fixed=20)], [0, 15]),
    (12, [Claim("a", RESERVE, reserve=5), Claim("b", RESERVE, reserve=5)], [4, 3]),
    (12, [Claim("a", RESERVE, reserve=5), Claim("b")], [6, 6]),
    (4, [Claim("a", RESERVE, reserve=5), Claim("b")], [0, 4]),
    (9, [Claim("a", THRESHOLD, threshold=10), Claim("b")], [0, 9]),
    (10, [Claim("a", THRESHOLD, threshold=10), Claim("b")], [5, 5]),
    (10, [Claim("a", most=2), Claim("b")], [2, 8]),
    (10, [Claim("a", most=0), Claim("b"), Claim("c")], [0, 5, 5]),
    (10, [Claim("a", PERCENT, percent=50, reserve=4)], [3]),
    (20, [Claim("a", locked=6), Claim("b")], [13, 7]),
    (20, [Claim("a", FIXED, fixed=8, locked=6), Claim("b")], [8, 12]),
    (20, [Claim("a", FIXED, fixed=4, locked=6), Claim("b")], [6, 14]),
    (5, [Claim("a", locked=6), Claim("b")], [6, 0]),
    (10, [Claim("a", exclusive=False), Claim("b")], [10, 10]),
    (10, [Claim("a", PERCENT, percent=70, exclusive=False), Claim("b", RESERVE, reserve=2)], [7, 8]),
    (0, [Claim("a"), Claim("b", FIXED, fixed=3)], [0, 0]),
])
def test_what_the_rules_say_is_what_happens(there, some, expected):
    assert list(divide(there, some).values()) == expected


def test_an_offer_is_lowered_at_once_but_raised_only_by_what_the_others_can_no_longer_sell():
    me, other = Claim("me"), Claim("other")

    def raised(wanted: int, claim: Claim = me, others: int = 5) -> int:
        return raised_only_as_freed(8, wanted, claim, [claim, other], {"me": 5, "other": others})

    assert raised(4) == 4, "lowered at once"
    assert raised(7) == 5, "the other may still sell its 5, so nothing is free"
    assert raised(7, others=2) == 6
    assert raised(7, replace(me, exclusive=False)) == 7
    assert raised(7, replace(me, locked=7)) == 7, "never under what a campaign has locked"


@enough
@given(UNITS, claims(exclusive=st.just(True), locked=st.just(0)), st.lists(UNITS, min_size=4, max_size=4))
def test_one_account_after_the_other_the_offers_that_stand_end_within_what_is_there(there, some, stood):
    parts = divide(there, some)
    standing = {claim.account: units for claim, units in zip(some, stood, strict=False)}
    for claim in (*some, *some):
        standing[claim.account] = raised_only_as_freed(there, parts[claim.account], claim, some, standing)
    assert standing == parts, "and they are the parts that the rules give"
