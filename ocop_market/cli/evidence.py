"""`report evidence`: what a product or a producer sold, and where, for a dossier of five stars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from ocop_market.catalog.lookup import finder
from ocop_market.catalog.subjects import matching_name
from ocop_market.channels.registry import load_connector
from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, tell
from ocop_market.cli.report import which_basis
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.errors import MarketError, SettingsError
from ocop_market.growth.basis import Basis
from ocop_market.language import N_, say, translate
from ocop_market.market import Market, open_market
from ocop_market.model.product import Product
from ocop_market.reports.evidence.collect import Asked, Known, collect
from ocop_market.reports.evidence.figures import Evidence
from ocop_market.reports.evidence.files import to_docx, to_xlsx
from ocop_market.reports.evidence.links import read_links
from ocop_market.reports.official.figures import file_name, refuse_future
from ocop_market.reports.official.letterhead import read_letterhead
from ocop_market.reports.official.trade import Channel, ChannelKind

ONE_OF = N_("Name a product (--product SKU) or a producer (--producer NAME), one of the two.")
NO_PRODUCT = N_("The catalog has no product with the SKU {sku}.")
NO_PRODUCER = N_("The catalog has no producer called “{name}”. Write the name as it stands there: ocop-market history SKU")
WRITTEN = N_("Written: {path}")
FORMATS = ("docx", "xlsx")


@click.command("evidence", cls=SpeakingCommand, help=N_(
    "Writes the evidence of sales for a dossier of five stars as .docx and .xlsx, in Vietnamese: channels with links, sales by month and "
    "year on e-commerce and at points of sale, certificates. For one product or for all of a producer's."))
@option("--product", "sku", metavar="SKU", help=N_("Only this product."))
@option("--producer", metavar="NAME", help=N_("All products of this producer."))
@option("--as-of", "as_of", type=Day(), required=True, help=N_("Last day of the figures."))
@option("--months", type=click.Choice(["24", "36"]), default="36", help=N_("How many months are shown (default: 36)."))
@option("--formats", metavar="NAME,…", default="docx,xlsx", help=N_("Which files (default: both)."))
@option("--to", "folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Folder to write to (default: reports in the market)."))
@which_basis
@shared_options
@speaks_plainly
def evidence(sku: str | None, producer: str | None, as_of: datetime, months: str, formats: str, folder: Path | None, basis: str,
             market_folder: Path, as_json: bool) -> Exit:
    """Writes the evidence."""
    if (sku is None) is (producer is None):
        raise click.UsageError(translate(ONE_OF))
    wanted = [one.strip().lower() for one in formats.split(",") if one.strip()]
    if unknown := next((one for one in wanted if one not in FORMATS), None):
        raise click.BadParameter(say(N_("There is no format '{name}'. Choose from: {known}"), name=unknown, known=", ".join(FORMATS)))
    with open_market(market_folder) as market:
        refuse_future(as_of.date(), market.today)
        products = market.products()
        chosen, subject = _one(products, sku) if sku is not None else _all_of(products, producer or "")
        made = gather_evidence(market, Asked(chosen, subject, as_of.date(), int(months), Basis(basis)))
        to = folder or market.folder / "reports"
        to.mkdir(parents=True, exist_ok=True)
        paths = {to / f"minh-chung-{file_name(subject)[:60]}-{made.as_of.isoformat()}-{made.digest[:8]}.{one}": one for one in wanted}
        for path, kind in paths.items():
            path.write_bytes(to_docx(market.folder, made, read_letterhead(market.folder)) if kind == "docx" else to_xlsx(made))
    if as_json:
        emit({"digest": made.digest, "subject": made.subject, "files": [str(path) for path in paths], "doubts": list(made.doubts),
              "tables": {table.key: [list(row) for row in table.rows] for table in made.tables}})
        return Exit.DONE
    for doubt in made.doubts:
        tell("! " + doubt)
    for path in paths:
        tell(say(WRITTEN, path=str(path)))
    return Exit.DONE


def gather_evidence(market: Market, asked: Asked) -> Evidence:
    """The evidence as the market tells it now; names stand as they are, for it is the producer's own file."""
    practice = any(account.practice for account in market.settings.accounts.values())
    known = Known(market.settings.name, market.products(), channels_of(market), read_links(market.folder), list(market.settings.accounts),
                  practice)
    with market.store.reading() as connection:
        return collect(connection, known, asked)


def channels_of(market: Market) -> dict[str, Channel]:
    """The market's accounts: their titles in reports, and where they sell."""
    found = {}
    for account, settings in market.settings.accounts.items():
        try:
            profile = load_connector(settings.channel).profile
        except MarketError:  # a channel that is not installed any more still has sales in the ledger
            found[account] = Channel(account, ChannelKind.FILE)
            continue
        told = ChannelKind.FILE if profile.key == "spreadsheet" else ChannelKind.ONLINE
        kind = ChannelKind.POINT_OF_SALE if profile.point_of_sale else told
        found[account] = Channel(f"{profile.title} ({account})", kind)
    return found


def _one(products: Mapping[str, Product], sku: str) -> tuple[dict[str, Product], str]:
    product = finder(products)(sku)
    if product is None:
        raise SettingsError(NO_PRODUCT, code="product-unknown", sku=sku)
    return {product.sku: product}, f"{product.name} – {product.producer}" if product.producer else product.name


def _all_of(products: Mapping[str, Product], producer: str) -> tuple[dict[str, Product], str]:
    name = matching_name(producer)
    chosen = {sku: product for sku, product in products.items() if name and matching_name(product.producer) == name}
    if not chosen:
        raise SettingsError(NO_PRODUCER, code="producer-unknown", name=producer)
    return chosen, min(product.producer for product in chosen.values())
