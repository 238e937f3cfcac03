"""A list against the catalog: which known product each row means, and what is asked before it is written.

Certain is: the same SKU, or the same name, producer and place as far as both are told. Doubtful is a name that is nearly
the same of the same producer, a producer that is nearly the same, one barcode under two names. Another producer's product
of the same name is another product. A known product that the list speaks of in another row is never proposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from ocop_market.catalog.certificates import swapped
from ocop_market.catalog.identity import identity_of, is_derived
from ocop_market.catalog.intake import Intake, RowNote
from ocop_market.catalog.known import Catalog, Together, bring_together, may_be_one_body
from ocop_market.catalog.likeness import Candidates
from ocop_market.catalog.product_sets import grouped, suggest
from ocop_market.catalog.questions import (
    LEFT_OUT,
    TOLD,
    Answers,
    Choice,
    Doubt,
    Question,
    apart,
    as_known,
    as_listed,
    day_is,
    meant_product,
    meant_value,
    question,
    same_as,
)
from ocop_market.catalog.row_facts import LEFT_OUT_BEFORE, group_choices, meant_group
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Group, Product
from ocop_market.model.text import fold

MAY_BE_KNOWN = N_("“{name}” may be the product {sku} “{known}”, which is known. Say whether it is.")
MAY_BE_ONE_OF = N_("“{name}” may be one of {count} known products. Say which, or that it is another.")
OTHER_STARS = N_("The decision {decision} gives {told} stars here; {known} are known from before. Say which is right.")
OTHER_DAY = N_("The decision {decision} is dated {told} here and {known} before: day and month may be swapped. Say which is right.")
OF_OTHER_OWNER = N_("The SKU {sku} belongs to “{owner}” already, so the row was left out. Import the list with a beginning of your own "
                    "for its SKUs: --sku-prefix {prefix}")
GTIN_KNOWN = N_("The barcode {gtin} is known of “{other}” ({sku}), so it was not taken. Check both packages.")
_MOST_CHOICES = 5


def bring_in(intake: Intake, known: Iterable[Product], answers: Answers) -> tuple[Intake, Together]:
    """The list with the questions and refusals that only the catalog makes, and the products as they become by it."""
    desk = _Desk(intake, list(known), answers)
    taken = tuple(product for told in intake.products if (product := desk.judge(told)))
    together = bring_together(desk.known.values(), taken, desk.same, intake.rows_of)
    products = tuple(desk.with_group(product, together.renamed.get(product.sku, product.sku)) for product in together.products)
    judged = replace(intake, products=taken, notes=intake.notes + tuple(desk.notes), questions=intake.questions + tuple(desk.questions))
    return judged, replace(together, products=products)


class _Desk:
    """Judges the products of one list against the catalog; collects notes, questions, and who is whom."""

    def __init__(self, intake: Intake, known: Sequence[Product], answers: Answers) -> None:
        self.intake, self.answers = intake, answers
        self.known = {product.sku: product for product in known}
        self.catalog = Catalog(known, intake.rows_of)
        self.matched = {told.sku: entry.product for told in intake.products if (entry := self.catalog.find(told))}
        self.by_gtin = {product.gtin: product for product in known if product.gtin}
        self.notes: list[RowNote] = []
        self.questions: list[Question] = []
        self.same: dict[str, str] = {}
        self.told_as: dict[str, Product] = {}

    @cached_property
    def candidates(self) -> Candidates:
        """The known products of which no row of the list speaks for certain."""
        return Candidates(self.known.values(), {product.sku for product in self.matched.values()})

    def judge(self, told: Product) -> Product | None:
        """The product as it may be written; None when it waits for an answer, or may not be written at all."""
        holder = self.known.get(told.sku)
        if holder and _is_anothers(told, holder):
            values = {"sku": told.sku, "owner": holder.owner, "prefix": _prefix_for(told.owner or told.producer or told.name)}
            self._note(told, "sku", Problem("sku-of-other-owner", OF_OTHER_OWNER, "sku", values), refused=True)
            return None
        match = self.matched.get(told.sku)
        if match is None and (near := self.candidates.near(told, self._alike(told))):
            answer = self._which(told, near[:_MOST_CHOICES])
            match = self.known.get(meant_product(answer))
            if match:
                self.same[told.sku] = match.sku
            if not answer or answer == LEFT_OUT:
                return None
        told = self._with_free_gtin(told, match)
        if match:
            told = replace(told, certificates=tuple(agreed for c in told.certificates if (agreed := self._agreed(told, match, c))))
        self.told_as[match.sku if match else told.sku] = told
        return told

    def with_group(self, product: Product, sku_before: str) -> Product:
        """Group and set filled in where the name settles them; asked where it speaks against the list, or for several."""
        if product.group is not Group.UNKNOWN and product == self.known.get(product.sku):
            return product  # judged when it came
        filled, problem = grouped(product)
        told = self.told_as.get(sku_before) or self.told_as.get(product.sku)
        if problem is None or told is None:
            return filled
        suggestion = suggest(product.name, product.group)
        if suggestion.set_no is None and not suggestion.alternatives:
            return filled
        answer = self._ask(told, Doubt.GROUP, (product.group,), "group", problem, group_choices(suggestion))
        group, product_set = meant_group(answer)
        if group is not Group.UNKNOWN:
            return replace(filled, group=group, product_set=product_set)
        before = self.known.get(sku_before)
        return replace(filled, group=before.group if before else Group.UNKNOWN, product_set=before.product_set if before else None)

    def _alike(self, told: Product) -> list[Product]:
        """The known products of which a list without SKUs may mean each."""
        if not is_derived(told.sku):
            return []
        identity = identity_of(told.name, told.producer, told.place)
        return [entry.product for entry in self.catalog.alike(identity, told.owner)]

    def _which(self, told: Product, near: Sequence[Product]) -> str:
        first = near[0]
        problem = Problem("may-be-known", MAY_BE_KNOWN, "name", {"name": told.name, "sku": first.sku, "known": first.name})
        if len(near) > 1:
            problem = Problem("may-be-known", MAY_BE_ONE_OF, "name", {"name": told.name, "count": len(near)})
        choices = (*(same_as(p.sku, p.name, p.producer) for p in near), apart())
        names = sorted("\x1f".join(identity_of(p.name, p.producer, p.place)) for p in near)
        return self._ask(told, Doubt.SIMILAR, tuple(names), "name", problem, choices)

    def _with_free_gtin(self, told: Product, match: Product | None) -> Product:
        """Without a barcode that another known product has."""
        holder = self.by_gtin.get(told.gtin) if told.gtin else None
        if holder is None or holder is match:
            return told
        values = {"gtin": told.gtin, "other": holder.name, "sku": holder.sku}
        self._note(told, "gtin", Problem("gtin-known", GTIN_KNOWN, "gtin", values))
        return replace(told, gtin="")

    def _agreed(self, told: Product, match: Product, certificate: Certificate) -> Certificate | None:
        """The certificate, put right by an answer where it contradicts what is known of its decision; None while that is open."""
        same = [c for c in match.certificates if certificate.decision and fold(c.decision) == fold(certificate.decision)
                and may_be_one_body(c, certificate)]
        agreed: Certificate | None = certificate
        for known in same:
            agreed = agreed and self._agreed_day(told, known, agreed)
            agreed = agreed and self._agreed_stars(told, known, agreed)
        return agreed

    def _agreed_day(self, told: Product, known: Certificate, c: Certificate) -> Certificate | None:
        if not c.issued_on or not known.issued_on or c.issued_on == known.issued_on or swapped(c.issued_on) != known.issued_on:
            return c
        values = {"decision": c.decision, "told": f"{c.issued_on:%d/%m/%Y}", "known": f"{known.issued_on:%d/%m/%Y}"}
        answer = self._ask(told, Doubt.DATE, (c.decision, c.issued_on.isoformat()), "issued_on",
                           Problem("date-swapped", OTHER_DAY, "certificate", values), (day_is(known.issued_on), day_is(c.issued_on)))
        if not meant_value(answer):
            return None
        if date.fromisoformat(meant_value(answer)) == c.issued_on:
            return c
        return replace(c, issued_on=known.issued_on, expires_on=known.expires_on)

    def _agreed_stars(self, told: Product, known: Certificate, c: Certificate) -> Certificate | None:
        if None in (c.stars, known.stars) or c.stars == known.stars or (c.issued_on and known.issued_on not in (None, c.issued_on)):
            return c
        problem = Problem("stars-contradict", OTHER_STARS, "certificate", {"decision": c.decision, "told": c.stars, "known": known.stars})
        answer = self._ask(told, Doubt.STARS, (c.decision, str(c.stars), str(known.stars)), "stars", problem,
                           (as_known(str(known.stars)), as_listed(str(c.stars))))
        if not answer or answer == LEFT_OUT:
            return None
        return c if answer == TOLD else replace(c, stars=known.stars)

    def _ask(self, told: Product, doubt: Doubt, parts: tuple[str, ...], target: str, problem: Problem,
             choices: tuple[Choice, ...]) -> str:
        rows = self.intake.rows_of.get(told.sku, (0,))
        identity = identity_of(told.name, told.producer, told.place)
        put = replace(question(doubt, (*identity, *parts), row=rows[0], column=self._column(target), name=told.name, problem=problem,
                               choices=choices), rows=rows)
        answer = self.answers.to(put)
        if answer == LEFT_OUT:
            self._note(told, target, Problem("left-out", LEFT_OUT_BEFORE), refused=True)
        elif not answer:
            self.questions.append(put)
        return answer

    def _note(self, told: Product, target: str, problem: Problem, *, refused: bool = False) -> None:
        self.notes += [RowNote(row, self._column(target), problem, refused) for row in self.intake.rows_of.get(told.sku, ())]

    def _column(self, target: str) -> str:
        column = self.intake.headings.of(target) if self.intake.headings else None
        return column.label if column else ""


def _is_anothers(told: Product, holder: Product) -> bool:
    """Whether an SKU is taken by another owner; a list without an owner may speak of any owner's product, but not of other goods."""
    if holder.owner in ("", told.owner):
        return False
    return bool(told.owner) or identity_of(told.name, told.producer, told.place)[0] != identity_of(
        holder.name, holder.producer, holder.place)[0]


def _prefix_for(owner: str) -> str:
    """A beginning of SKUs made from an owner's name: `HTX Bình Minh` gives `HBM-`."""
    return "".join(word[0] for word in fold(owner).split()).upper()[:6] + "-"
