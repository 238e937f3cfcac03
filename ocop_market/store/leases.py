"""One runner per account, across threads, processes and machines: a row with an end, renewed while the work goes on.

Each turn has a number, one higher than the turn before. A runner that slept past its end may think that the turn is still its
own; what it writes is refused by the database, because every writing transaction looks up its number first.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from ocop_market.errors import MarketError
from ocop_market.language import N_
from ocop_market.model.clock import Clock
from ocop_market.store.engine import Store, upsert
from ocop_market.store.tables.work import lease

log = logging.getLogger(__name__)

# made once, as all statements of a run that finds nothing new: making one costs several times its execution
_MINE = (lease.c.name == bindparam("of_name")) & (lease.c.holder == bindparam("of_holder")) & (lease.c.fence == bindparam("of_fence"))
_LOOK = select(lease).where(lease.c.name == bindparam("of_name"))
_RENEW = update(lease).where(_MINE).values(expires_at=bindparam("until"))
_GUARD = select(lease.c.fence).where(_MINE).with_for_update(read=True)
_END = update(lease).where(_MINE).values(holder="", expires_at=bindparam("until"))

LIFE = timedelta(seconds=60)
BUSY = N_("'{name}' is being worked on by another run of this program. Wait until it ends (at most {seconds} seconds if it "
          "was stopped hard), then run the command again.")
LOST = N_("This run lost its turn on '{name}' to another run (the computer may have slept). Nothing of it was half written; "
          "run the command again.")


class LeaseError(MarketError):
    """Another runner holds, or took, what this one needs; `after` seconds from now it is free at the latest."""

    code = "busy"

    def __init__(self, message: str, *, code: str, name: str, after: float) -> None:
        super().__init__(message, code=code, name=name.partition(":")[2] or name, seconds=math.ceil(after))
        self.after = after


@contextmanager
def holding(store: Store, name: str, clock: Clock, *, life: timedelta = LIFE, patience: float = 0.0,
            fenced: bool = True) -> Iterator[Lease]:
    """Holds `name` for the length of a `with` block, in which this thread writes only as long as the turn is its own.

    LeaseError when another holds it and has not given it back within `patience` seconds of real time, and from any writing
    transaction once the turn was lost (unless `fenced` is off, for a writer that has a check of its own).
    """
    mine = Lease(store, name, clock, life)
    mine.take_within(patience)
    stop = threading.Event()
    beat = threading.Thread(target=mine.beat, args=(stop,), daemon=True, name=f"lease-{name}")
    beat.start()
    try:
        with store.guarded_by(mine.guard) if fenced else nullcontext():
            yield mine
    finally:
        stop.set()
        beat.join()
        mine.give_back()


class Lease:
    """A turn on something, with its number. `check` ends long work early; `guard` is what refuses a write."""

    def __init__(self, store: Store, name: str, clock: Clock, life: timedelta) -> None:
        self._store, self.name, self._clock, self._life = store, name, clock, life
        self.holder = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self.fence = 0
        self._until = clock()

    @property
    def _mine(self) -> dict[str, Any]:
        return {"of_name": self.name, "of_holder": self.holder, "of_fence": self.fence}

    def take_within(self, patience: float) -> None:
        """Takes the turn, waiting for another's end for at most `patience` seconds of real time."""
        give_up = time.monotonic() + patience
        while True:
            try:
                return self.take()
            except LeaseError:
                if time.monotonic() >= give_up:
                    raise
                time.sleep(0.1)

    def take(self) -> None:
        """Takes the turn, also over one that has ended, or that ends so late that the clock was set back since."""
        now = self._clock()
        with self._store.writing(guarded=False) as connection:
            row = connection.execute(_LOOK, {"of_name": self.name}).one_or_none()
            if row is not None and row.holder and now < row.expires_at <= now + 2 * self._life:
                raise LeaseError(BUSY, code="busy", name=self.name, after=(row.expires_at - now).total_seconds())
            self.fence = (row.fence if row is not None else 0) + 1
            upsert(connection, lease, [
                {"name": self.name, "holder": self.holder, "fence": self.fence, "expires_at": now + self._life}])
        self._until = now + self._life

    def beat(self, stop: threading.Event) -> None:
        """Renews until told to stop; runs in a thread of its own. A renewal that fails is tried again at the next beat."""
        while not stop.wait(self._life.total_seconds() / 3):
            try:
                if not self.renew():
                    return
            except MarketError as error:
                log.warning("the turn on %s could not be renewed: %s", self.name, error)

    def renew(self) -> bool:
        """Moves the end of the turn; False when the turn was lost."""
        until = self._clock() + self._life
        with self._store.writing(guarded=False) as connection:
            kept = connection.execute(_RENEW, {**self._mine, "until": until}).rowcount == 1
        self._until = until if kept else until - self._life
        return kept

    def now(self) -> datetime:
        """The time by the clock of whoever has the turn."""
        return self._clock()

    def check(self) -> None:
        """Raises LeaseError when the turn has ended or was taken over, so that nothing more is written."""
        if self._until <= self._clock() and not self.renew():
            raise self._lost()

    def guard(self, connection: Connection) -> None:
        """Raises LeaseError inside a transaction when the turn was taken over; until its end nobody else can take it.

        A turn that has ended by the clock, but that nobody took, may still be written under: no clock is asked here.
        """
        if connection.execute(_GUARD, self._mine).one_or_none() is None:
            raise self._lost()

    def _lost(self) -> LeaseError:
        return LeaseError(LOST, code="lease-lost", name=self.name, after=0)

    def give_back(self) -> None:
        """Ends the turn, if it is still ours. Where that fails, it ends by itself, and what went before still counts."""
        try:
            self._end()
        except MarketError as error:
            log.warning("the turn on %s could not be given back: %s", self.name, error)

    def _end(self) -> None:
        with self._store.writing(guarded=False) as connection:
            connection.execute(_END, {**self._mine, "until": self._clock()})


def last_end(store: Store) -> datetime | None:
    """When the last of all turns ends, or None when nobody is at work."""
    with store.reading() as connection:
        ends = list(connection.execute(select(lease.c.expires_at).where(lease.c.holder != "")).scalars())
    return max(ends, default=None)
