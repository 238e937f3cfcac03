"""Listings with variants on the practice Shopee: one whole listing whatever dies, and read back as it was wanted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from shopee_shop import DiesError, Memory, Shop, items_of, published, tea, tea_in_packs

from ocop_market.errors import Refused
from ocop_market.model.change import Change, ChangeKind, LiveListing, Outcome, RemoteListing, Result
from ocop_market.model.listing import OFFER, FieldGroup, ListingDraft, VariantDraft, picture_name
from ocop_market.model.product import Picture

EVERY = frozenset(FieldGroup)
VARIANTS = frozenset({FieldGroup.VARIANTS})


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    opened = Shop(path=tmp_path / "shopee.db")
    yield opened
    opened.sandbox.close()


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    return tea_in_packs(tmp_path)


def live(shop: Shop, remote: RemoteListing) -> LiveListing:
    return next(iter(shop.connector().read_listings([remote])))


def differences(shop: Shop, draft: ListingDraft, remote: RemoteListing, memory: Memory) -> dict[str, Any]:
    """Where the live listing is not as wanted: by field, what is there; pictures by the ids that they were uploaded under."""
    fields, found = live(shop, remote).fields, {}
    for group, values in draft.groups().items():
        for name, wanted in values.items():
            if name in fields.get(group, {}) and uploaded(wanted, draft, memory) != fields[group][name]:
                found[f"{group}.{name}"] = fields[group][name]
    return found


def uploaded(wanted: Any, draft: ListingDraft, memory: Memory) -> Any:
    """What a draft says of pictures, in image ids."""
    ids = {picture_name(picture): memory.known.get(key(picture)) for picture in pictures_of(draft)}
    if isinstance(wanted, list):
        return [uploaded(value, draft, memory) for value in wanted]
    if isinstance(wanted, dict):
        return {name: uploaded(value, draft, memory) for name, value in wanted.items()}
    return ids.get(wanted, wanted) if isinstance(wanted, str) else wanted


def pictures_of(draft: ListingDraft) -> list[Picture]:
    return [*draft.pictures, *(variant.picture for variant in draft.variants if variant.picture)]


def key(picture: Picture) -> str:
    return f"picture:{hashlib.sha256(Path(picture.path).read_bytes()).hexdigest()}"


def changed(draft: ListingDraft, sku: str, **values: Any) -> ListingDraft:
    """The draft with one variant changed."""
    return replace(draft, variants=tuple(replace(v, **values) if v.sku == sku else v for v in draft.variants))


def calls_of(shop: Shop) -> Counter[str]:
    return Counter(call.path.rpartition("/")[2] for call in shop.sandbox.calls)


# --- making


def test_a_listing_with_variants_is_as_it_was_wanted(shop: Shop, draft: ListingDraft) -> None:
    memory = Memory()
    remote = published(shop, draft, memory)

    assert differences(shop, draft, remote, memory) == {}
    assert remote == shop.connector().find(draft.sku) == live(shop, remote).remote
    assert set(remote.data["variants"]) == {"OCOP-TRA-1-1", "OCOP-TRA-1-2", "OCOP-TRA-1-3"}
    assert remote.visible is True


def test_the_listing_is_not_on_sale_before_its_variants_are_in(shop: Shop, draft: ListingDraft) -> None:
    shop.sandbox.record_calls = True
    published(shop, draft)

    names = [call.path.rpartition("/")[2] for call in shop.sandbox.calls if call.method == "POST"]
    assert names == ["upload_image"] * 5 + ["add_item", "init_tier_variation", "unlist_item"]


def test_a_new_item_is_given_the_time_that_it_needs(tmp_path: Path, draft: ListingDraft) -> None:
    shop = Shop(settling=5)

    assert published(shop, draft).visible is True
    assert shop.waits == [5.0]


def engine(shop: Shop, draft: ListingDraft, memory: Memory) -> Result:
    """What the publishing engine does with a create that was begun: looks first, then brings what is there to what is wanted."""
    connector = shop.connector()
    found = connector.find(draft.sku, draft.sold_skus)
    if found is not None:
        return connector.update(draft, found, EVERY, memory)
    return connector.create(draft, memory)


def calls_to_create(tmp_path: Path, draft: ListingDraft) -> int:
    shop = Shop()
    before = shop.line.calls
    published(shop, draft)
    return shop.line.calls - before


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
def test_a_crash_at_any_call_leads_to_one_whole_listing(tmp_path: Path, draft: ListingDraft, after_effect: bool) -> None:
    for call in range(calls_to_create(tmp_path, draft)):
        shop, memory = Shop(), Memory()
        shop.line.dies_at, shop.line.after_effect = shop.line.calls + call, after_effect
        with pytest.raises(DiesError):
            shop.connector().create(draft, memory)
        assert [record for record in shop.sandbox.shelf("items").values() if not record["unlisted"] and not record["models"]] == []

        result = engine(shop, draft, memory.next_process())

        assert (call, result.outcome, items_of(shop)) == (call, Outcome.LIVE, [draft.sku])
        assert result.remote is not None
        assert (call, differences(shop, draft, result.remote, memory)) == (call, {})


def test_a_step_that_was_done_but_not_remembered_is_not_done_twice(shop: Shop, draft: ListingDraft) -> None:
    for step in range(8):
        memory = Memory(dies_at=step, after_effect=True)
        one = replace(draft, sku=f"TRA-{step}", variants=tuple(replace(v, sku=f"{step}-{v.sku}") for v in draft.variants))
        with pytest.raises(DiesError):
            shop.connector().create(one, memory)
        assert engine(shop, one, memory.next_process()).outcome is Outcome.LIVE

    assert Counter(items_of(shop)) == {f"TRA-{step}": 1 for step in range(8)}


def test_variants_that_the_platform_refuses_leave_an_item_off_sale(draft: ListingDraft) -> None:
    hasty = Shop(settling=5)
    result = hasty.connector(variation_pause=0).create(draft, Memory())

    assert result.outcome is Outcome.REJECTED
    assert result.taken == {FieldGroup.CONTENT, FieldGroup.MEDIA}
    assert result.remote is not None
    assert live(hasty, result.remote).fields["visibility"] == {"visible": False}
    hasty.now += timedelta(seconds=5)
    assert engine(hasty, draft, Memory()).outcome is Outcome.LIVE
    assert items_of(hasty) == [draft.sku]


def test_a_listing_under_review_goes_on_sale_when_that_is_over(draft: ListingDraft) -> None:
    shop = Shop(reviewing=True)
    made = shop.connector().create(draft, Memory())
    assert made.outcome is Outcome.PENDING
    assert made.ticket is not None
    first = next(iter(shop.connector().check_tickets({draft.sku: made.ticket})))
    shop.now += timedelta(minutes=11)

    second = next(iter(shop.connector().check_tickets({draft.sku: made.ticket})))

    assert (first, second.outcome) == (Result(draft.sku, Outcome.PENDING), Outcome.LIVE)
    assert second.remote is not None
    assert live(shop, second.remote).remote == second.remote
    assert second.remote.visible is True


# --- variants change


def two_tiers(draft: ListingDraft) -> ListingDraft:
    variants = tuple(VariantDraft(f"T-{size}-{wrap}", (size, wrap), 100_000, 5, 200) for size in ("100 g", "200 g")
                     for wrap in ("Túi", "Hộp"))
    return replace(draft, options=("Quy cách", "Bao bì"), variants=variants, price=100_000, stock=20)


def with_one_more(draft: ListingDraft) -> ListingDraft:
    new = VariantDraft("OCOP-TRA-1-4", ("500 g",), 300_000, 4, 600, picture=draft.variants[0].picture)
    return replace(draft, variants=(draft.variants[0], new, *draft.variants[1:]), stock=64)


CHANGES = {
    "one more in the middle": (with_one_more, ["update_tier_variation", "add_model"]),
    "one less": (lambda d: replace(d, variants=d.variants[1:], price=185_000, stock=50), ["update_tier_variation"]),
    "another weight and barcode": (lambda d: changed(d, "OCOP-TRA-1-2", weight_g=777, gtin="8934567890120"), ["update_model"]),
    "another SKU": (lambda d: replace(d, variants=(replace(d.variants[0], sku="MOI"), *d.variants[1:])), ["update_model"]),
    "another word for a value": (lambda d: changed(d, "OCOP-TRA-1-3", values=("Hộp Tết",)), ["update_tier_variation"]),
    "another order": (lambda d: replace(d, variants=d.variants[::-1]), ["update_tier_variation"]),
    "no pictures": (lambda d: replace(d, variants=tuple(replace(v, picture=None) for v in d.variants)), ["update_tier_variation"]),
    "two options": (two_tiers, ["init_tier_variation"]),
    "nothing": (lambda d: d, []),
}


@pytest.mark.parametrize("name", CHANGES)
def test_variants_are_changed_in_the_fewest_calls(shop: Shop, draft: ListingDraft, name: str) -> None:
    memory, (change, expected) = Memory(), CHANGES[name]
    remote, wanted = published(shop, draft, memory), change(draft)
    shop.sandbox.record_calls = True

    result = shop.connector().update(wanted, remote, VARIANTS, memory)

    names = [call.path.rpartition("/")[2] for call in shop.sandbox.calls]
    assert (result.outcome, names) == (Outcome.LIVE, ["get_model_list", *expected])
    assert result.remote is not None
    assert differences(shop, wanted, result.remote, memory) == {}
    assert result.remote.data == live(shop, result.remote).remote.data


def test_one_of_many_places_is_deleted_alone(shop: Shop, draft: ListingDraft) -> None:
    whole = two_tiers(draft)
    remote = published(shop, whole)
    shop.sandbox.record_calls = True

    shop.connector().update(replace(whole, variants=whole.variants[:3], stock=15), remote, VARIANTS, Memory())

    assert calls_of(shop) == {"get_model_list": 1, "delete_model": 1}


def test_a_listing_without_variants_gets_some(shop: Shop, draft: ListingDraft, tmp_path: Path) -> None:
    memory = Memory()
    remote = published(shop, tea(tmp_path), memory)

    result = shop.connector().update(draft, remote, EVERY, memory)

    assert result.remote is not None
    assert differences(shop, draft, result.remote, memory) == {}
    assert items_of(shop) == [draft.sku]


def test_variants_that_nobody_wants_any_more_are_told_and_the_rest_goes_on(shop: Shop, draft: ListingDraft, tmp_path: Path) -> None:
    remote = published(shop, draft)
    single = replace(tea(tmp_path), title="Trà Shan tuyết đổi tên")

    result = shop.connector().update(single, remote, frozenset({FieldGroup.VARIANTS, FieldGroup.CONTENT}), Memory())

    assert [problem.code for problem in result.problems] == ["variants-cannot-go"]
    assert result.taken == {FieldGroup.CONTENT}
    assert live(shop, remote).fields["content"]["title"] == single.title


def test_a_listing_keeps_one_of_its_variants(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    strangers = replace(draft, variants=(VariantDraft("X", ("Khác",), 99_000, 1, 100),))

    with pytest.raises(Refused) as caught:
        shop.connector().update(strangers, remote, VARIANTS, Memory())

    assert [problem.code for problem in caught.value.problems] == ["variants-all-new"]


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("change", [with_one_more, two_tiers], ids=["one more", "two options"])
def test_a_crash_at_any_call_of_a_change_is_made_good(draft: ListingDraft, change: Any, after_effect: bool) -> None:
    wanted, call = change(draft), 0
    while True:
        shop, memory = Shop(), Memory()
        remote = published(shop, draft, memory)
        shop.line.dies_at, shop.line.after_effect = shop.line.calls + call, after_effect
        try:
            shop.connector().update(wanted, remote, EVERY, memory)
        except DiesError:
            pass
        else:
            break
        result = shop.connector().update(wanted, remote, EVERY, memory.next_process())
        assert (call, result.outcome) == (call, Outcome.LIVE)
        assert (call, differences(shop, wanted, remote, memory)) == (call, {})
        call += 1
    assert call > 5


# --- offers


def test_all_variants_get_price_and_stock_in_two_calls(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    wanted = replace(draft, price=90_000, stock=3, variants=tuple(replace(v, price=90_000 * n, stock=1)
                                                                   for n, v in enumerate(draft.variants, start=1)))
    shop.sandbox.record_calls = True

    shop.connector().update(wanted, remote, frozenset({FieldGroup.PRICE, FieldGroup.STOCK}), Memory())

    assert calls_of(shop) == {"update_price": 1, "update_stock": 1}
    assert live(shop, remote).fields["price"]["variant_prices"] == {v.sku: v.price for v in wanted.variants}


def test_content_and_pictures_go_in_one_call(shop: Shop, draft: ListingDraft) -> None:
    memory, connector = Memory(), shop.connector()
    made = connector.create(draft, memory)
    assert made.remote is not None
    shop.sandbox.record_calls = True

    connector.update(replace(draft, title="Trà Shan tuyết tên mới", pictures=draft.pictures[:1]), made.remote,
                     frozenset({FieldGroup.CONTENT, FieldGroup.MEDIA}), memory)

    assert calls_of(shop) == {"update_item": 1}


def offers(drafts: Sequence[ListingDraft], remotes: Sequence[RemoteListing], groups: frozenset[FieldGroup]) -> list[Change]:
    return [Change(ChangeKind.UPDATE, draft.sku, draft, remote, groups) for draft, remote in zip(drafts, remotes, strict=True)]


def many(shop: Shop, tmp_path: Path, count: int) -> tuple[list[ListingDraft], list[RemoteListing]]:
    memory, connector = Memory(), shop.connector()
    drafts = [replace(tea(tmp_path), sku=f"TRA-{number:03}") for number in range(count)]
    made = []
    for draft in drafts:
        memory.known.pop("item", None)
        made.append(connector.create(draft, memory).remote)
    return drafts, [remote for remote in made if remote is not None]


def test_sixty_listings_go_off_sale_in_two_calls(shop: Shop, tmp_path: Path) -> None:
    drafts, remotes = many(shop, tmp_path, 60)
    hidden = [replace(draft, visible=False) for draft in drafts]
    shop.sandbox.record_calls = True

    results = list(shop.connector().apply(offers(hidden, remotes, frozenset({FieldGroup.VISIBILITY})), lambda _: Memory()))

    assert calls_of(shop) == {"unlist_item": 2}
    assert {result.outcome for result in results} == {Outcome.LIVE}
    assert [listing.fields["visibility"]["visible"] for listing in shop.connector().read_listings(remotes)] == [False] * 60


def test_one_item_that_fails_does_not_hold_up_the_others(shop: Shop, tmp_path: Path) -> None:
    drafts, remotes = many(shop, tmp_path, 4)
    shop.sandbox.seller.join_promotion("TRA-001")
    shop.sandbox.seller.delete("TRA-002")
    hidden = [replace(draft, visible=False, stock=draft.stock - 1) for draft in drafts]

    results = {r.sku: r for r in shop.connector().apply(offers(hidden, remotes, OFFER - {FieldGroup.PRICE}), lambda _: Memory())}

    assert {sku: result.outcome for sku, result in results.items()} == {
        "TRA-000": Outcome.LIVE, "TRA-001": Outcome.REJECTED, "TRA-002": Outcome.REJECTED, "TRA-003": Outcome.LIVE}
    assert [problem.code for problem in results["TRA-001"].problems] == ["in-promotion"]
    assert results["TRA-001"].taken == {FieldGroup.STOCK}
    assert [problem.code for problem in results["TRA-002"].problems] == ["listing-under-review", "listing-gone"]


def test_a_promotion_locks_prices_and_holds_stock_in_a_sentence(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    shop.sandbox.seller.join_promotion("OCOP-TRA-1-2", reserved=15)
    assert live(shop, remote).reserved == {"OCOP-TRA-1-2": 15}
    wanted = changed(changed(draft, "OCOP-TRA-1-2", stock=3, price=180_000), "OCOP-TRA-1-1", stock=2)

    with pytest.raises(Refused) as caught:
        shop.connector().update(wanted, remote, frozenset({FieldGroup.PRICE, FieldGroup.STOCK}), Memory())

    problems = {problem.code: problem for problem in caught.value.problems}
    assert set(problems) == {"in-promotion", "stock-reserved"}
    assert "OCOP-TRA-1-2" in problems["stock-reserved"].sentence("en")
    assert live(shop, remote).fields["stock"]["variant_stock"] == {"OCOP-TRA-1-1": 2, "OCOP-TRA-1-2": 20, "OCOP-TRA-1-3": 30}
    shop.sandbox.seller.leave_promotion("OCOP-TRA-1-2")
    assert shop.connector().update(wanted, remote, OFFER, Memory()).outcome is Outcome.LIVE


def test_a_model_made_anew_by_the_seller_is_found_again(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    stale = replace(remote, data={"variants": dict.fromkeys(remote.data["variants"], 7)})

    result = shop.connector().update(changed(draft, "OCOP-TRA-1-1", stock=1), stale, frozenset({FieldGroup.STOCK}), Memory())

    assert result.remote == remote
    assert live(shop, remote).fields["stock"]["variant_stock"]["OCOP-TRA-1-1"] == 1


def test_a_variant_that_the_seller_deleted_is_told_and_put_back(shop: Shop, draft: ListingDraft) -> None:
    remote = published(shop, draft)
    shop.sandbox.seller.delete_model("OCOP-TRA-1-3")

    with pytest.raises(Refused) as caught:
        shop.connector().update(draft, remote, frozenset({FieldGroup.STOCK}), Memory())
    result = shop.connector().update(draft, remote, VARIANTS | {FieldGroup.STOCK}, Memory())

    assert [problem.code for problem in caught.value.problems] == ["variant-not-there"]
    assert result.outcome is Outcome.LIVE
    assert live(shop, remote).fields["stock"]["stock"] == 60
