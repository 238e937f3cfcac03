"""Product lists in, products out: the English form of our own list and the Vietnamese ones of provinces and producers.

Nothing is dropped silently: each row is accepted or refused, and each value that could not be taken has a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from ocop_market.catalog.certificates import certificate_columns, date_problems
from ocop_market.catalog.identity import Identity, derived_sku, identity_of
from ocop_market.catalog.row_facts import ListStyle, RowFacts, read_row
from ocop_market.catalog.vocabulary import FILLED_DOWN, LIST
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Group, Place, ProducerKind, Product
from ocop_market.sheets.container import Sheet, read_sheets
from ocop_market.sheets.headings import Headings, find_headings, require_headings
from ocop_market.sheets.numbers import NumberStyle, money_scale, number_style
from ocop_market.sheets.tables import Body, cells_of, read_body

SKU_TWICE = N_("The SKU {sku} already belongs to “{other}” (row {row}). Give each product its own SKU.")
GTIN_TWICE = N_("The barcode {gtin} already belongs to “{other}” (row {row}), so it was not taken. Check both packages.")
SEEN_BEFORE = N_("The same product with the same certificate stands in row {row} already.")
DIFFERS = N_("The value differs from that in row {row}, which was kept.")
IN_THOUSANDS = N_("The prices were read as thousands of đồng, as the table says.")
SHEET_NOT_READ = N_("The sheet “{sheet}” looks like a product list as well, but only “{read}” was read. Import it as a file of "
                    "its own.")
CLOSE_HEADING = N_("The column “{heading}” was read as “{meaning}”. Rename it if that is wrong.")


@dataclass(frozen=True)
class RowNote:
    """One remark about a row of the file (counted from 1 as Excel does); `refused` when the row was left out for it."""

    row: int
    column: str
    problem: Problem
    refused: bool


@dataclass(frozen=True)
class Intake:
    """What a list brought: `rows` of data = `accepted` + refused ones; `columns` maps our names to the file's headings.

    Blank rows, totals, section lines and signatures are not rows.
    """

    products: tuple[Product, ...]
    rows: int
    accepted: int
    notes: tuple[RowNote, ...]
    columns: Mapping[str, str]

    @property
    def refused(self) -> int:
        """How many rows were left out."""
        return self.rows - self.accepted


@dataclass
class _Entry:
    row: int
    identity: Identity
    product: Product
    own_sku: bool


@dataclass
class _Shelf:
    """Products in the order in which they were first seen."""

    notes: list[RowNote]
    entries: list[_Entry] = field(default_factory=list)
    by_sku: dict[str, _Entry] = field(default_factory=dict)
    by_identity: dict[Identity, _Entry] = field(default_factory=dict)
    by_gtin: dict[str, _Entry] = field(default_factory=dict)

    def put(self, facts: RowFacts, headings: Headings) -> bool:
        """Takes a row in, as a new product or as more about one; False when its SKU is another product's."""
        identity = identity_of(facts.name, facts.producer, facts.place)
        sku = facts.sku or derived_sku(identity)
        holder = self.by_sku.get(sku)
        if holder and holder.identity != identity:
            values = {"sku": sku, "other": holder.product.name, "row": holder.row}
            self._note(facts, headings, "sku", Problem("sku-twice", SKU_TWICE, "sku", values), refused=True)
            return False
        known = holder or self.by_identity.get(identity)
        if known and facts.sku and known.own_sku and known.product.sku != facts.sku:
            known = None
        if known is None:
            known = _Entry(facts.number, identity, _bare_product(sku, facts), bool(facts.sku))
            self.entries.append(known)
            self.by_identity.setdefault(identity, known)
        else:
            self._merge(known, facts, headings)
        if facts.sku and not known.own_sku:
            self.by_sku.pop(known.product.sku, None)
            known.product, known.own_sku = replace(known.product, sku=facts.sku), True
        self.by_sku[known.product.sku] = known
        self._take_gtin(known, facts, headings)
        return True

    def _merge(self, known: _Entry, facts: RowFacts, headings: Headings) -> None:
        kept = known.product
        fresh = tuple(c for c in facts.certificates if not any(_same(c, old) for old in kept.certificates))
        if facts.certificates and not fresh:
            self._note(facts, headings, "name", Problem("seen-before", SEEN_BEFORE, values={"row": known.row}))
        for target in ("price", "stock", "weight_g"):
            old, new = getattr(kept, target), getattr(facts, target)
            if old is not None and new is not None and old != new:
                self._note(facts, headings, target, Problem("differs", DIFFERS, target, {"row": known.row}))
        known.product = replace(
            kept,
            producer_kind=facts.kind if kept.producer_kind is ProducerKind.UNKNOWN else kept.producer_kind,
            group=facts.group if kept.group is Group.UNKNOWN else kept.group,
            place=Place(kept.place.province or facts.place.province, kept.place.district or facts.place.district,
                        kept.place.commune or facts.place.commune),
            certificates=kept.certificates + fresh,
            price=facts.price if kept.price is None else kept.price,
            stock=facts.stock if kept.stock is None else kept.stock,
            weight_g=facts.weight_g if kept.weight_g is None else kept.weight_g,
            shelf_life_days=facts.shelf_life_days if kept.shelf_life_days is None else kept.shelf_life_days,
            description=kept.description or facts.description, pictures=kept.pictures or facts.pictures,
        )

    def _take_gtin(self, known: _Entry, facts: RowFacts, headings: Headings) -> None:
        if not facts.gtin or known.product.gtin == facts.gtin:
            return
        holder = self.by_gtin.get(facts.gtin)
        if holder:
            values = {"gtin": facts.gtin, "other": holder.product.name, "row": holder.row}
            self._note(facts, headings, "gtin", Problem("gtin-twice", GTIN_TWICE, "gtin", values))
        elif known.product.gtin:
            self._note(facts, headings, "gtin", Problem("differs", DIFFERS, "gtin", {"row": known.row}))
        else:
            known.product = replace(known.product, gtin=facts.gtin)
            self.by_gtin[facts.gtin] = known

    def _note(self, facts: RowFacts, headings: Headings, target: str, problem: Problem, *, refused: bool = False) -> None:
        column = headings.of(target)
        self.notes.append(RowNote(facts.number, column.label if column else "", problem, refused))


