"""A copy of the market file, taken while others work on it, and opened again before it counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from ocop_market.errors import NotSupported
from ocop_market.language import N_
from ocop_market.model.clock import VIETNAM
from ocop_market.store.engine import Store, StoreError

FOLDER = "backups"
PATTERN = "market-????????-??????.db"
STAMP = "market-%Y%m%d-%H%M%S.db"
ON_SERVER = N_("This market is kept on a database server; save it there (pg_dump). Nothing was done.")
NOT_WHOLE = N_("The backup {path} cannot be read again ({reason!t}), so it was thrown away. Run: ocop-market doctor")
PAGES = 1_000
"""Copied at a time, so that others may write in between."""


def make_backup(store: Store, folder: Path, now: datetime, keep: int = 10) -> Path:
    """Copies the market file to a dated one in `folder`, and removes all but the newest `keep`.

    NotSupported for a database on a server; StoreError when the copy is not whole, which is then removed.
    """
    if not store.is_sqlite:
        raise NotSupported(ON_SERVER, code="backup-on-server")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / now.astimezone(VIETNAM).strftime(STAMP)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{Path(store.address).resolve().as_uri()}?mode=ro", uri=True)) as source:
        with closing(sqlite3.connect(part)) as copy:
            source.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, which can be carried off
        if reason := damage_of(part):
            part.unlink()
            raise StoreError(NOT_WHOLE, code="backup-not-whole", path=str(path), reason=reason)
    part.replace(path)
    for old in backups(folder)[:-keep] if keep else []:
        old.unlink()
    return path


def backups(folder: Path) -> Sequence[Path]:
    """The backups in a folder, oldest first."""
    return sorted(folder.glob(PATTERN))


def last_backup(folder: Path) -> datetime | None:
    """When the newest backup was taken."""
    found = backups(folder)
    return datetime.strptime(found[-1].name, STAMP).replace(tzinfo=VIETNAM) if found else None


def damage(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its file, in its own words; empty when it is whole, or on a server."""
    if connection.dialect.name != "sqlite":
        return []
    rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
    return [] if rows == ["ok"] else rows


def damage_of(path: Path) -> str:
    """Why a copy cannot be used; empty when it can. Opened without changing it."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            found = str(copy.execute("PRAGMA integrity_check(1)").fetchone()[0])
            version = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" and version else found
