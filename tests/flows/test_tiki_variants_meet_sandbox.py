"""Listings with variants at the Tiki practice server: made, followed and changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tiki_shop import TEA_PACKINGS, Draft, Shop, tea_in_packings

from ocop_market.model.change import ChangeKind, LiveListing, Outcome, RemoteListing
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import WholesalePrice

EVERYTHING = frozenset(FieldGroup)
PRICE, STOCK, VISIBILITY = FieldGroup.PRICE, FieldGroup.STOCK, FieldGroup.VISIBILITY


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def draft(shop: Shop) -> Draft:
    return tea_in_packings(shop)


def live(shop: Shop, *listings: RemoteListing) -> list[LiveListing]:
    return list(shop.connector().read_listings(listings))


def with_variants(draft: ListingDraft, **by_sku: dict[str, Any]) -> ListingDraft:
    """The draft with some variants changed, named by the figures of their SKU."""
    return replace(draft, variants=tuple(replace(one, **by_sku.get(f"g{one.sku[4:]}", {})) for one in draft.variants))


# --- made and followed

def test_every_variant_becomes_a_product_that_is_on_sale(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    numbers = {sku: str(shop.product(sku)["id"]) for sku in TEA_PACKINGS}
    assert remote.data["variants"] == numbers
    assert remote.remote_id == min(numbers.values(), key=int)
    assert [shop.product(sku)["active"] for sku in TEA_PACKINGS] == [1, 1, 1]
    assert [shop.product(sku)["attributes"]["product_weight_kg"] for sku in TEA_PACKINGS] == [0.1, 0.2, 0.3]
    assert shop.connector().find("TRA", TEA_PACKINGS) == remote


def test_what_is_live_equals_what_was_wanted(shop: Shop, draft: Draft) -> None:
    wanted = draft(brand="", channel_extra={})
    [found] = live(shop, shop.published(wanted))
    for group, fields in found.fields.items():
        told = wanted.groups()[FieldGroup(group)]
        for name, value in fields.items():
            if name == "attributes":
                assert {code: value.get(code) for code in told[name]} == told[name]
            elif name != "pictures":
                assert value == told[name], f"{group} {name}"
    assert found.fields["media"]["pictures"] != []
    assert found.fields["price"] == {"price": 60_000, "variant_prices": {"TRA-100": 60_000, "TRA-200": 120_000, "TRA-500": 180_000}}
    assert found.fields["stock"] == {"stock": 60, "variant_stock": {"TRA-100": 10, "TRA-200": 20, "TRA-500": 30}}


def test_number_of_the_request_takes_the_place_of_its_track_id(shop: Shop, draft: Draft) -> None:
    first = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(minutes=30)
    waiting = shop.check(first, "TRA")
    assert waiting.outcome is Outcome.PENDING and waiting.ticket is not None and waiting.remote is not None
    assert waiting.ticket.number.partition(":")[0] == waiting.remote.data["request_id"]
    assert waiting.ticket.expires_at == first.expires_at
    shop.sandbox.forget_tracks()
    shop.later(hours=4)
    result = shop.check(waiting.ticket, "TRA")
    assert result.outcome is Outcome.LIVE and set(result.remote.data["variants"]) == set(TEA_PACKINGS)


def test_forgotten_track_id_is_answered_by_the_products_themselves(shop: Shop, draft: Draft) -> None:
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    assert shop.connector().find("TRA", TEA_PACKINGS) is not None
    shop.sandbox.forget_tracks()
    result = shop.check(ticket, "TRA")
    assert result.outcome is Outcome.LIVE and set(result.remote.data["variants"]) == set(TEA_PACKINGS)


def test_variant_that_the_reviewers_leave_out_is_named_after_a_day(shop: Shop, draft: Draft) -> None:
    shop.sandbox.leave_out("TRA-200")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    early = shop.check(ticket, "TRA")
    assert (early.outcome, set(early.remote.data["variants"])) == (Outcome.PENDING, {"TRA-100", "TRA-500"})
    assert shop.product("TRA-100")["active"] == 1
    shop.later(days=2)
    late = shop.check(early.ticket, "TRA")
    assert [(problem.code, problem.values["sku"]) for problem in late.problems] == [("variant-not-taken", "TRA-200")]
    assert (late.outcome, late.taken) == (Outcome.REJECTED, EVERYTHING - {FieldGroup.VARIANTS})


def test_refused_request_names_its_reasons_and_is_sent_anew_when_corrected(shop: Shop, draft: Draft) -> None:
    shop.sandbox.refuse_next("TRA-200", "image is blurred", "name has forbidden words")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    refused = shop.check(ticket, "TRA")
    assert (refused.outcome, [problem.field for problem in refused.problems]) == (Outcome.REJECTED, ["pictures", "title"])
    shop.sandbox.refuse_next("TRA-200")
    assert shop.connector().find("TRA", TEA_PACKINGS) is None
    assert set(shop.published(draft(title="Trà shan tuyết")).data["variants"]) == set(TEA_PACKINGS)


def test_request_that_somebody_deleted_is_told(shop: Shop, draft: Draft) -> None:
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(minutes=30)
    shop.sandbox.delete_request_by_hand("TRA-100")
    assert [problem.code for problem in shop.check(ticket, "TRA").problems] == ["request-deleted"]


def test_request_approved_while_it_is_withdrawn_is_taken_off_sale(shop: Shop, draft: Draft) -> None:
    asked = shop.apply(ChangeKind.CREATE, draft())
    shop.later(hours=4)
    gone = shop.connector().withdraw(asked.remote)
    assert gone.outcome is Outcome.WITHDRAWN
    assert set(gone.remote.data["variants"]) == set(TEA_PACKINGS)
    assert [shop.product(sku)["active"] for sku in TEA_PACKINGS] == [0, 0, 0]


def test_variant_whose_sku_another_product_has_refuses_the_whole_request(shop: Shop, draft: Draft) -> None:
    shop.sandbox.add_seller_center_product("Trà làm tay", 90_000, original_sku="TRA-200")
    ticket = shop.apply(ChangeKind.CREATE, draft()).ticket
    shop.later(hours=4)
    assert [problem.code for problem in shop.check(ticket, "TRA").problems] == ["sku-taken"]


def test_what_tiki_has_no_place_for_is_said(shop: Shop, draft: Draft) -> None:
    made = shop.apply(ChangeKind.CREATE, draft(wholesale=(WholesalePrice(10, 50_000),), days_to_ship=3))
    assert (made.outcome, [remark.code for remark in made.remarks]) == (Outcome.PENDING, ["no-wholesale", "no-days-to-ship"])


# --- changed

def test_prices_of_three_variants_are_one_call(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.connector().check()
    shop.sandbox.record_calls = True
    changed = with_variants(draft(), g100={"price": 65_000})
    assert shop.apply(ChangeKind.UPDATE, changed, remote, [PRICE]).outcome is Outcome.LIVE
    assert [call.path.rpartition("/")[2] for call in shop.sandbox.calls if call.method == "PUT"] == ["updateSkus"]
    assert [shop.product(sku)["price"] for sku in TEA_PACKINGS] == [65_000, 120_000, 180_000]


def test_hiding_and_withdrawing_reach_every_variant(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    hidden = shop.apply(ChangeKind.UPDATE, draft(visible=False), remote, [VISIBILITY])
    assert (hidden.remote.visible, [shop.product(sku)["active"] for sku in TEA_PACKINGS]) == (False, [0, 0, 0])
    shop.apply(ChangeKind.UPDATE, draft(), remote, [VISIBILITY])
    assert [shop.connector().withdraw(remote).outcome for _ in range(2)] == [Outcome.WITHDRAWN] * 2
    assert [shop.product(sku)["active"] for sku in TEA_PACKINGS] == [0, 0, 0]


def test_new_title_is_reviewed_for_each_variant_under_one_ticket(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    asked = shop.apply(ChangeKind.UPDATE, draft(title="Trà mới"), remote, [FieldGroup.CONTENT])
    assert len(shop.sandbox.reviews_waiting()) == 3
    shop.later(minutes=100)
    waiting = shop.check(asked.ticket, "TRA")
    assert waiting.outcome is Outcome.PENDING
    shop.later(hours=3)
    assert shop.check(waiting.ticket, "TRA").outcome is Outcome.LIVE
    assert {shop.product(sku)["name"] for sku in TEA_PACKINGS} == {"Trà mới"}
    assert [shop.product(sku)["attributes"]["product_weight_kg"] for sku in TEA_PACKINGS] == [0.1, 0.2, 0.3]


def test_refusal_of_one_variants_content_waits_for_the_others_and_is_told(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.refuse_next("TRA-500", "description is too long")
    ticket = shop.apply(ChangeKind.UPDATE, draft(title="Trà mới"), remote, [FieldGroup.CONTENT]).ticket
    shop.later(minutes=100)
    assert shop.check(ticket, "TRA").outcome is Outcome.PENDING
    shop.later(hours=3)
    refused = shop.check(ticket, "TRA")
    assert (refused.outcome, [problem.field for problem in refused.problems]) == (Outcome.REJECTED, ["description"])


def test_dropped_variant_goes_off_sale_and_comes_back(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    fewer = replace(draft(), variants=draft().variants[:2])
    left = shop.apply(ChangeKind.UPDATE, fewer, remote, [FieldGroup.VARIANTS, PRICE])
    assert (set(left.remote.data["variants"]), shop.product("TRA-500")["active"]) == ({"TRA-100", "TRA-200"}, 0)
    back = shop.apply(ChangeKind.UPDATE, draft(), left.remote, [FieldGroup.VARIANTS])
    assert (set(back.remote.data["variants"]), shop.product("TRA-500")["active"]) == (set(TEA_PACKINGS), 1)


def test_new_variant_is_refused_by_name_and_taken_over_once_it_was_added_by_hand(shop: Shop, draft: Draft) -> None:
    fewer = replace(draft(), variants=draft().variants[:2])
    remote = shop.published(fewer)
    refused = shop.apply(ChangeKind.UPDATE, draft(), remote, [FieldGroup.VARIANTS, PRICE, STOCK])
    assert [(problem.code, problem.values["sku"]) for problem in refused.problems] == [("variant-missing", "TRA-500")]
    assert (refused.outcome, refused.taken) == (Outcome.REJECTED, {PRICE, STOCK})
    shop.sandbox.add_seller_center_product("Trà 500 g", 1_000_000, original_sku="TRA-500")
    taken = shop.apply(ChangeKind.UPDATE, draft(), remote, [PRICE])
    assert (taken.outcome, shop.product("TRA-500")["price"]) == (Outcome.LIVE, 180_000)
    assert set(taken.remote.data["variants"]) == set(TEA_PACKINGS)


def test_simple_product_is_not_turned_into_variants_and_stays_on_sale(shop: Shop, draft: Draft) -> None:
    simple = draft(options=(), variants=())
    remote = shop.published(simple)
    result = shop.apply(ChangeKind.UPDATE, draft(), remote)
    assert (result.outcome, result.taken, [problem.code for problem in result.problems]) == (
        Outcome.REJECTED, frozenset(), ["other-packings"])
    assert result.remote == remote
    assert shop.product("TRA")["active"] == 1


def test_refused_price_lets_the_stock_count(shop: Shop, draft: Draft) -> None:
    remote = shop.published(draft())
    shop.sandbox.edit_by_hand("TRA-200", market_price=9_000_000)
    changed = with_variants(draft(), g200={"stock": 3}, g100={"stock": 0})
    result = shop.apply(ChangeKind.UPDATE, changed, remote, [PRICE, STOCK])
    assert (result.outcome, result.taken) == (Outcome.REJECTED, {STOCK})
    assert [problem.code for problem in result.problems] == ["price-far-below-market-price"]
    assert [shop.product(sku)["inventory"]["quantity_available"] for sku in TEA_PACKINGS] == [0, 3, 30]
