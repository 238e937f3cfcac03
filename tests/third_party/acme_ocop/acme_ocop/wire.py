"""What goes over the wire, only the fields that are used. Nothing of a buyer but the province is declared."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, Field


class ShopIn(BaseModel):
    """GET /shop."""

    name: str


class ProductIn(BaseModel):
    """A product as Acme tells it."""

    id: str
    sku: str
    visible: bool


class ProductsIn(BaseModel):
    """GET /products."""

    items: list[ProductIn]


class LineIn(BaseModel):
    """A line of an order; money in đồng for the whole line."""

    no: int
    sku: str
    name: str
    quantity: Decimal
    amount: int
    discount: int = 0
    fee: int = 0
    refund: int = 0
    returned: Decimal = Decimal(0)


class OrderIn(BaseModel):
    """An order; times carry their offset."""

    id: str
    placed: datetime
    changed: datetime
    state: str
    province: str = ""
    lines: list[LineIn] = Field(min_length=1)


class OrdersIn(BaseModel):
    """GET /orders; `next` is empty on the last page."""

    orders: list[OrderIn]
    next: str = ""
