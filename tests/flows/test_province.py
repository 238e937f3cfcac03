"""A few shops of a province for two days on a clock of its own: nothing is lost, tokens are renewed once, nobody stays behind.

`make province` follows all 9,000.
"""

import time
from datetime import timedelta

import pytest

from sync_jobs.outcome import RunOutcome
from tests.province.platforms import installed
from tests.province.simulation import made, told

ACCOUNTS = 16
TICK = timedelta(minutes=15)


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    began = time.monotonic(), time.process_time()
    with installed(), made(tmp_path_factory.mktemp("province") / "m", ACCOUNTS, tick=TICK) as followed:
        followed.go()
        print(told(followed, time.monotonic() - began[0], time.process_time() - began[1]))
        yield followed


@pytest.mark.long
def test_every_order_of_the_truth_is_in_the_ledger(province):
    assert sum(len(province.world.orders(account)) for account in province.accounts) > 2 * ACCOUNTS
    assert province.missing() == []


@pytest.mark.long
def test_no_token_was_used_twice_or_renewed_before_its_end(province):
    assert province.world.faults == []
    assert all(count > 1 for count in province.world.renewed.values())


@pytest.mark.long
def test_nobody_was_more_than_twice_the_interval_behind_and_after_an_outage_all_catch_up_within_one(province):
    found = province.findings
    assert set(found.caught_up) == {"outage of bazaar", "outage of counter", "sleep"}
    assert max(found.caught_up.values()) <= province.interval
    assert max(found.behind.values()) <= 2 * province.interval


@pytest.mark.long
def test_every_run_ended_in_a_way_that_the_story_explains(province):
    assert province.findings.broken == []
    ended = {outcome for _, outcome in province.findings.runs}
    assert ended == {RunOutcome.DONE, RunOutcome.LATER, RunOutcome.NEEDS_LOGIN, RunOutcome.BUSY} or ended == {
        RunOutcome.DONE, RunOutcome.LATER, RunOutcome.NEEDS_LOGIN}
