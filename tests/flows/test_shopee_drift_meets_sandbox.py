"""What the seller and the platform do behind our back on the practice Shopee, and what the client makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from shopee_shop import Memory, Shop, published, tea, tea_in_packs

from ocop_market.errors import NeedsLogin, Refused
from ocop_market.model.change import Outcome
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import WholesalePrice

CONTENT, PRICE = frozenset({FieldGroup.CONTENT}), frozenset({FieldGroup.PRICE})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(path=tmp_path / "shopee.db")
    yield opened
    opened.sandbox.close()


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    return tea(tmp_path)


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    assert all(problem.sentence("en") for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_edits_in_the_seller_centre_are_seen(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    seller = shop.sandbox.seller
    seller.edit(draft.sku, item_name="Tên do người bán sửa", unlisted=True)
    seller.set_price(draft.sku, 199_000)
    seller.set_stock(draft.sku, 11)

    seen = next(iter(shop.connector().read_listings([remote])))

    assert seen.fields["content"]["title"] == "Tên do người bán sửa"
    assert (seen.fields["price"]["price"], seen.fields["stock"]["stock"], seen.fields["visibility"]["visible"]) == (199_000, 11, False)
    assert (seen.remote.remote_state, seen.remote.visible) == ("UNLIST", False)


@pytest.mark.parametrize("how", ["delete", "remove"])
def test_a_deleted_listing_is_left_out_and_a_change_of_it_is_refused_in_a_sentence(shop: Shop, draft: ListingDraft, how: str) -> None:
    remote = published(shop, draft)
    getattr(shop.sandbox.seller, how)(draft.sku)

    assert list(shop.connector().read_listings([remote])) == []
    assert list(shop.connector().shop_listings()) == []
    assert shop.connector().find(draft.sku) is None
    with pytest.raises(Refused):
        shop.connector().update(draft, remote, CONTENT | PRICE, Memory())


@pytest.mark.parametrize(("kind", "field"), [
    ("Prohibited Listing", "category"), ("Counterfeit and IP Infringement", "brand"), ("Spam", "title"),
    ("Inappropriate Image", "pictures"), ("Insufficient Information", "attributes"), ("A type of tomorrow", ""),
])
def test_a_ban_is_told_with_the_field_that_caused_it(shop: Shop, draft: ListingDraft, kind: str, field: str) -> None:
    remote = published(shop, draft)
    shop.sandbox.seller.ban(draft.sku, kind, "Thiếu giấy công bố", "Bổ sung giấy")

    seen = next(iter(shop.connector().read_listings([remote])))

    assert [problem.field for problem in seen.problems] == [field]
    assert "Thiếu giấy công bố" in seen.problems[0].sentence("en")
    assert "visibility" not in seen.fields


def test_a_banned_listing_that_is_corrected_is_live_again(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    shop.sandbox.seller.ban(draft.sku, "Spam", "Tiêu đề lặp từ")

    result = shop.connector().update(replace(draft, title="Trà Shan tuyết cổ thụ sạch"), remote, CONTENT, Memory())

    assert result.outcome is Outcome.LIVE


def test_pictures_are_uploaded_once_and_again_when_they_were_forgotten(shop: Shop, draft: ListingDraft) -> None:
    memory = Memory()
    remote = published(shop, draft, memory)
    shop.sandbox.record_calls = True
    uploads = lambda: Counter(call.path.rpartition("/")[2] for call in shop.sandbox.calls)["upload_image"]  # noqa: E731
    media = frozenset({FieldGroup.MEDIA})
    shop.connector().update(replace(draft, pictures=draft.pictures[::-1]), remote, media, memory)
    assert uploads() == 0

    shop.sandbox.seller.forget_images()
    result = shop.connector().update(draft, remote, media, memory)

    assert (result.outcome, uploads()) == (Outcome.LIVE, 2)
    memory.known.pop("item")
    shop.connector().create(replace(draft, sku="OCOP-TRA-2"), memory)
    assert uploads() == 2


def test_a_forgotten_picture_of_a_variant_is_uploaded_again(shop: Shop, tmp_path: Path) -> None:
    draft, memory = tea_in_packs(tmp_path), Memory()
    remote = published(shop, draft, memory)
    shop.sandbox.seller.forget_images()
    turned = replace(draft, variants=draft.variants[::-1])

    assert shop.connector().update(turned, remote, frozenset({FieldGroup.VARIANTS}), memory).outcome is Outcome.LIVE
    pictures = [row["picture"] for row in next(iter(shop.connector().read_listings([remote]))).fields["variants"]["variants"]]
    assert set(pictures) <= set(shop.sandbox.shelf("images"))


def test_an_attribute_with_a_new_number_is_told_by_its_name(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    made = connector.create(draft, Memory())
    assert made.remote is not None
    shop.sandbox.seller.renumber_attribute(910001, 919991)

    with pytest.raises(Refused) as first:
        connector.update(draft, made.remote, CONTENT, Memory())
    with pytest.raises(Refused) as second:
        connector.update(draft, made.remote, CONTENT, Memory())

    assert codes(first) == ["attribute-refused"]
    assert codes(second) == ["attribute-missing", "attribute-not-asked"]
    assert "Trọng lượng tịnh" in second.value.problems[0].sentence("en")
    renamed = replace(draft, attributes={("919991" if number == "910001" else number): text
                                         for number, text in draft.attributes.items()})
    assert connector.update(renamed, made.remote, CONTENT, Memory()).outcome is Outcome.LIVE
    assert next(iter(connector.read_listings([made.remote]))).fields["content"]["attributes"] == renamed.attributes


def test_a_category_that_was_closed_is_told_by_the_sku(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    shop.sandbox.seller.close_category(900111)

    with pytest.raises(Refused) as caught:
        shop.connector().update(draft, remote, CONTENT, Memory())

    assert codes(caught) == ["category-refused"]
    assert draft.sku in caught.value.problems[0].sentence("en")
    seen = next(iter(shop.connector().read_listings([remote])))
    assert seen.fields["content"]["attributes"]["910001"] == "200 g"


def test_a_consent_taken_back_stops_the_account(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    shop.sandbox.gateway.withdraw_consent()

    with pytest.raises(NeedsLogin):
        shop.connector().update(draft, remote, PRICE, Memory())
    with pytest.raises(NeedsLogin):
        list(shop.connector().read_listings([remote]))


def test_wholesale_prices_come_change_and_go(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    wanted = replace(draft, wholesale=(WholesalePrice(5, 170_000), WholesalePrice(20, 150_000)))
    remote = published(shop, wanted)
    assert next(iter(connector.read_listings([remote]))).fields["price"]["wholesale"] == [[5, 170_000], [20, 150_000]]
    shop.sandbox.record_calls = True

    for price, steps, calls in ((190_000, wanted.wholesale, 1), (160_000, (WholesalePrice(5, 140_000),), 3), (150_000, (), 2)):
        shop.sandbox.calls.clear()
        result = connector.update(replace(draft, price=price, wholesale=steps), remote, PRICE, Memory())
        assert (result.outcome, len(shop.sandbox.calls)) == (Outcome.LIVE, calls)
        assert result.remote is not None
        remote = result.remote
        live = next(iter(connector.read_listings([remote])))
        assert live.fields["price"] == {"price": price, "variant_prices": {}, "wholesale": [[s.from_quantity, s.price] for s in steps]}


def test_days_to_ship_beyond_the_usual_make_an_item_to_order(shop: Shop, draft: ListingDraft) -> None:
    connector = shop.connector()
    remote = published(shop, replace(draft, days_to_ship=10))
    assert next(iter(connector.read_listings([remote]))).fields["content"]["days_to_ship"] == 10

    connector.update(replace(draft, days_to_ship=None), remote, CONTENT, Memory())
    assert "days_to_ship" not in next(iter(connector.read_listings([remote]))).fields["content"]
    with pytest.raises(Refused) as caught:
        connector.update(replace(draft, days_to_ship=40), remote, CONTENT, Memory())
    assert codes(caught) == ["days-to-ship"]


def test_a_parcel_that_only_sized_carriers_take_goes_with_the_cheapest_size(shop: Shop, draft: ListingDraft) -> None:
    published(shop, replace(draft, weight_g=80_000))

    assert [(row["logistic_id"], row["size_id"]) for row in shop.sandbox.seller.show(draft.sku)["logistic_info"]] == [(90050, 2)]


def test_remarks_of_the_platform_come_with_the_result(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.items.warning = "Hãy thêm video"

    result = shop.connector().create(draft, Memory())

    assert result.outcome is Outcome.LIVE
    assert "Hãy thêm video" in result.remarks[0].sentence("en")


def test_a_group_that_is_wrong_does_not_hold_up_the_others(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    wrong = replace(draft, title="Trà", price=190_000, stock=9)

    result = shop.connector().update(wrong, remote, frozenset(FieldGroup), Memory())

    assert (result.outcome, [problem.code for problem in result.problems]) == (Outcome.REJECTED, ["title-too-short"])
    assert result.taken == {FieldGroup.VARIANTS, FieldGroup.MEDIA, FieldGroup.PRICE, FieldGroup.STOCK}
    seen = next(iter(shop.connector().read_listings([remote])))
    assert (seen.fields["price"]["price"], seen.fields["stock"]["stock"]) == (190_000, 9)


def test_all_listings_of_a_shop_are_told_in_the_fewest_calls(shop: Shop, draft: ListingDraft, tmp_path: Path) -> None:
    connector, memory = shop.connector(), Memory()
    for number in range(104):
        memory.known.pop("item", None)
        connector.create(replace(draft, sku=f"TRA-{number:03}"), memory)
    published(shop, tea_in_packs(tmp_path))
    shop.sandbox.record_calls = True

    remotes = list(connector.shop_listings())
    names = Counter(call.path.rpartition("/")[2] for call in shop.sandbox.calls)
    shop.sandbox.calls.clear()
    listings = list(shop.connector().read_listings(remotes))
    read = Counter(call.path.rpartition("/")[2] for call in shop.sandbox.calls)

    assert (len(remotes), len(listings)) == (105, 105)
    assert names == {"get_item_list": 2, "get_item_base_info": 3}
    assert read == {"get_item_base_info": 3, "get_model_list": 1, "get_attribute_tree": 1}


def test_a_listing_is_found_by_the_sku_of_a_variant(shop: Shop, tmp_path: Path) -> None:
    draft = tea_in_packs(tmp_path)
    remote = published(shop, draft)
    assert shop.connector().find("KHAC", draft.sold_skus) is None
    shop.sandbox.seller.edit(draft.sku, item_sku="")

    found = shop.connector().find(draft.sku, draft.sold_skus)

    assert found == remote
    assert shop.connector().find("KHAC", ("KHAC-1",)) is None


def test_new_variants_come_with_their_price_and_stock(shop: Shop, draft: ListingDraft, tmp_path: Path) -> None:
    remote = published(shop, draft)
    shop.sandbox.record_calls = True

    shop.connector().update(tea_in_packs(tmp_path), remote, frozenset(FieldGroup), Memory())

    names = {call.path.rpartition("/")[2] for call in shop.sandbox.calls}
    assert "init_tier_variation" in names
    assert not {"update_price", "update_stock"} & names


def test_a_creation_whose_variants_are_in_but_not_remembered_goes_on(shop: Shop, tmp_path: Path) -> None:
    draft, memory = tea_in_packs(tmp_path), Memory()
    remote = published(shop, draft, memory)
    del memory.known["models"]

    assert published(shop, draft, memory) == remote


def test_a_listing_made_off_sale_stays_so_after_its_review(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    made = shop.connector().create(replace(draft, visible=False), Memory())
    assert made.ticket is not None
    shop.now += timedelta(minutes=11)

    result = next(iter(shop.connector().check_tickets({draft.sku: made.ticket})))

    assert result.remote is not None
    assert (result.outcome, result.remote.visible) == (Outcome.LIVE, False)
