"""Orders that tell what can hardly be so are taken over, and listed for a person until they are read without fault."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocop_market.channels.api import SalesPage, SalesRefusal
from ocop_market.errors import Problem
from ocop_market.model.clock import business_day
from ocop_market.model.product import Place, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.doubts import ODD_TIMES, doubtful_prices, odd_prices
from ocop_market.sales.pull import keep_page, pull, roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.day_totals import rebuild_touched
from ocop_market.store.leases import holding
from ocop_market.store.ledger import load_refusals, save_orders
from ocop_market.store.prices import PriceSeen, PriceSpans
from ocop_market.store.tables.ledger import sales_order
from ocop_market.store.touched import touched_days
from tests.databases import ON_BOTH, empty

NOON = datetime(2026, 9, 1, 5, tzinfo=UTC)


def line(number: str = "1", *, amount: int = 50_000, quantity: str = "1", **more: object) -> SalesLine:
    return SalesLine(number, "TRA", "Trà", Decimal(quantity), amount, **more)


def order(*lines: SalesLine, number: str = "A1", version: int = 0, days: int = 0, state: OrderState = OrderState.DELIVERED) -> SalesOrder:
    at = NOON + timedelta(days=days)
    return SalesOrder(number, at, at + timedelta(hours=version), state, state.value, lines, document=f"No {number}")


@pytest.fixture
def books(store, clock):
    def keep(*orders: SalesOrder, refused: tuple[SalesRefusal, ...] = ()) -> None:
        keep_page(store, "shop", SalesPage(orders, {}, refused), clock())
        with holding(store, "test", clock) as turn:
            roll_up(store, "shop", turn)

    def listed() -> list[tuple[str, str]]:
        with store.reading() as connection:
            return sorted((one.order_id, one.problem.code) for _, one in load_refusals(connection, "shop"))

    def kept() -> int:
        with store.reading() as connection:
            return len(connection.execute(sales_order.select()).all())

    return SimpleNamespace(store=store, clock=clock, keep=keep, listed=listed, kept=kept)


@pytest.mark.parametrize(("odd", "code"), [
    (order(), "no-lines"), (order(line(), line()), "line-twice"), (order(line(quantity="-1", amount=-50_000)), "negative"),
    (order(line(amount=-1)), "negative"), (order(line(refund=-1)), "negative"), (order(line(), days=90), "clock-ahead"),
    (order(line(), version=-48), "changed-before-placed")])
def test_what_can_hardly_be_so_is_kept_and_listed(books, odd, code):
    books.keep(odd)
    assert (books.kept(), books.listed()) == (1, [("A1", code)])


@pytest.mark.parametrize("fine", [
    order(line(), line("2")), order(state=OrderState.CANCELLED), order(line(), version=-12), order(line(amount=0))])
def test_what_may_be_is_not_listed(books, fine):
    books.keep(fine)
    assert books.listed() == []


def test_a_version_without_fault_settles_the_one_before(books):
    books.keep(order(), refused=(SalesRefusal("A2", Problem("order-unreadable", "x")),))
    books.keep(order(line(), version=1))
    assert books.listed() == [("A2", "order-unreadable")]
    books.keep(order(line(), number="A2"))
    assert books.listed() == []


def test_a_price_with_a_digit_too_many_is_flagged_not_dropped(books):
    books.keep(*(order(line(), number=f"A{i}") for i in range(4)), order(line(amount=500_000), number="ODD"))
    assert (books.kept(), books.listed()) == (5, [("ODD", "price-odd")])
    with books.store.reading() as connection:
        sentence = load_refusals(connection)[0][1].problem.values
    assert (sentence["price"], sentence["usual"]) == ("500.000\u00a0₫", "50.000\u00a0₫")


def test_a_price_put_right_leaves_the_list(books):
    books.keep(*(order(line(), number=f"A{i}") for i in range(4)), order(line(amount=500_000), number="ODD"))
    books.keep(order(line(), number="ODD", version=1))
    assert books.listed() == []


def test_a_later_day_is_compared_with_what_was_usual_before(books):
    books.keep(*(order(line(), number=f"A{i}", days=i) for i in range(4)))
    books.keep(order(line(amount=5_000), number="ODD", days=20))
    assert books.listed() == [("ODD", "price-odd")]


@ON_BOTH
def test_an_article_that_was_hardly_sold_is_compared_with_the_catalog(books):
    with books.store.writing() as connection:
        save_products(connection, [Product("TRA", "Trà", place=Place("Lào Cai"), price=50_000)], NOON, origin="test")
    books.keep(order(line(amount=500_000)))
    assert books.listed() == [("A1", "price-odd")]


def test_five_pieces_at_the_usual_price_are_no_odd_price(books):
    books.keep(*(order(line(), number=f"A{i}") for i in range(4)), order(line(amount=500_000, quantity="10"), number="BULK"))
    assert books.listed() == []


def test_with_too_little_to_compare_nothing_is_said():
    assert list(odd_prices([PriceSeen("TRA", 500_000, 1, fresh=True), PriceSeen("TRA", 50_000, 1, fresh=False)])) == []


PRICES = st.lists(st.tuples(st.sampled_from(["TRA", "GAO", ""]), st.sampled_from([0, 900, 1_000, 7_999, 8_000, 80_000]),
                            st.sampled_from(["1", "2", "0.5", "-1", "0"]), st.integers(0, 100)), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PRICES, st.sampled_from([None, 1_000, 100_000]))
def test_what_is_kept_of_first_sales_spares_no_look_that_would_find_an_odd_price(store, sold, listed):
    empty(store)
    lines = [(SalesLine("1", sku, "Trà", Decimal(quantity), int(price * Decimal(quantity))),) for sku, price, quantity, _ in sold]
    orders = [SalesOrder(f"A{n}", NOON + timedelta(days=sold[n][3]), NOON, OrderState.DELIVERED, "x", line) for n, line in enumerate(lines)]
    spans = PriceSpans(first=True)
    spans.add(line for one in orders for line in one.lines)
    with store.writing() as connection:
        save_products(connection, [Product("TRA", "Trà", place=Place("Lào Cai"), price=listed)], NOON, origin="test")
        save_orders(connection, "shop", orders)
        first, last = business_day(NOON), business_day(NOON) + timedelta(days=50)
        rebuild_touched(connection, "shop", touched_days(connection, "shop"))
        for days in ((first, last), (last + timedelta(days=1), last + timedelta(days=60))):
            apart = spans.apart(connection, "shop", *days, ODD_TIMES)
            assert doubtful_prices(connection, "shop", *days, apart) == doubtful_prices(connection, "shop", *days)


@pytest.mark.parametrize(("first", "then", "odd"), [
    ([50_000] * 4, 500_000, ["B0"]), ([50_000] * 4, 60_000, []), ([50_000] * 4, 5_000, ["B0"]), ([50_000, 50_000, 500_000], 50_000, ["A2"]),
    ([], 50_000, [])])
def test_a_pull_looks_at_the_prices_that_it_brings_beside_those_of_the_days_before(store, clock, first, then, odd):
    def brought(name: str, prices: list[int], days: int) -> None:
        shop = SimpleNamespace(pull_sales=lambda *_, **__: iter([SalesPage(
            [order(line(amount=price), number=f"{name}{n}", days=days + n) for n, price in enumerate(prices)], {"behind": name})]))
        with holding(store, "test", clock) as turn:
            pull(store, "shop", shop, clock, turn, start=NOON)

    brought("A", first, 0)
    brought("B", [then], 10)
    with store.reading() as connection:
        found = [(one.order_id, one.problem.code) for _, one in load_refusals(connection, "shop")]
    assert [order_id for order_id, code in found if code == "price-odd"] == odd
