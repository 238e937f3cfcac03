"""Variants, documents and what Tiki has no place for: what is sent, and what is refused before it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.tiki.reviews import Receipt, Wish
from ocop_market.errors import Refused
from ocop_market.model.change import Outcome, RemoteListing, Ticket
from ocop_market.model.listing import FieldGroup, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice

CREATE = "POST /integration/v2.1/requests"
CONTENT = "POST /integration/v2/requests/updateProductInfo"
BATCH = "PUT /integration/v2.1/products/updateSkus"
FIND = "GET /integration/v2.1/products/findBy"
REQUESTS = "GET /integration/v2/requests"
LABELS = "GET /integration/v2/categories/22998/optionLabels"
DOCUMENTS = "GET /integration/v2/categories/22998/documents"
TRACK = "cd" * 16
TWO = (VariantDraft("TRA-100", ("100 g",), 60_000, 4, 150),
       VariantDraft("TRA-200", ("200 g",), 110_000, 7, 350, picture=Picture(url="https://anh.example/200.jpg")))


@pytest.fixture(autouse=True)
def usual_answers(platform: Any) -> None:
    platform.answers |= {
        CREATE: {"track_id": TRACK, "state": "queuing"}, CONTENT: {"track_id": TRACK, "state": "queuing"},
        BATCH: {"state": "approved"}, FIND: {"data": []}, REQUESTS: {"data": []}, DOCUMENTS: {"data": []},
        "GET /integration/v2/categories/22998/attributes": {"data": []},
        LABELS: {"data": [{"id": 1, "label": "Khối Lượng"}, {"id": 2, "label": "Hương vị"}]},
    }


@pytest.fixture
def two(make_draft: Any) -> Any:
    return make_draft(sku="TRA", options=("khối lượng",), variants=TWO, price=60_000, stock=11)


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


# --- new products

def test_variants_are_sent_as_the_guide_writes_them(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    result = shop.connector.create(two, progress)
    body = platform.sent(CREATE)[0].body
    stock = {"inventory_type": "dropship", "seller_warehouse": "502"}
    assert body["option_attributes"] == ["Khối Lượng"], "in Tiki's own spelling"
    assert body["market_price"] == 110_000
    assert body["variants"] == [
        {"sku": "TRA-100", "option1": "100 g", "price": 60_000, "market_price": 60_000, "attributes": {"product_weight_kg": 0.15},
         **stock, "warehouse_stocks": [{"warehouseId": 502, "qtyAvailable": 4}]},
        {"sku": "TRA-200", "option1": "200 g", "price": 110_000, "market_price": 110_000, "image": "https://anh.example/200.jpg",
         "images": ["https://anh.example/1.jpg", "https://anh.example/2.jpg"], **stock,
         "warehouse_stocks": [{"warehouseId": 502, "qtyAvailable": 7}]}]
    assert result.ticket.number == f"{TRACK}::TRA-100+TRA-200"


def test_two_options_give_two_values_each(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    both = replace(two, options=("Khối lượng", "hương vị"), variants=tuple(replace(one, values=(*one.values, "Sen")) for one in TWO))
    shop.connector.create(both, progress)
    assert [(one["option1"], one["option2"]) for one in platform.sent(CREATE)[0].body["variants"]] == [("100 g", "Sen"), ("200 g", "Sen")]


@pytest.mark.parametrize(("changes", "found"), [
    ({"options": ("a", "b", "c"), "variants": (replace(TWO[0], values=("1", "2", "3")),)}, ["too-many-options"]),
    ({"options": ()}, ["option-empty", "option-empty"]),
    ({"variants": (replace(TWO[0], values=(" ",)), TWO[1])}, ["option-empty"]),
    ({"variants": (replace(TWO[0], values=("200  g",)), TWO[1])}, ["options-alike"]),
    ({"variants": (replace(TWO[0], sku="TRA-200"), TWO[1])}, ["sku-twice"]),
    ({"variants": (replace(TWO[0], price=500), TWO[1])}, ["price-too-low"]),
    ({"variants": (replace(TWO[0], weight_g=0), TWO[1])}, ["weight-missing"]),
    ({"variants": (replace(TWO[0], picture=Picture(path="a.jpg")), TWO[1])}, ["picture-without-link"]),
    ({"variants": tuple(VariantDraft(f"T-{n}", (f"{n} g",), 60_000, 1, 100) for n in range(51))}, ["too-many-variants"]),
    ({"channel_extra": {"market_price": 900_000}}, ["price-far-below-market-price"]),
    ({"channel_extra": {"certificate_files": [{"url": "attp.jpg", "type": "category", "document_id": 1}]}}, ["certificate-file-wrong"]),
    ({"channel_extra": {"certificate_files": [{"url": "https://a.example/1.jpg", "type": "other", "document_id": 1}]}},
     ["certificate-file-wrong"]),
    ({"channel_extra": {"certificate_files": "https://a.example/1.jpg"}}, ["certificate-file-wrong"]),
])
def test_what_tiki_cannot_carry_of_variants_is_refused_by_name(shop: Any, two: Any, changes: dict[str, Any], found: list[str]) -> None:
    assert codes(shop.connector.problems(two)) == []
    problems = shop.connector.problems(replace(two, **changes))
    assert codes(problems) == found
    assert all(problem.sentence("en") for problem in problems)


def test_option_that_tiki_has_no_name_for_is_told_with_those_it_has(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    with pytest.raises(Refused) as caught:
        shop.connector.create(replace(two, options=("Trọng tải",)), progress)
    assert caught.value.problems[0].values["known"] == "Khối Lượng, Hương vị"
    assert platform.sent(CREATE) == []


@pytest.mark.parametrize("answer", [(404, {"errors": ["Not Found"]}), (403, {"errors": ["no scope"]}), {"data": [{"other": 1}]}, [],
                                    (200, b"<html>")])
def test_lists_whose_form_is_on_no_page_stop_nothing_when_they_are_otherwise(
        shop: Any, platform: Any, two: Any, progress: Any, answer: Any) -> None:
    platform.answers |= {LABELS: answer, DOCUMENTS: answer}
    assert shop.connector.create(two, progress).outcome is Outcome.PENDING
    assert platform.sent(CREATE)[0].body["option_attributes"] == ["khối lượng"]


def test_required_documents_that_are_missing_are_named_together(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    platform.answers[DOCUMENTS] = {"data": [
        {"id": 11, "name": "Bản tự công bố", "type": "category", "is_required": True},
        {"id": 12, "name": "Giấy ATTP", "type": "category", "is_required": True},
        {"id": 13, "name": "Kiểm nghiệm", "type": "category", "is_required": False}]}
    file = {"url": "https://anh.example/attp.jpg", "type": "category", "document_id": "12"}
    with pytest.raises(Refused) as caught:
        shop.connector.create(replace(two, channel_extra={"certificate_files": [file]}), progress)
    assert [problem.values["document"] for problem in caught.value.problems] == ["Bản tự công bố"]
    more = {"certificate_files": [file, {**file, "document_id": 11}]}
    shop.connector.create(replace(two, channel_extra=more), progress)
    assert [row["document_id"] for row in platform.sent(CREATE)[0].body["certificate_files"]] == [12, 11]


# --- later changes

def remote() -> RemoteListing:
    return RemoteListing("31", "TRA", "active", True, {"variants": {"TRA-100": "31", "TRA-200": "32"}})


def test_offers_of_variants_go_out_as_rows_with_their_own_status(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    groups = frozenset({FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY})
    shop.connector.update(replace(two, visible=False), remote(), groups, progress)
    assert platform.sent(BATCH)[0].body == {"data": [
        {"product_id": 31, "price": 60_000, "status": 2, "warehouse_quantities": [{"warehouse_id": 502, "qty_available": 4}]},
        {"product_id": 32, "price": 110_000, "status": 2, "warehouse_quantities": [{"warehouse_id": 502, "qty_available": 7}]}]}


def test_price_alone_asks_for_no_warehouse(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    shop.connector.update(two, remote(), frozenset({FieldGroup.PRICE}), progress)
    assert platform.sent("GET /integration/v2/sellers/me/warehouses") == []


def test_changed_variants_send_their_weights_and_pictures(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    result = shop.connector.update(two, remote(), frozenset({FieldGroup.VARIANTS}), progress)
    assert [call.body for call in platform.sent(CONTENT)] == [
        {"product_id": 31, "attributes": {"product_weight_kg": 0.15}},
        {"product_id": 32, "attributes": {"product_weight_kg": 0.35}, "image": "https://anh.example/200.jpg",
         "images": ["https://anh.example/1.jpg", "https://anh.example/2.jpg"]}]
    assert result.ticket.number == f"{TRACK}+{TRACK}:content:TRA-100+TRA-200"
    assert codes(result.remarks) == ["options-stay"]


def test_each_variants_content_is_remembered_by_itself(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    for _ in range(2):
        shop.connector.update(two, remote(), frozenset({FieldGroup.CONTENT}), progress)
    assert len(platform.sent(CONTENT)) == 2


def test_market_price_of_the_extra_goes_with_the_content(shop: Any, platform: Any, make_draft: Any, progress: Any) -> None:
    files = [{"url": "https://anh.example/1.jpg", "type": "category", "document_id": 1}]
    draft = make_draft(channel_extra={"market_price": 150_000, "certificate_files": files})
    result = shop.connector.update(draft, RemoteListing("3001", "TRA-01"), frozenset({FieldGroup.CONTENT}), progress)
    assert platform.sent(CONTENT)[0].body["market_price"] == 150_000
    assert [(remark.code, remark.values["names"]) for remark in result.remarks] == [("only-at-first", "certificate_files")]


def test_wholesale_is_said_to_stay_at_home_when_prices_change(shop: Any, platform: Any, two: Any, progress: Any) -> None:
    wholesale = replace(two, wholesale=(WholesalePrice(10, 50_000),))
    assert codes(shop.connector.update(wholesale, remote(), frozenset({FieldGroup.PRICE}), progress).remarks) == ["no-wholesale"]


# --- requests

@pytest.mark.parametrize(("receipt", "number"), [
    (Receipt((TRACK,)), TRACK), (Receipt((TRACK,), Wish.HIDE), f"{TRACK}:hidden"),
    (Receipt((TRACK,), Wish.SHOW, ("A:1", "B+2%")), f"{TRACK}::A%3A1+B%2B2%25"),
    (Receipt((TRACK, "1799"), Wish.CONTENT, ("A",)), f"{TRACK}+1799:content:A")])
def test_ticket_is_read_as_it_was_written(receipt: Receipt, number: str) -> None:
    ticket = receipt.ticket(datetime(2026, 9, 1, tzinfo=UTC))
    assert (ticket.number, Receipt.of(ticket)) == (number, receipt)


def test_of_a_long_list_of_requests_only_the_open_ones_are_asked_for(shop: Any, platform: Any) -> None:
    ours = {"request_id": "1799", "state": "bot_awaiting_approve", "kind": "create_product", "products": [{"original_sku": "TRA-200"}]}
    rows = {None: [{**ours, "request_id": "1", "state": "approved", "products": []}], "bot_awaiting_approve": [ours]}
    platform.answers[REQUESTS] = lambda call: {
        "data": rows.get(call.query.get("state"), []), "paging": {"last_page": 1 if "state" in call.query else 400}}
    listing = shop.connector.find("TRA", ["TRA-100", "TRA-200"])
    assert (listing.data, listing.ticket.number) == ({"request_id": "1799"}, "1799::TRA-100+TRA-200")
    assert len(platform.sent(REQUESTS)) <= 7


def test_locked_request_says_whom_to_ask(shop: Any, platform: Any) -> None:
    platform.answers[f"GET /integration/v2/tracking/{TRACK}"] = {
        "track_id": TRACK, "state": "locked", "reason": "", "request_id": "1799"}
    [result] = shop.connector.check_tickets({"TRA": Ticket(TRACK, shop.now)})
    assert (result.outcome, codes(result.problems)) == (Outcome.REJECTED, ["request-locked"])
    assert "seller support" in result.problems[0].sentence("en")


def test_product_that_cannot_be_switched_on_keeps_its_number(shop: Any, platform: Any) -> None:
    platform.answers[f"GET /integration/v2/tracking/{TRACK}"] = {"track_id": TRACK, "state": "approved"}
    platform.answers[FIND] = {"data": [{"id": 3001, "original_sku": "TRA", "active": 0}]}
    platform.answers["PUT /integration/v2.1/products/updateSku"] = (422, {"errors": ["seller is inactive"]})
    [result] = shop.connector.check_tickets({"TRA": Ticket(TRACK, shop.now)})
    assert (result.outcome, result.remote.remote_id, result.remote.visible) == (Outcome.REJECTED, "3001", False)
    assert result.taken == frozenset(FieldGroup) - {FieldGroup.VISIBILITY}
