"""`ready`: which products may be listed where, and what has to be done for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from ocop_market.catalog.findings import Severity
from ocop_market.catalog.readiness import SEVERITY_NAMES, STATE_NAMES, Matrix, Outlet, Readiness, State, matrix, only, to_json
from ocop_market.catalog.to_do import instruction_for
from ocop_market.channels.api import PublishesListings, PublishSnapshot
from ocop_market.channels.registry import connector_names, load_connector
from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.errors import Problem
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.product import Product
from ocop_market.publishing.today import forbidden_texts
from ocop_market.store.publications import load_publications

EMPTY = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
TITLE = N_("{count} products on {day}")
MORE = N_("… and {count} more products. All of them: ocop-market ready --all, or --xlsx FILE")
WRITTEN = N_("The table is in {path}.")
ALL_READY = N_("Nothing is to be done: every product may be listed.")
ON_SALE = N_("{count} listings that are on sale say what they may not. Run now: ocop-market apply {account}")
NETWORK = N_("Categories, attributes and reviews are the platforms' own; those are told by: ocop-market plan ACCOUNT")
LOOKS = {State.READY: ("green", "✓"), State.REMARKS: ("yellow", "✓"), State.MISSING: ("dark_orange", "…"), State.FORBIDDEN: ("red", "✗"),
         State.ELSEWHERE: ("dim", "·")}
_AS = {Severity.FORBIDDEN: State.FORBIDDEN, Severity.MISSING: State.MISSING, Severity.WARNING: State.REMARKS}
BAR = 24
SHOWN = 20


@click.command("ready", cls=SpeakingCommand, help=N_(
    "Shows for every product and channel whether it may be listed today, and what is missing or forbidden, with the next step. Needs "
    "no network."))
@option("--channel", "channels", metavar="CHANNEL", multiple=True, help=N_(
    "Only this channel; one without an account too. May be given several times."))
@option("--account", "accounts", metavar="ACCOUNT", multiple=True, help=N_("Only this account. May be given several times."))
@option("--only", "wanted", type=click.Choice([state.value for state in State if state is not State.ELSEWHERE]), multiple=True,
        help=N_("Only products in this state somewhere. May be given several times."))
@option("--on", "on", type=Day(), help=N_("The day to look at (default: today)."))
@option("--all", "show_all", is_flag=True, help=N_("Show every product, not the first twenty."))
@option("--xlsx", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_("Write the table to an Excel file."))
@shared_options
@speaks_plainly
def ready(channels: tuple[str, ...], accounts: tuple[str, ...], wanted: tuple[str, ...], on: datetime | None, show_all: bool,
          xlsx: Path | None, market_folder: Path, as_json: bool) -> Exit:
    """Shows readiness."""
    with open_market(market_folder) as market:
        outlets = dict(outlets_of(market, channels, accounts))
        products = market.shown_products()
        on_sale = _forbidden_on_sale(market, [outlet.name for outlet in outlets], products)
        whole = matrix(products.values(), list(outlets), market.settings.publishing, on.date() if on else market.today)
    shown = only(whole, [State(name) for name in wanted]) if wanted else whole
    if xlsx is not None:
        from ocop_market.reports.readiness_sheet import to_xlsx

        xlsx.write_bytes(to_xlsx(shown))
    if as_json:
        emit({**to_json(shown, {outlet.name: channel for outlet, channel in outlets.items()}), "on_sale": {
            name: {sku: [{"code": p.code, "message": p.sentence()} for p in problems] for sku, problems in found.items()}
            for name, found in on_sale.items()}})
        return Exit.DONE
    if not products:
        tell(translate(EMPTY))
        return Exit.DONE
    show(whole, shown, None if show_all else SHOWN)
    for account, found in on_sale.items():
        tell("! " + say(ON_SALE, count=number(len(found)), account=account))
        for problems in found.values():
            tell("    " + " ".join(problem.sentence() for problem in problems))
    if xlsx is not None:
        tell(say(WRITTEN, path=str(xlsx)))
    return Exit.DONE


def outlets_of(market: Market, channels: Sequence[str], accounts: Sequence[str]) -> Iterator[tuple[Outlet, str]]:
    """The accounts and channels asked for, each with its channel's key; without any, all that take listings.

    SettingsError names a channel or account that does not exist. A channel without an account counts as practice where all
    accounts of the market are practice.
    """
    known = market.settings.accounts
    chosen = {name: market.settings.account(name) for name in accounts}
    chosen |= {name: account for name, account in known.items() if account.channel in channels}
    bare = [channel for channel in dict.fromkeys(channels) if channel not in {account.channel for account in known.values()}]
    if not (accounts or channels):
        chosen = {name: account for name, account in known.items() if _takes_listings(account.channel)}
        bare = [] if chosen else [name for name in connector_names() if _takes_listings(name)]
    for name, account in chosen.items():
        yield Outlet(name, load_connector(account.channel).profile, account.practice, account.owner), account.channel
    practising = bool(known) and all(account.practice for account in known.values())
    for channel in bare:
        yield Outlet(channel, load_connector(channel).profile, practising), channel


def _takes_listings(channel: str) -> bool:
    return issubclass(load_connector(channel), PublishesListings | PublishSnapshot)


def _forbidden_on_sale(market: Market, accounts: Sequence[str], products: Mapping[str, Product]) -> dict[str, dict[str, list[Problem]]]:
    """By account, the listings on sale today whose words may not stand there; accounts without any are left out."""
    with market.store.reading() as connection:
        found = {name: forbidden_texts(load_publications(connection, name).values(), products, market.today) for name in accounts}
    return {name: listings for name, listings in found.items() if listings}


def show(whole: Matrix, shown: Matrix, limit: int | None) -> None:
    """Prints counts with bars for the whole, then what to do and the products of what is `shown`."""
    _show_counts(whole)
    _show_tasks(shown)
    _show_products(shown, limit)
    tell(translate(NETWORK))


def _show_counts(whole: Matrix) -> None:
    tell(say(TITLE, count=number(len(whole.rows)), day=f"{whole.day:%d/%m/%Y}"))
    counts = whole.counts()
    occurring = [state for state in STATE_NAMES if any(of_outlet[state] for of_outlet in counts.values())]
    made = Table(show_edge=False, pad_edge=False, header_style="bold")
    made.add_column("", overflow="fold")
    made.add_column("", no_wrap=True, min_width=BAR)
    for state in occurring:
        made.add_column(translate(STATE_NAMES[state]), justify="right", style=LOOKS[state][0])
    for name, of_outlet in counts.items():
        made.add_row(escape(name), _bar(of_outlet), *(number(of_outlet[state]) for state in occurring))
    console.print(made)


def _bar(counts: dict[State, int]) -> str:
    """One bar of coloured parts, as long for every outlet; a state that occurs has one block at least."""
    total = sum(counts.values()) or 1
    parts = {state: max(1, round(BAR * count / total)) for state, count in counts.items() if count}
    if parts:
        longest = max(parts, key=lambda state: parts[state])
        parts[longest] += BAR - sum(parts.values())
    return "".join(f"[{LOOKS[state][0]}]{'█' * blocks}[/]" for state, blocks in parts.items())


def _show_tasks(shown: Matrix) -> None:
    tasks = shown.tasks()
    if not tasks:
        tell(translate(ALL_READY))
    for severity, heading in SEVERITY_NAMES.items():
        mine = [task for task in tasks if task.severity is severity]
        colour = LOOKS[_AS[severity]][0]
        if mine:
            console.print(f"\n[bold {colour}]{escape(translate(heading))}[/]")
        most = max((len(task.skus) for task in mine), default=1)
        for task, following in zip_longest(mine, mine[1:]):
            block = "█" * max(1, round(12 * len(task.skus) / most))
            where = "" if len(task.outlets) == len(shown.outlets) else f" ({', '.join(task.outlets)})"
            line = say(N_("{title}: {count} products"), title=task.instruction.title(), count=number(len(task.skus)))
            console.print(f"  [{colour}]{block:<12}[/] {escape(line + where)}", soft_wrap=True)
            if following is None or following.instruction.next_step != task.instruction.next_step:
                console.print(f"               [dim]→ {escape(task.instruction.step())}[/]", soft_wrap=True)
    console.print()


def _show_products(shown: Matrix, limit: int | None) -> None:
    made = Table(show_edge=False, pad_edge=False, header_style="bold", expand=True)
    made.add_column("SKU", overflow="fold", min_width=8)
    made.add_column(translate(N_("Product")), overflow="fold", ratio=2)
    for outlet in shown.outlets:
        made.add_column(escape(outlet.name), justify="center")
    made.add_column(translate(N_("What to do")), overflow="fold", ratio=4)
    for row in sorted(shown.rows, key=_urgency)[:limit]:
        made.add_row(escape(row[0].sku), escape(row[0].name), *(f"[{LOOKS[cell.state][0]}]{LOOKS[cell.state][1]}[/]" for cell in row),
                     escape("; ".join(_titles(row))))
    console.print(made)
    if limit is not None and len(shown.rows) > limit:
        tell(say(MORE, count=number(len(shown.rows) - limit)))


def _urgency(row: Sequence[Readiness]) -> int:
    """Products that somebody can do something about come first, those without a remark last."""
    order = (State.MISSING, State.FORBIDDEN, State.REMARKS, State.READY, State.ELSEWHERE)
    return min((order.index(cell.state) for cell in row), default=len(order))


def _titles(row: Sequence[Readiness]) -> list[str]:
    """What is to be done for a product, each thing once; remarks only where nothing keeps it back."""
    found = [finding for cell in row for finding in cell.findings]
    heavy = [finding for finding in found if finding.withholds] or found
    return list(dict.fromkeys(instruction_for(finding.problem).title() for finding in heavy))
