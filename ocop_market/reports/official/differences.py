"""What a report would say otherwise today: cell by cell, and what brought it about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from ocop_market.growth.compare import Period
from ocop_market.growth.restated import Restated, restated
from ocop_market.reports.official.figures import OfficialFigures, Table, Value
from ocop_market.reports.official.printed import NONE
from ocop_market.store.catalog import changed_since
from ocop_market.store.points import points_changed_since
from ocop_market.store.restatements import Moved

_LISTED, _WANTED = frozenset({"ten", "dang_ban"}), frozenset({"ten", "dia_ban", "van_ban", "den_ngay", "can_dat"})
SHOWN_FIELDS = ("product", "name", "producer", "producer_kind", "group", "place", "certificates")
"""Fields of products that a report shows; `product` is one that is new."""

HIDDEN_OF_POINTS = ("operator", "source")
"""Fields of points of sale that no report shows."""


@dataclass(frozen=True)
class Difference:
    """One cell that differs, as printed; a row that is new or gone has the other side empty."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Causes:
    """What changed since the report was made: orders of its days, the catalog by field, the rules or the program, points of
    sale by field.

    `moved` articles were linked to another product; `listings` tells whether goods were put on sale or taken off, `targets`
    whether other targets are in the market's file.
    """

    orders: tuple[Restated, ...]
    catalog: Counter[str]
    rules: tuple[str, str] | None
    program: tuple[str, str] | None
    moved: tuple[Moved, ...] = ()
    listings: bool = False
    targets: bool = False
    points: Counter[str] = field(default_factory=Counter)


def differences(old: OfficialFigures, new: OfficialFigures) -> list[Difference]:
    """Every cell that two reports print otherwise, table by table in the order of the new one."""
    earlier = {table.key: table for table in old.tables}
    found = [difference for table in new.tables for difference in _in_table(earlier.pop(table.key, None), table)]
    return found + [Difference(table.title, row, "", NONE, "") for table in earlier.values() for row in _by_name(table)]


def causes(connection: Connection, before: OfficialFigures, now: OfficialFigures, since: datetime) -> Causes:
    """What can have brought the differences about; SettingsError (`no-report`) when this market never wrote one."""
    old, new = before.scope, now.scope
    found = restated(connection, since, old.basis)
    orders = [one for one in found.orders if _inside(one.day, one.day, old.period)]
    moved = tuple(one for one in found.moved if _inside(one.first_day, one.last_day, old.period))
    changed = Counter(name for _, name in set(changed_since(connection, since)) if name in SHOWN_FIELDS)
    points = Counter(name for _, name in set(points_changed_since(connection, since)) if name not in HIDDEN_OF_POINTS)
    return Causes(tuple(orders), changed, (old.rules, new.rules) if old.rules != new.rules else None,
                  (old.program, new.program) if old.program != new.program else None, moved,
                  listings=_cells(before, "kenh", _LISTED) != _cells(now, "kenh", _LISTED),
                  targets=_cells(before, "muc_tieu", _WANTED) != _cells(now, "muc_tieu", _WANTED), points=points)


def _inside(first: date, last: date, days: Period) -> bool:
    return any(period.start <= last and first <= period.end for period in (days, days.a_year_before()))


def _cells(figures: OfficialFigures, key: str, columns: frozenset[str]) -> set[tuple[Value, ...]]:
    """Some columns of a table, row by row; of a report that does not have the table, nothing."""
    return {tuple(value for column, value in zip(table.columns, row, strict=True) if column.key in columns)
            for table in figures.tables if table.key == key for row in table.rows}


def _in_table(old: Table | None, new: Table) -> Iterator[Difference]:
    was, now = _by_name(old) if old else {}, _by_name(new)
    leading = {0, *new.identity}
    for name in [*now, *(gone for gone in was if gone not in now)]:
        if name not in was or name not in now:
            there = now.get(name) or was[name]
            text = " · ".join(part for position, part in enumerate(there) if position not in leading and part)
            yield Difference(new.title, name, "", *(("", text) if name in now else (text, "")))
            continue
        for position, (before, after) in enumerate(zip(was[name], now[name], strict=True)):
            if before != after and position not in leading:
                yield Difference(new.title, name, new.columns[position].heading, before, after)


def _by_name(table: Table) -> dict[str, Sequence[str]]:
    """Rows as printed by what tells them apart; rows that nothing tells apart are counted through."""
    named: dict[str, Sequence[str]] = {}
    for row in table.rows:
        name = _name(table, row)
        number = 2
        while name in named:
            name, number = f"{_name(table, row)} ({number})", number + 1
        named[name] = table.shown(row)
    return named


def _name(table: Table, row: tuple[Value, ...]) -> str:
    return " · ".join(str(row[position]) for position in table.identity if row[position] not in (None, "")).strip()
