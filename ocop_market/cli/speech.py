"""click in the language of the reader: help, usage lines and names of values are looked up when they are shown."""

from __future__ import annotations

import functools
from typing import Any

import click

from ocop_market.language import N_, say, translate

PLACEHOLDERS = (
    N_("ACCOUNT"), N_("ADDRESS"), N_("ARTICLE"), N_("BRANCH"), N_("CHANNEL"), N_("CODE"), N_("DOCUMENT"), N_("FIGURE"), N_("FILE"),
    N_("FOLDER"), N_("INTEGER RANGE"), N_("JOB"), N_("KIND[@PATH][:NUMBER]"), N_("NAME"), N_("NAME=VALUE"), N_("NAME,…"), N_("NUMBER"),
    N_("OFTEN"), N_("PLACE"), N_("PLACE=CATEGORY"), N_("PRODUCT"), N_("SKU=NUMBER"), N_("TARGET"), N_("TEXT"), N_("WORDS"),
    N_("[OPTIONS]"), N_("COMMAND [ARGS]..."))
"""Words that stand for a value in usage lines and in the list of options."""


class SpeakingOption(click.Option):
    """An option whose help and value are named in the language in use."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in the help."""
        written = self.help
        self.help = translate(written) if written else written
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = written

    def make_metavar(self, ctx: click.Context) -> str:
        """The word for the option's value."""
        return translate(super().make_metavar(ctx))


class SpeakingArgument(click.Argument):
    """An argument whose name is in the language in use."""

    def make_metavar(self, ctx: click.Context) -> str:
        """The argument's name, in brackets when it may be left out."""
        written = super().make_metavar(ctx)
        name = written.strip("[].")
        return written.replace(name, translate(name))


class SpeakingCommand(click.Command):
    """A command whose help is in the language in use."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The pieces of the usage line."""
        return [translate(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own text."""
        written = self.help
        self.help = translate(written) if written else written
        super().format_help_text(ctx, formatter)
        self.help = written

    def get_short_help_str(self, limit: int = 100) -> str:
        """The first paragraph."""
        return translate(self.help).strip().split("\n\n")[0] if self.help else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help` itself; click keeps it in the language in which it was first asked for."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = translate(N_("Show this message and exit."))
        return found


class SpeakingGroup(SpeakingCommand, click.Group):
    """A group of such commands."""


class Day(click.DateTime):
    """A day, written 31/12/2026 or 2026-12-31."""

    def __init__(self) -> None:
        super().__init__(["%d/%m/%Y", "%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The word for a day."""
        return translate(N_("DAY"))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day at 0:00; a wrong call when it is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(say(N_("“{text}” is no day. Write day/month/year, for example 21/05/2026."), text=value), param, ctx)


option = functools.partial(click.option, cls=SpeakingOption)
argument = functools.partial(click.argument, cls=SpeakingArgument)
