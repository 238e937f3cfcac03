"""One row of a product list: cells to facts, each doubt a note or a question. No row knows of another one here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ocop_market.catalog.certificates import CertificateColumns, read_certificates
from ocop_market.catalog.identity import Identity, identity_of
from ocop_market.catalog.paper_columns import label_texts, papers_in
from ocop_market.catalog.product_sets import Suggestion, group_name, product_set, read_group, read_set, suggest
from ocop_market.catalog.questions import (
    LEFT_OUT,
    Answers,
    Choice,
    Doubt,
    Question,
    meant_names,
    meant_value,
    question,
    says_leave_out,
    split_into,
    value_is,
    whole,
)
from ocop_market.catalog.several_goods import goods_in
from ocop_market.catalog.tax_numbers import TaxNumberKind, read_tax_number
from ocop_market.catalog.vocabulary import evidence_of, kind_of
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Evidence, Group, Picture, Place, ProducerKind, Product
from ocop_market.model.text import fold, tidy
from ocop_market.sheets.dates import read_day
from ocop_market.sheets.headings import Column, Headings, unit_in
from ocop_market.sheets.numbers import DAMAGED_CELL, NumberStyle, read_dong, read_quantity
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Row
from ocop_market.sheets.values import is_blank, is_damaged, read_code, read_grams, read_gtin, read_shelf_life, shown, text_of

NO_NAME = N_("The row has no product name, so it was left out. Fill in the name.")
GROUP_UNKNOWN = N_("“{text}” is none of the six product groups. Write for example Thực phẩm or Đồ uống.")
KIND_UNKNOWN = N_("“{text}” is no known kind of producer. Write for example Hợp tác xã or Doanh nghiệp.")
PRICE_NOT_POSITIVE = N_("The price “{text}” is not above zero. Enter the selling price in đồng.")
STOCK_NEGATIVE = N_("The stock “{text}” is negative. Count the goods and enter what is there.")
STOCK_NOT_WHOLE = N_("The stock “{text}” was rounded down to whole pieces.")
ALCOHOL_UNREADABLE = N_("“{text}” cannot be read as per cent of alcohol. Write for example 29,5.")
EVIDENCE_UNKNOWN = N_("“{text}” is no level of evidence. Write A, B1, B2 or C.")
SEVERAL_GOODS = N_("“{text}” names several goods. Each has a listing of its own: split the row, or say that it is one product.")
PERSONAL_NUMBER = N_("{text} is a personal identification number, so it was not kept. Nothing else need be done.")
LEFT_OUT_BEFORE = N_("The row was left out, as was decided.")
NOT_UNDERSTOOD = N_("The decision “{text}” answers nothing that is asked about this row. Choose one from the list in the cell.")

_DISTRICT_LINE = re.compile(r"\b((?:huyện|thị xã|thành phố|tx\.?|tp\.?) .+)$", re.IGNORECASE)
_PROVINCE_LINE = re.compile(r"\btỉnh (.+)$", re.IGNORECASE)
_COMMUNE = re.compile(r"(?:xã|phường|thị trấn|đặc khu|tt\.) ?\S.*", re.IGNORECASE)
_DISTRICT = re.compile(r"(?:huyện|quận|thị xã|thành phố|tx\.|tp\.) ?\S.*", re.IGNORECASE)
_PROVINCE = re.compile(r"tỉnh (\S.*)|(?:thành phố|tp\.?) ?((?:hà nội|hồ chí minh|đà nẵng|hải phòng|cần thơ|huế))", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;\n|]+|,(?=\s*(?:https?:|\S+\.(?:jpe?g|png|webp|gif)\b))|\s+(?=https?:)")
_PICTURE_FILE = re.compile(r".+\.(jpe?g|png|webp|gif)", re.IGNORECASE)

PROVEN = ("name", "producer", "producer_kind", "group", "place", "price", "stock", "weight_g", "shelf_life_days", "gtin", "description",
          "product_set", "tax_number", "alcohol_percent", "papers", "label")
"""Fields of a product whose level of evidence is kept; a certificate keeps its own."""
OWN_COLUMNS = ("answer", "row_state")
"""Columns that stand in a workbook that was handed back."""
KIND_NAMES = {ProducerKind.COOPERATIVE: N_("co-operative"), ProducerKind.COOPERATIVE_GROUP: N_("co-operative group"),
              ProducerKind.COMPANY: N_("company"), ProducerKind.HOUSEHOLD: N_("household")}

T = TypeVar("T")


@dataclass
class RowFacts:
    """What one row says: one product, or several where it was decided so; their SKU is empty where the row gives none.

    `refusal` is set when the row cannot become a product, `questions` holds what is open; `held` when the row may not be
    taken before they are answered.
    """

    number: int
    products: tuple[Product, ...] = ()
    notes: list[tuple[str, Problem]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    refusal: tuple[str, Problem] | None = None
    held: bool = False


@dataclass(frozen=True)
class ListStyle:
    """What was decided for whole columns: number styles by target, money in thousands, columns of certificates."""

    numbers: Mapping[str, NumberStyle]
    price_scale: int
    certificates: CertificateColumns


@dataclass(frozen=True)
class Beside:
    """What is told beside a list and counts for each of its rows: owner, beginning of SKUs, level of evidence."""

    owner: str = ""
    sku_prefix: str = ""
    evidence: Evidence = Evidence.UNKNOWN


def read_row(row: Row, headings: Headings, style: ListStyle, today: date, beside: Beside, answers: Answers) -> RowFacts:
    """The facts of one row; notes carry the heading of the column that they are about."""
    facts = RowFacts(row.number)
    name = headings.of("name")
    facts.notes += [(column.label, Problem("cell-damaged", DAMAGED_CELL, column.target)) for column in headings.columns
                    if is_damaged(row.at(column.position))]
    if row.trouble:
        facts.refusal = ("", row.trouble)
        return facts
    if not re.search(r"[^\W\d_]", text_of(row.at(name.position if name else None))):
        facts.refusal = (name.label if name else "", Problem("no-name", NO_NAME, "name"))
        return facts
    reader = _Reader(row, headings, facts, answers)
    if reader.is_left_out():
        facts.refusal = ("", Problem("left-out", LEFT_OUT_BEFORE))
        return facts
    product = _product(reader, style, today, beside)
    names = _names(reader)
    facts.products = tuple(_part(product, part, i) for i, part in enumerate(names, 1)) if names else (product,)
    return facts


def _product(reader: _Reader, style: ListStyle, today: date, beside: Beside) -> Product:
    row = reader.row
    sku = reader.value("sku", read_code) or ""
    certificates, doubts = read_certificates(row, style.certificates, source=reader.text("source"), today=today, ask=reader.ask)
    reader.facts.notes += doubts
    kind = _kind(reader)
    group, product_set = _group(reader)
    product = Product(
        sku=sku and beside.sku_prefix + sku.removeprefix(beside.sku_prefix), name=reader.name, producer=reader.producer,
        producer_kind=kind, group=group, place=reader.place, certificates=certificates,
        price=reader.value("price", lambda cell: _price(cell, style)),
        stock=reader.value("stock", lambda cell: _stock(cell, style, reader)),
        weight_g=reader.value("weight_g", read_grams, with_unit=True),
        shelf_life_days=reader.value("shelf_life", read_shelf_life, with_unit=True),
        gtin=reader.value("gtin", read_gtin) or "", description=reader.text("description"),
        pictures=tuple(picture for column in reader.headings.all_of("picture") for picture in _pictures(row.at(column.position))),
        owner=beside.owner or reader.text("owner"), product_set=product_set, tax_number=_tax_number(reader),
        alcohol_percent=reader.value("alcohol", _alcohol), papers=papers_in(reader.targets, reader.text, reader.day),
        label=label_texts(reader.targets, reader.text))
    level = reader.value("evidence", _evidence) or beside.evidence
    return _with_evidence(product, level) if level else product


def _part(product: Product, name: str, number: int) -> Product:
    """One of several goods of a row: what is of one package only stays with none of them."""
    return replace(product, name=name, sku=f"{product.sku}-{number}" if product.sku else "", gtin="", stock=None, product_set=None)


class _Reader:
    """Cells of one row by target; what cannot be read becomes a note and counts as empty."""

    def __init__(self, row: Row, headings: Headings, facts: RowFacts, answers: Answers) -> None:
        self.row, self.headings, self.facts, self.answers = row, headings, facts, answers
        self.targets = [column.target for column in headings.columns]
        self.name, self.producer, self.place = self.text("name"), self.text("producer"), _place(self)
        self.identity: Identity = identity_of(self.name, self.producer, self.place)

    def is_left_out(self) -> bool:
        """Whether it was decided, now or before, to leave a row out that says just this."""
        said = says_leave_out(self.answers.in_rows.get(self.row.number, ""))
        if not said and LEFT_OUT not in self.answers.kept.values():
            return False
        parts = [f"{c.target}={fold(text_of(self.row.at(c.position)))}" for c in self.headings.columns
                 if c.target not in (*OWN_COLUMNS, "tax_number")]
        put = question(Doubt.ROW, parts, row=self.row.number, column="", name=self.name, problem=Problem("left-out", LEFT_OUT_BEFORE),
                       choices=())
        if said:
            self.answers.asked[put.key] = (put, LEFT_OUT)
        return said or self.answers.kept.get(put.key) == LEFT_OUT

    def text(self, target: str) -> str:
        column = self.headings.of(target)
        return text_of(self.row.at(column.position)) if column else ""

    def day(self, target: str) -> date | None:
        return self.value(target, read_day)

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

    def ask(self, doubt: Doubt, parts: tuple[str, ...], column: str, problem: Problem, choices: tuple[Choice, ...], *,
            of_all: bool = False) -> str:
        """The answer to a doubt about this product (`of_all`: wherever it comes up), empty when open."""
        put = question(doubt, parts if of_all else (*self.identity, *parts), row=self.row.number, column=column, name=self.name,
                       problem=problem, choices=choices)
        answer = self.answers.to(put)
        if answer == LEFT_OUT:
            self.facts.refusal = (column, Problem("left-out", LEFT_OUT_BEFORE))
        elif not answer:
            self.facts.questions.append(put)
        return answer

    def label(self, target: str) -> str:
        column = self.headings.of(target)
        return column.label if column else ""


def _unit(column: Column) -> str:
    """The unit in a heading: `Khối lượng (g)`, and of our own `net_weight_g`, `shelf_life_days`."""
    if told := unit_in(column.heading):
        return told
    last = column.heading.rpartition("_")[2] if "_" in column.heading else ""
    return fold(last) if last in ("g", "days") else ""


def _names(reader: _Reader) -> list[str]:
    """The names of the goods that a row was decided to be; none for one product. Until it is decided the row is held."""
    column = reader.headings.of("name")
    cell = reader.row.at(column.position) if column else None
    goods = goods_in(cell) if isinstance(cell, str) else []
    if not goods:
        return []
    problem = Problem("several-goods", SEVERAL_GOODS, "name", {"text": reader.name})
    answer = reader.ask(Doubt.SEVERAL, (), reader.label("name"), problem, (split_into(goods), whole()))
    reader.facts.held = not answer
    return meant_names(answer)


def _place(reader: _Reader) -> Place:
    stated = _units_in(reader.text("address"))
    commune, district, province = (reader.text(target) for target in ("commune", "district", "province"))
    district, province = district or stated.district, province or stated.province
    if not district and reader.headings.of("district") is None:
        district = _from_section(reader.row, _DISTRICT_LINE)
    if not province and reader.headings.of("province") is None:
        province = _from_section(reader.row, _PROVINCE_LINE)
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
    """The kind that the list names, else the one that the producer's name tells; asked once for each odd text."""
    told = reader.text("producer_kind")
    kind = kind_of(told)
    from_name = kind_of(reader.producer)
    if told and kind is None and from_name is None:
        kinds = [one for one in ProducerKind if one is not ProducerKind.UNKNOWN]
        answer = reader.ask(Doubt.KIND, (fold(told),), reader.label("producer_kind"),
                            Problem("kind-unknown", KIND_UNKNOWN, "producer_kind", {"text": shown(told)}),
                            tuple(value_is(one, KIND_NAMES[one]) for one in kinds), of_all=True)
        return ProducerKind(meant_value(answer) or ProducerKind.UNKNOWN)
    return kind or from_name or ProducerKind.UNKNOWN


