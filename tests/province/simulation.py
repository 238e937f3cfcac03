"""Two days of a province: accounts on three platforms, followed by the real schedule, turns, budgets, circuits, tokens and ledger.

A run takes `1 / PACE` seconds by the province's clock, however fast this computer is.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ocop_market.market import Market, new_market, open_market
from ocop_market.store.leases import LIFE as TURN
from ocop_market.store.leases import Lease
from ocop_market.store.ledger import complete_to
from ocop_market.store.schedule import claim, due_entries
from ocop_market.store.tables.ledger import sales_line, sales_order
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
    broken: list[str] = field(default_factory=list)
    """Runs that ended in a way that nothing in the story explains."""


class Province:
    """A market with many accounts and the hours that it goes through. Use `made`."""

    def __init__(self, market: Market, world: World, *, interval: timedelta, tick: timedelta) -> None:
        self.market, self.world, self.interval, self._tick = market, world, interval, tick
        self.accounts = list(market.settings.accounts)
        self.clock_error = timedelta()
        self.findings = Findings()
        self._told_of = 0
        self._lost_logins: set[str] = set()
        self._waiting: list[tuple[str, frozenset[str], datetime]] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time by this program's clock, right or wrong."""
        return self.world.now + self.clock_error

    def hour(self) -> float:
        """Hours since the beginning."""
        return (self.world.now - self.world.begin) / timedelta(hours=1)

    def go(self, stop: Callable[[], bool] = lambda: False) -> Findings:
        """Goes through all hours, or up to the tick at which `stop` says so; of the last ones only what is waiting is done."""
        with Dispatcher(self.market, tell=self._told, lanes=1) as dispatcher:
            while not self.ended and not stop():
                next_tick = self.world.now + self._tick
                while self._told_of < len(STORY) and STORY[self._told_of][0] <= self.hour():
                    STORY[self._told_of][1](self)
                    self._told_of += 1
                for lane in dispatcher.tick():
                    lane.result()
                self._look()
                self.world.now = max(self.world.now, next_tick)
        return self.findings

    @property
    def ended(self) -> bool:
        """Whether all hours are over."""
        return self.hour() >= self.world.hours

    def state(self) -> dict[str, Any]:
        """All that is not in the market, between two ticks; `take_up` goes on with it."""
        return {name: value for name, value in vars(self).items() if name not in ("market", "accounts", "_lock")}

    def take_up(self, state: Mapping[str, Any]) -> None:
        """Goes on where the province was when `state` was asked for."""
        vars(self).update(state)

    def consents_end(self) -> None:
        """Some shops lose the consent that they were given."""
        self._lost_logins = set(self.accounts[::97])
        self.world.consents_ended |= self._lost_logins

    def consents_return(self) -> None:
        """Their owners log in again."""
        for account in sorted(self._lost_logins):
            self.market.keep_tokens(account, self.world.consent_again(account))

    def is_busy(self, channel: str, hours: float) -> None:
        """A platform asks for pauses."""
        self.world.busy.append((channel, self.world.now, self.world.now + timedelta(hours=hours)))

    def is_away(self, channel: str, hours: float) -> None:
        """A platform answers nobody."""
        begin, end = self.world.now, self.world.now + timedelta(hours=hours)
        self.world.outages.append((channel, begin, end))
        self._waiting.append((f"outage of {channel}", frozenset(a for a in self.accounts if channel_of(a) == channel), end))

    def set_clock(self, error: timedelta) -> None:
        """The computer's clock is set, right or wrong."""
        self.clock_error, self.world.callers_clock_is_wrong = error, bool(error)

    def sleeps(self, length: timedelta) -> None:
        """The computer is off."""
        self.world.now += length
        self._waiting.append(("sleep", frozenset(self.accounts), self.world.now))

    def are_killed(self, accounts: list[str]) -> None:
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
                self.findings.broken.append(f"{report.account} {report.job} {report.outcome}: {report.error}")

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


STORY: Sequence[tuple[float, Callable[[Province], None]]] = (
    (8, lambda province: province.is_away("bazaar", hours=3)),
    (13, Province.consents_end),
    (18, Province.consents_return),
    (19, lambda province: province.is_busy("market-hall", hours=1)),
    (22, lambda province: province.sleeps(timedelta(hours=3))),
    (27, lambda province: province.are_killed(province.accounts[1::50])),
    (29, lambda province: province.is_away("counter", hours=1)),
    (34, lambda province: province.set_clock(timedelta(hours=6))),
    (34.3, lambda province: province.set_clock(timedelta())),
    (37, lambda province: province.set_clock(timedelta(minutes=-45))),
    (37.3, lambda province: province.set_clock(timedelta())),
)
"""What happens, by hour."""
OUTAGES = ("outage of bazaar", "outage of counter", "sleep")


@contextmanager
def made(folder: Path, accounts: int, *, hours: int = 48, interval: timedelta = timedelta(hours=2),
         tick: timedelta = timedelta(minutes=5)) -> Iterator[Province]:
    """A province in a new market, or in that of the folder; see `Province.take_up`."""
    is_new = not (folder / "market.toml").exists()
    if is_new:
        new_market(folder)
        with (folder / "market.toml").open("a", encoding="utf-8", newline="\n") as file:
            for number in range(accounts):
                account = f"shop-{number}"
                file.write(f'\n[accounts.{account}]\nchannel = "{channel_of(account)}"\nstart = {(BEGIN - timedelta(days=1)).date()}\n')
    world = World(BEGIN, hours, BEGIN)
    follower: list[Province] = []
    with open_market(folder, clock=lambda: follower[0].now() if follower else BEGIN, sleep=lambda _seconds: None,
                     adapter=lambda account: Wire(follower[0].world, channel_of(account), account)) as market:
        follower.append(Province(market, world, interval=interval, tick=tick))
        minutes = int(interval / timedelta(minutes=1))
        if is_new:
            change(market, "pull-sales", f"{minutes}m", jitter_minutes=max(1, minutes // 15))
        yield follower[0]


def told(province: Province, seconds: float, cpu: float) -> str:
    """The figures in one paragraph."""
    findings, runs = province.findings, province.findings.runs.total()
    orders = sum(len(province.world.orders(account)) for account in province.accounts)
    return (f"\n{len(province.accounts)} accounts, {province.world.hours} hours: {runs} runs, {province.world.calls.total()} calls, "
            f"{orders} orders, {sum(province.world.renewed.values())} tokens renewed; behind at worst {max(findings.behind.values())}; "
            f"caught up {', '.join(f'{name} {after}' for name, after in findings.caught_up.items())}; "
            f"{seconds:.0f} s by the clock, {cpu:.0f} s of the processor, {1000 * cpu / runs:.1f} ms a run")


def faults_of(province: Province) -> list[str]:
    """All that was not as it has to be; empty when the province was followed well."""
    found, twice = province.findings, 2 * province.interval
    faults = [*province.missing(), *province.world.faults, *found.broken]
    faults += [f"{account}: no token was renewed" for account in province.accounts if province.world.renewed[account] < 2]
    faults += [f"{account}: {behind} behind" for account, behind in found.behind.items() if behind > twice]
    faults += [f"never caught up after the {name}" for name in OUTAGES if name not in found.caught_up]
    faults += [f"caught up only {after} after the {name}" for name, after in found.caught_up.items() if after > province.interval]
    return faults
