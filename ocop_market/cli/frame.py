"""What all commands share: options, errors as sentences with exit codes, tables and JSON."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ocop_market.cli.speech import option
from ocop_market.errors import MarketError, NeedsLogin, RetryLater, SettingsError
from ocop_market.language import LANGUAGES, N_, say
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
    """A file, a setting or a plan must be put right first; nothing was changed."""
    LOGIN = 4
    """A shop's consent or key no longer holds."""
    LATER = 5
    """A platform or the market file is busy or away: the same command again later."""
    INTERRUPTED = 130


STOPPED = N_("Stopped. What is done is kept; the same command goes on from here.")
DISK = N_("The disk or folder refuses ({reason!t}: {path}). Make room, or choose another folder with --market.")

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def shared_options(function: Function) -> Function:
    """Adds `--market`, `--json` and `--lang`; the function gets `market_folder` and `as_json`."""
    function = option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="Ngôn ngữ / language.")(function)
    function = option("--json", "as_json", is_flag=True, help=N_("Print JSON for scripts."))(function)
    return option("--market", "market_folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), default=Path(),
                  envvar="OCOP_MARKET", help=N_("Folder of the market (default: this one)."))(function)


def speaks_plainly(function: Function) -> Function:
    """Turns our errors, a stop by the user and a refusing disk into a sentence and an exit code."""

    @functools.wraps(function)
    def wrapped(*arguments: Any, **values: Any) -> Any:
        try:
            code = function(*arguments, **values)
        except MarketError as error:
            complain(error, as_json=bool(values.get("as_json")))
            sys.exit(exit_code(error))
        except KeyboardInterrupt:
            errors.print("\n" + say(STOPPED))
            sys.exit(Exit.INTERRUPTED)
        except OSError as error:
            errors.print(escape(say(DISK, reason=error.strerror or type(error).__name__, path=error.filename or "?")))
            sys.exit(Exit.INPUT)
        sys.exit(code or Exit.DONE)

    return wrapped  # type: ignore[return-value]


def exit_code(error: MarketError) -> Exit:
    """The exit code for an error."""
    if isinstance(error, NeedsLogin):
        return Exit.LOGIN
    if isinstance(error, RetryLater | LeaseError) or error.code == "market-locked":
        return Exit.LATER
    return Exit.INPUT if isinstance(error, SettingsError) or error.code.startswith(("plan-", "too-many")) else Exit.PARTLY


def complain(error: MarketError, *, as_json: bool) -> None:
    """Says what went wrong and what to do next, on standard error (as JSON on standard output when asked for)."""
    if as_json:
        emit({"error": error_json(error)})
    else:
        errors.print(f"[bold red]✗[/] {escape(error.sentence())} [dim]\\[{escape(error.code)}][/]")


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
