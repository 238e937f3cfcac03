"""Many workers on PostgreSQL: shared out by the queue, killed and paused in the middle, and never two at one account."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.accounts import keep_secrets
from ocop_market.errors import SettingsError
from ocop_market.market import new_market, open_market
from ocop_market.model.clock import utc_now
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.server import serving
from ocop_market.settings import add_account
from ocop_market.store import ledger
from ocop_market.store.tables.work import lease, run
from sync_jobs import queue as queues
from sync_jobs.queue import Queue
from sync_jobs.schedule import due, pause

ACCOUNTS = 8
WORKER = """
    import sys
    from datetime import timedelta
    from pathlib import Path
    from ocop_market.market import open_market
    from ocop_market.model.clock import utc_now
    from sync_jobs.queue import Queue

    ahead = Path(sys.argv[1]) / "minutes-ahead"
    with open_market(sys.argv[1], clock=lambda: utc_now() + timedelta(minutes=float(ahead.read_text()))) as market:
        print("ready", flush=True)
        Queue(market).work(int(sys.argv[2]))
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that stop a process and let it go on")


class Till:
    """One practice shop for all accounts, which can keep the caller of its sales waiting."""

    def __init__(self):
        now = utc_now()
        history = History([Good("TRA", "Trà", 50_000)], seed="workers", first_day=(now - timedelta(days=5)).date(), per_day=3, till=True)
        self.shop = KiotVietSandbox(clock=lambda: now, history=history)
        self.sold = sum(1 for _ in history.orders(now))
        self.held, self.free = threading.Event(), threading.Event()
        self.free.set()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].endswith("/invoices"):
            if not self.free.is_set():
                self.held.set()
            self.free.wait(60)
        return self.shop(environ, start_response)

    def hold(self):
        self.held.clear()
        self.free.clear()


@pytest.fixture
def till():
    return Till()


@pytest.fixture
def folder(tmp_path, till, new_database):
    new_market(tmp_path / "m", database=new_database())
    (tmp_path / "m" / "minutes-ahead").write_text("0")
    with serving(till) as url:
        settings = till.shop.settings(url)
        for n in range(ACCOUNTS):
            add_account(tmp_path / "m", f"till-{n}", "kiotviet", {
                "practice": True, "start": (utc_now() - timedelta(days=5)).date(),
                **{name: value for name, value in settings.items() if name != "client_secret"}})
        with open_market(tmp_path / "m") as market:
            for n in range(ACCOUNTS):
                keep_secrets(market.vault, f"till-{n}", {"client_secret": settings["client_secret"]}, utc_now())
        yield tmp_path / "m"
        till.free.set()


@pytest.fixture
def market(folder):
    ahead = folder / "minutes-ahead"
    with open_market(folder, clock=lambda: utc_now() + timedelta(minutes=float(ahead.read_text()))) as opened:
        yield opened


@pytest.fixture
def queue(market):
    made = Queue(market)
    made.prepare()
    return made


@pytest.fixture
def worker(folder):
    """Starts a process that works on so many accounts at the same time."""
    started = []

    def start(lanes=2):
        made = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WORKER), folder, str(lanes)], stdout=subprocess.PIPE, text=True)
        started.append(made)
        assert made.stdout.readline() == "ready\n"
        return made

    yield start
    for one in started:
        one.kill()
        one.communicate()


def runs_of(market, job="pull-sales"):
    with market.store.reading() as connection:
        return [row._mapping for row in connection.execute(select(run).where(run.c.job == job).order_by(run.c.id))]


def until(something, seconds=60):
    give_up = time.monotonic() + seconds
    while not (found := something()):
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.05)
    return found


def done(market, outcome="done"):
    return {one["account"] for one in runs_of(market) if one["outcome"] == outcome}


def everything_is_in_the_ledger(market, till):
    with market.store.reading() as connection:
        counts = ledger.count_orders(connection)
    assert counts == {f"till-{n}": till.sold for n in range(ACCOUNTS)}


def nobody_overlapped(market, *, cut_off=()):
    """No two runs of an account at the same time; one that was cut off has no end."""
    by_account = defaultdict(list)
    with market.store.reading() as connection:
        for row in connection.execute(select(run).order_by(run.c.started_at, run.c.id)):
            by_account[row.account].append(row)
    for account, found in by_account.items():
        for one, after in pairwise(found):
            assert (one.ended_at is None and account in cut_off) or one.ended_at <= after.started_at, (one, after)


def ten_minutes_later(folder, market):
    """Ten minutes on, for all: turns are over, and workers that are silent since then have been so for long."""
    (folder / "minutes-ahead").write_text("10")
    with market.store.writing() as connection:
        connection.execute(text(f"UPDATE {queues.SCHEMA}.procrastinate_workers SET last_heartbeat = now() - interval '10 minutes' "
                                f"WHERE id IN (SELECT worker_id FROM {queues.SCHEMA}.procrastinate_jobs WHERE status = 'doing')"))


