"""`connector`: for those who write one."""

from __future__ import annotations

from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.language import N_, say
from ocop_market.scaffold import write_connector

WRITTEN = N_("A new connector is in {folder} ({count} files). Next, in that folder: pip install -e . then pytest. "
             "Each failing test says what is still to be written.")


@click.group("connector", cls=SpeakingGroup, help=N_("For developers: starts a new connector."))
def connector() -> None:
    """The group."""


@connector.command("new", cls=SpeakingCommand, help=N_(
    "Writes the package of a new connector, NAME-ocop, with tests that say what is still to be written. Never touches a "
    "folder that is there."))
@argument("name")
@option("--into", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path), default=Path(),
        help=N_("Folder to write into (default: this one)."))
@shared_options
@speaks_plainly
def new(name: str, into: Path, market_folder: Path, as_json: bool) -> Exit:
    """Writes a new connector's package."""
    written = write_connector(name, into)
    root = (into / written[0].relative_to(into).parts[0]).resolve()
    if as_json:
        emit({"folder": str(root), "files": [path.resolve().relative_to(root).as_posix() for path in written]})
    else:
        tell(say(WRITTEN, folder=str(root), count=len(written)))
    return Exit.DONE
