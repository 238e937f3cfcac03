"""Comparisons of the ledger with a platform's own list, as they came out last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ocop_market.store.engine import upsert
from ocop_market.store.tables.ledger import sales_check, sales_line, sales_order


@dataclass(frozen=True)
class Check:
    """One account and one window, closed when it was compared: `since` inside, `until` outside.

    `missing` orders stand in the platform's list only, `extra` ones in the ledger only, `differing` ones have other amounts
    there; all as they are after the repair. `difference` is the sum of the ledger less that of the platform in đồng, None
    where its list has no amounts.
    """

    account: str
    since: datetime
    until: datetime
    checked_at: datetime
    listed: int
    kept: int
    repaired: int = 0
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    difference: int | None = None

    @property
    def agrees(self) -> bool:
        """True when ledger and platform show the same orders with the same amounts."""
        return not (self.missing or self.extra or self.differing)


def save_check(connection: Connection, check: Check) -> None:
    """Keeps how a comparison came out, instead of an older one of the same window."""
    upsert(connection, sales_check, [{
        "account": check.account, "since": check.since, "until": check.until, "checked_at": check.checked_at,
        "listed": check.listed, "kept": check.kept, "repaired": check.repaired, "missing": list(check.missing),
        "extra": list(check.extra), "differing": list(check.differing), "difference": check.difference}])


def load_checks(connection: Connection, account: str) -> list[Check]:
    """The comparisons of an account, oldest window first."""
    c = sales_check.c
    return [Check(row.account, row.since, row.until, row.checked_at, row.listed, row.kept, row.repaired, tuple(row.missing),
                  tuple(row.extra), tuple(row.differing), row.difference)
            for row in connection.execute(select(sales_check).where(c.account == account).order_by(c.since))]


def kept_amounts(connection: Connection, account: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """What the ledger has of a window: each order with its amount (list price less discounts and refunds, đồng)."""
    o, line = sales_order.c, sales_line.c
    amount = func.coalesce(func.sum(line.list_amount - line.seller_discount - line.refund), 0)
    joined = sales_order.outerjoin(sales_line, (o.account == line.account) & (o.order_id == line.order_id))
    query = select(o.order_id, amount).select_from(joined).where(
        o.account == account, o.placed_at >= since, o.placed_at < until).group_by(o.order_id)
    return {order_id: int(total) for order_id, total in connection.execute(query)}
