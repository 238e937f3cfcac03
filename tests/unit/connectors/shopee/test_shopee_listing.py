"""Drafts as items, and what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.shopee import facts
from connectors.shopee.carriers import to_logistic_info
from connectors.shopee.checks import SAMPLE_LIMITS, find_problems, only_of
from connectors.shopee.listing import to_changed_content, to_content, to_new_item
from connectors.shopee.wire_items import GtinLimit, ItemLimits, LogisticsChannel, Range
from ocop_market.model.listing import FieldGroup, ListingDraft
from ocop_market.model.product import Picture


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    picture = tmp_path / "trà.jpg"
    picture.write_bytes(b"jpeg")
    return ListingDraft(
        sku="OCOP-1", title="Trà Shan tuyết cổ thụ", description="Trà xanh hái tay, sao chảo gang.", category="900101",
        price=120_000, stock=40, weight_g=350, pictures=(Picture(path=str(picture)),))


def codes(draft: ListingDraft, limits: ItemLimits = SAMPLE_LIMITS) -> list[str]:
    found = find_problems(draft, limits)
    assert all("OCOP-1" in problem.sentence("en") or problem.field == "sku" for problem in found)
    return [problem.code for problem in found]


def test_a_good_draft_has_no_problem(draft: ListingDraft) -> None:
    assert codes(draft) == []


@pytest.mark.parametrize(("change", "code"), [
    ({"title": "Trà"}, "title-too-short"), ({"title": "à" * 101}, "title-too-long"),
    ({"description": "Trà"}, "description-too-short"), ({"description": "à" * 2001}, "description-too-long"),
    ({"description": "#trà " * 19}, "too-many-hashtags"), ({"sku": "OCOP-1" + "9" * 100}, "sku-too-long"),
    ({"category": ""}, "category-missing"), ({"price": 0}, "price-too-low"),
    ({"stock": 10_000_001}, "stock-too-high"), ({"weight_g": 0}, "weight-missing"), ({"parcel_cm": (1, 0, 1)}, "parcel-missing"),
    ({"gtin": "12345"}, "gtin-malformed"), ({"gtin": "8938500000017"}, "gtin-malformed"), ({"pictures": ()}, "picture-missing"),
    ({"pictures": (Picture(url="https://ocop.example.vn/a.jpg"),)}, "picture-only-link"),
    ({"pictures": (Picture(path="nowhere.jpg"),)}, "picture-not-found"),
])
def test_what_shopee_would_refuse_is_found_without_it(draft: ListingDraft, change: dict[str, Any], code: str) -> None:
    assert codes(replace(draft, **change)) == [code]


@pytest.mark.parametrize("gtin", ["8938500000010", "96385074", "036000291452"])
def test_a_good_barcode_passes(draft: ListingDraft, gtin: str) -> None:
    assert codes(replace(draft, gtin=gtin)) == []


def test_the_longest_title_passes(draft: ListingDraft) -> None:
    assert codes(replace(draft, title="à" * 100)) == []


def test_too_many_pictures_are_counted_not_dropped(draft: ListingDraft) -> None:
    assert codes(replace(draft, pictures=draft.pictures * 10)) == ["too-many-pictures"]


def test_a_picture_of_another_kind_is_refused(draft: ListingDraft, tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"gif")

    assert codes(replace(draft, pictures=(Picture(path=str(tmp_path / "a.gif")),))) == ["picture-kind"]


def test_a_picture_above_ten_megabytes_is_refused(draft: ListingDraft, tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as file:
        file.truncate(facts.IMAGE_BYTES + 1)

    assert codes(replace(draft, pictures=(Picture(path=str(tmp_path / "big.png")),))) == ["picture-too-large"]


def test_a_category_may_want_a_barcode(draft: ListingDraft) -> None:
    strict = SAMPLE_LIMITS.model_copy(update={"gtin_limit": GtinLimit(gtin_validation_rule="Mandatory")})

    assert codes(draft, strict) == ["gtin-missing"]


def test_no_dear_product_is_refused_by_another_markets_sample(draft: ListingDraft) -> None:
    dear = replace(draft, price=45_000_000)
    here = SAMPLE_LIMITS.model_copy(update={"price_limit": Range(min_limit=Decimal(1000), max_limit=Decimal(40_000_000))})

    assert codes(dear) == []
    assert codes(dear, here) == ["price-too-high"]


def test_a_categorys_own_limits_count(draft: ListingDraft) -> None:
    short = SAMPLE_LIMITS.model_copy(update={"item_name_length_limit": Range(min_limit=Decimal(1), max_limit=Decimal(10))})

    assert codes(draft, short) == ["title-too-long"]


def test_a_change_of_price_is_not_stopped_by_a_lost_picture(draft: ListingDraft) -> None:
    problems = find_problems(replace(draft, pictures=(Picture(path="nowhere.jpg"),), price=0), SAMPLE_LIMITS)

    assert [p.code for p in only_of(frozenset({FieldGroup.PRICE}), problems)] == ["price-too-low"]


def test_the_new_items_body_is_whole(draft: ListingDraft) -> None:
    carrier = {"logistic_id": 50099, "enabled": True}
    content = to_content(draft, [{"attribute_id": 1}], (0, "No Brand"))

    assert to_new_item(draft, content, ["img-1"], [carrier]) == {
        "item_name": "Trà Shan tuyết cổ thụ", "description": "Trà xanh hái tay, sao chảo gang.", "item_sku": "OCOP-1",
        "category_id": 900101, "attribute_list": [{"attribute_id": 1}],
        "brand": {"brand_id": 0, "original_brand_name": "No Brand"}, "weight": 0.35,
        "dimension": {"package_length": 20, "package_width": 15, "package_height": 10}, "original_price": 120_000,
        "seller_stock": [{"stock": 40}], "image": {"image_id_list": ["img-1"]}, "condition": "NEW", "item_status": "NORMAL",
        "logistic_info": [{"logistic_id": 50099, "enabled": True}],
    }


def test_a_hidden_draft_with_a_barcode_and_fields_of_its_own(draft: ListingDraft) -> None:
    hidden = replace(draft, visible=False, gtin="8938500000010", channel_extra={"condition": "USED"})

    body = to_new_item(hidden, to_content(hidden, [], (0, "No Brand")), [], [])

    assert (body["item_status"], body["gtin_code"], body["condition"]) == ("UNLIST", "8938500000010", "USED")


def test_a_barcode_taken_away_is_declared_as_none(draft: ListingDraft) -> None:
    assert to_changed_content(draft, {})["gtin_code"] == "00"


@pytest.mark.parametrize(("carrier", "fits"), [
    ({}, True), ({"fee_type": "SIZE_SELECTION"}, False), ({"fee_type": "CUSTOM_PRICE"}, False),
    ({"weight_limit": {"item_min_weight": 0, "item_max_weight": 0}}, True),
    ({"weight_limit": {"item_min_weight": 0, "item_max_weight": 0.35}}, True),
    ({"weight_limit": {"item_min_weight": 0, "item_max_weight": 0.3}}, False),
    ({"weight_limit": {"item_min_weight": 1, "item_max_weight": 0}}, False),
    ({"item_max_dimension": {"length": 10, "width": 20, "height": 15, "unit": "cm"}}, True),
    ({"item_max_dimension": {"length": 10, "width": 19, "height": 15, "unit": "cm"}}, False),
    ({"item_max_dimension": {"length": 0, "width": 0, "height": 0, "dimension_sum": 44}}, False),
])
def test_carriers_must_take_the_parcel(draft: ListingDraft, carrier: dict[str, Any], fits: bool) -> None:
    channel = LogisticsChannel.model_validate({"logistics_channel_id": 50099, "enabled": True, **carrier})

    assert bool(to_logistic_info(draft, [channel])) is fits
