"""The practice Shopee's variations, prices and stock."""

from __future__ import annotations

from collections.abc import Callable

from connectors.shopee.sandbox_items import Items, by_model, image_url, price_info, stock_info
from connectors.shopee.sandbox_listing import (
    check_gtin,
    check_prices_for_wholesale,
    plain,
    price_of,
    read_dimension,
    read_pre_order,
    read_stock,
)
from connectors.shopee.sandbox_promotion import (
    CHANGE_TIERS,
    DELETE_MODEL,
    INIT_TIERS,
    MODEL_PRICE,
    PRICE,
    locked,
    refuse_while_locked,
)
from connectors.shopee.sandbox_tree import MODEL_PRICE_SPREAD, OPTION_LENGTH, TIER_NAME_LENGTH
from connectors.shopee.sandbox_wire import POST, Body, Call, Endpoint, Fields, Refusal
from ocop_market.sandbox.shelf import Record, Shelf

MOST_TIERS, MOST_MODELS, MOST_OPTIONS, LONGEST_SKU = 2, 50, 20, 100
MODEL_FIELDS = ("model_id", "tier_index", "model_sku", "model_status", "pre_order", "gtin_code", "weight", "dimension")
MODEL_STATES = frozenset({"MODEL_NORMAL", "MODEL_UNAVAILABLE"})


