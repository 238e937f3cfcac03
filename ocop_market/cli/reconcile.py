"""`reconcile`: what the ledger says that orders leave the seller, against what the platforms say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import period_from, period_to
from ocop_market.cli.speech import SpeakingCommand, argument
from ocop_market.growth.basis import Basis, explained
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.money import vnd
from ocop_market.reports.html import BASIS
from ocop_market.reports.numbers import day
from ocop_market.sales.reconcile import Difference, Reconciliation, Why

AGREES = N_("{account}: {orders} orders leave the seller {ours}; {channel} says {platform}, difference {difference}.")
WAITING = N_("{count} more orders come to {amount}; {channel} has not said yet what they leave.")
NO_SALES = N_("{account}: nothing was sold in this period.")
NEVER = N_("{account}: {channel} does not say what orders leave the seller, so there is nothing to compare ({count} orders).")
PAID = N_("{count} orders stand in {channel}'s list of payouts, with {amount}.")
TAX = N_("Tax withheld by {channel}: {stated}; the rules of each day of sale ask for {expected}. What we reckon is booked nowhere.")
DIFFERING = N_("{count} figures differ. “New fee” mostly is a fee that {channel} names under a new word; compare the others there.")
REASONS = {
    Why.UNEXPLAINED: N_("new fee, or a term not known"), Why.LINES: N_("the lines do not come to it"),
    Why.PAYOUT: N_("paid out otherwise"), Why.TAX: N_("tax withheld differs from the rules"),
}
MORE = N_("… {count} more; all of them: --json")
MOST_SHOWN = 50


@click.command("reconcile", cls=SpeakingCommand, help=N_(
    "Compares what the sales of ACCOUNT, or of all accounts, leave the seller with the platform's own totals and payouts, order by "
    "order, without the network."))
@argument("account", required=False)
@period_from
@period_to
@shared_options
@speaks_plainly
def reconcile(account: str | None, start: datetime | None, end: datetime | None, market_folder: Path, as_json: bool) -> Exit:
    """Compares one account or all."""
    with open_market(market_folder) as market:
        names = [account] if account else list(market.settings.accounts)
        found = [market.reconcile(name, start.date() if start else None, end.date() if end else None) for name in names]
        titles = {name: load_connector(market.settings.account(name).channel).profile.title for name in names}
    if as_json:
        emit({"basis": Basis.IN_HAND.value, "basis_text": explained(Basis.IN_HAND), "accounts": [_as_json(one) for one in found]})
    else:
        tell(say(BASIS, basis=explained(Basis.IN_HAND)))
        for one in found:
            _show(one, titles[one.account])
    return Exit.PARTLY if any(one.differences for one in found) else Exit.DONE


def _show(found: Reconciliation, channel: str) -> None:
    if not found.orders:
        tell(say(NEVER if found.waiting else NO_SALES, account=found.account, channel=channel, count=number(found.waiting)))
        return
    tell(say(AGREES, account=found.account, channel=channel, orders=number(found.orders), ours=vnd(found.ours),
             platform=vnd(found.platform), difference=vnd(found.difference)))
    if found.waiting:
        tell("  " + say(WAITING, channel=channel, count=number(found.waiting), amount=vnd(found.waiting_amount)))
    if found.paid_orders:
        tell("  " + say(PAID, channel=channel, count=number(found.paid_orders), amount=vnd(found.paid_out)))
    if found.tax is not None:
        tell("  " + say(TAX, channel=channel, stated=vnd(found.tax.stated), expected=vnd(found.tax.expected)))
    if found.differences:
        tell("  ! " + say(DIFFERING, channel=channel, count=number(len(found.differences))))
        _table(found.differences)


def _table(differences: Sequence[Difference]) -> None:
    table("", [translate(heading) for heading in (N_("Day"), N_("Order"), N_("Ours"), N_("Platform"), N_("Difference"), N_("Reason"))],
          [(day(one.day), one.document or one.order_id, vnd(one.ours), vnd(one.platform), vnd(one.amount), translate(REASONS[one.why]))
           for one in differences[:MOST_SHOWN]], right=[2, 3, 4])
    if len(differences) > MOST_SHOWN:
        tell(say(MORE, count=number(len(differences) - MOST_SHOWN)))


def _as_json(found: Reconciliation) -> dict[str, Any]:
    return {
        "account": found.account, "orders": found.orders, "ours": found.ours, "platform": found.platform, "difference": found.difference,
        "waiting": {"orders": found.waiting, "amount": found.waiting_amount},
        "paid_out": {"orders": found.paid_orders, "amount": found.paid_out},
        "tax": {"seller": found.tax.seller.value, "stated": found.tax.stated, "expected": found.tax.expected} if found.tax else None,
        "differences": [{"order": one.order_id, "document": one.document, "day": one.day.isoformat(), "why": one.why.value,
                         "ours": one.ours, "platform": one.platform, "difference": one.amount} for one in found.differences]}
