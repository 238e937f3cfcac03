"""Products, their certificates and what changed of them in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ocop_market.model.product import (
    Certificate,
    CertificateKind,
    Evidence,
    Group,
    LabelField,
    Paper,
    PaperKind,
    Picture,
    Place,
    ProducerKind,
    Product,
    Variant,
    WholesalePrice,
    WithdrawalCause,
)
from ocop_market.model.stock import Count
from ocop_market.store.engine import upsert
from ocop_market.store.stock_counts import LIST, forget_counts, keep_counts, rename_counts
from ocop_market.store.tables.catalog import certificate, product, product_change

CHUNK = 500
FIELDS = tuple(f.name for f in fields(Product))


@dataclass(frozen=True)
class ProductChange:
    """One field of a product that changed: when, through what (a file, a command), the value before and after as JSON.

    A product that came has the field `product` with nothing before; one that went, with nothing after.
    """

    sku: str
    at: datetime
    origin: str
    field: str
    before: Any
    after: Any


def save_products(connection: Connection, products: Sequence[Product], now: datetime, *, origin: str,
                  renamed: Mapping[str, str] | None = None, joined: Mapping[str, str] | None = None) -> tuple[int, int]:
    """Keeps products by SKU, just as they are handed in; returns how many were new and how many changed.

    `origin` tells where the values came from, for the history. `renamed` maps new SKUs to those that they replace: the
    products under the older ones go. `joined` maps SKUs of products that are packings of another one now to that one.
    """
    known = {p.sku: p for p in load_products(connection)}
    older = renamed or {}
    new = [p for p in products if p.sku not in known and p.sku not in older]
    changed = [p for p in products if p.sku in older or (p.sku in known and known[p.sku] != p)]
    written = new + changed
    upsert(connection, product, [_product_row(p, now) for p in written])
    went = {**dict.fromkeys(older.values()), **{sku: known[sku] for sku in (joined or {}) if sku in known}}
    gone = [*(p.sku for p in written), *went]
    for start in range(0, len(gone), CHUNK):
        connection.execute(delete(certificate).where(certificate.c.sku.in_(gone[start:start + CHUNK])))
    connection.execute(delete(product).where(product.c.sku.in_(went)))
    rows = [_certificate_row(p.sku, i, c) for p in written for i, c in enumerate(p.certificates)]
    upsert(connection, certificate, rows)
    before = {p.sku: known.get(older.get(p.sku, p.sku)) for p in written}
    log = [{"sku": p.sku, "at": now, "origin": origin, **change} for p in written for change in _differences(before[p.sku], p)]
    log += [{"sku": sku, "at": now, "origin": origin, "field": "product", "before": _as_json(p), "after": None}
            for sku, p in went.items() if p is not None]
    if log:
        connection.execute(insert(product_change), log)
    rename_counts(connection, older)
    _count_anew(connection, written, before, now)
    return len(new), len(changed)


def _count_anew(connection: Connection, written: Iterable[Product], before: Mapping[str, Product | None], now: datetime) -> None:
    """A figure that changed is a new count; one that stands as it did says nothing about the goods of today."""
    told: dict[str, int | None] = {}
    for p in written:
        was, figures = _figures(before[p.sku], p.sku), _figures(p, p.sku)
        told |= {sku: stock for sku, stock in figures.items() if sku not in was or was[sku] != stock}
        told |= dict.fromkeys(was.keys() - figures.keys())
    keep_counts(connection, [Count(sku, Decimal(stock), now, now) for sku, stock in told.items() if stock is not None])
    forget_counts(connection, [sku for sku, stock in told.items() if stock is None], LIST)


def _figures(p: Product | None, sku: str) -> dict[str, int | None]:
    """How many the list says there are, by SKU under which they are sold; `sku` is the product's own."""
    return {} if p is None else {v.sku: v.stock for v in p.variants} or {sku: p.stock}


def load_products(connection: Connection) -> Iterator[Product]:
    """All products, by SKU."""
    certificates: dict[str, list[Certificate]] = {}
    for row in connection.execute(select(certificate).order_by(certificate.c.sku, certificate.c.position)):
        certificates.setdefault(row.sku, []).append(_certificate(row))
    for row in connection.execute(select(product).order_by(product.c.sku)):
        yield Product(
            sku=row.sku, name=row.name, producer=row.producer, producer_kind=ProducerKind(row.producer_kind),
            group=Group(row.product_group), place=Place(row.province, row.district, row.commune),
            certificates=tuple(certificates.get(row.sku, ())), price=row.price, stock=row.stock, weight_g=row.weight_g,
            shelf_life_days=row.shelf_life_days, gtin=row.gtin, description=row.description,
            pictures=tuple(Picture(**picture) for picture in row.pictures), practice=frozenset(row.practice),
            owner=row.owner, product_set=row.product_set, tax_number=row.tax_number, alcohol_percent=row.alcohol_percent,
            papers=tuple(map(_paper, row.papers)), label={LabelField(key): text for key, text in row.label.items()},
            evidence={key: Evidence(level) for key, level in row.evidence.items()},
            options=tuple(row.options), variants=tuple(map(_variant, row.variants)),
            parcel_cm=tuple(row.parcel_cm) if row.parcel_cm else None, days_to_ship=row.days_to_ship,
            wholesale=tuple(WholesalePrice(*step) for step in row.wholesale))


