"""What all commands share: options, errors as sentences with exit codes, tables and JSON."""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ocop_market.channels.redact import traceback_of
from ocop_market.cli.logs import start_logging
from ocop_market.cli.speech import option
from ocop_market.errors import MarketError, NeedsLogin, NotSupported, RetryLater, SettingsError, Unexpected
from ocop_market.language import LANGUAGES, N_
from ocop_market.publishing.plan import PlanError
from ocop_market.store.engine import StoreBusy, StoreError
from ocop_market.store.leases import LeaseError

Function = TypeVar("Function", bound=Callable[..., Any])


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    DONE = 0
    PARTLY = 1
    """Done, but some items were refused, postponed, or a figure does not agree."""
    USAGE = 2
    """The command was called wrongly."""
    INPUT = 3
    """A file, a setting, a plan or a disk must be put right first; nothing was changed."""
    LOGIN = 4
    """A shop's consent or key no longer holds."""
    LATER = 5
    """A platform or the market file is busy or away: the same command again later."""
    BROKEN = 70
    """A fault of the program itself; what was done before is kept."""
    INTERRUPTED = 130


STOPPED = N_("Stopped. What is done is kept; the same command goes on from here.")
NOBODY = N_("This command has a question, and nobody is there to answer. Give the answers as options (see --help), or run it in a "
            "window of its own.")
DISK = N_("The disk or folder refuses ({reason!t}: {path}). Make room, or choose another folder with --market.")

log = logging.getLogger(__name__)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def shared_options(function: Function) -> Function:
    """Adds `--market`, `--json` and `--lang`; the function gets `market_folder` and `as_json`."""
    function = option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="Ngôn ngữ / language.")(function)
    function = option("--json", "as_json", is_flag=True, help=N_("Print JSON for scripts."))(function)
    return option("--market", "market_folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), default=Path(),
                  envvar="OCOP_MARKET", help=N_("Folder of the market (default: this one)."))(function)


def speaks_plainly(function: Function) -> Function:
    """Turns every end of a command into a sentence (or one JSON document) and an exit code."""

    @functools.wraps(function)
    def wrapped(*arguments: Any, **values: Any) -> Any:
        start_logging()
        try:
            code = function(*arguments, **values)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise  # click's own business
        except (Exception, KeyboardInterrupt) as error:
            log.debug("%s", traceback_of(error))
            told, code = _told(error)
            complain(told, as_json=bool(values.get("as_json")))
        sys.exit(code or Exit.DONE)

    return wrapped  # type: ignore[return-value]


def _told(error: BaseException) -> tuple[MarketError, Exit]:
    """Any end of a command as an error that has a sentence, and its exit code."""
    if isinstance(error, click.Abort) and not sys.stdin.isatty():
        return SettingsError(NOBODY, code="nobody-to-ask"), Exit.USAGE
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return MarketError(STOPPED, code="stopped"), Exit.INTERRUPTED
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return SettingsError(DISK, code="disk-refuses", reason=reason, path=error.filename or "?"), Exit.INPUT
    told = error if isinstance(error, MarketError) else Unexpected.of(error)
    return told, exit_code(told)


def exit_code(error: MarketError) -> Exit:
    """The exit code for an error."""
    if isinstance(error, Unexpected):
        return Exit.BROKEN
    if isinstance(error, NeedsLogin):
        return Exit.LOGIN
    if isinstance(error, RetryLater | LeaseError | StoreBusy):
        return Exit.LATER
    return Exit.INPUT if isinstance(error, SettingsError | NotSupported | StoreError | PlanError) else Exit.PARTLY


def complain(error: MarketError, *, as_json: bool) -> None:
    """Says what went wrong and what to do next, on standard error (as JSON on standard output when asked for)."""
    if as_json:
        emit({"error": error_json(error)})
    else:
        errors.print(f"[bold red]✗[/] {escape(error.sentence())} [dim]\\[{escape(error.code)}][/]", soft_wrap=True)


def tell(sentence: str) -> None:
    """Prints a sentence as it is: brackets are no markup, and a line to copy is not broken."""
    console.print(escape(sentence), soft_wrap=True)


def error_json(error: MarketError) -> dict[str, str]:
    """An error for scripts: stable code, sentence, place."""
    return {"code": error.code, "message": error.sentence(), "where": error.where.as_text()}


def emit(body: Any) -> None:
    """Prints JSON, Vietnamese letters as they are."""
    click.echo(json.dumps(body, ensure_ascii=False, indent=2, default=str))


def table(title: str, headings: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Prints a table; the columns in `right` are set to the right."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold", show_edge=False, pad_edge=False)
    for i, heading in enumerate(headings):
        made.add_column(heading, justify="right" if i in right else "left", overflow="fold", no_wrap=i in right)
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    console.print(made)


def number(value: int) -> str:
    """A whole number the Vietnamese way: 1.234.567."""
    return f"{value:,}".replace(",", ".")
