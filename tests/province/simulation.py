"""Two days of a province: accounts on three platforms, followed by the real schedule, turns, budgets, circuits, tokens and ledger.

A run takes `1 / PACE` seconds by the province's clock, however fast this computer is.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from ocop_market.market import Market, new_market, open_market
from ocop_market.store.leases import LIFE as TURN
from ocop_market.store.leases import Lease
from ocop_market.store.ledger import complete_to
from ocop_market.store.schedule import claim, due_entries
from ocop_market.store.tables import sales_line, sales_order
from sync_jobs.outcome import RunOutcome
from sync_jobs.runner import RunReport
from sync_jobs.schedule import change
from sync_jobs.scheduler import Dispatcher
from tests.province.platforms import LIFE, Wire, World

BEGIN = datetime(2026, 10, 30, 17, tzinfo=UTC)
"""Midnight in Viet Nam; the last day but one of a month."""
CHANNELS = tuple(LIFE)
PACE = 20
"""Runs a second of the province's one process."""


def channel_of(account: str) -> str:
    """Accounts are dealt round the platforms."""
    return CHANNELS[int(account.rpartition("-")[2]) % len(CHANNELS)]


@dataclass
class Findings:
    """What was seen of the province while it was followed."""

    runs: Counter[tuple[str, RunOutcome]] = field(default_factory=Counter)
    behind: dict[str, timedelta] = field(default_factory=dict)
    """By account, how far it was behind at worst, hours in which its platform or this program was away left out."""
    caught_up: dict[str, timedelta] = field(default_factory=dict)
    """By outage, how long after its end all accounts were complete again."""
    broken: list[RunReport] = field(default_factory=list)
    """Runs that ended in a way that nothing in the story explains."""


