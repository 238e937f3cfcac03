"""What comes off, effects, events and rates lead to their lines as well: to the đồng, or by an arithmetic that can be followed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.growth.account_of_change import account_of_change
from ocop_market.growth.address import TAKEN_OFF, Address, Measure, Slice, parse
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import Event, before_after
from ocop_market.growth.breakdown import breakdown
from ocop_market.growth.effects import Effect, at_old_prices
from ocop_market.growth.explain import explain, lines
from ocop_market.growth.takings import takings
from ocop_market.growth.years import years
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_orders
from tests.databases import ON_BOTH
from tests.unit.growth.test_explain import CODES, FIRST, LAST, PAIR, PRODUCTS, YEAR, fill, orders

pytestmark = ON_BOTH
TAKEN = {Measure.DISCOUNT: "discount", Measure.REFUND: "refund", Measure.FEES: "fees", Measure.CARRIAGE: "shipping", Measure.TAX: "tax"}
EACH = settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
charged = st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 10**8), st.sampled_from([FeeKind.COMMISSION, FeeKind.OTHER]),
                             st.sampled_from(["Phí A/B 5%", "Phí hạ tầng"]), st.integers(0, 10**6), st.integers(0, 10**5)),
                   min_size=1, max_size=4)
sales = st.lists(st.tuples(st.sampled_from(["shop", "till"]), st.integers(0, (LAST - FIRST).days), st.sampled_from(list(OrderState)),
                           charged), min_size=1, max_size=15)


def sell(store, clock, drawn) -> None:
    fill(store, clock, [])
    for account in ("shop", "till"):
        made = []
        for number, (of, offset, state, sold) in enumerate(drawn):
            at = datetime.combine(FIRST + timedelta(days=offset), datetime.min.time(), UTC) + timedelta(hours=5)
            rows = tuple(SalesLine(str(i), sku, sku or "không mã", Decimal(2), amount, "7" if not sku else "", seller_discount=amount // 9,
                                   charged=(Fee(kind, fee, word if kind is FeeKind.OTHER else ""),), seller_shipping=carriage,
                                   tax_withheld=amount // 100, returned_quantity=Decimal(i % 2))
                         for i, (sku, amount, kind, word, fee, carriage) in enumerate(sold))
            if of == account:
                made.append(SalesOrder(f"N{number}", at, at, state, state.value, rows))
        with store.writing() as connection:
            save_orders(connection, account, made)
        with holding(store, "t", clock) as turn:
            roll_up(store, account, turn)


def asked(connection, text: str):
    """An address explained, with its lines held against what is said of them."""
    address = parse(text)
    assert str(address) == text
    found = explain(connection, PRODUCTS, address)
    listed = list(lines(connection, PRODUCTS, found))
    assert found.agrees
    assert (len(listed), sum(line.amount for line in listed)) == (found.lines, found.lines_amount)
    return found


@EACH
@given(sales)
def test_the_lines_of_what_comes_off_come_to_it(store, clock, drawn):
    sell(store, clock, drawn)
    with store.reading() as connection:
        for account, sums in takings(connection, YEAR).items():
            for measure, name in TAKEN.items():
                assert asked(connection, f"{measure}/by=channel/{account}/2026").value == getattr(sums, name)
            assert asked(connection, f"taken-off/by=channel/{account}/2026").value == sums.taken_off
            assert asked(connection, f"revenue/basis=in-hand/by=channel/{account}/2026").value == sums.in_hand
            assert asked(connection, f"in-hand-share/by=channel/{account}/2026").value == pytest.approx(sums.share_in_hand)
            assert asked(connection, f"units/by=channel/{account}/2026").value == sums.units
        for step in breakdown(connection, YEAR).steps:
            if step.key.startswith("fee:"):
                address = Address(Measure.FEES, YEAR, fee=step.key.removeprefix("fee:") + (f":{step.word}" if step.word else ""))
                assert asked(connection, str(address)).lines_amount == -step.now
        by_kind = [asked(connection, f"fees/fee={kind}/by=channel/shop/2026").value for kind in FeeKind]
        assert sum(by_kind) == asked(connection, "fees/by=channel/shop/2026").value


@EACH
@given(orders, st.sampled_from([Basis.NET, Basis.GROSS, Basis.IN_HAND]))
def test_effects_follow_from_the_articles_that_are_shown(store, clock, drawn, basis):
    fill(store, clock, drawn)
    with store.reading() as connection:
        change = account_of_change(connection, PRODUCTS, PAIR, basis)
        found = {one: asked(connection, str(Address(Measure.CHANGE, YEAR, Slice.EFFECT, key=one.value, basis=basis))) for one in Effect}
    assert {one.value: told.value for one, told in found.items()} == {one.value: getattr(change.effects, one.value) for one in Effect}
    compared = found[Effect.PRICE]
    assert sum(found[one].value for one in (Effect.PRICE, Effect.VOLUME, Effect.MIX)) == compared.lines_amount
    assert all(found[one].lines_amount == found[one].value for one in (Effect.NEW, Effect.DROPPED, Effect.UNMEASURED))
    shown = [one.change for one in compared.workings]
    assert len(shown) == change.effects.articles
    assert sum(one.now for one in shown) - round(sum(map(at_old_prices, shown), Fraction())) == compared.value
    assert sum(one.change.amount for told in found.values() for one in told.workings if told not in (
        found[Effect.VOLUME], found[Effect.MIX])) == change.total.amount


@EACH
@given(orders, st.sampled_from([1, 6, 12]))
def test_what_followed_an_event_leads_to_the_lines_of_each_products_own_months(store, clock, drawn, months):
    fill(store, clock, drawn)
    with store.reading() as connection:
        for event in Event:
            told = before_after(connection, PRODUCTS, event, LAST, months=months)
            for measure, value in ((Measure.REVENUE, told.total.now), (Measure.BEFORE, told.total.before), (
                    Measure.CHANGE, told.total.amount), (Measure.GROWTH, told.total.growth), (Measure.PRODUCTS, len(told.told)),
                    (Measure.MEDIAN, told.median)):
                found = asked(connection, f"{measure}/event={event}.{months}/2026-12-31")
                assert found.value == value
                assert [(one.key, one.change, one.day) for one in found.workings] == [(one.sku, one.change, one.day) for one in told.told]


def test_products_that_were_upgraded_are_found_with_their_months(store, clock):
    fill(store, clock, [("shop", offset, OrderState.DELIVERED, "", [("P2", 1_000 + offset, 0, 0)]) for offset in (0, 35, 50, 100)])
    with store.reading() as connection:
        found = asked(connection, "growth/event=recognition.1/2026-12-31")
    assert [(one.key, one.change.before, one.change.now) for one in found.workings] == [("P2", 1_035, 1_050)]
    assert (found.lines, found.value) == (2, pytest.approx(100 * 15 / 1_035))


def test_a_rate_over_years_and_the_units_of_each_lead_to_their_lines(store, clock):
    fill(store, clock, [("shop", offset, OrderState.DELIVERED, "", [("P0", amount, 0, 0)]) for offset, amount in ((5, 100), (400, 121))])
    with store.reading() as connection:
        past = years(connection, YEAR, 2)
        rate = asked(connection, "rate/2026")
        units = asked(connection, "units/2026")
    assert (rate.value, rate.lines, rate.lines_amount) == (pytest.approx(past.compound), 2, 21)
    assert units.value == past.periods[-1][1].units_now == 1


def test_goods_can_be_asked_for_by_the_code_under_which_they_were_sold_and_by_account(store, clock):
    fill(store, clock, [("shop", 400, OrderState.DELIVERED, "", [("?", 70, 0, 0), ("P0", 5, 0, 0)]), (
        "till", 400, OrderState.DELIVERED, "", [("P0", 9, 0, 0)])])
    with store.reading() as connection:
        assert asked(connection, "revenue/code=?/2026").value == 70
        assert asked(connection, "revenue/account=till/by=product/P0/2026").value == 9


@pytest.mark.parametrize("text", [
    "fees/fee=tips/2026", "fees/fee=commission:word/2026", "revenue/fee=commission/2026", "fees/fee=commission/by=product/P0/2026",
    "change/effect=luck/2026", "revenue/effect=price/2026", "median/2026", "median/event=recognition.99/2026-11-20",
    "share/event=recognition.12/2026-11-20", "revenue/account=shop/by=channel/shop/2026", "revenue/account=shop/2026",
    "target/2026-11-20", "break-even/by=product/P0/2026", "outlets/by=province/X/2026"])
def test_what_is_not_counted_in_that_way_is_refused(text):
    with pytest.raises(SettingsError) as refused:
        parse(text)
    assert refused.value.code == "no-address"


def test_every_column_that_comes_off_has_a_measure():
    assert {name for names in TAKEN_OFF.values() for name in names} == {
        "seller_discount", "refund", "fees", "seller_shipping", "tax_withheld"}
