"""What the practice Shopee takes for an item: reading its fields from a request, and the rules for the whole item."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from connectors.shopee.sandbox_tree import (
    ATTRIBUTE_BY_NUMBER,
    BRANDS,
    CHANNEL_BY_NUMBER,
    DAYS_TO_SHIP,
    DESCRIPTION_LENGTH,
    IMAGE_COUNT,
    NAME_LENGTH,
    NO_BRAND,
    PRE_ORDER_DAYS,
    PRICE,
    STOCK,
    WHOLESALE_PERCENT,
    Attribute,
    attributes_of,
    fits_channel,
    leaf,
    root_of,
)
from connectors.shopee.sandbox_wire import Body, Fields, Refusal
from ocop_market.model.text import fold
from ocop_market.sandbox.shelf import Shelf

MOST_HASHTAGS = 18
FREE_TEXT, OWN_TEXT, SEVERAL = 3, {2, 3, 5}, {4, 5}
"""Input types: free text only; own text allowed; several values allowed. REF get_attribute_tree, 2026-08."""


def read_content(fields: Fields) -> Body:
    """The fields of add_item and update_item that are there, in the form in which items are kept."""
    found: Body = {}
    for name in ("item_name", "description", "description_type", "condition", "item_sku", "gtin_code", "item_status"):
        if (text := fields.text(name)) is not None:
            found[name] = text
    if (category := fields.integer("category_id")) is not None:
        found["category_id"] = category
    if (weight := fields.number("weight")) is not None:
        found["weight"] = plain(weight)
    if (image := fields.inner("image")) is not None:
        found["image_id_list"] = image.texts("image_id_list") or []
        found["image_ratio"] = image.text("image_ratio") or "1:1"
    if (dimension := fields.inner("dimension")) is not None:
        found["dimension"] = read_dimension(dimension)
    if (channels := fields.inners("logistic_info")) is not None:
        found["logistic_info"] = [_channel_choice(channel) for channel in channels]
    if (attributes := fields.inners("attribute_list")) is not None:
        found["attribute_list"] = [_attribute_choice(attribute) for attribute in attributes]
    if (brand := fields.inner("brand")) is not None:
        found["brand"] = {"brand_id": brand.integer("brand_id"), "original_brand_name": brand.text("original_brand_name")}
    if (pre_order := fields.inner("pre_order")) is not None:
        found["pre_order"] = read_pre_order(pre_order)
    if (tiers := fields.inners("wholesale")) is not None:
        found["wholesale"] = [{"min_count": tier.need_integer("min_count"), "max_count": tier.need_integer("max_count"),
                               "unit_price": price_of(tier, "unit_price")} for tier in tiers]
    return found


def read_dimension(fields: Fields) -> dict[str, int]:
    """A parcel's size in whole centimetres."""
    return {name: fields.within(name, fields.need_integer(name), 1, 1_000)
            for name in ("package_length", "package_width", "package_height")}


def read_pre_order(fields: Fields) -> Body:
    """Pre-order settings; without pre-order the shop's fixed days apply."""
    is_pre_order, days = fields.need_flag("is_pre_order"), fields.integer("days_to_ship")
    if is_pre_order and days is not None and days > PRE_ORDER_DAYS[1]:
        raise Refusal("error_param_dts_exceeds_max_limit", "Days_to_ship exceeds max limit")
    if (is_pre_order and (days is None or days < PRE_ORDER_DAYS[0])) or (not is_pre_order and days not in {None, DAYS_TO_SHIP}):
        raise Refusal("error_invalid_days_to_ship", "Invalid days_to_ship.")
    return {"is_pre_order": is_pre_order, "days_to_ship": days or DAYS_TO_SHIP}


def read_stock(fields: Fields) -> int:
    """The stock of an item or model; the practice shop has no warehouses, so no location is taken."""
    entries = fields.need_inners("seller_stock", most=1)
    if entries[0].text("location_id"):
        raise Refusal("error_inner", "Invalid stock location ID")
    stock = entries[0].need_integer("stock")
    if not STOCK[0] <= stock <= STOCK[1]:
        raise Refusal("error_param", "Parameter is not match the constraints, stock.")
    return stock


def price_of(fields: Fields, name: str = "original_price") -> int:
    """A price in whole đồng inside the limits. That fractions are refused is our choice (unverified)."""
    price = fields.need_number(name)
    if price != price.to_integral_value():
        raise Refusal("error_invalid_price", "Invalid price, please use the correct format")
    if price < PRICE[0]:
        raise Refusal("error_price_exceed_min_limitt", "Original_price is less than min price limit.")
    if price > PRICE[1]:
        raise Refusal("error_price_exceed_max_limitt", "Original_price is bigger than max price limit.")
    return int(price)


