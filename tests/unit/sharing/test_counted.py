"""Each day of each account counts once, whatever bundles came and in which order."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ocop_market.sharing.counted import Known, Standing, days_that_count

TODAY = date(2026, 11, 22)
FIRST = date(2026, 1, 1)


@st.composite
def bundles(draw):
    found = []
    for number in range(draw(st.integers(1, 6))):
        begins, length = draw(st.integers(0, 20)), draw(st.integers(0, 15))
        first = FIRST + timedelta(days=begins)
        found.append(Known(
            f"{number}", "htx", datetime(2026, 11, 1 + draw(st.integers(0, 9)), tzinfo=UTC), first, first + timedelta(days=length),
            TODAY + timedelta(days=draw(st.integers(-1, 1))), "days", datetime(2026, 11, 20, tzinfo=UTC),
            datetime(2026, 11, 21, tzinfo=UTC) if draw(st.integers(0, 4)) == 0 else None))
    return found


@given(bundles(), st.randoms(), st.sets(st.integers(0, 40)))
def test_each_day_counts_once_from_the_newest_bundle_that_holds(known, random, own):
    own_days = {"shop": {FIRST + timedelta(days=offset) for offset in own}}
    accounts = {one.digest: ["shop"] for one in known}
    found = days_that_count(known, accounts, own_days, TODAY)
    shuffled = random.sample(known, len(known))
    assert days_that_count(shuffled, accounts, own_days, TODAY) == found
    for offset in range(45):
        day = FIRST + timedelta(days=offset)
        telling = [one for one in known if one.standing(TODAY) is Standing.HOLDS and one.first_day <= day <= one.last_day]
        counting = [digest for (digest, _), days in found.items() if day in days.counted]
        newest = max(telling, key=lambda one: (one.made_at, one.digest), default=None)
        assert counting == ([newest.digest] if newest and day not in own_days["shop"] else [])
