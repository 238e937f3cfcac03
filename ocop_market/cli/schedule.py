"""`schedule`: the jobs by themselves, in this window, until stopped; and how often each runs."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from ocop_market.cli.frame import Exit, emit, error_json, errors, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.errors import MarketError, SettingsError
from ocop_market.language import N_, current_language, say, translate, use_language
from ocop_market.market import Market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.publishing.words import OUTCOMES
from ocop_market.store.schedule import Entry
from sync_jobs.runner import RunOutcome, RunReport
from sync_jobs.schedule import change, due, habit_of, shown
from sync_jobs.schedule import pause as set_paused
from sync_jobs.scheduler import Dispatcher, make_scheduler, see_what_is_due

if TYPE_CHECKING:
    from sync_jobs.queue import Queue

log = logging.getLogger(__name__)

JOBS = {"refresh-tokens": N_("renew the login"), "read-events": N_("read what the platform announces"),
        "pull-sales": N_("pull sales"), "finish-changes": N_("finish changes"),
        "follow-up": N_("ask about reviews"), "publish": N_("publish changes"), "rebuild-days": N_("make totals anew"),
        "recount": N_("compare with the platform's list"), "read-stock": N_("read stock"),
        "certificates-due": N_("write what is due"), "report": N_("write the report")}
ENDS = {RunOutcome.DONE: N_("done"), RunOutcome.LATER: N_("goes on later"), RunOutcome.NEEDS_LOGIN: N_("needs a login"),
        RunOutcome.BUSY: N_("another run was at it"), RunOutcome.FAILED: N_("failed"), RunOutcome.STOPPED: N_("stopped")}
COUNTS = {"new": N_("new"), "changed": N_("changed"), "unchanged": N_("unchanged"), "refused": N_("refused"),
          "days": N_("days counted anew"), "left": N_("left for the next run"), "hints": N_("changes announced"),
          "uncounted": N_("articles not counted"), "due": N_("things due"), "untrue": N_("listings with an untrue star"), **OUTCOMES}
LOOK_SECONDS = 30
"""So often a schedule that runs looks whether the market is still of its own version."""
RUNNING = N_("Working by itself: {count} jobs. See when with: ocop-market schedule show. Stop with Ctrl-C; nothing is lost.")
WHOLE_MARKET = N_("whole market")
CHANGED = N_("{count} jobs were changed. See them with: ocop-market schedule show")
NO_QUEUE = N_("Many workers need one more package. Install it with: pip install 'ocop-market[queue]'")
HANDING = N_("Handing work to the workers: {count} accounts now, and what comes due from now on. Stop with Ctrl-C; nothing is lost.")
HANDED = N_("{count} accounts were handed to the workers.")
PAUSED = N_("{count} jobs are paused now. Let them go on with: ocop-market schedule resume --all")
RESUMED = N_("{count} jobs go on now.")
NAME_IT = N_("Name a job or an account, or give --all.")
SHOWN = 40
"""With more rows than that, one line for each job is shown instead."""


@click.group("schedule", cls=SpeakingGroup, help=N_("Runs the jobs by itself, shows what is due, and sets how often."))
def schedule() -> None:
    """The group."""


of_account = option("--account", "accounts", metavar="NAME", multiple=True, help=N_(
    "Only this account (may be given more than once; default: all that have the job)."))


@schedule.command("show", cls=SpeakingCommand, help=N_("Shows how often each job runs, when it is due next and when it was last done."))
@option("--account", "account", metavar="NAME", help=N_("Only the jobs of this account."))
@shared_options
@speaks_plainly
def show(account: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Shows the schedule."""
    with open_market(market_folder) as market:
        if account is not None:
            market.settings.account(account)
        now = market.clock()
        waiting = set(due(market, now))
        entries = [entry for entry in shown(market) if account in (None, entry.account)]
    if as_json:
        emit({"jobs": [_plain(entry) for entry in entries],
              "due": [{"account": entry.account, "job": entry.job} for entry in entries if entry.key in waiting]})
    elif len(entries) <= SHOWN:
        table(translate("Schedule"), [translate(heading) for heading in (
            N_("Account"), N_("Job"), N_("How often"), N_("Due next"), N_("Last done"))], [
            (entry.account or translate(WHOLE_MARKET), translate(JOBS[entry.job]), _often(entry), _next(entry, now),
             _moment(entry.last_done)) for entry in entries])
    else:
        _show_by_job(entries, Counter(job for _, job in waiting))
    return Exit.DONE


