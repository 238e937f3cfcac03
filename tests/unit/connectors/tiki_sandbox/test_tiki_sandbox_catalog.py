"""Seller, warehouses, categories and attributes of the Tiki practice server."""

from __future__ import annotations

from tests.unit.connectors.tiki_sandbox.conftest import HERBS, PARENT, TEA, Caller


def test_the_seller_is_active_and_may_update_products(shop: Caller) -> None:
    seller = shop.get("/v2/sellers/me").get_json()
    assert (seller["active"], seller["can_update_product"], seller["registration_status"]) == (1, 1, "completed")
    assert isinstance(seller["id"], int)


def test_warehouses_are_a_page_and_can_be_asked_for_by_status_and_type(shop: Caller) -> None:
    every, active = shop.get("/v2/sellers/me/warehouses").get_json(), shop.get(
        "/v2/sellers/me/warehouses", status=1, type=1).get_json()
    assert (every["paging"]["total"], active["paging"]["total"]) == (4, 2)
    assert [house["id"] for house in active["data"]] == [990001, 990002]


def test_seller_inventories_are_given_for_each_tiki_warehouse(shop: Caller) -> None:
    answer = shop.get("/v2/seller-inventories", tiki_warehouse_codes="sgn,hn").get_json()
    assert [row["tiki_warehouse_code"] for row in answer["mappings"]] == ["sgn", "hn"]
    assert [house["id"] for house in answer["seller_inventories"]] == answer["mappings"][0]["seller_inventory_ids"]


def test_categories_are_wrapped_in_v2_and_a_bare_array_in_v1(shop: Caller) -> None:
    new = shop.get("/v2/categories", isPrimary="true").get_json()
    old = shop.get("/v1/categories", primary=1, lang="vi").get_json()
    assert [row["id"] for row in new["data"]] == [row["id"] for row in old]
    assert {"parent_id", "is_primary", "is_product_listing_enabled", "no_license_seller_enabled"} <= set(new["data"][0])
    assert {"parent", "primary"} <= set(old[0])


def test_categories_are_found_by_name_and_parent(shop: Caller) -> None:
    assert [row["id"] for row in shop.get("/v2/categories", name="MẬT ong").get_json()["data"]] == [9900201]
    assert {row["parent_id"] for row in shop.get("/v2/categories", parent=PARENT).get_json()["data"]} == {PARENT}


def test_a_category_shows_those_above_it_when_asked(shop: Caller) -> None:
    assert "parents" not in shop.get(f"/v2/categories/{TEA}").get_json()
    shown = shop.get(f"/v2/categories/{TEA}", includeParents="true").get_json()
    assert [parent["id"] for parent in shown["parents"]] == [9900000, PARENT]


def test_an_unknown_category_is_named_in_the_refusal(shop: Caller) -> None:
    answer = shop.get("/v2/categories/1")
    assert (answer.status_code, answer.get_json()) == (404, {"errors": ["Category not found id: 1"]})


def test_attributes_of_a_category_name_the_brand_603(shop: Caller) -> None:
    new, old = shop.get(f"/v2/categories/{TEA}/attributes").get_json(), shop.get(f"/v1/categories/{TEA}/attributes").get_json()
    brand = new["data"][0]
    assert old == new["data"]
    assert (brand["id"], brand["code"], brand["input_type"], brand["is_required"], brand["category_id"]) == (
        603, "brand", "select", True, TEA)


def test_values_come_in_pages_of_at_most_100(shop: Caller) -> None:
    first, second = (shop.get("/v2/attributes/603/values", limit=100, page=page).get_json() for page in (1, 2))
    assert len(first["data"]) == 100
    assert first["data"][0]["value"] == "OEM"
    assert len(first["data"]) + len(second["data"]) == first["paging"]["total"]
    refused = shop.get("/v2/attributes/603/values", limit=101)
    assert (refused.status_code, refused.get_json()) == (400, {"errors": ["limit must not exceed 100"]})


def test_values_are_20_a_page_by_default_and_found_by_their_words(shop: Caller) -> None:
    assert shop.get("/v2/attributes/603/values").get_json()["paging"]["per_page"] == 20
    assert [row["value"] for row in shop.get("/v2/attributes/603/values", q="oem").get_json()["data"]] == ["OEM"]


def test_an_empty_list_has_no_last_page(shop: Caller) -> None:
    assert shop.get("/v2/attributes/603/values", q="không có").get_json()["paging"]["last_page"] == 0


def test_documents_of_a_category_say_whether_they_are_required(shop: Caller) -> None:
    assert [row["is_required"] for row in shop.get(f"/v2/categories/{HERBS}/documents").get_json()["data"]] == [True]
    assert [row["is_required"] for row in shop.get(f"/v2/categories/{TEA}/documents").get_json()["data"]] == [False]
