"""What comes over the wire: models of the answers we read. What we send is in `bodies`.

Reading is liberal: null for empty, text for numbers, `id` or `product_id`, a page or a bare array. Of a buyer
nothing is declared but the region of the delivery address, so nothing else can be read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from connectors.tiki import facts

Row = TypeVar("Row")


def _or(default: Any) -> Callable[[Any], Any]:
    """Null and empty text read as the default."""
    return lambda value: default if value is None or value == "" else value


def _moment(value: Any) -> Any:
    """Epoch seconds, which some older payloads carry as text, read as an aware time; other forms are left to pydantic."""
    if isinstance(value, str) and value.strip().isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    return value


def _product_of(price: Any, quantity: Any) -> Decimal | None:
    try:
        return Decimal(str(price)) * Decimal(str(quantity))
    except InvalidOperation:
        return None


Text = Annotated[str, BeforeValidator(_or(""))]
Amount = Annotated[Decimal, BeforeValidator(_or(Decimal(0)))]
Count = Annotated[int, BeforeValidator(_or(0))]
Flag = Annotated[bool, BeforeValidator(_or(False))]
MaybeAmount = Annotated[Decimal | None, BeforeValidator(_or(None))]
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""Naive: Viet Nam time, as Tiki writes it. Aware: a payload that gave an offset or epoch seconds."""

MaybeMoment = Annotated[datetime | None, BeforeValidator(_or(None)), BeforeValidator(_moment)]


class Wire(BaseModel):
    """Base of what we read: unknown fields pass, numbers may stand for text."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, populate_by_name=True)


class Paging(Wire):
    """Where a page stands. `from` and `to` are wrong on Tiki's own samples and are not read."""

    total: Count = 0
    current_page: Count = 0
    last_page: Count = 0


class Page(Wire, Generic[Row]):
    """A list; older endpoints answer with a bare array instead of `data` and `paging`."""

    data: Annotated[list[Row], BeforeValidator(_or([]))]
    paging: Annotated[Paging, BeforeValidator(_or(Paging()))] = Field(default_factory=Paging)

    @model_validator(mode="before")
    @classmethod
    def _from_bare_array(cls, value: Any) -> Any:
        return {"data": value} if isinstance(value, list) else value


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
    status: Annotated[int, BeforeValidator(_or(facts.WAREHOUSE_ACTIVE))] = facts.WAREHOUSE_ACTIVE


# --- categories

class CategoryRow(Wire):
    """A category; null permissions mean that nothing is said against it."""

    id: Text
    name: Text = ""
    parent_id: Text = Field("", validation_alias=AliasChoices("parent_id", "parent"))
    is_primary: Flag = Field(False, validation_alias=AliasChoices("is_primary", "primary"))
    is_product_listing_enabled: Annotated[bool, BeforeValidator(_or(True))] = True
    no_license_seller_enabled: Annotated[bool, BeforeValidator(_or(True))] = True


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
    """A product inside a request, known by our SKU."""

    original_sku: Text = ""
    sku: Text = ""


class RequestRow(Wire):
    """A product request once Tiki has taken it in."""

    request_id: Annotated[str, Field(min_length=1)]
    state: Text
    kind: Text = facts.KIND_CREATE
    approved_at: MaybeMoment = None
    reasons: Any = None
    products: Annotated[list[RequestProduct], BeforeValidator(_or([]))] = Field(default_factory=list)


class Product(Wire):
    """A product; only `seller_simple` ones take offers, their masters do not."""

    product_id: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("product_id", "id"))]
    sku: Text = ""
    original_sku: Text = ""
    active: Count = 0
    entity_type: Text = facts.ENTITY_SELLER_SIMPLE


class State(Wire):
    """The answer to a change that counts at once."""

    state: Text = ""
    reason: Any = ""


# --- orders

class Fee(Wire):
    """One fee of an order line; `final_amount` is negative."""

    fee_type_key: Text = ""
    final_amount: Amount = Decimal(0)


class ItemInvoice(Wire):
    """Amounts of an order line in đồng; `seller_fee` is negative and is 0 until the order is complete."""

    subtotal: Decimal
    row_total: MaybeAmount = None
    discount_amount: MaybeAmount = None
    discount_coupon: Amount = Decimal(0)
    is_seller_discount_coupon: Flag = False
    seller_fee: MaybeAmount = None
    seller_income: MaybeAmount = None
    fees: Annotated[list[Fee], BeforeValidator(_or([]))] = Field(default_factory=list)


class ItemProduct(Wire):
    """What was sold: Tiki's product id and SKU, and the seller's own code."""

    id: Text = Field("", validation_alias=AliasChoices("id", "product_id"))
    sku: Text = ""
    name: Text = ""
    seller_product_code: Text = Field("", validation_alias=AliasChoices("seller_product_code", "original_sku"))


