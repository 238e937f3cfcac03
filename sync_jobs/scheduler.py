"""APScheduler as the clock only: a few ticks, each meaning "see what is due".

The job store is in memory and holds nothing but ticks; what is due is told by the run log in the market's database, so a
computer that slept catches up once per job, not once per missed run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ocop_market.market import Market
from ocop_market.store.ledger import complete_to
from ocop_market.store.runs import latest_runs
from ocop_market.store.vault import last_sealed
from sync_jobs.jobs import jobs_of
from sync_jobs.runner import RunOutcome, RunReport, run

EVERY: Mapping[str, timedelta] = {
    "pull-sales": timedelta(minutes=15),
    "finish-changes": timedelta(minutes=5),
    "follow-up": timedelta(minutes=10),
    "recount": timedelta(days=1),
}
TICK = timedelta(minutes=1)
LANES = 4
"""Accounts that are worked on at the same time, each by one thread."""


Tell = Callable[[RunReport], None]
"""Told of each run when it ends; called from several threads."""


def due(market: Market, now: datetime) -> Iterator[tuple[str, str]]:
    """`(account, job)` for every job whose last start is at least its interval ago, or that never ran.

    An account whose shop wants a new consent is left alone until its keys or tokens were entered anew.
    """
    with market.store.reading() as connection:
        latest = {(row["account"], row["job"]): row for row in latest_runs(connection)}
        sealed = last_sealed(connection)
        pulled = complete_to(connection)
    for account, settings in market.settings.accounts.items():
        for job in jobs_of(settings.channel):
            if job == "recount" and account not in pulled:
                continue  # nothing to compare before the first pull has come to its end
            last = latest.get((account, job))
            if last is None or (_time_has_come(last["started_at"], EVERY[job], now) and not (
                    last["outcome"] == RunOutcome.NEEDS_LOGIN and sealed.get(account, last["started_at"]) <= last["started_at"])):
                yield account, job


def _time_has_come(started: datetime, every: timedelta, now: datetime) -> bool:
    """Also for a start in the future: then the clock was set back since."""
    return started > now or started + every <= now


def see_what_is_due(market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None) -> list[RunReport]:
    """Runs all due jobs: accounts side by side, an account's jobs one after the other.

    Once `stop` is set, runs under way end after the page or change that they are at, and no other begins.
    """
    ended = stop or threading.Event()
    lanes: dict[str, list[str]] = {}
    for account, job in due(market, market.clock()):
        lanes.setdefault(account, []).append(job)

    def watch(*_: Any) -> None:
        if ended.is_set():
            raise KeyboardInterrupt

    def work(account: str) -> Iterator[RunReport]:
        for job in lanes[account]:
            if ended.is_set():
                return
            try:
                report = run(market, job, account, watch)
            except KeyboardInterrupt:
                report = RunReport(job, account, RunOutcome.STOPPED)
            if tell is not None:
                tell(report)
            yield report

    if not lanes:
        return []
    with ThreadPoolExecutor(LANES, thread_name_prefix="lane") as pool:
        try:
            return [report for reports in pool.map(lambda account: list(work(account)), lanes) for report in reports]
        except BaseException:
            ended.set()  # a person's stop reaches this thread only: the lanes are told of it
            raise


def make_scheduler(market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None) -> BackgroundScheduler:
    """A scheduler, not started yet, that ticks every minute and once at its start.

    Missed ticks count as one (`coalesce`), however late (`misfire_grace_time=None`); two never run at once.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    scheduler.add_job(see_what_is_due, IntervalTrigger(seconds=int(TICK.total_seconds())), args=[market],
                      kwargs={"tell": tell, "stop": stop}, id="see-what-is-due", next_run_time=market.clock())
    return scheduler
