"""How fast accounts with nothing new are synced, by one process and by many workers, and what an idle account costs.

    python benchmarks/jobs.py [ACCOUNTS] [--workers 1 2 4] [--scheduled 50000]

The accounts are tills on one practice server (`pull_sides/till.py`) in a process of its own that has nothing to tell; each is pulled
once beforehand. "One process" is `schedule run` with its four lanes; workers are processes of `queue work` with four lanes each, on a
PostgreSQL that the dev group brings. Calls of an idle account are counted on the practice servers of the platforms.

Wall and processor time are both shown, and where the computer tells the instructions of the processor (`pull_sides/counter.py`), which
are the same on a busy computer. The rate of workers is by the clock.
"""

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, func, select, text, update

LANES = 4
QUIET = timedelta(minutes=1)


def serve(pipe: Any) -> None:
    from pull_sides.till import Till

    from ocop_market.sandbox.server import Server

    server = Server(Till(0))
    pipe.send(server.url)
    server.run()


@contextmanager
def quiet_till() -> Iterator[str]:
    """The address of a shop that sells nothing."""
    ours_end, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        yield ours_end.recv()
    finally:
        server.terminate()


def new_market_of(folder: Path, accounts: int, url: str, database: str = "") -> Path:
    """A market of tills, written at once: `add_account` looks at the whole file for each."""
    from ocop_market.market import new_market

    new_market(folder, database=database)
    start = datetime.now(UTC).date() - timedelta(days=1)
    with (folder / "market.toml").open("a", encoding="utf-8", newline="\n") as file:
        for number in range(accounts):
            file.write(f'\n[accounts.till-{number}]\nchannel = "kiotviet"\nstart = {start}\npractice = true\nretailer = "shop"\n'
                       f'client_id = "id"\nclient_secret = "secret"\napi_url = "{url}"\nid_url = "{url}"\n')
    return folder


def only_pulls_are_due(market: Any) -> None:
    """All accounts are to be pulled now, and nothing else is to be done."""
    from ocop_market.store.tables.work import schedule
    from sync_jobs.schedule import bring_in_step

    bring_in_step(market, market.clock())
    with market.store.writing() as connection:
        connection.execute(update(schedule).values(paused=schedule.c.job != "pull-sales"))
        connection.execute(update(schedule).where(schedule.c.job == "pull-sales").values(
            next_due=market.clock() - QUIET, claimed_until=None))


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of this process's processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def by_one_process(folder: Path, accounts: int) -> None:
    """`schedule run`, on a file or on PostgreSQL; also the rows that a round writes."""
    from pull_sides.counter import Counter

    from ocop_market.market import open_market
    from ocop_market.store.tables import metadata
    from sync_jobs.scheduler import see_what_is_due

    with open_market(folder) as market:
        only_pulls_are_due(market)
        see_what_is_due(market)
        only_pulls_are_due(market)
        counter = Counter()
        counter.start()
        wall, cpu = measured(lambda: see_what_is_due(market))
        instructions = counter.stop()
        before = rows_of(market, metadata)
        only_pulls_are_due(market)
        with counted_statements(market.store.engine) as statements:
            see_what_is_due(market)
        more = {name: count - before[name] for name, count in rows_of(market, metadata).items() if count != before[name]}
        where = "SQLite" if market.store.is_sqlite else "PostgreSQL"
        print(f"one process, {where}: {accounts / wall:.0f} accounts a second by the clock, {accounts / cpu:.0f} of the processor; "
              f"{1000 * cpu / accounts:.1f} ms and {instructions / accounts / 1e6:.1f} million instructions an account, "
              f"{statements[0] / accounts:.0f} statements and {statements[1] / accounts:.0f} transactions an account; rows more: "
              f"{', '.join(f'{name} {count / accounts:g}' for name, count in more.items()) or 'none'} an account")


@contextmanager
def counted_statements(engine: Any) -> Iterator[list[int]]:
    """Statements and transactions inside the `with` block."""
    from sqlalchemy import event

    counts = [0, 0]

    def statement(*_: Any) -> None:
        counts[0] += 1

    def transaction(*_: Any) -> None:
        counts[1] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "begin", transaction)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "begin", transaction)


def rows_of(market: Any, metadata: Any) -> dict[str, int]:
    with market.store.reading() as connection:
        return {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in metadata.tables.items()}


def by_workers(folder: Path, accounts: int, workers: int) -> None:
    """Workers that wait already are handed all accounts at once."""
    from ocop_market.market import open_market
    from sync_jobs.queue import Queue

    program = [sys.executable, "-c", "from ocop_market.cli.main import main; main()"]
    command = [*program, "queue", "work", "--lanes", str(LANES), "--market", folder]
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(workers)]
    try:
        with open_market(folder) as market:
            queue = Queue(market)
            while queue.standing().workers < workers:
                time.sleep(0.2)
            only_pulls_are_due(market)
            cpu, began = sum(map(processor_time, started)), time.perf_counter()
            handed = len(queue.tick())
            ticked = time.perf_counter() - began
            while (standing := queue.standing()).waiting or standing.at_work:
                time.sleep(0.1)
            wall = time.perf_counter() - began
            used = sum(map(processor_time, started)) - cpu
        print(f"{workers} workers: {handed / wall:.0f} accounts a second by the clock, {handed / used:.0f} of their processor time; "
              f"{handed} accounts were handed out in {ticked:.2f} s")
    finally:
        for one in started:
            one.terminate()
            one.wait()


