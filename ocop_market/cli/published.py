"""`share tables`: tables of growth that everybody may read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import chosen_period, period_from, period_to, which_basis, which_geography
from ocop_market.cli.speech import SpeakingCommand, option
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.compare import REPORTED, By, Row
from ocop_market.growth.published import Published, published
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.places.units import Geography
from ocop_market.reports.figures import row_label, table_title
from ocop_market.reports.html import BASIS, PERIOD
from ocop_market.reports.numbers import day, dong, per_cent

HIDDEN = "×"
BLANK = N_("× is not published: it is of fewer than three producers, or would let such an amount be worked out ({count} rows).")
NOTHING = N_("Nothing can be published of this period.")


@click.command("tables", cls=SpeakingCommand, help=N_(
    "Prints tables of growth that everybody may read: amounts of fewer than three producers are left out, also those that could be worked "
    "out by adding and subtracting over all tables shown."))
@option("--by", type=click.Choice([by.value for by in By]), multiple=True,
        help=N_("What the rows are (default: channel, star and province)."))
@period_from
@period_to
@which_basis
@which_geography
@shared_options
@speaks_plainly
def tables(by: tuple[str, ...], start: datetime | None, end: datetime | None, basis: str, geography: str, market_folder: Path,
           as_json: bool) -> Exit:
    """Prints tables for everybody."""
    with open_market(market_folder) as market:
        period = chosen_period(market, start, end)
        compared = [market.growth(period, by=By(one), basis=Basis(basis), geography=Geography(geography))
                    for one in dict.fromkeys(by or REPORTED)]
        products = market.shown_products()
        with market.store.reading() as connection:
            found = published(connection, products, compared)
    if as_json:
        emit({"basis": basis, "geography": geography, "period": [period.start.isoformat(), period.end.isoformat()],
              "tables": {one.comparison.by.value: _as_json(one) for one in found}})
        return Exit.DONE
    first = compared[0]
    tell(say(PERIOD, start=day(period.start), end=day(period.end), before_start=day(first.before.start), before_end=day(first.before.end)))
    tell(say(BASIS, basis=explained(first.basis)))
    headings = ("", translate(N_("Revenue")), translate(N_("A year before")), translate(N_("Growth")))
    for one in found:
        table(table_title(one.comparison), headings, [
            *(_row(row_label(one.comparison, row.key), None if row.key in one.blank else row) for row in one.comparison.rows),
            _row(translate(N_("Total")), one.total)], right=[1, 2, 3])
    if count := sum(len(one.blank) for one in found):
        tell(say(BLANK, count=number(count)))
    if all(one.total is None for one in found):
        tell(translate(NOTHING))
    return Exit.DONE


def _row(name: str, row: Row | None) -> tuple[str, str, str, str]:
    return (name, HIDDEN, HIDDEN, HIDDEN) if row is None else (name, dong(row.now), dong(row.before), per_cent(row.growth))


def _as_json(one: Published) -> dict[str, Any]:
    total = one.total
    rows = [{"key": row.key, "label": row_label(one.comparison, row.key), **_amounts(None if row.key in one.blank else row)}
            for row in one.comparison.rows]
    return {"rows": rows, "blank": sorted(one.blank), "total": _amounts(total)}


def _amounts(row: Row | None) -> dict[str, Any]:
    return {"now": row and row.now, "before": row and row.before, "growth": row and row.growth}