def _group(reader: _Reader) -> tuple[Group, int | None]:
    """The group and scoring set that the list names. A text that names none is asked about."""
    if told_set := reader.text("product_set"):
        published = read_set(told_set)
        if published and published.set_no:
            return published.group, published.set_no
    told = reader.text("group") or told_set
    if not told and reader.headings.of("group") is None:
        lines = [read_group(re.split(r"[:(;]", line)[0]) for line in reversed(reader.row.section)]
        return next((line.group for line in lines if line), Group.UNKNOWN), None
    published = read_group(told)
    if published:
        return published.group, published.set_no
    target = "group" if reader.text("group") else "product_set"
    problem = Problem("group-unknown", GROUP_UNKNOWN, "group", {"text": shown(told)})
    return meant_group(reader.ask(Doubt.GROUP, (fold(told),), reader.label(target), problem, group_choices(suggest(reader.name))))


def group_choices(suggestion: Suggestion) -> tuple[Choice, ...]:
    """The sets that a name speaks for, then the six groups."""
    sets = [number for number in (suggestion.set_no, *suggestion.alternatives) if number is not None]
    groups = [group for group in Group if group is not Group.UNKNOWN]
    return (*(value_is(str(number), f"{number} – {product_set(number).name}") for number in sets),
            *(value_is(group, group_name(group)) for group in groups))


