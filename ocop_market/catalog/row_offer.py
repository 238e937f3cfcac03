"""What a row offers for sale: price, stock, weight and barcode, in one packing or in several; parcel and wholesale prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ocop_market.catalog.packing_columns import (
    PACKING_COLUMNS,
    Priced,
    in_order,
    listed_parts,
    options_told,
    priced_packings,
    read_days,
    read_parcel,
    read_side,
    read_wholesale,
    whole_parcel,
)
from ocop_market.catalog.packings import content_of, key_of, name_and_content, name_without, spelled, weight_told
from ocop_market.catalog.product_sets import read_group
from ocop_market.catalog.questions import PACKINGS, Doubt, packings_are, whole
from ocop_market.catalog.row_reader import ListStyle, RowReader
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Product, Variant, WholesalePrice
from ocop_market.sheets.numbers import NumberStyle, read_dong, read_quantity
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.values import read_grams, read_gtin, shown, text_of

PRICE_NOT_POSITIVE = N_("The price “{text}” is not above zero. Enter the selling price in đồng.")
STOCK_NEGATIVE = N_("The stock “{text}” is negative. Count the goods and enter what is there.")
STOCK_NOT_WHOLE = N_("The stock “{text}” was rounded down to whole pieces.")
OPTIONS_TOO_MANY = N_("“{text}” tells packings apart by more than two things; the last ones were put together. Use two columns.")
PACKINGS_IN_CELL = N_("“{text}” may be the prices of several packings. Say whether it is: {packings}")
NOT_BY_PACKING = N_("“{text}” does not say which packing it is of, so it was not taken. Give each packing a row of its own.")

_MOST_OPTIONS = 2
_STARS = re.compile(r"\b(sao|stars?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Codes:
    """The codes of a row: of the product in all its packings, empty where the list gives none, and of what the row is about."""

    product: str
    own: str


def with_offer(reader: RowReader, style: ListStyle, product: Product, codes: Codes) -> Product:
    """The product with what its row offers; in one packing or several where the row tells of them."""
    product = replace(product, parcel_cm=_parcel(reader), days_to_ship=reader.value("days_to_ship", read_days),
                      wholesale=_wholesale(reader, style))
    options = _options(reader)
    several = None if options else _in_cells(reader, style)
    if several:
        return _of_several(reader, style, replace(product, sku=codes.product or codes.own), several)
    asked = several is not None  # such cells are read by the answer or not at all
    price = None if asked else reader.value("price", lambda cell: read_price(cell, style))
    stock = reader.value("stock", lambda cell: read_stock(cell, style, reader))
    weight, gtin = None if asked else _weight(reader), reader.value("gtin", read_gtin) or ""
    if not options and codes.product not in ("", codes.own):
        options, product = _told_by_name(product, weight)
    if not options:
        return replace(product, sku=product.sku or codes.own, price=price, stock=stock, weight_g=weight, gtin=gtin)
    values = tuple(value for _, value in options)
    variant = Variant(codes.own, values, price, stock, weight_told(values) if weight is None else weight, gtin)
    return replace(product, sku=codes.product, name=name_without(product.name, values), options=tuple(name for name, _ in options),
                   variants=(variant,))


def _weight(reader: RowReader) -> int | None:
    """The weight of its own column; a packing speaks for it where there is none."""
    if reader.headings.of("weight_g"):
        told = reader.value("weight_g", read_grams, with_unit=True)
        return weight_told([reader.text("packing")]) if told is None else told
    return reader.value("packing", read_grams, with_unit=True)


def _options(reader: RowReader) -> list[tuple[str, str]]:
    """Options with the row's values; a group of goods or a star under `Phân loại` is none."""
    if PACKING_COLUMNS.isdisjoint(reader.targets):
        return []
    told = [(name, value) for name, value in options_told(reader.texts("option_name"), reader.texts("option_value"))
            if not (_STARS.search(value) or read_group(value))]
    if len(told) > _MOST_OPTIONS:
        joined = " / ".join(value for _, value in told[_MOST_OPTIONS - 1:])
        reader.note("option_value", Problem("options-too-many", OPTIONS_TOO_MANY, "variants", {"text": shown(joined)}))
        told = [*told[:_MOST_OPTIONS - 1], (told[_MOST_OPTIONS - 1][0], joined)]
    packing = reader.text("packing")
    if not told and packing and len(listed_parts(reader.cell("packing"))) < _MOST_OPTIONS:
        weight = _weight_of_number(reader)
        told = [("", f"{weight} g" if weight else packing)]
    return [(name, spelled(value)) for name, value in told]


def _weight_of_number(reader: RowReader) -> int | None:
    """A bare number under `Quy cách (g)`."""
    column = reader.headings.of("packing")
    found = read_grams(reader.cell("packing"), "g") if column and isinstance(reader.cell("packing"), int | Decimal) else None
    return found if isinstance(found, int) else None


def _told_by_name(product: Product, weight: int | None) -> tuple[list[tuple[str, str]], Product]:
    """The packing of a row that only names the product it belongs to: by the content behind its name, else by its weight."""
    name, content = name_and_content(product.name)
    if content:
        return [("", spelled(content))], replace(product, name=name)
    return ([("", spelled(f"{weight} g"))] if weight else []), product


