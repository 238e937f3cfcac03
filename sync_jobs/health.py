"""Looks after the market between runs: what went wrong is told to those who asked for it."""

from __future__ import annotations

import logging
from datetime import timedelta

from ocop_market.errors import MarketError
from ocop_market.health.alerts import send_news
from ocop_market.health.checks import find_troubles
from ocop_market.health.gather import gather
from ocop_market.market import Market

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)


def look_after(market: Market) -> None:
    """Tells what is new or over, where the market's settings name somebody to tell; the next look comes in any case."""
    if not market.settings.alerts.wanted:
        return
    try:
        send_news(market, find_troubles(gather(market, thorough=False)))
    except MarketError as error:
        log.warning("whether all is well could not be looked at: %s", error)
