"""What Tiki refuses at once in a product request: every problem of the body, all together (HTTP 422)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.tiki.sandbox_desk import unknown_warehouses, warehouse_numbers, whole
from connectors.tiki.sandbox_taxonomy import CATEGORIES, Category, Renamed, attribute_problems
from ocop_market.sandbox.shelf import Record

LONGEST_NAME = 255  # unverified: no page gives the limit
MOST_OPTIONS = 2
INVENTORY_TYPES = ("dropship", "instock", "backorder", "seller_backorder", "cross_border")
LEAST_SHARE_OF_LIST_PRICE = 10  # one tenth


def request_problems(body: Record, renamed: Renamed, *, licensed: bool) -> list[str]:
    """All that is wrong with a new product request; empty when it is taken in."""
    category = CATEGORIES.get(body["category_id"]) if whole(body.get("category_id")) else None
    attributes = body.get("attributes")
    problems = _category_problems(body, category, licensed=licensed)
    problems += _text_problems(body, "name", LONGEST_NAME) + _text_problems(body, "description")
    if not isinstance(attributes, dict):
        problems.append("attributes must be an object")
    elif category is not None and category.is_primary:
        problems += attribute_problems(category, attributes, renamed)
    problems += picture_problems(body, required=True)
    problems += _certificate_problems(body.get("certificate_files"))
    return problems + _offer_problems(body)


def _category_problems(body: Record, category: Category | None, *, licensed: bool) -> list[str]:
    if category is None:
        return [f"Category not found id: {body.get('category_id')}"]
    if not category.is_primary:
        return [f"category {category.id} is not primary"]
    if not category.is_product_listing_enabled:
        return [f"category {category.id} does not accept product listing"]
    if not category.no_license_seller_enabled and not licensed:
        return [f"category {category.id} requires a licensed seller"]
    return []


def _text_problems(body: Record, name: str, longest: int | None = None) -> list[str]:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        return [f"{name} is required"]
    return [f"{name} must not exceed {longest} characters"] if longest and len(value) > longest else []


def picture_problems(body: Record, *, required: bool, owner: str = "") -> list[str]:
    """What is wrong with `image` and `images`; their content is looked at later."""
    problems = []
    image, images = body.get("image"), body.get("images")
    if (required or "image" in body) and not _is_link(image):
        problems.append(f"{owner}image is required and must be a URL")
    if (required or "images" in body) and not isinstance(images, list):
        problems.append(f"{owner}images must be an array, not null")
    elif isinstance(images, list) and not all(_is_link(link) for link in images):
        problems.append(f"{owner}images must be URLs")
    return problems


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _certificate_problems(files: Any) -> list[str]:
    if files is None:
        return []
    good = isinstance(files, list) and all(
        isinstance(file, dict) and _is_link(file.get("url")) and file.get("type") in ("brand", "category") for file in files)
    return [] if good else ["certificate_files must be an array of {url, type: brand|category, document_id}"]


def _offer_problems(body: Record) -> list[str]:
    options, variants = body.get("option_attributes"), body.get("variants")
    if not isinstance(options, list) or not all(isinstance(name, str) and name for name in options):
        return ["option_attributes must be an array, not null"]
    if not isinstance(variants, list) or not variants or not all(isinstance(variant, dict) for variant in variants):
        return ["variants must have at least one item"]
    problems = []
    if len(options) > MOST_OPTIONS:
        problems.append(f"option_attributes must not exceed {MOST_OPTIONS} items")
    problems += _option_problems(options[:MOST_OPTIONS], variants)
    if not all(whole(variant.get("price"), 1) for variant in variants):
        problems.append("variants should have price > 0")
    if not all(whole(variant.get("market_price", body.get("market_price")), 1) for variant in variants):
        problems.append("market_price should be > 0")
    elif any(price_too_low(variant["price"], variant.get("market_price", body.get("market_price")))
             for variant in variants if whole(variant.get("price"), 1)):
        problems.append("Price is not valid because less than ten percent listing price")
    for variant in variants:
        problems += _variant_problems(variant)
    return list(dict.fromkeys(problems))


def price_too_low(price: int, list_price: int) -> bool:
    """Whether a price lies under a tenth of the list price, both in đồng."""
    return price * LEAST_SHARE_OF_LIST_PRICE < list_price


def _option_problems(options: Sequence[str], variants: Sequence[Record]) -> list[str]:
    mismatch = "variants don't match with option_attributes => variants "
    names = [f"option{position}" for position in range(1, MOST_OPTIONS + 1)]
    missing = [name for name in names[:len(options)] if not all(variant.get(name) for variant in variants)]
    extra = [name for name in names[len(options):] if any(variant.get(name) for variant in variants)]
    problems = [f"{mismatch}{name} missing" for name in missing] + [f"{mismatch}{name} redundant" for name in extra]
    chosen = {tuple(variant.get(name) for name in names[:len(options)]) for variant in variants}
    if not missing and len(chosen) < len(variants):
        problems.append(f"{mismatch}options duplicated")
    return problems


def _variant_problems(variant: Record) -> list[str]:
    problems = []
    if not isinstance(variant.get("sku"), str) or not variant["sku"].strip():
        problems.append("variants should have sku")
    if variant.get("inventory_type") not in INVENTORY_TYPES:
        problems.append(f"variants inventory_type must be one of {', '.join(INVENTORY_TYPES)}")
    for name in ("image", "images"):
        if name in variant:
            problems += picture_problems({name: variant[name]}, required=False, owner="variants ")
    if "attributes" in variant and not isinstance(variant["attributes"], dict):
        problems.append("variants attributes must be an object")
    warehouses, stocks = variant.get("seller_warehouse"), variant.get("warehouse_stocks")
    if warehouses is None and stocks is None:
        problems.append("variants should have seller_warehouse")
    if warehouses is not None and not isinstance(warehouses, str):
        problems.append('variants seller_warehouse must be a string like "1034,1015"')
    elif warehouses is not None and (unknown := unknown_warehouses(warehouse_numbers(warehouses))):
        problems.append(f"Warehouse '{unknown}' are not found")
    return problems + stock_problems(stocks, "variants warehouse_stocks", "warehouseId", "qtyAvailable")


def stock_problems(stocks: Any, name: str, house_key: str, quantity_key: str) -> list[str]:
    """What is wrong with stock by warehouse; creating spells its keys in camel case, updating in snake case."""
    if stocks is None:
        return []
    if not isinstance(stocks, list) or not all(
            isinstance(row, dict) and whole(row.get(house_key), 1) and whole(row.get(quantity_key)) for row in stocks):
        return [f"{name} must be an array of {{{house_key}, {quantity_key}}} with quantity >= 0"]
    unknown = unknown_warehouses(row[house_key] for row in stocks)
    return [f"Warehouse '{unknown}' are not found"] if unknown else []
