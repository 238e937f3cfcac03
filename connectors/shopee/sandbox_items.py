"""The practice Shopee's items: making, changing, finding and taking them off sale.

Left out: videos, scheduled publishing, size charts and extended descriptions (such fields are ignored).
Orders of the simulated buyers do not use up stock.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta

from connectors.shopee.sandbox_listing import check_content, price_of, read_content, read_stock, shown_attributes
from connectors.shopee.sandbox_promotion import DELETE, UNLIST, check_fields, locked, refuse_while_locked
from connectors.shopee.sandbox_tree import CHANNEL_BY_NUMBER, DAYS_TO_SHIP, ITEM_COUNT, Upheaval
from connectors.shopee.sandbox_wire import POST, Body, Call, Endpoint, Fields, Refusal
from ocop_market.sandbox.shelf import Record, Shelf

FIRST_ITEM = 40_000_000_000
REVIEW_TIME = timedelta(minutes=10)
KEPT_AFTER_DELETE = timedelta(days=90)
MOST_IDS = 50
PRACTICE_BAN = "CẤM THỬ"
"""Words in a title that make the practice reviewers ban the item."""
PRACTICE_VIOLATION = {"violation_type": "Prohibited Listing", "violation_reason": "Tên sản phẩm có chữ để tập cấm bán",
                      "suggestion": "Bỏ chữ đó khỏi tên sản phẩm"}
STATUSES = frozenset({"NORMAL", "REVIEWING", "UNLIST", "BANNED", "SELLER_DELETE", "SHOPEE_DELETE"})
DELETED = frozenset({"SELLER_DELETE", "SHOPEE_DELETE"})

NOT_FOUND = ("error_item_not_found", "Product not found")
NOT_DELISTABLE = ("error_busi_cannot_delist_reviewing_or_banned_item", "Banned and Reviewing Products cannot be delisted")

DEFAULTS: Body = {"description_type": "normal", "condition": "NEW", "item_sku": "", "gtin_code": "", "attribute_list": [],
                  "pre_order": {"is_pre_order": False, "days_to_ship": DAYS_TO_SHIP}}
REQUIRED = ("item_name", "description", "original_price", "weight", "category_id", "image", "logistic_info", "seller_stock")


def image_url(image_id: str) -> str:
    """Where the public would find a picture."""
    return f"https://cf.shopee.vn/file/{image_id}"


def status_of(item: Record, now: int) -> str:
    """The item's status: review, ban and deletion come before the seller's own choice."""
    if item["deleted_at"] is not None:
        return "SHOPEE_DELETE" if item.get("removed") else "SELLER_DELETE"
    if now < item["review_ends"]:
        return "REVIEWING"
    if item.get("ban") or PRACTICE_BAN in unicodedata.normalize("NFC", item["item_name"]).upper():
        return "BANNED"
    return "UNLIST" if item["unlisted"] else "NORMAL"


def updated_at(item: Record, now: int) -> int:
    """When the item last changed; the end of its review counts."""
    return max(item["update_time"], item["review_ends"]) if item["review_ends"] <= now else int(item["update_time"])


class Items:
    """All items of the practice shop, and the endpoints for whole items."""

    def __init__(self, items: Shelf, images: Shelf, upheaval: Upheaval, *, reviewing: bool) -> None:
        self._items, self._images, self._upheaval = items, images, upheaval
        self._reviewing = reviewing
        self._by_sku: dict[str, list[tuple[int, int]]] | None = None
        self.most = ITEM_COUNT
        self.warning = ""
        """What the platform remarks on every item that it takes."""

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {
            "product/add_item": Endpoint(self.add_item, POST),
            "product/update_item": Endpoint(self.update_item, POST),
            "product/unlist_item": Endpoint(self.unlist_item, POST),
            "product/delete_item": Endpoint(self.delete_item, POST),
            "product/get_item_list": Endpoint(self.get_item_list),
            "product/get_item_base_info": Endpoint(self.get_item_base_info),
            "product/get_item_extra_info": Endpoint(self.get_item_extra_info),
            "product/get_item_violation_info": Endpoint(self.get_item_violation_info),
            "product/search_item": Endpoint(self.search_item),
        }

    def find(self, item_id: int, now: int) -> Record | None:
        """The item, also a deleted one for about 90 days."""
        item = self._items.get(str(item_id))
        if item is None or (item["deleted_at"] is not None and item["deleted_at"] + KEPT_AFTER_DELETE.total_seconds() < now):
            return None
        return item

    def to_change(self, call: Call) -> Record:
        """A copy of the item that the body names, which must be there and not deleted."""
        item = self.find(call.body.need_integer("item_id"), int(call.now.timestamp()))
        if item is None:
            raise Refusal(*NOT_FOUND)
        if item["deleted_at"] is not None:
            raise Refusal("error_item_uneditable", "Can't edit this item. item status can not support editing.")
        return dict(item)

    def keep(self, item: Record, call: Call) -> None:
        """Puts an item back after a change."""
        self.put(item | {"update_time": int(call.now.timestamp())})

    def put(self, item: Record) -> None:
        """Puts an item on the shelf as it is."""
        self._items[str(item["item_id"])] = item
        self._by_sku = None

    def with_sku(self, sku: str) -> Record | None:
        """A copy of the first item that is not deleted and carries the SKU, itself or on a model."""
        return next((dict(item) for item in self._items.values() if item["deleted_at"] is None
                     and (item["item_sku"] == sku or any(model["model_sku"] == sku for model in item["models"]))), None)

    def listed_as(self, sku: str, at: int) -> tuple[int, int] | None:
        """Item id and model id under which a SKU was kept at a moment; None when it was not."""
        if self._by_sku is None:
            self._by_sku = {}
            for item in self._items.values():
                for model in (*item["models"], {"model_sku": item["item_sku"], "model_id": 0}):
                    self._by_sku.setdefault(model["model_sku"], []).append((item["item_id"], model["model_id"]))
        for item_id, model_id in self._by_sku.get(sku, []):
            item = self._items[str(item_id)]
            if item["create_time"] <= at and (item["deleted_at"] is None or at < item["deleted_at"]):
                return item_id, model_id
        return None

    def named(self, item_id: int, model_id: int) -> tuple[str, str]:
        """The item's own SKU and the model's values, as order lines show them; empty where they are gone."""
        item = self._items.get(str(item_id))
        if item is None:
            return "", ""
        model = next((model for model in item["models"] if model["model_id"] == model_id), None)
        values = [tier["options"][at]["option"] for tier, at in zip(item["tiers"], model["tier_index"], strict=True)] if model else []
        return str(item["item_sku"]), ",".join(values)

    def count(self, sku: str) -> int:
        """How many items carry a SKU and are not deleted."""
        return sum(item["item_sku"] == sku and item["deleted_at"] is None for item in self._items.values())

    def reserve(self, item_id: int, quantity: int, model_id: int = 0) -> None:
        """Sets the reserved stock of an item or model, as open orders would."""
        item = dict(self._items[str(item_id)])
        if model_id:
            item["models"] = [model | ({"reserved": quantity} if model["model_id"] == model_id else {})
                              for model in item["models"]]
        else:
            item["reserved"] = quantity
        self.put(item)

    def add_item(self, call: Call) -> Body:
        """A new item. Not idempotent: a repeated call makes a second item."""
        fields, now = call.body, int(call.now.timestamp())
        for name in REQUIRED:
            if name not in fields:
                raise fields.dialect.missing(name)
        content = DEFAULTS | self._read(fields)
        content |= {"original_price": price_of(fields), "stock": read_stock(fields)}
        status = content.pop("item_status", "NORMAL")
        if status not in {"NORMAL", "UNLIST"}:
            raise Refusal("error_param", "Wrong parameters, detail: item_status.")
        check_content(content, self._images)
        if sum(item["deleted_at"] is None for item in self._items.values()) >= self.most:
            raise Refusal("error_reach_shop_item_limit", "Item published item count reaches limit.")
        item = content | {
            "item_id": FIRST_ITEM + len(self._items) + 1, "create_time": now, "update_time": now, "deleted_at": None,
            "review_ends": self._review_ends(now), "unlisted": status == "UNLIST", "reserved": 0,
            "tiers": [], "models": [], "models_made": 0}
        self.put(item)
        price = {"current_price": item["original_price"], "original_price": item["original_price"]}
        return {"warning": self.warning, "response": _written(item, now) | {
            "price_info": price, "attribute": item["attribute_list"], "wholesale": item.get("wholesale", []), "video_info": [],
            "logistic_info": item["logistic_info"], "seller_stock": [{"location_id": "", "stock": item["stock"]}]}}

    def update_item(self, call: Call) -> Body:
        """Changes the fields sent; price, stock, models and delivery have endpoints of their own and are ignored here."""
        item, now = self.to_change(call), int(call.now.timestamp())
        found = self._read(call.body)
        found.pop("logistic_info", None)
        check_fields(item, found)
        status, before = found.pop("item_status", None), status_of(item, now)
        item |= found
        check_content(item, self._images if "image_id_list" in found else None)
        if status is not None and status != before:
            if status not in {"NORMAL", "UNLIST"} or (before in {"REVIEWING", "BANNED"} and status == "UNLIST"):
                raise Refusal("error_busi_item_status_invalid", "Invalid item status.")
            if status == "UNLIST":
                refuse_while_locked(item, UNLIST)
            item["unlisted"] = status == "UNLIST"
        if before == "BANNED":
            item |= {"ban": None, "review_ends": self._review_ends(now)}
        self.keep(item, call)
        channels = [{"logistic_id": choice["logistic_id"], "enabled": choice["enabled"], "is_free": choice["is_free"],
                     "logistic_name": CHANNEL_BY_NUMBER[choice["logistic_id"]].name, "estimated_shipping_fee": 0}
                    for choice in item["logistic_info"]]
        return {"warning": self.warning, "response": _written(item, now) | {"logistic_info": channels}}

    def unlist_item(self, call: Call) -> Body:
        """Takes items off sale or puts them back; repeating the same wish is a success (unverified)."""
        now = int(call.now.timestamp())
        done: list[Body] = []
        failed: list[Body] = []
        refusals: list[tuple[str, str]] = []
        for wish in call.body.need_inners("item_list", MOST_IDS):
            item_id, unlist = wish.need_integer("item_id"), wish.need_flag("unlist")
            item = self.find(item_id, now)
            if item is not None and unlist and locked(item):
                refusals.append(UNLIST)
                failed.append({"item_id": item_id, "failed_reason": UNLIST[1]})
                continue
            if item is not None and status_of(item, now) in {"NORMAL", "UNLIST"}:
                self.keep(item | {"unlisted": unlist}, call)
                done.append({"item_id": item_id, "unlist": unlist})
                continue
            refusals.append(NOT_FOUND if item is None or item["deleted_at"] is not None else NOT_DELISTABLE)
            failed.append({"item_id": item_id, "failed_reason": refusals[-1][1]})
        lists: Body = {"failure_list": failed, "success_list": done}
        if not done:
            raise Refusal(*refusals[0], response=lists)
        return {"response": lists}

    def delete_item(self, call: Call) -> Body:
        """Deletes an item; it stays readable for about 90 days."""
        now = int(call.now.timestamp())
        item = self.find(call.body.need_integer("item_id"), now)
        if item is None or item["deleted_at"] is not None:
            raise Refusal("error_item_not_found", "Item_id is not found.")
        refuse_while_locked(item, DELETE)
        self.keep(item | {"deleted_at": now}, call)
        return {"warning": ""}

    def get_item_list(self, call: Call) -> Body:
        """Items in the wanted states, paged by `next_offset`."""
        query, now = call.query, int(call.now.timestamp())
        offset, size = query.need_integer("offset"), query.need_page_size()
        statuses = query.need_texts("item_status")
        if not set(statuses) <= STATUSES:
            raise Refusal("error_param_item_status", "Item status error.")
        since, until = query.integer("update_time_from") or 0, query.integer("update_time_to") or now
        if until < since:
            raise Refusal("error_update_time_range", "Update_time_to should be later than update_time_from.")
        if offset < 0:
            raise query.dialect.out_of_range("offset", 0, self.most)
        found = [item for item in self._seen(now)
                 if status_of(item, now) in statuses and since <= updated_at(item, now) <= until]
        page, more = found[offset:offset + size], offset + size < len(found)
        return {"response": {
            "item": [{"item_id": item["item_id"], "item_status": status_of(item, now), "update_time": updated_at(item, now),
                      "tag": {"kit": False}} for item in page],
            "total_count": len(found), "has_next_page": more, "next_offset": offset + len(page) if more else 0}}

    def get_item_base_info(self, call: Call) -> Body:
        """Up to 50 items in full; unknown ids are left out."""
        return self._each(call, self._base_info)

    def get_item_extra_info(self, call: Call) -> Body:
        """Counts of sales and looks; nobody looks at a practice shop."""
        return self._each(call, lambda item, now: {"item_id": item["item_id"], "sale": 0, "views": 0, "likes": 0,
                                                   "rating_star": 0, "comment_count": 0})

    def get_item_violation_info(self, call: Call) -> Body:
        """Why items were banned; an unknown id fails alone."""
        now = int(call.now.timestamp())
        if "item_id_list" not in call.query:
            raise Refusal("error_param", "The item_id_list is required")
        numbers = call.query.need_integers("item_id_list")
        if len(numbers) > MOST_IDS:
            raise Refusal("error_param", "Request items over limit, should be less than 50")
        found: list[Body] = []
        for number in numbers:
            item = self.find(number, now)
            found.append({"item_id": number, "fail_error": "error_param", "fail_message": "Invalid request item_id"}
                         if item is None else _violation(item, now))
        return {"message": None, "response": {"item_list": found}}

    def search_item(self, call: Call) -> Body:
        """Ids of items by a part of their name or SKU, also of a model's (unverified); the cursor is text."""
        query, now = call.query, int(call.now.timestamp())
        size, offset = query.need_page_size(), query.text("offset") or "0"
        name, sku = query.text("item_name"), query.text("item_sku")
        if not name and not sku and "attribute_status" not in query:
            raise Refusal("error_param", "request must set one of [item_name,attribute_status]")
        statuses = query.texts("item_status") or sorted(STATUSES - DELETED)
        if not set(statuses) <= STATUSES:
            raise Refusal("error_param_item_status", "Item status error.")
        if not offset.isdecimal():
            raise query.dialect.wrong_type("offset", "string", offset)
        found = [item["item_id"] for item in self._seen(now)
                 if (name or "").lower() in item["item_name"].lower()
                 and any((sku or "").lower() in code.lower() for code in (item["item_sku"], *_model_skus(item)))
                 and status_of(item, now) in statuses]
        start = int(offset)
        page, more = found[start:start + size], start + size < len(found)
        return {"response": {"item_id_list": page, "total_count": len(found),
                             "next_offset": str(start + len(page)) if more else ""}}

    def _read(self, fields: Fields) -> Body:
        """The fields of an item that are there, with the numbers that attributes had at first."""
        found = read_content(fields)
        for row in found.get("attribute_list", ()):
            row["attribute_id"] = self._upheaval.inside(row["attribute_id"])
        if "category_id" in found:
            self._upheaval.check(found["category_id"])
        return found

    def _base_info(self, item: Record, now: int) -> Body:
        shown = _base_info(item, now)
        for row in shown["attribute_list"]:
            row["attribute_id"] = self._upheaval.outside(row["attribute_id"])
        return shown

    def _review_ends(self, now: int) -> int:
        return now + (int(REVIEW_TIME.total_seconds()) if self._reviewing else 0)

    def _seen(self, now: int) -> list[Record]:
        return [item for item in self._items.values() if self.find(item["item_id"], now) is not None]

    def _each(self, call: Call, show: Callable[[Record, int], Body]) -> Body:
        now, numbers = int(call.now.timestamp()), call.query.need_integers("item_id_list")
        if len(numbers) > MOST_IDS:
            raise Refusal("error_query_over_itemid_size", "Interal error, please contact openapi team.")
        return {"response": {"item_list": [show(item, now) for number in numbers if (item := self.find(number, now))]}}


