"""Files that a market writes for people: its report, and what is due. The same for a person's command and for the schedule."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ocop_market.catalog.claims import stars_named
from ocop_market.catalog.due import Due, due
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.growth.restated import mark_reported
from ocop_market.market import Market
from ocop_market.model.listing import FieldGroup
from ocop_market.places.units import Geography
from ocop_market.reports.due_files import to_xlsx as due_to_xlsx
from ocop_market.reports.excel import to_xlsx
from ocop_market.reports.figures import Figures, collect
from ocop_market.reports.html import to_html
from ocop_market.store.publications import load_publications

FOLDER = "reports"


def gather(market: Market, period: Period, basis: Basis, geography: Geography = Geography.PRESENT) -> Figures:
    """The figures of a report; from now on what changes of its days can be listed (`ocop-market restated`)."""
    with market.store.writing() as connection:
        mark_reported(connection, period, basis, market.clock())
    practice = any(account.practice for account in market.settings.accounts.values())
    return collect(market.store, market.products(), name=market.settings.name, period=period, basis=basis, now=market.clock(),
                   practice=practice, accounts=list(market.settings.accounts), geography=geography)


def write_reports(figures: Figures, folder: Path) -> tuple[Path, Path]:
    """Writes both files and returns their paths; older ones of the same name are replaced once the new ones are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    html, xlsx = folder / "report.html", folder / "report.xlsx"
    made = {html: to_html(figures).encode(), xlsx: to_xlsx(figures)}
    parts = {path.with_suffix(path.suffix + ".part"): path for path in made}
    try:
        for part, path in parts.items():
            part.write_bytes(made[path])
        for part, path in parts.items():
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return html, xlsx


def stars_shown(market: Market) -> dict[str, dict[str, frozenset[int]]]:
    """By account and SKU the stars that listings on sale name in title, description and attributes; 0 is the mark OCOP alone."""
    shown: dict[str, dict[str, frozenset[int]]] = {}
    with market.store.reading() as connection:
        for account in market.settings.accounts:
            for listing in load_publications(connection, account).values():
                content = listing.applied.get(FieldGroup.CONTENT.value, {})
                texts = (content.get("title", ""), content.get("description", ""), *content.get("attributes", {}).values())
                named = stars_named("\n".join(map(str, texts)))
                if listing.on_sale and named:
                    shown.setdefault(account, {})[listing.sku] = named
    return shown


def write_monthly_report(market: Market) -> tuple[Path, Path]:
    """Writes the report of the twelve months up to yesterday into the folder `reports` of the market."""
    figures = gather(market, Period.twelve_months_to(market.today - timedelta(days=1)), Basis.NET)
    return write_reports(figures, market.folder / FOLDER)


def write_due(market: Market) -> list[Due]:
    """Writes `due.xlsx` into the folder `reports`: certificates and papers with their days, and stars shown without a certificate."""
    entries = due(market.shown_products().values(), market.today, shown=stars_shown(market))
    folder = market.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "due.xlsx.part"
    part.write_bytes(due_to_xlsx(entries, market.today))
    part.replace(folder / "due.xlsx")
    return entries
