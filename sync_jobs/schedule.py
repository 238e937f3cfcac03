"""When each job of each account is due: kept in the market's database, changed by anybody at any time.

A job is due once however long the computer slept, because the next time is planned from the present and never from the times
that were missed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from ocop_market.channels.webhooks import HintKind
from ocop_market.errors import MarketError, RetryLater, SettingsError
from ocop_market.language import N_
from ocop_market.market import Market
from ocop_market.store.hints import load_hints
from ocop_market.store.ledger import complete_to
from ocop_market.store.outbox import count_open
from ocop_market.store.publications import accounts_with_tickets
from ocop_market.store.schedule import (
    Entry,
    Key,
    add_entries,
    drop_entries,
    due_entries,
    entries_planned_after,
    load_entries,
    load_keys,
    pass_over,
    save_entries,
)
from ocop_market.store.touched import accounts_with_touched_days
from sync_jobs.hints import bring_forward
from sync_jobs.jobs import JOBS, NEED_SALES, jobs_of, market_jobs
from sync_jobs.outcome import RunOutcome
from sync_jobs.rhythm import Daily, Every, Monthly, Rhythm, parse_rhythm

log = logging.getLogger(__name__)

SET_BACK = timedelta(minutes=1)
"""A plan made so much ahead of the present was made before the clock was set back."""
FIRST_RETRY, LAST_RETRY = timedelta(minutes=1), timedelta(hours=6)
"""How soon a job that did not end well is tried again: twice as long after each failure, but never later than its rhythm says."""
NOT_HERE = N_("There is no job '{job}' for account '{account}'. See: ocop-market schedule show")
NO_JOB = N_("There is no job '{job}'. Jobs are: {known}.")


@dataclass(frozen=True)
class Habit:
    """How often a job runs and how far apart the accounts are drawn; no rhythm: only when asked for."""

    rhythm: Rhythm | None
    jitter: timedelta = timedelta()


DEFAULTS: Mapping[str, Habit] = {
    "refresh-tokens": Habit(Every(timedelta(days=1)), timedelta(hours=1)),
    "read-events": Habit(Every(timedelta(minutes=5)), timedelta(minutes=1)),
    "pull-sales": Habit(Every(timedelta(minutes=15)), timedelta(minutes=1)),
    "finish-changes": Habit(Every(timedelta(minutes=5))),
    "follow-up": Habit(Every(timedelta(minutes=10)), timedelta(minutes=1)),
    "publish": Habit(None, timedelta(minutes=10)),
    "rebuild-days": Habit(Every(timedelta(hours=1)), timedelta(minutes=5)),
    "recount": Habit(Every(timedelta(days=1)), timedelta(hours=1)),
    "read-stock": Habit(Every(timedelta(minutes=30))),
    "certificates-due": Habit(Daily(time(6, 30))),
    "report": Habit(Monthly(1, time(6))),
}
"""By job, until a person sets something else."""



def _open_reviews(connection: Connection) -> set[str]:
    return accounts_with_tickets(connection) | {one.account for one in load_hints(connection, None, [HintKind.LISTINGS])}


LOOKED_THROUGH: Mapping[str, Callable[[Connection], Container[str]]] = {
    "finish-changes": count_open,
    "follow-up": _open_reviews,
    "rebuild-days": accounts_with_touched_days,
}
"""By job, the accounts that have something to do for it."""


def habit_of(entry: Entry) -> Habit:
    """What a person set for a row, and the default for the rest."""
    default = DEFAULTS[entry.job]
    rhythm = parse_rhythm(entry.rhythm) if entry.rhythm else default.rhythm
    jitter = default.jitter if entry.jitter_minutes is None else timedelta(minutes=entry.jitter_minutes)
    return Habit(rhythm, jitter)


def next_time(entry: Entry, after: datetime) -> datetime | None:
    """When the job comes round after a moment; accounts are drawn apart by up to the jitter, each always by the same."""
    habit = habit_of(entry)
    if habit.rhythm is None:
        return None
    offset = habit.jitter * _fraction(entry.key)
    if isinstance(habit.rhythm, Every):
        return habit.rhythm.after(after) + offset
    return habit.rhythm.after(after - offset) + offset


def _fraction(key: Key) -> float:
    """Between 0 and 1, the same for the same account and job on every computer."""
    return int.from_bytes(hashlib.blake2b("\n".join(key).encode(), digest_size=4).digest(), "big") / 2**32


def planned(entry: Entry, now: datetime) -> Entry:
    """A row that is new, was changed, or was planned by a wrong clock: due at its interval since it was last done, or at once."""
    habit, last = habit_of(entry), entry.last_done
    if isinstance(habit.rhythm, Every):
        known = last is not None and last <= now
        due = next_time(entry, last) if known and last is not None else now
    else:
        due = next_time(entry, now)
    return replace(entry, next_due=due, planned_at=now, claimed_until=None)


def after_run(entry: Entry, outcome: RunOutcome, error: MarketError | None, started: datetime, now: datetime) -> Entry:
    """A row after its job was run. A stopped job stays due; a busy one belongs to the other run."""
    if outcome is RunOutcome.BUSY:
        return entry
    if outcome is RunOutcome.STOPPED:
        return replace(entry, claimed_until=None)
    ended = replace(entry, next_due=next_time(entry, started), planned_at=now, claimed_until=None, rests_since=None)
    if outcome is RunOutcome.DONE:
        return replace(ended, last_done=now, failures=0)
    if outcome is RunOutcome.NEEDS_LOGIN:
        return replace(ended, failures=entry.failures + 1, rests_since=now)
    again = now + LAST_RETRY
    if outcome is RunOutcome.LATER:
        told = timedelta(seconds=error.after or 0) if isinstance(error, RetryLater) else timedelta()
        again = now + max(told, min(FIRST_RETRY * 2 ** min(entry.failures, 10), LAST_RETRY))
        if told and ended.next_due is not None:
            ended = replace(ended, next_due=max(ended.next_due, now + told))
    return replace(ended, failures=entry.failures + 1, next_due=None if ended.next_due is None else min(ended.next_due, again))


def bring_in_step(market: Market, now: datetime) -> None:
    """Adds rows for new accounts and jobs, takes those out that are gone, and plans anew what a clock that was ahead planned."""
    wanted = {("", job) for job in market_jobs(market.settings)}
    by_channel = {channel: jobs_of(channel) for channel in {account.channel for account in market.settings.accounts.values()}}
    wanted |= {(name, job) for name, account in market.settings.accounts.items() for job in by_channel[account.channel]}
    with market.store.reading() as connection:
        known, ahead = load_keys(connection), entries_planned_after(connection, now + SET_BACK)
    if known == wanted and not ahead:
        return
    with market.store.writing() as connection:
        known = load_keys(connection)
        drop_entries(connection, known - wanted)
        add_entries(connection, [planned(Entry(*key, planned_at=now, next_due=None), now) for key in sorted(wanted - known)])
        save_entries(connection, [_planned_again(entry, now) for entry in entries_planned_after(connection, now + SET_BACK)])


def _planned_again(entry: Entry, now: datetime) -> Entry:
    rests = entry.rests_since
    return replace(planned(entry, now), rests_since=None if rests is None else min(rests, now))


def due_now(market: Market, now: datetime, account: str | None = None) -> list[Entry]:
    """What is due (of one account, or of all), longest due first. Jobs on sales wait until the account was pulled to the end once."""
    with market.store.reading() as connection:
        pulled, found = complete_to(connection, account), due_entries(connection, now, account)
    return [entry for entry in found if entry.job in JOBS and (entry.job not in NEED_SALES or entry.account in pulled)]


def without_idle(market: Market, entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """The due jobs that have something to do. The others are counted as done: thousands of accounts are looked through at once."""
    with market.store.reading() as connection:
        at_work = {job: look(connection) for job, look in LOOKED_THROUGH.items() if any(entry.job == job for entry in entries)}
    idle = [entry for entry in entries if entry.account not in at_work.get(entry.job, (entry.account,))]
    if not idle:
        return list(entries)
    with market.store.writing() as connection:
        pass_over(connection, [(entry, after_run(entry, RunOutcome.DONE, None, now, now)) for entry in idle])
    passed = {entry.key for entry in idle}
    return [entry for entry in entries if entry.key not in passed]


def due(market: Market, now: datetime) -> Iterator[Key]:
    """`(account, job)` for every job that is due; the account is empty for jobs of the whole market."""
    bring_in_step(market, now)
    bring_forward(market, now)
    return (entry.key for entry in due_now(market, now))


def shown(market: Market) -> list[Entry]:
    """All rows, by account and then in the order of the jobs."""
    bring_in_step(market, market.clock())
    order = {job: place for place, job in enumerate(JOBS)}
    with market.store.reading() as connection:
        return sorted(load_entries(connection), key=lambda entry: (entry.account, order[entry.job]))


def change(market: Market, job: str, rhythm: str | None, accounts: Sequence[str] = (), *, jitter_minutes: int | None = None,
           ) -> list[Entry]:
    """Sets how often a job runs, for these accounts or all that have it, and returns the rows as they are now.

    `rhythm` is what `parse_rhythm` reads, or `default`; None leaves it as it is. SettingsError for what cannot be read, or a job
    that an account does not have.
    """
    if rhythm is not None and rhythm != "default":
        rhythm = str(parse_rhythm(rhythm) or "off")
    found = choose(market, job, accounts)
    now, changed = market.clock(), []
    with market.store.writing() as connection:
        for entry in (one for key in found for one in load_entries(connection, *key)):
            new = entry if rhythm is None else replace(entry, rhythm="" if rhythm == "default" else rhythm)
            new = new if jitter_minutes is None else replace(new, jitter_minutes=jitter_minutes)
            changed.append(planned(new, now))
        save_entries(connection, changed)
    return changed


def choose(market: Market, job: str | None, accounts: Sequence[str] = ()) -> list[Key]:
    """The rows of a job, of accounts, or of both; SettingsError where there is none."""
    bring_in_step(market, market.clock())
    if job is not None and job not in JOBS:
        raise SettingsError(NO_JOB, code="job-unknown", job=job, known=", ".join(JOBS))
    for account in accounts:
        market.settings.account(account)
    with market.store.reading() as connection:
        known = load_keys(connection)
    for account in accounts if job is not None else ():
        if (account, job) not in known:
            raise SettingsError(NOT_HERE, code="job-not-here", job=job, account=account)
    return sorted(key for key in known if job in (None, key[1]) and (not accounts or key[0] in accounts))


def pause(market: Market, job: str | None, accounts: Sequence[str] = (), *, paused: bool = True) -> list[Key]:
    """Pauses (or resumes) a job, all jobs of accounts, or everything; the keys of the rows that this changed.

    What came due meanwhile runs once after it was resumed.
    """
    chosen = set(choose(market, job, accounts))
    with market.store.writing() as connection:
        found = [entry for entry in load_entries(connection) if entry.key in chosen and entry.paused is not paused]
        save_entries(connection, [replace(entry, paused=paused) for entry in found])
    return [entry.key for entry in found]
