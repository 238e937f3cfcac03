"""A draft as the body of add_item and update_item, and what is wrong with it; pure but for looking at picture files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from connectors.shopee import facts
from connectors.shopee.wire_items import ChannelDimension, ItemLimits, LogisticsChannel, Range
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft
from ocop_market.model.product import Picture

TITLE_LONG = N_("The title of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
TITLE_SHORT = N_("The title of {sku} has {length} characters; Shopee wants at least {limit}. Lengthen it.")
DESCRIPTION_LONG = N_("The description of {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
DESCRIPTION_SHORT = N_("The description of {sku} has {length} characters; Shopee wants at least {limit}. Lengthen it.")
HASHTAGS = N_("The description of {sku} has {count} hashtags; Shopee takes {limit}. Remove some.")
PRICE_LOW = N_("The price of {sku} is {price} đồng; Shopee takes at least {limit}. Raise it.")
PRICE_HIGH = N_("The price of {sku} is {price} đồng; Shopee takes at most {limit}. Lower it.")
STOCK_HIGH = N_("The stock of {sku} is {stock}; Shopee takes at most {limit}. Lower it.")
NO_CATEGORY = N_("{sku} has no Shopee category. Choose one in the category map.")
NO_WEIGHT = N_("{sku} has no weight. Shopee needs the weight of the parcel in grams.")
NO_PARCEL = N_("The parcel of {sku} needs length, width and height in whole centimetres.")
SKU_LONG = N_("The SKU {sku} has {length} characters; Shopee takes {limit}. Shorten it.")
GTIN = N_("The barcode of {sku} is not a GTIN: it has 8 to 14 digits, the last of which checks the others. Correct it or leave "
          "it out.")
GTIN_MISSING = N_("Shopee wants a barcode for {sku} in this category. Add the GTIN.")
NO_PICTURE = N_("{sku} has no picture. Shopee needs at least {limit}.")
PICTURES_MANY = N_("{sku} has {count} pictures; Shopee takes {limit}. Remove some.")
PICTURE_LINK = N_("A picture of {sku} is only a link; Shopee takes files. Save the picture on this computer and name its path.")
PICTURE_GONE = N_("The picture {path} of {sku} is not there. Correct its path.")
PICTURE_KIND = N_("The picture {path} of {sku} is not JPG or PNG. Convert it.")
PICTURE_BIG = N_("The picture {path} of {sku} is larger than {limit} MB. Make it smaller.")
NO_CARRIER = N_("No carrier of the shop takes a parcel of {sku} ({weight_g} g, {parcel} cm). Check weight and parcel size, and "
                "the carriers in Shopee Seller Centre.")

_GROUP_OF = {"pictures": FieldGroup.MEDIA, "price": FieldGroup.PRICE, "stock": FieldGroup.STOCK}

SAMPLE_LIMITS = ItemLimits(
    stock_limit=Range(max_limit=Decimal(facts.STOCK_MAXIMUM)),
    item_name_length_limit=Range(min_limit=Decimal(facts.TITLE_MINIMUM), max_limit=Decimal(facts.TITLE_LIMIT)),
    item_image_count_limit=Range(min_limit=Decimal(1), max_limit=Decimal(facts.PICTURE_LIMIT)),
    item_description_length_limit=Range(
        min_limit=Decimal(facts.DESCRIPTION_MINIMUM), max_limit=Decimal(facts.DESCRIPTION_LIMIT)),
)
"""The published sample's limits, for when a category's own are not known yet (unverified for Viet Nam)."""


def find_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    """What Shopee would refuse of a draft, as far as limits and files tell."""
    return [*_text_problems(draft, limits), *_figure_problems(draft, limits), *_picture_problems(draft, limits)]


def only_of(groups: frozenset[FieldGroup], problems: Sequence[Problem]) -> list[Problem]:
    """The problems of fields that these groups send; a picture file gone since does not stop a change of price."""
    return [problem for problem in problems if _GROUP_OF.get(problem.field, FieldGroup.CONTENT) in groups]


def to_content(draft: ListingDraft, attributes: Sequence[JsonObject], brand: tuple[int, str]) -> JsonObject:
    """The content of an item: texts, category, attributes, brand, weight in kg, parcel."""
    length, width, height = draft.parcel_cm
    return {
        "item_name": draft.title, "description": draft.description, "item_sku": draft.sku,
        "category_id": int(draft.category), "attribute_list": list(attributes),
        "brand": {"brand_id": brand[0], "original_brand_name": brand[1]}, "weight": draft.weight_g / 1000,
        "dimension": {"package_length": length, "package_width": width, "package_height": height},
    }


def to_new_item(draft: ListingDraft, content: JsonObject, image_ids: Sequence[str], carriers: Sequence[LogisticsChannel],
                ) -> JsonObject:
    """The body of add_item, the draft's own fields for the channel merged last."""
    body: JsonObject = {
        **content, "original_price": draft.price, "seller_stock": [{"stock": draft.stock}],
        "image": {"image_id_list": list(image_ids)}, "condition": "NEW",
        "item_status": facts.ITEM_NORMAL if draft.visible else facts.ITEM_UNLISTED,
        "logistic_info": [{"logistic_id": carrier.logistics_channel_id, "enabled": True} for carrier in carriers],
    }
    if draft.gtin:
        body["gtin_code"] = draft.gtin
    return {**body, **draft.channel_extra}


