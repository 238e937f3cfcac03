"""What the practice shop has sold, returned and taken orders for, as its books stand at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from ocop_market.model.clock import VIETNAM, Clock, business_day
from ocop_market.sandbox.buyers import History, SimOrder, SimReturn, Step
from ocop_market.sandbox.shelf import Record

COMPLETED, CANCELLED = 1, 2
"""Invoice states, webhook chapter 2026-03: 1 Hoàn thành, 2 Đã hủy (3 Đang xử lý, 5 Không giao được are not imitated)."""

DRAFT_ORDER, DONE_ORDER, CANCELLED_ORDER = 1, 3, 4
"""Order states in their usual reading; the documents list none (unverified)."""

_ORDER_EVERY = 97
"""One sale in so many came from an order; its two neighbours left a draft and a cancelled order behind."""


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice, a return slip or an order: `at` is its business time, `modified` is None when it was never edited."""

    id: int
    code: str
    at: datetime
    created: datetime
    modified: datetime | None
    status: int
    order: SimOrder
    backs: tuple[SimReturn, ...] = ()
    paid: bool = True
    """False when its payment slips were voided with it."""

    @property
    def touched(self) -> datetime:
        """What the platform compares with `lastModifiedFrom` and `toDate`."""
        return self.modified or self.created


@dataclass
class Books:
    """All documents at a moment, oldest first; they hold from `since` until just before `until`."""

    since: datetime
    until: datetime
    invoices: list[Document] = field(default_factory=list)
    returns: list[Document] = field(default_factory=list)
    orders: list[Document] = field(default_factory=list)


class Bookkeeper:
    """Keeps the books at hand and writes them anew only when something has happened since.

    `voided` tells which invoices were cancelled by a call: by invoice id, `at` what time, and whether the `payment` was
    voided as well.
    """

    def __init__(self, history: History | None, clock: Clock, voided: Mapping[str, Record]) -> None:
        self._history, self._clock, self._voided = history, clock, voided
        self._books: Books | None = None

    def books(self) -> Books:
        """The books as they stand now."""
        now = self._clock()
        if self._books is None or not self._books.since <= now < self._books.until:
            self._books = self._write(now)
        return self._books

    def reopen(self) -> None:
        """Forgets the books, after an invoice was cancelled by a call."""
        self._books = None

    def _write(self, now: datetime) -> Books:
        midnight = datetime.combine(business_day(now) + timedelta(days=1), time(), VIETNAM).astimezone(UTC)
        books = Books(now, midnight)
        for order in self._history.orders(midnight) if self._history else ():
            coming = [at for at, _ in order.steps if at > now] + [back.at for back in order.returns if back.at > now]
            books.until = min([books.until, *coming])
            if order.placed_at > now:
                continue
            books.invoices.append(self._invoice(order, now))
            books.returns.extend(_slips(order, now))
            if (paper := _paper_order(order)) is not None:
                books.orders.append(paper)
        books.returns.sort(key=lambda slip: (slip.created, slip.id))
        return books

    def _invoice(self, order: SimOrder, now: datetime) -> Document:
        created = _entered(order)
        voided = self._voided.get(str(order.number))
        ended = order.reached(Step.CANCELLED, now) or (datetime.fromisoformat(voided["at"]) if voided else None)
        never_stamped = lot(order) % 3 == 0
        return Document(order.number, f"HD{order.number}", order.placed_at, created,
                        ended or (None if never_stamped else created), CANCELLED if ended else COMPLETED, order,
                        paid=not ended or bool(voided and not voided["payment"]))


def lot(order: SimOrder) -> int:
    """A number that decides in which form a sale is written; it runs on within a day and from day to day."""
    return sum(divmod(order.number, 10_000))


def source_order(order: SimOrder) -> str:
    """The code of the order that became this sale; empty for most."""
    return f"DH{order.number}" if lot(order) % _ORDER_EVERY == 0 else ""


def _entered(order: SimOrder) -> datetime:
    # Entered a moment before the sale counts, so that times carry fractions and no row lies in the future.
    return order.placed_at - timedelta(milliseconds=order.number % 997)


def _slips(order: SimOrder, now: datetime) -> list[Document]:
    slips = []
    for at, group in groupby(order.returns_by(now), key=lambda back: back.at):
        backs = tuple(group)
        number = backs[0].number
        slips.append(Document(number, f"TH{number}", at, at, None if lot(order) % 2 else at, COMPLETED, order, backs))
    return slips


def _paper_order(order: SimOrder) -> Document | None:
    code = f"DH{order.number}"
    match lot(order) % _ORDER_EVERY:
        case 0:
            taken = order.placed_at - timedelta(hours=2)
            return Document(order.number, code, taken, taken, order.placed_at, DONE_ORDER, order)
        case 1:
            return Document(order.number, code, order.placed_at, order.placed_at, None, DRAFT_ORDER, order)
        case 2:
            return Document(order.number, code, order.placed_at, order.placed_at, order.placed_at, CANCELLED_ORDER, order)
    return None
