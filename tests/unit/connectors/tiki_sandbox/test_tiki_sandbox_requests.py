"""Product requests of the Tiki practice server: refusals at once, the review, late refusals, replay."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_pictures import is_loopback, picture_is_good, picture_size
from ocop_market.sandbox.server import serving
from tests.unit.connectors.tiki_sandbox.conftest import (
    CLOSED,
    GOOD_REQUEST,
    HERBS,
    PARENT,
    SPIRITS,
    Caller,
    SetClock,
    changed_request,
)


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG file, as much as a size is read from."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))


def jpeg(width: int, height: int) -> bytes:
    """A JPEG file without its picture."""
    return (b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
            + b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9))


@Request.application
def pictures(request: Request) -> Response:
    found = {"/good.png": png(500, 500), "/good.jpg": jpeg(800, 600), "/narrow.png": png(324, 500), "/text.png": b"no picture"}
    return Response(found[request.path], 200) if request.path in found else Response("", 404)


def test_a_good_request_is_queued_under_a_track_id(shop: Caller) -> None:
    answer = shop.post("/v2.1/requests", GOOD_REQUEST)
    assert answer.status_code == 200
    assert set(answer.get_json()) == {"track_id", "state"}
    assert re.fullmatch(r"[0-9a-f]{32}", answer.get_json()["track_id"])
    assert answer.get_json()["state"] == "queuing"


def test_option_mismatch_and_price_come_together_in_the_documented_words(shop: Caller) -> None:
    body = changed_request(option_attributes=["Trọng lượng", "Hộp"], variant={"price": 0, "option1": "200 g"})
    answer = shop.post("/v2.1/requests", body)
    assert (answer.status_code, answer.get_json()) == (422, {"errors": [
        "variants don't match with option_attributes => variants option2 missing", "variants should have price > 0"]})


@pytest.mark.parametrize(("changes", "problem"), [
    ({"category_id": 1}, "Category not found id: 1"),
    ({"category_id": PARENT}, f"category {PARENT} is not primary"),
    ({"category_id": CLOSED}, f"category {CLOSED} does not accept product listing"),
    ({"name": ""}, "name is required"),
    ({"name": "á" * 256}, "name must not exceed 255 characters"),
    ({"description": None}, "description is required"),
    ({"image": None}, "image is required and must be a URL"),
    ({"images": None}, "images must be an array, not null"),
    ({"option_attributes": None}, "option_attributes must be an array, not null"),
    ({"variants": []}, "variants must have at least one item"),
    ({"attributes": None}, "attributes must be an object"),
    ({"attributes": GOOD_REQUEST["attributes"] | {"brand": "No brand"}},
     "attributes brand value 'No brand' is not in the list of values"),
    ({"attributes": GOOD_REQUEST["attributes"] | {"origin": ""}}, "attributes origin is required"),
    ({"attributes": GOOD_REQUEST["attributes"] | {"bulky": 2}}, "attributes bulky must be 0 or 1"),
    ({"attributes": GOOD_REQUEST["attributes"] | {"product_weight_kg": 0}}, "attributes product_weight_kg must be a number > 0"),
    ({"variant": {"sku": ""}}, "variants should have sku"),
    ({"variant": {"price": "185000"}}, "variants should have price > 0"),
    ({"variant": {"price": 19_499}}, "Price is not valid because less than ten percent listing price"),
    ({"variant": {"option1": "200 g"}}, "variants don't match with option_attributes => variants option1 redundant"),
    ({"variant": {"inventory_type": "drop_ship"}},
     "variants inventory_type must be one of dropship, instock, backorder, seller_backorder, cross_border"),
    ({"variant": {"seller_warehouse": 990001}}, 'variants seller_warehouse must be a string like "1034,1015"'),
    ({"variant": {"seller_warehouse": "990001,15936811"}}, "Warehouse '[15936811]' are not found"),
    ({"variant": {"seller_warehouse": "990004"}}, "Warehouse '[990004]' are not found"),
    ({"variant": {"warehouse_stocks": [{"warehouse_id": 990001, "qty_available": 3}]}},
     "variants warehouse_stocks must be an array of {warehouseId, qtyAvailable} with quantity >= 0"),
    ({"certificate_files": [{"url": "https://anh.example/a.jpg", "type": "other"}]},
     "certificate_files must be an array of {url, type: brand|category, document_id}"),
])
def test_what_is_wrong_with_a_request_is_told_at_once(shop: Caller, changes: dict[str, Any], problem: str) -> None:
    answer = shop.post("/v2.1/requests", changed_request(**changes))
    assert (answer.status_code, answer.get_json()) == (422, {"errors": [problem]})


def test_an_empty_body_is_refused_with_every_problem(shop: Caller) -> None:
    assert len(shop.post("/v2.1/requests", {}).get_json()["errors"]) == 7


def test_an_inactive_seller_is_403_and_one_without_a_licence_may_not_sell_spirits(opened: Callable[..., Caller]) -> None:
    assert opened(seller_active=False).post("/v2.1/requests", GOOD_REQUEST).status_code == 403
    assert opened(licensed=False).post("/v2.1/requests", changed_request(category_id=SPIRITS)).get_json() == {
        "errors": [f"category {SPIRITS} requires a licensed seller"]}


def test_a_request_goes_through_all_states_as_the_clock_moves(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=100)
    track, states = shop.publish(), []
    for minutes in (0, 2, 4, 29, 20, 44, 1):
        clock.forward(minutes=minutes)
        shop.enter()
        states.append(shop.tracking(track)["state"])
    assert states == ["queuing", "processing", "md_awaiting_approve", "bot_awaiting_approve", "awaiting_approve",
                      "awaiting_approve", "approved"]


def test_the_request_id_is_text_of_19_digits_and_comes_with_the_review(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=100)
    track = shop.publish()
    assert set(shop.tracking(track)) == {"track_id", "state", "reason"}
    clock.forward(minutes=10)
    assert re.fullmatch(r"\d{19}", shop.tracking(track)["request_id"])


def test_an_approved_product_is_inactive_unless_it_was_to_turn_on(shop: Caller) -> None:
    shop.publish()
    shop.publish(changed_request(variant={"sku": "CHE-201"}, meta_data={"is_auto_turn_on": True}))
    found = {row["original_sku"]: row["active"] for row in shop.get("/v2.1/products").get_json()["data"]}
    assert found == {"CHE-200": 0, "CHE-201": 1}


def test_every_variant_becomes_a_product_of_one_master(shop: Caller) -> None:
    variant = GOOD_REQUEST["variants"][0]
    track = shop.publish(changed_request(option_attributes=["Trọng lượng"], variants=[
        variant | {"sku": "CHE-A", "option1": "100 g", "name": "Trà nhỏ", "attributes": {"origin": "Lào"}},
        variant | {"sku": "CHE-B", "option1": "200 g", "price": 190_000}]))
    request = shop.get("/v2/requests/" + shop.tracking(track)["request_id"]).get_json()
    products = [shop.get(f"/v2.1/products/{row['product_id']}", includes="attributes").get_json() for row in request["products"]]
    assert [product["original_sku"] for product in products] == ["CHE-A", "CHE-B"]
    assert [product["name"] for product in products] == ["Trà nhỏ", GOOD_REQUEST["name"]]
    assert [product["attributes"]["origin"] for product in products] == ["Lào", "Việt Nam"]
    assert len({product["master_id"] for product in products}) == 1
    assert len({product["id"] for product in products}) == 2


def test_a_taken_seller_sku_is_rejected_later_with_code_420_inside_a_text(shop: Caller) -> None:
    shop.publish()
    late = shop.tracking(shop.publish())
    assert late["state"] == "rejected"
    assert "request_id" not in late
    fault = json.loads(late["reason"])["errors"][0]
    assert (fault["code"], fault["description"], fault["msg_eng"]) == (
        420, "Product code CHE-200 is not unique", "Seller product code is not unique")


def test_of_two_requests_under_review_the_earlier_one_keeps_the_seller_sku(
        opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=10)
    first, second = shop.publish(), shop.publish()
    clock.forward(minutes=5)
    assert [shop.tracking(track)["state"] for track in (first, second)] == ["bot_awaiting_approve", "rejected"]


def test_a_missing_document_is_rejected_with_its_number_in_the_reason(shop: Caller) -> None:
    late = shop.tracking(shop.publish(changed_request(category_id=HERBS)))
    assert late["state"] == "rejected"
    assert "request_id" in late
    assert re.search(r"Category legal document is missing document_id = 990902 : \S+", late["reason"])


def test_with_its_document_the_request_is_approved(shop: Caller) -> None:
    files = [{"url": "https://anh.example/cb.jpg", "type": "category", "document_id": 990902}]
    assert shop.tracking(shop.publish(changed_request(category_id=HERBS, certificate_files=files)))["state"] == "approved"


@pytest.mark.parametrize(("name", "state"), [
    ("good.png", "approved"), ("good.jpg", "approved"), ("narrow.png", "rejected"), ("text.png", "rejected"),
    ("none.png", "rejected")])
def test_pictures_on_this_machine_are_fetched_and_measured(shop: Caller, name: str, state: str) -> None:
    with serving(pictures) as url:
        tracked = shop.tracking(shop.publish(changed_request(image=f"{url}/{name}", images=[])))
    assert tracked["state"] == state
    assert ("Product media is empty" in tracked["reason"]) == (state == "rejected")


def test_a_picture_server_that_is_gone_gives_no_pictures() -> None:
    with serving(pictures) as url:
        pass
    assert not picture_is_good(f"{url}/good.png")


def test_pictures_elsewhere_are_taken_as_good_unseen() -> None:
    assert picture_is_good("https://anh.example/1.jpg")
    assert [is_loopback(f"http://{host}/") for host in ("127.0.0.1:80", "[::1]", "localhost", "anh.example", "8.8.8.8")] == [
        True, True, True, False, False]


def test_the_size_is_read_from_the_header() -> None:
    assert picture_size(png(640, 480)) == (640, 480)
    assert picture_size(jpeg(640, 480)) == (640, 480)
    assert picture_size(b"GIF89a") is None
    assert picture_size(b"\xff\xd8\xff\xe0") is None


def test_a_replayed_request_is_judged_anew_and_locked_after_three_rejections(shop: Caller) -> None:
    with serving(pictures) as url:
        track = shop.publish(changed_request(image=f"{url}/none.png"))
        for _ in range(2):
            assert shop.tracking(track)["state"] == "rejected"
            assert shop.post(f"/v2/tracking/{track}/replay").get_json() == {"track_id": track, "state": "queuing"}
        assert shop.tracking(track)["state"] == "locked"
        locked = shop.post(f"/v2/tracking/{track}/replay")
    assert (locked.status_code, locked.get_json()) == (422, {"errors": ["product request is locked"]})


def test_a_replay_is_approved_once_the_fault_is_mended(shop: Caller) -> None:
    shop.publish()
    late = shop.publish()
    product = shop.get("/v2.1/products/findBy", original_sku="CHE-200").get_json()["data"][0]
    shop.post("/v2/products/updateOriginalSku", {"product_id": product["id"], "original_sku": "CHE-OLD"})
    shop.post(f"/v2/tracking/{late}/replay")
    assert shop.tracking(late)["state"] == "approved"
    assert shop.get("/v2.1/products").get_json()["paging"]["total"] == 2


def test_a_track_id_is_gone_after_thirty_days(shop: Caller, clock: SetClock) -> None:
    track = shop.publish()
    clock.forward(days=30)
    shop.enter()
    assert shop.get(f"/v2/tracking/{track}").status_code == 404
    assert shop.get("/v2/tracking").get_json() == []
    assert shop.get("/v2/requests").get_json()["paging"]["total"] == 1


def test_tracking_is_listed_newest_first_as_a_bare_array(shop: Caller, clock: SetClock) -> None:
    first = shop.publish()
    clock.forward(minutes=10)
    second = shop.publish(changed_request(variant={"sku": "CHE-2"}))
    assert [row["track_id"] for row in shop.get("/v2/tracking").get_json()] == [second, first]
    assert [row["track_id"] for row in shop.get("/v2/tracking", limit=1).get_json()] == [second]
    assert [row["track_id"] for row in shop.get("/v2/tracking", created_at_max="2026-09-25 10:05:00").get_json()] == [first]
    assert shop.get("/v2/tracking", created_at_min="25/09/2026").status_code == 400


def test_requests_are_listed_found_and_shown(shop: Caller) -> None:
    track = shop.publish()
    number = shop.tracking(track)["request_id"]
    listed = shop.get("/v2/requests", state="approved", include="products").get_json()
    shown = shop.get(f"/v2/requests/{number}").get_json()
    assert listed["data"] == [shown]
    assert shop.get("/v2/requests/findBy", track_id=track).get_json()["data"] == [shown]
    assert (shown["kind"], shown["approved_by"], shown["reasons"]) == ("create_product", "tiki", [])
    assert "products" not in shop.get("/v2/requests").get_json()["data"][0]
    assert shop.get("/v2/requests", state="rejected").get_json()["paging"]["total"] == 0


def test_a_request_under_review_can_be_deleted_and_an_approved_one_not(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=10)
    deleted, kept = shop.publish(), shop.publish(changed_request(variant={"sku": "CHE-2"}))
    clock.forward(minutes=5)
    number = shop.tracking(deleted)["request_id"]
    assert shop.send("DELETE", f"/v2/requests/{number}").get_json() == {"request_id": number, "state": "deleted"}
    clock.forward(minutes=6)
    assert [shop.tracking(track)["state"] for track in (deleted, kept)] == ["deleted", "approved"]
    assert shop.client.delete(f"/integration/v2/requests/findBy?track_id={kept}", headers=shop.headers).status_code == 422
    assert shop.get("/v2.1/products").get_json()["paging"]["total"] == 1


def test_new_contents_go_through_review(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=10)
    track = shop.publish()
    clock.forward(minutes=10)
    product = shop.get("/v2.1/products").get_json()["data"][0]
    update = shop.post("/v2/requests/updateProductInfo", {
        "product_id": product["id"], "attributes": {"origin": "Lào"}, "image": "https://anh.example/9.jpg",
        "images": []}).get_json()
    assert update["state"] == "queuing"
    clock.forward(minutes=5)
    assert shop.tracking(update["track_id"])["state"] == "update_product_awaiting_approve"
    before = shop.get(f"/v2.1/products/{product['id']}", includes="attributes").get_json()
    clock.forward(minutes=5)
    assert shop.tracking(update["track_id"])["state"] == "update_product_approved"
    after = shop.get(f"/v2.1/products/{product['id']}", includes="attributes,images").get_json()
    assert [row["attributes"]["origin"] for row in (before, after)] == ["Việt Nam", "Lào"]
    [image] = after["images"]
    assert image["url"].startswith("https://salt.example/"), "Tiki keeps pictures under addresses of its own."
    assert image["url"] != before["thumbnail"]
    assert shop.tracking(track)["state"] == "approved"


def test_contents_of_a_product_made_by_hand_are_not_ours_to_change(shop: Caller) -> None:
    number = shop.sandbox.add_seller_center_product("Trà làm tay", 90_000)
    answer = shop.post("/v2/requests/updateProductInfo", {"product_id": number, "attributes": {}, "images": []})
    assert (answer.status_code, answer.get_json()) == (403, {"errors": ["you do not have permission to update this product"]})


def test_new_contents_with_images_null_or_an_unknown_brand_are_422(shop: Caller) -> None:
    shop.publish()
    number = shop.get("/v2.1/products").get_json()["data"][0]["id"]
    answer = shop.post("/v2/requests/updateProductInfo", {
        "product_id": number, "attributes": {"brand": "No brand"}, "images": None})
    assert (answer.status_code, answer.get_json()["errors"]) == (422, [
        "images must be an array, not null", "attributes brand value 'No brand' is not in the list of values"])


def test_a_review_goes_on_after_a_restart(opened: Callable[..., Caller], clock: SetClock, tmp_path: Path) -> None:
    first = opened(path=tmp_path / "shop.db", review_minutes=100)
    track = first.publish()
    first.sandbox.close()
    clock.forward(minutes=50)
    again = opened(path=tmp_path / "shop.db", review_minutes=100)
    under_review = again.tracking(track)
    again.sandbox.close()
    clock.forward(minutes=50)
    last = opened(path=tmp_path / "shop.db", review_minutes=100)
    assert under_review["state"] == "bot_awaiting_approve"
    assert last.tracking(track) == under_review | {"state": "approved"}
    assert last.get("/v2.1/products").get_json()["data"][0]["original_sku"] == "CHE-200"
