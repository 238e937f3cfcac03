"""`schedule`: the jobs by themselves, in this window, until stopped."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape

from ocop_market.cli.frame import Exit, emit, error_json, errors, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, option
from ocop_market.language import N_, current_language, say, translate, use_language
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.publishing.words import OUTCOMES
from sync_jobs.runner import RunOutcome, RunReport
from sync_jobs.scheduler import EVERY, due, make_scheduler, see_what_is_due

JOBS = {"pull-sales": N_("pull sales"), "finish-changes": N_("finish changes"), "follow-up": N_("ask about reviews"),
        "recount": N_("compare with the platform's list")}
ENDS = {RunOutcome.DONE: N_("done"), RunOutcome.LATER: N_("goes on later"), RunOutcome.NEEDS_LOGIN: N_("needs a login"),
        RunOutcome.BUSY: N_("another run was at it"), RunOutcome.FAILED: N_("failed"), RunOutcome.STOPPED: N_("stopped")}
COUNTS = {"new": N_("new"), "changed": N_("changed"), "unchanged": N_("unchanged"), "refused": N_("refused"),
          "days": N_("days counted anew"), "left": N_("left for the next run"), **OUTCOMES}
RUNNING = N_("Working by itself: sales every {minutes} minutes. Stop with Ctrl-C; nothing is lost.")


@click.group("schedule", cls=SpeakingGroup, help=N_("Runs the jobs by itself, and shows what is due."))
def schedule() -> None:
    """The group."""


@schedule.command("show", cls=SpeakingCommand, help=N_("Shows how often each job runs and which are due now."))
@shared_options
@speaks_plainly
def show(market_folder: Path, as_json: bool) -> Exit:
    """Shows the schedule."""
    with open_market(market_folder) as market:
        waiting = list(due(market, market.clock()))
    if as_json:
        emit({"every_minutes": _minutes(),
              "due": [{"account": account, "job": job} for account, job in waiting]})
        return Exit.DONE
    table(translate("Schedule"), [translate("Job"), translate("Minutes"), translate("Due now for")], [
        (translate(JOBS[job]), int(every.total_seconds() // 60), ", ".join(account for account, due_job in waiting if due_job == job))
        for job, every in EVERY.items()], right=[1])
    return Exit.DONE


@schedule.command("run", cls=SpeakingCommand, help=N_("Runs all jobs when they are due, until stopped with Ctrl-C."))
@option("--once", is_flag=True, help=N_("Run what is due now, then end."))
@shared_options
@speaks_plainly
def run(once: bool, market_folder: Path, as_json: bool) -> Exit:
    """Runs the schedule."""
    with open_market(market_folder) as market:
        if once:
            reports = see_what_is_due(market)
            rows = [(r.account, translate(JOBS[r.job]), translate(ENDS[r.outcome]), _what(r)) for r in reports]
            if as_json:
                emit([{"account": r.account, "job": r.job, "outcome": r.outcome.value, "counts": r.counts,
                       "error": error_json(r.error) if r.error else None} for r in reports])
            else:
                table(translate("Runs"), [translate(heading) for heading in (
                    N_("Account"), N_("Job"), N_("Outcome"), N_("Counts"))], rows)
            return Exit.PARTLY if any(r.error for r in reports) else Exit.DONE
        stop, language = threading.Event(), current_language()
        scheduler = make_scheduler(market, tell=lambda report: _tell_of(report, language), stop=stop)
        if as_json:
            emit({"every_minutes": _minutes()})
        else:
            tell(say(RUNNING, minutes=_minutes()["pull-sales"]))
        scheduler.start()
        try:
            while True:  # a wait without an end cannot be interrupted on Windows
                time.sleep(1)
        finally:
            stop.set()
            scheduler.shutdown()


def _minutes() -> dict[str, int]:
    return {job: int(every.total_seconds() // 60) for job, every in EVERY.items()}


def _what(report: RunReport) -> str:
    """What a run did, or why it ended."""
    if report.error:
        return f"{report.error.sentence()} [{report.error.code}]"
    return ", ".join(f"{number(count)} {translate(COUNTS.get(name, name))}" for name, count in report.counts.items())


def _tell_of(report: RunReport, language: str) -> None:
    """One line for a run that ended, on standard error: standard output belongs to scripts."""
    use_language(language)  # this is another thread than the one that chose it
    parts = (f"{datetime.now(VIETNAM):%H:%M}", report.account, translate(JOBS[report.job]), translate(ENDS[report.outcome]), _what(report))
    errors.print(escape(" · ".join(part for part in parts if part)), soft_wrap=True)
