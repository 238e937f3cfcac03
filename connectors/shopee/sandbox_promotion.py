"""What the practice Shopee locks while an item is in a promotion. REF error codes, 2026-08; which code comes when is unverified."""

from __future__ import annotations

from connectors.shopee.sandbox_wire import Body, Refusal
from ocop_market.sandbox.shelf import Record

UNLIST = ("error_cannt_unlisted_in_promotion", "Item cannot be unlisted when item is under promotion.")
PRICE = ("error_cannt_edit_price_in_promotion", "Original_price cannot be edited when item is under promotion.")
MODEL_PRICE = ("error_cannot_update_price_in_promotion", "Price cannot be changed when model is under promotion.")
INIT_TIERS = ("error_cannt_init_tier_in_promotion", "Tier_variation cannot be changed when item is under promotion.")
CHANGE_TIERS = ("error_cannt_change_tier_variation_in_promotion", "")
DELETE_MODEL = ("error_model_remove_model_in_promotion", "")
DELETE = ("error_cannt_delete_in_promotion", "Item cannot be deleted when item is under promotion.")

_FIELDS = {
    "category_id": ("error_item_in_promotion", "item is in promotion can not set category"),
    "item_name": ("error_cannt_edit_name_in_promotion", "Item_name cannot be edited when item is under promotion.."),
    "description": ("error_cannt_edit_description_in_promotion", ""),
    "image_id_list": ("error_cannt_edit_image_in_promotion", "Image of item cannot be edited when item is under promotion.."),
    "pre_order": ("error_cannt_edit_pre_order_in_promotion", ""),
}


def locked(item: Record) -> bool:
    """Whether the item is in a promotion now."""
    return bool(item.get("promotion"))


def refuse_while_locked(item: Record, refusal: tuple[str, str]) -> None:
    """Refuses what a promotion does not allow."""
    if locked(item):
        raise Refusal(*refusal)


def check_fields(item: Record, wanted: Body) -> None:
    """Refuses changes of content that a promotion locks; the same value again is no change."""
    for name, refusal in _FIELDS.items():
        if name in wanted and wanted[name] != item.get(name):
            refuse_while_locked(item, refusal)
