"""Products of the shop, read in the fewest calls: by their lists where many are wanted, singly where few are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.tiki import facts
from connectors.tiki.api import TikiApi
from connectors.tiki.wire import Product
from ocop_market.channels.http import Http
from ocop_market.errors import Refused


def products_by_number(api: TikiApi, http: Http, numbers: Iterable[str]) -> dict[str, Product]:
    """These products as far as they are there.

    The list is walked while its pages are fewer than the products still wanted; what it does not show is asked for singly.
    """
    wanted = set(numbers)
    found: dict[str, Product] = {}
    if len(wanted) > 1:
        for page, calls_left in _pages(api):
            found |= {product.product_id: product for product in page if product.product_id in wanted}
            if len(wanted) - len(found) <= calls_left:
                break
    left = sorted(wanted - found.keys(), key=int)
    found |= {product.product_id: product for product in http.map(lambda number: _one(api, number), left) if product is not None}
    return found


def all_products(api: TikiApi) -> Iterator[Product]:
    """Every product of the shop once, those that are off sale as well."""
    seen: set[str] = set()
    for page, _ in _pages(api):
        fresh = [product for product in page if product.product_id not in seen]
        seen.update(product.product_id for product in fresh)
        yield from fresh


def product_with(api: TikiApi, sku: str) -> Product | None:
    """The product that carries exactly our SKU; its masters, which take no offers, are passed over."""
    fitting = [product for product in api.products_by_sku(sku) if product.original_sku == sku]
    return next((product for product in fitting if product.entity_type == facts.ENTITY_SELLER_SIMPLE), None)


def products_with(api: TikiApi, http: Http, skus: Iterable[str]) -> dict[str, Product]:
    """The products that carry these SKUs, by SKU, as far as they are there."""
    asked = list(skus)
    products = http.map(lambda sku: product_with(api, sku), asked)
    return {sku: product for sku, product in zip(asked, products, strict=True) if product is not None}


def _pages(api: TikiApi) -> Iterator[tuple[list[Product], int]]:
    """The product list page by page, each with the number of calls that the rest takes.

    Where it shows nothing that is off sale, those have a list of their own (unverified), which is read after it.
    """
    any_off_sale = False
    for page, pages_left in api.product_pages():
        any_off_sale = any_off_sale or any(product.active != 1 for product in page)
        yield page, pages_left + (not any_off_sale)
    if not any_off_sale:
        yield from api.product_pages(active=0)


def _one(api: TikiApi, number: str) -> Product | None:
    try:
        return api.product(number)
    except Refused as error:
        if error.code != "not-found":
            raise
        return None
