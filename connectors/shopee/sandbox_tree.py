"""The practice Shopee's catalogue data: categories, attributes, brands, limits and delivery channels.

All ids (900xxx and up), names and mandatory attributes are invented: no real ones were found in a public source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.shopee.sandbox_wire import Body, Call, Endpoint, Refusal
from ocop_market.model.text import fold
from ocop_market.sandbox.shelf import Shelf

FOOD, DRINKS, HERBAL, CRAFT = 900100, 900200, 900300, 900400
BLOCKED = 900990


@dataclass(frozen=True)
class Category:
    """A node of the tree; `words` are what titles of its goods contain, separated by commas."""

    number: int
    parent: int
    english: str
    vietnamese: str
    words: str = ""


CATEGORIES = (
    Category(FOOD, 0, "Food", "Thực phẩm"),
    Category(900110, FOOD, "Tea & Coffee", "Trà & Cà phê"),
    Category(900111, 900110, "Tea", "Trà",
             "trà, chè, hồng trà, lục trà, trà xanh, trà shan tuyết, trà hoa vàng, trà túi lọc, chè xanh"),
    Category(900112, 900110, "Coffee", "Cà phê", "cà phê, cafe, coffee, cà phê bột, cà phê hạt"),
    Category(900113, 900110, "Cocoa", "Ca cao", "ca cao, cacao, sô cô la, socola, chocolate"),
    Category(900121, FOOD, "Honey", "Mật ong", "mật ong, mật hoa, phấn hoa, sữa ong chúa"),
    Category(900130, FOOD, "Rice & Noodles", "Gạo, bún, miến"),
    Category(900131, 900130, "Rice", "Gạo", "gạo, nếp, gạo lứt, gạo nếp, gạo tẻ"),
    Category(900132, 900130, "Noodles", "Bún, miến, mì, phở khô",
             "bún, miến, mì, mỳ, phở, miến dong, bún khô, phở khô, bánh đa, bánh tráng, bánh phở, hủ tiếu"),
    Category(900133, 900130, "Grains & Beans", "Ngũ cốc, đậu, hạt",
             "ngũ cốc, bột ngũ cốc, đậu, lạc, đậu phộng, hạt điều, mắc ca, hạt sen, tinh bột, bột sắn dây, bột"),
    Category(900141, FOOD, "Dried Fruit", "Trái cây sấy",
             "trái cây sấy, hoa quả sấy, mít sấy, chuối sấy, xoài sấy, sấy dẻo, sấy khô, nho khô, hồng treo gió, "
             "long nhãn, mứt, ô mai"),
    Category(900150, FOOD, "Seasonings", "Gia vị & Nước chấm"),
    Category(900151, 900150, "Fish Sauce", "Nước mắm", "nước mắm, mắm, mắm tôm, mắm ruốc, mắm nêm, nước mắm nhĩ"),
    Category(900152, 900150, "Spices", "Gia vị",
             "gia vị, tiêu, hồ tiêu, tiêu đen, tỏi, tỏi đen, ớt, nghệ, gừng, quế, hoa hồi, muối, muối ớt, nước tương, "
             "tương ớt, dấm, giấm, "
             "dầu lạc, dầu ăn, dầu dừa, chẩm chéo, hạt dổi, mắc khén, đường, đường phên, mật mía"),
    Category(900160, FOOD, "Snacks & Sweets", "Bánh kẹo & Đồ ăn vặt"),
    Category(900161, 900160, "Cakes & Sweets", "Bánh kẹo",
             "bánh, kẹo, kẹo dừa, kẹo lạc, bánh cáy, bánh đậu xanh, bánh gai, bánh chưng, bánh tét, bánh pía, chè lam, cốm"),
    Category(900162, 900160, "Snacks", "Đồ ăn vặt",
             "snack, ăn vặt, khoai lang sấy, rong biển, cơm cháy, da cá, khô gà, khô bò, thịt khô"),
    Category(900171, FOOD, "Meat & Seafood", "Thịt, cá, hải sản chế biến",
             "giò, chả, nem, lạp xưởng, lạp sườn, thịt, thịt trâu gác bếp, thịt gác bếp, cá, cá khô, tôm, tôm khô, mực, "
             "mực khô, "
             "chả cá, chả mực, ruốc, chà bông, hải sản, trứng, yến sào, tổ yến, yến chưng"),
    Category(900181, FOOD, "Fruit & Vegetables", "Rau, củ, quả",
             "rau, củ, quả, nấm, nấm hương, mộc nhĩ, măng, măng khô, cam, bưởi, xoài, nhãn, vải, thanh long, sầu riêng, "
             "chuối, khoai, "
             "dưa, dừa, ổi, na, nho, táo, hành tím"),
    Category(900191, FOOD, "Other Food", "Thực phẩm khác", "đặc sản, thực phẩm, sữa, đậu phụ, tàu hũ ky"),
    Category(DRINKS, 0, "Drinks", "Đồ uống"),
    Category(900211, DRINKS, "Wine & Spirits", "Rượu", "rượu, rượu nếp, rượu cần, rượu vang, rượu gạo"),
    Category(900212, DRINKS, "Juices & Syrups", "Nước giải khát & Si rô",
             "nước ép, si rô, siro, nước cốt, nước giải khát, nước uống, nước khoáng, nước yến, kombucha"),
    Category(HERBAL, 0, "Herbal", "Dược liệu & Thảo mộc"),
    Category(900311, HERBAL, "Herbs", "Dược liệu",
             "dược liệu, thảo mộc, thảo dược, sâm, nhân sâm, đông trùng hạ thảo, cao lá, cà gai leo, đinh lăng, ba kích, "
             "linh chi, "
             "tam thất, xạ đen, giảo cổ lam, atiso, tinh bột nghệ, viên nghệ, nấm linh chi"),
    Category(900312, HERBAL, "Essential Oils & Care", "Tinh dầu & Chăm sóc",
             "tinh dầu, tinh dầu sả, tinh dầu tràm, dầu tràm, dầu gội, xà phòng, xà bông, dầu xoa"),
    Category(CRAFT, 0, "Handicraft", "Thủ công mỹ nghệ"),
    Category(900411, CRAFT, "Bamboo & Rattan", "Mây tre đan",
             "mây tre, mây tre đan, tre, giỏ, rổ, nón, nón lá, cói, chiếu, lục bình, đan lát"),
    Category(900412, CRAFT, "Pottery & Wood", "Gốm, gỗ, đá",
             "gốm, gốm sứ, bình hoa, gỗ, tượng gỗ, sơn mài, đá mỹ nghệ, đồ đồng, tranh"),
    Category(900413, CRAFT, "Textiles", "Dệt & Thổ cẩm", "thổ cẩm, dệt, khăn, lụa, tơ tằm, áo, túi, thêu, đũi"),
    Category(BLOCKED, 0, "Restricted (practice)", "Hàng bị hạn chế (để tập)"),
)

BY_NUMBER = {category.number: category for category in CATEGORIES}
PARENTS = frozenset(category.parent for category in CATEGORIES)
PHRASES = sorted(((fold(word), category.number) for category in CATEGORIES for word in category.words.split(",") if word.strip()),
                 key=lambda pair: -len(pair[0]))


@dataclass(frozen=True)
class Attribute:
    """An invented attribute; numbers mean what they mean in get_attribute_tree. `values` maps value ids to names."""

    number: int
    english: str
    vietnamese: str
    input_type: int
    roots: tuple[int, ...] = (FOOD, DRINKS, HERBAL, CRAFT)
    mandatory_in: tuple[int, ...] = ()
    validation: int = 2
    units: tuple[str, ...] = ()
    date_format: int = 0
    most: int = 1
    values: dict[int, str] = field(default_factory=dict)
    children: dict[int, int] = field(default_factory=dict)
    """Which attribute hangs under which of the values."""


ANY, EDIBLE = (FOOD, DRINKS, HERBAL, CRAFT), (FOOD, DRINKS, HERBAL)
BOX_MATERIAL = Attribute(910006, "Box material", "Chất liệu hộp", 2, EDIBLE, values={920041: "Giấy", 920042: "Thiếc"})
ATTRIBUTES = (
    Attribute(910001, "Net weight", "Trọng lượng tịnh", 3, mandatory_in=ANY, validation=3, units=("g", "kg", "ml", "l")),
    Attribute(910002, "Origin", "Xuất xứ", 1, mandatory_in=ANY, values={920001: "Việt Nam", 920002: "Nước khác"}),
    Attribute(910003, "Shelf life", "Hạn sử dụng", 3, EDIBLE, mandatory_in=(FOOD, DRINKS)),
    Attribute(910004, "Producer", "Đơn vị sản xuất", 3),
    Attribute(910005, "Packaging", "Kiểu đóng gói", 2, EDIBLE, values={920031: "Hộp", 920032: "Túi", 920033: "Chai, lọ"},
              children={920031: BOX_MATERIAL.number}),
    Attribute(910007, "Features", "Đặc điểm", 4, EDIBLE, most=2,
              values={920051: "Hữu cơ", 920052: "Thuần chay", 920053: "Đặc sản"}),
    Attribute(910008, "Expiry date", "Ngày hết hạn", 3, EDIBLE, validation=4),
    Attribute(910009, "Food licence number", "Số giấy chứng nhận an toàn thực phẩm", 3, EDIBLE),
    Attribute(910010, "Material", "Chất liệu", 5, (CRAFT,), most=3, values={920061: "Tre", 920062: "Gốm", 920063: "Lụa"}),
)
ATTRIBUTE_BY_NUMBER = {attribute.number: attribute for attribute in (*ATTRIBUTES, BOX_MATERIAL)}

BRANDS = {930001: "Nhãn Tập Một", 930002: "Nhãn Tập Hai", 930003: "Nhãn Tập Ba"}
NO_BRAND = "NoBrand"
"""How "No Brand" reads back; seen in one old fixture only, unverified."""

NAME_LENGTH, DESCRIPTION_LENGTH, IMAGE_COUNT = (5, 100), (10, 2000), (1, 9)
PRICE, STOCK, ITEM_COUNT = (1_000, 120_000_000), (0, 10_000_000), 5_000
TIER_NAME_LENGTH, OPTION_LENGTH = (1, 14), (1, 20)
WHOLESALE_PERCENT, PRE_ORDER_DAYS, DAYS_TO_SHIP = (30, 100), (7, 15), 2
MODEL_PRICE_SPREAD = 5
"""Dearest model over cheapest. GUIDE Variant management, 2026-08."""


@dataclass(frozen=True)
class Channel:
    """A delivery channel; weights in kilograms, 0 where there is no limit."""

    number: int
    name: str
    fee_type: str = "FIXED_DEFAULT_PRICE"
    enabled: bool = True
    mask: int = 0
    lightest: float = 0
    heaviest: float = 0
    sizes: tuple[tuple[int, str, int], ...] = ()
    """Sizes to choose from: number, name and price in đồng."""


CHANNELS = (
    Channel(90010, "Nhanh (tập)", heaviest=50),
    Channel(90011, "Hãng giao Một (tập)", heaviest=50, mask=90010),
    Channel(90020, "Tiết kiệm (tập)", "SIZE_INPUT", heaviest=20),
    Channel(90030, "Hỏa tốc (tập)", enabled=False, heaviest=10),
    Channel(90040, "Tự vận chuyển (tập)", "CUSTOM_PRICE", enabled=False),
    Channel(90050, "Hàng cồng kềnh (tập)", "SIZE_SELECTION", heaviest=200, sizes=((1, "Lớn", 90_000), (2, "Vừa", 60_000))),
)
CHANNEL_BY_NUMBER = {channel.number: channel for channel in CHANNELS}


@dataclass
class Upheaval:
    """What the practice platform has done to its catalogue since: attributes with new numbers or names, categories closed."""

    renumbered: dict[int, int] = field(default_factory=dict)
    renamed: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def check(self, category: int) -> None:
        """Refuses a category that was closed."""
        if category in self.closed:
            raise Refusal("error_invalid_category", f"Invalid category ID {category}")

    def outside(self, attribute: int) -> int:
        """The number under which the platform shows an attribute now."""
        return self.renumbered.get(attribute, attribute)

    def inside(self, attribute: int) -> int:
        """The number that an attribute had at first; 0 for one that it has no more."""
        if attribute in self.renumbered:
            return 0
        return next((old for old, new in self.renumbered.items() if new == attribute), attribute)


def leaf(number: int) -> Category:
    """The category, which must exist, hold items and not be blocked."""
    category = BY_NUMBER.get(number)
    if category is None or number in PARENTS:
        raise Refusal("error_invalid_category", f"Invalid category ID {number}" if category is None else "Invalid category.")
    if number == BLOCKED:
        raise Refusal("error_category_is_block", "Category is restricted")
    return category


def root_of(category: Category) -> int:
    """The number of the top category above it."""
    while category.parent:
        category = BY_NUMBER[category.parent]
    return category.number


def attributes_of(category: Category) -> list[Attribute]:
    """The attributes of a leaf, without those that hang under a value."""
    root = root_of(category)
    return [attribute for attribute in ATTRIBUTES if root in attribute.roots]


def recommend(title: str) -> list[int]:
    """Leaves whose words the title holds, best first: the longest words, among equals the earliest in the title."""
    text = f" {fold(title)} "
    scored: dict[int, tuple[int, int]] = {}
    for phrase, number in PHRASES:
        position = text.find(f" {phrase} ")
        if position >= 0:
            scored.setdefault(number, (-phrase.count(" "), position))
    return sorted(scored, key=lambda number: scored[number])[:5]


class Tree:
    """The endpoints that read catalogue data."""

    def __init__(self, images: Shelf, upheaval: Upheaval) -> None:
        self._images, self._upheaval = images, upheaval

    def endpoints(self) -> dict[str, Endpoint]:
        """Paths under /api/v2 that are answered here."""
        return {
            "product/get_category": Endpoint(self.get_category),
            "product/category_recommend": Endpoint(self.category_recommend),
            "product/get_attribute_tree": Endpoint(self.get_attribute_tree),
            "product/get_brand_list": Endpoint(self.get_brand_list),
            "product/get_item_limit": Endpoint(self.get_item_limit),
            "logistics/get_channel_list": Endpoint(self.get_channel_list),
        }

    def get_category(self, call: Call) -> Body:
        """The whole tree at once."""
        vietnamese = _language(call, "vi") == "vi"
        return {"response": {"category_list": [{
            "category_id": category.number, "parent_category_id": category.parent,
            "original_category_name": category.english,
            "display_category_name": category.vietnamese if vietnamese else category.english,
            "has_children": category.number in PARENTS,
        } for category in CATEGORIES]}}

    def category_recommend(self, call: Call) -> Body:
        """Categories for a title, by its words."""
        title = call.query.need_text("item_name")
        cover = call.query.text("product_cover_image")
        if cover and cover not in self._images:
            raise Refusal("error_image_unavailable", "Image is unavailable")
        return {"response": {"category_id": recommend(title)}}

    def get_attribute_tree(self, call: Call) -> Body:
        """Attributes of up to 20 leaves."""
        numbers = call.query.need_integers("category_id_list")
        call.query.within("category_id_list", len(numbers), 1, 20)
        language = _language(call, "vi", "vn")
        for number in numbers:
            self._upheaval.check(number)
        return {"response": {"list": [
            {"category_id": number, "warning": "", "attribute_tree": [
                self._attribute_node(attribute, root_of(leaf(number)), language) for attribute in attributes_of(leaf(number))]}
            for number in numbers]}}

    def get_brand_list(self, call: Call) -> Body:
        """Brands of a leaf, paged by `next_offset`; no brand is pending."""
        offset, size = call.query.need_integer("offset"), call.query.need_page_size()
        leaf(call.query.need_integer("category_id"))
        status = call.query.integer("status")
        if status not in {1, 2}:
            raise Refusal("error_param", "status is required.")
        _language(call, "vi")
        brands = [{"brand_id": number, "original_brand_name": name, "display_brand_name": name}
                  for number, name in BRANDS.items()] if status == 1 else []
        page, more = brands[offset:offset + size], offset + size < len(brands)
        return {"response": {"brand_list": page, "has_next_page": more, "next_offset": offset + len(page) if more else 0,
                             "is_mandatory": False, "input_type": "DROP_DOWN"}}

    def get_item_limit(self, call: Call) -> Body:
        """Limits of the shop, the same in every category; `gtin_limit` stands beside `response`."""
        number = call.query.integer("category_id")
        if number:
            self._upheaval.check(number)
            leaf(number)
        return {"response": {
            "price_limit": _limits(PRICE), "wholesale_price_threshold_percentage": _limits(WHOLESALE_PERCENT),
            "stock_limit": _limits(STOCK), "item_name_length_limit": _limits(NAME_LENGTH),
            "item_image_count_limit": _limits(IMAGE_COUNT), "item_description_length_limit": _limits(DESCRIPTION_LENGTH),
            "tier_variation_name_length_limit": _limits(TIER_NAME_LENGTH),
            "tier_variation_option_length_limit": _limits(OPTION_LENGTH), "item_count_limit": {"max_limit": ITEM_COUNT},
            "dts_limit": {"days_to_ship_limit": _limits(PRE_ORDER_DAYS), "non_pre_order_days_to_ship": DAYS_TO_SHIP},
            "weight_limit": {"weight_mandatory": True}, "dimension_limit": {"dimension_mandatory": False},
            "size_chart_limit": {"size_chart_mandatory": False, "support_image_size_chart": False,
                                 "support_template_size_chart": False},
        }, "gtin_limit": {"gtin_validation_rule": "Optional"}}

    def get_channel_list(self, call: Call) -> Body:
        """Delivery channels; 90011 hangs under the mask 90010."""
        return {"response": {"logistics_channel_list": [{
            "logistics_channel_id": channel.number, "logistics_channel_name": channel.name, "cod_enabled": True,
            "enabled": channel.enabled, "fee_type": channel.fee_type, "size_list": [
                {"size_id": str(number), "name": name, "default_price": price} for number, name, price in channel.sizes],
            "weight_limit": {"item_min_weight": channel.lightest, "item_max_weight": channel.heaviest},
            "item_max_dimension": {"length": 0, "width": 0, "height": 0, "unit": "cm", "dimension_sum": 0},
            "volume_limit": {"item_min_volume": 0, "item_max_volume": 0}, "logistics_description": "",
            "force_enable": False, "mask_channel_id": channel.mask, "block_seller_cover_shipping_fee": False,
            "support_cross_border": False, "compulsory_channel": False, "channel_relation_rules": [],
        } for channel in CHANNELS]}}

    def _attribute_node(self, attribute: Attribute, root: int, language: str) -> dict[str, Any]:
        info = {"input_type": attribute.input_type, "input_validation_type": attribute.validation,
                "format_type": 2 if attribute.units else 1, "date_format_type": attribute.date_format,
                "attribute_unit_list": list(attribute.units), "max_value_count": attribute.most, "introduction": "", "is_oem": False,
                "support_search_value": False}
        values = []
        for value_id, name in attribute.values.items():
            child = attribute.children.get(value_id)
            values.append({"value_id": value_id, "name": name, "value_unit": "",
                           "multi_lang": [{"language": "en", "value": name}, {"language": "vn", "value": name}],
                           "child_attribute_list": [self._attribute_node(ATTRIBUTE_BY_NUMBER[child], root, language)] if child else []})
        name = self._upheaval.renamed.get(attribute.number, attribute.vietnamese)
        return {"attribute_id": self._upheaval.outside(attribute.number), "mandatory": root in attribute.mandatory_in,
                "name": attribute.english if language == "en" else name,
                "attribute_value_list": values, "attribute_info": info,
                "multi_lang": [{"language": "en", "value": attribute.english}, {"language": "vn", "value": name}]}


def _language(call: Call, *beside_english: str) -> str:
    language = call.query.text("language") or "en"
    if language not in ("en", *beside_english):
        raise Refusal("product.error_invalid_language", "Invalid language.")
    return language


def _limits(pair: tuple[int, int]) -> dict[str, int]:
    return {"min_limit": pair[0], "max_limit": pair[1]}


def fits_channel(channel: Channel, weight_kg: Decimal) -> bool:
    """Whether a parcel of that weight may go with the channel."""
    return channel.lightest <= weight_kg and (not channel.heaviest or weight_kg <= channel.heaviest)
