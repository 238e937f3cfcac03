"""A change of revenue told in full: its total, its parts, the same sellers, price, volume and mix, and what is left of it in real terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ocop_market.catalog.lookup import finder, sold_finder
from ocop_market.growth.basis import Basis
from ocop_market.growth.effects import Effects, effects
from ocop_market.growth.movement import Movement, movement
from ocop_market.growth.panel import Panel, first_days, panel
from ocop_market.growth.periods import Pair
from ocop_market.growth.sold import Change, read_sold
from ocop_market.model.product import Product
from ocop_market.store.catalog import load_former_codes


@dataclass(frozen=True)
class AccountOfChange:
    """All readings of one change; the total of each is `total`."""

    pair: Pair
    basis: Basis
    movement: Movement
    panel: Panel
    effects: Effects

    @property
    def total(self) -> Change:
        """The change of all sales, in đồng and sales units."""
        return self.movement.total


def account_of_change(connection: Connection, products: Mapping[str, Product], pair: Pair, basis: Basis = Basis.NET) -> AccountOfChange:
    """Reads the daily totals of both periods once; never the lines of orders."""
    former = load_former_codes(connection)
    now, before = read_sold(connection, pair.now, basis), read_sold(connection, pair.before, basis)
    return AccountOfChange(pair, basis, movement(now, before, finder(products, former), pair.now, pair.before),
                           panel(now, before, pair.before, first_days(connection)),
                           effects(now, before, sold_finder(products, former)))
