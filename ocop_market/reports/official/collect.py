"""Makes the figures of an official report, once; everything that is printed comes from here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from sqlalchemy import Connection

from ocop_market.growth.basis import Basis, explained
from ocop_market.growth.compare import By, Period
from ocop_market.growth.coverage import coverage
from ocop_market.growth.sold import Both
from ocop_market.language import translate, use_language
from ocop_market.model.product import Product
from ocop_market.places.counting import PLACE_DIVIDED, PLACE_UNKNOWN, row_of_product
from ocop_market.places.units import GEOGRAPHY_WORDS, Geography, Level
from ocop_market.reports.figures import WORDS, doubts
from ocop_market.reports.numbers import day
from ocop_market.reports.official.figures import (
    Cell,
    Kind,
    OfficialFigures,
    RowOf,
    Scope,
    Section,
    Table,
    Value,
    filed_before,
    shown,
)
from ocop_market.reports.official.layout import filled
from ocop_market.reports.official.points import (
    Register,
    count_table,
    inputs_of,
    list_table,
    load_register,
    point_doubts,
    summary_rows,
    told_of_points,
)
from ocop_market.reports.official.recognition import (
    EVENT_MEASURES,
    EVENTS,
    KIND_NOT_TOLD,
    WITHOUT_DATES,
    Event,
    Recognised,
    change_tables,
    changes,
    due_table,
    product_table,
    recognised,
    star_tables,
    subject_table,
)
from ocop_market.reports.official.trade import BY_STARS, Channel, GrowthPart, TargetLine, Trade, parts_table, target_table, trade
from ocop_market.rules.programme import groups
from ocop_market.rules.version import rules_version
from ocop_market.store.period_totals import rows_between

NO_KIND_OF_CHANNEL = "{share} doanh thu đến từ tệp nhập, không rõ là sàn hay điểm bán; phần này không tính vào tỷ trọng thương mại điện tử."
PLACES = "{count} sản phẩm chưa xác định được địa phương theo {units}; các sản phẩm này đứng ở dòng riêng."
PRACTICE = "SỐ LIỆU LUYỆN TẬP: giá và người mua là giả định. Không dùng cho mục đích chính thức."
NO_SALES_BEFORE = "Không có doanh thu cùng kỳ năm trước trong sổ bán hàng nên không tính được tăng trưởng."


@dataclass(frozen=True)
class Asked:
    """What a report is asked for. Without a `level`, localities are provinces where there are several, else what is below them."""

    kind: Kind
    period: Period
    basis: Basis = Basis.NET
    geography: Geography = Geography.PRESENT
    level: Level | None = None


@dataclass(frozen=True)
class Known:
    """What the report is made from beside the ledger: products as they may be shown, the accounts, the market's name.

    `parts` are those of the change of revenue, `targets` those of plans; each has its table where there are any. `sold` is what
    `read_both` found, where that was read already.
    """

    market: str
    products: Mapping[str, Product]
    channels: Mapping[str, Channel]
    accounts: Collection[str]
    practice: bool
    parts: Sequence[GrowthPart] = ()
    targets: Sequence[TargetLine] = ()
    sold: Both | None = None


def collect(connection: Connection, known: Known, asked: Asked) -> OfficialFigures:
    """The figures in one state of the database, in Vietnamese whatever language is in use."""

    def in_vietnamese() -> OfficialFigures:
        use_language("vi")
        return _collect(connection, known, asked)

    return copy_context().run(in_vietnamese)


def _collect(connection: Connection, known: Known, asked: Asked) -> OfficialFigures:
    as_of, units = asked.period.end, translate(GEOGRAPHY_WORDS[asked.geography])
    level = asked.level or _level_of(known.products.values(), asked.geography)
    found = recognised(known.products.values(), as_of, localities(asked.geography, level))
    events = changes(found, asked.period)
    register = load_register(connection, asked.period, asked.geography, level, units)
    sold = trade(connection, known.products, known.channels, asked.period, asked.basis, asked.geography, By(level.value), units, known.sold)
    scope = Scope(
        kind=asked.kind, as_of=as_of, start=asked.period.start, basis=asked.basis, basis_text=explained(asked.basis),
        geography=asked.geography, geography_text=units, level=level.value, time_zone="Asia/Ho_Chi_Minh", rules=rules_version(as_of),
        program=version("ocop-market"), inputs=_inputs(connection, known, register, sold), market=known.market, practice=known.practice)
    return OfficialFigures(
        title="BÁO CÁO", subtitle=_subtitle(asked), scope=scope,
        sections=tuple(_sections(found, events, sold, register, asked, units, known, level)),
        doubts=(*_doubts(connection, known, asked, found, events, sold, units), *point_doubts(register)))


def _sections(found: Sequence[Recognised], events: Sequence[Event], sold: Trade, register: Register, asked: Asked,
              units: str, known: Known, level: Level) -> Iterable[Section]:
    as_of = day(asked.period.end)
    stars, due, subjects = star_tables(found, units, as_of, level.value), due_table(found, asked.period.end), subject_table(found)
    summary = _summary(found, events, due, subjects, sold, register)
    figure = {str(row[0]): text for row in summary.rows for text in [summary.shown(row)[2]]}
    happened = ", ".join(f"{what.lower()} {sum(event.what == what for event in events)}" for what in EVENTS)
    yield Section(key="tong_hop", heading="I. TỔNG HỢP SỐ LIỆU", tables=(summary,), sentences=(
        f"Kỳ báo cáo từ ngày {day(asked.period.start)} đến hết ngày {as_of}, so với cùng những ngày đó của năm trước.",
        f"Doanh thu được tính là: {explained(asked.basis)}.", f"Địa phương tính theo {units}."))
    yield Section(key="san_pham", heading="II. SẢN PHẨM OCOP", tables=(*stars, *change_tables(events), due), sentences=(
        f"Đến ngày {as_of}, địa bàn có {figure[IN_FORCE]} sản phẩm OCOP còn hiệu lực, lũy kế đã công nhận {figure[EVER]} sản phẩm.",
        f"Trong kỳ: {happened} sản phẩm." if events else "Trong kỳ không có sản phẩm nào được công nhận, thu hồi hay hết hiệu lực.",
        f"Có {len(due.rows)} giấy chứng nhận hết hạn trong 180 ngày tới." if due.rows
        else "Không có giấy chứng nhận nào hết hạn trong 180 ngày tới."))
    yield Section(key="chu_the", heading="III. CHỦ THỂ VÀ ĐIỂM BÁN", tables=(
        subjects, *([count_table(register, level)] if register.points else []), sold.points), sentences=(
        f"Có {figure[SUBJECTS_NOW]} chủ thể có sản phẩm còn hiệu lực; {len(sold.points.rows)} điểm bán có số liệu bán hàng.",
        told_of_points(register)))
    growth = f"tăng trưởng {shown(sold.total.growth, Cell.GROWTH)}" if sold.total.growth is not None else "chưa tính được tăng trưởng"
    channels, *others = sold.tables
    told = [channels, *([parts_table(known.parts, sold.total)] if known.parts else []), *others,
            *([target_table(known.targets)] if known.targets else [])]
    yield Section(key="tieu_thu", heading="IV. TIÊU THỤ VÀ TĂNG TRƯỞNG", tables=tuple(told), sentences=(
        f"Doanh thu trong kỳ {shown(sold.total.now, Cell.DONG)}, cùng kỳ năm trước {shown(sold.total.before, Cell.DONG)}; {growth}.",
        f"Tỷ trọng thương mại điện tử: {shown(sold.online, Cell.SHARE)}."))
    names = {frame.group: frame.name for frame in groups(asked.period.end)}
    listed = [product_table(found, lambda product: names.get(product.group, ""), units)]
    if register.points:
        listed.append(list_table(register))
    yield Section(key="danh_muc", heading="PHỤ LỤC. DANH MỤC SẢN PHẨM" + (" VÀ ĐIỂM BÁN" if register.points else ""), sentences=(),
                  annex=True, tables=tuple(listed))


IN_FORCE, EVER, SUBJECTS_NOW = "Sản phẩm còn hiệu lực", "Sản phẩm đã công nhận lũy kế", "Chủ thể có sản phẩm còn hiệu lực"


def _summary(found: Sequence[Recognised], events: Sequence[Event], due: Table, subjects: Table, sold: Trade,
             register: Register) -> Table:
    growth = sold.total.growth
    rows: list[tuple[RowOf | None, str, str, Value]] = [
        (RowOf(measure="in-force"), IN_FORCE, "sản phẩm", sum(one.in_force is not None for one in found)),
        *((RowOf(measure="in-force", within=f"stars={stars}"), f"   trong đó {stars} sao", "sản phẩm", sum(
            one.in_force is not None and one.in_force.certificate.stars == stars for one in found)) for stars in (3, 4, 5)),
        (RowOf(measure="ever"), EVER, "sản phẩm", len(found)),
        *((RowOf(measure=EVENT_MEASURES[what]), what, "sản phẩm", sum(event.what == what for event in events)) for what in EVENTS),
        (RowOf(measure="due"), "Giấy chứng nhận hết hạn trong 180 ngày tới", "giấy", len(due.rows)),
        (RowOf(measure="subjects"), SUBJECTS_NOW, "chủ thể", subjects.rows[-1][1]),
        *summary_rows(register),
        (RowOf(measure="outlets"), "Điểm bán có số liệu bán hàng", "điểm", len(sold.points.rows)),
        (RowOf(measure="revenue"), "Doanh thu trong kỳ", "đồng", sold.total.now),
        (RowOf(measure="before"), "Doanh thu cùng kỳ năm trước", "đồng", sold.total.before),
        (RowOf(measure="growth"), "Tăng trưởng doanh thu", "% tăng", None if growth is None else round(growth, 1)),
        (RowOf(measure="share", within=f"accounts={','.join(sold.online_accounts)}") if sold.online_accounts else None,
         "Tỷ trọng thương mại điện tử trong doanh thu", "%", sold.online)]
    return filled("tong_hop", "Các chỉ tiêu chính", [row[1:] for row in rows], of_rows=[row[0] for row in rows])


def _doubts(connection: Connection, known: Known, asked: Asked, found: Sequence[Recognised], events: Sequence[Event], sold: Trade,
            units: str) -> Iterable[str]:
    if known.practice:
        yield PRACTICE
    yield from doubts(coverage(connection, asked.period, known.accounts), sold.channels.unknown)
    if sold.total.before <= 0:
        yield NO_SALES_BEFORE
    if sold.not_told:
        yield NO_KIND_OF_CHANNEL.format(share=shown(sold.not_told, Cell.SHARE))
    if without := sum(one.undated for one in found):
        yield WITHOUT_DATES.format(count=without)
    if inferred := sum(not event.told for event in events):
        yield KIND_NOT_TOLD.format(count=inferred)
    unplaced = {translate(WORDS[key]) for key in (PLACE_UNKNOWN, PLACE_DIVIDED)}
    if nowhere := sum(one.locality in unplaced for one in found):
        yield PLACES.format(count=nowhere, units=units)


def _subtitle(asked: Asked) -> str:
    year = asked.period.end.year
    if asked.kind is Kind.YEAR:
        return f"Kết quả thực hiện Chương trình mỗi xã một sản phẩm (OCOP) năm {year}"
    half = "đầu" if asked.period.end.month <= 6 else "cuối"
    return f"Kết quả thực hiện Chương trình mỗi xã một sản phẩm (OCOP) 6 tháng {half} năm {year}"


def due_day(asked: Asked) -> date:
    """The day before which this report is to be filed."""
    return filed_before(asked.kind, asked.period.end)


def _level_of(products: Iterable[Product], geography: Geography) -> Level:
    if len({row_of_product(product, geography, Level.PROVINCE) for product in products}) > 1:
        return Level.PROVINCE
    return Level.DISTRICT if geography is Geography.OLD else Level.COMMUNE


def localities(geography: Geography, level: Level) -> Callable[[Product], tuple[str, str]]:
    """What tells the row of a product by place, and its name in the language in use."""

    def locality(product: Product) -> tuple[str, str]:
        row = row_of_product(product, geography, level)
        return row, translate(WORDS[row]) if row in WORDS else row

    return locality


def _inputs(connection: Connection, known: Known, register: Register, sold: Trade) -> str:
    """SHA-256 of the totals of both periods, by month and of days outside whole months, and of what is shown of catalog and register.

    In hex. Days inside of months count for the stars in force on them only, so what they come to by stars is a part of it.
    """
    digest, period = hashlib.sha256(), register.period
    for span in (period, period.a_year_before()):
        for rows in rows_between(connection, span.start, span.end):
            digest.update("\n".join(rows).encode())
    digest.update(json.dumps(next(table.rows for table in sold.tables if table.key == BY_STARS), ensure_ascii=False).encode())
    for _, one in sorted(known.products.items()):
        shown_of_it = (one.sku, one.name, one.producer, one.producer_kind, one.group, one.place, one.certificates)
        digest.update(json.dumps([str(value) for value in shown_of_it], ensure_ascii=False).encode())
    for values in inputs_of(register):
        digest.update(json.dumps([str(value) for value in values], ensure_ascii=False).encode())
    return digest.hexdigest()
