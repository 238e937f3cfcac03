"""What a producer tells: read from the ledger in one state of the database, without buyers, costs and numbers of orders."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from ocop_market.catalog.identity import derived_sku, identity_of
from ocop_market.catalog.lookup import SoldAs, sold_finder
from ocop_market.catalog.subjects import shown_outside
from ocop_market.model.product import Product
from ocop_market.model.sales import FeeKind, OrderState
from ocop_market.sharing.bundle import Level, SharedProduct, SoldLine
from ocop_market.store.tables.catalog import goods_link
from ocop_market.store.tables.columns import AMOUNTS
from ocop_market.store.tables.ledger import NOT_COUNTED, sales_fee, sales_line, sales_mirror, sales_order

OUTSIDE = "\0"
"""A viewer that no owner of products is: every household stands under its pseudonym."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = tuple[Any, ...]


def sold_lines(connection: Connection, accounts: Collection[str], first: date, last: date, level: Level, key: bytes) -> Iterator[SoldLine]:
    """The sales of accounts, days inside on both ends: what the ledger counts, by the codes that it counts them under.

    `key` makes the pseudonyms of orders, the same each time. Goods brought back stand on the day of their sale.
    """
    for account in sorted(accounts):
        fees = _fees(connection, account, first, last, level)
        for row in connection.execute(_lines(account, first, last, level)):
            cell = _cell(row, level)
            order = _pseudonym(key, account, row.order_id) if level is Level.LINES else ""
            yield SoldLine(
                account=account, order=order, day=row.day, state=OrderState(row.state), location=row.location,
                updated=_moment(row.updated), sku=row.sku, quantity=_plain(row.quantity), list_amount=int(row.list_amount),
                seller_discount=int(row.seller_discount), platform_discount=int(row.platform_discount), refund=int(row.refund),
                returned_quantity=_plain(row.returned_quantity), seller_shipping=int(row.seller_shipping),
                tax_withheld=int(row.tax_withheld), fees=tuple(sorted(fees.get(cell, {}).items())))


def shared_products(products: Mapping[str, Product], former: Mapping[str, str], skus: Iterable[str], key: bytes) -> list[SharedProduct]:
    """What sold SKUs are, by SKU; those that the catalog does not know are left out. `key` makes the pseudonyms of households."""
    find = sold_finder(products, former)
    found = ((sku, find(sku)) for sku in sorted(set(skus)))
    return [_product(sku, sold, key) for sku, sold in found if sold is not None]


def shop_digest(channel: str, settings: Mapping[str, Any]) -> str:
    """A digest by which the same shop of a platform is known again; empty where the settings do not number it."""
    number = next((str(settings[name]) for name in ("shop_id", "retailer", "seller_id", "base_url") if settings.get(name)), "")
    return hashlib.sha256(f"shop\x1f{channel}\x1f{number.strip().casefold()}".encode()).hexdigest() if number else ""


def _product(sku: str, sold: SoldAs, key: bytes) -> SharedProduct:
    real = sold.product
    shown = shown_outside(real, OUTSIDE, key)
    named = shown.producer == real.producer
    identity = derived_sku(identity_of(real.name, real.producer, real.place)) if named else ""
    return SharedProduct(
        sku=sku, product=shown.sku, name=shown.name, packing=", ".join(sold.packing.values) if sold.packing else "",
        producer=shown.producer, kind=shown.producer_kind.value, group=shown.group.value, product_set=shown.product_set,
        province=shown.place.province, district=shown.place.district, commune=shown.place.commune, identity=identity)


def _lines(account: str, first: date, last: date, level: Level) -> Any:
    o, line, link = sales_order.c, sales_line.c, goods_link.c
    linked = (link.account == line.account) & (link.sku == line.sku) & (
        link.remote_id == case((line.sku == "", line.remote_id), else_=""))
    joined = sales_order.join(sales_line, (o.account == line.account) & (o.order_id == line.order_id)).outerjoin(goods_link, linked)
    sku: ColumnElement[str] = func.coalesce(func.nullif(link.product_sku, ""), line.sku)
    keys = _keys(level, sku)
    sums = [func.sum(line[name]).label(name) for name in AMOUNTS]
    if level is Level.LINES:
        sums = [line[name].label(name) for name in AMOUNTS]
    updated = o.remote_updated_at if level is Level.LINES else func.max(o.remote_updated_at, type_=o.remote_updated_at.type)
    query = select(*keys, updated.label("updated"), *sums).select_from(joined).where(_counted(account, first, last))
    return query.order_by(*keys) if level is Level.LINES else query.group_by(*keys).order_by(*keys)


def _fees(connection: Connection, account: str, first: date, last: date, level: Level) -> dict[Key, dict[FeeKind, int]]:
    """Fees by kind of each row of `_lines`."""
    o, line, link, fee = sales_order.c, sales_line.c, goods_link.c, sales_fee.c
    linked = (link.account == line.account) & (link.sku == line.sku) & (
        link.remote_id == case((line.sku == "", line.remote_id), else_=""))
    joined = sales_order.join(sales_line, (o.account == line.account) & (o.order_id == line.order_id)).join(
        sales_fee, (fee.account == line.account) & (fee.order_id == line.order_id) & (fee.line == line.line)).outerjoin(goods_link, linked)
    keys = _keys(level, func.coalesce(func.nullif(link.product_sku, ""), line.sku))
    query = select(*keys, fee.kind, func.sum(fee.amount).label("amount")).select_from(joined).where(
        _counted(account, first, last)).group_by(*keys, fee.kind)
    found: dict[Key, dict[FeeKind, int]] = {}
    for row in connection.execute(query):
        found.setdefault(_cell(row, level), {})[FeeKind(row.kind)] = int(row.amount)
    return found


def _keys(level: Level, sku: ColumnElement[str]) -> list[Any]:
    """What tells a row of a bundle from the others; `line` only where orders are told."""
    o, line = sales_order.c, sales_line.c
    of_order = [o.order_id.label("order_id"), line.line.label("line")] if level is Level.LINES else []
    return [o.day.label("day"), *of_order, o.location.label("location"), o.state.label("state"), sku.label("sku")]


def _cell(row: Any, level: Level) -> Key:
    return (row.order_id, row.line) if level is Level.LINES else (row.day, row.location, row.state, row.sku)


def _counted(account: str, first: date, last: date) -> ColumnElement[bool]:
    """Orders of the account that are no sale (cancelled), or that another account counts, are left out."""
    o, mirror = sales_order.c, sales_mirror.c
    elsewhere = select(mirror.order_id).where(
        mirror.account == o.account, mirror.order_id == o.order_id, mirror.state.in_(NOT_COUNTED)).exists()
    return (o.account == account) & o.day.between(first, last) & (o.state != OrderState.CANCELLED.value) & ~elsewhere


def _pseudonym(key: bytes, account: str, order_id: str) -> str:
    digest = hmac.new(key, f"order\x1f{account}\x1f{order_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:20].decode()


def _moment(value: datetime | int) -> datetime:
    return value if isinstance(value, datetime) else _EPOCH + timedelta(microseconds=value)


def _plain(value: Any) -> Decimal:
    """A quantity without trailing zeros, so that the same one is written the same."""
    quantity = Decimal(value)
    return quantity.quantize(Decimal(1)) if quantity == quantity.to_integral_value() else quantity.normalize()
