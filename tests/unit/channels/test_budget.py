"""Calls are spread as the budget says."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as some

from ocop_market.channels.budget import Budget


class Clock:
    """Seconds that pass only when slept or told."""

    def __init__(self, at: float = 1_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_without_a_bound_nothing_waits() -> None:
    assert [Budget().take() for _ in range(1_000)] == [0.0] * 1_000


def test_a_burst_goes_at_once_and_the_rest_is_spread() -> None:
    budget = Budget(2.0, burst=3, now=Clock())
    assert [budget.take() for _ in range(6)] == [0.0, 0.0, 0.0, 0.5, 1.0, 1.5]


def test_a_pause_makes_the_burst_whole_again_but_no_more() -> None:
    clock = Clock()
    budget = Budget(2.0, burst=3, now=clock)
    for _ in range(5):
        budget.wait(clock.sleep)
    clock.at += 3_600
    assert [budget.take() for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


@given(some.floats(0.5, 20), some.integers(1, 12), some.lists(some.floats(0, 3), min_size=1, max_size=60))
def test_no_second_holds_more_calls_than_rate_and_burst_allow(rate: float, burst: int, pauses: list[float]) -> None:
    clock, made = Clock(), list[float]()
    budget = Budget(rate, burst=burst, now=clock)
    for pause in pauses:
        clock.at += pause
        budget.wait(clock.sleep)
        made.append(clock.at)
    for first, start in enumerate(made):
        for last in range(first, len(made)):
            assert last - first + 1 <= burst + rate * (made[last] - start) + 1e-6


def test_many_threads_book_each_call_once() -> None:
    budget, waits = Budget(10.0, burst=1, now=Clock()), list[float]()
    threads = [threading.Thread(target=lambda: waits.append(budget.take())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert [round(wait, 6) for wait in sorted(waits)] == [round(n / 10, 6) for n in range(20)]
