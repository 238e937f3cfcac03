"""Gathers the facts from the market's own database and disk; no platform is called."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from ocop_market.accounts import load_tokens
from ocop_market.catalog.lookup import finder
from ocop_market.channels.api import PullsSales
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError
from ocop_market.health.facts import AccountFacts, MarketFacts
from ocop_market.hooks.tally import CallEnd
from ocop_market.market import Market
from ocop_market.model.listing import FieldGroup
from ocop_market.model.sales import OrderState
from ocop_market.publishing.today import untrue_stars
from ocop_market.store import ledger
from ocop_market.store.backup import FOLDER, damage, last_backup
from ocop_market.store.catalog import load_former_codes, load_products
from ocop_market.store.clock_offsets import load_clock_offsets
from ocop_market.store.goods import codes_sold, load_links
from ocop_market.store.hints import calls_since
from ocop_market.store.publications import Publication, load_publications
from ocop_market.store.runs import latest_runs, why_it_ended
from ocop_market.store.tables.ledger import sales_order

WAITING_LONG, WAITING_AT_MOST = timedelta(days=1), timedelta(days=30)
LOST = (CallEnd.NO_KEY, CallEnd.UNREADABLE, CallEnd.FAILED)
CALLS_OF = timedelta(days=7)
OFFSET_COUNTS_FOR = timedelta(days=1)


def gather(market: Market, *, thorough: bool = True) -> MarketFacts:
    """The market as it stands. `thorough` has the database read itself through, which takes minutes where it is large."""
    now = market.clock()
    with market.store.reading() as connection:
        runs = latest_runs(connection)
        found = damage(connection) if thorough else []
        products = {product.sku: product for product in load_products(connection)}
        find, sold, links = finder(products, load_former_codes(connection)), codes_sold(connection), load_links(connection)
        complete, calls = ledger.complete_to(connection), calls_since(connection, (now - CALLS_OF).date())
        offsets, waiting = load_clock_offsets(connection, now - OFFSET_COUNTS_FOR), _waiting(connection, now)
        published = {name: list(load_publications(connection, name).values()) for name in market.settings.accounts}
    accounts = []
    for name, settings in market.settings.accounts.items():
        pull = next((run for run in runs if (run["account"], run["job"]) == (name, "pull-sales")), None)
        on_sale = [one for one in published[name] if one.on_sale]
        accounts.append(AccountFacts(
            name, settings.practice, pulls=_pulls(settings.channel), complete_to=complete.get(name), **_last(pull),
            consent_until=_consent_until(market, name), waiting_orders=waiting.get(name, 0), on_sale=len(on_sale),
            without_stock=sum(_is_empty(one) for one in on_sale),
            unknown_goods=sum(find(sku) is None and (name, sku, "") not in links for sku in sold.get(name, ())),
            untrue_stars=len(untrue_stars(published[name], products, market.today)),
            refused_calls=calls.get((name, CallEnd.FORGED), 0), lost_calls=sum(calls.get((name, end), 0) for end in LOST),
            clock_ahead=offsets.get(name)))
    file = Path(market.store.address) if market.store.is_sqlite else None
    return MarketFacts(
        now, tuple(accounts), len(products), max((run["started_at"] for run in runs), default=None),
        disk_free=shutil.disk_usage(file.parent).free if file else None, database_size=file.stat().st_size if file else None,
        last_backup=last_backup(market.folder / FOLDER), has_file=file is not None, damage=tuple(found))


def _last(pull: Mapping[str, Any] | None) -> dict[str, Any]:
    if pull is None:
        return {}
    why = why_it_ended(pull["error"])
    return {"pull_started": pull["started_at"], "pull_outcome": pull["outcome"], "pull_reason": why["message"] if why else ""}


def _pulls(channel: str) -> bool:
    try:
        return issubclass(load_connector(channel), PullsSales)
    except MarketError:
        return False


def _consent_until(market: Market, account: str) -> datetime | None:
    try:
        tokens = load_tokens(market.vault, account)
    except MarketError:
        return None  # keys that cannot be opened stop the next pull, whose report says so
    return tokens.refresh_until if tokens is not None else None


def _is_empty(listing: Publication) -> bool:
    stock = listing.applied.get(FieldGroup.STOCK.value, {})
    return "stock" in stock and not stock["stock"] and not any(stock.get("variant_stock", {}).values())


def _waiting(connection: Connection, now: datetime) -> dict[str, int]:
    """Orders by account that wait to be accepted for more than a day; what is older than a month is waited for by nobody."""
    query = select(sales_order.c.account, func.count()).where(
        sales_order.c.state == OrderState.PLACED.value, sales_order.c.placed_at < now - WAITING_LONG,
        sales_order.c.placed_at > now - WAITING_AT_MOST, sales_order.c.day >= (now - WAITING_AT_MOST).date() - timedelta(days=1))
    return {account: int(count) for account, count in connection.execute(query.group_by(sales_order.c.account))}
