"""What is wrong is found from facts alone, once, with the next step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ocop_market.health.checks import Severity, find_troubles, spoken
from ocop_market.health.facts import AccountFacts, MarketFacts
from ocop_market.language import use_language
from tests.conftest import START as NOW

WELL = AccountFacts("shop", pulls=True, complete_to=NOW - timedelta(minutes=20), pull_started=NOW - timedelta(minutes=20),
                    pull_outcome="done", consent_until=NOW + timedelta(days=25), on_sale=5, without_stock=1,
                    clock_ahead=timedelta(seconds=1))
MARKET = MarketFacts(NOW, (WELL,), products=3, last_run=NOW - timedelta(minutes=1), disk_free=50_000_000_000, database_size=1_000_000,
                     last_backup=NOW - timedelta(days=1))


@pytest.fixture(autouse=True)
def _english():
    use_language("en")


def codes(facts):
    return [one.problem.code for one in find_troubles(facts)]


def of_account(**changes):
    return codes(replace(MARKET, accounts=(replace(WELL, **changes),)))


def test_a_market_that_is_well_has_no_troubles():
    assert find_troubles(MARKET) == []


@pytest.mark.parametrize(("changes", "expected"), [
    ({"complete_to": NOW - timedelta(hours=3, seconds=1)}, ["silent-shop"]),
    ({"complete_to": NOW - timedelta(hours=3)}, []),
    ({"complete_to": None, "pull_outcome": "failed"}, ["never-pulled"]),
    ({"complete_to": None, "pull_outcome": "running"}, []),
    ({"complete_to": None, "pull_started": None, "pull_outcome": ""}, []),
    ({"complete_to": NOW - timedelta(days=9), "pull_outcome": "needs-login"}, ["needs-login"]),
    ({"complete_to": NOW - timedelta(days=9), "pulls": False}, []),
    ({"consent_until": NOW + timedelta(days=7)}, ["consent-ends"]),
    ({"consent_until": NOW + timedelta(days=7, seconds=1)}, []),
    ({"consent_until": NOW - timedelta(days=1)}, []),
    ({"waiting_orders": 2}, ["orders-wait"]), ({"unknown_goods": 1}, ["unknown-goods"]), ({"untrue_stars": 1}, ["untrue-stars"]),
    ({"without_stock": 5}, ["no-stock"]), ({"on_sale": 2, "without_stock": 2}, []), ({"on_sale": 0, "without_stock": 0}, []),
    ({"refused_calls": 20}, ["forged-calls"]), ({"refused_calls": 19}, []), ({"lost_calls": 1}, ["lost-calls"])])
def test_an_account_is_judged_at_its_limits(changes, expected):
    assert of_account(**changes) == expected


@pytest.mark.parametrize(("changes", "expected"), [
    ({"last_run": NOW - timedelta(hours=1, seconds=1)}, ["schedule-silent"]), ({"last_run": None}, []),
    ({"last_backup": None}, ["backup-missing"]), ({"last_backup": None, "has_file": False}, []),
    ({"last_backup": NOW - timedelta(days=8)}, ["backup-old"]), ({"damage": ("row 3 missing",)}, ["database-damaged"]),
    ({"disk_free": 999_999_999}, ["disk-full"]), ({"disk_free": 2_999_999_999, "database_size": 1_000_000_000}, ["disk-full"]),
    ({"disk_free": None, "database_size": None}, [])])
def test_the_market_is_judged_at_its_limits(changes, expected):
    assert codes(replace(MARKET, **changes)) == expected


def test_an_empty_market_needs_no_backup():
    assert codes(MarketFacts(NOW, disk_free=5_000_000_000)) == []


@pytest.mark.parametrize(("seconds", "expected"), [
    ((-400, -410, 0), "6 minutes behind"), ((400, 410, 420), "6 minutes ahead of"), ((121,), "2 minutes ahead of"), ((120,), "")])
def test_the_clock_is_judged_by_the_middle_of_what_the_platforms_say(seconds, expected):
    accounts = tuple(replace(WELL, name=f"shop-{i}", clock_ahead=timedelta(seconds=one)) for i, one in enumerate(seconds))
    told = " ".join(one.problem.sentence() for one in find_troubles(replace(MARKET, accounts=accounts)))
    assert (expected in told) if expected else told == ""


def test_one_platform_with_a_wrong_clock_does_not_make_ours_wrong():
    wrong = tuple(replace(WELL, name=f"shop-{i}", clock_ahead=timedelta(hours=2 if i == 0 else 0)) for i in range(3))
    assert codes(replace(MARKET, accounts=wrong)) == []


def test_a_silent_shop_is_told_with_the_reason_of_its_last_run():
    (one,) = find_troubles(replace(MARKET, accounts=(
        replace(WELL, complete_to=NOW - timedelta(hours=5), pull_outcome="later", pull_reason="Shopee cannot be reached."),)))
    assert one.problem.sentence() == "Shop shop: no sales for 5 hours, because Shopee cannot be reached. Run: ocop-market pull shop"


def test_what_stops_work_comes_first():
    accounts = (replace(WELL, name="a", unknown_goods=1), replace(WELL, name="b", untrue_stars=1))
    found = find_troubles(replace(MARKET, accounts=accounts, last_backup=None))
    assert [one.severity for one in found] == [Severity.STOPS, Severity.WARNS, Severity.WARNS]
    assert len({one.key for one in found}) == 3


@pytest.mark.parametrize(("time", "expected"), [
    (timedelta(seconds=30), "0 minutes"), (timedelta(minutes=59), "59 minutes"), (timedelta(hours=47), "47 hours"),
    (timedelta(days=2), "2 days")])
def test_lengths_of_time_are_told_in_one_unit(time, expected):
    assert spoken(time) == expected
