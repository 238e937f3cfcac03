"""From which day on sales are fetched, and when a pull has to begin there again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ocop_market.sales.pull import STREAM
from ocop_market.store.engine import Store
from ocop_market.store.ledger import complete_to, load_cursor, load_cursors, save_cursor
from ocop_market.store.mirrors import keep_counted

BEGINNING = "sales-beginning"
AHEAD = timedelta(hours=1)


def begin_again_where_needed(store: Store, account: str, start: datetime, asked: date | None, now: datetime) -> None:
    """Forgets where the pull of an account stands, when it cannot go on from there; the ledger stays as it is.

    That is so when an earlier first day was `asked` for since the last pull, and when the last pull was made while the
    clock ran ahead: it would wait until that time has come, and miss what is sold meanwhile.
    """
    with store.reading() as connection:
        kept = load_cursor(connection, account, BEGINNING)
        reached = complete_to(connection, account).get(account)
    is_ahead = reached is not None and reached > now + AHEAD
    is_earlier = kept is not None and asked is not None and asked < date.fromisoformat(kept["day"])
    day = asked or (date.fromisoformat(kept["day"]) if kept else start.date())
    if kept == {"day": day.isoformat()} and not is_ahead:
        return
    with store.writing() as connection:
        if is_ahead or is_earlier:
            save_cursor(connection, account, STREAM, {}, now, complete_to=now if is_ahead else None)
            keep_counted(connection, account, None, now)
        save_cursor(connection, account, BEGINNING, {"day": day.isoformat()}, now, complete_to=None)


def first_days(connection: Connection) -> dict[str, date]:
    """The same for all accounts at once, as `first_day` for one."""
    return {account: date.fromisoformat(kept["day"]) for account, kept in load_cursors(connection, BEGINNING).items()}


def first_day(connection: Connection, account: str) -> date | None:
    """The day from which on the account's sales were asked for; None before its first pull."""
    kept = load_cursor(connection, account, BEGINNING)
    return date.fromisoformat(kept["day"]) if kept else None