def check_content(item: Body, images: Shelf | None) -> None:
    """The rules for a whole item; also applied to the fields that an update did not name, pictures only when it names them."""
    _check_name(item["item_name"])
    _check_description(item)
    category = leaf(item["category_id"])
    if images is not None:
        _check_images(item["image_id_list"], item["image_ratio"], images)
    if not Decimal(0) < Decimal(item["weight"]) <= 1_000:
        raise Refusal("error_param", "Invalid Weight.")
    _check_channels(item)
    _check_brand(item.get("brand"))
    _check_attributes(item["attribute_list"], attributes_of(category), root_of(category))
    check_gtin(item["gtin_code"])
    if item["condition"] not in {"NEW", "USED"}:
        raise Refusal("error_param", "Wrong parameters, detail: condition.")
    prices = {model["original_price"] for model in item.get("models", ())} or {item["original_price"]}
    if item.get("wholesale") and len(prices) > 1:
        raise Refusal("error_param", "Invalid wholesale setting.")
    _check_wholesale(item.get("wholesale", []), min(prices))


def check_gtin(code: str) -> None:
    """GTIN-8, -12, -13 or -14 with its check digit; empty or "00" for none."""
    if code in {"", "00"}:
        return
    digits = [int(digit) for digit in code] if re.fullmatch(r"[0-9]{8}|[0-9]{12,14}", code) else []
    if not digits or sum(digit * (3 if position % 2 else 1) for position, digit in enumerate(reversed(digits))) % 10:
        raise Refusal("error_param_validate", "This is not a valid GTIN. Please, inform a valid number.")


def shown_attributes(item: Body) -> list[Body]:
    """An item's attributes as they read back: with names, and dates as people write them."""
    root = root_of(leaf(item["category_id"]))
    shown = []
    for choice in item["attribute_list"]:
        attribute = ATTRIBUTE_BY_NUMBER[choice["attribute_id"]]
        shown.append({
            "attribute_id": attribute.number, "original_attribute_name": attribute.english,
            "is_mandatory": root in attribute.mandatory_in,
            "attribute_value_list": [_shown_value(attribute, value) for value in choice["attribute_value_list"]]})
    return shown


def plain(number: Decimal) -> str:
    """A decimal number as text without exponent or needless zeros."""
    return f"{number.normalize():f}"


def _shown_value(attribute: Attribute, value: Body) -> Body:
    name = attribute.values.get(value["value_id"], value["original_value_name"])
    if attribute.validation == 4:
        moment = datetime.fromtimestamp(int(value["original_value_name"]), UTC)  # in which zone is unverified
        name = moment.strftime("%m/%Y" if attribute.date_format else "%d/%m/%Y")
    return value | {"original_value_name": name}


def _channel_choice(fields: Fields) -> Body:
    return {"logistic_id": fields.need_integer("logistic_id"), "enabled": fields.need_flag("enabled"),
            "is_free": fields.flag("is_free") or False, "size_id": fields.integer("size_id") or 0,
            "shipping_fee": int(fields.number("shipping_fee") or 0)}


def _attribute_choice(fields: Fields) -> Body:
    return {"attribute_id": fields.need_integer("attribute_id"), "attribute_value_list": [
        {"value_id": value.need_integer("value_id"), "original_value_name": value.text("original_value_name") or "",
         "value_unit": value.text("value_unit") or ""} for value in fields.inners("attribute_value_list") or []]}


def _check_name(name: str) -> None:
    if not name.strip():
        raise Refusal("error_item_name_empty", "Item name could not be empty.")
    if len(name) < NAME_LENGTH[0]:
        raise Refusal("error_item_name_is_too_short", "Item_name length is less than min limit.")
    if len(name) > NAME_LENGTH[1]:
        raise Refusal("error_title_exceeds_max_length", "The length of item_name is bigger than max limit.")
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        raise Refusal("error_title_character_forbidden", "Item_name contains forbidden characters.")


def _check_description(item: Body) -> None:
    if item["description_type"] != "normal":
        # Extended descriptions need a whitelist on which the practice shop is not.
        raise Refusal("error_param", "Wrong parameters, detail: description_type.")
    if len(item["description"]) < DESCRIPTION_LENGTH[0]:
        raise Refusal("error_desc_length_min_limit", "Description length is less than the min limit.")
    if len(item["description"]) > DESCRIPTION_LENGTH[1]:
        raise Refusal("error_param", "Parameter is not match the constraints, description.")
    if len(re.findall(r"#\w", item["description"])) > MOST_HASHTAGS:
        raise Refusal("error_desc_hash_tag_over_limit", "Count of hash tags is more than 18")


def _check_images(numbers: list[str], ratio: str, images: Shelf) -> None:
    if len(numbers) < IMAGE_COUNT[0]:
        raise Refusal("error_image_num_min", "")
    if len(numbers) > IMAGE_COUNT[1] or ratio not in {"1:1", "3:4"}:
        raise Refusal("error_param", "Parameter is not match the constraints, image.")
    if not all(number in images for number in numbers):
        raise Refusal("error_param", "Image not exist.")


