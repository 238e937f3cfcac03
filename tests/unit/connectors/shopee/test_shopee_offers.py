"""Price, stock, visibility and pictures against scripted answers: what is refused in part, and what that holds up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scripted_shopee import LIVE, Memory, Shop, failed, ok

from connectors.shopee import facts
from ocop_market.errors import Refused
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft

SHOWN = frozenset({FieldGroup.VISIBILITY})


def changes_of(draft: ListingDraft, groups: frozenset[FieldGroup], *numbers: int) -> list[Change]:
    return [Change(ChangeKind.UPDATE, f"OCOP-{n}", replace(draft, sku=f"OCOP-{n}"), RemoteListing(str(n), f"OCOP-{n}", "UNLIST"), groups)
            for n in numbers]


def test_a_batch_that_is_refused_as_a_whole_is_sent_one_by_one(stocked: Shop, draft: ListingDraft) -> None:
    def answer(_: dict[str, str], body: Any) -> Any:
        if len(body["item_list"]) > 1 or body["item_list"][0]["item_id"] == 2:
            return failed("error_cannt_unlisted_in_promotion")
        return ok({"success_list": body["item_list"], "failure_list": []})

    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, answer)]

    results = {r.sku: r for r in stocked.connector.change_offers(changes_of(draft, SHOWN, 1, 2, 3))}

    assert [results[f"OCOP-{n}"].outcome for n in (1, 2, 3)] == [Outcome.LIVE, Outcome.REJECTED, Outcome.LIVE]
    assert [len(call.body["item_list"]) for call in stocked.platform.to(facts.UNLIST_ITEM)] == [3, 1, 1, 1]


def test_an_item_whose_price_is_refused_is_not_put_on_sale(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.UPDATE_PRICE] = [
        (200, {}, failed("error_cannt_edit_price_in_promotion")), (200, {}, ok({"success_list": [{"model_id": 0}]}))]
    groups = frozenset({FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY})

    results = {r.sku: r for r in stocked.connector.change_offers(changes_of(draft, groups, 1, 2))}

    assert (results["OCOP-1"].outcome, results["OCOP-1"].taken) == (Outcome.REJECTED, {FieldGroup.STOCK})
    assert results["OCOP-2"].outcome is Outcome.LIVE
    assert [call.body["item_list"] for call in stocked.platform.to(facts.UNLIST_ITEM)] == [[{"item_id": 2, "unlist": False}]]


def test_an_item_whose_price_is_refused_is_taken_down_all_the_same(stocked: Shop, draft: ListingDraft) -> None:
    hidden = replace(draft, price=0, visible=False)

    result = stocked.connector.update(hidden, LIVE, frozenset({FieldGroup.PRICE, FieldGroup.VISIBILITY}), Memory())

    assert (result.outcome, result.taken) == (Outcome.REJECTED, {FieldGroup.VISIBILITY})
    assert stocked.platform.calls[-1].body == {"item_list": [{"item_id": 880011, "unlist": True}]}


def test_a_stock_refused_with_a_code_and_lists_names_the_variant(stocked: Shop, draft: ListingDraft) -> None:
    small, large = VariantDraft("S", ("S",), 120_000, 1, 100), VariantDraft("L", ("L",), 240_000, 2, 200)
    packs = replace(draft, options=("Cỡ",), variants=(small, large))
    failure = {"model_id": 2, "failed_reason": "Stock should be larger than reserved stock."}
    stocked.platform.replies[facts.UPDATE_STOCK] = [(200, {}, {
        **failed("error_busi_update_stock_failed"), "response": {"success_list": [{"model_id": 1}], "failure_list": [failure]}})]
    remote = replace(LIVE, data={"variants": {"S": 1, "L": 2}})

    with pytest.raises(Refused) as caught:
        stocked.connector.update(packs, remote, frozenset({FieldGroup.STOCK}), Memory())

    assert [(p.code, p.values["sku"]) for p in caught.value.problems] == [("stock-reserved", "L")]


def test_variants_of_which_one_is_not_known_are_read_once(stocked: Shop, draft: ListingDraft) -> None:
    packs = replace(draft, options=("Cỡ",), variants=(VariantDraft("S", ("S",), 120_000, 1, 100),))
    stocked.platform.on(facts.GET_MODEL_LIST, ok({"model": [{"model_id": 5, "model_sku": "S", "tier_index": [0]}]}))

    stocked.connector.update(packs, LIVE, frozenset({FieldGroup.PRICE, FieldGroup.STOCK}), Memory())

    assert stocked.platform.paths() == ["get_model_list", "update_price", "update_stock"]
    assert stocked.platform.to(facts.UPDATE_PRICE)[0].body["price_list"] == [{"model_id": 5, "original_price": 120_000}]


def test_pictures_that_stay_unknown_are_refused_after_one_more_upload(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.UPDATE_ITEM] = [(200, {}, failed("error_param", "Image not exist."))]

    with pytest.raises(Refused) as caught:
        stocked.connector.update(draft, LIVE, frozenset({FieldGroup.MEDIA}), Memory())

    assert [p.code for p in caught.value.problems] == ["picture-unknown"]
    assert stocked.platform.paths() == ["upload_image", "upload_image", "update_item"] * 2


def test_what_shopee_remarks_comes_with_the_result(stocked: Shop, draft: ListingDraft) -> None:
    stocked.platform.replies[facts.UPDATE_PRICE] = [(200, {}, ok({"success_list": []}, warning=["low", "-"]))]

    result = stocked.connector.update(draft, LIVE, frozenset({FieldGroup.PRICE}), Memory())

    assert [remark.values["remark"] for remark in result.remarks] == ["low"]
    assert result.outcome is Outcome.LIVE


def withdrawals_of(*numbers: int) -> list[Change]:
    return [Change(ChangeKind.WITHDRAW, f"OCOP-{n}", remote=RemoteListing(str(n), f"OCOP-{n}", "NORMAL"), groups=SHOWN) for n in numbers]


def test_withdrawals_go_out_fifty_in_a_call(stocked: Shop) -> None:
    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, lambda _, body: ok({"success_list": body["item_list"], "failure_list": []}))]

    results = list(stocked.connector.apply(withdrawals_of(*range(1, 53)), lambda _: Memory()))

    assert {(r.outcome, r.remote and r.remote.visible) for r in results} == {(Outcome.WITHDRAWN, False)}
    assert [len(call.body["item_list"]) for call in stocked.platform.calls] == [50, 2]


def test_what_is_not_taken_off_sale_among_many_is_looked_at_once(stocked: Shop) -> None:
    failures = [{"item_id": n, "failed_reason": "Item is in promotion."} for n in (2, 3, 4)]
    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, ok({"success_list": [], "failure_list": failures}))]
    there = [{"item_id": 2, "item_status": "NORMAL"}, {"item_id": 3, "item_status": "BANNED"}]
    stocked.platform.on(facts.GET_ITEM_BASE_INFO, ok({"item_list": there}))

    results = {r.sku: r for r in stocked.connector.apply(withdrawals_of(1, 2, 3, 4), lambda _: Memory())}

    assert [results[f"OCOP-{n}"].outcome for n in (1, 2, 3, 4)] == [
        Outcome.WITHDRAWN, Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.WITHDRAWN]
    assert [problem.values["sku"] for problem in results["OCOP-2"].problems] == ["OCOP-2"]
    assert stocked.platform.paths() == ["unlist_item", "get_item_base_info"]


def test_withdrawals_refused_as_a_whole_are_tried_one_by_one(stocked: Shop) -> None:
    def answer(_: dict[str, str], body: Any) -> Any:
        if len(body["item_list"]) > 1 or body["item_list"][0]["item_id"] == 2:
            return failed("error_cannt_unlisted_in_promotion")
        return ok({"success_list": body["item_list"], "failure_list": []})

    stocked.platform.replies[facts.UNLIST_ITEM] = [(200, {}, answer)]
    stocked.platform.on(facts.GET_ITEM_BASE_INFO, ok({"item_list": [{"item_id": 2, "item_status": "NORMAL"}]}))

    results = {r.sku: r.outcome for r in stocked.connector.apply(withdrawals_of(1, 2, 3), lambda _: Memory())}

    assert results == {"OCOP-1": Outcome.WITHDRAWN, "OCOP-2": Outcome.REJECTED, "OCOP-3": Outcome.WITHDRAWN}
