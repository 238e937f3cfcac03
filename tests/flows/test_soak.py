"""Round after round with faults, four lanes at a time: what one round leaves behind in memory would show after many.

`OCOP_SOAK=600` goes on for so many seconds (`make soak`); the ordinary run for a few. The province's clock runs an hour a round.
"""

import gc
import os
import random
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from sync_jobs.outcome import RunOutcome
from sync_jobs.scheduler import Dispatcher
from tests.province.platforms import CHANNELS, installed
from tests.province.simulation import made

SECONDS = float(os.environ.get("OCOP_SOAK", "5"))
ACCOUNTS = 12
LEAST_ROUNDS = 8


def held() -> dict[str, int]:
    """What the process holds: objects, threads, and, where the system tells, open files and pages of memory."""
    gc.collect()
    found = {"objects": len(gc.get_objects()), "threads": threading.active_count()}
    if sys.platform == "linux":
        found["files"] = len(list(Path("/proc/self/fd").iterdir()))
        found["megabytes"] = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    return found


@pytest.mark.long
def test_memory_threads_and_files_stay_as_they_were(tmp_path):
    dice, ended, samples = random.Random("soak"), Counter(), []
    with installed(), made(tmp_path / "m", ACCOUNTS, hours=24 * 60, interval=timedelta(hours=1)) as province:
        world, market = province.world, province.market
        until = time.monotonic() + SECONDS
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
        warm, last = samples[len(samples) // 2], samples[-1]
        print(f"\n{len(samples)} rounds, {ended.total()} runs: {samples[0]} at first, {warm} half-way, {last} at the end")
    assert {RunOutcome.DONE, RunOutcome.LATER} <= set(ended)
    assert last["threads"] <= warm["threads"] + 1
    assert last["objects"] < warm["objects"] * 1.02 + 1500
    assert last.get("files", 0) <= warm.get("files", 0) + 2
    assert last.get("megabytes", 0) <= warm.get("megabytes", 0) + 8
