"""A list of sold codes, each with days and a key, as a table that a query can join: however long, it is one parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import CTE, ColumnElement, Connection, Date, Text, cast, func, literal, select, type_coerce

from ocop_market.store.month_totals import month_of


class CodeSpan(NamedTuple):
    """A code from its first to its last day, and what its sales of these days count for."""

    code: str
    first: date
    last: date
    key: str = ""


def span_table(connection: Connection, spans: Iterable[CodeSpan]) -> CTE:
    """The spans as columns `code`, `first_day`, `last_day`, `key` and `month`, in which they begin.

    Join it from the outside of a left join: SQLite then looks codes up in an index that it makes for
    the query; of an inner join it may read the days of every span anew.
    """
    listed = json.dumps([(span.code, span.first.isoformat(), span.last.isoformat(), span.key, month_of(span.first).isoformat())
                         for span in spans], ensure_ascii=False)
    if connection.dialect.name == "sqlite":
        return _on_sqlite(listed)
    return _on_postgresql(listed)


def _on_sqlite(listed: str) -> CTE:
    row = func.json_each(listed).table_valued("value").c.value

    def part(position: int) -> ColumnElement[str]:
        return cast(func.json_extract(row, f"$[{position}]"), Text)  # without a type SQLite makes no index

    found = select(part(0).label("code"), type_coerce(part(1), Date).label("first_day"), type_coerce(part(2), Date).label("last_day"),
                   part(3).label("key"), type_coerce(part(4), Date).label("month"))
    return found.cte("span").prefix_with("MATERIALIZED")


def _on_postgresql(listed: str) -> CTE:
    from sqlalchemy.dialects.postgresql import JSONB

    row = func.jsonb_array_elements(cast(literal(listed), JSONB)).table_valued("value").c.value

    def part(position: int) -> ColumnElement[str]:
        return func.jsonb_array_element_text(row, position, type_=Text)

    found = select(part(0).label("code"), cast(part(1), Date).label("first_day"), cast(part(2), Date).label("last_day"),
                   part(3).label("key"), cast(part(4), Date).label("month"))
    return found.cte("span").prefix_with("MATERIALIZED")