def to_changed_content(draft: ListingDraft, content: JsonObject) -> JsonObject:
    """The content as update_item takes it; a barcode taken away is declared as none."""
    return {**content, "gtin_code": draft.gtin or facts.NO_GTIN, **draft.channel_extra}


def fitting_carriers(draft: ListingDraft, carriers: Sequence[LogisticsChannel]) -> list[LogisticsChannel]:
    """Carriers that take the draft's parcel and need neither a size nor a fee of ours."""
    asking = (facts.FEE_SIZE_SELECTION, facts.FEE_CUSTOM_PRICE)
    return [carrier for carrier in carriers if carrier.fee_type not in asking and _fits(draft, carrier)]


def no_carrier(draft: ListingDraft) -> Problem:
    """The problem of a parcel that nobody carries."""
    parcel = " × ".join(str(side) for side in draft.parcel_cm)
    return Problem("no-carrier", NO_CARRIER, "weight_g", {"sku": draft.sku, "weight_g": draft.weight_g, "parcel": parcel})


def _fits(draft: ListingDraft, carrier: LogisticsChannel) -> bool:
    weight = Decimal(draft.weight_g) / 1000
    bounds = carrier.weight_limit
    if bounds and (weight < bounds.item_min_weight or 0 < bounds.item_max_weight < weight):
        return False
    return carrier.item_max_dimension is None or _parcel_fits(draft.parcel_cm, carrier.item_max_dimension)


def _parcel_fits(parcel_cm: tuple[int, int, int], largest: ChannelDimension) -> bool:
    sides = sorted((largest.length, largest.width, largest.height))
    if any(0 < bound < side for side, bound in zip(sorted(parcel_cm), sides, strict=True)):
        return False
    return not 0 < largest.dimension_sum < sum(parcel_cm)


def _text_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    found = [
        *_length_problems(draft.sku, "title", draft.title, limits.item_name_length_limit, TITLE_SHORT, TITLE_LONG),
        *_length_problems(draft.sku, "description", draft.description, limits.item_description_length_limit,
                          DESCRIPTION_SHORT, DESCRIPTION_LONG),
    ]
    if (count := draft.description.count("#")) > facts.HASHTAG_LIMIT:
        found.append(_problem(draft, "too-many-hashtags", HASHTAGS, "description", count=count, limit=facts.HASHTAG_LIMIT))
    if len(draft.sku) > facts.MODEL_SKU_LIMIT:
        found.append(_problem(draft, "sku-too-long", SKU_LONG, "sku", length=len(draft.sku), limit=facts.MODEL_SKU_LIMIT))
    if not draft.category.isdigit():
        found.append(_problem(draft, "category-missing", NO_CATEGORY, "category"))
    return found


