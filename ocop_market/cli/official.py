"""`report` with its parts: the short report, the official ones, what they would say otherwise today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ocop_market.cli.coop import coop
from ocop_market.cli.evidence import channels_of, evidence
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.points import FIELDS as POINT_FIELDS
from ocop_market.cli.report import report as short_report
from ocop_market.cli.report import which_basis, which_geography
from ocop_market.cli.restated import REASONS
from ocop_market.cli.speech import Day, SpeakingCommand, SpeakingGroup, argument, option
from ocop_market.growth.basis import Basis
from ocop_market.growth.restated import mark_reported
from ocop_market.growth.sold import read_both
from ocop_market.growth.targets import FILE_NAME, read_targets
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.money import vnd
from ocop_market.places.units import Geography, Level
from ocop_market.reports.numbers import day
from ocop_market.reports.official.collect import Asked, Known, collect, due_day
from ocop_market.reports.official.differences import Causes, Difference, causes, differences
from ocop_market.reports.official.figures import Kind, OfficialFigures, period_of
from ocop_market.reports.official.frozen import Format, freeze, make_again, read_frozen
from ocop_market.reports.official.growth_told import growth_parts, target_lines
from ocop_market.reports.official.letterhead import read_letterhead, write_forms
from ocop_market.reports.official.publish import Ground, for_everybody, is_for_everybody
from ocop_market.reports.official.trade import Channel, ChannelKind
from ocop_market.store.shares import Account, load_accounts

WRITTEN = N_("Written to {folder}: {names}.")
FROZEN = N_("Frozen in {path}; figures {digest}. What changes of its days from now on: ocop-market report diff {path}")
FILE_BEFORE = N_("To be filed before {day}.")
MADE_AGAIN = N_("The same files, byte for byte: {names}.")
NO_FORMAT = N_("There is no format '{name}'. Choose from: {known}")
FORMS_WRITTEN = N_("Written: {names}. Change them as you like; the names of places are in docs/guides/official_reports.md")
SAME = N_("The report of {moment} would say the same today.")
DIFFERS = N_("Since {moment}, {count} cells of the report changed.")
BECAUSE_ORDERS = N_("Orders of its days: {reason!t}, {count}, together {amount}.")
BECAUSE_CATALOG = N_("Changed in the catalog, {field!t}: {count} products. See: ocop-market history SKU")
BECAUSE_POINTS = N_("Changed in the register of points of sale, {field!t}: {count} points. See: ocop-market points history CODE")
BECAUSE_LINKED = N_("Articles that count for another product than before: {count}, together {amount}. See: ocop-market restated")
BECAUSE_LISTINGS = N_("Goods were put on sale or taken off sale since; how many are on sale is told as it is today.")
BECAUSE_TARGETS = N_("Other targets stand in targets.toml.")
BECAUSE_RULES = N_("The rules changed: {before} → {after}.")
BECAUSE_PROGRAM = N_("The program changed: {before} → {after}.")
NO_CAUSE = N_("No order, product, point of sale or rule that explains it was noted; the market may have been moved or restored.")
OPTIONS_FIRST = N_("Put the options after the name of the part: ocop-market report {part} …")
FIELDS = {"product": N_("new product"), "name": N_("name"), "producer": N_("producer"), "producer_kind": N_("producer_kind"),
          "group": N_("group"), "place": N_("place"), "certificates": N_("certificates")}
MOST_SHOWN = 60


def _formats(_context: click.Context, _parameter: click.Parameter, value: str) -> list[Format]:
    """Names of formats, separated by commas."""
    known = [one.value for one in Format]
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise click.BadParameter(say(NO_FORMAT, name=name, known=", ".join(known)))
    return [Format(name) for name in dict.fromkeys(names)]


@click.command("official", cls=SpeakingCommand, help=N_(
    "Writes the six-month report (to be filed before 30 May) or the annual one (before 30 November) as .docx, .pdf, .xlsx and .html, in "
    "Vietnamese, and freezes its figures."))
@option("--kind", type=click.Choice([kind.value for kind in Kind]), required=True, help=N_("Six months or the year."))
@option("--as-of", "as_of", type=Day(), required=True, help=N_("Last day of the figures."))
@option("--from", "start", type=Day(), help=N_("First day (default: the first of the half-year or year)."))
@option("--to", "folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Folder to write to (default: reports in the market)."))
@option("--formats", metavar="NAME,…", default="docx,pdf,xlsx,html", callback=_formats, help=N_("Which files (default: all four)."))
@which_basis
@which_geography
@option("--by", "level", type=click.Choice([level.value for level in Level]),
        help=N_("What localities are (default: provinces where there are several, else what lies below)."))
@option("--publish", is_flag=True, help=N_(
    "Leave out amounts of fewer than three producers, also those that could be worked out from others: for a report that everybody may "
    "read."))
@shared_options
@speaks_plainly
def official(kind: str, as_of: datetime, start: datetime | None, folder: Path | None, formats: list[Format], basis: str, geography: str,
             level: str | None, publish: bool, market_folder: Path, as_json: bool) -> Exit:
    """Writes an official report."""
    with open_market(market_folder) as market:
        period = period_of(Kind(kind), as_of.date(), market.today, start.date() if start else None)
        asked = Asked(Kind(kind), period, Basis(basis), Geography(geography), Level(level) if level else None)
        letterhead, now = read_letterhead(market.folder), market.clock()
        with market.store.writing() as connection:
            mark_reported(connection, period, asked.basis, now)
        frozen, paths = freeze(market.folder, gather_official(market, asked, publish=publish), letterhead, formats,
                               folder or market.folder / "reports", now)
    if as_json:
        emit({"digest": frozen.digest, "inputs": frozen.figures.scope.inputs, "files": [str(path) for path in paths],
              "file_before": due_day(asked).isoformat(), "doubts": list(frozen.figures.doubts)})
        return Exit.DONE
    for doubt in frozen.figures.doubts:
        tell("! " + doubt)
    tell(say(WRITTEN, folder=str(paths[-1].parent), names=", ".join(path.name for path in paths[:-1])))
    tell(say(FROZEN, path=str(paths[-1]), digest=frozen.digest[:16]))
    tell(say(FILE_BEFORE, day=day(due_day(asked))))
    return Exit.DONE


@click.command("again", cls=SpeakingCommand, help=N_(
    "Writes the files of a frozen report once more, byte for byte; the ledger is not asked."))
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@option("--to", "folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Folder to write to (default: that of the frozen report)."))
@shared_options
@speaks_plainly
def again(file: Path, folder: Path | None, market_folder: Path, as_json: bool) -> Exit:
    """Makes a frozen report again."""
    paths = make_again(market_folder, read_frozen(file), folder or file.parent)
    if as_json:
        emit({"files": [str(path) for path in paths]})
    else:
        tell(say(MADE_AGAIN, names=", ".join(path.name for path in paths)))
    return Exit.DONE


@click.command("diff", cls=SpeakingCommand, help=N_(
    "Tells what a frozen report would say otherwise if it were made today, and why."))
@argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@shared_options
@speaks_plainly
def diff(file: Path, market_folder: Path, as_json: bool) -> Exit:
    """Compares a frozen report with the market as it is now."""
    old = read_frozen(file)
    scope = old.figures.scope
    asked = Asked(scope.kind, scope.period, scope.basis, scope.geography, Level(scope.level))
    with open_market(market_folder) as market:
        new = gather_official(market, asked, publish=is_for_everybody(old.figures))
        with market.store.reading() as connection:
            why = causes(connection, old.figures, new, old.made_at)
    found = differences(old.figures, new)
    if as_json:
        emit(_as_json(old.made_at, found, why))
    else:
        _show(old.made_at, found, why)
    return Exit.DONE


@click.command("forms", cls=SpeakingCommand, help=N_(
    "Copies the letterhead and the templates of official reports into the market's folder forms, to be changed there."))
@shared_options
@speaks_plainly
def forms(market_folder: Path, as_json: bool) -> Exit:
    """Writes the forms into the market."""
    with open_market(market_folder) as market:
        written = write_forms(market.folder)
    if as_json:
        emit({"files": [str(path) for path in written]})
    else:
        tell(say(FORMS_WRITTEN, names=", ".join(str(path) for path in written)))
    return Exit.DONE


@click.pass_context
def _short_or_part(context: click.Context, /, **values: Any) -> None:
    """The short report where no part is named; options before a part's name would be lost, so they are refused."""
    part = context.invoked_subcommand
    if part is None:
        context.invoke(short_report, **values)
    elif any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in values):
        context.fail(say(OPTIONS_FIRST, part=part))


