"""A market of an older version of the program, brought to this one in place: with a copy kept, while nobody works on it.

Imported only when that is to be done.
"""

from __future__ import annotations

import logging
import math
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, text

from ocop_market.language import N_, say
from ocop_market.model.clock import VIETNAM
from ocop_market.store.engine import begun_to_write
from ocop_market.store.leases import LIFE
from ocop_market.store.migrate import is_known, upgrade_on
from ocop_market.store.tables.work import lease
from ocop_market.store.trouble import REASONS, StoreBusy, StoreError

if TYPE_CHECKING:
    from ocop_market.store.engine import Store

FOLDER = "backups"
NAME = "before-upgrade-{version}-%Y%m%d-%H%M%S.db"

TOO_NEW = N_("The market {path} was made by a newer version of this program ({found}). Update the program first.")
AT_WORK = N_("The market {path} has to be upgraded for this version of the program, but an older version is working on '{name}'. Stop "
             "that one, its schedule too, and run the command again (in {seconds} seconds, if it was stopped hard).")
NO_COPY = N_("The market {path} has to be upgraded for this version of the program, but the copy that is kept of it cannot be made in "
             "{folder} ({reason!t}). The market was left as it was. Make room there, then run the command again.")
UPGRADED = N_("The market was upgraded for this version of the program. As it was before, it is kept in {copy}; remove that file when all "
              "is well.")

log = logging.getLogger(__name__)


def upgrade_in_place(store: Store, head: str, now: datetime, *, alone: bool) -> None:
    """Brings a market to `head`: all of it or nothing, and nothing is written by others meanwhile.

    A market file is copied first, unless it is `alone`: a copy itself. On a server the copy is the server's business. StoreError
    when the market is too new, or when there is no room for the copy; StoreBusy while an older version works on it.
    """
    copy = None
    try:
        with begun_to_write(store.engine) as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()  # others may have been faster
            if found == head:
                return
            if not is_known(found):
                raise StoreError(TOO_NEW, code="market-too-new", path=store.shown, found=found)
            if not alone:
                _refuse_while_at_work(connection, store, now)
                copy = _keep_copy(store, found, now) if store.is_sqlite else None
            upgrade_on(connection, found, head)
    except BaseException:
        if copy is not None:
            copy.unlink(missing_ok=True)
        raise
    if copy is not None:
        log.warning("%s", say(UPGRADED, copy=copy))


def _refuse_while_at_work(connection: Connection, store: Store, now: datetime) -> None:
    """A turn that ends much too late was written before the clock was set back."""
    held = select(lease.c.name, lease.c.expires_at).where(lease.c.holder != "").order_by(lease.c.expires_at.desc())
    for name, until in connection.execute(held):
        if now < until <= now + 2 * LIFE:
            raise StoreBusy(AT_WORK, code="market-at-work", path=store.shown, name=name.partition(":")[2] or name,
                            seconds=math.ceil((until - now).total_seconds()))


def _keep_copy(store: Store, found: str, now: datetime) -> Path:
    """The file as it is, in one piece and read through once; made under the lock that the upgrade holds."""
    source = Path(store.address).resolve()
    copy = source.parent / FOLDER / now.astimezone(VIETNAM).strftime(NAME.format(version=found))
    part = copy.with_suffix(".part")
    try:
        copy.parent.mkdir(exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old, closing(sqlite3.connect(part)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, which can be carried off
            reason = str(new.execute("PRAGMA quick_check(1)").fetchone()[0])
        if reason == "ok":
            return part.replace(copy)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or _in_words(error)
    part.unlink(missing_ok=True)
    raise StoreError(NO_COPY, code="no-room-for-copy", path=store.shown, folder=str(copy.parent), reason=reason)


def _in_words(error: Exception) -> str:
    name = getattr(error, "sqlite_errorname", "")
    return next((words for start, words in REASONS.items() if name.startswith(start)), name or type(error).__name__)
