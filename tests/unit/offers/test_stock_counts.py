"""What there is: a count less what was sold since, each sale once, whoever counted and whoever sold."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.model.product import Product, Variant
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.model.stock import Count, Sold
from ocop_market.offers.counting import count_by_hand, counted_again
from ocop_market.offers.on_hand import OnHand, on_hand
from ocop_market.offers.reading import sold_apart
from ocop_market.sales.mirror import MirrorState
from ocop_market.store.catalog import load_products, save_products
from ocop_market.store.engine import Store
from ocop_market.store.goods import SoldGood, save_link
from ocop_market.store.ledger import save_orders
from ocop_market.store.migrate import config
from ocop_market.store.mirrors import Mirror, decide, keep_mirrors
from ocop_market.store.stock_counts import KEPT, keep_counts, load_counts, load_sold
from ocop_market.store.tables.catalog import stock_count
from tests.databases import ON_BOTH

TEA = Product("TRA-01", "Trà", price=50_000, stock=120)


@pytest.fixture
def books(store, clock):
    return Books(store, clock)


class Books:
    """The database with the moves that tests make; hours are counted from the clock's start."""

    def __init__(self, store, clock) -> None:
        self.store, self.clock, self.start = store, clock, clock()
        self.units: dict[str, dict[str, Decimal]] = {}

    def list_(self, product: Product, hours: float) -> None:
        with self.store.writing() as connection:
            save_products(connection, [product], self.at(hours), origin="list.xlsx")

    def sells(self, account: str, number: str, hours: float, quantity: str = "1", **other) -> None:
        line = SalesLine("1", other.pop("sku", "TRA-01"), "Trà", Decimal(quantity), 50_000, remote_id=other.pop("remote_id", ""))
        order = SalesOrder(number, self.at(hours), self.at(other.pop("changed", hours)), other.pop("state", OrderState.ACCEPTED), "x",
                           (line,), **other)
        with self.store.writing() as connection:
            save_orders(connection, account, [order])

    def counts(self, hours: float, agreed: float | None = None, source: str = "till", **places: str) -> None:
        with self.store.writing() as connection:
            keep_counts(connection, [Count("TRA-01", Decimal(quantity), self.at(hours), self.at(hours if agreed is None else agreed),
                                           source, place) for place, quantity in places.items()])

    def mirrors(self, order: str, of: str = "", account: str = "shop") -> None:
        with self.store.writing() as connection:
            keep_mirrors(connection, [Mirror("till", order, MirrorState.SAME, account, of)])

    def there(self, *sources: str, passed_over: tuple[str, ...] = ()) -> int:
        return self.on_hand(*sources, passed_over=passed_over).there

    def on_hand(self, *sources: str, passed_over: tuple[str, ...] = ()) -> OnHand:
        with self.store.reading() as connection:
            return on_hand(load_counts(connection), load_sold(connection, self.units), sources, passed_over)["TRA-01"]

    def at(self, hours: float):
        return self.start + timedelta(hours=hours)


def test_what_was_sold_since_the_list_was_imported_is_gone(books):
    books.sells("shop", "before", -1)
    books.list_(TEA, 0)
    books.sells("shop", "1", 1, "14")
    books.sells("tiki", "2", 2, "2")
    assert books.there() == 104
    assert [reason.sentence("en") for reason in books.on_hand().reasons()] == [
        "120 in the product list of 01/11/2026", "16 sold since by shop, tiki: 104 are there"]


def test_a_list_imported_again_with_the_same_figure_is_no_new_count(books):
    books.list_(TEA, 0)
    books.sells("shop", "1", 1, "14")
    books.list_(replace(TEA, price=60_000), 2)
    assert books.there() == 106
    books.list_(replace(TEA, stock=110), 3)
    assert books.there() == 110


def test_a_cancelled_order_gives_its_goods_back_but_goods_brought_back_wait_for_a_count(books):
    books.list_(TEA, 0)
    books.sells("shop", "1", 1, "14")
    books.sells("shop", "1", 1, "14", state=OrderState.CANCELLED, changed=2)
    assert books.there() == 120
    books.sells("shop", "2", 1, "3", state=OrderState.DELIVERED)
    books.sells("shop", "slip", 5, "0", returns="2")
    assert books.there() == 117


def test_an_order_in_a_state_that_nobody_knows_counts_as_sold(books):
    books.list_(TEA, 0)
    books.sells("shop", "1", 1, state=OrderState.UNKNOWN)
    assert books.there() == 119


