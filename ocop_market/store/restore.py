"""Puts a backup in the place of the market file, and keeps the file that was there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.store.backup import damage_of
from ocop_market.store.engine import Store, StoreBusy, StoreError
from ocop_market.store.tables.catalog import product
from ocop_market.store.tables.ledger import sales_order
from ocop_market.store.tables.work import secret

STAMP = "replaced-%Y%m%d-%H%M%S.db"
NO_BACKUP = N_("{path} is no backup that can be read ({reason!t}). The market was not touched. Choose another one.")
IN_USE = N_("The market file {path} is in use. Stop the schedule and every other program of this market, then run the command again; "
            "nothing was changed.")
REST = ("-wal", "-shm")
"""What SQLite keeps beside a file; of a file that was closed by all, nothing is left."""


@dataclass(frozen=True)
class Restored:
    """What the market holds now, where the former file is (None when there was none), how many newer keys were taken over from it."""

    products: int
    orders: int
    former: Path | None
    keys: int


def restore(market_file: Path, backup: Path, folder: Path, now: datetime) -> Restored:
    """Puts a copy of `backup` in the place of `market_file`, in one step; the former file goes into `folder`.

    Keys and tokens that are newer in the former file are taken over: a shop takes each refresh token once, so those of the backup
    would let nobody in. StoreError for a backup that is damaged, StoreBusy while any program has the market open; nothing is
    changed then.
    """
    if reason := damage_of(backup):
        raise StoreError(NO_BACKUP, code="backup-unreadable", path=str(backup), reason=reason)
    part = market_file.with_name(market_file.name + ".restoring")
    shutil.copyfile(backup, part)
    try:
        products, orders, keys = _bring_up_to_date(part, market_file)
        former = _put_aside(market_file, folder / now.astimezone(VIETNAM).strftime(STAMP))
        try:
            part.replace(market_file)
        except PermissionError:  # Windows replaces no file that is open
            raise StoreBusy(IN_USE, code="market-in-use", path=str(market_file)) from None
    finally:
        for leftover in (part, *(part.with_name(part.name + end) for end in REST)):
            leftover.unlink(missing_ok=True)
    return Restored(products, orders, former, keys)


def _bring_up_to_date(copy: Path, market_file: Path) -> tuple[int, int, int]:
    """Gives the copy the tables of this version and the newer keys of the present file; counts products, orders and these keys."""
    restored = Store(copy)
    try:
        restored.migrate(alone=True)
        newer = _newer_keys(restored, market_file)
        with restored.writing() as connection:
            for row in newer:
                connection.execute(secret.delete().where(secret.c.account == row["account"], secret.c.kind == row["kind"]))
                connection.execute(secret.insert().values(row))
            products, orders = (int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                                for table in (product, sales_order))
    finally:
        restored.close()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, which takes the other's place in one step
    return products, orders, len(newer)


def _newer_keys(restored: Store, market_file: Path) -> list[dict[str, object]]:
    if not market_file.is_file():
        return []
    present = Store(market_file, wait_seconds=1.0)
    try:
        with restored.reading() as connection:
            kept = {(row.account, row.kind): row.updated_at for row in connection.execute(secret.select())}
        with present.reading() as connection:
            rows = [dict(row._mapping) for row in connection.execute(secret.select())]
    except StoreBusy:
        raise StoreBusy(IN_USE, code="market-in-use", path=str(market_file)) from None
    except StoreError:
        return []  # a damaged file, the very reason for which a backup is put in its place
    finally:
        present.close()
    return [row for row in rows if (row["account"], row["kind"]) not in kept or row["updated_at"] > kept[row["account"], row["kind"]]]


def _put_aside(market_file: Path, aside: Path) -> Path | None:
    """A copy of the present file; StoreBusy while any program has it open."""
    if not market_file.is_file():
        return None
    try:
        with closing(sqlite3.connect(market_file, timeout=1.0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # writes the rest into the file; refused while another has it open
    except sqlite3.OperationalError:
        raise StoreBusy(IN_USE, code="market-in-use", path=str(market_file)) from None
    except sqlite3.DatabaseError:
        pass  # damaged: it is kept as it is
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(market_file, aside)
    for end in REST:
        beside = market_file.with_name(market_file.name + end)
        if beside.exists():
            shutil.copyfile(beside, aside.with_name(aside.name + end))
            beside.unlink()
    return aside
