"""What the label of a product must say by Decree 37/2026/NĐ-CP (43/2017 for stock labelled before 23/1/2026), and what is missing.

Judged is what the catalog knows of the label. An address that names units of before the reform of 2025 is no fault: such labels may be
used up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import Field

from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import LabelField, Product
from ocop_market.model.text import fold
from ocop_market.rules.dated import Dated, NoRule, holding, rules


class LabelFact(StrEnum):
    """What a label may have to say; the fields of a product's label, and what the product itself holds."""

    NAME = "name"
    PRODUCER = "producer"
    ADDRESS = "address"
    ORIGIN = "origin"
    INGREDIENTS = "ingredients"
    NUTRITION = "nutrition"
    MADE_ON = "made-on"
    EXPIRY = "expiry"
    LOT = "lot"
    USE = "use"
    STORAGE = "storage"
    WARNING = "warning"
    NET_CONTENT = "net-content"
    MATERIAL = "material"
    ALCOHOL_PERCENT = "alcohol-percent"
    HEALTH_FOOD_WORDS = "health-food-words"
    NOT_MEDICINE = "not-medicine"


FACT_WORDS: Mapping[LabelFact, str] = {
    LabelFact.NAME: N_("name of the goods"), LabelFact.PRODUCER: N_("name of the producer"),
    LabelFact.ADDRESS: N_("address of the producer"), LabelFact.ORIGIN: N_("origin"), LabelFact.INGREDIENTS: N_("ingredients"),
    LabelFact.NUTRITION: N_("nutrition values"), LabelFact.MADE_ON: N_("date of making"), LabelFact.EXPIRY: N_("expiry or shelf life"),
    LabelFact.LOT: N_("lot number"), LabelFact.USE: N_("how to use it"), LabelFact.STORAGE: N_("how to store it"),
    LabelFact.WARNING: N_("warnings"), LabelFact.NET_CONTENT: N_("net content"), LabelFact.MATERIAL: N_("material"),
    LabelFact.ALCOHOL_PERCENT: N_("alcohol content (% vol)"),
    LabelFact.HEALTH_FOOD_WORDS: N_("the words “Thực phẩm bảo vệ sức khỏe”"),
    LabelFact.NOT_MEDICINE: N_("the notice that it is no medicine and does not replace one"),
}
MUST_SAY = N_("The label must say: {what!t}. Enter it in the catalog when the label says it, or add it to the next labels.")
MAY_SAY = N_("The label says, where it applies: {what!t}.")
KIND_UNKNOWN = N_("The kind of goods is not known, so only what every label needs was checked. Give the product its group or set.")
ONLY_FRESH = N_("Only fresh food sold unpacked by its producer needs no label; these goods need one.")
MEDICINE = N_("Medicines have label rules of their own, and are not sold through general marketplaces.")
OLD_LABELS = N_("The label was judged by the older decree 43/2017: stock labelled before 23/1/2026 may be used up.")

_HEALTH_FOOD = "thuc pham bao ve suc khoe"
_NOT_MEDICINE = ("khong phai la thuoc", "khong phai thuoc")
_NO_REPLACEMENT = "thay the thuoc"
DECREE_37 = date(2026, 1, 23)
"""In force on the day of its issue."""


class LabelRequirement(Dated):
    """What labels of these kinds of goods say; `must` is False for what is said only where it applies.

    `sets` limits the rule to scoring sets of Decision 26/2026/QĐ-TTg.
    """

    kinds: tuple[GoodsKind, ...] = Field(min_length=1)
    sets: tuple[int, ...] = ()
    facts: tuple[LabelFact, ...] = Field(min_length=1)
    must: bool


@dataclass(frozen=True)
class LabelCheck:
    """What a label must say, and which of it the catalog does not know; `sources` are the decrees.

    `exempt`: the goods need no label. `advice` is no fault.
    """

    kind: GoodsKind
    required: tuple[LabelFact, ...] = ()
    missing: tuple[LabelFact, ...] = ()
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    sources: tuple[str, ...] = ()
    exempt: bool = False

    @property
    def complete(self) -> float:
        """The share of what must be said that is known, 0 to 1; 1 when nothing must."""
        return 1 - len(self.missing) / len(self.required) if self.required else 1.0


def check_label(product: Product, kind: GoodsKind, day: date, *, labelled_on: date | None = None, sold_loose: bool = False) -> LabelCheck:
    """Judges a label on `day`, or by the rules of the day on which the stock was labelled.

    `sold_loose`: unpacked, by its producer to the eater. NoRule for a day before June 2017.
    """
    if kind is GoodsKind.TOURISM or (sold_loose and kind is GoodsKind.FRESH_FOOD):
        return LabelCheck(kind, exempt=True)
    judged_on = labelled_on or day
    rows = [row for row in _rules_of(judged_on) if kind in row.kinds and (not row.sets or product.product_set in row.sets)]
    required = tuple(dict.fromkeys(fact for row in rows if row.must for fact in row.facts))
    optional = tuple(dict.fromkeys(fact for row in rows if not row.must for fact in row.facts if fact not in required))
    missing = tuple(fact for fact in required if not says(product, fact))
    return LabelCheck(
        kind, required, missing,
        tuple(Problem(f"label-{fact}", MUST_SAY, "label", {"what": FACT_WORDS[fact]}) for fact in missing),
        (*_advice(kind, judged_on, sold_loose=sold_loose),
         *(Problem(f"label-{fact}", MAY_SAY, "label", {"what": FACT_WORDS[fact]}) for fact in optional if not says(product, fact))),
        tuple(dict.fromkeys(row.source for row in rows)))


def _rules_of(day: date) -> tuple[LabelRequirement, ...]:
    rows = rules("labels.requirement", LabelRequirement)
    found = holding(rows, day)
    if not found:
        first = min(row.valid_from for row in rows)
        raise NoRule(what=N_("labels"), day=f"{day:%d/%m/%Y}", first=f"{first:%d/%m/%Y}")
    return found


def _advice(kind: GoodsKind, judged_on: date, *, sold_loose: bool) -> list[Problem]:
    said = ((judged_on < DECREE_37, "label-of-old-stock", OLD_LABELS), (kind is GoodsKind.UNKNOWN, "label-kind-unknown", KIND_UNKNOWN),
            (kind is GoodsKind.MEDICINE, "label-of-medicine", MEDICINE), (sold_loose, "label-only-fresh", ONLY_FRESH))
    return [Problem(code, message, "label") for applies, code, message in said if applies]


def says(product: Product, fact: LabelFact) -> bool:
    """Whether the catalog knows that the label says it."""
    match fact:
        case LabelFact.NAME | LabelFact.PRODUCER:
            return bool(getattr(product, fact.value).strip())
        case LabelFact.ALCOHOL_PERCENT:
            return product.alcohol_percent is not None
        case LabelFact.HEALTH_FOOD_WORDS:
            return _HEALTH_FOOD in _all_words(product)
        case LabelFact.NOT_MEDICINE:
            words = _all_words(product)
            return any(phrase in words for phrase in _NOT_MEDICINE) and _NO_REPLACEMENT in words
        case LabelFact.NET_CONTENT if product.weight_g:
            return True
        case LabelFact.EXPIRY if product.shelf_life_days:
            return True
    return bool(product.label.get(LabelField(fact.value), "").strip())


def _all_words(product: Product) -> str:
    return fold(" ".join((product.name, *product.label.values())))
