"""What comes over the wire: models of the answers we read, orders in `wire_orders`. What we send is in `bodies`.

Reading is liberal: null for empty, text for numbers, `id` or `product_id`, a page or a bare array.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from connectors.tiki import facts
from connectors.tiki.wire_base import (
    Count,
    Flag,
    MaybeAmount,
    MaybeMoment,
    Page,
    Text,
    Wire,
    object_or_none,
    or_default,
    texts_by_code,
)
from connectors.tiki.wire_orders import Order

# --- tokens, seller, warehouses

class TokenAnswer(Wire):
    """A pair of tokens; `expires_in` in seconds."""

    access_token: Annotated[str, Field(min_length=1)]
    expires_in: Count = 0
    refresh_token: Text = ""
    scope: Text = ""


class Seller(Wire):
    """The seller whom a token acts for."""

    id: Text
    sid: Text = ""
    name: Text = ""
    active: Count = 0
    can_update_product: Count = 0


class Warehouse(Wire):
    """A warehouse of the seller."""

    id: int
    name: Text = ""
    status: Annotated[int, BeforeValidator(or_default(facts.WAREHOUSE_ACTIVE))] = facts.WAREHOUSE_ACTIVE


# --- categories

class CategoryRow(Wire):
    """A category; null permissions mean that nothing is said against it."""

    id: Text
    name: Text = ""
    parent_id: Text = Field("", validation_alias=AliasChoices("parent_id", "parent"))
    is_primary: Flag = Field(False, validation_alias=AliasChoices("is_primary", "primary"))
    is_product_listing_enabled: Annotated[bool, BeforeValidator(or_default(True))] = True
    no_license_seller_enabled: Annotated[bool, BeforeValidator(or_default(True))] = True


class AttributeRow(Wire):
    """A property that a category asks for."""

    id: Text
    code: Text
    display_name: Text = ""
    input_type: Text = ""
    default_value: Text = ""
    is_required: Flag = False


class ValueRow(Wire):
    """One of the values that an attribute takes."""

    id: Text
    value: Text


class OptionLabel(Wire):
    """A name that what variants differ in may have; the page prints no answer, so several keys are read."""

    label: Text = Field("", validation_alias=AliasChoices("label", "name", "display_name", "value"))


class DocumentRow(Wire):
    """A legal document that a category or a brand asks for."""

    id: Text
    name: Text = ""
    type: Text = facts.DOCUMENT_CATEGORY
    is_required: Flag = False


# --- product requests and products

class Track(Wire):
    """The receipt for a product request; `state` is `queuing` at first."""

    track_id: Annotated[str, Field(min_length=1)]
    state: Text = facts.REQUEST_QUEUING


class Tracking(Wire):
    """Where a product request stands; `reason` is empty, plain text, or a JSON document inside a string."""

    track_id: Text = ""
    state: Text
    reason: Any = ""
    request_id: Text = ""


class RequestProduct(Wire):
    """A product inside a request, known by our SKU; it has a number once the request is approved."""

    product_id: Text = Field("", validation_alias=AliasChoices("product_id", "id"))
    original_sku: Text = ""
    sku: Text = ""


class RequestRow(Wire):
    """A product request once Tiki has taken it in."""

    request_id: Annotated[str, Field(min_length=1)]
    state: Text
    kind: Text = facts.KIND_CREATE
    approved_at: MaybeMoment = None
    reasons: Any = None
    products: Annotated[list[RequestProduct], BeforeValidator(or_default([]))] = Field(default_factory=list)


class ProductCategory(Wire):
    """A category that a product stands in."""

    id: Text
    is_primary: Flag = False


class ProductImage(Wire):
    """A picture under Tiki's own address."""

    url: Text = ""


class WarehouseHolding(Wire):
    """Stock of a product in one warehouse; what can be sold is what is available less what is reserved."""

    warehouse_id: Text
    quantity_available: Count = 0
    quantity_reserved: Count = 0


class Inventory(Wire):
    """Stock of a product. `quantity` is what Tiki itself holds, 0 for dropship, and is not read."""

    quantity_available: Count = 0
    quantity_reserved: Count = 0
    warehouse_stocks: Annotated[list[WarehouseHolding], BeforeValidator(or_default([]))] = Field(default_factory=list)


