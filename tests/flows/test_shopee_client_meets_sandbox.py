"""The Shopee client against the practice shop: consent, and publishing one listing through bad days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from shopee_shop import DiesError, Memory, Shop, items_of, tea

from ocop_market.errors import NeedsLogin, Refused, Uncertain
from ocop_market.model.change import Change, ChangeKind, Outcome
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.sandbox.faults import Fault, FaultKind


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(path=tmp_path / "shopee.db")
    yield opened
    opened.sandbox.close()


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    return tea(tmp_path)


def test_consent_leads_to_a_shop_in_viet_nam(shop: Shop) -> None:
    assert shop.connector().check()
    assert [category for category in shop.connector().categories() if category.open_to_us]


def test_a_code_is_good_once(shop: Shop) -> None:
    answer = shop.sandbox.grant()
    shop.connector().exchange(answer)

    with pytest.raises(NeedsLogin):
        shop.connector().exchange(answer)


def test_a_listing_is_made_changed_and_taken_down(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    made = connector.create(draft, Memory())
    assert (made.outcome, made.remote) == (Outcome.LIVE, connector.find(draft.sku))
    assert made.remote is not None

    changed = replace(draft, title="Trà Shan tuyết cổ thụ loại một", price=199_000, stock=7, visible=False,
                      pictures=draft.pictures[:1], gtin="8934567890120")
    result = connector.update(changed, made.remote, frozenset(FieldGroup), Memory())

    assert (result.outcome, result.remote) == (Outcome.LIVE, connector.find(draft.sku))
    assert result.remote is not None
    assert result.remote.visible is False
    shown = connector.update(replace(changed, visible=True), result.remote, frozenset({FieldGroup.VISIBILITY}), Memory())
    assert shown.remote is not None
    assert shown.remote.visible is True
    for _ in range(2):
        gone = connector.withdraw(shown.remote)
        assert gone.outcome is Outcome.WITHDRAWN
    assert connector.find(draft.sku) == gone.remote
    assert items_of(shop) == [draft.sku]


def test_what_the_platform_would_refuse_is_refused_before_anything_is_sent(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.record_calls = True

    with pytest.raises(Refused) as caught:
        shop.connector().create(replace(draft, attributes={"910001": "200"}, price=10), Memory())

    assert [problem.field for problem in caught.value.problems] == ["price", "attributes", "attributes", "attributes"]
    assert not any(call.method == "POST" for call in shop.sandbox.calls)


def test_a_similar_sku_is_not_found(shop: Shop, draft: ListingDraft) -> None:
    shop.connector().create(draft, Memory())

    assert shop.connector().find("OCOP-TRA") is None
    assert shop.connector().find("OCOP-TRA-11") is None


@pytest.mark.parametrize("after_effect", [False, True])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_crash_at_any_step_leads_to_one_listing(shop: Shop, draft: ListingDraft, step: int, after_effect: bool) -> None:
    memory = Memory(dies_at=step, after_effect=after_effect)
    with pytest.raises(DiesError):
        shop.connector().create(draft, memory)

    again = shop.connector()
    if again.find(draft.sku) is None:
        again.create(draft, Memory(known=memory.known))

    assert items_of(shop) == [draft.sku]
    assert again.find(draft.sku) is not None


def test_a_lost_answer_of_adding_is_looked_up_not_repeated(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, path="add_item", times=1))
    change = Change(ChangeKind.CREATE, draft.sku, draft)

    results = list(shop.connector().apply([change], lambda _: Memory()))

    assert [result.outcome for result in results] == [Outcome.UNCERTAIN]
    assert shop.connector().find(draft.sku) is not None
    assert items_of(shop) == [draft.sku]


def test_a_failure_before_adding_is_uncertain_too_and_nothing_is_there(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, path="add_item", times=1))
    memory = Memory()

    with pytest.raises(Uncertain):
        shop.connector().create(draft, memory)

    assert shop.connector().find(draft.sku) is None
    assert shop.connector().create(draft, memory).outcome is Outcome.LIVE
    assert items_of(shop) == [draft.sku]


@pytest.mark.parametrize("path", ["upload_image", "update_item", "update_price", "update_stock", "unlist_item"])
def test_an_absolute_change_is_repeated_after_a_failure(shop: Shop, draft: ListingDraft, path: str) -> None:
    made = shop.connector().create(draft, Memory())
    assert made.remote is not None
    shop.sandbox.faults.add(Fault(FaultKind.ERROR_AFTER, path=path, times=1))

    result = shop.connector().update(replace(draft, price=190_000, stock=3, visible=False), made.remote, frozenset(FieldGroup),
                                     Memory())

    assert result.outcome is Outcome.LIVE
    assert shop.sandbox.faults.happened == {FaultKind.ERROR_AFTER: 1}


def test_a_rate_limit_is_waited_out(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.faults.add(Fault(FaultKind.RATE_LIMIT, path="add_item", times=2, seconds=4))

    assert shop.connector().create(draft, Memory()).outcome is Outcome.LIVE
    assert shop.waits == [4.0, 4.0]
    assert items_of(shop) == [draft.sku]


def test_a_token_that_expires_on_the_way_is_renewed(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    made = connector.create(draft, Memory())
    shop.sandbox.faults.add(Fault(FaultKind.EXPIRED_TOKEN, times=1))

    assert connector.find(draft.sku) == made.remote
    assert len(shop.kept) == 2
    shop.now += timedelta(hours=5)
    assert connector.find(draft.sku) == made.remote
    assert len(shop.kept) == 3


def test_after_a_month_of_silence_the_seller_is_asked(shop: Shop) -> None:
    shop.now += timedelta(days=31)

    with pytest.raises(NeedsLogin):
        shop.connector().check()


def test_a_listing_under_review_goes_live_later(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    made = shop.connector().create(draft, Memory())
    assert made.outcome is Outcome.PENDING
    assert made.ticket is not None

    first = list(shop.connector().check_tickets({draft.sku: made.ticket}))
    shop.now += timedelta(minutes=11)
    second = list(shop.connector().check_tickets({draft.sku: made.ticket}))

    assert [first[0].outcome, second[0].outcome] == [Outcome.PENDING, Outcome.LIVE]


def test_a_ban_comes_back_with_its_reason(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    banned = replace(draft, title="Trà Shan tuyết CẤM THỬ")
    made = shop.connector().create(banned, Memory())
    assert made.ticket is not None
    shop.now += timedelta(minutes=11)

    result = next(iter(shop.connector().check_tickets({draft.sku: made.ticket})))

    assert result.outcome is Outcome.REJECTED
    assert result.problems[0].code == "listing-banned"
    assert "—" not in result.problems[0].sentence("en")
