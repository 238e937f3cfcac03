"""Offers out of the database: catalog, counts, sales since and standing offers, by the rules in market.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from ocop_market.channels.api import PublishesListings, PublishSnapshot
from ocop_market.channels.registry import load_connector
from ocop_market.errors import MarketError
from ocop_market.model.product import Product
from ocop_market.model.stock import Held
from ocop_market.offers.offers import Offers, Seller
from ocop_market.offers.on_hand import on_hand
from ocop_market.offers.single import single_offers
from ocop_market.settings import AccountSettings, MarketSettings
from ocop_market.store.stock_counts import load_counts, load_sold, load_standing


def load_offers(connection: Connection, settings: MarketSettings, folder: Path, products: Mapping[str, Product], *,
                practice: bool = False, held: Mapping[tuple[str, str], Held] | None = None) -> Offers:
    """What all accounts offer of these products, as far as the database knows; no network.

    Practice accounts and real ones share nothing. `held` is what platforms report of single listings, by account and SKU.
    """
    world = {name: account for name, account in settings.accounts.items() if account.practice is practice}
    passed_over = frozenset(name for name, account in settings.accounts.items() if account.practice is not practice)
    units = {name: account.stock.units for name, account in settings.accounts.items()}
    there = on_hand(load_counts(connection), load_sold(connection, units),
                    [source for source in settings.stock.sources if source in world], passed_over)
    sellers = [seller for name, account in world.items() if (seller := _seller(name, account, folder)) is not None]
    return Offers(sold_apart(products), sellers, there, held or {}, load_standing(connection))


def sold_apart(products: Mapping[str, Product]) -> dict[str, Product]:
    """By SKU what is sold under it: the products, or in their place each of their variants with its own price and stock."""
    apart: dict[str, Product] = {}
    for sku, product in products.items():
        if not product.variants:
            apart[sku] = product
        for variant in product.variants:
            apart[variant.sku] = replace(
                product, sku=variant.sku, name=f"{product.name} ({', '.join(variant.values)})", options=(), variants=(),
                price=product.price if variant.price is None else variant.price, stock=variant.stock)
    return apart


def _seller(name: str, account: AccountSettings, folder: Path) -> Seller | None:
    """The account as one that offers goods; None for a channel that takes no listings.

    A file is no offer that buyers could take up at once: such channels divide nothing unless a rule says so.
    """
    try:
        channel = load_connector(account.channel)
    except MarketError:  # a channel that cannot be loaded may have listings that stand
        live = True
    else:
        live = issubclass(channel, PublishesListings)
        if not live and not issubclass(channel, PublishSnapshot):
            return None
    exclusive = account.stock.exclusive if account.stock.exclusive is not None else live or "stock" in account.model_fields_set
    return Seller(name, account.stock, account.price, account.owner, exclusive, not live, single_offers(folder, name))


__all__ = ["load_offers", "sold_apart"]
