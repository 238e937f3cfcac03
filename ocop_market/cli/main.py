"""`ocop-market`: the group of commands. Commands are imported when they are called, so that help comes at once."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from ocop_market.cli.logs import tell_no_texts
from ocop_market.cli.speech import SpeakingGroup, SpeakingOption
from ocop_market.language import LANGUAGES, N_, current_language, translate, use_language

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo:demo", N_("Shows everything once on practice shops: real products, made-up sales.")),
    "init": ("catalog:init", N_("Makes a new market in a folder.")),
    "import": ("catalog:import_list", N_("Reads a list of products (.xlsx, .xls, .csv) into the catalog.")),
    "review": ("catalog:review", N_("Open questions about imported lists, and their answers.")),
    "history": ("history:history", N_("What changed of a product, when, and through what.")),
    "pictures": ("pictures:pictures", N_("Checks pictures against what channels take, and makes copies that fit.")),
    "places": ("places:places", N_("Where products come from, in the units of 30/6/2025 and of today.")),
    "points": ("points:points", N_("Points of sale of OCOP goods: where they are, since when, which till is theirs.")),
    "ready": ("ready:ready", N_("Which products may be listed where, and what the others lack.")),
    "due": ("due:due_command", N_("Certificates and papers that end, re-ratings to apply for, what has lapsed.")),
    "codes": ("codes:codes", N_("Barcodes, QR codes, trace links and labels of the goods.")),
    "accounts": ("accounts:accounts", N_("Shops and points of sale: list, add, log in, check.")),
    "categories": ("categories:categories", N_("Which categories and attributes goods get on a platform.")),
    "stock": ("stock:stock", N_("What there is of each product, what each account offers, and why.")),
    "plan": ("publish:plan", N_("Shows what publishing would change; changes nothing.")),
    "apply": ("publish:apply", N_("Makes the changes of a plan.")),
    "undo": ("publish:undo", N_("Takes back what a publish changed.")),
    "pull": ("sales:pull", N_("Brings sales in from shops, or from an exported file.")),
    "verify": ("verify:verify", N_("Proves the ledger complete against the platforms' own lists.")),
    "reconcile": ("reconcile:reconcile", N_("The platforms' own totals and payouts against the ledger, order by order.")),
    "doubts": ("doubts:doubts", N_("Orders that could not be read, or that tell what can hardly be so.")),
    "mirrors": ("mirrors:mirrors", N_("Sales of a till that a marketplace reports as well: counted once.")),
    "goods": ("goods:goods", N_("What was sold under a code that the catalog does not know.")),
    "growth": ("growth:growth", N_("Revenue against another period, and what the change is made of.")),
    "explain": ("explain:explain_figure", N_("What a figure was made from: its order lines, and what was left out.")),
    "targets": ("targets:targets", N_("Targets of plans: reached, on course or behind, with the arithmetic.")),
    "report": ("official:report", N_("Writes report.html and report.xlsx; official reports: report official.")),
    "share": ("share:share", N_("Signed figures from a producer to an office, and many producers' in the office.")),
    "restated": ("restated:restated", N_("Which reported days show other figures now, and why.")),
    "costs": ("coop:costs", N_("What one unit of each product costs you, for the lowest prices in: report coop.")),
    "status": ("status:status", N_("What waits for whom, and when each account last worked.")),
    "doctor": ("doctor:doctor", N_("Is all well? What is wrong, shop by shop, and what to do.")),
    "backup": ("backup:backup", N_("Saves the market file into a dated, checked copy.")),
    "restore": ("backup:restore_command", N_("Puts a backup in the place of the market file.")),
    "metrics": ("doctor:metrics", N_("Figures for Prometheus, and health as JSON.")),
    "move-to": ("moving:move_to", N_("Moves the market to another database: PostgreSQL for an office, or back to a file.")),
    "schedule": ("schedule:schedule", N_("Pulls sales and finishes changes by itself, until stopped.")),
    "service": ("service:service", N_("Writes the file with which this computer runs the schedule by itself.")),
    "queue": ("queue:queue", N_("Many workers on one market, on one computer or several.")),
    "webhooks": ("webhooks:webhooks", N_("Addresses that platforms call when something changes; the server behind them.")),
    "sandbox": ("sandbox:sandbox", N_("Starts a practice server of a platform on this computer.")),
    "connector": ("connector:connector", N_("For developers: starts a new connector.")),
}
"""Name: where the command is, and its line in the help."""


class LazyGroup(SpeakingGroup):
    """Knows its commands by name and imports one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"ocop_market.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in the help, without importing anything."""
        with formatter.section(translate("Commands")):
            formatter.write_dl([(name, translate(line)) for name, (_, line) in COMMANDS.items()])


ABOUT = N_("""OCOP products on marketplaces and at points of sale: catalog, listings, sales, growth.

Start with: ocop-market demo""")


@click.command(cls=LazyGroup, help=ABOUT, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--lang", type=click.Choice(LANGUAGES), expose_value=False, help="Ngôn ngữ / language.")
@click.version_option(package_name="ocop-market", message="%(version)s", cls=SpeakingOption,
                      help=N_("Show the version and exit."))
def root() -> None:
    """The group."""


def _choose_language(arguments: list[str]) -> None:
    """`--lang` counts wherever it stands, so that help and errors of parsing are in the right language too."""
    chosen = os.environ.get("OCOP_MARKET_LANG", "vi")
    for i, argument in enumerate(arguments):
        if argument == "--lang" and i + 1 < len(arguments):
            chosen = arguments[i + 1]
        elif argument.startswith("--lang="):
            chosen = argument.partition("=")[2]
    use_language(chosen if chosen in LANGUAGES else "vi")


def _teach_click() -> None:
    """click's own words ("Usage", "Options" …) come from our catalogue as well."""
    import gettext
    from pathlib import Path

    folder = Path(__file__).parents[1] / "locale"
    gettext.bindtextdomain("ocop_market", str(folder))
    gettext.textdomain("ocop_market")
    os.environ["LANGUAGE"] = current_language()


def main(arguments: list[str] | None = None, **extra: Any) -> None:
    """The program. Ends the process with an exit code that scripts can use (see `ocop_market.cli.frame`)."""
    if arguments is None:
        tell_no_texts()
    given = sys.argv[1:] if arguments is None else arguments
    _choose_language(given)
    _teach_click()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    root.main(args=given, prog_name="ocop-market", **extra)


if __name__ == "__main__":
    main()
