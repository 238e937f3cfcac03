"""`report`, and the options that it shares with `growth`."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.compare import By, Comparison, Period
from ocop_market.language import N_, say
from ocop_market.market import Market, open_market
from ocop_market.places.units import Geography
from sync_jobs.files import gather, write_reports

WRITTEN = N_("Written: {html} and {xlsx}.")

period_from = option("--from", "start", type=Day(), help=N_("First day (default: twelve months before the last)."))
period_to = option("--to", "end", type=Day(), help=N_("Last day (default: yesterday)."))
which_basis = option("--basis", type=click.Choice([basis.value for basis in Basis]), default=Basis.NET.value,
                     help=N_("What counts as revenue (default: net of returns)."))
which_basis_or_the_reports = option("--basis", type=click.Choice([basis.value for basis in Basis]),
                                    help=N_("What counts as revenue (default: the basis of the last report)."))
which_geography = option("--geography", type=click.Choice([geography.value for geography in Geography]), default=Geography.PRESENT.value,
                         help=N_("Count places by the units of 30/6/2025 ('old') or of today ('present', the default)."))


@click.command("report", cls=SpeakingCommand, help=N_("Writes report.html (for phones, charts inside) and report.xlsx."))
@option("--out", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Folder to write to (default: reports in the market)."))
@period_from
@period_to
@which_basis
@which_geography
@shared_options
@speaks_plainly
def report(out: Path | None, start: datetime | None, end: datetime | None, basis: str, geography: str, market_folder: Path,
           as_json: bool) -> Exit:
    """Writes both reports."""
    with open_market(market_folder) as market:
        figures = gather(market, chosen_period(market, start, end), Basis(basis), Geography(geography))
        html, xlsx = write_reports(figures, out or market_folder / "reports")
    if as_json:
        emit({"html": str(html), "xlsx": str(xlsx), "basis": basis, "basis_text": explained(Basis(basis)),
              **unknown_json(figures.comparisons[By.CHANNEL])})
    else:
        tell(say(WRITTEN, html=str(html), xlsx=str(xlsx)))
    return Exit.DONE


def chosen_period(market: Market, start: datetime | None, end: datetime | None) -> Period:
    """The period asked for; by default the twelve months up to yesterday."""
    last = end.date() if end else market.today - timedelta(days=1)
    return Period(start.date(), last) if start else Period.twelve_months_to(last)


def unknown_json(comparison: Comparison) -> dict[str, Any]:
    """Orders in unknown states, now and a year before: beside all figures, never in them."""
    return {"unknown_states": {name: [{"account": state.account, "word": state.word, "orders": state.orders, "amount": state.amount}
                                      for state in states]
                               for name, states in (("now", comparison.unknown), ("before", comparison.unknown_before))}}
