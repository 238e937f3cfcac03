"""The address of every figure of an official report, so that each leads to what it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ocop_market.growth.address import OF_SALES, Address, Measure, parse, period_text
from ocop_market.growth.basis import Basis
from ocop_market.growth.compare import Period
from ocop_market.places.units import Geography
from ocop_market.reports.official.figures import Column, OfficialFigures, RowOf, Scope, Table

_MEASURES = {"ky_nay": Measure.REVENUE, "cung_ky": Measure.BEFORE, "chenh_lech": Measure.CHANGE, "tang_truong": Measure.GROWTH,
             "ty_trong": Measure.SHARE}
_OF_TABLES = {
    "con_hieu_luc": {"khong_ro_han": Measure.UNDATED, "": Measure.IN_FORCE}, "luy_ke": {"": Measure.EVER},
    "chu_the": {"con_hieu_luc": Measure.SUBJECTS, "ty_le": Measure.SUBJECT_SHARE, "luy_ke": Measure.SUBJECTS_EVER},
    "kenh": {"dang_ban": Measure.LISTED, "san_pham": Measure.PRODUCTS_SOLD}, "diem_ban": {"san_pham": Measure.PRODUCTS_SOLD},
    "thanh_phan": {"san_pham": Measure.PRODUCTS}, "muc_tieu": {"ket_qua": Measure.TARGET},
    "diem_ban_dia_phuong": {"dang_hoat_dong": Measure.POINTS_OPEN, "mo_trong_ky": Measure.POINTS_OPENED,
                            "dong_trong_ky": Measure.POINTS_CLOSED, "chua_ro": Measure.POINTS_UNDATED}}
"""Measures of columns by table; one without a name is that of counts by star and of their sum."""
_STARS = {"ba_sao": "stars=3", "bon_sao": "stars=4", "nam_sao": "stars=5", "tong": ""}
_EVENTS = frozenset({Measure.FIRST, Measure.UPGRADE, Measure.RE_RATED, Measure.WITHDRAWN, Measure.LAPSED, Measure.POINTS_OPENED,
                     Measure.POINTS_CLOSED})

_ON_BASIS = OF_SALES | {Measure.TARGET, Measure.OUTLETS}


@dataclass(frozen=True)
class Figure:
    """One figure of a report: where it stands, as it is printed, and its address."""

    number: int
    table: Table
    table_number: int
    row: int
    column: int
    address: Address

    @property
    def printed(self) -> str:
        """The figure as it is printed."""
        return self.table.shown(self.table.rows[self.row])[self.column]

    @property
    def row_name(self) -> str:
        """What tells its row from the others."""
        row = self.table.rows[self.row]
        return " · ".join(str(row[position]).strip() for position in self.table.identity if row[position] not in (None, ""))

    @property
    def heading(self) -> str:
        """The heading of its column."""
        return self.table.columns[self.column].heading

    @property
    def command(self) -> str:
        """What to type to see what it was made from."""
        return f'ocop-market explain "{self.address}"'


def addressed(figures: OfficialFigures) -> Iterator[Figure]:
    """Every figure that has an address, numbered in the order of the report."""
    number = 0
    for table_number, table in enumerate(figures.tables, start=1):
        for row, of in enumerate(table.of_rows):
            for position, column in enumerate(table.columns):
                address = _address(table, column, of, figures.scope) if of is not None and table.rows[row][position] is not None else None
                if address is not None:
                    number += 1
                    yield Figure(number, table, table_number, row, position, address)


def _address(table: Table, column: Column, of: RowOf, scope: Scope) -> Address | None:
    measure, stars = _measure(table.key, column.key, of)
    if measure is None:
        return None
    days = scope.period if measure in OF_SALES or measure in _EVENTS or measure is Measure.OUTLETS else Period(scope.as_of, scope.as_of)
    parts = [measure.value, f"basis={scope.basis.value}" if measure in _ON_BASIS and scope.basis is not Basis.NET else "",
             f"geography={scope.geography.value}" if scope.geography is not Geography.PRESENT else "", stars, of.within,
             of.period or period_text(days), f"against={of.against}" if of.against else ""]
    return parse("/".join(part for part in parts if part))


def _measure(table: str, column: str, of: RowOf) -> tuple[Measure | None, str]:
    """What a cell tells, and its stars; None for cells that are no figures."""
    special = _OF_TABLES.get(table, {})
    if column in special:
        return special[column], ""
    if column in _STARS and (of.measure or "" in special):
        return Measure(of.measure) if of.measure else special[""], _STARS[column]
    if table == "tong_hop":
        return (Measure(of.measure) if column == "gia_tri" else None), ""
    return _MEASURES.get(column), ""
