"""The jobs of a market: functions of a market and an account's name, the same for a person, a schedule or a queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ocop_market.channels.api import AnswersLater, Connector, PublishesListings, PullsSales
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


Job = Callable[[Market, str, Watch | None], Counts]
JOBS: Mapping[str, tuple[Job, type[Any]]] = {
    "pull-sales": (pull_sales, PullsSales),
    "finish-changes": (finish_changes, PublishesListings),
    "follow-up": (follow_up, AnswersLater),
}
"""By name: the function, and the role that a connector must have for it."""


def can_do(connector: Connector, job: str) -> bool:
    """Whether a job makes sense for a connector."""
    return isinstance(connector, JOBS[job][1])
