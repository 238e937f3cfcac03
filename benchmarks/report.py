"""The annual report over millions of order lines: through totals against DuckDB and Polars from the raw lines.

    python benchmarks/report.py [LINES …]        (default: 1000000 3000000 10000000)

The same lines are made by arithmetic for all three (`report_sides/market.py`): into the tables of a market, and into a Parquet file. Ours
gathers the figures of the annual report (all its tables, those of the catalog too) from totals by month and by day, which are made before,
by themselves, as `pull` makes them; then it writes .xlsx and .html. The others compute the five tables of revenue from the lines. Each side
runs in a process of its own; the tables must be the same to the đồng. DuckDB and Polars live in an environment made for them.

Prints seconds by the clock and of the processor, and the most memory, for each number of lines.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from report_sides import market

SIDES = Path(__file__).parent / "report_sides"
HOME = Path(tempfile.gettempdir()) / "ocop-benchmark-raw"
ROOT = str(Path(__file__).parents[1])


def environment() -> Path | None:
    """A Python with DuckDB and Polars; None where they could not be installed."""
    python = HOME / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(HOME, with_pip=True)
    made = subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb", "polars"], capture_output=True, check=False)
    if made.returncode:
        print("DuckDB and Polars are left out: their environment could not be installed.")
        return None
    return python


def side(python: Path | str, name: str, *given: object) -> dict[str, Any]:
    """What a side prints."""
    paths = f"{SIDES}{os.pathsep}{ROOT}"
    done = subprocess.run([python, SIDES / name, *map(str, given)], capture_output=True, text=True, encoding="utf-8", check=False,
                          env={**os.environ, "PYTHONPATH": paths})
    if done.returncode:
        raise SystemExit(f"{name} stopped: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout) if done.stdout.strip() else {}


def one_size(count: int, raw: Path | None) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines, catalog = Path(folder) / "lines.parquet", Path(folder) / "catalog.json"
        market.make(Path(folder) / "market", count)
        begun, cpu = time.perf_counter(), time.process_time()
        rows = market.roll_up(Path(folder) / "market")
        made = time.perf_counter() - begun, time.process_time() - cpu
        found = {"ours, from totals": side(sys.executable, "ours.py", Path(folder) / "market")}
        if raw:
            market.catalog(catalog)
            side(raw, "raw_duckdb.py", lines, catalog, count)
            found["DuckDB, from the lines"] = side(raw, "raw_duckdb.py", lines, catalog)
            found["Polars, from the lines"] = side(raw, "raw_polars.py", lines, catalog)
    print(f"\n{count:,} lines, {rows:,} daily totals (made anew from all lines in {made[0]:.1f} s, {made[1]:.1f} s of the processor)")
    print(f"{'':28} {'wall s':>8} {'cpu s':>8} {'MB':>7}")
    ours = found["ours, from totals"]
    for name, one in found.items():
        print(f"{name:28} {one['wall']:8.2f} {one['cpu']:8.2f} {one['memory']:7.0f}")
        for key, table in one["tables"].items():
            assert sold_in(table) == sold_in(ours["tables"][key]), f"{name} has another table {key}"
    print(f"{'.xlsx and .html':28} {ours['dressed']:8.2f}")
    sys.stdout.flush()


def sold_in(table: list[list[int]]) -> list[list[int]]:
    """Rows without any sale may be left out."""
    return [row for row in table if any(row)]


def main() -> None:
    raw = environment()
    for count in [int(one) for one in sys.argv[1:]] or [1_000_000, 3_000_000, 10_000_000]:
        one_size(count, raw)


if __name__ == "__main__":
    main()
