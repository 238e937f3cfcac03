"""Taking a publish back: the reverse of what it changed, as a plan that is shown and applied like any other.

Stock never goes back: goods were sold since. What is taken back is not planned again until something else is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ocop_market.catalog.ocop_checks import OFF_SALE
from ocop_market.errors import Problem, SettingsError
from ocop_market.language import N_
from ocop_market.model.change import Change, ChangeKind
from ocop_market.model.listing import FieldGroup, JsonObject, ListingDraft, fingerprint, picture_name
from ocop_market.model.product import Picture
from ocop_market.publishing.brakes import Planned, brakes
from ocop_market.publishing.compare import overlaid, with_values
from ocop_market.publishing.live import Live
from ocop_market.publishing.plan import Plan, PlannedChange, Wanted, Withheld
from ocop_market.publishing.planning import OFF, PlanRules, rests_on
from ocop_market.store.outbox import MADE, OutboxRow
from ocop_market.store.publications import Publication

NO_RUN = N_("There is no publish number {number}. See the last ones with: ocop-market undo")
AGAIN = N_("{sku} was changed again by publish {run}. Take that one back first.")
GONE = N_("{sku} is not on the platform any more.")
FORBIDDEN = N_("{sku} may not go on sale again: {reason}")
NOT_KNOWN = N_("It is not known how {fields} of {sku} stood before.")
NOTHING_BACK = N_("Of {sku} only the stock was changed, and stock does not go back: goods were sold since.")


@dataclass(frozen=True)
class Past:
    """What an undo has to know of the time since: the changes of the publish, later ones by SKU, drafts and pictures used before."""

    rows: Sequence[OutboxRow]
    later: Mapping[str, int]
    drafts: Mapping[str, ListingDraft]
    pictures: Mapping[str, Picture]


def make_undo(account: str, channel: str, number: int, past: Past, wanted: Wanted, published: Mapping[str, Publication],
              rules: PlanRules, live: Live, *, now: datetime) -> Plan:
    """The reverse of what publish `number` changed, as far as nothing changed it again; the rest with its reasons."""
    made = [row for row in past.rows if row.state in MADE]
    if not past.rows:
        raise SettingsError(NO_RUN, code="no-such-publish", number=number)
    changes: list[PlannedChange] = []
    withheld: list[Withheld] = []
    for row in made:
        reversed_ = _reversed(row, past, wanted, published.get(row.change.sku), live)
        if isinstance(reversed_, Problem):
            name = row.change.draft.title if row.change.draft else row.change.sku
            withheld.append(Withheld(row.change.sku, name, (reversed_,)))
        else:
            sides = rests_on(account, wanted, published, live, row.change.sku)
            changes.append(replace(reversed_, rests_on={side: sides[side] for side in sides if side != "catalog"}))
    on_sale = sum(known.on_sale for known in published.values())
    found = brakes([Planned(p.change, p.before) for p in changes], rules.products, rules.brakes, rules.day, on_sale=on_sale, vanished=False)
    return Plan(account, channel, rules.day, now, tuple(changes), tuple(withheld), brakes=tuple(found), undoes=number)


def _reversed(row: OutboxRow, past: Past, wanted: Wanted, known: Publication | None, live: Live) -> PlannedChange | Problem:
    sku = row.change.sku
    if sku in past.later:
        return Problem("changed-again", AGAIN, "", {"sku": sku, "run": past.later[sku]})
    if known is None or sku in live.gone:
        return Problem("listing-gone", GONE, "", {"sku": sku})
    if row.change.kind is ChangeKind.WITHDRAW:
        return _on_sale_again(sku, past, wanted, known)
    if row.change.kind is ChangeKind.CREATE:
        off = Change(ChangeKind.WITHDRAW, sku, remote=known.remote, groups=frozenset({FieldGroup.VISIBILITY}))
        return PlannedChange(off, {FieldGroup.VISIBILITY.value: {"visible": True}}, holds={
            FieldGroup.VISIBILITY.value: fingerprint({"visible": True})})
    return _as_before(row, past, wanted, known, live)


def _on_sale_again(sku: str, past: Past, wanted: Wanted, known: Publication) -> PlannedChange | Problem:
    reasons = [problem for item in wanted.withheld if item.sku == sku for problem in item.problems if problem.code in OFF_SALE]
    if reasons:
        return Problem("may-not-be-sold", FORBIDDEN, "", {"sku": sku, "reason": reasons[0].sentence()})
    draft = wanted.drafts.get(sku) or past.drafts.get(sku)
    if draft is None or not known.remote.remote_id:
        return Problem("listing-gone", GONE, "", {"sku": sku})
    change = Change(ChangeKind.UPDATE, sku, replace(draft, visible=True), known.remote, frozenset({FieldGroup.VISIBILITY}))
    return PlannedChange(change, {FieldGroup.VISIBILITY.value: {"visible": False}}, holds={FieldGroup.VISIBILITY.value: OFF})


def _as_before(row: OutboxRow, past: Past, wanted: Wanted, known: Publication, live: Live) -> PlannedChange | Problem:
    sku, draft = row.change.sku, row.change.draft
    before = {group: fields for group, fields in row.before.items() if group != FieldGroup.STOCK}
    if not before or draft is None:
        return Problem("stock-stays", NOTHING_BACK, "stock", {"sku": sku})
    media = before.get(FieldGroup.MEDIA.value, {}).get("pictures")
    pictures = [past.pictures.get(name) for name in media or ()]
    simple = with_values(draft, {group: fields for group, fields in before.items() if group != FieldGroup.MEDIA})
    unknown = [name for fields in before.values() for name, value in fields.items() if value is None and name != "days_to_ship"]
    if simple is None or None in pictures or unknown:
        names = unknown or [name for group in (FieldGroup.MEDIA, FieldGroup.VARIANTS) for name in before.get(group, {})]
        return Problem("before-unknown", NOT_KNOWN, "", {"sku": sku, "fields": ", ".join(names)})
    if media is not None:
        simple = replace(simple, pictures=tuple(picture for picture in pictures if picture is not None))
    groups = frozenset(map(FieldGroup, before))
    shown = overlaid(known.applied, live.fields(sku))
    now: dict[str, JsonObject] = {group: {name: shown.get(group, {}).get(name) for name in fields} for group, fields in before.items()}
    wants = wanted.drafts[sku].groups() if sku in wanted.drafts else draft.groups()
    return PlannedChange(Change(ChangeKind.UPDATE, sku, simple, known.remote, groups), now,
                         holds={group.value: fingerprint(wants[group]) for group in groups})


def pictures_by_name(drafts: Sequence[ListingDraft]) -> dict[str, Picture]:
    """All pictures of these drafts, by the names that listings know them by."""
    return {picture_name(picture): picture for draft in drafts
            for picture in (*draft.pictures, *(variant.picture for variant in draft.variants if variant.picture))}