def meant_group(answer: str) -> tuple[Group, int | None]:
    """The group and, where one was chosen, the set of an answer; UNKNOWN for none."""
    value = meant_value(answer)
    if value.isdigit():
        return product_set(int(value)).group, int(value)
    return Group(value or Group.UNKNOWN), None


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


def _tax_number(reader: _Reader) -> str:
    """The producer's number; a personal one is told with stars in place of digits and never kept."""
    number = reader.value("tax_number", lambda cell: read_tax_number(cell if isinstance(cell, int) else text_of(cell)))
    if number and number.kind is TaxNumberKind.PERSONAL:
        reader.note("tax_number", Problem("tax-number-personal", PERSONAL_NUMBER, values={"text": number.masked()}))
    return number.kept() if number else ""


def _alcohol(cell: Cell) -> Decimal | Problem | None:
    """Per cent by volume: `29,5`, `39% vol`, `40 độ`; a cell formatted as per cent holds 0.395."""
    if is_blank(cell):
        return None
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:%|°|độ)?\s*(?:v/v|vol\.?|cồn)?", text_of(cell).lower())
    percent = Decimal(found.group(1).replace(",", ".")) if found else Decimal(-1)
    if isinstance(cell, Decimal) and 0 < cell < 1:
        percent = cell * 100
    return percent if 0 <= percent <= 100 else Problem("alcohol-unreadable", ALCOHOL_UNREADABLE, values={"text": shown(cell)})


def _evidence(cell: Cell) -> Evidence | Problem:
    level = evidence_of(text_of(cell))
    return Problem("evidence-unknown", EVIDENCE_UNKNOWN, values={"text": shown(cell)}) if level is None else level


def _with_evidence(product: Product, level: Evidence) -> Product:
    """The level for every fact that the row tells."""
    blank = Product("", "")
    told = {name: level for name in PROVEN if getattr(product, name) != getattr(blank, name)}
    return replace(product, evidence=told, certificates=tuple(replace(c, evidence=level) for c in product.certificates))


def _pictures(cell: Cell) -> list[Picture]:
    parts = [part.strip() for part in _SEPARATORS.split(cell)] if isinstance(cell, str) else []
    return [Picture(url=part) if part.lower().startswith(("http://", "https://")) else Picture(path=part)
            for part in parts if part.lower().startswith(("http://", "https://")) or _PICTURE_FILE.fullmatch(part)]
