"""What a new list changes of the catalog: it replaces what it tells, and takes nothing away by its silence.

Lists differ: one holds prices, another the certificates of a year. An empty cell or a missing column therefore keeps
what is known, and a certificate joins the older ones, so that past sales keep the star that they were made under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ocop_market.catalog.identity import Identity, identity_of, is_derived
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from ocop_market.model.text import fold

FIELDS = ("price", "stock", "weight_g", "shelf_life_days", "gtin", "description", "pictures")
"""Fields of a product that a list may leave empty and that may be made up for practice."""


@dataclass(frozen=True)
class Together:
    """The products that a list spoke of, as they are now. `renamed` maps SKUs that are new to those that they replace."""

    products: tuple[Product, ...]
    renamed: Mapping[str, str]


def bring_together(known: Iterable[Product], told: Iterable[Product]) -> Together:
    """What is known of products and what a list tells of them.

    A product without an SKU of its own is found by name, producer and place, one with an SKU also in other letters. A
    product that was known without gets the SKU that a list gives it.
    """
    catalog = _Catalog(known)
    touched: dict[int, _Entry] = {}
    fresh: list[Product] = []
    for product in told:
        entry = catalog.find(product)
        if entry is None:
            fresh.append(product)
        else:
            entry.take(product)
            touched[id(entry)] = entry
    renamed = {entry.product.sku: entry.sku_before for entry in touched.values() if entry.product.sku != entry.sku_before}
    return Together((*(entry.product for entry in touched.values()), *fresh), renamed)


class _Entry:
    """A known product and what it becomes."""

    def __init__(self, product: Product) -> None:
        self.product, self.sku_before = product, product.sku
        self.identity = identity_of(product.name, product.producer, product.place)

    def take(self, told: Product) -> None:
        sku = told.sku if is_derived(self.product.sku) and not is_derived(told.sku) else self.product.sku
        self.product = replace(_merged(self.product, told), sku=sku)


class _Catalog:
    """Known products, to be found by SKU or by what they are."""

    def __init__(self, known: Iterable[Product]) -> None:
        entries = [_Entry(product) for product in known]
        self.by_sku = {entry.sku_before: entry for entry in entries}
        self.by_name: dict[str, list[_Entry]] = {}
        for entry in entries:
            self.by_name.setdefault(entry.identity[0], []).append(entry)

    def find(self, told: Product) -> _Entry | None:
        """The product that a list means; None when it is a new one, or could be one of several."""
        if told.sku in self.by_sku:
            return self.by_sku[told.sku]
        identity = identity_of(told.name, told.producer, told.place)
        alike = [entry for entry in self.by_name.get(identity[0], []) if _is(identity, entry.identity)]
        if is_derived(told.sku):
            return alike[0] if len(alike) == 1 else None
        same_letters = [entry for entry in alike if entry.sku_before.casefold() == told.sku.casefold()]
        unnamed = [entry for entry in alike if entry.identity == identity and is_derived(entry.product.sku)]
        return next(iter(same_letters or unnamed), None)


def _is(told: Identity, known: Identity) -> bool:
    """Whether a list means a known product of that name; what the list leaves out fits anything."""
    return all(part in ("", other) for part, other in zip(told[1:], known[1:], strict=True))


def _merged(known: Product, told: Product) -> Product:
    sources = {name: _source(name, known, told) for name in FIELDS}
    values: dict[str, Any] = {name: getattr(source, name) for name, source in sources.items()}
    return replace(
        told, **values, producer=told.producer or known.producer,
        producer_kind=known.producer_kind if told.producer_kind is ProducerKind.UNKNOWN else told.producer_kind,
        group=known.group if told.group is Group.UNKNOWN else told.group, place=_place(known.place, told.place),
        certificates=_certificates(known.certificates, told.certificates),
        practice=frozenset(name for name, source in sources.items() if name in source.practice))


def _source(name: str, known: Product, told: Product) -> Product:
    """Whose value counts: the list's, unless it has none, or only a made-up one where a real one is known."""
    nothing = getattr(Product, name)
    if getattr(told, name) == nothing:
        return known
    made_up = name in told.practice and name not in known.practice
    return known if made_up and getattr(known, name) != nothing else told


def _place(known: Place, told: Place) -> Place:
    """Units are filled up within one province; another province brings its own."""
    if told.province and fold(told.province) != fold(known.province):
        return told
    return Place(told.province or known.province, told.district or known.district, told.commune or known.commune)


def _certificates(known: tuple[Certificate, ...], told: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    kept = list(known)
    for certificate in told:
        same = next((i for i, older in enumerate(kept) if _one_recognition(older, certificate)), None)
        if same is None:
            kept.append(certificate)
        else:
            kept[same] = _corrected(kept[same], certificate)
    return tuple(kept)


def _one_recognition(known: Certificate, told: Certificate) -> bool:
    """Whether both are about one recognition, told fully or in part, or put right since."""
    numbered = bool(known.decision and told.decision)
    same_number = numbered and fold(known.decision) == fold(told.decision)
    same_stars = told.stars in (None, known.stars)
    if known.issued_on and told.issued_on:
        if known.issued_on == told.issued_on:
            return True
        return _overlap(known, told) and (same_number or (same_stars and not numbered))
    return same_number or (same_stars and not numbered)


def _overlap(one: Certificate, other: Certificate) -> bool:
    if not (one.issued_on and one.expires_on and other.issued_on and other.expires_on):
        return False
    return one.issued_on < other.expires_on and other.issued_on < one.expires_on


def _corrected(known: Certificate, told: Certificate) -> Certificate:
    return Certificate(
        known.stars if told.stars is None else told.stars, told.decision or known.decision, told.issued_on or known.issued_on,
        told.expires_on or known.expires_on, told.source or known.source)