def read_products(name: str, content: bytes, *, today: date) -> Intake:
    """The products of one list, whatever kind of table it is in.

    The same product seen twice becomes one with all its certificates. Raises SettingsError when the file as a whole
    cannot be read (see `read_sheets`, `require_headings`).
    """
    sheets = read_sheets(name, content)
    sheet, headings = require_headings(name, sheets, LIST)
    body = read_body(sheet, headings, fill_down=FILLED_DOWN, sections=True)
    style = _style(sheet, headings, body)
    notes = _notes_on_the_whole(sheets, sheet, headings, style)
    shelf = _Shelf(notes)
    accepted = 0
    for row in body.rows:
        facts = read_row(row, headings, style, today)
        if facts.refusal:
            notes.append(RowNote(row.number, facts.refusal[0], facts.refusal[1], refused=True))
        elif shelf.put(facts, headings):
            accepted += 1
        notes += [RowNote(row.number, column, problem, refused=False) for column, problem in facts.notes]
    return Intake(products=tuple(entry.product for entry in shelf.entries), rows=len(body.rows), accepted=accepted,
                  notes=tuple(notes), columns=_column_names(headings))


def _style(sheet: Sheet, headings: Headings, body: Body) -> ListStyle:
    price = headings.of("price")
    above = [cell for row in sheet.rows[:headings.top] for cell in row]
    styles = {target: number_style(cells_of(body, column.position), money=target == "price")
              for target in ("price", "stock") if (column := headings.of(target))}
    if styles.get("stock") is NumberStyle.UNKNOWN:
        styles["stock"] = styles.get("price", NumberStyle.UNKNOWN)  # one program wrote both columns
    return ListStyle(styles, money_scale(price.heading, above) if price else 1, certificate_columns(headings, body))


def _notes_on_the_whole(sheets: list[Sheet], read: Sheet, headings: Headings, style: ListStyle) -> list[RowNote]:
    def note(column: str, problem: Problem, line: int = read.number(headings.bottom)) -> RowNote:
        return RowNote(line, column, problem, refused=False)

    notes = [note(column, problem) for column, problem in date_problems(style.certificates)]
    price = headings.of("price")
    if style.price_scale != 1 and price:
        notes.append(note(price.label, Problem("price-in-thousands", IN_THOUSANDS, "price")))
    for column in headings.columns:
        if column.close:
            values = {"heading": column.label, "meaning": LIST.aliases[column.target][0]}
            notes.append(note(column.label, Problem("heading-close", CLOSE_HEADING, column.target, values)))
    for sheet in sheets:
        if sheet is not read and (other := find_headings(sheet, LIST)):
            values = {"sheet": sheet.name, "read": read.name}
            notes.append(note(sheet.name, Problem("sheet-not-read", SHEET_NOT_READ, "", values), other.bottom + 1))
    return notes


def _column_names(headings: Headings) -> dict[str, str]:
    seen: Counter[str] = Counter()
    named = {}
    for column in headings.columns:
        seen[column.target] += 1
        times = seen[column.target]
        named[column.target if times == 1 else f"{column.target}_{times}"] = column.label
    return named


def _bare_product(sku: str, facts: RowFacts) -> Product:
    return Product(sku=sku, name=facts.name, producer=facts.producer, producer_kind=facts.kind, group=facts.group,
                   place=facts.place, certificates=facts.certificates, price=facts.price, stock=facts.stock,
                   weight_g=facts.weight_g, shelf_life_days=facts.shelf_life_days, description=facts.description,
                   pictures=facts.pictures)


def _same(one: Certificate, other: Certificate) -> bool:
    return (one.stars, one.decision, one.issued_on) == (other.stars, other.decision, other.issued_on)
