"""APScheduler as the clock only: a tick, meaning "see what is due", and the lanes in which that is done.

The job store is in memory and holds nothing but the tick; what is due is told by the schedule in the market's database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from types import TracebackType

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from ocop_market.market import Market
from ocop_market.model.clock import utc_now
from ocop_market.store.schedule import Entry
from sync_jobs.health import EVERY as LOOK
from sync_jobs.health import look_after
from sync_jobs.lane import Lanes, Tell, who_waits
from sync_jobs.runner import RunReport

TICK = timedelta(minutes=1)
LANES = 4
"""Accounts that are worked on at the same time, each by one thread."""


class Dispatcher:
    """Hands due jobs to lanes: accounts side by side, an account's jobs one after the other, whoever waited longest first.

    Once `stop` is set, runs under way end after the page or change that they are at, and no other begins. Use it in a `with`
    block; its end waits for the runs under way.
    """

    def __init__(self, market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None, lanes: int = LANES) -> None:
        self._market, self._stop = market, stop or threading.Event()
        self._lanes = Lanes(market, tell=tell, stop=self._stop)
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="lane")
        self._at_work: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Dispatcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._stop.set()  # a person's stop reaches one thread only: the lanes are told of it
        self._pool.shutdown(cancel_futures=self._stop.is_set())

    def tick(self) -> list[Future[list[RunReport]]]:
        """Hands out what is due of accounts that no lane has yet. What is due is looked up again at each tick, with the settings."""
        waiting = who_waits(self._market)
        with self._lock:
            free = [account for account in waiting if account not in self._at_work and not self._stop.is_set()]
            self._at_work.update(free)
        return [self._pool.submit(self._work, account, waiting[account]) for account in free]

    def _work(self, account: str, entries: list[Entry]) -> list[RunReport]:
        try:
            return self._lanes.work(account, entries)
        finally:
            with self._lock:
                self._at_work.discard(account)


def see_what_is_due(market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None) -> list[RunReport]:
    """Runs all due jobs now and waits for their end."""
    with Dispatcher(market, tell=tell, stop=stop) as dispatcher:
        return [report for lane in dispatcher.tick() for report in lane.result()]


def make_scheduler(market: Market, tick: Callable[[], object]) -> BackgroundScheduler:
    """A scheduler, not started yet, that ticks every minute and once at its start.

    Missed ticks count as one (`coalesce`), however late (`misfire_grace_time=None`); two never run at once.
    """
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1})
    scheduler.add_job(tick, IntervalTrigger(seconds=int(TICK.total_seconds())), id="see-what-is-due", next_run_time=utc_now())
    scheduler.add_job(look_after, IntervalTrigger(seconds=int(LOOK.total_seconds())), args=[market], id="look-after")
    return scheduler
