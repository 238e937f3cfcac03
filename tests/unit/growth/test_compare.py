"""Growth: the same days a year before, named bases, unknown states beside the figure."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.compare import NO_STAR, NOT_ATTRIBUTED, UNDATED, By, Period, Row, compare, monthly
from ocop_market.growth.coverage import coverage
from ocop_market.language import use_language
from ocop_market.model.product import Certificate, Place, Product
from ocop_market.model.sales import Fee, FeeKind, OrderState, SalesLine, SalesOrder
from ocop_market.places.counting import PLACE_UNKNOWN
from ocop_market.places.units import Geography
from ocop_market.sales.pull import roll_up
from ocop_market.store.leases import holding
from ocop_market.store.ledger import save_cursor, save_orders
from tests.databases import ON_BOTH

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
TEA = Product("TEA", "Trà", place=Place("Bắc Giang"), certificates=(
    Certificate(3, "1/QĐ-UBND", date(2022, 6, 1), date(2025, 6, 1)), Certificate(4, "2/QĐ-UBND", date(2026, 3, 1), date(2029, 3, 1))))
HONEY = Product("HONEY", "Mật ong", place=Place("Bắc Ninh"), certificates=(Certificate(5),))


@pytest.fixture
def sell(store, clock):
    count = 0

    def sold(day: date, amount: int, *, sku="TEA", state=OrderState.DELIVERED, account="shopee", **line: Any) -> None:
        nonlocal count
        count += 1
        at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        order = SalesOrder(f"N{count}", at, at, state, state.value, (SalesLine("1", sku, sku, Decimal(1), amount, **line),))
        with store.writing() as connection:
            save_orders(connection, account, [order])
        with holding(store, "t", clock) as turn:
            roll_up(store, account, turn)

    return sold


def table(store, period=YEAR, by=By.CHANNEL, basis=Basis.NET):
    with store.reading() as connection:
        return compare(connection, {"TEA": TEA, "HONEY": HONEY}, period, by=by, basis=basis)


def test_a_period_is_compared_with_the_same_days_a_year_before(store, sell):
    sell(date(2026, 5, 10), 150)
    sell(date(2025, 5, 10), 100)
    sell(date(2024, 12, 31), 999)
    total = table(store).total
    assert (total.now, total.before, total.change, total.growth) == (150, 100, 50, 50.0)


def test_a_partial_year_is_compared_with_the_same_part_only(store, sell):
    sell(date(2026, 2, 1), 100)
    sell(date(2025, 2, 1), 100)
    sell(date(2025, 11, 1), 900)
    assert table(store, Period(date(2026, 1, 1), date(2026, 6, 30))).total.growth == 0.0


def test_an_order_before_midnight_in_viet_nam_counts_on_that_day(store, sell, clock):
    late = datetime(2026, 1, 31, 16, 59, tzinfo=UTC)
    for number, at in (("a", late), ("b", late + timedelta(minutes=1))):
        with store.writing() as connection:
            save_orders(connection, "s", [SalesOrder(number, at, at, OrderState.DELIVERED, "x", (
                SalesLine("1", "TEA", "t", Decimal(1), 1),))])
    with holding(store, "t", clock) as turn:
        roll_up(store, "s", turn)
    with store.reading() as connection:
        assert monthly(connection, YEAR, Basis.GROSS) == {"2026-01": {"s": 1}, "2026-02": {"s": 1}}


@pytest.mark.parametrize(("basis", "expected"), [
    (Basis.PLACED, 90 + 50 + 20), (Basis.PAID, 90 + 50), (Basis.DELIVERED, 90), (Basis.GROSS, 100 + 50),
    (Basis.NET, 90 + 50 - 30), (Basis.IN_HAND, 90 + 50 - 30 - 8 - 2 - 3)])
def test_each_basis_counts_what_it_says(store, sell, basis, expected):
    day = date(2026, 5, 1)
    sell(day, 100, seller_discount=10, platform_discount=5, charged=(Fee(FeeKind.COMMISSION, 8),), tax_withheld=2, refund=30,
         seller_shipping=3)
    sell(day, 50, state=OrderState.ACCEPTED)
    sell(day, 20, state=OrderState.PLACED)
    sell(day, 1000, state=OrderState.CANCELLED)
    sell(day, 4000, state=OrderState.UNKNOWN)
    found = table(store, basis=basis)
    assert found.total.now == expected
    assert [(state.word, state.orders, state.amount) for state in found.unknown] == [("unknown", 1, 4000)]


def test_growth_from_nothing_is_not_a_figure(store, sell):
    sell(date(2026, 5, 1), 100)
    assert table(store).total.growth is None


def test_stars_are_those_in_force_on_the_day_of_sale(store, sell):
    for day, amount in ((date(2025, 5, 1), 1), (date(2025, 7, 1), 2), (date(2026, 5, 1), 4)):
        sell(day, amount)
    sell(date(2026, 5, 1), 8, sku="HONEY")
    sell(date(2026, 5, 1), 16, sku="?")
    rows = {row.key: (row.now, row.before) for row in table(store, by=By.STAR).rows}
    assert rows == {"4": (4, 0), "3": (0, 1), NO_STAR: (0, 2), UNDATED: (8, 0), NOT_ATTRIBUTED: (16, 0)}


def test_merged_provinces_are_one_and_their_merger_is_no_growth(store, sell):
    for year in (2025, 2026):
        sell(date(year, 5, 1), 10)
        sell(date(year, 5, 1), 20, sku="HONEY")
    (row,) = table(store, by=By.PROVINCE).rows
    assert (row.key, row.now, row.before) == ("Bắc Ninh", 30, 30)


def test_the_same_sales_by_the_provinces_of_then_are_two(store, sell):
    for year in (2025, 2026):
        sell(date(year, 5, 1), 10)
        sell(date(year, 5, 1), 20, sku="HONEY")
    with store.reading() as connection:
        found = compare(connection, {"TEA": TEA, "HONEY": HONEY}, YEAR, by=By.PROVINCE, geography=Geography.OLD)
    # Bắc Ninh is a name of both times and the certificate of HONEY has no date
    assert {row.key: row.now for row in found.rows} == {"Bắc Giang": 10, PLACE_UNKNOWN: 20}
    assert (found.geography, found.total) == (Geography.OLD, Row("total", 30, 30))


@pytest.mark.parametrize(("by", "geography"), [
    (By.PROVINCE, Geography.OLD), (By.PROVINCE, Geography.PRESENT), (By.DISTRICT, Geography.OLD), (By.COMMUNE, Geography.OLD),
    (By.COMMUNE, Geography.PRESENT)])
def test_rows_of_any_unit_add_up_to_all_sales(store, sell, by, geography):
    salt = Product("SALT", "Muối", place=Place("Yên Bái", "Huyện Lục Yên", "Xã Tân Lĩnh"))
    for sku, amount in (("TEA", 1), ("HONEY", 2), ("SALT", 4), ("?", 8)):
        sell(date(2026, 5, 1), amount, sku=sku)
    with store.reading() as connection:
        found = compare(connection, {"TEA": TEA, "HONEY": HONEY, "SALT": salt}, YEAR, by=by, geography=geography)
    assert found.total.now == 15
    named = [row.key for row in found.rows if row.now == 4]
    assert named == [{(By.PROVINCE, Geography.OLD): "Yên Bái", (By.PROVINCE, Geography.PRESENT): "Lào Cai",
                      (By.DISTRICT, Geography.OLD): "Huyện Lục Yên, Yên Bái",
                      (By.COMMUNE, Geography.OLD): "Xã Tân Lĩnh, Huyện Lục Yên, Yên Bái",
                      (By.COMMUNE, Geography.PRESENT): "Xã Tân Lĩnh, Lào Cai"}[by, geography]]


def test_districts_of_today_are_refused_even_without_sales(store):
    with store.reading() as connection, pytest.raises(SettingsError, match="no-districts-today"):
        compare(connection, {}, YEAR, by=By.DISTRICT)


def test_the_twelve_months_to_a_day_are_a_whole_year():
    assert Period.twelve_months_to(date(2026, 11, 21)) == Period(date(2025, 11, 22), date(2026, 11, 21))
    assert Period.twelve_months_to(date(2024, 2, 29)).start == date(2023, 3, 1)


def test_a_period_upside_down_is_refused_with_a_sentence():
    with pytest.raises(SettingsError, match="period-upside-down"):
        Period(date(2026, 2, 1), date(2026, 1, 1))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_basis_has_words(language):
    use_language(language)
    assert len({explained(basis) for basis in Basis}) == len(Basis)
    use_language("vi")


@pytest.mark.parametrize(("last", "first"), [
    (date(2025, 2, 28), date(2024, 3, 1)), (date(2024, 2, 29), date(2023, 3, 1)), (date(2026, 2, 28), date(2025, 3, 1)),
    (date(2026, 10, 31), date(2025, 11, 1)), (date(2025, 2, 27), date(2024, 2, 28))])
def test_twelve_months_are_twelve_months_also_around_29_february(last, first):
    assert Period.twelve_months_to(last) == Period(first, last)


def reach(store, clock, account: str, complete_to: datetime | None):
    with store.writing() as connection:
        save_cursor(connection, account, "sales", {"at": "1"}, clock(), complete_to=complete_to)


@pytest.mark.parametrize(("reached", "early"), [
    (datetime(2026, 12, 31, 17, tzinfo=UTC), ()), (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), ("shopee",)),
    (datetime(2026, 12, 31, 5, tzinfo=UTC), ("shopee",)), (None, ("shopee",))])
@ON_BOTH
def test_an_account_that_does_not_reach_the_end_of_the_period_in_viet_nam_time_is_named(store, clock, sell, reached, early):
    sell(date(2025, 1, 1), 100)
    reach(store, clock, "shopee", reached)
    reach(store, clock, "removed", datetime(2020, 1, 1, tzinfo=UTC))
    with store.reading() as connection:
        assert coverage(connection, YEAR, ["shopee", "till"]).ends_early == early


@pytest.mark.parametrize(("first", "named"), [
    (date(2024, 5, 1), False), (date(2025, 1, 20), False), (date(2025, 6, 1), True), (date(2026, 3, 1), True), (date(2027, 1, 2), False)])
def test_an_account_that_is_known_only_from_within_the_periods_is_named(store, sell, first, named):
    sell(first, 100)
    with store.reading() as connection:
        assert coverage(connection, YEAR, []).begins == ({"shopee": first} if named else {})


def test_sales_under_the_sku_that_a_product_had_before_or_in_other_letters_are_its_own(store, sell):
    older = derived_sku(identity_of(TEA.name, TEA.producer, TEA.place))
    for sku in (older, "tea", "TEA"):
        sell(date(2026, 5, 1), 100, sku=sku)
    assert [(row.key, row.now) for row in table(store, by=By.PROVINCE).rows] == [("Bắc Ninh", 300)]
