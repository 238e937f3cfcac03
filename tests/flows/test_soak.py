"""Hours of syncing with faults leave nothing behind. `OCOP_SOAK=600` goes on for so many seconds (`make soak`); else a few."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sync_jobs.outcome import RunOutcome

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_memory_threads_and_files_stay_as_they_were(tmp_path):
    done = subprocess.run([sys.executable, "-m", "tests.province.soak", str(tmp_path), os.environ.get("OCOP_SOAK", "5")], cwd=ROOT,
                          stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    found = json.loads(done.stdout)
    print(f"\n{found}")
    warm, last = found["warm"], found["last"]
    assert {RunOutcome.DONE, RunOutcome.LATER} <= set(found["ends"])
    assert last["threads"] <= warm["threads"] + 1
    assert last["objects"] < warm["objects"] * 1.02 + 1500
    assert last.get("files", 0) <= warm.get("files", 0) + 2
    assert last.get("megabytes", 0) <= warm.get("megabytes", 0) + 8
