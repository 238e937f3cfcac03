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
from ocop_market.catalog.intake import Intake
from ocop_market.catalog.known import Catalog, Together, bring_together, may_be_one_body
from ocop_market.catalog.known_packings import MADE_UP, packing_meant, replaces_all
from ocop_market.catalog.likeness import Candidates
from ocop_market.catalog.packings import OF_ONE, as_ordinary, gtins_of, skus_of
from ocop_market.catalog.product_sets import grouped, suggest
from ocop_market.catalog.questions import (
    LEFT_OUT,
    MOVED,
    PACKINGS,
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
    moved,
    packings_are,
    question,
    same_as,
)
from ocop_market.catalog.row_facts import group_choices, meant_group
from ocop_market.catalog.row_reader import LEFT_OUT_BEFORE
from ocop_market.catalog.shelf import OF_NO_PACKING, RowNote
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Group, Product, Variant
from ocop_market.model.text import fold

MAY_BE_KNOWN = N_("“{name}” may be the product {sku} “{known}”, which is known. Say whether it is.")
MAY_BE_ONE_OF = N_("“{name}” may be one of {count} known products. Say which, or that it is another.")
OTHER_STARS = N_("The decision {decision} gives {told} stars here; {known} are known from before. Say which is right.")
OTHER_DAY = N_("The decision {decision} is dated {told} here and {known} before: day and month may be swapped. Say which is right.")
OF_OTHER_OWNER = N_("The SKU {sku} belongs to “{owner}” already, so the row was left out. Import the list with a beginning of your own "
                    "for its SKUs: --sku-prefix {prefix}")
GTIN_KNOWN = N_("The barcode {gtin} is known of “{other}” ({sku}), so it was not taken. Check both packages.")
MAY_BE_PACKINGS = N_("“{name}” is one product in several packings in this list, and the SKUs {skus!t} are products of their own until "
                     "now. Say whether they are one.")
OF_OTHER_PRODUCT = N_("The SKU {sku} is a packing of “{other}” until now, and of “{name}” in this list. Say where it belongs.")
KNOWN_OTHERWISE = N_("The packings of “{name}” are told apart by {options} until now and in another way here, so they were not taken. "
                     "Give all of them with their SKUs.")
_MOST_CHOICES = 5


def bring_in(intake: Intake, known: Iterable[Product], answers: Answers) -> tuple[Intake, Together]:
    """The list with the questions and refusals that only the catalog makes, and the products as they become by it."""
    desk = _Desk(intake, list(known), answers)
    taken = tuple(product for told in intake.products for part in desk.settled(told) if (product := desk.judge(part)))
    together = bring_together(desk.known.values(), taken, desk.same, desk.catalog.named, joined=desk.joined, moved=desk.moved)
    products = tuple(desk.with_group(product, together.renamed.get(product.sku, product.sku)) for product in together.products)
    judged = replace(intake, products=taken, notes=intake.notes + tuple(desk.notes), questions=intake.questions + tuple(desk.questions))
    return judged, replace(together, products=products)


