"""All that is odd about the codes, contents and prices of a catalog, product by product."""

from __future__ import annotations

from collections.abc import Sequence

from ocop_market.codes.gtin import Duplicates, Gtin, duplicates, read_gtin
from ocop_market.codes.oddities import content_problem, price_problems
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product

REPEATED = N_("The barcode {gtin} stands at {count} products: {others}. One number belongs to one kind of goods only; check the packages.")


def survey(products: Sequence[Product]) -> list[tuple[Product, Problem]]:
    """Every remark, in the order of the products; a product without a barcode has none for that."""
    repeated: dict[str, list[Problem]] = {}
    for group in duplicates(products):
        for product in {product.sku: product for product in group.products}.values():
            repeated.setdefault(product.sku, []).append(_repeated(product, group))
    prices = price_problems(products)
    found = []
    for product in products:
        numbers = (product.gtin, *(variant.gtin for variant in product.variants))
        mine = (*(problem for number in numbers for problem in read_gtin(number).problems), *repeated.get(product.sku, ()),
                content_problem(product), prices.get(product.sku))
        found += [(product, problem) for problem in mine if problem]
    return found


def _repeated(product: Product, group: Duplicates) -> Problem:
    others = "; ".join(other.name for other in group.products if other.sku != product.sku) or product.name
    return Problem("gtin-repeated", REPEATED, "gtin", {"gtin": Gtin(group.gtin).native, "count": len(group.products), "others": others})
