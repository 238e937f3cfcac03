"""What goes over the wire: models of the bodies we send, exactly the fields of the pages."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connectors.tiki import facts


def _positive(value: int) -> int:
    if value <= 0:
        raise ValueError("must be above zero")
    return value


class Written(BaseModel):
    """Base of what we send; what is None is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class WarehouseStock(Written):
    """Stock in a new product; camel case here. GUIDE Create new product request v2.1, 2026-09"""

    warehouse_id: int = Field(serialization_alias="warehouseId")
    available: int = Field(serialization_alias="qtyAvailable", ge=0)


class WarehouseQuantity(Written):
    """Stock in an update; snake case here. API Update variant v2.1, 2026-09"""

    warehouse_id: int
    qty_available: int = Field(ge=0)


class Variant(Written):
    """One variant, the only one of a simple product; `sku` is ours, `seller_warehouse` a text of ids.

    Its picture replaces those of the product; its attributes are merged over the product's.
    """

    sku: str
    option1: str | None = None
    option2: str | None = None
    attributes: dict[str, Any] | None = None
    image: str | None = None
    images: tuple[str, ...] | None = None
    price: Annotated[int, AfterValidator(_positive)]
    market_price: int
    inventory_type: str = facts.INVENTORY_TYPE
    seller_warehouse: str
    warehouse_stocks: tuple[WarehouseStock, ...]


class ProductRequest(Written):
    """A request for a new product. `images` and `option_attributes` are never null."""

    category_id: int
    name: str
    description: str
    market_price: int
    attributes: dict[str, Any]
    image: str
    images: tuple[str, ...]
    option_attributes: tuple[str, ...] = ()
    variants: tuple[Variant, ...]
    meta_data: dict[str, Any]


class OfferUpdate(Written):
    """Price, stock and visibility of a product; what is None stays as it is."""

    product_id: int
    price: int | None = None
    active: int | None = None
    warehouse_quantities: tuple[WarehouseQuantity, ...] | None = None

    def row(self) -> OfferRow:
        """The same as a row of a batch."""
        status = {1: facts.STATUS_ON, 0: facts.STATUS_OFF, None: None}[self.active]
        return OfferRow(product_id=self.product_id, price=self.price, status=status, warehouse_quantities=self.warehouse_quantities)


class OfferRow(Written):
    """One product of a batch, where 1 is on sale and 2 off. API updateSkus v2.1, 2026-09"""

    product_id: int
    price: int | None = None
    status: int | None = None
    warehouse_quantities: tuple[WarehouseQuantity, ...] | None = None


class OfferBatch(Written):
    """Price, stock and visibility of several products."""

    data: tuple[OfferRow, ...]


class ContentUpdate(Written):
    """Attributes and pictures of a product; goes through review."""

    product_id: int
    attributes: dict[str, Any] = Field(default_factory=dict)
    image: str | None = None
    images: tuple[str, ...] | None = None
    market_price: int | None = None
