"""How fast the program starts: `ocop-market --help` against a bare `import click`, whole processes, bytecode compiled.

    python benchmarks/startup.py [RUNS]

Prints medians and their ratio; the target is at most 2.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
PROGRAM = Path(sys.executable).with_name("ocop-market" + (".exe" if os.name == "nt" else ""))
COMMANDS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "ocop-market --help": [str(PROGRAM), "--help"],
    "ocop-market growth --help": [str(PROGRAM), "growth", "--help"],
    "python -c 'import ocop_market'": [sys.executable, "-c", "import ocop_market"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    return time.perf_counter() - start


def main() -> None:
    for command in COMMANDS.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    baseline = statistics.median(times["python -c 'import click'"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:34} {1000 * median:7.1f} ms   {median / baseline:5.2f} x import click")


if __name__ == "__main__":
    main()
