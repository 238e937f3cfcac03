"""Bad days are written in one word, and the same seed gives the same ones."""

from __future__ import annotations

import pytest

from ocop_market.sandbox.faults import Fault, FaultKind, Faults


@pytest.mark.parametrize(("text", "fault"), [
    ("rate-limit", Fault(FaultKind.RATE_LIMIT)),
    ("slow:0.25", Fault(FaultKind.SLOW, chance=0.25)),
    ("error-after:2", Fault(FaultKind.ERROR_AFTER, times=2)),
    ("error-after:1", Fault(FaultKind.ERROR_AFTER, times=1)),
    ("expired-token@/orders", Fault(FaultKind.EXPIRED_TOKEN, path="/orders")),
    ("out-of-order@/v2/orders?:0.5", Fault(FaultKind.OUT_OF_ORDER, path="/v2/orders?", chance=0.5)),
    ("duplicate-page:0", Fault(FaultKind.DUPLICATE_PAGE, chance=0.0)),
])
def test_a_fault_is_read_as_written(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", [
    "", "earthquake", "slow:", "slow:often", "slow:1.2.3", "slow:.", "slow@", "SLOW", "slow:-1", "slow 1",
])
def test_what_is_no_fault_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"KIND\[@PATH\]\[:NUMBER\]"):
        Fault.parse(text)


def test_a_counted_fault_strikes_so_often_and_no_more() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.RATE_LIMIT, times=2))
    assert [faults.take(FaultKind.RATE_LIMIT, "/x") is not None for _ in range(4)] == [True, True, False, False]
    assert faults.happened == {FaultKind.RATE_LIMIT: 2}


def test_a_fault_strikes_its_own_kind_and_path_only() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.SLOW, path="^/orders$"))
    assert faults.take(FaultKind.RATE_LIMIT, "/orders") is None
    assert faults.take(FaultKind.SLOW, "/orders/7") is None
    assert faults.take(FaultKind.SLOW, "/orders") is not None


def test_the_same_seed_gives_the_same_bad_day() -> None:
    def day(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(FaultKind.ERROR_BEFORE, chance=0.3))
        return [faults.take(FaultKind.ERROR_BEFORE, "/x") is not None for _ in range(200)]

    assert day(7) == day(7)
    assert day(7) != day(8)
    assert 30 < sum(day(7)) < 90


def test_cleared_faults_strike_no_more() -> None:
    faults = Faults()
    faults.add(Fault(FaultKind.SLOW))
    faults.clear()
    assert faults.take(FaultKind.SLOW, "/x") is None
