"""Fixtures of the Shopee tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted_shopee import Shop, ok, open_shop

from connectors.shopee import facts
from ocop_market.model.listing import ListingDraft
from ocop_market.model.product import Picture


@pytest.fixture
def shop() -> Shop:
    """A scripted Shopee with the usual settings."""
    return open_shop()


@pytest.fixture
def draft(tmp_path: Path) -> ListingDraft:
    """A listing with two pictures, right by the data of `stocked`."""
    (tmp_path / "a.jpg").write_bytes(b"picture a")
    (tmp_path / "b.png").write_bytes(b"picture b")
    return ListingDraft(
        sku="OCOP-1", title="Trà Shan tuyết cổ thụ", description="Trà xanh hái tay, sao chảo gang.", category="900101",
        price=120_000, stock=40, weight_g=350, attributes={"100": "500 g"},
        pictures=(Picture(path=str(tmp_path / "a.jpg")), Picture(path=str(tmp_path / "b.png"))))


@pytest.fixture
def stocked() -> Shop:
    """A shop whose catalogue data and writes answer well."""
    shop = open_shop()
    weight = {"attribute_id": 100, "name": "Net weight", "mandatory": True, "attribute_value_list": None,
              "attribute_info": {"input_type": 3, "format_type": 2, "attribute_unit_list": ["g", "kg"]}}
    on = shop.platform.on
    on(facts.GET_ITEM_LIMIT, ok({"item_name_length_limit": {"min_limit": 10, "max_limit": 120}}))
    on(facts.GET_ATTRIBUTE_TREE, ok({"list": [{"category_id": 900101, "attribute_tree": [weight]}]}))
    on(facts.GET_CHANNEL_LIST, ok({"logistics_channel_list": [
        {"logistics_channel_id": 50099, "enabled": True, "mask_channel_id": 0, "fee_type": "SIZE_INPUT"},
        {"logistics_channel_id": 50098, "enabled": True, "mask_channel_id": 5199},
        {"logistics_channel_id": 50097, "enabled": False}]}))
    on(facts.UPLOAD_IMAGE, *(ok({"image_info": {"image_id": f"img-{n}"}}) for n in range(1, 5)))
    on(facts.ADD_ITEM, ok({"item_id": 880011, "item_status": "NORMAL"}))
    on(facts.UPDATE_ITEM, ok({"item_id": 880011, "item_status": "NORMAL"}))
    for path in (facts.UPDATE_PRICE, facts.UPDATE_STOCK, facts.UNLIST_ITEM):
        on(path, ok({"success_list": [], "failure_list": []}))
    return shop
