"""Looks after the market between runs: what went wrong is told to those who asked for it."""

from __future__ import annotations

import logging
from datetime import timedelta

from ocop_market.errors import MarketError
from ocop_market.health.alerts import send_news
from ocop_market.health.checks import find_troubles
from ocop_market.health.gather import gather
from ocop_market.market import Market
from ocop_market.store.runs import drop_runs

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
RUNS_KEPT = timedelta(days=7)
"""Of each job the newest run is kept however old it is."""


def look_after(market: Market) -> None:
    """Forgets old runs, and tells what is new or over, where the market's settings name somebody to tell.

    The next look comes in any case.
    """
    try:
        with market.store.writing() as connection:
            drop_runs(connection, market.clock() - RUNS_KEPT)
    except MarketError as error:
        log.warning("old runs could not be forgotten: %s", error)
    if not market.settings.alerts.wanted:
        return
    try:
        send_news(market, find_troubles(gather(market, thorough=False)))
    except MarketError as error:
        log.warning("whether all is well could not be looked at: %s", error)