class Models:
    """The endpoints for variations, and for prices and stock of items with or without them."""

    def __init__(self, items: Items, images: Shelf, *, settling: int) -> None:
        self._items, self._images, self._settling = items, images, settling

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {
            "product/init_tier_variation": Endpoint(self.init_tier_variation, POST),
            "product/add_model": Endpoint(self.add_model, POST),
            "product/update_model": Endpoint(self.update_model, POST),
            "product/delete_model": Endpoint(self.delete_model, POST),
            "product/update_tier_variation": Endpoint(self.update_tier_variation, POST),
            "product/get_model_list": Endpoint(self.get_model_list),
            "product/update_price": Endpoint(self.update_price, POST),
            "product/update_stock": Endpoint(self.update_stock, POST),
        }

    def init_tier_variation(self, call: Call) -> Body:
        """Gives an item variations, or another number of tiers; former models go."""
        item = self._items.to_change(call)
        if int(call.now.timestamp()) < item["create_time"] + self._settling:
            # GUIDE Creating product, 2026-08: wait at least five seconds. What happens otherwise is unverified.
            raise Refusal("error_item_not_found", "Product not found")
        refuse_while_locked(item, INIT_TIERS)
        tiers = _read_tiers(call.body, self._images)
        if len(tiers) == len(item["tiers"]):
            raise Refusal("error_param", "The level of tier-variation not change.")
        item |= {"tiers": tiers, "models": []}
        made = self._new_models(item, call.body.inners("model") or [], "model", call)
        return {"response": {"item_id": item["item_id"], "tier_variation": [_old_tier(tier) for tier in tiers],
                             "model": [_made(model) for model in made]}}

    def add_model(self, call: Call) -> Body:
        """More models for an item that has variations."""
        item = self._items.to_change(call)
        if not item["tiers"]:
            raise Refusal("error_param", "Model tier_index error.")
        made = self._new_models(item, call.body.inners("model_list") or [], "model_list", call)
        return {"response": {"model": [_made(model) for model in made]}}

    def _new_models(self, item: Record, wanted: list[Fields], name: str, call: Call) -> list[Record]:
        if not wanted:
            raise call.body.dialect.missing(name)
        if len(item["models"]) + len(wanted) > MOST_MODELS:
            raise Refusal("error_model_count_over_limit", "The count of model is too large. Should be under 20 (50 for TW)")
        made: list[Record] = []
        for fields in wanted:
            index = _read_index(fields, item["tiers"])
            if any(model["tier_index"] == index for model in (*item["models"], *made)):
                raise Refusal("error_model_duplicate_tier_variation_index", "Item have duplicate tier_index.")
            item["models_made"] += 1
            model: Record = {"model_id": item["item_id"] * 1_000 + item["models_made"], "tier_index": index, "reserved": 0,
                             "model_sku": "", "gtin_code": "", "weight": item["weight"], "model_status": "MODEL_NORMAL",
                             "original_price": price_of(fields), "stock": read_stock(fields), "pre_order": item["pre_order"]}
            if "dimension" in item:
                model["dimension"] = item["dimension"]
            made.append(model | _read_details(fields))
        item["models"] = [*item["models"], *made]
        if _spread_too_wide(item["models"]):
            raise Refusal("error_param", "Parameter is not match the constraints, original_price.")
        check_prices_for_wholesale(item.get("wholesale", []), [model["original_price"] for model in item["models"]])
        self._items.keep(item, call)
        return made

    def update_tier_variation(self, call: Call) -> Body:
        """New names, values and places; models that are not named go, and so may not all be left out."""
        item = self._items.to_change(call)
        refuse_while_locked(item, CHANGE_TIERS)
        tiers = _read_tiers(call.body, self._images)
        if len(tiers) != len(item["tiers"]):
            raise Refusal("error_tier_var_level_not_same", "Item tier-variation level not same")
        known = {model["model_id"]: model for model in item["models"]}
        places: dict[int, list[int]] = {}
        for fields in call.body.inners("model_list") or []:
            number = fields.need_integer("model_id")
            if number not in known:
                raise Refusal("error_wrong_modelid", "")
            if number in places:
                raise Refusal("error_duplicate_modelid", f"The model_id is duplicate, model_id:{number}")
            places[number] = _read_place(fields, tiers)
        if not places:
            raise Refusal("error_busi_cannot_delete_all_model", "Cannot delete all models by this api.")
        if len({tuple(place) for place in places.values()}) < len(places):
            raise Refusal("error_model_duplicate_tier_variation_index", "Item have duplicate tier_index.")
        models = [known[number] | {"tier_index": place} for number, place in places.items()]
        self._items.keep(item | {"tiers": tiers, "models": models}, call)
        return {"warning": ""}

    def update_model(self, call: Call) -> Body:
        """Changes codes, weight, pre-order or state of models."""
        item = self._items.to_change(call)
        wishes = call.body.need_inners("model", MOST_MODELS)
        changes = {fields.need_integer("model_id"): _read_details(fields) for fields in wishes}
        if not changes.keys() <= {model["model_id"] for model in item["models"]}:
            raise Refusal("error_model_invalid_model_id", "Invalid model_id.")
        item["models"] = [model | changes.get(model["model_id"], {}) for model in item["models"]]
        self._items.keep(item, call)
        return {"warning": ""}

    def delete_model(self, call: Call) -> Body:
        """Takes one model away; an item keeps at least one."""
        item, number = self._items.to_change(call), call.body.need_integer("model_id")
        refuse_while_locked(item, DELETE_MODEL)
        rest = [model for model in item["models"] if model["model_id"] != number]
        if len(rest) == len(item["models"]):
            raise Refusal("error_model_invalid_model_id", "Invalid model_id.")
        if not rest:
            raise Refusal("error_busi_cannot_delete_all_model", "Cannot delete all models by this api.")
        self._items.keep(item | {"models": rest}, call)
        return {"warning": ""}

    def get_model_list(self, call: Call) -> Body:
        """The variations of one item, in the older and the newer form."""
        item = self._items.find(call.query.need_integer("item_id"), int(call.now.timestamp()))
        if item is None:
            raise Refusal("error_item_not_found", "Item_id is not found.")
        models = [{
            **{name: model[name] for name in MODEL_FIELDS if name in model},
            "price_info": price_info(model["original_price"]), "stock_info_v2": stock_info(model["stock"], model["reserved"]),
            "promotion_id": 0, "has_promotion": locked(item), "is_fulfillment_by_shopee": False,
        } for model in item["models"]]
        return {"response": {"tier_variation": [_old_tier(tier) for tier in item["tiers"]], "model": models,
                             "standardise_tier_variation": [_new_tier(tier) for tier in item["tiers"]]}}

    def update_price(self, call: Call) -> Body:
        """Sets prices; what fails is named beside what succeeds, and when all fails its code comes up."""
        item = self._items.to_change(call)
        wishes = by_model(call.body.need_inners("price_list", MOST_MODELS))
        _match_models(item, wishes, "error_edit_item_price_for_item_has_model",
                      "Can't edit item price directly while item has models.")
        if not item["models"]:
            refuse_while_locked(item, PRICE)
        taken, refused = _try_each(wishes, price_of)
        if locked(item):
            taken, refused = {}, {number: Refusal(*MODEL_PRICE) for number in wishes}
        models = [model | {"original_price": taken.get(model["model_id"], model["original_price"])} for model in item["models"]]
        if _spread_too_wide(models):
            raise Refusal("error_price_out_of_range", "Price is out of range.")
        check_prices_for_wholesale(item.get("wholesale", []), [model["original_price"] for model in models] or taken.values())
        lists: Body = {"success_list": [{"model_id": number, "original_price": price} for number, price in taken.items()],
                       "failure_list": _failures(refused)}
        if not taken:
            first = next(iter(refused.values()))
            raise Refusal(first.code, first.message, response=lists)
        self._items.keep(item | {"models": models, "original_price": taken.get(0, item["original_price"])}, call)
        return {"response": lists}

    def update_stock(self, call: Call) -> Body:
        """Sets stock, absolute and never under what is reserved; any failure also sets the code."""
        item = self._items.to_change(call)
        wishes = by_model(call.body.need_inners("stock_list", MOST_MODELS))
        _match_models(item, wishes, "error_edit_item_stock_for_item_has_model",
                      "Can't to edit item stock directly while item has models.")
        reserved = {0: item["reserved"], **{model["model_id"]: model["reserved"] for model in item["models"]}}
        taken, refused = _try_each(wishes, read_stock)
        for number in [number for number, stock in taken.items() if stock < reserved[number]]:
            del taken[number]
            refused[number] = Refusal("error_auth", "Stock should be larger than reserved stock.")
        models = [model | {"stock": taken.get(model["model_id"], model["stock"])} for model in item["models"]]
        if taken:
            self._items.keep(item | {"models": models, "stock": taken.get(0, item["stock"])}, call)
        done = [{"model_id": number, "location_id": "", "stock": stock} for number, stock in taken.items()]
        lists: Body = {"success_list": done, "failure_list": _failures(refused)}
        if refused:
            raise Refusal("error_busi_update_stock_failed", "", response=lists)
        return {"response": lists}