def _show_by_job(entries: Sequence[Entry], waiting: Counter[str]) -> None:
    rows = []
    for job, name in JOBS.items():
        mine = [entry for entry in entries if entry.job == job]
        often = Counter(map(_often, mine))
        rows += [(translate(name), text, number(count), number(waiting[job]), number(sum(one.paused for one in mine)))
                 for text, count in often.most_common()]
    table(translate("Schedule"), [translate(heading) for heading in (
        N_("Job"), N_("How often"), N_("Accounts"), N_("Due now"), N_("Paused"))], rows, right=[2, 3, 4])


@schedule.command("set", cls=SpeakingCommand, help=N_(
    "Sets how often JOB runs: 15m, 2h or 1d; daily 06:30; weekly mon 06:30; monthly 1 06:30 or monthly last 06:30 (times of Viet Nam); "
    "off; or default. A schedule that is running takes it over within a minute."))
@argument("job")
@argument("often", nargs=-1)
@of_account
@option("--jitter", type=click.IntRange(0, 1440), help=N_("Draw the accounts apart by up to so many minutes."))
@shared_options
@speaks_plainly
def set_rhythm(job: str, often: tuple[str, ...], accounts: tuple[str, ...], jitter: int | None, market_folder: Path,
               as_json: bool) -> Exit:
    """Changes the schedule."""
    if not often and jitter is None:
        raise click.UsageError(translate(N_("Say how often, for example: ocop-market schedule set pull-sales 30m")))
    with open_market(market_folder) as market:
        changed = change(market, job, " ".join(often) or None, accounts, jitter_minutes=jitter)
    if as_json:
        emit([_plain(entry) for entry in changed])
    else:
        tell(say(CHANGED, count=number(len(changed))))
    return Exit.DONE


@schedule.command("pause", cls=SpeakingCommand, help=N_("Stops JOB, all jobs of an account, or everything, until it is resumed."))
@argument("job", required=False)
@of_account
@option("--all", "everything", is_flag=True, help=N_("All jobs of all accounts."))
@shared_options
@speaks_plainly
def pause(job: str | None, accounts: tuple[str, ...], everything: bool, market_folder: Path, as_json: bool) -> Exit:
    """Pauses jobs."""
    return _pause(job, accounts, everything, market_folder, as_json, paused=True)


@schedule.command("resume", cls=SpeakingCommand, help=N_(
    "Lets what was paused go on; what came due meanwhile runs once."))
@argument("job", required=False)
@of_account
@option("--all", "everything", is_flag=True, help=N_("All jobs of all accounts."))
@shared_options
@speaks_plainly
def resume(job: str | None, accounts: tuple[str, ...], everything: bool, market_folder: Path, as_json: bool) -> Exit:
    """Resumes jobs."""
    return _pause(job, accounts, everything, market_folder, as_json, paused=False)


def _pause(job: str | None, accounts: tuple[str, ...], everything: bool, market_folder: Path, as_json: bool, *, paused: bool) -> Exit:
    if not (job or accounts or everything):
        raise click.UsageError(translate(NAME_IT))
    with open_market(market_folder) as market:
        found = set_paused(market, job, accounts, paused=paused)
    if as_json:
        emit([{"account": account, "job": one, "paused": paused} for account, one in found])
    else:
        tell(say(PAUSED if paused else RESUMED, count=number(len(found))))
    return Exit.DONE


@schedule.command("run", cls=SpeakingCommand, help=N_("Runs all jobs when they are due, until stopped with Ctrl-C."))
@option("--once", is_flag=True, help=N_("Run what is due now, then end."))
@option("--queue", "by_workers", is_flag=True, help=N_("Run nothing here: hand it to the workers (see: ocop-market queue)."))
@shared_options
@speaks_plainly
def run(once: bool, by_workers: bool, market_folder: Path, as_json: bool) -> Exit:
    """Runs the schedule."""
    with open_market(market_folder) as market:
        if by_workers:
            _hand_to_workers(market, once=once, as_json=as_json)
        elif once:
            return _run_once(market, as_json)
        else:
            _run_here(market, as_json)
    return Exit.DONE


