"""The parts of the change of revenue and the standing of targets, in the words of the official reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from ocop_market.catalog.lookup import finder
from ocop_market.growth.basis import Basis
from ocop_market.growth.behind_target import target_keys
from ocop_market.growth.compare import Period
from ocop_market.growth.movement import Part, movement, parts_of
from ocop_market.growth.sold import Both, read_both, read_sold
from ocop_market.growth.target_standing import Course, stand
from ocop_market.growth.targets import Measure, Target
from ocop_market.model.product import Product
from ocop_market.places.units import Geography, Level
from ocop_market.reports.official.trade import GrowthPart, TargetLine
from ocop_market.store.catalog import load_former_codes

PARTS = {Part.SAME: "Sản phẩm được công nhận và có bán ở cả hai kỳ", Part.ENTRY: "Sản phẩm mới (mới công nhận, mới bán)",
         Part.EXIT: "Sản phẩm ra khỏi (hết hiệu lực, bị thu hồi, không bán)", Part.OUTSIDE: "Hàng ngoài diện công nhận hoặc chưa rõ"}
COURSES = {Course.REACHED: "Đạt", Course.ON_COURSE: "Đúng tiến độ", Course.BEHIND: "Chậm tiến độ", Course.NOT_BEGUN: "Chưa bắt đầu",
           Course.NOT_KNOWN: "Chưa xác định được"}
_COUNTED = {Measure.SUBJECTS: "chủ thể", Measure.NEW_SUBJECTS: "chủ thể", Measure.POINTS: "điểm bán", Measure.NEW_POINTS: "điểm bán",
            Measure.BY_HAND: ""}
_PER_UNIT = {Level.PROVINCE: "tỉnh", Level.DISTRICT: "huyện", Level.COMMUNE: "xã"}
_SHARES = frozenset({Measure.PRODUCT_SHARE, Measure.SUBJECT_SHARE})
_UNITS = {Geography.OLD: " (đơn vị 30/6/2025)", Geography.PRESENT: ""}


def growth_parts(connection: Connection, products: Mapping[str, Product], period: Period, basis: Basis, sold: Both | None = None,
                 ) -> tuple[GrowthPart, ...]:
    """What the change against the same days a year before is made of; empty where nothing was sold in either period.

    `sold` is what `read_both` found, where that was read already.
    """
    before = period.a_year_before()
    now, then = sold or read_both(connection, period, basis)
    moved = movement(now, then, finder(products, load_former_codes(connection)), period, before)
    if not moved.moved:
        return ()
    return tuple(GrowthPart(name, moved.products(part), moved.part(part).now, moved.part(part).before, part.value)
                 for part, name in PARTS.items())


def part_namer(connection: Connection, products: Mapping[str, Product], period: Period, basis: Basis) -> Callable[[str], Part]:
    """What tells the part in which `growth_parts` counts a sale, by its SKU."""
    find = finder(products, load_former_codes(connection))
    before = period.a_year_before()
    parts = parts_of(read_sold(connection, period, basis), read_sold(connection, before, basis), find, period, before)

    def part(sku: str) -> Part:
        product = find(sku)
        return parts.get(product.sku, Part.OUTSIDE) if product else Part.OUTSIDE

    return part


def target_lines(connection: Connection, products: Mapping[str, Product], targets: Sequence[Target], on: date, basis: Basis,
                 ) -> tuple[TargetLine, ...]:
    """How targets stand on a day by the catalog and by the sales up to it."""
    return tuple(
        TargetLine(one.target.name, one.target.province + _UNITS[one.target.geography] if one.target.province else "Toàn bộ danh mục",
                   one.target.source, one.target.ends, _unit(one.target), _number(one.needed),
                   None if one.reached is None else _number(one.reached), COURSES[one.course], key)
        for key, one in zip(target_keys(targets), stand(connection, products, targets, on, on, basis=basis), strict=True))


def _unit(target: Target) -> str:
    if target.measure in _SHARES:
        return "%"
    if target.measure is Measure.REVENUE_GROWTH:
        return "% tăng"
    if target.measure is Measure.POINTS_PER_UNIT and target.unit is not None:
        return _PER_UNIT[target.unit]
    return _COUNTED.get(target.measure, "sản phẩm")


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else round(float(value), 1)
