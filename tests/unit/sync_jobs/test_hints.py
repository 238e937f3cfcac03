"""Hints bring jobs forward, no more often than is of use, and are gone when a job has seen to them."""

from datetime import timedelta

import pytest

from ocop_market.accounts import keep_secrets
from ocop_market.channels.webhooks import EventPage, Hint, HintKind
from ocop_market.errors import RetryLater
from ocop_market.market import new_market, open_market
from ocop_market.settings import add_account
from ocop_market.store.hints import HINT_LIFE, due_hints, load_hints, save_hints, take_hints
from ocop_market.store.ledger import load_cursor
from ocop_market.store.schedule import Entry, add_entries, due_entries
from sync_jobs.hints import SPACING, STREAM, bring_forward, seen_to, waiting_for
from sync_jobs.jobs import JOBS
from sync_jobs.runner import RunOutcome, run
from sync_jobs.schedule import change, due, pause
from sync_jobs.scheduler import see_what_is_due
from tests.databases import ON_BOTH

ORDER = [Hint(HintKind.ORDERS, "A")]

pytestmark = ON_BOTH


@pytest.fixture
def market(tmp_path, clock, database, monkeypatch):
    new_market(tmp_path / "m", database=database)
    add_account(tmp_path / "m", "tiki", "tiki", {"client_id": "c"})
    for job, (_, role) in JOBS.items():
        monkeypatch.setitem(JOBS, job, (lambda *_: {}, role))
    with open_market(tmp_path / "m", clock=clock) as opened:
        keep_secrets(opened.vault, "tiki", {"client_secret": "x"}, clock())
        see_what_is_due(opened)
        yield opened


def tell(market, hints=ORDER):
    with market.store.writing() as connection:
        save_hints(connection, "tiki", hints, market.clock())


def waiting(market):
    with market.store.reading() as connection:
        return {(kind, at) for (_, kind), at in due_hints(connection, market.clock()).items()}


def jobs_due(market):
    return {job for _, job in due(market, market.clock())}


def test_a_hint_about_an_order_brings_the_pull_forward_and_nothing_else(market, clock):
    clock.forward(minutes=3)
    assert jobs_due(market) == set()
    tell(market)
    assert jobs_due(market) == {"pull-sales"}


def test_a_hint_about_a_listing_brings_the_look_at_reviews_forward(market, clock):
    clock.forward(minutes=3)
    tell(market, [Hint(HintKind.LISTINGS, "9")])
    assert jobs_due(market) == {"follow-up"}


def test_a_hint_about_the_consent_brings_a_look_at_the_login_forward(market, clock):
    clock.forward(minutes=3)
    tell(market, [Hint(HintKind.CONSENT)])
    assert jobs_due(market) == {"refresh-tokens"}


def test_a_hint_about_stock_of_any_account_brings_the_reading_of_stock_forward(market, clock):
    with market.store.writing() as connection:
        add_entries(connection, [Entry("", "read-stock", clock(), clock() + timedelta(minutes=30))])
    clock.forward(minutes=3)
    tell(market, [Hint(HintKind.STOCK, "5")])
    bring_forward(market, clock())
    with market.store.reading() as connection:
        assert [entry.key for entry in due_entries(connection, clock()) if not entry.account] == [("", "read-stock")]
    with market.store.reading() as connection:
        told = waiting_for(connection, "", "read-stock")
    seen_to(market, told)
    assert waiting(market) == set()


def test_a_job_that_is_paused_or_off_is_not_brought_forward(market, clock):
    pause(market, "pull-sales")
    change(market, "follow-up", "off")
    clock.forward(minutes=3)
    tell(market, [*ORDER, Hint(HintKind.LISTINGS, "9")])
    assert jobs_due(market) == set()


def test_hints_do_not_bring_a_job_forward_more_often_than_every_two_minutes(market, clock):
    starts = 0
    for _ in range(60):
        clock.forward(seconds=30)
        tell(market)
        starts += sum(report.job == "pull-sales" for report in see_what_is_due(market))
    assert starts == 30 * 60 // SPACING.total_seconds()


def test_a_run_that_came_to_its_end_has_seen_to_its_hints(market, clock):
    clock.forward(minutes=3)
    tell(market)
    see_what_is_due(market)
    assert waiting(market) == set()
    clock.forward(minutes=3)
    assert "pull-sales" not in jobs_due(market)


def test_a_hint_that_comes_during_a_run_stays_for_the_next(market, clock, monkeypatch):
    def work(*_):
        clock.forward(seconds=5)
        tell(market, [*ORDER, Hint(HintKind.ORDERS, "B")])
        return {}

    clock.forward(minutes=3)
    tell(market, [*ORDER, Hint(HintKind.ORDERS, "C")])
    monkeypatch.setitem(JOBS, "pull-sales", (work, JOBS["pull-sales"][1]))
    run(market, "pull-sales", "tiki")
    with market.store.reading() as connection:
        assert {one.subject for one in load_hints(connection, "tiki", [HintKind.ORDERS])} == {"A", "B"}
    clock.forward(minutes=3)
    assert "pull-sales" in jobs_due(market)


def test_a_run_that_failed_leaves_the_hints_and_waits_for_its_time(market, clock, monkeypatch):
    def away(*_):
        raise RetryLater

    monkeypatch.setitem(JOBS, "pull-sales", (away, JOBS["pull-sales"][1]))
    clock.forward(minutes=3)
    tell(market)
    for _ in range(3):
        assert run(market, "pull-sales", "tiki").outcome is RunOutcome.LATER
    clock.forward(minutes=3)
    assert waiting(market) and "pull-sales" not in jobs_due(market), "a platform that is down is not asked at every tick"
    clock.forward(minutes=12)
    assert "pull-sales" in jobs_due(market)


def test_a_hint_that_nobody_took_for_a_week_counts_no_more(market, clock):
    tell(market)
    clock.forward(seconds=HINT_LIFE.total_seconds())
    assert waiting(market) == set()


def test_many_hints_are_taken_at_once(market):
    tell(market, [Hint(HintKind.ORDERS, str(number)) for number in range(1_000)])
    with market.store.writing() as connection:
        take_hints(connection, load_hints(connection, "tiki", [HintKind.ORDERS]))
        assert load_hints(connection, "tiki", [HintKind.ORDERS]) == []


def test_a_queue_is_read_to_its_end_and_each_batch_is_kept_with_its_cursor(market, monkeypatch):
    from sync_jobs.hints import read_events

    pages = {None: EventPage((Hint(HintKind.ORDERS, "A"),), {"ack": 1}, more=True),
             1: EventPage((Hint(HintKind.ORDERS, "B"),), {"ack": 2}, more=True)}
    asked = []

    def pull_events(_, cursor):
        asked.append(cursor and cursor["ack"])
        if asked[-1] == 2:
            raise RetryLater
        return pages[asked[-1]]

    monkeypatch.setattr(type(market.connector("tiki")), "pull_events", pull_events)
    for _ in range(2):
        with pytest.raises(RetryLater):
            read_events(market, "tiki")
    assert asked == [None, 1, 2, 2], "what was kept is acknowledged, and nothing before it is read again"
    with market.store.reading() as connection:
        assert load_cursor(connection, "tiki", STREAM) == {"ack": 2}
        assert {one.subject for one in load_hints(connection, "tiki", [HintKind.ORDERS])} == {"A", "B"}
