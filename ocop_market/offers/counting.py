"""Counts of goods brought into the database: read from a point of sale, or said by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from ocop_market.channels.api import Connector, HasGoods, HasLocations
from ocop_market.errors import NotSupported, SettingsError
from ocop_market.language import N_
from ocop_market.model.clock import Clock
from ocop_market.model.product import Product
from ocop_market.model.stock import Count
from ocop_market.offers.reading import sold_apart
from ocop_market.offers.till_counts import Reading, counting_branches, read_counts
from ocop_market.settings import MarketSettings
from ocop_market.store.catalog import load_products, save_products
from ocop_market.store.engine import Store
from ocop_market.store.goods import load_links
from ocop_market.store.stock_counts import LIST, keep_counts, load_counts

NO_GOODS = N_("The channel {channel} of account '{account}' keeps no stock. Take it out of sources, under [stock] in market.toml.")
NO_PRODUCT = N_("The catalog has no product with the SKU {sku}. Import it first, or give the SKU of another.")


def read_source(store: Store, connector: Connector, account: str, settings: MarketSettings, clock: Clock) -> Reading:
    """Reads the stock of a point of sale and keeps it; what could not be counted is in the answer."""
    if not isinstance(connector, HasGoods):
        raise NotSupported(NO_GOODS, code="no-goods", channel=connector.profile.title, account=account)
    own = settings.account(account)
    locations = connector.locations() if own.stock.branches and isinstance(connector, HasLocations) else []
    branches = counting_branches(account, locations, own.stock.branches)
    with store.reading() as connection:
        skus = frozenset(sku for product in load_products(connection) if own.owner in ("", product.owner) for sku in product.sold_skus)
        links = load_links(connection)
        agreed = {sku: counts[0].agreed_at for (sku, source), counts in load_counts(connection).items() if source == account}
    began = clock()
    reading = read_counts(account, connector.goods(), skus=skus, links=links, units=own.stock.units,
                          branches=branches, agreed=agreed, now=began)
    with store.writing() as connection:
        keep_counts(connection, reading.counts)
    return reading


def count_by_hand(connection: Connection, products: Mapping[str, Product], counted: Mapping[str, int], now: datetime) -> None:
    """Keeps what a person counted just now, by SKU, as the catalog's figures too. SettingsError for a product that is not there."""
    sold = {sku: product for product in products.values() for sku in product.sold_skus}
    for sku in counted:
        if sku not in sold:
            raise SettingsError(NO_PRODUCT, code="product-unknown", sku=sku)
    told = {sold[sku].sku: sold[sku] for sku in counted}
    save_products(connection, [_with_figures(product, counted) for product in told.values()], now, origin="stock")
    keep_counts(connection, [Count(sku, Decimal(number), now, now) for sku, number in counted.items()])


def counted_again(connection: Connection, products: Mapping[str, Product], now: datetime) -> None:
    """The figures of the product list are right as of now, those of points of sale as of their last reading."""
    listed = [Count(sku, Decimal(p.stock), now, now) for sku, p in sold_apart(products).items() if p.stock is not None]
    read = [replace(count, agreed_at=count.counted_at) for (_, source), counts in load_counts(connection).items() if source != LIST
            for count in counts]
    keep_counts(connection, listed + read)


def _with_figures(product: Product, counted: Mapping[str, int]) -> Product:
    variants = tuple(replace(variant, stock=counted.get(variant.sku, variant.stock)) for variant in product.variants)
    stock = product.stock if variants else counted.get(product.sku, product.stock)
    return replace(product, stock=stock, variants=variants, practice=product.practice - {"stock"})


__all__ = ["count_by_hand", "counted_again", "read_source"]
