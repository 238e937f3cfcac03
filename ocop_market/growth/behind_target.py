"""From what is reached of a plan's target to the products, or the order lines, that it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ocop_market.errors import SettingsError
from ocop_market.growth.address import Address
from ocop_market.growth.chosen import Ledger
from ocop_market.growth.explain import Explained, of_sides, side
from ocop_market.growth.target_standing import Counted, TargetStanding, counted, growth_ground, stand
from ocop_market.growth.targets import Measure, Target
from ocop_market.language import N_
from ocop_market.model.product import Product

NO_TARGET = N_("There is no target “{name}” in {path}. Its targets: {known}. See all with: ocop-market targets")
_OF_PRODUCTS = frozenset({Measure.PRODUCTS, Measure.PRODUCTS_EVER, Measure.NEW_PRODUCTS, Measure.UPGRADED_PRODUCTS, Measure.PRODUCT_SHARE,
                          Measure.SUBJECTS, Measure.NEW_SUBJECTS, Measure.SUBJECT_SHARE})
_MOST_NAMED = 5


@dataclass(frozen=True)
class BehindTarget:
    """How a target stands, with the products that count for it, or the sales of both periods where it is of growth.

    Both are empty of targets that are counted by hand or from a register of their own; `standing.arithmetic` tells all in sentences.
    """

    standing: TargetStanding
    products: tuple[Counted, ...] = ()
    sales: Explained | None = None


def behind_target(connection: Connection, products: Mapping[str, Product], targets: Sequence[Target], address: Address, path: str,
                  ) -> BehindTarget:
    """What stands behind a target on the last day of the address; SettingsError (`no-target`) where `path` has none of that name."""
    on = address.period.end
    target = _named(targets, address.key, path)
    standing = stand(connection, products, [target], on, on, basis=address.basis)[0]
    if standing.reached is None:
        return BehindTarget(standing)
    if target.measure is Measure.REVENUE_GROWTH:
        ground, ledger = growth_ground(connection, products, target, standing.on), Ledger(connection, products, products)
        sides = [side(connection, ledger.goods_at(ground.skus, ground.outlets, period), sign, address)
                 for period, sign in ((ground.now, 1), (ground.base, -1))]
        return BehindTarget(standing, sales=of_sides(connection, address, standing.reached, sides))
    return BehindTarget(standing, tuple(counted(products, target, standing.on)) if target.measure in _OF_PRODUCTS else ())


def target_keys(targets: Iterable[Target]) -> list[str]:
    """What each target is called in an address: its name, from the second of a name on with its number among them."""
    seen: dict[str, int] = {}
    keys = []
    for target in targets:
        seen[target.name] = count = seen.get(target.name, 0) + 1
        keys.append(target.name if count == 1 else f"{target.name} #{count}")
    return keys


def _named(targets: Sequence[Target], key: str, path: str) -> Target:
    found = dict(zip(target_keys(targets), targets, strict=True))
    if key not in found:
        known = ", ".join([*list(found)[:_MOST_NAMED], *(["…"] if len(found) > _MOST_NAMED else [])])
        raise SettingsError(NO_TARGET, code="no-target", name=key, path=path, known=known)
    return found[key]
