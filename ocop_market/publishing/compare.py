"""Three sides of one listing, field by field: what is wanted, what was applied last, what is live now.

`seen` is what was live when we looked after our own last change: what differs from it since was edited by somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ocop_market.model.listing import PARTIAL, FieldGroup, JsonObject, ListingDraft
from ocop_market.model.product import WholesalePrice
from ocop_market.settings import Drifting

Fields = Mapping[str, JsonObject]
"""Values of a listing by name of the group and of the field."""


class _Untold:
    def __repr__(self) -> str:
        return "UNTOLD"


UNTOLD: Any = _Untold()
"""Stands for the value of a field that a side does not tell."""
NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Drift:
    """A field that somebody edited on the platform: what was there after our last change, and what is there now."""

    sku: str
    group: FieldGroup
    field: str
    ours: Any
    live: Any
    kept: bool


@dataclass(frozen=True)
class FieldChange:
    """A field that is to change: `before` is what is live, or what was applied last where the platform does not tell."""

    group: FieldGroup
    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Compared:
    """What is to change on one listing, and what somebody edited there."""

    changes: tuple[FieldChange, ...] = ()
    drifts: tuple[Drift, ...] = ()

    @property
    def groups(self) -> frozenset[FieldGroup]:
        """The field groups that have to be sent."""
        return frozenset(change.group for change in self.changes)

    def before(self) -> dict[str, JsonObject]:
        """The values before, by group and field."""
        found: dict[str, JsonObject] = {}
        for change in self.changes:
            found.setdefault(change.group.value, {})[change.field] = None if change.before is UNTOLD else change.before
        return found

    def kept(self) -> dict[str, JsonObject]:
        """Live values that stay although others are wanted, by group and field."""
        found: dict[str, JsonObject] = {}
        for drift in self.drifts:
            if drift.kept:
                found.setdefault(drift.group.value, {})[drift.field] = drift.live
        return found


def compare(sku: str, wanted: Mapping[FieldGroup, JsonObject], applied: Fields, seen: Fields, live: Fields,
            drifting: Mapping[FieldGroup, Drifting], *, unlawful: Collection[str] = ()) -> Compared:
    """What has to change so that the listing is as wanted.

    A field is changed when something else is wanted than was applied last. One that was edited on the platform since is a
    drift: kept or overwritten as `drifting` says for its group. Stock is no drift where it is overwritten, for sales lower it: it is
    sent when another stock is wanted, or when more is live than is wanted. Fields named in `unlawful` are always overwritten.
    """
    changes: list[FieldChange] = []
    drifts: list[Drift] = []
    for group, fields in wanted.items():
        ours, left, now = applied.get(group, {}), seen.get(group, {}), live.get(group, {})
        if fields == ours and (not now or now == left) and not (unlawful and fields.keys() & set(unlawful)):
            continue
        keeps = drifting[group] is Drifting.KEEP
        for name, want in fields.items():
            told = now.get(name, UNTOLD)
            if told is not UNTOLD and same(name, want, told):
                continue
            last = ours.get(name, UNTOLD)
            changed = want not in NOTHING if last is UNTOLD else want != last
            if group is FieldGroup.STOCK and not keeps:
                edited, changed = False, changed or more_live(told, want)
            else:
                edited = told is not UNTOLD and name in left and told != left[name]
            lawful = name not in unlawful
            if edited:
                drifts.append(Drift(sku, group, name, left[name], told, keeps and lawful))
            if (changed or edited or not lawful) and not (edited and keeps and lawful):
                changes.append(FieldChange(group, name, last if told is UNTOLD else told, want))
    return Compared(tuple(changes), tuple(drifts))


def same(field: str, wanted: Any, live: Any) -> bool:
    """Whether a live value is what was wanted."""
    if field in PARTIAL and isinstance(wanted, Mapping) and isinstance(live, Mapping):
        return all(live.get(key) == value for key, value in wanted.items())
    return bool(wanted == live)


def more_live(live: Any, wanted: Any) -> bool:
    """Whether more is live than is wanted; less may have been sold since, and is nobody's mistake."""
    if isinstance(live, Mapping) and isinstance(wanted, Mapping):
        return any(more_live(live.get(sku), count) for sku, count in wanted.items())
    return isinstance(live, int) and isinstance(wanted, int) and live > wanted


def overlaid(applied: Fields, live: Fields) -> dict[str, JsonObject]:
    """A listing as buyers see it: what was applied, and over it what the platform tells."""
    return {group: {**applied.get(group, {}), **live.get(group, {})} for group in {*applied, *live}}


def with_values(draft: ListingDraft, values: Fields) -> ListingDraft | None:
    """The draft with other values of some fields, as `groups` names them; None where a value has no place in a draft (pictures)."""
    told = {name: value for fields in values.values() for name, value in fields.items()}
    simple = {"title", "description", "category", "brand", "weight_g", "gtin", "days_to_ship", "price", "stock", "visible"}
    dicts, prices, stocks = {"attributes", "channel_extra"}, told.get("variant_prices"), told.get("variant_stock")
    if told.keys() - simple - dicts - {"parcel_cm", "wholesale", "variant_prices", "variant_stock"}:
        return None
    changed: dict[str, Any] = {name: told[name] for name in told if name in simple | dicts}
    if told.get("parcel_cm"):
        changed["parcel_cm"] = tuple(told["parcel_cm"])
    if "wholesale" in told:
        changed["wholesale"] = tuple(WholesalePrice(*step) for step in told["wholesale"])
    if prices is not None or stocks is not None:
        changed["variants"] = tuple(replace(v, price=(prices or {}).get(v.sku, v.price), stock=(stocks or {}).get(v.sku, v.stock))
                                    for v in draft.variants)
    return replace(draft, **changed)
