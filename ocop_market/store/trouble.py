"""What a database refuses, as sentences."""

from __future__ import annotations

import re

from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from ocop_market.errors import MarketError
from ocop_market.language import N_

LOCKED = N_("The market file is in use by another program for too long ({path}). Close the other program, then run the "
            "command again; nothing was lost.")
NOT_A_MARKET = N_("{path} is not a market database, or it is damaged. Put a backup in its place (ocop-market restore), or choose "
                  "another folder.")
UNUSABLE = N_("The market file {path} cannot be used: {reason!t}. Put that right, then run the command again; what was done "
              "before is kept.")
UNREACHABLE = N_("The database {path} cannot be reached. Check that it runs and that the address is right, then run the command "
                 "again.")
REFUSED = N_("The database {path} does not let this program in: {reason!t}. Put the address right, or ask whoever keeps the "
             "database; nothing was changed.")
BUSY = N_("The database {path} is busy. Run the command again in a minute; nothing was lost.")
NO_RIGHTS = N_("The database {path} does not allow this: {reason}. Let whoever keeps it give your user the right to make and "
               "change tables, for example with: GRANT CREATE, USAGE ON SCHEMA public TO your user")

REASONS = {
    "SQLITE_FULL": N_("the disk is full"), "SQLITE_READONLY": N_("it may not be written"), "SQLITE_IOERR": N_("the disk fails"),
    "SQLITE_CANTOPEN": N_("it cannot be opened; the folder is missing, or may not be read or written"),
}
"""By the first words of SQLite's own name of the fault."""
STATES = {
    "53100": N_("the disk is full"), "25006": N_("it may not be written"), "58030": N_("the disk fails"),
}
"""By PostgreSQL's code of the fault."""
REFUSALS = {
    "password authentication failed": N_("user or password is wrong"), "no password supplied": N_("a password is needed"),
    "does not exist": N_("there is no such database, or no such user"),
    "no pg_hba.conf entry": N_("it does not accept this computer, user or kind of connection"),
    "permission denied": N_("your user may not use this database"),
}
"""By words of the server, which it says in its own language; others are shown as they are."""
AWAY = ("08", "57P")
"""Classes of faults that end a connection: it broke, or the server was stopped."""
CROWDED = ("40", "53", "55P03")
"""Classes of faults that pass: others were in the way, or there are too many of them."""


class StoreError(MarketError):
    """The database cannot be used; the sentence says why."""

    code = "store"


class StoreBusy(StoreError):
    """The database is in use or away: the same again later."""


def told_by_sqlite(error: SQLAlchemyError, path: str) -> StoreError | None:
    """SQLite's refusal as a sentence; None for a fault of our own."""
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(LOCKED, code="market-locked", path=path)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StoreError(NOT_A_MARKET, code="not-a-market", path=path)
    reason = next((text for start, text in REASONS.items() if name.startswith(start)), None)
    return None if reason is None else StoreError(UNUSABLE, code="market-unusable", path=path, reason=reason)


def told_by_postgresql(error: SQLAlchemyError, path: str) -> StoreError | None:
    """PostgreSQL's refusal as a sentence; None for a fault of our own. Never holds values of a statement, or the password."""
    if isinstance(error, NoConnectionLeft):
        return StoreBusy(BUSY, code="market-busy", path=path)
    if not isinstance(error, DatabaseError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in STATES:
        return StoreError(UNUSABLE, code="market-unusable", path=path, reason=STATES[state])
    if state == "42501":
        return StoreError(NO_RIGHTS, code="market-no-rights", path=path, reason=_first_line(error))
    if state.startswith(CROWDED):
        return StoreBusy(BUSY, code="market-busy", path=path)
    if state.startswith(AWAY):
        return StoreBusy(UNREACHABLE, code="market-unreachable", path=path)
    if state or not isinstance(error, OperationalError):
        return None
    return _not_connected(error, path)


def _not_connected(error: DatabaseError, path: str) -> StoreError:
    """A connection that did not come about, or broke: libpq gives no code for these, only words of the server."""
    words = _first_line(error)
    refused = re.search(r"\bfailed: (?:[^\s:]+:\s+)?(.+)$", words)
    if refused is None or not _answers(error):
        return StoreBusy(UNREACHABLE, code="market-unreachable", path=path)
    known = next((reason for part, reason in REFUSALS.items() if part in words), refused[1])
    return StoreError(REFUSED, code="market-refused", path=path, reason=known)


def _answers(error: DatabaseError) -> bool:
    """Whether a server that takes connections is at the other end: asked of it, since its words may be in any language."""
    connection = getattr(error.orig, "pgconn", None)
    if connection is None:
        return False
    from psycopg import pq

    address = b" ".join(b"%s='%s'" % (name, value) for name, value in (
        (b"host", connection.host), (b"port", connection.port)) if value)
    return pq.PGconn.ping(address + b" connect_timeout=5") == pq.Ping.OK


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().partition("\n")[0]
