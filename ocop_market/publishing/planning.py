"""Making a plan: every listing of an account compared three ways, and what may not happen unasked marked by brakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from ocop_market.catalog.ocop_checks import OFF_SALE
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.change import Change, ChangeKind, Outcome, RemoteListing
from ocop_market.model.listing import OFFER, FieldGroup, JsonObject, ListingDraft, fingerprint
from ocop_market.model.product import Product
from ocop_market.publishing.brakes import Planned, brakes
from ocop_market.publishing.compare import Compared, Drift, Fields, compare, overlaid, same, with_values
from ocop_market.publishing.live import Live
from ocop_market.publishing.plan import Plan, PlannedChange, Wanted, Withheld
from ocop_market.settings import BrakeSettings, Drifting, DriftSettings
from ocop_market.store.publications import Publication

GONE = frozenset({"review-expired", "listing-gone", "request-gone", "request-deleted"})
"""Problems after which the platform has nothing of a listing any more: it is made anew."""
OFFERS_TOGETHER = frozenset({FieldGroup.PRICE, FieldGroup.STOCK})
WORDS = ("title", "description", "attributes")
"""Fields that may claim something."""
SHOWING = (FieldGroup.MEDIA, FieldGroup.VARIANTS)
PICTURED = ("pictures", "variants")
"""Fields that show pictures."""

REJECTED_BEFORE = N_("The platform refused {sku} as it stands. Change what it complained about; it is then sent again.")
DELETED = N_("{sku} was deleted in the shop, not from here. To have it made again, plan with --overwrite visibility; else leave it so.")
IN_THE_WAY = N_("Somebody changed the variants of {sku} in the shop, and other changes of them cannot be sent beside that. To replace "
                "them, plan with --overwrite variants.")
VARIANT_MISSING = N_("The shop has {sku} without these variants: {variants}. They were deleted there, or never taken. Add them there under "
                     "the same SKU, or take them out of the list.")

OFF = fingerprint({"visible": False})
"""Held in the group visibility after a withdrawal was taken back."""
NOTHING = fingerprint(None)
"""The name of a side that has nothing of a listing."""


@dataclass(frozen=True)
class PlanRules:
    """What decides beside the three sides: the day, what becomes of edits, the brakes, the words that may not stay."""

    day: date
    drifting: Mapping[FieldGroup, Drifting] = field(default_factory=lambda: DriftSettings().by_group())
    brakes: BrakeSettings = field(default_factory=BrakeSettings)
    products: Mapping[str, Product] = field(default_factory=dict)
    """The catalog of the account by SKU."""
    unlawful: Callable[[Publication], bool] = lambda _: False
    """Told of a listing as buyers see it (`applied` with what is live); whether its words may not stand there on the day."""
    forbidden_pictures: Callable[[str], Collection[str]] = lambda _: ()
    """Names of pictures that a listing, told by its SKU, may not show on the day."""


def make_plan(account: str, channel: str, wanted: Wanted, published: Mapping[str, Publication], rules: PlanRules, *, now: datetime,
              live: Live | None = None, only: Collection[str] | None = None) -> Plan:
    """Compares what is wanted with what we applied last and with what is live.

    Of a listing that waits for review only price and stock are changed; one that was refused is sent again only when
    something about it changed. A listing is withdrawn when its product may not be on sale by law or is gone from the
    catalog; one whose product only lacks data stays as it is, unless its words are unlawful by now. `only` these listings
    are looked at, where given.
    """
    planner = _Planner(account, wanted, published, live or Live(), rules)
    for sku, draft in wanted.drafts.items():
        if only is None or sku in only:
            planner.place(sku, draft)
    planner.withdraw_the_rest(only)
    changes = tuple(sorted(planner.changes, key=_urgency))
    on_sale = sum(known.on_sale for known in published.values())
    vanished = bool(planner.live.told and on_sale and len(planner.live.gone) >= on_sale > 1)
    found = brakes([Planned(p.change, p.before, p.found) for p in changes], rules.products, rules.brakes, rules.day, on_sale=on_sale,
                   vanished=vanished)
    return Plan(account, channel, rules.day, now, changes, (*wanted.withheld, *planner.withheld), planner.unchanged, planner.waiting,
                tuple(planner.drifts), tuple(found), planner.undone)


def rests_on(account: str, wanted: Wanted, published: Mapping[str, Publication], live: Live, sku: str) -> dict[str, str]:
    """Names what a change of this listing is planned from, side by side; stock stays out, for every sale changes it."""
    draft, known = wanted.drafts.get(sku), published.get(sku)
    sides = {"catalog": fingerprint(_but_stock(draft.groups())) if draft else NOTHING}
    ours = [known.status, known.remote.remote_id, _but_stock(known.applied)] if known else []
    sides["listing"] = fingerprint([account, *ours]) if ours else _none_of(account)
    if live.told:
        there = live.listings.get(sku)
        sides["shop"] = fingerprint([_but_stock(there.fields), there.remote.remote_id]) if there else NOTHING
    return sides


@lru_cache(maxsize=64)
def _none_of(account: str) -> str:
    """The name of the side `listing` where there is none yet."""
    return fingerprint([account])


def _but_stock(fields: Mapping[Any, JsonObject]) -> dict[str, JsonObject]:
    return {group: value for group, value in fields.items() if group != FieldGroup.STOCK}


def _urgency(planned: PlannedChange) -> int:
    """What leaves the platform first, then words, then new listings; prices and stock last and side by side, as batches want them."""
    change = planned.change
    if change.kind is ChangeKind.WITHDRAW:
        return 0
    if change.kind is ChangeKind.CREATE:
        return 2
    return 3 if change.groups <= OFFER else 1


class _Planner:
    """Sorts the listings of one plan into changes, edits from outside, and what stays as it is."""

    def __init__(self, account: str, wanted: Wanted, published: Mapping[str, Publication], live: Live, rules: PlanRules) -> None:
        self.account = account
        self.wanted, self.published, self.live, self.rules = wanted, published, live, rules
        self.changes: list[PlannedChange] = []
        self.withheld: list[Withheld] = []
        self.drifts: list[Drift] = []
        self.unchanged = self.waiting = self.undone = 0

    def place(self, sku: str, draft: ListingDraft) -> None:
        """Finds the place of one wanted listing."""
        known, found = self.published.get(sku), self.live.found.get(sku)
        if found is not None:
            known = Publication("", sku, Outcome.LIVE.value, found, {})
        if known is None:
            self._add(Change(ChangeKind.CREATE, sku, draft))
        elif sku in self.live.gone:
            self._place_deleted(sku, draft, known)
        else:
            self._place_known(sku, draft, known, found=found is not None)

    def _place_known(self, sku: str, draft: ListingDraft, known: Publication, *, found: bool) -> None:
        there = self.live.listings.get(sku)
        problems = there.problems if there is not None and there.problems else known.problems
        refused = known.status == Outcome.REJECTED.value or bool(there is not None and there.problems)
        wanted = draft.groups()
        compared = self._compared(sku, wanted, known)
        pending = known.status == Outcome.PENDING.value
        if pending:
            compared = _only(compared, OFFERS_TOGETHER if known.remote.remote_id else frozenset())
        elif self._must_be_made_anew(known, compared, refused=refused, problems=problems):
            self._add(Change(ChangeKind.CREATE, sku, draft))
            return
        self.drifts += compared.drifts
        held = {group for group in compared.groups if group in known.held and self._is_held(known, group, wanted)}
        left = _only(compared, compared.groups - held) if held else compared
        if left.changes:
            self._change(sku, draft, known.remote, left, found=found)
        elif refused or (held and problems):
            self.withheld.append(Withheld(sku, draft.title, problems or (Problem("rejected", REJECTED_BEFORE, "", {"sku": sku}),)))
        elif held:
            self.undone += 1
        elif pending:
            self.waiting += 1
        elif missing := self._missing_variants(draft):
            values = {"sku": sku, "variants": ", ".join(missing)}
            self.withheld.append(Withheld(sku, draft.title, (Problem("variant-missing", VARIANT_MISSING, "variants", values),)))
        else:
            self.unchanged += 1

    def _missing_variants(self, draft: ListingDraft) -> list[str]:
        """Variants that have no price in the shop, where it tells prices of variants but not the variants themselves."""
        shown = self.live.fields(draft.sku)
        prices = shown.get(FieldGroup.PRICE.value, {}).get("variant_prices")
        return [] if FieldGroup.VARIANTS in shown or prices is None else [one.sku for one in draft.variants if one.sku not in prices]

    def withdraw_the_rest(self, only: Collection[str] | None) -> None:
        """Takes off sale what is not wanted any more."""
        withheld = {item.sku for item in self.wanted.withheld}
        staying = {item.sku for item in self.wanted.withheld if not any(p.code in OFF_SALE for p in item.problems)}
        for sku, known in self.published.items():
            if sku in self.wanted.drafts or not known.on_sale or sku in self.live.gone or (only is not None and sku not in only):
                continue
            forbidden = self._unlawful(known) or self._shows_forbidden_pictures(known)
            if sku not in staying or forbidden:
                if known.held.get(FieldGroup.VISIBILITY.value) == OFF and sku not in withheld and not forbidden:
                    self.undone += 1
                    continue
                before = {FieldGroup.VISIBILITY.value: {"visible": True}}
                self._add(Change(ChangeKind.WITHDRAW, sku, remote=known.remote, groups=frozenset({FieldGroup.VISIBILITY})), before=before)

    def _compared(self, sku: str, wanted: Mapping[FieldGroup, JsonObject], known: Publication) -> Compared:
        fields = self.live.fields(sku)
        ours = known.applied.get(FieldGroup.CONTENT)
        shown, words = fields.get(FieldGroup.CONTENT, {}), wanted[FieldGroup.CONTENT]  # the words of today are lawful
        other = any(name in shown and not same(name, words[name], shown[name]) for name in WORDS)
        suspect = known.on_sale and (other or words != ours)
        unlawful = WORDS if suspect and self._unlawful(known) else ()
        if known.on_sale and any(wanted[group] != known.applied.get(group) or fields.get(group, {}) != known.seen.get(group, {})
                                 for group in SHOWING) and self._shows_forbidden_pictures(known):
            unlawful = (*unlawful, *PICTURED)
        return compare(sku, wanted, known.applied, known.seen, fields, self.rules.drifting, unlawful=unlawful)

    def _is_held(self, known: Publication, group: FieldGroup, wanted: Mapping[FieldGroup, JsonObject]) -> bool:
        """Whether just this value was taken back, or refused today."""
        print_, _, day = known.held[group.value].partition(" ")
        return print_ == fingerprint(wanted[group]) and day in ("", self.rules.day.isoformat())

    def _unlawful(self, known: Publication) -> bool:
        return self.rules.unlawful(replace(known, applied=overlaid(known.applied, self.live.fields(known.sku))))

    def _shows_forbidden_pictures(self, known: Publication) -> bool:
        ours, there = _picture_names(known.applied), _picture_names(self.live.fields(known.sku))
        shown = there if there & ours else there | ours  # where the platform calls pictures otherwise, what we sent counts
        return bool(shown and shown & {*self.rules.forbidden_pictures(known.sku)})

    def _must_be_made_anew(self, known: Publication, compared: Compared, *, refused: bool, problems: tuple[Problem, ...]) -> bool:
        if refused and any(p.code in GONE for p in problems):
            return True
        return not known.remote.remote_id and not (refused and not compared.changes)

    def _place_deleted(self, sku: str, draft: ListingDraft, known: Publication) -> None:
        keeps = known.on_sale and self.rules.drifting[FieldGroup.VISIBILITY] is Drifting.KEEP
        if known.on_sale:
            self.drifts.append(Drift(sku, FieldGroup.VISIBILITY, "visible", True, None, keeps))
        if keeps:
            self.withheld.append(Withheld(sku, draft.title, (Problem("listing-deleted", DELETED, "", {"sku": sku}),)))
        else:
            self._add(Change(ChangeKind.CREATE, sku, draft))

    def _change(self, sku: str, draft: ListingDraft, remote: RemoteListing, compared: Compared, *, found: bool) -> None:
        kept = {group: fields for group, fields in compared.kept().items() if FieldGroup(group) in compared.groups}
        merged = with_values(draft, kept)
        if merged is None:
            self.withheld.append(Withheld(sku, draft.title, (Problem("edit-in-the-way", IN_THE_WAY, "variants", {"sku": sku}),)))
            return
        wanted = draft.groups()
        instead = {group: {name: wanted[FieldGroup(group)][name] for name in fields} for group, fields in kept.items()}
        self._add(Change(ChangeKind.UPDATE, sku, merged, remote, compared.groups), before=compared.before(), instead=instead, found=found)

    def _add(self, change: Change, *, before: Mapping[str, JsonObject] | None = None,
             instead: Mapping[str, JsonObject] | None = None, found: bool = False) -> None:
        sides = rests_on(self.account, self.wanted, self.published, self.live, change.sku)
        self.changes.append(PlannedChange(change, before or {}, instead or {}, sides, found=found))


def _picture_names(fields: Fields) -> set[str]:
    media, variants = (fields.get(group.value, {}) for group in SHOWING)
    return {str(name) for name in (*media.get("pictures", ()), *(one.get("picture") for one in variants.get("variants", ()))) if name}


def _only(compared: Compared, groups: Collection[FieldGroup]) -> Compared:
    return Compared(tuple(change for change in compared.changes if change.group in groups), compared.drifts)
