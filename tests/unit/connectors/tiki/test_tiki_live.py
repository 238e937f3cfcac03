"""Reading what is live: products as a draft has them, in few calls."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.tiki.live import to_live, to_plain, with_numbers
from connectors.tiki.mapper import to_html
from connectors.tiki.wire import Product
from ocop_market.model.change import LiveListing, RemoteListing

LIST = "GET /integration/v2.1/products"
FULL = {
    "id": 3001, "sku": "8930000000009", "original_sku": "TRA-01", "active": 1, "name": "Trà  xanh", "price": 120_000,
    "categories": [{"id": 1}, {"id": 22998, "is_primary": True}], "images": [{"url": "https://salt.example/1.jpg"}, {"url": None}],
    "attributes": {"brand": {"id": 5, "value": "OEM"}, "origin": "Việt Nam", "bulky": 0, "vat": None, "material": ["Tre", {"value": "Mây"}],
                   "description": "<p>Một</p><p>Hai &amp; ba</p>", "product_weight_kg": "0.35", "product_length": 20,
                   "product_width": "15.0", "product_height": 10.5, "is_warranty_applied": True},
    "inventory": {"quantity": 0, "quantity_available": 49, "quantity_reserved": 3, "warehouse_stocks": [
        {"warehouse_id": 502, "quantity_available": 40, "quantity_reserved": 3},
        {"warehouse_id": 777, "quantity_available": 9, "quantity_reserved": 0}]},
}


def shown(**changes: Any) -> LiveListing:
    product = Product.model_validate({**FULL, **changes})
    return to_live(RemoteListing("3001", "TRA-01"), {"TRA-01": product}, 502)


def test_product_is_read_in_the_form_of_a_draft() -> None:
    live = shown()
    assert live.fields == {
        "content": {"title": "Trà xanh", "description": "Một\nHai & ba", "category": "22998",
                    "attributes": {"origin": "Việt Nam", "bulky": "0", "material": "Tre, Mây", "is_warranty_applied": "1"} | {},
                    "brand": "", "weight_g": 350, "parcel_cm": [20, 15, 10.5]},
        "media": {"pictures": ["https://salt.example/1.jpg"]}, "price": {"price": 120_000}, "stock": {"stock": 40},
        "visibility": {"visible": True}}
    assert live.ordered == {"TRA-01": 3}
    assert (live.remote.remote_id, live.remote.visible, live.remote.remote_state) == ("3001", True, "active")


@pytest.mark.parametrize(("changes", "group", "field"), [
    ({"price": None}, "price", "price"), ({"inventory": None}, "stock", "stock"), ({"images": None}, "media", "pictures"),
    ({"attributes": None}, "content", "attributes"), ({"attributes": []}, "content", "brand"),
    ({"attributes": {"product_weight_kg": "n/a"}}, "content", "weight_g"), ({"categories": None}, "content", "category"),
    ({"attributes": {"origin": "x"}}, "content", "description")])
def test_what_tiki_does_not_tell_is_left_out(changes: dict[str, Any], group: str, field: str) -> None:
    assert field not in shown(**changes).fields.get(group, {})
    assert shown().fields[group][field] is not None


@pytest.mark.parametrize(("rows", "title"), [
    ([("Cũ", 3), ("Cũ", 3), ("Mới", 4)], "Mới"), ([("Mới", 4), ("Cũ", 3), ("Cũ", 9)], "Mới"), ([("Cũ", 3), ("Mới", 4)], "Mới"),
    ([("Mới", 4), ("Cũ", 3)], "Mới"), ([("Cũ", 3), ("Cũ", 5)], "Cũ")])
def test_of_variants_that_differ_the_odd_one_tells(rows: list[tuple[str, int]], title: str) -> None:
    products = {f"T-{n}": Product.model_validate({"id": n, "name": name, "version": version}) for n, (name, version) in enumerate(rows, 1)}
    assert to_live(RemoteListing("1", "T"), products, 502).fields["content"]["title"] == title


def test_stock_without_warehouses_is_what_is_available() -> None:
    assert shown(inventory={"quantity_available": 12}).fields["stock"] == {"stock": 12}


def test_stock_that_lies_only_in_other_warehouses_is_none_of_ours() -> None:
    rows = [{"warehouse_id": 777, "quantity_available": 9}]
    assert shown(inventory={"quantity_available": 9, "warehouse_stocks": rows}).fields["stock"] == {"stock": 0}


@pytest.mark.parametrize("text", ["Một dòng", "Hai\ndòng", "A & B < C", "<p>Đậm <b>nhạt</b></p>", ""])
def test_description_comes_back_as_it_went_out(text: str) -> None:
    assert to_plain(to_html(text)) == text


def test_lowest_number_names_a_listing_with_variants() -> None:
    remote = with_numbers(RemoteListing("", "TRA"), {"B": "1000", "A": "999"})
    assert (remote.remote_id, remote.data) == ("999", {"variants": {"B": "1000", "A": "999"}})
    assert with_numbers(remote, {"TRA": "5"}) == RemoteListing("5", "TRA")


def pages(*rows: list[dict[str, Any]]) -> Any:
    def answer(call: Any) -> dict[str, Any]:
        if "active" in call.query:
            return {"data": [], "paging": {"last_page": 0}}
        return {"data": rows[int(call.query.get("page", 1)) - 1], "paging": {"last_page": len(rows)}}
    return answer


def rows(first: int, count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": number, "original_sku": f"S-{number}", "active": 1, **more} for number in range(first, first + count)]


def read(shop: Any, *numbers: int) -> list[str]:
    return [live.remote.sku for live in shop.connector.read_listings([RemoteListing(str(n), f"S-{n}") for n in numbers])]


def test_walk_ends_where_single_calls_are_fewer(shop: Any, platform: Any) -> None:
    platform.answers |= {LIST: pages(*(rows(100 * page, 100) for page in range(1, 10))),
                         f"{LIST}/850": rows(850, 1)[0], f"{LIST}/99": (404, {"errors": ["Product not found"]})}
    assert read(shop, 110, 120, 850, 99) == ["S-110", "S-120", "S-850"]
    assert len(platform.sent(LIST)) == 1


def test_walk_goes_on_while_many_are_wanted(shop: Any, platform: Any) -> None:
    platform.answers[LIST] = pages(*(rows(100 * page, 100) for page in range(1, 5)))
    wanted = [100 * page + n for page in range(1, 5) for n in range(20)]
    assert len(read(shop, *wanted)) == 80
    assert [call.path for call in platform.calls if "/products" in call.path] == ["/integration/v2.1/products"] * 4


def test_requests_under_review_are_not_read(shop: Any, platform: Any) -> None:
    assert list(shop.connector.read_listings([RemoteListing("", "A", data={"track_id": "x"})])) == []
    assert platform.sent(LIST) == []


def test_shop_is_what_carries_a_sku_and_takes_offers(shop: Any, platform: Any) -> None:
    master = {"id": 4, "original_sku": "M", "entity_type": "master_simple"}
    platform.answers[LIST] = pages([*rows(1, 2), {"id": 3, "original_sku": ""}, master], rows(1, 1))
    assert [(one.sku, one.remote_id) for one in shop.connector.shop_listings()] == [("S-1", "1"), ("S-2", "2")]
