"""Sums of rows written into a table of totals, by one statement of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Insert, Table, func, insert, select
from sqlalchemy.dialects import sqlite


def insert_sums(dialect: str, table: Table, keys: Mapping[str, ColumnElement[Any]], amounts: Mapping[str, ColumnElement[Any]],
                source: FromClause, where: ColumnElement[bool]) -> Insert:
    """The statement that adds up the rows of `source` by `keys` into rows of `table` that are not there yet."""
    if dialect == "sqlite":
        return _row_by_row(table, keys, amounts, source, where)
    sums = select(*keys.values(), *map(func.sum, amounts.values())).select_from(source).where(where).group_by(
        *(key for key in keys.values() if not isinstance(key, BindParameter)))
    return insert(table).from_select([*keys, *amounts], sums)


def _row_by_row(table: Table, keys: Mapping[str, ColumnElement[Any]], amounts: Mapping[str, ColumnElement[Any]],
                source: FromClause, where: ColumnElement[bool]) -> Insert:
    """SQLite groups by sorting all rows, which costs twice what finding the row to add to does."""
    rows = select(*keys.values(), *amounts.values()).select_from(source).where(where)
    written = sqlite.insert(table).from_select([*keys, *amounts], rows)
    return written.on_conflict_do_update(index_elements=list(keys), set_={
        name: table.c[name] + written.excluded[name] for name in amounts})
