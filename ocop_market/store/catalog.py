"""Products and their certificates in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from ocop_market.model.product import Certificate, Group, Picture, Place, ProducerKind, Product
from ocop_market.store.engine import upsert
from ocop_market.store.tables import certificate, product

CHUNK = 500


def save_products(connection: Connection, products: Sequence[Product], now: datetime, *, renamed: Mapping[str, str] | None = None,
                  ) -> tuple[int, int]:
    """Keeps products by SKU, just as they are handed in; returns how many were new and how many changed.

    `renamed` maps new SKUs to those that they replace: the products under the older ones go.
    """
    known = {p.sku: p for p in load_products(connection)}
    older = renamed or {}
    new = [p for p in products if p.sku not in known and p.sku not in older]
    changed = [p for p in products if p.sku in older or (p.sku in known and known[p.sku] != p)]
    written = new + changed
    upsert(connection, product, [_product_row(p, now) for p in written])
    gone = [*(p.sku for p in written), *older.values()]
    for start in range(0, len(gone), CHUNK):
        connection.execute(delete(certificate).where(certificate.c.sku.in_(gone[start:start + CHUNK])))
    connection.execute(delete(product).where(product.c.sku.in_(older.values())))
    rows = [{"sku": p.sku, "position": i, **asdict(c)} for p in written for i, c in enumerate(p.certificates)]
    upsert(connection, certificate, rows)
    return len(new), len(changed)


def load_products(connection: Connection) -> Iterator[Product]:
    """All products, by SKU."""
    certificates: dict[str, list[Certificate]] = {}
    for row in connection.execute(select(certificate).order_by(certificate.c.sku, certificate.c.position)):
        certificates.setdefault(row.sku, []).append(
            Certificate(row.stars, row.decision, row.issued_on, row.expires_on, row.source))
    for row in connection.execute(select(product).order_by(product.c.sku)):
        yield Product(
            sku=row.sku, name=row.name, producer=row.producer, producer_kind=ProducerKind(row.producer_kind),
            group=Group(row.product_group), place=Place(row.province, row.district, row.commune),
            certificates=tuple(certificates.get(row.sku, ())), price=row.price, stock=row.stock, weight_g=row.weight_g,
            shelf_life_days=row.shelf_life_days, gtin=row.gtin, description=row.description,
            pictures=tuple(Picture(**picture) for picture in row.pictures), practice=frozenset(row.practice))


def _product_row(p: Product, now: datetime) -> dict[str, Any]:
    return {
        "sku": p.sku, "name": p.name, "producer": p.producer, "producer_kind": p.producer_kind.value,
        "product_group": p.group.value, "province": p.place.province, "district": p.place.district,
        "commune": p.place.commune, "price": p.price, "stock": p.stock, "weight_g": p.weight_g,
        "shelf_life_days": p.shelf_life_days, "gtin": p.gtin, "description": p.description,
        "pictures": [asdict(picture) for picture in p.pictures], "practice": sorted(p.practice), "updated_at": now,
    }
