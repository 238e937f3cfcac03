"""The address of every figure on the page of a co-operative, so that each leads to what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ocop_market.growth.address import Address, Measure, Slice
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import By
from ocop_market.reports.coop.figures import CoopFigures, PriceLine, ProductLine
from ocop_market.reports.coop.printed import MOST_CHANNELS, MOST_PRICES, MOST_PRODUCTS

_OF_MONEY = ((1, Measure.REVENUE, Basis.NET), (2, Measure.GROWTH, Basis.NET), (3, Measure.TAKEN_OFF, Basis.NET),
             (4, Measure.REVENUE, Basis.IN_HAND), (5, Measure.IN_HAND_SHARE, Basis.NET))
"""Columns of the table of channels."""
_BOXES = ((Measure.REVENUE, Basis.NET), (Measure.GROWTH, Basis.NET), (Measure.REVENUE, Basis.IN_HAND), (Measure.IN_HAND_SHARE, Basis.NET))


@dataclass(frozen=True)
class PageFigure:
    """A figure of the page: part of the page (`boxes`, `channels`, `products` or `prices`), row and column, and its address."""

    number: int
    part: str
    row: int
    column: int
    address: Address


def addressed(figures: CoopFigures) -> Iterator[PageFigure]:
    """Every figure that is printed, numbered in the order of the page. Prices that one sets oneself lead nowhere."""
    for number, (part, row, column, address) in enumerate(_all(figures), start=1):
        yield PageFigure(number, part, row, column, address)


def _all(figures: CoopFigures) -> Iterator[tuple[str, int, int, Address]]:
    whole = Address(Measure.REVENUE, figures.period)
    for column, (measure, basis) in enumerate(_BOXES):
        yield "boxes", 0, column, replace(whole, measure=measure, basis=basis)
    for row, one in enumerate(_channels(figures)):
        for column, measure, basis in _OF_MONEY:
            if column != _GROWTH or one.slice is not Slice.ACCOUNTS:
                yield "channels", row, column, replace(one, measure=measure, basis=basis)
    for row, product in enumerate(figures.products[:MOST_PRODUCTS]):
        of_product = _of_product(figures, product)
        yield "products", row, 1, of_product
        yield "products", row, 2, replace(of_product, measure=Measure.GROWTH)
    for row, line in enumerate(figures.prices[:MOST_PRICES]):
        yield "prices", row, 2, _of_price(figures, line, Measure.BREAK_EVEN)
        yield "prices", row, 3, _of_price(figures, line, Measure.LEFT_OF_ONE)


_GROWTH = 2
"""The column that is not told of the other channels together."""


def _channels(figures: CoopFigures) -> Iterator[Address]:
    """The rows of the table of channels: each, the others together, all."""
    whole = Address(Measure.REVENUE, figures.period)
    for line in figures.channels[:MOST_CHANNELS]:
        yield replace(whole, slice=Slice.BY, by=By.CHANNEL, key=line.account)
    if rest := figures.channels[MOST_CHANNELS:]:
        yield replace(whole, slice=Slice.ACCOUNTS, key=",".join(line.account for line in rest))
    if len(figures.channels) > 1:
        yield whole


def _of_product(figures: CoopFigures, line: ProductLine) -> Address:
    if line.in_catalog:
        return Address(Measure.REVENUE, figures.period, Slice.BY, By.PRODUCT, line.sku)
    return Address(Measure.REVENUE, figures.period, Slice.CODE, key=line.sku)


def _of_price(figures: CoopFigures, line: PriceLine, measure: Measure) -> Address:
    return Address(measure, figures.period, Slice.BY, By.PRODUCT, line.sku, account=line.account)
