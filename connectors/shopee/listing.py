"""A draft as the bodies of add_item, update_item, update_price and update_stock; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from connectors.shopee import facts
from connectors.shopee.wire_items import DaysToShipLimit
from ocop_market.model.listing import JsonObject, ListingDraft


def to_content(draft: ListingDraft, attributes: Sequence[JsonObject], brand: tuple[int, str],
               pre_order: JsonObject | None = None) -> JsonObject:
    """The content of an item: texts, category, attributes, brand, weight in kg, parcel, time to ship."""
    length, width, height = draft.parcel_cm
    content: JsonObject = {
        "item_name": draft.title, "description": draft.description, "item_sku": draft.sku,
        "category_id": int(draft.category), "attribute_list": list(attributes),
        "brand": {"brand_id": brand[0], "original_brand_name": brand[1]}, "weight": draft.weight_g / 1000,
        "dimension": {"package_length": length, "package_width": width, "package_height": height},
    }
    return {**content, "pre_order": pre_order} if pre_order else content


def to_new_item(draft: ListingDraft, content: JsonObject, image_ids: Sequence[str], carriers: Sequence[JsonObject]) -> JsonObject:
    """The body of add_item, the draft's own fields for the channel merged last.

    An item that gets variants next is made off sale, so that nobody buys it half-made.
    """
    body: JsonObject = {
        **content, "original_price": draft.price, "seller_stock": [{"stock": draft.stock}],
        "image": {"image_id_list": list(image_ids)}, "condition": "NEW", "logistic_info": list(carriers),
        "item_status": facts.ITEM_NORMAL if draft.visible and not draft.variants else facts.ITEM_UNLISTED,
    }
    if draft.gtin:
        body["gtin_code"] = draft.gtin
    if draft.wholesale:
        body["wholesale"] = to_wholesale(wholesale_steps(draft))
    return {**body, **draft.channel_extra}


def to_changed_content(draft: ListingDraft, content: JsonObject) -> JsonObject:
    """The content as update_item takes it; a barcode taken away is declared as none."""
    return {**content, "gtin_code": draft.gtin or facts.NO_GTIN, **draft.channel_extra}


def wholesale_steps(draft: ListingDraft) -> list[list[int]]:
    """From how many pieces, and the price of one."""
    return [[step.from_quantity, step.price] for step in draft.wholesale]


def to_wholesale(steps: Sequence[Sequence[int]]) -> list[JsonObject]:
    """Steps without gaps: each ends where the next begins, the last one far up. REF add_item, 2026-08."""
    return [{"min_count": first, "max_count": following[0] - 1 if following else facts.WHOLESALE_OPEN_END, "unit_price": price}
            for (first, price), following in zip_longest(steps, steps[1:])]


def in_the_way(steps: Sequence[Sequence[int]], price: int) -> bool:
    """Whether Shopee would refuse a price for wholesale prices that are there: they lie between a share of it and itself."""
    return any(not price * facts.WHOLESALE_PERCENT <= wholesale * 100 < price * 100 for _, wholesale in steps)


def to_prices(draft: ListingDraft, models: Mapping[str, int]) -> list[JsonObject]:
    """Entries of update_price: one a variant whose model is known, or the item's own."""
    if not draft.variants:
        return [{"original_price": draft.price}]
    return [{"model_id": models[v.sku], "original_price": v.price} for v in draft.variants if v.sku in models]


def to_stocks(draft: ListingDraft, models: Mapping[str, int]) -> list[JsonObject]:
    """Entries of update_stock, as in `to_prices`."""
    if not draft.variants:
        return [{"seller_stock": [{"stock": draft.stock}]}]
    return [{"model_id": models[v.sku], "seller_stock": [{"stock": v.stock}]} for v in draft.variants if v.sku in models]


def to_pre_order(days_to_ship: int | None, allowed: DaysToShipLimit) -> JsonObject | None:
    """Goods that take longer than usual are made to order; None where the category's usual time is not known."""
    usual = allowed.non_pre_order_days_to_ship
    if not usual:
        return None
    longer = days_to_ship is not None and days_to_ship > usual
    return {"is_pre_order": longer, "days_to_ship": days_to_ship if longer else usual}
