"""A lane: the due jobs of one account, one after the other, each taken from the schedule at the moment it begins."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ocop_market.errors import MarketError
from ocop_market.market import Market
from ocop_market.store.circuits import platforms_away, platforms_on_trial
from ocop_market.store.schedule import Entry
from sync_jobs.hints import bring_forward
from sync_jobs.jobs import JOBS
from sync_jobs.outcome import RunOutcome
from sync_jobs.platforms import platform_of
from sync_jobs.runner import RunReport, run_due
from sync_jobs.schedule import bring_in_step, due_now, without_idle

log = logging.getLogger(__name__)

Tell = Callable[[RunReport], None]
"""Told of each run when it ends; called from several threads."""


def who_waits(market: Market) -> dict[str, list[Entry]]:
    """By account, what is due now, whoever waited longest first; accounts of platforms that are down are left out.

    What is due is looked up with the settings as they are in `market.toml` at this moment.
    """
    try:
        market.reread_settings()
    except MarketError as error:
        log.warning("the settings are left as they were: %s", error)
    now = market.clock()
    bring_in_step(market, now)
    bring_forward(market, now)
    return by_account(market, without_idle(market, due_now(market, now), now))


def by_account(market: Market, entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by account, without those of platforms that nobody is to call now.

    Where it is to be tried whether a platform answers again, one account does that; thousands would only ask in vain.
    """
    now = market.clock()
    with market.store.reading() as connection:
        away, on_trial = platforms_away(connection, now), platforms_on_trial(connection, now)
    waiting: dict[str, list[Entry]] = {}
    trying: dict[str, str] = {}
    for entry in entries:
        platform = platform_of(market.settings, entry.account)
        if platform in away or (platform in on_trial and trying.setdefault(platform, entry.account) != entry.account):
            continue
        waiting.setdefault(entry.account, []).append(entry)
    return waiting


class Lanes:
    """Works on accounts, each in one thread at a time; `stop` ends runs under way after the page or change that they are at."""

    def __init__(self, market: Market, *, tell: Tell | None = None, stop: threading.Event | None = None) -> None:
        self._market, self._tell, self.stop = market, tell, stop or threading.Event()

    def work(self, account: str, entries: Sequence[Entry]) -> list[RunReport]:
        """Runs what is due of an account, in the order of the jobs; what another has taken meanwhile is left to it."""
        order = list(JOBS)
        try:
            return [report for entry in sorted(entries, key=lambda one: order.index(one.job))
                    if not self.stop.is_set() and (report := self._run(entry)) is not None]
        finally:
            self._market.forget_connector(account)  # its threads and connections, which thousands of accounts may not keep

    def _run(self, entry: Entry) -> RunReport | None:
        try:
            report = run_due(self._market, entry, self._watch)
        except KeyboardInterrupt:
            report = RunReport(entry.job, entry.account, RunOutcome.STOPPED)
        if report is not None and self._tell is not None:
            self._tell(report)
        return report

    def _watch(self, *_: Any) -> None:
        if self.stop.is_set():
            raise KeyboardInterrupt
