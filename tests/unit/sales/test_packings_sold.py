"""What is sold of a packing counts for its product, also after the packing moved or got another code."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.catalog.lookup import finder, sold_finder
from ocop_market.growth.compare import NOT_ATTRIBUTED, By, Period
from ocop_market.market import new_market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.product import Place, Product, Variant
from ocop_market.model.sales import OrderState, SalesLine, SalesOrder
from ocop_market.sales.pull import roll_up
from ocop_market.settings import add_account
from ocop_market.store.catalog import save_products
from ocop_market.store.ledger import save_orders

AT = datetime(2026, 9, 5, 9, tzinfo=VIETNAM)
SEPTEMBER = Period(AT.date(), (AT + timedelta(days=20)).date())
HALF, WHOLE = Variant("MO-5", ("500 g",), 1, gtin="08936000000011"), Variant("MO-1", ("1 kg",), 2)
HONEY = Product("MO", "Mật ong rừng", place=Place("Lào Cai"), options=("Khối lượng",), variants=(HALF, WHOLE))
TEA = Product("TR", "Trà shan tuyết", place=Place("Nghệ An"))


@pytest.fixture
def market(tmp_path, clock):
    new_market(tmp_path / "m")
    add_account(tmp_path / "m", "till", "spreadsheet", {})
    with open_market(tmp_path / "m", clock=clock) as opened:
        keep(opened, HONEY, TEA)
        yield opened


def keep(market, *products: Product) -> None:
    with market.store.writing() as connection:
        save_products(connection, products, market.clock(), origin="test")


def sell(market, *lines: tuple[str, str, int]) -> None:
    orders = [SalesOrder(f"{sku}-{i}", AT, AT, OrderState.DELIVERED, "done", (SalesLine("1", sku, name, Decimal(count), 1000 * count),))
              for i, (sku, name, count) in enumerate(lines)]
    with market.store.writing() as connection:
        save_orders(connection, "till", orders)
    with market.turn("till") as turn:
        roll_up(market.store, "till", turn)


def by_province(market) -> dict[str, int]:
    return {row.key: row.now for row in market.growth(SEPTEMBER, by=By.PROVINCE).rows if row.now}


def quantities(market, *, by_packing: bool) -> dict[str, Decimal]:
    return {one.sku: one.sold for one in market.quantities(SEPTEMBER, by_packing=by_packing)}


def test_packings_count_for_their_product_and_by_themselves_where_asked(market) -> None:
    sell(market, ("MO-5", "m", 2), ("MO-1", "m", 3), ("mo-1", "m", 1), ("TR", "t", 1), ("X", "x", 4))
    assert by_province(market) == {"Lào Cai": 6000, "Nghệ An": 1000, NOT_ATTRIBUTED: 4000}
    assert quantities(market, by_packing=False) == {"MO": 6, "TR": 1, "X": 4}
    assert quantities(market, by_packing=True) == {"MO-1": 4, "X": 4, "MO-5": 2, "TR": 1}
    assert [one.good.sku for one in market.unknown_goods()] == ["X"]


def test_a_packing_that_moved_or_got_another_code_keeps_what_was_sold_of_it(market) -> None:
    sell(market, ("MO-5", "m", 2), ("MO-1", "m", 3))
    keep(market, replace(HONEY, variants=(replace(HALF, sku="MO-500"),)))
    keep(market, replace(TEA, options=("Khối lượng",), variants=(WHOLE,)))
    assert by_province(market) == {"Lào Cai": 2000, "Nghệ An": 3000}
    assert market.unknown_goods() == []


def test_a_product_that_got_another_code_after_its_packing_did_is_still_found(market) -> None:
    sell(market, ("MO-5", "m", 2))
    keep(market, replace(HONEY, variants=(replace(HALF, sku="MO-500"), WHOLE)))
    with market.store.writing() as connection:
        renamed = replace(HONEY, sku="MAT", variants=(replace(HALF, sku="MO-500"), WHOLE))
        save_products(connection, [renamed], market.clock(), origin="test", renamed={"MAT": "MO"})
    assert by_province(market) == {"Lào Cai": 2000}


def test_an_unknown_article_is_suggested_and_linked_to_a_packing(market) -> None:
    sell(market, ("8936000000011", "hàng lạ", 2), ("Y", "Mật ong rừng chai 1kg", 3))
    by_name, by_code = market.unknown_goods()
    assert [(s.sku, s.because) for s in by_code.suggestions] == [("MO-5", "barcode")]
    assert (by_name.suggestions[0].sku, by_name.suggestions[0].because) == ("MO-1", "name")
    market.link_good(by_name.good, "MO-1")
    assert quantities(market, by_packing=True) == {"MO-1": 3, "8936000000011": 2}
    assert by_province(market)["Lào Cai"] == 3000
    assert [one.good.sku for one in market.unknown_goods()] == ["8936000000011"]


def test_a_packing_is_found_by_the_code_that_we_made_before_it_had_one() -> None:
    unnamed = Product("OC-AAAA2222", "Mật ong rừng", options=("Khối lượng",))
    find = sold_finder({"MO": replace(HONEY, place=unnamed.place)})
    made = derived_sku(identity_of(unnamed.name, unnamed.producer, unnamed.place)) + "-500G"
    assert [find(sku) and find(sku).sku for sku in (made, "MO-1KG", "MO", "mo-5", "nothing")] == ["MO-5", "MO-1", "MO", "MO-5", None]


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEFG"), max_size=6), st.sampled_from("ABCDEF"))
def test_former_codes_that_lead_in_a_circle_end(former: dict[str, str], sold: str) -> None:
    found = finder({"G": Product("G", "g")}, former)(sold)
    assert found is None or found.sku == "G"
