"""`status`: what waits for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, SpeakingCommand, console, emit, number, shared_options, speaks_plainly, table
from ocop_market.cli.publish import OUTCOMES
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.store import ledger, publications
from ocop_market.store.catalog import count_products
from ocop_market.store.runs import latest_runs

NEXT_STEPS = {
    "later": N_("goes on by itself at the next run"), "needs-login": N_("run: ocop-market accounts login {account}"),
    "busy": N_("another run was at it"), "failed": N_("look at the message, then run it again"),
    "stopped": N_("run it again; it goes on where it stood"), "running": N_("running, or was stopped hard"), "done": "",
}
EMPTY = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
PRODUCTS = N_("{count} products in the catalog.")


@click.command("status", cls=SpeakingCommand, help=N_(
    "Shows per account what is on sale, what waits, how far sales are complete, and what to do next."))
@shared_options
@speaks_plainly
def status(market_folder: Path, as_json: bool) -> Exit:
    """Shows the state of the market."""
    with open_market(market_folder) as market:
        body = gather(market)
    if as_json:
        emit(body)
        return Exit.DONE
    console.print(say(PRODUCTS, count=number(body["products"])) if body["products"] else translate(EMPTY))
    rows = []
    for name, account in body["accounts"].items():
        listings = ", ".join(f"{number(n)} {translate(OUTCOMES.get(s, s))}" for s, n in account["listings"].items())
        waiting = number(account["open_changes"]) if account["open_changes"] else ""
        complete = account["complete_to"].astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if account["complete_to"] else "–"
        doubts = number(account["unreadable_orders"]) if account["unreadable_orders"] else ""
        rows.append((name, account["channel"], listings or "–", waiting, number(account["orders"]), complete, doubts,
                     account["next_step"]))
    table(translate("Accounts"), [translate(heading) for heading in (
        N_("Account"), N_("Channel"), N_("Listings"), N_("Waiting"), N_("Orders"), N_("Complete to"), N_("Doubtful"),
        N_("Next step"))], rows, right=[3, 4, 6])
    return Exit.DONE


def gather(market: Market) -> dict[str, Any]:
    """The state of the market as one JSON-able object."""
    with market.store.reading() as connection:
        listings = publications.count_by_status(connection)
        waiting = publications.count_open(connection)
        complete, orders = ledger.complete_to(connection), ledger.count_orders(connection)
        refusals, runs = ledger.count_refusals(connection), latest_runs(connection)
        products = count_products(connection)
    found: dict[str, Any] = {}
    for name, account in market.settings.accounts.items():
        mine = [run for run in runs if run["account"] == name]
        troubled = [run for run in mine if run["outcome"] != "done"]
        found[name] = {
            "channel": account.channel, "practice": account.practice,
            "listings": {status: count for (owner, status), count in listings.items() if owner == name},
            "open_changes": waiting.get(name, 0), "orders": orders.get(name, 0), "complete_to": complete.get(name),
            "unreadable_orders": refusals.get(name, 0),
            "next_step": say(NEXT_STEPS.get(troubled[-1]["outcome"], ""), account=name) if troubled else "",
            "runs": [{key: run[key] for key in ("job", "outcome", "started_at", "ended_at", "counts", "error")} for run in mine],
        }
    return {"products": products, "accounts": found}
