"""Runs a job for an account: the run log around it, and every error sorted into what happens next."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum

from ocop_market.channels.redact import traceback_of
from ocop_market.errors import MarketError, NeedsLogin, RetryLater, Unexpected
from ocop_market.market import Market
from ocop_market.store.engine import StoreBusy
from ocop_market.store.leases import LeaseError
from ocop_market.store.runs import end_run, start_run
from sync_jobs.jobs import JOBS, Counts, Watch

log = logging.getLogger(__name__)


class RunOutcome(StrEnum):
    """How a run ended, which is also what happens next."""

    DONE = "done"
    LATER = "later"
    """The platform is busy or away: the next run goes on."""
    NEEDS_LOGIN = "needs-login"
    """A person must give consent or enter a key again; the schedule leaves the account alone until then."""
    BUSY = "busy"
    """Another run is at this account."""
    FAILED = "failed"
    """A setting is wrong, or something went wrong that waiting may not mend: the error says what to do."""
    STOPPED = "stopped"
    """A person stopped it; the next run goes on where it stood."""


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
    number: int | None = None
    report = RunReport(job, account, RunOutcome.STOPPED)
    try:
        with market.store.writing() as connection:
            number = start_run(connection, job, account, market.clock())
        report = RunReport(job, account, RunOutcome.DONE, work(market, account, watch))
    except MarketError as error:
        report = RunReport(job, account, _sorted(error), error=error)
    except Exception as error:  # a fault of one connector may not stop the other accounts
        unexpected = Unexpected.of(error)
        log.debug("%s", traceback_of(error))
        report = RunReport(job, account, RunOutcome.FAILED, error=unexpected)
    finally:
        if number is not None:
            _log_end(market, number, report)
    return report


def _log_end(market: Market, number: int, report: RunReport) -> None:
    """What was done counts, also where the log of it cannot be written."""
    try:
        with market.store.writing() as connection:
            end_run(connection, number, market.clock(), report.outcome, report.counts, report.error)
    except MarketError as error:
        log.warning("the end of %s for %s could not be noted: %s", report.job, report.account, error)


def _sorted(error: MarketError) -> RunOutcome:
    if isinstance(error, LeaseError):
        return RunOutcome.BUSY
    if isinstance(error, RetryLater | StoreBusy):
        return RunOutcome.LATER
    return RunOutcome.NEEDS_LOGIN if isinstance(error, NeedsLogin) else RunOutcome.FAILED
