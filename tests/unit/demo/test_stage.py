"""A demo folder that was left in the middle of something."""

from datetime import timedelta

import pytest

from ocop_market.demo.stage import MARKER, Stage
from ocop_market.errors import SettingsError
from ocop_market.model.clock import utc_now
from ocop_market.store.leases import LIFE, Lease


@pytest.fixture
def folder(tmp_path):
    with Stage(tmp_path / "demo", months=14):
        pass
    return tmp_path / "demo"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"ports": {}}', '{"first_day": "soon", "ports": {}}'])
def test_a_memory_that_was_cut_is_a_sentence_that_says_what_to_do(folder, content):
    (folder / MARKER).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="demo-damaged") as told:
        Stage(folder, months=14)
    assert str(folder) in told.value.sentence("en")


def test_the_memory_is_replaced_whole(folder):
    assert [path.name for path in folder.iterdir() if path.suffix == ".part"] == []


def test_waiting_for_a_run_that_was_killed_is_told(folder, monkeypatch):
    with Stage(folder, months=14) as stage:
        Lease(stage.market.store, "account:shopee", utc_now, LIFE).take()
    slept, told = [], []
    monkeypatch.setattr("ocop_market.demo.stage.time.sleep", slept.append)
    with Stage(folder, months=14, on_wait=told.append) as stage:
        assert told == [int(told[0])] and 0 < told[0] <= 61
        assert len(slept) == 1 and timedelta(seconds=slept[0] - 1) <= LIFE
