"""Which papers a product lacks on a day, which have ended, and which end soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from ocop_market.catalog.findings import Finding, Severity
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import Paper, PaperKind, Product
from ocop_market.rules.papers import NeededPaper, needed_papers
from ocop_market.settings import FoodPapers

SOON = timedelta(days=30)
FOOD = frozenset({GoodsKind.FRESH_FOOD, GoodsKind.RAW_FOOD, GoodsKind.PROCESSED_FOOD})
"""Goods whose papers an inspector asks for and a platform seldom does: a setting decides whether they withhold."""
NUMBERED = frozenset({PaperKind.COSMETIC_NOTIFICATION, PaperKind.ADVERTISING_CONFIRMATION, PaperKind.REGISTERED_DECLARATION})
"""Papers whose number is shown beside the goods: without it they prove nothing."""
SELLERS = frozenset({PaperKind.BUSINESS_REGISTRATION})
"""Papers of the seller, shown once when an account is opened: not asked for with every product."""
HERBAL = (PaperKind.SELF_DECLARATION, PaperKind.REGISTERED_DECLARATION, PaperKind.COSMETIC_NOTIFICATION)
"""One of these tells which law an essential oil or a medicinal plant is sold under."""

PAPER_NAMES = {
    PaperKind.BUSINESS_REGISTRATION: N_("business registration"), PaperKind.FOOD_SAFETY: N_("food-safety certificate"),
    PaperKind.SELF_DECLARATION: N_("self-declaration of the product"), PaperKind.REGISTERED_DECLARATION: N_("registered declaration"),
    PaperKind.TEST_REPORT: N_("test report"), PaperKind.GMP: N_("GMP certificate for health food"),
    PaperKind.ADVERTISING_CONFIRMATION: N_("confirmation of the advertising text"),
    PaperKind.COSMETIC_NOTIFICATION: N_("cosmetic notification number"),
    PaperKind.ALCOHOL_PRODUCTION: N_("licence to produce alcohol"), PaperKind.ALCOHOL_TRADE: N_("licence to trade alcohol"),
    PaperKind.QUARANTINE: N_("quarantine paper"), PaperKind.VIETGAP: N_("VietGAP certificate"),
    PaperKind.ORGANIC: N_("organic certificate"), PaperKind.HACCP: N_("HACCP certificate"),
    PaperKind.ISO_22000: N_("ISO 22000 certificate"),
    PaperKind.TRADEMARK: N_("trademark"), PaperKind.BARCODE_FEE: N_("yearly barcode fee"), PaperKind.OTHER: N_("other paper"),
}
"""What a paper is called in sentences."""
KIND_NAMES = {
    GoodsKind.FRESH_FOOD: N_("fresh food"), GoodsKind.RAW_FOOD: N_("raw food"), GoodsKind.PROCESSED_FOOD: N_("processed food"),
    GoodsKind.ALCOHOL: N_("alcohol"), GoodsKind.HEALTH_FOOD: N_("health food"), GoodsKind.MEDICINE: N_("medicine"),
    GoodsKind.COSMETIC: N_("cosmetic"), GoodsKind.HERBAL: N_("herbal goods"), GoodsKind.CRAFT: N_("handicraft"),
    GoodsKind.PLANT: N_("living plant"), GoodsKind.ANIMAL: N_("living animal"), GoodsKind.TOURISM: N_("tourism service"),
    GoodsKind.UNKNOWN: N_("goods of unknown kind"),
}
"""What a kind of goods is called in sentences."""

LACKS = N_("{name} counts as {kind!t} and needs this paper: {paper!t}. Enter its number, issuer and dates in the list and import it "
           "again.")
NO_NUMBER = N_("The number of this paper of {name} is not entered: {paper!t}. It has to be shown beside the goods. Enter it.")
ENDED = N_("A paper of {name} ended on {day}: {paper!t}. Have it renewed and enter the new one.")
ENDS_SOON = N_("A paper of {name} ends on {day}: {paper!t}. Have it renewed in time.")
ONE_OF = N_("{name} counts as {kind!t}: the law asks for one of these papers, by the use on its label: {papers!t}. Enter the one that "
            "you have.")


class _State(StrEnum):
    LACKING = "lacking"
    UNNUMBERED = "unnumbered"
    ENDED = "ended"
    HELD = "held"


@dataclass(frozen=True)
class _Held:
    state: _State
    paper: Paper | None = None


def paper_findings(product: Product, kind: GoodsKind, food: FoodPapers, day: date) -> Iterator[Finding]:
    """Everything about the papers of a product on `day`: needed ones that lack or ended, any that end within thirty days."""
    needed = {row.paper: row for row in _needed(kind, day) if _applies(row, product)}
    for paper, row in needed.items():
        heavy = row.must and not (kind in FOOD and food is FoodPapers.WARN)
        yield from _about_needed(product, kind, paper, _held(product, paper, day), day, Severity.MISSING if heavy else Severity.WARNING)
    if kind is GoodsKind.HERBAL and not any(_held(product, paper, day).state is _State.HELD for paper in HERBAL):
        yield Finding(Severity.MISSING, Problem("papers-missing", ONE_OF, "papers", {
            "name": product.name, "kind": KIND_NAMES[kind], "papers": [PAPER_NAMES[paper] for paper in HERBAL]}))
    for paper in sorted({own.kind for own in product.papers} - needed.keys()):
        yield from _about_own(product, paper, _held(product, paper, day), day)


@lru_cache(maxsize=64)
def _needed(kind: GoodsKind, day: date) -> tuple[NeededPaper, ...]:
    return tuple(row for row in needed_papers(kind, day) if row.paper not in SELLERS)


def _applies(row: NeededPaper, product: Product) -> bool:
    """Alcohol whose strength is not known counts as strong."""
    percent = product.alcohol_percent
    return row.from_percent is None or percent is None or percent >= row.from_percent


def _held(product: Product, kind: PaperKind, day: date) -> _Held:
    """The paper of that kind that lasts longest, and how it stands."""
    own = [paper for paper in product.papers if paper.kind is kind and (paper.issued_on is None or paper.issued_on <= day)]
    if not own:
        return _Held(_State.LACKING)
    best = max(own, key=lambda paper: (paper.expires_on or date.max, bool(paper.number)))
    if best.expires_on is not None and best.expires_on <= day:
        return _Held(_State.ENDED, best)
    if kind in NUMBERED and not best.number:
        return _Held(_State.UNNUMBERED, best)
    return _Held(_State.HELD, best)


def paper_in_force(product: Product, kind: PaperKind, day: date) -> Paper | None:
    """The product's paper of that kind that holds on `day`, of several the one that lasts longest."""
    held = _held(product, kind, day)
    return None if held.state in (_State.LACKING, _State.ENDED) else held.paper


