"""What is read of Shopee's answers about pictures and the catalogue's data. Shapes: API reference v2, 2026-08."""

from __future__ import annotations

from decimal import Decimal

from connectors.shopee import facts
from connectors.shopee.wire_base import ZERO, Wire

# --- pictures


class ImageInfo(Wire):
    """An uploaded picture."""

    image_id: str = ""


class ImageEntry(Wire):
    """One file of an upload; `error` is empty when it was taken."""

    error: str = ""
    image_info: ImageInfo | None = None


class UploadResponse(Wire):
    """One file sent gives both forms; several files only the list."""

    image_info: ImageInfo | None = None
    image_info_list: tuple[ImageEntry, ...] = ()


class UploadAnswer(Wire):
    """Answer of upload_image."""

    response: UploadResponse


# --- catalogue data


class CategoryNode(Wire):
    """A category; parent 0 is the root."""

    category_id: int
    parent_category_id: int
    original_category_name: str = ""
    display_category_name: str = ""
    has_children: bool


class CategoryResponse(Wire):
    """The whole tree in one list."""

    category_list: tuple[CategoryNode, ...]


class CategoryAnswer(Wire):
    """Answer of get_category."""

    response: CategoryResponse


class RecommendResponse(Wire):
    """Category ids, best first."""

    category_id: tuple[int, ...] = ()


class RecommendAnswer(Wire):
    """Answer of category_recommend."""

    response: RecommendResponse


class AttributeInfo(Wire):
    """How values of an attribute are given; the numbers are named in `facts`."""

    input_type: int
    input_validation_type: int = facts.VALIDATE_NONE
    format_type: int = facts.FORMAT_PLAIN
    date_format_type: int = facts.DATE_DAY
    attribute_unit_list: tuple[str, ...] = ()
    max_value_count: int | None = None


class AttributeValue(Wire):
    """A listed value; its children may only be given together with it."""

    value_id: int
    name: str
    value_unit: str = ""
    child_attribute_list: tuple[AttributeNode, ...] = ()


class AttributeNode(Wire):
    """An attribute of a category."""

    attribute_id: int
    mandatory: bool = False
    name: str
    attribute_value_list: tuple[AttributeValue, ...] = ()
    attribute_info: AttributeInfo


class AttributeTree(Wire):
    """The attributes of one category."""

    category_id: int
    attribute_tree: tuple[AttributeNode, ...] = ()


class AttributeTreeResponse(Wire):
    """The trees of the categories asked for."""

    list: tuple[AttributeTree, ...]


class AttributeTreeAnswer(Wire):
    """Answer of get_attribute_tree."""

    response: AttributeTreeResponse


class Brand(Wire):
    """A brand."""

    brand_id: int
    original_brand_name: str = ""
    display_brand_name: str = ""


class BrandResponse(Wire):
    """A page of brands."""

    brand_list: tuple[Brand, ...] = ()
    has_next_page: bool
    next_offset: int = 0


class BrandAnswer(Wire):
    """Answer of get_brand_list."""

    response: BrandResponse


class Range(Wire):
    """Lowest and highest allowed; None where no bound is given."""

    min_limit: Decimal | None = None
    max_limit: Decimal | None = None


class GtinLimit(Wire):
    """Mandatory, Flexible or Optional."""

    gtin_validation_rule: str = ""


class DaysToShipLimit(Wire):
    """Days of goods made to order (-1: none may be), and the days of all others. GUIDE get_item_limit, 2026-08."""

    days_to_ship_limit: Range = Range()
    non_pre_order_days_to_ship: int = 0


class ItemLimits(Wire):
    """What one category takes."""

    price_limit: Range = Range()
    wholesale_price_threshold_percentage: Range = Range()
    tier_variation_name_length_limit: Range = Range()
    tier_variation_option_length_limit: Range = Range()
    dts_limit: DaysToShipLimit = DaysToShipLimit()
    stock_limit: Range = Range()
    item_name_length_limit: Range = Range()
    item_image_count_limit: Range = Range()
    item_description_length_limit: Range = Range()
    gtin_limit: GtinLimit = GtinLimit()


class ItemLimitAnswer(Wire):
    """Answer of get_item_limit; REF, 2026-08, prints gtin_limit beside `response`, so both places are read (unverified)."""

    response: ItemLimits
    gtin_limit: GtinLimit | None = None

    @property
    def limits(self) -> ItemLimits:
        """The limits with the rule for barcodes among them."""
        return self.response.model_copy(update={"gtin_limit": self.gtin_limit}) if self.gtin_limit else self.response


class ChannelWeight(Wire):
    """Weights that a carrier takes, in kg; 0 is no bound."""

    item_min_weight: Decimal = ZERO
    item_max_weight: Decimal = ZERO


class ChannelDimension(Wire):
    """The largest parcel that a carrier takes; 0 is no bound."""

    length: Decimal = ZERO
    width: Decimal = ZERO
    height: Decimal = ZERO
    unit: str = ""
    dimension_sum: Decimal = ZERO


class ChannelVolume(Wire):
    """Volumes that a carrier takes, in cubic centimetres (unit unverified); 0 is no bound."""

    item_min_volume: Decimal = ZERO
    item_max_volume: Decimal = ZERO


class ChannelSize(Wire):
    """A parcel size to choose from; what each holds is told by no page, only its name and price."""

    size_id: int
    name: str = ""
    default_price: Decimal = ZERO


class LogisticsChannel(Wire):
    """A carrier; parents of masked groups (`mask_channel_id` not 0) are not for items."""

    logistics_channel_id: int
    enabled: bool
    fee_type: str = ""
    mask_channel_id: int = 0
    weight_limit: ChannelWeight | None = None
    item_max_dimension: ChannelDimension | None = None
    volume_limit: ChannelVolume | None = None
    size_list: tuple[ChannelSize, ...] = ()


class ChannelResponse(Wire):
    """All carriers of the shop."""

    logistics_channel_list: tuple[LogisticsChannel, ...]


class ChannelAnswer(Wire):
    """Answer of get_channel_list."""

    response: ChannelResponse
