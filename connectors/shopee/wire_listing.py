"""What is read of Shopee's answers about items and their variations. Shapes: API reference v2, 2026-08."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from connectors.shopee.wire_base import Wire


def _one_text(value: Any) -> str:
    """A warning is text, in some answers a list of texts, and a lone dash where there is none. REF samples, 2026-08."""
    texts = value if isinstance(value, list) else [value]
    return ". ".join(str(text) for text in texts if text not in (None, "", "-"))


Warned = Annotated[str, BeforeValidator(_one_text)]

# --- answers to writes


class Written(Wire):
    """An answer that is only an envelope, with what the platform remarks."""

    warning: Warned = ""


class ItemWritten(Wire):
    """What add_item and update_item echo, as far as it is used."""

    item_id: int
    item_status: str = ""


class ItemWrittenAnswer(Written):
    """Answer of add_item and update_item."""

    response: ItemWritten


class Failure(Wire):
    """An entry that failed inside a success: of an item (unlist_item), or of a model, 0 for an item without models."""

    item_id: int = 0
    model_id: int = 0
    failed_reason: str = ""


class FailuresResponse(Wire):
    """Entries that failed; the others were done."""

    failure_list: tuple[Failure, ...] = ()


class FailuresAnswer(Written):
    """Answer of update_price, update_stock and unlist_item; `error` may be set although some entries were done."""

    error: str = ""
    response: FailuresResponse | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The entries that were not done."""
        return self.response.failure_list if self.response else ()

    def only(self, item_id: int) -> FailuresAnswer:
        """The answer as far as it is about one item."""
        return FailuresAnswer(error=self.error, response=FailuresResponse(
            failure_list=tuple(entry for entry in self.failures if entry.item_id == item_id)))


class NewModel(Wire):
    """A model as it was made."""

    model_id: int
    tier_index: tuple[int, ...] = ()
    model_sku: str = ""


class NewModelsResponse(Wire):
    """The models made."""

    model: tuple[NewModel, ...] = ()


class NewModelsAnswer(Written):
    """Answer of init_tier_variation and add_model."""

    response: NewModelsResponse


# --- finding


class SearchResponse(Wire):
    """A page of item ids; `next_offset` is empty at the end."""

    item_id_list: tuple[int, ...] = ()
    next_offset: str = ""


class SearchAnswer(Wire):
    """Answer of search_item."""

    response: SearchResponse


class ListedItem(Wire):
    """A row of the shop's list."""

    item_id: int
    item_status: str


class ItemListResponse(Wire):
    """A page of the shop's items."""

    item: tuple[ListedItem, ...] = ()
    has_next_page: bool = False
    next_offset: int = 0


class ItemListAnswer(Wire):
    """Answer of get_item_list."""

    response: ItemListResponse


# --- items as they are


class AttributeGiven(Wire):
    """A value of an attribute; `value_id` is 0 for own text. Dates read back as people write them."""

    value_id: int = 0
    original_value_name: str = ""
    value_unit: str = ""


class ItemAttribute(Wire):
    """An attribute of an item."""

    attribute_id: int
    original_attribute_name: str = ""
    attribute_value_list: tuple[AttributeGiven, ...] = ()


class Price(Wire):
    """A price; `original_price` is the seller's, whatever a promotion makes of it."""

    original_price: Decimal


class Images(Wire):
    """The pictures in their order."""

    image_id_list: tuple[str, ...] = ()


class Dimension(Wire):
    """The parcel in cm."""

    package_length: int = 0
    package_width: int = 0
    package_height: int = 0


class PreOrder(Wire):
    """Whether goods are made to order, and how long that takes."""

    is_pre_order: bool = False
    days_to_ship: int = 0


class Wholesale(Wire):
    """One step of wholesale prices."""

    min_count: int
    unit_price: Decimal


class ItemBrand(Wire):
    """The item's brand; id 0 is none."""

    brand_id: int = 0
    original_brand_name: str = ""


class StockSummary(Wire):
    """What open orders and promotions hold of the stock."""

    total_reserved_stock: int = 0


class SellerStock(Wire):
    """Stock at one place of the seller."""

    stock: int = 0


class StockInfo(Wire):
    """Stock of an item or a model."""

    summary_info: StockSummary = StockSummary()
    seller_stock: tuple[SellerStock, ...] = ()


class Item(Wire):
    """An item as the shop has it; `price_info` is absent where there are models, weights are text in kg."""

    item_id: int
    item_sku: str = ""
    item_status: str
    category_id: int = 0
    item_name: str = ""
    description: str = ""
    description_type: str = "normal"
    attribute_list: tuple[ItemAttribute, ...] = ()
    price_info: tuple[Price, ...] = ()
    image: Images = Images()
    weight: str = ""
    dimension: Dimension = Dimension()
    pre_order: PreOrder = PreOrder()
    wholesales: tuple[Wholesale, ...] = ()
    brand: ItemBrand = ItemBrand()
    gtin_code: str = ""
    has_model: bool = False
    stock_info_v2: StockInfo = StockInfo()


class ItemsResponse(Wire):
    """The items asked for; unknown ids are left out."""

    item_list: tuple[Item, ...] = ()


class ItemsAnswer(Wire):
    """Answer of get_item_base_info."""

    response: ItemsResponse


class Option(Wire):
    """A value of a tier; pictures only stand at the first tier."""

    variation_option_name: str = ""
    image_id: str = ""


class Tier(Wire):
    """What models differ in."""

    variation_name: str = ""
    variation_option_list: tuple[Option, ...] = ()


class Model(Wire):
    """A variation as the shop has it."""

    model_id: int
    tier_index: tuple[int, ...] = ()
    model_sku: str = ""
    price_info: tuple[Price, ...] = ()
    weight: str = ""
    gtin_code: str = ""
    stock_info_v2: StockInfo = StockInfo()


class ModelsResponse(Wire):
    """The variations of an item."""

    standardise_tier_variation: tuple[Tier, ...] = ()
    model: tuple[Model, ...] = ()


class ModelsAnswer(Wire):
    """Answer of get_model_list."""

    response: ModelsResponse


# --- what was taken down


class Violation(Wire):
    """Why an item was taken down, in the platform's words."""

    violation_type: str = ""
    violation_reason: str = ""
    suggestion: str = ""


class ItemViolations(Wire):
    """The violations of one item."""

    item_id: int
    item_status_details: tuple[Violation, ...] = ()


class ViolationsResponse(Wire):
    """The violations of the items asked for."""

    item_list: tuple[ItemViolations, ...] = ()


class ViolationsAnswer(Wire):
    """Answer of get_item_violation_info."""

    response: ViolationsResponse
