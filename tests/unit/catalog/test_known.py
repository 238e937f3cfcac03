"""A second list tells more about the catalog; what it does not speak of stays as it was."""

from dataclasses import replace
from datetime import date

import pytest

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.catalog.known import bring_together
from ocop_market.model.product import Certificate, Group, Picture, Place, ProducerKind, Product
from ocop_market.store.catalog import load_products, save_products

FIRST = Certificate(3, "12/QĐ-UBND", date(2021, 3, 1), date(2024, 3, 1), "list of 2021")
SECOND = Certificate(4, "77/QĐ-UBND", date(2024, 6, 1), date(2027, 6, 1), "list of 2024")
KNOWN = Product(
    "TRA-01", "Trà Tân Cương", "HTX Chè Xanh", ProducerKind.COOPERATIVE, Group.FOOD, Place("Thái Nguyên", "TP Thái Nguyên", "Tân Cương"),
    (FIRST,), price=120_000, stock=12, weight_g=500, shelf_life_days=540, gtin="8930000000017", description="Trà ngon",
    pictures=(Picture(path="tra.jpg"),))
BARE = Product("TRA-01", "Trà Tân Cương", "HTX Chè Xanh", place=Place("Thái Nguyên"))


@pytest.fixture
def kept(store, clock):
    def keep(*products: Product) -> tuple[int, int]:
        with store.writing() as connection:
            together = bring_together(load_products(connection), products)
            return save_products(connection, together.products, clock(), origin="test", renamed=together.renamed)

    keep(KNOWN)
    return keep


def catalog(store) -> dict[str, Product]:
    with store.reading() as connection:
        return {product.sku: product for product in load_products(connection)}


def test_a_list_with_fewer_columns_takes_nothing_away(store, kept):
    assert kept(BARE) == (0, 0)
    assert catalog(store) == {"TRA-01": KNOWN}


@pytest.mark.parametrize("told", [
    {"price": 130_000}, {"stock": 0}, {"weight_g": 450}, {"description": "Trà thơm"}, {"pictures": (Picture(path="khac.jpg"),)},
    {"producer_kind": ProducerKind.COMPANY}, {"group": Group.DRINKS}, {"gtin": "8930000000024"}, {"shelf_life_days": 30}])
def test_what_a_list_tells_replaces_what_was_known(store, kept, told):
    assert kept(replace(BARE, **told)) == (0, 1)
    assert catalog(store) == {"TRA-01": replace(KNOWN, **told)}


def test_a_new_rating_joins_the_older_ones_so_that_past_sales_keep_their_star(store, kept):
    kept(replace(BARE, certificates=(SECOND,)))
    assert catalog(store)["TRA-01"].certificates == (FIRST, SECOND)


@pytest.mark.parametrize("told", [Certificate(3), Certificate(3, "12/QĐ-UBND"), Certificate(None, "12/QĐ-UBND", date(2021, 3, 1))])
def test_a_rating_told_with_less_keeps_its_dates(store, kept, told):
    kept(replace(BARE, certificates=(told,)))
    (certificate,) = catalog(store)["TRA-01"].certificates
    assert (certificate.stars, certificate.issued_on, certificate.expires_on) == (3, FIRST.issued_on, FIRST.expires_on)


@pytest.mark.parametrize("told", [
    replace(FIRST, stars=4), replace(FIRST, issued_on=date(2021, 4, 1), expires_on=date(2024, 4, 1)),
    replace(FIRST, expires_on=date(2022, 1, 1)), replace(FIRST, decision="13/QĐ-UBND")])
def test_a_rating_that_was_put_right_replaces_the_wrong_one(store, kept, told):
    kept(replace(BARE, certificates=(told,)))
    assert catalog(store)["TRA-01"].certificates == (told,)


def test_the_same_number_three_years_later_is_another_decision(store, kept):
    told = replace(FIRST, issued_on=date(2024, 3, 1), expires_on=date(2027, 3, 1))
    kept(replace(BARE, certificates=(told,)))
    assert catalog(store)["TRA-01"].certificates == (FIRST, told)


def test_a_practice_value_never_replaces_a_real_one_but_a_real_one_replaces_it(store, kept):
    practice = replace(BARE, sku="MAT-02", name="Mật ong", price=1, stock=2, practice=frozenset({"price", "stock"}))
    kept(practice)
    kept(replace(practice, price=150_000, stock=3, practice=frozenset({"stock"})))
    kept(practice)
    found = catalog(store)["MAT-02"]
    assert (found.price, found.practice) == (150_000, {"stock"})
    kept(replace(BARE, sku="MAT-02", name="Mật ong", stock=9))
    found = catalog(store)["MAT-02"]
    assert (found.price, found.stock, found.practice) == (150_000, 9, frozenset())


def of_no_sku(product: Product) -> Product:
    return replace(product, sku=derived_sku(identity_of(product.name, product.producer, product.place)))


def test_a_list_without_skus_is_about_the_same_products(store, kept):
    assert kept(of_no_sku(replace(BARE, name="TRÀ  TÂN CƯƠNG", price=99_000))) == (0, 1)
    assert {sku: product.price for sku, product in catalog(store).items()} == {"TRA-01": 99_000}


def test_a_sku_in_other_letters_is_the_same_product(store, kept):
    assert kept(replace(BARE, sku="tra-01", stock=1)) == (0, 1)
    assert {sku: product.stock for sku, product in catalog(store).items()} == {"TRA-01": 1}


def test_a_sku_in_other_letters_for_other_goods_is_another_product(store, kept):
    assert kept(replace(BARE, sku="tra-01", name="Trà Suối Giàng")) == (1, 0)
    assert len(catalog(store)) == 2


def test_a_product_that_gets_its_own_sku_is_not_kept_twice(store, kept):
    unnamed = of_no_sku(replace(KNOWN, name="Mật ong", gtin=""))
    kept(unnamed)
    assert kept(replace(BARE, sku="MAT-02", name="Mật ong", stock=7)) == (0, 1)
    assert set(catalog(store)) == {"TRA-01", "MAT-02"}
    assert (catalog(store)["MAT-02"].price, catalog(store)["MAT-02"].stock) == (120_000, 7)
    assert kept(unnamed) == (0, 1)  # the list without SKUs once more: told about the one that is there
    assert set(catalog(store)) == {"TRA-01", "MAT-02"}


def test_a_product_that_is_not_in_the_list_stays(store, kept):
    kept(replace(BARE, sku="MAT-02", name="Mật ong"))
    assert set(catalog(store)) == {"TRA-01", "MAT-02"}


def test_the_same_list_again_changes_nothing(store, kept):
    told = replace(BARE, certificates=(SECOND,), price=1000)
    kept(told)
    assert kept(told) == (0, 0)


def test_a_list_of_names_and_prices_finds_the_products_that_it_means(store, kept):
    honey = replace(KNOWN, name="Mật ong", gtin="")
    kept(of_no_sku(replace(honey, producer="HTX Ong")), of_no_sku(replace(honey, producer="HTX Hoa")))
    kept(of_no_sku(Product("", "Trà Tân Cương", price=77_000)), of_no_sku(Product("", "Mật ong", price=5_000)))
    prices = sorted((product.name, product.producer, product.price) for product in catalog(store).values())
    assert prices == [("Mật ong", "", 5_000), ("Mật ong", "HTX Hoa", 120_000), ("Mật ong", "HTX Ong", 120_000),
                      ("Trà Tân Cương", "HTX Chè Xanh", 77_000)]
