"""Writes the pages that follow from the code: `python tools/reference.py`.

The commands page comes from click, the connectors page from roles, profiles and settings, and the picture from the charts
of the reports. A test writes them again and compares, so that none of them can lag behind the program.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from ocop_market.accounts import secret_names
from ocop_market.channels import api
from ocop_market.channels.api import Connector
from ocop_market.channels.profile import ChannelProfile
from ocop_market.channels.registry import connector_names, load_connector, sandbox_names
from ocop_market.cli.main import COMMANDS, root
from ocop_market.language import use_language
from ocop_market.model.lunar import tet_months
from ocop_market.reports.charts import columns

ROOT = Path(__file__).resolve().parent.parent
COMMANDS_PAGE = ROOT / "docs" / "reference" / "cli.md"
CONNECTORS_PAGE = ROOT / "docs" / "reference" / "connectors.md"
PICTURE = ROOT / "docs" / "images" / "growth.svg"
NOTE = "<!-- Written by `make reference`; do not edit by hand. -->"

SHARED = ("market_folder", "as_json", "lang", "help")
"""Options that every command has; described once."""

ROLES: tuple[tuple[str, tuple[type[Any], ...]], ...] = (
    ("publishes listings through calls", (api.PublishesListings,)),
    ("publishes by writing a file", (api.PublishSnapshot,)),
    ("listings are reviewed; asked about later", (api.AnswersLater,)),
    ("category tree, looked up at run time", (api.HasCategories,)),
    ("sales are pulled", (api.PullsSales,)),
    ("sales are read from exported files", (api.ReadsSalesFiles,)),
    ("branches or warehouses", (api.HasLocations,)),
    ("list of articles", (api.HasGoods,)),
    ("asks the seller's consent", (api.AsksConsent,)),
    ("calls us when something changes", (api.ReceivesWebhooks,)),
    ("announces changes in a queue", (api.AnnouncesChanges,)),
)

INVENTED = (
    (1_420, 1_690), (2_260, 2_080), (3_900, 3_350), (1_750, 4_620), (1_380, 1_890), (1_460, 1_830),
    (1_590, 2_140), (1_530, 2_060), (1_610, 2_110), (1_550, 2_030), (1_680, 2_260), (1_710, 2_310),
)
"""Revenue of twelve months a year before and now, in tens of thousands of đồng: made up for the picture."""


def commands_page() -> str:
    """Every command with its arguments and options, in the order of the program's own help."""
    lines = ["# Commands", "", NOTE, "",
             "All commands take these options as well; [scripts](../guides/scripts.md) tells more about them.", "",
             *_table(("option", "meaning"), (_option_row(parameter) for parameter in _shared_options())), ""]
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        if command is not None:
            lines += _command(f"ocop-market {name}", command)
    return "\n".join(lines).rstrip() + "\n"


def _shared_options() -> list[click.Parameter]:
    status = root.get_command(click.Context(root), "status")
    if status is None:
        raise LookupError("the command whose options are shared is gone")
    return [*status.params, click.Option(["-h", "--help"], is_flag=True, help="Show the help and end.")]


def _command(title: str, command: click.Command, level: str = "##") -> Iterator[str]:
    yield from (f"{level} {title}", "", (command.help or "").strip(), "")
    if isinstance(command, click.Group):
        if command.invoke_without_command:
            yield from _called(title, command)
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            if inner is not None:
                yield from _command(f"{title} {name}", inner, level + "#")
        return
    yield from _called(title, command)


def _called(title: str, command: click.Command) -> Iterator[str]:
    """How a command is called, and its options."""
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    yield from ("```text", " ".join([title, *arguments, "[OPTIONS]"]), "```", "")
    rows = [_option_row(p) for p in command.params if isinstance(p, click.Option) and p.name not in SHARED]
    if rows:
        yield from (*_table(("option", "meaning"), rows), "")


