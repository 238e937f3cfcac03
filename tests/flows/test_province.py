"""A province for two days on a clock of its own: nothing is lost, tokens are renewed once, nobody stays behind.

`OCOP_PROVINCE=9000` follows so many accounts (`make province`); the ordinary run follows a few.
"""

import os
import time
from datetime import timedelta

import pytest

from sync_jobs.outcome import RunOutcome
from tests.province.platforms import installed
from tests.province.simulation import Findings, Province, made

ACCOUNTS = int(os.environ.get("OCOP_PROVINCE", "24"))
TICK = timedelta(minutes=5 if ACCOUNTS > 100 else 15)


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    began = time.monotonic(), time.process_time()
    with installed(), made(tmp_path_factory.mktemp("province") / "m", ACCOUNTS, tick=TICK) as followed:
        findings = followed.go()
        print(told(followed, findings, time.monotonic() - began[0], time.process_time() - began[1]))
        yield followed


def told(province: Province, findings: Findings, seconds: float, cpu: float) -> str:
    runs, orders = findings.runs.total(), sum(len(province.world.orders(account)) for account in province.accounts)
    return (f"\n{len(province.accounts)} accounts, {province.world.hours} hours: {runs} runs, {province.world.calls.total()} calls, "
            f"{orders} orders, {sum(province.world.renewed.values())} tokens renewed; behind at worst {max(findings.behind.values())}; "
            f"caught up {', '.join(f'{name} {after}' for name, after in findings.caught_up.items())}; "
            f"{seconds:.0f} s by the clock, {cpu:.0f} s of the processor, {1000 * cpu / runs:.1f} ms a run")


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