def stock_info(stock: int, reserved: int) -> Body:
    """Stock as items and models show it."""
    return {"summary_info": {"total_reserved_stock": reserved, "total_available_stock": stock - reserved},
            "seller_stock": [{"location_id": "", "stock": stock, "if_saleable": True}], "shopee_stock": [],
            "advance_stock": {"sellable_advance_stock": 0, "in_transit_advance_stock": 0}}


def price_info(price: int) -> list[Body]:
    """A price as items and models show it: a list of one, unlike in the reply of add_item."""
    return [{"currency": "VND", "original_price": price, "current_price": price, "inflated_price_of_original_price": price,
             "inflated_price_of_current_price": price, "sip_item_price": 0, "sip_item_price_source": ""}]


def _dimension(item: Record) -> Body:
    return {"dimension": item["dimension"]} if "dimension" in item else {}


def _written(item: Record, now: int) -> Body:
    return {"item_id": item["item_id"], "item_name": item["item_name"], "description": item["description"],
            "description_type": item["description_type"], "weight": float(item["weight"]), "item_status": status_of(item, now),
            "category_id": item["category_id"], "condition": item["condition"], "brand": item["brand"],
            "pre_order": item["pre_order"], **_dimension(item), "item_dangerous": 0,
            "images": {"image_id_list": item["image_id_list"], "image_url_list": list(map(image_url, item["image_id_list"]))}}