report = SpeakingGroup("report", callback=_short_or_part, params=short_report.params, help=short_report.help, invoke_without_command=True,
                       subcommand_metavar="COMMAND [ARGS]...",
                       commands=[official, again, diff, forms, coop, evidence])


def gather_official(market: Market, asked: Asked, *, publish: bool = False) -> OfficialFigures:
    """The figures of an official report as the market tells them now; households of other owners are under a pseudonym.

    With `publish`, amounts of fewer than three subjects are left out.
    """
    practice = any(account.practice for account in market.settings.accounts.values())
    products, targets = market.shown_products(), market.folder / FILE_NAME
    rows = read_targets(targets) if targets.is_file() else ()
    with market.store.reading() as connection:
        sold = read_both(connection, asked.period, asked.basis)
        parts = growth_parts(connection, products, asked.period, asked.basis, sold)
        lines = target_lines(connection, products, rows, asked.period.end, asked.basis)
        shared = load_accounts(connection)
        channels = report_channels(market, shared)
        known = Known(market.settings.name, products, channels, [*market.settings.accounts, *shared], practice, parts, lines, sold)
        figures = collect(connection, known, asked)
        return for_everybody(connection, figures, Ground(products, channels, asked.period, asked.basis)) if publish else figures


def report_channels(market: Market, shared: Mapping[str, Account]) -> dict[str, Channel]:
    """All accounts as reports name them: the market's own, and those of producers that share their figures."""
    return channels_of(market) | {name: _shared_channel(account) for name, account in shared.items()}


