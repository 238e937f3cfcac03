"""The products of one list, put together row by row: the same product seen twice is one, and so are its packings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocop_market.catalog.identity import Identity, derived_sku, identity_of
from ocop_market.catalog.known import PLAIN, same_recognition
from ocop_market.catalog.packings import OF_ONE, Key, as_ordinary, in_packings, key_of
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Group, Place, ProducerKind, Product, Variant
from ocop_market.model.text import fold
from ocop_market.sheets.headings import Headings

SKU_TWICE = N_("The SKU {sku} already belongs to “{other}” (row {row}). Give each product its own SKU.")
GTIN_TWICE = N_("The barcode {gtin} already belongs to “{other}” (row {row}), so it was not taken. Check both packages.")
SEEN_BEFORE = N_("The same product with the same certificate stands in row {row} already.")
DIFFERS = N_("The value differs from that in row {row}, which was kept.")
PACKING_SKU_TWICE = N_("The SKU {sku} already belongs to another packing of “{other}” (row {row}). Give each packing its own SKU.")
PACKING_TWICE = N_("“{other}” has the packing {values} in row {row} already, under the SKU {sku}. Tell the two apart, or leave one out.")
OPTIONS_DIFFER = N_("The other packings of “{other}” (row {row}) are told apart by {options}. Fill in the same columns in all its rows.")
OPTION_NAMED_OTHERWISE = N_("The packings of “{other}” are told apart by “{option}” in row {row}, and by another name here. The first was "
                            "kept.")
NO_PACKING_PRICE = N_("The packing {values} of “{other}” has no price. Enter one in đồng.")
OF_NO_PACKING = N_("“{other}” is sold in several packings; this row does not say of which one the value is, so it was not taken.")


@dataclass(frozen=True)
class RowNote:
    """One remark about a row of the file (counted from 1 as Excel does); `refused` when the row was left out for it."""

    row: int
    column: str
    problem: Problem
    refused: bool


@dataclass
class _Entry:
    """A product as far as the rows up to now tell it; `packings` holds each with the row that told it first."""

    rows: list[int]
    identity: Identity
    product: Product
    own_sku: bool
    options: list[str] = field(default_factory=list)
    packings: dict[Key, tuple[Variant, int]] = field(default_factory=dict)

    def finished(self) -> Product:
        """The product; with one packing only and no code of its own, it is an ordinary one."""
        variants = [variant for variant, _ in self.packings.values()]
        whole = in_packings(self.product, self.options, variants) if variants else self.product
        if len(whole.variants) != 1 or (self.own_sku and self.product.sku != whole.variants[0].sku):
            return whole
        return as_ordinary(whole, replace(whole.variants[0], sku=variants[0].sku or whole.sku))


@dataclass
class Shelf:
    """Products in the order in which they were first seen."""

    notes: list[RowNote]
    headings: Headings
    sku_prefix: str = ""
    entries: list[_Entry] = field(default_factory=list)
    by_sku: dict[str, _Entry] = field(default_factory=dict)
    by_identity: dict[Identity, _Entry] = field(default_factory=dict)
    packed: dict[Identity, _Entry] = field(default_factory=dict)
    by_gtin: dict[str, tuple[_Entry, Key]] = field(default_factory=dict)

    def put(self, told: Product, row: int) -> None:
        """Takes what a row says of a product, as a new one or as more about one; refused when its SKU is another product's."""
        identity = identity_of(told.name, told.producer, told.place)
        known = self._meant(told, identity, row)
        if known is None or not self._fits(known, told.variants, row):
            return
        if known.rows:
            self._merge(known, told, row)
        known.rows.append(row)
        if told.sku and not known.own_sku:
            if not any(variant.sku == known.product.sku for variant, _ in known.packings.values()):
                self.by_sku.pop(known.product.sku, None)
            known.product, known.own_sku = replace(known.product, sku=told.sku), True
        self.by_sku[known.product.sku] = known
        if told.variants:
            self._name_options(known, told, row)
        for variant in told.variants:
            self._pack(known, variant, row)
        if not told.variants:
            self._take_gtin(known, (), told.gtin, row)

    def finished(self) -> list[tuple[Product, tuple[int, ...]]]:
        """Each product with its rows; packings without a price, and values that are of no packing, are noted."""
        found = []
        for entry in self.entries:
            product = entry.finished()
            if product.variants:
                self._note_what_lacks(entry)
            found.append((product, tuple(dict.fromkeys(entry.rows))))
        return found

    def _meant(self, told: Product, identity: Identity, row: int) -> _Entry | None:
        """The entry that a row is about, a new one where it is about none yet; None when it is refused."""
        codes = [code for code in (told.sku, *(variant.sku for variant in told.variants)) if code]
        sku = told.sku or self.sku_prefix + derived_sku(identity)
        holders = [holder for code in (codes or [sku]) if (holder := self.by_sku.get(code))]
        stranger = next((holder for holder in holders if holder.identity != identity), None)
        if stranger:
            taken = next(code for code in (codes or [sku]) if self.by_sku.get(code) is stranger)
            values = {"sku": taken, "other": stranger.product.name, "row": stranger.rows[0]}
            self._note(row, "sku", Problem("sku-twice", SKU_TWICE, "sku", values), refused=True)
            return None
        known = next(iter(holders), None) or self._alike(told, identity)
        if known is None:
            known = _Entry([], identity, replace(told, sku=sku, gtin="", options=(), variants=()), bool(told.sku))
            self.entries.append(known)
        (self.packed if told.variants else self.by_identity).setdefault(identity, known)
        return known

    def _alike(self, told: Product, identity: Identity) -> _Entry | None:
        """The entry of that name which a row without a known code means; goods with a code of their own stand beside packings."""
        packed, ordinary = self.packed.get(identity), self.by_identity.get(identity)
        if told.variants:
            known = packed or (ordinary if ordinary and not ordinary.own_sku else None)
        else:
            known = ordinary or (None if told.sku else packed)
        return None if known and told.sku and known.own_sku and known.product.sku != told.sku else known

    def _fits(self, known: _Entry, variants: Sequence[Variant], row: int) -> bool:
        """Whether the packings of a row can stand beside the others of the product; if not, the row is refused."""
        problem = next((found for variant in variants if (found := self._clash(known, variant))), None)
        if problem:
            self._note(row, "option_value" if problem.field == "variants" else "sku", problem, refused=True)
        return problem is None

    def _clash(self, known: _Entry, variant: Variant) -> Problem | None:
        other = {"other": known.product.name}
        if known.packings and len(variant.values) != len(known.options):
            options = ", ".join(filter(None, known.options)) or str(len(known.options))
            return Problem("options-differ", OPTIONS_DIFFER, "variants", {**other, "row": known.rows[0], "options": options})
        key = key_of(variant.values)
        there = known.packings.get(key)
        if there and variant.sku and there[0].sku and there[0].sku != variant.sku:
            values = {**other, "values": ", ".join(variant.values), "row": there[1], "sku": there[0].sku}
            return Problem("packing-twice", PACKING_TWICE, "variants", values)
        same_sku = next((row for one, (held, row) in known.packings.items() if variant.sku and held.sku == variant.sku and one != key), 0)
        return Problem("packing-sku-twice", PACKING_SKU_TWICE, "sku", {**other, "sku": variant.sku, "row": same_sku}) if same_sku else None

    def _pack(self, known: _Entry, variant: Variant, row: int) -> None:
        """Puts a packing beside the others, or fills up one that is there."""
        key = key_of(variant.values)
        held, first = known.packings.get(key, (replace(variant, gtin=""), row))
        for target in ("price", "stock", "weight_g"):
            old, new = getattr(held, target), getattr(variant, target)
            if None not in (old, new) and old != new:
                self._note(row, target, Problem("differs", DIFFERS, target, {"row": first}))
        known.packings[key] = replace(
            held, sku=held.sku or variant.sku, price=variant.price if held.price is None else held.price,
            stock=variant.stock if held.stock is None else held.stock,
            weight_g=variant.weight_g if held.weight_g is None else held.weight_g, values=min(held.values, variant.values)), first
        if variant.sku:
            self.by_sku[variant.sku] = known
        self._take_gtin(known, key, variant.gtin, row)

    def _name_options(self, known: _Entry, told: Product, row: int) -> None:
        known.options = known.options or list(told.options)
        for place, name in enumerate(told.options):
            if name and known.options[place] and fold(name) != fold(known.options[place]):
                values = {"other": known.product.name, "option": known.options[place], "row": known.rows[0]}
                self._note(row, "option_name", Problem("option-named-otherwise", OPTION_NAMED_OTHERWISE, "variants", values))
            known.options[place] = known.options[place] or name

    def _merge(self, known: _Entry, told: Product, row: int) -> None:
        kept, first = known.product, known.rows[0]
        fresh = tuple(c for c in told.certificates if not any(same_recognition(c, old) for old in kept.certificates))
        new_packing = any(key_of(variant.values) not in known.packings for variant in told.variants)
        if told.certificates and not fresh and not new_packing:
            self._note(row, "name", Problem("seen-before", SEEN_BEFORE, values={"row": first}))
        for target in ("price", "stock", "weight_g", "parcel_cm", "days_to_ship", "wholesale"):
            old, new = getattr(kept, target), getattr(told, target)
            if old not in (None, ()) and new not in (None, ()) and old != new:
                column = "parcel" if target == "parcel_cm" else target
                self._note(row, column, Problem("differs", DIFFERS, target, {"row": first}))
        nothing = Product("", "")
        filled = {name: getattr(told if getattr(kept, name) == getattr(nothing, name) else kept, name)
                  for name in PLAIN if name != "gtin"}
        known.product = replace(
            kept, **filled,
            producer_kind=told.producer_kind if kept.producer_kind is ProducerKind.UNKNOWN else kept.producer_kind,
            group=told.group if kept.group is Group.UNKNOWN else kept.group,
            place=Place(kept.place.province or told.place.province, kept.place.district or told.place.district,
                        kept.place.commune or told.place.commune),
            certificates=kept.certificates + fresh, label={**told.label, **kept.label},
            papers=kept.papers + tuple(paper for paper in told.papers if paper not in kept.papers),
            evidence={**told.evidence, **kept.evidence})

    def _take_gtin(self, known: _Entry, key: Key, gtin: str, row: int) -> None:
        """A barcode of the product, or of the packing with that key; one that other goods have is not taken."""
        held = known.packings[key][0].gtin if key else known.product.gtin
        if not gtin or held == gtin:
            return
        if holder := self.by_gtin.get(gtin):
            entry, of_packing = holder
            first = entry.packings[of_packing][1] if of_packing else entry.rows[0]
            values = {"gtin": gtin, "other": entry.product.name, "row": first}
            self._note(row, "gtin", Problem("gtin-twice", GTIN_TWICE, "gtin", values))
            return
        if held:
            first = known.packings[key][1] if key else known.rows[0]
            self._note(row, "gtin", Problem("differs", DIFFERS, "gtin", {"row": first}))
            return
        if key:
            variant, first = known.packings[key]
            known.packings[key] = replace(variant, gtin=gtin), first
        else:
            known.product = replace(known.product, gtin=gtin)
        self.by_gtin[gtin] = known, key

    def _note_what_lacks(self, entry: _Entry) -> None:
        name = entry.product.name
        for variant, row in entry.packings.values():
            if variant.price is None:
                values = {"other": name, "values": ", ".join(variant.values)}
                self._note(row, "price", Problem("packing-without-price", NO_PACKING_PRICE, "price", values))
        packed = {row for _, row in entry.packings.values()}
        for target in OF_ONE:
            if getattr(entry.product, target) not in (None, ""):
                row = next((row for row in entry.rows if row not in packed), entry.rows[0])
                self._note(row, target, Problem("of-no-packing", OF_NO_PACKING, target, {"other": name}))

    def _note(self, row: int, target: str, problem: Problem, *, refused: bool = False) -> None:
        column = self.headings.of(target)
        self.notes.append(RowNote(row, column.label if column else "", problem, refused))
