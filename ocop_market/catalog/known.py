"""What a new list changes of the catalog: it replaces what it tells, and takes nothing away by its silence.

Lists differ: one holds prices, another the certificates of a year. An empty cell or a missing column therefore keeps
what is known, and a certificate joins the older ones, so that past sales keep the star that they were made under.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ocop_market.catalog.identity import Identity, body_key, identity_of, is_derived
from ocop_market.catalog.known_packings import MADE_UP, offered
from ocop_market.catalog.packings import OF_ONE, skus_of
from ocop_market.model.product import Certificate, CertificateKind, Evidence, Group, Paper, Place, ProducerKind, Product, Variant
from ocop_market.model.text import fold

FIELDS = ("price", "stock", "weight_g", "shelf_life_days", "gtin", "description", "pictures")
"""Fields of a product that a list may leave empty and that may be made up for practice."""
PLAIN = (*FIELDS, "product_set", "tax_number", "alcohol_percent", "parcel_cm", "days_to_ship", "wholesale")
"""Fields of which a list tells the whole value or nothing."""
_STEADY = ("name", "producer", "producer_kind", "group", "place", "product_set", "tax_number")
"""Fields in which a better proved value stays."""
_RANKS = {level: rank for rank, level in enumerate((Evidence.UNKNOWN, Evidence.SHOP, Evidence.PROPOSED, Evidence.PUBLISHED,
                                                    Evidence.SIGNED))}


@dataclass(frozen=True)
class Together:
    """The products that a list spoke of, as they are now.

    `renamed` maps SKUs that are new to those that they replace, `joined` those of products that are packings of another one
    now to that one.
    """

    products: tuple[Product, ...]
    renamed: Mapping[str, str]
    joined: Mapping[str, str] = field(default_factory=dict)


def bring_together(known: Iterable[Product], told: Sequence[Product], same: Mapping[str, str] | None = None,
                   named: Collection[str] = (), *, joined: Mapping[str, str] | None = None, moved: Collection[str] = ()) -> Together:
    """What is known of products and what a list tells of them.

    A product without an SKU of its own is found by name, producer and place, one with an SKU also in other letters. A
    product that was known without gets the SKU that a list gives it. `same` says of SKUs of the list which known product
    is meant, whatever its name; that one keeps its name. `named` are SKUs of the list's other rows. `joined` gives by SKU
    products that are packings of another one from now on, `moved` SKUs of packings that leave the product that has them.
    """
    catalog = Catalog(known, {*named, *(sku for product in told for sku in skus_of(product))})
    touched: dict[int, _Entry] = {}
    fresh: list[Product] = []
    for sku, home in (joined or {}).items():
        catalog.join(sku, home)
    for entry in {id(entry): entry for sku in moved if (entry := catalog.by_sku.get(sku))}.values():
        entry.give_away(moved)
        touched[id(entry)] = entry
    for product in told:
        entry = catalog.by_sku.get((same or {}).get(product.sku, "")) or catalog.find(product)
        if entry is None:
            fresh.append(product)
        else:
            entry.take(product, renamed=product.sku in (same or {}))
            touched[id(entry)] = entry
    renamed = {entry.product.sku: entry.sku_before for entry in touched.values() if entry.product.sku != entry.sku_before}
    return Together((*(entry.product for entry in touched.values()), *fresh), renamed, dict(joined or {}))


class _Entry:
    """A known product and what it becomes."""

    def __init__(self, product: Product) -> None:
        self.product, self.sku_before = product, product.sku
        self.joined: list[Product] = []
        self.identity = identity_of(product.name, product.producer, product.place)

    def take(self, told: Product, *, renamed: bool = False) -> None:
        before = self.product
        of_packing = not told.variants and told.sku != before.sku and told.sku in skus_of(before)
        sku = told.sku if not of_packing and is_derived(before.sku) and not is_derived(told.sku) else before.sku
        if renamed or of_packing:
            told = replace(told, name=before.name, producer=before.producer, place=before.place)
        told = replace(told, variants=tuple(self._filled_up(variant) for variant in told.variants))
        self.product = replace(_merged(before, told), sku=sku)

    def _filled_up(self, variant: Variant) -> Variant:
        """A packing with what was known of it as a product of its own."""
        own = next((other for other in self.joined if other.sku == variant.sku), None)
        if own is None:
            return variant
        return replace(variant, **{name: getattr(own, name) for name in OF_ONE if getattr(variant, name) in (None, "")})


    def take_in(self, other: Product) -> None:
        """Keeps what was known of goods that are one of its packings now."""
        self.joined.append(other)
        certificates, papers = _certificates(self.product.certificates, other.certificates), _papers(self.product.papers, other.papers)
        self.product = replace(self.product, certificates=certificates, papers=papers)

    def give_away(self, skus: Collection[str]) -> None:
        """Lets packings go that belong to another product now."""
        self.product = replace(self.product, variants=tuple(one for one in self.product.variants if one.sku not in skus))


class Catalog:
    """Known products, to be found by SKU or by what they are; those that a list names by SKU are not meant by another row's name."""

    def __init__(self, known: Iterable[Product], named: Collection[str] = ()) -> None:
        self.named = named
        entries = [_Entry(product) for product in known]
        self.by_sku = {variant.sku: entry for entry in entries for variant in entry.product.variants}
        self.by_sku |= {entry.sku_before: entry for entry in entries}
        self.by_name: dict[str, list[_Entry]] = {}
        for entry in entries:
            self.by_name.setdefault(entry.identity[0], []).append(entry)

    def join(self, sku: str, home: str) -> None:
        """Makes a known product a packing of another one: what it says of itself goes there with the next that is told of both."""
        entry, gone = self.by_sku[home], self.by_sku[sku]
        entry.take_in(gone.product)
        self.by_sku[sku] = entry

    def find(self, told: Product) -> _Entry | None:
        """The product that a list means; None when it is a new one, or could be one of several."""
        if held := next((self.by_sku[sku] for sku in skus_of(told) if sku in self.by_sku), None):
            return held
        identity = identity_of(told.name, told.producer, told.place)
        alike = self.alike(identity, told.owner)
        if is_derived(told.sku):
            return alike[0] if len(alike) == 1 else None
        same_letters = [entry for entry in alike if entry.sku_before.casefold() == told.sku.casefold()]
        unnamed = [entry for entry in alike if entry.identity == identity and is_derived(entry.product.sku)]
        return next(iter(same_letters or unnamed), None)

    def alike(self, identity: Identity, owner: str) -> list[_Entry]:
        """Known products of that name which a list may mean, another owner's left out."""
        found = [entry for entry in self.by_name.get(identity[0], []) if _is(identity, entry.identity)]
        return [entry for entry in found if not any(sku in self.named for sku in skus_of(entry.product))
                and (not owner or entry.product.owner in ("", owner))]


