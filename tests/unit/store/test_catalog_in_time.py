"""Products as they are kept: every field comes back, every change is remembered, older markets are taken along."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ocop_market.model.product import (
    Certificate,
    CertificateKind,
    Evidence,
    Group,
    LabelField,
    Paper,
    PaperKind,
    Picture,
    Place,
    ProducerKind,
    Product,
    WithdrawalCause,
)
from ocop_market.store.catalog import load_history, load_products, save_products
from ocop_market.store.engine import HEAD, Store
from ocop_market.store.migrate import upgrade
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

FULL = Product(
    sku="A1", name="Rượu thử", producer="HTX Thử", producer_kind=ProducerKind.COOPERATIVE, group=Group.DRINKS,
    place=Place("Bắc Kạn", "Huyện Thử", "Xã Thử"), price=90_000, stock=7, weight_g=500, shelf_life_days=365, gtin="08930000000005",
    description="mô tả", pictures=(Picture("https://example.org/a.jpg", "a.jpg", "ff"),), practice=frozenset({"price", "stock"}),
    certificates=(Certificate(
        4, "12/QĐ-UBND", date(2023, 5, 1), date(2026, 5, 1), "trang thử", "UBND tỉnh Thử", CertificateKind.UPGRADE, False,
        date(2026, 1, 3), date(2026, 2, 1), WithdrawalCause.MARK_MISUSED, Evidence.SIGNED), Certificate(None, potential=True)),
    owner="HTX Thử", product_set=14, tax_number="0100109106", alcohol_percent=Decimal("29.5"),
    papers=(Paper(PaperKind.FOOD_SAFETY, "15/ATTP", "Sở Thử", date(2024, 1, 1), date(2027, 1, 1)), Paper(PaperKind.OTHER)),
    label={LabelField.INGREDIENTS: "gạo, men"}, evidence={"price": Evidence.SHOP})


def kept(store, *products, origin="list.xlsx", renamed=None, clock=None):
    with store.writing() as connection:
        return save_products(connection, products, clock(), origin=origin, renamed=renamed)


def test_every_field_of_a_product_comes_back(store, clock):
    kept(store, FULL, clock=clock)
    with store.reading() as connection:
        assert list(load_products(connection)) == [FULL]


def test_a_change_is_remembered_with_its_origin_and_both_values(store, clock):
    kept(store, FULL, clock=clock)
    kept(store, replace(FULL, price=95_000, practice=frozenset()), origin="prices.csv", clock=clock)
    with store.reading() as connection:
        came, *changes = load_history(connection, "A1")
    assert (came.field, came.before, came.after["name"]) == ("product", None, "Rượu thử")
    assert {(c.field, c.origin): (c.before, c.after) for c in changes} == {
        ("price", "prices.csv"): (90_000, 95_000), ("practice", "prices.csv"): (["price", "stock"], [])}


def test_the_history_goes_on_when_a_product_gets_another_sku(store, clock):
    kept(store, FULL, clock=clock)
    kept(store, replace(FULL, sku="B2"), renamed={"B2": "A1"}, clock=clock)
    kept(store, replace(FULL, sku="C3"), renamed={"C3": "B2"}, clock=clock)
    with store.reading() as connection:
        assert [(c.sku, c.field) for c in load_history(connection, "C3")] == [("A1", "product"), ("B2", "sku"), ("C3", "sku")]


def test_nothing_is_remembered_of_a_product_that_stays_the_same(store, clock):
    assert [kept(store, FULL, clock=clock), kept(store, FULL, clock=clock)] == [(1, 0), (0, 0)]
    with store.reading() as connection:
        assert len(load_history(connection, "A1")) == 1


def test_a_market_of_the_first_version_keeps_its_products(tmp_path):
    store = Store(tmp_path / "market.db")
    upgrade(store.engine, None, "0001")
    with sqlite3.connect(tmp_path / "market.db") as raw:
        raw.execute("INSERT INTO product VALUES ('A1', 'Chè thử', 'HTX Thử', 'cooperative', 'food', 'Thái Nguyên', '', '', 50000, 3, 200,"
                    " 365, '', '', '[]', '[]', 0)")
        raw.execute("INSERT INTO certificate VALUES ('A1', 0, 4, '1/QĐ', '2025-01-02', '2028-01-02', 'trang')")
    store.migrate()
    with store.reading() as connection:
        product = next(load_products(connection))
    assert (product.price, product.owner, product.papers) == (50_000, "", ())
    assert product.certificates == (Certificate(4, "1/QĐ", date(2025, 1, 2), date(2028, 1, 2), "trang"),)
    with sqlite3.connect(tmp_path / "market.db") as raw:
        assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
