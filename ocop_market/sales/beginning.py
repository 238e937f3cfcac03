"""From which day on sales are fetched, and when a pull has to begin there again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ocop_market.sales.pull import STREAM
from ocop_market.store.ledger import complete_to, load_cursor, save_cursor

BEGINNING = "sales-beginning"
AHEAD = timedelta(hours=1)


def begin_again_where_needed(connection: Connection, account: str, start: datetime, asked: date | None, now: datetime) -> None:
    """Forgets where the pull of an account stands, when it cannot go on from there; the ledger stays as it is.

    That is so when an earlier first day was `asked` for since the last pull, and when the last pull was made while the
    clock ran ahead: it would wait until that time has come, and miss what is sold meanwhile.
    """
    kept = load_cursor(connection, account, BEGINNING)
    reached = complete_to(connection).get(account)
    if reached is not None and reached > now + AHEAD:
        save_cursor(connection, account, STREAM, {}, now, complete_to=now)
    elif kept is not None and asked is not None and asked < date.fromisoformat(kept["day"]):
        save_cursor(connection, account, STREAM, {}, now, complete_to=None)
    day = asked or (date.fromisoformat(kept["day"]) if kept else start.date())
    save_cursor(connection, account, BEGINNING, {"day": day.isoformat()}, now, complete_to=None)


def first_day(connection: Connection, account: str) -> date | None:
    """The day from which on the account's sales were asked for; None before its first pull."""
    kept = load_cursor(connection, account, BEGINNING)
    return date.fromisoformat(kept["day"]) if kept else None
