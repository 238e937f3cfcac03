"""Points of sale and what changed of them in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from ocop_market.model.point import PointKind, PointOfSale, Tier
from ocop_market.model.product import Place
from ocop_market.store.engine import upsert
from ocop_market.store.tables.catalog import point_change, point_of_sale
from ocop_market.store.tables.totals import sales_day

Till = tuple[str, str]
"""An account and its branch; the branch is empty where there are none."""
FIELDS = tuple(f.name for f in fields(PointOfSale) if f.name != "code")


@dataclass(frozen=True)
class PointChange:
    """One field of a point that changed: when, through what (a file, a command), the value before and after as JSON.

    A point that is new has the field `point` with nothing before.
    """

    code: str
    at: datetime
    origin: str
    field: str
    before: Any
    after: Any


def load_points(connection: Connection) -> dict[str, PointOfSale]:
    """All points by code."""
    return {row.code: _point(row) for row in connection.execute(select(point_of_sale).order_by(point_of_sale.c.code))}


def save_points(connection: Connection, points: Sequence[PointOfSale], now: datetime, *, origin: str) -> tuple[int, int]:
    """Keeps points by code, just as they are handed in; how many were new, and how many changed.

    `origin` tells where the values came from, for the history.
    """
    known = load_points(connection)
    written = [point for point in points if known.get(point.code) != point]
    upsert(connection, point_of_sale, [_row(point, now) for point in written])
    log = [{"code": point.code, "at": now, "origin": origin, **change}
           for point in written for change in _differences(known.get(point.code), point)]
    if log:
        connection.execute(insert(point_change), log)
    new = sum(point.code not in known for point in written)
    return new, len(written) - new


def load_point_history(connection: Connection, code: str) -> list[PointChange]:
    """What changed of a point, the first change first; empty when it is not known."""
    c = point_change.c
    query = select(c.code, c.at, c.origin, c.field, c.before, c.after).where(c.code == code).order_by(c.id)
    return [PointChange(*row) for row in connection.execute(query)]


def points_changed_since(connection: Connection, moment: datetime) -> list[tuple[str, str]]:
    """Code and field of every change of the register from a moment on, the first one first."""
    c = point_change.c
    return [(code, name) for code, name in connection.execute(select(c.code, c.field).where(c.at >= moment).order_by(c.id))]


def tills_with_sales(connection: Connection) -> set[Till]:
    """Every account with the branches that sold."""
    c = sales_day.c
    return {(account, location) for account, location in connection.execute(select(c.account, c.location).distinct())}


def names_of_tills(connection: Connection) -> dict[Till, str]:
    """By till the name of the point of sale that is linked to it; no two tills have the same name, in words or by a branch."""
    points = [point for point in load_points(connection).values() if point.till]
    if not points:
        return {}
    linked = {point.till for point in points}
    taken = [location for account, location in tills_with_sales(connection) if (account, location) not in linked]
    taken += [point.name for point in points]
    return {point.till: point.name if taken.count(point.name) == 1 else f"{point.name} ({point.code})" for point in points if point.till}


def _point(row: Row[Any]) -> PointOfSale:
    return PointOfSale(
        row.code, row.name, Place(row.province, row.district, row.commune), row.address, PointKind(row.kind), Tier(row.tier), row.operator,
        row.opened_on, row.closed_on, row.decision, row.listed_on, row.source, row.account or "", row.location or "")


def _row(point: PointOfSale, now: datetime) -> dict[str, Any]:
    place = point.place
    return {
        "code": point.code, "name": point.name, "province": place.province, "district": place.district, "commune": place.commune,
        "address": point.address, "kind": point.kind.value, "tier": point.tier.value, "operator": point.operator,
        "opened_on": point.opened_on, "closed_on": point.closed_on, "decision": point.decision, "listed_on": point.listed_on,
        "source": point.source, "account": point.account or None, "location": point.location if point.account else None, "updated_at": now}


def _differences(before: PointOfSale | None, after: PointOfSale) -> Iterable[dict[str, Any]]:
    """What changed field by field; a point that is new is one change."""
    if before is None:
        told = {name: _plain(value) for name in FIELDS if (value := getattr(after, name))}
        return [{"field": "point", "before": None, "after": told}]
    return [{"field": name, "before": _plain(getattr(before, name)), "after": _plain(getattr(after, name))}
            for name in FIELDS if getattr(before, name) != getattr(after, name)]


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Place):
        return {"province": value.province, "district": value.district, "commune": value.commune}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
