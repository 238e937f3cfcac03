"""Before and after a recognition or an upgrade: who tells something, who does not and why, and how sure the middle is."""

from datetime import date
from decimal import Decimal

import pytest

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.growth.before_after import Event, Left, before_after, median_interval
from ocop_market.growth.compare import Period
from ocop_market.growth.deflator import read_deflator, real_change
from ocop_market.growth.years import compound, years
from ocop_market.model.product import Certificate, Product
from tests.databases import ON_BOTH
from tests.totals import put_days

LAST = date(2026, 11, 21)


def held(stars: int, start: str, end: str) -> Certificate:
    return Certificate(stars, f"{stars}/QĐ", date.fromisoformat(start), date.fromisoformat(end))


def rated(sku: str, *certificates: Certificate) -> Product:
    return Product(sku, sku, certificates=certificates)


@pytest.fixture
def sell(store):
    def sold(*rows: tuple[str, str, int], account: str = "shop") -> None:
        nothing = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
        with store.writing() as connection:
            put_days(connection, [
                {"account": account, "day": date.fromisoformat(day), "sku": sku, "location": "", "state": "delivered",
                 "quantity": Decimal(1), "list_amount": amount, "returned_quantity": Decimal(0), **nothing} for sku, day, amount in rows])

    return sold


def told(store, event, *products, **how):
    with store.reading() as connection:
        return before_after(connection, {product.sku: product for product in products}, event, LAST, **how)


def test_twelve_months_before_a_recognition_are_held_against_twelve_after(store, sell):
    sell(("TEA", "2023-01-01", 1), ("TEA", "2024-03-31", 900), ("TEA", "2024-04-01", 40), ("TEA", "2025-03-31", 60),
         ("TEA", "2025-04-01", 100), ("TEA", "2026-03-31", 50), ("TEA", "2026-04-01", 900))
    found = told(store, Event.RECOGNITION, rated("TEA", held(3, "2025-04-01", "2028-04-01")))
    assert (found.total.before, found.total.now, found.median, found.left) == (100, 150, 50.0, {})
    assert found.interval is None, "one product tells nothing of others"


@ON_BOTH
def test_a_shop_that_opened_in_between_does_not_count(store, sell):
    sell(("TEA", "2023-01-01", 1), ("TEA", "2024-06-01", 100), ("TEA", "2025-06-01", 100))
    sell(("TEA", "2025-06-02", 700), account="new shop")
    assert told(store, Event.RECOGNITION, rated("TEA", held(3, "2025-04-01", "2028-04-01"))).median == 0.0


@pytest.mark.parametrize(("certificates", "event", "reason"), [
    ([held(3, "2026-04-01", "2029-04-01")], Event.RECOGNITION, Left.TOO_RECENT),
    ([held(3, "2023-02-01", "2026-02-01")], Event.RECOGNITION, Left.NO_HISTORY),
    ([held(3, "2025-04-01", "2028-04-01"), held(4, "2025-09-01", "2028-09-01")], Event.RECOGNITION, Left.OTHER_CHANGE),
    ([held(3, "2025-01-01", "2028-01-01"), held(4, "2025-09-01", "2028-09-01")], Event.UPGRADE, Left.OTHER_CHANGE),
    ([held(3, "2025-05-01", "2028-05-01")], Event.RECOGNITION, Left.NO_SALES)])
def test_products_that_tell_nothing_are_counted_by_reason(store, sell, certificates, event, reason):
    sell(("HONEY", "2023-01-01", 1))
    found = told(store, event, rated("TEA", *certificates))
    assert (found.told, found.left, found.median) == ((), {reason: 1}, None)


def test_an_upgrade_is_more_stars_from_one_day_to_the_next_and_nothing_else(store, sell):
    sell(("UP", "2022-01-01", 1), *((sku, day, amount) for sku in ("UP", "SAME", "GAP")
                                    for day, amount in (("2024-06-01", 100), ("2025-06-01", 130))))
    found = told(store, Event.UPGRADE, rated("UP", held(3, "2023-01-01", "2026-01-01"), held(4, "2025-01-01", "2028-01-01")),
                 rated("SAME", held(3, "2023-01-01", "2026-01-01"), held(3, "2025-01-01", "2028-01-01")),
                 rated("GAP", held(3, "2021-01-01", "2024-01-01"), held(4, "2025-01-01", "2028-01-01")))
    assert [one.sku for one in found.told] == ["UP"] and found.median == pytest.approx(30.0)


def test_the_interval_holds_the_middle_as_often_as_it_says():
    """Every sample of n draws lies with its signs as likely below as above the middle: all 2^n are counted."""
    for count in range(1, 13):
        found = median_interval([float(n) for n in range(count)])
        if found is None:
            assert count < 6
            continue
        low, high = int(found.low), int(found.high)
        holding = sum(1 for signs in range(2**count) if low < signs.bit_count() <= high)
        assert found.confidence == pytest.approx(holding / 2**count) and found.confidence >= 0.95
        narrower = sum(1 for signs in range(2**count) if low + 1 < signs.bit_count() <= high - 1)
        assert narrower / 2**count < 0.95


@pytest.mark.parametrize(("first", "last", "between", "rate"), [
    (100, 121, 2, 10.0), (100, 50, 1, -50.0), (0, 5, 1, None), (5, 0, 1, None), (5, 5, 0, None)])
def test_the_compound_rate_leads_from_the_first_year_to_the_last(first, last, between, rate):
    assert compound(first, last, between) == (None if rate is None else pytest.approx(rate))


def test_years_are_the_same_part_of_each(store, sell):
    sell(("TEA", "2024-03-01", 100), ("TEA", "2025-03-01", 70), ("TEA", "2026-03-01", 121), ("TEA", "2025-09-01", 999))
    with store.reading() as connection:
        found = years(connection, Period(date(2026, 1, 1), date(2026, 6, 30)), 3)
    assert [change.now for _, change in found.periods] == [100, 70, 121] and found.compound == pytest.approx(10.0)
    assert [change.units_now for _, change in found.periods] == [1, 1, 1]


@ON_BOTH
def test_prices_are_taken_out_month_by_month(store, sell, tmp_path):
    sell(("TEA", "2025-01-10", 100), ("TEA", "2026-01-10", 220), ("TEA", "2026-02-10", 1000))
    path = tmp_path / "cpi.csv"
    path.write_text("Tháng,Chỉ số\n01/2025,100\n2026-01,110\n2026-02,125\n", encoding="utf-8")
    with store.reading() as connection:
        found = real_change(connection, Period(date(2026, 1, 1), date(2026, 2, 28)), Period(date(2025, 1, 1), date(2025, 2, 28)),
                            read_deflator(path), Basis.NET)
    assert (found.now, found.before) == (250 + 1000, 125)


@pytest.mark.parametrize(("content", "code"), [
    ("Tháng,Chỉ số\n", "no-series"), ("01/2025,0\n", "no-series"), ("01/2025,100\n2025-01,101\n", "month-twice"),
    ("2025-01,100\n", "month-missing")])
def test_a_series_of_prices_that_does_not_do_is_a_sentence(store, sell, tmp_path, content, code):
    sell(("TEA", "2025-01-10", 100), ("TEA", "2026-01-10", 220))
    path = tmp_path / "cpi.csv"
    path.write_text(content, encoding="utf-8")
    january = Period(date(2026, 1, 1), date(2026, 1, 31))
    with pytest.raises(SettingsError, match=code), store.reading() as connection:
        real_change(connection, january, january.a_year_before(), read_deflator(path))
