"""The log of runs: what was started, when it ended, what it did, why it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from ocop_market.errors import MarketError, Problem, Refused
from ocop_market.store.as_json import problem_from_json, problem_to_json
from ocop_market.store.tables.work import run

_START = insert(run).values(outcome="running", counts={})
_END = update(run).where(run.c.id == bindparam("number"))


def start_run(connection: Connection, job: str, account: str, now: datetime) -> int:
    """Notes the start of a run and returns its number."""
    made = connection.execute(_START, {"job": job, "account": account, "started_at": now})
    number = made.inserted_primary_key
    assert number is not None  # noqa: S101  (every backend gives it for a single insert)
    return int(number[0])


def end_run(connection: Connection, number: int, now: datetime, outcome: str, counts: Mapping[str, int],
            error: MarketError | None = None) -> None:
    """Notes the end of a run. Of an error its code and place are kept, and its sentence as template and values."""
    kept = None if error is None else {**problem_to_json(_problem(error)), "where": error.where.as_text()}
    connection.execute(_END, {"number": number, "ended_at": now, "outcome": outcome, "counts": dict(counts), "error": kept})


def _problem(error: MarketError) -> Problem:
    first = error.problems[0] if isinstance(error, Refused) and error.problems else None
    return Problem(error.code, first.message, "", first.values) if first else Problem(error.code, error.message, "", error.values)


def why_it_ended(kept: Mapping[str, Any] | None) -> dict[str, str] | None:
    """A run's error with its sentence in the language in use."""
    if kept is None:
        return None
    return {"code": kept["code"], "message": problem_from_json(kept).sentence(), "where": kept["where"]}


def drop_runs(connection: Connection, before: datetime, *, most: int = 20_000) -> int:
    """Forgets runs that began before a moment, the oldest first, but not the newest of any job; how many that were."""
    newer = run.alias()
    first_kept = connection.execute(select(run.c.id).where(run.c.started_at >= before).order_by(run.c.id).limit(1)).scalar()
    old = (select(run.c.id).where(run.c.started_at < before, exists().where(
        newer.c.account == run.c.account, newer.c.job == run.c.job, newer.c.id > run.c.id)).order_by(run.c.id).limit(most))
    if first_kept is not None:
        old = old.where(run.c.id < first_kept)  # so that nothing behind it is looked through
    return connection.execute(run.delete().where(run.c.id.in_(old))).rowcount


def latest_runs(connection: Connection) -> list[Mapping[str, Any]]:
    """The newest run of every job and account."""
    newest = select(func.max(run.c.id)).group_by(run.c.account, run.c.job)
    return [dict(row._mapping) for row in connection.execute(select(run).where(run.c.id.in_(newest)).order_by(run.c.account))]
