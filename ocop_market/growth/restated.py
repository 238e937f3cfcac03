"""What changed of days that a report has shown: by order, on the basis of the report, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from ocop_market.errors import SettingsError
from ocop_market.growth.basis import Basis, amount_of
from ocop_market.growth.compare import Period
from ocop_market.language import N_
from ocop_market.model.sales import OrderState
from ocop_market.store.restatements import NOT_THERE, Change, Mark, Moved, changes_since, last_mark, moved_since, save_mark

NO_REPORT = N_("No report was written yet, so nothing was restated. Write one with: ocop-market report")


_OF_GOODS = ("list_amount", "seller_discount", "refund")


class Reason(StrEnum):
    """Why a day that was reported shows another figure now."""

    CANCELLED = "cancelled"
    RETURNED = "returned"
    CAME_LATE = "came-late"
    """The order was not in the ledger when the day was reported."""
    COUNTED_ELSEWHERE = "counted-elsewhere"
    """A till's sale turned out to be a marketplace's order."""
    NOT_CANCELLED = "not-cancelled"
    """It was taken for cancelled."""
    OTHER_STATE = "other-state"
    """It was paid, accepted or delivered since, or its state is no longer known, and the basis counts that."""
    OTHER_DAY = "other-day"
    FEES = "fees"
    """Fees, carriage borne or tax withheld became known or were put right."""
    CHANGED = "changed"
    """Anything else: what the goods cost, or discounts."""


@dataclass(frozen=True)
class Restated:
    """What an order counted for a day when it was reported, and what it counts now, in đồng."""

    day: date
    account: str
    order_id: str
    document: str
    before: int
    after: int
    reason: Reason

    @property
    def change(self) -> int:
        """Now less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Restatements:
    """All that was restated since a moment, on one basis; `moved` articles count for another product, which changes no sum."""

    since: datetime
    basis: Basis
    orders: tuple[Restated, ...]
    moved: tuple[Moved, ...]


def mark_reported(connection: Connection, period: Period, basis: Basis, now: datetime) -> None:
    """Notes that a report of a period and of the same a year before is being written; call it before its figures are read."""
    before = period.a_year_before()
    save_mark(connection, Mark(now, basis.value, period.start, period.end, before.start, before.end))


def restated(connection: Connection, since: datetime | None = None, basis: Basis | None = None) -> Restatements:
    """What changed since a moment of days that had been reported by then; since the last report, on its basis, unless told.

    Raises SettingsError (`no-report`) when none was ever written.
    """
    mark = last_mark(connection)
    if mark is None:
        raise SettingsError(NO_REPORT, code="no-report")
    moment, chosen = since or mark.made_at, basis or Basis(mark.basis)
    orders = [row for change in changes_since(connection, moment) for row in restated_rows(change, chosen)]
    return Restatements(moment, chosen, tuple(sorted(orders, key=lambda row: (row.day, row.account, row.order_id))),
                        tuple(moved_since(connection, moment)))


def restated_rows(change: Change, basis: Basis) -> list[Restated]:
    """The change of an order; two where it went from one day to another, none where the basis does not see it."""
    before, after = change.before, change.after
    was, now = amount_of(basis, before.state, before.sums), amount_of(basis, after.state, after.sums)
    by_day = {before.day: (was, now)} if before.day == after.day else {before.day: (was, 0), after.day: (0, now)}
    reason = _reason(change)
    return [Restated(day, change.account, change.order_id, change.document, old, new, reason)
            for day, (old, new) in by_day.items() if old != new]


def _reason(change: Change) -> Reason:
    before, after = change.before, change.after
    if change.mirrored:
        return Reason.COUNTED_ELSEWHERE
    if after.state == OrderState.CANCELLED and before.state != OrderState.CANCELLED:
        return Reason.CANCELLED
    if change.is_slip or after.sums["refund"] > before.sums["refund"]:
        return Reason.RETURNED
    if before.state == NOT_THERE:
        return Reason.CAME_LATE
    if before.state != after.state:
        return Reason.NOT_CANCELLED if before.state == OrderState.CANCELLED else Reason.OTHER_STATE
    if before.day != after.day:
        return Reason.OTHER_DAY
    same_goods = all(before.sums[name] == after.sums[name] for name in _OF_GOODS)
    return Reason.FEES if same_goods else Reason.CHANGED
