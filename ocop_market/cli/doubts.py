"""`doubts`: orders that could not be read, or that tell what can hardly be so."""

from __future__ import annotations

from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.store.ledger import load_refusals

NONE = N_("Every order was read without doubt.")
COUNT = N_("{count} orders are to be looked at. What is read anew without fault leaves this list by itself.")
MORE = N_("… {count} more; all of them: --json")
MOST_SHOWN = 50


@click.command("doubts", cls=SpeakingCommand, help=N_(
    "Lists orders of ACCOUNT, or of all accounts, that could not be read, or that tell what can hardly be so: odd prices, quantities "
    "below zero, sums that do not come out."))
@argument("account", required=False)
@shared_options
@speaks_plainly
def doubts(account: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Lists them."""
    with open_market(market_folder) as market:
        if account is not None:
            market.settings.account(account)
        with market.store.reading() as connection:
            found = load_refusals(connection, account)
    if as_json:
        emit([{"account": name, "order": one.order_id, "code": one.problem.code, "message": one.problem.sentence()} for name, one in found])
    elif not found:
        tell(translate(NONE))
    else:
        tell(say(COUNT, count=number(len(found))))
        table("", [translate(heading) for heading in (N_("Account"), N_("Order"), N_("Reason"))],
              [(name, one.order_id, one.problem.sentence()) for name, one in found[:MOST_SHOWN]])
        if len(found) > MOST_SHOWN:
            tell(say(MORE, count=number(len(found) - MOST_SHOWN)))
    return Exit.PARTLY if found else Exit.DONE