def processor_time(process: subprocess.Popen[bytes]) -> float:
    """Seconds that a process has used; NaN where the system does not tell."""
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        return float("nan")
    used = stat.read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database."""
    from tests.databases import Server

    server = Server()
    try:
        engine = create_engine(f"{server.address.replace('://', '+psycopg://')}postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE jobs TEMPLATE template0 ENCODING 'UTF8'"))
        engine.dispose()
        yield f"{server.address}jobs"
    finally:
        server.stop()


def calls_of_an_idle_account(folder: Path) -> None:
    """A second pull, at once behind the first, and one behind each of the other jobs; on the platforms' practice servers."""
    from ocop_market.accounts import keep_secrets, secret_names
    from ocop_market.channels.api import AsksConsent
    from ocop_market.channels.registry import load_connector, load_sandbox, sandbox_names
    from ocop_market.market import new_market, open_market
    from ocop_market.sandbox.transport import WsgiAdapter
    from ocop_market.settings import add_account
    from sync_jobs.jobs import jobs_of
    from sync_jobs.runner import run

    for channel in sandbox_names():
        shop = load_sandbox(channel)()
        kind, settings = load_connector(channel), shop.settings("http://practice.invalid")
        hidden = secret_names(kind)
        new_market(folder / channel)
        add_account(folder / channel, "shop", channel, {
            "practice": True, "start": datetime.now(UTC).date() - timedelta(days=3),
            **{name: value for name, value in settings.items() if name not in hidden}})
        with open_market(folder / channel, adapter=lambda _account, shop=shop: WsgiAdapter(shop), sleep=lambda _seconds: None) as market:
            keep_secrets(market.vault, "shop", {name: settings[name] for name in hidden if name in settings}, market.clock())
            connector = market.connector("shop")
            if isinstance(connector, AsksConsent) and connector.needs_consent:
                market.keep_tokens("shop", connector.exchange(shop.grant()))
            for job in (jobs := [one for one in jobs_of(channel) if one != "publish"]):
                run(market, job, "shop")
            counts = {}
            for job in jobs:
                before = market.calls_made("shop")
                run(market, job, "shop")
                counts[job] = market.calls_made("shop") - before
        print(f"calls of an idle account, {kind.profile.title}: {', '.join(f'{job} {count}' for job, count in counts.items())}")
        shop.close()


def scheduler(folder: Path, accounts: int) -> None:
    """Memory and ticks of the process that says whose turn it is, with nothing due and with everything due; no account is called."""
    from ocop_market.market import open_market
    from sync_jobs.lane import who_waits

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with open_market(new_market_of(folder, accounts, "http://127.0.0.1:9")) as market:
        opened = time.process_time() - began
        first = measured(lambda: who_waits(market))
        everything = measured(lambda: who_waits(market))
        from ocop_market.store.tables.work import schedule

        with market.store.writing() as connection:
            connection.execute(update(schedule).values(next_due=market.clock() + timedelta(hours=1)))
        nothing = measured(lambda: who_waits(market))
    size = (folder / "market.db").stat().st_size
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"scheduler, {accounts} accounts: {most / 1024:.0f} MB at most ({before / 1024:.0f} MB before); processor: market opened "
          f"{opened:.1f} s, first tick {first[1]:.1f} s, tick with all due {everything[1]:.2f} s, with nothing due {nothing[1]:.2f} s; "
          f"{size / accounts:.0f} bytes of schedule an account")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", nargs="?", type=int, default=400)
    parser.add_argument("--workers", nargs="*", type=int, default=[1, 2, 4])
    parser.add_argument("--scheduled", type=int, default=50_000)
    chosen = parser.parse_args()
    print(f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} processes wanting one")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        calls_of_an_idle_account(folder)
        if chosen.scheduled:
            apart = multiprocessing.get_context("spawn").Process(target=scheduler, args=(folder / "scheduled", chosen.scheduled))
            apart.start()
            apart.join()
        with quiet_till() as url, postgresql() as address:
            by_one_process(new_market_of(folder / "file", chosen.accounts, url), chosen.accounts)
            office = new_market_of(folder / "office", chosen.accounts, url, address)
            by_one_process(office, chosen.accounts)
            from ocop_market.market import open_market
            from sync_jobs.queue import Queue

            with open_market(office) as market:
                Queue(market).prepare()
            for workers in chosen.workers:
                by_workers(office, chosen.accounts, workers)


if __name__ == "__main__":
    main()
