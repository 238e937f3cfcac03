"""Points of sale in the database: their history, and the names that tills get from them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import insert

from ocop_market.model.point import PointKind, PointOfSale, Tier
from ocop_market.model.product import Place
from ocop_market.store.points import (
    load_point_history,
    load_points,
    names_of_tills,
    points_changed_since,
    save_points,
)
from ocop_market.store.tables.totals import sales_day
from tests.databases import ON_BOTH

WHOLE = PointOfSale("DB-1", "Chợ Tréo", Place("Quảng Bình", "Huyện Lệ Thủy", "Xã Phong Thủy"), "12 Hùng Vương", PointKind.MARKET,
                    Tier.COMMUNE, "HTX Một", date(2022, 3, 1), date(2026, 1, 1), "12/QĐ", date(2024, 6, 1), "diem.xlsx", "quay", "1")


def kept(store, clock, *points: PointOfSale, origin: str = "x") -> tuple[int, int]:
    with store.writing() as connection:
        return save_points(connection, points, clock(), origin=origin)


def sold(store, *tills: tuple[str, str]) -> None:
    nothing = dict.fromkeys(("seller_discount", "platform_discount", "fees", "tax_withheld", "refund", "seller_shipping"), 0)
    with store.writing() as connection:
        connection.execute(insert(sales_day), [
            {"account": account, "location": location, "day": date(2026, 1, 1), "sku": "A", "state": "delivered", "quantity": Decimal(1),
             "list_amount": 1, "returned_quantity": Decimal(0), **nothing} for account, location in tills])


@ON_BOTH
def test_a_point_comes_back_as_it_was_kept(store, clock):
    assert kept(store, clock, WHOLE, replace(WHOLE, code="DB-2", account="", location="")) == (2, 0)
    with store.reading() as connection:
        assert load_points(connection) == {"DB-1": WHOLE, "DB-2": replace(WHOLE, code="DB-2", account="", location="")}


@ON_BOTH
def test_every_change_is_kept_with_its_day_and_origin_and_none_is_made_up(store, clock):
    kept(store, clock, WHOLE, origin="diem.xlsx")
    clock.forward(days=1)
    assert kept(store, clock, WHOLE, origin="diem.xlsx") == (0, 0)
    assert kept(store, clock, replace(WHOLE, closed_on=None, kind=PointKind.FAIR), origin="points close") == (0, 1)
    with store.reading() as connection:
        history = load_point_history(connection, "DB-1")
        assert points_changed_since(connection, clock() - timedelta(hours=1)) == [("DB-1", "kind"), ("DB-1", "closed_on")]
    assert [(one.origin, one.field, one.before, one.after) for one in history[1:]] == [
        ("points close", "kind", "market", "fair"), ("points close", "closed_on", "2026-01-01", None)]
    assert history[0].field == "point" and history[0].after["place"]["commune"] == "Xã Phong Thủy"


def test_tills_are_called_by_their_points_and_no_two_alike(store, clock):
    sold(store, ("quay", "1"), ("quay", "2"), ("quay", "Chợ Đồng Hới"))
    with store.reading() as connection:
        assert names_of_tills(connection) == {}
    other = replace(WHOLE, code="DB-2", location="2")
    third = replace(WHOLE, code="DB-3", name="Chợ Đồng Hới", location="3")
    kept(store, clock, WHOLE, other, third, replace(WHOLE, code="DB-4", name="Siêu thị", location="4"))
    with store.reading() as connection:
        assert names_of_tills(connection) == {
            ("quay", "1"): "Chợ Tréo (DB-1)", ("quay", "2"): "Chợ Tréo (DB-2)", ("quay", "3"): "Chợ Đồng Hới (DB-3)",
            ("quay", "4"): "Siêu thị"}, "a branch that is linked to none is called Chợ Đồng Hới as well"
