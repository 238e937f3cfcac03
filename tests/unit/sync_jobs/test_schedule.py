"""The schedule in the market's own table: set, paused, handed out once, planned from the present."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from ocop_market.errors import NeedsLogin, RetryLater, SettingsError, UnexpectedAnswer
from ocop_market.market import new_market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.publishing.plan import PlanError
from ocop_market.settings import add_account
from ocop_market.store.engine import Store
from ocop_market.store.schedule import CLAIM, Entry, claim, due_entries, load_entries, save_entries
from ocop_market.store.tables.listings import outbox
from sync_jobs import jobs
from sync_jobs.jobs import JOBS
from sync_jobs.outcome import RunOutcome
from sync_jobs.runner import run
from sync_jobs.schedule import LAST_RETRY, after_run, change, due, due_now, next_time, pause, planned, shown, without_idle
from sync_jobs.scheduler import Dispatcher, see_what_is_due
from tests.conftest import START
from tests.databases import ON_BOTH

pytestmark = ON_BOTH

ACCOUNT = {"channel": "shopee", "partner_id": 1, "shop_id": 2, "partner_key": "x"}


@pytest.fixture
def ran(monkeypatch):
    """Names of what was run instead of the jobs themselves; what is put into `errors` is raised once."""
    names, errors = [], {}

    def instead(job):
        def work(market, account, watch=None):
            names.append((account, job))
            if (account, job) in errors:
                raise errors.pop((account, job))
            return {}
        return work

    for job, (_, role) in JOBS.items():
        monkeypatch.setitem(JOBS, job, (instead(job), role))
    return type("Ran", (), {"names": names, "errors": errors})


@pytest.fixture
def market(tmp_path, clock, database):
    folder = tmp_path / "m"
    new_market(folder, database=database)
    for name in ("a", "b"):
        add_account(folder, name, "shopee", {key: value for key, value in ACCOUNT.items() if key != "channel"})
    with open_market(folder, clock=clock, sleep=lambda seconds: None) as opened:
        yield opened


def entry(market, account, job):
    with market.store.reading() as connection:
        return load_entries(connection, account, job)[0]


def only(market, job):
    """Pauses all jobs but one."""
    pause(market, None)
    pause(market, job, paused=False)


def test_each_account_gets_the_jobs_of_its_channel_and_publishing_stays_off(market, ran):
    keys = set(due(market, market.clock()))
    assert {job for account, job in keys if account == "a"} == {"refresh-tokens", "pull-sales", "finish-changes", "follow-up"} & {
        job for job in JOBS if job in jobs.jobs_of("shopee")}
    assert entry(market, "a", "publish").next_due is None
    change(market, "publish", "daily 05:00", ["a"])
    assert entry(market, "a", "publish").next_due.astimezone(VIETNAM).hour == 5
    assert entry(market, "b", "publish").next_due is None


def test_what_another_process_changes_counts_at_the_next_tick(market, ran, clock):
    only(market, "pull-sales")
    with Dispatcher(market) as dispatcher:
        for lane in dispatcher.tick():
            lane.result()
        with open_market(market.folder, clock=clock) as elsewhere:
            change(elsewhere, "pull-sales", "2h", ["a"])
            pause(elsewhere, "pull-sales", ["b"])
            add_account(market.folder, "c", "shopee", {key: value for key, value in ACCOUNT.items() if key != "channel"})
        clock.forward(minutes=30)
        ran.names.clear()
        for lane in dispatcher.tick():
            lane.result()
        assert {account for account, _ in ran.names} == {"c"}
        clock.forward(minutes=100)
        ran.names.clear()
        for lane in dispatcher.tick():
            lane.result()
        assert ("a", "pull-sales") in ran.names and ("b", "pull-sales") not in ran.names


def test_an_account_taken_out_of_the_settings_leaves_the_schedule(market, ran):
    shown(market)
    file = market.folder / "market.toml"
    file.write_text(file.read_text("utf-8").partition('[accounts."b"]')[0], "utf-8")
    market.reread_settings()
    assert {one.account for one in shown(market)} == {"", "a"}


def test_settings_with_a_mistake_are_left_as_they_were_until_they_are_right(market, ran, caplog):
    with (market.folder / "market.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[broken")
    assert see_what_is_due(market)
    assert "the settings are left as they were" in caplog.text


def test_after_a_long_sleep_a_job_runs_once_and_then_at_its_time(market, ran, clock):
    only(market, "publish")
    change(market, "publish", "daily 06:30", ["a"], jitter_minutes=0)
    clock.forward(days=40)
    assert [report.job for report in see_what_is_due(market)] == ["publish"]
    assert see_what_is_due(market) == []
    assert (entry(market, "a", "publish").next_due - clock()) <= timedelta(days=1)


def test_a_clock_that_was_ahead_holds_no_job_back(market, ran, clock):
    change(market, "publish", "monthly 1 06:00", ["a"])
    clock.forward(days=900)
    see_what_is_due(market)
    clock.forward(days=-900)
    again = set(due(market, clock()))
    assert ("a", "pull-sales") in again
    assert entry(market, "a", "publish").next_due - clock() < timedelta(days=32)


def test_accounts_are_drawn_apart_and_each_keeps_its_place(clock):
    entries = [Entry(f"shop-{n}", "pull-sales", clock(), clock(), rhythm="daily 06:30", jitter_minutes=60) for n in range(200)]
    times = [next_time(one, START) for one in entries]
    assert max(times) - min(times) > timedelta(minutes=50)
    assert all(next_time(one, first) - first == timedelta(days=1) for one, first in zip(entries, times, strict=True))
    assert {moment.astimezone(VIETNAM).hour for moment in times} == {6, 7}


def test_a_job_is_handed_out_once_to_many_who_ask(market, ran, clock):
    (waiting,) = [one for one in shown(market) if one.key == ("a", "pull-sales")]
    barrier, got = threading.Barrier(4), []

    def ask():
        mine = Store(market.store.address)
        barrier.wait(10)
        with mine.writing() as connection:
            got.append(claim(connection, waiting, clock()))
        mine.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, False, True]


def test_a_job_whose_runner_was_killed_is_handed_out_again(market, ran, clock):
    (waiting,) = [one for one in shown(market) if one.key == ("a", "pull-sales")]
    with market.store.writing() as connection:
        assert claim(connection, waiting, clock())
    assert ("a", "pull-sales") not in due(market, clock())
    clock.forward(seconds=CLAIM.total_seconds())
    assert ("a", "pull-sales") in due(market, clock())


def test_whoever_waited_longest_comes_first(market, ran, clock):
    shown(market)
    with market.store.writing() as connection:
        late = load_entries(connection, "b", "pull-sales")[0]
        save_entries(connection, [replace(late, next_due=clock() - timedelta(hours=3))])
    with market.store.reading() as connection:
        assert due_entries(connection, clock())[0].account == "b"


def test_a_lane_that_takes_long_holds_up_its_own_account_only(market, ran, clock):
    begun, release = threading.Event(), threading.Event()

    def long_work(opened, account, watch=None):
        ran.names.append((account, "pull-sales"))
        if account == "a":
            begun.set()
            release.wait(10)
        return {}

    JOBS["pull-sales"] = (long_work, JOBS["pull-sales"][1])
    only(market, "pull-sales")
    with Dispatcher(market, lanes=2) as dispatcher:
        of_b = dispatcher.tick()[1]
        assert begun.wait(10)
        for _ in range(2):
            of_b.result()
            clock.forward(minutes=20)
            (of_b,) = dispatcher.tick()
        of_b.result()
        release.set()
    assert (ran.names.count(("a", "pull-sales")), ran.names.count(("b", "pull-sales"))) == (1, 3)


@pytest.mark.parametrize(("error", "outcome", "wait"), [
    (RetryLater(), "later", timedelta(minutes=1)),
    (RetryLater(after=3 * 3600), "later", timedelta(hours=3)),
    (UnexpectedAnswer(["a"]), "failed", LAST_RETRY),
    (PlanError(), "failed", LAST_RETRY),
])
def test_a_job_that_did_not_end_well_is_tried_again_before_its_next_day(market, ran, clock, error, outcome, wait):
    only(market, "publish")
    change(market, "publish", "monthly 15 06:00", ["a"], jitter_minutes=0)
    clock.forward(days=30)
    ran.errors["a", "publish"] = error
    (report,) = see_what_is_due(market)
    assert report.outcome == outcome
    assert entry(market, "a", "publish").next_due == clock() + wait
    clock.forward(seconds=wait.total_seconds())
    assert [report.outcome for report in see_what_is_due(market)] == ["done"]
    assert (entry(market, "a", "publish").failures, entry(market, "a", "publish").last_done) == (0, clock())


def test_failures_in_a_row_are_tried_less_and_less_often_but_never_rarer_than_planned(clock):
    one, waits = Entry("a", "recount", START, START, rhythm="1d", jitter_minutes=0), []
    for _ in range(14):
        one = after_run(one, RunOutcome.LATER, RetryLater(), START, START)
        waits.append(one.next_due - START)
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits == sorted(waits) and waits[-1] == LAST_RETRY
    often = after_run(Entry("a", "pull-sales", START, START, rhythm="5m", jitter_minutes=0, failures=9), RunOutcome.LATER, RetryLater(),
                      START, START)
    assert often.next_due == START + timedelta(minutes=5)


def test_what_has_nothing_to_do_counts_as_done_without_a_run(market, ran, clock):
    only(market, "finish-changes")
    assert see_what_is_due(market) == []
    looked_at = entry(market, "a", "finish-changes")
    assert (looked_at.last_done, looked_at.next_due) == (clock(), clock() + timedelta(minutes=5))
    clock.forward(minutes=6)
    with market.store.writing() as connection:
        connection.execute(outbox.insert().values(
            plan="p", account="a", sku="TRA", kind="create", field_groups=[], state="waiting", attempts=0, problems=[], note="",
            created_at=clock()))
    assert [(report.account, report.job) for report in see_what_is_due(market)] == [("a", "finish-changes")]


def test_what_a_person_sets_while_idle_jobs_are_looked_through_is_kept(market, ran, clock):
    only(market, "finish-changes")
    found = due_now(market, clock())
    clock.forward(seconds=1)
    change(market, "finish-changes", "2h", ["a"])
    pause(market, "finish-changes", ["b"])
    assert without_idle(market, found, clock()) == []
    assert (entry(market, "a", "finish-changes").last_done, entry(market, "b", "finish-changes").last_done) == (None, None)


def test_a_run_by_hand_counts(market, ran, clock):
    only(market, "pull-sales")
    run(market, "pull-sales", "a")
    assert set(due(market, clock())) == {("b", "pull-sales")}


def test_a_job_that_needs_a_login_rests_alone(market, ran, clock):
    only(market, "pull-sales")
    ran.errors["a", "pull-sales"] = NeedsLogin()
    see_what_is_due(market)
    clock.forward(days=2)
    assert list(due(market, clock())) == [("b", "pull-sales")]
    market.vault.put("a", "settings", {}, clock())
    assert sorted(due(market, clock())) == [("a", "pull-sales"), ("b", "pull-sales")]


def test_what_was_paused_runs_once_when_it_goes_on(market, ran, clock):
    only(market, "pull-sales")
    see_what_is_due(market)
    pause(market, None, ["a"])
    clock.forward(days=3)
    ran.names.clear()
    see_what_is_due(market)
    assert ran.names == [("b", "pull-sales")]
    assert pause(market, "pull-sales", ["a"], paused=False) == [("a", "pull-sales")]
    see_what_is_due(market)
    see_what_is_due(market)
    assert ran.names.count(("a", "pull-sales")) == 1


def test_a_new_rhythm_counts_from_the_last_time(market, ran, clock):
    only(market, "pull-sales")
    see_what_is_due(market)
    clock.forward(minutes=5)
    change(market, "pull-sales", "1h", jitter_minutes=0)
    assert {one.next_due for one in shown(market) if one.job == "pull-sales"} == {clock() + timedelta(minutes=55)}
    change(market, "pull-sales", "default")
    assert entry(market, "a", "pull-sales").rhythm == ""
    assert planned(entry(market, "a", "pull-sales"), clock()).next_due < clock() + timedelta(minutes=20)


@pytest.mark.parametrize(("job", "rhythm", "accounts", "code"), [
    ("no-such-job", "15m", [], "job-unknown"), ("pull-sales", "soon", [], "rhythm-unknown"),
    ("pull-sales", "15m", ["x"], "unknown-account"),
    ("read-stock", "15m", ["a"], "job-not-here")])
def test_what_cannot_be_set_is_refused_and_changes_nothing(market, job, rhythm, accounts, code):
    before = shown(market)
    with pytest.raises(SettingsError) as refused:
        change(market, job, rhythm, accounts)
    assert refused.value.code == code
    assert shown(market) == before


def test_files_for_people_are_written_by_themselves_on_their_days(market, clock):
    pause(market, None)
    for job in ("certificates-due", "report"):
        pause(market, job, paused=False)
    assert list(due(market, clock())) == []
    clock.forward(days=31)
    reports = see_what_is_due(market)
    assert [(report.job, report.outcome, report.account) for report in reports] == [
        ("certificates-due", RunOutcome.DONE, ""), ("report", RunOutcome.DONE, "")]
    assert {path.name for path in (market.folder / "reports").iterdir()} == {"due.xlsx", "report.html", "report.xlsx"}
    assert next(one for one in shown(market) if one.job == "report").next_due.astimezone(VIETNAM).day == 1


def test_every_job_has_a_name_for_people():
    from ocop_market.cli.schedule import JOBS as NAMES

    assert NAMES.keys() == JOBS.keys()
