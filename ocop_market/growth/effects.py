"""How much of a change is price, how much volume, how much the mix of goods; to the đồng."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ocop_market.catalog.lookup import FindSold
from ocop_market.growth.sold import Change, Sold, total_of


@dataclass(frozen=True)
class Effects:
    """The parts of a change in đồng, which add up to it.

    `price`: goods sold in both periods at another price. `volume`: more or fewer sales units of them, at the average price
    of before. `mix`: more of the dear ones, or of the cheap ones, among them. `new` and `dropped` are goods sold in one period
    only; `unmeasured` those without a quantity above zero, as where more came back than was sold. `articles` are how many
    are compared.
    """

    price: int
    volume: int
    mix: int
    new: int
    dropped: int
    unmeasured: int
    articles: int

    @property
    def total(self) -> int:
        """The change of all sales, in đồng."""
        return self.price + self.volume + self.mix + self.new + self.dropped + self.unmeasured


def effects(now: Iterable[Sold], before: Iterable[Sold], find: FindSold) -> Effects:
    """Compares packing by packing, over all points of sale; goods that the catalog does not know by their code.

    Prices are what a sales unit brought in on the basis of the sums; those of before weigh volume and mix (Laspeyres), so
    that price takes the quantities of now (Paasche).
    """
    changes: dict[str, Change] = {}
    for row in now:
        key = _article(row.sku, find)
        changes[key] = changes.get(key, Change()) + Change(now=row.amount, units_now=row.quantity)
    for row in before:
        key = _article(row.sku, find)
        changes[key] = changes.get(key, Change()) + Change(before=row.amount, units_before=row.quantity)
    both = [change for change in changes.values() if change.units_now > 0 and change.units_before > 0]
    new = [change for change in changes.values() if change.units_now > 0 and not change.units_before and not change.before]
    dropped = [change for change in changes.values() if change.units_before > 0 and not change.units_now and not change.now]
    everything, compared = total_of(changes.values()).amount, total_of(both)
    at_old_prices = round(sum((Fraction(one.units_now) * one.before / Fraction(one.units_before) for one in both), Fraction()))
    at_old_mix = round(compared.before * Fraction(compared.units_now) / Fraction(compared.units_before)) if both else 0
    entered, left = total_of(new).amount, total_of(dropped).amount
    return Effects(price=compared.now - at_old_prices, volume=at_old_mix - compared.before, mix=at_old_prices - at_old_mix, new=entered,
                   dropped=left, unmeasured=everything - compared.amount - entered - left, articles=len(both))


def _article(sku: str, find: FindSold) -> str:
    sold = find(sku)
    return sold.sku if sold else f"\0{sku}"