def _try_each(wishes: dict[int, Fields], read: Callable[[Fields], int]) -> tuple[dict[int, int], dict[int, Refusal]]:
    taken: dict[int, int] = {}
    refused: dict[int, Refusal] = {}
    for number, fields in wishes.items():
        try:
            taken[number] = read(fields)
        except Refusal as refusal:
            if refusal.code == "product.error_param":
                raise
            refused[number] = refusal
    return taken, refused


def _failures(refused: dict[int, Refusal]) -> list[Body]:
    return [{"model_id": number, "failed_reason": refusal.message} for number, refusal in refused.items()]


def _match_models(item: Record, wishes: dict[int, Fields], code: str, message: str) -> None:
    known = {model["model_id"] for model in item["models"]}
    if known and 0 in wishes:
        raise Refusal(code, message)
    if not wishes.keys() <= (known or {0}):
        raise Refusal("error_param", "Wrong model_id.")


def _spread_too_wide(models: list[Record]) -> bool:
    prices = [model["original_price"] for model in models]
    return bool(prices) and max(prices) > MODEL_PRICE_SPREAD * min(prices)


def _read_details(fields: Fields) -> Body:
    found: Body = {}
    for name in ("model_sku", "gtin_code", "model_status"):
        if (text := fields.text(name)) is not None:
            found[name] = text
    check_gtin(found.get("gtin_code", ""))
    if len(found.get("model_sku", "")) > LONGEST_SKU or found.get("model_status", "MODEL_NORMAL") not in MODEL_STATES:
        raise Refusal("error_param", "Invalid parameter for product.")
    if (weight := fields.number("weight")) is not None:
        found["weight"] = plain(weight)
    if (dimension := fields.inner("dimension")) is not None:
        found["dimension"] = read_dimension(dimension)
    if (pre_order := fields.inner("pre_order")) is not None:
        found["pre_order"] = read_pre_order(pre_order)
    return found


def _read_index(fields: Fields, tiers: list[Body]) -> list[int]:
    index = fields.integers("tier_index")
    if not index:
        raise Refusal("error_model_nonempty_itemtier_empty_index", "Item tier_index is required.")
    if len(index) != len(tiers):
        raise Refusal("error_param", "Model tier_index error.")
    if not all(0 <= position < len(tier["options"]) for position, tier in zip(index, tiers, strict=True)):
        raise Refusal("error_model_tier_index_bound", "Invalid item iter_index.")
    return index


