"""Runs a job for an account: the run log around it, and every error sorted into what happens next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ocop_market.channels.redact import traceback_of
from ocop_market.errors import MarketError, NeedsLogin, RetryLater, Unexpected
from ocop_market.market import Market
from ocop_market.store.circuits import answered, did_not_answer
from ocop_market.store.clock_offsets import save_clock_offset
from ocop_market.store.engine import StoreBusy
from ocop_market.store.leases import LeaseError
from ocop_market.store.runs import end_run, start_run
from ocop_market.store.schedule import load_entries, save_entries
from sync_jobs.hints import seen_to, waiting_for
from sync_jobs.jobs import JOBS, Counts, Watch
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


def run(market: Market, job: str, account: str, watch: Watch | None = None) -> RunReport:
    """Runs a job now. Errors of the account end in the report; only a person's stop is raised, after it was logged."""
    work = JOBS[job][0]
    number, started, calls = None, market.clock(), market.calls_made(account)
    report = RunReport(job, account, RunOutcome.STOPPED)
    try:
        with market.store.writing() as connection:
            number = start_run(connection, job, account, started)
        hints = waiting_for(market, account, job)
        report = RunReport(job, account, RunOutcome.DONE, work(market, account, watch))
        seen_to(market, hints)
    except MarketError as error:
        report = RunReport(job, account, _sorted(error), error=error)
    except Exception as error:  # a fault of one connector may not stop the other accounts
        unexpected = Unexpected.of(error)
        log.debug("%s", traceback_of(error))
        report = RunReport(job, account, RunOutcome.FAILED, error=unexpected)
    finally:
        if number is not None:
            _log_end(market, number, started, report, called=market.calls_made(account) > calls)
    return report


def _log_end(market: Market, number: int, started: datetime, report: RunReport, *, called: bool) -> None:
    """What was done counts, also where the log of it cannot be written. The schedule counts runs by hand as well.

    A run that made no call says nothing of its platform.
    """
    now = market.clock()
    try:
        with market.store.writing() as connection:
            end_run(connection, number, now, report.outcome, report.counts, report.error)
            save_entries(connection, [after_run(entry, report.outcome, report.error, started, now)
                                      for entry in load_entries(connection, report.account, report.job)])
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
