"""An official report for everybody: amounts that would tell of one or two subjects stay blank, in all tables together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from ocop_market.growth.basis import Basis, revenue
from ocop_market.growth.compare import BY_DAY, By, Period, row_namer
from ocop_market.growth.published import Sale, blank_rows, subject_of
from ocop_market.growth.suppression import Cell as Key
from ocop_market.model.product import Product
from ocop_market.reports.figures import label
from ocop_market.reports.official.figures import NUMBERS, Cell, OfficialFigures, Section, Table, Value
from ocop_market.reports.official.growth_told import PARTS, part_namer
from ocop_market.reports.official.recognition import TOTAL
from ocop_market.reports.official.trade import Channel, ChannelKind, channel_of, point_name
from ocop_market.store.catalog import load_former_codes
from ocop_market.store.points import names_of_tills
from ocop_market.store.tables.totals import sales_day

HIDDEN = "×"
"""Stands for an amount that is not published."""
PUBLISHED = ("Bản công bố: ô ghi “×” không công bố vì số liệu có dưới ba chủ thể, hoặc vì có thể suy ra số liệu đó bằng phép trừ; "
             "{count} dòng trong các biểu không công bố số tiền.")
_MONEY = frozenset({Cell.DONG, Cell.SHARE, Cell.GROWTH})
_ONLINE, _FILES = ("tong_hop", "online"), ("tong_hop", "files")
_ALL = ("", TOTAL)
"""The sum of every table is one and the same amount."""
_OF_TOTAL = frozenset({"Doanh thu trong kỳ", "Doanh thu cùng kỳ năm trước", "Tăng trưởng doanh thu"})
_OF_ONLINE = "Tỷ trọng thương mại điện tử trong doanh thu"
_TRADE = frozenset({"kenh", "diem_ban", "doanh_thu_sao", "doanh_thu_dia_phuong", "theo_thang", "thanh_phan"})


@dataclass(frozen=True)
class Ground:
    """What tells where each sale stands in the tables, and whose it is."""

    products: Mapping[str, Product]
    channels: Mapping[str, Channel]
    period: Period
    basis: Basis


def for_everybody(connection: Connection, figures: OfficialFigures, ground: Ground) -> OfficialFigures:
    """The figures without what would tell of fewer than three subjects, in this period or the one before, and a note that says so."""
    sides = [list(_sales(connection, figures, ground, period)) for period in (ground.period, ground.period.a_year_before())]
    keys = {_ALL, _ONLINE, _FILES, *(key for table in figures.tables if table.key in _TRADE for key in map(_key_in(table), table.rows))}
    blank = blank_rows(sides, keys)
    count = sum(_key_in(table)(row) in blank for table in figures.tables if table.key in _TRADE for row in table.rows)
    sections = tuple(_section(section, blank) for section in figures.sections)
    return figures.model_copy(update={"sections": sections, "doubts": (*_doubts(figures.doubts, blank), PUBLISHED.format(count=count))})


def is_for_everybody(figures: OfficialFigures) -> bool:
    """Whether a report was made to be published."""
    beginning = PUBLISHED.partition("{")[0]
    return any(doubt.startswith(beginning) for doubt in figures.doubts)


def _sales(connection: Connection, figures: OfficialFigures, ground: Ground, period: Period) -> Iterator[Sale]:
    """Each sum of a day with its subject and its rows; amounts of the year before stand in the rows of this year's months."""
    scope, c = figures.scope, sales_day.c
    level = By(scope.level)
    star = row_namer(connection, ground.products, By.STAR, scope.geography)
    place = row_namer(connection, ground.products, level, scope.geography)
    part = part_namer(connection, ground.products, ground.period, ground.basis)
    subject = subject_of(ground.products, load_former_codes(connection))
    names = names_of_tills(connection)
    later = ground.period.end.year - period.end.year
    query = select(c.account, c.location, c.sku, c.day, func.sum(revenue(ground.basis))).where(
        c.day.between(period.start, period.end)).group_by(c.account, c.location, c.sku, c.day)
    for account, location, sku, day, amount in connection.execute(query):
        if not amount:
            continue
        channel = channel_of(ground.channels, account)
        cells: set[Key] = {
            _ALL, ("kenh", channel.title), ("doanh_thu_sao", label(By.STAR, star(sku, day))),
            ("doanh_thu_dia_phuong", label(level, place(sku, day) if level in BY_DAY else place(sku))),
            ("theo_thang", f"{day:%m}/{day.year + later}"), ("thanh_phan", PARTS[part(sku)]),
            ("diem_ban", point_name(names, account, location), channel.title)}
        cells |= {_ONLINE} if channel.kind is ChannelKind.ONLINE else {_FILES} if channel.kind is ChannelKind.FILE else set()
        yield subject(sku, account), frozenset(cells), int(amount)


def _key_in(table: Table) -> Callable[[tuple[Value, ...]], Key]:
    """What a row of the table is called among the cells."""
    def key(row: tuple[Value, ...]) -> Key:
        if table.has_total and row is table.rows[-1]:
            return _ALL
        return (table.key, *(row[position] for position in table.identity))

    return key


def _section(section: Section, blank: frozenset[Key]) -> Section:
    tables = tuple(_masked(table, blank) for table in section.tables)
    sentences = section.sentences
    if section.key == "tieu_thu" and blank & {_ALL, _ONLINE}:
        sentences = ("Doanh thu trong kỳ và tỷ trọng thương mại điện tử không công bố đầy đủ vì có dưới ba chủ thể.",)
    return section.model_copy(update={"tables": tables, "sentences": sentences})


def _masked(table: Table, blank: frozenset[Key]) -> Table:
    if table.key == "tong_hop":
        return table.model_copy(update={"rows": tuple(_masked_figure(row, blank) for row in table.rows)})
    if table.key == "muc_tieu":
        return table.model_copy(update={"rows": tuple(_masked_target(table, row, blank) for row in table.rows)})
    if table.key not in _TRADE:
        return table
    key = _key_in(table)
    return table.model_copy(update={"rows": tuple(_masked_row(table, row) if key(row) in blank else row for row in table.rows)})


def _masked_row(table: Table, row: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(HIDDEN if column.cell in _MONEY else value for column, value in zip(table.columns, row, strict=True))


def _masked_figure(row: tuple[Value, ...], blank: frozenset[Key]) -> tuple[Value, ...]:
    hidden = (row[0] in _OF_TOTAL and _ALL in blank) or (row[0] == _OF_ONLINE and blank & {_ALL, _ONLINE})
    return (*row[:-1], HIDDEN) if hidden else row


def _masked_target(table: Table, row: tuple[Value, ...], blank: frozenset[Key]) -> tuple[Value, ...]:
    """A target of revenue has a territory of its own, which no table shows: what it reached is not told where anything is blank."""
    of_money = any(table.cell(row, position) in {Cell.GROWTH, Cell.DONG} for position in range(len(row))
                   if table.columns[position].cell in NUMBERS)
    if not (of_money and blank):
        return row
    return tuple(HIDDEN if column.key == "ket_qua" else value for column, value in zip(table.columns, row, strict=True))


def _doubts(doubts: Iterable[str], blank: frozenset[Key]) -> Iterator[str]:
    """Remarks without amounts of single accounts."""
    return (doubt for doubt in doubts if "₫" not in doubt and not (blank & {_ALL, _FILES} and "tệp nhập" in doubt))

