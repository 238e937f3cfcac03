"""A platform that is down stops its own accounts only, and is tried by one of them before the others go on."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.kiotviet.sandbox import KiotVietSandbox
from connectors.shopee.sandbox import ShopeeSandbox
from ocop_market.accounts import keep_secrets
from ocop_market.errors import RetryLater
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store.circuits import FAILURES, LONGEST_REST, answered, did_not_answer, may_try, platforms_away
from ocop_market.store.engine import Store
from sync_jobs.lane import who_waits
from sync_jobs.runner import RunOutcome
from sync_jobs.schedule import due, pause
from sync_jobs.scheduler import see_what_is_due
from tests.conftest import START, FakeClock
from tests.databases import ON_BOTH
from tests.examples import examples

SHOPS = 8


@pytest.fixture
def sandboxes(clock):
    return {"kiotviet": KiotVietSandbox(clock=clock), "shopee": ShopeeSandbox(clock=clock)}


@pytest.fixture
def market(tmp_path, clock, sandboxes, database):
    folder, till, shop = tmp_path / "m", *(sandboxes[name].settings("http://practice.invalid") for name in ("kiotviet", "shopee"))
    new_market(folder, database=database)
    for n in range(SHOPS):
        add_account(folder, f"till-{n}", "kiotviet", {"start": clock.now.date(), **{k: v for k, v in till.items() if k != "client_secret"}})
    add_account(folder, "shop", "shopee", {"start": clock.now.date(), **{k: v for k, v in shop.items() if k != "partner_key"}})
    with open_market(folder, clock=clock, sleep=lambda seconds: None,
                     adapter=lambda account: WsgiAdapter(sandboxes["shopee" if account == "shop" else "kiotviet"])) as opened:
        for n in range(SHOPS):
            keep_secrets(opened.vault, f"till-{n}", {"client_secret": till["client_secret"]}, clock())
        keep_secrets(opened.vault, "shop", {"partner_key": shop["partner_key"]}, clock())
        opened.keep_tokens("shop", opened.connector("shop").exchange(sandboxes["shopee"].grant()))
        pause(opened, None)
        pause(opened, "pull-sales", paused=False)
        yield opened


def go_down(sandbox):
    sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, times=10_000))


def outcomes(reports):
    return Counter((report.account.partition("-")[0], report.outcome) for report in reports)


def test_a_platform_that_is_down_stops_its_accounts_only(market, sandboxes, clock):
    go_down(sandboxes["kiotviet"])
    first = outcomes(see_what_is_due(market))
    assert first["shop", RunOutcome.DONE] == 1
    assert FAILURES <= first["till", RunOutcome.LATER] < SHOPS, "the others are not even tried"
    clock.forward(seconds=20)
    assert see_what_is_due(market) == []
    clock.forward(minutes=16)
    again = outcomes(see_what_is_due(market))
    assert again["shop", RunOutcome.DONE] == 1
    assert again["till", RunOutcome.LATER] == 1, "one tries for all"


def test_while_it_is_tried_the_others_are_not_even_handed_out(market, sandboxes, clock):
    go_down(sandboxes["kiotviet"])
    see_what_is_due(market)
    clock.forward(minutes=16)
    waiting = [account for account in who_waits(market) if account != "shop"]
    assert len(waiting) == 1
    sandboxes["kiotviet"].faults.clear()
    see_what_is_due(market)
    assert len([account for account in who_waits(market) if account != "shop"]) == SHOPS - 1


@ON_BOTH
def test_once_one_account_came_through_all_go_on(market, sandboxes, clock):
    go_down(sandboxes["kiotviet"])
    see_what_is_due(market)
    sandboxes["kiotviet"].faults.clear()
    done = Counter()
    for _ in range(3):
        clock.forward(minutes=6)
        done += outcomes(see_what_is_due(market))
    assert done["till", RunOutcome.DONE] >= SHOPS
    assert "till" not in {account.partition("-")[0] for account, _ in due(market, clock())}


def test_a_shop_that_is_only_busy_stops_nobody_else(market, sandboxes, clock):
    sandboxes["kiotviet"].faults.add(Fault(FaultKind.RATE_LIMIT, times=10_000))
    reports = see_what_is_due(market)
    assert {report.outcome for report in reports if report.account != "shop"} == {RunOutcome.LATER}
    with market.store.reading() as connection:
        assert platforms_away(connection, clock()) == set()


def test_a_pause_that_a_platform_names_is_kept_by_every_process_and_by_that_shop_alone(market, sandboxes, clock):
    platform = sandboxes["kiotviet"]
    market.connector("till-0").check()
    market.connector("till-1").check()
    platform.faults.add(Fault(FaultKind.RATE_LIMIT, times=1, seconds=300))
    with pytest.raises(RetryLater) as told:
        market.connector("till-0").check()
    assert told.value.after == 300
    platform.record_calls = True
    with open_market(market.folder, clock=clock, sleep=lambda seconds: None, adapter=lambda _: WsgiAdapter(platform)) as elsewhere:
        clock.forward(seconds=200)
        with pytest.raises(RetryLater) as paused:
            elsewhere.connector("till-0").check()
        assert (paused.value.code, paused.value.after, platform.calls) == ("calls-paused", 100, [])
        assert elsewhere.connector("till-1").check()
        clock.forward(seconds=100)
        assert elsewhere.connector("till-0").check()


@examples(15)
@given(steps=some.lists(some.one_of(some.sampled_from(["fail", "answer", "try"]), some.floats(0, 400)), max_size=30))
def test_between_rests_one_tries_and_a_platform_that_answers_is_free_at_once(sqlite_file, tmp_path_factory, steps):
    path, clock, failures, tries, again = tmp_path_factory.mktemp("circuit") / "market.db", FakeClock(START), 0, 0, START
    path.write_bytes(sqlite_file.read_bytes())
    store = Store(path)
    with store.writing() as connection:
        for step in steps:
            if step == "fail":
                did_not_answer(connection, "p", clock())
                failures, tries = failures + 1, 0
            elif step == "answer":
                answered(connection, "p")
                failures = tries = 0
            elif step == "try":
                away, may = "p" in platforms_away(connection, clock()), may_try(connection, "p", clock())
                assert may is not away
                if failures < FAILURES:
                    assert may
                elif may:
                    tries += 1
                    assert tries == 1 or clock() >= again, "a second may try only when the first never came back"
                    again = clock() + LONGEST_REST
            else:
                clock.forward(seconds=step)
        clock.forward(seconds=LONGEST_REST.total_seconds())
        assert may_try(connection, "p", clock())
    store.close()
