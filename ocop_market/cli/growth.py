"""`growth`: revenue of a period against another, by whatever matters, and what the change is made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.change_shown import (
    before_after_json,
    change_json,
    show_before_after,
    show_change,
    show_years,
    years_json,
)
from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import period_from, period_to, unknown_json, which_basis, which_geography
from ocop_market.cli.speech import SpeakingCommand, option
from ocop_market.growth.address import MOST_MONTHS
from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.before_after import Event
from ocop_market.growth.breakdown import breakdown
from ocop_market.growth.compare import REPORTED, By, Comparison, Period
from ocop_market.growth.coverage import Coverage
from ocop_market.growth.deflator import read_deflator
from ocop_market.growth.periods import Against, Pair, Span, around, named, pair
from ocop_market.growth.words import pair_notes
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography
from ocop_market.reports.explained import figure_name, figure_text
from ocop_market.reports.figures import doubts, row_label, table_title
from ocop_market.reports.growth_figures import listed, of_change, of_comparison, of_event, of_steps, of_years, row_address
from ocop_market.reports.html import BASIS, PERIOD
from ocop_market.reports.numbers import day, dong, per_cent
from ocop_market.reports.pictures import Drawn, parts_picture, pictures
from ocop_market.reports.steps import LEFT, TITLE, step_label

NO_SALES = N_("No sales in this period. Bring them in with: ocop-market pull")
WHENCE = N_("Where a figure comes from, line by line: ocop-market explain \"{address}\"; all addresses: ocop-market growth --figures")
ONE_WAY = N_("Say the period in one way: --period, --span, or --from and --to.")
FIGURES = N_("Every figure with its address; what one was made from: ocop-market explain \"ADDRESS\"")


@click.command("growth", cls=SpeakingCommand, help=N_("Prints revenue against another period, and what the change is made of."))
@option("--by", type=click.Choice([by.value for by in By]), multiple=True,
        help=N_("What the rows are (default: channel, star and province)."))
@option("--period", "name", metavar="NAME", help=N_("A year, half, quarter or month: 2026, 2026-H1, 2026-Q3, 2026-07."))
@option("--span", type=click.Choice([span.value for span in Span]),
        help=N_("The period of that length in which the day of --to lies (default: yesterday)."))
@period_from
@period_to
@option("--against", type=click.Choice([against.value for against in Against]), default=Against.YEAR_BEFORE.value,
        help=N_("What it is compared with; 'tet': the days that lie to the Tết of the year before as these do to theirs."))
@which_basis
@which_geography
@option("--years", "count", type=click.IntRange(2, 20), help=N_("Shows so many years, the same part of each, and the rate a year."))
@option("--prices", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("A list of months and indices of prices; growth is shown at constant prices as well."))
@option("--chart", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Writes a picture (.svg) of the way from one total to the other."))
@option("--pictures", "folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Writes pictures (.svg): months, channels, stars, groups, provinces as a map, the parts of the change, producers."))
@option("--before-after", "event", type=click.Choice([event.value for event in Event]),
        help=N_("Shows what products sold before and after they were recognised, or got more stars."))
@option("--months", type=click.IntRange(1, MOST_MONTHS), default=12, help=N_("Months before and after (default: 12)."))
@option("--figures", "as_figures", is_flag=True, help=N_("Lists every figure with its address for `explain`, instead of the tables."))
@shared_options
@speaks_plainly
def growth(by: tuple[str, ...], name: str | None, span: str | None, start: datetime | None, end: datetime | None, against: str,
           basis: str, geography: str, count: int | None, prices: Path | None, chart: Path | None, folder: Path | None, event: str | None,
           months: int, as_figures: bool, market_folder: Path, as_json: bool) -> Exit:
    """Prints growth."""
    on = Basis(basis)
    with open_market(market_folder) as market:
        periods = chosen_pair(market, name, span, start, end, Against(against))
        tables = [market.growth(periods.now, by=By(one), basis=on, geography=Geography(geography), before=periods.before)
                  for one in by or REPORTED]
        covered = market.coverage(periods.now, periods.before)
        change = market.account_of_change(periods, on)
        real = market.real_change(periods, read_deflator(prices), on) if prices else None
        past = market.years(periods.now, count, on) if count else None
        drawn = market.drawn(periods, on, Geography(geography)) if folder else None
        told = market.before_after(Event(event), months=months, basis=on) if event else None
        with market.store.reading() as connection:
            steps = breakdown(connection, periods.now, periods.before)
    found = listed([*(one for table in tables for one in of_comparison(table)), *of_change(change),
                    *of_steps(steps, periods.now, periods.before), *(of_years(past, on) if past else ()),
                    *(of_event(told, on) if told else ())])
    if chart:
        chart.write_text(parts_picture(change), encoding="utf-8", newline="\n")
    if folder and drawn:
        write_pictures(drawn, folder)
    if as_json:
        emit({"basis": basis, "basis_text": explained(on), "geography": geography,
              "geography_text": translate(GEOGRAPHY_WORDS[Geography(geography)]), "period": _days(periods.now),
              "before": _days(periods.before), "against": against, "asked": _days(periods.whole), "notes": pair_notes(periods),
              "tables": {c.by.value: _table_json(c) for c in tables}, **unknown_json(tables[0]),
              "breakdown": [{"key": step.key, "word": step.word, "now": step.now, "before": step.before}
                            for step in (*steps.steps, steps.in_hand)],
              **change_json(change, real), "years": years_json(past) if past else None,
              "before_after": before_after_json(told) if told else None,
              "begins": {account: first.isoformat() for account, first in covered.begins.items()},
              "ends_early": list(covered.ends_early),
              "figures": [{"address": str(one.address), "value": str(one.value) if isinstance(one.value, Decimal) else one.value}
                          for one in found]})
        return Exit.DONE
    if as_figures:
        tell(translate(FIGURES))
        for one in found:
            tell(f"{figure_name(one.address)}: {figure_text(one.address, one.value)}\n    {one.address}")
        return Exit.DONE
    show_growth(tables, covered, periods=periods)
    if tables[0].rows:
        show_change(change, real)
        table(translate(TITLE), ("", translate(N_("Now")), translate(N_("Before"))), [
            *((step_label(step), dong(step.now), dong(step.before)) for step in steps.steps),
            (translate(LEFT), dong(steps.in_hand.now), dong(steps.in_hand.before))], right=[1, 2])
    if past:
        show_years(past)
    if told:
        show_before_after(told)
    return Exit.DONE


def write_pictures(drawn: Drawn, folder: Path) -> None:
    """Writes every picture; older ones of the same names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures(drawn).items():
        (folder / name).write_text(picture, encoding="utf-8", newline="\n")