def _read_place(fields: Fields, tiers: list[Body]) -> list[int]:
    place = fields.integers("tier_index") or []
    if len(place) != len(tiers):
        raise Refusal("error_model_tier_index_level_mismatch_var_level", "Item tier_index level mismatch tier variation list level.")
    if not all(0 <= at < len(tier["options"]) for at, tier in zip(place, tiers, strict=True)):
        raise Refusal("error_tier_index", "The tier_index is not exist")
    return place


def _read_tiers(fields: Fields, images: Shelf) -> list[Body]:
    # Retired in the documents on 12 September 2025, still sent by working clients. GUIDE Variant management, 2026-08.
    newer = fields.inners("standardise_tier_variation")
    tiers = [_read_new_tier(tier) for tier in newer] if newer else [
        _read_old_tier(tier) for tier in fields.inners("tier_variation") or []]
    if not tiers:
        raise fields.dialect.missing("standardise_tier_variation")
    if len(tiers) > MOST_TIERS:
        raise Refusal("error_param", "The level of tier-variation over 2.")
    names = [tier["name"] for tier in tiers]
    for tier in tiers:
        options = [option["option"] for option in tier["options"]]
        if len(set(options)) < len(options) or len(set(names)) < len(names):
            raise Refusal("error_model_duplicate_name", "Item tier_variation have duplicate name.")
        if len(options) > MOST_OPTIONS:
            raise Refusal("error_tier_opt_too_many", "Count of tier_variation option is larger than 20.")
        if not tier["name"]:
            raise Refusal("error_nil_name_new_item_model", "Item tier_variation name cannot be empty.")
        if len(tier["name"]) > TIER_NAME_LENGTH[1]:
            raise Refusal("error_tier_var_name_too_long", "")
        if any(len(option) > OPTION_LENGTH[1] for option in options):
            raise Refusal("error_tier_opt_val_too_long", "")
    _check_pictures(tiers, images)
    return tiers


def _check_pictures(tiers: list[Body], images: Shelf) -> None:
    pictured = [bool(option["image_id"]) for option in tiers[0]["options"]]
    if any(pictured) and not all(pictured):
        raise Refusal("error_tier_img_partial", "Interal error, please contact openapi team.")
    if any(option["image_id"] for tier in tiers[1:] for option in tier["options"]):
        raise Refusal("error_param", "Parameter is not match the constraints, image_id.")
    if not all(option["image_id"] in images for option in tiers[0]["options"] if option["image_id"]):
        raise Refusal("error_param", "Image not exist.")


def _read_new_tier(fields: Fields) -> Body:
    fields.need_integer("variation_id")
    return {"name": fields.text("variation_name") or "", "options": [
        {"option": option.need_text("variation_option_name"), "image_id": option.text("image_id") or ""}
        for option in fields.need_inners("variation_option_list", MOST_MODELS)]}


def _read_old_tier(fields: Fields) -> Body:
    options = []
    for option in fields.need_inners("option_list", MOST_MODELS):
        image = option.inner("image")
        options.append({"option": option.need_text("option"), "image_id": (image.text("image_id") if image else None) or ""})
    return {"name": fields.text("name") or "", "options": options}


def _old_tier(tier: Body) -> Body:
    return {"name": tier["name"], "option_list": [
        {"option": option["option"], **({"image": {"image_id": option["image_id"], "image_url": image_url(option["image_id"])}}
                                        if option["image_id"] else {})} for option in tier["options"]]}


def _new_tier(tier: Body) -> Body:
    return {"variation_id": 0, "variation_group_id": 0, "variation_name": tier["name"], "variation_option_list": [
        {"variation_option_id": 0, "variation_option_name": option["option"], "image_id": option["image_id"],
         "image_url": image_url(option["image_id"]) if option["image_id"] else ""} for option in tier["options"]]}


def _made(model: Record) -> Body:
    return {**{name: model[name] for name in ("tier_index", "model_id", "model_sku", "dimension") if name in model},
            "price_info": [{"original_price": model["original_price"]}],
            "seller_stock": [{"location_id": "", "stock": model["stock"]}], "weight": float(model["weight"])}
