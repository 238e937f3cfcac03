"""What Task Scheduler, systemd and container programs want to read, as texts."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath, PureWindowsPath
from xml.etree import ElementTree

from ocop_market.cli.frame import Exit

MODULE = "ocop_market.cli.main"
SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class Task(StrEnum):
    """What is kept running."""

    SCHEDULE = "schedule"
    SCHEDULER = "scheduler"
    WORKER = "worker"


COMMANDS: Mapping[Task, tuple[str, ...]] = {
    Task.SCHEDULE: ("schedule", "run"), Task.SCHEDULER: ("schedule", "run", "--queue"), Task.WORKER: ("queue", "work")}
TITLES: Mapping[Task, str] = {
    Task.SCHEDULE: "OCOP market: sales, listings and reports by themselves", Task.SCHEDULER: "OCOP market: says whose turn it is",
    Task.WORKER: "OCOP market: a worker of the queue"}
STOPS_FOR_GOOD = " ".join(str(int(code)) for code in (Exit.USAGE, Exit.INPUT))
"""Ends that a person has to see to; after any other the schedule is started again."""

TASK = {
    "Triggers/LogonTrigger/Enabled": "true",
    "Triggers/LogonTrigger/UserId": "{user}",
    "Triggers/TimeTrigger/Enabled": "true",
    "Triggers/TimeTrigger/StartBoundary": "2026-01-01T00:00:00",
    "Triggers/TimeTrigger/Repetition/Interval": "PT15M",
    "Principals/Principal/UserId": "{user}",
    "Principals/Principal/LogonType": "InteractiveToken",
    "Principals/Principal/RunLevel": "LeastPrivilege",
    "Settings/MultipleInstancesPolicy": "IgnoreNew",
    "Settings/DisallowStartIfOnBatteries": "false",
    "Settings/StopIfGoingOnBatteries": "false",
    "Settings/StartWhenAvailable": "true",
    "Settings/ExecutionTimeLimit": "PT0S",
    "Settings/RestartOnFailure/Interval": "PT1M",
    "Settings/RestartOnFailure/Count": "10",
    "Settings/Enabled": "true",
}
"""As the user who has logged in, which needs no administrator and opens the Windows keyring; begun at the login, and again within a
quarter of an hour should it ever have ended; one at a time, without an end. The elements of a trigger stand in the
order of Task Scheduler's schema (triggerBaseType, learn.microsoft.com, 2026-11)."""

UNIT = """[Unit]
Description={title}
Wants=network-online.target
After=network-online.target postgresql.service

[Service]
ExecStart={command}
Environment=PYTHONUNBUFFERED=1
# Ctrl-C: what is under way ends after the page or change that it is at; SIGTERM, the usual signal, would cut it off
KillSignal=SIGINT
TimeoutStopSec=120
SuccessExitStatus={interrupted}
Restart=on-failure
RestartSec=30
RestartPreventExitStatus={for_good}
{rights}
[Install]
WantedBy={target}
"""
RIGHTS = """User={user}
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={folder}
"""
CONTAINER = """# podman build -t ocop-market -f Containerfile; the market's folder is mounted at /market
FROM docker.io/library/python:3.11-slim
RUN pip install --no-cache-dir 'ocop-market[{extra}]=={version}' \\
    && useradd --uid 1000 --create-home ocop && install -d -o ocop /market
USER ocop
ENV OCOP_MARKET=/market PYTHONUNBUFFERED=1
VOLUME /market
STOPSIGNAL SIGINT
CMD {command}
"""


@dataclass(frozen=True)
class Program:
    """The interpreter that has this program, and the market that is to be worked on."""

    python: str
    market: PurePath
    user: str = ""
    """Whose task it is on Windows, as DOMAIN\\NAME; empty: whoever registers it."""
    task: Task = Task.SCHEDULE

    @property
    def arguments(self) -> list[str]:
        """What follows the interpreter."""
        return ["-m", MODULE, *COMMANDS[self.task], "--market", str(self.market)]


def task(program: Program) -> str:
    """A task for `schtasks /Create /XML`."""
    root = ElementTree.Element("Task", {"version": "1.2", "xmlns": SPACE})
    for path, value in {"RegistrationInfo/Description": TITLES[program.task], **TASK,
                        "Actions/Exec/Command": _without_window(program.python),
                        "Actions/Exec/Arguments": subprocess.list2cmdline(program.arguments),
                        "Actions/Exec/WorkingDirectory": str(program.market)}.items():
        if not (value := value.format(user=program.user) if "{user}" in value else value):
            continue
        _element(root, path).text = value
    _element(root, "Principals/Principal").set("id", "Author")
    _element(root, "Actions").set("Context", "Author")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-16"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def unit(program: Program, *, run_as: str = "") -> str:
    """A systemd service: of a user, or with `run_as` of the server, that may write into the market's folder only."""
    command = " ".join(_quoted(part).replace("$", "$$") for part in (program.python, *program.arguments))
    rights = RIGHTS.format(user=run_as, folder=_quoted(str(program.market))) if run_as else ""
    return UNIT.format(title=TITLES[program.task], command=command, interrupted=int(Exit.INTERRUPTED), for_good=STOPS_FOR_GOOD,
                       rights=rights, target="multi-user.target" if run_as else "default.target")


def containerfile(version: str, task: Task = Task.SCHEDULE) -> str:
    """A file for podman or docker; the program is installed in the version that wrote it."""
    extra = "postgres" if task is Task.SCHEDULE else "queue"
    return CONTAINER.format(version=version, extra=extra, command=json.dumps(["ocop-market", *COMMANDS[task]]))


def _element(place: ElementTree.Element, path: str) -> ElementTree.Element:
    """The element at a path, made where there is none."""
    for name in path.split("/"):
        found = place.find(name)
        place = ElementTree.SubElement(place, name) if found is None else found
    return place


def _without_window(python: str) -> str:
    """The interpreter that opens no black window, where it lies beside the other."""
    path = PureWindowsPath(python) if re.match(r"[A-Za-z]:\\", python) else Path(python)
    quiet = path.with_name("pythonw.exe")
    return str(quiet) if Path(str(quiet)).is_file() else python


def _quoted(text: str) -> str:
    """A word of a systemd unit: in quotation marks, and nothing in it stands for something else."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'