def test_a_loose_weight_is_rounded_down_to_whole_units(books):
    books.list_(replace(TEA, stock=10), 0)
    books.sells("till", "1", 1, "0.4")
    books.sells("till", "2", 2, "0.3")
    assert books.there() == 9


def test_an_article_that_was_linked_counts_by_its_units(books):
    books.list_(TEA, 0)
    books.sells("till", "1", 1, "2", sku="THUNG-TRA")
    assert books.there() == 120
    with books.store.writing() as connection:
        save_link(connection, SoldGood("till", "THUNG-TRA", "", "Thùng trà", 1, Decimal(2), 0, books.at(1).date()), "TRA-01", books.at(1))
    books.units = {"till": {"THUNG-TRA": Decimal(12)}}
    assert books.there() == 96


def test_a_tills_count_has_its_own_sales_in_it_already(books):
    books.list_(TEA, 0)
    books.counts(10, kho="30", quay="8.5")
    books.sells("till", "1", 9)
    books.sells("till", "2", 11, "2")
    assert books.there("till") == 36
    assert books.there() == 117, "where the till is no source, the list's figure counts"


@ON_BOTH
def test_orders_that_the_till_never_records_keep_being_taken_off_its_later_counts(books):
    books.counts(1, kho="30")
    books.sells("shop", "1", 2, "4")
    books.counts(10, agreed=1, kho="30")
    assert books.there("till") == 26


def test_an_order_that_the_till_has_recorded_is_taken_off_once(books):
    books.counts(1, kho="30")
    books.sells("shop", "1", 2, "4")
    books.sells("shop", "2", 3)
    books.sells("till", "copy", 4, "4", source="Shopee")
    books.mirrors("copy", "1")
    assert books.there("till") == 25, "not recorded yet when it counted"
    books.counts(10, agreed=1, kho="26")
    assert books.there("till") == 25
    books.sells("shop", "1", 2, "4", state=OrderState.CANCELLED, changed=11)
    assert books.there("till") == 25, "what the till took off for it comes back with the till's next count"


def test_a_copy_that_names_no_order_is_taken_off_once_as_soon_as_a_person_has_decided(books):
    books.counts(1, kho="30")
    books.sells("shop", "1", 2, "4")
    books.sells("till", "copy", 4, "4", source="Shopee")
    with books.store.writing() as connection:
        keep_mirrors(connection, [Mirror("till", "copy", MirrorState.DOUBTFUL, "shop")])
    books.counts(10, agreed=1, kho="26")
    assert books.there("till") == 22, "in doubt it is taken off twice"
    with books.store.writing() as connection:
        decide(connection, "till", ["copy"], MirrorState.SAME, books.at(11))
    assert books.there("till") == 26


def test_a_branch_whose_books_are_below_zero_takes_nothing_from_the_others(books):
    books.counts(1, kho="-5", quay="7")
    assert books.there("till") == 7


def test_two_tills_are_added_up_and_an_order_is_taken_off_once(books):
    books.counts(1, kho="10")
    books.counts(2, source="till2", kho="5")
    books.sells("shop", "1", 3, "4")
    books.sells("till", "2", 3)
    books.sells("till2", "3", 3)
    assert books.there("till", "till2") == 9


def test_sales_of_practice_accounts_take_no_real_goods_away(books):
    books.list_(TEA, 0)
    books.sells("practice", "1", 1, "50")
    assert books.there(passed_over=("practice",)) == 120


def test_a_product_that_changes_its_sku_keeps_its_count(books):
    books.list_(TEA, 0)
    with books.store.writing() as connection:
        save_products(connection, [replace(TEA, sku="TRA-02")], books.at(1), origin="list", renamed={"TRA-02": "TRA-01"})
        (found,) = [count for counts in load_counts(connection).values() for count in counts]
    assert (found.sku, found.counted_at) == ("TRA-02", books.at(0))


def test_each_variant_has_a_count_of_its_own(books):
    small, large = Variant("TRA-S", ("100 g",), stock=30), Variant("TRA-L", ("500 g",), stock=8)
    tea = replace(TEA, stock=None, options=("Khối lượng",), variants=(small, large))
    books.list_(tea, 0)
    books.sells("shop", "1", 1, "3", sku="TRA-L")
    books.list_(replace(tea, variants=(replace(small, stock=29), large)), 2)
    with books.store.writing() as connection:
        there = on_hand(load_counts(connection), load_sold(connection, {}), [])
        count_by_hand(connection, {"TRA-01": tea}, {"TRA-L": 8}, books.at(3))
        again = on_hand(load_counts(connection), load_sold(connection, {}), [])
    assert {sku: one.there for sku, one in there.items()} == {"TRA-S": 29, "TRA-L": 5}
    assert again["TRA-L"].there == 8
    assert {sku: (one.name, one.stock) for sku, one in sold_apart({"TRA-01": tea}).items()} == {
        "TRA-S": ("Trà (100 g)", 30), "TRA-L": ("Trà (500 g)", 8)}


