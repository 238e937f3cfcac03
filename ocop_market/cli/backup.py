"""`backup`: a copy of the market file. `restore`: a copy in its place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ocop_market.cli.frame import Exit, emit, number, shared_options, speaks_plainly, tell
from ocop_market.cli.speech import SpeakingCommand, argument, option
from ocop_market.errors import NotSupported, SettingsError
from ocop_market.language import N_, say
from ocop_market.market import open_market
from ocop_market.model.clock import VIETNAM, utc_now
from ocop_market.settings import from_environment, read_settings
from ocop_market.store.backup import FOLDER, ON_SERVER, backups, damage_of, make_backup
from ocop_market.store.restore import NO_BACKUP, restore

SAVED = N_("Saved and checked: {path} ({size} MB). Keep a copy on another disk, and market.key with it: without that file the keys of "
           "your shops cannot be read.")
NONE_YET = N_("There is no backup in {folder}. Name one: ocop-market restore FILE")
REPLACE = N_("Put {path} of {time} in the place of this market? What came in since is read again from the shops; what you entered "
             "yourself since is only in the former file.")
RESTORED = N_("The market is as it was saved ({products} products, {orders} orders). Now bring in what is missing: ocop-market pull, then "
              "look: ocop-market doctor")
FORMER = N_("The file that was there before is kept: {path}")
KEYS = N_("{count} newer keys and logins of shops were taken over from it.")


@click.command("backup", cls=SpeakingCommand, help=N_(
    "Saves the market file into a dated copy while the program goes on, and opens the copy to check it."))
@option("--to", "folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
        help=N_("Folder for the copies (default: backups, in the market's folder)."))
@option("--keep", type=click.IntRange(0), default=10, help=N_("How many copies stay, the newest ones (0: all)."))
@shared_options
@speaks_plainly
def backup(folder: Path | None, keep: int, market_folder: Path, as_json: bool) -> Exit:
    """Makes a backup."""
    with open_market(market_folder) as market:
        path = make_backup(market.store, folder or market.folder / FOLDER, market.clock(), keep)
    size = path.stat().st_size
    if as_json:
        emit({"path": str(path), "bytes": size})
    else:
        tell(say(SAVED, path=str(path), size=max(1, size // 1_000_000)))
    return Exit.DONE


@click.command("restore", cls=SpeakingCommand, help=N_(
    "Puts a backup in the place of the market file (without FILE: the newest one). The file that was there is kept, and newer keys of "
    "shops are taken over from it. Stop the schedule before."))
@argument("file", required=False, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@option("--yes", is_flag=True, help=N_("Do not ask."))
@shared_options
@speaks_plainly
def restore_command(file: Path | None, yes: bool, market_folder: Path, as_json: bool) -> Exit:
    """Restores a backup; the market file need not be readable for it."""
    database = str(from_environment({"database": read_settings(market_folder).database})["database"])
    if "://" in database:
        raise NotSupported(ON_SERVER, code="backup-on-server")
    folder = market_folder / FOLDER
    chosen = file or next(reversed(backups(folder)), None)
    if chosen is None:
        raise SettingsError(NONE_YET, code="no-backup", folder=str(folder))
    if reason := damage_of(chosen):
        raise SettingsError(NO_BACKUP, code="backup-unreadable", path=str(chosen), reason=reason)
    if not yes and not click.confirm(say(REPLACE, path=str(chosen), time=_time_of(chosen)), err=True):
        return Exit.DONE
    done = restore(market_folder / database, chosen, folder, utc_now())
    if as_json:
        emit({"backup": str(chosen), "former": str(done.former) if done.former else None, "products": done.products,
              "orders": done.orders, "keys": done.keys})
        return Exit.DONE
    tell(say(RESTORED, products=number(done.products), orders=number(done.orders)))
    if done.former is not None:
        tell(say(FORMER, path=str(done.former)))
    if done.keys:
        tell(say(KEYS, count=done.keys))
    return Exit.DONE


def _time_of(path: Path) -> str:
    return f"{datetime.fromtimestamp(path.stat().st_mtime, VIETNAM):%d/%m/%Y %H:%M}"
