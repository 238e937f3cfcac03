"""The schedule: one row for each account and job, with what a person set and when the job is due next.

`account` is empty for jobs of the whole market. An empty `rhythm` stands for the default of the job.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, true, tuple_, update

from ocop_market.channels.webhooks import HintKind
from ocop_market.store.engine import CHUNK, upsert
from ocop_market.store.hints import HINT_LIFE
from ocop_market.store.tables.work import hint, schedule, secret

CLAIM = timedelta(minutes=10)
"""So long a job that was handed out is not handed out again, unless it ends earlier; whoever is then still at it has its turn."""

Key = tuple[str, str]
"""Account and job."""


@dataclass(frozen=True)
class Entry:
    """One row; `failures` counts runs in a row that did not end well, `rests_since` is set while a login is needed."""

    account: str
    job: str
    planned_at: datetime
    next_due: datetime | None
    rhythm: str = ""
    jitter_minutes: int | None = None
    paused: bool = False
    claimed_until: datetime | None = None
    last_done: datetime | None = None
    failures: int = 0
    rests_since: datetime | None = None

    @property
    def key(self) -> Key:
        """Account and job."""
        return self.account, self.job


def _free(now: Any, latest: Any) -> ColumnElement[bool]:
    """Not handed out; a claim that ends later than one of now was made by a clock that was set back since."""
    claimed = schedule.c.claimed_until
    return or_(claimed.is_(None), claimed <= now, claimed > latest)


_MINE = and_(schedule.c.account == bindparam("of_account"), schedule.c.job == bindparam("of_job"))
_LOOK = select(*(schedule.c[one.name] for one in fields(Entry))).where(_MINE)
_CLAIM = update(schedule).where(
    _MINE, schedule.c.next_due == bindparam("was_due"), schedule.c.paused.is_(False), _free(bindparam("now"), bindparam("until")),
).values(claimed_until=bindparam("until"))


def load_entry(connection: Connection, account: str, job: str) -> Entry | None:
    """The row of an account and a job."""
    found = connection.execute(_LOOK, {"of_account": account, "of_job": job}).one_or_none()
    return None if found is None else Entry(*found)


def load_entries(connection: Connection, account: str | None = None, job: str | None = None) -> list[Entry]:
    """All rows, or those of an account, a job, or both."""
    query = select(schedule).where(_chosen(account, job)).order_by(schedule.c.account, schedule.c.job)
    return [Entry(**row._mapping) for row in connection.execute(query)]


def load_keys(connection: Connection) -> set[Key]:
    """The keys of all rows."""
    return {(account, job) for account, job in connection.execute(select(schedule.c.account, schedule.c.job))}


def due_entries(connection: Connection, now: datetime, account: str | None = None) -> list[Entry]:
    """What is due (of one account, or of all) and not handed out, longest due first.

    A job that needs a login is due only if the keys were touched since.
    """
    s = schedule.c
    sealed = (select(secret.c.account, func.max(secret.c.updated_at).label("at"))
              .where(secret.c.kind.in_(["settings", "tokens"])).group_by(secret.c.account).subquery())
    rested = or_(s.rests_since.is_(None), sealed.c.at > s.rests_since)
    query = (select(schedule).outerjoin(sealed, sealed.c.account == s.account)
             .where(_chosen(account, None), s.next_due <= now, s.paused.is_(False), _free(now, now + CLAIM), rested)
             .order_by(s.next_due, s.account, s.job))
    return [Entry(**row._mapping) for row in connection.execute(query)]


def bring_hinted_forward(connection: Connection, job: str, kinds: Collection[HintKind], now: datetime, spacing: timedelta) -> None:
    """Makes a job due now for accounts with such a hint, unless it was planned less than `spacing` ago, failed last or is paused.

    A hint of any account brings a job of the whole market forward. A job that is off stays off.
    """
    s = schedule.c
    hinted = select(hint.c.account).where(hint.c.kind.in_([kind.value for kind in kinds]), hint.c.received_at > now - HINT_LIFE)
    connection.execute(update(schedule).where(
        s.job == job, s.next_due > now, s.planned_at <= now - spacing, s.failures == 0, s.paused.is_(False), _free(now, now + CLAIM),
        or_(s.account.in_(hinted), and_(s.account == "", hinted.exists()))).values(next_due=now))


def entries_planned_after(connection: Connection, moment: datetime) -> list[Entry]:
    """Rows that were planned by a clock which was ahead of `moment`."""
    return [Entry(**row._mapping) for row in connection.execute(select(schedule).where(schedule.c.planned_at > moment))]


def claim(connection: Connection, entry: Entry, now: datetime) -> bool:
    """Takes a due job for whoever asks first; False when another has it, or it was changed or paused meanwhile."""
    asked = {"of_account": entry.account, "of_job": entry.job, "was_due": entry.next_due, "now": now, "until": now + CLAIM}
    return connection.execute(_CLAIM, asked).rowcount == 1


def pass_over(connection: Connection, looked_at: Iterable[tuple[Entry, Entry]]) -> None:
    """Keeps when jobs that had nothing to do are due again; each pair is a row as it was found and as it is to be.

    A row that was changed, paused or handed out since it was found is left as it is.
    """
    s = schedule.c
    found = and_(s.account == bindparam("of_account"), s.job == bindparam("of_job"), s.next_due == bindparam("was_due"),
                 s.rhythm == bindparam("was_rhythm"), s.planned_at == bindparam("was_planned_at"), s.paused.is_(False))
    query = update(schedule).where(found).values(
        next_due=bindparam("due"), planned_at=bindparam("at"), last_done=bindparam("at"), failures=0)
    if rows := [{"of_account": was.account, "of_job": was.job, "was_due": was.next_due, "was_rhythm": was.rhythm,
                 "was_planned_at": was.planned_at, "due": new.next_due, "at": new.planned_at} for was, new in looked_at]:
        connection.execute(query, rows)


def release(connection: Connection, accounts: Collection[str]) -> None:
    """Takes back what was handed out of these accounts: whoever had it is gone."""
    listed = sorted(accounts)
    for first in range(0, len(listed), CHUNK):
        some = listed[first:first + CHUNK]
        connection.execute(update(schedule).where(schedule.c.account.in_(some)).values(claimed_until=None))


def save_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Keeps rows as they are given."""
    upsert(connection, schedule, [vars(entry) for entry in entries])


def add_entries(connection: Connection, entries: Iterable[Entry]) -> None:
    """Adds rows that are not there yet."""
    if rows := [vars(entry) for entry in entries]:
        connection.execute(insert(schedule), rows)


def drop_entries(connection: Connection, keys: Collection[Key]) -> None:
    """Takes rows out."""
    listed = sorted(keys)
    for first in range(0, len(listed), CHUNK // 2):
        some = listed[first:first + CHUNK // 2]
        connection.execute(schedule.delete().where(tuple_(schedule.c.account, schedule.c.job).in_(some)))


def _chosen(account: str | None, job: str | None) -> ColumnElement[bool]:
    chosen: list[Any] = [schedule.c[name] == value for name, value in (("account", account), ("job", job)) if value is not None]
    return and_(true(), *chosen)
