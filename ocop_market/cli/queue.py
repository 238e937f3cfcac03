"""`queue`: many workers on one market. The schedule says whose turn it is (`schedule run --queue`), they share the work."""

from __future__ import annotations

from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, tell
from ocop_market.cli.schedule import queue_of, tell_of
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, option
from ocop_market.language import N_, current_language, say, translate
from ocop_market.market import open_market
from sync_jobs.scheduler import LANES

PREPARED = N_("The queue is ready. Start workers, on as many computers as you like, with: ocop-market queue work; and once: "
              "ocop-market schedule run --queue")
WAS_READY = N_("The queue was ready already; nothing was changed.")
WORKING = N_("Working on up to {count} accounts at the same time. Stop with Ctrl-C; nothing is lost.")
STANDING = N_("{workers} workers; {waiting} accounts wait for one, {at_work} are worked on.")


@click.group("queue", cls=SpeakingGroup, help=N_("Shares the work of the schedule among many workers, on one computer or several."))
def queue() -> None:
    """The group."""


@queue.command("prepare", cls=SpeakingCommand, help=N_("Makes the queue in the market's database (PostgreSQL). Once, and after updates."))
@shared_options
@speaks_plainly
def prepare(market_folder: Path, as_json: bool) -> Exit:
    """Makes the queue."""
    with open_market(market_folder) as market:
        made = queue_of(market).prepare()
    if as_json:
        emit({"made": made})
    else:
        tell(translate(PREPARED if made else WAS_READY))
    return Exit.DONE


@queue.command("work", cls=SpeakingCommand, help=N_("Works on what waits in the queue, until stopped with Ctrl-C."))
@option("--lanes", type=click.IntRange(1, 64), default=LANES, help=N_("So many accounts at the same time."))
@option("--until-empty", is_flag=True, help=N_("End when nothing waits any more."))
@shared_options
@speaks_plainly
def work(lanes: int, until_empty: bool, market_folder: Path, as_json: bool) -> Exit:
    """Is a worker."""
    with open_market(market_folder) as market:
        found, language = queue_of(market), current_language()
        if not as_json:
            tell(say(WORKING, count=number(lanes)))
        found.work(lanes, until_empty=until_empty, tell=lambda report: tell_of(report, language))
    if as_json:
        emit({})
    return Exit.DONE


@queue.command("show", cls=SpeakingCommand, help=N_("Shows how many workers there are, and how many accounts wait for one."))
@shared_options
@speaks_plainly
def show(market_folder: Path, as_json: bool) -> Exit:
    """Shows the queue."""
    with open_market(market_folder) as market:
        standing = queue_of(market).standing()
    if as_json:
        emit(vars(standing))
    else:
        tell(say(STANDING, **{name: number(count) for name, count in vars(standing).items()}))
    return Exit.DONE
