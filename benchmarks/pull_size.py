"""What ten times the orders cost: peak memory of a first pull, time to read growth, and that no buyer is found in the database.

    python benchmarks/pull_size.py [ORDERS] [postgresql://user@computer/name] [--goods NUMBER]

Pulls so many orders of two lines in a process of its own, then ten times as many in another. Peak memory is that of the whole
process, imports included (VmHWM, so on Linux only). Growth is a comparison by channel and by commune (which goes through all products
sold), the median of several readings, of the last twelve months and of thirty days. An SQLite database is searched byte by byte for
the false buyers that the server puts into its answers, at the smaller size.

Months are read from totals by month, article and branch, of which there are no more with ten times the orders; the days left beside them
or taken off them, two of these twelve months and all of these thirty days (from the middle of a month to the middle of the next), from
totals by day, which fill up until every article was sold every day at every branch.
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from pull import Ours, databases, till_of
from pull_sides.till import GOODS

READINGS = 15
THIRTY_DAYS = date(2026, 9, 16), date(2026, 10, 15)


def pull_and_read(settings: dict[str, str], folder: Path, database: str, pipe: Any) -> None:
    from ocop_market.growth.compare import By, Period

    ours = Ours(settings, folder / "market", database)
    started = time.process_time()
    orders = ours.pull()
    cpu = time.process_time() - started
    readings = []
    for period in (None, THIRTY_DAYS):
        times = []
        for _ in range(READINGS):
            started = time.process_time()
            for by in (By.CHANNEL, By.COMMUNE):
                ours.market.growth(period and Period(*period), by=by)
            times.append(time.process_time() - started)
        readings.append(statistics.median(times))
    ours.market.close()
    pipe.send((orders, cpu, peak(), readings))


def peak() -> float:
    """The most memory that this process has held, in megabytes."""
    line = next(line for line in Path("/proc/self/status").read_text("ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measured(orders: int, goods: int, server: str | None, *, search: bool) -> tuple[float, float, float]:
    from ocop_market.testing.canary import find_canary

    with (till_of(orders, goods) as settings, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
          databases(server, Path(name)) as (_, database, _)):
        ours_end, theirs = multiprocessing.Pipe()
        arguments = settings, Path(name), database, theirs
        process = multiprocessing.get_context("spawn").Process(target=pull_and_read, args=arguments)
        process.start()
        theirs.close()  # so that a process that fails is not waited for
        found, cpu, memory, (year, month) = ours_end.recv()
        process.join()
        print(f"{found:9d} orders: {cpu / found * 1e6:6.0f} µs an order, {memory:6.0f} MB at most, "
              f"growth of twelve months read in {year * 1000:5.1f} ms, of thirty days in {month * 1000:5.1f} ms")
        if search and server is None:
            started, words = time.perf_counter(), find_canary(Path(name) / "market")
            size = sum(file.stat().st_size for file in (Path(name) / "market").rglob("*") if file.is_file()) / 2**20
            print(f"          searched {size:.0f} MB for the false buyers in {time.perf_counter() - started:.1f} s: {len(words)} places")
            assert not words, words
    return memory, year, month


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("orders", nargs="?", type=int, default=10_000)
    wanted.add_argument("address", nargs="?")
    wanted.add_argument("--goods", type=int, default=GOODS)
    given = wanted.parse_args()
    small, large = (measured(size, given.goods, given.address, search=size == given.orders) for size in (given.orders, 10 * given.orders))
    memory, year, month = (ten / one for one, ten in zip(small, large, strict=True))
    print(f"ten times the orders: memory × {memory:.2f}, growth of twelve months read × {year:.2f}, of thirty days × {month:.2f}")


if __name__ == "__main__":
    main()
