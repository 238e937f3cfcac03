"""Goods that are sold under a code that the catalog does not know: a queue for review with suggestions, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ocop_market.catalog.lookup import finder
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.store.goods import NOT_OURS, SoldGood

LIKE_ENOUGH = 70
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Suggestion:
    """A product that may be meant, and why: `barcode` proves it, `name` only resembles (0 to 100)."""

    product: Product
    because: str
    likeness: int


@dataclass(frozen=True)
class UnknownGood:
    """An article without a product, and the products that it may be, the likeliest first."""

    good: SoldGood
    suggestions: tuple[Suggestion, ...]


def unknown_goods(goods: Iterable[SoldGood], links: Mapping[tuple[str, str, str], str], products: Mapping[str, Product],
                  owners: Mapping[str, str]) -> list[UnknownGood]:
    """The articles that neither the catalog nor a person has a product for; `owners` says whose products an account sells."""
    find = finder(products)
    waiting = [good for good in goods if find(good.sku) is None and not _is_settled(good, links, products)]
    shelves = {owner: _Shelf([p for p in products.values() if owner in ("", p.owner)])
               for owner in {owners.get(good.account, "") for good in waiting}}
    return [UnknownGood(good, shelves[owners.get(good.account, "")].suggestions(good)) for good in waiting]


def _is_settled(good: SoldGood, links: Mapping[tuple[str, str, str], str], products: Mapping[str, Product]) -> bool:
    """Linked to a product that is still there, or known to be none of ours."""
    linked = links.get((good.account, good.sku, good.remote_id))
    return linked is not None and (linked == NOT_OURS or linked in products)


class _Shelf:
    """The products of one owner, to be found by barcode or by a name that resembles."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._products = products
        self._names = [fold(product.name) for product in products]
        self._by_gtin = {product.gtin.lstrip("0"): product for product in products if product.gtin}

    def suggestions(self, good: SoldGood) -> tuple[Suggestion, ...]:
        same_code = self._by_gtin.get(good.sku.strip().lstrip("0")) if good.sku.strip().isdecimal() else None
        found = [Suggestion(same_code, "barcode", 100)] if same_code else []
        alike = process.extract(fold(good.name), self._names, scorer=fuzz.token_set_ratio, limit=MOST_SUGGESTED, score_cutoff=LIKE_ENOUGH)
        found += [Suggestion(self._products[place], "name", round(likeness)) for _, likeness, place in alike
                  if self._products[place] is not same_code]
        return tuple(found[:MOST_SUGGESTED])
