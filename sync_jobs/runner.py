"""Runs a job for an account: the run log around it, and every error sorted into what happens next."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ocop_market.errors import MarketError, NeedsLogin, RetryLater, SettingsError
from ocop_market.market import Market
from ocop_market.store.leases import LeaseError
from ocop_market.store.runs import end_run, start_run
from sync_jobs.jobs import JOBS, Counts, Watch


class RunOutcome(StrEnum):
    """How a run ended, which is also what happens next."""

    DONE = "done"
    LATER = "later"
    """The platform is busy or away: the next run goes on."""
    NEEDS_LOGIN = "needs-login"
    """A person must give consent or enter a key again; the account rests until then."""
    BUSY = "busy"
    """Another run is at this account."""
    FAILED = "failed"
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
    with market.store.writing() as connection:
        number = start_run(connection, job, account, market.clock())
    report = RunReport(job, account, RunOutcome.STOPPED)
    try:
        report = RunReport(job, account, RunOutcome.DONE, work(market, account, watch))
    except MarketError as error:
        report = RunReport(job, account, _sorted(error), error=error)
    finally:
        with market.store.writing() as connection:
            end_run(connection, number, market.clock(), report.outcome, report.counts, report.error)
    return report


def _sorted(error: MarketError) -> RunOutcome:
    if isinstance(error, LeaseError):
        return RunOutcome.BUSY
    if isinstance(error, RetryLater):
        return RunOutcome.LATER
    if isinstance(error, NeedsLogin | SettingsError):
        return RunOutcome.NEEDS_LOGIN
    return RunOutcome.FAILED
