"""Runs a job for an account: the run log around it, and every error sorted into what happens next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ocop_market.channels.redact import traceback_of
from ocop_market.errors import MarketError, NeedsLogin, RetryLater, Unexpected
from ocop_market.market import Market
from ocop_market.store.circuits import answered, did_not_answer, may_try
from ocop_market.store.clock_offsets import save_clock_offset
from ocop_market.store.engine import StoreBusy
from ocop_market.store.hints import KeptHint
from ocop_market.store.leases import LeaseError
from ocop_market.store.runs import end_run, start_run
from ocop_market.store.schedule import Entry, claim, load_entry, save_entries
from sync_jobs.hints import seen_to, waiting_for
from sync_jobs.jobs import JOBS, Counts, Job, Watch
from sync_jobs.outcome import RunOutcome as RunOutcome
from sync_jobs.platforms import platform_of
from sync_jobs.schedule import after_run

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunReport:
    """One run: its outcome, what it did, and the error that ended it, if one did."""

    job: str
    account: str
    outcome: RunOutcome
    counts: Counts = field(default_factory=dict)
    error: MarketError | None = None


@dataclass(frozen=True)
class _Begun:
    number: int
    at: datetime
    hints: list[KeptHint]


def run(market: Market, job: str, account: str, watch: Watch | None = None) -> RunReport:
    """Runs a job now. Errors of the account end in the report; only a person's stop is raised, after it was logged."""
    work = JOBS[job][0]
    try:
        with market.store.writing() as connection:
            begun = _begin(connection, job, account, market.clock())
    except Exception as error:  # what ends one account's run may not stop the others
        return _ended_by(error, job, account)
    return _through(market, job, account, work, begun, watch)


def run_due(market: Market, entry: Entry, watch: Watch | None = None) -> RunReport | None:
    """Runs what is due, as `run`; None when another has taken it meanwhile, or its platform is to be left alone."""
    platform, now = platform_of(market.settings, entry.account), market.clock()
    try:
        with market.store.writing() as connection:
            if not ((platform is None or may_try(connection, platform, now)) and claim(connection, entry, now)):
                return None
            begun = _begin(connection, entry.job, entry.account, now)
    except MarketError as error:
        log.warning("%s for %s could not be begun: %s", entry.job, entry.account, error)
        return None
    return _through(market, entry.job, entry.account, JOBS[entry.job][0], begun, watch)


def _begin(connection: Connection, job: str, account: str, now: datetime) -> _Begun:
    return _Begun(start_run(connection, job, account, now), now, waiting_for(connection, account, job))


def _through(market: Market, job: str, account: str, work: Job, begun: _Begun, watch: Watch | None) -> RunReport:
    calls = market.calls_made(account)
    report = RunReport(job, account, RunOutcome.STOPPED)
    try:
        report = RunReport(job, account, RunOutcome.DONE, work(market, account, watch))
        seen_to(market, begun.hints)
    except Exception as error:  # a fault of one connector may not stop the other accounts
        report = _ended_by(error, job, account)
    finally:
        _log_end(market, begun, report, called=market.calls_made(account) > calls)
    return report


def _ended_by(error: Exception, job: str, account: str) -> RunReport:
    if isinstance(error, MarketError):
        return RunReport(job, account, _sorted(error), error=error)
    log.debug("%s", traceback_of(error))
    return RunReport(job, account, RunOutcome.FAILED, error=Unexpected.of(error))


def _log_end(market: Market, begun: _Begun, report: RunReport, *, called: bool) -> None:
    """What was done counts, also where the log of it cannot be written. The schedule counts runs by hand as well.

    A run that made no call says nothing of its platform.
    """
    now = market.clock()
    try:
        with market.store.writing() as connection:
            end_run(connection, begun.number, now, report.outcome, report.counts, report.error)
            if (entry := load_entry(connection, report.account, report.job)) is not None:
                save_entries(connection, [after_run(entry, report.outcome, report.error, begun.at, now)])
            if called and (platform := platform_of(market.settings, report.account)) is not None:
                if report.outcome in (RunOutcome.DONE, RunOutcome.NEEDS_LOGIN):
                    answered(connection, platform)
                elif _is_away(report.error):
                    did_not_answer(connection, platform, now)
            if called and (ahead := _clock_ahead(market, report.account)) is not None:
                save_clock_offset(connection, report.account, ahead, now)
    except MarketError as error:
        log.warning("the end of %s for %s could not be noted: %s", report.job, report.account, error)


def _is_away(error: MarketError | None) -> bool:
    """Whether the platform did not answer, or failed; one that names a time to wait is only busy."""
    return isinstance(error, RetryLater) and error.after is None


def _clock_ahead(market: Market, account: str) -> timedelta | None:
    """How far our clock is ahead of the platform's, where this process has heard it tell the time."""
    try:
        return market.connector(account).http.clock_ahead
    except MarketError:
        return None


def _sorted(error: MarketError) -> RunOutcome:
    if isinstance(error, LeaseError):
        return RunOutcome.BUSY
    if isinstance(error, RetryLater | StoreBusy):
        return RunOutcome.LATER
    return RunOutcome.NEEDS_LOGIN if isinstance(error, NeedsLogin) else RunOutcome.FAILED
