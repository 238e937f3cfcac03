"""Jobs: logged, sorted by what happens next, due once however long the computer slept."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from connectors.kiotviet.sandbox import KiotVietSandbox
from ocop_market.accounts import keep_secrets
from ocop_market.channels.tokens import Tokens
from ocop_market.errors import NeedsLogin, RetryLater, UnexpectedAnswer
from ocop_market.market import new_market, open_market
from ocop_market.sandbox.buyers import Good, History
from ocop_market.sandbox.faults import Fault, FaultKind
from ocop_market.sandbox.transport import WsgiAdapter
from ocop_market.settings import add_account
from ocop_market.store import ledger
from ocop_market.store.engine import LOCKED, StoreBusy, StoreError
from ocop_market.store.leases import holding
from ocop_market.store.runs import latest_runs
from sync_jobs import runner
from sync_jobs.jobs import JOBS, can_do
from sync_jobs.runner import RunOutcome, run
from sync_jobs.schedule import DEFAULTS, due
from sync_jobs.scheduler import Dispatcher, make_scheduler, see_what_is_due
from tests.databases import ON_BOTH

URL = "http://practice.invalid"


@pytest.fixture
def sandbox(clock):
    history = History([Good("TRA", "Trà", 50_000)], seed="jobs", first_day=(clock.now - timedelta(days=20)).date(), per_day=3, till=True)
    return KiotVietSandbox(clock=clock, history=history)


@pytest.fixture
def market(tmp_path, clock, sandbox, database):
    folder = tmp_path / "m"
    new_market(folder, database=database)
    for name in ("till", "till-2"):
        add_account(folder, name, "kiotviet", {"start": (clock.now - timedelta(days=30)).date(),
                                               **{k: v for k, v in sandbox.settings(URL).items() if k != "client_secret"}})
    with open_market(folder, clock=clock, adapter=lambda account: WsgiAdapter(sandbox), sleep=lambda seconds: None) as opened:
        for name in ("till", "till-2"):
            keep_secrets(opened.vault, name, {"client_secret": sandbox.settings(URL)["client_secret"]}, clock())
        yield opened


def logged(market):
    with market.store.reading() as connection:
        return latest_runs(connection)


def test_a_run_is_logged_with_what_it_did(market):
    report = run(market, "pull-sales", "till")
    assert (report.outcome, report.error) == (RunOutcome.DONE, None)
    (entry,) = logged(market)
    assert entry["outcome"] == "done" and entry["counts"]["new"] == report.counts["new"] > 0
    assert entry["ended_at"] is not None


def test_a_second_run_brings_nothing_new(market):
    run(market, "pull-sales", "till")
    counts = run(market, "pull-sales", "till").counts
    assert (counts["new"], counts["changed"]) == (0, 0)


@pytest.mark.parametrize(("error", "outcome"), [
    (RetryLater(), RunOutcome.LATER), (NeedsLogin(), RunOutcome.NEEDS_LOGIN), (UnexpectedAnswer(["a.b"]), RunOutcome.FAILED)])
def test_an_error_ends_in_the_report_sorted_by_what_happens_next(market, monkeypatch, error, outcome):
    def fail(*_):
        raise error

    monkeypatch.setitem(JOBS, "pull-sales", (fail, JOBS["pull-sales"][1]))
    monkeypatch.setattr(runner, "JOBS", JOBS)
    report = run(market, "pull-sales", "till")
    assert (report.outcome, report.error) == (outcome, error)
    assert logged(market)[0]["error"]["code"] == error.code


def test_an_account_that_is_busy_is_left_to_the_other_run(market, clock):
    with holding(market.store, "account:till", clock):
        assert run(market, "pull-sales", "till").outcome is RunOutcome.BUSY


def test_a_stop_by_a_person_is_logged_and_goes_on(market, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(JOBS, "pull-sales", (stop, JOBS["pull-sales"][1]))
    with pytest.raises(KeyboardInterrupt):
        run(market, "pull-sales", "till")
    assert logged(market)[0]["outcome"] == "stopped"


def test_only_what_a_channel_can_do_is_due(market, clock):
    assert sorted(due(market, clock())) == [("till", "pull-sales"), ("till-2", "pull-sales")]
    assert not can_do(type(market.connector("till")), "finish-changes")


def test_after_two_weeks_asleep_each_job_is_due_once(market, clock):
    see_what_is_due(market)
    see_what_is_due(market)
    assert list(due(market, clock())) == []
    clock.forward(minutes=14)
    assert list(due(market, clock())) == []
    clock.forward(days=14)
    reports = see_what_is_due(market)
    assert sorted((r.account, r.job, r.outcome) for r in reports) == [("", "certificates-due", "done")] + [
        (account, job, "done") for account in ("till", "till-2") for job in ("pull-sales", "recount")]
    assert list(due(market, clock())) == []


def test_months_are_compared_once_sales_were_pulled_and_then_daily(market, clock):
    assert "recount" not in {job for _, job in due(market, clock())}
    see_what_is_due(market)
    compared = {r.account: r for r in see_what_is_due(market)}
    assert {r.job for r in compared.values()} == {"recount"}  # the last of the account's jobs
    assert compared["till"].counts["windows"] > 0 and compared["till"].counts["differing"] == 0
    clock.forward(hours=25)
    again = [r for r in see_what_is_due(market) if r.job == "recount" and r.account == "till"]
    assert [r.counts["windows"] for r in again] == [1], "only the month that grew by a day"


def test_an_account_with_a_wrong_setting_is_reported_and_does_not_stop_the_others(market):
    add_account(market.folder, "broken", "kiotviet", {"retailer": "x"})
    add_account(market.folder, "unknown", "no-such-channel", {})
    with open_market(market.folder, clock=market.clock, adapter=market._adapter) as opened:
        found = {r.account: (r.outcome, r.error and r.error.code) for r in see_what_is_due(opened)}
    assert found == {"till": ("done", None), "till-2": ("done", None), "broken": ("failed", "setting-wrong"),
                     "unknown": ("failed", "unknown-channel")}


@pytest.mark.parametrize("fault", [ValueError("Nguyễn Văn A 0912345678"), KeyError("Nguyễn Văn A"), ZeroDivisionError(), RecursionError()])
@ON_BOTH
def test_a_fault_in_one_account_is_logged_and_leaves_the_others_alone(market, monkeypatch, caplog, fault):
    work = JOBS["pull-sales"][0]

    def fail(opened, account, watch=None):
        if account == "till":
            raise fault
        return work(opened, account, watch)

    monkeypatch.setitem(JOBS, "pull-sales", (fail, JOBS["pull-sales"][1]))
    found = {r.account: (r.outcome, r.error and r.error.code) for r in see_what_is_due(market)}
    assert found == {"till": ("failed", "unexpected"), "till-2": ("done", None)}
    entries = {entry["account"]: entry for entry in logged(market)}
    assert (entries["till"]["outcome"], entries["till"]["error"]["code"]) == ("failed", "unexpected")
    assert "Nguyễn" not in caplog.text + str(entries) and entries["till"]["error"]["values"]["kind"] == type(fault).__name__


def test_a_market_file_that_is_locked_at_the_end_of_a_run_does_not_hide_what_it_did(market, monkeypatch, caplog):
    def locked(*_):
        raise StoreError(LOCKED, code="market-locked", path="market.db")

    monkeypatch.setattr(runner, "end_run", locked)
    assert run(market, "pull-sales", "till").outcome is RunOutcome.DONE
    assert "market-locked" in caplog.text


def test_a_market_file_that_is_locked_at_the_start_ends_in_the_report(market, monkeypatch):
    def locked(*_):
        raise StoreBusy(LOCKED, code="market-locked", path="market.db")

    monkeypatch.setattr(runner, "start_run", locked)
    report = run(market, "pull-sales", "till")
    assert (report.outcome, report.error.code) == (RunOutcome.LATER, "market-locked")


@ON_BOTH
def test_an_account_that_needs_a_login_rests_until_its_keys_were_touched(market, clock, monkeypatch):
    calls = []

    def refused(opened, account, watch=None):
        calls.append(account)
        raise NeedsLogin

    monkeypatch.setitem(JOBS, "pull-sales", (refused, JOBS["pull-sales"][1]))
    see_what_is_due(market)
    clock.forward(days=2)
    assert [report for report in see_what_is_due(market) if report.account] == []
    assert sorted(calls) == ["till", "till-2"]
    market.keep_tokens("till", Tokens("a"))
    assert list(due(market, clock())) == [("till", "pull-sales")]


def test_a_clock_that_ran_ahead_and_was_set_back_stops_nothing(market, sandbox, clock):
    sandbox.history.per_day = 0.1  # the days of two and a half years are drawn, and only the turns of the jobs are looked at
    clock.forward(days=900)
    see_what_is_due(market)
    clock.forward(days=-900)
    assert [(account, job) for account, job in due(market, clock()) if job == "pull-sales"] == [
        ("till", "pull-sales"), ("till-2", "pull-sales")]


def test_each_run_is_told_of_when_it_ends(market):
    told, stop = [], threading.Event()
    see_what_is_due(market, tell=told.append, stop=stop)
    assert sorted(report.account for report in told) == ["till", "till-2"]
    assert not stop.is_set()


def test_a_stop_ends_the_lanes_at_their_next_step_and_starts_nothing_more(market, monkeypatch):
    stop = threading.Event()

    def long_work(opened, account, watch=None):
        stop.set()
        watch(1, 1, 1)
        pytest.fail("went on after the stop")

    monkeypatch.setitem(JOBS, "pull-sales", (long_work, JOBS["pull-sales"][1]))
    assert {report.outcome for report in see_what_is_due(market, stop=stop)} == {RunOutcome.STOPPED}
    assert {entry["outcome"] for entry in logged(market)} == {"stopped"}
    market.clock.forward(days=1)
    assert see_what_is_due(market, stop=stop) == []


def test_a_platform_that_fails_is_tried_at_the_next_run(market, sandbox, clock):
    sandbox.faults.add(Fault(FaultKind.ERROR_BEFORE, path="/invoices"))
    assert run(market, "pull-sales", "till").outcome is RunOutcome.LATER
    sandbox.faults.clear()
    assert run(market, "pull-sales", "till").counts["new"] > 0


def test_the_clock_holds_ticks_only_and_counts_missed_ones_as_one(market):
    with Dispatcher(market) as dispatcher:
        scheduler = make_scheduler(market, dispatcher.tick)
        scheduler.start(paused=True)
        jobs = {job.id: (job.coalesce, job.misfire_grace_time, job.max_instances) for job in scheduler.get_jobs()}
        assert jobs == dict.fromkeys(["see-what-is-due", "look-after"], (True, None, 1))
        scheduler.shutdown()


def test_every_job_has_a_habit():
    assert DEFAULTS.keys() == JOBS.keys()


def orders_of(market) -> int:
    with market.store.reading() as connection:
        return ledger.count_orders(connection)["till"]


def test_an_earlier_first_day_brings_the_older_sales_in_as_well(market, clock):
    file = market.folder / "market.toml"
    earlier = file.read_text(encoding="utf-8")
    days = f"start = {(clock.now - timedelta(days=30)).date()}"
    file.write_text(earlier.replace(days, f"start = {(clock.now - timedelta(days=5)).date()}"), encoding="utf-8")
    with open_market(market.folder, clock=clock, adapter=market._adapter) as short:
        run(short, "pull-sales", "till")
        few = orders_of(short)
    file.write_text(earlier, encoding="utf-8")
    with open_market(market.folder, clock=clock, adapter=market._adapter) as long:
        assert run(long, "pull-sales", "till").counts["new"] > 0
        assert orders_of(long) > few
        assert run(long, "pull-sales", "till").counts["new"] == 0


def test_a_pull_made_while_the_clock_ran_ahead_hides_no_later_sales(market, clock, sandbox):
    at = clock.now
    clock.now = at + timedelta(days=400)
    run(market, "pull-sales", "till")
    clock.now = at + timedelta(days=1)
    run(market, "pull-sales", "till")
    assert market.complete_to()["till"] == clock.now
    with market.store.reading() as connection:
        assert "2027" not in str(ledger.load_cursor(connection, "till", "sales"))


def test_tokens_survive_the_process(market, clock, tmp_path):
    market.keep_tokens("till", Tokens("a", "r", access_until=datetime(2027, 1, 1, tzinfo=UTC), extra={"k": "v"}))
    with open_market(market.folder, clock=clock) as again:
        kept = again.connector("till").tokens.current(lambda old: pytest.fail("no refresh is due"))
    assert (kept.access, kept.refresh, kept.access_until, kept.extra) == ("a", "r", datetime(2027, 1, 1, tzinfo=UTC), {"k": "v"})