def _is(told: Identity, known: Identity) -> bool:
    """Whether a list means a known product of that name; what the list leaves out fits anything."""
    return all(part in ("", other) for part, other in zip(told[1:], known[1:], strict=True))


def _merged(known: Product, told: Product) -> Product:
    told = _without_weaker(known, told)
    sources = {name: _source(name, known, told) for name in PLAIN}
    values: dict[str, Any] = {name: getattr(source, name) for name, source in sources.items()}
    merged = replace(
        told, **values, producer=told.producer or known.producer,
        producer_kind=known.producer_kind if told.producer_kind is ProducerKind.UNKNOWN else told.producer_kind,
        group=known.group if told.group is Group.UNKNOWN else told.group, place=_place(known.place, told.place),
        certificates=_certificates(known.certificates, told.certificates), owner=known.owner or told.owner,
        label={**known.label, **told.label}, papers=_papers(known.papers, told.papers),
        practice=frozenset(name for name, source in sources.items() if name in source.practice))
    if now := offered(known, told):
        others = frozenset(name for name in merged.practice if name not in (*OF_ONE, MADE_UP))
        merged = replace(merged, options=now.options, variants=now.variants, **now.of_one, practice=others | now.practice)
    return replace(merged, evidence=_evidence(known, told, merged))


def _without_weaker(known: Product, told: Product) -> Product:
    """What a list tells, without values that are less well proved than those that are known."""
    kept = {name: getattr(known, name) for name in _STEADY if _weaker(told.evidence.get(name), known.evidence.get(name))}
    return replace(told, **kept, evidence={name: level for name, level in told.evidence.items() if name not in kept})


