"""One row of a product list: cells to facts, each doubt a note. No row knows of another one here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ocop_market.catalog.certificates import CertificateColumns, read_certificates
from ocop_market.catalog.vocabulary import group_of, kind_of
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Group, Picture, Place, ProducerKind
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.headings import Column, Headings, unit_in
from ocop_market.sheets.numbers import DAMAGED_CELL, NumberStyle, read_dong, read_quantity
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Row
from ocop_market.sheets.values import is_damaged, read_code, read_grams, read_gtin, read_shelf_life, shown, text_of

NO_NAME = N_("The row has no product name, so it was left out. Fill in the name.")
GROUP_UNKNOWN = N_("“{text}” is none of the six product groups. Write for example Thực phẩm or Đồ uống.")
KIND_UNKNOWN = N_("“{text}” is no known kind of producer. Write for example Hợp tác xã or Doanh nghiệp.")
PRICE_NOT_POSITIVE = N_("The price “{text}” is not above zero. Enter the selling price in đồng.")
STOCK_NEGATIVE = N_("The stock “{text}” is negative. Count the goods and enter what is there.")
STOCK_NOT_WHOLE = N_("The stock “{text}” was rounded down to whole pieces.")

_DISTRICT_LINE = re.compile(r"\b((?:huyện|thị xã|thành phố|tx\.?|tp\.?) .+)$", re.IGNORECASE)
_PROVINCE_LINE = re.compile(r"\btỉnh (.+)$", re.IGNORECASE)
_COMMUNE = re.compile(r"(?:xã|phường|thị trấn|đặc khu|tt\.) ?\S.*", re.IGNORECASE)
_DISTRICT = re.compile(r"(?:huyện|quận|thị xã|thành phố|tx\.|tp\.) ?\S.*", re.IGNORECASE)
_PROVINCE = re.compile(r"tỉnh (\S.*)|(?:thành phố|tp\.?) ?((?:hà nội|hồ chí minh|đà nẵng|hải phòng|cần thơ|huế))", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;\n|]+|,(?=\s*(?:https?:|\S+\.(?:jpe?g|png|webp|gif)\b))|\s+(?=https?:)")
_PICTURE_FILE = re.compile(r".+\.(jpe?g|png|webp|gif)", re.IGNORECASE)

T = TypeVar("T")


@dataclass
class RowFacts:
    """What one row says. `refusal` is set when the row cannot become a product."""

    number: int
    name: str = ""
    sku: str = ""
    producer: str = ""
    kind: ProducerKind = ProducerKind.UNKNOWN
    group: Group = Group.UNKNOWN
    place: Place = field(default_factory=lambda: Place(""))
    certificates: tuple[Certificate, ...] = ()
    price: int | None = None
    stock: int | None = None
    weight_g: int | None = None
    shelf_life_days: int | None = None
    gtin: str = ""
    description: str = ""
    pictures: tuple[Picture, ...] = ()
    notes: list[tuple[str, Problem]] = field(default_factory=list)
    refusal: tuple[str, Problem] | None = None


@dataclass(frozen=True)
class ListStyle:
    """What was decided for whole columns: number styles by target, money in thousands, columns of certificates."""

    numbers: Mapping[str, NumberStyle]
    price_scale: int
    certificates: CertificateColumns


def read_row(row: Row, headings: Headings, style: ListStyle, today: date) -> RowFacts:
    """The facts of one row; notes carry the heading of the column that they are about."""
    facts = RowFacts(row.number)
    name = headings.of("name")
    facts.notes += [(column.label, Problem("cell-damaged", DAMAGED_CELL, column.target)) for column in headings.columns
                    if is_damaged(row.at(column.position))]
    if row.trouble:
        facts.refusal = ("", row.trouble)
        return facts
    facts.name = text_of(row.at(name.position if name else None))
    if not re.search(r"[^\W\d_]", facts.name):
        facts.refusal = (name.label if name else "", Problem("no-name", NO_NAME, "name"))
        return facts
    reader = _Reader(row, headings, facts)
    facts.sku = reader.value("sku", read_code) or ""
    facts.gtin = reader.value("gtin", read_gtin) or ""
    facts.producer = reader.text("producer")
    facts.place = _place(reader, row)
    facts.kind, facts.group = _kind(reader), _group(reader, row)
    facts.price = reader.value("price", lambda cell: _price(cell, style))
    facts.stock = reader.value("stock", lambda cell: _stock(cell, style, reader))
    facts.weight_g = reader.value("weight_g", read_grams, with_unit=True)
    facts.shelf_life_days = reader.value("shelf_life", read_shelf_life, with_unit=True)
    facts.description = reader.text("description")
    facts.pictures = tuple(picture for column in headings.all_of("picture") for picture in _pictures(row.at(column.position)))
    facts.certificates, doubts = read_certificates(row, style.certificates, source=reader.text("source"), today=today)
    facts.notes += doubts
    return facts


class _Reader:
    """Cells of one row by target; what cannot be read becomes a note and counts as empty."""

    def __init__(self, row: Row, headings: Headings, facts: RowFacts) -> None:
        self.row, self.headings, self.facts = row, headings, facts

    def text(self, target: str) -> str:
        column = self.headings.of(target)
        return text_of(self.row.at(column.position)) if column else ""

    def value(self, target: str, read: Callable[..., T | Problem | None], *, with_unit: bool = False) -> T | None:
        column = self.headings.of(target)
        if column is None:
            return None
        cell = self.row.at(column.position)
        if is_damaged(cell):
            return None
        found = read(cell, _unit(column)) if with_unit else read(cell)
        if isinstance(found, Problem):
            self.note(target, found)
            return None
        return found

    def note(self, target: str, problem: Problem) -> None:
        column = self.headings.of(target)
        about = Problem(problem.code, problem.message, problem.field or target, problem.values)
        self.facts.notes.append((column.label if column else "", about))


def _unit(column: Column) -> str:
    """The unit in a heading: `Khối lượng (g)`, and of our own `net_weight_g`, `shelf_life_days`."""
    if told := unit_in(column.heading):
        return told
    last = column.heading.rpartition("_")[2] if "_" in column.heading else ""
    return fold(last) if last in ("g", "days") else ""


def _place(reader: _Reader, row: Row) -> Place:
    stated = _units_in(reader.text("address"))
    commune, district, province = (reader.text(target) for target in ("commune", "district", "province"))
    district, province = district or stated.district, province or stated.province
    if not district and reader.headings.of("district") is None:
        district = _from_section(row, _DISTRICT_LINE)
    if not province and reader.headings.of("province") is None:
        province = _from_section(row, _PROVINCE_LINE)
    return Place(province, district, commune or stated.commune)


def _units_in(address: str) -> Place:
    """The units that an address calls by their kind (`xã …, huyện …, tỉnh …`); house, street and hamlet are not taken."""
    place = Place("")
    for part in map(tidy, re.split(r"[,;]| [-–] ", address)):
        if found := _PROVINCE.fullmatch(part):
            place = replace(place, province=found.group(1) or found.group(2))
        elif _DISTRICT.fullmatch(part):
            place = replace(place, district=part)
        elif _COMMUNE.fullmatch(part):
            place = replace(place, commune=part)
    return place


def _from_section(row: Row, pattern: re.Pattern[str]) -> str:
    """A unit named by the nearest section line above, without counts behind it (`Huyện Cầu Kè: 12 sản phẩm`)."""
    found = next((m for line in reversed(row.section) if (m := pattern.search(line))), None)
    return tidy(re.split(r"[:(;,]| - ", found.group(1))[0]) if found else ""


def _kind(reader: _Reader) -> ProducerKind:
    told = reader.text("producer_kind")
    kind = kind_of(told)
    if told and kind is None:
        reader.note("producer_kind", Problem("kind-unknown", KIND_UNKNOWN, values={"text": shown(told)}))
    return kind or kind_of(reader.facts.producer) or ProducerKind.UNKNOWN


def _group(reader: _Reader, row: Row) -> Group:
    told = reader.text("group")
    if not told and reader.headings.of("group") is None:
        lines = [group_of(re.split(r"[:(;]", line)[0]) for line in reversed(row.section)]
        return next((group for group in lines if group), Group.UNKNOWN)
    group = group_of(told)
    if group is None:
        reader.note("group", Problem("group-unknown", GROUP_UNKNOWN, values={"text": shown(told)}))
    return group or Group.UNKNOWN


def _price(cell: Cell, style: ListStyle) -> int | Problem | None:
    price = read_dong(cell, style.numbers.get("price", NumberStyle.UNKNOWN), scale=style.price_scale)
    if isinstance(price, int) and price <= 0:
        return Problem("price-not-positive", PRICE_NOT_POSITIVE, "price", {"text": shown(cell)})
    return price


def _stock(cell: Cell, style: ListStyle, reader: _Reader) -> int | Problem | None:
    stock = read_quantity(cell, style.numbers.get("stock", NumberStyle.UNKNOWN))
    if not isinstance(stock, Decimal):
        return stock
    if stock < 0:
        return Problem("stock-negative", STOCK_NEGATIVE, "stock", {"text": shown(cell)})
    if stock != int(stock):
        reader.note("stock", Problem("stock-not-whole", STOCK_NOT_WHOLE, values={"text": shown(cell)}))
    return int(stock)


def _pictures(cell: Cell) -> list[Picture]:
    parts = [part.strip() for part in _SEPARATORS.split(cell)] if isinstance(cell, str) else []
    return [Picture(url=part) if part.lower().startswith(("http://", "https://")) else Picture(path=part)
            for part in parts if part.lower().startswith(("http://", "https://")) or _PICTURE_FILE.fullmatch(part)]
