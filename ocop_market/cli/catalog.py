"""`init` and `import`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, table, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import SettingsError
from ocop_market.language import N_, say, translate
from ocop_market.market import new_market, open_market

THERE = N_("There is a market in {folder} already. It was not touched.")
MADE = N_("A new market is in {folder}. Next: ocop-market --help, or put your list in with: ocop-market import FILE")
READ = N_("{rows} rows: {accepted} accepted, {refused} refused. {products} products: {new} new, {changed} changed.")


@click.command("init", cls=SpeakingCommand, help=N_("Makes a new market in FOLDER: settings, database, key. Never touches one "
                                                    "that is there."))
@argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@option("--name", default="OCOP", help=N_("Name of the co-operative or office."))
@shared_options
@speaks_plainly
def init(folder: Path | None, name: str, market_folder: Path, as_json: bool) -> Exit:
    """Makes a market."""
    place = market_folder if folder is None else folder
    try:
        path = new_market(place, name)
    except FileExistsError:
        raise SettingsError(THERE, code="market-there", folder=str(place.resolve())) from None
    open_market(place).close()
    if as_json:
        emit({"settings": str(path.resolve())})
    else:
        tell(say(MADE, folder=str(place.resolve())))
    return Exit.DONE


@click.command("import", cls=SpeakingCommand, help=N_(
    "Reads FILE (.xlsx, .xls, .csv) into the catalog. Every row is accounted for; the same list again changes nothing."))
@argument("file", type=click.Path(path_type=Path))
@option("--all", "show_all", is_flag=True, help=N_("Show every remark, not the first twenty."))
@shared_options
@speaks_plainly
def import_list(file: Path, show_all: bool, market_folder: Path, as_json: bool) -> Exit:
    """Imports a product list."""
    with open_market(market_folder) as market:
        read, new, changed = market.import_catalog(file)
    refused = read.rows - read.accepted
    if as_json:
        emit({"rows": read.rows, "accepted": read.accepted, "refused": refused, "products": len(read.products), "new": new,
              "changed": changed, "columns": dict(read.columns), "notes": [
                  {"row": n.row, "column": n.column, "code": n.problem.code, "message": n.problem.sentence(),
                   "refused": n.refused} for n in read.notes]})
        return Exit.PARTLY if refused else Exit.DONE
    tell(say(READ, rows=number(read.rows), accepted=number(read.accepted), refused=number(refused),
                      products=number(len(read.products)), new=number(new), changed=number(changed)))
    shown = read.notes if show_all else read.notes[:20]
    if shown:
        table(translate("Remarks"), [translate("Row"), translate("Column"), translate("Remark")],
              [(n.row, n.column, n.problem.sentence()) for n in shown], right=[0])
    if len(read.notes) > len(shown):
        counts = Counter(note.problem.code for note in read.notes)
        tell(say(N_("… and {count} more (--all shows them): {codes}"), count=len(read.notes) - len(shown),
                          codes=", ".join(f"{code} {count}" for code, count in counts.most_common())))
    return Exit.PARTLY if refused else Exit.DONE