class _Desk:
    """Judges the products of one list against the catalog; collects notes, questions, and who is whom."""

    def __init__(self, intake: Intake, known: Sequence[Product], answers: Answers) -> None:
        self.intake, self.answers = intake, answers
        self.rows_of = dict(intake.rows_of)
        self.known = {product.sku: product for product in known}
        self.catalog = Catalog(known, {*intake.rows_of, *(sku for told in intake.products for sku in skus_of(told))})
        self.matched = {told.sku: entry.product for told in intake.products if (entry := self.catalog.find(told))}
        self.by_gtin = {gtin: product for product in known for gtin in gtins_of(product)}
        self.notes: list[RowNote] = []
        self.questions: list[Question] = []
        self.same: dict[str, str] = {}
        self.joined: dict[str, str] = {}
        self.moved: set[str] = set()
        self.told_as: dict[str, Product] = {}

    @cached_property
    def candidates(self) -> Candidates:
        """The known products of which no row of the list speaks for certain."""
        return Candidates(self.known.values(), {product.sku for product in self.matched.values()})

    def settled(self, told: Product) -> tuple[Product, ...]:
        """What a list tells, where each of its packings belongs to one product only; asked about those that another product has."""
        home = self.matched.get(told.sku)
        others = [(variant, entry.product) for variant in told.variants if (entry := self.catalog.by_sku.get(variant.sku))
                  and home is not None and entry.product is not home and not _is_anothers(told, entry.product)]
        if home is None or not others:
            return (told,)
        if any(not holder.variants for _, holder in others):
            return self._joined(told, home, [holder for _, holder in others if not holder.variants])
        said = [(variant, self._belongs(told, variant, holder)) for variant, holder in others]
        if any(answer == LEFT_OUT for _, answer in said):
            return ()
        stays = [variant for variant, answer in said if answer != MOVED]
        self.moved |= {variant.sku for variant, answer in said if answer == MOVED}
        left = tuple(variant for variant in told.variants if variant not in stays)
        return (replace(told, variants=left),) if left else ()

    def _joined(self, told: Product, home: Product, holders: Sequence[Product]) -> tuple[Product, ...]:
        """Goods that were products of their own: one product when a person says so, until then each as it was."""
        packings = "; ".join(f"{', '.join(variant.values)} ({variant.sku})" for variant in told.variants)
        skus = [product.sku for product in (home, *holders)]
        problem = Problem("may-be-packings", MAY_BE_PACKINGS, "sku", {"name": told.name, "skus": skus})
        answer = self._ask(told, Doubt.PACKINGS, tuple(variant.sku for variant in told.variants), "sku", problem,
                           (packings_are(packings), apart()))
        if answer == PACKINGS:
            self.joined |= {holder.sku: home.sku for holder in holders}
            return (told,)
        rows = self.rows_of.get(told.sku, ())
        parts = [as_ordinary(told, variant) for variant in told.variants
                 if answer not in ("", LEFT_OUT) or (not answer and variant.sku in self.catalog.by_sku)]
        self.rows_of |= {part.sku: rows for part in parts}
        self.matched |= {part.sku: entry.product for part in parts if (entry := self.catalog.by_sku.get(part.sku))}
        return tuple(parts)

    def _belongs(self, told: Product, variant: Variant, holder: Product) -> str:
        problem = Problem("packing-of-other", OF_OTHER_PRODUCT, "sku", {"sku": variant.sku, "other": holder.name, "name": told.name})
        return self._ask(told, Doubt.PACKINGS, (variant.sku, holder.sku), "sku", problem, (moved(), as_known(holder.name)))

    def judge(self, told: Product) -> Product | None:
        """The product as it may be written; None when it waits for an answer, or may not be written at all."""
        held = next(((sku, entry.product) for sku in skus_of(told) if (entry := self.catalog.by_sku.get(sku))
                     and _is_anothers(told, entry.product)), None)
        if held:
            sku, holder = held
            values = {"sku": sku, "owner": holder.owner, "prefix": _prefix_for(told.owner or told.producer or told.name)}
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
        told = self._with_free_gtins(told, match)
        if match:
            self._note_packings(told, match)
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

    def _with_free_gtins(self, told: Product, match: Product | None) -> Product:
        """Without barcodes that another known product has."""
        taken = {gtin for gtin in gtins_of(told) if (holder := self.by_gtin.get(gtin)) and holder is not match
                 and self.joined.get(holder.sku) != (match.sku if match else "")}
        for gtin in sorted(taken):
            values = {"gtin": gtin, "other": self.by_gtin[gtin].name, "sku": self.by_gtin[gtin].sku}
            self._note(told, "gtin", Problem("gtin-known", GTIN_KNOWN, "gtin", values))
        if not taken:
            return told
        return replace(told, gtin="" if told.gtin in taken else told.gtin, variants=tuple(
            replace(variant, gtin="") if variant.gtin in taken else variant for variant in told.variants))

    def _note_packings(self, told: Product, match: Product) -> None:
        """Says what is not taken of a row because it is not certain which known packing it means."""
        if not match.variants or MADE_UP in match.practice:
            return
        if told.variants and len(told.options) != len(match.options) and not replaces_all(match, told):
            self._note(told, "option_value", Problem("options-known-otherwise", KNOWN_OTHERWISE, "variants", {
                "name": match.name, "options": ", ".join(match.options)}))
        for target in OF_ONE if not told.variants and packing_meant(match, told) is None else ():
            if getattr(told, target) not in (None, "") and target not in told.practice:
                self._note(told, target, Problem("of-no-packing", OF_NO_PACKING, target, {"other": match.name}))

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
        rows = self.rows_of.get(told.sku, (0,))
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
        self.notes += [RowNote(row, self._column(target), problem, refused) for row in self.rows_of.get(told.sku, ())]

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
