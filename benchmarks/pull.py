"""Orders per second through connector, ledger and totals by day, against a plain loop and dlt over the same server.

    python benchmarks/pull.py [ORDERS] [RUNS] [postgresql://user@computer/name] [--dlt]

The server (`pull_sides/till.py`) answers as KiotViet does, in a process of its own, and keeps its answers, so that its own work does
not hide ours; `pull_sides/plain_loop.py` is the baseline (= 1). Both read the same bytes: orders of two lines, spread over a year. A
plain loop knows nothing of what it has, so its second run reads and writes everything again; ours is shown both behind its cursor
and made to read everything again. With `--dlt`, dlt's rest_api source in merge mode loads them too, from an environment made for it.

Prints medians by the clock, by processor time and, where the computer tells, by instructions of the processor (`pull_sides/counter.py`):
on a busy computer the last are the steady ones, and the clock says little.

With an address, all work in databases of their own on that server, which are made and removed; the user must be allowed to.
"""

import argparse
import gc
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import requests
from pull_sides.counter import Counter
from pull_sides.plain_loop import plain_loop
from pull_sides.till import GOODS
from sqlalchemy import create_engine, text

NOW = datetime(2026, 11, 2, tzinfo=UTC)
FIRST_DAY = date(2025, 11, 1)
BASE = "plain loop, first"
NAMES = "plain", "ours", "dlt"


class Figure(NamedTuple):
    """Seconds by the clock, seconds of the processor, its instructions (not a number: not counted), and how many orders came."""

    wall: float
    cpu: float
    instructions: float
    orders: int


def serve(orders: int, goods: int, pipe: Any) -> None:
    from pull_sides.till import Till

    from ocop_market.sandbox.server import Server

    server = Server(Till(orders, goods))
    pipe.send(server.url)
    server.run()


@contextmanager
def till_of(orders: int, goods: int = GOODS) -> Iterator[dict[str, str]]:
    """A server with so many orders of so many articles; the settings of an account there."""
    ours_end, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(orders, goods, theirs), daemon=True)
    server.start()
    url = ours_end.recv()
    try:
        yield {"retailer": "shop", "client_id": "id", "client_secret": "secret", "api_url": url, "id_url": url}
    finally:
        server.terminate()


class Ours:
    """A market on the same server."""

    def __init__(self, settings: dict[str, str], folder: Path, database: str) -> None:
        from ocop_market.market import new_market, open_market
        from ocop_market.settings import add_account

        new_market(folder, database=database)
        add_account(folder, "till", "kiotviet", {"start": FIRST_DAY, "practice": True, **settings})
        self.market = open_market(folder, clock=lambda: NOW)

    def pull(self) -> int:
        saved = self.market.pull_sales("till").orders
        return saved.new + saved.changed + saved.unchanged

    def forget_cursor(self) -> None:
        """Lets the next pull read everything again, as behind an import of old days."""
        with self.market.store.writing() as connection:
            connection.execute(text("UPDATE sync_cursor SET body = '{}' WHERE stream = 'sales'"))


@contextmanager
def databases(server: str | None, folder: Path) -> Iterator[tuple[str, ...]]:
    """Empty databases for each side: files, or on the server."""
    if server is None:
        yield f"sqlite:///{folder / 'plain.db'}", "market.db", f"sqlite:///{folder / 'dlt.db'}"
        return
    admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    names = [f"ocop_benchmark_{name}" for name in NAMES]
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        try:
            yield tuple(admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False) for name in names)
        finally:
            for name in names:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def timed(work: Callable[[], int]) -> Figure:
    gc.collect()  # nobody clears away what another left
    counter = Counter()
    wall, cpu = time.perf_counter(), time.process_time()
    counter.start()
    count = work()
    instructions = counter.stop()
    return Figure(time.perf_counter() - wall, time.process_time() - cpu, instructions, count)


def one_run(settings: dict[str, str], folder: Path, server: str | None) -> dict[str, Figure]:
    """Every way once, in empty databases."""
    with databases(server, folder) as (plain_in, ours_in, _):
        found = {BASE: timed(lambda: plain_loop(settings, plain_in)), "plain loop, second": timed(lambda: plain_loop(settings, plain_in))}
        ours = Ours(settings, folder / "market", ours_in)
        found["ours, first"] = timed(ours.pull)
        found["ours, second"] = timed(ours.pull)
        ours.forget_cursor()
        found["ours, all read again"] = timed(ours.pull)
        for what, where in (("of the last days", "recent"), ("all over the year", "spread")):
            requests.post(f"{settings['api_url']}/changed", data=where, timeout=60).raise_for_status()
            found[f"ours, 1 % changed {what}"] = timed(ours.pull)
        requests.post(f"{settings['api_url']}/changed", data="", timeout=60).raise_for_status()
        ours.market.close()
    return found


def dlt_runs(settings: dict[str, str], folder: Path, server: str | None) -> dict[str, Figure]:
    """Two loads with dlt; nothing where its environment cannot be made."""
    home = Path(tempfile.gettempdir()) / "ocop-benchmark-dlt"
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    made = subprocess.run([python, "-m", "pip", "install", "--quiet", "dlt[postgres,sqlalchemy]"], capture_output=True, check=False)
    if made.returncode:
        print("dlt is left out: its environment could not be installed.")
        return {}
    with databases(server, folder) as (_, _, address):
        program = [python, Path(__file__).parent / "pull_sides" / "dlt_load.py", settings["api_url"], address, folder / "dlt"]
        done = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder,
                              env={**os.environ, "RUNTIME__DLTHUB_TELEMETRY": "false", "PYTHONPATH": ""})
    if done.returncode:
        print(f"dlt is left out, it stopped: {done.stderr.strip().splitlines()[-1]}")
        return {}
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    figures = [Figure(*figure, answer["count"]) for figure in answer["figures"]]
    return dict(zip(("dlt, first", "dlt, second"), figures, strict=True))


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("orders", nargs="?", type=int, default=20_000)
    wanted.add_argument("runs", nargs="?", type=int, default=3)
    wanted.add_argument("address", nargs="?")
    wanted.add_argument("--dlt", action="store_true")
    given = wanted.parse_args()
    with till_of(given.orders) as settings:
        rows: dict[str, list[Figure]] = {}
        for run in range(given.runs + 1):  # the first one fills the server's memory and counts for nothing
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                for name, figure in one_run(settings, Path(folder), given.address).items():
                    rows.setdefault(name, []).extend([figure] if run else [])
        if given.dlt:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                rows |= {name: [figure] for name, figure in dlt_runs(settings, Path(folder), given.address).items()}
    show(rows)


def show(rows: dict[str, list[Figure]]) -> None:
    """Medians, and how many times as fast as the first run of the plain loop, by each measure for the whole task."""
    base = _medians(rows[BASE])
    print(f"{'':34} {'orders':>8} {'wall s':>8} {'cpu s':>8} {'by wall':>8} {'by cpu':>8} {'by instr':>8}")
    for name, figures in rows.items():
        own = _medians(figures)
        ratios = " ".join(f"{theirs / ours:8.2f}" for theirs, ours in zip(base, own, strict=True))
        print(f"{name:34} {figures[0].orders:8d} {own[0]:8.2f} {own[1]:8.2f} {ratios}")
    sys.stdout.flush()


def _medians(figures: list[Figure]) -> tuple[float, ...]:
    return tuple(statistics.median(one[place] for one in figures) for place in range(3))


if __name__ == "__main__":
    main()
