"""A list of what goods cost their seller, read: one column of SKUs, one of costs."""

from __future__ import annotations

from collections.abc import Mapping

from ocop_market.catalog.lookup import sold_finder
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.product import Product
from ocop_market.model.text import fold
from ocop_market.sheets.container import Cell, read_sheets
from ocop_market.sheets.numbers import number_style, read_dong
from ocop_market.sheets.values import text_of

SKUS = frozenset({"sku", "ma", "ma hang", "ma san pham"})
COSTS = frozenset({"gia von", "gia von 1 don vi", "unit cost", "cost"})
NO_COLUMNS = N_("{name} has no columns “SKU” and “Giá vốn”. Write a list to fill in with: ocop-market costs --form FILE")
NO_PRODUCT = N_("Row {row}: the catalog has no product or packing with the SKU {sku}.")
NO_COST = N_("Row {row}: “{text}” is no cost in đồng. Write a whole number above zero.")
TWICE = N_("Row {row}: the SKU {sku} has another cost in a row above. Leave one.")


def read_costs(name: str, content: bytes, products: Mapping[str, Product]) -> tuple[dict[str, int], list[Problem]]:
    """The cost of one unit in đồng by SKU, and rows that could not be read; rows without a cost are left out.

    SettingsError (`no-cost-columns`, or the file's own) when the file is no such list.
    """
    find = sold_finder(products)
    costs: dict[str, int] = {}
    problems: list[Problem] = []
    is_list = False
    for sheet in read_sheets(name, content):
        columns: tuple[int, int] | None = None
        style = number_style([])
        for position, row in enumerate(sheet.rows):
            if columns is None:
                columns = _columns(row)
                if columns is not None:
                    is_list, cost_column = True, columns[1]
                    style = number_style([one[cost_column] for one in sheet.rows[position + 1:] if len(one) > cost_column], money=True)
                continue
            sku, cost = (row[column] if len(row) > column else None for column in columns)
            written, text = text_of(sku), text_of(cost)
            if not written or not text:
                continue
            sold, amount, number = find(written), read_dong(cost, style), sheet.number(position)
            if sold is None:
                problems.append(Problem("product-unknown", NO_PRODUCT, "sku", {"row": number, "sku": written}))
            elif not isinstance(amount, int) or amount <= 0:
                problems.append(Problem("cost-unreadable", NO_COST, "cost", {"row": number, "text": text}))
            elif costs.setdefault(sold.sku, amount) != amount:
                problems.append(Problem("cost-twice", TWICE, "cost", {"row": number, "sku": sold.sku}))
    if not is_list:
        raise SettingsError(NO_COLUMNS, code="no-cost-columns", name=name)
    return costs, problems


def _columns(row: tuple[Cell, ...]) -> tuple[int, int] | None:
    """Where the SKU and the cost stand, in a row of headings."""
    named = [fold(text_of(cell)) for cell in row]
    sku = next((i for i, text in enumerate(named) if text in SKUS), None)
    cost = next((i for i, text in enumerate(named) if text in COSTS), None)
    return None if sku is None or cost is None else (sku, cost)
