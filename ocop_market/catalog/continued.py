"""Rows that go on with the product above: shop templates name it once and leave its name empty beside its other packings."""

from __future__ import annotations

from dataclasses import replace

from ocop_market.sheets.headings import Headings
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Body, Row
from ocop_market.sheets.values import text_of

WHOSE = ("name", "producer", "commune", "district", "province", "address", "owner")
"""What tells which product a row is about."""
_ONCE = ("parent", "option_name")
"""What is written beside the first packing only."""


def continued(body: Body, headings: Headings) -> Body:
    """The rows, those without a name filled up from the row of their product.

    That is the row with the same parent code, else the one above; only rows that name a packing go on with another one.
    """
    if headings.of("option_value") is None or headings.of("name") is None:
        return body
    named: dict[str, Row] = {}
    for row in body.rows:
        if _text(row, headings, "name"):
            named.setdefault(_text(row, headings, "parent"), row)
    rows: list[Row] = []
    above: Row | None = None
    for row in body.rows:
        if _text(row, headings, "name"):
            above = row
        elif any(text_of(row.at(column.position)) for column in headings.all_of("option_value")):
            code = _text(row, headings, "parent")
            if first := (named.get(code) if code else above):
                row = _filled(row, first, headings)  # noqa: PLW2901  (the row goes on with another's cells)
        rows.append(row)
    return replace(body, rows=tuple(rows))


def _filled(row: Row, first: Row, headings: Headings) -> Row:
    cells: list[Cell] = [*row.cells, *[None] * (max(column.position for column in headings.columns) + 1 - len(row.cells))]
    for column in headings.columns:
        if column.target in (*WHOSE, *_ONCE) and not text_of(cells[column.position]):
            cells[column.position] = first.at(column.position)
    return replace(row, cells=tuple(cells))


def _text(row: Row, headings: Headings, target: str) -> str:
    column = headings.of(target)
    return text_of(row.at(column.position)) if column else ""
