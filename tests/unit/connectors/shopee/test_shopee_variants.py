"""Variants of drafts: what Shopee would refuse of them, and the steps from what is there to what is wanted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.shopee import listing
from connectors.shopee.carriers import to_logistic_info
from connectors.shopee.checks import SAMPLE_LIMITS, find_problems, group_of
from connectors.shopee.live import to_live
from connectors.shopee.variants import VariantSteps, places_of, steps_between, tiers_of, to_models, to_tiers, values_at
from connectors.shopee.wire_items import ChannelSize, DaysToShipLimit, ItemLimits, LogisticsChannel, Range
from connectors.shopee.wire_listing import Item, Model, ModelsResponse, Option, Tier
from ocop_market.model.listing import FieldGroup, ListingDraft, VariantDraft
from ocop_market.model.product import Picture, WholesalePrice


def variant(number: int, *values: str, price: int = 100_000, **more: Any) -> VariantDraft:
    return VariantDraft(f"V-{number}", values, price, 5, 200, **more)


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    picture = tmp_path / "trà.jpg"
    picture.write_bytes(b"jpeg")
    return ListingDraft(
        sku="OCOP-1", title="Trà Shan tuyết cổ thụ", description="Trà xanh hái tay, sao chảo gang.", category="900101",
        price=100_000, stock=10, weight_g=350, pictures=(Picture(path=str(picture)),), options=("Quy cách",),
        variants=(variant(1, "100 g"), variant(2, "200 g", price=185_000)))


def with_models(draft: ListingDraft) -> ModelsResponse:
    """What Shopee shows of a draft whose variants are in, numbered from 1."""
    tiers = tuple(Tier(variation_name=tier.name, variation_option_list=tuple(Option(variation_option_name=value)
                                                                             for value in tier.values)) for tier in tiers_of(draft))
    places = places_of(draft)
    return ModelsResponse(standardise_tier_variation=tiers, model=tuple(
        Model(model_id=number, tier_index=places[v.sku], model_sku=v.sku, weight=str(Decimal(v.weight_g) / 1000), gtin_code=v.gtin)
        for number, v in enumerate(draft.variants, start=1)))


WHOLESALE = (WholesalePrice(5, 90_000),)


@pytest.mark.parametrize(("change", "code", "group"), [
    ({"options": ("A", "B", "C"), "variants": (variant(1, "a", "b", "c"),)}, "too-many-options", FieldGroup.VARIANTS),
    ({"variants": tuple(variant(n, f"{n % 18}", f"{n // 18}") for n in range(51)), "options": ("A", "B")}, "too-many-variants",
     FieldGroup.VARIANTS),
    ({"variants": tuple(variant(n, f"{n}") for n in range(21))}, "too-many-values", FieldGroup.VARIANTS),
    ({"options": ("Q" * 15,)}, "option-too-long", FieldGroup.VARIANTS),
    ({"variants": (variant(1, "g" * 21),)}, "value-too-long", FieldGroup.VARIANTS),
    ({"variants": (variant(1, "a"), variant(2, "a"))}, "variants-alike", FieldGroup.VARIANTS),
    ({"options": ("A", "A"), "variants": (variant(1, "a", "b"),)}, "variants-alike", FieldGroup.VARIANTS),
    ({"variants": (variant(1, "a"), variant(2, "b", price=500_001))}, "price-spread", FieldGroup.PRICE),
    ({"variants": (variant(1, "a", gtin="12345"),)}, "gtin-malformed", FieldGroup.VARIANTS),
    ({"variants": (replace(variant(1, "a"), weight_g=0),)}, "weight-missing", FieldGroup.VARIANTS),
    ({"variants": (replace(variant(1, "a"), sku="S" * 101),)}, "sku-too-long", FieldGroup.VARIANTS),
    ({"variants": (replace(variant(1, "a"), stock=10_000_001),)}, "stock-too-high", FieldGroup.STOCK),
    ({"wholesale": WHOLESALE}, "wholesale-with-variants", FieldGroup.PRICE),
    ({"variants": (), "options": (), "wholesale": (WholesalePrice(1, 90_000),)}, "wholesale-first", FieldGroup.PRICE),
    ({"variants": (), "options": (), "wholesale": (WholesalePrice(5, 100_000),)}, "wholesale-too-high", FieldGroup.PRICE),
    ({"variants": (), "options": (), "wholesale": (WholesalePrice(5, 29_999),)}, "wholesale-too-low", FieldGroup.PRICE),
    ({"variants": (), "options": (), "wholesale": tuple(WholesalePrice(n, 90_000) for n in range(2, 8))}, "wholesale-too-many",
     FieldGroup.PRICE),
])
def test_what_shopee_would_refuse_is_found_in_its_group(draft: ListingDraft, change: dict[str, Any], code: str,
                                                        group: FieldGroup) -> None:
    problems = find_problems(replace(draft, **change), SAMPLE_LIMITS)

    assert [(problem.code, group_of(problem)) for problem in problems] == [(code, group)]
    assert problems[0].sentence("en")


@pytest.mark.parametrize("change", [
    {}, {"variants": (variant(1, "a"), variant(2, "b", price=500_000))},
    {"variants": tuple(variant(n, f"{n % 17}", f"{n // 17}") for n in range(50)), "options": ("Q" * 14, "B")},
    {"variants": (variant(1, "a"), variant(2, "b")), "wholesale": WHOLESALE},
    {"variants": (), "options": (), "wholesale": (WholesalePrice(2, 99_999), WholesalePrice(9, 30_000))},
])
def test_what_is_just_within_the_limits_passes(draft: ListingDraft, change: dict[str, Any]) -> None:
    assert find_problems(replace(draft, **change), SAMPLE_LIMITS) == []


def test_pictures_of_options_are_all_or_none_and_one_a_value(draft: ListingDraft) -> None:
    one, two = draft.pictures[0], Picture(path=draft.pictures[0].path, digest="x")
    partly = replace(draft, variants=(variant(1, "a", picture=one), variant(2, "b")))
    differing = replace(draft, options=("A", "B"), variants=(variant(1, "a", "x", picture=one), variant(2, "a", "y", picture=two)))
    lost = replace(draft, variants=(variant(1, "a", picture=Picture(path="nowhere.jpg")),))

    assert [p.code for p in find_problems(partly, SAMPLE_LIMITS)] == ["variant-pictures-partly"]
    assert [p.code for p in find_problems(differing, SAMPLE_LIMITS)] == ["variant-pictures-differ"]
    assert [p.code for p in find_problems(lost, SAMPLE_LIMITS)] == ["picture-not-found"]


@pytest.mark.parametrize(("days", "least", "most", "found"), [
    (None, 7, 15, []), (2, 7, 15, []), (1, 7, 15, []), (7, 7, 15, []), (15, 7, 15, []), (16, 7, 15, ["days-to-ship"]),
    (3, 7, 15, ["days-to-ship"]), (7, -1, -1, ["days-to-ship"]), (2, -1, -1, []),
])
def test_days_to_ship_are_the_usual_ones_or_within_the_categorys(draft: ListingDraft, days: int | None, least: int, most: int,
                                                                 found: list[str]) -> None:
    limits = DaysToShipLimit(days_to_ship_limit=Range(min_limit=Decimal(least), max_limit=Decimal(most)), non_pre_order_days_to_ship=2)

    problems = find_problems(replace(draft, days_to_ship=days), ItemLimits(dts_limit=limits))

    assert [problem.code for problem in problems] == found
    assert listing.to_pre_order(days, limits) == {"is_pre_order": (days or 0) > 2, "days_to_ship": max(days or 2, 2)}


def test_without_known_days_nothing_is_said_of_them() -> None:
    assert listing.to_pre_order(10, DaysToShipLimit()) is None


def test_wholesale_steps_leave_no_gap() -> None:
    assert [(row["min_count"], row["max_count"], row["unit_price"]) for row in listing.to_wholesale([[5, 90], [10, 80]])] == [
        (5, 9, 90), (10, 1_000_000, 80)]


@pytest.mark.parametrize(("price", "blocked"), [(90_000, True), (90_001, False), (300_000, False), (300_001, True)])
def test_old_wholesale_prices_stand_in_the_way_of_some_prices(price: int, blocked: bool) -> None:
    assert listing.in_the_way([[5, 90_000]], price) is blocked


def test_a_size_is_chosen_only_where_no_other_carrier_fits(draft: ListingDraft) -> None:
    sized = LogisticsChannel(logistics_channel_id=1, enabled=True, fee_type="SIZE_SELECTION", size_list=(
        ChannelSize(size_id=7, default_price=Decimal(9)), ChannelSize(size_id=8, default_price=Decimal(5))))
    plain = LogisticsChannel(logistics_channel_id=2, enabled=True, fee_type="SIZE_INPUT")

    assert to_logistic_info(draft, [sized, plain]) == [{"logistic_id": 2, "enabled": True}]
    assert to_logistic_info(draft, [sized]) == [{"logistic_id": 1, "enabled": True, "size_id": 8}]


@pytest.mark.parametrize(("volume", "fits"), [({"item_max_volume": 2_999}, False), ({"item_max_volume": 3_000}, True),
                                              ({"item_min_volume": 3_001}, False), ({}, True)])
def test_carriers_bound_the_volume(draft: ListingDraft, volume: dict[str, int], fits: bool) -> None:
    carrier = LogisticsChannel.model_validate({"logistics_channel_id": 1, "enabled": True, "volume_limit": volume})

    assert bool(to_logistic_info(draft, [carrier])) is fits


def test_the_heaviest_variant_decides_on_carriers(draft: ListingDraft) -> None:
    light = LogisticsChannel.model_validate({"logistics_channel_id": 1, "enabled": True, "weight_limit": {"item_max_weight": 1}})
    heavy = replace(draft, variants=(*draft.variants, replace(variant(3, "c"), weight_g=1_001)))

    assert to_logistic_info(draft, [light])
    assert to_logistic_info(heavy, [light]) == []


def test_what_is_there_needs_no_step(draft: ListingDraft) -> None:
    steps = steps_between(draft, with_models(draft), {})

    assert steps == VariantSteps(kept={"V-1": (1, (0,)), "V-2": (2, (1,))})


def test_a_picture_that_changed_reorders(draft: ListingDraft) -> None:
    assert steps_between(draft, with_models(draft), {"100 g": "img-1", "200 g": "img-2"}).reordered


SIZES, WRAPS = ("100 g", "200 g", "500 g"), ("Túi", "Hộp")
ALL = [variant(n, *values) for n, values in enumerate(product(SIZES, WRAPS))]
SOME = st.lists(st.sampled_from(ALL), min_size=1, unique_by=lambda v: v.sku)


@given(SOME, SOME)
def test_the_steps_always_lead_to_the_draft(before: list[VariantDraft], after: list[VariantDraft]) -> None:
    """The steps played on the models as the documents tell them."""
    base = ListingDraft("A", "Trà", "Trà", "1", 1, 1, 1, options=("Quy cách", "Bao bì"))
    old, new = replace(base, variants=tuple(before)), replace(base, variants=tuple(after))
    live = with_models(old)

    steps = steps_between(new, live, {})

    tiers, models = live.standardise_tier_variation, {m.model_id: (m.model_sku, m.tier_index) for m in live.model}
    if steps.reordered:
        tiers = with_models(new).standardise_tier_variation
        models = {number: (models[number][0], place) for number, place in steps.kept.values()}
    if steps.deleted:
        del models[steps.deleted]
    for row in steps.changed:
        models[row["model_id"]] = (row["model_sku"], models[row["model_id"]][1])
    for row in to_models(new, steps.added):
        assert tuple(row["tier_index"]) not in [place for _, place in models.values()]
        models[1_000 + len(models)] = (row["model_sku"], tuple(row["tier_index"]))
    shown = ModelsResponse(standardise_tier_variation=tiers, model=tuple(
        Model(model_id=number, model_sku=sku, tier_index=place) for number, (sku, place) in models.items()))
    assert {model.model_sku: values_at(shown, model.tier_index) for model in shown.model} == {v.sku: v.values for v in after}


def test_tiers_go_in_the_newer_form(draft: ListingDraft) -> None:
    assert to_tiers(draft, {"100 g": "img"}) == [{
        "variation_id": 0, "variation_group_id": 0, "variation_name": "Quy cách", "variation_option_list": [
            {"variation_option_id": 0, "variation_option_name": "100 g", "image_id": "img"},
            {"variation_option_id": 0, "variation_option_name": "200 g"}]}]


def test_an_item_with_models_reads_back_as_a_draft() -> None:
    item = Item.model_validate({
        "item_id": 5, "item_sku": "CHE", "item_status": "NORMAL", "category_id": 9, "item_name": "Chè", "description": "Ngon",
        "weight": "0.25", "has_model": True, "brand": {"brand_id": 0, "original_brand_name": "NoBrand"}, "gtin_code": "00",
        "description_type": "extended", "pre_order": {"is_pre_order": True, "days_to_ship": 9}})
    models = ModelsResponse.model_validate({
        "standardise_tier_variation": [{"variation_name": "Cỡ", "variation_option_list": [
            {"variation_option_name": "S", "image_id": "img"}, {"variation_option_name": "L"}]}],
        "model": [
            {"model_id": 2, "tier_index": [1], "model_sku": "CHE-L", "price_info": [{"original_price": 300, "current_price": 9}],
             "weight": "0.5", "stock_info_v2": {"seller_stock": [{"stock": 4}], "summary_info": {"total_reserved_stock": 3}}},
            {"model_id": 1, "tier_index": [0], "model_sku": "CHE-S", "price_info": [{"original_price": 100}], "weight": "",
             "stock_info_v2": {"seller_stock": [{"stock": 6}]}}]})

    listing_now = to_live(item, "CHE", models, (), ())

    content = listing_now.fields["content"]
    assert (content["brand"], content["gtin"], content["weight_g"], content["days_to_ship"]) == ("", "", 250, 9)
    assert "description" not in content
    assert listing_now.fields["variants"] == {"options": ["Cỡ"], "variants": [
        {"sku": "CHE-S", "values": ["S"], "weight_g": 250, "gtin": "", "picture": "img"},
        {"sku": "CHE-L", "values": ["L"], "weight_g": 500, "gtin": "", "picture": ""}]}
    assert listing_now.fields["price"] == {"price": 100, "variant_prices": {"CHE-S": 100, "CHE-L": 300}, "wholesale": []}
    assert listing_now.fields["stock"] == {"stock": 10, "variant_stock": {"CHE-S": 6, "CHE-L": 4}}
    assert listing_now.reserved == {"CHE-L": 3}
    assert listing_now.remote.data == {"variants": {"CHE-S": 1, "CHE-L": 2}}
