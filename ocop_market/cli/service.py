"""`service`: the files with which a computer keeps the schedule running by itself."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

import click

from ocop_market.cli import service_files
from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.service_files import Program, Task
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.settings import read_settings


class Kind(StrEnum):
    """What keeps the program running."""

    WINDOWS = "windows"
    SYSTEMD = "systemd"
    SYSTEMD_SYSTEM = "systemd-system"
    CONTAINER = "container"


FILES = {Kind.WINDOWS: "ocop-market{part}-task.xml", Kind.SYSTEMD: "ocop-market{part}.service",
         Kind.SYSTEMD_SYSTEM: "ocop-market{part}.service", Kind.CONTAINER: "Containerfile{part}"}
WRITTEN = N_("{path} was written. Look at it, then run:")
THERE = N_("There is another file {path} already. It was not touched; remove it, or choose another name with --out.")
LOOK = N_("Whether it works is told by: ocop-market status")
COMMANDS = {
    Kind.WINDOWS: ('schtasks /Create /TN "OCOP market{part}" /XML "{path}"', 'schtasks /Run /TN "OCOP market{part}"'),
    Kind.SYSTEMD: ('mkdir -p ~/.config/systemd/user && cp "{path}" ~/.config/systemd/user/{name}', "systemctl --user daemon-reload",
                   "systemctl --user enable --now {name}", "loginctl enable-linger"),
    Kind.SYSTEMD_SYSTEM: ('sudo cp "{path}" /etc/systemd/system/{name}', "sudo systemctl daemon-reload",
                          "sudo systemctl enable --now {name}"),
    Kind.CONTAINER: ('podman build -t ocop-market{part} -f "{path}"', 'podman run -d --name ocop-market{part} --restart unless-stopped '
                     '-v "{market}:/market" ocop-market{part}'),
}


@click.command("service", cls=SpeakingCommand, help=N_(
    "Writes the file with which this computer runs the schedule by itself, also after it was switched off, and shows the commands that "
    "put it to work. PLACE is windows (Task Scheduler), systemd (a user's own service), systemd-system (a server's) or container."))
@argument("place", type=click.Choice([kind.value for kind in Kind]))
@option("--for", "task", type=click.Choice([task.value for task in Task]), default=Task.SCHEDULE.value, help=N_(
    "What is kept running: the schedule, or with a queue the scheduler (once) or a worker (as many as you like)."))
@option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_(
    "Write this file (default: into the market's folder)."))
@option("--run-as", metavar="NAME", default="ocop", help=N_("User of a systemd-system service."))
@shared_options
@speaks_plainly
def service(place: str, task: str, out: Path | None, run_as: str, market_folder: Path, as_json: bool) -> Exit:
    """Writes a file for the operating system."""
    read_settings(market_folder)  # there has to be a market
    kind, program = Kind(place), Program(sys.executable, market_folder.resolve(), _windows_user(), Task(task))
    part = "" if program.task is Task.SCHEDULE else f"-{task}"
    path = (out or market_folder / FILES[kind].format(part=part)).resolve()
    content = _content(kind, program, run_as)
    if path.exists() and path.read_bytes() != content:
        raise SettingsError(THERE, code="service-file-there", path=str(path))
    path.write_bytes(content)
    commands = [line.format(path=path, name=path.name, market=program.market, part=part) for line in COMMANDS[kind]]
    if as_json:
        emit({"file": str(path), "commands": commands})
    else:
        tell(say(WRITTEN, path=path))
        for line in commands:
            tell(f"  {line}")
        tell(translate(LOOK))
    return Exit.DONE


def _windows_user() -> str:
    names = [os.environ.get(name, "") for name in ("USERDOMAIN", "USERNAME")]
    return "\\".join(names) if all(names) else ""


def _content(kind: Kind, program: Program, run_as: str) -> bytes:
    if kind is Kind.WINDOWS:
        return service_files.task(program).encode("utf-16")  # with its mark, as Task Scheduler writes such files itself
    if kind is Kind.CONTAINER:
        return service_files.containerfile(version("ocop-market"), program.task).encode()
    return service_files.unit(program, run_as=run_as if kind is Kind.SYSTEMD_SYSTEM else "").encode()
