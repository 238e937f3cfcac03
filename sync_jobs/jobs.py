"""The jobs of a market: functions of a market and an account's name, the same for a person, a schedule or a queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ocop_market.channels.api import AnswersLater, Connector, ListsOrders, PublishesListings, PullsSales
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError
from ocop_market.market import Market

Counts = dict[str, int]
Watch = Callable[..., None]


def pull_sales(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Brings in what was sold since the last run."""
    pulled = market.pull_sales(account, watch)
    orders = pulled.orders
    return {"new": orders.new, "changed": orders.changed, "unchanged": orders.unchanged, "refused": orders.refused,
            "days": pulled.days}


def finish_changes(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Makes the changes that a stopped run left open."""
    applied = market.finish(account, watch)
    return {**applied.outcomes, "left": applied.left}


def follow_up(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Asks about listings that wait for the platform's review."""
    return dict(market.follow_up(account).outcomes)


def recount(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Compares months of the ledger with the platform's own list, as far as they are due, and mends what differs."""
    checks = market.verify(account, only_due=True, watch=watch)
    return {"windows": len(checks), "repaired": sum(check.repaired for check in checks),
            "differing": sum(not check.agrees for check in checks)}


Job = Callable[[Market, str, Watch | None], Counts]
JOBS: Mapping[str, tuple[Job, type[Any]]] = {
    "pull-sales": (pull_sales, PullsSales),
    "finish-changes": (finish_changes, PublishesListings),
    "follow-up": (follow_up, AnswersLater),
    "recount": (recount, ListsOrders),
}
"""By name: the function, and the role that a connector must have for it."""


def can_do(kind: type[Connector], job: str) -> bool:
    """Whether a job makes sense for a kind of connector."""
    return issubclass(kind, JOBS[job][1])


def jobs_of(channel: str) -> list[str]:
    """The jobs of a channel; one that cannot be loaded is given a job all the same, whose report then says so."""
    try:
        kind = load_connector(channel)
    except MarketError:
        return ["pull-sales"]
    return [job for job in JOBS if can_do(kind, job)]
