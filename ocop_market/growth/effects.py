"""How much of a change is price, how much volume, how much the mix of goods; to the đồng."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ocop_market.catalog.lookup import FindSold
from ocop_market.growth.movement import UNKNOWN
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


class Effect(StrEnum):
    """The parts by their names."""

    PRICE = "price"
    VOLUME = "volume"
    MIX = "mix"
    NEW = "new"
    DROPPED = "dropped"
    UNMEASURED = "unmeasured"


def effects(now: Iterable[Sold], before: Iterable[Sold], find: FindSold) -> Effects:
    """Compares packing by packing, over all points of sale; goods that the catalog does not know by their code.

    Prices are what a sales unit brought in on the basis of the sums; those of before weigh volume and mix (Laspeyres), so
    that price takes the quantities of now (Paasche).
    """
    changes = article_changes(now, before, find)
    both = _of_kind(changes, Effect.PRICE).values()
    everything, compared = total_of(changes.values()).amount, total_of(both)
    old = round(sum(map(at_old_prices, both), Fraction()))
    at_old_mix = round(compared.before * Fraction(compared.units_now) / Fraction(compared.units_before)) if both else 0
    entered, left = (total_of(_of_kind(changes, one).values()).amount for one in (Effect.NEW, Effect.DROPPED))
    return Effects(price=compared.now - old, volume=at_old_mix - compared.before, mix=old - at_old_mix, new=entered,
                   dropped=left, unmeasured=everything - compared.amount - entered - left, articles=len(both))


def article_changes(now: Iterable[Sold], before: Iterable[Sold], find: FindSold) -> dict[str, Change]:
    """What was sold of each article in both periods, by `article`."""
    changes: dict[str, Change] = {}
    for row in now:
        key = article(row.sku, find)
        changes[key] = changes.get(key, Change()) + Change(now=row.amount, units_now=row.quantity)
    for row in before:
        key = article(row.sku, find)
        changes[key] = changes.get(key, Change()) + Change(before=row.amount, units_before=row.quantity)
    return changes


def articles_of(changes: Mapping[str, Change], effect: Effect) -> dict[str, Change]:
    """The articles that make up an effect; price, volume and mix have the same ones."""
    if effect is not Effect.UNMEASURED:
        return _of_kind(changes, effect)
    measured = {key for one in (Effect.PRICE, Effect.NEW, Effect.DROPPED) for key in _of_kind(changes, one)}
    return {key: change for key, change in changes.items() if key not in measured}


def at_old_prices(change: Change) -> Fraction:
    """What the quantity of now would have brought in at the price of before, in đồng."""
    return Fraction(change.units_now) * change.before / Fraction(change.units_before)


def article(sku: str, find: FindSold) -> str:
    """The packing or product that a code means; of goods that the catalog does not know the code, marked as such."""
    sold = find(sku)
    return sold.sku if sold else f"{UNKNOWN}{sku}"


def _of_kind(changes: Mapping[str, Change], effect: Effect) -> dict[str, Change]:
    return {key: change for key, change in changes.items() if _is(change, effect)}


def _is(change: Change, effect: Effect) -> bool:
    match effect:
        case Effect.NEW:
            return change.units_now > 0 and not change.units_before and not change.before
        case Effect.DROPPED:
            return change.units_before > 0 and not change.units_now and not change.now
    return change.units_now > 0 and change.units_before > 0