def test_a_figure_that_is_taken_out_of_the_list_counts_no_more(books):
    books.list_(TEA, 0)
    books.list_(replace(TEA, stock=None), 1)
    with books.store.reading() as connection:
        assert load_counts(connection) == {}


def test_what_a_person_counts_is_the_count_even_if_the_figure_stays(books):
    books.list_(TEA, 0)
    books.sells("shop", "1", 1, "14")
    with books.store.writing() as connection:
        count_by_hand(connection, {"TRA-01": TEA}, {"TRA-01": 120}, books.at(2))
    assert books.there() == 120


def test_all_figures_are_right_again_when_a_person_says_so(books):
    books.list_(TEA, 0)
    books.counts(1, kho="30")
    books.sells("shop", "1", 2, "4")
    books.counts(10, agreed=1, kho="30")
    with books.store.writing() as connection:
        counted_again(connection, {product.sku: product for product in load_products(connection)}, books.at(12))
    assert (books.there(), books.there("till")) == (120, 30)


def test_only_the_last_counts_of_a_place_are_kept_and_the_same_figure_is_kept_once(books):
    for hour in range(8):
        books.counts(hour, agreed=0, kho=str(30 - hour))
    for hour in range(8, 12):
        books.counts(hour, agreed=0, kho="23")
    with books.store.reading() as connection:
        rows = connection.execute(stock_count.select().order_by(stock_count.c.counted_at)).all()
    assert [(row.quantity, row.counted_at) for row in rows] == [
        (25, books.at(5)), (24, books.at(6)), (23, books.at(11))] and len(rows) == KEPT


def test_a_market_from_before_takes_over_its_figures_with_the_time_of_their_last_change(tmp_path, clock):
    store = Store(tmp_path / "old.db")
    with store.engine.begin() as connection:
        alembic = config()
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "0006")
    changed = int(clock().timestamp()) * 1_000_000
    with sqlite3.connect(tmp_path / "old.db") as raw:
        for sku, stock in (("TRA-01", 120), ("TRA-02", None), ("TRA-03", 7)):
            raw.execute("INSERT INTO product (sku, name, producer, producer_kind, product_group, province, district, commune, stock, gtin, "
                        "description, pictures, practice, updated_at) VALUES (?, '', '', 'unknown', 'food', '', '', '', ?, '', '', '[]', "
                        "'[]', ?)", (sku, stock, changed))
        raw.execute("INSERT INTO product_change (sku, at, origin, field) VALUES ('TRA-01', ?, '', 'stock')", (changed - 5_000_000,))
        raw.execute("INSERT INTO product_change (sku, at, origin, field) VALUES ('TRA-01', ?, '', 'price')", (changed - 1_000_000,))
    store.migrate()
    with store.reading() as connection:
        found = {sku: (counts[0].quantity, counts[0].counted_at) for (sku, _), counts in load_counts(connection).items()}
    store.close()
    assert found == {"TRA-01": (120, clock() - timedelta(seconds=5)), "TRA-03": (7, clock())}


QUANTITY = st.decimals(0, 50, places=3)


@given(st.dictionaries(st.tuples(st.just("X"), st.sampled_from(["", "till", "till2"])), st.lists(
    st.decimals(-50, 50, places=3), min_size=1, max_size=3)), st.lists(st.tuples(
        st.sampled_from(["", "till", "till2"]), st.sampled_from(["shop", "tiki", "till"]), QUANTITY, QUANTITY), max_size=6))
def test_for_any_counts_and_sales_there_is_never_less_than_nothing_nor_more_than_was_counted(counted, sold):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    counts = {key: [Count("X", quantity, at, at, key[1], str(n)) for n, quantity in enumerate(some)]
              for key, some in counted.items()}
    sales = [Sold("X", source, account, quantity, recorded=min(recorded, quantity)) for source, account, quantity, recorded in sold]
    for sources in ([], ["till"], ["till", "till2"]):
        for found in on_hand(counts, sales, sources).values():
            assert 0 <= found.there <= found.counted
            more = on_hand(counts, [*sales, Sold("X", "", "other", Decimal(3)), Sold("X", "till", "other", Decimal(3))], sources)["X"]
            assert more.there <= found.there, "a sale never makes goods"
