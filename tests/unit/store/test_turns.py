"""Turns are numbered: who lost one cannot write, whatever it believes; tried with processes that are stopped and killed."""

import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import insert, select

from ocop_market.model.clock import utc_now
from ocop_market.store.engine import Store
from ocop_market.store.leases import LeaseError, holding
from ocop_market.store.tables.work import lease, run
from tests.conftest import START
from tests.databases import ON_BOTH
from tests.examples import examples

pytestmark = ON_BOTH

NAME = "account:shop"
WORKER = """
    import sys
    from sqlalchemy import insert
    from ocop_market.errors import MarketError
    from ocop_market.model.clock import utc_now
    from ocop_market.store.engine import Store
    from ocop_market.store.leases import holding
    from ocop_market.store.tables.work import run

    store = Store(sys.argv[1])
    try:
        with holding(store, "account:shop", utc_now) as turn:
            print(turn.fence, flush=True)
            sys.stdin.readline()
            with store.writing() as connection:
                connection.execute(insert(run).values(job="slow", account="shop", started_at=utc_now(), outcome="", counts={}))
                if "in-the-middle" in sys.argv:
                    print("writing", flush=True)
                    sys.stdin.readline()
        print("written", flush=True)
    except MarketError as error:
        print(error.code, flush=True)
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that stop a process and let it go on")


def write(store, job):
    with store.writing() as connection:
        connection.execute(insert(run).values(job=job, account="shop", started_at=utc_now(), outcome="", counts={}))


def jobs(store):
    with store.reading() as connection:
        return list(connection.execute(select(run.c.job)).scalars())


def later():
    """The clock of a computer on which every turn of this moment has ended."""
    return utc_now() + timedelta(minutes=5)


@pytest.fixture
def worker(store):
    """Starts a process that holds the turn; it goes on with each line that it is told."""
    started = []

    def start(*arguments):
        made = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WORKER), store.address, *arguments],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(made)
        return made

    yield start
    for one in started:
        one.kill()
        one.communicate()


def go_on(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@posix
@pytest.mark.parametrize("still_at_work", [True, False])
def test_a_process_that_was_paused_and_lost_its_turn_is_refused_by_the_database(store, worker, still_at_work):
    paused = worker()
    assert paused.stdout.readline() == "1\n"
    paused.send_signal(signal.SIGSTOP)
    with holding(store, NAME, later) as turn:
        assert turn.fence == 2
        write(store, "quick")
        if still_at_work:
            paused.send_signal(signal.SIGCONT)
            assert go_on(paused) == "lease-lost"
    if not still_at_work:
        paused.send_signal(signal.SIGCONT)
        assert go_on(paused) == "lease-lost"
    assert jobs(store) == ["quick"]


@posix
def test_a_process_that_was_paused_without_losing_its_turn_goes_on(store, worker):
    paused = worker()
    paused.stdout.readline()
    paused.send_signal(signal.SIGSTOP)
    with pytest.raises(LeaseError), holding(store, NAME, utc_now):
        pytest.fail("took a turn that another has")
    paused.send_signal(signal.SIGCONT)
    assert (go_on(paused), jobs(store)) == ("written", ["slow"])


def test_a_process_killed_while_it_wrote_leaves_nothing_half_written_and_its_turn_to_the_next(store, worker):
    killed = worker("in-the-middle")
    killed.stdout.readline()
    assert go_on(killed) == "writing"
    killed.kill()
    killed.wait()
    with holding(store, NAME, later) as turn:
        write(store, "next")
    assert (turn.fence, jobs(store)) == (2, ["next"])


def test_a_lost_turn_refuses_writes_though_the_clock_says_it_still_runs(store, clock):
    with holding(store, NAME, clock):
        with store.writing(guarded=False) as connection:
            connection.execute(lease.update().values(holder="another", fence=7))
        with pytest.raises(LeaseError) as refused:
            write(store, "lost")
    assert (refused.value.code, jobs(store)) == ("lease-lost", [])


def test_outside_of_the_turn_and_in_other_markets_writes_are_free(store, clock, tmp_path):
    other = Store(tmp_path / "other.db")
    other.migrate()
    with holding(store, NAME, clock):
        with store.writing(guarded=False) as connection:
            connection.execute(lease.update().values(holder="another"))
        write(other, "elsewhere")
    write(store, "after")
    assert (jobs(other), jobs(store)) == (["elsewhere"], ["after"])
    other.close()


@examples(10)
@given(steps=some.lists(some.tuples(some.sampled_from(["take", "write", "back", "sleep"]), some.integers(0, 2)), max_size=14))
def test_in_any_order_of_things_only_the_newest_turn_writes_and_numbers_rise(sqlite_file, tmp_path_factory, steps):
    from ocop_market.store.leases import LIFE, Lease

    path = tmp_path_factory.mktemp("turns") / "market.db"
    path.write_bytes(sqlite_file.read_bytes())
    store, at = Store(path), [START]
    runners = [Lease(store, NAME, lambda: at[0], LIFE) for _ in range(3)]
    newest, numbers = None, [0]
    for step, who in steps:
        runner = runners[who]
        if step == "sleep":
            at[0] += LIFE
        elif step == "back":
            runner.give_back()
            newest = None if newest is runner else newest
        elif step == "take":
            try:
                runner.take()
            except LeaseError:
                continue
            newest = runner
            numbers.append(runner.fence)
        else:
            try:
                with store.guarded_by(runner.guard):
                    write(store, str(runner.fence))
            except LeaseError:
                assert runner is not newest
            else:
                assert runner is newest
    assert numbers == list(range(len(numbers)))
    store.close()
