"""All tables of a market; a table that is in no module imported here is made by nobody."""

from ocop_market.store.tables import catalog, ledger, listings, shares, totals, work
from ocop_market.store.tables.columns import metadata

__all__ = ["catalog", "ledger", "listings", "metadata", "shares", "totals", "work"]
