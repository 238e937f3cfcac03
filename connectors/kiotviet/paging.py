"""Walking through a list by record offset while the shop goes on selling.

KiotViet's `currentItem` counts records. Rows that leave the list meanwhile (an invoice changed after the end of the window
that is read) move the others forward, so a drop of `total` steps back by as much. Rows that come in push the others back, so
as many may come again as `total` grew; rows that come again without such a reason do not move the walk on. What is read twice
costs a call; what is skipped would cost a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar


class Numbered(Protocol):
    """A row that has an id."""

    @property
    def id(self) -> str | int:
        """KiotViet's number of it."""


Row = TypeVar("Row", bound=Numbered)

ASKED_AGAIN = 2
"""How often a page that brings nothing new is asked for again before it is passed over."""
REMEMBERED = 10_000
"""How many of the last rows are known when they come again; one from further back is taken for new, which costs a look at the ledger."""
STEPS_BACK = 100
"""How often a walk steps back at most, so that a total that goes up and down cannot hold it for ever."""


@dataclass(frozen=True)
class Malformed:
    """A row that cannot be read: its id where it has one, and the paths of the fields that are wrong."""

    id: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """One page of a list, and how many rows there are in all (None: not told)."""

    rows: Sequence[Row]
    total: int | None


class Walk:
    """Where a walk stands: the `offset` to ask for next, the `total` told last, and whether it is `over`."""

    def __init__(self, offset: int = 0, total: int | None = None) -> None:
        self.offset, self.total, self.over = offset, total, False
        self._met: dict[str | int, None] = {}
        self._expected_again = 0
        self._steps_back = 0
        self._asked_again = 0

    def take(self, listed: Listed[Row]) -> list[Row]:
        """The rows of a page that were not met before; moves on behind them."""
        if self._steps_back_for(listed.total):
            return []
        met = dict.fromkeys([row.id for row in listed.rows])
        if len(met) == len(listed.rows) and self._met.keys().isdisjoint(met):  # as a rule
            fresh = [*listed.rows]
            self._met.update(met)
        else:
            fresh = []
            for row in listed.rows:
                if not row.id or row.id not in self._met:
                    self._met[row.id] = None
                    fresh.append(row)
        for old in list(islice(self._met, max(0, len(self._met) - REMEMBERED))):
            del self._met[old]
        expected = min(len(listed.rows) - len(fresh), self._expected_again)
        self._expected_again -= expected
        self._move_on(len(fresh) + expected, len(listed.rows))
        return fresh

    def _steps_back_for(self, total: int | None) -> bool:
        """Compares the total with the one before; True when rows left and the page at hand has to be asked for again."""
        if total is None:
            return False
        change, self.total = total - (total if self.total is None else self.total), total
        self._expected_again += abs(change)
        if change >= 0 or not self.offset or self._steps_back == STEPS_BACK:
            return False
        self._steps_back += 1
        self.offset = max(0, self.offset + change)
        return True

    def _move_on(self, passed: int, length: int) -> None:
        if not length:
            self.over = True
        elif passed:
            self.offset += passed
            self._asked_again = 0
        elif self._asked_again < ASKED_AGAIN:
            self._asked_again += 1
            return
        else:
            self.offset += length
            self._asked_again = 0
            self.over = self.total is None
        if self.total is not None and self.offset >= self.total:
            self.over = True