def _check_channels(item: Body) -> None:
    wanted = [choice for choice in item["logistic_info"] if choice["enabled"]]
    for choice in wanted:
        channel = CHANNEL_BY_NUMBER.get(choice["logistic_id"])
        if channel is None or not channel.enabled or channel.mask:
            raise Refusal("error_invalid_logistic_info", f"invalid logistic info , {choice['logistic_id']}")
        if channel.sizes and choice["size_id"] not in {number for number, _, _ in channel.sizes}:
            raise Refusal("error_invalid_logistic_info", f"invalid logistic info , {choice['logistic_id']}")
        if channel.fee_type == "SIZE_INPUT" and "dimension" not in item:
            raise Refusal("error_param", "dimension is required")
    if not any(fits_channel(CHANNEL_BY_NUMBER[choice["logistic_id"]], Decimal(item["weight"])) for choice in wanted):
        raise Refusal("error_invalid_logistic_info", "invalid logistic info , no enabled channel")


def _check_brand(brand: Body | None) -> None:
    if brand is None:
        raise Refusal("error_less_required_brand", "Brand information required")
    number, name = brand["brand_id"], brand["original_brand_name"]
    if number is None:
        raise Refusal("error_invalid_brand", "Brand ID required")
    if not name:
        raise Refusal("error_invalid_brand", "Brand name required")
    if fold(name).replace(" ", "") == "nobrand":
        if number:
            raise Refusal("error_invalid_brand", 'Brand ID value should be "0".')
        brand["original_brand_name"] = NO_BRAND
    elif BRANDS.get(number) != name:
        raise Refusal("error_invalid_brand", "Invalid brand")


def _check_attributes(choices: list[Body], offered: Iterable[Attribute], root: int) -> None:
    given = {choice["attribute_id"]: choice["attribute_value_list"] for choice in choices}
    legal = {attribute.number: attribute for attribute in offered}
    for number, values in given.items():
        # A child is legal only when the value that it hangs under is chosen. REF get_attribute_tree, 2026-08.
        children = ATTRIBUTE_BY_NUMBER[number].children if number in ATTRIBUTE_BY_NUMBER else {}
        legal |= {children[value["value_id"]]: ATTRIBUTE_BY_NUMBER[children[value["value_id"]]]
                  for value in values if value["value_id"] in children}
    for number, values in given.items():
        if number not in legal:
            raise Refusal("error_invalid_category_attribute", "Category and attribute not match.")
        _check_values(legal[number], values)
    if any(root in attribute.mandatory_in and not given.get(attribute.number) for attribute in legal.values()):
        raise Refusal("error_less_required_attribute", "Mandatory attribute information required")


def _check_values(attribute: Attribute, values: list[Body]) -> None:
    bad = Refusal("error_invalid_attribute_value", "Invalid attribute value.")
    if len(values) > (attribute.most if attribute.input_type in SEVERAL else 1):
        raise bad
    for value in values:
        number, text = value["value_id"], value["original_value_name"]
        if number and attribute.input_type == FREE_TEXT:
            raise Refusal("error_value_id_must_equal_zero", "Value_id must equal 0.")
        if number and number not in attribute.values:
            raise bad
        if number:
            continue
        if attribute.input_type not in OWN_TEXT:
            raise bad
        if not text:
            raise Refusal("error_value_name_required", "Value_name is required.")
        pattern = {1: r"\d+", 3: r"\d+(\.\d+)?", 4: r"\d{1,10}"}.get(attribute.validation, r"[\s\S]+")
        if not re.fullmatch(pattern, text) or (attribute.units and value["value_unit"] not in attribute.units):
            raise bad


def _check_wholesale(tiers: list[Body], price: int) -> None:
    expected = None
    for tier in tiers:
        if tier["max_count"] < tier["min_count"] or (expected is not None and tier["min_count"] != expected):
            raise Refusal("error_param", "Invalid wholesale setting.")
        if tier["unit_price"] >= price:
            raise Refusal("error_whole_sale_price_setting_incorrect", "Wholesale price can't more than original price.")
        if tier["unit_price"] * 100 < price * WHOLESALE_PERCENT[0]:
            raise Refusal("error_wholesale_price_less_than_ratio_limit", "Wholesale price is less than ratio limit.")
        expected = tier["max_count"] + 1


def check_prices_for_wholesale(tiers: list[Body], prices: Iterable[int]) -> None:
    """The rules for prices of an item that has wholesale prices: one for all, above each of these and not too far above."""
    if tiers and len(set(prices)) > 1:
        raise Refusal("error_price_should_be_same_for_wholesales", "")
    for price in set(prices):
        if any(tier["unit_price"] >= price for tier in tiers):
            raise Refusal("error_busi_price_lower_then_wholesale_price", "Original_price should bigger then wholesale price")
        if any(tier["unit_price"] * 100 < price * WHOLESALE_PERCENT[0] for tier in tiers):
            raise Refusal("error_wholesale_price_less_than_ratio_limit", "Wholesale price is less than ratio limit.")