def _run_once(market: Market, as_json: bool) -> Exit:
    reports = see_what_is_due(market)
    if as_json:
        emit([{"account": r.account, "job": r.job, "outcome": r.outcome.value, "counts": r.counts,
               "error": error_json(r.error) if r.error else None} for r in reports])
    else:
        table(translate("Runs"), [translate(heading) for heading in (N_("Account"), N_("Job"), N_("Outcome"), N_("Counts"))], [
            (r.account or translate(WHOLE_MARKET), translate(JOBS[r.job]), translate(ENDS[r.outcome]), _what(r)) for r in reports])
    return Exit.PARTLY if any(r.error for r in reports) else Exit.DONE


def _run_here(market: Market, as_json: bool) -> None:
    stop, language = threading.Event(), current_language()
    jobs = sum(entry.next_due is not None and not entry.paused for entry in shown(market))
    if as_json:
        emit({"jobs": jobs})
    else:
        tell(say(RUNNING, count=number(jobs)))
    with Dispatcher(market, tell=lambda report: tell_of(report, language), stop=stop) as dispatcher:
        _keep_ticking(market, dispatcher.tick, stop)


def queue_of(market: Market) -> Queue:
    """The queue of a market; SettingsError where the extra is missing, or the market is in a file."""
    try:
        from sync_jobs.queue import Queue
    except ModuleNotFoundError:
        raise SettingsError(NO_QUEUE, code="needs-extra-queue") from None
    return Queue(market)


def _hand_to_workers(market: Market, *, once: bool, as_json: bool) -> None:
    queue = queue_of(market)
    handed = queue.tick()  # what is wrong with the queue ends the command here; later, the next tick tries again
    if as_json:
        emit({"accounts": handed})
    else:
        tell(say(HANDED if once else HANDING, count=number(len(handed))))
    if not once:
        _keep_ticking(market, partial(_tick_again, queue), threading.Event())


def _tick_again(queue: Queue) -> None:
    try:
        queue.tick()
    except MarketError as error:
        log.warning("nothing was handed to the workers: %s", error)


def _keep_ticking(market: Market, tick: Callable[[], object], stop: threading.Event) -> None:
    """Ticks until a person stops it, and tells those at work of that."""
    scheduler = make_scheduler(market, tick)
    scheduler.start()
    try:
        while True:
            for _ in range(LOOK_SECONDS):  # a long wait cannot be interrupted on Windows
                time.sleep(1)
            market.store.refuse_other_version()
    finally:
        stop.set()
        scheduler.shutdown()


def _plain(entry: Entry) -> dict[str, Any]:
    habit = habit_of(entry)
    return {"account": entry.account, "job": entry.job, "often": str(habit.rhythm or "off"),
            "jitter_minutes": int(habit.jitter.total_seconds() // 60), "paused": entry.paused, "next_due": entry.next_due,
            "last_done": entry.last_done, "failures": entry.failures, "needs_login": entry.rests_since is not None}


def _often(entry: Entry) -> str:
    return str(habit_of(entry).rhythm or translate(N_("off")))


def _next(entry: Entry, now: datetime) -> str:
    if entry.paused:
        return translate(N_("paused"))
    if entry.rests_since is not None:
        return translate(ENDS[RunOutcome.NEEDS_LOGIN])
    return translate(N_("now")) if entry.next_due is not None and entry.next_due <= now else _moment(entry.next_due)


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m %H:%M}" if moment else ""


def _what(report: RunReport) -> str:
    """What a run did, or why it ended."""
    if report.error:
        return f"{report.error.sentence()} [{report.error.code}]"
    return ", ".join(f"{number(count)} {translate(COUNTS.get(name, name))}" for name, count in report.counts.items())


def tell_of(report: RunReport, language: str) -> None:
    """One line for a run that ended, on standard error: standard output belongs to scripts."""
    use_language(language)  # this is another thread than the one that chose it
    parts = (f"{datetime.now(VIETNAM):%H:%M}", report.account or translate(WHOLE_MARKET), translate(JOBS[report.job]),
             translate(ENDS[report.outcome]), _what(report))
    errors.print(escape(" · ".join(part for part in parts if part)), soft_wrap=True)
