"""Products of the Tiki practice shop: lists, and changes that hold at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocop_market.sandbox.buyers import History
from tests.unit.connectors.tiki_sandbox.conftest import TEA, Caller, SetClock, changed_request


@pytest.fixture
def product(shop: Caller) -> dict[str, Any]:
    shop.publish()
    found: dict[str, Any] = shop.get("/v2.1/products", include="inventory").get_json()["data"][0]
    return found


def stock(shop: Caller, product: dict[str, Any]) -> dict[int, int]:
    inventory = shop.get(f"/v2.1/products/{product['id']}", includes="inventory").get_json()["inventory"]
    assert inventory["quantity_available"] == sum(row["quantity_available"] for row in inventory["warehouse_stocks"])
    return {row["warehouse_id"]: row["quantity_sellable"] for row in inventory["warehouse_stocks"]}


def test_a_product_has_whole_numbers_and_a_13_digit_sku(product: dict[str, Any]) -> None:
    assert all(isinstance(product[name], int) for name in ("id", "master_id", "super_id", "price", "market_price", "active"))
    assert len(product["sku"]) == 13
    assert product["sku"].isdecimal()
    assert (product["original_sku"], product["entity_type"], product["price"]) == ("CHE-200", "seller_simple", 185_000)


def test_parts_come_only_when_they_are_asked_for(shop: Caller, product: dict[str, Any]) -> None:
    parts = {"seller", "categories", "inventory", "attributes", "images"}
    bare = shop.get(f"/v2.1/products/{product['id']}").get_json()
    whole = shop.get(f"/v2.1/products/{product['id']}", includes="seller,categories,inventory,attributes,images").get_json()
    assert not parts & set(bare)
    assert parts <= set(whole)
    assert whole["categories"][0]["id"] == TEA
    assert whole["attributes"]["brand"]["value"] == "OEM"
    assert whole["attributes"]["origin"] == "Việt Nam"


def test_dropship_stock_is_available_and_sellable_but_quantity_is_0(product: dict[str, Any]) -> None:
    inventory = product["inventory"]
    assert (inventory["quantity"], inventory["quantity_available"], inventory["quantity_sellable"]) == (0, 24, 24)
    assert inventory["warehouse_stocks"][0]["warehouse_id"] == 990001


@pytest.mark.parametrize("version", ["v2", "v2.1"])
def test_update_sku_is_served_in_both_versions_and_holds_at_once(shop: Caller, product: dict[str, Any], version: str) -> None:
    answer = shop.put(f"/{version}/products/updateSku", {
        "product_id": product["id"], "price": 189_000, "active": 1, "seller_warehouse": "990001,990002",
        "warehouse_quantities": [{"warehouse_id": 990002, "qty_available": 5}]})
    assert (answer.status_code, answer.get_json()) == (200, {"state": "approved"})
    now = shop.get(f"/v2.1/products/{product['id']}").get_json()
    assert (now["price"], now["active"], now["version"]) == (189_000, 1, 2)
    assert stock(shop, product) == {990001: 24, 990002: 5}


def test_update_sku_finds_a_product_by_its_original_sku(shop: Caller, product: dict[str, Any]) -> None:
    assert shop.put("/v2.1/products/updateSku", {"original_sku": "CHE-200", "active": 1}).status_code == 200
    assert shop.get("/v2.1/products", active=1).get_json()["data"][0]["id"] == product["id"]


@pytest.mark.parametrize(("changes", "problem"), [
    ({"warehouse_quantities": [{"warehouse_id": 15936811, "qty_available": 1}]},
     "update error [Warehouse '[15936811]' are not found]"),
    ({"seller_warehouse": "990003"}, "update error [Warehouse '[990003]' are not found]"),
    ({"warehouse_quantities": [{"warehouseId": 990001, "qtyAvailable": 1}]},
     "warehouse_quantities must be an array of {warehouse_id, qty_available} with quantity >= 0"),
    ({"price": 0}, "price should be > 0"), ({"price": "189000"}, "price should be > 0"), ({"price": 1.5}, "price should be > 0"),
    ({"price": 19_499}, "Price is not valid because less than ten percent listing price"),
    ({"active": 2}, "active must be 1 or 0"), ({"active": True}, "active must be 1 or 0"),
    ({"seller_warehouse": 990001}, 'seller_warehouse must be a string like "1034,1015"'),
    ({}, "there is nothing to update"),
])
def test_update_sku_tells_what_is_wrong_and_changes_nothing(
        shop: Caller, product: dict[str, Any], changes: dict[str, Any], problem: str) -> None:
    answer = shop.put("/v2.1/products/updateSku", {"product_id": product["id"], **changes})
    assert (answer.status_code, answer.get_json()) == (422, {"errors": [problem]})
    assert shop.get("/v2.1/products", include="inventory").get_json()["data"] == [product]


def test_a_master_id_is_not_a_product_to_update(shop: Caller, product: dict[str, Any]) -> None:
    answer = shop.put("/v2.1/products/updateSku", {"product_id": product["master_id"], "active": 1})
    assert (answer.status_code, answer.get_json()) == (422, {
        "errors": [f"update error [product_id {product['master_id']} is not a seller_simple product]"]})


@pytest.mark.parametrize(("body", "status"), [
    ({"product_id": 1, "active": 1}, 404), ({"original_sku": "NONE", "active": 1}, 404), ({"active": 1}, 422),
    ({"original_sku": "", "active": 1}, 422), ({"product_id": "1", "active": 1}, 422)])
def test_an_unknown_or_unnamed_product_is_not_updated(shop: Caller, body: dict[str, Any], status: int) -> None:
    assert shop.put("/v2.1/products/updateSku", body).status_code == status


def test_update_skus_switches_with_1_and_2_and_never_0(shop: Caller, product: dict[str, Any]) -> None:
    def switch(status: int) -> int:
        return shop.put("/v2.1/products/updateSkus", {"data": [{"product_id": product["id"], "status": status}]}).status_code

    states = [(switch(status), shop.get(f"/v2.1/products/{product['id']}").get_json()["active"]) for status in (1, 0, 2)]
    assert states == [(200, 1), (422, 1), (200, 0)]


def test_malformed_row_has_the_whole_batch_refused(shop: Caller, product: dict[str, Any]) -> None:
    answer = shop.put("/v2.1/products/updateSkus", {"data": [
        {"product_id": product["id"], "price": 190_000}, {"original_sku": "CHE-200", "price": -1, "status": 0}]})
    assert answer.get_json() == {"errors": ["price should be > 0", "status must be 1 (enabled) or 2 (disabled)"]}
    assert shop.get(f"/v2.1/products/{product['id']}").get_json()["price"] == 185_000


FAILING = {"price": 19_499}, {"warehouse_quantities": [{"warehouse_id": 15936811, "qty_available": 1}]}


@pytest.mark.parametrize("changes", FAILING)
def test_failure_of_one_product_stands_inside_a_200_answer(shop: Caller, product: dict[str, Any], changes: dict[str, Any]) -> None:
    shop.publish(changed_request(variant={"sku": "CHE-300"}))
    rows = [{"product_id": product["id"], **changes}, {"original_sku": "CHE-300", "price": 190_000}, {"product_id": 1, "status": 2}]
    answer = shop.put("/v2.1/products/updateSkus", {"data": rows})
    states = [row["state"] for row in answer.get_json()["data"]]
    assert (answer.status_code, answer.get_json()["state"], states) == (200, "approved", ["rejected", "approved", "rejected"])
    assert json.loads(answer.get_json()["data"][0]["reason"])["errors"][0]["description"]
    prices = [row["price"] for row in shop.get("/v2.1/products").get_json()["data"]]
    assert prices == [190_000, 185_000]


@pytest.mark.parametrize("changes", FAILING)
def test_with_batch_whole_one_failure_refuses_all(opened: Callable[..., Caller], changes: dict[str, Any]) -> None:
    shop = opened(review_minutes=0, batch_whole=True)
    shop.publish()
    number = shop.get("/v2.1/products").get_json()["data"][0]["id"]
    answer = shop.put("/v2.1/products/updateSkus", {"data": [{"product_id": number, "status": 1}, {"product_id": number, **changes}]})
    assert answer.status_code == 422
    assert shop.get("/v2.1/products").get_json()["data"][0]["active"] == 0


def test_batch_has_an_end(opened: Callable[..., Caller]) -> None:
    shop = opened(review_minutes=0, most_offers=1)
    rows = [{"product_id": 1, "status": 1}] * 2
    assert shop.put("/v2.1/products/updateSkus", {"data": rows}).get_json() == {"errors": ["data must not exceed 1 items"]}


def test_update_original_sku_is_unique_in_the_shop(shop: Caller, product: dict[str, Any]) -> None:
    shop.publish(changed_request(variant={"sku": "CHE-300"}))
    taken = shop.post("/v2/products/updateOriginalSku", {"product_id": product["id"], "original_sku": "CHE-300"})
    assert (taken.status_code, taken.get_json()) == (422, {"errors": ["Product code CHE-300 is not unique"]})
    assert shop.post("/v2/products/updateOriginalSku", {"product_id": product["id"], "original_sku": "CHE-9"}).get_json() == {
        "state": "approved"}
    assert [row["id"] for row in shop.get("/v2.1/products/findBy", original_sku="CHE-9").get_json()["data"]] == [product["id"]]
    assert shop.get("/v2.1/products/findBy", original_sku="CHE-200").get_json()["data"] == []


def test_products_are_listed_newest_first_in_pages_with_filters(shop: Caller, clock: SetClock) -> None:
    for number in range(3):
        shop.publish(changed_request(name=f"Trà số {number}", variant={"sku": f"CHE-{number}"}))
        clock.forward(minutes=1)
    listed = shop.get("/v2.1/products", limit=2).get_json()
    assert [row["original_sku"] for row in listed["data"]] == ["CHE-2", "CHE-1"]
    assert (listed["paging"]["total"], listed["paging"]["last_page"]) == (3, 2)
    minute = {"created_from_date": "2026-09-25 10:01:00", "created_to_date": "2026-09-25 10:01:30"}
    for query in ({"name": "SỐ 1"}, minute):
        assert [row["original_sku"] for row in shop.get("/v2.1/products", **query).get_json()["data"]] == ["CHE-1"]
    assert shop.get("/v2.1/products", active=1).get_json()["paging"]["total"] == 0
    assert shop.get("/v2.1/products", category_id=TEA).get_json()["paging"]["total"] == 3
    assert shop.get("/v2.1/products", limit=101).status_code == 400


def test_a_product_made_by_hand_has_an_empty_original_sku(shop: Caller) -> None:
    shop.sandbox.add_seller_center_product("Trà làm tay", 90_000)
    assert shop.get("/v2.1/products").get_json()["data"][0]["original_sku"] == ""
    assert shop.get("/v2.1/products/findBy", original_sku="").status_code == 400


def test_an_unknown_product_is_404(shop: Caller) -> None:
    answer = shop.get("/v2.1/products/1")
    assert (answer.status_code, answer.get_json()) == (404, {"errors": ["Product not found"]})


def test_products_and_their_changes_survive_a_restart(opened: Callable[..., Caller], history: History, tmp_path: Path) -> None:
    first = opened(path=tmp_path / "shop.db", review_minutes=0, history=history)
    first.publish()
    first.put("/v2.1/products/updateSku", {"original_sku": "CHE-200", "price": 189_000})
    before = first.get("/v2.1/products", include="inventory").get_json()
    first.sandbox.close()
    again = opened(path=tmp_path / "shop.db", review_minutes=0, history=history)
    assert again.get("/v2.1/products", include="inventory").get_json() == before
    again.publish(changed_request(variant={"sku": "CHE-300"}))
    assert len({row["id"] for row in again.get("/v2.1/products").get_json()["data"]}) == 2


def test_a_published_article_has_the_number_that_orders_name(opened: Callable[..., Caller], history: History) -> None:
    shop = opened(review_minutes=0, history=history)
    shop.publish(changed_request(variant={"sku": "TRA-100"}))
    product = shop.get("/v2.1/products").get_json()["data"][0]
    listed = shop.get("/v2/orders", limit=50).get_json()["data"]
    sold = {item["product"]["seller_product_code"]: item["product"] for order in listed for item in order["items"]}["TRA-100"]
    assert (sold["id"], sold["sku"], sold["master_id"]) == (product["id"], product["sku"], product["master_id"])