class Province:
    """A market with many accounts and the hours that it goes through. Use `made`."""

    def __init__(self, market: Market, world: World, *, interval: timedelta, tick: timedelta) -> None:
        self.market, self.world, self.interval, self._tick = market, world, interval, tick
        self.accounts = list(market.settings.accounts)
        self.clock_error = timedelta()
        self.findings = Findings()
        self._lost_logins: set[str] = set()
        self._waiting: list[tuple[str, frozenset[str], datetime]] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time by this program's clock, right or wrong."""
        return self.world.now + self.clock_error

    def hour(self) -> float:
        """Hours since the beginning."""
        return (self.world.now - self.world.begin) / timedelta(hours=1)

    def go(self) -> Findings:
        """Goes through all hours; of the last ones only what is waiting is done."""
        end = self.world.begin + timedelta(hours=self.world.hours)
        story = self._story()
        upcoming = next(story, None)
        with Dispatcher(self.market, tell=self._told, lanes=1) as dispatcher:
            while self.world.now < end:
                next_tick = self.world.now + self._tick
                while upcoming is not None and upcoming <= self.hour():
                    upcoming = next(story, None)
                for lane in dispatcher.tick():
                    lane.result()
                self._look()
                self.world.now = max(self.world.now, next_tick)
        return self.findings

    def _story(self) -> Iterator[float]:
        """Gives the hour of the next event, and lets it happen when asked for the one behind it."""
        yield from self._outage("bazaar", 8, 3)
        yield 13
        self._lost_logins = set(self.accounts[::97])
        self.world.consents_ended |= self._lost_logins
        yield 18
        for account in sorted(self._lost_logins):
            self.market.keep_tokens(account, self.world.consent_again(account))
        yield 19
        self.world.busy.append(("market-hall", self.world.now, self.world.now + timedelta(hours=1)))
        yield 22
        self._computer_sleeps(timedelta(hours=3))
        yield 27
        self._are_killed(self.accounts[1::50])
        yield from self._outage("counter", 29, 1)
        yield 34
        self._set_clock(timedelta(hours=6))
        yield 34.3
        self._set_clock(timedelta())
        yield 37
        self._set_clock(timedelta(minutes=-45))
        yield 37.3
        self._set_clock(timedelta())

    def _outage(self, channel: str, hour: float, hours: float) -> Iterator[float]:
        yield hour
        begin, end = self.world.now, self.world.now + timedelta(hours=hours)
        self.world.outages.append((channel, begin, end))
        self._waiting.append((f"outage of {channel}", frozenset(a for a in self.accounts if channel_of(a) == channel), end))

    def _set_clock(self, error: timedelta) -> None:
        self.clock_error, self.world.callers_clock_is_wrong = error, bool(error)

    def _computer_sleeps(self, length: timedelta) -> None:
        self.world.now += length
        self._waiting.append(("sleep", frozenset(self.accounts), self.world.now))

    def _are_killed(self, accounts: list[str]) -> None:
        """Runs that were begun and never end: their turns and what was handed out to them stay."""
        with self.market.store.reading() as connection:
            waiting = [entry for entry in due_entries(connection, self.now() + self.interval) if entry.account in accounts]
        with self.market.store.writing() as connection:
            for entry in waiting:
                claim(connection, entry, self.now())
        for account in accounts:
            Lease(self.market.store, f"account:{account}", self.market.clock, TURN).take()

    def _told(self, report: RunReport) -> None:
        with self._lock:
            self.world.now += timedelta(seconds=1 / PACE)
            self.findings.runs[report.job, report.outcome] += 1
            explained = report.outcome in (RunOutcome.DONE, RunOutcome.LATER, RunOutcome.BUSY) or (
                report.outcome is RunOutcome.NEEDS_LOGIN and report.account in self.world.consents_ended)
            if not explained:
                self.findings.broken.append(report)

    def _look(self) -> None:
        """How far each account is behind at this moment."""
        if self.clock_error:
            return
        with self.market.store.reading() as connection:
            reached = complete_to(connection)
        now = self.world.now
        for name, accounts, since in list(self._waiting):
            if now >= since and all(reached.get(account, BEGIN) >= since for account in accounts - self.world.consents_ended):
                self.findings.caught_up[name] = now - since
                self._waiting.remove((name, accounts, since))
        excused = {account for _, accounts, _ in self._waiting for account in accounts} | self.world.consents_ended | self._lost_logins
        for account, at in reached.items():
            if account not in excused and not self.world.is_down(channel_of(account)):
                self.findings.behind[account] = max(self.findings.behind.get(account, timedelta()), now - at)

    def missing(self) -> list[str]:
        """Orders of the truth that the ledger has not, or not as they are; up to where each account is complete."""
        kept: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
        with self.market.store.reading() as connection:
            reached = complete_to(connection)
            lines = sales_order.join(sales_line, (sales_line.c.account == sales_order.c.account)
                                     & (sales_line.c.order_id == sales_order.c.order_id))
            for account, order_id, amount, state in connection.execute(select(
                    sales_order.c.account, sales_order.c.order_id, sales_line.c.list_amount, sales_order.c.state).select_from(lines)):
                kept[account][order_id] = amount, state
        found = []
        for account in self.accounts:
            for sold in self.world.orders(account):
                state = sold.at(reached.get(account, BEGIN) - timedelta(seconds=1))
                if state is not None and kept[account].get(sold.order_id) != (sold.amount, state[1].value):
                    found.append(f"{sold.order_id}: {kept[account].get(sold.order_id)} in place of {sold.amount} {state[1].value}")
        return found


@contextmanager
def made(folder: Path, accounts: int, *, hours: int = 48, interval: timedelta = timedelta(hours=2),
         tick: timedelta = timedelta(minutes=5)) -> Iterator[Province]:
    """A province in a new market."""
    new_market(folder)
    with (folder / "market.toml").open("a", encoding="utf-8", newline="\n") as file:
        for number in range(accounts):
            account = f"shop-{number}"
            file.write(f'\n[accounts.{account}]\nchannel = "{channel_of(account)}"\nstart = {(BEGIN - timedelta(days=1)).date()}\n')
    world = World(BEGIN, hours, BEGIN)
    follower: list[Province] = []
    with open_market(folder, clock=lambda: follower[0].now() if follower else BEGIN, sleep=lambda _seconds: None,
                     adapter=lambda account: Wire(world, channel_of(account), account)) as market:
        follower.append(Province(market, world, interval=interval, tick=tick))
        minutes = int(interval / timedelta(minutes=1))
        change(market, "pull-sales", f"{minutes}m", jitter_minutes=max(1, minutes // 15))
        yield follower[0]
