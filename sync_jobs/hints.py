"""Hints bring jobs forward: what platforms told of, by calls or in a queue, and the job that sees to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from ocop_market.channels.webhooks import AnnouncesChanges, HintKind
from ocop_market.market import Market
from ocop_market.store.hints import KeptHint, due_hints, load_hints, save_hints, take_hints
from ocop_market.store.ledger import load_cursor, save_cursor
from ocop_market.store.schedule import bring_hinted_forward

SEEN_TO_BY: Mapping[str, tuple[HintKind, ...]] = {
    "refresh-tokens": (HintKind.CONSENT,),
    "pull-sales": (HintKind.ORDERS,),
    "follow-up": (HintKind.LISTINGS,),
    "read-stock": (HintKind.STOCK,),
}
"""By job: the hints that bring it forward."""
SPACING = timedelta(minutes=2)
"""A job that hints bring forward comes round at most this often: a shop that sells every minute is told of every minute."""
STREAM = "events"
MOST_BATCHES = 100


def bring_forward(market: Market, now: datetime) -> None:
    """Makes jobs due that hints ask for; those that failed last time, were paused or are off keep their own time."""
    with market.store.reading() as connection:
        told = {kind for _, kind in due_hints(connection, now)}
    asked = {job: kinds for job, kinds in SEEN_TO_BY.items() if told & {*kinds}}
    if asked:
        with market.store.writing() as connection:
            for job, kinds in asked.items():
                bring_hinted_forward(connection, job, kinds, now, SPACING)


def waiting_for(connection: Connection, account: str, job: str) -> list[KeptHint]:
    """The hints that a run which begins now will have seen to."""
    return load_hints(connection, account or None, SEEN_TO_BY[job]) if job in SEEN_TO_BY else []


def seen_to(market: Market, hints: list[KeptHint]) -> None:
    """Drops hints after the run that saw to them came to its end."""
    if hints:
        with market.store.writing() as connection:
            take_hints(connection, hints)


def read_events(market: Market, account: str, watch: Any = None) -> dict[str, int]:
    """Reads the queue of an account into hints; each batch with its cursor in one transaction, so that none is lost."""
    connector = market.connector(account)
    if not isinstance(connector, AnnouncesChanges):
        raise TypeError(f"{type(connector).__name__} keeps no queue")
    count = 0
    with market.turn(account) as turn:
        with market.store.reading() as connection:
            cursor = load_cursor(connection, account, STREAM)
        for _ in range(MOST_BATCHES):
            page = connector.pull_events(cursor)
            cursor = dict(page.cursor)
            turn.check()
            with market.store.writing() as connection:
                save_hints(connection, account, page.hints, market.clock())
                save_cursor(connection, account, STREAM, cursor, market.clock(), complete_to=None)
            count += len(page.hints)
            if watch is not None:
                watch(count, 0, 0)
            if not page.more:
                break
    return {"hints": count}