def _base_info(item: Record, now: int) -> Body:
    shown: Body = {
        **{name: item[name] for name in ("item_id", "category_id", "item_name", "description", "description_type", "item_sku",
                                         "create_time", "weight", "condition", "pre_order", "brand", "gtin_code")},
        "item_status": status_of(item, now), "update_time": updated_at(item, now), "attribute_list": shown_attributes(item),
        "image": {"image_id_list": item["image_id_list"], "image_url_list": list(map(image_url, item["image_id_list"])),
                  "image_ratio": item["image_ratio"]},
        "logistic_info": [choice | {"logistic_name": CHANNEL_BY_NUMBER[choice["logistic_id"]].name, "estimated_shipping_fee": 0}
                          for choice in item["logistic_info"]],
        **_dimension(item), "wholesales": item.get("wholesale", []), "size_chart": "", "item_dangerous": 0,
        "has_model": bool(item["models"]), "has_promotion": locked(item), "deboost": False, "tag": {"kit": False},
        "stock_info_v2": stock_info(item["stock"], item["reserved"])}
    if not item["models"]:
        shown["price_info"] = price_info(item["original_price"])
    return shown


def _violation(item: Record, now: int) -> Body:
    details = [] if status_of(item, now) != "BANNED" else [(item.get("ban") or PRACTICE_VIOLATION) | {
        "fix_deadline_time": updated_at(item, now) + 7 * 86_400,
        "update_time": updated_at(item, now)}]
    return {"item_id": item["item_id"], "item_name": item["item_name"], "item_status": status_of(item, now), "deboost": False,
            "item_status_details": details, "deboost_details": [], "fail_error": "", "fail_message": ""}


def _model_skus(item: Record) -> list[str]:
    return [model["model_sku"] for model in item["models"]]


def by_model(choices: list[Fields]) -> dict[int, Fields]:
    """Price or stock entries by model id, 0 for the item itself; an id given twice is refused."""
    found: dict[int, Fields] = {}
    for choice in choices:
        number = choice.integer("model_id") or 0
        if number in found:
            raise Refusal("error_param", "Repeat model_id.")
        found[number] = choice
    return found
