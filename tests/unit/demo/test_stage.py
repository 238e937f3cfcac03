"""A demo folder that was left in the middle of something."""

from datetime import timedelta

import pytest

from ocop_market.demo.shops import SHOPS
from ocop_market.demo.stage import MARKER, Stage, demo_list
from ocop_market.errors import SettingsError
from ocop_market.model.clock import utc_now
from ocop_market.store.leases import LIFE, Lease


@pytest.fixture
def folder(tmp_path):
    with Stage(tmp_path / "demo", months=14):
        pass
    return tmp_path / "demo"


@pytest.mark.parametrize("content", [
    "", "{", "[]", '{"ports": {}}', '{"first_day": "soon", "ports": {}}',
    '{"first_day": "2026-01-01", "products": "some", "ports": {}}'])
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


@pytest.mark.parametrize("rows", [1, 20, 60, 355])
def test_a_smaller_list_holds_different_rows_from_beginning_to_end_in_their_order(rows):
    heading, *whole = demo_list().splitlines()
    small_heading, *small = demo_list(rows).splitlines()
    places = [whole.index(row) for row in small]
    assert small_heading == heading
    assert len(places) == rows and places == sorted(set(places))
    assert places[-1] >= len(whole) - len(whole) / rows - 1


@pytest.mark.parametrize("rows", [None, 356, 10_000])
def test_the_whole_list_is_as_it_came(rows):
    assert demo_list(rows) == demo_list()
    assert len(demo_list().splitlines()) == 357


def test_a_smaller_demo_has_as_much_smaller_a_part_of_the_buyers_and_stays_so(tmp_path):
    counted = []
    for products in (40, None):  # the second time nobody says how many
        with Stage(tmp_path / "demo", months=14, products=products) as stage:
            stage.import_list()
            stage.open_shops()
            assert (stage.listed, len(stage.market.products())) == (40, 40)
            counted.append({name: history.per_day for name, history in stage.histories.items()})
    assert counted[0] == counted[1] == {name: pytest.approx(kind.per_day * 40 / 356) for name, kind in SHOPS.items()}
