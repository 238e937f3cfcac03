"""Orders as they come over the wire: models of the answers we read.

Of a buyer nothing is declared but the region of the delivery address, so nothing else can be read.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from connectors.tiki.wire_base import Amount, Flag, MaybeAmount, MaybeMoment, Moment, Page, Text, Wire, field_paths, or_default


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
    fees: Annotated[list[Fee], BeforeValidator(or_default([]))] = Field(default_factory=list)


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

    address: Annotated[Address, BeforeValidator(or_default(Address()))] = Field(default_factory=Address)


class Order(Wire):
    """An order; `code` is its key, the internal `id` is not read on purpose."""

    code: Annotated[str, Field(min_length=1)]
    status: Annotated[str, Field(min_length=1)]
    created_at: Moment
    updated_at: MaybeMoment = None
    is_parent: Flag = False
    is_rma: Flag = False
    items: Annotated[list[Item], BeforeValidator(or_default([]))]
    invoice: Annotated[OrderInvoice, BeforeValidator(or_default(OrderInvoice()))] = Field(default_factory=OrderInvoice)
    shipping: Annotated[Shipping, BeforeValidator(or_default(Shipping()))] = Field(default_factory=Shipping)


class Unread(Wire):
    """An order that could not be read: its code, if it has one, and the paths of the fields at fault."""

    code: Text = ""
    fields: tuple[str, ...] = ()


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


def _product_of(price: Any, quantity: Any) -> Decimal | None:
    try:
        return Decimal(str(price)) * Decimal(str(quantity))
    except InvalidOperation:
        return None
