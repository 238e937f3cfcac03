"""Goods that are sold under a code that the catalog does not know: a queue for review with suggestions, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ocop_market.catalog.lookup import Find, SoldAs, finder
from ocop_market.catalog.packings import key_of
from ocop_market.model.product import Product, Variant
from ocop_market.model.text import fold
from ocop_market.store.goods import NOT_OURS, SoldGood

LIKE_ENOUGH = 70
MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Suggestion:
    """A product that may be meant, or one packing of it, and why: `barcode` proves it, `name` only resembles (0 to 100)."""

    product: Product
    because: str
    likeness: int
    packing: Variant | None = None

    @property
    def sku(self) -> str:
        """What the article is linked to."""
        return SoldAs(self.product, self.packing).sku


@dataclass(frozen=True)
class UnknownGood:
    """An article without a product, and the products that it may be, the likeliest first."""

    good: SoldGood
    suggestions: tuple[Suggestion, ...]


def unknown_goods(goods: Iterable[SoldGood], links: Mapping[tuple[str, str, str], str], products: Mapping[str, Product],
                  owners: Mapping[str, str], former: Mapping[str, str] | None = None) -> list[UnknownGood]:
    """The articles that neither the catalog nor a person has a product for; `owners` says whose products an account sells.

    `former` are codes that are no more, see `catalog.lookup.sold_finder`.
    """
    find = finder(products, former)
    waiting = [good for good in goods if find(good.sku) is None and not _is_settled(good, links, find)]
    shelves = {owner: _Shelf([p for p in products.values() if owner in ("", p.owner)])
               for owner in {owners.get(good.account, "") for good in waiting}}
    return [UnknownGood(good, shelves[owners.get(good.account, "")].suggestions(good)) for good in waiting]


def _is_settled(good: SoldGood, links: Mapping[tuple[str, str, str], str], find: Find) -> bool:
    """Linked to a product or packing that is still there, or known to be none of ours."""
    linked = links.get((good.account, good.sku, good.remote_id))
    return linked is not None and (linked == NOT_OURS or find(linked) is not None)


class _Shelf:
    """The products of one owner, to be found by barcode or by a name that resembles."""

    def __init__(self, products: Sequence[Product]) -> None:
        self._goods = [SoldAs(product, variant) for product in products for variant in product.variants or (None,)]
        self._names = [fold(" ".join((sold.product.name, *(sold.packing.values if sold.packing else ())))) for sold in self._goods]
        self._by_gtin = {gtin.lstrip("0"): sold for sold in self._goods
                         if (gtin := sold.packing.gtin if sold.packing else sold.product.gtin)}

    def suggestions(self, good: SoldGood) -> tuple[Suggestion, ...]:
        """A packing's own barcode first; of several packings whose names resemble alike, the one whose value the article names."""
        same_code = self._by_gtin.get(good.sku.strip().lstrip("0")) if good.sku.strip().isdecimal() else None
        found = [Suggestion(same_code.product, "barcode", 100, same_code.packing)] if same_code else []
        name = fold(good.name)
        alike = process.extract(name, self._names, scorer=fuzz.token_set_ratio, limit=MOST_SUGGESTED, score_cutoff=LIKE_ENOUGH)
        words = name.replace(" ", "")
        named = sorted(((self._goods[place], round(likeness)) for _, likeness, place in alike),
                       key=lambda one: not (one[0].packing and all(part in words for part in key_of(one[0].packing.values))))
        found += [Suggestion(sold.product, "name", likeness, sold.packing) for sold, likeness in named if sold is not same_code]
        return tuple(found[:MOST_SUGGESTED])
