"""A change in its parts: they add up to the đồng for any sales, whatever the order in which these came."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from ocop_market.catalog.lookup import finder, sold_finder
from ocop_market.growth.account_of_change import account_of_change
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By, Period, compare
from ocop_market.growth.effects import effects
from ocop_market.growth.movement import Part, Reason, movement
from ocop_market.growth.panel import panel
from ocop_market.growth.periods import Against, named, pair
from ocop_market.growth.sold import Change, Sold
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from tests.examples import examples
from tests.totals import put_days

YEARS = pair(named("2026"), Against.YEAR_BEFORE, date(2030, 1, 1))


def held(start: str, end: str, stars: int = 3, **more) -> Certificate:
    return Certificate(stars, f"{stars}/QĐ", date.fromisoformat(start), date.fromisoformat(end), **more)


def made(sku: str, *certificates: Certificate, **more) -> Product:
    return Product(sku, sku.title(), place=Place("Bắc Giang"), certificates=certificates, **more)


CATALOG = {product.sku: product for product in (
    made("STAY", held("2024-01-01", "2027-01-01"), producer="HTX A", producer_kind=ProducerKind.COOPERATIVE, group=Group.FOOD),
    made("NEW", held("2026-05-01", "2029-05-01"), producer="HTX A", group=Group.DRINKS, product_set=3),
    made("OLD", held("2022-06-01", "2025-06-01")),
    made("OUT", held("2024-01-01", "2027-01-01", withdrawn_on=date(2025, 9, 1))),
    made("PLAIN"), made("ASK", Certificate(4)))}
SKUS = [*CATALOG, "?1", "?2"]


def sold(sku: str, amount: int, quantity: int = 1, outlet: str = "shop") -> Sold:
    return Sold(outlet, "", sku, amount, Decimal(quantity))


def moved(now, before):
    return movement(now, before, finder(CATALOG), YEARS.now, YEARS.before)


@pytest.mark.parametrize(("sku", "now", "before", "part", "reason"), [
    ("STAY", 5, 3, Part.SAME, Reason.SAME), ("STAY", 5, 0, Part.ENTRY, Reason.FIRST_SOLD), ("STAY", 0, 5, Part.EXIT, Reason.NOT_SOLD),
    ("NEW", 5, 3, Part.ENTRY, Reason.NEWLY_RECOGNISED), ("OLD", 5, 3, Part.EXIT, Reason.LAPSED),
    ("OUT", 0, 3, Part.EXIT, Reason.WITHDRAWN), ("PLAIN", 5, 3, Part.OUTSIDE, Reason.NOT_RECOGNISED),
    ("ASK", 5, 3, Part.OUTSIDE, Reason.UNDATED), ("?", 5, 3, Part.OUTSIDE, Reason.NOT_IN_CATALOG)])
def test_what_became_of_a_product_decides_its_part(sku, now, before, part, reason):
    found = moved([sold(sku, now)] if now else [], [sold(sku, before)] if before else [])
    assert [(one.reason, one.products) for one in found.moved] == [(reason, 1)]
    assert (found.part(part).amount, found.total.amount) == (now - before, now - before)


def test_a_sale_returned_in_full_is_no_sale_of_the_period():
    found = moved([sold("STAY", 0, 0)], [sold("STAY", 5)])
    assert found.products(Part.EXIT) == 1


def test_a_shop_that_was_added_is_no_growth_of_the_same_sellers():
    first = {"old": date(2023, 1, 1), "late": date(2025, 6, 1), "new": date(2026, 2, 1), "closed": date(2023, 1, 1)}
    found = panel([sold("A", 110, outlet="old"), sold("A", 70, outlet="late"), sold("A", 500, outlet="new")],
                  [sold("A", 100, outlet="old"), sold("A", 30, outlet="late"), sold("A", 40, outlet="closed")], YEARS.before, first)
    assert (found.outlets, found.added_outlets, found.gone_outlets) == (("old",), ("late", "new"), ("closed",))
    assert (found.same.growth, found.added.amount, found.gone.amount) == (10.0, 540, -40)
    assert found.total.amount == 680 - 170


def worked(now, before):
    return effects(now, before, sold_finder(CATALOG))


def test_price_volume_and_mix_as_worked_by_hand():
    """Tea 10 at 100 becomes 20 at 110; honey 10 at 300 becomes 10 at 300."""
    found = worked([sold("STAY", 2200, 20), sold("NEW", 3000, 10)], [sold("STAY", 1000, 10), sold("NEW", 3000, 10)])
    assert (found.price, found.volume, found.mix, found.total) == (200, 2000, -1000, 1200)


def test_another_price_alone_is_price_and_more_of_all_alone_is_volume():
    before = [sold("STAY", 1000, 10), sold("NEW", 900, 3)]
    dearer = worked([replace(one, amount=one.amount * 2) for one in before], before)
    more = worked([replace(one, amount=one.amount * 2, quantity=one.quantity * 2) for one in before], before)
    assert (dearer.price, dearer.volume, dearer.mix) == (1900, 0, 0)
    assert (more.price, more.volume, more.mix) == (0, 1900, 0)


def test_goods_without_a_quantity_are_not_measured():
    found = worked([sold("STAY", -50, 0), sold("NEW", 10, 1)], [sold("STAY", 100, 1), sold("OLD", 7, 1)])
    assert (found.unmeasured, found.new, found.dropped, found.articles) == (-150, 10, -7, 0)


sales = st.lists(st.builds(Sold, st.sampled_from(["shop", "till"]), st.sampled_from(["", "1", "2"]), st.sampled_from(SKUS),
                           st.integers(-10**7, 10**10), st.decimals(-5, 10**5, places=3)), max_size=25)


first_sales = st.dictionaries(st.sampled_from(["shop", "shop / 1", "till", "till / 2"]), st.dates(date(2024, 1, 1), date(2026, 12, 31)))


@examples(25)
@given(sales, sales, first_sales, st.randoms())
def test_every_division_adds_up_to_the_same_total_and_order_changes_nothing(now, before, first, chance):
    change = sum(one.amount for one in now) - sum(one.amount for one in before)
    parts, sellers, forces = moved(now, before), panel(now, before, YEARS.before, first), worked(now, before)
    assert sum(parts.part(part).amount for part in Part) == parts.total.amount == change
    assert parts.total.units_now == sum(one.quantity for one in now)
    assert sellers.total.amount == change and sellers.total == parts.total
    assert forces.total == change
    chance.shuffle(now)
    chance.shuffle(before)
    assert (moved(now, before), panel(now, before, YEARS.before, first), worked(now, before)) == (parts, sellers, forces)


@examples(25)
@given(sales, sales)
def test_the_effects_are_those_of_the_formulas(now, before):
    """Straight from the definitions, with exact fractions: each within half a đồng, as each is rounded once."""
    amounts, quantities = defaultdict(lambda: [0, 0]), defaultdict(lambda: [Fraction(), Fraction()])
    for side, rows in enumerate((before, now)):
        for one in rows:
            amounts[one.sku][side] += one.amount
            quantities[one.sku][side] += Fraction(one.quantity)
    both = [sku for sku, (was, is_now) in quantities.items() if was > 0 and is_now > 0]
    if not both:
        assert (worked(now, before).price, worked(now, before).volume, worked(now, before).mix) == (0, 0, 0)
        return
    all_before, all_now = (sum(quantities[sku][side] for sku in both) for side in (0, 1))
    average = sum(amounts[sku][0] for sku in both) / all_before
    price = sum(quantities[sku][1] * (amounts[sku][1] / quantities[sku][1] - amounts[sku][0] / quantities[sku][0]) for sku in both)
    volume = (all_now - all_before) * average
    mix = sum(quantities[sku][1] * (amounts[sku][0] / quantities[sku][0] - average) for sku in both)
    found = worked(now, before)
    assert abs(found.price - price) <= Fraction(1, 2) and abs(found.volume - volume) <= Fraction(1, 2) and abs(found.mix - mix) <= 1


def test_the_figures_are_those_that_plain_sql_finds(store):
    rows = [{"account": account, "day": date(2025, 1, 1) + timedelta(days=37 * n), "sku": sku, "location": location, "state": state,
             "quantity": Decimal(n % 7 + 1) / 2, "list_amount": 1000 * n + len(sku), "seller_discount": 7 * n,
             "platform_discount": 0, "fees": n, "tax_withheld": 0, "refund": 3 * n,
             "returned_quantity": Decimal(n % 2) / 4, "seller_shipping": 0}
            for n, (account, location, sku, state) in enumerate(
                (account, location, sku, state) for account, location in (("shop", ""), ("till", "1")) for sku in SKUS[:4]
                for state in ("delivered", "accepted", "cancelled"))]
    with store.writing() as connection:
        put_days(connection, [row for row in rows if row["day"] <= date(2026, 12, 31)])
    plain = ("SELECT COALESCE(SUM(list_amount - seller_discount - refund), 0), COALESCE(SUM(quantity - returned_quantity), 0) "
             "FROM sales_day WHERE state IN ('delivered', 'accepted') AND day BETWEEN :start AND :end")
    with store.reading() as connection:
        found = account_of_change(connection, CATALOG, YEARS)
        sums = [connection.execute(text(plain), {"start": str(one.start), "end": str(one.end)}).one() for one in (YEARS.now, YEARS.before)]
        table = compare(connection, CATALOG, YEARS.now, by=By.LOCATION)
    assert found.total == Change(int(sums[0][0]), int(sums[1][0]), Decimal(int(sums[0][1])) / 1000, Decimal(int(sums[1][1])) / 1000)
    assert found.total.now > 0 and (table.total.now, table.total.before) == (found.total.now, found.total.before)
    assert found.effects.total == found.panel.total.amount == found.total.amount


@pytest.mark.parametrize(("by", "expected"), [
    (By.PRODUCT, {"STAY": 1, "NEW": 2, "PLAIN": 4, "not-attributed": 8}),
    (By.PRODUCER, {"htx a / bac giang": 3, "not-told": 4, "not-attributed": 8}),
    (By.KIND, {"cooperative": 1, "not-told": 6, "not-attributed": 8}),
    (By.GROUP, {"food": 1, "drinks": 2, "not-told": 4, "not-attributed": 8}),
    (By.SET, {"3": 2, "not-told": 5, "not-attributed": 8}), (By.LOCATION, {"shop": 1, "till / 1": 14}),
    (By.CERTIFICATE, {"3/QĐ, 01/01/2024": 1, "3/QĐ, 01/05/2026": 2, "no-star": 4, "not-attributed": 8})])
def test_revenue_by_everything_that_matters(store, by, expected):
    nothing = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
    with store.writing() as connection:
        put_days(connection, [
            {"account": "till" if amount > 1 else "shop", "day": date(2026, 6, 1), "sku": sku, "location": "1" if amount > 1 else "",
             "state": "delivered", "quantity": Decimal(1), "list_amount": amount, "returned_quantity": Decimal(0), **nothing}
            for sku, amount in (("STAY", 1), ("NEW", 2), ("PLAIN", 4), ("?", 8))])
    with store.reading() as connection:
        found = compare(connection, CATALOG, Period(date(2026, 1, 1), date(2026, 12, 31)), by=by, basis=Basis.NET)
    assert {row.key: row.now for row in found.rows} == expected
    if by is By.PRODUCER:
        assert found.names == {"htx a / bac giang": "HTX A"}
