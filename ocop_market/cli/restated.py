"""`restated`: which reported days show other figures now, and why."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import which_basis_or_the_reports
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.growth.basis import WORTH, Basis, explained
from ocop_market.growth.restated import Reason, Restatements
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM
from ocop_market.model.money import vnd
from ocop_market.reports.html import BASIS
from ocop_market.reports.numbers import day
from ocop_market.store.restatements import Moved

REASONS = {
    Reason.CANCELLED: N_("cancelled"), Reason.RETURNED: N_("goods came back"), Reason.CAME_LATE: N_("came in late"),
    Reason.COUNTED_ELSEWHERE: N_("counted at the marketplace"), Reason.NOT_CANCELLED: N_("not cancelled after all"),
    Reason.OTHER_STATE: N_("in another state since (paid, delivered, not known)"), Reason.OTHER_DAY: N_("moved to another day"),
    Reason.FEES: N_("fees became known or changed"), Reason.CHANGED: N_("amounts changed late"),
}
NOTHING = N_("Since {moment} no reported day has changed.")
SUM = N_("Since {moment}, {count} orders of reported days changed; together {amount}.")
MOVED = N_("Counted for another product")
NO_PRODUCT = N_("goods not in the catalog")
MORE = N_("… {count} more; all of them: --json")
MOST_SHOWN = 50


@click.command("restated", cls=SpeakingCommand, help=N_(
    "Lists what changed of days that a report has already shown: cancelled, returned, late or re-attributed sales, each on its day "
    "of sale. Counts from the last report on."))
@option("--since", type=Day(), help=N_("Changes from this day on (default: since the last report)."))
@which_basis_or_the_reports
@shared_options
@speaks_plainly
def restated(since: datetime | None, basis: str | None, market_folder: Path, as_json: bool) -> Exit:
    """Lists restated days."""
    with open_market(market_folder) as market:
        found = market.restated(since.date() if since else None, basis=Basis(basis) if basis else None)
    if as_json:
        emit(_as_json(found))
    else:
        _show(found)
    return Exit.DONE


def _show(found: Restatements) -> None:
    moment = f"{found.since.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    tell(say(BASIS, basis=explained(found.basis)))
    if not (found.orders or found.moved):
        tell(say(NOTHING, moment=moment))
    if found.orders:
        changed = len({(row.account, row.order_id) for row in found.orders})
        tell(say(SUM, moment=moment, count=number(changed), amount=vnd(sum(row.change for row in found.orders))))
        table("", [translate(heading) for heading in (N_("Day"), N_("Account"), N_("Order"), N_("Before"), N_("Now"), N_("Change"),
                                                      N_("Reason"))],
              [(day(row.day), row.account, row.document or row.order_id, vnd(row.before), vnd(row.after), vnd(row.change),
                translate(REASONS[row.reason])) for row in found.orders[:MOST_SHOWN]], right=[3, 4, 5])
        if len(found.orders) > MOST_SHOWN:
            tell(say(MORE, count=number(len(found.orders) - MOST_SHOWN)))
    if found.moved:
        table(translate(MOVED), [translate(heading) for heading in (N_("Days"), N_("Account"), N_("Article"), N_("Before"), N_("Now"),
                                                                    N_("Worth"))],
              [(f"{day(row.first_day)} – {day(row.last_day)}", row.account, row.sku or row.name, _product(row.before),
                _product(row.after), vnd(row.amount)) for row in found.moved], right=[5])
        tell(translate(WORTH))


def _product(sku: str | None) -> str:
    return sku or translate(NO_PRODUCT)


def _as_json(found: Restatements) -> dict[str, Any]:
    return {
        "since": found.since.isoformat(), "basis": found.basis.value, "basis_text": explained(found.basis),
        "orders": [{"day": row.day.isoformat(), "account": row.account, "order": row.order_id, "document": row.document,
                    "before": row.before, "after": row.after, "change": row.change, "why": row.reason.value} for row in found.orders],
        "moved": [_moved_json(row) for row in found.moved]}


def _moved_json(row: Moved) -> dict[str, Any]:
    return {"account": row.account, "sku": row.sku, "remote_id": row.remote_id, "name": row.name, "before": row.before,
            "after": row.after, "first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat(), "orders": row.orders,
            "amount": row.amount, "why": "re-attributed"}
