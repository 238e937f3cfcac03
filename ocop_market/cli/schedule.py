"""`schedule`: the jobs by themselves, in this window, until stopped."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, table
from ocop_market.cli.publish import OUTCOMES
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, option
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from sync_jobs.runner import RunOutcome
from sync_jobs.scheduler import EVERY, due, make_scheduler, see_what_is_due

JOBS = {"pull-sales": N_("pull sales"), "finish-changes": N_("finish changes"), "follow-up": N_("ask about reviews")}
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
        emit({"every_minutes": {job: int(every.total_seconds() // 60) for job, every in EVERY.items()},
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
            rows = [(r.account, translate(JOBS[r.job]), translate(ENDS[r.outcome]), ", ".join(
                f"{number(count)} {translate(COUNTS.get(name, name))}" for name, count in r.counts.items())) for r in reports]
            if as_json:
                emit([{"account": r.account, "job": r.job, "outcome": r.outcome.value} for r in reports])
            else:
                table(translate("Runs"), [translate(heading) for heading in (
                    N_("Account"), N_("Job"), N_("Outcome"), N_("Counts"))], rows)
            return Exit.PARTLY if any(r.error for r in reports) else Exit.DONE
        scheduler = make_scheduler(market)
        console.print(say(RUNNING, minutes=int(EVERY["pull-sales"].total_seconds() // 60)))
        scheduler.start()
        try:
            while True:  # a wait without an end cannot be interrupted on Windows
                time.sleep(1)
        finally:
            scheduler.shutdown()
    return Exit.DONE
