"""Steps of changes on their way to a platform, kept so that none is done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from ocop_market.model.clock import Clock
from ocop_market.store.engine import Store, upsert
from ocop_market.store.tables.listings import account_step, outbox_step

CONSENT_ENDS = "consent-ends"


def load_account_steps(connection: Connection, account: str, beginning: str) -> Iterator[tuple[str, Any]]:
    """Steps that an account shares whose names begin so, with their answers."""
    c = account_step.c
    query = select(c.step, c.answer).where(c.account == account, c.step.startswith(beginning, autoescape=True))
    return ((row.step, row.answer) for row in connection.execute(query))


def keep_consent_end(connection: Connection, account: str, ends: datetime | None, now: datetime) -> None:
    """Keeps when the consent of an account ends, as its platform told."""
    upsert(connection, account_step, [{"account": account, "step": CONSENT_ENDS, "answer": ends and ends.isoformat(), "done_at": now}])


def consent_ends(connection: Connection) -> dict[str, datetime]:
    """By account when its consent ends, where that was told."""
    query = select(account_step.c.account, account_step.c.answer).where(account_step.c.step == CONSENT_ENDS)
    return {account: datetime.fromisoformat(answer) for account, answer in connection.execute(query) if answer}


class StoredProgress:
    """Steps of one outbox row, and those of its account that many changes share, each written down before the next begins."""

    def __init__(self, store: Store, account: str, row: int, clock: Clock) -> None:
        self._store, self._account, self._row, self._clock = store, account, row, clock

    def once(self, key: str, action: Callable[[], Any]) -> Any:
        """The kept answer of a step, or the action's, kept before this returns."""
        query = select(outbox_step.c.answer).where(outbox_step.c.outbox_id == self._row, outbox_step.c.step == key)
        with self._store.reading() as connection:
            kept = connection.execute(query).one_or_none()
        if kept is not None:
            return kept.answer
        answer = action()
        with self._store.writing() as connection:
            connection.execute(insert(outbox_step).values(
                outbox_id=self._row, step=key, answer=answer, done_at=self._clock()))
        return answer

    def shared(self, key: str, action: Callable[[], Any]) -> Any:
        """The answer kept for the account, or the action's, kept before this returns."""
        c = account_step.c
        with self._store.reading() as connection:
            kept = connection.execute(select(c.answer).where(c.account == self._account, c.step == key)).one_or_none()
        if kept is not None:
            return kept.answer
        answer = action()
        with self._store.writing() as connection:
            upsert(connection, account_step, [{"account": self._account, "step": key, "answer": answer, "done_at": self._clock()}])
        return answer

    def forget(self, key: str) -> None:
        """Drops what was kept for the account."""
        c = account_step.c
        with self._store.writing() as connection:
            connection.execute(delete(account_step).where(c.account == self._account, c.step == key))
