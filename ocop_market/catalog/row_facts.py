"""One row of a product list: cells to facts, each doubt a note or a question. No row knows of another one here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ocop_market.catalog.certificates import read_certificates
from ocop_market.catalog.paper_columns import label_texts, papers_in
from ocop_market.catalog.product_sets import Suggestion, group_name, product_set, read_group, read_set, suggest
from ocop_market.catalog.questions import (
    Answers,
    Choice,
    Doubt,
    meant_names,
    meant_value,
    split_into,
    value_is,
    whole,
)
from ocop_market.catalog.row_offer import Codes, with_offer
from ocop_market.catalog.row_reader import LEFT_OUT_BEFORE, ListStyle, RowFacts, RowReader
from ocop_market.catalog.several_goods import goods_in
from ocop_market.catalog.tax_numbers import TaxNumberKind, read_tax_number
from ocop_market.catalog.vocabulary import evidence_of, kind_of
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Evidence, Group, Picture, ProducerKind, Product
from ocop_market.model.text import fold
from ocop_market.sheets.headings import Headings
from ocop_market.sheets.numbers import DAMAGED_CELL
from ocop_market.sheets.sheet import Cell
from ocop_market.sheets.tables import Row
from ocop_market.sheets.values import is_blank, is_damaged, read_code, read_shelf_life, shown, text_of

NO_NAME = N_("The row has no product name, so it was left out. Fill in the name.")
GROUP_UNKNOWN = N_("“{text}” is none of the six product groups. Write for example Thực phẩm or Đồ uống.")
KIND_UNKNOWN = N_("“{text}” is no known kind of producer. Write for example Hợp tác xã or Doanh nghiệp.")
ALCOHOL_UNREADABLE = N_("“{text}” cannot be read as per cent of alcohol. Write for example 29,5.")
EVIDENCE_UNKNOWN = N_("“{text}” is no level of evidence. Write A, B1, B2 or C.")
SEVERAL_GOODS = N_("“{text}” names several goods. Each has a listing of its own: split the row, or say that it is one product.")
PERSONAL_NUMBER = N_("{text} is a personal identification number, so it was not kept. Nothing else need be done.")
NOT_UNDERSTOOD = N_("The decision “{text}” answers nothing that is asked about this row. Choose one from the list in the cell.")

_SEPARATORS = re.compile(r"[;\n|]+|,(?=\s*(?:https?:|\S+\.(?:jpe?g|png|webp|gif)\b))|\s+(?=https?:)")
_PICTURE_FILE = re.compile(r".+\.(jpe?g|png|webp|gif)", re.IGNORECASE)

PROVEN = ("name", "producer", "producer_kind", "group", "place", "price", "stock", "weight_g", "shelf_life_days", "gtin", "description",
          "product_set", "tax_number", "alcohol_percent", "papers", "label", "variants", "parcel_cm", "days_to_ship", "wholesale")
"""Fields of a product whose level of evidence is kept; a certificate keeps its own."""
KIND_NAMES = {ProducerKind.COOPERATIVE: N_("co-operative"), ProducerKind.COOPERATIVE_GROUP: N_("co-operative group"),
              ProducerKind.COMPANY: N_("company"), ProducerKind.HOUSEHOLD: N_("household")}


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
    reader = RowReader(row, headings, facts, answers)
    if reader.is_left_out():
        facts.refusal = ("", Problem("left-out", LEFT_OUT_BEFORE))
        return facts
    product = _product(reader, style, today, beside)
    names = _names(reader)
    facts.products = tuple(_part(product, part, i) for i, part in enumerate(names, 1)) if names else (product,)
    return facts


def _product(reader: RowReader, style: ListStyle, today: date, beside: Beside) -> Product:
    row = reader.row
    prefix = beside.sku_prefix
    parent, variant_sku, sku = (code and prefix + code.removeprefix(prefix) for code in (
        reader.value(target, read_code) or "" for target in ("parent", "variant_sku", "sku")))
    certificates, doubts = read_certificates(row, style.certificates, source=reader.text("source"), today=today, ask=reader.ask)
    reader.facts.notes += doubts
    kind = _kind(reader)
    group, product_set = _group(reader)
    product = Product(
        sku=sku, name=reader.name, producer=reader.producer,
        producer_kind=kind, group=group, place=reader.place, certificates=certificates,
        shelf_life_days=reader.value("shelf_life", read_shelf_life, with_unit=True),
        description=reader.text("description"),
        pictures=tuple(picture for column in reader.headings.all_of("picture") for picture in _pictures(row.at(column.position))),
        owner=beside.owner or reader.text("owner"), product_set=product_set, tax_number=_tax_number(reader),
        alcohol_percent=reader.value("alcohol", _alcohol), papers=papers_in(reader.targets, reader.text, reader.day),
        label=label_texts(reader.targets, reader.text))
    product = with_offer(reader, style, product, Codes(parent or (sku if variant_sku else ""), variant_sku or sku))
    level = reader.value("evidence", _evidence) or beside.evidence
    return _with_evidence(product, level) if level else product


def _part(product: Product, name: str, number: int) -> Product:
    """One of several goods of a row: what is of one package only stays with none of them."""
    return replace(product, name=name, sku=f"{product.sku}-{number}" if product.sku else "", gtin="", stock=None, product_set=None,
                   options=(), variants=())


def _names(reader: RowReader) -> list[str]:
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


def _kind(reader: RowReader) -> ProducerKind:
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


def _group(reader: RowReader) -> tuple[Group, int | None]:
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


def _tax_number(reader: RowReader) -> str:
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
