"""`status`: what waits for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from ocop_market.catalog.lookup import finder
from ocop_market.channels.tokens import NOTICE_DAYS, consent_notice
from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.change import Outcome
from ocop_market.model.clock import VIETNAM
from ocop_market.publishing.today import untrue_stars
from ocop_market.publishing.words import OUTCOMES
from ocop_market.sales.mirror import MirrorState
from ocop_market.store import ledger, outbox, publications
from ocop_market.store.catalog import load_former_codes, load_products
from ocop_market.store.goods import codes_sold, load_links
from ocop_market.store.mirrors import count_mirrors
from ocop_market.store.runs import latest_runs, why_it_ended
from ocop_market.store.steps import consent_ends

NEXT_STEPS = {
    "later": N_("goes on by itself at the next run"), "needs-login": N_("run: ocop-market accounts login {account}"),
    "busy": N_("another run was at it"), "failed": N_("put right what the message says, then run it again"),
    "stopped": N_("run it again; it goes on where it stood"), "running": N_("running, or was stopped hard"), "done": "",
}
REASONS_SHOWN = 3
EMPTY = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
OPEN = N_("{count} changes wait to be made. Run: ocop-market apply {account}")
REFUSED = N_("{count} listings were refused; the reasons: ocop-market plan {account} --all")
IN_REVIEW = N_("{count} listings wait for the platform: it looks at them first. The answers are fetched by the schedule, or with: "
               "ocop-market apply {account}")
ENDING = N_("The first of them has to be answered by {day}.")
CONSENT = N_("The shop's consent ends on {day}. Give it again before: ocop-market accounts login {account}")
CONSENT_ENDED = N_("The shop's consent ended on {day}. Give it again: ocop-market accounts login {account}")
WHY = N_("{sku}: {reason}")
UNTRUE = N_("{count} listings show a star whose certificate no longer holds. Run now: ocop-market apply {account}")
UNKNOWN = N_("{count} articles were sold that the catalog does not know. See: ocop-market goods {account}")
MIRRORED = N_("{count} sales may be a marketplace's orders and are not counted. See: ocop-market mirrors {account}")
UNREAD = N_("{count} orders could not be read without doubt. See: ocop-market doubts {account}")
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
    tell(say(PRODUCTS, count=number(body["products"])) if body["products"] else translate(EMPTY))
    for name, account in body["accounts"].items():
        _show(name, account)
    return Exit.DONE


def _show(name: str, account: dict[str, Any]) -> None:
    console.print(f"\n[bold]{escape(name)}[/] ({escape(account['channel'])})" + (
        f" · {escape(translate(N_('practice')))}" if account["practice"] else ""))
    parts = [f"{number(count)} {translate(OUTCOMES.get(status, status))}" for status, count in account["listings"].items()]
    if account["orders"]:
        parts.append(say(N_("{count} orders"), count=number(account["orders"])))
    if account["complete_to"]:
        parts.append(say(N_("sales complete to {moment}"),
                         moment=account["complete_to"].astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")))
    tell("  " + (" · ".join(parts) or translate(N_("nothing yet"))))
    refused = account["listings"].get(Outcome.REJECTED.value, 0)
    if waiting := account["listings"].get(Outcome.PENDING.value, 0):
        told = say(IN_REVIEW, count=number(waiting), account=name)
        until = account["review_until"]
        tell("  … " + told)
        if until:
            tell("    " + say(ENDING, day=until.astimezone(VIETNAM).strftime("%d/%m/%Y")))
    for count, text in ((len(account["untrue_stars"]), UNTRUE), (account["open_changes"], OPEN), (refused, REFUSED),
                        (account["unreadable_orders"], UNREAD), (account["unknown_goods"], UNKNOWN),
                        (account["doubtful_mirrors"], MIRRORED)):
        if count:
            tell("  ! " + say(text, count=number(count), account=name))
            if text is REFUSED:
                for one in account["refused"][:REASONS_SHOWN]:
                    tell("    " + say(WHY, sku=one["sku"], reason=" ".join(one["reasons"])))
    if (notice := account["consent_notice"]) is not None:
        day = account["consent_until"].astimezone(VIETNAM).strftime("%d/%m/%Y")
        tell(f"  {'…' if notice == NOTICE_DAYS[0] else '!'} " + say(CONSENT if notice else CONSENT_ENDED, day=day, account=name))
    for run in account["runs"]:
        if run["error"]:
            tell(f"  ✗ {run['error']['message']} [{run['error']['code']}]")
    if account["next_step"]:
        tell("  → " + account["next_step"])


def gather(market: Market) -> dict[str, Any]:
    """The state of the market as one JSON-able object."""
    with market.store.reading() as connection:
        listings = publications.count_by_status(connection)
        waiting = outbox.count_open(connection)
        complete, orders = ledger.complete_to(connection), ledger.count_orders(connection)
        refusals, runs = ledger.count_refusals(connection), latest_runs(connection)
        products = {product.sku: product for product in load_products(connection)}
        find, sold, links = finder(products, load_former_codes(connection)), codes_sold(connection), load_links(connection)
        doubtful = count_mirrors(connection, MirrorState.DOUBTFUL)
        consents = consent_ends(connection)
        published = {name: list(publications.load_publications(connection, name).values()) for name in market.settings.accounts}
    untrue = {name: untrue_stars(listings_of, products, market.today) for name, listings_of in published.items()}
    found: dict[str, Any] = {}
    for name, account in market.settings.accounts.items():
        mine = [run for run in runs if run["account"] == name]
        troubled = [run for run in mine if run["outcome"] != "done"]
        found[name] = {
            "channel": account.channel, "practice": account.practice,
            "listings": {status: count for (owner, status), count in listings.items() if owner == name},
            "open_changes": waiting.get(name, 0), "orders": orders.get(name, 0), "complete_to": complete.get(name),
            "unreadable_orders": refusals.get(name, 0), "doubtful_mirrors": doubtful.get(name, 0),
            "unknown_goods": sum(find(sku) is None and (name, sku, "") not in links for sku in sold.get(name, ())),
            "untrue_stars": untrue[name], "consent_until": consents.get(name),
            "consent_notice": consent_notice(consents.get(name), market.clock()),
            "review_until": min((one.ticket.expires_at for one in published[name] if one.ticket), default=None),
            "refused": [{"sku": one.sku, "reasons": [problem.sentence() for problem in one.problems]}
                        for one in published[name] if one.status == Outcome.REJECTED.value],
            "next_step": say(NEXT_STEPS.get(troubled[-1]["outcome"], ""), account=name) if troubled else "",
            "runs": [{**{key: run[key] for key in ("job", "outcome", "started_at", "ended_at", "counts")},
                      "error": why_it_ended(run["error"])} for run in mine],
        }
    return {"products": len(products), "accounts": found}
