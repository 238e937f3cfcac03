"""Which product an order line's SKU means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.model.product import Product

Find = Callable[[str], Product | None]


def finder(products: Mapping[str, Product]) -> Find:
    """Products by SKU; also by the SKU that they had before a list gave them one, and by one in other letters."""
    others: dict[str, Product] = {}
    for product in products.values():
        others.setdefault(product.sku.casefold(), product)
        others.setdefault(derived_sku(identity_of(product.name, product.producer, product.place)).casefold(), product)
    return lambda sku: products.get(sku) or others.get(sku.casefold())