def _in_cells(reader: RowReader, style: ListStyle) -> list[tuple[str, int]] | None:
    """Several packings with their prices in the cells of one row; no packing while it is not certain, None where none are told.

    Sure is `500g: 120.000; 1kg: 230.000`. Other names than contents, and two cells that only go together by their
    number, are asked about.
    """
    cell = reader.cell("price")
    priced = priced_packings(cell)
    target = next((target for target in ("packing", "weight_g") if len(listed_parts(reader.cell(target))) > 1), "")
    names = listed_parts(reader.cell(target)) if target else []
    pairs = priced.pairs if priced else tuple(zip(names, listed_parts(cell), strict=True)) if (
        len(names) == len(listed_parts(cell)) and all(content_of(name) for name in names)) else ()
    prices = [(spelled(name), price) for name, text in pairs if isinstance(price := read_price(text, style), int)]
    if len(prices) < _MOST_OPTIONS or len(prices) != len(pairs) or len({key_of([name]) for name, _ in prices}) != len(prices):
        return None
    if priced and all(content_of(name) for name, _ in prices):
        return prices
    told = "; ".join(f"{name}: {price:,}".replace(",", ".") for name, price in prices)
    problem = Problem("packings-in-cell", PACKINGS_IN_CELL, "price", {"text": shown(text_of(cell)), "packings": told})
    answer = reader.ask(Doubt.PACKINGS, (text_of(cell), *names), reader.label("price"), problem, (packings_are(told), whole()))
    return prices if answer == PACKINGS else []


def _of_several(reader: RowReader, style: ListStyle, product: Product, prices: Sequence[tuple[str, int]]) -> Product:
    """The product in the packings of one row; what is said of no packing by name is not taken."""
    stocks = priced_packings(reader.cell("stock"))
    if stocks is None and reader.text("stock"):
        _of_none(reader, "stock")
    if reader.text("gtin"):
        _of_none(reader, "gtin")
    return replace(product, options=("",), variants=tuple(
        Variant("", (name,), price, _stock_of(stocks, name, style), weight_told([name])) for name, price in prices))


def _of_none(reader: RowReader, target: str) -> None:
    reader.note(target, Problem("of-no-packing", NOT_BY_PACKING, target, {"text": shown(reader.cell(target))}))


def _stock_of(stocks: Priced | None, name: str, style: ListStyle) -> int | None:
    text = next((text for other, text in stocks.pairs if key_of([other]) == key_of([name])), "") if stocks else ""
    found = read_quantity(text, style.numbers.get("stock", NumberStyle.UNKNOWN)) if text else None
    return int(found) if isinstance(found, Decimal) and found >= 0 else None


def read_price(cell: Cell, style: ListStyle) -> int | Problem | None:
    """A price above zero in đồng."""
    price = read_dong(cell, style.numbers.get("price", NumberStyle.UNKNOWN), scale=style.price_scale)
    if isinstance(price, int) and price <= 0:
        return Problem("price-not-positive", PRICE_NOT_POSITIVE, "price", {"text": shown(cell)})
    return price


def read_stock(cell: Cell, style: ListStyle, reader: RowReader) -> int | Problem | None:
    """A stock in whole pieces."""
    stock = read_quantity(cell, style.numbers.get("stock", NumberStyle.UNKNOWN))
    if not isinstance(stock, Decimal):
        return stock
    if stock < 0:
        return Problem("stock-negative", STOCK_NEGATIVE, "stock", {"text": shown(cell)})
    if stock != int(stock):
        reader.note("stock", Problem("stock-not-whole", STOCK_NOT_WHOLE, values={"text": shown(cell)}))
    return int(stock)


def _parcel(reader: RowReader) -> tuple[int, int, int] | None:
    """The parcel of one column, or of three for its sides."""
    told = reader.value("parcel", read_parcel, with_unit=True)
    if told is not None:
        return told
    targets = ("parcel_length", "parcel_width", "parcel_height")
    sides = [reader.value(target, read_side, with_unit=True) for target in targets]
    parcel = whole_parcel(sides)
    if isinstance(parcel, Problem):
        if all(reader.headings.of(target) for target in targets):
            reader.note("parcel_length", parcel)
        return None
    return parcel


def _wholesale(reader: RowReader, style: ListStyle) -> tuple[WholesalePrice, ...]:
    """The steps of all wholesale columns, each beside its column of quantities where there are such."""
    cells = [reader.row.at(column.position) for column in reader.headings.all_of("wholesale")]
    quantities = [reader.row.at(column.position) for column in reader.headings.all_of("wholesale_from")]
    steps: list[WholesalePrice] = []
    for place, cell in enumerate(cells):
        if not text_of(cell):
            continue
        found = read_wholesale(cell, quantities[place] if place < len(quantities) else None,
                               style.numbers.get("price", NumberStyle.UNKNOWN), style.price_scale)
        if isinstance(found, Problem):
            reader.note("wholesale", found)
            return ()
        steps += found
    ordered = in_order(steps, "; ".join(filter(None, map(text_of, cells))))
    if isinstance(ordered, Problem):
        reader.note("wholesale", ordered)
        return ()
    return ordered