def _evidence(known: Product, told: Product, merged: Product) -> dict[str, Evidence]:
    """A value that stayed keeps its level, or gets the better one that it is told with; a new value has only its own."""
    levels = {}
    for name in {*known.evidence, *told.evidence}:
        before, now = known.evidence.get(name, Evidence.UNKNOWN), told.evidence.get(name, Evidence.UNKNOWN)
        stayed, is_told = getattr(merged, name) == getattr(known, name), getattr(merged, name) == getattr(told, name)
        level = max(before, now if is_told else Evidence.UNKNOWN, key=_RANKS.__getitem__) if stayed else now
        if not stayed and not is_told:
            level = min(before, now, key=_RANKS.__getitem__)
        if level:
            levels[name] = level
    return levels


def _weaker(told: Evidence | None, known: Evidence | None) -> bool:
    return bool(told and known) and _RANKS[told or Evidence.UNKNOWN] < _RANKS[known or Evidence.UNKNOWN]


def _papers(known: tuple[Paper, ...], told: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """A paper with the same kind and number is put right; one of its kind without any number as well."""
    kept = list(known)
    for paper in told:
        same = next((i for i, older in enumerate(kept) if older.kind is paper.kind and (
            fold(older.number) == fold(paper.number) or not older.number or not paper.number)), None)
        if same is None:
            kept.append(paper)
        else:
            older = kept[same]
            kept[same] = Paper(paper.kind, paper.number or older.number, paper.issuer or older.issuer,
                               paper.issued_on or older.issued_on, paper.expires_on or older.expires_on)
    return tuple(kept)


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
    """Each certificate of the list puts at most one known one right, one that says the same before one that says less."""
    kept = list(known)
    met: dict[int, int] = {}
    for fits in (same_recognition, _one_recognition):
        for number, certificate in enumerate(told):
            if number in met:
                continue
            place = next((i for i, older in enumerate(known) if i not in met.values() and fits(older, certificate)), None)
            if place is not None:
                met[number] = place
                kept[place] = _corrected(kept[place], certificate)
    return (*kept, *(certificate for number, certificate in enumerate(told) if number not in met))


def same_recognition(one: Certificate, other: Certificate) -> bool:
    """Whether two certificates say the same: stars, number, body and day; a body that is not told fits any."""
    return (one.stars, fold(one.decision), one.issued_on) == (other.stars, fold(other.decision), other.issued_on) and \
        may_be_one_body(one, other)


def may_be_one_body(one: Certificate, other: Certificate) -> bool:
    """Whether the same body may have issued both; a body that is not told may be any."""
    return not (one.body and other.body) or body_key(one.body) == body_key(other.body)


def _one_recognition(known: Certificate, told: Certificate) -> bool:
    """Whether both are about one recognition, told fully or in part, or put right since."""
    if not may_be_one_body(known, told):
        return False
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
    """The recognition as it is told now, filled up with what was known; the better proved one goes first."""
    first, second = (known, told) if _weaker(told.evidence, known.evidence) else (told, known)
    result = Certificate(
        second.stars if first.stars is None else first.stars, first.decision or second.decision,
        first.issued_on or second.issued_on, first.expires_on or second.expires_on, first.source or second.source,
        body=first.body or second.body, kind=second.kind if first.kind is CertificateKind.UNKNOWN else first.kind,
        potential=first.potential or (second.potential and first.stars is None),
        reapplied_on=told.reapplied_on or known.reapplied_on, withdrawn_on=told.withdrawn_on or known.withdrawn_on,
        withdrawn_because=told.withdrawn_because or known.withdrawn_because)
    return replace(result, evidence=_proved(known, told, result))


def _proved(known: Certificate, told: Certificate, result: Certificate) -> Evidence:
    """The level of the certificate that holds them whole; of one put together from both, the weaker level."""
    whole = [c.evidence for c in (known, told) if replace(c, evidence=Evidence.UNKNOWN, source=result.source) == result]
    if whole:
        return max(whole, key=_RANKS.__getitem__)
    return min(known.evidence, told.evidence, key=_RANKS.__getitem__)
