"""How often: read, written again the same, and always later than now; days and months are those of Viet Nam."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ocop_market.errors import SettingsError
from ocop_market.model.clock import VIETNAM
from sync_jobs.rhythm import Daily, Every, Monthly, Weekly, parse_rhythm

times = some.builds(time, some.integers(0, 23), some.integers(0, 59))
rhythms = some.one_of(
    some.builds(Every, some.integers(1, 60_000).map(lambda minutes: timedelta(minutes=minutes))), some.builds(Daily, times),
    some.builds(Weekly, some.integers(0, 6), times), some.builds(Monthly, some.integers(1, 31), times))
moments = some.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001  (given a zone here)


def vietnam(*parts):
    return datetime(*parts, tzinfo=VIETNAM)


@given(rhythms, moments)
def test_the_next_time_is_later_and_what_is_written_is_read_again(rhythm, moment):
    assert rhythm.after(moment) > moment
    assert parse_rhythm(str(rhythm)) == rhythm


@given(rhythms.filter(lambda rhythm: not isinstance(rhythm, Every)), moments)
def test_no_time_is_left_out_between_now_and_the_next(rhythm, moment):
    following = rhythm.after(moment)
    assert rhythm.after(following - timedelta(microseconds=1)) == following
    assert all(rhythm.after(moment + (following - moment) * part / 7) == following for part in range(7))


@pytest.mark.parametrize(("written", "now", "due"), [
    ("15m", vietnam(2026, 11, 1, 12), vietnam(2026, 11, 1, 12, 15)),
    ("daily 06:30", vietnam(2026, 11, 1, 6, 29), vietnam(2026, 11, 1, 6, 30)),
    ("daily 06:30", vietnam(2026, 11, 1, 6, 30), vietnam(2026, 11, 2, 6, 30)),
    ("daily 06:30", datetime(2026, 11, 1, 23, 0, tzinfo=UTC), vietnam(2026, 11, 2, 6, 30)),
    ("weekly sun 5h", vietnam(2026, 11, 1, 5), vietnam(2026, 11, 8, 5)),
    ("weekly monday 5:00", vietnam(2026, 11, 1, 5), vietnam(2026, 11, 2, 5)),
    ("monthly 31 06:00", vietnam(2027, 2, 1, 0), vietnam(2027, 2, 28, 6)),
    ("monthly last 06:00", vietnam(2028, 2, 28, 7), vietnam(2028, 2, 29, 6)),
    ("monthly 30 06:00", vietnam(2027, 1, 30, 6), vietnam(2027, 2, 28, 6)),
    ("monthly 1 00:00", datetime(2026, 12, 31, 16, 59, tzinfo=UTC), vietnam(2027, 1, 1)),
    ("monthly 1 00:00", datetime(2026, 12, 31, 17, 0, tzinfo=UTC), vietnam(2027, 2, 1)),
])
def test_days_weeks_and_months_are_those_of_viet_nam(written, now, due):
    assert parse_rhythm(written).after(now) == due


def test_off_is_no_rhythm():
    assert parse_rhythm("OFF") is None


@pytest.mark.parametrize("text", ["", "0m", "15", "15s", "9999d", "daily", "daily 25:00", "daily 6.30", "weekly t 06:00", "weekly 06:00",
                                  "monthly 0 06:00", "monthly 32 06:00", "monthly x 06:00", "1m 2m", "hourly"])
def test_anything_else_is_refused_with_examples(text):
    with pytest.raises(SettingsError) as refused:
        parse_rhythm(text)
    assert refused.value.code == "rhythm-unknown" and "daily 06:30" in refused.value.sentence("en")
