"""Orders that tell what can hardly be so are taken over, and listed for a person until they are read without fault."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from ocop_market.channels.api import SalesPage, SalesRefusal
from ocop_market.errors import Problem
from ocop_market.model.product import Place, Product
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.doubts import odd_prices
from ocop_market.sales.pull import keep_page, roll_up
from ocop_market.store.catalog import save_products
from ocop_market.store.leases import holding
from ocop_market.store.ledger import load_refusals
from ocop_market.store.prices import PriceSeen
from ocop_market.store.tables import sales_order
from tests.databases import ON_BOTH

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