def _argument(argument: click.Argument) -> str:
    name = (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _option_row(parameter: click.Parameter) -> tuple[str, str]:
    if not isinstance(parameter, click.Option):
        raise TypeError(f"{parameter.name} is no option")
    value = "" if parameter.is_flag else f" {parameter.metavar or _kind(parameter.type)}"
    marks = [mark for mark, holds in (("must be given", parameter.required), ("may be repeated", parameter.multiple)) if holds]
    marks += [f"or set {parameter.envvar}"] if parameter.envvar else []
    help_text = parameter.help or ""
    return f"`{', '.join(parameter.opts)}{value}`", " ".join([help_text, *(f"({mark})" for mark in marks)])


def _kind(kind: object) -> str:
    if isinstance(kind, click.Choice):
        return "{" + ",".join(kind.choices) + "}"
    if isinstance(kind, click.IntRange):
        return f"{kind.min}…{kind.max}"
    if isinstance(kind, click.Path):
        return "FOLDER" if not kind.file_okay else "FILE"
    if isinstance(kind, click.DateTime):
        return "DAY"
    return "TEXT"


def connectors_page() -> str:
    """What each connector can do, how much, with which settings, and which of its facts nobody has confirmed."""
    kinds = {name: load_connector(name) for name in connector_names()}
    titles = [kind.profile.title for kind in kinds.values()]
    lines = ["# Connectors", "", NOTE, "", "## What they can do", "", *_table(("", *titles), _abilities(kinds)), "",
             "## Limits and habits", "",
             "A dash means that no limit is known, or that the line does not apply.", "",
             *_table(("", *titles), _limits(kinds)), ""]
    for name, kind in kinds.items():
        lines += _connector(name, kind)
    return "\n".join(lines).rstrip() + "\n"


def _abilities(kinds: dict[str, type[Connector]]) -> Iterator[tuple[str, ...]]:
    for ability, roles in ROLES:
        yield ability, *("yes" if issubclass(kind, roles) else "–" for kind in kinds.values())
    yield "point of sale", *("yes" if kind.profile.point_of_sale else "–" for kind in kinds.values())
    yield "practice server", *("yes" if name in sandbox_names() else "–" for name in kinds)


def _limits(kinds: dict[str, type[Connector]]) -> Iterator[tuple[str, ...]]:
    profiles = [kind.profile for kind in kinds.values()]
    yield "title", *(_bounds(p.title_minimum, p.title_limit, p.text_unit) for p in profiles)
    yield "description", *(_bounds(0, p.description_limit, p.text_unit) for p in profiles)
    yield "pictures", *(_pictures(p) for p in profiles)
    yield "price", *(_bounds(p.price_minimum, p.price_maximum, "₫") for p in profiles)
    yield "alcohol may be listed", *("yes" if p.gates_age else "no" for p in profiles)
    yield "longest period of one sales list", *(_span(p.sales_window) for p in profiles)
    yield "read again at every pull", *(_span(p.sales_overlap) if issubclass(k, api.PullsSales) else "–"
                                        for p, k in zip(profiles, kinds.values(), strict=True))
    yield "a review is asked about for", *(_span(p.ticket_life) for p in profiles)
    yield "our own brake", *(_brake(p) for p in profiles)


def _bounds(least: int, most: int, unit: str) -> str:
    if not least and not most:
        return "–"
    if not most:
        return f"from {least:,} {unit}"
    return f"{least:,} to {most:,} {unit}" if least else f"up to {most:,} {unit}"


def _pictures(profile: ChannelProfile) -> str:
    way = {"upload": "files, uploaded", "link": "public links", "none": "–"}[profile.picture_by]
    return f"{way}, up to {profile.picture_limit}" if profile.picture_limit else way


def _span(span: timedelta | None) -> str:
    if span is None:
        return "–"
    return f"{span.days} days" if span.days else f"{span.seconds // 60} minutes"


def _brake(profile: ChannelProfile) -> str:
    bounds = [f"{profile.calls_per_second:g} calls a second"] if profile.calls_per_second else []
    bounds += [f"{profile.calls_per_hour:,} calls an hour"] if profile.calls_per_hour else []
    return ", ".join(bounds) or "–"


def _connector(name: str, kind: type[Connector]) -> Iterator[str]:
    profile = kind.profile
    yield from (f"## {profile.title}", "", f"Channel `{name}`; how to set it up: [{profile.title}](../connectors/{name}.md).", "")
    if kind.Settings.model_fields:
        yield from (*_table(("setting", "default", "meaning"), _settings(kind.Settings, secret_names(kind))), "")
    yield from ("Pages that the facts were read on:", "", *(f"- {doc.page} ({doc.seen})" for doc in profile.docs), "")
    if profile.unverified:
        yield from ("Unverified, with the safe reading chosen:", "", *(f"- {fact}" for fact in profile.unverified), "")


def _settings(settings: type[BaseModel], hidden: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for name, field in settings.model_fields.items():
        needed = field.default is PydanticUndefined and field.default_factory is None
        default = "must be given" if needed else f"`{field.default}`" if field.default not in ("", None) else "empty"
        choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
        meaning = (field.description or "").rstrip(".")
        if choices:
            meaning += f"; one of {', '.join(f'`{choice}`' for choice in choices)}"
        yield f"`{name}`", f"{default}, sealed" if name in hidden else default, meaning


def _table(headings: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> list[str]:
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(inspect.cleandoc(cell).replace("|", "\\|") for cell in line) + " |" for line in lines]


def picture() -> str:
    """A chart as it stands in a report, over invented numbers, on white so that it can be read on a dark page."""
    months = [f"{2025 + (i + 10) // 12}-{(i + 10) % 12 + 1:02}" for i in range(12)]
    points = [(month, now * 10_000, before * 10_000) for month, (before, now) in zip(months, INVENTED, strict=True)]
    drawn = columns(points, title="Revenue by month, now and a year before (invented numbers)", now="11/2025 – 10/2026",
                    before="11/2024 – 10/2025", marks=tet_months(date(2025, 11, 1), date(2026, 10, 31)))
    head, _, rest = drawn.partition("</title>")
    return f'{head}</title><rect width="100%" height="100%" fill="white"/>{rest}\n'


def pages() -> dict[Path, str]:
    """All generated files with their content, in English."""
    use_language("en")
    return {COMMANDS_PAGE: commands_page(), CONNECTORS_PAGE: connectors_page(), PICTURE: picture()}


if __name__ == "__main__":
    for path, content in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        click.echo(f"wrote {path.relative_to(ROOT).as_posix()}")
