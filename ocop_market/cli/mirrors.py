"""`mirrors`: sales of a till that a marketplace's account reports as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.growth.basis import WORTH
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.money import vnd
from ocop_market.sales.mirror import MirrorState
from ocop_market.store.mirrors import MirrorShown

NONE = N_("No sale of a till comes from a marketplace that is read directly. Nothing is counted twice.")
STATES = {
    MirrorState.SAME: N_("the same order, counted at the marketplace"),
    MirrorState.DOUBTFUL: N_("doubtful, not counted at the till"),
    MirrorState.OWN: N_("a sale of the till itself, counted there"),
}
ASK = N_("{count} sales say that they come from a marketplace, but name no order of it. If they are the marketplace's, leave them or "
         "say so with --same; if the till sold them itself, say --own with their numbers.")
DECIDED = N_("{count} documents of {account} are decided; their days are counted anew.")
NOT_ASKED = N_("Nothing is in question about {documents} in account '{account}'. See which are: ocop-market mirrors")
NEEDS_ACCOUNT = N_("Name the account of the till whose documents you decide about.")
MOST_SHOWN = 50


@click.command("mirrors", cls=SpeakingCommand, help=N_(
    "Shows sales of tills that a marketplace's account reports as well, so that they count once, and asks about doubtful ones. "
    "ACCOUNT is the till's."))
@argument("account", required=False)
@option("--own", multiple=True, metavar="DOCUMENT", help=N_("This document is a sale of the till itself; may be given several times."))
@option("--same", multiple=True, metavar="DOCUMENT", help=N_("This document is the marketplace's order; may be given several times."))
@shared_options
@speaks_plainly
def mirrors(account: str | None, own: Sequence[str], same: Sequence[str], market_folder: Path, as_json: bool) -> Exit:
    """Shows mirrored sales, or keeps what a person says of them."""
    with open_market(market_folder) as market:
        if account is not None:
            market.settings.account(account)
        if own or same:
            if account is None:
                raise click.UsageError(translate(NEEDS_ACCOUNT))
            for state, documents in ((MirrorState.OWN, own), (MirrorState.SAME, same)):
                if documents:
                    count = _decide(market, account, documents, state)
                    if not as_json:
                        tell(say(DECIDED, count=number(count), account=account))
        shown = [one for one in market.mirrors() if account in (None, one.mirror.account)]
    if as_json:
        emit([_as_json(one) for one in shown])
    else:
        _show(shown)
    return Exit.PARTLY if any(one.mirror.state == MirrorState.DOUBTFUL for one in shown) else Exit.DONE


def _decide(market: Market, account: str, documents: Sequence[str], state: MirrorState) -> int:
    """People see a document's number; the ledger knows it by its id."""
    asked = {one.mirror.order_id for one in market.mirrors()
             if one.mirror.account == account and {one.document, one.mirror.order_id} & set(documents)}
    if not asked:
        raise SettingsError(NOT_ASKED, code="no-such-mirror", documents=", ".join(documents), account=account)
    return len(market.decide_mirrors(account, asked, state))


def _show(shown: Sequence[MirrorShown]) -> None:
    if not shown:
        tell(translate(NONE))
        return
    counts = [(state, [one for one in shown if one.mirror.state == state]) for state in MirrorState]
    table(translate(N_("Counted once")), [translate(N_("What")), translate(N_("Documents")), translate(N_("Worth"))], [
        (translate(STATES[state]), number(len(some)), vnd(sum(one.amount for one in some))) for state, some in counts if some],
        right=[1, 2])
    tell(translate(WORTH))
    doubtful = [one for one in shown if one.mirror.state == MirrorState.DOUBTFUL]
    if doubtful:
        table("", [translate(N_("Account")), translate(N_("Document")), translate(N_("Day")), translate(N_("Source")),
                   translate(N_("Worth"))], [
            (one.mirror.account, one.document, f"{one.day:%d/%m/%Y}", one.source, vnd(one.amount)) for one in doubtful[:MOST_SHOWN]],
            right=[4])
        tell(say(ASK, count=number(len(doubtful))))


def _as_json(one: MirrorShown) -> dict[str, Any]:
    mirror = one.mirror
    return {"account": mirror.account, "order": mirror.order_id, "document": one.document, "day": one.day.isoformat(),
            "source": one.source, "amount": one.amount, "state": mirror.state, "of_account": mirror.of_account,
            "of_order": mirror.of_order, "decided": mirror.decided_at is not None}
