"""Round after round with faults, four lanes at a time, in a process of its own: what one round leaves behind shows after many.

`python -m tests.province.soak FOLDER SECONDS` prints what the process holds at first, half-way and at the end, as JSON. The
province's clock runs half an hour a round.
"""

import gc
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import sync_jobs.files  # noqa: F401  (the daily report loads it: large, and not something that a round leaves behind)
from sync_jobs.outcome import RunOutcome
from sync_jobs.scheduler import Dispatcher
from tests.province.platforms import CHANNELS, installed
from tests.province.simulation import made

ACCOUNTS = 12
LEAST_ROUNDS = 24


def held() -> dict[str, int]:
    """What the process holds: objects, threads, and, where the system tells, open files and pages of memory."""
    gc.collect()
    found = {"objects": len(gc.get_objects()), "threads": threading.active_count()}
    if sys.platform == "linux":
        found["files"] = len(list(Path("/proc/self/fd").iterdir()))
        found["megabytes"] = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    return found


def soak(folder: Path, seconds: float) -> tuple[list[dict[str, int]], Counter[RunOutcome]]:
    """What was held after each round, and how runs ended."""
    dice, ended, samples = random.Random("soak"), Counter(), []
    with installed(), made(folder / "m", ACCOUNTS, hours=24 * 60, interval=timedelta(hours=1)) as province:
        world, market = province.world, province.market
        until = time.monotonic() + seconds
        with Dispatcher(market, lanes=4, tell=lambda report: ended.update([report.outcome])) as dispatcher:
            while len(samples) < LEAST_ROUNDS or time.monotonic() < until:
                away, busy = dice.choice([*CHANNELS, None]), dice.choice([*CHANNELS, None])
                hour = world.now, world.now + timedelta(minutes=55)
                world.outages[:] = [(away, *hour)] if away else []
                world.busy[:] = [(busy, *hour)] if busy else []
                if len(samples) % 4 == 1:
                    world.consents_ended.add("shop-0")
                elif "shop-0" in world.consents_ended and len(samples) % 4 == 3:
                    market.keep_tokens("shop-0", world.consent_again("shop-0"))
                for lane in dispatcher.tick():
                    lane.result()
                market.forget_connector("shop-0")
                world.now += timedelta(minutes=30)
                samples.append(held())
        world.outages.clear()
    return samples, ended


if __name__ == "__main__":
    rounds, ends = soak(Path(sys.argv[1]), float(sys.argv[2]))
    print(json.dumps({"rounds": len(rounds), "runs": ends.total(), "ends": sorted(ends), "first": rounds[0],
                      "warm": rounds[len(rounds) // 2], "last": rounds[-1]}))
