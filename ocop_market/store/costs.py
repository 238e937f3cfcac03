"""What goods cost their seller to make or buy, in the database. It never leaves this market: no bundle and no listing has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from ocop_market.store.engine import upsert
from ocop_market.store.tables.catalog import unit_cost


def save_costs(connection: Connection, costs: Mapping[str, int], since: date) -> int:
    """Keeps the cost of one unit in đồng by SKU from a day on; those that are known already are left. How many are new or changed."""
    known = load_costs(connection, since)
    changed = {sku: cost for sku, cost in costs.items() if known.get(sku) != cost}
    upsert(connection, unit_cost, [{"sku": sku, "since": since, "cost": cost} for sku, cost in changed.items()])
    return len(changed)


def load_costs(connection: Connection, day: date) -> dict[str, int]:
    """The cost of one unit by SKU as on a day: the last one told by then, else the first one that was ever told."""
    found: dict[str, int] = {}
    for sku, since, cost in connection.execute(select(unit_cost).order_by(unit_cost.c.sku, unit_cost.c.since)):
        if since <= day or sku not in found:
            found[sku] = cost
    return found
