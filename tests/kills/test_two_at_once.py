"""Two processes that publish on one account of one market at the same time: real processes, a real socket."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ocop_market.model.clock import utc_now
from ocop_market.sandbox.server import serving
from ocop_market.testing.goods import PRODUCTS
from ocop_market.testing.trial import ACCOUNT, ADDRESS, Ground, Trial

ARTICLES = 3
BUSY = 5
APPLY = [sys.executable, "-c", "from ocop_market.cli.main import main; main()", "apply", ACCOUNT, "--yes", "--json"]
CREATES = {"shopee": "/api/v2/product/add_item", "tiki": "/integration/v2.1/requests"}


class Gate:
    """The practice server, which makes the first call to one path wait until the gate is opened."""

    def __init__(self, shop, path):
        self._shop, self._path = shop, path
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == self._path and not self.reached.is_set():
            self.reached.set()
            self.open.wait(240)
        return self._shop(environ, start_response)


@pytest.mark.long
@pytest.mark.parametrize("channel", ["shopee", "tiki"])
def test_of_two_processes_one_publishes_and_the_other_leaves_with_a_sentence(channel, tmp_path, monkeypatch):
    monkeypatch.setattr("ocop_market.testing.trial.NOW", utc_now())  # commands know no other time
    trial: Trial = Ground(channel, tmp_path / "blank").prepare().trial(tmp_path / "market", articles=ARTICLES)
    trial.market.close()
    gate = Gate(trial.server, CREATES[channel])
    with serving(gate) as url:
        settings = Path(trial.folder, "market.toml")
        settings.write_text(settings.read_text(encoding="utf-8").replace(ADDRESS, url), encoding="utf-8", newline="\n")
        command = [*APPLY, "--market", str(trial.folder)]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert gate.reached.wait(180), first.communicate(timeout=30)
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        gate.open.set()
        out, error = first.communicate(timeout=240)
    assert first.returncode == 0, error
    assert sum(json.loads(out)["outcomes"].values()) == ARTICLES
    assert second.returncode == BUSY, second.stderr
    assert json.loads(second.stdout)["error"]["code"] == "busy"
    assert [trial.server.count_listings(product.sku) for product in PRODUCTS[:ARTICLES]] == [1] * ARTICLES
    trial.server.close()
