"""APScheduler as the clock only: a tick, meaning "see what is due", and the lanes in which that is done.

The job store is in memory and holds nothing but the tick; what is due is told by the schedule in the market's database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ocop_market.errors import MarketError
from ocop_market.market import Market
from ocop_market.model.clock import utc_now
from ocop_market.store.circuits import may_try, platforms_away
from ocop_market.store.schedule import Entry, claim
from sync_jobs.health import EVERY as LOOK
from sync_jobs.health import look_after
from sync_jobs.hints import bring_forward
from sync_jobs.jobs import JOBS
from sync_jobs.outcome import RunOutcome
from sync_jobs.platforms import platform_of
from sync_jobs.runner import RunReport, run
from sync_jobs.schedule import bring_in_step, due_now

log = logging.getLogger(__name__)

TICK = timedelta(minutes=1)
LANES = 4
"""Accounts that are worked on at the same time, each by one thread."""

Tell = Callable[[RunReport], None]
"""Told of each run when it ends; called from several threads."""


class Dispatcher:
    """Hands due jobs to lanes: accounts side by side, an account's jobs one after the other, whoever waited longest first.

    Once `stop` is set, runs under way end after the page or change that they are at, and no other begins. Use it in a `with`
    block; its end waits for the runs under way.
    """

    def __init__(self, market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None, lanes: int = LANES) -> None:
        self.market, self._tell, self._stop = market, tell, stop or threading.Event()
        self._lanes = ThreadPoolExecutor(lanes, thread_name_prefix="lane")
        self._at_work: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Dispatcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._stop.set()  # a person's stop reaches one thread only: the lanes are told of it
        self._lanes.shutdown(cancel_futures=self._stop.is_set())

    def tick(self) -> list[Future[list[RunReport]]]:
        """Hands out what is due of accounts that no lane has yet. What is due is looked up again at each tick, with the settings."""
        try:
            self.market.reread_settings()
        except MarketError as error:
            log.warning("the settings are left as they were: %s", error)
        now = self.market.clock()
        bring_in_step(self.market, now)
        bring_forward(self.market, now)
        with self.market.store.reading() as connection:
            away = platforms_away(connection, now)
        waiting: dict[str, list[Entry]] = {}
        for entry in due_now(self.market, now):
            if platform_of(self.market.settings, entry.account) not in away:
                waiting.setdefault(entry.account, []).append(entry)
        with self._lock:
            free = [account for account in waiting if account not in self._at_work and not self._stop.is_set()]
            self._at_work.update(free)
        return [self._lanes.submit(self._work, account, waiting[account]) for account in free]

    def _work(self, account: str, entries: list[Entry]) -> list[RunReport]:
        order = list(JOBS)
        try:
            return [self._run(entry) for entry in sorted(entries, key=lambda one: order.index(one.job))
                    if not self._stop.is_set() and self._claimed(entry)]
        finally:
            self.market.forget_connector(account)  # its threads and connections, which thousands of accounts may not keep
            with self._lock:
                self._at_work.discard(account)

    def _claimed(self, entry: Entry) -> bool:
        platform, now = platform_of(self.market.settings, entry.account), self.market.clock()
        try:
            with self.market.store.writing() as connection:
                return (platform is None or may_try(connection, platform, now)) and claim(connection, entry, now)
        except MarketError as error:
            log.warning("%s for %s could not be begun: %s", entry.job, entry.account, error)
            return False

    def _run(self, entry: Entry) -> RunReport:
        try:
            report = run(self.market, entry.job, entry.account, self._watch)
        except KeyboardInterrupt:
            report = RunReport(entry.job, entry.account, RunOutcome.STOPPED)
        if self._tell is not None:
            self._tell(report)
        return report

    def _watch(self, *_: Any) -> None:
        if self._stop.is_set():
            raise KeyboardInterrupt


def see_what_is_due(market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None) -> list[RunReport]:
    """Runs all due jobs now and waits for their end."""
    with Dispatcher(market, tell=tell, stop=stop) as dispatcher:
        return [report for lane in dispatcher.tick() for report in lane.result()]


def make_scheduler(dispatcher: Dispatcher) -> BackgroundScheduler:
    """A scheduler, not started yet, that ticks every minute and once at its start.

    Missed ticks count as one (`coalesce`), however late (`misfire_grace_time=None`); two never run at once.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    scheduler.add_job(dispatcher.tick, IntervalTrigger(seconds=int(TICK.total_seconds())), id="see-what-is-due", next_run_time=utc_now())
    scheduler.add_job(look_after, IntervalTrigger(seconds=int(LOOK.total_seconds())), args=[dispatcher.market], id="look-after")
    return scheduler
