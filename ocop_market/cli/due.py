"""`due`: certificates, re-ratings and papers with their days, and listings that show stars which no certificate gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click
from rich.markup import escape

from ocop_market.catalog.due import Due, DueKind, due
from ocop_market.catalog.standing import Standing, star_claim
from ocop_market.cli.frame import Exit, console, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.reports.due_files import KINDS, to_ics, to_xlsx
from sync_jobs.files import stars_shown

EMPTY = N_("The catalog is empty. Put your list in with: ocop-market import FILE")
NOTHING = N_("Nothing is due within {days} days.")
UNDATED = N_("{count} products have a certificate without dates: its end cannot be told. Enter the day of issue in your list.")
MORE = N_("… and {count} lines more: ocop-market due --all, or --xlsx FILE")
AND_MORE = N_(" and {count} more")
WRITTEN = N_("Written: {path}")
SHOWN = 20
NAMED = 6
BAR = 24


@click.command("due", cls=SpeakingCommand, help=N_(
    "Lists certificates and papers that end, re-ratings to apply for, what has lapsed, and listings that show stars which no "
    "certificate gives, with what to do next."))
@option("--within", "days", type=click.IntRange(0, 3660), default=180, show_default=True, help=N_("Look this many days ahead."))
@option("--on", "on", type=Day(), help=N_("The day to look at (default: today)."))
@option("--owner", metavar="NAME", help=N_("Only the products of this owner."))
@option("--all", "show_all", is_flag=True, help=N_("Show every line and every name, not the first of them."))
@option("--xlsx", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_("Write the table to an Excel file."))
@option("--ics", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help=N_(
    "Write what is still to come to a calendar file, with reminders."))
@shared_options
@speaks_plainly
def due_command(days: int, on: datetime | None, owner: str | None, show_all: bool, xlsx: Path | None, ics: Path | None,
                market_folder: Path, as_json: bool) -> Exit:
    """Shows what is due."""
    with open_market(market_folder) as market:
        today, made_at = on.date() if on else market.today, market.clock()
        products = {sku: product for sku, product in market.shown_products().items() if owner in (None, product.owner)}
        shown = {account: {sku: stars for sku, stars in listings.items() if owner is None or sku in products}
                 for account, listings in stars_shown(market).items()}
    entries = due(products.values(), today, within=days, shown=shown)
    undated = sum(star_claim(product, today).standing is Standing.UNDATED for product in products.values())
    if xlsx is not None:
        xlsx.write_bytes(to_xlsx(entries, today))
    if ics is not None:
        ics.write_bytes(to_ics([entry for entry in entries if _still_to_come(entry, today)], made_at))
    if as_json:
        emit({"day": today.isoformat(), "within": days, "undated": undated, "due": [_plain(entry, today) for entry in entries]})
        return Exit.DONE
    if not products:
        tell(translate(EMPTY))
        return Exit.DONE
    _tell(entries, today, days, show_all=show_all)
    if undated:
        tell(say(UNDATED, count=number(undated)))
    for path in filter(None, (xlsx, ics)):
        tell(say(WRITTEN, path=str(path)))
    return Exit.DONE


def _tell(entries: Sequence[Due], today: date, days: int, *, show_all: bool) -> None:
    if not entries:
        tell(say(NOTHING, days=days))
        return
    _bars(Counter(entry.kind for entry in entries))
    now = [entry for entry in entries if entry.kind is DueKind.UNTRUE_STARS]
    others = [entry for entry in entries if entry.kind is not DueKind.UNTRUE_STARS]
    coming = [entry for entry in others if _still_to_come(entry, today)]
    past = [entry for entry in others if not _still_to_come(entry, today)]
    hidden = 0
    for title, part in ((N_("Now"), now), (N_("To come"), coming), (N_("Past"), past)):
        lines = _together(part, len(part) if show_all else NAMED)
        shown = lines if show_all else lines[-SHOWN:] if part is past else lines[:SHOWN]
        hidden += len(lines) - len(shown)
        if shown:
            console.print()
            table(translate(title), [translate(N_("Day")), translate(N_("What")), translate(N_("What to do"))], shown)
    if hidden:
        tell(say(MORE, count=number(hidden)))


def _together(entries: Sequence[Due], named: int) -> list[tuple[str, str, str]]:
    """A line for all products with the same thing to do on the same day; of many, the first names."""
    groups: dict[tuple[object, ...], list[Due]] = {}
    for entry in entries:
        others = tuple(sorted((place, str(value)) for place, value in entry.told.values.items() if place != "name"))
        groups.setdefault((entry.day, entry.kind, entry.told.message, others), []).append(entry)
    lines = []
    for group in groups.values():
        names = [entry.product.name for entry in group]
        told = "; ".join(names[:named]) + (say(AND_MORE, count=number(len(names) - named)) if len(names) > named else "")
        first = group[0]
        sentence = replace(first.told, values={**first.told.values, "name": told}).sentence()
        lines.append((f"{first.day:%d/%m/%Y}", translate(KINDS[first.kind]), sentence))
    return lines


def _still_to_come(entry: Due, today: date) -> bool:
    return entry.day >= today and entry.kind not in (DueKind.LAPSED, DueKind.PAPER_ENDED)


def _bars(counts: Mapping[DueKind, int]) -> None:
    widest, most = max(len(translate(KINDS[kind])) for kind in counts), max(counts.values())
    for kind, title in KINDS.items():
        if counts.get(kind):
            bar = "█" * max(1, round(BAR * counts[kind] / most))
            console.print(f"{escape(translate(title)):<{widest}}  [cyan]{bar}[/] {number(counts[kind])}")


def _plain(entry: Due, today: date) -> dict[str, object]:
    return {"day": entry.day.isoformat(), "days_left": (entry.day - today).days, "kind": entry.kind.value, "sku": entry.product.sku,
            "name": entry.product.name, "owner": entry.product.owner, "subject": entry.subject, "message": entry.told.sentence()}