def _about_needed(product: Product, kind: GoodsKind, paper: PaperKind, held: _Held, day: date, weight: Severity) -> Iterator[Finding]:
    named = {"name": product.name, "kind": KIND_NAMES[kind], "paper": PAPER_NAMES[paper]}
    match held.state:
        case _State.LACKING:
            yield Finding(weight, Problem("papers-missing", LACKS, "papers", named))
        case _State.UNNUMBERED:
            yield Finding(weight, Problem("paper-without-number", NO_NUMBER, "papers", named))
        case _State.ENDED:
            yield Finding(weight, Problem("paper-ended", ENDED, "papers", {**named, "day": _end(held)}))
        case _State.HELD:
            yield from _ends_soon(named, held, day)


def _about_own(product: Product, paper: PaperKind, held: _Held, day: date) -> Iterator[Finding]:
    """A paper that is not needed by law and was entered all the same: only its end is of interest."""
    named = {"name": product.name, "paper": PAPER_NAMES[paper]}
    if held.state is _State.ENDED:
        yield Finding(Severity.WARNING, Problem("paper-ended", ENDED, "papers", {**named, "day": _end(held)}))
    else:
        yield from _ends_soon(named, held, day)


def _ends_soon(named: dict[str, str], held: _Held, day: date) -> Iterator[Finding]:
    if held.paper is not None and held.paper.expires_on is not None and held.paper.expires_on <= day + SOON:
        yield Finding(Severity.WARNING, Problem("paper-ends", ENDS_SOON, "papers", {**named, "day": _end(held)}))


def _end(held: _Held) -> str:
    return f"{held.paper.expires_on:%d/%m/%Y}" if held.paper and held.paper.expires_on else "?"
