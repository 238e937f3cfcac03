"""Windows cover a period without a hole and without an overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ocop_market.channels.windows import windows

NOW = datetime(2026, 9, 20, 5, 0, tzinfo=UTC)


@given(some.timedeltas(timedelta(microseconds=1), timedelta(days=900)), some.timedeltas(timedelta(days=1), timedelta(days=40)))
def test_windows_are_a_partition_of_the_period(length: timedelta, longest: timedelta) -> None:
    cut = list(windows(NOW, NOW + length, longest))
    assert (cut[0].start, cut[-1].end) == (NOW, NOW + length)
    assert all(before.end == after.start for before, after in pairwise(cut))
    assert all(timedelta(0) < window.end - window.start <= longest for window in cut)
    assert all(window.end - window.start == longest for window in cut[:-1])


@pytest.mark.parametrize("length", [timedelta(0), -timedelta(days=1)])
def test_an_empty_period_has_no_window(length: timedelta) -> None:
    assert list(windows(NOW, NOW + length, timedelta(days=15))) == []


@pytest.mark.parametrize("longest", [timedelta(0), -timedelta(days=1)])
def test_a_window_without_length_is_refused(longest: timedelta) -> None:
    with pytest.raises(ValueError, match="length"):
        list(windows(NOW, NOW + timedelta(days=1), longest))
