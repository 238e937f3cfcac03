"""How much was sold of each product, all its packings together or each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from sqlalchemy import Connection

from ocop_market.catalog.lookup import sold_finder
from ocop_market.growth.compare import Period
from ocop_market.model.product import Product, Variant
from ocop_market.model.sales import OrderState
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.period_totals import summed


@dataclass(frozen=True)
class Quantity:
    """What was sold under a code in sales units, less what came back. `product` is None for goods that the catalog does not know.

    `packing` is set where packings are counted apart and the code is one's.
    """

    sku: str
    product: Product | None
    packing: Variant | None
    sold: Decimal


def quantities(connection: Connection, products: Mapping[str, Product], period: Period, *, by_packing: bool = False) -> list[Quantity]:
    """What was accepted or delivered in a period, most first; the days are those of sale, also for goods that came back."""
    query = summed(period.start, period.end, ("sku",), itemgetter("quantity"), itemgetter("returned_quantity"),
                   where=lambda c: c.state.in_([OrderState.ACCEPTED.value, OrderState.DELIVERED.value]))
    find = sold_finder(products, load_former_codes(connection))
    found: dict[str, Quantity] = {}
    for code, sold, back in connection.execute(query):
        good = find(code)
        packing = good.packing if good and by_packing else None
        sku = packing.sku if packing else good.product.sku if good else code
        before = found[sku].sold if sku in found else Decimal(0)
        found[sku] = Quantity(sku, good.product if good else None, packing, before + sold - back)
    return sorted(found.values(), key=lambda one: (-one.sold, one.sku))