class Item(Wire):
    """An order line, with a real quantity."""

    id: Annotated[str, Field(min_length=1)]
    product: ItemProduct
    qty: Decimal
    invoice: ItemInvoice

    @model_validator(mode="before")
    @classmethod
    def _amounts_from_their_twins(cls, value: Any) -> Any:
        """The quantity stands twice in a row, and the subtotal is price × quantity; either may be missing."""
        if not isinstance(value, dict):
            return value
        invoice = value.get("invoice")
        invoice = dict(invoice) if isinstance(invoice, dict) else {}
        qty = value.get("qty") if value.get("qty") is not None else invoice.get("quantity")
        price = value.get("price") if value.get("price") is not None else invoice.get("price")
        if invoice.get("subtotal") is None and qty is not None and price is not None:
            invoice["subtotal"] = _product_of(price, qty)
        return {**value, "qty": qty, "invoice": invoice}


class OrderInvoice(Wire):
    """Amounts of a whole order in đồng."""

    total_seller_income: MaybeAmount = None


class Address(Wire):
    """Of the delivery address the region alone."""

    region: Text = ""


class Shipping(Wire):
    """Where an order goes, as far as we look."""

    address: Annotated[Address, BeforeValidator(_or(Address()))] = Field(default_factory=Address)


class Order(Wire):
    """An order; `code` is its key, the internal `id` is not read on purpose."""

    code: Annotated[str, Field(min_length=1)]
    status: Annotated[str, Field(min_length=1)]
    created_at: Moment
    updated_at: MaybeMoment = None
    is_parent: Flag = False
    is_rma: Flag = False
    items: Annotated[list[Item], BeforeValidator(_or([]))]
    invoice: Annotated[OrderInvoice, BeforeValidator(_or(OrderInvoice()))] = Field(default_factory=OrderInvoice)
    shipping: Annotated[Shipping, BeforeValidator(_or(Shipping()))] = Field(default_factory=Shipping)


class Unread(Wire):
    """An order that could not be read: its code, if it has one, and the paths of the fields at fault."""

    code: Text = ""
    fields: tuple[str, ...] = ()


def field_paths(error: ValidationError) -> tuple[str, ...]:
    """Where an answer differs from its model, as dotted paths without values."""
    return tuple(dict.fromkeys(".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors(
        include_url=False, include_context=False, include_input=False)))


def _order_or_unread(value: Any, read: ValidatorFunctionWrapHandler) -> Order | Unread:
    try:
        order: Order = read(value)
    except ValidationError as error:
        code = value.get("code") if isinstance(value, dict) else None
        return Unread(code=str(code) if isinstance(code, str | int) else "", fields=field_paths(error))
    return order


class OrderPage(Page[Annotated[Order, WrapValidator(_order_or_unread)]]):
    """A page of orders on which an unreadable one does not hide the others."""

    def rows(self) -> list[Order | Unread]:
        """Orders, and what could not be read as one."""
        return list(self.data)


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
    payload: Annotated[EventPayload, BeforeValidator(_or(EventPayload()))] = Field(default_factory=EventPayload)


class EventBatch(Wire):
    """Events, and the id that acknowledges them at the next pull."""

    events: Annotated[list[Event], BeforeValidator(_or([]))] = Field(default_factory=list)
    ack_id: Text = ""


READS: dict[str, type[BaseModel]] = {
    f"POST {facts.TOKEN}": TokenAnswer,
    f"GET {facts.SELLER}": Seller,
    f"GET {facts.SELLER_WAREHOUSES}": Page[Warehouse],
    f"GET {facts.CATEGORIES}": Page[CategoryRow],
    f"GET {facts.CATEGORY_ATTRIBUTES}": Page[AttributeRow],
    f"GET {facts.CATEGORY_DOCUMENTS}": Page[DocumentRow],
    f"GET {facts.ATTRIBUTE_VALUES}": Page[ValueRow],
    f"POST {facts.REQUEST_CREATE}": Track,
    f"POST {facts.REQUEST_UPDATE_INFO}": Track,
    f"GET {facts.REQUESTS}": Page[RequestRow],
    f"GET {facts.REQUEST_ONE}": RequestRow,
    f"DELETE {facts.REQUEST_ONE}": State,
    f"DELETE {facts.REQUEST_FIND}": State,
    f"GET {facts.TRACKING}": Tracking,
    f"GET {facts.PRODUCT_FIND}": Page[Product],
    f"PUT {facts.PRODUCT_UPDATE_SKU}": State,
    f"GET {facts.ORDERS}": Page[Order],
    f"GET {facts.ORDER_ONE}": Order,
    f"GET {facts.QUEUES}": Page[Queue],
    f"POST {facts.QUEUES}": Queue,
    f"GET {facts.QUEUE_SUBSCRIPTIONS}": Page[Subscription],
    f"POST {facts.QUEUE_SUBSCRIPTIONS}": Subscription,
    f"POST {facts.QUEUE_PULL}": EventBatch,
}
"""The model that reads the whole answer of each endpoint."""
