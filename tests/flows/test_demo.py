"""The first command of the README, as a new user runs it: once, again, and broken off in the middle."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ocop_market.testing.canary import find_canary

pytestmark = pytest.mark.long

DEMO = [sys.executable, "-m", "ocop_market.cli.main", "demo", "shop", "--lang", "en"]
SHORT = ["--months", "14"]
OF_EVERY_KIND = [] if os.environ.get("OCOP_THOROUGH") else ["--products", "80"]
"""As few as hold something of all that is kept back; thoroughly, the whole list."""
FEW = ["--products", "20"]


def run_demo(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*DEMO, *SHORT, *more], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=280,
                          check=False, env={**os.environ, "PYTHONUTF8": "1"})


@pytest.fixture(scope="module")
def practised(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, run_demo(folder, *OF_EVERY_KIND)


def test_the_demo_ends_well_and_the_ledger_agrees_with_the_truth(practised):
    _, ran = practised
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "difference 0 ₫" in ran.stdout
    assert "The second pull changed nothing" in ran.stdout
    for reason in ("certificate lapsed", "alcohol", "tourism service", "papers missing"):
        assert reason in ran.stdout


def test_both_reports_are_there_and_marked_as_practice(practised):
    folder, _ = practised
    page = (folder / "shop" / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page and "made-up prices" in page
    assert (folder / "shop" / "report.xlsx").stat().st_size > 5000


def test_no_simulated_buyer_is_anywhere_but_in_the_tills_own_export(practised):
    folder, ran = practised
    shop = folder / "shop"
    looked_through = [path for path in shop.rglob("*") if path.is_file() and "tai-quay" not in path.name]
    assert len(looked_through) > 80
    assert find_canary(*looked_through, texts=[ran.stdout, ran.stderr]) == []
    assert find_canary(shop / "ban-hang-tai-quay.xlsx") != []


def test_stopped_in_the_middle_it_goes_on_and_run_a_third_time_doubles_nothing(tmp_path):
    if os.name == "nt":
        pytest.skip("Ctrl-C cannot be sent to one process alone on Windows")
    # a build server may start everything with Ctrl-C ignored, and children inherit that
    listening = ("import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
                 "from ocop_market.cli.main import main; main(sys.argv[1:])")
    started = subprocess.Popen([sys.executable, "-c", listening, *DEMO[3:], *SHORT, *FEW], cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
                               env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"})
    assert started.stdout is not None
    for line in started.stdout:
        if "to create" in line:  # in the middle of publishing
            break
    started.send_signal(signal.SIGINT)
    out, _ = started.communicate(timeout=60)
    assert started.returncode == 130, out
    assert "Traceback" not in out
    resumed = run_demo(tmp_path, "--json")
    body = json.loads(resumed.stdout)
    assert (body["agrees"], body["difference"], body["second_pull_same"]) == (True, 0, True)
    again = run_demo(tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Practice with 20 real OCOP products" in again.stdout, "the folder forgot how small it was"
    assert "0 new)" in again.stdout and "to create" not in again.stdout
    assert "difference 0 ₫" in again.stdout