def load_history(connection: Connection, sku: str) -> list[ProductChange]:
    """All changes of a product, the first one first; under the SKU that it has now also those from before a change of SKU."""
    skus = [sku]
    found: list[ProductChange] = []
    while skus:
        rows = connection.execute(select(product_change).where(product_change.c.sku == skus.pop()).order_by(product_change.c.id))
        changes = [ProductChange(r.sku, r.at, r.origin, r.field, r.before, r.after) for r in rows]
        found = changes + found
        skus += [change.before for change in changes if change.field == "sku"]
    return found


def changed_since(connection: Connection, moment: datetime) -> list[tuple[str, str]]:
    """SKU and field of every change of the catalog from a moment on, the first one first; a new product is the field `product`."""
    c = product_change.c
    return [(sku, name) for sku, name in connection.execute(select(c.sku, c.field).where(c.at >= moment).order_by(c.id))]


def load_former_codes(connection: Connection) -> dict[str, str]:
    """By a code under which goods were sold once and are no more: the SKU of the product whose it was last, as it was then.

    Such are SKUs that a product or a packing had before it got another one.
    """
    c = product_change.c
    query = select(c.sku, c.field, c.before).where(c.field.in_(("sku", "variants"))).order_by(c.id)
    found: dict[str, str] = {}
    for row in connection.execute(query):
        for code in [row.before] if row.field == "sku" else [variant["sku"] for variant in row.before]:
            found[code] = row.sku
    return found


def _certificate_row(sku: str, position: int, c: Certificate) -> dict[str, Any]:
    texts = {name: None if value is None else str(value) for name, value in (
        ("kind", c.kind), ("withdrawn_because", c.withdrawn_because), ("evidence", c.evidence))}
    return {"sku": sku, "position": position, **asdict(c), **texts}


def _certificate(row: Row[Any]) -> Certificate:
    cause = row.withdrawn_because
    return Certificate(
        row.stars, row.decision, row.issued_on, row.expires_on, row.source, row.body, CertificateKind(row.kind), row.potential,
        row.reapplied_on, row.withdrawn_on, None if cause is None else WithdrawalCause(cause), Evidence(row.evidence))


def _paper(kept: Mapping[str, Any]) -> Paper:
    days = {key: date.fromisoformat(kept[key]) if kept[key] else None for key in ("issued_on", "expires_on")}
    return Paper(PaperKind(kept["kind"]), kept["number"], kept["issuer"], **days)


def _variant(kept: Mapping[str, Any]) -> Variant:
    picture = Picture(**kept["picture"]) if kept["picture"] else None
    return Variant(**{**kept, "values": tuple(kept["values"]), "picture": picture})


def _product_row(p: Product, now: datetime) -> dict[str, Any]:
    return {
        "sku": p.sku, "name": p.name, "producer": p.producer, "producer_kind": p.producer_kind.value,
        "product_group": p.group.value, "province": p.place.province, "district": p.place.district,
        "commune": p.place.commune, "price": p.price, "stock": p.stock, "weight_g": p.weight_g,
        "shelf_life_days": p.shelf_life_days, "gtin": p.gtin, "description": p.description,
        "pictures": [asdict(picture) for picture in p.pictures], "practice": sorted(p.practice), "updated_at": now,
        "owner": p.owner, "product_set": p.product_set, "tax_number": p.tax_number, "alcohol_percent": p.alcohol_percent,
        "papers": [_plain(paper) for paper in p.papers], "label": _plain(p.label), "evidence": _plain(p.evidence),
        "options": list(p.options), "variants": [_plain(variant) for variant in p.variants],
        "parcel_cm": list(p.parcel_cm) if p.parcel_cm else None, "days_to_ship": p.days_to_ship,
        "wholesale": [[step.from_quantity, step.price] for step in p.wholesale],
    }


def _differences(before: Product | None, after: Product) -> Iterable[dict[str, Any]]:
    """What changed field by field; a product that is new is one change."""
    if before is None:
        return [{"field": "product", "before": None, "after": _as_json(after)}]
    names = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    return [{"field": name, "before": _plain(getattr(before, name)), "after": _plain(getattr(after, name))} for name in names]


def _as_json(p: Product) -> dict[str, Any]:
    """A whole product as JSON can hold it; what is empty is left out."""
    return {name: _plain(value) for name in FIELDS if (value := getattr(p, name)) or value == 0}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(inner) for inner in (sorted(value) if isinstance(value, frozenset) else value)]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | StrEnum) else value
