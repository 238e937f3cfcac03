"""Simulated buyers: the same whenever they are drawn, with a truth that can be worked out by hand."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.buyers import CANARY_WORDS, STATE_OF, Fees, Good, History, SimOrder, Step, season
from tests.examples import examples

FIRST_DAY = date(2025, 9, 1)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=VIETNAM)
GOODS = (Good("CHE", "Chè", 185_000), Good("GAO", "Gạo", 32_500, loose=True), Good("MAT", "Mật ong", 240_000, weight=3))


def history(*, till: bool = False, seed: str = "mot", per_day: float = 6.0, partial_returns: bool = True,
            fees: Fees | None = None) -> History:
    return History(GOODS, seed=seed, first_day=FIRST_DAY, per_day=per_day, till=till, branches=3,
                   partial_returns=partial_returns, fees=fees)


@pytest.fixture(params=[False, True], ids=["marketplace", "till"], scope="module")
def shop(request: pytest.FixtureRequest) -> History:
    return history(till=request.param)


def everything(shop: History, now: datetime = NOW) -> list[SimOrder]:
    return list(shop.orders(now))


def test_a_day_is_drawn_the_same_way_whenever_it_is_drawn(shop: History) -> None:
    backwards = history(till=shop.till)
    days = [FIRST_DAY + timedelta(days=n) for n in range(60)]
    late = {day: backwards.day(day) for day in reversed(days)}
    assert [late[day] for day in days] == [shop.day(day) for day in days]


def test_tomorrow_adds_a_day_and_changes_no_other(shop: History) -> None:
    today, tomorrow = everything(shop), everything(shop, NOW + timedelta(days=1))
    assert tomorrow[:len(today)] == today
    assert len(tomorrow) > len(today)


def test_another_seed_gives_other_buyers() -> None:
    assert everything(history(seed="mot")) != everything(history(seed="hai"))


def test_orders_come_oldest_first_with_numbers_of_their_own(shop: History) -> None:
    orders = everything(shop)
    assert [order.placed_at for order in orders] == sorted(order.placed_at for order in orders)
    assert len({order.number for order in orders}) == len(orders)
    assert all(order.placed_at <= NOW for order in orders)


def test_orders_since_a_day_are_the_end_of_all_orders(shop: History) -> None:
    since = date(2026, 1, 15)
    assert list(shop.orders(NOW, since)) == [order for order in everything(shop) if business_day(order.placed_at) >= since]


def test_a_shop_without_goods_sells_nothing() -> None:
    assert list(History((), seed="x", first_day=FIRST_DAY).orders(NOW)) == []


def test_the_truth_is_what_a_plain_recount_gives(shop: History) -> None:
    counted: dict[tuple[date, str, OrderState], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 6)
    for order in everything(shop):
        state = STATE_OF[max((at, i, step) for i, (at, step) in enumerate(order.steps) if at <= NOW)[2]]
        for position, line in enumerate(order.lines):
            back = [r for r in order.returns if r.at <= NOW and r.line == position]
            figures: list[Decimal] = [
                line.quantity, line.quantity * line.unit_price, Decimal(line.seller_discount), Decimal(line.platform_discount),
                Decimal(sum(r.refund for r in back)), sum((r.quantity for r in back), Decimal(0))]
            key = order.placed_at.astimezone(VIETNAM).date(), line.good.sku, state
            counted[key] = [a + b for a, b in zip(counted[key], figures, strict=True)]
    told = {(t.day, t.sku, t.state): [t.quantity, t.list_amount, t.seller_discount, t.platform_discount, t.refund,
                                      t.returned_quantity] for t in shop.truth(NOW)}
    assert told == counted


def test_the_truth_has_one_row_for_a_day_an_article_and_a_state(shop: History) -> None:
    rows = [(t.day, t.sku, t.state) for t in shop.truth(NOW)]
    assert len(set(rows)) == len(rows)


def test_every_word_about_a_buyer_is_a_canary(shop: History) -> None:
    for order in everything(shop):
        fields = dataclasses.asdict(order.buyer)
        assert fields.pop("province")
        assert not [name for name, value in fields.items() if not any(word in value for word in CANARY_WORDS)]


def test_canary_words_stand_nowhere_but_in_buyers(shop: History) -> None:
    shown = "".join(repr(dataclasses.replace(order, buyer=None)) for order in everything(shop))  # type: ignore[arg-type]
    assert not [word for word in CANARY_WORDS if word in shown]


def test_steps_follow_one_another_and_returns_follow_the_delivery(shop: History) -> None:
    for order in everything(shop):
        moments = [at for at, _ in order.steps]
        assert moments == sorted(moments)
        assert moments[0] == order.placed_at
        assert all(back.at > order.placed_at for back in order.returns)
        assert not order.returns or order.steps[-1][1] is Step.COMPLETED


def test_nothing_comes_back_that_was_not_bought(shop: History) -> None:
    for order in everything(shop):
        for back in order.returns:
            line = order.lines[back.line]
            assert 0 < back.quantity <= line.quantity
            assert 0 < back.refund <= line.seller_amount
            assert back.quantity < line.quantity or back.refund == line.seller_amount


def test_return_numbers_are_unique(shop: History) -> None:
    numbers = [back.number for order in everything(shop) for back in order.returns]
    assert numbers
    assert len(set(numbers)) == len(numbers)


def test_without_partial_returns_orders_come_back_whole() -> None:
    returned = [order for order in everything(history(partial_returns=False, per_day=20)) if order.returns]
    assert returned
    for order in returned:
        assert [(back.line, back.quantity) for back in order.returns] == [(n, s.quantity) for n, s in enumerate(order.lines)]


def test_discounts_divide_evenly_by_whole_quantities(shop: History) -> None:
    for order in everything(shop):
        for line in order.lines:
            if line.quantity == line.quantity.to_integral_value():
                assert line.seller_discount % line.quantity == 0
                assert line.platform_discount % line.quantity == 0
            assert 0 <= line.seller_discount < line.list_amount


def test_half_kilos_are_sold_over_the_counter_only() -> None:
    def halves(shop: History) -> bool:
        return any(line.quantity % 1 for order in everything(shop) for line in order.lines)

    assert halves(history(till=True))
    assert not halves(history(till=False))


def test_a_till_is_paid_at_once() -> None:
    assert all(order.steps[0] == (order.placed_at, Step.COMPLETED) for order in everything(history(till=True)))


def test_charges_begin_with_completion_and_are_whole_dong() -> None:
    shop = history(fees=Fees(commission=95, payment=49, per_order=3_000, vat=10))
    order = next(order for order in everything(shop) if order.steps[-1][1] is Step.COMPLETED)
    done = order.steps[-1][0]
    value = sum(line.list_amount - line.seller_discount for line in order.lines)
    assert order.charges(done - timedelta(seconds=1)) == {}
    assert order.charges(done) == {"commission": value * 95 // 1000, "payment": value * 49 // 1000, "vat": value * 10 // 1000,
                                   "per_order": 3_000}
    assert shop.charged(NOW) == sum(sum(one.charges(NOW).values()) for one in everything(shop))


def test_a_change_shows_in_the_time_of_the_last_change() -> None:
    order = next(order for order in everything(history(per_day=20)) if order.returns)
    back = order.returns[0].at
    assert order.updated_at(back) == back
    assert order.updated_at(order.placed_at) == order.placed_at
    assert order.returns_by(back - timedelta(seconds=1)) == ()


@given(some.datetimes(datetime(2025, 9, 2), datetime(2026, 2, 20), timezones=some.just(UTC)))  # noqa: DTZ001
@examples(10)
def test_what_was_sold_on_a_closed_day_never_changes(now: datetime) -> None:
    shop = SHOP
    later = now + timedelta(days=9)

    def sold(at: datetime) -> dict[tuple[date, str], Decimal]:
        sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
        for row in shop.truth(at):
            sums[row.day, row.sku] += row.quantity
        return sums

    before, after = sold(now), sold(later)
    closed = business_day(now)
    assert {key: value for key, value in after.items() if key[0] < closed} == {
        key: value for key, value in before.items() if key[0] < closed}


SHOP = history()


def test_the_weeks_before_tet_are_busier_and_the_feast_is_quiet() -> None:
    tet = date(2026, 2, 17)
    assert season(tet - timedelta(days=5), till=True) > 2
    assert season(tet, till=True) < 0.5
    assert season(tet - timedelta(days=90), till=True) < 1.2
