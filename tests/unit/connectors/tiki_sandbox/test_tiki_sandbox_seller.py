"""What happens in the Tiki practice shop without the open API: edits by hand, the queue of reviews, verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.unit.connectors.tiki_sandbox.conftest import GOOD_REQUEST, Caller, SetClock, changed_request


def test_edit_by_hand_shows_to_everybody(shop: Caller) -> None:
    shop.publish()
    shop.sandbox.edit_by_hand("CHE-200", name="Trà sửa", price=99_000, stock=7, reserved=3, active=1, attributes={"origin": "Lào"})
    row = shop.get("/v2.1/products", include="inventory,attributes").get_json()["data"][0]
    assert (row["name"], row["price"], row["active"], row["attributes"]["origin"]) == ("Trà sửa", 99_000, 1, "Lào")
    assert row["attributes"]["brand"]["value"] == "OEM"
    [stock] = row["inventory"]["warehouse_stocks"]
    assert (stock["quantity_available"], stock["quantity_reserved"], stock["quantity_sellable"]) == (7, 3, 4)


def test_deleted_product_is_gone_and_its_sku_is_free(shop: Caller) -> None:
    shop.publish()
    number = shop.get("/v2.1/products").get_json()["data"][0]["id"]
    shop.sandbox.delete_by_hand("CHE-200")
    assert shop.get(f"/v2.1/products/{number}").status_code == 404
    assert shop.tracking(shop.publish())["state"] == "approved"


def test_queue_of_reviews_names_what_waits(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=100)
    shop.publish()
    clock.forward(minutes=60)
    [waiting] = shop.sandbox.reviews_waiting()
    assert (waiting["kind"], waiting["state"], waiting["skus"]) == ("create_product", "awaiting_approve", ["CHE-200"])
    clock.forward(minutes=60)
    assert shop.sandbox.reviews_waiting() == []


def test_refusal_in_chosen_words_holds_until_it_is_lifted(shop: Caller) -> None:
    shop.sandbox.refuse_next("CHE-200", "image is blurred")
    refused = shop.tracking(shop.publish())
    assert (refused["state"], json.loads(refused["reason"])["message"]) == ("rejected", "image is blurred")
    assert shop.tracking(shop.publish(changed_request(variant={"sku": "CHE-300"})))["state"] == "approved"
    shop.sandbox.refuse_next("CHE-200")
    assert shop.tracking(shop.publish())["state"] == "approved"


def test_variant_left_out_is_not_made(shop: Caller) -> None:
    shop.sandbox.leave_out("CHE-B")
    variant = GOOD_REQUEST["variants"][0]
    track = shop.publish(changed_request(option_attributes=["Trọng lượng"], variants=[
        variant | {"sku": "CHE-A", "option1": "100 g"}, variant | {"sku": "CHE-B", "option1": "200 g"}]))
    request = shop.get("/v2/requests/" + shop.tracking(track)["request_id"]).get_json()
    assert (request["state"], [row["original_sku"] for row in request["products"]]) == ("approved", ["CHE-A"])


def test_request_deleted_by_hand_makes_no_product(opened: Callable[..., Caller], clock: SetClock) -> None:
    shop = opened(review_minutes=100)
    track = shop.publish()
    shop.sandbox.delete_request_by_hand("CHE-200")
    clock.forward(minutes=110)
    shop.enter()
    assert shop.tracking(track)["state"] == "deleted"
    assert shop.get("/v2.1/products").get_json()["data"] == []


def test_forgotten_track_ids_leave_the_requests_own_number(shop: Caller) -> None:
    track = shop.publish()
    number = shop.tracking(track)["request_id"]
    shop.sandbox.forget_tracks()
    assert shop.get(f"/v2/tracking/{track}").status_code == 404
    assert shop.get(f"/v2/requests/{number}").get_json()["state"] == "approved"


@pytest.mark.parametrize(("apart", "shown"), [(False, ["CHE-300", "CHE-200"]), (True, ["CHE-300"])])
def test_products_off_sale_may_stand_in_a_list_of_their_own(opened: Callable[..., Caller], apart: bool, shown: list[str]) -> None:
    shop = opened(review_minutes=0, off_sale_apart=apart)
    shop.publish()
    shop.publish(changed_request(variant={"sku": "CHE-300"}, meta_data={"is_auto_turn_on": True}))
    assert [row["original_sku"] for row in shop.get("/v2.1/products").get_json()["data"]] == shown
    assert [row["original_sku"] for row in shop.get("/v2.1/products", active=0).get_json()["data"]] == ["CHE-200"]


def test_new_product_by_hand_may_carry_a_sku(shop: Caller) -> None:
    number = shop.sandbox.add_seller_center_product("Trà làm tay", 90_000, original_sku="TAY-1")
    assert shop.get("/v2.1/products/findBy", original_sku="TAY-1").get_json()["data"][0]["id"] == number
    assert shop.tracking(shop.publish(changed_request(variant={"sku": "TAY-1"})))["state"] == "rejected"
