"""A whole province for two days, hour by hour: `python -m tests.province FOLDER [ACCOUNTS]`.

Ctrl-C (or SIGTERM) ends it behind the tick under way; the same command then goes on from there. At the end the figures are printed,
and the status is 1 unless all that `faults_of` looks for was well.
"""

import argparse
import pickle
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.province.platforms import installed
from tests.province.simulation import Province, faults_of, made, told


def follow(folder: Path, accounts: int) -> int:
    """Goes through what is left of the two days; the exit status."""
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: stopped.append(caught))
    kept = folder / "province.pickle"
    with installed(), made(folder / "market", accounts, tick=timedelta(minutes=5)) as province:
        spent = [0.0, 0.0]
        if kept.exists():
            state, spent = pickle.loads(kept.read_bytes())  # noqa: S301  (written below)
            province.take_up(state)
            kept.unlink()
        began, hour = (time.monotonic() - spent[0], time.process_time() - spent[1]), int(province.hour())

        def so_far() -> tuple[float, float]:
            return time.monotonic() - began[0], time.process_time() - began[1]

        def told_each_hour() -> bool:
            nonlocal hour
            if int(province.hour()) > hour:
                hour = int(province.hour())
                seconds, cpu = so_far()
                runs = province.findings.runs.total()
                print(f"hour {hour}: {runs} runs, {seconds:.0f} s by the clock, {cpu:.0f} s of the processor, {1000 * cpu / runs:.1f} ms a "
                      f"run; {len(province.findings.broken)} broken, {len(province.world.faults)} faults", flush=True)
            return bool(stopped)

        province.go(told_each_hour)
        if not province.ended:
            folder.mkdir(exist_ok=True)
            kept.write_bytes(pickle.dumps((province.state(), so_far())))
            print(f"stopped at hour {province.hour():.1f}; the same command goes on from there", flush=True)
            return 2
        return report(province, *so_far())


def report(province: Province, seconds: float, cpu: float) -> int:
    """Prints figures and faults; the exit status."""
    print(told(province, seconds, cpu))
    for outcome, count in sorted(by_outcome(province).items()):
        print(f"runs {outcome}: {count}")
    renewed = sorted(province.world.renewed.values())
    print(f"tokens renewed an account: {renewed[0]} to {renewed[-1]}")
    faults = faults_of(province)
    for fault in faults[:50]:
        print(f"FAULT {fault}")
    print("all well" if not faults else f"{len(faults)} faults", flush=True)
    return 1 if faults else 0


def by_outcome(province: Province) -> dict[str, int]:
    """Runs by job and how they ended."""
    return {f"{job} {outcome}": count for (job, outcome), count in province.findings.runs.items()}


def main(arguments: list[str] | None = None) -> Any:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("accounts", type=int, nargs="?", default=9000)
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    return follow(chosen.folder, chosen.accounts)


if __name__ == "__main__":
    sys.exit(main())
