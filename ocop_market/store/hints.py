"""What platforms told of: hints for the schedule, calls that came already, and how many came with what end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, tuple_

from ocop_market.channels.webhooks import Hint, HintKind
from ocop_market.store.engine import CHUNK, insert_missing, upsert
from ocop_market.store.tables.work import hint, webhook_count, webhook_seen

HINT_LIFE = timedelta(days=7)
"""After this the pulls by time have long seen what a hint told of."""
COUNT_LIFE = timedelta(days=90)
SUBJECT_LENGTH = 64
_OF_ALL = select(hint).where(hint.c.kind.in_(bindparam("of_kinds", expanding=True))).order_by(hint.c.received_at, hint.c.subject)
_OF_ONE = _OF_ALL.where(hint.c.account == bindparam("of_account"))


@dataclass(frozen=True)
class KeptHint:
    """A hint as it is kept: whose, what about, and when it was last told."""

    account: str
    kind: HintKind
    subject: str
    received_at: datetime


def save_hints(connection: Connection, account: str, hints: Iterable[Hint], now: datetime) -> None:
    """Keeps hints; one that is there already counts as told now."""
    rows = {(one.kind.value, one.subject[:SUBJECT_LENGTH]): now for one in hints}
    upsert(connection, hint, [{"account": account, "kind": kind, "subject": subject, "received_at": at}
                              for (kind, subject), at in rows.items()])


def due_hints(connection: Connection, now: datetime) -> dict[tuple[str, HintKind], datetime]:
    """By account and kind, when the newest hint came that still counts."""
    query = select(hint.c.account, hint.c.kind, func.max(hint.c.received_at)).where(
        hint.c.received_at > now - HINT_LIFE).group_by(hint.c.account, hint.c.kind)
    return {(account, HintKind(kind)): at for account, kind, at in connection.execute(query)}


def load_hints(connection: Connection, account: str | None, kinds: Sequence[HintKind]) -> list[KeptHint]:
    """The hints of an account or of all, oldest first: what a run that begins now will have seen to."""
    asked = {"of_kinds": [kind.value for kind in kinds], **({} if account is None else {"of_account": account})}
    return [KeptHint(row.account, HintKind(row.kind), row.subject, row.received_at)
            for row in connection.execute(_OF_ALL if account is None else _OF_ONE, asked)]


def take_hints(connection: Connection, taken: Sequence[KeptHint]) -> None:
    """Drops hints that were seen to; one that was told again meanwhile stays."""
    keys = [(one.account, one.kind.value, one.subject, one.received_at) for one in taken]
    for first in range(0, len(keys), CHUNK // 4):
        some = keys[first:first + CHUNK // 4]
        connection.execute(delete(hint).where(tuple_(hint.c.account, hint.c.kind, hint.c.subject, hint.c.received_at).in_(some)))


def is_new(connection: Connection, account: str, delivery: str, now: datetime, life: timedelta) -> bool:
    """Whether a call comes for the first time within its life; it is then known. Within a transaction that writes."""
    mine = (webhook_seen.c.account == account) & (webhook_seen.c.delivery == delivery)
    if connection.execute(select(webhook_seen.c.expires_at).where(mine, webhook_seen.c.expires_at > now)).first():
        return False
    upsert(connection, webhook_seen, [{"account": account, "delivery": delivery, "expires_at": now + life}])
    return True


def count_calls(connection: Connection, day: date, calls: Mapping[tuple[str, str], int]) -> None:
    """Adds calls, by account and how they ended, to the counts of a day."""
    for (account, outcome), number in calls.items():
        row = {"account": account, "day": day, "outcome": outcome}
        insert_missing(connection, webhook_count, [{**row, "calls": 0}])
        mine = [webhook_count.c[name] == value for name, value in row.items()]
        connection.execute(webhook_count.update().where(*mine).values(calls=webhook_count.c.calls + number))


def calls_since(connection: Connection, day: date) -> dict[tuple[str, str], int]:
    """Calls from a day on, by account and how they ended."""
    query = select(webhook_count.c.account, webhook_count.c.outcome, func.sum(webhook_count.c.calls)).where(
        webhook_count.c.day >= day).group_by(webhook_count.c.account, webhook_count.c.outcome)
    return {(account, outcome): int(calls) for account, outcome, calls in connection.execute(query)}


def drop_old(connection: Connection, now: datetime) -> None:
    """Forgets calls past their end, hints that nobody took, and old counts."""
    connection.execute(delete(webhook_seen).where(webhook_seen.c.expires_at <= now))
    connection.execute(delete(hint).where(hint.c.received_at <= now - HINT_LIFE))
    connection.execute(delete(webhook_count).where(webhook_count.c.day < (now - COUNT_LIFE).date()))