class Product(Wire):
    """A product; only `seller_simple` ones take offers, their masters do not. None: the part was not asked for or not told."""

    product_id: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("product_id", "id"))]
    sku: Text = ""
    name: Text = ""
    original_sku: Text = ""
    active: Count = 0
    price: MaybeAmount = None
    version: Count = 0
    entity_type: Text = facts.ENTITY_SELLER_SIMPLE
    categories: list[ProductCategory] | None = None
    attributes: Annotated[dict[str, str] | None, BeforeValidator(texts_by_code)] = None
    images: list[ProductImage] | None = None
    inventory: Annotated[Inventory | None, BeforeValidator(object_or_none)] = None


class State(Wire):
    """The answer to a change that counts at once."""

    state: Text = ""
    reason: Any = ""


class OfferOutcome(Wire):
    """What became of one product of a batch; no page prints such a row, so its words are read in several places."""

    product_id: Text = Field("", validation_alias=AliasChoices("product_id", "id"))
    state: Text = ""
    reason: Any = Field("", validation_alias=AliasChoices("reason", "errors", "error", "message"))


class BatchState(State):
    """The answer to a batch of offers: one state, and perhaps what failed in it (unverified)."""

    data: Annotated[list[OfferOutcome], BeforeValidator(or_default([]))] = Field(
        default_factory=list, validation_alias=AliasChoices("data", "items", "results"))
    errors: Any = None


# --- event queue

class Queue(Wire):
    """A queue of events that belongs to the app."""

    code: Annotated[str, Field(min_length=1)]
    name: Text = ""
    status: Text = ""


class Subscription(Wire):
    """A seller's events of one type, routed into a queue."""

    event_type: Text
    active: Flag = True


class EventPayload(Wire):
    """Ids only; the order is fetched afterwards."""

    order_code: Text = Field("", validation_alias=AliasChoices("order_code", "orderCode"))


class Event(Wire):
    """One event; it may be delivered more than once under the same id."""

    id: Text
    type: Text = ""
    payload: Annotated[EventPayload, BeforeValidator(or_default(EventPayload()))] = Field(default_factory=EventPayload)


class EventBatch(Wire):
    """Events, and the id that acknowledges them at the next pull."""

    events: Annotated[list[Event], BeforeValidator(or_default([]))] = Field(default_factory=list)
    ack_id: Text = ""


READS: dict[str, type[BaseModel]] = {
    f"POST {facts.TOKEN}": TokenAnswer,
    f"GET {facts.SELLER}": Seller,
    f"GET {facts.SELLER_WAREHOUSES}": Page[Warehouse],
    f"GET {facts.CATEGORIES}": Page[CategoryRow],
    f"GET {facts.CATEGORY_ATTRIBUTES}": Page[AttributeRow],
    f"GET {facts.CATEGORY_DOCUMENTS}": Page[DocumentRow],
    f"GET {facts.OPTION_LABELS}": Page[OptionLabel],
    f"GET {facts.ATTRIBUTE_VALUES}": Page[ValueRow],
    f"POST {facts.REQUEST_CREATE}": Track,
    f"POST {facts.REQUEST_UPDATE_INFO}": Track,
    f"GET {facts.REQUESTS}": Page[RequestRow],
    f"GET {facts.REQUEST_ONE}": RequestRow,
    f"DELETE {facts.REQUEST_ONE}": State,
    f"DELETE {facts.REQUEST_FIND}": State,
    f"GET {facts.TRACKING}": Tracking,
    f"GET {facts.PRODUCTS}": Page[Product],
    f"GET {facts.PRODUCT_ONE}": Product,
    f"GET {facts.PRODUCT_FIND}": Page[Product],
    f"PUT {facts.PRODUCT_UPDATE_SKU}": State,
    f"PUT {facts.PRODUCT_UPDATE_SKUS}": BatchState,
    f"GET {facts.ORDERS}": Page[Order],
    f"GET {facts.ORDER_ONE}": Order,
    f"GET {facts.QUEUES}": Page[Queue],
    f"POST {facts.QUEUES}": Queue,
    f"GET {facts.QUEUE_SUBSCRIPTIONS}": Page[Subscription],
    f"POST {facts.QUEUE_SUBSCRIPTIONS}": Subscription,
    f"POST {facts.QUEUE_PULL}": EventBatch,
}
"""The model that reads the whole answer of each endpoint."""