def chosen_pair(market: Market, name: str | None, span: str | None, start: datetime | None, end: datetime | None, against: Against,
                ) -> Pair:
    """The periods to compare: named or of a length, as far as they are over; else the days given, twelve months by default."""
    if (name is not None) + (span is not None) + (start is not None) > 1 or (name is not None and end is not None):
        raise click.UsageError(translate(ONE_WAY))
    yesterday = market.today - timedelta(days=1)
    last = end.date() if end else yesterday
    if name is not None:
        return pair(named(name), against, yesterday)
    if span is not None:
        return pair(around(Span(span), last), against, min(last, yesterday))
    whole = Period(start.date(), last) if start else Period.twelve_months_to(last)
    return pair(whole, against, market.today)


def show_growth(tables: list[Comparison], covered: Coverage, most: int = 12, periods: Pair | None = None) -> None:
    """Prints comparisons with period and basis, and what is missing for them."""
    first = tables[0]
    tell(say(PERIOD, start=day(first.period.start), end=day(first.period.end), before_start=day(first.before.start),
                      before_end=day(first.before.end)))
    tell(say(BASIS, basis=explained(first.basis)))
    for note in (*(pair_notes(periods) if periods else ()), *doubts(covered, first.unknown)):
        tell("! " + note)
    if not first.rows:
        tell(translate(NO_SALES))
        return
    a_year = periods is None or periods.against is Against.YEAR_BEFORE
    headings = ("", translate(N_("Revenue")), translate(N_("A year before") if a_year else N_("Before")), translate(N_("Growth")))
    for comparison in tables:
        rows = [(row_label(comparison, r.key), dong(r.now), dong(r.before), per_cent(r.growth)) for r in comparison.rows]
        total = comparison.total
        shown = rows[:most]
        if len(rows) > most:
            shown.append((say(N_("… {count} more in the report"), count=len(rows) - most), "", "", ""))
        table(table_title(comparison), headings, [
            *shown, (translate(N_("Total")), dong(total.now), dong(total.before), per_cent(total.growth))], right=[1, 2, 3])
    tell(say(WHENCE, address=str(row_address(first, first.rows[0].key))))


def _table_json(comparison: Comparison) -> dict[str, Any]:
    total = comparison.total
    rows = [{"key": r.key, "label": row_label(comparison, r.key), "now": r.now, "before": r.before, "growth": r.growth,
             "address": str(row_address(comparison, r.key))} for r in comparison.rows]
    return {"rows": rows, "total": {"now": total.now, "before": total.before, "growth": total.growth},
            "unknown": sum(state.amount for state in comparison.unknown)}


def _days(period: Period) -> list[str]:
    return [period.start.isoformat(), period.end.isoformat()]
