"""The jobs of a market: functions of a market and an account's name, the same for a person, a schedule or a queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from ocop_market.catalog.due import DueKind
from ocop_market.channels.api import (
    AnnouncesChanges,
    AnswersLater,
    AsksConsent,
    Connector,
    ListsOrders,
    PublishesListings,
    PublishSnapshot,
    PullsSales,
)
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError
from ocop_market.market import Market
from ocop_market.sales.pull import roll_up
from ocop_market.settings import MarketSettings
from ocop_market.store.steps import keep_consent_end
from sync_jobs.hints import read_events

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


def publish(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Brings the listings to what the catalog says. PlanError with the reasons where that needs a person's word."""
    applied = market.apply(market.plan(account), watch)
    return {**applied.outcomes, "left": applied.left}


def refresh_tokens(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Calls the shop, which renews tokens near their end, and keeps when its consent ends; one never used would end by itself."""
    connector = market.connector(account)
    if isinstance(connector, AsksConsent) and connector.needs_consent:
        connector.check()
        ends = connector.consent_ends()
        with market.store.writing() as connection:
            keep_consent_end(connection, account, ends, market.clock())
    return {}


def rebuild_days(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Makes the totals of days anew that a run which was cut off had touched."""
    with market.turn(account) as turn:
        return {"days": roll_up(market.store, account, turn)}


def read_stock(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Reads the stock of the points of sale that count the goods."""
    return {"uncounted": len(market.read_stock())}


def certificates_due(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Writes the table of what is due, and counts it."""
    from sync_jobs.files import write_due  # workbooks and charts are large, and seldom needed

    kinds = Counter(entry.kind for entry in write_due(market))
    return {"due": kinds.total(), "untrue": kinds[DueKind.UNTRUE_STARS]}


def report(market: Market, account: str, watch: Watch | None = None) -> Counts:
    """Writes the report of the last twelve months."""
    from sync_jobs.files import write_monthly_report

    write_monthly_report(market)
    return {}


Job = Callable[[Market, str, Watch | None], Counts]
WHOLE_MARKET = type(None)
"""In place of a role: the job belongs to no account, and is given an empty name."""
JOBS: Mapping[str, tuple[Job, type[Any] | tuple[type[Any], ...]]] = {
    "refresh-tokens": (refresh_tokens, AsksConsent),
    "read-events": (read_events, AnnouncesChanges),
    "pull-sales": (pull_sales, PullsSales),
    "finish-changes": (finish_changes, PublishesListings),
    "follow-up": (follow_up, AnswersLater),
    "publish": (publish, (PublishesListings, PublishSnapshot)),
    "rebuild-days": (rebuild_days, PullsSales),
    "recount": (recount, ListsOrders),
    "read-stock": (read_stock, WHOLE_MARKET),
    "certificates-due": (certificates_due, WHOLE_MARKET),
    "report": (report, WHOLE_MARKET),
}
"""By name, in the order in which an account's jobs are run: the function, and the role that a connector must have for it."""
NEED_SALES = frozenset({"recount", "rebuild-days"})
"""Jobs with nothing to do before the first pull has come to its end."""


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


def market_jobs(settings: MarketSettings) -> list[str]:
    """The jobs of the whole market."""
    return [job for job, (_, role) in JOBS.items() if role is WHOLE_MARKET and (job != "read-stock" or settings.stock.sources)]
