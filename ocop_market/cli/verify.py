"""`verify`: is the ledger complete? Proved against the platforms' own lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.channels.api import ListsOrders
from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, complain, emit, error_json, exit_code, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.progress import bar
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import MarketError
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.money import vnd
from ocop_market.sales.verify import complete_as_of
from ocop_market.store.checks import Check

PROVED = N_("{account}: complete from {first} to {day}, difference {difference}.")
ONLY_COUNTS = N_("{account}: complete from {first} to {day}: {orders} orders on both sides; {channel}'s list has no amounts to compare.")
NOT_PROVED = N_("{account}: {count} orders differ from {channel}'s list; they are named below. Look at them there, and at: "
                "ocop-market status")
MENDED = N_("{account}: {count} orders were missing or out of date and have been read again.")
NONE_LISTS = N_("No account of this market can list its orders again. Add one with: ocop-market accounts add")
MISSING = N_("not in our ledger")
EXTRA = N_("only in our ledger")
DIFFERS = N_("other amount")
MOST_NAMED = 50


@click.command("verify", cls=SpeakingCommand, help=N_(
    "Compares the sales of ACCOUNT, or of all accounts, with the platform's own list month by month, reads again what is missing "
    "or differs, and says up to when the ledger is complete."))
@argument("account", required=False)
@option("--since", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help=N_("First day to compare; else the first day of sales."))
@option("--no-repair", is_flag=True, help=N_("Only compare; read nothing again."))
@shared_options
@speaks_plainly
def verify(account: str | None, since: datetime | None, no_repair: bool, market_folder: Path, as_json: bool) -> Exit:
    """Compares one account or all."""
    found: dict[str, list[Check] | MarketError] = {}
    with open_market(market_folder) as market:
        if account is not None:
            market.settings.account(account)
        for name in [account] if account else _that_list(market):
            try:
                with bar(name, quiet=as_json) as watch:
                    found[name] = market.verify(name, since=since.date() if since else None, repair=not no_repair, watch=watch)
            except MarketError as error:  # one shop that is down hides no other
                found[name] = error
        titles = {name: load_connector(market.settings.account(name).channel).profile.title for name in found}
    if as_json:
        emit([_as_json(name, one) for name, one in found.items()])
    elif not found:
        tell(translate(NONE_LISTS))
    else:
        for name, one in found.items():
            if isinstance(one, MarketError):
                complain(one, as_json=False)
            else:
                _show(name, titles[name], one)
    return max((_exit(one) for one in found.values()), default=Exit.DONE)


def _that_list(market: Market) -> list[str]:
    return [name for name, settings in market.settings.accounts.items() if issubclass(load_connector(settings.channel), ListsOrders)]


def _exit(found: Sequence[Check] | MarketError) -> Exit:
    if isinstance(found, MarketError):
        return exit_code(found)
    return Exit.DONE if all(check.agrees for check in found) else Exit.PARTLY


def _show(account: str, channel: str, checks: Sequence[Check]) -> None:
    repaired = sum(check.repaired for check in checks)
    if repaired:
        tell(say(MENDED, account=account, count=number(repaired)))
    differing = [(check, order, why) for check in checks for why, orders in (
        (MISSING, check.missing), (EXTRA, check.extra), (DIFFERS, check.differing)) for order in orders]
    proved = complete_as_of(checks)
    if differing:
        tell(say(NOT_PROVED, account=account, channel=channel, count=number(len(differing))))
        table("", [translate(N_("Month")), translate(N_("Order")), translate(N_("Difference"))], [
            (f"{check.since.astimezone(VIETNAM):%m/%Y}", order, translate(why)) for check, order, why in differing[:MOST_NAMED]])
    elif proved is not None:
        amounts = [check.difference for check in checks if check.difference is not None]
        first = f"{checks[0].since.astimezone(VIETNAM):%d/%m/%Y}"
        day = f"{proved.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        if len(amounts) == len(checks):
            tell(say(PROVED, account=account, first=first, day=day, difference=vnd(sum(amounts))))
        else:
            orders = number(sum(check.kept for check in checks))
            tell(say(ONLY_COUNTS, account=account, first=first, day=day, orders=orders, channel=channel))


def _as_json(account: str, found: Sequence[Check] | MarketError) -> dict[str, Any]:
    if isinstance(found, MarketError):
        return {"account": account, "error": error_json(found)}
    proved = complete_as_of(found)
    return {"account": account, "error": None, "complete_as_of": proved.isoformat() if proved else None, "windows": [
        {"since": check.since.isoformat(), "until": check.until.isoformat(), "listed": check.listed, "kept": check.kept,
         "repaired": check.repaired, "missing": list(check.missing), "extra": list(check.extra),
         "differing": list(check.differing), "difference": check.difference} for check in found]}