def _length_problems(sku: str, field: str, text: str, bounds: Range, short: str, long: str) -> list[Problem]:
    values = {"sku": sku, "length": len(text)}
    if bounds.min_limit is not None and len(text) < bounds.min_limit:
        return [Problem(f"{field}-too-short", short, field, {**values, "limit": bounds.min_limit})]
    if bounds.max_limit and len(text) > bounds.max_limit:
        return [Problem(f"{field}-too-long", long, field, {**values, "limit": bounds.max_limit})]
    return []


def _figure_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    found = []
    price, stock = limits.price_limit, limits.stock_limit
    if draft.price < (price.min_limit or 1):
        found.append(_problem(draft, "price-too-low", PRICE_LOW, "price", price=draft.price, limit=price.min_limit or 1))
    if price.max_limit and draft.price > price.max_limit:
        found.append(_problem(draft, "price-too-high", PRICE_HIGH, "price", price=draft.price, limit=price.max_limit))
    if stock.max_limit and draft.stock > stock.max_limit:
        found.append(_problem(draft, "stock-too-high", STOCK_HIGH, "stock", stock=draft.stock, limit=stock.max_limit))
    if draft.weight_g <= 0:
        found.append(_problem(draft, "weight-missing", NO_WEIGHT, "weight_g"))
    if min(draft.parcel_cm) <= 0:
        found.append(_problem(draft, "parcel-missing", NO_PARCEL, "parcel_cm"))
    if draft.gtin and not _is_gtin(draft.gtin):
        found.append(_problem(draft, "gtin-malformed", GTIN, "gtin"))
    if not draft.gtin and limits.gtin_limit.gtin_validation_rule == facts.GTIN_MANDATORY:
        found.append(_problem(draft, "gtin-missing", GTIN_MISSING, "gtin"))
    return found


def _is_gtin(text: str) -> bool:
    """REF add_item, 2026-08: 8 to 14 digits with GS1's check digit, counted from the right with weights 3 and 1."""
    if not (text.isdecimal() and text.isascii() and facts.GTIN_DIGITS[0] <= len(text) <= facts.GTIN_DIGITS[1]):
        return False
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
    return weighted % 10 == 0


def _picture_problems(draft: ListingDraft, limits: ItemLimits) -> list[Problem]:
    bounds = limits.item_image_count_limit
    found = [problem for picture in draft.pictures for problem in _file_problems(draft, picture)]
    if len(draft.pictures) < max(1, bounds.min_limit or 1):
        found.append(_problem(draft, "picture-missing", NO_PICTURE, "pictures", limit=max(1, bounds.min_limit or 1)))
    if bounds.max_limit and len(draft.pictures) > bounds.max_limit:
        found.append(_problem(draft, "too-many-pictures", PICTURES_MANY, "pictures", count=len(draft.pictures),
                              limit=bounds.max_limit))
    return found


def _file_problems(draft: ListingDraft, picture: Picture) -> list[Problem]:
    if not picture.path:
        return [_problem(draft, "picture-only-link", PICTURE_LINK, "pictures")]
    path = Path(picture.path)
    if not path.is_file():
        return [_problem(draft, "picture-not-found", PICTURE_GONE, "pictures", path=path.name)]
    if path.suffix.lower() not in facts.IMAGE_SUFFIXES:
        return [_problem(draft, "picture-kind", PICTURE_KIND, "pictures", path=path.name)]
    if path.stat().st_size > facts.IMAGE_BYTES:
        return [_problem(draft, "picture-too-large", PICTURE_BIG, "pictures", path=path.name,
                         limit=facts.IMAGE_BYTES // 1024 // 1024)]
    return []


def _problem(draft: ListingDraft, code: str, message: str, field: str, **values: object) -> Problem:
    return Problem(code, message, field, {"sku": draft.sku, **values})
