"""Seller, warehouses, categories and attributes of the Tiki practice server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from connectors.tiki.sandbox_desk import (
    ACTIVE_WAREHOUSES,
    SELLER_ID,
    SELLER_NAME,
    SELLER_SID,
    WAREHOUSES,
    Desk,
    Refusal,
    Route,
    answer,
    page_out,
    read_flag,
    read_page,
    text_time,
)
from connectors.tiki.sandbox_taxonomy import (
    ATTRIBUTES,
    CATEGORIES,
    Category,
    attribute_form,
    attributes_of,
    category_form,
    parents_of,
)
from ocop_market.model.text import fold
from ocop_market.sandbox.shelf import Record

OPENED = datetime(2022, 1, 4, 3, 0, tzinfo=UTC)
STREET = "1 Đường Thực Hành"
ADDRESS = {"street": STREET, "country": {"code": "VN", "name": "Vietnam"}, "region": {"code": "VN034", "name": "Hà Nội"},
           "district": {"code": "VN034901", "name": "Huyện Thực Hành"}, "ward": {"code": "VN034901901", "name": "Xã Thực Hành"}}
MOST_VALUES = 100
OPTION_LABELS = ("Trọng lượng", "Khối lượng", "Dung tích", "Hương vị", "Quy cách", "Đóng gói", "Quy cách đóng gói", "Loại", "Số lượng",
                 "Màu sắc", "Kích cỡ")


class Catalog(Desk):
    """What a seller reads before publishing."""

    seller_active: bool
    licensed: bool

    def routes(self) -> Sequence[Route]:
        """Adds the endpoints of seller, warehouses, categories and attributes."""
        return (
            *super().routes(),
            ("GET", "/integration/v2/sellers/me", "show_seller"),
            ("GET", "/integration/v2/sellers/me/warehouses", "list_warehouses"),
            ("GET", "/integration/v2/seller-inventories", "list_inventories"),
            ("GET", "/integration/v2/categories", "list_categories"),
            ("GET", "/integration/v1/categories", "list_categories_v1"),
            ("GET", "/integration/v2/categories/<int:category_id>", "show_category"),
            ("GET", "/integration/v2/categories/<int:category_id>/attributes", "list_attributes"),
            ("GET", "/integration/v1/categories/<int:category_id>/attributes", "list_attributes_v1"),
            ("GET", "/integration/v2/categories/<int:category_id>/optionLabels", "list_option_labels"),
            ("GET", "/integration/v2/categories/<int:category_id>/documents", "list_documents"),
            ("GET", "/integration/v2/attributes/<int:attribute_id>/values", "list_values"),
        )

    # --- seller

    def show_seller(self, request: Request) -> Response:
        """The seller behind the token."""
        return answer({
            "id": SELLER_ID, "sid": SELLER_SID, "name": SELLER_NAME, "active": int(self.seller_active), "logo": "",
            "operation_models": ["dropship", "seller_delivery"], "can_update_product": 1,
            "registration_status": "completed", "live_at": text_time(OPENED)})

    def list_warehouses(self, request: Request) -> Response:
        """The seller's warehouses, by status and type when asked."""
        page, limit = read_page(request, most=MOST_VALUES)
        wanted = {name: request.args[name] for name in ("status", "type") if name in request.args}
        return page_out([{**house, "seller_id": SELLER_ID, "code": "", **ADDRESS} for house in WAREHOUSES
                         if all(str(house[name]) == value for name, value in wanted.items())], page, limit)

    def list_inventories(self, request: Request) -> Response:
        """Where orders of each Tiki warehouse may be picked up, for their confirmation."""
        codes = [code for code in request.args.get("tiki_warehouse_codes", "").split(",") if code]
        if not codes:
            raise Refusal(400, "tiki_warehouse_codes is required")
        return answer({
            "seller_inventories": [{"id": house["id"], "name": house["name"], "address": STREET, "type": house["type"]}
                                   for house in WAREHOUSES if house["id"] in ACTIVE_WAREHOUSES],
            "mappings": [{"tiki_warehouse_code": code, "seller_inventory_ids": sorted(ACTIVE_WAREHOUSES)} for code in codes]})

    # --- categories

    def list_categories(self, request: Request) -> Response:
        """All categories that fit the filters."""
        return answer({"data": [category_form(category) for category in _asked_for(request, "isPrimary")]})

    def list_categories_v1(self, request: Request) -> Response:
        """The older form: a bare array, `parent` and `primary`."""
        return answer([_category_v1(category) for category in _asked_for(request, "primary")])

    def show_category(self, request: Request, category_id: int) -> Response:
        """One category, with those above it when asked."""
        category = _category(category_id)
        shown = category_form(category)
        if read_flag(request.args.get("includeParents", "false"), "includeParents"):
            shown["parents"] = [category_form(parent) for parent in parents_of(category)]
        return answer(shown)

    def list_attributes(self, request: Request, category_id: int) -> Response:
        """What goods of the category are described by."""
        category = _category(category_id)
        return answer({"data": [attribute_form(attribute, category) for attribute in attributes_of(category, self.renamed)]})

    def list_attributes_v1(self, request: Request, category_id: int) -> Response:
        """The older form: a bare array."""
        category = _category(category_id)
        return answer([attribute_form(attribute, category) for attribute in attributes_of(category, self.renamed)])

    def list_option_labels(self, request: Request, category_id: int) -> Response:
        """Labels for option_attributes; the page prints no answer, so this form is unverified."""
        _category(category_id)
        return answer({"data": [{"id": number, "label": label} for number, label in enumerate(OPTION_LABELS, 1)]})

    def list_documents(self, request: Request, category_id: int) -> Response:
        """Legal documents; the API list names this call without its path, so path and form are unverified."""
        return answer({"data": [{"id": document.id, "name": document.name, "type": "category",
                                 "is_required": document.is_required} for document in _category(category_id).documents]})

    def list_values(self, request: Request, attribute_id: int) -> Response:
        """The closed list of a select attribute."""
        attribute = ATTRIBUTES.get(attribute_id)
        if attribute is None:
            raise Refusal(404, f"Attribute not found id: {attribute_id}")
        page, limit = read_page(request, most=MOST_VALUES)
        sought = fold(request.args.get("q", ""))
        return page_out([
            {"id": attribute.id * 1000 + position, "attribute_code": attribute.code, "value": value, "position": position}
            for position, value in enumerate(attribute.values) if sought in fold(value)], page, limit)


def _category(category_id: int) -> Category:
    if category_id not in CATEGORIES:
        raise Refusal(404, f"Category not found id: {category_id}")
    return CATEGORIES[category_id]


def _asked_for(request: Request, primary_name: str) -> list[Category]:
    name, parent = fold(request.args.get("name", "")), request.args.get("parent")
    primary = request.args.get(primary_name)
    return [category for category in CATEGORIES.values()
            if name in fold(category.name) and (parent is None or parent == str(category.parent_id))
            and (primary is None or read_flag(primary, primary_name) == category.is_primary)]


def _category_v1(category: Category) -> Record:
    return {"id": category.id, "name": category.name, "parent": category.parent_id, "primary": int(category.is_primary),
            "description": ""}
