"""Publishing: what is sent, what is remembered, what becomes of tickets."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from unicodedata import is_normalized, normalize

import pytest
import requests

from ocop_market.errors import Refused, Uncertain
from ocop_market.model.change import Outcome, RemoteListing, Ticket
from ocop_market.model.listing import FieldGroup
from ocop_market.model.product import Picture

CREATE = "POST /integration/v2.1/requests"
UPDATE = "PUT /integration/v2.1/products/updateSku"
CONTENT = "POST /integration/v2/requests/updateProductInfo"
FIND = "GET /integration/v2.1/products/findBy"
REQUESTS = "GET /integration/v2/requests"
ASKED = "GET /integration/v2/categories/22998/attributes"
DOCUMENTS = "GET /integration/v2/categories/22998/documents"
TRACK = "cd" * 16
TRACKING = f"GET /integration/v2/tracking/{TRACK}"
EVERYTHING = frozenset(FieldGroup)


@pytest.fixture(autouse=True)
def usual_answers(platform: Any) -> None:
    platform.answers |= {
        CREATE: {"track_id": TRACK, "state": "queuing"}, CONTENT: {"track_id": TRACK, "state": "queuing"},
        UPDATE: {"state": "approved"}, FIND: {"data": [], "paging": {"last_page": 0}},
        REQUESTS: {"data": [], "paging": {"last_page": 0}}, ASKED: {"data": []}, DOCUMENTS: {"data": []},
    }


def product(**changes: Any) -> dict[str, Any]:
    return {"id": 3001, "sku": "8930000000009", "original_sku": "TRA-01", "active": 0, "entity_type": "seller_simple", **changes}


def remote(**changes: Any) -> RemoteListing:
    return RemoteListing(**{"remote_id": "3001", "sku": "TRA-01", "visible": True, **changes})


def found(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"data": list(rows), "paging": {"total": len(rows), "current_page": 1, "last_page": 1}}


def test_new_product_is_sent_as_the_guide_writes_it(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.connector.create(make_draft(), progress)
    assert platform.sent(CREATE)[0].body == {
        "category_id": 22998, "name": "Trà xanh thử nghiệm",
        "description": "<p>Trà hái tay.</p><p>Hộp 200 g &amp; túi giấy.</p>", "market_price": 120_000,
        "attributes": {"brand": "OEM", "product_weight_kg": 0.35, "product_length": 20, "product_width": 15,
                       "product_height": 10, "origin": "vn"},
        "image": "https://anh.example/1.jpg", "images": ["https://anh.example/2.jpg"], "option_attributes": [],
        "variants": [{"sku": "TRA-01", "price": 120_000, "market_price": 120_000, "inventory_type": "dropship",
                      "seller_warehouse": "502", "warehouse_stocks": [{"warehouseId": 502, "qtyAvailable": 40}]}],
        "meta_data": {"is_auto_turn_on": True},
    }


def test_required_attributes_that_are_missing_get_the_platforms_default(
        shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers[ASKED] = {"data": [
        {"id": 1, "code": "bulky", "is_required": True, "default_value": "0"},
        {"id": 2, "code": "origin", "is_required": True, "default_value": "cn"},
        {"id": 3, "code": "require_expiry_date", "is_required": True, "default_value": "0"},
        {"id": 4, "code": "vat", "is_required": False, "default_value": "10"}]}
    shop.connector.create(make_draft(attributes={"origin": "vn", "require_expiry_date": "1"}), progress)
    sent = platform.sent(CREATE)[0].body["attributes"]
    assert (sent["bulky"], sent["origin"], sent["require_expiry_date"], "vat" in sent) == (0, "vn", 1, False)


def test_all_missing_attributes_are_named_before_a_review_is_spent(
        shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers[ASKED] = {"data": [
        {"id": 1, "code": "origin", "is_required": True},
        {"id": 2, "code": "expiry_time", "display_name": "Hạn", "is_required": 1},
        {"id": 3, "code": "vat", "is_required": True}, {"id": 603, "code": "brand", "is_required": True}]}
    with pytest.raises(Refused) as caught:
        shop.connector.create(make_draft(), progress)
    assert [problem.values["code"] for problem in caught.value.problems] == ["expiry_time", "vat"]
    assert platform.sent(CREATE) == []


def test_single_picture_leaves_an_empty_list_and_no_null(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.connector.create(make_draft(pictures=(Picture(url="https://anh.example/1.jpg"),)), progress)
    assert platform.sent(CREATE)[0].body["images"] == []


def test_extra_fields_of_the_channel_are_merged_last(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    files = [{"url": "https://anh.example/gcn.jpg", "type": "category", "document_id": 4711}]
    extra = {"market_price": 150_000, "certificate_files": files, "attributes": {"bulky": 0, "brand": "Bản Liền"}}
    shop.connector.create(make_draft(channel_extra=extra), progress)
    body = platform.sent(CREATE)[0].body
    assert (body["market_price"], body["variants"][0]["market_price"], body["certificate_files"]) == (150_000, 150_000, files)
    assert (body["attributes"]["bulky"], body["attributes"]["brand"], body["attributes"]["origin"]) == (0, "Bản Liền", "vn")


@pytest.mark.parametrize(("brand", "sent"), [
    ("", "OEM"), ("No brand", "OEM"), ("Không thương hiệu", "OEM"), ("Suối Giàng", "Suối Giàng"),
])
def test_goods_without_a_brand_are_oem(shop: Any, platform: Any, make_draft: Any, progress: Any, brand: str, sent: str) -> None:
    shop.connector.create(make_draft(brand=brand), progress)
    assert platform.sent(CREATE)[0].body["attributes"]["brand"] == sent


def test_html_description_stays_as_it_is(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.connector.create(make_draft(description="<p>Trà &amp; bánh</p>"), progress)
    assert platform.sent(CREATE)[0].body["description"] == "<p>Trà &amp; bánh</p>"


def test_text_goes_out_with_its_marks_joined(
        shop: Any, platform: Any, make_draft: Any, progress: Any, make_progress: Any) -> None:
    apart = normalize("NFD", "Trà mận hậu")
    draft = make_draft(title=apart, description=f"<p>{apart}</p>", brand=apart, attributes={"origin": apart})
    shop.connector.create(draft, progress)
    shop.connector.update(draft, remote(), frozenset({FieldGroup.CONTENT}), make_progress())
    for call in (*platform.sent(CREATE), *platform.sent(CONTENT)):
        assert is_normalized("NFC", json.dumps(call.body, ensure_ascii=False))


def test_warehouse_of_the_settings_wins_and_is_not_asked_for(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.settings.warehouse_id = "900"
    shop.connector.create(make_draft(), progress)
    assert platform.sent(CREATE)[0].body["variants"][0]["seller_warehouse"] == "900"
    assert platform.sent("GET /integration/v2/sellers/me/warehouses") == []


def test_new_product_is_pending_with_a_ticket_for_thirty_days(shop: Any, make_draft: Any, progress: Any) -> None:
    result = shop.connector.create(make_draft(), progress)
    assert result.outcome is Outcome.PENDING
    assert result.ticket == Ticket(TRACK, shop.now + timedelta(days=30))
    assert (result.remote.remote_id, result.remote.data) == ("", {"track_id": TRACK})


def test_remembered_request_is_not_sent_again_and_keeps_its_term(
        shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    first = shop.connector.create(make_draft(), progress)
    shop.later(days=2)
    assert shop.connector.create(make_draft(), progress).ticket == first.ticket
    assert len(platform.sent(CREATE)) == 1


@pytest.mark.parametrize("answer", [(500, {"errors": ["x"]}), (200, b"<html>"), requests.ReadTimeout()])
def test_lost_answer_of_a_request_is_uncertain_and_nothing_is_repeated(
        shop: Any, platform: Any, make_draft: Any, progress: Any, answer: Any) -> None:
    platform.answers[CREATE] = answer
    with pytest.raises(Uncertain):
        shop.connector.create(make_draft(), progress)
    assert len(platform.sent(CREATE)) == 1
    assert progress.answers == {}


@pytest.mark.parametrize("seller", [{"active": 0, "can_update_product": 1}, {"active": 1, "can_update_product": 0}])
def test_blocked_seller_sends_nothing(shop: Any, platform: Any, make_draft: Any, progress: Any, seller: dict[str, int]) -> None:
    platform.answers["GET /integration/v2/sellers/me"] = {"id": 1, "name": "Hợp tác xã Thử", **seller}
    with pytest.raises(Refused) as caught:
        shop.connector.create(make_draft(), progress)
    assert caught.value.problems[0].code == "seller-blocked"
    assert platform.sent(CREATE) == []


def test_shop_without_a_warehouse_says_so(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers["GET /integration/v2/sellers/me/warehouses"] = {"data": []}
    with pytest.raises(Refused) as caught:
        shop.connector.create(make_draft(), progress)
    assert caught.value.problems[0].code == "no-warehouse"


@pytest.mark.parametrize(("changes", "code"), [
    ({"title": " "}, "title-missing"), ({"title": "á" * 256}, "title-too-long"), ({"description": ""}, "description-missing"),
    ({"category": "tra"}, "category-missing"), ({"price": 999}, "price-too-low"), ({"weight_g": 0}, "weight-missing"),
    ({"channel_extra": {"market_price": 1_200_001}}, "price-far-below-market-price"),
    ({"parcel_cm": (100, 100, 61)}, "parcel-too-heavy"), ({"weight_g": 100_100}, "parcel-too-heavy"),
    ({"pictures": ()}, "picture-missing"), ({"pictures": (Picture(path="anh.jpg"),)}, "picture-without-link"),
    ({"channel_extra": {"attributes": ["x"]}}, "extra-wrong"),
])
def test_what_tiki_cannot_carry_is_named_without_the_network(
        shop: Any, platform: Any, make_draft: Any, progress: Any, changes: dict[str, Any], code: str) -> None:
    draft = make_draft(**changes)
    assert [problem.code for problem in shop.connector.problems(draft)] == [code]
    with pytest.raises(Refused):
        shop.connector.create(draft, progress)
    assert platform.calls == []


def test_limits_themselves_are_taken(shop: Any, make_draft: Any) -> None:
    draft = make_draft(title="á" * 255, price=1_000, channel_extra={"market_price": 10_000}, parcel_cm=(100, 100, 60),
                       gtin="8936000000000")
    assert shop.connector.problems(draft) == []


def test_price_stock_and_visibility_count_at_once(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    groups = frozenset({FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY})
    result = shop.connector.update(make_draft(stock=0, visible=False), remote(), groups, progress)
    assert platform.sent(UPDATE)[0].body == {"product_id": 3001, "price": 120_000, "active": 0,
                                             "warehouse_quantities": [{"warehouse_id": 502, "qty_available": 0}]}
    assert (result.outcome, result.remote.visible) == (Outcome.LIVE, False)
    assert platform.sent(CONTENT) == []


def test_only_the_changed_part_of_an_offer_is_sent(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.connector.update(make_draft(price=99_000), remote(), frozenset({FieldGroup.PRICE}), progress)
    assert platform.sent(UPDATE)[0].body == {"product_id": 3001, "price": 99_000}


def test_content_goes_through_review_after_the_offer(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    result = shop.connector.update(make_draft(), remote(), EVERYTHING, progress)
    order = [f"{call.method} {call.path}" for call in platform.calls]
    assert order.index(UPDATE) < order.index(CONTENT)
    body = platform.sent(CONTENT)[0].body
    assert (body["product_id"], body["attributes"]["name"], body["image"]) == (3001, "Trà xanh thử nghiệm", "https://anh.example/1.jpg")
    assert (result.outcome, result.ticket.number, result.remote.remote_id) == (Outcome.PENDING, f"{TRACK}:content", "3001")


def test_pictures_alone_leave_the_attributes_alone(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.connector.update(make_draft(), remote(), frozenset({FieldGroup.MEDIA}), progress)
    assert platform.sent(CONTENT)[0].body == {"product_id": 3001, "attributes": {}, "image": "https://anh.example/1.jpg",
                                              "images": ["https://anh.example/2.jpg"]}


def test_product_under_review_is_updated_later(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    result = shop.connector.update(make_draft(), remote(remote_id=""), EVERYTHING, progress)
    assert result.outcome is Outcome.LATER
    assert platform.calls == []


def test_rejected_state_of_an_offer_is_a_refusal(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers[UPDATE] = {"state": "rejected", "reason": "price is not valid"}
    result = shop.connector.update(make_draft(), remote(), frozenset({FieldGroup.PRICE}), progress)
    assert (result.outcome, [problem.field for problem in result.problems]) == (Outcome.REJECTED, ["price"])


def test_withdrawn_product_is_switched_off_and_twice_is_fine(shop: Any, platform: Any) -> None:
    assert [shop.connector.withdraw(remote()).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert platform.sent(UPDATE)[0].body == {"product_id": 3001, "active": 0}


def test_withdrawn_request_is_deleted_by_the_number_that_is_known(shop: Any, platform: Any) -> None:
    platform.answers["DELETE /integration/v2/requests/88"] = {"request_id": "88", "state": "deleted"}
    platform.answers["DELETE /integration/v2/requests/findBy"] = (404, {"errors": ["Request not found"]})
    assert shop.connector.withdraw(remote(remote_id="", data={"request_id": "88"})).outcome is Outcome.WITHDRAWN
    assert shop.connector.withdraw(remote(remote_id="", data={"track_id": TRACK})).outcome is Outcome.WITHDRAWN
    assert platform.calls[-1].query == {"track_id": TRACK}


def test_product_is_found_by_exactly_our_sku(shop: Any, platform: Any) -> None:
    platform.answers[FIND] = found(product(id=1, original_sku="TRA-010"), product(id=2, original_sku=None),
                                   product(id=3, entity_type="master_simple"), product(active=1))
    listing = shop.connector.find("TRA-01")
    assert (listing.remote_id, listing.visible, listing.remote_state) == ("3001", True, "active")
    assert platform.sent(FIND)[0].query == {"original_sku": "TRA-01"}


def test_request_under_review_is_found_on_any_page(shop: Any, platform: Any) -> None:
    others = {"request_id": "1", "state": "awaiting_approve", "kind": "create_product", "products": [{"original_sku": "B"}]}
    ours = {**others, "request_id": "1799", "state": "md_waiting_approve", "products": [{"original_sku": "TRA-01"}]}
    ended = {**ours, "request_id": "1798", "state": "rejected"}
    update = {**ours, "request_id": "1797", "kind": "update_product"}
    pages = {1: [others, ended, update], 2: [ours]}
    platform.answers[REQUESTS] = lambda call: {
        "data": pages[int(call.query.get("page", 1))], "paging": {"total": 4, "last_page": 2}}
    listing = shop.connector.find("TRA-01")
    assert (listing.remote_id, listing.remote_state, listing.data) == ("", "requested", {"request_id": "1799"})
    assert listing.ticket == Ticket("1799", shop.now + timedelta(days=30))
    assert platform.sent(REQUESTS)[0].query["include"] == "products"


def test_nothing_is_found_where_nothing_is(shop: Any) -> None:
    assert shop.connector.find("TRA-01") is None


def check(shop: Any, number: str = TRACK) -> Any:
    [result] = shop.connector.check_tickets({"TRA-01": Ticket(number, shop.now + timedelta(days=30))})
    return result


@pytest.mark.parametrize("state", [
    "queuing", "processing", "drafted", "md_awaiting_approve", "bot_waiting_approve", "awaiting_approve",
    "update_product_awaiting_approve", "a_state_from_tomorrow",
])
def test_request_on_its_way_or_in_an_unknown_state_is_pending(shop: Any, platform: Any, state: str) -> None:
    platform.answers[TRACKING] = {"track_id": TRACK, "state": state, "reason": None}
    result = check(shop)
    assert (result.outcome, result.ticket.number, result.note) == (Outcome.PENDING, TRACK, state)


def test_approved_product_is_switched_on(shop: Any, platform: Any) -> None:
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "approved", "reason": "", "request_id": "1799"}
    platform.answers[FIND] = found(product())
    result = check(shop)
    assert (result.outcome, result.remote.remote_id, result.remote.visible) == (Outcome.LIVE, "3001", True)
    assert platform.sent(UPDATE)[0].body == {"product_id": 3001, "active": 1}


@pytest.mark.parametrize(("number", "active"), [(TRACK, 1), (f"{TRACK}:hidden", 0), (f"{TRACK}:content", 0)])
def test_approved_product_that_is_as_wanted_is_left_alone(shop: Any, platform: Any, number: str, active: int) -> None:
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "approved"}
    platform.answers[FIND] = found(product(active=active))
    assert check(shop, number).outcome is Outcome.LIVE
    assert platform.sent(UPDATE) == []


def test_hidden_draft_is_not_switched_on_by_its_approval(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    result = shop.connector.create(make_draft(visible=False), progress)
    assert platform.sent(CREATE)[0].body["meta_data"] == {"is_auto_turn_on": False}
    assert result.ticket.number == f"{TRACK}:hidden"


def test_approved_product_that_cannot_be_found_yet_is_pending(shop: Any, platform: Any) -> None:
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "approved"}
    assert check(shop).outcome is Outcome.PENDING


def test_rejection_brings_its_problems(shop: Any, platform: Any) -> None:
    reason = '{"errors":[{"code":420,"description":"Product code TRA-01 is not unique"}],"message":null,"trace_id":null}'
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "rejected", "reason": reason}
    result = check(shop)
    assert (result.outcome, [problem.code for problem in result.problems]) == (Outcome.REJECTED, ["sku-taken"])


def rejected_for_its_sku(platform: Any, **first: Any) -> None:
    number = "1799000000000000300"
    row = {"request_id": number, "state": "awaiting_approve", "kind": "create_product", "approved_at": None,
           "products": [{"original_sku": "TRA-01"}], **first}
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "rejected", "reason": "Product code TRA-01 is not unique"}
    platform.answers[REQUESTS] = found(row)
    platform.answers[f"{REQUESTS}/{number}"] = row


def test_request_sent_twice_after_a_lost_answer_goes_on_with_the_first(shop: Any, platform: Any) -> None:
    rejected_for_its_sku(platform)
    waiting = check(shop)
    assert (waiting.outcome, waiting.ticket.number) == (Outcome.PENDING, "1799000000000000300")
    rejected_for_its_sku(platform, state="approved", approved_at="2026-09-20 14:00:00")
    platform.answers[FIND] = found(product())
    assert check(shop).outcome is Outcome.LIVE


@pytest.mark.parametrize("first", [
    {"state": "approved", "approved_at": "2026-09-20 11:59:00"}, {"state": "rejected"}, {"kind": "update_product"},
    {"products": [{"original_sku": "TRA-010"}]},
])
def test_sku_of_a_product_that_was_there_before_is_a_rejection(shop: Any, platform: Any, first: dict[str, Any]) -> None:
    rejected_for_its_sku(platform, **first)
    assert check(shop).outcome is Outcome.REJECTED


def test_deleted_request_is_rejected(shop: Any, platform: Any) -> None:
    platform.answers[TRACKING] = {"track_id": TRACK, "state": "deleted"}
    assert [problem.code for problem in check(shop).problems] == ["request-deleted"]


def test_forgotten_ticket_is_answered_by_the_product_itself(shop: Any, platform: Any) -> None:
    platform.answers[TRACKING] = (404, {"errors": ["track_id not found"]})
    assert [problem.code for problem in check(shop).problems] == ["request-gone"]
    platform.answers[FIND] = found(product(active=1))
    assert check(shop).outcome is Outcome.LIVE


def test_number_of_a_found_request_is_a_ticket_as_well(shop: Any, platform: Any) -> None:
    number = "1799000000000000301"
    platform.answers[f"GET /integration/v2/requests/{number}"] = {
        "request_id": number, "state": "rejected", "reasons": ["image is blurred"]}
    assert check(shop, number).problems[0].field == "pictures"


def test_one_refused_ticket_lets_the_next_go_on(shop: Any, platform: Any) -> None:
    platform.answers[TRACKING] = (400, {"errors": ["bad"]})
    term = shop.now + timedelta(days=30)
    results = list(shop.connector.check_tickets({"A": Ticket(TRACK, term), "B": Ticket(TRACK, term)}))
    assert [result.outcome for result in results] == [Outcome.REJECTED] * 2
