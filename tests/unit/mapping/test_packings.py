"""Listings of products in several packings, with parcels, days and wholesale prices; what a channel cannot carry is named."""

from dataclasses import replace

import pytest

from ocop_market.catalog.ocop_checks import findings, withheld_because
from ocop_market.mapping.channel_map import ChannelMap
from ocop_market.mapping.draft import draft_listing
from ocop_market.model.listing import VariantDraft
from ocop_market.model.product import Variant, WholesalePrice
from ocop_market.model.stock import Offer
from ocop_market.settings import PublishingSettings

from .shelf import PROFILE, TEA, TODAY

PACKED = replace(TEA, price=None, stock=None, weight_g=None, options=("Khối lượng", "Hộp"), variants=(
    Variant("OC-1-S", ("500 g", "túi"), 90_000, 7, 500, "8934567890128"), Variant("OC-1-L", ("1 kg", "hộp quà"), 170_000, 4, 1000)))
STEPS = tuple(WholesalePrice(count, 1_000 * (100 - count)) for count in (10, 20, 50))


def draft(product, profile=PROFILE, **other):
    made, problems = draft_listing(product, category="1", attributes=[], profile=profile, day=TODAY, **other)
    assert not problems
    return made


def told(product, **profile):
    found = findings(product, replace(PROFILE, **profile), PublishingSettings(), TODAY, practice=False)
    return {one.problem.code: one.withholds for one in found if one.problem.field in ("variants", "wholesale")}


def test_a_listing_with_packings_carries_each_with_its_own_offer_and_parcel():
    made = draft(PACKED)
    assert made.options == ("Khối lượng", "Hộp")
    assert made.variants == (VariantDraft("OC-1-S", ("500 g", "túi"), 90_000, 7, 650, "8934567890128"),
                             VariantDraft("OC-1-L", ("1 kg", "hộp quà"), 170_000, 4, 1150))
    assert (made.price, made.stock, made.weight_g, made.sold_skus) == (90_000, 11, 1150, ("OC-1-S", "OC-1-L"))


def test_each_packing_has_the_offer_of_its_own_sku():
    offers = {"OC-1-S": Offer("OC-1-S", "shop", 95_000, 3), "OC-1-L": Offer("OC-1-L", "shop", 175_000, 2)}
    made = draft(PACKED, offer=offers.__getitem__)
    assert [(variant.price, variant.stock) for variant in made.variants] == [(95_000, 3), (175_000, 2)]
    assert (made.price, made.stock) == (95_000, 5)


@pytest.mark.parametrize(("variant", "code"), [
    ({"price": None}, "no-price"), ({"stock": None}, "no-stock"), ({"weight_g": None}, "no-weight")])
def test_a_packing_that_lacks_something_keeps_the_product_back(variant, code):
    policy = PublishingSettings()
    assert withheld_because(PACKED, PROFILE, policy, TODAY, practice=False) == []
    lacking = replace(PACKED, variants=(PACKED.variants[0], replace(PACKED.variants[1], **variant)))
    assert [p.code for p in withheld_because(lacking, PROFILE, policy, TODAY, practice=False)] == [code]


@pytest.mark.parametrize(("profile", "code"), [
    ({}, {}), ({"option_limit": 0}, {"variants-not-carried": True}), ({"option_limit": 1}, {"options-too-many": True}),
    ({"variant_limit": 1}, {"variants-too-many": True}), ({"variant_limit": 0}, {})])
def test_packings_that_a_channel_cannot_carry_are_named(profile, code):
    assert told(PACKED, **profile) == code
    assert told(TEA, **profile) == {}


@pytest.mark.parametrize(("steps", "kept", "code"), [
    (0, 0, {"wholesale-not-carried": False}), (2, 2, {"wholesale-too-many": False}), (3, 3, {}), (9, 3, {})])
def test_wholesale_prices_that_a_channel_cannot_carry_are_left_out_with_a_remark(steps, kept, code):
    product = replace(TEA, wholesale=STEPS)
    assert draft(product, replace(PROFILE, wholesale_steps=steps)).wholesale == STEPS[:kept]
    assert told(product, wholesale_steps=steps) == code


@pytest.mark.parametrize(("known", "text", "parcel", "days", "weight"), [
    ({}, "", (20, 15, 10), None, 350), ({"parcel_cm": (9, 8, 7), "days_to_ship": 1}, "", (9, 8, 7), 1, 350),
    ({}, "[parcel]\nsize_cm = [30, 20, 5]\ndays_to_ship = 2\npacking_g = 80\n", (30, 20, 5), 2, 280),
    ({}, "[parcel]\ndays_to_ship = 2\n[sets.11.parcel]\ndays_to_ship = 0\n", (20, 15, 10), 0, 350),
    ({"parcel_cm": (9, 8, 7), "days_to_ship": 1}, "[sets.11.parcel]\nsize_cm = [30, 20, 5]\ndays_to_ship = 4\n", (9, 8, 7), 1, 350),
    ({"parcel_cm": (9, 8, 7), "days_to_ship": 1}, '[skus."OC-1".parcel]\nsize_cm = [30, 20, 5]\ndays_to_ship = 4\npacking_g = 0\n',
     (30, 20, 5), 4, 200)])
def test_parcel_and_days_are_the_sku_s_then_the_product_s_then_the_usual_ones(tmp_path, known, text, parcel, days, weight):
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    product = replace(TEA, **known)
    made = draft(product, mapped=ChannelMap(tmp_path / "m.toml").mapped(product))
    assert (made.parcel_cm, made.days_to_ship, made.weight_g) == (parcel, days, weight)


def test_extra_of_the_map_reaches_the_draft_and_its_comparison(tmp_path):
    (tmp_path / "m.toml").write_text('[sets.11.extra]\nmeta = { vat = 8 }\n[skus."OC-1".extra.meta]\nlabel = "mới"\n', encoding="utf-8")
    made = draft(TEA, mapped=ChannelMap(tmp_path / "m.toml").mapped(TEA))
    assert made.channel_extra == {"meta": {"vat": 8, "label": "mới"}}
    assert made.groups()["content"]["channel_extra"] == made.channel_extra
