"""Publishing against scripted answers: which calls are made, and what comes of odd ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from scripted_shopee import LIVE, Memory, Shop, failed, ok, open_shop

from connectors.shopee import facts
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import Refused, Uncertain, UnexpectedAnswer
from ocop_market.model.change import Outcome, RemoteListing, Ticket
from ocop_market.model.listing import FieldGroup, ListingDraft


def test_creating_uploads_pictures_then_adds_the_item(stocked: Shop, draft: ListingDraft) -> None:
    result = stocked.connector.create(draft, Memory())

    assert (result.outcome, result.remote) == (Outcome.LIVE, LIVE)
    assert stocked.platform.paths()[-3:] == ["upload_image", "upload_image", "add_item"]
    body = stocked.platform.to(facts.ADD_ITEM)[0].body
    assert body["image"] == {"image_id_list": ["img-1", "img-2"]}
    assert body["logistic_info"] == [{"logistic_id": 50099, "enabled": True}]
    assert body["attribute_list"] == [{"attribute_id": 100, "attribute_value_list": [
        {"value_id": 0, "original_value_name": "500", "value_unit": "g"}]}]


def test_the_second_creation_asks_the_catalogue_no_more_that_day(stocked: Shop, draft: ListingDraft) -> None:
    stocked.kept[:] = [Tokens("tok-for-days")]
    stocked.connector.create(draft, Memory())
    stocked.platform.calls.clear()
    stocked.connector.create(draft, Memory())
    stocked.now += timedelta(days=1)
    stocked.connector.create(draft, Memory())

    assert stocked.platform.paths().count("get_item_limit") == 1
    assert stocked.platform.paths()[:3] == ["upload_image", "upload_image", "add_item"]


def test_what_progress_remembers_is_not_sent_again(stocked: Shop, draft: ListingDraft) -> None:
    memory = Memory()
    stocked.connector.create(draft, memory)
    stocked.platform.calls.clear()

    result = stocked.connector.create(draft, memory)

    assert result.remote == LIVE
    assert not {"upload_image", "add_item"} & set(stocked.platform.paths())


def test_all_faults_are_told_at_once_and_nothing_is_sent(stocked: Shop, draft: ListingDraft) -> None:
    faulty = ListingDraft(**{**vars(draft), "title": "Trà xanh", "price": 0, "attributes": {}})

    with pytest.raises(Refused) as caught:
        stocked.connector.create(faulty, Memory())

    assert [p.code for p in caught.value.problems] == ["title-too-short", "price-too-low", "attribute-missing"]
    assert stocked.platform.paths() == ["get_item_limit", "get_attribute_tree"]


def test_limits_once_read_replace_the_samples(stocked: Shop, draft: ListingDraft) -> None:
    long_title = ListingDraft(**{**vars(draft), "title": "à" * 110})
    assert [p.code for p in stocked.connector.problems(long_title)] == ["title-too-long"]

    stocked.connector.create(long_title, Memory())

    assert stocked.connector.problems(long_title) == []


def test_an_item_under_review_is_pending_with_a_ticket(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.ADD_ITEM] = [(200, {}, ok({"item_id": 880011, "item_status": "REVIEWING"}))]

    result = stocked.connector.create(draft, Memory())

    assert result.outcome is Outcome.PENDING
    assert result.ticket == Ticket("880011", stocked.now + timedelta(days=30))


@pytest.mark.parametrize("lost", [
    (200, {}, requests.ReadTimeout()), (200, {}, requests.ConnectionError("cut")), (502, {}, b"<html>"),
    (200, {}, b"half an ans"), (200, {}, ok({"item_id": None})), (200, {}, failed("error_server")),
])
def test_a_lost_answer_of_adding_is_uncertain_and_not_repeated(stocked: Shop, draft: ListingDraft, lost: Any) -> None:
    stocked.platform.replies[facts.ADD_ITEM] = [lost]

    with pytest.raises(Uncertain):
        stocked.connector.create(draft, Memory())

    assert stocked.platform.paths().count("add_item") == 1


def test_a_throttled_addition_is_repeated_after_the_wait(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.ADD_ITEM] = [
        (429, {"Retry-After": "3"}, failed("error_rate_limit")), (200, {}, ok({"item_id": 880011, "item_status": "NORMAL"}))]

    assert stocked.connector.create(draft, Memory()).outcome is Outcome.LIVE
    assert stocked.slept == [3.0]


def test_an_upload_that_fails_inside_a_success_refuses_the_picture(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.UPLOAD_IMAGE] = [
        (200, {}, ok({"image_info_list": [{"id": 0, "error": "error_image_size", "message": "too big"}]}))]

    with pytest.raises(Refused) as caught:
        stocked.connector.create(draft, Memory())

    assert [p.field for p in caught.value.problems] == ["pictures"]


def test_uploads_are_public_until_a_setting_says_otherwise(draft: ListingDraft) -> None:
    for level, signed_for_shop in (("public", False), ("shop", True)):
        shop = open_shop(upload_level=level)
        shop.platform.on(facts.UPLOAD_IMAGE, ok({"image_info": {"image_id": "img"}}))

        shop.platform.on(facts.UPDATE_ITEM, ok({"item_id": 880011}))
        shop.connector.update(draft, LIVE, frozenset({FieldGroup.MEDIA}), Memory())

        assert ("shop_id" in shop.platform.to(facts.UPLOAD_IMAGE)[0].query) is signed_for_shop


def test_a_brand_is_looked_up_page_by_page(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.on(
        facts.GET_BRAND_LIST,
        ok({"brand_list": [{"brand_id": 1, "original_brand_name": "Khác"}], "has_next_page": True, "next_offset": 100}),
        ok({"brand_list": [{"brand_id": 2, "original_brand_name": "Hợp Tác Xã Mẫu"}], "has_next_page": False, "next_offset": 0}))

    stocked.connector.create(ListingDraft(**{**vars(draft), "brand": "hợp tác xã mẫu"}), Memory())

    assert stocked.platform.to(facts.ADD_ITEM)[0].body["brand"] == {"brand_id": 2, "original_brand_name": "Hợp Tác Xã Mẫu"}


def test_an_unknown_brand_is_refused_by_name(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.on(facts.GET_BRAND_LIST, ok({"brand_list": [], "has_next_page": False}))

    with pytest.raises(Refused) as caught:
        stocked.connector.create(ListingDraft(**{**vars(draft), "brand": "Không Có"}), Memory())

    assert [p.code for p in caught.value.problems] == ["brand-unknown"]


def test_without_a_fitting_carrier_nothing_is_sent(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.GET_CHANNEL_LIST] = [(200, {}, ok({"logistics_channel_list": []}))]

    with pytest.raises(Refused) as caught:
        stocked.connector.create(draft, Memory())

    assert [p.code for p in caught.value.problems] == ["no-carrier"]
    assert "upload_image" not in stocked.platform.paths()


@pytest.mark.parametrize(("group", "path", "body"), [
    (FieldGroup.PRICE, facts.UPDATE_PRICE, {"item_id": 880011, "price_list": [{"original_price": 120_000}]}),
    (FieldGroup.STOCK, facts.UPDATE_STOCK, {"item_id": 880011, "stock_list": [{"seller_stock": [{"stock": 40}]}]}),
    (FieldGroup.VISIBILITY, facts.UNLIST_ITEM, {"item_list": [{"item_id": 880011, "unlist": False}]}),
])
def test_an_update_sends_only_its_group(stocked: Shop, draft: ListingDraft, group: FieldGroup, path: str, body: Any) -> None:
    result = stocked.connector.update(draft, LIVE, frozenset({group}), Memory())

    assert result.outcome is Outcome.LIVE
    assert [(call.path, call.body) for call in stocked.platform.calls] == [(path, body)]


def test_content_and_pictures_go_in_one_call_without_price_and_carriers(stocked: Shop, draft: ListingDraft) -> None:
    stocked.connector.update(draft, LIVE, frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA}), Memory())

    body = stocked.platform.to(facts.UPDATE_ITEM)[0].body
    assert body["image"] == {"image_id_list": ["img-1", "img-2"]}
    assert not {"original_price", "seller_stock", "logistic_info", "item_status"} & set(body)


@pytest.mark.parametrize(("group", "path", "field"), [
    (FieldGroup.PRICE, facts.UPDATE_PRICE, "price"), (FieldGroup.STOCK, facts.UPDATE_STOCK, "stock"),
])
def test_a_failure_inside_a_success_is_a_refusal(stocked: Shop, draft: ListingDraft, group: FieldGroup, path: str,
                                                 field: str) -> None:
    stocked.platform.replies[path] = [(200, {}, ok({"failure_list": [{"model_id": 0, "failed_reason": "locked"}]}))]

    with pytest.raises(Refused) as caught:
        stocked.connector.update(draft, LIVE, frozenset({group}), Memory())

    assert [(p.code, p.field) for p in caught.value.problems] == [("change-not-taken", field)]


def test_a_price_that_cannot_be_is_refused_before_it_is_sent(stocked: Shop, draft: ListingDraft) -> None:
    free = ListingDraft(**{**vars(draft), "price": 0})

    with pytest.raises(Refused) as caught:
        stocked.connector.update(free, LIVE, frozenset({FieldGroup.PRICE}), Memory())

    assert [p.code for p in caught.value.problems] == ["price-too-low"]
    assert stocked.platform.calls == []


def test_a_draft_without_a_category_is_refused_before_anything_is_asked(stocked: Shop, draft: ListingDraft) -> None:
    with pytest.raises(Refused) as caught:
        stocked.connector.create(ListingDraft(**{**vars(draft), "category": ""}), Memory())

    assert [p.code for p in caught.value.problems] == ["category-missing"]
    assert stocked.platform.calls == []


def test_an_upload_without_an_id_is_unexpected(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.UPLOAD_IMAGE] = [(200, {}, ok({"image_info": {}}))]

    with pytest.raises(UnexpectedAnswer) as caught:
        stocked.connector.create(draft, Memory())

    assert caught.value.fields == ("response.image_info.image_id",)


def test_a_categorys_attributes_are_told(stocked: Shop) -> None:
    assert [(a.id, a.required, a.units) for a in stocked.connector.attributes("900101")] == [("100", True, ("g", "kg"))]


def test_withdrawing_takes_the_item_off_sale(stocked: Shop) -> None:
    result = stocked.connector.withdraw(LIVE)

    assert (result.outcome, result.remote.remote_state if result.remote else "") == (Outcome.WITHDRAWN, "UNLIST")
    assert stocked.platform.calls[0].body == {"item_list": [{"item_id": 880011, "unlist": True}]}


@pytest.mark.parametrize(("items", "outcome"), [
    ([{"item_id": 880011, "item_status": "UNLIST"}], Outcome.WITHDRAWN),
    ([{"item_id": 880011, "item_status": "BANNED"}], Outcome.WITHDRAWN), ([], Outcome.WITHDRAWN),
])
def test_withdrawing_what_is_off_sale_is_done(stocked: Shop, items: list[Any], outcome: Outcome) -> None:
    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, failed("error_unlist_item_all_failed"))]
    stocked.platform.on(facts.GET_ITEM_BASE_INFO, ok({"item_list": items}))

    assert stocked.connector.withdraw(LIVE).outcome is outcome


def test_a_withdrawal_that_really_failed_is_refused(stocked: Shop) -> None:
    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, failed("error_cannt_unlisted_in_promotion"))]
    stocked.platform.on(facts.GET_ITEM_BASE_INFO, ok({"item_list": [{"item_id": 880011, "item_status": "NORMAL"}]}))

    with pytest.raises(Refused) as caught:
        stocked.connector.withdraw(LIVE)

    assert [p.code for p in caught.value.problems] == ["in-promotion"]


def test_find_wants_the_very_sku_and_no_deleted_item(stocked: Shop) -> None:
    stocked.platform.on(
        facts.SEARCH_ITEM, ok({"item_id_list": [1, 2], "next_offset": "next"}), ok({"item_id_list": [3], "next_offset": ""}))
    stocked.platform.on(
        facts.GET_ITEM_BASE_INFO,
        ok({"item_list": [{"item_id": 1, "item_sku": "OCOP-10", "item_status": "NORMAL"},
                          {"item_id": 2, "item_sku": "OCOP-1", "item_status": "SELLER_DELETE"}]}),
        ok({"item_list": [{"item_id": 3, "item_sku": "OCOP-1", "item_status": "UNLIST"}]}))

    assert stocked.connector.find("OCOP-1") == RemoteListing("3", "OCOP-1", remote_state="UNLIST", visible=False)
    assert [call.query.get("offset") for call in stocked.platform.to(facts.SEARCH_ITEM)] == [None, "next"]


def test_find_finds_nothing(stocked: Shop) -> None:
    stocked.platform.on(facts.SEARCH_ITEM, ok({"item_id_list": None, "total_count": 0, "next_offset": ""}))

    assert stocked.connector.find("OCOP-1") is None


def test_tickets_tell_live_pending_banned_and_gone(stocked: Shop) -> None:
    states = {1: "NORMAL", 2: "REVIEWING", 3: "BANNED"}
    stocked.platform.on(facts.GET_ITEM_BASE_INFO, ok({"item_list": [
        {"item_id": number, "item_sku": f"OCOP-{number}", "item_status": state} for number, state in states.items()]}))
    stocked.platform.on(facts.GET_ITEM_VIOLATION_INFO, ok({"item_list": [{"item_id": 3, "item_status_details": [
        {"violation_type": "Insufficient Information", "violation_reason": "No licence", "suggestion": "Add the licence"}]}]}))
    tickets = {f"OCOP-{n}": Ticket(str(n), stocked.now) for n in range(1, 5)}

    results = {result.sku: result for result in stocked.connector.check_tickets(tickets)}

    assert [results[f"OCOP-{n}"].outcome for n in range(1, 5)] == [
        Outcome.LIVE, Outcome.PENDING, Outcome.REJECTED, Outcome.REJECTED]
    assert "No licence" in results["OCOP-3"].problems[0].sentence("en")
    assert results["OCOP-4"].problems[0].code == "listing-gone"
