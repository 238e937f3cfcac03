"""Which product, and which of its packings, an order line's SKU means: the one place where sold codes meet the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.catalog.packings import made_sku, packing_named
from ocop_market.model.product import Product, Variant


@dataclass(frozen=True)
class SoldAs:
    """What a sold code means: a product, and its packing where the code is one's."""

    product: Product
    packing: Variant | None = None

    @property
    def sku(self) -> str:
        """The code under which it is sold today: the packing's, else the product's."""
        return self.packing.sku if self.packing else self.product.sku


Find = Callable[[str], Product | None]
FindSold = Callable[[str], SoldAs | None]


def sold_finder(products: Mapping[str, Product], former: Mapping[str, str] | None = None) -> FindSold:
    """Products with their packings by sold code.

    Also by the code that they had before a list gave them one, by one in other letters, and by `former` codes: those that
    are no more, with the SKU of the product whose they were (see `store.catalog.load_former_codes`).
    """
    known: dict[str, SoldAs] = {}
    others: dict[str, SoldAs] = {}
    for product in products.values():
        known |= {variant.sku: SoldAs(product, variant) for variant in product.variants}
    for product in products.values():
        known.setdefault(product.sku, SoldAs(product, packing_named(product, product.sku)))
        before = derived_sku(identity_of(product.name, product.producer, product.place))
        others.setdefault(before.casefold(), SoldAs(product))
        for variant in product.variants:
            for sku in (before, product.sku):
                others.setdefault(made_sku(sku, variant.values).casefold(), SoldAs(product, variant))
    for sku, sold in known.items():
        others[sku.casefold()] = sold

    def find(sku: str) -> SoldAs | None:
        return known.get(sku) or others.get(sku.casefold())

    def find_former(sku: str) -> SoldAs | None:
        seen: set[str] = set()
        while (found := find(sku)) is None and sku in (former or {}) and sku not in seen:
            seen.add(sku)
            sku = (former or {})[sku]
        return SoldAs(found.product, found.packing if not seen else None) if found else None

    return find_former if former else find


def finder(products: Mapping[str, Product], former: Mapping[str, str] | None = None) -> Find:
    """Products by sold code, whatever the packing; see `sold_finder`."""
    find = sold_finder(products, former)

    def product_of(sku: str) -> Product | None:
        sold = find(sku)
        return sold.product if sold else None

    return product_of