def _shared_channel(account: Account) -> Channel:
    """An account of a producer that shares its figures."""
    kinds = {True: ChannelKind.POINT_OF_SALE, False: ChannelKind.ONLINE, None: ChannelKind.FILE}
    return Channel(f"{account.channel} ({account.account})", kinds[account.point_of_sale])


def _show(made_at: datetime, found: list[Difference], why: Causes) -> None:
    moment = f"{made_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if not found:
        tell(say(SAME, moment=moment))
        return
    tell(say(DIFFERS, moment=moment, count=number(len(found))))
    table("", [translate(heading) for heading in (N_("Table"), N_("Row"), N_("Column"), N_("Before"), N_("Now"))],
          [(one.table, one.row, one.column, one.before, one.after) for one in found[:MOST_SHOWN]])
    if len(found) > MOST_SHOWN:
        tell(say(N_("… {count} more; all of them: --json"), count=number(len(found) - MOST_SHOWN)))
    told = _reasons(why)
    for sentence in told or [translate(NO_CAUSE)]:
        tell("→ " + sentence)


def _reasons(why: Causes) -> list[str]:
    orders = Counter(one.reason for one in why.orders)
    sentences = [say(BECAUSE_ORDERS, reason=REASONS[reason], count=number(count),
                     amount=vnd(sum(one.change for one in why.orders if one.reason is reason))) for reason, count in orders.items()]
    sentences += [say(BECAUSE_CATALOG, field=FIELDS[field], count=number(count)) for field, count in sorted(why.catalog.items())]
    sentences += [say(BECAUSE_POINTS, field=POINT_FIELDS[field], count=number(count)) for field, count in sorted(why.points.items())]
    if why.moved:
        sentences.append(say(BECAUSE_LINKED, count=number(len(why.moved)), amount=vnd(sum(one.amount for one in why.moved))))
    if why.listings:
        sentences.append(translate(BECAUSE_LISTINGS))
    if why.targets:
        sentences.append(translate(BECAUSE_TARGETS))
    if why.rules:
        sentences.append(say(BECAUSE_RULES, before=why.rules[0], after=why.rules[1]))
    if why.program:
        sentences.append(say(BECAUSE_PROGRAM, before=why.program[0], after=why.program[1]))
    return sentences


def _as_json(made_at: datetime, found: list[Difference], why: Causes) -> dict[str, Any]:
    return {
        "made_at": made_at.isoformat(),
        "differences": [{"table": one.table, "row": one.row, "column": one.column, "before": one.before, "after": one.after}
                        for one in found],
        "orders": [{"day": one.day.isoformat(), "account": one.account, "order": one.order_id, "before": one.before, "after": one.after,
                    "why": one.reason.value} for one in why.orders],
        "catalog": dict(why.catalog), "points": dict(why.points), "linked": [
            {"account": one.account, "sku": one.sku, "name": one.name, "before": one.before, "after": one.after, "amount": one.amount}
            for one in why.moved], "listings": why.listings, "targets": why.targets, "rules": why.rules, "program": why.program}
