"""Items as Shopee shows them, in the form that a draft has; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connectors.shopee import facts
from connectors.shopee.attributes import to_texts
from connectors.shopee.variants import barcode, grams, values_at
from connectors.shopee.wire_items import AttributeNode
from connectors.shopee.wire_listing import Item, Model, ModelsResponse, Price, StockInfo
from ocop_market.errors import Problem
from ocop_market.model.change import LiveListing, RemoteListing
from ocop_market.model.listing import FieldGroup, JsonObject
from ocop_market.model.money import whole_dong

NO_MODELS = ModelsResponse()


def to_remote(item: Item, sku: str, models: ModelsResponse = NO_MODELS) -> RemoteListing:
    """What later calls need of an item: its models by SKU, and the wholesale prices that a new price must respect."""
    return remote_listing(item.item_id, sku, item.item_status,
                          {model.model_sku: model.model_id for model in models.model if model.model_sku}, _steps(item))


def remote_listing(item_id: int, sku: str, state: str, models: Mapping[str, int], wholesale: Sequence[Sequence[int]]) -> RemoteListing:
    """An item by its id, state, models by SKU and wholesale steps."""
    data: JsonObject = {"variants": dict(models)} if models else {}
    if wholesale:
        data["wholesale"] = [list(step) for step in wholesale]
    return RemoteListing(str(item_id), sku, remote_state=state, visible=state == facts.ITEM_NORMAL, data=data)


def to_live(item: Item, sku: str, models: ModelsResponse, tree: Sequence[AttributeNode], problems: tuple[Problem, ...]) -> LiveListing:
    """The item with its models, attributes in the words of the category's tree.

    Left out is what cannot be told: days to ship of goods that are not made to order (a draft may name the usual time or none),
    an extended description, and whether an item that is under review or banned is meant to be on sale.
    """
    rows = sorted(models.model, key=lambda model: model.tier_index)
    prices = {model.model_sku: _dong(model.price_info) for model in rows}
    stocks = {model.model_sku: _pieces(model.stock_info_v2) for model in rows}
    held = {model.model_sku: model.stock_info_v2.summary_info.total_reserved_stock for model in rows} \
        or {sku: item.stock_info_v2.summary_info.total_reserved_stock}
    fields: dict[str, JsonObject] = {
        FieldGroup.CONTENT: _content(item, tree),
        FieldGroup.MEDIA: {"pictures": list(item.image.image_id_list)},
        FieldGroup.VARIANTS: {"options": [tier.variation_name for tier in models.standardise_tier_variation],
                              "variants": [_variant(model, item, models) for model in rows]},
        FieldGroup.PRICE: {"price": min(prices.values()) if prices else _dong(item.price_info), "variant_prices": prices,
                           "wholesale": _steps(item)},
        FieldGroup.STOCK: {"stock": sum(stocks.values()) if stocks else _pieces(item.stock_info_v2), "variant_stock": stocks},
    }
    if item.item_status in (facts.ITEM_NORMAL, facts.ITEM_UNLISTED):
        fields[FieldGroup.VISIBILITY] = {"visible": item.item_status == facts.ITEM_NORMAL}
    return LiveListing(to_remote(item, sku, models), fields, reserved={sku: count for sku, count in held.items() if count},
                       problems=problems)


def _content(item: Item, tree: Sequence[AttributeNode]) -> JsonObject:
    size = item.dimension
    content: JsonObject = {
        "title": item.item_name, "description": item.description, "category": str(item.category_id),
        "attributes": to_texts(tree, item.attribute_list), "brand": item.brand.original_brand_name if item.brand.brand_id else "",
        "weight_g": grams(item.weight), "parcel_cm": [size.package_length, size.package_width, size.package_height],
        "gtin": barcode(item.gtin_code), "days_to_ship": item.pre_order.days_to_ship,
    }
    left_out = {name for name, untold in (("days_to_ship", not item.pre_order.is_pre_order),
                                          ("description", item.description_type != "normal")) if untold}
    return {name: value for name, value in content.items() if name not in left_out}


def _variant(model: Model, item: Item, models: ModelsResponse) -> JsonObject:
    tiers, weight = models.standardise_tier_variation, grams(model.weight)
    values = values_at(models, model.tier_index)
    return {"sku": model.model_sku, "values": list(values), "weight_g": grams(item.weight) if weight is None else weight,
            "gtin": barcode(model.gtin_code),
            "picture": tiers[0].variation_option_list[model.tier_index[0]].image_id if values else ""}


def _dong(prices: Sequence[Price]) -> int:
    return whole_dong(prices[0].original_price) if prices else 0


def _pieces(stock: StockInfo) -> int:
    return sum(place.stock for place in stock.seller_stock)


def _steps(item: Item) -> list[list[int]]:
    return [[step.min_count, whole_dong(step.unit_price)] for step in item.wholesales]
