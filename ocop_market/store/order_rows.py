"""An order as rows of plain values, as they go into the database and as they stand there."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from ocop_market.model.clock import VIETNAM, business_day
from ocop_market.model.record import Record
from ocop_market.model.sales import SalesLine, SalesOrder
from ocop_market.model.text import cut
from ocop_market.store.engine import rows_listed
from ocop_market.store.tables.columns import microseconds, thousandths
from ocop_market.store.tables.ledger import sales_fee, sales_line, sales_order

FEE_WORD = 64
PLAIN = 2
"""The last form of `marshal` in which equal values always have equal bytes; later ones tell repeated objects apart."""

Row = tuple[Any, ...]


class Kept(NamedTuple):
    """What tells a new version of an order from the one that is kept; the time in microseconds."""

    updated_at: int
    settled: bool
    digest: str


class OrderRows(Record, frozen=True, gc=False):
    """The columns of an order before its days, those behind them, those behind its digest, its lines and their fees."""

    order: SalesOrder
    own_day: date
    head: Row
    state: Row
    behind: Row
    lines: list[Row]
    fees: list[Row]
    digest: str

    def may_supersede(self, kept: Kept) -> bool:
        """A later version does; of two with the same time, one that is final, or the one that came last."""
        updated_at = self.head[-1]
        if updated_at != kept.updated_at:
            return bool(updated_at > kept.updated_at)
        return self.order.settled or not kept.settled

    def is_as(self, stored: Row) -> bool:
        """Whether this is what stands in the database already, as `stored_rows` gives it."""
        return (self.head + self.state + self.behind, sorted(self.lines), sorted(self.fees)) == stored

    def order_row(self, day: date) -> Row:
        """The row of the order itself, when it counts on this day."""
        own = _written(self.own_day)
        return (*self.head, own, own if day == self.own_day else _written(day), *self.state, self.digest, *self.behind)


def order_rows(account: str, order: SalesOrder) -> OrderRows:
    """The rows of an order; its digest is the connector's where that gives one, else made from the rows."""
    order_id, placed_at = order.order_id, microseconds(order.placed_at)
    updated_at = placed_at if order.updated_at is order.placed_at else microseconds(order.updated_at)
    head = (account, order_id, order.document, placed_at, updated_at)
    state = (order.state._value_, order.remote_state, order.location, order.source, order.province, order.returns, order.settled)
    behind = (order.source_code, order.platform_total)
    lines, fees = [], []
    for line in _told_apart(order.lines):
        charged = line.charged
        lines.append((
            account, order_id, line.line, line.sku, line.name, line.remote_id, thousandths(line.quantity), line.list_amount,
            line.seller_discount, line.platform_discount, line.fees if charged else 0, line.tax_withheld, line.refund,
            thousandths(line.returned_quantity) if line.returned_quantity else 0, line.seller_shipping))
        if charged:
            fees += _fee_rows(account, order_id, line)
    digest = order.digest or hashlib.blake2b(marshal.dumps((head, state, behind, lines, fees), PLAIN), digest_size=8).hexdigest()
    placed = order.placed_at
    own_day = placed.date() if placed.tzinfo is VIETNAM else business_day(placed)
    return OrderRows(order, own_day, head, state, behind, lines, fees, digest)


def kept_versions(connection: Connection, account: str, order_ids: Sequence[str]) -> dict[str, Kept]:
    """Which version of these orders is kept; those that the ledger does not have are left out."""
    c = sales_order.c
    columns = (c.order_id, c.remote_updated_at, c.settled, c.digest)
    return {row[0]: Kept(*row[1:]) for row in rows_listed(connection, columns, account, c.order_id, order_ids)}


def stored_rows(connection: Connection, account: str, order_ids: Sequence[str]) -> Mapping[str, Row]:
    """What stands in the database of these orders, to be compared by `OrderRows.is_as`."""
    c, days = sales_order.c, ("own_day", "day", "digest")
    heads = rows_listed(connection, [column for column in c if column.name not in days], account, c.order_id, order_ids)
    stored: dict[str, tuple[Row, list[Row], list[Row]]] = {row[1]: (row, [], []) for row in heads}
    for row in rows_listed(connection, list(sales_line.c), account, sales_line.c.order_id, order_ids):
        stored[row[1]][1].append(row)
    for row in rows_listed(connection, list(sales_fee.c), account, sales_fee.c.order_id, order_ids):
        stored[row[1]][2].append(row)
    return {order_id: (head, sorted(lines), sorted(fees)) for order_id, (head, lines, fees) in stored.items()}


_written = lru_cache(maxsize=1024)(date.isoformat)


def _fee_rows(account: str, order_id: str, line: SalesLine) -> list[Row]:
    """The fees of a line by kind and word; what a platform charges twice under one name is one sum."""
    sums: dict[tuple[str, str], int] = {}
    for fee in line.charged:
        key = fee.kind.value, cut(fee.word, FEE_WORD)
        sums[key] = sums.get(key, 0) + fee.amount
    return [(account, order_id, line.line, kind, word, amount) for (kind, word), amount in sums.items() if amount]


def _told_apart(lines: Sequence[SalesLine]) -> Sequence[SalesLine]:
    """Lines of which no two have the same id: what a platform calls alike a second time is kept under its occurrence."""
    if len(lines) < 2 or (lines[0].line != lines[1].line if len(lines) == 2 else len({line.line for line in lines}) == len(lines)):
        return lines
    taken: set[str] = set()
    apart = []
    for line in lines:
        name, times = line.line, 1
        while name in taken:
            times += 1
            name = f"{line.line}#{times}"
        taken.add(name)
        apart.append(line.but(line=name))
    return apart
