"""Branches, groups, channels, switches, articles and webhooks."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.sandbox.buyers import CANARY_WORDS

NEW = {"name": "Cốm làng Vòng", "categoryId": 201, "code": "COM-1", "basePrice": 60_000}


def test_branches_are_those_of_the_history(shop: Any) -> None:
    page = shop.get("/branches")
    assert (page["total"], page["pageSize"], len(page["data"])) == (3, 20, 3)
    assert page["timestamp"] == "2025-11-20T12:00:00.0000000"
    assert {"id", "branchName", "branchCode", "contactNumber", "address", "email"} <= set(page["data"][0])
    assert "modifiedDate" not in page["data"][0]


def test_removed_ids_are_spelled_by_resource_and_only_told_when_asked(shop: Any) -> None:
    since = "2025-11-20T00:00:00"
    shop.call("DELETE", "/products/1000002")
    assert shop.get("/products", includeRemoveIds="true", lastModifiedFrom=since)["removeId"] == [1_000_002]
    assert shop.get("/branches", includeRemoveIds="true", lastModifiedFrom=since)["removedIds"] == []
    assert "removeId" not in shop.get("/products", lastModifiedFrom=since)
    assert "removeId" not in shop.get("/products", includeRemoveIds="true")


def test_product_groups_come_flat_or_as_a_tree_and_by_name(shop: Any) -> None:
    flat = shop.get("/categories")["data"]
    assert [row["categoryName"] for row in flat] == sorted(row["categoryName"] for row in flat)
    tree = shop.get("/categories", hierachicalData="true")["data"]
    assert all("parentId" not in row for row in tree)
    assert [below["categoryId"] for row in tree if row["categoryId"] == 201 for below in row["children"]] == [211]
    assert shop.get("/categories/211")["data"]["parentId"] == 201
    assert shop.error("GET", "/categories/9") == (420, "KvValidateException")


def test_channels_and_switches_keep_their_documented_names(shop: Any) -> None:
    assert {"id", "name", "isActive"} <= set(shop.get("/salechannel")["data"][0])
    assert set(shop.get("/settings")) == {"ManagerCustomerByBranch", "AllowOrderWhenOutStock", "AllowSellWhenOrderOutStock",
                                          "AllowSellWhenOutStock"}


def test_articles_of_the_history_are_there_with_stock_in_every_branch(shop: Any, history: Any) -> None:
    rows = shop.get("/products", includeInventory="true")["data"]
    assert [row["code"] for row in rows] == [good.sku for good in history.goods]
    assert [row["basePrice"] for row in rows] == [good.price for good in history.goods]
    assert [level["branchId"] for level in rows[0]["inventories"]] == [301, 302, 303]
    assert all(isinstance(level["onHand"], float) for row in rows for level in row["inventories"])
    assert rows[2]["fullName"] == "Bưởi Diễn (kg)"


def test_stock_is_shown_only_when_asked_and_only_of_the_branches_asked(shop: Any) -> None:
    assert "inventories" not in shop.get("/products")["data"][0]
    some = shop.get("/products", includeInventory="true", BranchIds="302,303")["data"][0]["inventories"]
    assert [level["branchId"] for level in some] == [302, 303]


def test_the_stock_feed_spells_onhand_in_lower_case(shop: Any) -> None:
    level = shop.get("/productOnHands", branchIds=301)["data"][0]["inventories"]
    assert [set(one) for one in level] == [{"branchId", "onhand", "reserved"}]


def test_an_article_is_found_by_id_and_by_code(shop: Any) -> None:
    assert shop.get("/products/code/BUOI") == shop.get("/products/1000003")
    assert shop.error("GET", "/products/code/NONE") == (420, "KvValidateException")
    assert shop.error("GET", "/products/5") == (420, "KvValidateException")


def test_a_new_article_answers_with_its_id_and_keeps_all_that_was_sent(shop: Any) -> None:
    made = shop.call("POST", "/products", NEW | {
        "barCode": "8930000000017", "unit": "gói", "weight": 200, "images": ["https://anh.example/com.jpg"],
        "attributes": [{"attributeName": "Vị", "attributeValue": "Sen"}], "productTaxs": [{"taxId": 3}],
        "inventories": [{"branchId": 302, "onHand": 7.5, "cost": 30_000}]}).get_json()
    assert made["fullName"] == "Cốm làng Vòng - Sen (gói)"
    assert made["images"] == ["https://anh.example/com.jpg"]
    assert [level["onHand"] for level in made["inventories"]] == [0.0, 7.5, 0.0]
    assert [(tax["taxId"], tax["name"], tax["value"]) for tax in made["productTaxs"]] == [(3, "VAT 8%", 8)]
    assert shop.get("/products/code/COM-1")["id"] == made["id"] == 1_000_005
    listed = next(row for row in shop.rows("/products") if row["code"] == "COM-1")
    assert listed["images"] == [{"Image": "https://anh.example/com.jpg"}]


def test_an_article_without_a_code_is_given_one(shop: Any) -> None:
    codes = [shop.call("POST", "/products", {**NEW, "code": ""}).get_json()["code"] for _ in range(2)]
    assert codes == ["SP000001", "SP000002"]


@pytest.mark.parametrize("change", [
    {"code": "MO-500"}, {"barCode": "12345678901234567"}, {"name": ""}, {"categoryId": None}, {"categoryId": 999},
    {"basePrice": -1}, {"productTaxs": [{"taxId": 6}]}, {"inventories": [{"branchId": 9, "onHand": 1}]}, {"masterUnitId": 12},
])
def test_a_broken_business_rule_is_http_420(shop: Any, change: dict[str, Any]) -> None:
    assert shop.error("POST", "/products", NEW | change) == (420, "KvValidateException")
    assert shop.get("/products")["total"] == 4


@pytest.mark.parametrize("body", [
    [], NEW | {"basePrice": "free"}, NEW | {"images": "a.jpg"}, NEW | {"hasVariants": "yes"}, NEW | {"name": 5},
])
def test_a_body_that_cannot_be_read_is_http_400(shop: Any, body: Any) -> None:
    assert shop.error("POST", "/products", body) == (400, "SerializationException")


def test_a_bar_code_of_sixteen_characters_is_taken(shop: Any) -> None:
    assert shop.call("POST", "/products", NEW | {"barCode": "1234567890123456"}).status_code == 200


def test_an_update_changes_what_is_sent_and_answers_with_inventory(shop: Any, clock: Any) -> None:
    clock.forward(minutes=5)
    changed = shop.call("PUT", "/products/1000001", {"basePrice": 130_000, "branchId": 301, "isActive": False}).get_json()
    assert (changed["basePrice"], changed["isActive"], changed["name"]) == (130_000, False, "Mật ong hoa nhãn 500 g")
    assert "inventory" in changed
    assert "inventories" not in changed
    assert changed["modifiedDate"] == "2025-11-20T12:05:00.0000000"
    assert [row["id"] for row in shop.rows("/products", lastModifiedFrom="2025-11-20T12:05:00")] == [1_000_001]
    assert [row["id"] for row in shop.rows("/products", isActive="false")] == [1_000_001]


def test_a_code_in_use_cannot_be_taken_by_an_update_but_ones_own_can(shop: Any) -> None:
    assert shop.error("PUT", "/products/1000001", {"code": "BUOI"}) == (420, "KvValidateException")
    assert shop.call("PUT", "/products/1000001", {"code": "MO-500"}).status_code == 200


def test_a_deleted_article_answers_420_and_frees_its_code(shop: Any) -> None:
    assert "message" in shop.call("DELETE", "/products/1000001").get_json()
    for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
        assert shop.error(method, "/products/1000001", body) == (420, "KvValidateException")
    assert shop.call("POST", "/products", NEW | {"code": "MO-500"}).status_code == 200


def test_bulk_writes_answer_with_a_message_only(shop: Any) -> None:
    added = shop.call("POST", "/listaddproducts", {"listProducts": [NEW, NEW | {"code": "COM-2"}]}).get_json()
    assert list(added) == ["message"]
    number = shop.get("/products/code/COM-2")["id"]
    changed = shop.call("PUT", "/listupdatedproducts", {"listProducts": [{"id": number, "basePrice": 1_000}]}).get_json()
    assert list(changed) == ["message"]
    assert shop.get("/products/code/COM-2")["basePrice"] == 1_000


def test_bulk_writes_are_all_or_none(shop: Any) -> None:
    assert shop.error("POST", "/listaddproducts", {"listProducts": [NEW, NEW]})[0] == 420
    assert shop.error("PUT", "/listupdatedproducts", {"listProducts": [{"id": 1_000_001, "name": "x"}, {"id": 7}]})[0] == 420
    assert shop.error("POST", "/listaddproducts", {"listProducts": []})[0] == 400
    assert shop.get("/products/1000001")["name"] == "Mật ong hoa nhãn 500 g"
    assert shop.get("/products")["total"] == 4


def test_a_box_is_an_article_of_its_own_tied_to_its_unit(shop: Any) -> None:
    box = {"name": "Thùng mật ong", "categoryId": 201, "code": "MO-T6", "unit": "thùng", "masterUnitId": 1_000_001,
           "conversionValue": 6, "basePrice": 700_000}
    shop.call("POST", "/products", box)
    assert [unit["code"] for unit in shop.get("/products/code/MO-500")["units"]] == ["MO-T6"]
    assert [row["code"] for row in shop.rows("/products", masterUnitId=1_000_001)] == ["MO-T6"]


def test_articles_are_searched_by_name_without_marks(shop: Any) -> None:
    assert [row["code"] for row in shop.rows("/products", name="mat ong")] == ["MO-500"]


def test_a_webhook_goes_in_with_capitals_and_comes_out_without(shop: Any) -> None:
    secret = base64.b64encode(b"eight-or-more").decode()
    wanted = {"Type": "stock.update", "Url": "https://nhan.example/kv", "IsActive": True, "Description": "kho", "Secret": secret}
    made = shop.call("POST", "/webhooks", {"Webhook": wanted}).get_json()
    assert set(made) == {"id", "type", "url", "isActive", "retailerId", "description"}
    assert shop.get(f"/webhooks/{made['id']}") == made
    assert [row["id"] for row in shop.get("/webhooks")["data"]] == [made["id"]]
    assert "message" in shop.call("DELETE", f"/webhooks/{made['id']}").get_json()
    assert shop.get("/webhooks")["total"] == 0
    assert shop.error("GET", f"/webhooks/{made['id']}") == (420, "KvValidateException")


@pytest.mark.parametrize("change", [
    {"Type": "return.update"}, {"Url": "nhan.example"}, {"Secret": "not base64!"},
    {"Secret": base64.b64encode(b"short").decode()},
])
def test_a_webhook_that_breaks_a_rule_is_refused(shop: Any, change: dict[str, Any]) -> None:
    good = {"Type": "invoice.update", "Url": "https://nhan.example/kv", "IsActive": True}
    assert shop.error("POST", "/webhooks", {"Webhook": good | change}) == (420, "KvValidateException")
    assert shop.error("POST", "/webhooks", good) == (400, "SerializationException")


def test_a_second_webhook_for_the_same_event_is_refused(shop: Any) -> None:
    body = {"Webhook": {"Type": "invoice.update", "Url": "https://nhan.example/kv"}}
    assert shop.call("POST", "/webhooks", body).status_code == 200
    assert shop.error("POST", "/webhooks", body) == (420, "KvValidateException")


def test_a_shop_in_a_file_remembers_after_a_restart(tmp_path: Path, clock: Any, history: Any, admit: Any) -> None:
    first = KiotVietSandbox(clock=clock, history=history, path=tmp_path / "shop.db")
    before = admit(first)
    before.call("POST", "/products", NEW)
    before.call("DELETE", "/products/1000002")
    before.call("POST", "/webhooks", {"Webhook": {"Type": "invoice.update", "Url": "https://nhan.example/kv"}})
    invoice = before.get("/invoices", status=1, orderDirection="Desc", pageSize=1)["data"][0]["id"]
    assert before.call("DELETE", "/invoices", {"id": invoice}).status_code == 200
    first.close()
    second = KiotVietSandbox(clock=clock, history=history, path=tmp_path / "shop.db")
    after = admit(second)
    after.headers = before.headers
    assert [row["code"] for row in after.rows("/products")] == ["MO-500", "BUOI", "MANG", "COM-1"]
    assert after.get("/webhooks")["total"] == 1
    assert after.get(f"/invoices/{invoice}")["status"] == 2
    second.close()


def test_a_shop_without_a_history_sells_nothing_and_answers_all_the_same(clock: Any, admit: Any) -> None:
    caller = admit(KiotVietSandbox(clock=clock))
    for path in ("/products", "/invoices", "/returns", "/orders", "/productOnHands"):
        assert caller.get(path)["total"] == 0
    assert caller.get("/branches")["total"] == 1


def test_nothing_about_the_shop_itself_looks_like_a_buyer(shop: Any) -> None:
    for path in ("/branches", "/categories", "/salechannel", "/settings", "/products", "/productOnHands"):
        text = shop.call("GET", path, includeInventory="true").get_data(as_text=True)
        assert not [word for word in CANARY_WORDS if word in text]
