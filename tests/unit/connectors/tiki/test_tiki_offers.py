"""Batches of offers: what an answer says of each product, whatever form it says it in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.tiki.offers import in_calls, refused_in
from connectors.tiki.wire import BatchState
from ocop_market.errors import RetryLater
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing
from ocop_market.model.listing import FieldGroup

BATCH = "PUT /integration/v2.1/products/updateSkus"
SINGLE = "PUT /integration/v2.1/products/updateSku"
PRICE = frozenset({FieldGroup.PRICE})
WHY = "price is not valid"
INSIDE = json.dumps({"errors": [{"code": 400, "description": WHY}], "message": WHY, "trace_id": None})


def read(answer: Any) -> dict[int, list[str]] | None:
    refused = refused_in(BatchState.model_validate(answer), {31, 32, 33})
    return None if refused is None else {number: [str(problem.values.get("reason", problem.code)) for problem in problems]
                                         for number, problems in refused.items()}


@pytest.mark.parametrize("answer", [
    {"state": "approved"}, {}, {"state": "approved", "data": None}, {"state": "approved", "errors": []},
    {"state": "approved", "data": [{"product_id": 31, "state": "approved", "reason": ""}]}])
def test_nothing_is_refused_where_nothing_is_said(answer: Any) -> None:
    assert read(answer) == {}


@pytest.mark.parametrize("answer", [
    {"state": "approved", "data": [{"product_id": 32, "state": "rejected", "reason": WHY}]},
    {"state": "approved", "data": [{"product_id": 32, "state": "rejected", "reason": INSIDE}, {"product_id": 31, "state": "approved"}]},
    {"state": "approved", "data": [{"id": "32", "errors": [WHY]}]},
    {"state": "approved", "items": [{"product_id": 32, "message": WHY}]},
    {"state": "rejected", "results": [{"product_id": 32, "state": "rejected", "error": WHY}]}])
def test_failure_inside_a_successful_answer_is_tied_to_its_product(answer: Any) -> None:
    assert read(answer) == {32: [WHY]}


@pytest.mark.parametrize("answer", [
    {"state": "approved", "errors": ["update error [product_id 32 is not valid]"]},
    {"state": "approved", "reason": json.dumps({"errors": ["update error [product_id 32 is not valid]"]})}])
def test_failure_that_names_its_product_in_words_is_tied_to_it(answer: Any) -> None:
    assert list(read(answer) or {}) == [32]


@pytest.mark.parametrize("answer", [
    {"state": "rejected", "reason": WHY}, {"state": "rejected"}, {"state": "approved", "errors": [WHY]},
    {"state": "approved", "data": [{"product_id": 99, "state": "rejected", "reason": WHY}]},
    {"state": "approved", "data": [{"sku": "A", "state": "rejected", "reason": WHY}]}, {"state": "a_word_from_tomorrow"}])
def test_failure_of_nobody_known_has_each_product_asked_about_by_itself(answer: Any) -> None:
    assert read(answer) is None


def test_neighbours_share_a_call_up_to_its_size() -> None:
    assert [list(places) for places in in_calls([1, 3, 2, 1, 9, 1], 4)] == [[0, 1], [2, 3], [4], [5]]
    assert list(in_calls([], 4)) == []


def changes(make_draft: Any, count: int, groups: frozenset[FieldGroup] = PRICE) -> list[Change]:
    return [Change(ChangeKind.UPDATE, f"T-{n}", make_draft(sku=f"T-{n}"), RemoteListing(str(31 + n), f"T-{n}"), groups)
            for n in range(count)]


def test_batch_is_as_large_as_the_setting_says(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.settings.offer_batch = 2
    platform.answers |= {BATCH: {"state": "approved"}, SINGLE: {"state": "approved"}}
    results = list(shop.connector.apply(changes(make_draft, 5), lambda _: progress))
    assert [result.outcome for result in results] == [Outcome.LIVE] * 5
    assert [len(call.body["data"]) for call in platform.sent(BATCH)] == [2, 2]
    assert [call.body["product_id"] for call in platform.sent(SINGLE)] == [35]


def test_first_half_of_a_batch_is_kept_when_the_platform_goes_down(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    shop.settings.offer_batch = 2
    answers = [{"state": "approved"}]
    platform.answers[BATCH] = lambda _: answers.pop() if answers else (503, {"errors": ["down"]})
    results = list(shop.connector.apply(changes(make_draft, 4), lambda _: progress))
    assert [result.outcome for result in results] == [Outcome.LIVE] * 2 + [Outcome.LATER] * 2


def test_batch_refused_as_a_whole_is_sent_one_by_one(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers |= {BATCH: (422, {"errors": ["data must not exceed 2 items"]}), SINGLE: lambda call: (
        (422, {"errors": ["price should be > 0"]}) if call.body["product_id"] == 32 else {"state": "approved"})}
    results = list(shop.connector.apply(changes(make_draft, 3), lambda _: progress))
    assert [result.outcome for result in results] == [Outcome.LIVE, Outcome.REJECTED, Outcome.LIVE]


def test_draft_that_does_not_fit_is_refused_and_the_others_go_on(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    platform.answers[SINGLE] = {"state": "approved"}
    cheap, good = changes(make_draft, 2)
    bad = Change(ChangeKind.UPDATE, cheap.sku, make_draft(sku=cheap.sku, price=1), cheap.remote, PRICE)
    in_review = Change(ChangeKind.UPDATE, "R", make_draft(sku="R"), RemoteListing("", "R"), PRICE)
    results = {result.sku: result.outcome for result in shop.connector.apply([bad, in_review, good], lambda _: progress)}
    assert results == {"T-0": Outcome.REJECTED, "R": Outcome.LATER, "T-1": Outcome.LIVE}


def test_down_platform_is_no_refusal(shop: Any, platform: Any, make_draft: Any) -> None:
    platform.answers[BATCH] = (503, {"errors": ["down"]})
    with pytest.raises(RetryLater):
        list(shop.connector.change_offers(changes(make_draft, 2)))


def withdrawals(*products: tuple[int, ...]) -> list[Change]:
    def remote(number: int, own: tuple[int, ...]) -> RemoteListing:
        variants = {f"T-{number}-{n}": str(n) for n in own}
        return RemoteListing(str(number), f"T-{number}", data={"variants": variants} if len(own) > 1 else {})

    return [Change(ChangeKind.WITHDRAW, f"T-{own[0]}", remote=remote(own[0], own), groups=frozenset({FieldGroup.VISIBILITY}))
            for own in products]


def test_withdrawals_share_calls_and_each_has_its_own_answer(shop: Any, platform: Any, progress: Any) -> None:
    platform.answers[BATCH] = {"state": "approved", "data": [{"product_id": 33, "state": "rejected", "reason": WHY}]}
    results = list(shop.connector.apply(withdrawals((31,), (32, 33), (34,)), lambda _: progress))
    assert [result.outcome for result in results] == [Outcome.WITHDRAWN, Outcome.REJECTED, Outcome.WITHDRAWN]
    assert results[0].remote is not None and results[0].remote.visible is False
    assert [[row["product_id"] for row in call.body["data"]] for call in platform.sent(BATCH)] == [[31, 32, 33, 34]]


def test_requests_under_review_are_withdrawn_by_themselves(shop: Any, platform: Any, progress: Any) -> None:
    platform.answers |= {BATCH: {"state": "approved"}, SINGLE: {"state": "approved"}}
    in_review = Change(ChangeKind.WITHDRAW, "R", remote=RemoteListing("", "R"))
    first, second = withdrawals((31,), (32,))
    results = list(shop.connector.apply([first, in_review, second], lambda _: progress))
    assert [(result.sku, result.outcome) for result in results] == [("T-31", Outcome.WITHDRAWN), ("R", Outcome.WITHDRAWN), (
        "T-32", Outcome.WITHDRAWN)]
    assert len(platform.sent(SINGLE)) == 2
