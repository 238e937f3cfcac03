"""The Tiki client against the practice server: tokens, products from request to withdrawal, events."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tiki_shop import AS_PUBLIC_APP, Draft, Shop, history

from ocop_market.channels.webhooks import HintKind
from ocop_market.errors import NeedsLogin, SettingsError, TokenRejected
from ocop_market.model.change import ChangeKind, Outcome
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture
from ocop_market.model.sales import OrderState
from ocop_market.sandbox.faults import FaultKind


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def category(shop: Shop) -> str:
    return next(node.id for node in shop.connector().categories()
                if node.open_to_us and not shop.connector().required_documents(node.id))


@pytest.fixture
def draft(shop: Shop, category: str) -> Draft:
    wanted = {row.id: next(iter(row.choices.values()), "1") for row in shop.connector().attributes(category) if row.required}

    def make(**changes: Any) -> ListingDraft:
        usual: dict[str, Any] = {
            "sku": "TRA-01", "title": "Trà shan tuyết thử nghiệm 200 g", "description": "Trà hái tay.\nHộp 200 g.",
            "category": category, "price": 120_000, "stock": 40, "weight_g": 350, "attributes": wanted,
            "pictures": (Picture(url="https://anh.example/1.jpg"), Picture(url="https://anh.example/2.jpg")),
        }
        return ListingDraft(**{**usual, **changes})
    return make


# --- tokens

def test_settings_of_the_server_open_it(shop: Shop) -> None:
    assert shop.connector().check()
    assert [place.id for place in shop.connector().locations()]


def test_wrong_way_of_authentication_is_a_matter_of_settings(shop: Shop) -> None:
    with pytest.raises(SettingsError):
        shop.connector(client_auth="post").check()


def test_public_app_lives_by_consent_and_refresh(shop: Shop) -> None:
    connector = shop.connector(**AS_PUBLIC_APP)
    with pytest.raises(NeedsLogin):
        connector.check()
    back = shop.web().get(connector.consent_link("", "abcdefgh"), allow_redirects=False).headers["Location"]
    shop.kept.append(connector.exchange(dict(parse_qsl(urlsplit(back).query))))
    assert connector.check()
    shop.later(hours=2)
    assert connector.check()
    assert len({tokens.refresh for tokens in shop.kept}) == 2
    assert connector.pull_events(None).hints == ()


def test_token_that_expires_in_mid_run_is_renewed(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.EXPIRED_TOKEN, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.PENDING
    assert len(shop.kept) == 2


def test_token_that_is_always_refused_stops_the_account(shop: Shop) -> None:
    shop.fault(FaultKind.EXPIRED_TOKEN)
    with pytest.raises(TokenRejected):
        shop.connector().check()


# --- products

def test_new_product_is_reviewed_and_then_on_sale(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    assert asked.outcome is Outcome.PENDING
    for minutes in (1, 10, 60, 60):
        shop.later(minutes=minutes)
        assert shop.check(asked.ticket).outcome is Outcome.PENDING
    shop.later(hours=1)
    live = shop.check(asked.ticket)
    assert (live.outcome, live.remote.visible) == (Outcome.LIVE, True)
    product = shop.product()
    assert (str(product["id"]), product["active"], product["price"]) == (live.remote.remote_id, 1, 120_000)
    assert product["attributes"]["brand"]["value"] == "OEM"
    assert len(product["images"]) == 2
    assert product["inventory"]["warehouse_stocks"][0]["quantity_available"] == 40


def test_product_that_is_not_to_be_shown_stays_off_sale(shop: Shop, draft: Draft) -> None:
    assert shop.published(draft(visible=False)).visible is False
    assert shop.product()["active"] == 0


def test_product_approved_without_being_switched_on_is_switched_on_by_us(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft(channel_extra={"meta_data": {"is_auto_turn_on": False}}))
    shop.later(hours=4)
    assert shop.check(asked.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 1


def test_sku_that_is_taken_is_rejected(shop: Shop, draft: Draft) -> None:
    shop.published(draft())
    second = shop.apply(ChangeKind.CREATE, draft())
    shop.later(hours=4)
    rejected = shop.check(second.ticket)
    assert (rejected.outcome, [problem.code for problem in rejected.problems]) == (Outcome.REJECTED, ["sku-taken"])


def test_missing_document_is_named_and_then_sent(shop: Shop, draft: Draft) -> None:
    connector = shop.connector()
    category, [document] = next((node.id, found) for node in connector.categories()
                                if node.open_to_us and (found := connector.required_documents(node.id)))
    [problem] = shop.apply(ChangeKind.CREATE, draft(category=category)).problems
    assert (problem.code, problem.values["number"]) == ("document-missing", document.id)
    assert shop.sandbox.reviews_waiting() == [], "It is named before a review is spent."
    file = {"url": "https://anh.example/gcn.jpg", "type": "category", "document_id": int(document.id)}
    assert shop.published(draft(category=category, channel_extra={"certificate_files": [file]})).visible


def test_several_faults_come_back_together(shop: Shop, draft: Draft) -> None:
    wrong = draft(category="9900000", channel_extra={"variants": [{"sku": "TRA-01", "price": 0}]})
    result = shop.apply(ChangeKind.CREATE, wrong)
    assert result.outcome is Outcome.REJECTED
    assert len(result.problems) > 1


def test_offer_counts_at_once_and_content_after_review(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    offer = shop.apply(ChangeKind.UPDATE, draft(price=99_000, stock=7), remote, [FieldGroup.PRICE, FieldGroup.STOCK])
    assert offer.outcome is Outcome.LIVE
    product = shop.product()
    assert (product["price"], product["inventory"]["warehouse_stocks"][0]["quantity_available"]) == (99_000, 7)
    new = draft(title="Trà mới", price=98_000, pictures=(Picture(url="https://anh.example/3.jpg"),))
    content = shop.apply(ChangeKind.UPDATE, new, remote, [FieldGroup.CONTENT, FieldGroup.MEDIA, FieldGroup.PRICE])
    assert content.outcome is Outcome.PENDING
    assert (shop.product()["price"], shop.product()["name"]) == (98_000, draft().title)
    shop.later(hours=4)
    before = [image["url"] for image in product["images"]]
    assert shop.check(content.ticket).outcome is Outcome.LIVE
    after = [image["url"] for image in shop.product()["images"]]
    assert (shop.product()["name"], len(after), set(after) & set(before)) == ("Trà mới", 1, set())


def test_withdrawn_product_is_off_sale_and_content_does_not_bring_it_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    assert [shop.connector().withdraw(remote).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert shop.product()["active"] == 0
    content = shop.apply(ChangeKind.UPDATE, draft(title="Trà khác"), remote, [FieldGroup.CONTENT])
    shop.later(hours=4)
    assert shop.check(content.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 0


def test_request_under_review_is_withdrawn_by_deleting_it(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    assert shop.connector().withdraw(asked.remote).outcome is Outcome.WITHDRAWN
    shop.later(hours=4)
    assert [problem.code for problem in shop.check(asked.ticket).problems] == ["request-deleted"]
    assert shop.connector().find("TRA-01") is None


def test_product_is_found_by_its_sku(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    assert shop.connector().find("TRA-01") == remote
    assert shop.connector().find("TRA-0") is None


def test_lost_answer_of_a_request_leads_to_the_request_and_not_to_a_second(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.ERROR_AFTER, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.UNCERTAIN
    shop.later(minutes=30)
    found = shop.connector().find("TRA-01")
    assert (found.remote_id, found.remote_state) == ("", "requested")
    shop.later(hours=4)
    assert shop.check(found.ticket).outcome is Outcome.LIVE
    assert shop.product()["active"] == 1


def test_request_repeated_before_the_first_is_listed_still_ends_as_one_product(shop: Shop, draft: Draft) -> None:
    shop.fault(FaultKind.ERROR_AFTER, "/v2.1/requests", times=1)
    assert shop.apply(ChangeKind.CREATE, draft()).outcome is Outcome.UNCERTAIN
    assert shop.connector().find("TRA-01") is None
    second = shop.apply(ChangeKind.CREATE, draft())
    shop.later(minutes=30)
    waiting = shop.check(second.ticket)
    assert waiting.outcome is Outcome.PENDING
    shop.later(hours=4)
    assert shop.check(second.ticket).remote == shop.check(waiting.ticket).remote
    assert shop.product()["active"] == 1


def test_blocked_seller_sends_nothing(category: str, draft: Draft) -> None:
    blocked = Shop(options={"seller_active": False})
    assert [problem.code for problem in blocked.apply(ChangeKind.CREATE, draft()).problems] == ["seller-blocked"]


# --- events

def test_events_come_again_until_the_next_pull_confirms_them(category: str) -> None:
    shop = Shop(history(per_day=6))
    start = shop.connector().pull_events(None)
    shop.later(hours=30)
    first = shop.connector().pull_events(start.cursor)
    assert first.hints and {hint.kind for hint in first.hints} == {HintKind.ORDERS}
    assert shop.connector().pull_events(start.cursor).hints == first.hints
    orders = shop.connector().read_orders([hint.subject for hint in first.hints]).orders
    assert len(orders) == len(first.hints) and all(order.state is not OrderState.PLACED for order in orders)
    assert shop.connector().pull_events(first.cursor).hints == ()
