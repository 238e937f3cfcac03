"""What a change of revenue is made of: the same products, those that entered, those that left, and all other goods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ocop_market.catalog.lookup import Find
from ocop_market.catalog.standing import CertificateRecord, Standing
from ocop_market.growth.compare import Period
from ocop_market.growth.sold import Change, Sold, total_of
from ocop_market.model.product import Product


class Part(StrEnum):
    """The parts of a change; each sale belongs to one, so that they add up to the total."""

    SAME = "same"
    """Recognised and sold in both periods."""
    ENTRY = "entry"
    EXIT = "exit"
    OUTSIDE = "outside"
    """Goods without recognition in either period, or of which none can be told."""


class Reason(StrEnum):
    """Why the sales of a product stand in their part."""

    SAME = "same"
    NEWLY_RECOGNISED = "newly-recognised"
    FIRST_SOLD = "first-sold"
    """Recognised in both periods, sold in the present one only."""
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    NOT_SOLD = "not-sold"
    """Recognised in both periods, sold in the earlier one only."""
    NOT_RECOGNISED = "not-recognised"
    UNDATED = "undated"
    """The certificate's dates are not known."""
    NOT_IN_CATALOG = "not-in-catalog"


PART_OF = {
    Reason.SAME: Part.SAME, Reason.NEWLY_RECOGNISED: Part.ENTRY, Reason.FIRST_SOLD: Part.ENTRY, Reason.LAPSED: Part.EXIT,
    Reason.WITHDRAWN: Part.EXIT, Reason.NOT_SOLD: Part.EXIT, Reason.NOT_RECOGNISED: Part.OUTSIDE, Reason.UNDATED: Part.OUTSIDE,
    Reason.NOT_IN_CATALOG: Part.OUTSIDE}

UNKNOWN = "\0"
"""Before codes that the catalog does not know, so that none passes for a SKU."""


@dataclass(frozen=True)
class Moved:
    """The sales for one reason, and how many products they are of (of goods outside the catalog: how many codes)."""

    reason: Reason
    products: int
    change: Change


@dataclass(frozen=True)
class Movement:
    """A change by reason; reasons without any product are left out."""

    moved: tuple[Moved, ...]

    def part(self, part: Part) -> Change:
        """All of one part."""
        return total_of(one.change for one in self.moved if PART_OF[one.reason] is part)

    def products(self, part: Part) -> int:
        """How many products are in a part."""
        return sum(one.products for one in self.moved if PART_OF[one.reason] is part)

    @property
    def total(self) -> Change:
        """All parts together: the change of all sales."""
        return total_of(one.change for one in self.moved)


def movement(now: Iterable[Sold], before: Iterable[Sold], find: Find, period: Period, earlier: Period) -> Movement:
    """Sorts the sales of two periods by what became of each product.

    A product is recognised in a period when a certificate was in force on one of its days. One that was recognised in the
    present period only is an entry with all that it sold in either; one recognised in the earlier only, an exit.
    """
    found: dict[Reason, list[Change]] = {}
    for reason, change in by_product(now, before, find, period, earlier).values():
        found.setdefault(reason, []).append(change)
    return Movement(tuple(Moved(reason, len(found[reason]), total_of(found[reason])) for reason in Reason if reason in found))


def parts_of(now: Iterable[Sold], before: Iterable[Sold], find: Find, period: Period, earlier: Period) -> dict[str, Part]:
    """The part of each product, by SKU; goods that the catalog does not know are in none of them."""
    return {key: PART_OF[reason] for key, (reason, _) in by_product(now, before, find, period, earlier).items()
            if not key.startswith(UNKNOWN)}


def by_product(now: Iterable[Sold], before: Iterable[Sold], find: Find, period: Period, earlier: Period,
               ) -> dict[str, tuple[Reason, Change]]:
    """What became of each product, by `product_key`."""
    changes: dict[str, Change] = {}
    products: dict[str, Product | None] = {}
    for rows, present in ((now, True), (before, False)):
        for row in rows:
            key = product_key(row.sku, find)
            products[key] = find(row.sku)
            changes[key] = changes.get(key, Change()) + _one_side(row.amount, row.quantity, present=present)
    return {key: (_reason(products[key], change, period, earlier), change) for key, change in changes.items()}


def product_key(code: str, find: Find) -> str:
    """The SKU of the product that a code means; of goods that the catalog does not know the code, marked as such."""
    product = find(code)
    return product.sku if product else UNKNOWN + code


def _one_side(amount: int, quantity: Decimal, *, present: bool) -> Change:
    return Change(now=amount, units_now=quantity) if present else Change(before=amount, units_before=quantity)


def _reason(product: Product | None, change: Change, period: Period, earlier: Period) -> Reason:
    if product is None:
        return Reason.NOT_IN_CATALOG
    record = CertificateRecord(product)
    was, is_now = _recognised(record, earlier), _recognised(record, period)
    if was and is_now:
        sold_now, sold_before = bool(change.now or change.units_now), bool(change.before or change.units_before)
        return Reason.SAME if sold_now and sold_before else Reason.FIRST_SOLD if sold_now else Reason.NOT_SOLD
    if is_now:
        return Reason.NEWLY_RECOGNISED
    standing = record.claim(period.end).standing
    if was:
        return Reason.WITHDRAWN if standing is Standing.WITHDRAWN else Reason.LAPSED
    return Reason.UNDATED if standing is Standing.UNDATED else Reason.NOT_RECOGNISED


def _recognised(record: CertificateRecord, period: Period) -> bool:
    return any(term.begins <= period.end and period.start < term.ends for term in record.terms)
