"""The practice category tree of Tiki: made-up numbers (99…), names and attribute codes in the platform's manner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from ocop_market.sandbox.shelf import Record


@dataclass(frozen=True)
class Document:
    """A legal document that goods of a category are sold with."""

    id: int
    name: str
    is_required: bool


@dataclass(frozen=True)
class Category:
    """A place in the tree; only primary ones take products."""

    id: int
    name: str
    parent_id: int
    is_primary: bool = True
    is_product_listing_enabled: bool = True
    no_license_seller_enabled: bool = True
    documents: tuple[Document, ...] = ()
    food: bool = True


FOOD_SAFETY = Document(990901, "Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", is_required=False)
HERBAL_DECLARATION = Document(990902, "Bản tự công bố sản phẩm thảo dược", is_required=True)
_FOOD = (FOOD_SAFETY,)

CATEGORIES: Mapping[int, Category] = {category.id: category for category in (
    Category(9900000, "Bách hóa thực hành", 0, is_primary=False),
    Category(9900100, "Trà và cà phê (thực hành)", 9900000, is_primary=False),
    Category(9900101, "Trà (thực hành)", 9900100, documents=_FOOD),
    Category(9900102, "Cà phê (thực hành)", 9900100, documents=_FOOD),
    Category(9900200, "Thực phẩm đóng gói (thực hành)", 9900000, is_primary=False),
    Category(9900201, "Mật ong (thực hành)", 9900200, documents=_FOOD),
    Category(9900202, "Gạo và ngũ cốc (thực hành)", 9900200, documents=_FOOD),
    Category(9900203, "Trái cây sấy (thực hành)", 9900200, documents=_FOOD),
    Category(9900204, "Bánh kẹo và đồ ăn vặt (thực hành)", 9900200, documents=_FOOD),
    Category(9900205, "Thịt, cá và hải sản chế biến (thực hành)", 9900200, documents=_FOOD),
    Category(9900300, "Gia vị và nước chấm (thực hành)", 9900000, is_primary=False),
    Category(9900301, "Nước mắm (thực hành)", 9900300, documents=_FOOD),
    Category(9900302, "Gia vị khô (thực hành)", 9900300, documents=_FOOD),
    Category(9900400, "Đồ uống (thực hành)", 9900000, is_primary=False),
    Category(9900401, "Nước giải khát (thực hành)", 9900400, documents=_FOOD),
    Category(9900402, "Đồ uống có cồn (thực hành)", 9900400, no_license_seller_enabled=False, documents=_FOOD),
    Category(9900500, "Sức khỏe (thực hành)", 0, is_primary=False),
    Category(9900501, "Thảo dược (thực hành)", 9900500, documents=(HERBAL_DECLARATION,)),
    Category(9900600, "Thủ công mỹ nghệ (thực hành)", 0, is_primary=False),
    Category(9900601, "Mây tre đan (thực hành)", 9900600, food=False),
    Category(9900602, "Gốm sứ (thực hành)", 9900600, food=False),
    Category(9900603, "Tranh thêu, ngừng nhận hàng mới (thực hành)", 9900600, is_product_listing_enabled=False, food=False),
)}


@dataclass(frozen=True)
class Attribute:
    """A property that a category asks for; `values` is closed where `input_type` is a select."""

    id: int
    code: str
    name: str
    name_en: str
    input_type: str
    data_type: str = "text"
    is_required: bool = False
    values: tuple[str, ...] = ()
    default: str = ""


NO_BRAND = "OEM"
_BRANDS = (NO_BRAND, *(f"Thương hiệu thực hành {number:03d}" for number in range(1, 131)))
_COUNTRIES = ("Việt Nam", "Lào", "Campuchia", "Thái Lan", "Trung Quốc", "Hàn Quốc", "Nhật Bản")

_COMMON = (
    Attribute(603, "brand", "Thương hiệu", "Brand", "select", is_required=True, values=_BRANDS),
    Attribute(990701, "origin", "Xuất xứ", "Made in", "select", is_required=True, values=_COUNTRIES),
    Attribute(990702, "brand_country", "Xuất xứ thương hiệu", "Brand country", "select", values=_COUNTRIES),
    Attribute(990703, "bulky", "Hàng cồng kềnh", "Bulky", "boolean", "integer", is_required=True, default="0"),
    Attribute(990704, "product_top_features", "Đặc điểm nổi bật", "Top features", "textarea"),
    Attribute(990705, "product_height", "Chiều cao đóng gói (cm)", "Packed height (cm)", "text", "decimal", is_required=True),
    Attribute(990706, "product_width", "Chiều rộng đóng gói (cm)", "Packed width (cm)", "text", "decimal", is_required=True),
    Attribute(990707, "product_length", "Chiều dài đóng gói (cm)", "Packed length (cm)", "text", "decimal", is_required=True),
    Attribute(990708, "product_weight_kg", "Cân nặng đóng gói (kg)", "Packed weight (kg)", "text", "decimal", is_required=True),
    Attribute(990709, "is_warranty_applied", "Có bảo hành", "Warranty", "boolean", "integer", is_required=True, default="0"),
    Attribute(990710, "vat", "Thuế GTGT (%)", "VAT (%)", "select", values=("0", "5", "8", "10")),
)
_FOOD_ONLY = (
    Attribute(990711, "require_expiry_date", "Có hạn sử dụng", "Has expiry date", "boolean", "integer", is_required=True,
              default="1"),
    Attribute(990712, "ingredients", "Thành phần", "Ingredients", "textarea"),
    Attribute(990713, "expiry_time", "Hạn sử dụng", "Shelf life", "text"),
)
_CRAFT_ONLY = (Attribute(990714, "material", "Chất liệu", "Material", "multiselect", values=("Mây", "Tre", "Gốm", "Sứ", "Vải")),)
ATTRIBUTES: Mapping[int, Attribute] = {attribute.id: attribute for attribute in (*_COMMON, *_FOOD_ONLY, *_CRAFT_ONLY)}


Renamed = Mapping[str, tuple[str, str]]
"""Attributes that the platform has renamed since, by their first code: the code and the name of today."""


def attributes_of(category: Category, renamed: Renamed) -> tuple[Attribute, ...]:
    """What goods of a category are described by."""
    return tuple(replace(attribute, code=renamed[attribute.code][0], name=renamed[attribute.code][1]) if attribute.code in renamed
                 else attribute for attribute in (*_COMMON, *(_FOOD_ONLY if category.food else _CRAFT_ONLY)))


def parents_of(category: Category) -> list[Category]:
    """From the top of the tree down to the parent."""
    above: list[Category] = []
    while category.parent_id:
        category = CATEGORIES[category.parent_id]
        above.insert(0, category)
    return above


def attribute_problems(category: Category, given: Mapping[str, Any], renamed: Renamed, *, complete: bool = True) -> list[str]:
    """What is wrong with attribute values; with `complete`, required ones that are missing count too."""
    problems = [f"attributes {code} not found" for code in renamed if code in given]  # unverified: no page tells of unknown codes
    for attribute in attributes_of(category, renamed):
        value = given.get(attribute.code)
        if value is None or value in ("", []):
            if attribute.is_required and (complete or attribute.code in given):
                problems.append(f"attributes {attribute.code} is required")
        else:
            problems += _value_problems(attribute, value)
    return problems


def _value_problems(attribute: Attribute, value: Any) -> list[str]:
    if attribute.values:
        chosen: Sequence[Any] = value if isinstance(value, list) and attribute.input_type == "multiselect" else [value]
        return [f"attributes {attribute.code} value '{one}' is not in the list of values"
                for one in chosen if str(one) not in attribute.values]
    if attribute.input_type == "boolean":
        good = not isinstance(value, bool) and value in (0, 1, "0", "1")
        return [] if good else [f"attributes {attribute.code} must be 0 or 1"]
    if attribute.data_type == "decimal" and not _positive(value):
        return [f"attributes {attribute.code} must be a number > 0"]
    return []


def _positive(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return not isinstance(value, bool) and number.is_finite() and number > 0


def category_form(category: Category) -> Record:
    """A category as v2 prints it."""
    return {"id": category.id, "name": category.name, "parent_id": category.parent_id, "is_primary": category.is_primary,
            "description": "", "is_product_listing_enabled": category.is_product_listing_enabled,
            "no_license_seller_enabled": category.no_license_seller_enabled}


def attribute_form(attribute: Attribute, category: Category) -> Record:
    """An attribute of a category, the same in v1 and v2."""
    return {"id": attribute.id, "code": attribute.code, "display_name": attribute.name,
            "display_name_en": attribute.name_en, "data_type": attribute.data_type, "input_type": attribute.input_type,
            "default_value": attribute.default, "description": "", "description_en": "",
            "is_required": attribute.is_required, "category_id": category.id}
