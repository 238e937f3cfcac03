"""The facts as figures in Prometheus' text format (version 0.0.4), and as one JSON document."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from ocop_market.health.checks import Severity, Trouble, find_troubles
from ocop_market.health.facts import AccountFacts, MarketFacts
from ocop_market.health.gather import gather
from ocop_market.market import Market

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FRESH = timedelta(seconds=15)
"""Whoever asks more often gets the same figures again."""

Value = float | None
OF_ACCOUNT: Mapping[str, tuple[str, Callable[[AccountFacts], Value]]] = {
    "ocop_market_sales_complete_timestamp_seconds": (
        "Up to when the sales of an account are complete.", lambda one: _seconds(one.complete_to)),
    "ocop_market_last_pull_timestamp_seconds": ("When the last pull of sales began.", lambda one: _seconds(one.pull_started)),
    "ocop_market_last_pull_succeeded": (
        "1 when the last pull of sales came to its end.", lambda one: float(one.pull_outcome == "done") if one.pull_outcome else None),
    "ocop_market_consent_end_timestamp_seconds": ("When the shop's consent ends.", lambda one: _seconds(one.consent_until)),
    "ocop_market_listings_on_sale": ("Listings on sale.", lambda one: one.on_sale),
    "ocop_market_listings_without_stock": ("Listings on sale with a stock of 0.", lambda one: one.without_stock),
    "ocop_market_orders_waiting": ("Orders that wait for more than a day to be accepted.", lambda one: one.waiting_orders),
    "ocop_market_unknown_goods": ("Articles sold that the catalog does not know.", lambda one: one.unknown_goods),
    "ocop_market_forged_calls_week": ("Webhooks of the last week with a wrong signature.", lambda one: one.refused_calls),
    "ocop_market_lost_calls_week": ("Webhooks of the last week that could not be taken.", lambda one: one.lost_calls),
    "ocop_market_clock_ahead_seconds": (
        "How far this computer's clock is ahead of the platform's.",
        lambda one: None if one.clock_ahead is None else one.clock_ahead.total_seconds()),
}
OF_MARKET: Mapping[str, tuple[str, Callable[[MarketFacts], Value]]] = {
    "ocop_market_products": ("Products in the catalog.", lambda facts: facts.products),
    "ocop_market_last_run_timestamp_seconds": ("When any job last began.", lambda facts: _seconds(facts.last_run)),
    "ocop_market_last_backup_timestamp_seconds": ("When the last backup was made.", lambda facts: _seconds(facts.last_backup)),
    "ocop_market_disk_free_bytes": ("Bytes free where the market is kept.", lambda facts: facts.disk_free),
    "ocop_market_database_bytes": ("Size of the market file.", lambda facts: facts.database_size),
}


def as_metrics(facts: MarketFacts, troubles: Sequence[Trouble]) -> str:
    """All figures; what is not known is left out."""
    return "".join(f"{line}\n" for line in _lines(facts, troubles))


def as_document(facts: MarketFacts, troubles: Sequence[Trouble]) -> dict[str, Any]:
    """Whether the market is healthy, what is wrong, and how far the sales of each account reach."""
    return {"healthy": not troubles, "at": facts.now.isoformat(),
            "troubles": [{"account": one.account, "code": one.problem.code, "severity": one.severity.value,
                          "message": one.problem.sentence()} for one in troubles],
            "accounts": {one.name: {"complete_to": one.complete_to and one.complete_to.isoformat(), "last_pull": one.pull_outcome}
                         for one in facts.accounts if one.pulls}}


def _lines(facts: MarketFacts, troubles: Sequence[Trouble]) -> Iterator[str]:
    for name, (about, of_market) in OF_MARKET.items():
        yield from _metric(name, about, [({}, of_market(facts))])
    for name, (about, of_account) in OF_ACCOUNT.items():
        yield from _metric(name, about, [({"account": one.name}, of_account(one)) for one in facts.accounts])
    counts = Counter((one.account, one.problem.code, one.severity.value) for one in troubles)
    yield from _metric("ocop_market_trouble", "1 for each thing that is wrong.", [
        ({"account": account, "code": code, "severity": severity}, count) for (account, code, severity), count in counts.items()])


def _metric(name: str, about: str, values: Sequence[tuple[Mapping[str, str], Value]]) -> Iterator[str]:
    known = [(labels, value) for labels, value in values if value is not None]
    if not known:
        return
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in known:
        told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{told}}} {value:.15g}" if told else f"{name} {value:.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _seconds(moment: datetime | None) -> Value:
    return None if moment is None else moment.timestamp()


class HealthApp:
    """A small WSGI app for whoever watches over many programs: `/metrics`, and `/health` (503 while something does not work)."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._lock = threading.Lock()
        self._kept: tuple[MarketFacts, list[Trouble]] | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path not in ("/metrics", "/health"):
            return Response("", 404)
        if request.method not in ("GET", "HEAD"):
            return Response("", 405)
        facts, troubles = self._looked()
        if request.path == "/metrics":
            return Response(as_metrics(facts, troubles), content_type=CONTENT_TYPE)
        body = json.dumps(as_document(facts, troubles), ensure_ascii=False)
        stopped = any(one.severity is Severity.STOPS for one in troubles)
        return Response(body, 503 if stopped else 200, content_type="application/json")

    def _looked(self) -> tuple[MarketFacts, list[Trouble]]:
        with self._lock:
            if self._kept is None or not timedelta() <= self._market.clock() - self._kept[0].now < FRESH:
                facts = gather(self._market, thorough=False)
                self._kept = facts, find_troubles(facts)
            return self._kept
