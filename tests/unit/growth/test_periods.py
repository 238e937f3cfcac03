"""Which days are compared: like parts only, whole months with whole months, Tết with Tết."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.errors import SettingsError
from ocop_market.growth.compare import Period
from ocop_market.growth.periods import Against, Span, around, month_shifted, months_of, named, pair
from ocop_market.model.lunar import TET, feast_days

LATER = date(2041, 1, 1)


def days(*ends: str) -> Period:
    return Period(*map(date.fromisoformat, ends))


@pytest.mark.parametrize(("text", "start", "end"), [
    ("2026", "2026-01-01", "2026-12-31"), ("2026-H2", "2026-07-01", "2026-12-31"), ("2026-q3", "2026-07-01", "2026-09-30"),
    ("2024-02", "2024-02-01", "2024-02-29")])
def test_a_period_is_written_by_its_name(text, start, end):
    assert named(text) == days(start, end)


@pytest.mark.parametrize("text", ["26", "2026-H3", "2026-Q5", "2026-13", "2026-00", "quý 3", ""])
def test_what_is_no_period_is_a_sentence(text):
    with pytest.raises(SettingsError, match="no-period"):
        named(text)


@pytest.mark.parametrize(("span", "start", "end"), [
    (Span.MONTH, "2026-08-01", "2026-08-31"), (Span.QUARTER, "2026-07-01", "2026-09-30"), (Span.HALF, "2026-07-01", "2026-12-31"),
    (Span.YEAR, "2026-01-01", "2026-12-31"), (Span.TO_DATE, "2026-01-01", "2026-12-31"), (Span.ROLLING, "2025-08-15", "2026-08-14")])
def test_the_period_round_a_day(span, start, end):
    assert around(span, date(2026, 8, 14)) == days(start, end)


@pytest.mark.parametrize(("whole", "against", "last", "now", "before"), [
    ("2026-07", Against.PERIOD_BEFORE, LATER, ("2026-07-01", "2026-07-31"), ("2026-06-01", "2026-06-30")),
    ("2026-07", Against.PERIOD_BEFORE, date(2026, 7, 14), ("2026-07-01", "2026-07-14"), ("2026-06-01", "2026-06-14")),
    ("2026-03", Against.PERIOD_BEFORE, date(2026, 3, 30), ("2026-03-01", "2026-03-28"), ("2026-02-01", "2026-02-28")),
    ("2026-Q1", Against.PERIOD_BEFORE, date(2026, 2, 28), ("2026-01-01", "2026-02-28"), ("2025-10-01", "2025-11-30")),
    ("2026", Against.YEAR_BEFORE, date(2026, 5, 30), ("2026-01-01", "2026-05-30"), ("2025-01-01", "2025-05-30")),
    ("2025-02", Against.YEAR_BEFORE, LATER, ("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
    ("2024-02", Against.YEAR_BEFORE, date(2024, 2, 28), ("2024-02-01", "2024-02-28"), ("2023-02-01", "2023-02-28")),
    ("2026-H1", Against.PERIOD_BEFORE, LATER, ("2026-01-01", "2026-06-30"), ("2025-07-01", "2025-12-31")),
    ("2026-Q1", Against.TET, LATER, ("2026-01-01", "2026-03-31"), ("2024-12-13", "2025-03-12"))])
def test_what_a_period_is_held_against(whole, against, last, now, before):
    found = pair(named(whole), against, last)
    assert (found.now, found.before) == (days(*now), days(*before))


@given(st.sampled_from([1, 3, 6, 12]), st.integers(0, 240), st.integers(0, 400),
       st.sampled_from([Against.YEAR_BEFORE, Against.PERIOD_BEFORE]))
def test_a_part_is_never_held_against_another_part(length, offset, gone_by, against):
    first = month_shifted(date(2016, 1, 1), offset // length * length)
    whole = Period(first, month_shifted(first, length) - timedelta(days=1))
    found = pair(whole, against, first + timedelta(days=gone_by))
    assert months_of(found.now) == months_of(found.before)
    assert found.before.start == month_shifted(first, -12 if against is Against.YEAR_BEFORE else -length)
    ends = found.now.end, found.before.end
    both_close_a_month = all(end.day == monthrange(end.year, end.month)[1] for end in ends)
    assert both_close_a_month or ends[0].day == ends[1].day
    assert found.before.end < found.now.start and found.now.end <= first + timedelta(days=gone_by)
    assert found.partial == (found.now != whole)


@given(st.sampled_from(TET[1:]), st.integers(-80, 60), st.integers(1, 184))
def test_in_aligned_periods_tet_lies_on_the_same_day(tet, offset, length):
    now = Period(tet + timedelta(days=offset), tet + timedelta(days=offset + length - 1))
    if all(tet - now.end > timedelta(45) or now.start - tet > timedelta(45) for tet in TET):
        with pytest.raises(SettingsError, match="no-tet-near"):
            pair(now, Against.TET, LATER)
        return
    found = pair(now, Against.TET, LATER)
    assert (found.before.days, found.feast_before) == (found.now.days, found.feast_now)
    assert found.before.end < found.now.start


@pytest.mark.parametrize(("period", "code"), [("2026-08", "no-tet-near"), ("2026", "period-too-long-for-tet")])
def test_where_tet_cannot_be_aligned_a_sentence_says_so(period, code):
    with pytest.raises(SettingsError, match=code):
        pair(named(period), Against.TET, LATER)


def test_a_period_in_the_future_is_a_sentence():
    with pytest.raises(SettingsError, match="period-not-begun"):
        pair(named("2027"), Against.YEAR_BEFORE, date(2026, 11, 22))


def test_a_january_with_more_of_the_weeks_before_tet_is_told():
    january = pair(named("2026-01"), Against.YEAR_BEFORE, LATER)
    assert (january.feast_now, january.feast_before, january.unlike_feast) == (12, 29, True)
    assert not pair(named("2026"), Against.YEAR_BEFORE, LATER).unlike_feast


def test_free_days_are_held_against_as_many_days_just_before():
    free = days("2026-03-10", "2026-03-19")
    assert pair(free, Against.PERIOD_BEFORE, LATER).before == days("2026-02-28", "2026-03-09")
    assert pair(free, Against.PERIOD_BEFORE, date(2026, 3, 12)).before == days("2026-02-28", "2026-03-02")
    assert pair(free, Against.YEAR_BEFORE, LATER).before == days("2025-03-10", "2025-03-19")


def test_every_year_from_2015_to_2040_has_one_tet_between_its_bounds():
    assert [tet.year for tet in TET] == list(range(2015, 2041))
    assert all((1, 21) <= (tet.month, tet.day) <= (2, 20) for tet in TET)
    assert {(later - tet).days for tet, later in pairwise(TET)} <= {353, 354, 355, 383, 384, 385}
    assert feast_days(date(2026, 1, 20), date(2026, 2, 17)) == 29


@pytest.mark.parametrize(("start", "end", "before"), [
    ("2025-02-01", "2025-02-28", ("2024-02-01", "2024-02-29")), ("2024-02-01", "2024-02-29", ("2023-02-01", "2023-02-28")),
    ("2025-02-10", "2025-02-28", ("2024-02-10", "2024-02-28")), ("2024-03-01", "2025-02-28", ("2023-03-01", "2024-02-29"))])
def test_whole_months_a_year_before_are_whole_months(start, end, before):
    assert days(start, end).a_year_before() == days(*before)
