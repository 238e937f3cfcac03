"""APScheduler as the clock only: a few ticks, each meaning "see what is due".

The job store is in memory and holds nothing but ticks; what is due is told by the run log in the market's database, so a
computer that slept catches up once per job, not once per missed run.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ocop_market.errors import MarketError
from ocop_market.market import Market
from ocop_market.store.runs import latest_runs
from sync_jobs.jobs import JOBS, can_do
from sync_jobs.runner import RunReport, run

log = logging.getLogger(__name__)

EVERY: Mapping[str, timedelta] = {
    "pull-sales": timedelta(minutes=15),
    "finish-changes": timedelta(minutes=5),
    "follow-up": timedelta(minutes=10),
}
TICK = timedelta(minutes=1)
LANES = 4
"""Accounts that are worked on at the same time, each by one thread."""


def due(market: Market, now: datetime) -> Iterator[tuple[str, str]]:
    """`(account, job)` for every job whose last start is at least its interval ago, or that never ran."""
    with market.store.reading() as connection:
        started = {(row["account"], row["job"]): row["started_at"] for row in latest_runs(connection)}
    for account in market.settings.accounts:
        try:
            connector = market.connector(account)
        except MarketError as error:
            log.warning("%s", error)
            continue
        for job in JOBS:
            last = started.get((account, job))
            if (last is None or last + EVERY[job] <= now) and can_do(connector, job):
                yield account, job


def see_what_is_due(market: Market) -> list[RunReport]:
    """Runs all due jobs: accounts side by side, an account's jobs one after the other."""
    lanes: dict[str, list[str]] = {}
    for account, job in due(market, market.clock()):
        lanes.setdefault(account, []).append(job)

    def work(account: str) -> list[RunReport]:
        reports = [run(market, job, account) for job in lanes[account]]
        for report in reports:
            log.info("%s %s: %s %s", report.account, report.job, report.outcome, report.counts)
        return reports

    if not lanes:
        return []
    with ThreadPoolExecutor(LANES, thread_name_prefix="lane") as pool:
        return [report for reports in pool.map(work, lanes) for report in reports]


def make_scheduler(market: Market) -> BackgroundScheduler:
    """A scheduler, not started yet, that ticks every minute and once at its start.

    Missed ticks count as one (`coalesce`), however late (`misfire_grace_time=None`); two never run at once.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    scheduler.add_job(see_what_is_due, IntervalTrigger(seconds=int(TICK.total_seconds())), args=[market], id="see-what-is-due",
                      next_run_time=market.clock())
    return scheduler
