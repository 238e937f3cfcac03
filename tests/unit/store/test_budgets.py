"""Calls are spread as the budgets say, over all processes: shops keep to their own and share the app's."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ocop_market.store.budgets import Allowance, SharedBudget
from ocop_market.store.engine import Store
from tests.conftest import FakeClock
from tests.databases import ON_BOTH
from tests.examples import examples

pytestmark = ON_BOTH

SHOP = Allowance("shop", 2.0, burst=4)


def budget(store, clock, account="a", shop=SHOP, app=None, together=1):
    return SharedBudget(store, clock, account, shop, app, together=together)


def test_a_burst_goes_at_once_and_the_rest_is_spread(store, clock):
    one = budget(store, clock)
    assert [one.take() for _ in range(6)] == [0.0, 0.0, 0.0, 0.0, 0.5, 1.0]


def test_processes_share_one_budget_and_accounts_have_their_own(store, clock):
    first, second, other = budget(store, clock), budget(store, clock), budget(store, clock, "b")
    assert [one.take() for one in (first, second) * 3] == [0.0, 0.0, 0.0, 0.0, 0.5, 1.0]
    assert other.take() == 0.0


def test_a_pause_makes_the_burst_whole_again_but_no_more(store, clock):
    one = budget(store, clock)
    for _ in range(5):
        clock.forward(seconds=one.take())
    clock.forward(hours=1)
    assert [one.take() for _ in range(5)] == [0.0] * 4 + [0.5]


def test_calls_booked_together_cost_one_transaction_and_lapse(store, clock, monkeypatch):
    one, writes, writing = budget(store, clock, together=2), [], store.writing

    def counted(**options):
        writes.append(1)
        return writing(**options)

    monkeypatch.setattr(store, "writing", counted)
    assert [one.take() for _ in range(4)] == [0.0] * 4
    assert len(writes) == 2
    clock.forward(seconds=0.5)
    one.take()
    clock.forward(seconds=60)
    one.take()
    assert len(writes) == 4


@pytest.mark.parametrize("together", [1, 2])
@examples(12)
@given(moves=some.lists(some.tuples(some.integers(0, 1), some.floats(0, 3)), min_size=1, max_size=40))
def test_no_second_holds_more_calls_than_rate_and_burst_allow(sqlite_file, tmp_path_factory, together, moves):
    path, clock, made = tmp_path_factory.mktemp("budgets") / "market.db", FakeClock(), []
    path.write_bytes(sqlite_file.read_bytes())
    store = Store(path)
    processes = [budget(store, clock, together=together) for _ in range(2)]
    for who, pause in moves:
        clock.forward(seconds=pause)
        clock.forward(seconds=processes[who].take())
        made.append(clock.now)
    for first, start in enumerate(made):
        for last in range(first, len(made)):
            booked_ahead = 2 * (together - 1)
            allowed = SHOP.burst + booked_ahead + SHOP.per_second * (made[last] - start).total_seconds()
            assert last - first + 1 <= allowed + 1e-3
    store.close()


def test_many_threads_book_each_call_once(store, clock):
    one, waits = budget(store, clock, shop=Allowance("shop", 10.0, burst=1)), []
    threads = [threading.Thread(target=lambda: waits.append(one.take())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [round(wait, 3) for wait in sorted(waits)] == [n / 10 for n in range(8)]


def test_a_pause_that_a_platform_asked_for_holds_in_every_process(store, clock):
    first, second, other = budget(store, clock, together=2), budget(store, clock), budget(store, clock, "b")
    first.take()
    first.rest(90)
    assert (first.pause(), second.pause(), second.take(), other.pause(), other.take()) == (90, 90, 90, 0, 0)
    first.rest(10)
    assert second.pause() == 90
    clock.forward(seconds=90)
    assert (second.pause(), second.take()) == (0.0, 0.0)


def test_an_app_is_shared_by_its_shops_and_the_busy_one_leaves_the_others_their_part(store, clock):
    app = Allowance("app:shop", 4.0, burst=4)
    busy, quiet = (budget(store, clock, name, Allowance("shop", 100.0, burst=100), app) for name in "ab")
    quiet.take()
    made = {"a": 0, "b": 0}
    ends = clock.now + timedelta(seconds=30)
    due = {"a": clock.now, "b": clock.now}
    while clock.now < ends:
        name = min(due, key=due.__getitem__)
        clock.now = max(clock.now, due[name])
        due[name] = clock.now + timedelta(seconds=(busy if name == "a" else quiet).take())
        made[name] += 1
    assert sum(made.values()) <= 4 * 30 + 12
    assert abs(made["a"] - made["b"]) <= 4


def test_a_shop_alone_has_the_whole_app(store, clock):
    app = Allowance("app:shop", 4.0, burst=4)
    alone, begun = budget(store, clock, "a", Allowance("shop", 100.0, burst=100), app), clock.now
    for _ in range(44):
        clock.forward(seconds=alone.take())
    assert clock.now - begun == timedelta(seconds=10)


def test_what_a_clock_that_was_ahead_left_holds_nobody_back(store, clock):
    one = budget(store, clock)
    clock.forward(days=400)
    one.take()
    one.rest(60)
    clock.forward(days=-400)
    assert (one.pause(), one.take()) == (0.0, 0.0)