def who_is_at_work(market):
    """By account that is worked on, the process that has the turn."""
    with market.store.reading() as connection:
        found = connection.execute(select(lease.c.name, lease.c.holder).where(lease.c.name.startswith("account:"), lease.c.holder != ""))
        return {name.partition(":")[2]: int(holder.partition("-")[0]) for name, holder in found}


@pytest.mark.long
@posix
def test_a_worker_killed_in_the_middle_loses_nothing_and_two_never_work_on_one_account(market, folder, queue, till, worker):
    till.hold()
    workers = {one.pid: one for one in (worker(1), worker(1))}
    assert len(queue.tick()) == ACCOUNTS
    assert queue.tick() == [], "whoever waits is not put in twice"
    at_work = until(lambda: found if len(set((found := who_is_at_work(market)).values())) == 2 else None)
    until(till.held.is_set)
    account, process = sorted(at_work.items())[0]
    workers[process].kill()
    workers[process].wait()
    till.free.set()
    until(lambda: len(done(market)) == ACCOUNTS - 1)
    assert account not in done(market)
    ten_minutes_later(folder, market)
    assert account in queue.tick()
    until(lambda: len(done(market)) == ACCOUNTS)
    everything_is_in_the_ledger(market, till)
    nobody_overlapped(market, cut_off={account})


@pytest.mark.long
@posix
def test_a_worker_that_was_paused_cannot_write_when_it_comes_back_and_works_on(market, folder, queue, till, worker):
    pause(market, None)
    pause(market, "pull-sales", ["till-0"], paused=False)
    till.hold()
    paused = worker(1)
    assert queue.tick() == ["till-0"]
    until(till.held.is_set)
    paused.send_signal(signal.SIGSTOP)
    ten_minutes_later(folder, market)
    till.free.set()
    other = worker(1)
    assert queue.tick() == ["till-0"]
    until(lambda: "till-0" in done(market))
    other.kill()
    other.wait()
    paused.send_signal(signal.SIGCONT)
    until(lambda: "till-0" in done(market, "busy"))
    pause(market, "pull-sales", ["till-1"], paused=False)
    ten_minutes_later(folder, market)
    queue.tick()
    until(lambda: "till-1" in done(market))
    assert [(one["outcome"], (one["error"] or {}).get("code")) for one in runs_of(market) if one["account"] == "till-0"] == [
        ("busy", "lease-lost"), ("done", None)]


def test_who_asks_for_a_queue_that_is_not_there_is_told_how_to_make_it(market):
    for ask in (Queue(market).tick, Queue(market).standing, lambda: Queue(market).work(1)):
        with pytest.raises(SettingsError) as refused:
            ask()
        assert refused.value.code == "queue-not-prepared"


def test_a_queue_of_another_version_is_made_anew_unless_workers_are_at_work(market, queue, monkeypatch):
    assert queue.prepare() is False
    monkeypatch.setattr(queues, "_fingerprint", lambda: "procrastinate another")
    with market.store.writing() as connection:
        connection.execute(text(f"INSERT INTO {queues.SCHEMA}.procrastinate_workers DEFAULT VALUES"))
    with pytest.raises(SettingsError) as refused:
        queue.prepare()
    assert refused.value.code == "queue-at-work"
    with market.store.writing() as connection:
        connection.execute(text(f"UPDATE {queues.SCHEMA}.procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"))
    assert queue.prepare() is True
    assert queue.standing() == queues.Standing(0, 0, 0)


def test_a_schema_of_another_program_is_left_alone(market):
    with market.store.writing() as connection:
        connection.execute(text(f"CREATE SCHEMA {queues.SCHEMA}"))
    with pytest.raises(SettingsError) as refused:
        Queue(market).prepare()
    assert refused.value.code == "queue-foreign-schema"


def test_what_was_done_by_hand_meanwhile_is_not_done_again(market, queue):
    pause(market, None)
    pause(market, "pull-sales", paused=False)
    assert len(queue.tick()) == ACCOUNTS
    pause(market, "pull-sales", ["till-3"])
    queue.work(4, until_empty=True)
    assert done(market) == {f"till-{n}" for n in range(ACCOUNTS) if n != 3}
    assert queue.standing().waiting == 0
    assert {account for account, _ in due(market, market.clock())} == set()


def test_a_market_in_a_file_is_told_to_move_first(tmp_path):
    new_market(tmp_path / "file")
    with open_market(tmp_path / "file") as opened, pytest.raises(SettingsError) as refused:
        Queue(opened)
    assert refused.value.code == "queue-needs-postgresql"
